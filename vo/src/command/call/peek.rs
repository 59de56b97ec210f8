//! Texts at addresses that may be none.

use std::io::{self, PipeReader, PipeWriter, Read as _};
use std::os::fd::AsRawFd as _;

/// Where memory is, there is a page of it.
const PAGE: usize = 4096;

/// The text at an address up to its NUL; `None` where it cannot be read.
pub(super) fn text(address: usize) -> Option<Vec<u8>> {
    let mut pipe = io::pipe().ok()?;
    let mut text = Vec::new();
    loop {
        let from = address.checked_add(text.len())?;
        if !is_there(from, &mut pipe) {
            return None;
        }
        let at = std::ptr::with_exposed_provenance::<u8>(from);
        for offset in 0..PAGE - from % PAGE {
            // SAFETY: the page is there, and the byte is in it.
            match unsafe { at.add(offset).read() } {
                0 => return Some(text),
                byte => text.push(byte),
            }
        }
    }
}

/// Whether a byte can be read: the system copies it through a pipe, which is an error and no crash where it is not there.
fn is_there(address: usize, (reader, writer): &mut (PipeReader, PipeWriter)) -> bool {
    let at = std::ptr::with_exposed_provenance(address);
    // SAFETY: the system looks whether the byte is there before it reads it, and an empty pipe has room for one.
    let written = unsafe { libc::write(writer.as_raw_fd(), at, 1) };
    written == 1 && reader.read_exact(&mut [0]).is_ok()
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
