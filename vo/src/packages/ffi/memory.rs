//! The memory of C values: of their own, which keeps what it points to, or C's.

use std::alloc::Layout;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use vo_ffi::Root;
use vo_ffi::runtime::Image;

use super::ctype::TypeRef;

/// A value is no larger: what a type of C can be is more than there is memory.
const LARGEST: usize = 1 << 30;

/// Where a C value lies. Clones are the same memory.
#[derive(Clone)]
pub(super) struct Memory {
    address: *mut u8,
    /// Whose bytes these are; `None` for C's.
    block: Option<Rc<Block>>,
}

/// Bytes that stay where they are as long as something of Vo knows them.
pub(super) struct Block {
    address: *mut u8,
    size: usize,
    /// Whose bytes lie there; they are used by their address alone.
    _image: Image,
    /// What its pointers point to, by their offsets.
    kept: RefCell<BTreeMap<usize, Kept>>,
}

/// Something that must live as long as C may read its address.
#[derive(Clone)]
#[expect(dead_code, reason = "it is held, and not looked at")]
pub(super) enum Kept {
    /// A text with its NUL.
    Text(Rc<[u8]>),
    /// The memory of another value.
    Block(Rc<Block>),
    /// A slice or pointer of Vo.
    Root(Root),
}

impl Memory {
    /// Zeros of its own.
    pub(super) fn zeroed(size: usize, align: usize) -> Result<Memory, String> {
        check_size(size)?;
        let layout = Layout::from_size_align(size, align).map_err(|error| error.to_string())?;
        let mut image = Image::with_layout(layout);
        let address = image.as_mut_ptr();
        let block = Block { address, size, _image: image, kept: RefCell::default() };
        Ok(Memory { address, block: Some(Rc::new(block)) })
    }

    /// Memory of C, for which whoever gave the address vouches.
    pub(super) fn of_c(address: *mut u8) -> Memory {
        Memory { address, block: None }
    }

    pub(super) fn address(&self) -> *mut u8 {
        self.address
    }

    /// A part of it.
    pub(super) fn part(&self, offset: usize) -> Memory {
        Memory { address: self.address.wrapping_add(offset), block: self.block.clone() }
    }

    /// Whether so many bytes from an offset on are known not to be there.
    pub(super) fn ends_before(&self, offset: usize, size: usize) -> bool {
        self.block.as_ref().is_some_and(|block| {
            let room = block.size - self.start(block);
            offset.checked_add(size).is_none_or(|end| end > room)
        })
    }

    /// What keeps it alive; `None` for C's.
    pub(super) fn keeper(&self) -> Option<Kept> {
        self.block.clone().map(Kept::Block)
    }

    fn start(&self, block: &Block) -> usize {
        self.address.addr() - block.address.addr()
    }

    pub(super) fn is_of_c(&self) -> bool {
        self.block.is_none()
    }

    /// Forgets what the pointers among the first `size` bytes pointed to, and keeps something else for the first of them.
    pub(super) fn keep(&self, size: usize, kept: Option<Kept>) {
        let Some(block) = &self.block else { return };
        let start = self.start(block);
        let mut all = block.kept.borrow_mut();
        all.retain(|&offset, _| !(start..start + size.max(1)).contains(&offset));
        // A block that keeps itself would stay for ever.
        let is_itself = matches!(&kept, Some(Kept::Block(other)) if Rc::ptr_eq(other, block));
        if let Some(kept) = kept.filter(|_| !is_itself) {
            all.insert(start, kept);
        }
    }

    /// Keeps for a copy of `size` bytes what the original keeps for them.
    pub(super) fn keep_as(&self, original: &Memory, size: usize) {
        let Some(from) = &original.block else { return self.keep(size, None) };
        let start = original.start(from);
        let copied: Vec<(usize, Kept)> = (from.kept.borrow().range(start..start + size))
            .map(|(offset, kept)| (offset - start, kept.clone()))
            .collect();
        self.keep(size, None);
        for (offset, kept) in copied {
            self.part(offset).keep(1, Some(kept));
        }
    }

    /// Whether the original keeps something for `size` bytes that a copy in C's memory would lose.
    pub(super) fn keeps_any(&self, size: usize) -> bool {
        self.block.as_ref().is_some_and(|block| {
            let start = self.start(block);
            block.kept.borrow().range(start..start + size).next().is_some()
        })
    }

    /// A copy of its first bytes.
    ///
    /// # Errors
    /// That they are too many.
    ///
    /// # Safety
    /// So many are there, and nothing else writes them now.
    pub(super) unsafe fn bytes(&self, size: usize) -> Result<Vec<u8>, String> {
        check_size(size)?;
        let mut bytes = vec![0; size];
        // SAFETY: the caller vouches for the source; the vector is new.
        unsafe { self.address.copy_to_nonoverlapping(bytes.as_mut_ptr(), size) };
        Ok(bytes)
    }
}

fn check_size(size: usize) -> Result<(), String> {
    if size > LARGEST { Err(format!("a value of {size} bytes is too large")) } else { Ok(()) }
}

impl TypeRef {
    /// Zeros for a value of this type.
    pub(super) fn zeroed(&self) -> Result<Memory, String> {
        Memory::zeroed(self.size(), self.align())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> (Rc<[u8]>, Option<Kept>) {
        let text: Rc<[u8]> = Rc::new(*b"text\0");
        (Rc::clone(&text), Some(Kept::Text(text)))
    }

    #[test]
    fn what_pointers_point_to_lives_until_they_are_set_again_or_gone() {
        let memory = Memory::zeroed(32, 8).unwrap();
        let ((a, keep_a), (b, keep_b)) = (text(), text());
        memory.part(8).keep(8, keep_a);
        memory.part(16).keep(8, keep_b);
        assert_eq!((Rc::strong_count(&a), Rc::strong_count(&b)), (2, 2));
        memory.part(8).keep(8, None);
        assert_eq!((Rc::strong_count(&a), Rc::strong_count(&b)), (1, 2));
        let copy = Memory::zeroed(16, 8).unwrap();
        copy.keep_as(&memory.part(8), 16);
        assert_eq!((Rc::strong_count(&b), copy.keeps_any(8), copy.part(8).keeps_any(8)), (3, false, true));
        let part = memory.part(24);
        drop(memory);
        assert_eq!(Rc::strong_count(&b), 3);
        drop((part, copy));
        assert_eq!(Rc::strong_count(&b), 1);
    }

    #[test]
    fn memory_that_points_to_itself_goes() {
        let memory = Memory::zeroed(8, 8).unwrap();
        memory.keep(8, memory.keeper());
        let Some(Kept::Block(block)) = memory.keeper() else { panic!("memory of its own") };
        drop(memory);
        assert_eq!(Rc::strong_count(&block), 1);
    }

    #[test]
    fn ends_are_known_of_own_memory() {
        let memory = Memory::zeroed(8, 8).unwrap();
        let part = memory.part(4);
        let rows = [(&memory, 0, 8, false), (&memory, 1, 8, true), (&part, 0, 4, false), (&part, 1, 4, true)];
        for (memory, offset, size, expected) in rows {
            assert_eq!(memory.ends_before(offset, size), expected, "{offset}, {size}");
        }
        assert!(memory.ends_before(1, usize::MAX));
        assert!(!Memory::of_c(memory.address()).ends_before(0, 100));
        let error = Memory::zeroed(LARGEST + 1, 8).map(|_| ()).unwrap_err();
        assert_eq!(error, "a value of 1073741825 bytes is too large");
    }
}
