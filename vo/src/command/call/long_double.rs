//! `long double` as text, by the C library's own functions.

use std::ffi::CString;
use std::sync::OnceLock;

use vo_ffi::Slot;
use vo_ffi::c::{CScalar, CType, Declarations, Target};
use vo_ffi::runtime::{CallOptions, Function, Library, StubChoice};

use super::read::room;

/// `strtold`, and `snprintf` with a precision and a `long double`.
fn functions() -> Option<&'static [Function; 2]> {
    static FUNCTIONS: OnceLock<Option<[Function; 2]>> = OnceLock::new();
    let find = || {
        let text = "long double strtold(const char *text, char **end);
            int snprintf(char *to, size_t room, const char *format, ...);";
        let declarations = Declarations::parse(text, Target::HOST).ok()?;
        let options = CallOptions { errno: false, stubs: StubChoice::Auto };
        let library = Library::process();
        let of = |name| library.function_of_with(&declarations, name, options).ok();
        let more = [CType::scalar(CScalar::Int), CType::scalar(CScalar::LongDouble)];
        Some([of("strtold")?, of("snprintf")?.with_arguments(&more).ok()?])
    };
    FUNCTIONS.get_or_init(find).as_ref()
}

/// Writes the number that a text stands for into an image; false where it stands for none.
pub(super) fn parse(text: &str, image: &mut [u8]) -> bool {
    let (Some([strtold, _]), Ok(text)) = (functions(), CString::new(text)) else { return false };
    let mut end = std::ptr::null::<u8>();
    let mut result = room(image.len(), 16);
    let mut frame =
        [Slot::from_ptr(text.as_ptr()), Slot::from_ptr(&raw mut end), Slot::from_ptr(result.as_mut_ptr())];
    // SAFETY: the text ends in a NUL, there is room for the end, and for a `long double`.
    unsafe { strtold.call_frame(&mut frame) };
    image.copy_from_slice(&result);
    let all = text.as_bytes();
    !all.is_empty() && !all[0].is_ascii_whitespace() && end.addr() == text.as_ptr().addr() + all.len()
}

/// The shortest text that stands for the number of an image.
pub(super) fn print(image: &[u8]) -> String {
    let mut again = vec![0; image.len()];
    // 21 digits tell 64 bits of mantissa apart, 36 those of binary128.
    let digits = (15..=36).find(|&digits| {
        parse(&print_with(image, digits), &mut again);
        // x87's six bytes of padding count for nothing.
        let counted = if again.len() == 16 && cfg!(target_arch = "x86_64") { 10 } else { again.len() };
        again[..counted] == image[..counted]
    });
    print_with(image, digits.unwrap_or(36))
}

fn print_with(image: &[u8], digits: i32) -> String {
    let Some([_, snprintf]) = functions() else { return String::new() };
    let mut value = room(image.len(), 16);
    value.copy_from_slice(image);
    let mut text = [0_u8; 64];
    let mut frame = [
        Slot::from_ptr(text.as_mut_ptr()),
        Slot::from_i64(text.len() as i64),
        Slot::from_ptr(c"%.*Lg".as_ptr()),
        Slot::from_i64(i64::from(digits)),
        Slot::from_ptr(value.as_mut_ptr()),
        Slot::ZERO,
    ];
    // SAFETY: the room is as said, and the arguments are those of the format.
    unsafe { snprintf.call_frame(&mut frame) };
    let end = text.iter().position(|&byte| byte == 0).unwrap_or(0);
    String::from_utf8_lossy(&text[..end]).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_numbers() {
        let size = CScalar::LongDouble.size(Target::HOST);
        let rows = [
            ("0.1", "0.1"),
            ("1.5", "1.5"),
            ("-2", "-2"),
            ("0x1p-3", "0.125"),
            ("18446744073709551615", "18446744073709551615"),
            ("1e4000", "1e+4000"),
            ("nan", "nan"),
            ("-inf", "-inf"),
        ];
        for (text, expected) in rows {
            let mut image = vec![0; size];
            assert!(parse(text, &mut image), "{text}");
            assert_eq!(print(&image), expected, "{text}");
        }
        for text in ["", " 1", "1 ", "one", "1.5x", "1\0"] {
            assert!(!parse(text, &mut vec![0; size]), "{text:?}");
        }
    }
}
