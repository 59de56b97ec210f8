//! The declarations and the reference of natives, from the registry.

use vo_ffi::prelude::*;
use vo_ffi::{reference, stubs};

#[vo_module("made/stubs")]
mod natives {
    use vo_ffi::prelude::*;

    /// Area returns the area of a shape.
    ///
    /// It is never negative.
    #[vo_extern]
    fn area(shape: VoStruct, unit: &str) -> f64 {
        let _ = (shape, unit);
        0.0
    }

    #[vo_extern]
    fn join(r#type: &str, parts: VoVariadic) -> Result<(String, i64), VoError> {
        Ok((r#type.into(), parts.len() as i64))
    }

    /// Close closes the file.
    #[vo_extern("File.Close")]
    fn close(_file: VoObject) -> Option<VoError> {
        None
    }

    #[vo_extern("File.Each", reentrant)]
    fn each(_ctx: &mut VmCtx, _file: VoObject, _visit: VoFunc) -> Result<(), VoError> {
        Ok(())
    }

    #[vo_extern("Celsius.Kelvin")]
    fn kelvin(celsius: f64) -> f64 {
        celsius + 273.15
    }
}

#[vo_module("made/shapes")]
mod shapes {
    use vo_ffi::prelude::*;

    #[derive(FromVo, IntoVo)]
    struct Point {
        x: f64,
        y: f64,
    }

    #[derive(FromVo)]
    struct Label {
        first_line: String,
        at: Point,
        #[vo(rename = "rgb")]
        color: u32,
        _spare: u32,
    }

    #[derive(FromVo)]
    struct Linked<'call> {
        next: VoObject<'call>,
    }

    #[vo_extern]
    fn describe(labels: Vec<Label>) -> String {
        labels.iter().map(|label| format!("{} {} {}", label.first_line, label.at.x, label.color)).collect()
    }

    #[vo_extern("Point.Length")]
    fn length(point: Point) -> f64 {
        point.x.hypot(point.y)
    }

    #[vo_extern]
    fn is_last(linked: Linked<'_>) -> bool {
        linked.next.is_nil()
    }
}

#[vo_module("made/coins")]
mod coins {
    use vo_ffi::prelude::*;

    #[derive(VoObject)]
    pub(super) struct Purse(i64);

    #[vo_extern]
    fn fill(cents: i64) -> Purse {
        Purse(cents)
    }

    #[vo_extern("Purse.Count")]
    fn count(purse: &Purse) -> i64 {
        purse.0
    }
}

#[vo_module("made/bank")]
mod bank {
    use std::collections::HashMap;

    use vo_ffi::prelude::*;

    use super::coins::Purse;

    pub(super) const ACCOUNT_LINE: u32 = line!() + 5;

    /// An Account holds money.
    ///
    /// It is never empty.
    #[derive(VoObject)]
    struct Account(Vec<i64>);

    #[derive(VoObject)]
    #[vo(name = "Vault")]
    struct Safe;

    #[derive(FromVo)]
    struct Order<'call> {
        from: VoObject<'call, Account>,
        to: Option<VoObject<'call, Account>>,
    }

    pub(super) const DEPOSIT_LINE: u32 = line!() + 3;

    /// Deposit returns the number of coins.
    #[vo_extern("Account.Deposit")]
    fn deposit(account: &mut Account, purse: &Purse) -> Result<i64, VoError> {
        let _ = purse;
        Ok(account.0.len() as i64)
    }

    #[vo_extern(reentrant)]
    fn each(
        ctx: &mut VmCtx,
        accounts: HashMap<String, VoObject<'call, Account>>,
        visit: VoFunc<(VoObject<'call, Account>,), bool>,
    ) -> Result<bool, VoError> {
        accounts.into_values().try_fold(true, |all, account| Ok(visit.call(ctx, (account,))? && all))
    }

    #[vo_extern]
    fn pay(order: Order<'_>) -> bool {
        order.to.is_some() && !order.from.is_nil()
    }

    #[vo_extern]
    fn vaults() -> Vec<Safe> {
        vec![Safe]
    }
}

#[test]
fn rust_types_are_declared_where_they_are_first_used() {
    let expected = "\
package bank

import \"made/coins\"

// An Account holds money.
//
// It is never empty.
extern type Account

// Deposit returns the number of coins.
extern func (account *Account) Deposit(purse *coins.Purse) (int, error)

extern func Each(accounts map[string]*Account, visit func(*Account) bool) (bool, error)

type Order struct {
\tFrom *Account
\tTo   *Account
}

extern func Pay(order Order) bool

extern type Vault

extern func Vaults() []*Vault
";
    let registry = ExternRegistry::from_inventory();
    assert_eq!(stubs(&registry, "made/bank"), expected);
    let expected = "\
package coins

extern type Purse

extern func Fill(cents int) *Purse

extern func (purse *Purse) Count() int
";
    assert_eq!(stubs(&registry, "made/coins"), expected);
    let names: Vec<&str> = registry.objects("made/bank").iter().map(|object| object.name).collect();
    assert_eq!(names, ["made/bank.Account", "made/bank.Vault"]);
    let signature = registry.get("made/bank.Account.Deposit").map(|entry| entry.signature.vo_signature());
    assert_eq!(signature.as_deref(), Some("(account *bank.Account, purse *coins.Purse) (int, error)"));
}

#[test]
fn structs_are_declared_where_they_are_first_used() {
    let expected = "\
package shapes

type Label struct {
\tFirstLine string
\tAt        Point
\trgb       uint32
\t_         uint32
}

type Point struct {
\tX float64
\tY float64
}

extern func Describe(labels []Label) string

// To declare it, write types of the program's own; `linked` is any Linked:
// extern func IsLast(linked Linked) bool

extern func (point Point) Length() float64
";
    assert_eq!(stubs(&ExternRegistry::from_inventory(), "made/shapes"), expected);
}

#[test]
fn declarations_are_written_from_the_registry() {
    let expected = "\
package stubs

// Area returns the area of a shape.
//
// It is never negative.
//
// To declare it, write types of the program's own; `shape` is any struct:
// extern func Area(shape T, unit string) float64

type Celsius float64

extern func (celsius Celsius) Kelvin() float64

// File has the methods below; its fields are the program's to write.
type File struct{}

// Close closes the file.
extern func (file *File) Close() error

// To declare it, write types of the program's own; `visit` is a function of any type:
// extern func (file *File) Each(visit func) error

extern func Join(type_ string, parts ...any) (string, int, error)
";
    assert_eq!(stubs(&ExternRegistry::from_inventory(), "made/stubs"), expected);
}

#[test]
fn the_reference_is_written_from_the_registry() {
    let text = reference(&ExternRegistry::from_inventory(), "made/stubs");
    let expected = "\
# made/stubs

## Area

```go
func Area(shape T, unit string) float64
```

Area returns the area of a shape.

It is never negative.

`tests/natives/stubs.rs:13`

## Celsius.Kelvin

```go
func (celsius Celsius) Kelvin() float64
```

`tests/natives/stubs.rs:35`
";
    assert_eq!(text.split("\n## File.Close").next(), Some(expected));
}

#[test]
fn the_reference_has_the_types_that_are_written_in_rust() {
    let text = reference(&ExternRegistry::from_inventory(), "made/bank");
    let place = |line: u32| format!("`tests/natives/stubs.rs:{line}`");
    let (account, deposit) = (bank::ACCOUNT_LINE, bank::DEPOSIT_LINE);
    let expected = format!(
        "\
# made/bank

## Account

```go
extern type Account
```

An Account holds money.

It is never empty.

{}

## Account.Deposit

```go
func (account *Account) Deposit(purse *coins.Purse) (int, error)
```

Deposit returns the number of coins.

{}
",
        place(account),
        place(deposit)
    );
    assert_eq!(text.split("\n## Each").next(), Some(&*expected));
}
