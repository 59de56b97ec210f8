//! A VM of one call: declarations, arguments and results as text, over an `ArenaHeap`.
//!
//! A declaration is `symbol(name type, …) type` or `… (type, …)`; types are Vo's, and the structs that
//! [`structs`] declares. Values are written as `-1, 2.5, true, "text", [1 2 3], &7, nil`.

mod counting;
pub(crate) mod heaps;
mod notation;

use std::path::PathBuf;
use std::process::Command;
use std::ptr::NonNull;
use std::sync::{Arc, OnceLock};

use vo_ffi_core::{
    ArenaHeap, CallContext, Declaration, Failure, Field, Heap, Scalar, Slot, Status, TypeId, TypeKind,
    TypeTable,
};
use vo_ffi_runtime::{BindError, BoundFunction, CEngine, CallPath, StubChoice};

pub(crate) use notation::declare;

/// The fixture library, compiled once for each test binary.
pub(crate) fn fixture() -> &'static str {
    static PATH: OnceLock<String> = OnceLock::new();
    PATH.get_or_init(|| {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
        let path = folder.join("libfixture.so");
        // Other test processes may have the library open: it is replaced, not overwritten.
        let new = folder.join(format!("libfixture-{}.so", std::process::id()));
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/c/fixture.c");
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-O2", "-Wall", "-Wextra", "-Werror", source, "-o"])
            .arg(&new)
            .status()
            .expect("a C compiler named cc");
        assert!(built.success());
        std::fs::rename(new, &path).expect("a rename in one folder");
        path.to_str().expect("a path in UTF-8").to_string()
    })
}

/// `main.Point`, `main.Pair` and `main.Box` as the fixture has them; `main.Node`, which leads to itself; `main.Person`, which C cannot share.
pub(crate) fn structs(types: &mut TypeTable) {
    let field = |name: &str, ty| Field { name: name.into(), ty, embedded: false };
    let int32 = TypeId::RUNE;
    let mut named = |name: &str, fields: &dyn Fn(TypeId, &mut TypeTable) -> Vec<Field>| {
        let ty = types.new_named(name);
        let fields = fields(ty, types);
        let kind = types.intern(TypeKind::Struct(fields));
        types.set_underlying(ty, kind);
        ty
    };
    named("main.Point", &|_, _| vec![field("x", TypeId::FLOAT64), field("tag", int32)]);
    named("main.Pair", &|_, _| {
        vec![field("a", TypeId::scalar(Scalar::Int8)), field("b", TypeId::scalar(Scalar::Uint16))]
    });
    named("main.Box", &|_, types| {
        let point = types.find_named("main.Point").expect("it is named");
        let count = types.array_of(TypeId::INT, 2);
        vec![field("from", point), field("to", point), field("count", count)]
    });
    named("main.Node", &|node, types| vec![field("id", int32), field("next", types.pointer_to(node))]);
    let name = named("main.Name", &|_, _| vec![field("first", TypeId::STRING)]);
    named("main.Person", &|_, types| vec![field("names", types.array_of(name, 2))]);
}

/// Types, an engine and a heap.
pub(crate) struct World<H> {
    pub(crate) types: Arc<TypeTable>,
    pub(crate) engine: CEngine,
    pub(crate) heap: Box<H>,
    /// How often Rust code allocated during the last call.
    pub(crate) allocations: usize,
}

impl World<ArenaHeap> {
    /// A world for these declarations.
    pub(crate) fn new(library: &str, texts: &[&str]) -> (World<ArenaHeap>, Vec<Declaration>) {
        World::with_heap(library, texts, ArenaHeap::new)
    }
}

impl<H: Heap + 'static> World<H> {
    pub(crate) fn with_heap(
        library: &str,
        texts: &[&str],
        heap: impl FnOnce(Arc<TypeTable>) -> H,
    ) -> (World<H>, Vec<Declaration>) {
        let mut types = TypeTable::new();
        structs(&mut types);
        let declarations = texts.iter().map(|text| declare(library, text, &mut types)).collect();
        let types = Arc::new(types);
        let heap = Box::new(heap(types.clone()));
        (World { engine: CEngine::new(), heap, types, allocations: 0 }, declarations)
    }

    /// Calls a bound function, and gives its results, then what it left in slices and pointers.
    pub(crate) fn call(&mut self, bound: &BoundFunction, args: &str) -> Result<String, String> {
        self.call_in(bound, |world, _| notation::read_args(world, bound, args))
    }

    /// As [`World::call`], with the arguments made by `args`, which sees the context's address.
    pub(crate) fn call_in(
        &mut self,
        bound: &BoundFunction,
        args: impl FnOnce(&mut World<H>, *const CallContext) -> Vec<Slot>,
    ) -> Result<String, String> {
        let heap: NonNull<H> = NonNull::from(&mut *self.heap);
        // SAFETY: the heap outlives the context, and is borrowed by no one during a call.
        let mut cx = unsafe { CallContext::new(heap, self.types.clone(), never_entered) };
        let plan = &bound.callee().plan;
        // What is not written by the call must not look as if it were.
        const JUNK: Slot = Slot::from_bits(0xabad_1dea_abad_1dea);
        let mut frame = vec![JUNK; (plan.arg_slots + plan.result_slots) as usize + 1];
        let args = args(self, &raw const cx);
        frame[..args.len()].copy_from_slice(&args);
        let allocated = counting::allocations();
        // SAFETY: the frame has the plan's slots, and the notation made the arguments of its types.
        let status = unsafe { (bound.callee().native)(&raw mut cx, bound.callee(), frame.as_mut_ptr()) };
        self.allocations = counting::allocations() - allocated;
        assert_eq!(cx.paused, 0, "the pause ended");
        assert_eq!(frame[..args.len()], args[..], "the arguments stayed");
        assert_eq!(frame[frame.len() - 1], JUNK, "nothing was written behind the frame");
        match (status, cx.take_failure()) {
            (Status::Ok, None) => Ok(notation::write_outcome(self, bound, &frame)),
            (Status::Trap, Some(Failure::Trap(trap))) => Err(trap.message().to_string()),
            other => panic!("{other:?}"),
        }
    }
}

unsafe fn never_entered(_: *mut CallContext, _: Slot, _: &[Slot], _: &mut [Slot]) -> Status {
    unreachable!("C functions call no closures")
}

/// Binds and calls one function of a library, by a stub and through libffi.
pub(crate) fn call_in(library: &str, declaration: &str, args: &str) -> Result<String, String> {
    let outcomes = [StubChoice::Auto, StubChoice::Libffi].map(|choice| {
        let (mut world, declarations) = World::new(library, &[declaration]);
        world.engine = CEngine::with_choice(choice);
        let bound = world.engine.bind(&declarations[0], &world.types).expect(declaration);
        let by_stub = cfg!(all(target_arch = "x86_64", target_os = "linux")) && choice == StubChoice::Auto;
        assert_eq!(*bound.path() == CallPath::Stub, by_stub, "{}", bound.path());
        world.call(&bound, args)
    });
    let [outcome, through_libffi] = outcomes;
    assert_eq!(outcome, through_libffi, "{declaration} with {args}");
    outcome
}

/// Calls a function of the fixture, and compares the outcome.
pub(crate) fn check(declaration: &str, args: &str, expected: &str) {
    assert_eq!(call_in(fixture(), declaration, args).as_deref(), Ok(expected), "{declaration} with {args}");
}

/// Fails to bind a function.
pub(crate) fn refused(library: &str, declaration: &str) -> BindError {
    let (world, declarations) = World::new(library, &[declaration]);
    world.engine.bind(&declarations[0], &world.types).expect_err(declaration)
}
