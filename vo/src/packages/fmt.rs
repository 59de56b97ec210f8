//! Package fmt. What is formatted goes into one buffer that all calls share, and from there to its place.

use std::cell::Cell;

use vo_ffi::Formatter;
use vo_ffi::prelude::*;

use crate::host::Host;

/// A buffer that has grown larger than this is not kept.
const MOST_KEPT: usize = 64 * 1024;

thread_local! {
    static BUFFER: Cell<Vec<u8>> = const { Cell::new(Vec::new()) };
}

/// Formats into the shared buffer, and hands out its content. A method that formats something itself, while
/// its value is formatted, finds the buffer taken and gets a new one.
fn formatted<'call, R>(
    ctx: &mut VmCtx<'call>,
    format: impl FnOnce(&mut Formatter) -> Result<(), VoError>,
    end: &str,
    take: impl FnOnce(&mut VmCtx<'call>, &[u8]) -> R,
) -> Result<R, VoError> {
    let mut buffer = BUFFER.take();
    buffer.clear();
    let result = format(&mut Formatter::calling_methods(ctx, &mut buffer)).map(|()| {
        buffer.extend_from_slice(end.as_bytes());
        take(ctx, &buffer)
    });
    if buffer.capacity() <= MOST_KEPT {
        BUFFER.set(buffer);
    }
    result
}

fn to_stdout(ctx: &mut VmCtx, text: &[u8]) -> Result<i64, VoError> {
    ctx.state_mut::<Host>().write(text)?;
    Ok(text.len() as i64)
}

#[vo_extern("fmt.Print", reentrant)]
fn print(ctx: &mut VmCtx, a: VoVariadic) -> Result<i64, VoError> {
    formatted(ctx, |formatter| formatter.print(&a), "", to_stdout)?
}

#[vo_extern("fmt.Println", reentrant)]
fn println(ctx: &mut VmCtx, a: VoVariadic) -> Result<i64, VoError> {
    formatted(ctx, |formatter| formatter.println(&a), "\n", to_stdout)?
}

#[vo_extern("fmt.Printf", reentrant)]
fn printf(ctx: &mut VmCtx, format: VoString, a: VoVariadic) -> Result<i64, VoError> {
    formatted(ctx, |formatter| formatter.printf(format.as_bytes(), &a), "", to_stdout)?
}

#[vo_extern("fmt.Sprint", reentrant)]
fn sprint(ctx: &mut VmCtx, a: VoVariadic) -> Result<VoString, VoError> {
    formatted(ctx, |formatter| formatter.print(&a), "", |ctx, text| ctx.new_string(text))
}

#[vo_extern("fmt.Sprintln", reentrant)]
fn sprintln(ctx: &mut VmCtx, a: VoVariadic) -> Result<VoString, VoError> {
    formatted(ctx, |formatter| formatter.println(&a), "\n", |ctx, text| ctx.new_string(text))
}

#[vo_extern("fmt.Sprintf", reentrant)]
fn sprintf(ctx: &mut VmCtx, format: VoString, a: VoVariadic) -> Result<VoString, VoError> {
    let write = |formatter: &mut Formatter| formatter.printf(format.as_bytes(), &a);
    formatted(ctx, write, "", |ctx, text| ctx.new_string(text))
}

#[vo_extern("fmt.print", reentrant)]
fn print_bytes(ctx: &mut VmCtx, a: VoVariadic) -> Result<VoSlice<u8>, VoError> {
    formatted(ctx, |formatter| formatter.print(&a), "", |ctx, text| ctx.new_byte_slice(text))
}

#[vo_extern("fmt.println", reentrant)]
fn println_bytes(ctx: &mut VmCtx, a: VoVariadic) -> Result<VoSlice<u8>, VoError> {
    formatted(ctx, |formatter| formatter.println(&a), "\n", |ctx, text| ctx.new_byte_slice(text))
}

#[vo_extern("fmt.printf", reentrant)]
fn printf_bytes(ctx: &mut VmCtx, format: VoString, a: VoVariadic) -> Result<VoSlice<u8>, VoError> {
    let write = |formatter: &mut Formatter| formatter.printf(format.as_bytes(), &a);
    formatted(ctx, write, "", |ctx, text| ctx.new_byte_slice(text))
}

#[vo_extern("fmt.errorf", reentrant)]
fn errorf(ctx: &mut VmCtx, format: VoString, a: VoVariadic) -> Result<(VoString, Vec<i64>), VoError> {
    let mut wrapped = Vec::new();
    let write = |formatter: &mut Formatter| {
        let indices = formatter.errorf(format.as_bytes(), &a)?;
        wrapped.extend(indices.into_iter().map(|index| index as i64));
        Ok(())
    };
    let text = formatted(ctx, write, "", |ctx, text| ctx.new_string(text))?;
    Ok((text, wrapped))
}
