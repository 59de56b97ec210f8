//! Strings in each of their Rust forms.

use vo_ffi::TypeId;
use vo_ffi::prelude::*;

use crate::host::{End, Host, func, int, trap};

#[vo_extern("text.Echo")]
fn echo(text: VoString) -> VoString {
    text
}

#[vo_extern("text.Trim")]
fn trim(text: &str) -> &str {
    text.trim()
}

#[vo_extern("text.Twice")]
fn twice(mut text: String) -> String {
    text.push_str(&text.clone());
    text
}

#[vo_extern("text.Letter")]
fn letter() -> &'static str {
    "é"
}

#[vo_extern("text.Bytes")]
fn bytes(text: VoString) -> i64 {
    text.as_bytes().iter().map(|byte| i64::from(*byte)).sum()
}

#[vo_extern("text.Strict")]
fn strict(text: VoString) -> i64 {
    text.as_str().len() as i64
}

#[vo_extern("text.Lossy")]
fn lossy(text: VoString) -> String {
    text.to_str_lossy().into_owned()
}

#[vo_extern("text.Both")]
fn both(ctx: &mut ExternCtx, text: &str) -> (VoString, VoString) {
    let upper = ctx.new_string(text.to_uppercase());
    let lower = ctx.new_string(text.to_lowercase());
    (upper, lower)
}

const STRING: TypeId = TypeId::STRING;

#[test]
fn strings_go_in_and_out() {
    let mut host = Host::new();
    let rows = [
        ("text.Echo", "hé", "hé"),
        ("text.Echo", "", ""),
        ("text.Trim", "  hé ", "hé"),
        ("text.Trim", "  ", ""),
        ("text.Twice", "ab", "abab"),
        ("text.Lossy", "ab", "ab"),
    ];
    for (name, text, expected) in rows {
        let arg = host.string(text);
        let End::Ok(results) = host.call(name, &func(&[STRING], &[STRING]), &[arg]) else { panic!("{name}") };
        assert_eq!(host.read_string(results[0]), expected, "{name}");
    }
    let End::Ok(results) = host.call("text.Letter", &func(&[], &[STRING]), &[]) else { panic!() };
    assert_eq!(host.read_string(results[0]), "é");
}

#[test]
fn an_echoed_string_is_not_copied() {
    let mut host = Host::new();
    let arg = host.string("same");
    assert_eq!(host.call("text.Echo", &func(&[STRING], &[STRING]), &[arg]), End::Ok(vec![arg]));
}

#[test]
fn strings_need_not_be_utf8() {
    let mut host = Host::new();
    let arg = host.string(b"a\xff\xfe");
    let to_int = func(&[STRING], &[TypeId::INT]);
    assert_eq!(host.call("text.Bytes", &to_int, &[arg]), End::Ok(vec![int(97 + 255 + 254)]));
    let End::Ok(results) = host.call("text.Lossy", &func(&[STRING], &[STRING]), &[arg]) else { panic!() };
    assert_eq!(host.read_string(results[0]), "a\u{fffd}\u{fffd}");

    let refused = "expected a string of UTF-8, found one that is not valid UTF-8 from byte 1";
    for name in ["text.Trim", "text.Twice"] {
        let end = host.call(name, &func(&[STRING], &[STRING]), &[arg]);
        assert_eq!(end, trap(format!("{name}: argument 1 `text`: {refused}")));
    }
    let end = host.call("text.Strict", &to_int, &[arg]);
    assert_eq!(end, trap("string is not valid UTF-8 from byte 1"));
}

#[test]
fn two_new_strings_live_at_once_while_collection_is_paused() {
    let mut host = Host::new();
    let arg = host.string("Hé");
    host.paused_at_allocations();
    let End::Ok(results) = host.call("text.Both", &func(&[STRING], &[STRING, STRING]), &[arg]) else {
        panic!()
    };
    assert_eq!(host.paused_at_allocations(), [1, 1]);
    assert_eq!((host.read_string(results[0]), host.read_string(results[1])), ("HÉ".into(), "hé".into()));
}
