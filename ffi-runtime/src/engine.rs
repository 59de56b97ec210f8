//! Binding: from a declaration to a function that a VM calls.

mod explain;

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use vo_ffi_core::c::CTypes;
use vo_ffi_core::{CPlan, CPrototype, CSignature, Callee, Declaration, Origin, TypeTable};

use crate::call::Bound;
use crate::closure::{ClosureParam, any_takes_funcs};
use crate::error::{BindError, BindErrors, Declared, LibraryError};
use crate::library::{Code, Library, Symbol};
use crate::stub::{CallPath, Stub, StubChoice, Target};

/// Where near names are looked for when the process has no symbol of a name, and whose functions the process may replace.
const C_LIBRARY: &str = if cfg!(target_os = "linux") { "libc.so.6" } else { "c" };

/// Binds declared C functions. Libraries are loaded once and stay loaded; several threads may bind at once.
///
/// The library of a declaration is a file name that the dynamic linker searches for, as `libm.so.6`; a path,
/// where it has a slash, relative to the current directory; or `self`, the program with all that it is
/// linked with. Where there is no such file, others are tried; see [`SearchPolicy`](crate::SearchPolicy).
///
/// ```
/// use vo_ffi_core::{Declaration, FuncType, Origin, TypeId, TypeTable};
/// use vo_ffi_runtime::CEngine;
///
/// let cos = Declaration {
///     name: "main.cos".into(),
///     func: FuncType { params: vec![TypeId::FLOAT64], variadic: false, results: vec![TypeId::FLOAT64] },
///     param_names: vec!["x".into()],
///     origin: Origin::C { library: "libm.so.6".into(), symbol: "cos".into() },
///     file: "trig.vo".into(),
///     line: 3,
/// };
/// let bound = CEngine::new().bind(&cos, &TypeTable::new()).expect("every Linux has libm");
/// assert_eq!(bound.callee().name, "main.cos");
/// assert!(!bound.plan().sees_heap);
/// ```
#[derive(Debug)]
pub struct CEngine {
    choice: StubChoice,
    libraries: Mutex<HashMap<String, Library>>,
    /// Whether C may call closures while a function runs that is bound from now on.
    closures: AtomicBool,
}

/// A C function, ready to be called. It owns what its callee points to, and does not need the engine.
#[derive(Debug)]
pub struct BoundFunction {
    callee: Callee,
    bound: Box<Bound>,
}

// SAFETY: the callee's `target` is this value's own, is never written, and is `Send` and `Sync` itself.
unsafe impl Send for BoundFunction {}
// SAFETY: a callee is only read once it is made.
unsafe impl Sync for BoundFunction {}

impl BoundFunction {
    /// What a VM calls: `(callee.native)(cx, callee, frame)`. It is valid as long as this value lives. Its `target` is
    /// the address of a word that holds the address of the C function, for VMs that call some by themselves.
    ///
    /// Calling it is as safe as the declaration is true: nothing can tell whether the C function has the
    /// declared types. While it runs, nothing is collected if the plan sees the heap.
    pub fn callee(&self) -> &Callee {
        &self.callee
    }

    /// Which code makes the call.
    pub fn path(&self) -> &CallPath {
        self.bound.target.stub.path()
    }

    /// How the call is made.
    pub fn plan(&self) -> &CPlan {
        &self.bound.plan
    }
}

impl Default for CEngine {
    fn default() -> CEngine {
        CEngine::new()
    }
}

impl CEngine {
    /// An engine that has loaded nothing, and calls as the environment says; see [`StubChoice::from_env`].
    pub fn new() -> CEngine {
        CEngine::with_choice(StubChoice::from_env())
    }

    /// An engine that calls this way.
    ///
    /// ```
    /// use vo_ffi_runtime::{CEngine, StubChoice};
    /// let engine = CEngine::with_choice(StubChoice::Libffi);
    /// ```
    pub fn with_choice(choice: StubChoice) -> CEngine {
        CEngine { choice, libraries: Mutex::default(), closures: AtomicBool::new(false) }
    }

    /// Binds one function: checks its types, loads its library, finds its symbol.
    ///
    /// Loading runs the library's initializers: whoever runs a declaration trusts the library.
    ///
    /// # Errors
    /// The first thing that is wrong; where it is the types, everything that is wrong with them.
    pub fn bind(&self, declaration: &Declaration, types: &TypeTable) -> Result<BoundFunction, BindError> {
        self.expect_closures(std::slice::from_ref(declaration), types);
        let signature = check(0, declaration, types)?;
        let code = self.find(0, declaration)?;
        self.make(0, declaration, &signature, types, code)
    }

    /// Looks at what is going to be bound one by one: where a function takes a func, calls of the others are watched too.
    /// A function pointer that C has kept beyond its call is then an error of the call in which C calls it.
    ///
    /// [`CEngine::bind_all`] does this by itself.
    pub fn expect_closures(&self, declarations: &[Declaration], types: &TypeTable) {
        if any_takes_funcs(declarations, types) {
            self.watch_calls();
        }
    }

    /// Watches the calls of all functions that are bound from now on: of a program whose natives give funcs to C, by
    /// [`FuncParam`](crate::FuncParam).
    ///
    /// ```
    /// use vo_ffi_core::{Declaration, TypeTable};
    /// use vo_ffi_runtime::CEngine;
    ///
    /// fn engine(program: &[Declaration], types: &TypeTable) -> CEngine {
    ///     let engine = CEngine::new();
    ///     engine.expect_closures(program, types);
    ///     // This VM's native that calls C functions by name, with funcs too.
    ///     if program.iter().any(|declaration| declaration.name == "c.call") {
    ///         engine.watch_calls();
    ///     }
    ///     engine
    /// }
    /// # engine(&[], &TypeTable::new());
    /// ```
    pub fn watch_calls(&self) {
        self.closures.store(true, Ordering::Relaxed);
    }

    /// Binds all functions, in order.
    ///
    /// # Errors
    /// Everything that is wrong with any of them. A library that cannot be loaded is reported once, with
    /// the names of all functions that need it.
    pub fn bind_all(
        &self,
        declarations: &[Declaration],
        types: &TypeTable,
    ) -> Result<Vec<BoundFunction>, BindErrors> {
        self.expect_closures(declarations, types);
        let mut bound = Vec::with_capacity(declarations.len());
        let mut errors = Vec::new();
        for (index, declaration) in declarations.iter().enumerate() {
            let signature = check(index, declaration, types).map_err(|error| errors.push(error));
            let code = match settled(&mut errors, declaration) {
                true => Err(()),
                false => self.find(index, declaration).map_err(|error| errors.push(error)),
            };
            if let (Ok(signature), Ok(code)) = (signature, code) {
                match self.make(index, declaration, &signature, types, code) {
                    Ok(function) => bound.push(function),
                    Err(error) => errors.push(error),
                }
            }
        }
        if errors.is_empty() { Ok(bound) } else { Err(BindErrors(errors)) }
    }

    fn make(
        &self,
        index: usize,
        declaration: &Declaration,
        signature: &CSignature,
        types: &TypeTable,
        code: Code,
    ) -> Result<BoundFunction, BindError> {
        let plan = CPlan::of(signature);
        let refused =
            |reason: String| BindError::Refused { declared: Declared::new(index, declaration), reason };
        let errno = plan.errno.is_some();
        let stub = match &declaration.origin {
            Origin::Prototype(prototype) => {
                let CPrototype { types, sig, extra, .. } = &**prototype;
                Stub::get(self.choice, types, sig, extra, errno)
            }
            _ => {
                let mut c = CTypes::new();
                let sig = signature.c_type(types, &mut c);
                Stub::get(self.choice, &c, &sig, &[], errno)
            }
        };
        let stub = stub.map_err(|error| refused(error.to_string()))?;
        let closures = ClosureParam::all(self.choice, declaration, signature, types).map_err(refused)?;
        let (through, unguarded) = match &declaration.origin {
            Origin::Prototype(prototype) => (prototype.through, prototype.unguarded),
            _ => (false, false),
        };
        // What is unguarded calls nothing back, but what it is given for that.
        let watched = self.closures.load(Ordering::Relaxed) && !(unguarded && closures.is_empty());
        let bound = Box::new(Bound { target: Target { code, stub }, plan, closures, watched, through });
        let callee = Callee {
            native: bound.native(),
            plan: signature.frame().clone(),
            target: (&raw const *bound).cast(),
            name: declaration.name.clone(),
            param_names: declaration.param_names.clone(),
        };
        Ok(BoundFunction { callee, bound })
    }

    fn find(&self, index: usize, declaration: &Declaration) -> Result<Code, BindError> {
        let declared = Declared::new(index, declaration);
        if matches!(&declaration.origin, Origin::Prototype(prototype) if prototype.through) {
            return Ok(Code::NONE);
        }
        let found = match &declaration.origin {
            Origin::Prototype(prototype) => self.find_in(&prototype.libraries, &prototype.symbol),
            _ => self.library(&declared.library).and_then(|library| library.symbol(&declared.symbol)),
        };
        match found {
            Ok(symbol) if symbol.is_variable() => match &declaration.origin {
                // Which of its libraries has it is of no interest.
                Origin::Prototype(_) => {
                    let reason = format!("`{}` is a variable in C, not a function", declared.symbol);
                    Err(BindError::Refused { declared, reason })
                }
                _ => Err(BindError::NotAFunction { declared }),
            },
            Ok(symbol) => Ok(symbol.code()),
            Err(LibraryError::NotFound { search, .. }) => {
                Err(BindError::LibraryNotFound { declared, search, others: Vec::new() })
            }
            Err(LibraryError::NoSymbol { path, nearest, .. }) => {
                let elsewhere = self.exporter(&declared.symbol);
                Err(BindError::SymbolNotFound { path, nearest, elsewhere, declared })
            }
            Err(error) => Err(BindError::Refused { declared, reason: error.to_string() }),
        }
    }

    /// The symbol in the first of these libraries that has it, and at last in the process.
    ///
    /// # Errors
    /// Which of the libraries cannot be loaded; or the names that they have.
    pub fn find_in(&self, libraries: &[String], symbol: &str) -> Result<Symbol, LibraryError> {
        for name in libraries.iter().map(String::as_str).chain(["self"]) {
            if let Some(found) = self.library(name)?.optional_symbol(symbol) {
                return Ok(self.preempted(symbol, found));
            }
        }
        // What the process has beside its own is mostly the C library.
        let searched = libraries.iter().map(String::as_str).chain(["self", C_LIBRARY]);
        let nearest: BTreeSet<String> = searched
            .filter_map(|name| self.library(name).ok()?.symbol(symbol).err())
            .flat_map(|error| match error {
                LibraryError::NoSymbol { nearest, .. } => nearest,
                _ => Vec::new(),
            })
            .collect();
        let nearest = vo_ffi_core::nearest(symbol, nearest.iter().map(String::as_str));
        Err(LibraryError::NoSymbolInAny {
            libraries: libraries.to_vec(),
            symbol: symbol.into(),
            elsewhere: self.exporter(symbol),
            nearest: nearest.into_iter().map(String::from).collect(),
        })
    }

    /// A library has also what it depends on. What it has of the C library may be replaced in this process, as the
    /// functions of an allocator are, and then it is for all of C.
    fn preempted(&self, symbol: &str, found: Symbol) -> Symbol {
        let own = self.library("self").ok().and_then(|process| process.optional_symbol(symbol));
        let is_of_c_library =
            || Library::open(C_LIBRARY).is_ok_and(|library| library.optional_symbol(symbol) == Some(found));
        match own {
            Some(own) if own != found && is_of_c_library() => own,
            _ => found,
        }
    }

    /// Loads a library by its name, or the first that there is of several with `|` between them.
    ///
    /// # Errors
    /// What was tried.
    pub fn load(&self, name: &str) -> Result<(), LibraryError> {
        self.library(name).map(|_| ())
    }

    fn library(&self, name: &str) -> Result<Library, LibraryError> {
        let mut libraries = self.libraries.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(library) = libraries.get(name) {
            return Ok(library.clone());
        }
        let names: Vec<&str> = name.split('|').map(str::trim).collect();
        let library = Library::open_first(&names)?;
        libraries.insert(name.to_string(), library.clone());
        Ok(library)
    }

    /// A loaded library that has this symbol.
    fn exporter(&self, symbol: &str) -> Option<String> {
        let libraries = self.libraries.lock().unwrap_or_else(PoisonError::into_inner);
        (libraries.iter())
            .filter(|(_, library)| library.optional_symbol(symbol).is_some())
            .map(|(name, _)| name.clone())
            .min()
    }
}

fn check(index: usize, declaration: &Declaration, types: &TypeTable) -> Result<CSignature, BindError> {
    CSignature::check(declaration, types)
        .map_err(|problems| BindError::Unsupported { declared: Declared::new(index, declaration), problems })
}

/// Whether the declaration's library and symbol need no search: another error tells what it would find.
fn settled(errors: &mut [BindError], declaration: &Declaration) -> bool {
    let Origin::C { library, symbol } = &declaration.origin else { return true };
    let failed = errors.iter_mut().find_map(|error| match error {
        BindError::LibraryNotFound { declared, others, .. } if declared.library == *library => Some(others),
        _ => None,
    });
    failed.map(|others| others.push(declaration.name.clone())).is_some()
        || [library, symbol].iter().any(|name| name.is_empty() || name.contains('\0'))
}
