//! Slices, and the arguments of variadic natives.

use std::fmt;
use std::marker::PhantomData;

use crate::ctx::Access;
use crate::error::Mismatch;
use crate::scalar::Scalar;
use crate::slot::Slot;
use crate::spec::TypeSpec;
use crate::types::{TypeId, TypeKind};
use crate::unwind::raise;
use crate::value::{VoInterface, VoString, VoValue};

/// A slice of the VM. Its elements may change through other values that share the array, so they are
/// read and written one at a time; [`as_slice`](VoSlice::as_slice) borrows them all.
pub struct VoSlice<'call, T = VoValue<'call>> {
    access: Access<'call>,
    slot: Slot,
    elem: TypeId,
    data: *mut u8,
    len: usize,
    /// Whether it stands for an array: then `slot` is the array's image.
    of_array: bool,
    item: PhantomData<fn() -> T>,
}

impl<'call, T: Element<'call>> VoSlice<'call, T> {
    /// # Safety
    /// `slot` is a slice of the VM with elements of type `elem`, and stays alive for `'call`.
    pub(crate) unsafe fn from_slot(access: Access<'call>, slot: Slot, elem: TypeId) -> Self {
        // SAFETY: the caller vouches for the slice.
        let raw = access.with_heap(|heap| unsafe { heap.slice(slot) });
        VoSlice { access, slot, elem, data: raw.data, len: raw.len, of_array: false, item: PhantomData }
    }

    /// # Safety
    /// `slot` is the address of an array of `len` elements of type `elem`, alive for `'call`.
    pub(crate) unsafe fn of_array(access: Access<'call>, slot: Slot, elem: TypeId, len: usize) -> Self {
        VoSlice { access, slot, elem, data: slot.as_ptr(), len, of_array: true, item: PhantomData }
    }

    /// As a value of any type.
    pub fn into_value(self) -> VoValue<'call> {
        let VoSlice { access, slot, elem, data, len, of_array, item: _ } = self;
        VoValue::Slice(VoSlice { access, slot, elem, data, len, of_array, item: PhantomData })
    }

    /// The element at `index`.
    ///
    /// # Panics
    /// Beyond the end; the script sees a trap.
    pub fn get(&self, index: usize) -> T {
        let at = self.at(index);
        // SAFETY: `at` checked the index, and elements are of type `elem`.
        unsafe { T::load(self.access, self.elem, at) }
    }

    /// Replaces the element at `index`.
    ///
    /// # Panics
    /// Beyond the end, for a value of another type than the elements', in an array, and where this native
    /// borrowed the element as `&[T]`; the script sees a trap.
    pub fn set(&mut self, index: usize, value: T) {
        let at = self.at_mut(index);
        // SAFETY: `at_mut` checked the index and that nothing borrows the element.
        if let Err(error) = unsafe { value.store(self.access, self.elem, at) } {
            raise(format!("element {index}: {error}"));
        }
    }

    /// Its elements, one after the other.
    pub fn iter(&self) -> VoSliceIter<'_, 'call, T> {
        VoSliceIter { slice: self, next: 0 }
    }
}

impl<'call, T> VoSlice<'call, T> {
    /// The slice as the VM knows it; for an array, a new slice with a copy of its elements.
    pub(crate) fn slot(&self) -> Slot {
        if !self.of_array {
            return self.slot;
        }
        let (slot, data) = self.access.new_slice(self.elem, self.len);
        // SAFETY: the new slice has room for the array's elements, and is none of them.
        unsafe { std::ptr::copy_nonoverlapping(self.data, data, self.len * self.elem_size()) };
        slot
    }

    /// How many elements.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether it is nil.
    pub fn is_nil(&self) -> bool {
        self.slot == Slot::ZERO && !self.of_array
    }

    /// The type of its elements.
    pub fn elem_type(&self) -> TypeId {
        self.elem
    }

    /// Its own type; [`TypeId::NIL`] where the program never names a slice of such elements.
    pub fn type_id(&self) -> TypeId {
        self.access.types().find(&TypeKind::Slice(self.elem)).unwrap_or(TypeId::NIL)
    }

    /// Exchanges two elements, whatever their type.
    ///
    /// # Panics
    /// Beyond the end, in an array, and where this native borrowed an element; the script sees a trap.
    pub fn swap(&mut self, i: usize, j: usize) {
        let (a, b) = (self.at_mut(i), self.at_mut(j));
        if i != j {
            // SAFETY: both are elements of `elem_size` bytes, checked, and not the same.
            unsafe { std::ptr::swap_nonoverlapping(a, b, self.elem_size()) };
        }
    }

    fn elem_size(&self) -> usize {
        self.access.types().layout(self.elem).size
    }

    fn at(&self, index: usize) -> *mut u8 {
        if index >= self.len {
            raise(format!("runtime error: index out of range [{index}] with length {}", self.len));
        }
        let size = self.elem_size();
        // SAFETY: the index is below the length.
        let at = unsafe { self.data.add(index * size) };
        self.access.check_readable(at.addr(), size);
        at
    }

    fn at_mut(&self, index: usize) -> *mut u8 {
        let at = self.at(index);
        if self.of_array {
            raise("write to an array, which is a value here; only a slice can be changed");
        }
        self.access.check_not_lent(at.addr(), self.elem_size());
        at
    }
}

impl<'call, T: Element<'call> + Packed> VoSlice<'call, T> {
    /// All elements, where they lie. From here to the end of the call they cannot be written.
    ///
    /// # Panics
    /// In a reentrant native, whose closures might write them; use [`to_vec`](VoSlice::to_vec) there.
    pub fn as_slice(&self) -> &[T] {
        if self.access.is_reentrant() {
            raise("as_slice in a reentrant native: a closure may change the elements; use get, or to_vec");
        }
        self.borrow().unwrap_or_else(|error| raise(format!("as_slice: {error}")))
    }

    /// A copy of all elements.
    pub fn to_vec(&self) -> Vec<T> {
        (0..self.len).map(|index| self.get(index)).collect()
    }

    /// Overwrites the first `source.len()` elements.
    ///
    /// # Panics
    /// Where `source` is longer, and where this native borrowed the elements; the script sees a trap.
    pub fn copy_from_slice(&mut self, source: &[T]) {
        let Some(last) = source.len().checked_sub(1) else { return };
        let (first, end) = (self.at_mut(0), self.at_mut(last));
        let bytes = std::mem::size_of_val(source);
        debug_assert_eq!(end.addr() - first.addr() + size_of::<T>(), bytes);
        self.access.check_not_lent(first.addr(), bytes);
        // SAFETY: the last index is in bounds, nothing borrows the range, and `Packed` types are plain bytes.
        unsafe { std::ptr::copy(source.as_ptr().cast::<u8>(), first, bytes) };
    }

    pub(crate) fn borrow<'a>(&self) -> Result<&'a [T], Mismatch>
    where
        'call: 'a,
    {
        if self.len == 0 {
            return Ok(&[]);
        }
        self.access.lend(self.data.addr(), self.len * size_of::<T>(), false)?;
        // SAFETY: the elements lie one after the other in the representation of `T`, live for 'call, and are
        // marked as lent, so no wrapper writes them while this native runs.
        Ok(unsafe { std::slice::from_raw_parts(self.data.cast::<T>(), self.len) })
    }

    pub(crate) fn borrow_mut<'a>(&self) -> Result<&'a mut [T], Mismatch>
    where
        'call: 'a,
    {
        if self.len == 0 {
            return Ok(&mut []);
        }
        self.access.lend(self.data.addr(), self.len * size_of::<T>(), true)?;
        // SAFETY: as in `borrow`; the mark says that nobody else has them, and no wrapper reads them either.
        Ok(unsafe { std::slice::from_raw_parts_mut(self.data.cast::<T>(), self.len) })
    }
}

impl<T> fmt::Debug for VoSlice<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VoSlice({} of {})", self.len, self.access.types().name(self.elem))
    }
}

impl<'a, 'call, T: Element<'call>> IntoIterator for &'a VoSlice<'call, T> {
    type Item = T;
    type IntoIter = VoSliceIter<'a, 'call, T>;

    fn into_iter(self) -> VoSliceIter<'a, 'call, T> {
        self.iter()
    }
}

/// The elements of a [`VoSlice`].
#[derive(Debug)]
pub struct VoSliceIter<'a, 'call, T> {
    slice: &'a VoSlice<'call, T>,
    next: usize,
}

impl<'call, T: Element<'call>> Iterator for VoSliceIter<'_, 'call, T> {
    type Item = T;

    fn next(&mut self) -> Option<T> {
        let index = self.next;
        (index < self.slice.len).then(|| {
            self.next += 1;
            self.slice.get(index)
        })
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        let left = self.slice.len - self.next;
        (left, Some(left))
    }
}

/// A Rust type that can be an element of a VM's slice.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be an element of a Vo slice",
    note = "elements are i8 to i64, u8 to u64, f32, f64, bool, char, String, VoString, VoValue and VoInterface"
)]
pub trait Element<'call>: Sized {
    /// What a declaration may say.
    const TYPE: TypeSpec;
    /// The element type of a new slice.
    const ELEM: TypeId;
    /// What a declaration may say where a native takes a [`VoSlice`] of these.
    const SLICE: TypeSpec = TypeSpec::Slice(Some(&Self::TYPE));

    /// Reads an element.
    ///
    /// # Safety
    /// `at` holds a value of type `elem`, which [`Element::TYPE`] accepts.
    #[doc(hidden)]
    unsafe fn load(access: Access<'call>, elem: TypeId, at: *const u8) -> Self;

    /// Writes an element, unless it is not of type `elem`.
    ///
    /// # Safety
    /// `at` is writable for a value of type `elem`, which [`Element::TYPE`] accepts.
    #[doc(hidden)]
    unsafe fn store(self, access: Access<'call>, elem: TypeId, at: *mut u8) -> Result<(), Mismatch>;
}

/// Elements that are plain bytes of the same representation in Rust and in the VM.
///
/// # Safety
/// Every bit pattern is a value of the type, and a VM's element of [`Element::TYPE`] has its size.
#[diagnostic::on_unimplemented(
    message = "elements of type `{Self}` cannot be borrowed from a Vo slice",
    label = "only numbers lie in a slice as they do in Rust",
    note = "take `VoSlice<{Self}>`, whose elements are read one at a time, or `Vec<{Self}>`, a copy"
)]
pub unsafe trait Packed: Copy {}

macro_rules! packed {
    ($($ty:ty => $scalar:ident, $id:ident;)*) => {$(
        impl<'call> Element<'call> for $ty {
            const TYPE: TypeSpec = TypeSpec::Scalar(Scalar::$scalar);
            const ELEM: TypeId = TypeId::scalar(Scalar::$id);

            #[inline]
            unsafe fn load(_: Access<'call>, _: TypeId, at: *const u8) -> Self {
                // SAFETY: the caller vouches for an element of this size; elements are aligned as in C.
                unsafe { at.cast::<$ty>().read() }
            }

            #[inline]
            unsafe fn store(self, _: Access<'call>, _: TypeId, at: *mut u8) -> Result<(), Mismatch> {
                // SAFETY: as in `load`.
                unsafe { at.cast::<$ty>().write(self) };
                Ok(())
            }
        }

        // SAFETY: a primitive number; the table of scalars gives the VM's element the same size.
        unsafe impl Packed for $ty {}
    )*};
}

packed! {
    i8 => Int8, Int8;
    i16 => Int16, Int16;
    i32 => Int32, Int32;
    i64 => Int64, Int;
    u8 => Uint8, Uint8;
    u16 => Uint16, Uint16;
    u32 => Uint32, Uint32;
    u64 => Uint64, Uint64;
    f32 => Float32, Float32;
    f64 => Float64, Float64;
}

/// An element that goes through its slots.
macro_rules! by_slots {
    ($ty:ty, $spec:expr, $id:expr, |$access:ident, $elem:ident, $slots:ident| $load:expr, |$value:ident, $cx:ident, $into:ident| $store:expr) => {
        impl<'call> Element<'call> for $ty {
            const TYPE: TypeSpec = $spec;
            const ELEM: TypeId = $id;

            unsafe fn load($access: Access<'call>, $elem: TypeId, at: *const u8) -> Self {
                // SAFETY: the caller vouches for the element's type.
                unsafe {
                    let $slots = $access.load_slots($elem, at);
                    $load
                }
            }

            unsafe fn store(self, $cx: Access<'call>, $into: TypeId, at: *mut u8) -> Result<(), Mismatch> {
                let $value = self;
                let slots = $store;
                // SAFETY: the caller vouches for the place, and `slots` are of its type.
                unsafe { $cx.store_slots($into, at, slots) };
                Ok(())
            }
        }
    };
}

by_slots!(
    bool,
    TypeSpec::Scalar(Scalar::Bool),
    TypeId::BOOL,
    |_access, elem, slots| slots[0].as_bool(),
    |value, access, elem| [Slot::from_bool(value), Slot::ZERO]
);
by_slots!(
    char,
    TypeSpec::Rune,
    TypeId::RUNE,
    |_access, elem, slots| char::from_u32(slots[0].bits() as u32).unwrap_or(char::REPLACEMENT_CHARACTER),
    |value, access, elem| [Slot::from_bits(u32::from(value).into()), Slot::ZERO]
);
by_slots!(
    VoString<'call>,
    TypeSpec::String,
    TypeId::STRING,
    |access, elem, slots| {
        access.hand_out(slots[0]);
        VoString::from_slot(access, slots[0])
    },
    |value, access, elem| [value.slot(), Slot::ZERO]
);
by_slots!(
    String,
    TypeSpec::String,
    TypeId::STRING,
    |access, elem, slots| VoString::from_slot(access, slots[0]).as_str().to_string(),
    |value, access, elem| [access.new_string(value.as_bytes()), Slot::ZERO]
);
by_slots!(
    VoInterface<'call>,
    TypeSpec::Any,
    TypeId::ANY,
    |access, elem, slots| VoInterface::from_slots(access, slots),
    |value, access, elem| value.slots()
);

impl<'call> Element<'call> for VoValue<'call> {
    const TYPE: TypeSpec = TypeSpec::Any;
    const ELEM: TypeId = TypeId::ANY;
    // Elements of every type are read and written by their type.
    const SLICE: TypeSpec = TypeSpec::Slice(None);

    unsafe fn load(access: Access<'call>, elem: TypeId, at: *const u8) -> Self {
        // SAFETY: the caller vouches for the element's type.
        unsafe { VoValue::from_slots(access, elem, access.load_slots(elem, at)) }
    }

    unsafe fn store(self, access: Access<'call>, elem: TypeId, at: *mut u8) -> Result<(), Mismatch> {
        let slots = self.to_slots(access, elem)?;
        // SAFETY: the caller vouches for the place, and `to_slots` made a value of its type.
        unsafe { access.store_slots(elem, at, slots) };
        Ok(())
    }
}

/// The arguments of a variadic native's last parameter, `a ...any`.
#[derive(Debug)]
pub struct VoVariadic<'call, T = VoValue<'call>> {
    slice: VoSlice<'call, T>,
}

impl<'call, T: Element<'call>> VoVariadic<'call, T> {
    pub(crate) fn new(slice: VoSlice<'call, T>) -> Self {
        VoVariadic { slice }
    }

    /// The argument at `index`, from 0.
    ///
    /// # Panics
    /// Beyond the end; the script sees a trap.
    pub fn get(&self, index: usize) -> T {
        self.slice.get(index)
    }

    /// The arguments, one after the other.
    pub fn iter(&self) -> VoSliceIter<'_, 'call, T> {
        self.slice.iter()
    }
}

impl<T> VoVariadic<'_, T> {
    /// How many arguments.
    pub fn len(&self) -> usize {
        self.slice.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.slice.is_empty()
    }
}

impl<'call> VoVariadic<'call> {
    pub(crate) fn access(&self) -> Access<'call> {
        self.slice.access
    }

    /// The type word and the data of an argument.
    pub(crate) fn slots(&self, index: usize) -> [Slot; 2] {
        let at = self.slice.at(index);
        // SAFETY: `at` checked the index, and a `...any` slice has elements of two slots.
        unsafe { self.slice.access.load_slots(self.slice.elem, at) }
    }

    /// The arguments with their exact types, as the formatter wants them.
    pub fn interfaces(&self) -> Vec<VoInterface<'call>> {
        let slice = &self.slice;
        (0..slice.len)
            // SAFETY: a `...any` slice has elements of two slots, an interface each.
            .map(|index| unsafe { VoInterface::load(slice.access, slice.elem, slice.at(index)) })
            .collect()
    }
}
