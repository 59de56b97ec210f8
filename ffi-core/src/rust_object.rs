//! Rust values that live in a VM's heap: scripts hold pointers to them, natives borrow them, the collector drops them.

use std::any;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;

use crate::registry::package_of;

/// A Rust type whose values scripts hold by pointer, made by `#[derive(VoObject)]`.
///
/// A program declares the type without its inside, `extern type Account`, and knows it as `*Account` alone. Natives take
/// `&Account` and `&mut Account`, and return `Account`. A value is dropped when the collector finds that nothing points to
/// it, or with the heap.
///
/// ```
/// use vo_ffi_core::{ObjectSpec, RustObject, RustValue};
///
/// /// What `#[derive(VoObject)]` with `#[vo(name = "text.Buffer", bytes = |buffer| buffer.text.capacity())]` writes.
/// struct Buffer {
///     text: String,
/// }
///
/// impl RustObject for Buffer {
///     const OBJECT: &'static ObjectSpec =
///         &ObjectSpec { name: "text.Buffer", docs: "", file: file!(), line: line!() };
///
///     fn extra_bytes(&self) -> usize {
///         self.text.capacity()
///     }
/// }
/// let value = RustValue::new(Buffer { text: String::with_capacity(1000) });
/// assert!(value.bytes() >= 1000 + size_of::<Buffer>());
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a Rust type that scripts can hold",
    label = "no `#[derive(VoObject)]`",
    note = "write `#[derive(VoObject)]` above a type of your own: it lives in the VM's heap then, and natives take it as `&T`, \
            `&mut T` or `VoObject<T>`",
    note = "numbers, bools and types with `#[derive(FromVo)]` are taken by value, and are none"
)]
pub trait RustObject: Sized + 'static {
    /// Its name in Vo, and where it is declared.
    const OBJECT: &'static ObjectSpec;

    /// How many bytes it takes beside itself, as far as the collector should count them: the more, the sooner it looks
    /// for values that are dead.
    fn extra_bytes(&self) -> usize {
        0
    }
}

/// What is known of a [`RustObject`] type without the type.
///
/// ```
/// # use vo_ffi_core::ObjectSpec;
/// let spec = ObjectSpec { name: "money/bank.Account", docs: "", file: "src/bank.rs", line: 3 };
/// assert_eq!((spec.package(), spec.member()), ("money/bank", "Account"));
/// assert_eq!((spec.type_name(), spec.place().as_str()), ("bank.Account", "src/bank.rs:3"));
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ObjectSpec {
    /// `pkg.Type`; the package may be a path.
    pub name: &'static str,
    /// Its doc comment.
    pub docs: &'static str,
    /// Where it is written.
    pub file: &'static str,
    /// The line of its derive.
    pub line: u32,
}

/// One type has one name.
impl PartialEq for ObjectSpec {
    fn eq(&self, other: &ObjectSpec) -> bool {
        self.name == other.name
    }
}

impl Eq for ObjectSpec {}

impl ObjectSpec {
    /// The name without the folders of its package: `Account` of `money/bank.Account` is `bank.Account`, as programs
    /// and tables of types have it.
    pub fn type_name(&self) -> &'static str {
        self.name.rsplit('/').next().unwrap_or(self.name)
    }

    /// Its package, as programs import it: `money/bank` of `money/bank.Account`.
    pub fn package(&self) -> &'static str {
        package_of(self.name)
    }

    /// Its name in its package: `Account` of `money/bank.Account`.
    pub fn member(&self) -> &'static str {
        self.name.get(self.package().len() + 1..).unwrap_or_default()
    }

    /// Its name as the files of a package write it, which has the last part of the package's path as its name.
    pub(crate) fn name_in(&self, package: &str) -> &'static str {
        match package_of(self.type_name()) == package {
            true => self.member(),
            false => self.type_name(),
        }
    }

    /// Whether the other is not just of the same name.
    pub(crate) fn is_same(&self, other: &ObjectSpec) -> bool {
        (self.name, self.file, self.line) == (other.name, other.file, other.line)
    }

    /// Where it is written, as `file:line`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

/// The part of a [`RustValue`] that does not depend on its type.
struct Header {
    /// Which type it is.
    ty: any::TypeId,
    object: &'static ObjectSpec,
    bytes: usize,
    /// Drops the whole, of which this is the header.
    drop: unsafe fn(NonNull<Header>),
}

#[repr(C)]
struct Held<T> {
    header: Header,
    value: T,
}

/// A Rust value that a heap owns: dropping this drops it.
///
/// A heap makes an object of it, the address of a word that holds [`RustValue::address`], and keeps the `RustValue` as long
/// as that object is reachable.
///
/// ```
/// # use vo_ffi_core::RustValue;
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # use vm::Counter;
/// // `struct Counter(i64)` derives `VoObject`.
/// let value = RustValue::new(Counter(7));
/// assert_eq!(value.object().name, "main.Counter");
/// assert!(!value.address().is_null() && value.bytes() > size_of::<Counter>());
/// drop(value); // drops the counter
/// ```
pub struct RustValue(NonNull<Header>);

impl RustValue {
    /// Takes a value.
    pub fn new<T: RustObject>(value: T) -> RustValue {
        /// # Safety
        /// The header is that of a `Held<T>` that `new` has boxed, and that nothing uses any more.
        unsafe fn drop_held<T>(header: NonNull<Header>) {
            // SAFETY: passed on.
            drop(unsafe { Box::from_raw(header.cast::<Held<T>>().as_ptr()) });
        }
        let bytes = size_of::<Held<T>>().saturating_add(value.extra_bytes());
        let header = Header { ty: any::TypeId::of::<T>(), object: T::OBJECT, bytes, drop: drop_held::<T> };
        RustValue(NonNull::from(Box::leak(Box::new(Held { header, value }))).cast())
    }

    /// Where the value is: what the word of its object holds. It does not move.
    pub fn address(&self) -> *const () {
        self.0.as_ptr().cast()
    }

    /// How many bytes it counts for.
    pub fn bytes(&self) -> usize {
        self.header().bytes
    }

    /// What its type is called.
    pub fn object(&self) -> &'static ObjectSpec {
        self.header().object
    }

    fn header(&self) -> &Header {
        // SAFETY: `new` has made it, and it is dropped with this alone.
        unsafe { self.0.as_ref() }
    }
}

/// A destructor that panics ends there, and what it had not dropped yet is lost: it must not end the collection.
impl Drop for RustValue {
    fn drop(&mut self) {
        let drop_held = self.header().drop;
        // SAFETY: the function came with this header, and this was its only owner.
        let _ = catch_unwind(AssertUnwindSafe(|| unsafe { drop_held(self.0) }));
    }
}

impl fmt::Debug for RustValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RustValue({})", self.object().name)
    }
}

/// The `T` of an object, or the name of the type that it is instead.
///
/// # Safety
/// `address` is the [`RustValue::address`] of a value that its heap still keeps.
#[inline(always)]
pub(crate) unsafe fn value_at<T: RustObject>(address: *const ()) -> Result<*mut T, &'static ObjectSpec> {
    let held: *mut Held<T> = address.cast_mut().cast();
    // SAFETY: the caller vouches for the address; its header is there whatever the type, and only where the type is `T` is
    // the value named.
    unsafe {
        let header = &(*held.cast::<Header>());
        if header.ty == any::TypeId::of::<T>() { Ok(&raw mut (*held).value) } else { Err(header.object) }
    }
}
