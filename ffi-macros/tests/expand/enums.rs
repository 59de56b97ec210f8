#[derive(FromVo, IntoVo)]
#[repr(u8)]
enum Color {
    Red,
    Green = 5,
}
