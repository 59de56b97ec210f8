//! Libraries: opened by the names that a program is allowed, and closed when nothing of them is in use.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use vo_ffi::prelude::*;
use vo_ffi::runtime;
use vo_ffi::runtime::SearchPolicy;

use super::func::Func;
use super::types::parse;
use super::value::failed;
use super::var::Var;
use crate::host::Host;
use crate::permissions::Libraries;

/// A library that is loaded.
#[derive(VoObject)]
#[vo(name = "ffi.Library")]
pub(super) struct Library {
    library: runtime::Library,
    users: Rc<Users>,
}

/// What of a library is in use, by numbers in their order.
#[derive(Default)]
struct Users {
    names: RefCell<BTreeMap<u64, String>>,
    next: Cell<u64>,
    closed: Cell<bool>,
}

/// A function or variable that keeps its library from being closed, until this is dropped.
pub(super) struct Use {
    users: Rc<Users>,
    number: u64,
}

impl Drop for Use {
    fn drop(&mut self) {
        self.users.names.borrow_mut().remove(&self.number);
    }
}

impl Library {
    fn open(&self) -> Result<&runtime::Library, VoError> {
        match self.users.closed.get() {
            false => Ok(&self.library),
            true => Err(failed(format!("the library {:?} is closed", self.library.name()))),
        }
    }

    fn used_by(&self, name: &str) -> Use {
        let number = self.users.next.get();
        self.users.next.set(number + 1);
        self.users.names.borrow_mut().insert(number, name.into());
        Use { users: Rc::clone(&self.users), number }
    }
}

/// Opens the first of `libfoo.so.1 | libfoo.so` that there is.
#[vo_extern("ffi.open")]
fn open(ctx: &mut ExternCtx, names: &str, folders: Vec<String>) -> Result<Library, VoError> {
    ctx.state_mut::<Host>().write_at_once();
    let allowed = &ctx.state::<Host>().libraries;
    let folders = match allowed {
        Libraries::All => folders.into_iter().map(Into::into).collect(),
        // The names that are allowed mean the system's libraries, and no others of the same names.
        _ => Vec::new(),
    };
    let policy = SearchPolicy { folders, ..SearchPolicy::default() };
    let mut errors = Vec::new();
    for name in names.split('|').map(str::trim) {
        let name = if name.is_empty() && !names.contains('|') { "self" } else { name };
        let opened = match allowed.refusal(name) {
            Some(refusal) => Err(refusal),
            None => runtime::Library::open_with(name, &policy).map_err(|error| error.to_string()),
        };
        match opened {
            Ok(library) => return Ok(Library { library, users: Rc::default() }),
            Err(error) => errors.push(error),
        }
    }
    Err(failed(errors.join("\n")))
}

#[vo_extern("ffi.Library.Name")]
fn name(l: &Library) -> String {
    l.library.name().into()
}

#[vo_extern("ffi.Library.Path")]
fn path(l: &Library) -> String {
    l.library.path().display().to_string()
}

#[vo_extern("ffi.Library.Func")]
fn func(l: &Library, text: &str) -> Result<Func, VoError> {
    let library = l.open()?;
    let declarations = parse(text)?;
    Func::of_library(library, &declarations, |name| l.used_by(name))
}

#[vo_extern("ffi.Library.Var")]
fn var(l: &Library, text: &str) -> Result<Var, VoError> {
    let library = l.open()?;
    let declarations = parse(text)?;
    Var::of_library(library, &declarations, |name| l.used_by(name))
}

#[vo_extern("ffi.Library.Symbol")]
fn symbol(l: &Library, name: &str) -> Result<u64, VoError> {
    let symbol = l.open()?.symbol(name).map_err(|error| failed(error.to_string()))?;
    Ok(symbol.address().expose_provenance() as u64)
}

#[vo_extern("ffi.Library.Has")]
fn has(l: &Library, name: &str) -> Result<bool, VoError> {
    Ok(l.open()?.optional_symbol(name).is_some())
}

#[vo_extern("ffi.Library.Close")]
fn close(l: &Library) -> Result<(), VoError> {
    let library = l.open()?;
    let names: Vec<String> = l.users.names.borrow().values().map(|name| format!("`{name}`")).collect();
    if !names.is_empty() {
        return Err(failed(format!(
            "the library {:?} is in use: close {} first",
            library.name(),
            names.join(", ")
        )));
    }
    l.users.closed.set(true);
    Ok(())
}

/// The one function or variable that a text declares.
pub(super) fn only<'d, T>(
    what: &str,
    declared: &'d [T],
    name: impl Fn(&T) -> &str,
) -> Result<&'d T, VoError> {
    match declared {
        [one] => Ok(one),
        [] => {
            let example = if what == "variable" { "extern int count" } else { "double cos(double x)" };
            Err(failed(format!("the text declares no {what}; write one, as \"{example}\"")))
        }
        several => {
            let names: Vec<String> = several.iter().map(|item| format!("`{}`", name(item))).collect();
            Err(failed(format!("the text declares several {what}s, {}; give one", names.join(", "))))
        }
    }
}
