//! Slices, and the arguments of variadic natives.

#[cfg(test)]
mod tests;

use std::fmt;
use std::marker::PhantomData;

use crate::convert::{FromVo, IntoVo};
use crate::ctx::Access;
use crate::error::Mismatch;
use crate::slot::Slot;
use crate::types::{TypeId, TypeKind};
use crate::unwind::raise;
use crate::value::{VoInterface, VoValue};

/// A slice of the VM. Its elements may change through other values that share the array, so they are
/// read and written one at a time; [`as_slice`](VoSlice::as_slice) borrows them all.
///
/// ```
/// use vo_ffi_core::VoSlice;
///
/// /// Doubles every number, where it lies.
/// fn double(mut numbers: VoSlice<i64>) {
///     for index in 0..numbers.len() {
///         numbers.set(index, 2 * numbers.get(index));
///     }
/// }
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # vm::run(|ctx| {
/// # let (numbers, same) = vm::shared(ctx, &[1, 2, 3]);
/// double(numbers);
/// assert_eq!(same.to_vec(), [2, 4, 6]);
/// // `[]int{}` is empty, but no nil.
/// let empty = ctx.new_slice::<i64>(&[]);
/// assert!(empty.is_empty() && !empty.is_nil());
/// # });
/// ```
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

impl<'call, T: FromVo<'call>> VoSlice<'call, T> {
    /// The element at `index`.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # let message = vm::trap(|ctx| {
    /// let words = ctx.new_slice(&["a", "b"]);
    /// assert_eq!(words.get(1), "b");
    /// words.get(2); // ends the native
    /// # });
    /// // The script sees:
    /// assert_eq!(message, "runtime error: index out of range [2] with length 2");
    /// ```
    ///
    /// # Panics
    /// Beyond the end, and where the element is no `T`, as a string without UTF-8 is no `String`; the script sees a
    /// trap.
    #[inline]
    pub fn get(&self, index: usize) -> T {
        let at = self.at(index, self.stride());
        // SAFETY: `at` checked the index, and elements are of type `elem`.
        unsafe { T::element(self.access, self.elem, at, index) }
    }

    /// Replaces the element at `index`.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// let mut words = ctx.new_slice(&["a", "b"]);
    /// words.set(0, "c");
    /// assert_eq!(words.iter().collect::<Vec<_>>(), ["c", "b"]);
    /// # });
    /// ```
    ///
    /// # Panics
    /// Beyond the end, for a value of another type than the elements', in an array, and where this native
    /// borrowed the element as `&[T]`; the script sees a trap.
    pub fn set(&mut self, index: usize, value: T)
    where
        T: IntoVo<'call>,
    {
        let at = self.at_mut(index);
        // SAFETY: `at_mut` checked the index and that nothing borrows the element.
        if let Err(error) = unsafe { value.store(self.access, self.elem, at) } {
            raise(format!("element {index}: {error}"));
        }
    }

    /// Its elements, one after the other.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// let numbers = ctx.new_slice(&[1_i64, 2, 3]);
    /// assert_eq!(numbers.iter().map(|n| n * n).sum::<i64>(), 14);
    /// let mut largest = i64::MIN;
    /// for number in &numbers {
    ///     largest = largest.max(number);
    /// }
    /// assert_eq!(largest, 3);
    /// # });
    /// ```
    ///
    /// # Panics
    /// The iterator does where an element is no `T`, as [`get`](VoSlice::get) does.
    pub fn iter(&self) -> VoSliceIter<'_, 'call, T> {
        VoSliceIter { slice: self, next: 0 }
    }

    #[inline]
    fn stride(&self) -> usize {
        if T::STRIDE > 0 { T::STRIDE } else { self.elem_size() }
    }

    /// All elements, or the first that is no `T`.
    pub(crate) fn load_all(&self) -> Result<Vec<T>, Mismatch> {
        let size = self.stride();
        self.access.check_readable(self.data.addr(), self.len * size);
        (0..self.len)
            .map(|index| {
                // SAFETY: the index is below the length, and elements are of type `elem`.
                let item = unsafe { T::load(self.access, self.elem, self.data.add(index * size)) };
                item.map_err(|error| error.within(format_args!("element {index}")))
            })
            .collect()
    }
}

impl<'call, T> VoSlice<'call, T> {
    /// # Safety
    /// `slot` is a slice of the VM with elements of type `elem`, and stays alive for `'call`.
    #[inline]
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
    ///
    /// ```
    /// # use vo_ffi_core::VoValue;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// let VoValue::Slice(items) = ctx.new_slice(&[1_i64, 2]).into_value() else { panic!("a slice") };
    /// assert!(matches!(items.get(1), VoValue::Int(2)));
    /// # });
    /// ```
    pub fn into_value(self) -> VoValue<'call> {
        let VoSlice { access, slot, elem, data, len, of_array, item: _ } = self;
        VoValue::Slice(VoSlice { access, slot, elem, data, len, of_array, item: PhantomData })
    }

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

    /// Where the elements lie, one after the other in C's layout: for a native that gives the address to C. It is valid
    /// as long as the slice is alive; dangling where there is no element.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// let numbers = ctx.new_slice(&[3_i64, 1, 2]);
    /// // SAFETY: there are three elements, and an int is an `i64` where it lies.
    /// assert_eq!(unsafe { numbers.as_ptr().cast::<i64>().add(2).read() }, 2);
    /// # });
    /// ```
    pub fn as_ptr(&self) -> *mut u8 {
        self.data
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
    ///
    /// ```
    /// # use vo_ffi_core::TypeId;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// // The program has `[]byte`, as all have, but no `[]float64`.
    /// assert_eq!(ctx.new_byte_slice(b"").type_id(), TypeId::BYTES);
    /// let floats = ctx.new_slice(&[0.5]);
    /// assert_eq!((floats.type_id(), floats.elem_type()), (TypeId::NIL, TypeId::FLOAT64));
    /// # });
    /// ```
    pub fn type_id(&self) -> TypeId {
        self.access.types().find(&TypeKind::Slice(self.elem)).unwrap_or(TypeId::NIL)
    }

    /// Exchanges two elements, whatever their type.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// let mut words = ctx.new_slice(&["a", "b", "c"]);
    /// words.swap(0, 2);
    /// assert_eq!(words.iter().collect::<Vec<_>>(), ["c", "b", "a"]);
    /// # });
    /// ```
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

    #[inline]
    fn elem_size(&self) -> usize {
        // The size of `any` is known without a look at the table.
        if self.elem == TypeId::ANY { 16 } else { self.access.types().layout(self.elem).size }
    }

    #[inline]
    fn at(&self, index: usize, size: usize) -> *mut u8 {
        if index >= self.len {
            out_of_range(index, self.len);
        }
        // SAFETY: the index is below the length.
        let at = unsafe { self.data.add(index * size) };
        self.access.check_readable(at.addr(), size);
        at
    }

    fn at_mut(&self, index: usize) -> *mut u8 {
        let at = self.at(index, self.elem_size());
        if self.of_array {
            raise("write to an array, which is a value here; only a slice can be changed");
        }
        self.access.check_not_lent(at.addr(), self.elem_size());
        at
    }
}

impl<'call, T: Packed> VoSlice<'call, T> {
    /// All elements, where they lie. From here to the end of the call they cannot be written.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// let numbers = ctx.new_slice(&[3_i64, 1, 2]);
    /// assert_eq!(numbers.as_slice().iter().max(), Some(&3));
    /// # });
    /// # let message = vm::trap(|ctx| {
    /// # let mut numbers = ctx.new_slice(&[3_i64, 1, 2]);
    /// numbers.as_slice();
    /// numbers.set(0, 7); // ends the native
    /// # });
    /// // The script sees:
    /// assert_eq!(message, "write to a slice that the native borrows as &[T]; use get and set, or to_vec");
    /// ```
    ///
    /// # Panics
    /// In a reentrant native, whose closures might write them; use [`to_vec`](VoSlice::to_vec) there.
    pub fn as_slice(&self) -> &[T] {
        self.borrow().unwrap_or_else(|error| raise(format!("as_slice: {error}")))
    }

    /// A copy of all elements.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// let numbers = ctx.new_slice(&[3_i64, 1, 2]);
    /// let mut sorted = numbers.to_vec();
    /// sorted.sort();
    /// assert_eq!((numbers.get(0), sorted), (3, vec![1, 2, 3]));
    /// # });
    /// ```
    ///
    /// # Panics
    /// Where this native has the slice as `&mut [T]` too; the script sees a trap.
    pub fn to_vec(&self) -> Vec<T> {
        self.load_all().unwrap_or_else(|error| raise(error.to_string()))
    }

    /// Overwrites the first `source.len()` elements.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// let mut bytes = ctx.new_byte_slice(b"......");
    /// bytes.copy_from_slice(b"abc");
    /// assert_eq!(bytes.to_vec(), b"abc...");
    /// # });
    /// ```
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

    #[inline(always)]
    pub(crate) fn borrow<'a>(&self) -> Result<&'a [T], Mismatch>
    where
        'call: 'a,
    {
        if self.len == 0 {
            return Ok(&[]);
        }
        self.lend(false)?;
        // SAFETY: the elements lie one after the other in the representation of `T`, live for 'call, and are
        // marked as lent, so no wrapper writes them while this native runs.
        Ok(unsafe { std::slice::from_raw_parts(self.data.cast::<T>(), self.len) })
    }

    #[inline(always)]
    pub(crate) fn borrow_mut<'a>(&self) -> Result<&'a mut [T], Mismatch>
    where
        'call: 'a,
    {
        if self.len == 0 {
            return Ok(&mut []);
        }
        self.lend(true)?;
        // SAFETY: as in `borrow`; the mark says that nobody else has them, and no wrapper reads them either.
        Ok(unsafe { std::slice::from_raw_parts_mut(self.data.cast::<T>(), self.len) })
    }

    /// Marks all elements as lent until the native returns.
    #[inline(always)]
    fn lend(&self, exclusive: bool) -> Result<(), Mismatch> {
        if self.access.is_reentrant() {
            return Err(changeable());
        }
        if !self.data.cast::<T>().is_aligned() {
            return Err(misaligned(align_of::<T>()));
        }
        match self.access.lend(self.data.addr(), self.len * size_of::<T>(), exclusive) {
            true => Ok(()),
            false => Err(shared()),
        }
    }
}

#[cold]
fn out_of_range(index: usize, len: usize) -> ! {
    raise(format!("runtime error: index out of range [{index}] with length {len}"))
}

#[cold]
fn changeable() -> Mismatch {
    Mismatch::new(
        "a slice that no closure can change",
        "one in a reentrant native; use get and set, or copy it with to_vec",
    )
}

/// Arrays in packed structs, and C's memory, may lie anywhere.
#[cold]
fn misaligned(align: usize) -> Mismatch {
    Mismatch::new(
        format!("elements aligned to {align} bytes"),
        "part of a packed struct; copy it with to_vec",
    )
}

#[cold]
fn shared() -> Mismatch {
    let wanted = "elements that no other argument borrows, since one of the two is `&mut [T]`";
    Mismatch::new(wanted, "a slice that shares some")
}

impl<T> fmt::Debug for VoSlice<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "VoSlice({} of {})", self.len, self.access.types().name(self.elem))
    }
}

impl<'a, 'call, T: FromVo<'call>> IntoIterator for &'a VoSlice<'call, T> {
    type Item = T;
    type IntoIter = VoSliceIter<'a, 'call, T>;

    fn into_iter(self) -> VoSliceIter<'a, 'call, T> {
        self.iter()
    }
}

/// The elements of a [`VoSlice`].
///
/// ```
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # vm::run(|ctx| {
/// let words = ctx.new_slice(&["a", "b"]);
/// let mut words = words.iter();
/// assert_eq!((words.next(), words.size_hint()), (Some("a"), (1, Some(1))));
/// assert_eq!((words.next(), words.next()), (Some("b"), None));
/// # });
/// ```
#[derive(Debug)]
pub struct VoSliceIter<'a, 'call, T> {
    slice: &'a VoSlice<'call, T>,
    next: usize,
}

impl<'call, T: FromVo<'call>> Iterator for VoSliceIter<'_, 'call, T> {
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

/// Elements that are plain bytes of the same representation in Rust and in the VM.
///
/// ```
/// use vo_ffi_core::{Packed, VoSlice};
///
/// /// How many elements are not 0, of every type of numbers.
/// fn count<'call, T: Packed + Default + PartialEq>(numbers: &VoSlice<'call, T>) -> usize {
///     numbers.as_slice().iter().filter(|&&number| number != T::default()).count()
/// }
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # vm::run(|ctx| {
/// assert_eq!(count(&ctx.new_slice(&[1.5, 0.0])), 1);
/// assert_eq!(count(&ctx.new_byte_slice(&[1, 2])), 2);
/// # });
/// ```
///
/// # Safety
/// Every bit pattern is a value of the type, and a VM's element of [`FromVo::TYPE`] has its layout.
#[diagnostic::on_unimplemented(
    message = "elements of type `{Self}` cannot be borrowed from a Vo slice",
    label = "only numbers, and structs of numbers, lie in a slice as they do in Rust",
    note = "take `VoSlice<{Self}>`, whose elements are read one at a time, or `Vec<{Self}>`, a copy",
    note = "for your own `#[repr(C)]` struct of numbers: `#[derive(Clone, Copy, FromVo, VoPacked)]`; of a type with \
            `#[derive(VoObject)]` take `Vec<&T>`"
)]
pub unsafe trait Packed: Copy + for<'call> FromVo<'call> {
    /// The alignment that C gives it where each number is aligned to its size.
    #[doc(hidden)]
    const ALIGN: usize;
}

macro_rules! packed {
    ($($ty:ty)*) => {$(
        // SAFETY: a primitive number; the table of scalars gives the VM's element the same size, which is its
        // alignment.
        unsafe impl Packed for $ty {
            const ALIGN: usize = size_of::<$ty>();
        }
    )*};
}

packed!(i8 i16 i32 i64 u8 u16 u32 u64 f32 f64);

/// The arguments of a variadic native's last parameter, `a ...any`.
///
/// ```
/// use vo_ffi_core::{VoValue, VoVariadic};
///
/// /// `extern func Sum(values ...any) float64`
/// fn sum(values: VoVariadic) -> f64 {
///     let number = |value| match value {
///         VoValue::Int(number) => number as f64,
///         VoValue::Float(number) => number,
///         _ => 0.0,
///     };
///     values.iter().map(number).sum()
/// }
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # vm::with_args(|_, values| {
/// // Called as `Sum(1, "two", 3.5)`:
/// assert_eq!((values.len(), values.is_empty()), (3, false));
/// assert_eq!(sum(values), 4.5);
/// # });
/// ```
#[derive(Debug)]
pub struct VoVariadic<'call, T = VoValue<'call>> {
    slice: VoSlice<'call, T>,
}

impl<'call, T: FromVo<'call>> VoVariadic<'call, T> {
    pub(crate) fn new(slice: VoSlice<'call, T>) -> Self {
        VoVariadic { slice }
    }

    /// The argument at `index`, from 0.
    ///
    /// ```
    /// # use vo_ffi_core::VoValue;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::with_args(|_, values| {
    /// // Called with `1, "two", 3.5`:
    /// let VoValue::String(text) = values.get(1) else { panic!("a string") };
    /// assert_eq!(text.as_str(), "two");
    /// # });
    /// ```
    ///
    /// # Panics
    /// Beyond the end; the script sees a trap.
    #[inline]
    pub fn get(&self, index: usize) -> T {
        self.slice.get(index)
    }

    /// The arguments, one after the other.
    ///
    /// ```
    /// # use vo_ffi_core::VoValue;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::with_args(|_, values| {
    /// // Called with `1, "two", 3.5`:
    /// let texts = values.iter().filter(|value| matches!(value, VoValue::String(_)));
    /// assert_eq!(texts.count(), 1);
    /// # });
    /// ```
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
        let at = self.slice.at(index, self.slice.elem_size());
        // SAFETY: `at` checked the index, and a `...any` slice has elements of two slots.
        unsafe { self.slice.access.load_slots(self.slice.elem, at) }
    }

    /// The arguments with their exact types, as the formatter wants them.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::with_args(|_, values| {
    /// // Called with `1, "two", 3.5`:
    /// let types = values.interfaces().into_iter().map(|value| value.type_name());
    /// assert_eq!(types.collect::<Vec<_>>(), ["int", "string", "float64"]);
    /// # });
    /// ```
    pub fn interfaces(&self) -> Vec<VoInterface<'call>> {
        let slice = &self.slice;
        (0..slice.len)
            // SAFETY: a `...any` slice has elements of two slots, an interface each.
            .map(|index| unsafe {
                VoInterface::from_slots(
                    slice.access,
                    slice.access.load_slots(slice.elem, slice.at(index, slice.elem_size())),
                )
            })
            .collect()
    }
}
