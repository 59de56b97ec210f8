//! Where the next member goes, in bits.

/// A position as gcc keeps it: a multiple of the block, and bits behind it. Some of its rules round the bits alone,
/// which matters where a bit-field's type is aligned more than the block.
#[derive(Clone, Copy)]
pub(super) struct Position {
    block: u64,
    base: u64,
    bits: u64,
}

impl Position {
    /// The start of a record.
    pub(super) fn new(block: u64) -> Position {
        Position { block, base: 0, bits: 0 }
    }

    /// How many bits there are before it.
    pub(super) fn total(&self) -> u64 {
        self.base + self.bits
    }

    pub(super) fn is_aligned(&self, align: u64) -> bool {
        self.total().is_multiple_of(align)
    }

    /// Goes on to a multiple of `align`.
    pub(super) fn align(&mut self, align: u64) {
        if align < self.block {
            self.round(align);
        } else {
            self.base = self.total().next_multiple_of(align);
            self.bits = 0;
        }
    }

    /// Goes on until the bits behind the base are a multiple of `align`.
    pub(super) fn round(&mut self, align: u64) {
        self.bits = self.bits.next_multiple_of(align);
    }

    pub(super) fn skip(&mut self, bits: u64) {
        self.bits += bits;
    }

    /// Makes the base as large as it can be.
    pub(super) fn normalize(&mut self) {
        self.base += self.bits - self.bits % self.block;
        self.bits %= self.block;
    }
}
