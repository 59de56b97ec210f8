//! A function that is declared in Vo and implemented elsewhere.

use std::sync::Arc;

use crate::c_extern::CPrototype;
use crate::types::FuncType;

/// Where a declared function comes from.
///
/// ```
/// # use vo_ffi_core::Origin;
/// // extern "libm.so.6" func cosine(x float64) float64 = "cos"
/// let origin = Origin::C { library: "libm.so.6".into(), symbol: "cos".into() };
/// assert_ne!(origin, Origin::Rust);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// `extern func`: a Rust native of the registry.
    Rust,
    /// `extern "library" func`: a C function.
    C {
        /// The library, as written.
        library: String,
        /// The symbol, which is not always the Vo name.
        symbol: String,
    },
    /// `import "C"`: a C function with the prototype that the preamble has, as one call of it wants it.
    Prototype(Arc<CPrototype>),
}

/// A function that is declared in Vo and implemented elsewhere: plain data, from a VM's front end.
///
/// ```
/// use vo_ffi_core::{Declaration, FuncType, Origin, TypeId};
///
/// // Line 3 of os.vo: extern func ReadFile(name string) ([]byte, error)
/// let results = vec![TypeId::BYTES, TypeId::ERROR];
/// let declaration = Declaration {
///     name: "os.ReadFile".into(),
///     func: FuncType { params: vec![TypeId::STRING], variadic: false, results },
///     param_names: vec!["name".into()],
///     origin: Origin::Rust,
///     file: "os.vo".into(),
///     line: 3,
/// };
/// assert_eq!(declaration.place(), "os.vo:3");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declaration {
    /// `pkg.Name` or `pkg.Type.Method`.
    pub name: String,
    /// Its type; for a method, the receiver is the first parameter.
    pub func: FuncType,
    /// The names of its parameters.
    pub param_names: Vec<String>,
    /// Where it comes from.
    pub origin: Origin,
    /// The file of the declaration.
    pub file: String,
    /// Its line, from 1.
    pub line: u32,
}

impl Declaration {
    /// The declaration's place, as `file:line`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}
