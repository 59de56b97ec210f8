//! Memory that a call lends to C: images of arguments and results, buffers, texts.

/// Bytes at an aligned address, zero at first.
#[derive(Debug)]
pub(super) struct Memory {
    words: Vec<u128>,
    start: usize,
    len: usize,
}

impl Memory {
    /// So many bytes; `align` is a power of two.
    pub(super) fn new(len: usize, align: usize) -> Memory {
        // One byte more than nothing, so that nothing has an address of its own.
        let spare = if align > align_of::<u128>() { align } else { 0 };
        let words = vec![0_u128; (len + spare).div_ceil(size_of::<u128>()).max(1)];
        let address = words.as_ptr().addr();
        Memory { start: address.next_multiple_of(align.max(1)) - address, words, len }
    }

    /// Its first byte, for C.
    pub(super) fn address(&mut self) -> *mut u8 {
        self.bytes_mut().as_mut_ptr()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        // SAFETY: the words are initialised, and the range is inside them.
        unsafe { std::slice::from_raw_parts(self.words.as_ptr().cast::<u8>().add(self.start), self.len) }
    }

    pub(super) fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as in `bytes`, and all bytes are valid words.
        unsafe {
            std::slice::from_raw_parts_mut(self.words.as_mut_ptr().cast::<u8>().add(self.start), self.len)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_aligned_and_empty_memory_has_an_address() {
        for (len, align) in [(0, 1), (1, 1), (15, 16), (16, 64), (100, 4096)] {
            let mut memory = Memory::new(len, align);
            assert_eq!(memory.address().addr() % align, 0, "{len} bytes aligned to {align}");
            assert_eq!((memory.bytes().len(), memory.address().is_null()), (len, false));
        }
    }
}
