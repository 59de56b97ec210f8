//! What keeps declarations and natives from fitting together: one report, with both places of each difference.

use std::fmt;

use crate::registry::ExternEntry;
use crate::rust_object::ObjectSpec;

/// One thing that keeps declarations and natives from fitting together.
///
/// ```
/// # use vo_ffi_core::*;
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # use vm::TWICE;
/// let registry = ExternRegistry::new().with(&TWICE);
/// let func = FuncType { params: vec![TypeId::INT], variadic: false, results: vec![TypeId::INT] };
/// let mut declaration = TWICE.declaration(func);
/// declaration.name = "numbers.Twise".into();
/// let errors = registry.link(&[declaration], &TypeTable::new()).unwrap_err();
/// let LinkError::Missing { index, nearest, .. } = &errors.0[0] else { panic!("{errors}") };
/// assert_eq!((*index, *nearest), (0, Some("numbers.Twice")));
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub enum LinkError {
    /// Two natives have one name.
    Duplicate {
        /// The one that was found first.
        first: &'static ExternEntry,
        /// The other.
        second: &'static ExternEntry,
    },
    /// Two Rust types have one name.
    DuplicateType {
        /// The one that was found first.
        first: &'static ObjectSpec,
        /// The other.
        second: &'static ObjectSpec,
    },
    /// A declaration has no native.
    Missing {
        /// The declaration's place in the list.
        index: usize,
        /// The declared name.
        name: String,
        /// The declaration, as `file:line`.
        place: String,
        /// A native whose name is almost the same.
        nearest: Option<&'static str>,
        /// A Rust file with natives of the same package.
        natives_in: Option<&'static str>,
    },
    /// There is no native of a package at all.
    Unlinked {
        /// The package.
        package: String,
        /// What is declared in it: the places in the list, the names, and the declarations as `file:line`.
        declarations: Vec<(usize, String, String)>,
    },
    /// The platform has not run what registers natives.
    NoConstructors,
    /// A declaration and its native differ.
    Different {
        /// The declaration's place in the list.
        index: usize,
        /// The native.
        entry: &'static ExternEntry,
        /// The declaration, as `file:line`.
        place: String,
        /// Each difference.
        differences: Vec<String>,
    },
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::Duplicate { first, second } => write!(
                f,
                "two natives are named `{}`: {}:{} and {}:{}",
                first.name, first.file, first.line, second.file, second.line
            ),
            LinkError::DuplicateType { first, second } => write!(
                f,
                "two Rust types are named `{}`: {} and {}; give one of them another name, #[vo(name = \"…\")]",
                first.name,
                first.place(),
                second.place()
            ),
            LinkError::Missing { name, place, nearest, natives_in, .. } => {
                write!(f, "`{name}` is declared at {place} but no native has this name")?;
                match (nearest, natives_in) {
                    (Some(nearest), _) => write!(f, "; did you mean `{nearest}`?"),
                    (None, Some(file)) => write!(f, "; other natives of its package are in {file}"),
                    (None, None) => Ok(()),
                }
            }
            LinkError::Unlinked { package, declarations } => {
                write!(f, "there is no native of package `{package}`, which declares")?;
                for (index, (_, name, place)) in declarations.iter().enumerate() {
                    write!(f, "{} `{name}` at {place}", if index > 0 { "," } else { "" })?;
                }
                write!(
                    f,
                    "; if their crate is a dependency, name the crate in code (`use natives as _;`), or the linker leaves \
                     its natives out"
                )
            }
            LinkError::NoConstructors => write!(
                f,
                "no native is registered, since nothing that runs before main has run on this platform; on WebAssembly, \
                 call `__wasm_call_ctors` first"
            ),
            LinkError::Different { entry, place, differences, .. } => {
                write!(
                    f,
                    "`{}`: the declaration at {place} and the native at {}:{} differ",
                    entry.name, entry.file, entry.line
                )?;
                differences.iter().try_for_each(|difference| write!(f, "\n  {difference}"))
            }
        }
    }
}

/// Every problem of one [`ExternRegistry::link`](crate::ExternRegistry::link).
///
/// One error on each line; that of a [`LinkError::Different`] goes on below.
///
/// ```
/// # use vo_ffi_core::*;
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # use vm::TWICE;
/// let registry = ExternRegistry::new().with(&TWICE);
/// let func = FuncType { params: vec![TypeId::INT], variadic: false, results: vec![TypeId::INT] };
/// let mut declaration = TWICE.declaration(func);
/// declaration.name = "numbers.Twise".into();
/// let errors = registry.link(&[declaration], &TypeTable::new()).unwrap_err();
/// let expected =
///     "`numbers.Twise` is declared at src/lib.rs:1 but no native has this name; did you mean `numbers.Twice`?";
/// assert_eq!(errors.to_string(), expected);
/// ```
pub struct LinkErrors(pub Vec<LinkError>);

/// The text, which is what a `main` that returns it prints.
impl fmt::Debug for LinkErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for LinkErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            write!(f, "{}{error}", if index > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}

impl std::error::Error for LinkErrors {}
