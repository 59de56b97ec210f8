//! Functions whose types a program puts together at run time.

use std::sync::Arc;

use vo_ffi_core::c::{Convention, FuncSig};

use crate::call_extern::signature;
use crate::error::{CallError, FunctionError};
use crate::ffi_type::FfiType;
use crate::ffi_value::{FfiValue, TypedArg};
use crate::function::{CallOptions, Function, Source};
use crate::image::Image;
use crate::library::{Library, SearchPolicy};
use crate::marshal::{Kept, Marshalers, marshal_args};
use crate::stub::StubChoice;

/// Builds a [`Call`] of a library's function.
///
/// ```
/// use vo_ffi_runtime::{CallBuilder, FfiType};
///
/// let call = CallBuilder::new("libm", "sqrt").arg(FfiType::F64).returns(FfiType::F64).build()?;
/// // SAFETY: this is the type of libm's `sqrt`.
/// let four = unsafe { call.call(&[16.0.into()])?.f64 };
/// assert_eq!(four, 4.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "`build` makes the call"]
pub struct CallBuilder {
    library: From,
    symbol: String,
    args: Vec<FfiType>,
    names: Vec<Option<String>>,
    result: FfiType,
    variadic: bool,
    convention: Option<Convention>,
    options: CallOptions,
    marshalers: Option<Arc<Marshalers>>,
}

/// Where the function is from.
#[derive(Clone, Debug)]
enum From {
    Named(String, SearchPolicy),
    Loaded(Library),
}

impl CallBuilder {
    /// Of a library by its name, as [`Library::open`] takes it.
    pub fn new(library: &str, symbol: &str) -> CallBuilder {
        CallBuilder::of(From::Named(library.into(), SearchPolicy::default()), symbol)
    }

    /// Of a library that is loaded.
    pub fn of_library(library: &Library, symbol: &str) -> CallBuilder {
        CallBuilder::of(From::Loaded(library.clone()), symbol)
    }

    fn of(library: From, symbol: &str) -> CallBuilder {
        CallBuilder {
            library,
            symbol: symbol.into(),
            args: Vec::new(),
            names: Vec::new(),
            result: FfiType::Void,
            variadic: false,
            convention: None,
            options: CallOptions::default(),
            marshalers: None,
        }
    }

    /// How the library is searched for, where it is named.
    pub fn search(mut self, policy: SearchPolicy) -> CallBuilder {
        if let From::Named(_, search) = &mut self.library {
            *search = policy;
        }
        self
    }

    /// The next parameter.
    pub fn arg(mut self, ty: FfiType) -> CallBuilder {
        self.args.push(ty);
        self.names.push(None);
        self
    }

    /// The next parameter, with a name for errors.
    pub fn named_arg(mut self, name: &str, ty: FfiType) -> CallBuilder {
        self.args.push(ty);
        self.names.push(Some(name.into()));
        self
    }

    /// The result; without it, there is none.
    pub fn returns(mut self, ty: FfiType) -> CallBuilder {
        self.result = ty;
        self
    }

    /// That more arguments may follow the parameters.
    ///
    /// ```
    /// use vo_ffi_runtime::{CallBuilder, FfiType};
    ///
    /// let mut text = [0_u8; 16];
    /// let snprintf = CallBuilder::new("self", "snprintf")
    ///     .arg(FfiType::Pointer)
    ///     .arg(FfiType::U64)
    ///     .arg(FfiType::String)
    ///     .variadic()
    ///     .returns(FfiType::I32)
    ///     .build()?;
    /// let args = [text.as_mut_ptr().into(), text.len().into(), c"%s %d".into(), c"line".into(), 7.into()];
    /// // SAFETY: this is the type of `snprintf`, the buffer has so many bytes, and the format asks for a text and an int.
    /// unsafe { snprintf.call(&args)? };
    /// assert_eq!(&text[..7], b"line 7\0");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn variadic(mut self) -> CallBuilder {
        self.variadic = true;
        self
    }

    /// The calling convention, where it is not the machine's own.
    pub fn convention(mut self, convention: Convention) -> CallBuilder {
        self.convention = Some(convention);
        self
    }

    /// That errno is set to 0 before each call and taken after it; see [`Function::call_errno`].
    pub fn errno(mut self) -> CallBuilder {
        self.options.errno = true;
        self
    }

    /// Which code makes the call.
    pub fn stubs(mut self, stubs: StubChoice) -> CallBuilder {
        self.options.stubs = stubs;
        self
    }

    /// What converts the objects of [`Call::call_objects`].
    pub fn marshalers(mut self, marshalers: Arc<Marshalers>) -> CallBuilder {
        self.marshalers = Some(marshalers);
        self
    }

    /// Loads the library, finds the function, and makes the code that calls it.
    ///
    /// # Errors
    /// That the library or the function is not there; why functions of this type cannot be called.
    pub fn build(self) -> Result<Call, FunctionError> {
        let library = match self.library {
            From::Named(name, policy) => Library::open_with(&name, &policy)?,
            From::Loaded(library) => library,
        };
        let symbol = library.symbol(&self.symbol)?;
        if symbol.is_variable() {
            let (symbol, library) = (self.symbol, library.name().into());
            return Err(FunctionError::NotAFunction { symbol, library });
        }
        let (types, sig) = signature(&self.args, &self.result);
        let sig = FuncSig { variadic: self.variadic, convention: self.convention, ..sig };
        let source = Source {
            name: &self.symbol,
            code: symbol.code(),
            library: Some(library),
            param_names: &self.names,
        };
        match Function::new(source, Arc::new(types), sig, &[], self.options) {
            Ok(function) => Ok(Call { function, marshalers: self.marshalers.unwrap_or_default() }),
            Err(error) => Err(FunctionError::Refused { name: self.symbol, error }),
        }
    }
}

/// A function with what converts an embedder's objects for it.
#[derive(Clone, Debug)]
pub struct Call {
    /// The function.
    pub function: Function,
    marshalers: Arc<Marshalers>,
}

impl Call {
    /// A call of a function that there is already.
    pub fn new(function: Function, marshalers: Arc<Marshalers>) -> Call {
        Call { function, marshalers }
    }

    /// As [`Function::call`].
    ///
    /// # Errors
    /// As [`Function::call`].
    ///
    /// # Safety
    /// As [`Function::call`].
    pub unsafe fn call(&self, args: &[TypedArg]) -> Result<FfiValue, CallError> {
        // SAFETY: as the caller vouches.
        unsafe { self.function.call(args) }
    }

    /// Calls it with objects of the embedder, and gives an object for the result; see [`Marshaler`](crate::Marshaler).
    ///
    /// # Errors
    /// That there are too few or too many objects; what the marshalers say of one.
    ///
    /// # Safety
    /// As [`Function::call`]; the objects are as the marshalers want them.
    pub unsafe fn call_objects(&self, objects: &[*const u8]) -> Result<*const u8, CallError> {
        // Up to so many arguments need no allocation.
        const INLINE: usize = 16;
        let count = self.function.param_types().len();
        if count != objects.len() {
            let (function, found) = (self.function.name().into(), objects.len());
            return Err(CallError::Count { function, expected: count, variadic: false, found });
        }
        // SAFETY: the caller vouches for the objects and the function; there is a value for each parameter.
        unsafe {
            match count {
                ..=INLINE => self.convert_and_call(objects, &mut [FfiValue::ZERO; INLINE][..count]),
                _ => self.convert_and_call(objects, &mut vec![FfiValue::ZERO; count]),
            }
        }
    }

    /// # Safety
    /// As [`Call::call_objects`], with as many objects as there are parameters, and a place for the value of each.
    unsafe fn convert_and_call(
        &self,
        objects: &[*const u8],
        values: &mut [FfiValue],
    ) -> Result<*const u8, CallError> {
        let function = &self.function;
        let (types, result) = (function.param_types(), function.result());
        let mut kept = Kept::default();
        // SAFETY: the caller vouches for the objects.
        unsafe { marshal_args(&self.marshalers, objects, types, values, &mut kept) }
            .map_err(|(index, reason)| self.refuse(Some(index), &types[index], reason))?;
        for (index, (value, ty)) in values.iter().zip(types).enumerate() {
            // SAFETY: the value of an image is an address.
            if ty.is_image() && ty.size() > 0 && unsafe { value.ptr }.is_null() {
                return Err(self.refuse(Some(index), ty, "the marshaler gave no address".into()));
            }
        }
        let mut image = result.is_image().then(|| Image::zeroed(result));
        let place = image.as_mut().map_or(std::ptr::null_mut(), |image| image.as_mut_ptr());
        // SAFETY: the marshalers made values of the parameters' types, and the image has the result's size.
        let outcome = unsafe { function.outcome_of_values(values, place) };
        // SAFETY: the value is of the result's type, and an image lives until it is converted.
        unsafe { self.marshalers.of(result).from_c(outcome.value, result) }
            .map_err(|reason| self.refuse(None, result, reason))
    }

    #[cold]
    fn refuse(&self, index: Option<usize>, ty: &FfiType, reason: String) -> CallError {
        let name = index.and_then(|index| self.function.param_name(index)).map(String::from);
        CallError::Object { function: self.function.name().into(), index, name, ty: ty.clone(), reason }
    }
}
