//! Golden programs: each says at its head what it prints.

use vo_vm::TypedFunc;

use crate::bank::{Account, alive};
use crate::{load, try_load, vm};

/// The file's name, and its text.
macro_rules! scripts {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("scripts/", $name)))),*]
    };
}

#[test]
fn programs_print_what_their_heads_say() {
    for (name, text) in scripts!["uses.vo", "traps.vo", "dots.vo", "drops.vo"] {
        let (mut program, output) = load(&vm(), text);
        let end = program.run().map_err(|trap| format!("{trap:#}"));
        let head = text.lines().skip(1).map_while(|line| line.strip_prefix("// "));
        let expected: String = head.map(|line| format!("{line}\n")).collect();
        assert_eq!((output.take(), end), (expected, Ok(0)), "{name}");
    }
}

#[test]
fn declarations_of_other_types_are_told_at_their_place() {
    let rows = [
        (
            "extern type Count\nextern func NewCounter(start int) *Count",
            "result 1: declared *main.Count, the native returns *main.Counter",
        ),
        (
            "type Counter struct{}\nextern func NewCounter(start int) *Counter",
            "result 1: declared *main.Counter, the native returns *main.Counter; main.Counter is written in Rust: declare \
             it as `extern type Counter`",
        ),
        (
            "import \"bank\"\nextern func NewCounter(start int) *bank.Account",
            "result 1: declared *bank.Account, the native returns *main.Counter",
        ),
        (
            "extern type Counter\nextern \"libc.so.6\" func puts(c *Counter) int32",
            "parameter 1 `c`, *main.Counter: what it points to is main.Counter, which C cannot share; give C what it needs of \
 the value, which a native gets",
        ),
    ];
    for (text, note) in rows {
        let rejected =
            try_load(&vm(), &format!("package main\n{text}\nfunc main() {{}}\n")).expect_err("a difference");
        let [error] = &rejected.diagnostics[..] else { panic!("{rejected}") };
        assert_eq!(rejected.sources.text(error.span), text.lines().last().unwrap_or_default());
        assert_eq!(error.notes, [note]);
    }
}

#[test]
fn embedders_give_rust_values() -> Result<(), Box<dyn std::error::Error>> {
    let text = "package main\nimport \"bank\"\nvar last *bank.Account\n\
        func pay(to *bank.Account, cents int) string { last = to; to.Deposit(cents); return to.String() }\n\
        func main() { last.Double(); bank.Keep(last); last = nil }\n";
    let (mut program, _) = load(&vm(), text);
    let pay: TypedFunc<(Option<Account>, i64), String> = program.func("main.pay")?;
    assert_eq!(pay.call(&mut program, (Some(Account::new("eve", 1)), 2))?, "eve:3");
    let nobody = pay.call(&mut program, (None, 2)).expect_err("nil");
    assert_eq!(
        nobody.message(),
        "bank.Account.Deposit: argument 1 `receiver`: expected a bank.Account, found nil"
    );
    assert_eq!(pay.call(&mut program, (Some(Account::new("fay", 1)), 2))?, "fay:3");
    program.run()?;
    drop(program);
    assert_eq!(alive(), 0);
    Ok(())
}
