//! Natives of package C: copies of C's texts and bytes, and bytes for C.

use std::ffi::CStr;

use vo_ffi::prelude::*;

/// The text at an address, up to its NUL.
#[vo_extern("C.GoString")]
fn go_string<'call>(ctx: &mut ExternCtx<'call>, p: VoObject<'call>) -> VoString<'call> {
    if p.is_nil() {
        return ctx.new_string("");
    }
    // SAFETY: the program says that a text is there, as in C.
    ctx.new_string(unsafe { CStr::from_ptr(std::ptr::with_exposed_provenance(p.addr())) }.to_bytes())
}

/// So many bytes at an address, as text.
#[vo_extern("C.GoStringN")]
fn go_string_n<'call>(
    ctx: &mut ExternCtx<'call>,
    p: VoObject<'call>,
    n: i64,
) -> Result<VoString<'call>, VoError> {
    let bytes = bytes_at("C.GoStringN", p, n)?;
    Ok(ctx.new_string(bytes))
}

/// So many bytes at an address.
#[vo_extern("C.GoBytes")]
fn go_bytes(p: VoObject, n: i64) -> Result<Vec<u8>, VoError> {
    bytes_at("C.GoBytes", p, n).map(<[u8]>::to_vec)
}

/// A copy of bytes in memory of C.
#[vo_extern("C.CBytes")]
fn c_bytes(b: VoSlice<u8>) -> Result<u64, VoError> {
    let bytes = b.as_slice();
    // SAFETY: any size may be asked for; malloc(0) may be NULL.
    let at = unsafe { libc::malloc(bytes.len().max(1)) }.cast::<u8>();
    if at.is_null() {
        return Err(VoError::new(format!("C.CBytes: no memory for {} bytes", bytes.len())));
    }
    // SAFETY: there is room for the bytes, which are the heap's and not C's.
    unsafe { at.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
    Ok(at.expose_provenance() as u64)
}

/// The text of UTF-16 at an address, up to its zero.
#[vo_extern("C.GoString16")]
fn go_string_16(p: VoObject) -> String {
    String::from_utf16_lossy(&units_at::<u16>(p))
}

/// The text of UTF-32 at an address, up to its zero.
#[vo_extern("C.GoString32")]
fn go_string_32(p: VoObject) -> String {
    units_at::<u32>(p).into_iter().map(|unit| char::from_u32(unit).unwrap_or('\u{fffd}')).collect()
}

fn bytes_at<'call>(native: &str, p: VoObject<'call>, n: i64) -> Result<&'call [u8], VoError> {
    match usize::try_from(n) {
        Err(_) => Err(VoError::new(format!("{native}: the length {n} is negative"))),
        Ok(0) => Ok(&[]),
        Ok(_) if p.is_nil() => Err(VoError::new(format!("{native}: the pointer is nil, and the length {n}"))),
        // SAFETY: the program says that so many bytes are there, as in C, and nothing writes them during the call.
        Ok(n) => Ok(unsafe { std::slice::from_raw_parts(std::ptr::with_exposed_provenance(p.addr()), n) }),
    }
}

fn units_at<T: Copy + Default + PartialEq>(p: VoObject) -> Vec<T> {
    let mut at: *const T = std::ptr::with_exposed_provenance(p.addr());
    let mut units = Vec::new();
    if p.is_nil() {
        return units;
    }
    loop {
        // SAFETY: the program says that a text is there that ends in a zero.
        let unit = unsafe { at.read_unaligned() };
        if unit == T::default() {
            return units;
        }
        units.push(unit);
        // SAFETY: the text goes on.
        at = unsafe { at.add(1) };
    }
}
