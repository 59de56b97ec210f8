//! Package syscall.

use std::io;

use vo_ffi::io_text;
use vo_ffi::prelude::*;

#[vo_extern("syscall.Errno.Error")]
fn errno_text(e: u64) -> String {
    match i32::try_from(e) {
        Ok(code @ 1..) => io_text(&io::Error::from_raw_os_error(code)),
        _ => format!("errno {e}"),
    }
}
