//! Texts of C as bytes of UTF-8.

use crate::format::push_rune;

/// The text in an array of C characters, up to its NUL: of one byte each, as they are; of two, decoded as UTF-16; of
/// four, as UTF-32. What is no character becomes U+FFFD.
///
/// ```
/// use vo_ffi_core::c_text;
/// assert_eq!(c_text(1, b"bob\0\0"), b"bob");
/// assert_eq!(c_text(2, &[0x3d, 0xd8, 0x00, 0xde]), "😀".as_bytes());
/// assert_eq!(c_text(4, &[0xe9, 0, 0, 0, 0, 0, 0, 0]), "é".as_bytes());
/// ```
pub fn c_text(unit: usize, bytes: &[u8]) -> Vec<u8> {
    let units = bytes.chunks_exact(unit.max(1)).map(|bytes| match *bytes {
        [a, b] => u16::from_ne_bytes([a, b]).into(),
        [a, b, c, d] => u32::from_ne_bytes([a, b, c, d]),
        _ => bytes[0].into(),
    });
    let units = units.take_while(|&unit| unit != 0);
    let mut text = Vec::new();
    match unit {
        2 => {
            for rune in char::decode_utf16(units.map(|unit| unit as u16)) {
                push_rune(&mut text, rune.unwrap_or(char::REPLACEMENT_CHARACTER));
            }
        }
        4 => units.for_each(|unit| {
            push_rune(&mut text, char::from_u32(unit).unwrap_or(char::REPLACEMENT_CHARACTER));
        }),
        _ => text.extend(units.map(|unit| unit as u8)),
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_end_at_their_nul_and_are_decoded() {
        let wide = |units: &[u16]| units.iter().flat_map(|unit| unit.to_ne_bytes()).collect::<Vec<u8>>();
        let wider = |units: &[u32]| units.iter().flat_map(|unit| unit.to_ne_bytes()).collect::<Vec<u8>>();
        let rows: [(usize, Vec<u8>, &[u8]); 9] = [
            (1, vec![], b""),
            (1, b"no end".to_vec(), b"no end"),
            (1, b"\xff\x80\0x".to_vec(), b"\xff\x80"),
            (1, b"\0x".to_vec(), b""),
            (2, wide(&[0x68, 0xe9, 0, 0x78]), "hé".as_bytes()),
            (2, wide(&[0xd83d, 0x61, 0xde00]), "\u{fffd}a\u{fffd}".as_bytes()),
            (2, wide(&[0x61, 0xd83d]), "a\u{fffd}".as_bytes()),
            (4, wider(&[0x1f600, 0x61, 0, 0x62]), "😀a".as_bytes()),
            (4, wider(&[0xd800, 0x11_0000, u32::MAX]), "\u{fffd}\u{fffd}\u{fffd}".as_bytes()),
        ];
        for (unit, bytes, expected) in rows {
            assert_eq!(c_text(unit, &bytes), expected, "{unit} {bytes:x?}");
        }
    }
}
