//! Functions of libraries by their declarations in C.

use std::sync::Arc;

use vo_ffi_core::c::{CFunction, CTypes, Declarations, Target};

use crate::error::FunctionError;
use crate::ffi_type::FfiType;
use crate::function::{CallOptions, Function, Source};
use crate::library::Library;
use crate::stub::StubError;

impl Library {
    /// The function that a text of C declares, which may define the types that it needs.
    ///
    /// ```
    /// use vo_ffi_runtime::Library;
    ///
    /// let libm = Library::open("libm.so.6")?;
    /// let pow = libm.function("double pow(double base, double exponent)")?;
    /// // SAFETY: this is the type of libm's `pow`.
    /// assert_eq!(unsafe { pow.call(&[2.0.into(), 10.0.into()])?.f64 }, 1024.0);
    ///
    /// let error = libm.function("duble pow(double, double)").unwrap_err().to_string();
    /// assert!(error.starts_with("error: unknown type `duble`\n --> C:1:1\n"), "{error}");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// What is wrong with the text; that the library has no such function; why it cannot be called.
    pub fn function(&self, text: &str) -> Result<Function, FunctionError> {
        self.function_with(text, CallOptions::default())
    }

    /// As [`Library::function`], called in this way.
    ///
    /// # Errors
    /// As [`Library::function`].
    pub fn function_with(&self, text: &str, options: CallOptions) -> Result<Function, FunctionError> {
        let declarations = parse(text)?;
        match declarations.functions() {
            [function] => self.declared(&declarations, function, options),
            several => {
                let names = several.iter().map(|function| function.name.clone()).collect();
                Err(FunctionError::NotOne { what: "function", names })
            }
        }
    }

    /// A function of some declarations, as of a header.
    ///
    /// ```
    /// use vo_ffi_core::c::{Declarations, Target};
    /// use vo_ffi_runtime::Library;
    ///
    /// let header = "double hypot(double x, double y); float hypotf(float x, float y);";
    /// let declarations = Declarations::parse(header, Target::HOST)?;
    /// let libm = Library::open("libm.so.6")?;
    /// let hypot = libm.function_of(&declarations, "hypot")?;
    /// // SAFETY: this is the type of libm's `hypot`.
    /// assert_eq!(unsafe { hypot.call(&[3.0.into(), 4.0.into()])?.f64 }, 5.0);
    ///
    /// let error = libm.function_of(&declarations, "hypott").unwrap_err().to_string();
    /// assert_eq!(error, "the declarations have no function `hypott`; did you mean `hypot` or `hypotf`?");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// That it is not declared; that the library has no such function; why it cannot be called.
    pub fn function_of(&self, declarations: &Declarations, name: &str) -> Result<Function, FunctionError> {
        self.function_of_with(declarations, name, CallOptions::default())
    }

    /// As [`Library::function_of`], called in this way.
    ///
    /// # Errors
    /// As [`Library::function_of`].
    pub fn function_of_with(
        &self,
        declarations: &Declarations,
        name: &str,
        options: CallOptions,
    ) -> Result<Function, FunctionError> {
        let names = || declarations.functions().iter().map(|function| function.name.as_str());
        let function = declarations.function(name).ok_or_else(|| not_declared("function", name, names()))?;
        self.declared(declarations, function, options)
    }

    fn declared(
        &self,
        declarations: &Declarations,
        function: &CFunction,
        options: CallOptions,
    ) -> Result<Function, FunctionError> {
        if function.is_static {
            return Err(FunctionError::Static { name: function.name.clone() });
        }
        let symbol = self.symbol(&function.symbol)?;
        if symbol.is_variable() {
            let (symbol, library) = (function.symbol.clone(), self.name().into());
            return Err(FunctionError::NotAFunction { symbol, library });
        }
        // Only the types that it needs: those of a large header are many.
        let mut types = CTypes::new();
        let ty = types.import(&declarations.types, &[function.ty])[0];
        let names = || declarations.functions().iter().map(|function| function.name.as_str());
        let sig = types.as_func(ty).cloned();
        let sig = sig.ok_or_else(|| not_declared("function", &function.name, names()))?;
        let source = Source {
            name: &function.name,
            code: symbol.code(),
            library: Some(self.clone()),
            param_names: &function.params,
        };
        Function::new(source, Arc::new(types), sig, &[], options)
            .map_err(|error| FunctionError::Refused { name: function.name.clone(), error })
    }
}

impl Function {
    /// As [`Function::with_arguments`].
    pub(super) fn with_types(&self, more: &[FfiType]) -> Result<Function, StubError> {
        let mut types = CTypes::clone(self.types());
        let more: Vec<_> = more.iter().map(|ty| ty.c_type(&mut types)).collect();
        self.with_arguments_of(Arc::new(types), &more)
    }
}

/// What a text declares.
pub(crate) fn parse(text: &str) -> Result<Declarations, FunctionError> {
    Declarations::parse(text, Target::HOST).map_err(|errors| FunctionError::text(text, errors))
}

/// That a name is not declared.
pub(crate) fn not_declared<'n>(
    what: &'static str,
    name: &str,
    names: impl Iterator<Item = &'n str>,
) -> FunctionError {
    let nearest = vo_ffi_core::nearest(name, names).into_iter().map(String::from).collect();
    FunctionError::NotDeclared { what, name: name.into(), nearest }
}
