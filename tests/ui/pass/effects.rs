//! Words, states and defaults, under every lint, and with names that the output has too.

#![deny(warnings, rust_2018_idioms, missing_docs, clippy::all, clippy::pedantic, clippy::nursery)]
#![forbid(unsafe_code)]

use vo_ffi::prelude::*;

struct Log(Vec<String>);

type Count = u32;

const fn width() -> u16 {
    4
}

#[vo_extern("a.Ring", blocking)]
fn ring(#[vo(state)] log: &mut Log, #[vo(default = vec![width()])] times: Vec<u16>) -> Result<u64, std::io::Error> {
    log.0.extend(times.iter().map(ToString::to_string));
    Ok(std::fs::metadata("bell")?.len())
}

#[vo_extern("a.Count")]
fn count(#[vo(state)] names: &Vec<String>, name: String, #[vo(state)] last: &mut String) -> Count {
    last.clone_from(&name);
    u32::try_from(names.len()).unwrap_or(u32::MAX)
}

#[vo_extern("a.Mix", fast)]
const fn mix(a: i64, b: i64) -> (i64, bool) {
    (a + b, a < b)
}

#[vo_extern("a.Names")]
#[allow(non_snake_case)]
fn names(call: i64, results: u8, someArg: bool, #[vo(default = width())] width: u16) -> i64 {
    call + i64::from(results) + i64::from(someArg) + i64::from(width)
}

#[vo_extern("a.Nothing")]
const fn nothing() {}

#[vo_extern("a.Each", reentrant)]
fn each(list: VoSlice<'_, i64>, ctx: &mut VmCtx<'_>, f: VoFunc<'_>, rest: VoVariadic<'_>) -> Result<(), VoError> {
    list.iter().take(rest.len()).try_for_each(|item| f.call(ctx, (item,)))
}

#[vo_extern("a.Anyhow")]
fn anyhow(text: &str) -> anyhow::Result<(i64, &str)> {
    Ok((text.parse()?, text))
}

fn main() {}
