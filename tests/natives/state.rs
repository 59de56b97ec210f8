//! `#[vo(state)]`: what the embedder gives to natives.

use vo_ffi::prelude::*;
use vo_ffi::{Slot, TypeId, TypeTable};

use crate::host::{End, Host, func, int, panicked, trap};

#[derive(Debug, Default)]
struct Counter {
    calls: i64,
    names: Vec<String>,
}

#[vo_extern("state.Count")]
fn count(#[vo(state)] counter: &mut Counter, by: i64) -> i64 {
    counter.calls += by;
    counter.calls
}

#[vo_extern("state.Names")]
fn names(name: &str, ctx: &mut ExternCtx, #[vo(state)] counter: &mut Counter) -> Vec<String> {
    counter.names.push(ctx.new_string(name).as_str().to_uppercase());
    counter.names.clone()
}

#[vo_extern("state.Scale")]
fn scale(x: f64, #[vo(state)] by: &f64, #[vo(state)] counter: &Counter) -> f64 {
    x * by + counter.calls as f64
}

/// A name that the attribute does not see through.
type SameCounter = Counter;

#[vo_extern("state.Twice")]
fn twice(#[vo(state)] a: &mut Counter, #[vo(state)] b: &mut SameCounter) {
    std::mem::swap(a, b);
}

#[vo_extern("state.Through", reentrant)]
fn through(ctx: &mut VmCtx, #[vo(state)] counter: &mut Counter, then: VoFunc) -> Result<i64, VoError> {
    counter.calls += 1;
    ctx.call::<()>(&then, ())?;
    Ok(counter.calls)
}

#[vo_extern("state.Ask")]
fn ask(ctx: &mut ExternCtx, #[vo(state)] counter: &Counter) -> i64 {
    counter.calls + ctx.state::<Counter>().calls
}

#[vo_extern("state.Fail")]
fn fail(#[vo(state)] counter: &mut Counter) {
    counter.calls += 1;
    panic!("on purpose");
}

fn host() -> Host {
    let mut host = Host::new();
    host.set_state(Counter::default());
    host.set_state(2.5_f64);
    host
}

#[test]
fn natives_change_the_embedders_value() {
    let mut host = host();
    let one = func(&[TypeId::INT], &[TypeId::INT]);
    assert_eq!(host.call("state.Count", &one, &[int(2)]), End::Ok(vec![int(2)]));
    assert_eq!(host.call("state.Count", &one, &[int(3)]), End::Ok(vec![int(5)]));
    let scale = func(&[TypeId::FLOAT64], &[TypeId::FLOAT64]);
    assert_eq!(host.call("state.Scale", &scale, &[Slot::from_f64(4.0)]), End::Ok(vec![Slot::from_f64(15.0)]));
}

#[test]
fn a_state_stands_beside_a_context() {
    let mut table = TypeTable::new();
    let strings = table.slice_of(TypeId::STRING);
    let mut host = Host::with_types(table);
    host.set_state(Counter::default());
    let name = host.string("ann");
    let End::Ok(results) = host.call("state.Names", &func(&[TypeId::STRING], &[strings]), &[name]) else {
        panic!()
    };
    assert_eq!(host.read_strings(results[0]), ["ANN"]);
}

#[test]
fn a_missing_state_is_a_trap() {
    let mut host = Host::new();
    let message = "state.Count: the embedder has not given the program a state of type \
                   natives::state::Counter; set_state does";
    assert_eq!(host.call("state.Count", &func(&[TypeId::INT], &[TypeId::INT]), &[int(1)]), trap(message));
}

#[test]
fn a_state_is_lent_to_one_at_a_time() {
    let mut host = host();
    let lent = "the state of type natives::state::Counter is a parameter of a native that is running";
    assert_eq!(host.call("state.Twice", &func(&[], &[]), &[]), trap(format!("state.Twice: {lent}")));
    assert_eq!(host.call("state.Ask", &func(&[], &[TypeId::INT]), &[]), trap(lent));
    // Both have given it back.
    let one = func(&[TypeId::INT], &[TypeId::INT]);
    assert_eq!(host.call("state.Count", &one, &[int(1)]), End::Ok(vec![int(1)]));
    let failed = host.call("state.Fail", &func(&[], &[]), &[]);
    assert_eq!(failed.panic_message(), Some("on purpose"));
    assert_eq!(host.call("state.Count", &one, &[int(1)]), End::Ok(vec![int(3)]));
}

#[test]
fn a_closure_does_not_get_what_its_caller_has() {
    let mut table = TypeTable::new();
    let then = table.intern(vo_ffi::TypeKind::Func(func(&[], &[])));
    let mut host = Host::with_types(table);
    host.set_state(Counter::default());
    let through = func(&[then], &[TypeId::INT, TypeId::ERROR]);
    let closure = host.closure(|cx, _| {
        // SAFETY: the closure is given the context that runs it.
        match unsafe { (*cx).state::<Counter>() } {
            None => Ok(vec![]),
            Some(_) => Err(panicked("the state is lent twice")),
        }
    });
    assert_eq!(host.call("state.Through", &through, &[closure]).result(), Some(int(1)));
}
