//! The function pointers are called from here: for them that is C.

use std::cell::RefCell;
use std::ptr::NonNull;

use vo_ffi_core::c::Declarations;
use vo_ffi_core::c::Target as Machine;
use vo_ffi_core::{
    ArenaHeap, CallContext, Callee, Failure, Field, FuncType, Heap, Plan, Scalar, Slot, Status, TypeId,
};

use super::*;
use crate::function::{CallOptions, Function};

const CHOICES: [StubChoice; 2] = [StubChoice::Auto, StubChoice::Libffi];

type Body = Box<dyn FnMut(*mut CallContext, &[Slot]) -> Result<Slot, String>>;

thread_local! {
    /// What func values do: the one of number `n` is at `n - 1`.
    static BODIES: RefCell<Vec<Option<Body>>> = const { RefCell::new(Vec::new()) };
}

unsafe fn enter(cx: *mut CallContext, func: Slot, args: &[Slot], results: &mut [Slot]) -> Status {
    let index = func.bits() as usize - 1;
    let mut body = BODIES.with_borrow_mut(|bodies| bodies[index].take()).expect("it does not call itself");
    // SAFETY: the context is that of the test.
    let paused = unsafe { std::mem::replace(&mut (*cx).paused, 0) };
    let ended = body(cx, args);
    // SAFETY: as above.
    unsafe { (*cx).paused = paused };
    BODIES.with_borrow_mut(|bodies| bodies[index] = Some(body));
    match ended {
        Ok(result) => {
            results.fill(result);
            Status::Ok
        }
        // SAFETY: as above.
        Err(message) => unsafe { (*cx).trap(message) },
    }
}

fn func(body: impl FnMut(*mut CallContext, &[Slot]) -> Result<Slot, String> + 'static) -> Slot {
    BODIES.with_borrow_mut(|bodies| {
        bodies.push(Some(Box::new(body)));
        Slot::from_bits(bodies.len() as u64)
    })
}

fn constant(value: i64) -> Slot {
    func(move |_, _| Ok(Slot::from_i64(value)))
}

/// A VM without a program.
struct World {
    heap: Box<ArenaHeap>,
    cx: Box<CallContext>,
    types: Arc<TypeTable>,
    pair: TypeId,
}

impl World {
    fn new() -> World {
        let mut types = TypeTable::new();
        let field = |name: &str, ty| Field { name: name.into(), ty, embedded: false };
        let fields = vec![field("x", TypeId::scalar(Scalar::Int32)), field("y", TypeId::FLOAT64)];
        let pair = types.intern(TypeKind::Struct(fields));
        let types = Arc::new(types);
        let mut heap = Box::new(ArenaHeap::new(types.clone()));
        // SAFETY: the heap is used through the context alone, and goes after it.
        let cx = unsafe { CallContext::new(NonNull::from(&mut *heap), types.clone(), enter) };
        World { heap, cx: Box::new(cx), types, pair }
    }

    /// A parameter of this C type, for a func of these types.
    fn param(
        &self,
        choice: StubChoice,
        prototype: &str,
        params: &[TypeId],
        result: Option<TypeId>,
    ) -> Arc<ClosureParam> {
        let text = format!("struct pair {{ int x; double y; }}; {prototype};");
        let declarations = Declarations::parse(&text, Machine::HOST).expect(prototype);
        let c = &declarations.types;
        let sig = c.as_func(declarations.function("f").expect(prototype).ty).expect(prototype);
        let mut types = (*self.types).clone();
        let func = FuncType { params: params.into(), variadic: false, results: result.into_iter().collect() };
        let func = types.intern(TypeKind::Func(func));
        let closure = CClosure::fitting(func, &types, sig, c, &|_, _| true).expect(prototype);
        let position = Position::Param { index: 0, name: "visit".into() };
        Arc::new(ClosureParam::new(choice, "main.each".into(), position, closure).expect(prototype))
    }

    /// A call of C with one func, during which `c` runs.
    fn call(
        &mut self,
        param: &Arc<ClosureParam>,
        func: Slot,
        c: impl FnOnce(*const ()),
    ) -> Result<(), String> {
        let cx = &raw mut *self.cx;
        // SAFETY: the context and the heap are this world's.
        unsafe { call(cx, "main.each", |heap| c(Lent::new(cx, heap).lend(param, func))) }
    }

    /// A call of C without funcs.
    fn call_without(&mut self, name: &str, c: impl FnOnce()) -> Result<(), String> {
        // SAFETY: the context is this world's.
        unsafe { call(&raw mut *self.cx, name, |_| c()) }
    }
}

impl Lent {
    /// Keeps the pointer until the end of the test's call.
    fn lend(mut self, param: &Arc<ClosureParam>, func: Slot) -> *const () {
        // SAFETY: func values of the tests are numbers.
        let code = unsafe { self.pointer(param, func) }.expect("memory for code");
        LENT.with_borrow_mut(|lent| lent.push(self));
        code
    }
}

thread_local! {
    static LENT: RefCell<Vec<Lent>> = const { RefCell::new(Vec::new()) };
}

unsafe fn call(cx: *mut CallContext, name: &str, c: impl FnOnce(NonNull<dyn Heap>)) -> Result<(), String> {
    unsafe extern "C" fn nothing(_: *mut CallContext, _: *const Callee, _: *mut Slot) -> Status {
        Status::Ok
    }
    let (name, param_names, target) = (name.into(), Vec::new(), std::ptr::null());
    let callee = Callee { native: nothing, plan: Plan::default(), target, name, param_names };
    // SAFETY: the caller vouches for the context.
    unsafe {
        let status = CallContext::with_heap(cx, |heap| {
            let before = LENT.with_borrow(Vec::len);
            let ended = watched(cx, &callee, || c(heap));
            LENT.with_borrow_mut(|lent| lent.truncate(before));
            ended
        });
        assert_eq!((*cx).paused, 0, "the pause ended");
        assert_eq!((*cx).handed_out(), [], "nothing is kept");
        match (status, (*cx).take_failure()) {
            (Status::Ok, None) => Ok(()),
            (Status::Trap, Some(Failure::Trap(trap))) => Err(trap.message().to_string()),
            other => panic!("{other:?}"),
        }
    }
}

/// A function pointer as a function of this type.
macro_rules! c {
    ($code:expr, fn($($param:ty),*) $(-> $result:ty)?) => {
        // SAFETY: the tests write the type of the C prototype again.
        unsafe { std::mem::transmute::<*const (), extern "C" fn($($param),*) $(-> $result)?>($code) }
    };
}

#[repr(C)]
#[derive(Clone, Copy, Debug, PartialEq)]
struct Pair {
    x: i32,
    y: f64,
}

const INT32: TypeId = TypeId::scalar(Scalar::Int32);
const FLOAT32: TypeId = TypeId::scalar(Scalar::Float32);

#[test]
fn arguments_are_widened_and_results_checked() {
    for choice in CHOICES {
        let mut world = World::new();
        let param = world.param(
            choice,
            "int f(signed char, unsigned char, float)",
            &[TypeId::INT, TypeId::UINT64, TypeId::FLOAT64],
            Some(TypeId::INT),
        );
        let sum = func(|_, args| {
            Ok(Slot::from_i64(args[0].as_i64() * 1000 + args[1].as_i64() + args[2].as_f64() as i64))
        });
        let mut found = Vec::new();
        let ended = world.call(&param, sum, |code| {
            let f = c!(code, fn(i8, u8, f32) -> i32);
            found.extend([f(-1, 255, 0.5), f(7, 0, 2.0)]);
        });
        assert_eq!((found, ended), (vec![-745, 7002], Ok(())), "{choice:?}");

        let rows = [
            (i64::from(i32::MIN), Ok(i32::MIN)),
            (5_000_000_000, Err("5000000000, which does not fit in int")),
            (-2_147_483_649, Err("-2147483649, which does not fit in int")),
        ];
        let param = world.param(choice, "int f(void)", &[], Some(TypeId::INT));
        for (value, expected) in rows {
            let mut found = 1;
            let ended = world.call(&param, constant(value), |code| found = c!(code, fn() -> i32)());
            let prefix = "main.each: parameter 1 `visit`: the closure returned";
            let expected_end = expected.map(drop).map_err(|text| format!("{prefix} {text}"));
            assert_eq!((found, ended), (expected.unwrap_or(0), expected_end), "{choice:?}, {value}");
        }
    }
}

#[test]
fn floats_in_other_widths() {
    for choice in CHOICES {
        let mut world = World::new();
        let param = world.param(choice, "float f(double)", &[TypeId::FLOAT64], Some(TypeId::FLOAT64));
        let mut found = Vec::new();
        let same = func(|_, args| Ok(args[0]));
        let ended = world.call(&param, same, |code| {
            let f = c!(code, fn(f64) -> f32);
            found.extend([f(0.1), f(f64::INFINITY), f(1e300), f(0.1)]);
        });
        let message = "main.each: parameter 1 `visit`: the closure returned 1000000000000000000000000000000000000000000000";
        assert_eq!(found, [0.1, f32::INFINITY, 0.0, 0.0], "{choice:?}");
        assert!(ended.as_ref().is_err_and(|error| error.starts_with(message)), "{ended:?}");
        assert!(ended.is_err_and(|error| error.ends_with("000, which does not fit in float")));

        let param = world.param(choice, "double f(void)", &[], Some(FLOAT32));
        let mut found = 0.0;
        let half = func(|_, _| Ok(Slot::from_f32(0.5)));
        let ended = world.call(&param, half, |code| found = c!(code, fn() -> f64)());
        assert_eq!((found, ended), (0.5, Ok(())), "{choice:?}");
    }
}

#[test]
fn structs_texts_and_pointers() {
    for choice in CHOICES {
        let mut world = World::new();
        let pair = world.pair;
        let param = world.param(choice, "struct pair f(struct pair, int)", &[pair, INT32], Some(pair));
        let moved = func(move |_, args| {
            // SAFETY: the argument is a new object with the bytes of a `struct pair`.
            let pair = unsafe { &mut *args[0].as_ptr::<Pair>() };
            *pair = Pair { x: pair.x + args[1].as_i64() as i32, y: -pair.y };
            Ok(args[0])
        });
        let (given, mut found) = (Pair { x: 1, y: 2.5 }, None);
        let ended = world.call(&param, moved, |code| {
            found = Some(c!(code, fn(Pair, i32) -> Pair)(given, 10));
        });
        assert_eq!((found, ended), (Some(Pair { x: 11, y: -2.5 }), Ok(())), "{choice:?}");
        assert_eq!(given, Pair { x: 1, y: 2.5 }, "the closure has a struct of its own");

        let param = world.param(
            choice,
            "long f(const char *, const char *)",
            &[TypeId::STRING; 2],
            Some(TypeId::INT),
        );
        let length = func(|cx, args| {
            // SAFETY: the arguments are strings of the heap.
            let lengths = unsafe { args.iter().map(|&text| (*cx).heap().string(text).1).collect::<Vec<_>>() };
            Ok(Slot::from_i64((10 * lengths[0] + lengths[1]) as i64))
        });
        let mut found = 0;
        let ended = world.call(&param, length, |code| {
            found = c!(code, fn(*const i8, *const i8) -> i64)(c"four".as_ptr(), std::ptr::null());
        });
        assert_eq!((found, ended), (40, Ok(())), "{choice:?}");

        let param = world.param(choice, "void *f(void)", &[], Some(TypeId::UINTPTR));
        let object = world.heap.new_string(b"C has it");
        let made = func(move |_, _| Ok(object));
        let cx = &raw const *world.cx;
        let mut found = (Slot::ZERO, Vec::new());
        let ended = world.call(&param, made, |code| {
            c!(code, fn() -> *const ())();
            let at = c!(code, fn() -> *const ())();
            // SAFETY: the context lives, and nothing changes it now.
            found = (Slot::from_ptr(at), unsafe { (*cx).handed_out().to_vec() });
        });
        assert_eq!((found, ended), ((object, vec![object]), Ok(())), "what C has stays alive");
    }
}

#[test]
fn a_failure_ends_the_call_that_is_running() {
    for choice in CHOICES {
        let mut world = World::new();
        let param = world.param(choice, "int f(int)", &[INT32], Some(INT32));
        let mut calls = 0;
        let failing = func(move |_, args| {
            calls += 1;
            match args[0].as_i64() {
                3 => Err(format!("at call {calls}")),
                other => Ok(Slot::from_i64(other)),
            }
        });
        let mut found = Vec::new();
        let ended = world.call(&param, failing, |code| {
            found.extend((1..=5).map(|n| c!(code, fn(i32) -> i32)(n)));
        });
        assert_eq!((found, ended), (vec![1, 2, 0, 0, 0], Err("at call 3".into())), "{choice:?}");

        // In a call inside the call: it ends, and the closure that made it may go on.
        let inner = param.clone();
        let (failing, mut seen) = (func(|_, _| Err("inside".into())), None);
        let outer = func(move |cx, args| {
            let mut found = 1;
            let in_c = |heap| {
                // SAFETY: the context and the heap are those of the call.
                let code = unsafe { Lent::new(cx, heap) }.lend(&inner, failing);
                found = c!(code, fn(i32) -> i32)(0);
            };
            // SAFETY: the context is that of the world.
            let ended = unsafe { call(cx, "main.inner", in_c) };
            assert_eq!((found, ended), (0, Err("inside".into())));
            Ok(args[0])
        });
        let ended = world.call(&param, outer, |code| seen = Some(c!(code, fn(i32) -> i32)(7)));
        assert_eq!((seen, ended), (Some(7), Ok(())), "{choice:?}");
    }
}

#[test]
fn a_pointer_is_dead_after_its_call() {
    for choice in CHOICES {
        let mut world = World::new();
        let param = world.param(choice, "int f(void)", &[], Some(INT32));
        let mut kept = std::ptr::null();
        assert_eq!(world.call(&param, constant(1), |code| kept = code), Ok(()));
        let f = c!(kept, fn() -> i32);
        let mut found = 1;
        let ended = world.call_without("main.later", || found = f());
        let message = "main.later: C called the function that main.each was given as parameter 1 `visit`, \
                       which ended with that call; pass it to each call that uses it";
        assert_eq!((found, ended), (0, Err(message.into())), "{choice:?}");

        // Another func at the same place is not the one that C has kept.
        let other = constant(2);
        let ended = world.call(&param, other, |code| {
            assert_ne!(code, kept);
            assert_eq!((c!(code, fn() -> i32)(), f()), (2, 0));
        });
        assert_eq!(ended, Err(message.replace("main.later", "main.each")), "{choice:?}");
    }
}

#[test]
fn the_same_func_has_the_same_pointer() {
    let mut world = World::new();
    let param = world.param(StubChoice::Auto, "int f(void)", &[], Some(INT32));
    let other = world.param(StubChoice::Auto, "int f(void)", &[], Some(INT32));
    let one = constant(1);
    let mut codes = Vec::new();
    for param in [&param, &param, &other] {
        assert_eq!(world.call(param, one, |code| codes.push(code)), Ok(()));
    }
    assert_eq!(codes[0], codes[1]);
    assert_ne!(codes[0], codes[2], "an error names the parameter");

    // Where the heap was collected, another func may have the address.
    let mut pointers = lend::Pointers::default();
    let mut find = |collections| {
        let head = lend::find(&mut pointers, &param, one, collections).expect("memory for code");
        // SAFETY: heads are never freed, and the context's are this thread's.
        let head = unsafe { head.as_ref() };
        head.begin(std::ptr::null_mut(), one);
        head.end();
        head.collections.set(collections);
        head.code()
    };
    let [first, same, later, unknown, last] = [Some(1), Some(1), Some(2), None, None].map(&mut find);
    assert_eq!(first, same);
    assert_ne!(same, later);
    assert_ne!(later, unknown);
    assert_ne!(unknown, last, "a heap that does not say may have freed it");
}

#[test]
fn the_code_of_a_dead_pointer_rests_long_and_is_used_again() {
    let mut world = World::new();
    let param = world.param(StubChoice::Auto, "int f(void)", &[], Some(INT32));
    let mut codes = std::collections::HashMap::new();
    const CALLS: u64 = 4 * pointer::REST as u64;
    // At most so many die meanwhile in other tests, which run on other threads.
    const OTHERS: u64 = 200;
    for number in 1..=CALLS {
        let mut found = std::ptr::null();
        assert_eq!(world.call(&param, Slot::from_bits(number), |code| found = code), Ok(()));
        if let Some(before) = codes.insert(found, number) {
            assert!(number - before + OTHERS > pointer::REST as u64, "{before} and {number}");
        }
    }
    assert!(codes.len() < 2 * pointer::REST, "{} pointers for {CALLS} calls", codes.len());
}

/// What the process writes to standard error, for which it is started again.
#[test]
fn what_belongs_to_no_call_is_reported() {
    let rows = [
        (
            "dead",
            "vo-ffi: C called the function that main.each was given as parameter 1 `visit`, which had ended with that \
             call; C got zero\n",
        ),
        (
            "thread",
            "vo-ffi: another thread called the function that main.each was given as parameter 1 `visit`; threads of C may \
             do so only during a call that releases the VM's lock (//vo:blocking); C got zero\n",
        ),
        (
            "unlocked",
            "vo-ffi: C called the function that main.each was given as parameter 1 `visit` in a call that a native made, or \
             that is declared //vo:unguarded, where it cannot run; C got zero\n",
        ),
    ];
    const CASE: &str = "VO_FFI_CLOSURE_CASE";
    if let Ok(case) = std::env::var(CASE) {
        return misuse(&case);
    }
    for (case, expected) in rows {
        let this = std::env::current_exe().expect("the path of the tests");
        let test = "closure::tests::what_belongs_to_no_call_is_reported";
        let output = std::process::Command::new(this)
            .args(["--exact", test, "--nocapture"])
            .env(CASE, case)
            .output()
            .expect("the tests run");
        assert_eq!(String::from_utf8_lossy(&output.stderr), expected, "{case}");
        assert!(output.status.success(), "{case}: {}", output.status);
    }
}

fn misuse(case: &str) {
    for choice in CHOICES {
        // The report comes once for each life of a pointer: here the second pointer is silent.
        let mut world = World::new();
        let param = world.param(choice, "int f(void)", &[], Some(INT32));
        let cx = &raw mut *world.cx;
        let mut kept = std::ptr::null();
        let ended = world.call(&param, constant(1), |code| {
            kept = code;
            let f = c!(code, fn() -> i32);
            if choice == StubChoice::Libffi {
                return;
            }
            match case {
                "thread" => {
                    let found = std::thread::spawn(move || [f(), f()]).join().expect("no panic");
                    assert_eq!(found, [0, 0]);
                }
                "unlocked" => {
                    // SAFETY: the context is the world's.
                    let paused = unsafe { std::mem::replace(&mut (*cx).paused, 0) };
                    assert_eq!(f(), 0);
                    // SAFETY: as above.
                    unsafe { (*cx).paused = paused };
                }
                _ => {}
            }
            assert_eq!(f(), 1);
        });
        assert_eq!(ended, Ok(()));
        if case == "dead" && choice == StubChoice::Libffi {
            let f = c!(kept, fn() -> i32);
            assert_eq!([f(), f()], [0, 0]);
        }
    }
}

#[test]
fn pointers_outlive_their_thread_and_their_context() {
    let kept = std::thread::spawn(|| {
        let mut world = World::new();
        let param = world.param(StubChoice::Auto, "int f(void)", &[], Some(INT32));
        let mut kept = 0;
        world.call(&param, constant(1), |code| kept = code.expose_provenance()).map(|()| kept)
    });
    let kept = kept.join().expect("no panic").expect("no trap");
    let f = c!(std::ptr::with_exposed_provenance::<()>(kept), fn() -> i32);
    let (mut world, mut found) = (World::new(), 1);
    let ended = world.call_without("main.later", || found = f());
    assert_eq!((found, ended.is_err_and(|error| error.contains("main.each"))), (0, true));
}

#[expect(
    dead_code,
    unreachable_pub,
    reason = "the examples of vo-ffi-core include it too, and use all of it"
)]
mod vm {
    include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../ffi-core/tests/doc/vm.rs"));
}

/// What `long each(long (*visit)(long), long n)` returns for 20 in a native that was given this func.
fn each(
    func: Option<vm::Func>,
    param_type: impl Fn(&mut TypeTable, TypeId) -> TypeId,
) -> Result<i64, (String, bool)> {
    unsafe extern "C" fn each(visit: Option<extern "C" fn(i64) -> i64>, n: i64) -> i64 {
        visit.map_or(-1, |visit| visit(n) + visit(n + 1))
    }
    let declared = Declarations::parse("long each(long (*visit)(long), long n);", Machine::HOST).expect("C");
    let sig = declared.types.as_func(declared.functions()[0].ty).expect("a function").clone();
    let (types, options) = (Arc::new(declared.types.clone()), CallOptions::default());
    // SAFETY: the function stays.
    let function = unsafe { Function::at(each as *const (), types, sig, options) }.expect("a stub");
    let function = function.named("each", &declared.functions()[0].params).expect("a stub");
    let mut ended = Ok(0);
    vm::with_func(&[TypeId::INT], &[TypeId::INT], func, |ctx, func| {
        let mut types = ctx.types().clone();
        let ty = param_type(&mut types, func.type_id());
        let param = FuncParam::new(&function, 0, ty, &types, &|_, _| false).expect("C calls it so");
        let mut frame = [Slot::ZERO, Slot::from_i64(20), Slot::ZERO];
        // SAFETY: the function has this type.
        let called = unsafe { function.call_frame_with_funcs(ctx, &mut frame, &[(param, func)]) };
        ended = called
            .map(|()| frame[2].as_i64())
            .map_err(|error| (error.message().to_string(), error.is_trap()));
    });
    ended
}

#[test]
fn natives_give_funcs_to_c() {
    let same = |_: &mut TypeTable, func| func;
    let other = |types: &mut TypeTable, _| {
        let int64 = TypeId::scalar(Scalar::Int64);
        types.intern(TypeKind::Func(FuncType { params: vec![int64], variadic: false, results: vec![int64] }))
    };
    let twice = || -> Option<vm::Func> {
        Some(Box::new(|args: &[Slot]| Ok(vec![Slot::from_i64(2 * args[0].as_i64())])))
    };
    assert_eq!(each(twice(), same), Ok(82));
    assert_eq!(each(None, same), Ok(-1));
    let panics: vm::Func = Box::new(|args| Err(format!("stop at {}", args[0].as_i64())));
    assert_eq!(each(Some(panics), same), Err(("stop at 20".into(), true)));
    assert_eq!(each(twice(), other), Err(("argument 1 of `each` is another func".into(), false)));
}
