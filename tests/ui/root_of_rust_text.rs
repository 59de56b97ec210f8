//! A root keeps a value of the script.

use vo_ffi::prelude::*;

#[derive(Default)]
struct Kept(Vec<Root>);

#[vo_extern("a.A")]
fn keep(ctx: &mut ExternCtx, name: &str) {
    let root = ctx.root(name);
    ctx.state_or_default::<Kept>().0.push(root);
}

#[vo_extern("a.B")]
fn set(mut object: VoObject) {
    object.set_field(0, "name");
}

fn main() {}
