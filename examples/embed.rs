//! A Rust program that lets a script decide: with a native, state, limits, permissions and its output.
//! `cargo run -p vo-vm --example embed`

use std::{collections::HashMap, error::Error, io, time::Duration};

use vo_ffi::prelude::*;
use vo_vm::{Input, Limits, Permissions, TypedFunc, Vm};

const SCRIPT: &str = r#"package main
import "fmt"
extern func price(item string) (cents int, err error)
func total(item string, count int) (int, error) {
	cents, err := price(item)
	fmt.Println(count, "times", item)
	return cents * count, err
}
func forever() { for { } }
func main()    { fmt.Println("the shop is open") }
"#;

struct Shop(HashMap<&'static str, i64>);

#[vo_extern("main.price")]
fn price(#[vo(state)] shop: &mut Shop, item: &str) -> Result<i64, VoError> {
    shop.0.get(item).copied().ok_or_else(|| VoError::new(format!("nobody sells {item}")))
}

/// What the script prints goes to `output`; the result is what Rust has to say.
pub(crate) fn run(output: impl io::Write + 'static) -> Result<String, Box<dyn Error>> {
    let time = Some(Duration::from_millis(500));
    let limits = Limits { memory: Some(64 << 20), time, ..Limits::default() };
    let vm = Vm::new(ExternRegistry::from_inventory());
    let vm = vm.with_limits(limits).with_permissions(Permissions::none());
    let mut program = vm.load(&[Input::new("shop.vo", SCRIPT)])?;
    program.set_stdout(output);
    program.set_state(Shop([("tea", 250), ("cake", 320)].into()));
    let status = program.run()?;
    let total: TypedFunc<(&str, i64), Result<i64, VoError>> = program.func("main.total")?;
    let tea = total.call(&mut program, ("tea", 3))?.map_err(|error| error.to_string())?;
    let error = total.call(&mut program, ("hats", 1))?.err().map(|error| error.to_string());
    let forever: TypedFunc<(), ()> = program.func("main.forever")?;
    let end = forever.call(&mut program, ()).err().map(|trap| trap.kind());
    Ok(format!("status {status}, tea {tea}, {error:?}, {end:?}"))
}

fn main() -> Result<(), Box<dyn Error>> {
    run(io::stdout()).map(|told| println!("{told}"))
}
