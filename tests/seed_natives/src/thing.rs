//! The third, which makes an object: to be kept as it is.

use vo_ffi::prelude::*;

const TYPE_THING: &str = "mypackage.Thing";

#[vo_extern("mypackage.NewThing")]
fn new_thing(ctx: &mut ExternCtx, name: VoString) -> VoObject {
    ctx.new_object(TYPE_THING, &[name.into_vo()])
}
