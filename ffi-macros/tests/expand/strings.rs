#[vo_extern("text.Split")]
fn split(text: &str, separator: char) -> Result<(&str, &str), VoError> {
    text.split_once(separator).ok_or_else(|| VoError::new("no separator"))
}

#[vo_extern("text.Join")]
fn join(ctx: &mut ExternCtx, parts: VoSlice<VoString>) -> VoString {
    ctx.new_string(parts.iter().map(|part| part.to_str_lossy()).collect::<String>())
}
