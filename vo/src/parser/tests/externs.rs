//! Extern declarations, which one parser reads for the machine and for whoever reads files alone: compared with the
//! machine's own parser of signatures, and with what is found in whole files.

#[path = "../../../../fuzz/src/random.rs"]
mod random;
#[path = "../../../../fuzz/src/tokens.rs"]
mod tokens;

use vo_ffi::declared::{self, DeclaredFile};

use super::parse_file;
use crate::ast::{
    ArrayLen, Ast, Decl, ExprId, ExprKind, ExternDecl, FuncDecl, InterfaceElement, Param, Signature,
};
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::packages;
use crate::source::Span;
use random::Random;

struct Parsed {
    ast: Ast,
    decls: Vec<Decl>,
    errors: Vec<Diagnostic>,
}

fn parsed(text: &str) -> Parsed {
    let (mut ast, diagnostics) = (Ast::default(), Diagnostics::default());
    let decls = parse_file(0, text, &mut ast, &diagnostics).decls;
    Parsed { ast, decls, errors: diagnostics.into_sorted() }
}

impl Parsed {
    fn externs(&self) -> impl Iterator<Item = &ExternDecl> {
        self.decls.iter().filter_map(|decl| match decl {
            Decl::Extern(decl) => Some(decl),
            _ => None,
        })
    }

    fn funcs(&self) -> impl Iterator<Item = &FuncDecl> {
        self.decls.iter().filter_map(|decl| match decl {
            Decl::Func(decl) => Some(decl),
            _ => None,
        })
    }

    /// Every name and type of a function's head with its place.
    fn head(&self, receiver: Option<&Param>, name: &str, signature: &Signature) -> String {
        let receiver = receiver.map(|receiver| self.param(receiver)).unwrap_or_default();
        format!("({receiver}) {name}{}", self.signature(signature))
    }

    fn signature(&self, signature: &Signature) -> String {
        let params =
            |params: &[Param]| -> Vec<String> { params.iter().map(|param| self.param(param)).collect() };
        let dots = if signature.variadic { "..." } else { "" };
        let (params, results) = (params(&signature.params).join(", "), params(&signature.results).join(", "));
        format!("{}({params}{dots})({results})", place(signature.span))
    }

    fn param(&self, param: &Param) -> String {
        let name = param.name.as_ref().map(|name| format!("{}{} ", place(name.span), name.name));
        name.unwrap_or_default() + &self.ty(param.ty)
    }

    fn ty(&self, id: ExprId) -> String {
        let expr = self.ast.expr(id);
        let shown = match &expr.kind {
            ExprKind::Selector { operand, name } => {
                format!("{}.{}{}", self.ty(*operand), place(name.span), name.name)
            }
            ExprKind::Star(target) => format!("*{}", self.ty(*target)),
            ExprKind::Paren(inner) => format!("({})", self.ty(*inner)),
            ExprKind::ArrayType { len: ArrayLen::Fixed(len), elem } => {
                format!("[{}]{}", super::show(&self.ast, *len), self.ty(*elem))
            }
            ExprKind::ArrayType { elem, .. } => format!("[]{}", self.ty(*elem)),
            ExprKind::MapType { key, value } => format!("map[{}]{}", self.ty(*key), self.ty(*value)),
            ExprKind::FuncType(signature) => self.signature(signature),
            ExprKind::StructType(fields) => {
                let field = |field: &crate::ast::FieldDecl| {
                    let names = field.names.iter().map(|name| format!("{}{}", place(name.span), name.name));
                    format!(
                        "{}{} {}",
                        place(field.span),
                        names.collect::<Vec<_>>().join(","),
                        self.ty(field.ty)
                    )
                };
                fields.iter().map(field).collect::<Vec<_>>().join("; ")
            }
            ExprKind::InterfaceType(elements) => {
                let element = |element: &InterfaceElement| match element {
                    InterfaceElement::Method { name, signature } => {
                        format!("{}{}{}", place(name.span), name.name, self.signature(signature))
                    }
                    InterfaceElement::Embedded(ty) => self.ty(*ty),
                };
                elements.iter().map(element).collect::<Vec<_>>().join("; ")
            }
            _ => super::show(&self.ast, id),
        };
        format!("{}{shown}", place(expr.span))
    }
}

fn place(span: Span) -> String {
    format!("{}..{}:", span.start, span.end)
}

/// The errors with all that they say, save that a function should have a body.
fn told(errors: &[Diagnostic]) -> Vec<String> {
    let wanted = errors.iter().filter(|error| error.message != "missing function body");
    wanted.map(|error| format!("{error:?}")).collect()
}

/// Compares a head behind `extern func` with the same behind `func`, which another parser reads, place by place.
#[track_caller]
fn check_head(head: &str) {
    let (native, func) =
        (format!("package p\nextern func {head}\n"), format!("package p\n       func {head}\n"));
    let (native, func) = (parsed(&native), parsed(&func));
    assert_eq!(told(&native.errors), told(&func.errors), "{head}");
    let externs =
        native.externs().map(|decl| native.head(decl.receiver.as_ref(), &decl.name.name, &decl.signature));
    let funcs = func.funcs().map(|decl| func.head(decl.receiver.as_ref(), &decl.name.name, &decl.signature));
    assert_eq!(externs.collect::<Vec<_>>(), funcs.collect::<Vec<_>>(), "{head}");
}

#[test]
fn heads_are_those_of_functions() {
    let heads = [
        "f()",
        "f(a, b int, c ...string) (n int, err error)",
        "f(int, []byte, ...any) (*pkg.T, error)",
        "(t *T) m(a map[string][]func(int) (a, b int)) func(func())",
        "(T) m()",
        "f(a struct { x, y int; *T `tag`; pkg.U; z [3]int }, b struct{}) interface{}",
        "f(a interface {\n\tRead(b []byte) (n int, err error)\n\tStringer\n\tfmt.Stringer\n\tinterface { M() }\n})",
        "f(a [0x10]int, b [n*2 + len(\"]\")]byte, c [T{1, 2}.x][func() int { return 1 }()]int)",
        "f(\n\ta int,\n\tb (((int))), // two\n) /* one */ ((int))",
        "f(世界 é)",
    ];
    heads.iter().for_each(|head| check_head(head));
}

#[test]
fn errors_of_heads_are_those_of_functions() {
    let heads = [
        "",
        "f",
        "()",
        "() f()",
        "(a, b T) f()",
        "(t ...T) f()",
        "(t *T f()",
        "func()",
        "3abc()",
        "f[T any](x T)",
        "f(a int b int)",
        "f(a int",
        "f(\n\ta int\n\tb int\n)",
        "f(a int\n\tfunc() int)",
        "f(a int, b)",
        "f(a int, []b, c int)",
        "f(a ...int, b int)",
        "f(a, b ...int)",
        "f() (a ...int)",
        "f(a ...)",
        "f(,)",
        "f(a int;)",
        "f(a chan int) <-chan int",
        "f(a Vec[int], b Vec[int])",
        "f(Vec[int])",
        "f(a pkg.)",
        "f(a.b, c int)",
        "f(a map int)",
        "f(a map[int)",
        "f(a (int)",
        "f(a [)int)",
        "f(a [n)int)",
        "f(a [1+]int)",
        "f(a [1 2]int)",
        "f(a [08]int, b [0x]int, c [3abc]int)",
        "f(a [3, 4]int)",
        "f(a [1:2]int)",
        "f(a [n",
        "f(a struct)",
        "f(a struct{)",
        "f(a struct{ x int y int; z chan int; w })",
        "f(a struct {\n\tx int,\n\tlen [1 2]int\n\ttype y\n})",
        "f(a struct {\n\tx (int; y int\n})",
        "f(a struct {\n\tx int\ntype other int",
        "f(a interface{ ~int; int | string; *T; func() })",
        "f(a interface{ M(); N(a int; b int) })",
        "f() (int",
        "f() *",
        "f() int, error",
        "f() -> int",
        "f(): int",
        "f(a int) junk",
        "f(a # int, b “int”)",
        "f(a \"x\")",
        "f(a 'x",
        "f(a /* b",
        "f(a `b",
    ];
    heads.iter().for_each(|head| check_head(head));
}

/// What a file declares, as the machine sees it: names with receivers and libraries, places, docs.
fn seen(parsed: &Parsed) -> Vec<String> {
    let externs = parsed.externs().map(|decl| {
        let library = decl.library.as_ref().map(|(library, span)| (library.as_str(), span.start as usize));
        let symbol = decl.symbol.as_ref().map(|(symbol, span)| (symbol.as_str(), span.start as usize));
        let params: usize = decl.signature.params.len() + decl.signature.results.len();
        let rest = (library, symbol, decl.receiver.is_some(), decl.signature.variadic, params, &decl.doc);
        format!("{} {:?} {rest:?}", decl.name.name, decl.span.start..decl.span.end)
    });
    let types = parsed.decls.iter().filter_map(|decl| match decl {
        Decl::Type(decl) => Some(format!("type {} {}", decl.name.name, decl.alias)),
        Decl::ExternType(name) => Some(format!("type {} false", name.name)),
        _ => None,
    });
    externs.chain(types).collect()
}

/// The same, as it is found without the machine.
fn found(file: &DeclaredFile) -> Vec<String> {
    let text = |text: &Option<declared::DeclaredText>| {
        text.as_ref().map(|text| (text.text.clone(), text.span.start))
    };
    let externs = file.externs.iter().map(|decl| {
        let params = decl.signature.each_param().count() + decl.signature.each_result().count();
        let (library, symbol) = (text(&decl.library), text(&decl.symbol));
        let rest = (library, symbol, decl.receiver.is_some(), decl.signature.variadic, params, &decl.doc);
        format!("{} {:?} {rest:?}", decl.name.text, decl.span)
    });
    let types = file.types.iter().map(|decl| {
        let alias = matches!(decl.meaning, declared::DeclaredMeaning::Alias(_));
        format!("type {} {alias}", decl.name.text)
    });
    externs.chain(types).collect()
}

fn package_files() -> Vec<(&'static str, &'static str)> {
    packages::PATHS.iter().flat_map(|path| packages::sources(path).unwrap_or_default()).copied().collect()
}

#[test]
fn the_declarations_of_packages_are_found_without_the_machine() {
    let mut count = 0;
    for (name, text) in package_files() {
        let file = declared::parse_file(text).unwrap_or_else(|errors| panic!("{name}: {errors:?}"));
        let machine = parsed(text);
        assert_eq!(found(&file), seen(&machine), "{name}");
        for (decl, own) in file.externs.iter().zip(machine.externs()) {
            let (head, written) = (decl.to_string(), &text[decl.span.clone()]);
            assert_eq!(head, written.split_whitespace().collect::<Vec<_>>().join(" "), "{name}");
            assert_eq!(decl.name.text, own.name.name);
            check_head(head.trim_start_matches("extern func "));
            count += 1;
        }
    }
    assert!(count > 200, "{count} natives");
}

#[test]
fn what_the_machine_accepts_is_found() {
    let files = package_files();
    let mut accepted = 0;
    for seed in 0..600 {
        let mut random = Random::new(seed);
        let (name, text) = *random.pick(&files);
        let mutated = match random.chance(30) {
            true => text.get(..random.below(text.len())).unwrap_or_default().to_string(),
            false => tokens::mutate(text, &mut random),
        };
        let file = declared::parse_file(&mutated);
        let machine = parsed(&mutated);
        if machine.errors.is_empty() {
            let file = file.unwrap_or_else(|errors| panic!("seed {seed}, {name}: {errors:?}"));
            assert_eq!(found(&file), seen(&machine), "seed {seed}, {name}");
            accepted += 1;
        }
    }
    assert!(accepted > 50, "{accepted} files without errors");
}
