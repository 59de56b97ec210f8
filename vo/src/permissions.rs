//! What a program may do to the system that it runs on.

use std::collections::BTreeSet;

use vo_ffi::{CallContext, Callee, Declaration, Failure, Origin, Slot, Status, VoError};

/// What a program may do; everything, unless something is taken away.
///
/// ```
/// use vo_ffi::ExternRegistry;
/// use vo_vm::{Input, Libraries, Permissions, Vm};
///
/// let permissions = Permissions { c: Libraries::None, ..Permissions::default() };
/// let vm = Vm::new(ExternRegistry::from_inventory()).with_permissions(permissions);
/// let text = "package main\nextern \"libc.so.6\" func getpid() int32\nfunc main() { println(getpid()) }";
/// let rejected = vm.load(&[Input::new("pid.vo", text)]).unwrap_err();
/// assert!(rejected.diagnostics[0].message.contains("may not call C functions"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permissions {
    /// The libraries whose C functions it may declare or open. C code can do anything, whatever else is denied.
    pub c: Libraries,
    /// Whether it may use files and folders by their names. Its standard streams are always there.
    pub files: bool,
    /// Whether it sees the environment of the process; without, its own is empty.
    pub environment: bool,
}

/// A set of C libraries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Libraries {
    /// Every library.
    #[default]
    All,
    /// Those that are declared by these names: `libm.so.6`, `self`.
    Only(BTreeSet<String>),
    /// No library.
    None,
}

impl Default for Permissions {
    fn default() -> Permissions {
        Permissions { c: Libraries::All, files: true, environment: true }
    }
}

impl Permissions {
    /// Nothing but computing, and the streams.
    pub fn none() -> Permissions {
        Permissions { c: Libraries::None, files: false, environment: false }
    }

    /// Why a C function may not be declared; one line, and what to do in further ones.
    pub(crate) fn refusal(&self, declaration: &Declaration) -> Option<String> {
        match &declaration.origin {
            Origin::Rust => None,
            Origin::C { library, .. } => self.library_refusal(&declaration.name, library),
            // Whatever library a preamble names, its symbols may be the process's.
            Origin::Prototype(_) => self.library_refusal(&declaration.name, "self"),
        }
    }

    /// The same of a library, or of several with `|` between them, for something of this name.
    pub(crate) fn library_refusal(&self, name: &str, library: &str) -> Option<String> {
        Some(format!("{name}: {}", self.c.refusal(library)?))
    }

    /// Makes a native that the program may not use refuse all calls.
    pub(crate) fn restrict(&self, callee: &mut Callee) {
        if !self.files && names_files(&callee.name) {
            callee.native = refuse_files;
        }
        if self.c == Libraries::None && reaches_c(&callee.name) {
            callee.native = refuse_c;
        }
        if callee.name.starts_with("C.") && self.c.refusal("self").is_some() {
            callee.native = refuse_memory;
        }
    }
}

impl Libraries {
    /// Why a library, or one of several with `|` between them, may not be used; one line, and what to do in further ones.
    pub(crate) fn refusal(&self, library: &str) -> Option<String> {
        let is_allowed =
            |allowed: &BTreeSet<String>| library.split('|').all(|one| allowed.contains(one.trim()));
        match self {
            Libraries::All => None,
            Libraries::Only(allowed) if is_allowed(allowed) => None,
            Libraries::Only(allowed) => {
                let allowed: Vec<&str> = allowed.iter().map(String::as_str).collect();
                let allowed = allowed.join(", ");
                Some(format!(
                    "the program may not use the library {library}\nallowed are: {allowed}\n\
                     `{}` allows it, or `Permissions::c`",
                    allowing(library)
                ))
            }
            Libraries::None => Some(format!(
                "the program may not call C functions\n\
                 `--no-c` denies them, or `Permissions::c`; `{}` allows this library",
                allowing(library)
            )),
        }
    }
}

/// The flags that allow a library, or each of several.
fn allowing(library: &str) -> String {
    let flags = library.split('|').map(|one| format!("--allow-lib {}", one.trim()));
    flags.collect::<Vec<_>>().join(" ")
}

/// What the natives of package `os` do that have nothing to do with files by their names.
const WITHOUT_FILES: &[&str] = &[
    "Clearenv",
    "Environ",
    "Exit",
    "Getenv",
    "Getgid",
    "Getpid",
    "Getppid",
    "Getuid",
    "LookupEnv",
    "Setenv",
    "TempDir",
    "Unsetenv",
    "closeFile",
    "programArgs",
    "setenv",
    "unsetenv",
];

/// Whether a native uses files or folders by their names, or tells of them. Natives of `os` that nobody has thought of
/// here do.
fn names_files(native: &str) -> bool {
    match native.split_once('.') {
        Some(("os", name)) => !name.starts_with("File.") && !WITHOUT_FILES.contains(&name),
        Some((package, _)) => package == "filepath",
        None => false,
    }
}

/// What the natives of package `ffi` do that have nothing to do with C's memory: the layouts of types, values that are
/// the program's own, and what there is only after others.
const WITHOUT_C: &[&str] = &["Library.", "Func.", "Var.", "Type.", "Value.", "structType"];

/// Whether a native comes to C's functions or memory where the program has none of them yet. Natives of `ffi` that
/// nobody has thought of here do.
fn reaches_c(native: &str) -> bool {
    native.strip_prefix("ffi.").is_some_and(|name| !WITHOUT_C.iter().any(|start| name.starts_with(start)))
}

/// Stands for a native that may not be used.
unsafe extern "C" fn refuse_files(cx: *mut CallContext, callee: *const Callee, _: *mut Slot) -> Status {
    // SAFETY: the caller of a native vouches for both.
    unsafe { refuse(cx, callee, "the program may not use files: --no-fs denies it, or Permissions::files") }
}

/// Stands for a native that may not be used.
unsafe extern "C" fn refuse_c(cx: *mut CallContext, callee: *const Callee, _: *mut Slot) -> Status {
    // SAFETY: as for `refuse_files`.
    unsafe { refuse(cx, callee, "the program may not use C: --no-c denies it, or Permissions::c") }
}

/// # Safety
/// Both are those of a call of a native.
unsafe fn refuse(cx: *mut CallContext, callee: *const Callee, why: &str) -> Status {
    // SAFETY: the caller vouches for both; the references end here.
    unsafe {
        let text = format!("{}: {why}", (*callee).name);
        (*cx).fail(Failure::Error(VoError::new(text)))
    }
}

/// Stands for a native that reads or writes memory of C.
unsafe extern "C" fn refuse_memory(cx: *mut CallContext, callee: *const Callee, _: *mut Slot) -> Status {
    // SAFETY: as for `refuse_files`.
    unsafe { refuse(cx, callee, "the program may not use C: --allow-lib self allows it, or Permissions::c") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn natives_that_name_files_are_known() {
        let rows = [
            ("os.ReadFile", true),
            ("os.openFile", true),
            ("os.Getwd", true),
            ("os.SomethingNew", true),
            ("filepath.glob", true),
            ("os.Exit", false),
            ("os.Getenv", false),
            ("os.File.Write", false),
            ("fmt.Println", false),
        ];
        for (native, expected) in rows {
            assert_eq!(names_files(native), expected, "{native}");
        }
    }

    #[test]
    fn natives_that_reach_c_are_known() {
        let rows = [
            ("ffi.open", true),
            ("ffi.load", true),
            ("ffi.somethingNew", true),
            ("ffi.structType", false),
            ("ffi.Type.Size", false),
            ("ffi.Value.get", false),
            ("fmt.Println", false),
        ];
        for (native, expected) in rows {
            assert_eq!(reaches_c(native), expected, "{native}");
        }
    }
}
