//! `print`, `println`, and what a panic's value looks like.

use std::ptr;

use vo_ffi::{Class, Scalar, Slot, Status, TypeId, TypeKind};

use super::enter::call_from_instruction;
use super::methods::adjust_receiver;
use super::thread::{Done, Raised, Step};
use super::unwind::raise_again;
use crate::heap::string_bytes;
use crate::host::Host;

/// [`RuntimeFn::Print`](crate::bytecode::RuntimeFn::Print) and `Println`: to stderr, as in Go.
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn print(step: Step, line: bool) -> Done {
    let mut text = Vec::new();
    for index in 0..step.insn.b {
        if line && index > 0 {
            text.push(b' ');
        }
        // SAFETY: as for Step; the interfaces are in pairs of registers.
        unsafe { write_value(step, step.pair(step.insn.a + 2 * index), &mut text) };
    }
    if line {
        text.push(b'\n');
    }
    // SAFETY: as for Step; the reference ends here.
    if let Some(host) = unsafe { (*step.thread).cx.state_mut::<Host>() } {
        // Nobody can be told where stderr is closed.
        let _ = host.write_error(&text);
    }
    Ok(())
}

unsafe fn write_value(step: Step, [word, data]: [Slot; 2], out: &mut Vec<u8>) {
    if word == Slot::ZERO {
        return out.extend_from_slice(b"nil");
    }
    // SAFETY: as for Step; the type word says what the data is.
    unsafe {
        match step.types().kind(TypeId::from_number(word.bits() as u32)) {
            TypeKind::String => out.extend_from_slice(string_bytes(data)),
            TypeKind::Scalar(scalar) => out.extend_from_slice(scalar_text(*scalar, data).as_bytes()),
            _ => out.extend_from_slice(format!("{:#x}", data.bits()).as_bytes()),
        }
    }
}

fn scalar_text(scalar: Scalar, data: Slot) -> String {
    match (scalar.class(), scalar) {
        (Class::Bool, _) => data.as_bool().to_string(),
        (Class::Signed, _) => data.as_i64().to_string(),
        (Class::Unsigned, _) => data.bits().to_string(),
        (Class::Float, Scalar::Float32) => float_text(data.as_f32() as f64),
        (Class::Float, _) => float_text(data.as_f64()),
    }
}

/// `+1.500000e+000`, as Go's run time prints floats.
fn float_text(x: f64) -> String {
    if x.is_nan() {
        return "NaN".into();
    }
    let sign = if x.is_sign_negative() { '-' } else { '+' };
    if x.is_infinite() {
        return format!("{sign}Inf");
    }
    let text = format!("{:.6e}", x.abs());
    let (mantissa, exponent) = text.split_once('e').unwrap_or((&text, "0"));
    let exponent: i32 = exponent.parse().unwrap_or(0);
    let exponent_sign = if exponent < 0 { '-' } else { '+' };
    format!("{sign}{mantissa}e{exponent_sign}{:03}", exponent.abs())
}

/// The text behind `panic: ` for a value that nobody recovers.
///
/// # Safety
/// As for [`Step`]; `value` is an interface that is not nil, and a root.
pub(super) unsafe fn panic_text(step: Step, value: [Slot; 2]) -> String {
    let [word, data] = value;
    // SAFETY: as for Step; the type word says what the data is.
    unsafe {
        let methods = &step.loaded().methods;
        let with_text = [methods.error, methods.string].into_iter().flatten();
        if let Some(method) = with_text.filter_map(|id| methods.find(word, id)).next() {
            let receiver = adjust_receiver(step, method, data);
            match receiver.and_then(|receiver| call_for_text(step, method.callee, receiver)) {
                Ok(text) => return text,
                // A panic in the method that should tell of a panic tells nothing.
                Err(Raised) => (*step.thread).pending = None,
            }
        }
        plain_message(step, value)
    }
}

unsafe fn type_name(step: Step, word: Slot) -> String {
    // SAFETY: as for Step.
    unsafe { step.types().name(TypeId::from_number(word.bits() as u32)) }
}

unsafe fn plain_message(step: Step, [word, data]: [Slot; 2]) -> String {
    // SAFETY: as for Step; the type word says what the data is.
    unsafe {
        let ty = TypeId::from_number(word.bits() as u32);
        let name = type_name(step, word);
        let named = step.types().info(ty).name.is_some();
        match step.types().kind(ty) {
            TypeKind::String if named => {
                format!("{name}({:?})", String::from_utf8_lossy(string_bytes(data)))
            }
            TypeKind::String => String::from_utf8_lossy(string_bytes(data)).into_owned(),
            TypeKind::Scalar(scalar) if named => format!("{name}({})", scalar_text(*scalar, data)),
            TypeKind::Scalar(scalar) => scalar_text(*scalar, data),
            TypeKind::Struct(_) | TypeKind::Array(..) => format!("{name}{{...}}"),
            _ => format!("({name}) {:#x}", data.bits()),
        }
    }
}

/// Calls a method `func() string` of the program.
unsafe fn call_for_text(step: Step, callee: *const vo_ffi::Callee, receiver: Slot) -> Result<String, Raised> {
    let mut text = [Slot::ZERO];
    // SAFETY: the method takes its receiver and returns a string.
    unsafe {
        let status = call_from_instruction(step.thread, callee, Slot::ZERO, &[receiver], &mut text);
        if status != Status::Ok {
            raise_again(step.thread)?;
        }
        let bytes = ptr::slice_from_raw_parts(string_bytes(text[0]).as_ptr(), string_bytes(text[0]).len());
        Ok(String::from_utf8_lossy(&*bytes).into_owned())
    }
}
