//! Where directives stand, and what becomes of those that stand elsewhere.

use crate::ast::{Ast, Decl};
use crate::diagnostic::Diagnostics;
use crate::parser::parse_file;

/// The directives of the declarations, and the errors.
fn parse(text: &str) -> (Vec<String>, Vec<String>) {
    let (mut ast, diagnostics) = (Ast::default(), Diagnostics::default());
    let text = format!("package main\n{text}");
    let file = parse_file(0, &text, &mut ast, &diagnostics);
    let directives = file.decls.iter().flat_map(|decl| match decl {
        Decl::Type(spec) => spec.directives.clone(),
        Decl::Extern(decl) => decl.directives.clone(),
        _ => Vec::new(),
    });
    let shown = directives.map(|directive| {
        let own = &text[directive.span.start as usize..directive.span.end as usize];
        format!("{}({}) of {own}", directive.name, directive.argument.as_deref().unwrap_or("-"))
    });
    (shown.collect(), diagnostics.into_sorted().into_iter().map(|error| error.message).collect())
}

#[test]
fn directives_stand_directly_above_a_declaration() {
    let misplaced = "misplaced directive //vo:packed";
    let rows: [(&str, &[&str], &[&str]); 18] = [
        ("//vo:packed\ntype T struct{}", &["packed(-) of //vo:packed"], &[]),
        ("// doc\n//vo:packed\n// more\ntype T struct{}", &["packed(-) of //vo:packed"], &[]),
        ("\t//vo:align( 8 )\t\r\ntype T struct{}", &["align(8) of //vo:align( 8 )"], &[]),
        (
            "//vo:packed\n//vo:align(2)\ntype T struct{}",
            &["packed(-) of //vo:packed", "align(2) of //vo:align(2)"],
            &[],
        ),
        ("type (\n//vo:packed\nA struct{}\nB struct{}\n)", &["packed(-) of //vo:packed"], &[]),
        ("func f() {\n//vo:packed\ntype T struct{}\n}", &[], &[]),
        ("//vo:packed\n\ntype T struct{}", &[], &[misplaced]),
        ("// int f(void);\n//vo:unguarded\nimport \"C\"", &[], &[]),
        ("//vo:packed\nimport \"fmt\"", &[], &[misplaced]),
        ("type T struct{} //vo:packed", &[], &[misplaced]),
        ("var x int //vo:packed\ntype T struct{}", &[], &[misplaced]),
        ("//vo:packed\nfunc f() {}", &[], &[misplaced]),
        ("//vo:packed\nextern func f()", &[], &[misplaced]),
        ("type T struct{\n//vo:packed\nx int\n}", &[], &[misplaced]),
        ("type T struct{}\n//vo:packed", &[], &[misplaced]),
        ("/*\n//vo:packed\n*/\ntype T struct{}", &[], &[]),
        ("var s = `\n//vo:packed\n`\n// see //vo: things\ntype T struct{}", &[], &[]),
        ("//vo:paked\ntype T struct{}", &[], &["unknown directive //vo:paked"]),
    ];
    for (text, directives, errors) in rows {
        let (found, messages) = parse(text);
        assert_eq!((found, messages), (to_strings(directives), to_strings(errors)), "{text}");
    }
}

fn to_strings(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| text.to_string()).collect()
}
