use vo_ffi::prelude::*;

#[derive(FromVo, IntoVo)]
enum Json {
    Null,
    Number(f64),
    Text(String),
}
