//! Values whose type is known at run time only.

use crate::ctx::Access;
use crate::error::Mismatch;
use crate::scalar::Class;
use crate::slot::Slot;
use crate::types::{TypeId, TypeKind};
use crate::value::{VoFunc, VoMap, VoObject, VoSlice, VoString, VoStruct};

/// Any value of the VM.
///
/// ```
/// use vo_ffi_core::VoValue;
///
/// fn describe(value: &VoValue) -> String {
///     match value {
///         VoValue::Nil => "nothing".into(),
///         VoValue::Int(number) => format!("the integer {number}"),
///         VoValue::Slice(items) => format!("{} items", items.len()),
///         other => format!("{other:?}"),
///     }
/// }
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # vm::run(|ctx| {
/// assert_eq!(describe(&VoValue::Nil), "nothing");
/// assert_eq!(describe(&7_i64.into()), "the integer 7");
/// assert_eq!(describe(&ctx.new_byte_slice(b"PNG").into()), "3 items");
/// # });
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum VoValue<'call> {
    /// nil
    Nil,
    /// A bool.
    Bool(bool),
    /// A signed integer of any width.
    Int(i64),
    /// An unsigned integer of any width.
    Uint(u64),
    /// A float of either width.
    Float(f64),
    /// A string.
    String(VoString<'call>),
    /// A slice, or an array as a slice of all its elements.
    Slice(VoSlice<'call>),
    /// A map.
    Map(VoMap<'call>),
    /// A struct.
    Struct(VoStruct<'call>),
    /// A pointer.
    Object(VoObject<'call>),
    /// A function.
    Func(VoFunc<'call>),
    /// A value with its exact type: what an `any` holds, kept as it is.
    Interface(VoInterface<'call>),
}

impl<'call> VoValue<'call> {
    /// Reads a value from its slots.
    ///
    /// # Safety
    /// `slots` are a value of type `ty` that stays alive for `'call`.
    pub(crate) unsafe fn from_slots(access: Access<'call>, ty: TypeId, slots: [Slot; 2]) -> VoValue<'call> {
        let [slot, data] = slots;
        let types = access.types();
        // SAFETY: the caller vouches for the type, and each arm makes the wrapper of that type.
        unsafe {
            if !matches!(types.kind(ty), TypeKind::Scalar(_) | TypeKind::Interface(_)) {
                access.hand_out(slot);
            }
            match types.kind(ty) {
                TypeKind::Incomplete | TypeKind::Opaque => VoValue::Nil,
                TypeKind::Scalar(scalar) => match scalar.class() {
                    Class::Bool => VoValue::Bool(slot.as_bool()),
                    Class::Signed => VoValue::Int(slot.as_i64()),
                    Class::Unsigned => VoValue::Uint(slot.bits()),
                    Class::Float if scalar.size() == 4 => VoValue::Float(slot.as_f32().into()),
                    Class::Float => VoValue::Float(slot.as_f64()),
                },
                TypeKind::String => VoValue::String(VoString::from_slot(access, slot)),
                TypeKind::Slice(elem) => VoValue::Slice(VoSlice::from_slot(access, slot, *elem)),
                TypeKind::Array(elem, len) => {
                    VoValue::Slice(VoSlice::of_array(access, slot, *elem, *len as usize))
                }
                TypeKind::Map(..) => VoValue::Map(VoMap::from_slot(access, slot)),
                TypeKind::Struct(_) => VoValue::Struct(VoStruct::from_slot(access, slot, ty)),
                TypeKind::Pointer(target) => match slot == Slot::ZERO {
                    true => VoValue::Nil,
                    false => VoValue::Object(VoObject::from_slot(access, slot, *target)),
                },
                TypeKind::Func(_) => VoValue::Func(VoFunc::from_slot(access, slot, ty)),
                TypeKind::Interface(_) if slot == Slot::ZERO => VoValue::Nil,
                TypeKind::Interface(_) => {
                    let dynamic = TypeId::from_number(slot.bits() as u32);
                    VoValue::from_slots(access, dynamic, [data, Slot::ZERO])
                }
            }
        }
    }

    /// Reads what an `any` holds; the commonest types without a look at the table.
    ///
    /// # Safety
    /// `word` and `data` are an interface value that stays alive for `'call`.
    #[inline]
    pub(crate) unsafe fn from_any(access: Access<'call>, word: Slot, data: Slot) -> VoValue<'call> {
        match TypeId::from_number(word.bits() as u32) {
            TypeId::NIL => VoValue::Nil,
            TypeId::INT => VoValue::Int(data.as_i64()),
            TypeId::FLOAT64 => VoValue::Float(data.as_f64()),
            TypeId::BOOL => VoValue::Bool(data.as_bool()),
            // SAFETY: passed on.
            _ => unsafe { VoValue::from_slots(access, TypeId::ANY, [word, data]) },
        }
    }

    /// The value's slots as a value of type `ty`.
    pub(crate) fn to_slots(&self, access: Access<'call>, ty: TypeId) -> Result<[Slot; 2], Mismatch> {
        let types = access.types();
        let one = |slot| Ok([slot, Slot::ZERO]);
        if types.is_interface(ty) {
            let dynamic = self.type_id();
            if dynamic != TypeId::NIL && !types.implements(dynamic, ty) {
                return Err(Mismatch::new(types.name(ty), self.describe(access)));
            }
            return match self {
                VoValue::Nil => Ok([Slot::ZERO; 2]),
                VoValue::Interface(value) => Ok(value.slots()),
                _ => {
                    let [data, _] = self.to_slots(access, dynamic)?;
                    Ok([Slot::from_bits(dynamic.number().into()), data])
                }
            };
        }
        match (self, types.kind(ty)) {
            (VoValue::Interface(value), _) if value.type_id() == ty => return one(value.slots()[1]),
            (VoValue::Bool(value), TypeKind::Scalar(scalar)) if scalar.class() == Class::Bool => {
                return one(Slot::from_bool(*value));
            }
            (VoValue::Float(value), TypeKind::Scalar(scalar)) if scalar.is_float() => {
                return one(match scalar.size() {
                    4 => Slot::from_f32(*value as f32),
                    _ => Slot::from_f64(*value),
                });
            }
            (VoValue::Int(_) | VoValue::Uint(_), TypeKind::Scalar(scalar)) if scalar.is_integer() => {
                let value = match self {
                    VoValue::Uint(value) => i128::from(*value),
                    VoValue::Int(value) => i128::from(*value),
                    _ => 0,
                };
                return match scalar.range() {
                    Some((low, high)) if low <= value && value <= high => one(Slot::from_bits(value as u64)),
                    _ => Err(Mismatch::new(scalar.name(), value.to_string())),
                };
            }
            (
                VoValue::Nil,
                TypeKind::Pointer(_) | TypeKind::Slice(_) | TypeKind::Map(..) | TypeKind::Func(_),
            ) => {
                return one(Slot::ZERO);
            }
            (VoValue::String(value), TypeKind::String) => return one(value.slot()),
            (VoValue::Slice(value), TypeKind::Slice(elem)) if value.elem_type() == *elem => {
                return one(value.slot());
            }
            (VoValue::Map(value), TypeKind::Map(key, val))
                if value.types().is_none_or(|t| t == (*key, *val)) =>
            {
                return one(value.slot());
            }
            (VoValue::Struct(value), _) if value.type_id() == ty => return one(value.copied()),
            (VoValue::Object(value), TypeKind::Pointer(target)) if value.target() == *target => {
                return one(value.slot());
            }
            (VoValue::Func(value), TypeKind::Func(_)) if value.type_id() == ty => return one(value.slot()),
            _ => {}
        }
        Err(Mismatch::new(types.name(ty), self.describe(access)))
    }

    /// The type that an `any` of this value has.
    pub(crate) fn type_id(&self) -> TypeId {
        match self {
            VoValue::Nil => TypeId::NIL,
            VoValue::Bool(_) => TypeId::BOOL,
            VoValue::Int(_) => TypeId::INT,
            VoValue::Uint(_) => TypeId::UINT64,
            VoValue::Float(_) => TypeId::FLOAT64,
            VoValue::String(_) => TypeId::STRING,
            VoValue::Slice(value) => value.type_id(),
            VoValue::Map(value) => value.type_id(),
            VoValue::Struct(value) => value.type_id(),
            VoValue::Object(value) => value.type_id(),
            VoValue::Func(value) => value.type_id(),
            VoValue::Interface(value) => value.type_id(),
        }
    }

    fn describe(&self, access: Access<'call>) -> String {
        match self {
            VoValue::Nil => "nil".into(),
            _ => access.types().name(self.type_id()),
        }
    }
}

/// A value together with its exact type: what an `any` or an `error` holds.
///
/// ```
/// # use vo_ffi_core::{TypeId, VoValue};
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # vm::with_error("no such file", |_, error| {
/// // `error` is an `error` that a native has made.
/// assert_eq!((error.is_nil(), error.type_id()), (false, TypeId::ERROR_STRING_PTR));
/// assert_eq!(error.type_name(), "*errors.errorString");
/// assert_eq!(error.to_string(), "no such file");
/// let VoValue::Object(object) = error.value() else { panic!("a pointer") };
/// assert_eq!(object.target(), TypeId::ERROR_STRING);
/// # });
/// ```
#[derive(Clone, Copy, Debug)]
pub struct VoInterface<'call> {
    access: Access<'call>,
    ty: TypeId,
    data: Slot,
}

impl<'call> VoInterface<'call> {
    /// # Safety
    /// `slots` are an interface value of the VM that stays alive for `'call`.
    pub(crate) unsafe fn from_slots(access: Access<'call>, slots: [Slot; 2]) -> VoInterface<'call> {
        let ty = TypeId::from_number(slots[0].bits() as u32);
        if !matches!(access.types().kind(ty), TypeKind::Scalar(_)) {
            access.hand_out(slots[1]);
        }
        VoInterface { access, ty, data: slots[1] }
    }

    pub(crate) fn slots(&self) -> [Slot; 2] {
        [Slot::from_bits(self.ty.number().into()), self.data]
    }

    pub(crate) fn access(&self) -> Access<'call> {
        self.access
    }

    /// Whether it is nil.
    pub fn is_nil(&self) -> bool {
        self.ty == TypeId::NIL
    }

    /// The value's type; [`TypeId::NIL`] for nil.
    pub fn type_id(&self) -> TypeId {
        self.ty
    }

    /// The value's type as `%T` prints it.
    pub fn type_name(&self) -> String {
        self.access.types().name(self.ty)
    }

    /// The value.
    ///
    /// ```
    /// # use vo_ffi_core::{VoInterface, VoValue};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// # let root = ctx.root(7_i64);
    /// # let value: VoInterface = ctx.rooted(&root).expect("an interface");
    /// // `value` is an `any` that holds the int 7.
    /// assert!(matches!(value.value(), VoValue::Int(7)));
    /// # });
    /// ```
    pub fn value(&self) -> VoValue<'call> {
        // SAFETY: an interface holds a value of its dynamic type.
        unsafe { VoValue::from_slots(self.access, self.ty, [self.data, Slot::ZERO]) }
    }
}
