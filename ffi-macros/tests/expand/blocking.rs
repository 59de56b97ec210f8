#[vo_extern("files.Read", blocking)]
fn read(names: Vec<String>, #[vo(state)] opened: &mut Opened) -> Result<Vec<u8>, VoError> {
    opened.count += names.len();
    Ok(std::fs::read(&names[0])?)
}
