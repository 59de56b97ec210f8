//! What a program writes, for a test to read.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

/// A stream of a program; clones are the same stream.
#[derive(Clone, Default)]
pub(crate) struct Written(Rc<RefCell<Vec<u8>>>);

impl Written {
    /// What was written since the last time; what is not UTF-8 is replaced.
    pub(crate) fn take(&self) -> String {
        String::from_utf8_lossy(&self.0.take()).into_owned()
    }
}

impl Write for Written {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().write(text)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
