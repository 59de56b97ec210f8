//! What the grammar makes of a text, written with a parenthesis for every node.

mod directives;
mod externs;

use super::parse_file;
use crate::ast::{Ast, Decl, Element, ExprId, ExprKind, StmtId, StmtKind};
use crate::diagnostic::Diagnostics;

fn parsed<T>(text: &str, show: impl FnOnce(&Ast, &[Decl]) -> T) -> T {
    let (mut ast, diagnostics) = (Ast::default(), Diagnostics::default());
    let file = parse_file(0, text, &mut ast, &diagnostics);
    let errors: Vec<String> = diagnostics.into_sorted().into_iter().map(|error| error.message).collect();
    assert_eq!(errors, [""; 0], "{text}");
    show(&ast, &file.decls)
}

fn show(ast: &Ast, id: ExprId) -> String {
    let list = |ids: &[ExprId]| ids.iter().map(|&id| show(ast, id)).collect::<Vec<_>>().join(" ");
    let maybe = |id: &Option<ExprId>| id.map_or("_".into(), |id| show(ast, id));
    match &ast.expr(id).kind {
        ExprKind::Ident(name) => name.clone(),
        ExprKind::Literal(literal) => format!("{literal:?}").replace("Int(\"", "").replace("\")", ""),
        ExprKind::Composite { ty, elements, .. } => {
            let element = |element: &Element| match element.key {
                Some(key) => format!("{}:{}", show(ast, key), show(ast, element.value)),
                None => show(ast, element.value),
            };
            let elements: Vec<String> = elements.iter().map(element).collect();
            format!("{}{{{}}}", maybe(ty), elements.join(" "))
        }
        ExprKind::Paren(inner) => format!("[{}]", show(ast, *inner)),
        ExprKind::Selector { operand, name } => format!("{}.{}", show(ast, *operand), name.name),
        ExprKind::Index { operand, index } => {
            format!("(index {} {})", show(ast, *operand), show(ast, *index))
        }
        ExprKind::Slice { operand, low, high, max } => {
            format!("(slice {} {} {} {})", show(ast, *operand), maybe(low), maybe(high), maybe(max))
        }
        ExprKind::TypeAssert { operand, ty } => {
            format!("(assert {} {})", show(ast, *operand), show(ast, *ty))
        }
        ExprKind::Call { callee, args, spread, .. } => {
            format!(
                "(call {} {}{})",
                show(ast, *callee),
                list(args),
                if spread.is_some() { "..." } else { "" }
            )
        }
        ExprKind::Star(inner) => format!("(* {})", show(ast, *inner)),
        ExprKind::AddressOf(inner) => format!("(& {})", show(ast, *inner)),
        ExprKind::Unary { op, operand } => format!("({} {})", op.text(), show(ast, *operand)),
        ExprKind::Binary { op, left, right, .. } => {
            format!("({} {} {})", op.text(), show(ast, *left), show(ast, *right))
        }
        ExprKind::ArrayType { elem, .. } => format!("[]{}", show(ast, *elem)),
        ExprKind::MapType { key, value } => format!("map[{}]{}", show(ast, *key), show(ast, *value)),
        ExprKind::FuncLit { signature, .. } => format!("func/{}", signature.params.len()),
        ExprKind::FuncType(signature) => {
            format!("func/{}/{}", signature.params.len(), signature.results.len())
        }
        other => format!("{other:?}"),
    }
}

#[test]
fn expressions() {
    let cases = [
        ("a + b*c - d", "(- (+ a (* b c)) d)"),
        ("a || b && c == d", "(|| a (&& b (== c d)))"),
        ("a << 1 & b | c", "(| (& (<< a 1) b) c)"),
        ("-a.b[1](2)", "(- (call (index a.b 1) 2))"),
        ("!(a < b)", "(! [(< a b)])"),
        ("*p.x", "(* p.x)"),
        ("&T{1, x: 2}", "(& T{1 x:2})"),
        ("[]T{{1}, {2}}", "[]T{_{1} _{2}}"),
        ("map[string][]int{a: {1}}", "map[string][]int{a:_{1}}"),
        ("x.(*T).y", "(assert x (* T)).y"),
        ("s[:]", "(slice s _ _ _)"),
        ("s[1:2:3]", "(slice s 1 2 3)"),
        ("f(a, b...)", "(call f a b...)"),
        ("[]byte(s)", "(call []byte s)"),
        ("(*T)(p)", "(call [(* T)] p)"),
        ("func(a, b int) {}", "func/2"),
        ("(func(int, string) (a, b int))(nil)", "(call [func/2/2] nil)"),
        ("pkg.T{}", "pkg.T{}"),
        ("a ^ -1 &^ b", "(^ a (&^ (- 1) b))"),
    ];
    for (text, expected) in cases {
        let found = parsed(&format!("package p\n\nvar x = {text}\n"), |ast, decls| match &decls[0] {
            Decl::Var(spec) => show(ast, spec.values[0]),
            _ => String::new(),
        });
        assert_eq!(found, expected, "{text}");
    }
}

fn kind(ast: &Ast, stmt: StmtId) -> &'static str {
    match &ast.stmt(stmt).kind {
        StmtKind::Expr(_) => "expr",
        StmtKind::IncDec { .. } => "incdec",
        StmtKind::Assign { .. } => "assign",
        StmtKind::OpAssign { .. } => "op-assign",
        StmtKind::Define { .. } => "define",
        StmtKind::If { init: Some(_), .. } => "if-init",
        StmtKind::If { .. } => "if",
        StmtKind::For { init: Some(_), cond: Some(_), post: Some(_), .. } => "for-clause",
        StmtKind::For { cond: Some(_), .. } => "for-cond",
        StmtKind::For { .. } => "for",
        StmtKind::Range { define: true, .. } => "range-define",
        StmtKind::Range { .. } => "range",
        StmtKind::Switch { tag: Some(_), .. } => "switch-tag",
        StmtKind::Switch { .. } => "switch",
        StmtKind::TypeSwitch { bind: Some(_), .. } => "type-switch-bind",
        StmtKind::TypeSwitch { .. } => "type-switch",
        StmtKind::Labeled { .. } => "label",
        _ => "other",
    }
}

#[test]
fn statements() {
    let cases = [
        ("f()", "expr"),
        ("x++", "incdec"),
        ("a, b = b, a", "assign"),
        ("x <<= 2", "op-assign"),
        ("x, y := f()", "define"),
        ("if x == (T{1}) {}", "if"),
        ("if x := f(); x {}", "if-init"),
        ("for {}", "for"),
        ("for x {}", "for-cond"),
        ("for i := 0; i < 3; i++ {}", "for-clause"),
        ("for ;; {}", "for"),
        ("for range x {}", "range"),
        ("for i := range x {}", "range-define"),
        ("for k, v = range []T{{1}} {}", "range"),
        ("switch {}", "switch"),
        ("switch x {}", "switch-tag"),
        ("switch x := f(); {}", "switch"),
        ("switch x := f(); x {}", "switch-tag"),
        ("switch x.(type) {}", "type-switch"),
        ("switch y := x; z := y.(type) {}", "type-switch-bind"),
        ("a: for {}", "label"),
        ("a:;", "label"),
    ];
    for (text, expected) in cases {
        let found =
            parsed(&format!("package p\n\nfunc f() {{\n\t{text}\n}}\n"), |ast, decls| match &decls[0] {
                Decl::Func(decl) => decl.body.map(|body| kind(ast, ast.block(body)[0])),
                _ => None,
            });
        assert_eq!(found, Some(expected), "{text}");
    }
}

#[test]
fn externs_keep_their_documentation() {
    let text = "package p\n\n// One.\n// Two.\nextern \"libc.so.6\" func (t *T) f(a, b int, c ...string) (n int, err error) = \"g\"\n";
    parsed(text, |_, decls| {
        let Decl::Extern(decl) = &decls[0] else { panic!("no extern") };
        assert_eq!((decl.doc.as_str(), decl.name.name.as_str()), ("One.\nTwo.\n", "f"));
        assert_eq!(decl.library.as_ref().map(|library| library.0.as_str()), Some("libc.so.6"));
        assert_eq!(decl.symbol.as_ref().map(|symbol| symbol.0.as_str()), Some("g"));
        assert_eq!((decl.signature.params.len(), decl.signature.results.len()), (3, 2));
        assert!(decl.signature.variadic && decl.receiver.is_some());
    });
}
