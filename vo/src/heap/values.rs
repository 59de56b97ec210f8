//! Values by type: between memory and slots, `==`, and hashing.

use std::hash::{BuildHasher, Hasher};

use vo_ffi::{Class, Scalar, Slot, TypeId, TypeKind};

use super::layout::{Form, TypeRow};
use super::objects::string_bytes;
use super::{HeapError, VmHeap};

/// Two images to be compared, or `count` of them in a row.
struct Compare {
    ty: TypeId,
    a: *const u8,
    b: *const u8,
    count: u64,
}

/// An image to be hashed, or `count` of them in a row.
struct Hash {
    ty: TypeId,
    at: *const u8,
    count: u64,
}

/// Whether two scalars are `==`: NaN never is, 0 and -0 are.
#[inline]
pub(super) fn scalars_equal(scalar: Scalar, a: Slot, b: Slot) -> bool {
    match scalar {
        Scalar::Float64 => a.as_f64() == b.as_f64(),
        Scalar::Float32 => f32::from_bits(a.bits() as u32) == f32::from_bits(b.bits() as u32),
        _ => a == b,
    }
}

/// The bits to hash a scalar by: equal scalars have equal ones.
#[inline]
pub(super) fn hash_bits(scalar: Scalar, slot: Slot) -> u64 {
    let is_zero = scalar.class() == Class::Float && scalars_equal(scalar, slot, Slot::ZERO);
    if is_zero { 0 } else { slot.bits() }
}

impl VmHeap {
    /// Reads a value from memory. Of a struct or an array the slot is `at` itself: nothing is copied.
    ///
    /// # Safety
    /// A value of type `ty` lies at `at`.
    #[inline]
    pub unsafe fn load(&self, ty: TypeId, at: *const u8) -> [Slot; 2] {
        // SAFETY: the caller vouches for a value of the type.
        unsafe { load(self.layouts.row(ty), at) }
    }

    /// Writes a value to memory. Of a struct or an array, the image is copied.
    ///
    /// # Safety
    /// `at` is writable for a value of type `ty`, and `value` is one.
    #[inline]
    pub unsafe fn store(&self, ty: TypeId, at: *mut u8, value: [Slot; 2]) {
        let row = self.layouts.row(ty);
        // SAFETY: the caller vouches for the memory and for the value; each arm writes the type's size.
        unsafe {
            match row.form {
                Form::Scalar(scalar) => scalar.store(at, value[0]),
                Form::String | Form::Reference => at.cast::<Slot>().write_unaligned(value[0]),
                Form::Interface => at.cast::<[Slot; 2]>().write(value),
                Form::Image if value[0] == Slot::ZERO => at.write_bytes(0, row.size),
                Form::Image => std::ptr::copy(value[0].as_ptr::<u8>(), at, row.size),
            }
        }
    }

    /// `a == b` for two values of type `ty`.
    ///
    /// # Safety
    /// Both are values of the type.
    pub unsafe fn equal(&self, ty: TypeId, a: [Slot; 2], b: [Slot; 2]) -> Result<bool, HeapError> {
        // SAFETY: the caller vouches for both values; the forms follow from their type.
        unsafe {
            match self.layouts.row(ty).form {
                Form::Scalar(scalar) => Ok(scalars_equal(scalar, a[0], b[0])),
                Form::String => Ok(string_bytes(a[0]) == string_bytes(b[0])),
                Form::Reference => Ok(a[0] == b[0]),
                Form::Interface => match self.common_type(a, b)? {
                    Ok(dynamic) => self.equal(dynamic, [a[1], Slot::ZERO], [b[1], Slot::ZERO]),
                    Err(equal) => Ok(equal),
                },
                Form::Image => self.images_equal(ty, a[0].as_ptr(), b[0].as_ptr()),
            }
        }
    }

    /// The type that two interfaces both hold, or whether they are equal without looking further.
    fn common_type(&self, a: [Slot; 2], b: [Slot; 2]) -> Result<Result<TypeId, bool>, HeapError> {
        if a[0] != b[0] || a[0] == Slot::ZERO {
            return Ok(Err(a[0] == b[0]));
        }
        let ty = TypeId::from_number(a[0].bits() as u32);
        if self.layouts.row(ty).comparable { Ok(Ok(ty)) } else { Err(HeapError::Uncomparable(ty)) }
    }

    /// Compares field by field. A list of work instead of recursion: values inside of interfaces nest as
    /// deep as a program likes.
    ///
    /// # Safety
    /// Images of the type lie at both addresses.
    unsafe fn images_equal(&self, ty: TypeId, a: *const u8, b: *const u8) -> Result<bool, HeapError> {
        let mut work = vec![Compare { ty, a, b, count: 1 }];
        while let Some(next) = work.pop() {
            // SAFETY: the caller vouches for the first pair, and a pair's parts lie where the layout says.
            if !unsafe { self.compare(next, &mut work)? } {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Compares one value, or lists its parts in `work`.
    ///
    /// # Safety
    /// `count` values of the type lie at both addresses.
    unsafe fn compare(&self, next: Compare, work: &mut Vec<Compare>) -> Result<bool, HeapError> {
        let row = self.layouts.row(next.ty);
        let Compare { ty, a, b, count } = next;
        // SAFETY: the caller vouches for both ranges.
        unsafe {
            if row.bytewise {
                let len = row.size * count as usize;
                return Ok(std::slice::from_raw_parts(a, len) == std::slice::from_raw_parts(b, len));
            }
            if count > 1 {
                work.push(Compare { ty, a: a.add(row.size), b: b.add(row.size), count: count - 1 });
            }
            match row.form {
                Form::Image if !self.bits_equal(ty, a, b) => Ok(false),
                Form::Image => {
                    self.push_parts(ty, |ty, offset, count| {
                        let (a, b) = (a.wrapping_add(offset), b.wrapping_add(offset));
                        work.push(Compare { ty, a, b, count });
                    });
                    Ok(true)
                }
                Form::Interface => {
                    let (a, b) = (load(row, a), load(row, b));
                    match self.common_type(a, b)? {
                        Ok(ty) if self.layouts.row(ty).form == Form::Image => {
                            work.push(Compare { ty, a: a[1].as_ptr(), b: b[1].as_ptr(), count: 1 });
                            Ok(true)
                        }
                        Ok(ty) => self.equal(ty, [a[1], Slot::ZERO], [b[1], Slot::ZERO]),
                        Err(equal) => Ok(equal),
                    }
                }
                _ => self.equal(ty, load(row, a), load(row, b)),
            }
        }
    }

    /// Gives the fields of a struct or the elements of an array as (type, offset, count), last one first:
    /// the order for a list that is worked off from its end. Fields named `_` are no part of a value, and bit-fields have no
    /// place of their own: see [`VmHeap::bits_of`].
    fn push_parts(&self, ty: TypeId, mut push: impl FnMut(TypeId, usize, u64)) {
        match self.types.kind(ty) {
            TypeKind::Array(_, 0) => {}
            TypeKind::Array(elem, len) => push(*elem, 0, *len),
            TypeKind::Struct(fields) => {
                let offsets = &self.types.layout(ty).offsets;
                for (index, field) in fields.iter().enumerate().rev() {
                    if field.name != "_" && self.types.bit_field(ty, index).is_none() {
                        push(field.ty, offsets[index], 1);
                    }
                }
            }
            _ => {}
        }
    }

    /// The values of a struct's bit-fields.
    ///
    /// # Safety
    /// `image` is one of type `ty`.
    unsafe fn bits_of(&self, ty: TypeId, image: *const u8) -> impl Iterator<Item = Slot> {
        let size = self.layouts.row(ty).size;
        // SAFETY: the caller vouches for the image.
        self.types.bit_fields(ty).map(move |(bits, scalar)| unsafe { bits.load(image, size, scalar) })
    }

    /// # Safety
    /// Both are images of type `ty`.
    unsafe fn bits_equal(&self, ty: TypeId, a: *const u8, b: *const u8) -> bool {
        // SAFETY: the caller vouches for both images.
        unsafe { self.bits_of(ty, a).eq(self.bits_of(ty, b)) }
    }

    /// The hash of a map key that has more than one part, or a type of its own.
    ///
    /// # Safety
    /// `key` is a value of type `ty`.
    pub(super) unsafe fn hash(&self, ty: TypeId, key: [Slot; 2]) -> Result<u64, HeapError> {
        let mut hasher = self.hasher.build_hasher();
        let mut work = Vec::new();
        // SAFETY: the caller vouches for the key.
        unsafe { self.hash_value(ty, key, &mut hasher, &mut work)? };
        while let Some(image) = work.pop() {
            let row = self.layouts.row(image.ty);
            // SAFETY: images and their parts lie where the value around them says.
            unsafe {
                if row.bytewise {
                    hasher.write(std::slice::from_raw_parts(image.at, row.size * image.count as usize));
                    continue;
                }
                if image.count > 1 {
                    work.push(Hash { at: image.at.add(row.size), count: image.count - 1, ..image });
                }
                if row.form == Form::Image {
                    self.bits_of(image.ty, image.at).for_each(|value| hasher.write_u64(value.bits()));
                    self.push_parts(image.ty, |ty, offset, count| {
                        work.push(Hash { ty, at: image.at.wrapping_add(offset), count });
                    });
                } else {
                    self.hash_value(image.ty, load(row, image.at), &mut hasher, &mut work)?;
                }
            }
        }
        Ok(hasher.finish())
    }

    /// Hashes a value, or lists its image in `work`.
    ///
    /// # Safety
    /// `value` is one of type `ty`.
    unsafe fn hash_value(
        &self,
        ty: TypeId,
        value: [Slot; 2],
        hasher: &mut impl Hasher,
        work: &mut Vec<Hash>,
    ) -> Result<(), HeapError> {
        let (mut ty, mut data) = (ty, value[0]);
        if self.layouts.row(ty).form == Form::Interface {
            hasher.write_u64(data.bits());
            if data == Slot::ZERO {
                return Ok(());
            }
            (ty, data) = (TypeId::from_number(data.bits() as u32), value[1]);
        }
        let row = self.layouts.row(ty);
        if !row.comparable {
            return Err(HeapError::Unhashable(ty));
        }
        match row.form {
            Form::Scalar(scalar) => hasher.write_u64(hash_bits(scalar, data)),
            // SAFETY: the caller vouches for the value, whose slot is a string's.
            Form::String => unsafe { hasher.write(string_bytes(data)) },
            Form::Image => work.push(Hash { ty, at: data.as_ptr(), count: 1 }),
            Form::Reference | Form::Interface => hasher.write_u64(data.bits()),
        }
        Ok(())
    }
}

/// Reads a value from memory.
///
/// # Safety
/// A value of the row's type lies at `at`.
#[inline]
pub(super) unsafe fn load(row: &TypeRow, at: *const u8) -> [Slot; 2] {
    // SAFETY: the caller vouches for a value of this form.
    unsafe {
        match row.form {
            Form::Scalar(scalar) => [scalar.load(at), Slot::ZERO],
            Form::String | Form::Reference => [at.cast::<Slot>().read_unaligned(), Slot::ZERO],
            Form::Interface => at.cast::<[Slot; 2]>().read(),
            Form::Image => [Slot::from_ptr(at), Slot::ZERO],
        }
    }
}
