//! The bytes of values that fit no slot.

use std::alloc::{Layout, alloc_zeroed, dealloc, handle_alloc_error};
use std::fmt;
use std::ops::{Deref, DerefMut};
use std::ptr::{NonNull, without_provenance_mut};

use crate::ffi_type::FfiType;

/// The bytes of a value as C has it, aligned as its type asks; at first zero.
///
/// ```
/// use vo_ffi_runtime::{FfiType, Image};
///
/// let pair = FfiType::parse("struct { char kind; double value; }")?;
/// let mut image = Image::zeroed(&pair);
/// image[8..].copy_from_slice(&1.5_f64.to_ne_bytes());
/// assert_eq!((image.len(), &image[..8]), (16, &[0; 8][..]));
/// # Ok::<(), vo_ffi_runtime::FunctionError>(())
/// ```
pub struct Image {
    data: NonNull<u8>,
    layout: Layout,
}

// SAFETY: the bytes are this value's own.
unsafe impl Send for Image {}
// SAFETY: they are only written through a unique reference.
unsafe impl Sync for Image {}

impl Image {
    /// A value of this type whose bytes are zero.
    ///
    /// # Panics
    /// If the type is larger than any memory.
    pub fn zeroed(ty: &FfiType) -> Image {
        Image::with_layout(
            Layout::from_size_align(ty.size(), ty.align()).expect("types end below isize::MAX"),
        )
    }

    /// So many bytes, zero at first.
    ///
    /// ```
    /// use std::alloc::Layout;
    /// use vo_ffi_runtime::Image;
    ///
    /// let image = Image::with_layout(Layout::new::<[u64; 3]>());
    /// assert_eq!(image[..], [0; 24]);
    /// ```
    pub fn with_layout(layout: Layout) -> Image {
        if layout.size() == 0 {
            // No byte, at an address that is aligned all the same.
            let at = NonNull::new(without_provenance_mut(layout.align()));
            return Image { data: at.unwrap_or(NonNull::dangling()), layout };
        }
        // SAFETY: the size is not zero.
        let data = unsafe { alloc_zeroed(layout) };
        Image { data: NonNull::new(data).unwrap_or_else(|| handle_alloc_error(layout)), layout }
    }
}

impl Drop for Image {
    fn drop(&mut self) {
        if self.layout.size() > 0 {
            // SAFETY: the bytes were allocated with this layout.
            unsafe { dealloc(self.data.as_ptr(), self.layout) };
        }
    }
}

impl Clone for Image {
    fn clone(&self) -> Image {
        let mut image = Image::with_layout(self.layout);
        image.copy_from_slice(self);
        image
    }
}

impl Deref for Image {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: so many bytes are there, zeroed when they were allocated.
        unsafe { std::slice::from_raw_parts(self.data.as_ptr(), self.layout.size()) }
    }
}

impl DerefMut for Image {
    fn deref_mut(&mut self) -> &mut [u8] {
        // SAFETY: as for `deref`; the reference to this value is unique, and so is that to its bytes.
        unsafe { std::slice::from_raw_parts_mut(self.data.as_ptr(), self.layout.size()) }
    }
}

impl PartialEq for Image {
    fn eq(&self, other: &Image) -> bool {
        self[..] == other[..]
    }
}

impl Eq for Image {}

impl fmt::Debug for Image {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Image({:02x?})", &self[..])
    }
}
