//! C's memory by its address.

use vo_ffi::prelude::*;

use super::ctype::TypeRef;
use super::load::{Given, load, text_at};
use super::memory::Memory;
use super::store::store;
use super::types::Named;
use super::value::failed;

/// No system has anything at lower addresses: they are those of members behind a NULL.
const LOWEST: u64 = 4096;

/// Texts and blocks are copied up to this size; more bytes are no length that anybody meant.
const LONGEST: i64 = 1 << 40;

/// An address that may have something.
pub(super) fn readable(p: u64, what: &str) -> Result<*mut u8, VoError> {
    match p {
        0 => Err(failed(format!("there is no {what} at a nil pointer"))),
        1..LOWEST => Err(failed(format!("there is no {what} at {p:#x}, which is no address"))),
        _ => Ok(std::ptr::with_exposed_provenance_mut(p as usize)),
    }
}

fn length(n: i64) -> Result<usize, VoError> {
    match n {
        0..=LONGEST => Ok(n as usize),
        _ => Err(failed(format!("{n} is no length"))),
    }
}

#[vo_extern("ffi.text")]
fn text<'call>(ctx: &mut ExternCtx<'call>, p: u64) -> Result<VoString<'call>, VoError> {
    let at = if p == 0 { std::ptr::null_mut() } else { readable(p, "text")? };
    // SAFETY: the program vouches for a text at an address.
    let text = unsafe { text_at(at) };
    Ok(ctx.new_string(text))
}

#[vo_extern("ffi.textN")]
fn text_n<'call>(ctx: &mut ExternCtx<'call>, p: u64, n: i64) -> Result<VoString<'call>, VoError> {
    let n = length(n)?;
    if n == 0 {
        return Ok(ctx.new_string(""));
    }
    let at = readable(p, "text")?;
    // SAFETY: the program vouches for so many bytes at the address, or a NUL before their end.
    let text = unsafe { std::slice::from_raw_parts(at, libc::strnlen(at.cast(), n)) };
    Ok(ctx.new_string(text))
}

#[vo_extern("ffi.bytes")]
fn bytes<'call>(ctx: &mut ExternCtx<'call>, p: u64, n: i64) -> Result<VoSlice<'call, u8>, VoError> {
    let n = length(n)?;
    if n == 0 {
        return Ok(ctx.new_byte_slice(b""));
    }
    let at = readable(p, "byte")?;
    // SAFETY: the program vouches for so many bytes at the address.
    let bytes = unsafe { std::slice::from_raw_parts(at, n) };
    Ok(ctx.new_byte_slice(bytes))
}

/// The type of a text, and the memory at an address.
fn typed(ctx: &mut ExternCtx, p: u64, ctype: &str) -> Result<(TypeRef, Memory), VoError> {
    let ty = ctx.state_or_default::<Named>().find(ctype)?;
    let at = readable(p, &format!("`{}`", ty.name()))?;
    Ok((ty, Memory::of_c(at)))
}

#[vo_extern("ffi.load")]
fn load_at<'call>(ctx: &mut ExternCtx<'call>, p: u64, ctype: &str) -> Result<Given<'call>, VoError> {
    let (ty, memory) = typed(ctx, p, ctype)?;
    // SAFETY: the program vouches for a value of this type at the address.
    Ok(unsafe { load(&ty, &memory, None) }.give(ctx))
}

#[vo_extern("ffi.store")]
fn store_at(ctx: &mut ExternCtx, p: u64, ctype: &str, x: VoInterface) -> Result<(), VoError> {
    let (ty, memory) = typed(ctx, p, ctype)?;
    // SAFETY: the program vouches for a value of this type at the address, which may be written.
    unsafe { store(ctx, (&ty, &memory, None), x) }.map_err(failed)
}
