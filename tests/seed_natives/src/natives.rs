//! The first two: to be kept as they are.

use vo_ffi::prelude::*;

#[vo_extern("fmt.Println")]
fn println(args: VoVariadic) -> (i64, Option<VoError>) {
    let s = args.format_default();
    println!("{}", s);
    (s.len() as i64, None)
}

#[vo_extern("os.ReadFile")]
fn read_file(path: VoString) -> Result<Vec<u8>, VoError> {
    std::fs::read(path.as_str()).map_err(Into::into)
}
