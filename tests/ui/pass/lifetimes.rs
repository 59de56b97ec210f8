//! Lifetimes may be left out, named by the user, or be `'call`.

use vo_ffi::prelude::*;

type Text<'a> = VoString<'a>;

#[vo_extern("a.LeftOut")]
fn left_out(name: &str, _other: VoString) -> &str {
    name
}

#[vo_extern("a.Named")]
fn named<'a, 'b: 'a>(name: &'a str, other: VoString<'b>) -> (&'a str, VoString<'b>) {
    (name, other)
}

#[vo_extern("a.Call")]
fn call(name: &'call str, _items: VoSlice<'call, VoString<'call>>) -> &'call str {
    name
}

#[vo_extern("a.Declared")]
fn declared<'call>(name: VoString<'call>) -> VoString {
    name
}

#[vo_extern("a.Underscore")]
fn underscore(name: VoString<'_>, _items: VoSlice<'_, VoString<'_>>) -> VoString<'_> {
    name
}

#[vo_extern("a.Alias")]
fn alias(name: Text) -> Text {
    name
}

#[vo_extern("a.Nested")]
fn nested(items: Vec<VoString>, ctx: &mut ExternCtx) -> Result<(Vec<VoString>, VoString), VoError> {
    let (one, two) = (ctx.new_string("one"), ctx.new_string("two"));
    Ok((items.into_iter().chain([one]).collect(), two))
}

#[vo_extern("a.Static")]
fn literal() -> &'static str {
    "literal"
}

fn main() {}
