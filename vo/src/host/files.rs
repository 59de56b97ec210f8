//! The files that a program has opened.

use std::fs::File;

/// Open files by their handles, which follow those of the standard ones.
#[derive(Debug, Default)]
pub(crate) struct Files(Vec<Option<File>>);

const FIRST: usize = super::STDERR + 1;

impl Files {
    /// Adds a file; the result is its handle.
    pub(crate) fn add(&mut self, file: File) -> usize {
        let free = self.0.iter().position(Option::is_none).unwrap_or(self.0.len());
        if free == self.0.len() {
            self.0.push(None);
        }
        self.0[free] = Some(file);
        free + FIRST
    }

    /// The file of a handle; none where it is closed, or a standard one.
    pub(crate) fn get(&mut self, handle: usize) -> Option<&mut File> {
        self.0.get_mut(handle.checked_sub(FIRST)?)?.as_mut()
    }

    /// Closes a file, unless that is done, or it is a standard one.
    pub(crate) fn close(&mut self, handle: usize) {
        if let Some(entry) = handle.checked_sub(FIRST).and_then(|index| self.0.get_mut(index)) {
            *entry = None;
        }
    }
}
