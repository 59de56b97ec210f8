//! `vo call LIBRARY DECLARATION ARGUMENTS…`, `vo call --batch FILE`

mod batch;
mod long_double;
mod peek;
mod perform;
mod prepared;
mod read;
mod request;
mod signals;
#[cfg(all(test, target_arch = "x86_64"))]
mod tests;
mod worker;
mod write;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use serde_json::Value;
use vo_ffi::c::{CKind, CType, CTypes, Declarations, Target};
use vo_ffi::runtime::Library;

use super::{EXIT_REJECTED, c_errors};
use perform::Response;
use prepared::Prepared;
use request::Request;

/// What to call.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// The library: `libm.so.6`, `m`, a path, or `self` for the C library
    #[arg(required_unless_present_any = ["batch", "worker"])]
    library: Option<String>,
    /// C declarations, as 'double cos(double)'; the last function is called
    #[arg(value_name = "DECLARATION", required_unless_present_any = ["batch", "worker"])]
    text: Option<String>,
    /// Numbers, texts and names of constants; JSON for structs and arrays: '{"x": 1, "y": 2}', '[1, 2, 3]'
    ///
    /// A text that begins with `-` and is no number stands behind `--`.
    #[arg(value_name = "ARGUMENT", allow_negative_numbers = true)]
    arguments: Vec<String>,
    /// Call this function of the declarations
    #[arg(long, value_name = "NAME")]
    func: Option<String>,
    /// Call the address that this function, which takes nothing, returns
    #[arg(long, value_name = "SYMBOL")]
    address_from: Option<String>,
    /// Print errno after the call too
    #[arg(long)]
    errno: bool,
    /// Print the bytes of the result too
    #[arg(long)]
    bytes: bool,
    /// Print {"ok": result}, with "after", "callbacks", "errno" and "bytes" where there are some
    #[arg(long)]
    json: bool,
    /// Print where each argument goes and by which code the call is made, instead of calling
    #[arg(long, conflicts_with = "json")]
    explain: bool,
    /// Make the calls of a file, `-` for standard input, each a line of JSON: {"lib": "libm.so.6", "decl": "double
    /// cos(double x);", "func": "cos", "args": [0.5]}; print a line for each, {"ok": 0.8775825618903728} or {"error": "…"}
    #[arg(long, value_name = "FILE", conflicts_with_all = ["library", "text", "arguments"])]
    batch: Option<PathBuf>,
    /// Make the calls of a batch
    #[arg(long, hide = true)]
    worker: bool,
}

/// Makes a call, or those of a batch.
pub(super) fn run(options: &Options) -> ExitCode {
    if options.worker {
        return worker::run();
    }
    if let Some(path) = &options.batch {
        return batch::run(path);
    }
    match once(options) {
        Ok(text) => match anstream::stdout().write_all(text.as_bytes()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(Rejected) => ExitCode::from(EXIT_REJECTED),
    }
}

/// What is wrong was said.
struct Rejected;

fn rejected(message: &str) -> Rejected {
    let _ = writeln!(anstream::stderr(), "vo: {message}");
    Rejected
}

/// What to print.
fn once(options: &Options) -> Result<String, Rejected> {
    let text = options.text.as_deref().unwrap_or_default();
    let declarations = declarations(text)?;
    let name = match options.library.as_deref() {
        Some("self") | None => "",
        Some(name) => name,
    };
    // Loading a library runs code of it.
    signals::tell_of_crashes();
    let library = match name {
        "" => Library::process(),
        name => Library::open(name).map_err(|error| rejected(&error.to_string()))?,
    };
    let mut request = Request {
        lib: Some(name.into()),
        decl: text.into(),
        func: options.func.as_deref().unwrap_or_default().into(),
        args: Vec::new(),
        bytes: options.bytes,
        errno: options.errno,
        address_from: options.address_from.as_deref().unwrap_or_default().into(),
    };
    let prepared = Prepared::new(&library, declarations, &request);
    let mut prepared = prepared.map_err(|message| rejected(&message))?;
    if options.explain {
        return Ok(prepared.explain());
    }
    request.args = arguments(&prepared, &options.arguments);
    let response = perform::call(&mut prepared, &request).map_err(|message| rejected(&message))?;
    let mut out = String::new();
    match options.json {
        true => response.json(&mut out),
        false => show(&mut out, &prepared, &request.args, &response),
    }
    // What C has printed comes first.
    // SAFETY: a null pointer stands for all of C's streams.
    unsafe { libc::fflush(std::ptr::null_mut()) };
    if !out.is_empty() && !out.ends_with('\n') {
        out.push('\n');
    }
    Ok(out)
}

/// What a text declares; what is wrong with it is shown.
fn declarations(text: &str) -> Result<Declarations, Rejected> {
    let parsed = Declarations::parse(text, Target::HOST);
    parsed.map_err(|errors| {
        c_errors::show("C", text, &errors);
        Rejected
    })
}

/// The arguments of a command line as JSON: a text for `char *` stands for itself.
fn arguments(prepared: &Prepared, given: &[String]) -> Vec<Value> {
    let types = &prepared.declarations.types;
    let params = prepared.sig.params.iter().copied().map(Some).chain(std::iter::repeat(None));
    given.iter().zip(params).map(|(text, ty)| argument(types, ty, text)).collect()
}

fn argument(types: &CTypes, ty: Option<CType>, text: &str) -> Value {
    let is_text = ty.is_some_and(|ty| read::takes_text(types, ty));
    let json = serde_json::from_str(text);
    match json {
        Ok(value @ (Value::Array(_) | Value::Object(_) | Value::Null | Value::String(_))) => value,
        Ok(value) if !is_text => value,
        _ => Value::String(text.into()),
    }
}

/// The result for people, then what else there is; of buffers, those that C has changed.
fn show(out: &mut String, prepared: &Prepared, given: &[Value], response: &Response) {
    out.push_str(&result(prepared, &response.ok));
    let line = |out: &mut String, name: String, text: &str| {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&format!("{name}: {text}"));
    };
    for (list, what) in [(&response.after, "after the call"), (&response.callbacks, "called with")] {
        for (index, text) in list.iter().enumerate() {
            let unchanged =
                |text: &String| serde_json::from_str::<Value>(text).is_ok_and(|now| now == given[index]);
            if let Some(text) = text.as_ref().filter(|text| !unchanged(text)) {
                let name = prepared.names.get(index).cloned().flatten();
                let name = name.unwrap_or_else(|| format!("argument {}", index + 1));
                line(out, format!("{name} {what}"), text);
            }
        }
    }
    if let Some(errno) = response.errno {
        let text = match errno {
            0 => "0".to_string(),
            errno => {
                format!("{errno}, {}", vo_ffi::io_text(&std::io::Error::from_raw_os_error(errno as i32)))
            }
        };
        line(out, "errno".into(), &text);
    }
    if let Some(bytes) = &response.bytes {
        line(out, "bytes".into(), bytes);
    }
}

/// A text stands for itself, an address is hexadecimal, a constant of an enum has its name.
fn result(prepared: &Prepared, json: &str) -> String {
    let types = &prepared.declarations.types;
    let value: Value = serde_json::from_str(json).unwrap_or_default();
    match (types.unaligned_kind(prepared.sig.result), value) {
        (CKind::Void, _) => String::new(),
        (CKind::Pointer { .. }, Value::String(text)) => text,
        (CKind::Pointer { .. }, Value::Number(number)) => {
            format!("{:#x}", number.as_u64().unwrap_or_default())
        }
        (CKind::Enum(id), Value::Number(number)) => {
            let value = number.as_i64().map(i128::from).or(number.as_u64().map(i128::from));
            let constants = types.enumeration(*id).constants.iter().flatten();
            match constants.into_iter().find(|(_, known)| Some(*known) == value) {
                Some((name, _)) => format!("{name} ({number})"),
                None => number.to_string(),
            }
        }
        (_, Value::String(text)) => text,
        _ => json.to_string(),
    }
}
