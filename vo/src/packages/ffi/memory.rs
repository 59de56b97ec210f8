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
        let layout = Layout::from_size_align(size, align).ok().filter(|_| size <= LARGEST);
        let layout = layout.ok_or_else(|| format!("a value of {size} bytes is too large"))?;
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

    /// # Safety
    /// Its first `size` bytes are there, and nothing else writes them now.
    pub(super) unsafe fn bytes(&self, size: usize) -> Vec<u8> {
        let mut bytes = vec![0; size];
        // SAFETY: the caller vouches for the source; the vector is new.
        unsafe { self.address.copy_to_nonoverlapping(bytes.as_mut_ptr(), size) };
        bytes
    }
}

impl TypeRef {
    /// Zeros for a value of this type.
    pub(super) fn zeroed(&self) -> Result<Memory, String> {
        Memory::zeroed(self.size(), self.align())
    }
}
