//! A call: arguments from JSON, the call, and what came of it as JSON.

use std::fmt::Write as _;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use serde_json::Value;
use vo_ffi::Slot;
use vo_ffi::c::{ArgPlan, CKind, CScalar, CType, CTypes, Form, FuncSig, ResultPlan, Target};
use vo_ffi::runtime::{Callback, CallbackFrame, Image};

use super::prepared::Prepared;
use super::read::{Buffer, Reader, Shown, room};
use super::request::Request;
use super::write;

/// What came of a call, each part as JSON.
#[derive(Debug, Default)]
pub(super) struct Response {
    pub(super) ok: String,
    /// For each argument, what its buffer holds now.
    pub(super) after: Vec<Option<String>>,
    /// For each argument, the calls that a callback saw.
    pub(super) callbacks: Vec<Option<String>>,
    pub(super) errno: Option<i64>,
    /// The bytes of the result in hexadecimal.
    pub(super) bytes: Option<String>,
}

impl Response {
    /// One line of JSON, without its end.
    pub(super) fn json(&self, out: &mut String) {
        let _ = write!(out, "{{\"ok\": {}", self.ok);
        for (key, list) in [("after", &self.after), ("callbacks", &self.callbacks)] {
            if list.iter().any(Option::is_some) {
                let parts: Vec<&str> = list.iter().map(|part| part.as_deref().unwrap_or("null")).collect();
                let _ = write!(out, ", \"{key}\": [{}]", parts.join(","));
            }
        }
        if let Some(errno) = self.errno {
            let _ = write!(out, ", \"errno\": {errno}");
        }
        if let Some(bytes) = &self.bytes {
            let _ = write!(out, ", \"bytes\": \"{bytes}\"");
        }
        out.push('}');
    }
}

/// What a call needs besides its frame.
struct Arguments<'d> {
    reader: Reader<'d>,
    buffers: Vec<Option<Buffer>>,
    callbacks: Vec<Option<(Callback, Arc<Seen>)>>,
}

/// Calls the function of a request.
pub(super) fn call(prepared: &mut Prepared, request: &Request<'_>) -> Result<Response, String> {
    name_types(prepared, request)?;
    let more = more_types(prepared, request)?;
    let declarations = prepared.declarations.clone();
    let types = &declarations.types;
    let (sig, names, named) = (prepared.sig.clone(), prepared.names.clone(), prepared.named.clone());
    let function = prepared.function(more.clone())?.clone();
    let plan = function.plan();

    let mut arguments =
        Arguments { reader: Reader::new(&declarations, &named), buffers: Vec::new(), callbacks: Vec::new() };
    let mut frame = vec![Slot::ZERO; plan.slots()];
    let all = sig.params.iter().chain(&more).copied();
    for (index, (ty, given)) in all.zip(&request.args).enumerate() {
        let given = if index < sig.params.len() { given } else { bare(given) };
        let arg = &plan.args[index];
        frame[usize::from(arg.slot)] =
            argument(prepared, &mut arguments, ty, arg, given).map_err(|error| {
                let name = names.get(index).cloned().flatten().map(|name| format!(" `{name}`"));
                format!("argument {}{}: {error}", index + 1, name.unwrap_or_default())
            })?;
    }
    let mut image = result_room(types, sig.result);
    if let ResultPlan::Parts { slot, .. } | ResultPlan::Memory { slot, .. } = plan.result {
        frame[usize::from(slot)] = Slot::from_ptr(image.as_mut_ptr());
    }
    // SAFETY: whoever asks vouches for the declaration; the frame is as its plan says, and all that it points to lives.
    unsafe { function.call_frame(&mut frame) };
    if let ResultPlan::Value { slot, bytes, .. } = plan.result {
        let word = frame[usize::from(slot)].bits().to_le_bytes();
        image.copy_from_slice(&word[..bytes.into()]);
    }
    let errno = plan.errno.map(|slot| i64::from(frame[usize::from(slot)].bits() as i32));
    Ok(response(types, &sig, &image, arguments, request, errno))
}

fn response(
    types: &CTypes,
    sig: &FuncSig,
    image: &[u8],
    arguments: Arguments<'_>,
    request: &Request<'_>,
    errno: Option<i64>,
) -> Response {
    let mut response = Response { errno, ..Response::default() };
    // SAFETY: C returned a value of its declared type, for which whoever asks vouches.
    unsafe { write::value(&mut response.ok, types, sig.result, image) };
    response.after = (arguments.buffers.iter())
        .map(|buffer| {
            buffer.as_ref().map(|buffer| after(types, buffer, &arguments.reader.kept[buffer.index]))
        })
        .collect();
    response.callbacks =
        (arguments.callbacks.iter()).map(|callback| callback.as_ref().map(|(_, seen)| seen.json())).collect();
    response.bytes = request.bytes.then(|| {
        let mut text = String::with_capacity(2 * image.len());
        for byte in image {
            let _ = write!(text, "{byte:02x}");
        }
        text
    });
    response
}

/// What is in a buffer after the call, as it was given.
fn after(types: &CTypes, buffer: &Buffer, image: &[u8]) -> String {
    let mut out = String::new();
    match buffer.shown {
        Shown::Array => write::array(&mut out, types, buffer.of, image),
        // SAFETY: the buffer has a value of this type, which C has left.
        Shown::One => unsafe { write::value(&mut out, types, buffer.of, image) },
        Shown::Text => {
            let end = image.iter().position(|&byte| byte == 0).unwrap_or(image.len());
            write::quoted(&mut out, &String::from_utf8_lossy(&image[..end]));
        }
    }
    out
}

fn result_room(types: &CTypes, ty: CType) -> Image {
    // A function that can be called returns what has a size, or nothing.
    match types.layout(ty, Target::HOST) {
        Ok(layout) => room(layout.size as usize, layout.align as usize),
        Err(_) => room(0, 1),
    }
}

/// Finds the types that arguments name.
fn name_types(prepared: &mut Prepared, request: &Request<'_>) -> Result<(), String> {
    for (index, given) in request.args.iter().enumerate() {
        if let Some(Value::String(text)) = given.get("type") {
            prepared.type_of(text).map_err(|error| format!("argument {}: {error}", index + 1))?;
        }
    }
    Ok(())
}

/// The types of the arguments behind the parameters.
fn more_types(prepared: &Prepared, request: &Request<'_>) -> Result<Vec<CType>, String> {
    let (fixed, given) = (prepared.sig.params.len(), request.args.len());
    if given < fixed || (given > fixed && !prepared.sig.variadic) {
        let least = if prepared.sig.variadic { "at least " } else { "" };
        let s = if fixed == 1 { "" } else { "s" };
        return Err(format!("expected {least}{fixed} argument{s}, found {given}: {}", prepared.declaration));
    }
    let more = request.args[fixed..].iter().enumerate();
    more.map(|(index, given)| {
        let ty =
            type_of(prepared, given).map_err(|error| format!("argument {}: {error}", fixed + index + 1))?;
        Ok(prepared.declarations.types.promoted(ty))
    })
    .collect()
}

/// The type of an argument of `...`: as it says, or what C would take a constant for.
fn type_of(prepared: &Prepared, given: &Value) -> Result<CType, String> {
    match given {
        Value::Object(object) => match object.get("type") {
            Some(Value::String(text)) if prepared.named.contains_key(text) => Ok(prepared.named[text]),
            _ => Err("write {\"type\": \"double\", \"value\": 1.5} for an argument of `...`".into()),
        },
        Value::Number(number) if number.is_f64() => Ok(CType::scalar(CScalar::Double)),
        Value::Number(number) => Ok(CType::scalar(match number.as_i64() {
            Some(value) if i32::try_from(value).is_ok() => CScalar::Int,
            Some(_) => CScalar::Long,
            None => CScalar::UnsignedLong,
        })),
        Value::Bool(_) => Ok(CType::scalar(CScalar::Int)),
        Value::Null | Value::String(_) | Value::Array(_) => Ok(CType::POINTER),
    }
}

/// The value of an argument of `...`.
fn bare(given: &Value) -> &Value {
    match given {
        Value::Object(object) => object.get("value").unwrap_or(given),
        _ => given,
    }
}

/// The slot of an argument.
fn argument(
    prepared: &Prepared,
    arguments: &mut Arguments<'_>,
    ty: CType,
    arg: &ArgPlan,
    given: &Value,
) -> Result<Slot, String> {
    let (mut buffer, mut callback) = (None, None);
    let slot = match arg.form {
        Form::Image { bytes, align } => {
            let mut image = room(bytes as usize, align as usize);
            arguments.reader.value(ty, given, &mut image)?;
            let slot = Slot::from_ptr(image.as_mut_ptr());
            arguments.reader.kept.push(image);
            slot
        }
        Form::Value { bytes, .. } => {
            let mut word = [0; 8];
            let types = &prepared.declarations.types;
            match (types.unaligned_kind(ty), given) {
                (CKind::Pointer { .. }, Value::Object(object)) if object.contains_key("returns") => {
                    let made = new_callback(prepared, arguments, ty, object)?;
                    word = (made.0.code() as usize as u64).to_le_bytes();
                    callback = Some(made);
                }
                (CKind::Pointer { .. }, _) => buffer = arguments.reader.pointer(ty, given, &mut word)?,
                _ => arguments.reader.value(ty, given, &mut word[..bytes.into()])?,
            }
            Slot::from_bits(u64::from_le_bytes(word))
        }
    };
    arguments.buffers.push(buffer);
    arguments.callbacks.push(callback);
    Ok(slot)
}

/// The calls that a callback saw.
#[derive(Debug, Default)]
struct Seen {
    calls: Mutex<Vec<String>>,
}

impl Seen {
    fn json(&self) -> String {
        format!("[{}]", self.calls.lock().unwrap_or_else(PoisonError::into_inner).join(","))
    }
}

/// A function pointer that returns one value after the other, then the last one again.
fn new_callback(
    prepared: &Prepared,
    arguments: &mut Arguments<'_>,
    ty: CType,
    object: &serde_json::Map<String, Value>,
) -> Result<(Callback, Arc<Seen>), String> {
    let declarations = prepared.declarations.clone();
    let types = &declarations.types;
    let sig = types.as_func(ty).cloned();
    let sig = sig.ok_or_else(|| format!("`{}` is no pointer to a function", types.name(ty)))?;
    let given = match object.get("returns") {
        Some(Value::Array(values)) if object.len() == 1 => values,
        _ => return Err("a callback is {\"returns\": [value, …]}".into()),
    };
    let mut returns = Vec::with_capacity(given.len());
    if sig.result != CType::VOID {
        for (index, value) in given.iter().enumerate() {
            let mut image = result_room(types, sig.result);
            let written = arguments.reader.value(sig.result, value, &mut image);
            written.map_err(|error| format!("result {index}: {error}"))?;
            returns.push(image);
        }
    }
    let seen: Arc<Seen> = Arc::default();
    let (log, count, params) = (seen.clone(), AtomicUsize::new(0), sig.params.clone());
    let handler = {
        let declarations = declarations.clone();
        move |frame: &mut CallbackFrame<'_>| {
            let call = args_json(frame, &declarations.types, &params);
            log.calls.lock().unwrap_or_else(PoisonError::into_inner).push(call);
            let index = count.fetch_add(1, Ordering::Relaxed);
            if let Some(image) = returns.get(index).or(returns.last()) {
                answer(frame, image);
            }
        }
    };
    let callback = Callback::new(types, &sig, handler).map_err(|error| error.to_string())?;
    Ok((callback, seen))
}

fn args_json(frame: &CallbackFrame<'_>, types: &CTypes, params: &[CType]) -> String {
    let mut out = String::from("[");
    for (index, &ty) in params.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        let word = frame.arg(index).bits().to_le_bytes();
        let bytes = match frame.form(index) {
            Form::Value { bytes, .. } => &word[..bytes.into()],
            Form::Image { .. } => frame.image(index),
        };
        // SAFETY: C passed a value of this type, for which whoever declared it vouches.
        unsafe { write::value(&mut out, types, ty, bytes) };
    }
    out.push(']');
    out
}

fn answer(frame: &mut CallbackFrame<'_>, image: &[u8]) {
    let mut word = [0; 8];
    let len = image.len().min(8);
    word[..len].copy_from_slice(&image[..len]);
    frame.set_result(Slot::from_bits(u64::from_le_bytes(word)));
    let room = frame.result_image();
    let len = room.len();
    room.copy_from_slice(&image[..len]);
}
