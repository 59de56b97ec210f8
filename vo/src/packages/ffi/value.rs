//! Values of C types: structs, unions, arrays.

use vo_ffi::VoObject;
use vo_ffi::c::CKind;
use vo_ffi::prelude::*;

use super::ctype::{Place, TypeRef};
use super::load::{Given, load};
use super::memory::Memory;
use super::show::show;
use super::store::{store, within};
use super::types::Type;

/// A value of a C type, in memory of its own or of C.
#[derive(VoObject)]
#[vo(name = "ffi.Value", bytes = |value: &Value| if value.memory.is_of_c() { 0 } else { value.ty.size() })]
pub(super) struct Value {
    pub(super) ty: TypeRef,
    pub(super) memory: Memory,
}

impl Value {
    pub(super) fn new(ty: TypeRef, memory: Memory) -> Value {
        Value { ty, memory }
    }

    fn get<'call>(
        &self,
        ctx: &mut ExternCtx<'call>,
        place: Result<Place, String>,
    ) -> Result<Given<'call>, VoError> {
        let place = place.and_then(|place| Ok((within(&self.ty, &self.memory, &place)?, place.bits)));
        let ((ty, memory), bits) = place.map_err(failed)?;
        // SAFETY: a value is of its type, and the place inside it.
        Ok(unsafe { load(&ty, &memory, bits) }.give(ctx))
    }

    fn set<'call>(
        &self,
        ctx: &mut ExternCtx<'call>,
        place: Result<Place, String>,
        name: &str,
        x: VoInterface<'call>,
    ) -> Result<(), VoError> {
        let place = place.map_err(failed)?;
        let (ty, memory) = within(&self.ty, &self.memory, &place).map_err(failed)?;
        // SAFETY: a value is of its type, and the place inside it; of C's memory the program vouches for that.
        unsafe { store(ctx, (&ty, &memory, place.bits), x) }.map_err(|error| {
            let whole = self.ty.name();
            failed(match name {
                "" => format!("`{whole}`: {error}"),
                name => format!("`{name}` of `{whole}`: {error}"),
            })
        })
    }

    fn element(&self, index: i64) -> Result<Place, String> {
        match u64::try_from(index) {
            Ok(index) => self.ty.element(index),
            Err(_) => Err(format!("index {index} is out of range of `{}`", self.ty.name())),
        }
    }
}

/// An error that a program sees as it is.
pub(super) fn failed(error: String) -> VoError {
    VoError::new(format!("ffi: {error}"))
}

#[vo_extern("ffi.Value.get")]
fn get<'call>(ctx: &mut ExternCtx<'call>, v: &Value, path: &str) -> Result<Given<'call>, VoError> {
    v.get(ctx, v.ty.member(path))
}

#[vo_extern("ffi.Value.Set")]
fn set(ctx: &mut ExternCtx, v: &Value, path: &str, x: VoInterface) -> Result<(), VoError> {
    v.set(ctx, v.ty.member(path), path, x)
}

#[vo_extern("ffi.Value.index")]
fn index<'call>(ctx: &mut ExternCtx<'call>, v: &Value, i: i64) -> Result<Given<'call>, VoError> {
    v.get(ctx, v.element(i))
}

#[vo_extern("ffi.Value.SetIndex")]
fn set_index(ctx: &mut ExternCtx, v: &Value, i: i64, x: VoInterface) -> Result<(), VoError> {
    v.set(ctx, v.element(i), &format!("[{i}]"), x)
}

#[vo_extern("ffi.Value.Len")]
fn len(v: &Value) -> i64 {
    match v.ty.kind() {
        CKind::Array { len: Some(len), .. } => *len as i64,
        _ => 0,
    }
}

#[vo_extern("ffi.Value.Pointer")]
fn pointer(v: &Value) -> u64 {
    v.memory.address().expose_provenance() as u64
}

#[vo_extern("ffi.Value.Type")]
fn value_type(v: &Value) -> Type {
    Type(v.ty.clone())
}

#[vo_extern("ffi.Value.Bytes")]
fn bytes<'call>(ctx: &mut ExternCtx<'call>, v: &Value) -> Result<VoSlice<'call, u8>, VoError> {
    // SAFETY: a value has all bytes of its type.
    let bytes = unsafe { v.memory.bytes(v.ty.size()) }.map_err(failed)?;
    Ok(ctx.new_byte_slice(&bytes))
}

#[vo_extern("ffi.Value.Copy")]
fn copy(v: &Value) -> Result<Value, VoError> {
    let memory = v.ty.zeroed().map_err(failed)?;
    memory.keep_as(&v.memory, v.ty.size());
    // SAFETY: both have all bytes of the type, and the copy is new.
    unsafe { memory.address().copy_from_nonoverlapping(v.memory.address(), v.ty.size()) };
    Ok(Value::new(v.ty.clone(), memory))
}

#[vo_extern("ffi.Value.String")]
fn text(v: &Value) -> String {
    let mut text = String::new();
    show(v, &mut text);
    text
}
