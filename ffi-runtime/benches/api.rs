//! What the comfortable ways of calling cost beside a direct call through a pointer: calls whose arguments are compared
//! with a declaration, calls by address with the types at hand, calls with objects; and finding a symbol again. Best of
//! many. Run with `./x bench`.

use std::ffi::c_int;
use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use vo_ffi_runtime::c_entry::{VoFfiArg, vo_ffi_call_extern};
use vo_ffi_runtime::{
    Call, CallBuilder, CallOptions, FfiType, FfiValue, Kept, Library, Marshaler, Marshalers, StubChoice,
    TypedArg, call_extern, marshal_args,
};

const CALLS: u32 = 10_000;
const ROUNDS: u32 = 400;

/// Objects are numbers.
struct Numbers;

// SAFETY: each value is a double, and nothing else is given.
unsafe impl Marshaler for Numbers {
    unsafe fn to_c(&self, object: *const u8, ty: &FfiType, _: &mut Kept) -> Result<FfiValue, String> {
        match ty {
            // SAFETY: these objects are numbers.
            FfiType::F64 => Ok(FfiValue { f64: unsafe { *object.cast::<f64>() } }),
            other => Err(format!("a number is no {other}")),
        }
    }

    unsafe fn from_c(&self, value: FfiValue, _: &FfiType) -> Result<*const u8, String> {
        // SAFETY: the value is a double; the object is its bits.
        Ok(std::ptr::without_provenance(unsafe { value.u64 } as usize))
    }
}

fn main() {
    let libm = Library::open("libm.so.6").expect("every Linux has libm");
    let fmax = libm.symbol("fmax").expect("libm has it");
    symbols(&libm);
    let marshalers = Arc::new(Marshalers::new(Numbers));
    for stubs in [StubChoice::Native, StubChoice::Libffi] {
        let options = CallOptions { errno: false, stubs };
        let function = libm.function_with("double fmax(double, double)", options).expect("libm has it");
        println!("{stubs:?}");
        row("  checked call, fmax(double, double)", || {
            // SAFETY: this is the type of `fmax`.
            black_box(unsafe { function.call(&[black_box(1.5).into(), 2.5.into()]) }.is_ok());
        });
        let call = Call::new(function, marshalers.clone());
        let numbers = [1.5, 2.5];
        let objects = numbers.each_ref().map(|number| std::ptr::from_ref(number).cast::<u8>());
        row("  with objects", || {
            // SAFETY: this is the type of `fmax`, and the objects are numbers.
            black_box(unsafe { call.call_objects(black_box(&objects)) }.is_ok());
        });
    }
    println!("by address");
    // SAFETY: this is the type of `fmax`.
    let direct: extern "C" fn(f64, f64) -> f64 = unsafe { std::mem::transmute(fmax.address()) };
    row("  a direct call", || {
        black_box(black_box(direct)(black_box(1.5), 2.5));
    });
    row("  call_extern, two doubles", || {
        // SAFETY: this is the type of `fmax`.
        black_box(unsafe { call_extern(fmax, &[black_box(1.5).into(), 2.5.into()], FfiType::F64) }.is_ok());
    });
    entry(fmax.address());
    struct_by_address();
    objects();
    building(&libm);
}

fn symbols(libm: &Library) {
    for name in ["cos", "feraiseexcept"] {
        row(&format!("a symbol that is known, {name}"), || {
            black_box(libm.symbol(black_box(name)).is_ok());
        });
    }
}

fn entry(fmax: *const ()) {
    let args = [1.5, 2.5].map(|f64| VoFfiArg { ty: 11, value: FfiValue { f64 } });
    let mut result = FfiValue::ZERO;
    row("  vo_ffi_call_extern, two doubles", || {
        // SAFETY: this is the type of `fmax`, and the result has a place.
        let status: c_int = unsafe { vo_ffi_call_extern(fmax, black_box(args.as_ptr()), 2, 11, &mut result) };
        assert_eq!(black_box(status), 0);
    });
}

fn struct_by_address() {
    #[repr(C)]
    struct Point {
        x: f64,
        y: f64,
    }
    extern "C" fn sum(point: Point) -> f64 {
        point.x + point.y
    }
    let ty = FfiType::parse("struct point { double x, y; }").expect("a type");
    let arg = TypedArg::image(ty, &Point { x: 1.0, y: 2.0 });
    row("  call_extern, a struct of 16 bytes", || {
        let args = std::slice::from_ref(black_box(&arg));
        // SAFETY: this is the type of `sum`.
        black_box(unsafe { call_extern(sum as *const (), args, FfiType::F64) }.is_ok());
    });
}

fn objects() {
    let marshalers = Marshalers::new(Numbers);
    let numbers = [1.5; 8];
    let objects = numbers.each_ref().map(|number| std::ptr::from_ref(number).cast::<u8>());
    let types = [const { FfiType::F64 }; 8];
    let mut out = [FfiValue::ZERO; 8];
    row("marshal_args, 8 numbers", || {
        // SAFETY: the objects are numbers.
        let result =
            unsafe { marshal_args(&marshalers, black_box(&objects), &types, &mut out, &mut Kept::default()) };
        black_box((result.is_ok(), &out));
    });
}

fn building(libm: &Library) {
    let kept = CallBuilder::of_library(libm, "sqrt").arg(FfiType::F64).returns(FfiType::F64).build();
    row("CallBuilder::build, where the stub exists", || {
        let call = CallBuilder::of_library(libm, "sqrt").arg(FfiType::F64).returns(FfiType::F64).build();
        black_box(call.is_ok());
    });
    row("lib.function(\"double sqrt(double x)\")", || {
        black_box(libm.function(black_box("double sqrt(double x)")).is_ok());
    });
    drop(kept);
}

/// Prints the nanoseconds of one run.
fn row(name: &str, mut run: impl FnMut()) {
    let mut best = Duration::MAX;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        for _ in 0..CALLS / 100 {
            run();
        }
        best = best.min(start.elapsed());
    }
    println!("{name:<48}{:>8.1} ns", best.as_secs_f64() * 1e9 / f64::from(CALLS / 100));
}
