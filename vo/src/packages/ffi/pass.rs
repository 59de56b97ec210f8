//! From Vo to C: values of Vo as C takes them.

use std::rc::Rc;

use vo_ffi::c::{CKind, CScalar, CType, Target};
use vo_ffi::prelude::*;
use vo_ffi::runtime::long_double::widen;
use vo_ffi::{CMeaning, Class, Scalar, TypeKind, TypeTable, append_float};

use super::ctype::{Table, TypeRef};
use super::func::Func;
use super::load::is_char;
use super::memory::{Kept, Memory};
use super::shape::{fits, is_plain, vo_name};
use super::value::Value;

/// A value of C, made of one of Vo.
pub(super) enum Passed {
    /// The bytes of a scalar or a pointer, in the low ones.
    Word(u64),
    /// The bytes of a struct, or of a number that is larger than a word.
    Image(Memory),
}

/// What must live as long as C has the address.
pub(super) enum Alive {
    Kept(Kept),
    /// The value of Vo that was passed.
    Passed,
}

/// Makes C values of Vo's, and has what they point to.
pub(super) struct Passing<'t> {
    pub(super) vo: &'t TypeTable,
    pub(super) alive: Vec<Alive>,
}

impl<'t> Passing<'t> {
    pub(super) fn new(vo: &'t TypeTable) -> Passing<'t> {
        Passing { vo, alive: Vec::new() }
    }

    /// The value as one of this type.
    ///
    /// # Errors
    /// What was expected, and what was found.
    pub(super) fn pass(&mut self, arg: &VoInterface, ty: &TypeRef) -> Result<Passed, String> {
        match ty.kind() {
            CKind::Pointer { to, constant } => {
                let to = ty.to(*to);
                self.pointer(arg, ty, &to, *constant).map(Passed::Word)
            }
            _ if ty.is_long_double() => long_double(arg, ty),
            _ => match ty.scalar() {
                Some(scalar) => {
                    scalar_word(arg, scalar).map(Passed::Word).map_err(|error| error.tell(arg, ty))
                }
                None => self.image(arg, ty).map(Passed::Image),
            },
        }
    }

    /// The value as C passes it behind `...`, and the type that it has there.
    ///
    /// # Errors
    /// Why it cannot be passed.
    pub(super) fn pass_more(&mut self, arg: &VoInterface, types: &Rc<Table>) -> Result<(u64, CType), String> {
        let scalar = match self.vo.as_scalar(arg.type_id()) {
            Some(scalar) => scalar,
            None => return self.address_of_any(arg, types).map(|address| (address, CType::POINTER)),
        };
        let (word, ty) = match (arg.value(), scalar.class(), scalar.size()) {
            (VoValue::Bool(value), ..) => (value.into(), CScalar::Int),
            (VoValue::Float(value), ..) => (value.to_bits(), CScalar::Double),
            (VoValue::Uint(address), ..) if scalar == Scalar::Uintptr => {
                return Ok((address, CType::POINTER));
            }
            (VoValue::Int(value), _, 8) => (value as u64, CScalar::LongLong),
            (VoValue::Uint(value), _, 8) => (value, CScalar::UnsignedLongLong),
            (VoValue::Uint(value), _, 4) => (value, CScalar::UnsignedInt),
            (VoValue::Uint(value), ..) => (value, CScalar::Int),
            (VoValue::Int(value), ..) => (value as u64, CScalar::Int),
            (other, ..) => return Err(format!("{other:?} cannot be passed to C")),
        };
        Ok((word, CType::scalar(ty)))
    }

    fn address_of_any(&mut self, arg: &VoInterface, types: &Rc<Table>) -> Result<u64, String> {
        let pointer = TypeRef { types: Rc::clone(types), ty: CType::POINTER };
        match arg.value() {
            VoValue::String(text) => self.text(text.as_bytes(), true),
            VoValue::Nil | VoValue::Slice(_) | VoValue::Object(_) | VoValue::Func(_) => {
                self.pointer(arg, &pointer, &pointer.to(CType::VOID), false)
            }
            _ => {
                let found = arg.type_name();
                Err(format!("expected a number, a string, a slice, a pointer or nil, found {found}"))
            }
        }
    }

    fn pointer(
        &mut self,
        arg: &VoInterface,
        ty: &TypeRef,
        to: &TypeRef,
        constant: bool,
    ) -> Result<u64, String> {
        match arg.value() {
            VoValue::Nil => Ok(0),
            VoValue::Uint(address) if self.vo.as_scalar(arg.type_id()) == Some(Scalar::Uintptr) => Ok(address),
            VoValue::String(text) if takes_text(to) && constant => self.text(text.as_bytes(), is_char(to)),
            VoValue::String(_) if takes_text(to) => Err(format!(
                "C may write to `{0}`, and a string never changes: pass a []byte, or declare it `const {0}`",
                ty.name()
            )),
            VoValue::Slice(texts) if self.is_texts(arg.type_id()) && is_pointer_to_text(to) => {
                self.texts(&texts, to, constant)
            }
            VoValue::Slice(slice) if matches!(self.vo.kind(arg.type_id()), TypeKind::Slice(_)) => {
                let fits = self.takes(slice.elem_type(), to);
                self.alive.push(Alive::Passed);
                match slice.is_empty() {
                    _ if !fits => Err(unexpected(arg, ty)),
                    true => Ok(0),
                    false => Ok(address(slice.as_ptr())),
                }
            }
            VoValue::Slice(_) => Err("an array is a value, of which C would get a copy: pass a slice of it, a[:]".into()),
            VoValue::Object(object) => self.object(object, arg, ty, to),
            VoValue::Func(func) if func.is_nil() => Ok(0),
            VoValue::Func(_) => Err(match to.kind() {
                CKind::Func(_) => "C has a func for the duration of a call alone: give an *ffi.Func, or an ffi.Pointer to a C function".into(),
                CKind::Void => "C's type does not tell how it calls a func: declare a parameter that is a pointer to a function, or give an *ffi.Func or an ffi.Pointer to a C function".into(),
                _ => unexpected(arg, ty),
            }),
            _ => Err(unexpected(arg, ty)),
        }
    }

    fn object(
        &mut self,
        object: VoObject,
        arg: &VoInterface,
        ty: &TypeRef,
        to: &TypeRef,
    ) -> Result<u64, String> {
        if let Some(value) = object.downcast::<Value>() {
            return value.with(|value| self.value(value, ty, to));
        }
        if let Some(func) = object.downcast::<Func>() {
            return match to.kind() {
                CKind::Func(_) | CKind::Void => func.with(|func| func.address()),
                _ => Err(unexpected(arg, ty)),
            };
        }
        if !self.takes_pointer(object.target(), to) {
            return Err(unexpected(arg, ty));
        }
        self.alive.push(Alive::Passed);
        Ok(object.addr() as u64)
    }

    fn value(&mut self, value: &Value, ty: &TypeRef, to: &TypeRef) -> Result<u64, String> {
        let decays = match value.ty.kind() {
            CKind::Array { of, .. } => value.ty.to(*of).is(to),
            _ => false,
        };
        if *to.kind() != CKind::Void && !decays && !value.ty.is(to) {
            return Err(format!(
                "expected {} for `{}`, found a value of `{}`",
                wanted(ty),
                ty.name(),
                value.ty.name()
            ));
        }
        self.alive.extend(value.memory.keeper().map(Alive::Kept));
        Ok(address(value.memory.address()))
    }

    /// Whether C may take a pointer to such a value for one to `to`: one to an array is as good as one to its first element.
    pub(super) fn takes_pointer(&self, vo: TypeId, to: &TypeRef) -> bool {
        let decays = matches!(*self.vo.kind(vo), TypeKind::Array(elem, _) if self.takes(elem, to));
        decays || self.takes(vo, to)
    }

    /// Whether C may take the address of such values for a pointer to `to`.
    fn takes(&self, vo: TypeId, to: &TypeRef) -> bool {
        match to.kind() {
            CKind::Void => is_plain(self.vo, vo),
            // `*C.FILE` for a `FILE *`: an address that C gave.
            CKind::Record(_) | CKind::Func(_) if self.vo.info(vo).c == Some(CMeaning::Opaque) => true,
            _ => fits(self.vo, vo, to),
        }
    }

    /// The address of a copy with a NUL behind it, where no other NUL may be.
    fn text(&mut self, text: &[u8], ends_at_nul: bool) -> Result<u64, String> {
        if let Some(at) = text.iter().position(|&byte| byte == 0).filter(|_| ends_at_nul) {
            return Err(format!("the string has a NUL at byte {at}, where C would take it to end"));
        }
        let mut copy = Vec::with_capacity(text.len() + 1);
        copy.extend_from_slice(text);
        copy.push(0);
        let copy: Rc<[u8]> = copy.into();
        let at = address(copy.as_ptr());
        self.alive.push(Alive::Kept(Kept::Text(copy)));
        Ok(at)
    }

    fn is_texts(&self, vo: TypeId) -> bool {
        matches!(*self.vo.kind(vo), TypeKind::Slice(elem) if *self.vo.kind(elem) == TypeKind::String)
    }

    /// The address of an array of such copies, with NULL behind them.
    fn texts(&mut self, texts: &VoSlice, to: &TypeRef, constant: bool) -> Result<u64, String> {
        if !constant {
            let name = to.name();
            return Err(format!(
                "C may write to `{name}*`, and would get copies: pass a []uintptr, or declare it `{name}const *`"
            ));
        }
        let mut addresses = Vec::with_capacity(texts.len() + 1);
        for (index, text) in texts.iter().enumerate() {
            let VoValue::String(text) = text else { continue };
            let address = self.text(text.as_bytes(), true);
            addresses.push(address.map_err(|error| format!("element {index}: {error}"))?);
        }
        addresses.push(0);
        let size = size_of_val(&addresses[..]);
        let memory = Memory::zeroed(size, align_of::<u64>())?;
        // SAFETY: the memory is new, and has room for all of them.
        unsafe {
            memory.address().cast::<u64>().copy_from_nonoverlapping(addresses.as_ptr(), addresses.len())
        };
        for (index, kept) in self.alive.split_off(self.alive.len() - texts.len()).into_iter().enumerate() {
            if let Alive::Kept(kept) = kept {
                memory.part(8 * index).keep(8, Some(kept));
            }
        }
        self.alive.extend(memory.keeper().map(Alive::Kept));
        Ok(address(memory.address()))
    }

    /// The bytes of a struct, or of a number that no word of Vo holds.
    fn image(&mut self, arg: &VoInterface, ty: &TypeRef) -> Result<Memory, String> {
        match arg.value() {
            VoValue::Object(object) => match object.downcast::<Value>() {
                Some(value) => value.with(|value| match value.ty.is(ty) {
                    true => Ok(value.memory.clone()),
                    false => Err(format!(
                        "expected {} for `{}`, found a value of `{}`",
                        wanted(ty),
                        ty.name(),
                        value.ty.name()
                    )),
                }),
                None => Err(unexpected(arg, ty)),
            },
            VoValue::Struct(image) if fits(self.vo, image.type_id(), ty) => Ok(Memory::of_c(image.as_ptr())),
            VoValue::Slice(array) if fits(self.vo, arg.type_id(), ty) => Ok(Memory::of_c(array.as_ptr())),
            _ => Err(unexpected(arg, ty)),
        }
    }
}

fn long_double(arg: &VoInterface, ty: &TypeRef) -> Result<Passed, String> {
    let word = scalar_word(arg, CScalar::Double).map_err(|error| error.tell(arg, ty))?;
    let size = ty.size();
    if size == 8 {
        return Ok(Passed::Word(word));
    }
    let memory = ty.zeroed()?;
    // SAFETY: the memory is new, and has the size of the type, which is no larger than 16 bytes.
    unsafe {
        memory.address().copy_from_nonoverlapping(widen(f64::from_bits(word)).as_ptr(), size);
    }
    Ok(Passed::Image(memory))
}

fn address(at: *const u8) -> u64 {
    at.expose_provenance() as u64
}

/// Whether C calls what a pointer points to a text, or bytes.
fn takes_text(to: &TypeRef) -> bool {
    let is_byte = |scalar: CScalar| scalar.is_integer() && scalar.size(Target::HOST) == 1;
    *to.kind() == CKind::Void || to.scalar().is_some_and(is_byte)
}

/// Whether C has a text in each element of an array of these.
fn is_pointer_to_text(ty: &TypeRef) -> bool {
    matches!(*ty.kind(), CKind::Pointer { to, .. } if is_char(&ty.to(to)))
}

/// Why a number is none of a type.
pub(super) enum Unfit {
    Type,
    Range(String),
}

impl Unfit {
    pub(super) fn tell(self, arg: &VoInterface, ty: &TypeRef) -> String {
        match self {
            Unfit::Type => unexpected(arg, ty),
            Unfit::Range(value) => format!("{value} does not fit `{}`", ty.name()),
        }
    }
}

/// The bytes of a scalar.
pub(super) fn scalar_word(arg: &VoInterface, scalar: CScalar) -> Result<u64, Unfit> {
    match (arg.value(), scalar.class(Target::HOST)) {
        (VoValue::Bool(value), Class::Bool) => Ok(value.into()),
        (VoValue::Int(value), Class::Signed | Class::Unsigned) => integer(value.into(), scalar),
        (VoValue::Uint(value), Class::Signed | Class::Unsigned) => integer(value.into(), scalar),
        (VoValue::Float(value), Class::Float) => float(value, scalar),
        (VoValue::Int(value), Class::Float) => float_of(value.into(), scalar),
        (VoValue::Uint(value), Class::Float) => float_of(value.into(), scalar),
        _ => Err(Unfit::Type),
    }
}

fn integer(value: i128, scalar: CScalar) -> Result<u64, Unfit> {
    let range = scalar.range(Target::HOST);
    match range.is_some_and(|(least, most)| (least..=most).contains(&value)) {
        true => Ok(value as u64),
        false => Err(Unfit::Range(value.to_string())),
    }
}

fn float(value: f64, scalar: CScalar) -> Result<u64, Unfit> {
    if scalar.size(Target::HOST) == 8 {
        return Ok(value.to_bits());
    }
    let narrow = value as f32;
    match narrow.is_infinite() && value.is_finite() {
        true => Err(Unfit::Range(float_text(value))),
        false => Ok(narrow.to_bits().into()),
    }
}

/// A float as Vo prints it.
fn float_text(value: f64) -> String {
    let mut text = Vec::new();
    append_float(&mut text, value, b'g', None);
    String::from_utf8_lossy(&text).into_owned()
}

/// An integer that the floating type holds exactly.
fn float_of(value: i128, scalar: CScalar) -> Result<u64, Unfit> {
    let exact = match scalar.size(Target::HOST) {
        8 => value as f64 as i128 == value,
        _ => value as f32 as i128 == value,
    };
    if exact { float(value as f64, scalar) } else { Err(Unfit::Range(value.to_string())) }
}

pub(super) fn unexpected(arg: &VoInterface, ty: &TypeRef) -> String {
    let found = if arg.is_nil() { "nil".into() } else { arg.type_name() };
    format!("expected {} for `{}`, found {found}", wanted(ty), ty.name())
}

/// What a type of C takes.
fn wanted(ty: &TypeRef) -> String {
    match ty.kind() {
        CKind::Pointer { to, constant } => wanted_for_pointer(&ty.to(*to), *constant),
        CKind::Array { of, .. } => match (&ty.to(*of), vo_name(&ty.to(*of))) {
            (of, _) if is_char(of) => "a string, a []byte or an *ffi.Value".into(),
            (_, Some(name)) => format!("a []{name} or an *ffi.Value"),
            (_, None) => "an *ffi.Value".into(),
        },
        _ => match ty.scalar().map(|scalar| scalar.class(Target::HOST)) {
            Some(Class::Bool) => "a bool".into(),
            Some(Class::Float) => "a number".into(),
            Some(Class::Signed | Class::Unsigned) => "an integer".into(),
            None if ty.is_long_double() => "a number".into(),
            None => "an *ffi.Value".into(),
        },
    }
}

fn wanted_for_pointer(to: &TypeRef, constant: bool) -> String {
    match to.kind() {
        CKind::Void => "a slice or pointer of numbers, an ffi.Pointer or nil".into(),
        CKind::Func(_) => "a function, an ffi.Pointer or nil".into(),
        _ if is_pointer_to_text(to) && constant => "a []string, a []uintptr, an ffi.Pointer or nil".into(),
        _ if takes_text(to) && constant => "a string, a []byte, an ffi.Pointer or nil".into(),
        _ if takes_text(to) => "a []byte, an ffi.Pointer or nil".into(),
        _ => match vo_name(to) {
            Some(name) => format!("a []{name}, a *{name}, an ffi.Pointer or nil"),
            None => "an *ffi.Value, an ffi.Pointer or nil".into(),
        },
    }
}
