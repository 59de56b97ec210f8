//! What the output of the derives names: images read and written field by field, integers without a variant.

use std::fmt::Write as _;

use crate::__private::{Given, Taken, facts_of};
use crate::convert::{Arg, FromVo, IntoVo};
use crate::ctx::Access;
use crate::error::Mismatch;
use crate::slot::Slot;
use crate::spec::{FieldSpec, ParamFacts, TypeSpec};
use crate::types::{Field, TypeId, TypeKind};
use crate::value::Packed;

/// How a field of type `T` is read; with one bound, as [`Param`](super::Param) has.
#[derive(Debug)]
pub struct FieldIn<'call, T> {
    load: unsafe fn(Access<'call>, TypeId, *const u8) -> Taken<T>,
    ty: TypeSpec,
    facts: ParamFacts,
}

/// How a field of type `T` is read.
#[inline(always)]
pub const fn field_in<'call, T: FromVo<'call>>() -> FieldIn<'call, T> {
    FieldIn { load: T::load, ty: T::TYPE, facts: facts_of::<T>() }
}

impl<T> FieldIn<'_, T> {
    /// What a struct says of a field of this type.
    pub const fn field(&self, name: &'static str) -> FieldSpec {
        FieldSpec { name, exact: false, ty: self.ty }
    }

    /// The same, where Vo's field has exactly this name.
    pub const fn renamed(&self, name: &'static str) -> FieldSpec {
        FieldSpec { name, exact: true, ty: self.ty }
    }

    /// What a declaration may say.
    pub const fn ty(&self) -> TypeSpec {
        self.ty
    }

    /// What it says about a native that takes a struct with such a field.
    pub const fn facts(&self) -> ParamFacts {
        self.facts
    }
}

/// How a field of type `T` is written; with one bound, as [`FieldIn`] has.
#[derive(Debug)]
pub struct FieldOut<'call, T> {
    store: unsafe fn(T, Access<'call>, TypeId, *mut u8) -> Given<()>,
    ty: TypeSpec,
}

/// How a field of type `T` is written.
#[inline(always)]
pub const fn field_out<'call, T: IntoVo<'call>>() -> FieldOut<'call, T> {
    FieldOut { store: T::store, ty: T::TYPE }
}

impl<T> FieldOut<'_, T> {
    /// What a struct says of a field of this type.
    pub const fn field(&self, name: &'static str) -> FieldSpec {
        FieldSpec { name, exact: false, ty: self.ty }
    }

    /// The same, where Vo's field has exactly this name.
    pub const fn renamed(&self, name: &'static str) -> FieldSpec {
        FieldSpec { name, exact: true, ty: self.ty }
    }

    /// What a declaration may say.
    pub const fn ty(&self) -> TypeSpec {
        self.ty
    }
}

/// What the fields of a struct say about a native that takes it.
pub const fn facts_of_fields(fields: &[ParamFacts]) -> ParamFacts {
    let mut all = ParamFacts { sees_heap: false, variadic: false, borrows_elements: false, owned: true };
    let mut index = 0;
    while index < fields.len() {
        let ParamFacts { sees_heap, borrows_elements, owned, .. } = fields[index];
        all.sees_heap |= sees_heap;
        all.borrows_elements |= borrows_elements;
        all.owned &= owned;
        index += 1;
    }
    all
}

/// A struct that is an argument.
///
/// # Safety
/// `arg` is a struct that `T` accepts.
#[inline]
pub unsafe fn load_image<'call, T: FromVo<'call>>(arg: Arg<'call>) -> Taken<T> {
    // SAFETY: the slot of a struct is the address of its image.
    unsafe { T::load(arg.access, arg.ty, (*arg.at).as_ptr()) }
}

/// The image of a struct, whose fields are taken in order.
#[derive(Debug)]
pub struct Image<'call> {
    access: Access<'call>,
    at: *mut u8,
    fields: &'call [Field],
    offsets: &'call [usize],
    next: usize,
}

impl<'call> Image<'call> {
    /// An image in memory.
    ///
    /// # Safety
    /// `at` holds a value of type `ty`, a struct, for as long as this is used.
    #[inline]
    pub unsafe fn to_read(access: Access<'call>, ty: TypeId, at: *const u8) -> Image<'call> {
        access.check_readable(at.addr(), access.types().layout(ty).size);
        // SAFETY: passed on.
        unsafe { Image::to_write(access, ty, at.cast_mut()) }
    }

    /// Room for an image.
    ///
    /// # Safety
    /// `at` is writable for a value of type `ty`, a struct, for as long as this is used.
    #[inline]
    pub unsafe fn to_write(access: Access<'call>, ty: TypeId, at: *mut u8) -> Image<'call> {
        let fields: &[Field] = match access.types().kind(ty) {
            TypeKind::Struct(fields) => fields,
            _ => &[],
        };
        Image { access, at, fields, offsets: &access.types().layout(ty).offsets, next: 0 }
    }

    /// The next field.
    ///
    /// # Safety
    /// The struct has a `T` here.
    #[inline]
    pub unsafe fn read<T>(&mut self, field: FieldIn<'call, T>, name: &str) -> Taken<T> {
        let (ty, at) = self.advance();
        // SAFETY: the caller vouches for a `T`, which lies at the field's place.
        unsafe { (field.load)(self.access, ty, at) }
            .map_err(|error| error.within(format_args!("field `{name}`")))
    }

    /// Writes the next field.
    ///
    /// # Safety
    /// The struct has a `T` here.
    #[inline]
    pub unsafe fn write<T>(&mut self, out: FieldOut<'call, T>, name: &str, value: T) -> Given<()> {
        let (ty, at) = self.advance();
        // SAFETY: the caller vouches for a `T`, for which the field's place has room.
        unsafe { (out.store)(value, self.access, ty, at) }
            .map_err(|why| why.within(format_args!("field `{name}`")))
    }

    #[inline]
    fn advance(&mut self) -> (TypeId, *mut u8) {
        let index = self.next;
        self.next += 1;
        // An index beyond the last field panics, and a wrapper makes a trap of it.
        (self.fields[index].ty, self.at.wrapping_add(self.offsets[index]))
    }
}

/// A new struct on the heap with this value.
pub fn new_image<'call, T: IntoVo<'call>>(value: T, access: Access<'call>, ty: TypeId) -> Given<[Slot; 1]> {
    let image = access.with_heap(|heap| heap.new_object(ty));
    access.hand_out(Slot::from_ptr(image));
    // SAFETY: the image is new, and of the type that `T` accepts.
    unsafe { value.store(access, ty, image)? };
    Ok([Slot::from_ptr(image)])
}

/// A variant of an enum, and its integer.
pub type Variant = (&'static str, i128);

/// An integer that is no variant of an enum.
#[cold]
pub fn no_variant(name: &str, variants: &[Variant], found: i128) -> Mismatch {
    // Enough to see what is meant, where there are very many.
    const MOST: usize = 16;
    let mut expected = format!("a variant of {name}: ");
    for (index, (variant, number)) in variants.iter().take(MOST).enumerate() {
        let _ = write!(expected, "{}{number} ({variant})", if index > 0 { ", " } else { "" });
    }
    if variants.len() > MOST {
        let _ = write!(expected, " and {} more", variants.len() - MOST);
    }
    Mismatch::new(expected, found.to_string())
}

/// The alignment of a part of a struct that lies in a slice as in Rust.
pub const fn packed_align<T: Packed>() -> usize {
    T::ALIGN
}

/// Checks that a `#[repr(C)]` struct whose fields have these alignments in Vo lies in memory as in Vo.
pub const fn check_layout(align: usize, fields: &[(usize, usize)]) -> usize {
    let (mut largest, mut index) = (1, 0);
    while index < fields.len() {
        let (rust, vo) = fields[index];
        assert!(
            rust == vo,
            "a number is not aligned to its size on this machine, so slices cannot be borrowed"
        );
        if vo > largest {
            largest = vo;
        }
        index += 1;
    }
    assert!(align == largest, "the struct is aligned otherwise than its fields; remove `align` or `packed`");
    largest
}
