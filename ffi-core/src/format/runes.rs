//! Runes of strings that need not be UTF-8.

/// The first rune of `bytes`, and how many bytes it takes. As in Go, a byte that is not part of UTF-8 is a
/// U+FFFD of length 1; of nothing the first rune is U+FFFD of length 0.
///
/// ```
/// use vo_ffi_core::decode_rune;
/// assert_eq!(decode_rune("né".as_bytes()), ('n', 1));
/// assert_eq!(decode_rune("é".as_bytes()), ('é', 2));
/// assert_eq!(decode_rune(b"\xe9"), ('\u{fffd}', 1));
/// ```
#[inline]
pub fn decode_rune(bytes: &[u8]) -> (char, usize) {
    match bytes.first() {
        None => (char::REPLACEMENT_CHARACTER, 0),
        Some(&first) if first < 0x80 => (first.into(), 1),
        Some(_) => decode_long(bytes),
    }
}

fn decode_long(bytes: &[u8]) -> (char, usize) {
    let head = &bytes[..bytes.len().min(4)];
    let valid = match std::str::from_utf8(head) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&head[..error.valid_up_to()]).unwrap_or_default(),
    };
    match valid.chars().next() {
        Some(rune) => (rune, rune.len_utf8()),
        None => (char::REPLACEMENT_CHARACTER, 1),
    }
}

/// The runes of a string with their offsets and lengths, as `for range` gives them.
///
/// ```
/// # use vo_ffi_core::Runes;
/// let runes: Vec<_> = Runes::new(b"h\xc3\xa9\xff").collect();
/// assert_eq!(runes, [(0, 'h', 1), (1, 'é', 2), (3, '\u{fffd}', 1)]);
/// ```
#[derive(Clone, Debug)]
pub struct Runes<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Runes<'a> {
    /// The runes of these bytes.
    pub fn new(bytes: &'a [u8]) -> Runes<'a> {
        Runes { bytes, offset: 0 }
    }
}

impl Iterator for Runes<'_> {
    type Item = (usize, char, usize);

    #[inline]
    fn next(&mut self) -> Option<(usize, char, usize)> {
        let offset = self.offset;
        match decode_rune(&self.bytes[offset..]) {
            (_, 0) => None,
            (rune, len) => {
                self.offset += len;
                Some((offset, rune, len))
            }
        }
    }
}

pub(super) fn count_runes(bytes: &[u8]) -> usize {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.chars().count(),
        Err(_) => Runes::new(bytes).count(),
    }
}

/// The rune of a value that may be anything.
pub(super) fn rune_of(value: u64) -> char {
    u32::try_from(value).ok().and_then(char::from_u32).unwrap_or(char::REPLACEMENT_CHARACTER)
}

pub(crate) fn push_rune(out: &mut Vec<u8>, rune: char) {
    out.extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes());
}
