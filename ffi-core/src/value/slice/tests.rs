//! Elements that lie anywhere, as those of an array in a packed struct do.

use std::ptr::NonNull;
use std::sync::Arc;

use super::*;
use crate::call::{CallContext, Status};
use crate::heap::{ArenaHeap, Heap};
use crate::types::{Field, Packing, TypeTable};

#[test]
fn elements_that_are_not_aligned_are_copied_and_not_lent() {
    // struct { char tag; int numbers[2]; } in one packed run
    let mut types = TypeTable::new();
    let numbers = types.array_of(TypeId::RUNE, 2);
    let field = |name: &str, ty| Field { name: name.into(), ty, embedded: false };
    let packed = types.new_named("main.packed");
    let fields = vec![field("tag", TypeId::BYTE), field("numbers", numbers)];
    types.set_packed(packed, fields, Packing { packed: true, align: None });
    let types = Arc::new(types);
    let mut arena = ArenaHeap::new(Arc::clone(&types));
    let image = arena.new_object(packed);
    // SAFETY: the image has 9 bytes, the last eight of which are the array.
    unsafe { image.add(1).cast::<[i32; 2]>().write_unaligned([5, -6]) };
    let heap: &mut dyn Heap = &mut arena;
    // SAFETY: the heap outlives the context, and is used through it alone.
    let mut cx = unsafe { CallContext::new(NonNull::from(heap), types, |_, _, _, _| Status::Ok) };
    for (offset, lent) in [(1, false), (0, true)] {
        // SAFETY: the context lives until the end of this function; two numbers lie at both offsets.
        let slice: VoSlice<'_, i32> = unsafe {
            let access = Access::new(NonNull::from(&mut cx));
            VoSlice::of_array(access, Slot::from_ptr(image.add(offset)), TypeId::RUNE, 2)
        };
        let found = slice.borrow().map(<[i32]>::len).map_err(|error| error.to_string());
        let expected =
            "expected elements aligned to 4 bytes, found part of a packed struct; copy it with to_vec";
        assert_eq!(found, if lent { Ok(2) } else { Err(expected.to_string()) });
        if !lent {
            assert_eq!(slice.to_vec(), [5, -6]);
        }
    }
}
