//! What a name in a library turned out to be.

use std::hash::Hasher;
use std::ptr::NonNull;

/// A symbol of a library: the address of a function or a variable, which stays valid, since no library is unloaded.
///
/// ```
/// use vo_ffi_runtime::{FfiType, Library, TypedArg, call_extern};
///
/// let strlen = Library::open("libc.so.6")?.symbol("strlen")?;
/// // SAFETY: this is the type of `strlen`, and the text ends in a NUL.
/// let length = unsafe { call_extern(strlen, &[TypedArg::from(c"hello")], FfiType::U64)?.u64 };
/// assert_eq!(length, 5);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Symbol {
    address: NonNull<()>,
    kind: SymbolKind,
}

/// What a library says of a symbol.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum SymbolKind {
    Function,
    Variable,
    /// It does not say.
    Unknown,
}

// SAFETY: it is an address in a library that is never unloaded; nothing is read through it here.
unsafe impl Send for Symbol {}
// SAFETY: as for `Send`, it is never written once it is made.
unsafe impl Sync for Symbol {}

impl Symbol {
    pub(super) fn new(address: NonNull<()>, kind: SymbolKind) -> Symbol {
        Symbol { address, kind }
    }

    /// Its address.
    pub fn address(self) -> *const () {
        self.address.as_ptr()
    }

    /// Whether the library says that it is a variable.
    pub fn is_variable(self) -> bool {
        self.kind == SymbolKind::Variable
    }

    /// Whether the library says that it is a function. It says nothing of functions that it chooses when it is loaded, as
    /// glibc's `strlen`, nor of any on Windows.
    pub fn is_function(self) -> bool {
        self.kind == SymbolKind::Function
    }

    pub(crate) fn code(self) -> Code {
        Code::at(self.address)
    }
}

impl From<Symbol> for *const () {
    fn from(symbol: Symbol) -> *const () {
        symbol.address()
    }
}

/// The code of a C function, of whatever type.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Code(pub(crate) unsafe extern "C" fn());

impl Code {
    /// No code: the address comes with each call.
    pub(crate) const NONE: Code = Code(nowhere);

    /// The code at an address.
    pub(crate) fn at(address: NonNull<()>) -> Code {
        // SAFETY: it is not null, which is all that a function pointer asks for until it is called.
        Code(unsafe { std::mem::transmute::<NonNull<()>, unsafe extern "C" fn()>(address) })
    }
}

/// Nobody calls it.
extern "C" fn nowhere() {}

/// What makes a name none of a library or symbol.
pub(super) fn problem_of(name: &str) -> Option<&'static str> {
    match name {
        "" => Some("is empty"),
        _ if name.contains('\0') => Some("has a NUL byte"),
        _ => None,
    }
}

/// FNV-1a over words, for the short names of symbols, which come from programs and not from strangers.
#[derive(Clone, Copy)]
pub(super) struct NameHasher(u64);

impl Default for NameHasher {
    fn default() -> NameHasher {
        NameHasher(0xcbf2_9ce4_8422_2325)
    }
}

impl Hasher for NameHasher {
    fn write(&mut self, bytes: &[u8]) {
        let mut add = |word: u64| {
            self.0 = (self.0 ^ word).wrapping_mul(0x9e37_79b9_7f4a_7c15);
            self.0 ^= self.0 >> 32;
        };
        let (words, rest) = bytes.as_chunks::<8>();
        for word in words {
            add(u64::from_le_bytes(*word));
        }
        let mut last = [0; 8];
        last[..rest.len()].copy_from_slice(rest);
        add(u64::from_le_bytes(last) ^ (bytes.len() as u64) << 56);
    }

    fn finish(&self) -> u64 {
        self.0
    }
}
