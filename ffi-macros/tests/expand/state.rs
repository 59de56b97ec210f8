#[vo_extern("log.Write")]
fn write(#[vo(state)] log: &mut Vec<String>, line: String) {
    log.push(line);
}

#[vo_extern("log.Count")]
fn count(#[vo(state)] log: &Vec<String>) -> u32 {
    log.len() as u32
}
