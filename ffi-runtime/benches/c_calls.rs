//! What a call of a C function costs over a direct call through a pointer: by a stub, through libffi, from C into a
//! callback; what making and freeing costs; and the first call of a process. The two sides of a row take turns, best of
//! many. Run with `./x bench`.

use std::ffi::{CStr, c_char, c_int, c_long, c_void};
use std::hint::black_box;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::{Duration, Instant};

use vo_ffi_core::Slot;
use vo_ffi_core::c::{CScalar, CType, CTypes, FuncSig, Member, Record};
use vo_ffi_runtime::{CallOptions, CallPath, Callback, CallbackFrame, Function, StubChoice};

/// How many calls are timed at once, and how often.
const CALLS: u64 = 20_000;
const ROUNDS: u32 = 400;

/// First arguments count from here: as floats these are normal numbers, about 1.
const FIRST: u64 = 1.0_f64.to_bits();

#[derive(Clone, Copy)]
#[repr(C)]
struct Two {
    x: f64,
    y: f64,
}

#[derive(Clone, Copy)]
#[repr(C)]
struct Three {
    a: c_long,
    b: c_long,
    c: c_long,
}

fn main() {
    if std::env::args().any(|arg| arg == COLD) {
        return println!("{}", cold_call().as_nanos());
    }
    let library = build();
    println!("{:<44}{:>9}{:>9}{:>8}", "call", "direct", "ours", "ratio");
    let bench = Bench { library };
    for (errno, stubs) in
        [(false, StubChoice::Native), (true, StubChoice::Native), (false, StubChoice::Libffi)]
    {
        bench.scalars(CallOptions { errno, stubs });
    }
    bench.structs(StubChoice::Native);
    bench.structs(StubChoice::Libffi);
    bench.raw_libffi();
    bench.callbacks();
    bench.making();
    bench.making_callbacks();
    cold_processes();
}

/// The C functions, compiled as any library is.
fn build() -> libloading::Library {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let path = folder.join("libc_calls.so");
    let source = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/c_calls.c");
    let built = Command::new("cc").args(["-shared", "-fPIC", "-O2", source, "-o"]).arg(&path).status();
    assert!(built.is_ok_and(|status| status.success()), "cc cannot compile {source}");
    // SAFETY: the library has no initialisers.
    unsafe { libloading::Library::new(path) }.expect("the library that was just made")
}

struct Bench {
    library: libloading::Library,
}

impl Bench {
    fn address<T: Copy>(&self, name: &str) -> T {
        // SAFETY: each caller names the type that the source has.
        unsafe { *self.library.get::<T>(name).expect("a function of the source") }
    }

    fn function(&self, name: &str, types: CTypes, sig: FuncSig, options: CallOptions) -> Function {
        let address: unsafe extern "C" fn() = self.address(name);
        // SAFETY: the library stays loaded, and each caller gives the type that the source has.
        let made = unsafe { Function::at(address as *const (), Arc::new(types), sig, options) };
        made.expect("a type that can be called")
    }

    fn scalars(&self, options: CallOptions) {
        let [long, int, double] = [CScalar::Long, CScalar::Int, CScalar::Double].map(CType::scalar);
        let way = match options {
            CallOptions { errno: true, .. } => ", with errno",
            CallOptions { stubs: StubChoice::Libffi, .. } => ", libffi",
            _ => "",
        };

        let add: extern "C" fn(c_long, c_long) -> c_long = self.address("add");
        let ours = self.function("add", CTypes::new(), sig(&[long, long], long), options);
        row(
            &format!("add(long, long){way}"),
            || (0..CALLS as c_long).fold(0, |sum, i| sum + black_box(add)(i, 3)) as u64,
            || frame_calls(&ours, [Slot::ZERO, Slot::from_i64(3)]),
        );

        let mix: extern "C" fn(f64, c_int, f64) -> f64 = self.address("mix");
        let ours = self.function("mix", CTypes::new(), sig(&[double, int, double], double), options);
        row(
            &format!("mix(double, int, double){way}"),
            || (0..CALLS).fold(0, |sum, i| sum ^ black_box(mix)(f64::from_bits(FIRST + i), 3, 0.5).to_bits()),
            || frame_calls(&ours, [Slot::ZERO, Slot::from_i64(3), Slot::from_f64(0.5)]),
        );

        let text = c"a text of some length";
        let mut types = CTypes::new();
        let chars = types.pointer_to_const(CType::scalar(CScalar::Char));
        // SAFETY: strlen has this type, and libc stays loaded.
        let ours = unsafe {
            let sig = sig(&[chars], CType::scalar(CScalar::UnsignedLong));
            Function::at(libc::strlen as *const (), Arc::new(types), sig, options).expect("strlen")
        };
        let strlen: unsafe extern "C" fn(*const c_char) -> usize = libc::strlen;
        row(
            &format!("strlen(const char *){way}"),
            || {
                (0..CALLS).fold(0, |sum, _| {
                    // SAFETY: the text ends in a NUL.
                    sum + unsafe { black_box(strlen)(black_box(text).as_ptr()) } as u64
                })
            },
            || text_calls(&ours, text),
        );

        type Sum8 = extern "C" fn(c_long, c_long, c_long, c_long, c_long, c_long, c_long, c_long) -> c_long;
        let sum8: Sum8 = self.address("sum8");
        let ours = self.function("sum8", CTypes::new(), sig(&[long; 8], long), options);
        row(
            &format!("sum of 8 longs{way}"),
            || (0..CALLS as c_long).fold(0, |sum, i| sum + black_box(sum8)(i, 2, 3, 4, 5, 6, 7, 8)) as u64,
            || frame_calls(&ours, [0, 2, 3, 4, 5, 6, 7, 8].map(Slot::from_i64)),
        );
    }

    fn structs(&self, stubs: StubChoice) {
        let way = if stubs == StubChoice::Libffi { ", libffi" } else { "" };
        let options = CallOptions { errno: false, stubs };
        let half: extern "C" fn(Two) -> Two = self.address("half");
        let (types, two) = record(&[CScalar::Double; 2]);
        let ours = self.function("half", types, sig(&[two], two), options);
        row(
            &format!("struct of 16 bytes, by value{way}"),
            || {
                let mut value = Two { x: 1e300, y: 1.0 };
                for _ in 0..CALLS {
                    value = black_box(half)(value);
                }
                value.x.to_bits()
            },
            || {
                let mut value = Two { x: 1e300, y: 1.0 };
                let at = Slot::from_ptr(&raw const value);
                for _ in 0..CALLS {
                    // SAFETY: both slots have the address of such a struct.
                    unsafe { ours.call_frame(&mut [at, at]) };
                    black_box(&mut value);
                }
                value.x.to_bits()
            },
        );

        let turn: extern "C" fn(Three) -> Three = self.address("turn");
        let (types, three) = record(&[CScalar::Long; 3]);
        let ours = self.function("turn", types, sig(&[three], three), options);
        row(
            &format!("struct of 24 bytes, by value{way}"),
            || {
                let mut value = Three { a: 1, b: 2, c: 3 };
                for _ in 0..CALLS {
                    value = black_box(turn)(value);
                }
                value.a as u64
            },
            || {
                let mut value = Three { a: 1, b: 2, c: 3 };
                let at = Slot::from_ptr(&raw const value);
                for _ in 0..CALLS {
                    // SAFETY: both slots have the address of such a struct.
                    unsafe { ours.call_frame(&mut [at, at]) };
                    black_box(&mut value);
                }
                value.a as u64
            },
        );
    }

    /// The fallback, over what libffi alone takes.
    fn raw_libffi(&self) {
        let long = CType::scalar(CScalar::Long);
        let code: unsafe extern "C" fn() = self.address("add");
        let cif = libffi::middle::Cif::new(
            [libffi::middle::Type::c_long(), libffi::middle::Type::c_long()],
            libffi::middle::Type::c_long(),
        );
        let options = CallOptions { errno: false, stubs: StubChoice::Libffi };
        let ours = self.function("add", CTypes::new(), sig(&[long, long], long), options);
        row(
            "add through libffi, over raw ffi_call",
            || {
                (0..CALLS as c_long).fold(0, |sum, i| {
                    let (mut a, mut b, mut word) = (i, 3 as c_long, 0u64);
                    let mut args = [(&raw mut a).cast::<c_void>(), (&raw mut b).cast()];
                    // SAFETY: the function takes two longs and returns one.
                    unsafe {
                        let (cif, result) = (cif.as_raw_ptr(), (&raw mut word).cast());
                        libffi::raw::ffi_call(cif, Some(code), result, args.as_mut_ptr());
                    }
                    sum + word
                })
            },
            || frame_calls(&ours, [Slot::ZERO, Slot::from_i64(3)]),
        );
    }

    /// C calls a function of Rust: directly, by a callback.
    fn callbacks(&self) {
        type Each = extern "C" fn(c_long, *const ()) -> c_long;
        extern "C" fn twice(x: c_long) -> c_long {
            black_box(x) * 2
        }
        let each: Each = self.address("each");
        let long = CType::scalar(CScalar::Long);
        for (stubs, name) in
            [(StubChoice::Native, "callback(long)"), (StubChoice::Libffi, "callback(long), libffi")]
        {
            let callback = Callback::with_choice(stubs, &CTypes::new(), &sig(&[long], long), |frame| {
                let x = black_box(frame.arg(0).as_i64());
                frame.set_result(Slot::from_i64(2 * x));
            });
            let callback = callback.expect("a type that can be called");
            row(
                name,
                || each(CALLS as c_long, black_box(twice as *const ())) as u64,
                || each(CALLS as c_long, black_box(callback.code())) as u64,
            );
        }
    }

    /// Functions of 6 scalars: whose stub is new, whose stub exists, and their end.
    fn making(&self) {
        let scalars = [CScalar::Long, CScalar::Int, CScalar::Double, CScalar::Float].map(CType::scalar);
        let address: unsafe extern "C" fn() = self.address("add");
        let types = Arc::new(CTypes::new());
        let mut best = [Duration::MAX; 4];
        let options = CallOptions { errno: false, stubs: StubChoice::Native };
        let make = |number: usize| {
            let params = (0..6).map(|digit| scalars[number >> (2 * digit) & 3]).collect::<Vec<_>>();
            // SAFETY: it is not called.
            unsafe { Function::at(address as *const (), types.clone(), sig(&params, scalars[0]), options) }
                .expect("a type that can be called")
        };
        let mut kept = Vec::with_capacity(MADE);
        let mut again = Vec::with_capacity(MADE);
        for _ in 0..ROUNDS {
            timed(&mut best[0], || kept.extend((0..MADE).map(make)));
            timed(&mut best[1], || again.extend((0..MADE).map(make)));
            assert!(again.iter().all(|function| *function.path() == CallPath::Stub));
            timed(&mut best[2], || again.clear());
            timed(&mut best[3], || kept.clear());
        }
        let [made, found, dropped, freed] = best;
        made_row("a function with a new stub", made);
        made_row("a function whose stub exists", found);
        made_row("the end of a function", dropped);
        made_row("the end of a function and its stub", freed);
    }

    fn making_callbacks(&self) {
        let long = CType::scalar(CScalar::Long);
        let (types, sig) = (CTypes::new(), sig(&[long], long));
        let mut best = [Duration::MAX; 2];
        let make = |_| {
            let handler = |frame: &mut CallbackFrame<'_>| frame.set_result(frame.arg(0));
            Callback::with_choice(StubChoice::Native, &types, &sig, handler).expect("a callback")
        };
        let mut kept = Vec::with_capacity(MADE);
        for _ in 0..ROUNDS {
            timed(&mut best[0], || kept.extend((0..MADE).map(make)));
            timed(&mut best[1], || kept.clear());
        }
        made_row("a callback", best[0]);
        made_row("the end of a callback", best[1]);
    }
}

/// How many functions are made at once.
const MADE: usize = 256;

fn timed(best: &mut Duration, run: impl FnOnce()) {
    let start = Instant::now();
    run();
    *best = (*best).min(start.elapsed() / MADE as u32);
}

fn made_row(name: &str, time: Duration) {
    println!("{name:<44}{:>15} ns", time.as_nanos());
}

/// Asks this program for its own first call.
const COLD: &str = "--cold-call";

/// From before the first use of the crate to behind the first call.
fn cold_call() -> Duration {
    // SAFETY: libm has no initialisers that matter here, and `cos` has this address as long as it is loaded.
    let (_libm, cos) = unsafe {
        let libm = libloading::Library::new("libm.so.6").expect("libm");
        let cos = *libm.get::<*const ()>(b"cos").expect("cos");
        (libm, cos)
    };
    let start = Instant::now();
    let double = CType::scalar(CScalar::Double);
    let types = Arc::new(CTypes::new());
    // SAFETY: cos has this type, and libm stays loaded.
    let cos = unsafe { Function::at(cos, types, sig(&[double], double), CallOptions::default()) };
    let cos = cos.expect("a type that can be called");
    let mut frame = [Slot::from_f64(0.0), Slot::ZERO];
    // SAFETY: the frame has slots for the argument and the result.
    unsafe { cos.call_frame(&mut frame) };
    let time = start.elapsed();
    assert_eq!(frame[1].as_f64(), 1.0);
    time
}

fn cold_processes() {
    let program = std::env::current_exe().expect("this program");
    let mut times: Vec<u64> = (0..101)
        .map(|_| {
            let output = Command::new(&program).arg(COLD).output().expect("this program again");
            String::from_utf8_lossy(&output.stdout).trim().parse().expect("nanoseconds")
        })
        .collect();
    times.sort_unstable();
    let micros = |index: usize| times[index] as f64 / 1000.0;
    println!("{:<44}{:>15.1} µs, median {:.1}", "the first call of a process", micros(0), micros(50));
}

fn sig(params: &[CType], result: CType) -> FuncSig {
    FuncSig { params: params.into(), variadic: false, result, convention: None }
}

fn record(members: &[CScalar]) -> (CTypes, CType) {
    let mut types = CTypes::new();
    let members =
        members.iter().enumerate().map(|(index, &ty)| Member::new(format!("m{index}"), CType::scalar(ty)));
    let record = Record { members: Some(members.collect()), ..Record::default() };
    let id = types.declare_record(record);
    let ty = types.record_type(id);
    (types, ty)
}

/// Calls with a frame whose first argument counts.
fn frame_calls<const N: usize>(function: &Function, args: [Slot; N]) -> u64 {
    let mut frame = [Slot::ZERO; 12];
    frame[..N].copy_from_slice(&args);
    (0..CALLS).fold(0, |sum: u64, i| {
        frame[0] = Slot::from_bits(FIRST + i);
        // SAFETY: the frame has slots for the arguments, the result and errno.
        unsafe { function.call_frame(&mut frame) };
        sum.wrapping_add(frame[N].bits())
    })
}

fn text_calls(function: &Function, text: &CStr) -> u64 {
    let mut frame = [Slot::ZERO; 3];
    (0..CALLS).fold(0, |sum: u64, _| {
        frame[0] = Slot::from_ptr(black_box(text).as_ptr());
        // SAFETY: the frame has slots for the argument, the result and errno.
        unsafe { function.call_frame(&mut frame) };
        sum.wrapping_add(frame[1].bits())
    })
}

/// Prints nanoseconds of one call each, and their ratio.
fn row(name: &str, mut direct: impl FnMut() -> u64, mut ours: impl FnMut() -> u64) {
    let mut best = [Duration::MAX; 2];
    for _ in 0..ROUNDS {
        for (best, run) in best.iter_mut().zip([&mut direct as &mut dyn FnMut() -> u64, &mut ours]) {
            let start = Instant::now();
            black_box(run());
            *best = (*best).min(start.elapsed());
        }
    }
    let [direct, ours] = best.map(|best| best.as_secs_f64() * 1e9 / CALLS as f64);
    println!("{name:<44}{direct:>6.2} ns{ours:>6.2} ns{:>8.2}", ours / direct);
}
