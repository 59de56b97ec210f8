//! Entries from a pipe or a file.

use std::io::BufRead as _;

use super::{Read, goes_on};

/// Standard input, line by line.
pub(super) struct Lines {
    ended: bool,
}

impl Lines {
    pub(super) fn new() -> Lines {
        Lines { ended: false }
    }

    /// The next entry: as many lines as it takes.
    pub(super) fn read(&mut self) -> Read {
        let mut entry = String::new();
        while !self.ended {
            let mut line = Vec::new();
            // What cannot be read any more is at its end.
            self.ended = matches!(std::io::stdin().lock().read_until(b'\n', &mut line), Ok(0) | Err(_));
            entry.push_str(&String::from_utf8_lossy(&line));
            if !entry.trim().is_empty() && (self.ended || !goes_on(&entry)) {
                return Read::Entry(entry);
            }
        }
        Read::End
    }
}
