//! What a call through the wrapper of a native costs over a direct call of the same Rust function, both through a pointer
//! that the optimiser does not see through; and how fast a registry of 100,000 natives is.
//!
//! The natives are compiled as any function, so that the wrapper of a small one has it inside. The two sides of a row take
//! turns, best of many; allocations are counted. Run with `./x bench`.

use std::alloc::{GlobalAlloc, Layout, System};
use std::hint::black_box;
use std::ptr::NonNull;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use vo_ffi::prelude::*;
use vo_ffi::{
    ArenaHeap, CallContext, Callee, Declaration, Effects, ExternEntry, FuncType, Heap, Origin, RustValue,
    SignatureSpec, Slot, Status, TypeTable,
};

#[vo_extern("bench.Add")]
fn add(a: i64, b: i64) -> i64 {
    a.wrapping_add(b)
}

#[vo_extern("bench.Mix")]
fn mix(a: i32, b: f64, c: bool) -> f64 {
    if c { b * f64::from(a) } else { b }
}

#[vo_extern("bench.Text")]
fn text(text: &str) -> i64 {
    text.len() as i64
}

#[vo_extern("bench.Bytes")]
fn bytes(bytes: &[u8]) -> i64 {
    bytes.len() as i64
}

#[vo_extern("bench.Ints")]
fn ints(ints: &[i64]) -> i64 {
    ints.first().copied().unwrap_or(0) + ints.len() as i64
}

#[vo_extern("bench.Variadic")]
fn variadic(args: VoVariadic) -> i64 {
    (0..args.len()).map(|index| if let VoValue::Int(value) = args.get(index) { value } else { 0 }).sum()
}

fn four(args: &[i64; 4]) -> i64 {
    args.iter().sum()
}

#[derive(VoObject)]
#[vo(name = "bench.Counter")]
struct Counter(i64);

#[vo_methods("bench.Counter")]
impl Counter {
    fn add(&mut self, by: i64) -> i64 {
        self.0 = self.0.wrapping_add(by);
        self.0
    }
}

/// Counts what is allocated.
struct Counting;

static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

// SAFETY: all is passed on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        // SAFETY: passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: passed on.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A VM that has natives and nothing else.
struct Bench {
    heap: Box<ArenaHeap>,
    types: Arc<TypeTable>,
    registry: ExternRegistry,
}

impl Bench {
    fn new() -> Bench {
        let mut types = TypeTable::new();
        types.slice_of(TypeId::INT);
        let counter = types.new_named("bench.Counter");
        types.set_opaque(counter);
        types.pointer_to(counter);
        let types = Arc::new(types);
        let heap = Box::new(ArenaHeap::new(types.clone()));
        Bench { heap, types, registry: ExternRegistry::from_inventory() }
    }

    /// Links a native as it would be declared by default.
    fn link(&self, name: &str) -> Callee {
        let entry = self.registry.get(name).expect("a native of this file");
        let mut types = (*self.types).clone();
        let func = entry.signature.func_type(&mut types).expect("natives of this file have usual types");
        assert_eq!(types.len(), self.types.len(), "{name} needs a type that the table has not");
        self.registry.link(&[entry.declaration(func)], &self.types).expect("it fits itself").remove(0)
    }

    /// Nanoseconds of a direct call, and of one through the wrapper with these arguments, and what the latter allocates.
    fn row(&mut self, name: &str, args: &[Slot], direct: &mut dyn FnMut()) -> [f64; 3] {
        let callee = self.link(name);
        let heap: NonNull<dyn Heap> = NonNull::from(&mut *self.heap);
        // SAFETY: the heap outlives the context, and nothing else uses it meanwhile.
        let mut cx = unsafe { CallContext::new(heap, self.types.clone(), |_, _, _, _| Status::Trap) };
        let cx: *mut CallContext = &raw mut cx;
        let mut frame = args.to_vec();
        frame.resize(args.len() + 4, Slot::ZERO);
        let (native, callee, frame) = (black_box(callee.native), &raw const callee, frame.as_mut_ptr());
        let mut through = || {
            // SAFETY: the frame has the callee's slots, and the arguments are of its types.
            let status = unsafe { native(cx, callee, black_box(frame)) };
            assert!(status == Status::Ok);
        };
        through();
        let before = ALLOCATIONS.load(Ordering::Relaxed);
        (0..1000).for_each(|_| through());
        let allocations = (ALLOCATIONS.load(Ordering::Relaxed) - before) as f64 / 1000.0;
        let (mut direct_best, mut through_best) = (f64::MAX, f64::MAX);
        for _ in 0..40 {
            direct_best = direct_best.min(nanos(&mut *direct));
            through_best = through_best.min(nanos(&mut through));
        }
        [direct_best, through_best, allocations]
    }
}

const CALLS: u32 = 200_000;

fn nanos(call: &mut dyn FnMut()) -> f64 {
    /// One loop for both sides: the call of the closure is on both.
    #[inline(never)]
    fn all(call: &mut dyn FnMut()) -> Duration {
        let start = Instant::now();
        (0..CALLS).for_each(|_| call());
        start.elapsed()
    }
    all(call).as_secs_f64() * 1e9 / f64::from(CALLS)
}

fn main() {
    // `cargo test --benches` asks for a list or a run of tests; there are none here.
    if std::env::args().any(|arg| arg == "--test" || arg == "--list") {
        return;
    }
    let mut bench = Bench::new();
    let word = "a text of some length";
    let string = bench.heap.new_string(word.as_bytes());
    let (int_slice, data) = bench.heap.new_slice(TypeId::INT, 1000);
    let (byte_slice, _) = bench.heap.new_slice(TypeId::BYTE, 1000);
    let (args, at) = bench.heap.new_slice(TypeId::ANY, 4);
    for index in 0..4 {
        let value = [Slot::from_bits(TypeId::INT.number().into()), Slot::from_i64(index)];
        // SAFETY: the new slice has room for four interfaces.
        unsafe { at.cast::<[Slot; 2]>().add(index as usize).write(value) };
    }
    let counter = bench.types.find_named("bench.Counter").expect("declared above");
    let counter = Slot::from_ptr(bench.heap.new_rust(counter, RustValue::new(Counter(0))));
    // SAFETY: the slice has a thousand numbers, which nothing changes.
    let numbers = unsafe { std::slice::from_raw_parts(data.cast::<i64>(), 1000) };
    let (buffer, four_numbers, mut own) = (vec![0u8; 1000], [0, 1, 2, 3], Counter(0));

    println!(
        "{:<44} {:>8} {:>8} {:>8} {:>6} {:>7}",
        "native", "direct", "wrapper", "more", "bound", "allocs"
    );
    let print = |name: &str, bound: f64, [direct, through, allocations]: [f64; 3]| {
        let more = through - direct;
        println!(
            "{name:<44} {direct:>5.2} ns {through:>5.2} ns {more:>5.2} ns {bound:>3} ns {allocations:>7}"
        );
    };
    let direct_add = black_box(add as fn(i64, i64) -> i64);
    let ints_two = [Slot::from_i64(1), Slot::from_i64(2)];
    let row =
        bench.row("bench.Add", &ints_two, &mut || _ = black_box(direct_add(black_box(1), black_box(2))));
    print("add(int, int) int", 1.0, row);
    let direct_mix = black_box(mix as fn(i32, f64, bool) -> f64);
    let mixed = [Slot::from_i64(1), Slot::from_f64(2.0), Slot::from_bool(true)];
    let mut direct = || _ = black_box(direct_mix(black_box(1), black_box(2.0), black_box(true)));
    print("mix(int32, float64, bool) float64, checked", 1.0, bench.row("bench.Mix", &mixed, &mut direct));
    let direct_text = black_box(text as fn(&str) -> i64);
    let mut direct = || _ = black_box(direct_text(black_box(word)));
    print("text(string) int, as &str", 5.0, bench.row("bench.Text", &[string], &mut direct));
    let direct_bytes = black_box(bytes as fn(&[u8]) -> i64);
    let mut direct = || _ = black_box(direct_bytes(black_box(&buffer)));
    print("bytes([]byte) int, as &[u8] of 1,000", 5.0, bench.row("bench.Bytes", &[byte_slice], &mut direct));
    let direct_ints = black_box(ints as fn(&[i64]) -> i64);
    let mut direct = || _ = black_box(direct_ints(black_box(numbers)));
    print("ints([]int) int, as &[i64] of 1,000", 5.0, bench.row("bench.Ints", &[int_slice], &mut direct));
    let direct_four = black_box(four as fn(&[i64; 4]) -> i64);
    let mut direct = || _ = black_box(direct_four(black_box(&four_numbers)));
    print(
        "variadic(...any) int, four read as numbers",
        15.0,
        bench.row("bench.Variadic", &[args], &mut direct),
    );
    let direct_method = black_box(Counter::add as fn(&mut Counter, i64) -> i64);
    let mut direct = || _ = black_box(direct_method(black_box(&mut own), black_box(1)));
    let row = bench.row("bench.Counter.Add", &[counter, Slot::from_i64(1)], &mut direct);
    print("counter.add(int) int, a method on &mut T", 4.0, row);
    registry();
}

/// A registry of 100,000 natives: made, and asked.
fn registry() {
    let entries: Vec<&'static ExternEntry> = (0..100_000)
        .map(|number| {
            let name: &'static str =
                Box::leak(format!("package{}.Native{number}", number % 100).into_boxed_str());
            let signature = SignatureSpec { params: &[], variadic: false, results: &[], fallible: false };
            let wrapper = ExternRegistry::from_inventory().get("bench.Add").expect("it is linked").wrapper;
            let (docs, file) = ("", "bench.rs");
            let effects = Effects::NONE;
            &*Box::leak(Box::new(ExternEntry { name, signature, wrapper, docs, file, line: 1, effects }))
        })
        .collect();
    let mut made = Duration::MAX;
    let mut registry = ExternRegistry::new();
    for _ in 0..5 {
        let start = Instant::now();
        registry = entries.iter().fold(ExternRegistry::new(), |registry, entry| registry.with(entry));
        made = made.min(start.elapsed());
    }
    let mut found = f64::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        let count = entries.iter().filter(|entry| registry.get(black_box(entry.name)).is_some()).count();
        found = found.min(start.elapsed().as_secs_f64() * 1e9 / count as f64);
    }
    let func = FuncType { params: Vec::new(), variadic: false, results: Vec::new() };
    let declarations: Vec<Declaration> = (entries.iter())
        .map(|entry| Declaration { origin: Origin::Rust, ..entry.declaration(func.clone()) })
        .collect();
    let types = TypeTable::new();
    let start = Instant::now();
    let linked = registry.link(&declarations, &types).expect("each fits itself").len();
    let link = start.elapsed();
    println!();
    println!("{:<44} {:>8.1} ms, bound 50 ms", "100,000 natives: registry made", made.as_secs_f64() * 1e3);
    println!("{:<44} {found:>8.1} ns, bound 100 ns", "one of them found by its name");
    println!("{:<44} {:>8.1} ms", format!("{linked} declarations linked"), link.as_secs_f64() * 1e3);
}
