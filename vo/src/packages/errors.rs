//! Package errors: what asks for types that only the running program knows.

use vo_ffi::prelude::*;

#[vo_extern("errors.assign")]
fn assign(ctx: &mut ExternCtx, err: VoInterface, target: VoInterface) -> Result<bool, VoError> {
    let VoValue::Object(mut target) = target.value() else {
        let why = if target.is_nil() { "cannot be nil" } else { "must be a non-nil pointer" };
        return Err(VoError::new(format!("errors: target {why}")));
    };
    let (types, wanted) = (ctx.types(), target.target());
    if !types.is_interface(wanted) && !types.implements(wanted, TypeId::ERROR) {
        return Err(VoError::new("errors: *target must be interface or implement error"));
    }
    let fits =
        err.type_id() == wanted || types.is_interface(wanted) && types.implements(err.type_id(), wanted);
    if fits {
        target.set_value(VoValue::Interface(err));
    }
    Ok(fits)
}
