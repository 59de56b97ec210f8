//! Errors of natives as values of the script: `*errors.errorString`, or what Go makes of the system's errors,
//! `syscall.Errno` and `*fs.PathError`, where the program has these types.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use crate::call::CallContext;
use crate::error::{Trap, VoError, io_text};
use crate::heap::{Heap, new_error};
use crate::plan::Plan;
use crate::slot::Slot;
use crate::types::{Field, TypeId, TypeKind, TypeTable};
use crate::unwind::trap_of_panic;

impl CallContext {
    /// The `error` that a native's error is for the script: type word and data.
    ///
    /// ```
    /// # use vo_ffi_core::{TypeId, VoError};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::context(|cx| {
    /// let [word, _] = cx.error_value(&VoError::new("no such file")).expect("there is memory");
    /// assert_eq!(word.bits() as u32, TypeId::ERROR_STRING_PTR.number());
    /// # });
    /// ```
    ///
    /// # Errors
    /// Where there is no memory for it.
    #[cold]
    pub fn error_value(&mut self, error: &VoError) -> Result<[Slot; 2], Trap> {
        self.make_paused(|heap, types| error_value(heap, types, error))
    }

    /// Writes the results of a native that failed: its error as the `error` of the plan, and zero values.
    ///
    /// ```
    /// # use vo_ffi_core::{Slot, TypeId, VoError};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # use vm::OPEN;
    /// # let open = vm::link(&OPEN);
    /// # vm::context(|cx| {
    /// // `open` is the callee of `Open(name string) (int, error)`; a VM has seen that it ended with `Status::Error`.
    /// let mut frame = [Slot::ZERO; 4];
    /// let error = VoError::new("no such file");
    /// // SAFETY: the frame has the slots of the plan.
    /// unsafe { cx.write_error(&open.plan, &error, frame.as_mut_ptr()).expect("there is memory") };
    /// assert_eq!(frame[1], Slot::ZERO);
    /// assert_eq!(frame[2].bits() as u32, TypeId::ERROR_STRING_PTR.number());
    /// # });
    /// ```
    ///
    /// # Errors
    /// Where there is no memory for them.
    ///
    /// # Safety
    /// `frame` has the slots of `plan`.
    #[cold]
    pub unsafe fn write_error(&mut self, plan: &Plan, error: &VoError, frame: *mut Slot) -> Result<(), Trap> {
        self.make_paused(|heap, types| {
            for place in &plan.results {
                let value = match plan.error_result {
                    Some(result) if result == *place => error_value(heap, types, error),
                    // A struct is the address of its image, also where it is zero.
                    _ if types.is_image(place.ty) => [Slot::from_ptr(heap.new_object(place.ty)), Slot::ZERO],
                    _ => [Slot::ZERO; 2],
                };
                // SAFETY: the caller vouches for the slots of each result.
                unsafe { frame.add(place.at.into()).copy_from(value.as_ptr(), place.slots.into()) };
            }
        })
    }

    fn make_paused<R>(&mut self, make: impl FnOnce(&mut dyn Heap, &TypeTable) -> R) -> Result<R, Trap> {
        let types: *const TypeTable = Arc::as_ptr(self.types());
        self.paused += 1;
        let heap = self.heap();
        // SAFETY: the context has the table until `set_types`, which nobody calls meanwhile.
        let made = catch_unwind(AssertUnwindSafe(|| make(heap, unsafe { &*types })));
        self.paused -= 1;
        made.map_err(trap_of_panic)
    }
}

/// An `error` value; the caller has paused collection.
pub(crate) fn error_value(heap: &mut dyn Heap, types: &TypeTable, error: &VoError) -> [Slot; 2] {
    let made = match error.file() {
        Some((operation, path)) => path_error(heap, types, (operation, path), error),
        None => error.errno().and_then(|code| errno(types, code)),
    };
    made.unwrap_or_else(|| error.with_text(|text| new_error(heap, text)))
}

/// The `error` that an errno is: a `syscall.Errno`, or its text where the program has no such type.
///
/// The caller has paused collection, or holds the result before the next allocation.
///
/// ```
/// # use std::sync::Arc;
/// # use vo_ffi_core::{ArenaHeap, TypeId, TypeTable, new_errno};
/// let mut types = TypeTable::new();
/// let mut heap = ArenaHeap::new(Arc::new(types.clone()));
/// let [word, _] = new_errno(&mut heap, &types, 2);
/// assert_eq!(word.bits() as u32, TypeId::ERROR_STRING_PTR.number());
/// let errno = types.new_named("syscall.Errno");
/// types.set_underlying(errno, TypeId::UINTPTR);
/// assert_eq!(new_errno(&mut heap, &types, 2).map(|slot| slot.bits()), [errno.number().into(), 2]);
/// ```
#[cold]
pub fn new_errno(heap: &mut dyn Heap, types: &TypeTable, code: i32) -> [Slot; 2] {
    let text = || io_text(&std::io::Error::from_raw_os_error(code));
    errno(types, code).unwrap_or_else(|| new_error(heap, &text()))
}

fn errno(types: &TypeTable, code: i32) -> Option<[Slot; 2]> {
    let ty = types.find_named("syscall.Errno").filter(|&ty| types.as_scalar(ty).is_some())?;
    Some([Slot::from_bits(ty.number().into()), Slot::from_bits(code as u64)])
}

fn path_error(
    heap: &mut dyn Heap,
    types: &TypeTable,
    (operation, path): (&str, &str),
    error: &VoError,
) -> Option<[Slot; 2]> {
    let reason = errno(types, error.errno()?)?;
    let ty = types.find_named("fs.PathError")?;
    let pointer = types.find(&TypeKind::Pointer(ty))?;
    let TypeKind::Struct(fields) = types.kind(ty) else { return None };
    let is_path_error = |fields: &[Field]| fields.iter().map(|field| field.ty).eq(PATH_ERROR);
    if !is_path_error(fields) {
        return None;
    }
    let (operation, path) = (heap.new_string(operation.as_bytes()), heap.new_string(path.as_bytes()));
    let image = heap.new_object(ty);
    // SAFETY: the new struct has two strings and an interface: four slots, one after the other.
    unsafe { image.cast::<[Slot; 4]>().write([operation, path, reason[0], reason[1]]) };
    Some([Slot::from_bits(pointer.number().into()), Slot::from_ptr(image)])
}

/// The fields of `fs.PathError`: `Op`, `Path`, `Err`.
const PATH_ERROR: [TypeId; 3] = [TypeId::STRING, TypeId::STRING, TypeId::ERROR];
