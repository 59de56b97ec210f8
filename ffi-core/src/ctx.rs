//! The typed view of a call that natives get: what the VM's state offers them while they run.

use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};
use std::ptr::NonNull;

use crate::call::{CallContext, Status};
use crate::call_slots::CallSlots;
use crate::convert::{Arg, CallArgs, CallMismatch, CallResults, FromVo, IntoVo, Predeclared, ToValue};
use crate::error::{Failure, VoError};
use crate::heap::Heap;
use crate::root::Root;
use crate::rust_object::{RustObject, RustValue};
use crate::slot::Slot;
use crate::state::{NoState, States};
use crate::types::{FuncType, TypeId, TypeKind, TypeTable};
use crate::unwind::raise;
use crate::value::{ObjectType, VoFunc, VoInterface, VoMap, VoObject, VoSlice, VoString, VoValue};

/// A copyable handle on the running call. Every wrapper value holds one.
///
/// It seals the conversion traits: their methods take one, and only the output of macros can name it.
#[derive(Clone, Copy, Debug)]
pub struct Access<'call> {
    cx: NonNull<CallContext>,
    call: PhantomData<fn(&'call ()) -> &'call ()>,
}

impl<'call> Access<'call> {
    /// # Safety
    /// `cx` is the context of a call that lasts for `'call`.
    pub(crate) unsafe fn new(cx: NonNull<CallContext>) -> Access<'call> {
        Access { cx, call: PhantomData }
    }

    pub(crate) fn cx(self) -> NonNull<CallContext> {
        self.cx
    }

    pub(crate) fn types(self) -> &'call TypeTable {
        // SAFETY: the context outlives 'call, and its table is behind an Arc that no call sees replaced.
        unsafe { &*std::sync::Arc::as_ptr(self.cx.as_ref().types()) }
    }

    /// A short-lived borrow of the heap; the callers below let go of it before they return.
    pub(crate) fn with_heap<R>(self, f: impl FnOnce(&mut dyn Heap) -> R) -> R {
        // SAFETY: `CallContext::new` promises that no other reference to the heap is alive while a native
        // runs, and `f` never enters this function again: heap methods do not call natives.
        unsafe { f(self.cx.as_ref().heap_ptr().as_mut()) }
    }

    /// Notes a reference that the native now holds, where the collector may run during the native.
    pub(crate) fn hand_out(self, reference: Slot) {
        // SAFETY: the context is valid for 'call, and no reference to it is kept.
        unsafe { (*self.cx.as_ptr()).hand_out(reference) }
    }

    /// The same, of a value of any type.
    pub(crate) fn hand_out_value(self, ty: TypeId, slots: &[Slot; 2]) {
        match self.types().kind(ty) {
            TypeKind::Scalar(_) => {}
            TypeKind::Interface(_) => self.hand_out(slots[1]),
            _ => self.hand_out(slots[0]),
        }
    }

    pub(crate) fn handed_out_len(self) -> usize {
        // SAFETY: as above.
        unsafe { (*self.cx.as_ptr()).handed_out_len() }
    }

    /// Lets go of what was handed out since there were `len`.
    pub(crate) fn truncate_handed_out(self, len: usize) {
        // SAFETY: as above.
        unsafe { (*self.cx.as_ptr()).truncate_handed_out(len) }
    }

    pub(crate) fn is_reentrant(self) -> bool {
        // SAFETY: as above.
        unsafe { (*self.cx.as_ptr()).recording }
    }

    /// Lends a range of bytes to the native, shared or, for `&mut`, exclusively. False where some of it is lent already,
    /// and one of the two borrows could see the other's changes.
    #[inline]
    #[must_use]
    pub(crate) fn lend(self, start: usize, bytes: usize, exclusive: bool) -> bool {
        let range = Lent { start, end: start + bytes, exclusive };
        // SAFETY: as above.
        let lent = unsafe { &mut (*self.cx.as_ptr()).lent };
        if lent.iter().any(|other| other.overlaps(start, bytes) && (exclusive || other.exclusive)) {
            return false;
        }
        if bytes > 0 {
            lent.push(range);
        }
        true
    }

    /// Ends the last loan that starts here, before the native returns.
    pub(crate) fn end_loan(self, start: usize) {
        // SAFETY: as above.
        let lent = unsafe { &mut (*self.cx.as_ptr()).lent };
        if let Some(index) = lent.iter().rposition(|range| range.start == start) {
            lent.remove(index);
        }
    }

    /// Ends the native where it writes one of these bytes while it borrows it.
    #[inline]
    pub(crate) fn check_not_lent(self, at: usize, bytes: usize) {
        // SAFETY: as above.
        let lent = unsafe { &(*self.cx.as_ptr()).lent };
        if lent.iter().any(|range| range.overlaps(at, bytes)) {
            raise("write to a slice that the native borrows as &[T]; use get and set, or to_vec");
        }
    }

    /// Ends the native where it reads one of these bytes while it borrows it as part of a `&mut [T]`.
    #[inline]
    pub(crate) fn check_readable(self, at: usize, bytes: usize) {
        // SAFETY: as above.
        let lent = unsafe { &(*self.cx.as_ptr()).lent };
        if lent.iter().any(|range| range.exclusive && range.overlaps(at, bytes)) {
            raise("read of a slice that the native borrows as &mut [T]; take a VoSlice, and use get and set");
        }
    }

    /// # Safety
    /// No other reference to a state is alive while this one is.
    pub(crate) unsafe fn states<'a>(self) -> &'a mut States {
        // SAFETY: the context is valid for 'call; the caller vouches for the rest.
        unsafe { &mut (*self.cx.as_ptr()).states }
    }

    pub(crate) fn new_string(self, bytes: &[u8]) -> Slot {
        let slot = self.with_heap(|heap| heap.new_string(bytes));
        self.hand_out(slot);
        slot
    }

    pub(crate) fn new_rust<T: RustObject>(self, ty: TypeId, value: T) -> Slot {
        let value = RustValue::new(value);
        let slot = Slot::from_ptr(self.with_heap(|heap| heap.new_rust(ty, value)));
        self.hand_out(slot);
        slot
    }

    pub(crate) fn new_slice(self, elem: TypeId, len: usize) -> (Slot, *mut u8) {
        let (slot, data) = self.with_heap(|heap| heap.new_slice(elem, len));
        self.hand_out(slot);
        (slot, data)
    }

    /// Reads a value of type `ty` from memory into its slots.
    ///
    /// # Safety
    /// `at` holds a value of type `ty` in its memory form.
    pub(crate) unsafe fn load_slots(self, ty: TypeId, at: *const u8) -> [Slot; 2] {
        self.check_readable(at.addr(), 1);
        // SAFETY: the caller vouches for the type, and each arm reads its size.
        unsafe {
            match self.types().kind(ty) {
                TypeKind::Scalar(scalar) => [scalar.load(at), Slot::ZERO],
                TypeKind::Interface(_) => at.cast::<[Slot; 2]>().read_unaligned(),
                TypeKind::Struct(_) | TypeKind::Array(..) => [Slot::from_ptr(at), Slot::ZERO],
                _ => [at.cast::<Slot>().read_unaligned(), Slot::ZERO],
            }
        }
    }

    /// Reads a field of a struct into its slots.
    ///
    /// # Safety
    /// `image` holds a value of type `ty`, a struct with a field of this index, which is of type `field`.
    pub(crate) unsafe fn load_field(
        self,
        ty: TypeId,
        index: usize,
        field: TypeId,
        image: *const u8,
    ) -> [Slot; 2] {
        let types = self.types();
        let layout = types.layout(ty);
        // SAFETY: the layout's offsets and bits lie inside the image.
        unsafe {
            match (types.bit_field(ty, index), types.as_scalar(field)) {
                (Some(bits), Some(scalar)) => [bits.load(image, layout.size, scalar), Slot::ZERO],
                _ => self.load_slots(field, image.add(layout.offsets[index])),
            }
        }
    }

    /// Writes a value's slots to memory.
    ///
    /// # Safety
    /// `at` is writable for the size of `ty`, and `slots` are of type `ty`.
    pub(crate) unsafe fn store_slots(self, ty: TypeId, at: *mut u8, slots: [Slot; 2]) {
        // SAFETY: the caller vouches for the type, and each arm writes its size.
        unsafe {
            match self.types().kind(ty) {
                TypeKind::Scalar(scalar) => scalar.store(at, slots[0]),
                TypeKind::Interface(_) => at.cast::<[Slot; 2]>().write_unaligned(slots),
                TypeKind::Struct(_) | TypeKind::Array(..) => {
                    std::ptr::copy(slots[0].as_ptr::<u8>(), at, self.types().layout(ty).size);
                }
                _ => at.cast::<Slot>().write_unaligned(slots[0]),
            }
        }
    }
}

/// Bytes that a native borrows: elements of a slice, or a Rust value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lent {
    start: usize,
    end: usize,
    /// As `&mut`.
    exclusive: bool,
}

impl Lent {
    fn overlaps(&self, at: usize, bytes: usize) -> bool {
        bytes > 0 && self.start < at + bytes && at < self.end
    }
}

/// What a native can do with the VM besides its arguments: make values, ask for types.
///
/// Take it as `ctx: &mut ExternCtx`, in any position. While a native that has one runs, nothing is
/// collected.
///
/// ```
/// use vo_ffi_core::{ExternCtx, VoString};
///
/// fn greet<'call>(ctx: &mut ExternCtx<'call>, name: &str) -> VoString<'call> {
///     ctx.new_string(format!("hello, {name}"))
/// }
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # vm::run(|ctx| {
/// assert_eq!(greet(ctx, "vo").as_str(), "hello, vo");
/// # });
/// ```
#[derive(Debug)]
pub struct ExternCtx<'call> {
    access: Access<'call>,
}

impl<'call> ExternCtx<'call> {
    pub(crate) fn new(access: Access<'call>) -> ExternCtx<'call> {
        ExternCtx { access }
    }

    /// A new string with a copy of `text`; `&[u8]` where it is not UTF-8.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// assert_eq!(ctx.new_string("text").as_str(), "text");
    /// assert_eq!(ctx.new_string([0xff]).as_bytes(), [0xff]);
    /// # });
    /// ```
    pub fn new_string(&mut self, text: impl AsRef<[u8]>) -> VoString<'call> {
        let slot = self.access.new_string(text.as_ref());
        // SAFETY: the heap just made this string, and it is handed out for 'call.
        unsafe { VoString::from_slot(self.access, slot) }
    }

    /// A new slice with a copy of `data`.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// let primes = ctx.new_slice(&[2_i64, 3, 5]);
    /// assert_eq!((primes.len(), primes.get(2)), (3, 5));
    /// let names = ctx.new_slice(&["Ann", "Bob"]);
    /// assert_eq!(names.get(0), "Ann");
    /// # });
    /// ```
    pub fn new_slice<T>(&mut self, data: &[T]) -> VoSlice<'call, T>
    where
        T: IntoVo<'call> + Predeclared + Clone,
    {
        let elem = T::ID;
        let (slot, at) = self.access.new_slice(elem, data.len());
        let size = self.access.types().layout(elem).size;
        for (index, item) in data.iter().enumerate() {
            // SAFETY: the new slice has `data.len()` elements of `size` bytes from `at`.
            let stored = unsafe { item.clone().store(self.access, elem, at.add(index * size)) };
            stored.unwrap_or_else(|error| raise(format!("element {index}: {error}")));
        }
        // SAFETY: the heap just made this slice, with elements of `elem`.
        unsafe { VoSlice::from_slot(self.access, slot, elem) }
    }

    /// A new `[]byte` with a copy of `data`.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// assert_eq!(ctx.new_byte_slice(b"PNG").to_vec(), [80, 78, 71]);
    /// # });
    /// ```
    pub fn new_byte_slice(&mut self, data: &[u8]) -> VoSlice<'call, u8> {
        self.new_slice(data)
    }

    /// A new empty map.
    ///
    /// ```
    /// # use vo_ffi_core::{TypeId, VoValue};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// let mut ages = ctx.new_map(TypeId::STRING, TypeId::INT);
    /// let name = ctx.new_string("Ann");
    /// ages.insert(name.into(), 7_i64.into());
    /// assert!(matches!(ages.get(name.into()), Some(VoValue::Int(7))));
    /// # });
    /// ```
    pub fn new_map(&mut self, key: TypeId, value: TypeId) -> VoMap<'call> {
        let slot = self.access.with_heap(|heap| heap.new_map(key, value));
        self.access.hand_out(slot);
        // SAFETY: the heap just made this map.
        unsafe { VoMap::from_slot(self.access, slot) }
    }

    /// A new object: a pointer to a struct on the heap whose fields have these values.
    ///
    /// `ty` is the struct's [`TypeId`], or its name, `"mypackage.Thing"`. Fields that `values` does not
    /// reach are zero.
    ///
    /// ```
    /// # use vo_ffi_core::VoValue;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// // The program declares `type Point struct { X, Y int }`.
    /// let point = ctx.new_object("main.Point", &[3_i64.into()]);
    /// assert!(matches!(point.field(0), VoValue::Int(3)));
    /// assert!(matches!(point.field(1), VoValue::Int(0)));
    /// # });
    /// ```
    ///
    /// # Panics
    /// If there is no such type, with too many values or one of a wrong type; the script sees a trap.
    pub fn new_object(&mut self, ty: impl ObjectType, values: &[VoValue<'call>]) -> VoObject<'call> {
        VoObject::make(self.access, ty, values)
    }

    /// A new object: a Rust value that the script holds by pointer. A native that only returns it returns a `T`.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # use vm::Counter;
    /// # vm::run(|ctx| {
    /// // `struct Counter(i64)` derives `VoObject`, and the program declares `extern type Counter`.
    /// let counter = ctx.new_rust(Counter(7));
    /// assert_eq!(counter.with(|counter| counter.0), 7);
    /// # });
    /// ```
    ///
    /// # Panics
    /// If the program does not declare the type; the script sees a trap.
    pub fn new_rust<T: RustObject>(&mut self, value: T) -> VoObject<'call, T> {
        let name = T::OBJECT.type_name();
        let Some(target) = self.access.types().find_opaque(name) else {
            raise(format!("new_rust: the program does not declare the Rust type {name}"))
        };
        let slot = self.access.new_rust(target, value);
        // SAFETY: the heap just made this object, and it is handed out for 'call.
        unsafe { VoObject::from_slot(self.access, slot, target) }
    }

    /// Keeps a value alive beyond the call, until the root and its clones are dropped: see [`Root`].
    ///
    /// ```
    /// # use vo_ffi_core::VoString;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// let text = ctx.new_string("kept");
    /// let root = ctx.root(text);
    /// // In a later call:
    /// let text: VoString = ctx.rooted(&root).expect("not released");
    /// assert_eq!(text.as_str(), "kept");
    /// # });
    /// ```
    ///
    /// # Panics
    /// For a slice, map or pointer of a type that the program never names; the script sees a trap.
    pub fn root(&mut self, value: impl ToValue<'call>) -> Root {
        let slots = value.into_vo().to_slots(self.access, TypeId::ANY);
        let slots = slots.unwrap_or_else(|error| raise(format!("root: {error}")));
        // SAFETY: the context is valid for 'call; the borrow ends here.
        unsafe { (*self.access.cx().as_ptr()).roots.add(slots) }
    }

    /// The value of a root, as any type that a parameter may have: `VoFunc<(i64,), bool>`, `VoValue`.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// let root = ctx.root(7_i64);
    /// assert_eq!(ctx.rooted::<i64>(&root).expect("an int"), 7);
    /// let error = ctx.rooted::<f64>(&root).unwrap_err();
    /// assert_eq!(error.message(), "the root is of type int, not float64");
    /// # });
    /// ```
    ///
    /// # Errors
    /// Where the root is stale, and where the value is of another type.
    pub fn rooted<T: FromVo<'call>>(&self, root: &Root) -> Result<T, VoError> {
        // SAFETY: the context is valid for 'call; the borrow ends here.
        let value = unsafe { (*self.access.cx().as_ptr()).roots.get(root) }.ok_or_else(stale)?;
        self.access.hand_out_value(TypeId::ANY, &value);
        let ty = TypeId::from_number(value[0].bits() as u32);
        let (ty, at) = match T::TYPE.accepts(self.access.types(), TypeId::ANY) {
            true => (TypeId::ANY, &value[..]),
            false => (ty, &value[1..]),
        };
        if !T::TYPE.accepts(self.access.types(), ty) {
            let expected = T::TYPE.found_for(self.access.types(), ty);
            return Err(VoError::new(format!(
                "the root is of type {}, not {expected}",
                self.access.types().name(ty)
            )));
        }
        // SAFETY: a root holds an interface value, whose data is of the type that its type word says.
        unsafe { T::from_vo(Arg { access: self.access, at: at.as_ptr(), ty }) }
            .map_err(|error| VoError::new(format!("the root: {error}")))
    }

    /// Lets go of a value at once: the root and its clones are stale from now on. Dropping the last clone does the same.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// let root = ctx.root(7_i64);
    /// ctx.unroot(&root).expect("not stale yet");
    /// let error = ctx.rooted::<i64>(&root).unwrap_err();
    /// assert_eq!(error.message(), "the root is stale: it was released, or is of another program");
    /// # });
    /// ```
    ///
    /// # Errors
    /// Where the root is stale already.
    pub fn unroot(&mut self, root: &Root) -> Result<(), VoError> {
        // SAFETY: the context is valid for 'call; the borrow ends here.
        unsafe { (*self.access.cx().as_ptr()).roots.remove(root) }.map(drop).ok_or_else(stale)
    }

    /// An error with this text.
    ///
    /// As [`VoError::new`], which needs no context.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// assert_eq!(ctx.new_error("no such file").message(), "no such file");
    /// # });
    /// ```
    pub fn new_error(&mut self, message: impl Into<String>) -> VoError {
        VoError::new(message)
    }

    /// The type of a value, as `%T` would name it; [`TypeId::NIL`] for nil, and for what is of a
    /// type that the program never names.
    ///
    /// ```
    /// # use vo_ffi_core::{TypeId, VoValue};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// let bytes = ctx.new_byte_slice(b"PNG").into_value();
    /// assert_eq!(ctx.types().name(ctx.type_of(&bytes)), "[]uint8");
    /// assert_eq!(ctx.type_of(&VoValue::Nil), TypeId::NIL);
    /// # });
    /// ```
    pub fn type_of(&self, value: &VoValue<'call>) -> TypeId {
        value.type_id()
    }

    /// The value of this type that the embedder has given to the program.
    ///
    /// ```
    /// # use vo_ffi_core::ExternCtx;
    /// # #[derive(Default)]
    /// struct Scale(f64);
    ///
    /// fn scaled(ctx: &mut ExternCtx, x: f64) -> f64 {
    ///     x * ctx.state::<Scale>().0
    /// }
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// # *ctx.state_or_default() = Scale(2.0);
    /// // After `set_state(Scale(2.0))`:
    /// assert_eq!(scaled(ctx, 1.5), 3.0);
    /// # });
    /// ```
    ///
    /// # Panics
    /// If there is none; the script sees a trap that names the type.
    pub fn state<T: 'static>(&self) -> &T {
        // SAFETY: the state is lent for as long as this context, of which a native has one: while it is lent nothing
        // else that runs can have it, since calling a closure takes the context itself.
        unsafe { self.access.cx().as_ref() }.states.get().unwrap_or_else(no_state::<T, _>)
    }

    /// The same, to be changed. A reentrant native lets go of it before it calls a closure.
    ///
    /// ```
    /// # use vo_ffi_core::ExternCtx;
    /// #[derive(Default)]
    /// struct Seen(Vec<String>);
    ///
    /// fn note(ctx: &mut ExternCtx, text: &str) {
    ///     ctx.state_mut::<Seen>().0.push(text.into());
    /// }
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// # ctx.state_or_default::<Seen>();
    /// note(ctx, "a");
    /// assert_eq!(ctx.state::<Seen>().0, ["a"]);
    /// # });
    /// ```
    ///
    /// # Panics
    /// As [`ExternCtx::state`].
    pub fn state_mut<T: 'static>(&mut self) -> &mut T {
        // SAFETY: as for `state`, and this context is borrowed mutably.
        unsafe { self.access.states() }.get_mut().unwrap_or_else(no_state::<T, _>)
    }

    /// The same; where there is none, it is made first. For what a package of natives keeps for each program.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// #[derive(Default)]
    /// struct Seen(Vec<String>);
    ///
    /// ctx.state_or_default::<Seen>().0.push("a".into());
    /// ctx.state_or_default::<Seen>().0.push("b".into());
    /// assert_eq!(ctx.state::<Seen>().0, ["a", "b"]);
    /// # });
    /// ```
    ///
    /// # Panics
    /// Where a native that is running has it as a parameter; the script sees a trap.
    pub fn state_or_default<T: Default + 'static>(&mut self) -> &mut T {
        // SAFETY: as for `state_mut`.
        unsafe { self.access.states() }.get_or_default().unwrap_or_else(no_state::<T, _>)
    }

    /// All types of the VM.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::run(|ctx| {
    /// let point = ctx.types().find_named("main.Point").expect("declared by the program");
    /// assert_eq!(ctx.types().layout(point).size, 16);
    /// # });
    /// ```
    pub fn types(&self) -> &'call TypeTable {
        self.access.types()
    }
}

#[cold]
fn stale() -> VoError {
    VoError::new("the root is stale: it was released, or is of another program")
}

#[cold]
fn no_state<T, R>(why: NoState) -> R {
    raise(why.message::<T>())
}

/// An [`ExternCtx`] that can also call closures, for natives declared `reentrant`.
///
/// The collector runs inside the closures: the native's arguments, and all values that it got through its
/// context and arguments, are kept alive.
///
/// ```
/// use vo_ffi_core::{VmCtx, VoError, VoFunc};
///
/// /// What `f` makes of the numbers below `count`, added up.
/// fn sum<'call>(ctx: &mut VmCtx<'call>, count: i64, f: VoFunc<'call>) -> Result<i64, VoError> {
///     (0..count).map(|n| ctx.call::<i64>(&f, (n,))).sum()
/// }
/// # use vo_ffi_core::{Slot, TypeId};
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # let square: vm::Func = Box::new(|args| Ok(vec![Slot::from_i64(args[0].as_i64().pow(2))]));
/// # vm::with_func(&[TypeId::INT], &[TypeId::INT], Some(square), |ctx, square| {
/// // With `func(n int) int { return n * n }`:
/// assert_eq!(sum(ctx, 4, square).expect("no panic"), 14);
/// # });
/// ```
#[derive(Debug)]
pub struct VmCtx<'call>(ExternCtx<'call>);

impl<'call> VmCtx<'call> {
    pub(crate) fn new(access: Access<'call>) -> VmCtx<'call> {
        VmCtx(ExternCtx::new(access))
    }

    pub(crate) fn access(&self) -> Access<'call> {
        self.0.access
    }

    /// The context of the call, for code below this view: such as lets C call the program's functions.
    ///
    /// ```
    /// # use vo_ffi_core::{CallContext, Slot, Status, TypeId};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # let twice: vm::Func = Box::new(|args| Ok(vec![Slot::from_i64(2 * args[0].as_i64())]));
    /// # vm::with_func(&[TypeId::INT], &[TypeId::INT], Some(twice), |ctx, twice| {
    /// // `twice` is a func(int) int.
    /// let cx = ctx.context_ptr().as_ptr();
    /// let mut results = [Slot::ZERO];
    /// // SAFETY: it takes one slot, and returns one.
    /// let status = unsafe { CallContext::enter_closure(cx, twice.slot(), &[Slot::from_i64(21)], &mut results) };
    /// assert_eq!((status, results[0].as_i64()), (Status::Ok, 42));
    /// # });
    /// ```
    pub fn context_ptr(&mut self) -> NonNull<CallContext> {
        self.0.access.cx()
    }

    /// Calls a function value with a tuple of arguments.
    ///
    /// ```
    /// # use vo_ffi_core::{VmCtx, VoError, VoFunc};
    /// /// The smaller of two numbers, as a closure of the script sees it.
    /// fn smaller<'call>(ctx: &mut VmCtx<'call>, less: VoFunc<'call>, a: i64, b: i64) -> Result<i64, VoError> {
    ///     let is_less: bool = ctx.call(&less, (a, b))?;
    ///     Ok(if is_less { a } else { b })
    /// }
    /// # use vo_ffi_core::{Slot, TypeId};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # let less: vm::Func = Box::new(|args| Ok(vec![Slot::from_bool(args[0].as_i64().abs() < args[1].as_i64().abs())]));
    /// # vm::with_func(&[TypeId::INT; 2], &[TypeId::BOOL], Some(less), |ctx, less| {
    /// // With `func(a, b int) bool { return abs(a) < abs(b) }`:
    /// assert_eq!(smaller(ctx, less, -7, 2).expect("no panic"), 2);
    /// let error = ctx.call::<bool>(&less, (1_i64, "two")).unwrap_err();
    /// assert_eq!(error.message(), "call of a func(int, int) bool: argument 2: expected int, found string");
    /// # });
    /// ```
    ///
    /// # Errors
    /// Where the closure panics, the panic: return it with `?`, so that it goes on. Where the closure takes
    /// or returns other types, an error that says so.
    pub fn call<R: CallResults<'call>>(
        &mut self,
        func: &VoFunc<'call>,
        args: impl CallArgs<'call>,
    ) -> Result<R, VoError> {
        call(self, *func, args)
    }

    /// Calls a method of a value by its name, with a tuple of arguments; `None` where its type has no such
    /// method.
    ///
    /// ```
    /// # use vo_ffi_core::{VmCtx, VoError, VoInterface, VoString};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # vm::with_error("no such file", |ctx, error| {
    /// // `error` is an `error` of the script.
    /// let text: Option<VoString> = ctx.call_method(error, "Error", ()).expect("no panic");
    /// assert_eq!(text.expect("a method of it").as_str(), "no such file");
    /// let unknown: Option<VoString> = ctx.call_method(error, "String", ()).expect("no panic");
    /// assert!(unknown.is_none());
    /// # });
    /// ```
    ///
    /// # Errors
    /// As [`VmCtx::call`].
    pub fn call_method<R: CallResults<'call>>(
        &mut self,
        value: VoInterface<'call>,
        name: &str,
        args: impl CallArgs<'call>,
    ) -> Result<Option<R>, VoError> {
        let access = self.0.access;
        // SAFETY: the context is valid for 'call; the borrow ends here.
        let enter_method = unsafe { access.cx().as_ref() }.enter_method_fn();
        let (Some(enter_method), Some(method)) = (enter_method, access.types().method(value.type_id(), name))
        else {
            return Ok(None);
        };
        let TypeKind::Func(ty) = access.types().kind(method.ty) else { return Ok(None) };
        let mismatch =
            |found: CallMismatch| VoError::new(format!("call of {}.{name}: {found}", value.type_name()));
        let (used, wanted) = check::<_, R>(&args, access.types(), ty).map_err(mismatch)?;
        let (mut slots, mut results) = (CallSlots::new(), CallSlots::new());
        args.write(access, &ty.params, &mut slots).map_err(mismatch)?;
        // SAFETY: `write` wrote the slots of the arguments.
        let (args, out) = (unsafe { slots.written(used) }, results.zeroed(wanted));
        // SAFETY: the value is an interface value that is not nil, since its type has a method, and the
        // method's type was just compared with the slots.
        let status = unsafe { enter_method(access.cx().as_ptr(), value.slots(), name, args, out) };
        let Some(status) = status else { return Ok(None) };
        self.check_status(status)?;
        // SAFETY: the VM wrote results of the method's type.
        unsafe { R::read(access, &ty.results, &results) }.map(Some).map_err(mismatch)
    }

    #[inline]
    pub(crate) fn check_status(&mut self, status: Status) -> Result<(), VoError> {
        if status == Status::Ok { Ok(()) } else { Err(self.take_failure()) }
    }

    #[cold]
    fn take_failure(&mut self) -> VoError {
        // SAFETY: the context is valid for 'call; the borrow ends here.
        match unsafe { (*self.0.access.cx().as_ptr()).take_failure() } {
            Some(Failure::Error(error)) => error,
            Some(Failure::Trap(trap)) => VoError::from_trap(trap),
            None => VoError::new("a closure failed without a reason"),
        }
    }
}

fn call<'call, A: CallArgs<'call>, R: CallResults<'call>>(
    ctx: &mut VmCtx<'call>,
    func: VoFunc<'call>,
    args: A,
) -> Result<R, VoError> {
    func.typed::<A, R>()?.call(ctx, args)
}

/// How many slots the arguments and the results take, where they fit.
fn check<'call, A: CallArgs<'call>, R: CallResults<'call>>(
    _: &A,
    types: &TypeTable,
    func: &FuncType,
) -> Result<(usize, usize), CallMismatch> {
    A::check(types, &func.params)?;
    R::check(types, &func.results)?;
    Ok((A::SLOTS, R::SLOTS))
}

impl<'call> Deref for VmCtx<'call> {
    type Target = ExternCtx<'call>;

    fn deref(&self) -> &ExternCtx<'call> {
        &self.0
    }
}

impl<'call> DerefMut for VmCtx<'call> {
    fn deref_mut(&mut self) -> &mut ExternCtx<'call> {
        &mut self.0
    }
}
