//! Functions of C texts, found and planned once, however often they are called.

use std::collections::HashMap;
use std::sync::Arc;

use vo_ffi::Slot;
use vo_ffi::c::{CType, CTypes, Declarations, FuncSig, Target};
use vo_ffi::runtime::{CallOptions, Function, Library};

use super::request::Request;

/// A function of a text, ready to be called.
pub(super) struct Prepared {
    pub(super) declarations: Arc<Declarations>,
    /// Its type, in the table of the declarations.
    pub(super) sig: FuncSig,
    /// As C declares it.
    pub(super) declaration: String,
    /// The names of its parameters.
    pub(super) names: Vec<Option<String>>,
    /// Types that requests name, by their texts.
    pub(super) named: Arc<HashMap<String, CType>>,
    function: Function,
    /// Of a variadic one, the function for each list of types behind the parameters.
    variadic: HashMap<Vec<CType>, Function>,
}

/// All that was needed so far.
#[derive(Default)]
pub(super) struct Store {
    libraries: HashMap<String, Library>,
    prepared: HashMap<String, Prepared>,
    key: String,
}

/// So many functions are kept, and of each so many types and lists of types.
const MOST: usize = 4096;

impl Store {
    /// The function of a request.
    pub(super) fn get(&mut self, request: &Request<'_>) -> Result<&mut Prepared, String> {
        let Request { decl, func, address_from, errno, .. } = request;
        self.key.clear();
        for part in [request.library(), decl, func, address_from] {
            self.key.push_str(part);
            self.key.push('\0');
        }
        self.key.push(if *errno { 'e' } else { '-' });
        if self.prepared.get(&self.key).is_none_or(Prepared::is_full) {
            let prepared = self.prepare(request)?;
            if self.prepared.len() >= MOST {
                self.prepared.clear();
            }
            self.prepared.insert(self.key.clone(), prepared);
        }
        self.prepared.get_mut(&self.key).ok_or_else(String::new)
    }

    fn prepare(&mut self, request: &Request<'_>) -> Result<Prepared, String> {
        let declarations =
            Declarations::parse(&request.decl, Target::HOST).map_err(|errors| errors.to_string())?;
        let library = self.library(request.library())?;
        Prepared::new(library, declarations, request)
    }

    fn library(&mut self, name: &str) -> Result<&Library, String> {
        if !self.libraries.contains_key(name) {
            let library = match name {
                "" => Library::process(),
                name => Library::open(name).map_err(|error| error.to_string())?,
            };
            self.libraries.insert(name.to_string(), library);
        }
        self.libraries.get(name).ok_or_else(String::new)
    }
}

impl Prepared {
    /// The function that a request names, or the last one of the text.
    pub(super) fn new(
        library: &Library,
        declarations: Declarations,
        request: &Request<'_>,
    ) -> Result<Prepared, String> {
        let declared = match &*request.func {
            "" => declarations.functions().last().ok_or("the text declares no function")?,
            name => declarations.function(name).ok_or_else(|| not_declared(name, &declarations))?,
        };
        let options = CallOptions { errno: request.errno, ..CallOptions::default() };
        let sig = declarations.types.as_func(declared.ty).cloned().ok_or("it is no function")?;
        let function = match &*request.address_from {
            "" => library
                .function_of_with(&declarations, &declared.name, options)
                .map_err(|error| error.to_string())?,
            symbol => {
                let address = address_from(library, symbol)?;
                let types = Arc::new(declarations.types.clone());
                // SAFETY: whoever asks vouches for the function at the address, as for every declaration.
                unsafe { Function::at(address, types, sig.clone(), options) }
                    .map_err(|error| error.to_string())?
            }
        };
        let declaration = declarations.types.declare(declared.ty, &declared.name);
        let names = declared.params.clone();
        let declarations = Arc::new(declarations);
        let (named, variadic) = (Arc::default(), HashMap::new());
        Ok(Prepared { declarations, sig, declaration, names, named, function, variadic })
    }

    /// Whether so much was added that it is better made anew.
    fn is_full(&self) -> bool {
        self.named.len() + self.variadic.len() >= MOST
    }

    /// The function for arguments of these types behind the parameters.
    pub(super) fn function(&mut self, more: Vec<CType>) -> Result<&Function, String> {
        if !self.sig.variadic {
            return Ok(&self.function);
        }
        if !self.variadic.contains_key(&more) {
            let types = Arc::new(self.declarations.types.clone());
            let (address, options) = (self.function.address(), self.function.options());
            // SAFETY: the address is that of the function that was found, and no library is unloaded.
            let function = unsafe { Function::at(address, types, self.sig.clone(), options) };
            let function = function.and_then(|function| function.with_arguments(&more));
            self.variadic.insert(more.clone(), function.map_err(|error| error.to_string())?);
        }
        self.variadic.get(&more).ok_or_else(String::new)
    }

    /// The type of a text, as `struct p` or `unsigned char *`.
    pub(super) fn type_of(&mut self, text: &str) -> Result<CType, String> {
        if let Some(&known) = self.named.get(text) {
            return Ok(known);
        }
        // Types are only added to the table, so what is known of it stays true.
        let ty = Arc::make_mut(&mut self.declarations).parse_type(text);
        let ty = ty.map_err(|errors| format!("the type `{text}`: {errors}"))?;
        Arc::make_mut(&mut self.named).insert(text.to_string(), ty);
        Ok(ty)
    }

    /// Where the function is, how it is called, and why so.
    pub(super) fn explain(&self) -> String {
        self.function.explain()
    }
}

fn not_declared(name: &str, declarations: &Declarations) -> String {
    let names = declarations.functions().iter().map(|function| function.name.as_str());
    match vo_ffi::nearest(name, names.clone()).first() {
        Some(near) => format!("the text declares no function `{name}`; did you mean `{near}`?"),
        None => {
            format!("the text declares no function `{name}`; it has {}", names.collect::<Vec<_>>().join(", "))
        }
    }
}

/// What a function without arguments returns.
fn address_from(library: &Library, symbol: &str) -> Result<*const (), String> {
    let found = library.symbol(symbol).map_err(|error| error.to_string())?;
    let (types, result) = (Arc::new(CTypes::new()), CType::POINTER);
    let sig = FuncSig { params: Vec::new(), variadic: false, result, convention: None };
    // SAFETY: no library is unloaded.
    let function = unsafe { Function::at(found.address(), types, sig, CallOptions::default()) };
    let mut frame = [Slot::ZERO];
    // SAFETY: whoever asks says that it is such a function.
    unsafe { function.map_err(|error| error.to_string())?.call_frame(&mut frame) };
    match frame[0].as_ptr::<()>().cast_const() {
        address if address.is_null() => Err(format!("`{symbol}` returned NULL")),
        address => Ok(address),
    }
}
