//! Structs, and the pointers to them.

#[cfg(test)]
mod tests;

use std::fmt;
use std::marker::PhantomData;

use crate::convert::ToValue;
use crate::ctx::Access;
use crate::error::Mismatch;
use crate::nearest::nearest;
use crate::rust_object::{RustObject, value_at};
use crate::scalar::Scalar;
use crate::slot::Slot;
use crate::types::{BitField, Field, TypeId, TypeKind, TypeTable};
use crate::unwind::raise;
use crate::value::VoValue;

/// A struct value: the image that an argument or a field holds.
///
/// ```
/// use vo_ffi_core::VoStruct;
///
/// /// What `%+v` prints of a struct of any type, roughly.
/// fn fields(value: VoStruct) -> String {
///     let field = |index| format!("{}:{:?}", value.field_name(index).unwrap_or("?"), value.field(index));
///     (0..value.field_count()).map(field).collect::<Vec<_>>().join(" ")
/// }
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # vm::run(|ctx| {
/// # let point = ctx.new_object("main.Point", &[3_i64.into(), 4_i64.into()]).as_struct();
/// // With `Point{X: 3, Y: 4}`:
/// assert_eq!(fields(point), "X:Int(3) Y:Int(4)");
/// # });
/// ```
#[derive(Clone, Copy)]
pub struct VoStruct<'call> {
    access: Access<'call>,
    slot: Slot,
    ty: TypeId,
}

impl<'call> VoStruct<'call> {
    /// # Safety
    /// `slot` is the address of an image of type `ty`, a struct, that stays alive for `'call`.
    pub(crate) unsafe fn from_slot(access: Access<'call>, slot: Slot, ty: TypeId) -> VoStruct<'call> {
        VoStruct { access, slot, ty }
    }

    /// A copy of the image: the struct may be part of an object, which changes.
    pub(crate) fn copied(&self) -> Slot {
        let size = self.access.types().layout(self.ty).size;
        let copy = self.access.with_heap(|heap| heap.new_object(self.ty));
        self.access.hand_out(Slot::from_ptr(copy));
        // SAFETY: both are images of this type, and the new one is none of the VM's others.
        unsafe { std::ptr::copy_nonoverlapping(self.slot.as_ptr::<u8>(), copy, size) };
        Slot::from_ptr(copy)
    }

    /// Its type.
    pub fn type_id(&self) -> TypeId {
        self.ty
    }

    /// Where its image is, which has C's layout: for a native that gives the address to C.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// let point = ctx.new_object("main.Point", &[3_i64.into(), 4_i64.into()]).as_struct();
    /// // SAFETY: the image of `struct { X, Y int }` is two `i64`.
    /// assert_eq!(unsafe { point.as_ptr().cast::<[i64; 2]>().read() }, [3, 4]);
    /// # });
    /// ```
    pub fn as_ptr(&self) -> *mut u8 {
        self.slot.as_ptr()
    }

    /// How many fields it has.
    pub fn field_count(&self) -> usize {
        self.fields().len()
    }

    /// The name of the field at `index`.
    pub fn field_name(&self, index: usize) -> Option<&'call str> {
        self.fields().get(index).map(|field| field.name.as_str())
    }

    /// The field at `index`, in order of declaration.
    ///
    /// # Panics
    /// Beyond the last field; the script sees a trap.
    pub fn field(&self, index: usize) -> VoValue<'call> {
        let (ty, _) = self.place(index);
        // SAFETY: `place` has found the field in this image.
        unsafe {
            let slots = self.access.load_field(self.ty, index, ty, self.slot.as_ptr());
            VoValue::from_slots(self.access, ty, slots)
        }
    }

    /// The field of this name.
    ///
    /// ```
    /// # use vo_ffi_core::VoValue;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// # let point = ctx.new_object("main.Point", &[3_i64.into(), 4_i64.into()]).as_struct();
    /// // With `Point{X: 3, Y: 4}`:
    /// assert!(matches!(point.field_named("Y"), Some(VoValue::Int(4))));
    /// assert!(point.field_named("y").is_none());
    /// # });
    /// ```
    pub fn field_named(&self, name: &str) -> Option<VoValue<'call>> {
        let index = self.fields().iter().position(|field| field.name == name)?;
        Some(self.field(index))
    }

    fn set_field(&self, index: usize, value: &VoValue<'call>) {
        let (ty, at) = self.place(index);
        self.access.check_not_lent(at.addr(), self.access.types().layout(ty).size);
        let done = value.to_slots(self.access, ty).and_then(|slots| match self.bits(index, ty) {
            Some((bits, scalar)) if bits.kept(scalar, slots[0]) != slots[0] => Err(too_wide(bits, slots[0])),
            Some((bits, _)) => {
                let size = self.access.types().layout(self.ty).size;
                // SAFETY: the bits lie in this image, which nothing borrows.
                unsafe { bits.store(self.slot.as_ptr(), size, slots[0]) };
                Ok(())
            }
            None => {
                // SAFETY: `place` gives a field of this image that nothing borrows, and the slots are of its type.
                unsafe { self.access.store_slots(ty, at, slots) };
                Ok(())
            }
        });
        if let Err(error) = done {
            let field = self.field_name(index).unwrap_or_default();
            raise(format!("field {}.{field}: {error}", self.access.types().name(self.ty)))
        }
    }

    fn fields(&self) -> &'call [Field] {
        match self.access.types().kind(self.ty) {
            TypeKind::Struct(fields) => fields,
            _ => &[],
        }
    }

    fn bits(&self, index: usize, ty: TypeId) -> Option<(BitField, Scalar)> {
        let types = self.access.types();
        types.bit_field(self.ty, index).zip(types.as_scalar(ty))
    }

    fn place(&self, index: usize) -> (TypeId, *mut u8) {
        let Some(field) = self.fields().get(index) else {
            let name = self.access.types().name(self.ty);
            raise(format!("{name} has {} fields, and no field {index}", self.field_count()))
        };
        let offset = self.access.types().layout(self.ty).offsets[index];
        // SAFETY: the layout's offsets lie inside the image.
        (field.ty, unsafe { self.slot.as_ptr::<u8>().add(offset) })
    }
}

#[cold]
fn too_wide(bits: BitField, value: Slot) -> Mismatch {
    Mismatch::new(format!("a number of {} bits", bits.width), value.as_i64().to_string())
}

impl fmt::Debug for VoStruct<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut out = f.debug_struct(&self.access.types().name(self.ty));
        for (index, field) in self.fields().iter().enumerate() {
            out.field(&field.name, &self.field(index));
        }
        out.finish()
    }
}

/// A pointer: to a struct of the script, with fields, or where `T` is a [`RustObject`] to such a value.
///
/// It is the receiver of a method, or a result that the script keeps.
///
/// ```
/// use vo_ffi_core::{VoObject, VoValue};
///
/// /// `extern func (p *Point) Swap()`
/// fn swap(mut point: VoObject) {
///     let (x, y) = (point.field(0), point.field(1));
///     point.set_field(0, y);
///     point.set_field(1, x);
/// }
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # vm::run(|ctx| {
/// let point = ctx.new_object("main.Point", &[3_i64.into(), 4_i64.into()]);
/// swap(point);
/// assert!(matches!(point.field(0), VoValue::Int(4)));
/// assert_eq!(ctx.types().name(point.target()), "main.Point");
/// assert_eq!(ctx.types().name(point.type_id()), "*main.Point");
/// assert!(!point.is_nil());
/// # });
/// ```
pub struct VoObject<'call, T = ()> {
    access: Access<'call>,
    slot: Slot,
    target: TypeId,
    object: PhantomData<fn() -> T>,
}

impl<T> Clone for VoObject<'_, T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for VoObject<'_, T> {}

impl<'call, T> VoObject<'call, T> {
    /// # Safety
    /// `slot` is nil or a pointer to a `target` that stays alive for `'call`. Where `T` is a [`RustObject`], `target` is
    /// an opaque type.
    pub(crate) unsafe fn from_slot(access: Access<'call>, slot: Slot, target: TypeId) -> VoObject<'call, T> {
        VoObject { access, slot, target, object: PhantomData }
    }

    pub(crate) fn slot(&self) -> Slot {
        self.slot
    }

    /// Whether it is nil.
    pub fn is_nil(&self) -> bool {
        self.slot == Slot::ZERO
    }

    /// The address that it is; 0 for nil. It may lie in the heap or in memory of C.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// assert_ne!(ctx.new_object("main.Point", &[]).addr(), 0);
    /// # });
    /// ```
    pub fn addr(&self) -> usize {
        self.slot.bits() as usize
    }

    /// The type of what it points to.
    pub fn target(&self) -> TypeId {
        self.target
    }

    /// Its own type; [`TypeId::NIL`] where the program never names such a pointer.
    pub fn type_id(&self) -> TypeId {
        self.access.types().find(&TypeKind::Pointer(self.target)).unwrap_or(TypeId::NIL)
    }

    /// What the word of an opaque object holds; `None` for nil, and for an object that nothing was put into.
    ///
    /// The target is an opaque type.
    #[inline]
    fn address(&self) -> Option<*const ()> {
        // SAFETY: a pointer to an opaque type is nil or the address of a word.
        let address = (!self.is_nil()).then(|| unsafe { self.slot.as_ptr::<*const ()>().read() })?;
        (!address.is_null()).then_some(address)
    }

    /// As a value of any type.
    ///
    /// ```
    /// # use vo_ffi_core::VoValue;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// let value = ctx.new_object("main.Point", &[]).into_value();
    /// assert!(matches!(value, VoValue::Object(_)));
    /// // A pointer that is nil becomes `VoValue::Nil`.
    /// # });
    /// ```
    pub fn into_value(self) -> VoValue<'call> {
        let VoObject { access, slot, target, .. } = self;
        if self.is_nil() {
            VoValue::Nil
        } else {
            VoValue::Object(VoObject { access, slot, target, object: PhantomData })
        }
    }
}

/// Pointers to Rust values.
impl<'call, T: RustObject> VoObject<'call, T> {
    /// Lends the value to `f`.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # use vm::Counter;
    /// # vm::run(|ctx| {
    /// // `struct Counter(i64)` derives `VoObject`.
    /// let counter = ctx.new_rust(Counter(7));
    /// let twice = counter.with(|counter| 2 * counter.0);
    /// assert_eq!(twice, 14);
    /// # });
    /// ```
    ///
    /// # Panics
    /// Where it is nil or is borrowed as `&mut`; the script sees a trap.
    pub fn with<R>(&self, f: impl FnOnce(&T) -> R) -> R {
        let loan = self.loan(false);
        // SAFETY: the value stays as long as its object, which is reachable for 'call, and is lent until the loan ends.
        f(unsafe { &*loan.value })
    }

    /// Lends the value to `f`, to be changed.
    ///
    /// ```
    /// use vo_ffi_core::{VmCtx, VoError, VoFunc, VoObject};
    ///
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # use vm::Counter;
    /// /// Counts by a closure, which may use the counter itself.
    /// fn count_if<'call>(
    ///     ctx: &mut VmCtx<'call>,
    ///     counter: VoObject<'call, Counter>,
    ///     wanted: VoFunc<'call, (), bool>,
    /// ) -> Result<(), VoError> {
    ///     if wanted.call(ctx, ())? {
    ///         counter.with_mut(|counter| counter.0 += 1);
    ///     }
    ///     Ok(())
    /// }
    /// # use vo_ffi_core::{Slot, TypeId};
    /// # let yes: vm::Func = Box::new(|_| Ok(vec![Slot::from_bool(true)]));
    /// # vm::with_func(&[], &[TypeId::BOOL], Some(yes), |ctx, yes| {
    /// let counter = ctx.new_rust(Counter(7));
    /// // With `func() bool { return true }`:
    /// count_if(ctx, counter, yes.typed().expect("a func() bool")).expect("no panic");
    /// assert_eq!(counter.with(|counter| counter.0), 8);
    /// # });
    /// ```
    ///
    /// # Panics
    /// Where it is nil or is borrowed; the script sees a trap.
    pub fn with_mut<R>(&self, f: impl FnOnce(&mut T) -> R) -> R {
        let loan = self.loan(true);
        // SAFETY: as for `with`, and it is lent to this alone.
        f(unsafe { &mut *loan.value })
    }

    fn loan(&self, exclusive: bool) -> Loan<'call, T> {
        let value = self.lend(exclusive).unwrap_or_else(|error| raise(error.to_string()));
        Loan { access: self.access, value, address: self.address() }
    }

    /// The value, lent until the native returns.
    #[inline(always)]
    pub(crate) fn lend(&self, exclusive: bool) -> Result<*mut T, Mismatch> {
        let Some(address) = self.address() else {
            return Err(Mismatch::new(format!("a {}", T::OBJECT.type_name()), "nil"));
        };
        // SAFETY: a value lives as long as the object that holds its address.
        match unsafe { value_at::<T>(address) } {
            // One byte stands for all of it: its address is no other value's, even where `T` has no size.
            Ok(value) if self.access.lend(address.addr(), 1, exclusive) => Ok(value),
            Ok(_) => Err(borrowed::<T>()),
            Err(other) => Err(another::<T>(other.name, other.file, other.line)),
        }
    }
}

#[cold]
fn borrowed<T: RustObject>() -> Mismatch {
    let name = T::OBJECT.type_name();
    Mismatch::new(
        format!("a {name} that is not in use"),
        "one that a native borrows which is still running, or another argument does",
    )
}

#[cold]
fn another<T: RustObject>(name: &str, file: &str, line: u32) -> Mismatch {
    let spec = T::OBJECT;
    Mismatch::new(
        format!("the {} of {}:{}", spec.name, spec.file, spec.line),
        format!("the {name} of {file}:{line}"),
    )
}

/// A value that is lent; the last that was.
struct Loan<'call, T> {
    access: Access<'call>,
    value: *mut T,
    /// What stands for it among the loans.
    address: Option<*const ()>,
}

impl<T> Drop for Loan<'_, T> {
    fn drop(&mut self) {
        self.access.end_loan(self.address.map_or(0, |address| address.addr()));
    }
}

impl<'call> VoObject<'call> {
    /// The pointer as one to a `T`, where it is.
    ///
    /// ```
    /// # use vo_ffi_core::VoValue;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # use vm::Counter;
    /// # vm::run(|ctx| {
    /// let VoValue::Object(any) = ctx.new_rust(Counter(7)).into_value() else { panic!("a pointer") };
    /// let counter = any.downcast::<Counter>().expect("a counter");
    /// assert_eq!(counter.with(|counter| counter.0), 7);
    /// assert!(ctx.new_object("main.Point", &[]).downcast::<Counter>().is_none());
    /// # });
    /// ```
    pub fn downcast<T: RustObject>(&self) -> Option<VoObject<'call, T>> {
        let VoObject { access, slot, target, .. } = *self;
        let info = access.types().info(target);
        // Behind a pointer to what is opaque in C there is no word of ours.
        let is_rust = info.kind == TypeKind::Opaque && info.c.is_none();
        let address = if is_rust { self.address()? } else { return None };
        // SAFETY: a value lives as long as the object that holds its address.
        unsafe { value_at::<T>(address) }.ok()?;
        Some(VoObject { access, slot, target, object: PhantomData })
    }

    pub(crate) fn make(
        access: Access<'call>,
        ty: impl ObjectType,
        values: &[VoValue<'call>],
    ) -> VoObject<'call> {
        let target = match ty.resolve(access.types()) {
            Ok(target) => target,
            Err(why) => raise(format!("new_object: {why}")),
        };
        if *access.types().kind(target) == TypeKind::Opaque {
            let name = access.types().name(target);
            raise(match access.types().is_rust(target) {
                true => format!("new_object: {name} is a Rust type; use new_rust"),
                false => format!("new_object: {name} is incomplete in C, which makes its values"),
            });
        }
        let slot = Slot::from_ptr(access.with_heap(|heap| heap.new_object(target)));
        access.hand_out(slot);
        let object = VoObject { access, slot, target, object: PhantomData };
        let fields = VoStruct { access, slot, ty: target };
        values.iter().enumerate().for_each(|(index, value)| fields.set_field(index, value));
        object
    }

    /// The struct that it points to.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// let point = ctx.new_object("main.Point", &[3_i64.into(), 4_i64.into()]);
    /// assert_eq!(format!("{:?}", point.as_struct()), "main.Point { X: Int(3), Y: Int(4) }");
    /// # });
    /// ```
    ///
    /// # Panics
    /// If it is nil or points to something else; the script sees a trap.
    pub fn as_struct(&self) -> VoStruct<'call> {
        if self.is_nil() {
            raise("runtime error: invalid memory address or nil pointer dereference");
        }
        if !matches!(self.access.types().kind(self.target), TypeKind::Struct(_)) {
            raise(format!("{} is not a struct", self.access.types().name(self.target)));
        }
        VoStruct { access: self.access, slot: self.slot, ty: self.target }
    }

    /// The field at `index`.
    ///
    /// # Panics
    /// As [`VoObject::as_struct`], and beyond the last field.
    pub fn field(&self, index: usize) -> VoValue<'call> {
        self.as_struct().field(index)
    }

    /// Replaces the field at `index`.
    ///
    /// ```
    /// # use vo_ffi_core::VoValue;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # let message = vm::trap(|ctx| {
    /// let mut point = ctx.new_object("main.Point", &[]);
    /// point.set_field(1, 4_i64);
    /// assert!(matches!(point.field(1), VoValue::Int(4)));
    /// point.set_field(1, 0.5); // ends the native
    /// # });
    /// // The script sees:
    /// assert_eq!(message, "field main.Point.Y: expected int, found float64");
    /// ```
    ///
    /// # Panics
    /// As [`VoObject::field`], and for a value of another type; the script sees a trap.
    pub fn set_field(&mut self, index: usize, value: impl ToValue<'call>) {
        self.as_struct().set_field(index, &value.into_vo());
    }

    /// The value that it points to.
    ///
    /// ```
    /// # use vo_ffi_core::{TypeId, VoValue};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// // A native makes an object of any type: this one is a `*int`.
    /// let mut number = ctx.new_object(TypeId::INT, &[]);
    /// assert!(matches!(number.value(), VoValue::Int(0)));
    /// number.set_value(7_i64);
    /// assert!(matches!(number.value(), VoValue::Int(7)));
    /// # });
    /// ```
    ///
    /// # Panics
    /// If it is nil; the script sees a trap.
    pub fn value(&self) -> VoValue<'call> {
        if self.is_nil() {
            raise("runtime error: invalid memory address or nil pointer dereference");
        }
        // SAFETY: a pointer that is not nil points to a value of its target type.
        unsafe {
            let slots = self.access.load_slots(self.target, self.slot.as_ptr());
            VoValue::from_slots(self.access, self.target, slots)
        }
    }

    /// Replaces the value that it points to.
    ///
    /// [`VoObject::value`] has an example.
    ///
    /// # Panics
    /// If it is nil, and for a value of another type; the script sees a trap.
    pub fn set_value(&mut self, value: impl ToValue<'call>) {
        if self.is_nil() {
            raise("runtime error: invalid memory address or nil pointer dereference");
        }
        let at = self.slot.as_ptr::<u8>();
        self.access.check_not_lent(at.addr(), self.access.types().layout(self.target).size);
        match value.into_vo().to_slots(self.access, self.target) {
            // SAFETY: a pointer that is not nil points to a value of its target type, nothing borrows it, and
            // the slots are of that type.
            Ok(slots) => unsafe { self.access.store_slots(self.target, at, slots) },
            Err(error) => raise(error.to_string()),
        }
    }
}

impl<T> fmt::Debug for VoObject<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "*{}({:#x})", self.access.types().name(self.target), self.slot.bits())
    }
}

/// How [`ExternCtx::new_object`](crate::ExternCtx::new_object) is told a type: by id or by full name.
///
/// ```
/// use vo_ffi_core::{ObjectType, TypeId, TypeTable};
///
/// let types = TypeTable::new();
/// assert_eq!(TypeId::INT.resolve(&types), Ok(TypeId::INT));
/// assert_eq!("errors.errorString".resolve(&types), Ok(TypeId::ERROR_STRING));
/// let error = "errors.errorstring".resolve(&types).unwrap_err();
/// assert_eq!(error, "there is no type errors.errorstring; did you mean errors.errorString?");
/// ```
pub trait ObjectType {
    /// The type.
    ///
    /// # Errors
    /// Why the VM's table has no such type.
    fn resolve(self, types: &TypeTable) -> Result<TypeId, String>;
}

impl ObjectType for TypeId {
    fn resolve(self, _: &TypeTable) -> Result<TypeId, String> {
        Ok(self)
    }
}

impl ObjectType for &str {
    fn resolve(self, types: &TypeTable) -> Result<TypeId, String> {
        types.find_named(self).ok_or_else(|| {
            let near = nearest(self, types.names());
            match near.first() {
                Some(near) => format!("there is no type {self}; did you mean {near}?"),
                None => format!("there is no type {self}"),
            }
        })
    }
}
