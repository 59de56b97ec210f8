#[vo_extern("numbers.Find", reentrant)]
fn find(ctx: &mut VmCtx, list: VoSlice<i64>, wanted: VoFunc<(i64,), bool>) -> Result<Option<VoValue>, VoError> {
    for item in &list {
        if wanted.call(ctx, (item,))? {
            return Ok(Some(item.into()));
        }
    }
    Ok(None)
}
