//! Memory that ends where nothing may be read.

use memmap2::{MmapMut, MmapOptions};

/// Memory whose last byte is the last that may be read or written.
pub(crate) struct Guarded {
    map: MmapMut,
    room: usize,
}

impl Guarded {
    pub(crate) fn new(room: usize) -> Guarded {
        const PAGE: usize = 4096;
        let room = room.next_multiple_of(PAGE);
        let mut map = MmapOptions::new().len(room + PAGE).map_anon().expect("memory");
        // SAFETY: the last page of the map is nobody's, and nothing in it is read or written from now on.
        let failed = unsafe { libc::mprotect(map.as_mut_ptr().add(room).cast(), PAGE, libc::PROT_NONE) };
        assert_eq!(failed, 0);
        Guarded { map, room }
    }

    /// Puts an image before the guard.
    pub(crate) fn put(&mut self, image: &[u8]) -> *mut u8 {
        let start = self.room - image.len();
        self.map[start..self.room].copy_from_slice(image);
        self.map[start..].as_mut_ptr()
    }
}
