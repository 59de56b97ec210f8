//! Variables of libraries.

use std::fmt;
use std::ptr::NonNull;
use std::sync::Arc;

use vo_ffi_core::c::{CKind, CType, CTypes, CVariable, Declarations};

use crate::error::{CallError, FunctionError};
use crate::ffi_type::FfiType;
use crate::ffi_value::{FfiValue, TypedArg};
use crate::function::declared::{not_declared, parse};
use crate::image::Image;
use crate::library::Library;

/// A variable of a library, with its type. It keeps its library loaded.
///
/// ```
/// use vo_ffi_runtime::Library;
///
/// let libc = Library::open("libc.so.6")?;
/// let opterr = libc.variable("extern int opterr")?;
/// // SAFETY: libc's `opterr` is an `int`, which nothing else uses here.
/// unsafe {
///     assert_eq!(opterr.read().i32, 1);
///     opterr.write(&0.into())?;
///     assert_eq!(opterr.read().i32, 0);
/// }
/// assert_eq!(
///     libc.variable("extern int optter").unwrap_err().to_string().rsplit("; ").next(),
///     Some("did you mean `opterr`?")
/// );
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Variable {
    name: String,
    address: NonNull<u8>,
    ty: FfiType,
    types: Arc<CTypes>,
    c_type: CType,
    constant: bool,
    library: Library,
}

// SAFETY: it is an address in a library that is never unloaded; whoever reads or writes there vouches for it.
unsafe impl Send for Variable {}
// SAFETY: as for `Send`.
unsafe impl Sync for Variable {}

impl Library {
    /// The variable that a text of C declares, which may define the types that it needs: `extern int opterr`.
    ///
    /// # Errors
    /// What is wrong with the text; that the library has no such variable.
    pub fn variable(&self, text: &str) -> Result<Variable, FunctionError> {
        let declarations = parse(text)?;
        match declarations.variables() {
            [variable] => self.declared_variable(&declarations, variable),
            several => {
                let names = several.iter().map(|variable| variable.name.clone()).collect();
                Err(FunctionError::NotOne { what: "variable", names })
            }
        }
    }

    /// A variable of some declarations, as of a header.
    ///
    /// # Errors
    /// That it is not declared; that the library has no such variable.
    pub fn variable_of(&self, declarations: &Declarations, name: &str) -> Result<Variable, FunctionError> {
        let names = || declarations.variables().iter().map(|variable| variable.name.as_str());
        let variable = declarations.variable(name).ok_or_else(|| not_declared("variable", name, names()))?;
        self.declared_variable(declarations, variable)
    }

    fn declared_variable(
        &self,
        declarations: &Declarations,
        variable: &CVariable,
    ) -> Result<Variable, FunctionError> {
        let name = variable.name.clone();
        if variable.is_static {
            return Err(FunctionError::Static { name });
        }
        if variable.thread_local {
            return Err(FunctionError::ThreadLocal { name });
        }
        let symbol = self.symbol(&variable.symbol)?;
        let mut types = CTypes::new();
        let c_type = types.import(&declarations.types, &[variable.ty])[0];
        let types = Arc::new(types);
        let ty = FfiType::of(&types, c_type).map_err(FunctionError::NoSize)?;
        let address = NonNull::new(symbol.address().cast_mut().cast());
        match address.filter(|_| !symbol.is_function()) {
            Some(address) => {
                let (constant, library) = (variable.constant, self.clone());
                Ok(Variable { name, address, ty, types, c_type, constant, library })
            }
            None => {
                let (symbol, library) = (variable.symbol.clone(), self.name().into());
                Err(FunctionError::NotAVariable { symbol, library })
            }
        }
    }
}

impl Variable {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its address, valid for the life of the process.
    pub fn address(&self) -> *mut u8 {
        self.address.as_ptr()
    }

    /// Its type.
    pub fn ty(&self) -> &FfiType {
        &self.ty
    }

    /// Its type in C, with the table of it.
    pub fn c_type(&self) -> (&Arc<CTypes>, CType) {
        (&self.types, self.c_type)
    }

    /// Whether it is declared `const`: the memory of such a variable may be read-only.
    pub fn is_constant(&self) -> bool {
        self.constant || matches!(self.types.kind(self.c_type), CKind::Void)
    }

    /// The library that it is from.
    pub fn library(&self) -> &Library {
        &self.library
    }

    /// What it holds; of an image, its address in the library.
    ///
    /// # Safety
    /// The library's variable has this type, and nothing writes to it meanwhile.
    pub unsafe fn read(&self) -> FfiValue {
        if self.ty.is_image() {
            return FfiValue::from_ptr(self.address());
        }
        let mut bytes = [0; 8];
        // SAFETY: the caller vouches for a variable of this type, which is no larger than a value.
        unsafe { self.address().copy_to_nonoverlapping(bytes.as_mut_ptr(), self.ty.size()) };
        FfiValue { u64: u64::from_le_bytes(bytes) }
    }

    /// A copy of its bytes.
    ///
    /// # Safety
    /// As [`Variable::read`].
    pub unsafe fn read_image(&self) -> Image {
        let mut image = Image::zeroed(&self.ty);
        // SAFETY: the caller vouches for a variable of this size.
        unsafe { self.address().copy_to_nonoverlapping(image.as_mut_ptr(), image.len()) };
        image
    }

    /// Writes a value of its type; the bytes of an image are copied.
    ///
    /// # Errors
    /// That the value has another type, or that the variable is constant.
    ///
    /// # Safety
    /// The library's variable has this type, nothing else reads or writes it meanwhile, and the library is prepared
    /// for the value, which is of the argument's type.
    pub unsafe fn write(&self, value: &TypedArg) -> Result<(), CallError> {
        self.check_writable()?;
        if !self.ty.takes(&value.ty) {
            let (name, expected, found) = (self.name.clone(), self.ty.clone(), value.ty.clone());
            return Err(CallError::VariableType { name, expected, found });
        }
        // SAFETY: the value of an image is the address of its bytes; others have them in front.
        unsafe {
            let from =
                if self.ty.is_image() { value.value.ptr.cast() } else { (&raw const value.value).cast() };
            self.address().copy_from(from, self.ty.size());
        }
        Ok(())
    }

    /// Writes its bytes.
    ///
    /// # Errors
    /// That the variable has another size, or is constant.
    ///
    /// # Safety
    /// As [`Variable::write`].
    pub unsafe fn write_image(&self, bytes: &[u8]) -> Result<(), CallError> {
        self.check_writable()?;
        if bytes.len() != self.ty.size() {
            let (name, ty, found) = (self.name.clone(), self.ty.clone(), bytes.len());
            return Err(CallError::VariableSize { name, ty, found });
        }
        // SAFETY: the caller vouches for a variable of this size.
        unsafe { self.address().copy_from(bytes.as_ptr(), bytes.len()) };
        Ok(())
    }

    fn check_writable(&self) -> Result<(), CallError> {
        if self.is_constant() { Err(CallError::Constant { name: self.name.clone() }) } else { Ok(()) }
    }
}

impl fmt::Debug for Variable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Variable")
            .field("name", &self.name)
            .field("address", &self.address)
            .field("ty", &self.ty)
            .finish_non_exhaustive()
    }
}
