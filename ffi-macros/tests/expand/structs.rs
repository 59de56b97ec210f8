#[derive(FromVo, IntoVo)]
struct Label<'call> {
    text: &'call str,
    #[vo(rename = "Colour")]
    color: Color,
}

#[derive(Clone, Copy, FromVo, VoPacked)]
#[repr(C)]
struct Point {
    x: f64,
    y: f64,
}
