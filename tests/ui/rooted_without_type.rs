//! What a root is read as is said.

use vo_ffi::prelude::*;

#[derive(Default)]
struct Kept(Vec<Root>);

#[vo_extern("a.A")]
fn first(ctx: &mut ExternCtx) -> Result<u64, VoError> {
    let root = ctx.state::<Kept>().0[0].clone();
    let value = ctx.rooted(&root)?;
    Ok(value.len() as u64)
}

fn main() {}
