//! Texts at addresses that may be none.

use std::io::{self, Read as _};
use std::os::fd::AsRawFd as _;

/// Where a chunk ends, whether memory is there may change.
const PAGE: usize = 4096;

/// The text at an address up to its NUL; `None` where it cannot be read.
///
/// The system copies it through a pipe, which is an error and no crash where there is no memory.
pub(super) fn text(address: usize) -> Option<Vec<u8>> {
    let (mut reader, writer) = io::pipe().ok()?;
    let mut text = Vec::new();
    loop {
        let from = address.checked_add(text.len())?;
        let room = PAGE - from % PAGE;
        let at = std::ptr::with_exposed_provenance::<libc::c_void>(from);
        // SAFETY: the system looks at the memory before it reads it, and an empty pipe has room for a page.
        let written = unsafe { libc::write(writer.as_raw_fd(), at, room) };
        let start = text.len();
        text.resize(start + usize::try_from(written).ok()?, 0);
        reader.read_exact(&mut text[start..]).ok()?;
        if let Some(end) = text[start..].iter().position(|&byte| byte == 0) {
            text.truncate(start + end);
            return Some(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_there_and_others() {
        let long = format!("{}\0", "x".repeat(3 * PAGE));
        let rows = [("\0", ""), ("text\0 more", "text"), (&long, &long[..3 * PAGE])];
        for (memory, expected) in rows {
            assert_eq!(text(memory.as_ptr().expose_provenance()).as_deref(), Some(expected.as_bytes()));
        }
        for address in [1, 5, PAGE, usize::MAX, 0xffff_8000_0000_0000, 0x1234_5678_9abc] {
            assert_eq!(text(address), None, "{address:#x}");
        }
    }
}
