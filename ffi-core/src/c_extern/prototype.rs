//! A C function as the text of its declaration has it, and as one call in a program wants it.

use std::sync::Arc;

use crate::c::{CType, CTypes, FuncSig};
use crate::c_extern::signature::{CParam, CResult};

/// A C function with its type, and how the arguments of one call in a program become what it takes. Several calls
/// with arguments of other types are several of these.
///
/// Its maker has found each parameter with [`CFit`](crate::CFit); so it need not be checked again.
///
/// ```
/// use std::sync::Arc;
/// use vo_ffi_core::c::{Declarations, Target};
/// use vo_ffi_core::{CFit, CParam, CPrototype, CResult, Scalar, TypeId, TypeTable};
///
/// let text = "unsigned long strlen(const char *s);";
/// let declarations = Declarations::parse(text, &Target::HOST).map_err(|errors| errors.to_string())?;
/// let strlen = declarations.function("strlen").expect("it is declared");
/// let sig = declarations.types.as_func(strlen.ty).expect("it is a function").clone();
/// let types = TypeTable::new();
/// let fit = CFit { types: &types, c: &declarations.types, made: &|_| None };
/// let param = fit.param(TypeId::STRING, sig.params[0]).map_err(|misfit| misfit.problem)?;
/// assert_eq!(param, CParam::String);
/// let prototype = CPrototype {
///     libraries: vec!["libc.so.6".into()],
///     symbol: strlen.symbol.clone(),
///     through: false,
///     unguarded: false,
///     types: Arc::new(declarations.types.clone()),
///     sig,
///     extra: Vec::new(),
///     params: vec![param],
///     nonnull: strlen.nonnull.clone(),
///     result: CResult::Scalar(Scalar::Uint64),
/// };
/// assert_eq!(prototype.declaration(), "unsigned long strlen(const char *)");
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug)]
pub struct CPrototype {
    /// Where to look for it, in this order, and at last in the process.
    pub libraries: Vec<String>,
    /// Its name in the library.
    pub symbol: String,
    /// Whether it has no name, and its address is the first argument, in front of its own: a function pointer is called.
    pub through: bool,
    /// Whether it is declared to call nothing back: C may not call closures while it runs.
    pub unguarded: bool,
    /// The table of its types.
    pub types: Arc<CTypes>,
    /// Its type.
    pub sig: FuncSig,
    /// The types of the arguments behind the parameters of a variadic function, promoted.
    pub extra: Vec<CType>,
    /// How each argument becomes C's, those behind the parameters too.
    pub params: Vec<CParam>,
    /// Which of the parameters must not be NULL; none behind the end.
    pub nonnull: Vec<bool>,
    /// What becomes of the result.
    pub result: CResult,
}

impl CPrototype {
    /// As C declares it.
    pub fn declaration(&self) -> String {
        let mut types = CTypes::clone(&self.types);
        let ty = types.func(self.sig.clone());
        types.declare(ty, &self.symbol)
    }
}

/// Two are the same where they are one function, called with the same types of arguments.
impl PartialEq for CPrototype {
    fn eq(&self, other: &CPrototype) -> bool {
        let key =
            |own: &CPrototype| (Arc::as_ptr(&own.types), own.symbol.clone(), own.params.clone(), own.result);
        key(self) == key(other) && (&self.sig, &self.extra) == (&other.sig, &other.extra)
    }
}

impl Eq for CPrototype {}
