// What the examples of this crate run over, each with one hidden line that includes this file into a module `vm`: a VM
// that calls natives, which are closures here. A panic of one is a panic of the example.

use std::cell::RefCell;
use std::ptr::NonNull;
use std::sync::Arc;

use vo_ffi_core::__private::{Call, enter_heap, param};
use vo_ffi_core::*;

/// A function of the script: slots to slots, or the message of a panic.
pub type Func = Box<dyn Fn(&[Slot]) -> Result<Vec<Slot>, String>>;

/// What `type Point struct { X, Y int }` and `extern type Counter` in package `main` declare; the program has pointers to
/// both, a `map[string]int` and an `[]int`.
pub fn types() -> TypeTable {
    let mut types = TypeTable::new();
    let field = |name: &str| Field { name: name.into(), ty: TypeId::INT, embedded: false };
    let point = types.new_named("main.Point");
    let fields = types.intern(TypeKind::Struct(vec![field("X"), field("Y")]));
    types.set_underlying(point, fields);
    let counter = types.new_opaque("main.Counter");
    types.pointer_to(point);
    types.pointer_to(counter);
    types.map_of(TypeId::STRING, TypeId::INT);
    types.slice_of(TypeId::INT);
    types
}

/// A Rust type of the program.
pub struct Counter(pub i64);

impl RustObject for Counter {
    const OBJECT: &'static ObjectSpec =
        &ObjectSpec { name: "main.Counter", docs: "", file: "src/lib.rs", line: 1 };
}

/// Calls a native that has an `ExternCtx`.
pub fn run(body: impl for<'call> FnOnce(&mut ExternCtx<'call>)) {
    native(types(), &[], |_| Vec::new(), false, |call| body(&mut call.extern_ctx())).expect("no trap");
}

/// Calls a native that has an `ExternCtx` and ends with a trap: what the trap says.
pub fn trap(body: impl for<'call> FnOnce(&mut ExternCtx<'call>)) -> String {
    ended(body).message().to_string()
}

/// The same: the trap.
pub fn ended(body: impl for<'call> FnOnce(&mut ExternCtx<'call>)) -> Trap {
    native(types(), &[], |_| Vec::new(), false, |call| body(&mut call.extern_ctx())).expect_err("a trap")
}

/// A new `map[string]int`.
pub fn counts<'call>(
    ctx: &mut ExternCtx<'call>,
    entries: &[(&str, i64)],
) -> VoMap<'call, VoString<'call>, i64> {
    let mut map = ctx.new_map(TypeId::STRING, TypeId::INT);
    for &(word, count) in entries {
        map.insert(ctx.new_string(word).into(), count.into());
    }
    let root = ctx.root(map);
    ctx.rooted(&root).expect("a map[string]int")
}

/// A new `[]int`, which two values share.
pub fn shared<'call>(
    ctx: &mut ExternCtx<'call>,
    items: &[i64],
) -> (VoSlice<'call, i64>, VoSlice<'call, i64>) {
    let items = ctx.new_slice(items);
    let root = ctx.root(items);
    (ctx.rooted(&root).expect("an []int"), ctx.rooted(&root).expect("an []int"))
}

/// Calls a reentrant native with a function of this type, or nil.
pub fn with_func(
    params: &[TypeId],
    results: &[TypeId],
    func: Option<Func>,
    body: impl for<'call> FnOnce(&mut VmCtx<'call>, VoFunc<'call>),
) {
    let mut types = types();
    let ty = FuncType { params: params.into(), variadic: false, results: results.into() };
    let ty = types.intern(TypeKind::Func(ty));
    let slot = Slot::from_bits(func.is_some().into());
    FUNC.with_borrow_mut(|all| *all = func);
    let body = |call: &mut Call<'_>| {
        // SAFETY: the native has one parameter, a function.
        let func = unsafe { call.arg(param::<VoFunc>()) }.expect("a function");
        body(&mut call.vm_ctx(), func);
    };
    native(types, &[ty], |_| vec![slot], true, body).expect("no trap");
}

/// Calls a reentrant native with an error of this text.
pub fn with_error(text: &str, body: impl for<'call> FnOnce(&mut VmCtx<'call>, VoInterface<'call>)) {
    let body = |call: &mut Call<'_>| {
        // SAFETY: the native has one parameter, an interface.
        let error = unsafe { call.arg(param::<VoInterface>()) }.expect("an interface");
        body(&mut call.vm_ctx(), error);
    };
    let args = |heap: &mut ArenaHeap| new_error(heap, text).to_vec();
    native(types(), &[TypeId::ERROR], args, true, body).expect("no trap");
}

/// Calls a native with the arguments `1, "two", 3.5`, of a parameter `...any`.
pub fn with_args(body: impl for<'call> FnOnce(&mut ExternCtx<'call>, VoVariadic<'call>)) {
    let args = |heap: &mut ArenaHeap| {
        let two = any(TypeId::STRING, heap.new_string(b"two"));
        vec![any(TypeId::INT, Slot::from_i64(1)), two, any(TypeId::FLOAT64, Slot::from_f64(3.5))]
    };
    variadic(args, body);
}

/// The same with `"a.txt"` and an error, "no such file".
pub fn with_error_args(body: impl for<'call> FnOnce(&mut ExternCtx<'call>, VoVariadic<'call>)) {
    let args = |heap: &mut ArenaHeap| {
        vec![any(TypeId::STRING, heap.new_string(b"a.txt")), new_error(heap, "no such file")]
    };
    variadic(args, body);
}

fn any(ty: TypeId, data: Slot) -> [Slot; 2] {
    [Slot::from_bits(ty.number().into()), data]
}

fn variadic(
    args: impl FnOnce(&mut ArenaHeap) -> Vec<[Slot; 2]>,
    body: impl for<'call> FnOnce(&mut ExternCtx<'call>, VoVariadic<'call>),
) {
    let args = |heap: &mut ArenaHeap| {
        let all = args(heap);
        let (slice, data) = heap.new_slice(TypeId::ANY, all.len());
        // SAFETY: the new slice has room for as many interfaces.
        unsafe { data.cast::<[Slot; 2]>().copy_from(all.as_ptr(), all.len()) };
        vec![slice]
    };
    let body = |call: &mut Call<'_>| {
        // SAFETY: the native has one parameter, a slice of `any`.
        let args = unsafe { call.arg(param::<VoVariadic>()) }.expect("any number of arguments");
        body(&mut call.extern_ctx(), args);
    };
    native(types(), &[TypeId::ANYS], args, false, body).expect("no trap");
}

/// Calls a native that takes these parameters and returns nothing.
fn native(
    types: TypeTable,
    params: &[TypeId],
    args: impl FnOnce(&mut ArenaHeap) -> Vec<Slot>,
    reentrant: bool,
    body: impl for<'call> FnOnce(&mut Call<'call>),
) -> Result<(), Trap> {
    let types = Arc::new(types);
    let mut heap = ArenaHeap::new(types.clone());
    let mut frame = args(&mut heap);
    let heap: &mut dyn Heap = &mut heap;
    // SAFETY: the heap outlives the context, and the example uses it through the context alone.
    let mut cx = unsafe { CallContext::new(NonNull::from(heap), types, enter) };
    // SAFETY: it finds the method as `TypeTable::method` does.
    unsafe { cx.set_enter_method(enter_method) };
    call(&mut cx, params, &mut frame, reentrant, body)
}

/// Calls a native in a context.
fn call(
    cx: &mut CallContext,
    params: &[TypeId],
    frame: &mut [Slot],
    reentrant: bool,
    body: impl for<'call> FnOnce(&mut Call<'call>),
) -> Result<(), Trap> {
    let func = FuncType { params: params.into(), variadic: false, results: Vec::new() };
    let plan = Plan::of(&func, cx.types()).expect("a small frame");
    let (name, param_names) = ("example".into(), Vec::new());
    let callee = Callee { native: nothing, plan, target: std::ptr::null(), name, param_names };
    let body = |mut call: Call<'_>| {
        body(&mut call);
        Ok(())
    };
    // SAFETY: the context is valid, and the frame has the arguments of the callee.
    match unsafe { enter_heap(&raw mut *cx, &callee, frame.as_mut_ptr(), reentrant, body) } {
        Status::Ok => Ok(()),
        _ => match cx.take_failure() {
            Some(Failure::Trap(trap)) => Err(trap),
            other => panic!("{other:?}"),
        },
    }
}

/// Calls a native in the context of a VM.
pub fn call_in(cx: &mut CallContext, body: impl for<'call> FnOnce(&mut ExternCtx<'call>)) {
    call(cx, &[], &mut [], false, |call| body(&mut call.extern_ctx())).expect("no trap");
}

/// Calls a native that is `blocking`: what it does without the lock.
pub fn call_blocking(cx: &mut CallContext, body: impl FnOnce()) {
    call(cx, &[], &mut [], false, |call| call.unlocked(body)).expect("no trap");
}

/// The context of a VM, and the heap behind it, for as long as `body` runs.
pub fn context(body: impl FnOnce(&mut CallContext)) {
    let types = Arc::new(types());
    let mut heap = ArenaHeap::new(types.clone());
    // SAFETY: as in `native`.
    let mut cx = unsafe { CallContext::new(NonNull::from(&mut heap), types, enter) };
    body(&mut cx);
}

/// The same, with a function of the script.
pub fn with_function(func: Func, body: impl FnOnce(&mut CallContext, Slot)) {
    FUNC.with_borrow_mut(|all| *all = Some(func));
    context(|cx| body(cx, Slot::from_bits(1)));
}

/// The callee that a declaration of this native links to.
pub fn link(entry: &'static ExternEntry) -> Callee {
    let mut types = types();
    let func = entry.signature.func_type(&mut types).expect("types of every program");
    let registry = ExternRegistry::new().with(entry);
    let callees = registry.link(&[entry.declaration(func)], &types).expect("the entry's own declaration");
    callees.into_iter().next().expect("one for one")
}

const INT: TypeSpec = TypeSpec::Scalar(Scalar::Int64);

const fn entry(
    name: &'static str,
    (params, result, fallible): (&'static [ParamSpec], &'static [TypeSpec], bool),
    wrapper: Native,
    docs: &'static str,
    line: u32,
) -> ExternEntry {
    let signature = SignatureSpec { params, variadic: false, results: result, fallible };
    ExternEntry { name, signature, wrapper, docs, file: "src/lib.rs", line, effects: Effects::NONE }
}

/// The signature of a C function that is declared in package `main`.
pub fn c_signature(symbol: &str, params: &[TypeId], results: &[TypeId]) -> CSignature {
    let declaration = Declaration {
        name: format!("main.{symbol}"),
        func: FuncType { params: params.into(), variadic: false, results: results.into() },
        param_names: Vec::new(),
        origin: Origin::C { library: "libc.so.6".into(), symbol: symbol.into() },
        file: "main.vo".into(),
        line: 1,
    };
    CSignature::check(&declaration, &TypeTable::new()).expect("what C can take")
}

/// `numbers.Twice(n int) int`
pub static TWICE: ExternEntry =
    entry("numbers.Twice", (&[ParamSpec::new("n", INT)], &[INT], false), twice, "Twice returns n and n.", 1);

unsafe extern "C" fn twice(_: *mut CallContext, _: *const Callee, frame: *mut Slot) -> Status {
    // SAFETY: the caller gives a frame of one argument and one result.
    unsafe { *frame.add(1) = Slot::from_i64((*frame).as_i64().wrapping_mul(2)) };
    Status::Ok
}

/// `main.NewCounter() *Counter`, to be looked at only.
pub static NEW_COUNTER: ExternEntry = entry(
    "main.NewCounter",
    (&[], &[TypeSpec::Object(Counter::OBJECT)], false),
    nothing,
    "NewCounter returns a counter at 0.",
    9,
);

/// A native without parameters that returns a bool, for an example to say what it is.
pub const TELL: ExternEntry = entry("", (&[], &[TypeSpec::Scalar(Scalar::Bool)], false), nothing, "", 1);

/// `files.Open(name string) (int, error)`, which finds no file.
pub static OPEN: ExternEntry = entry(
    "files.Open",
    (&[ParamSpec::new("name", TypeSpec::String)], &[INT], true),
    open,
    "Open opens a file.",
    7,
);

unsafe extern "C" fn open(cx: *mut CallContext, _: *const Callee, _: *mut Slot) -> Status {
    // SAFETY: the caller vouches for the context.
    unsafe { (*cx).fail(VoError::new("no such file").into()) }
}

thread_local! {
    static FUNC: RefCell<Option<Func>> = const { RefCell::new(None) };
}

unsafe extern "C" fn nothing(_: *mut CallContext, _: *const Callee, _: *mut Slot) -> Status {
    Status::Ok
}

unsafe fn enter(cx: *mut CallContext, _: Slot, args: &[Slot], results: &mut [Slot]) -> Status {
    let ended = FUNC.with_borrow(|func| func.as_ref().expect("a function")(args));
    match ended {
        Ok(slots) => {
            results.copy_from_slice(&slots);
            Status::Ok
        }
        // SAFETY: the caller vouches for the context.
        Err(message) => unsafe { (*cx).trap(message) },
    }
}

/// Errors of natives have the method `Error`.
unsafe fn enter_method(
    _: *mut CallContext,
    receiver: [Slot; 2],
    name: &str,
    _: &[Slot],
    results: &mut [Slot],
) -> Option<Status> {
    let word = Slot::from_bits(TypeId::ERROR_STRING_PTR.number().into());
    (receiver[0] == word && name == "Error").then(|| {
        // SAFETY: the image of an `errors.errorString` is one string.
        results[0] = unsafe { *receiver[1].as_ptr::<Slot>() };
        Status::Ok
    })
}
