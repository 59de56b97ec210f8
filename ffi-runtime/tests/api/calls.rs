//! Calls: arguments on the stack, variadic functions, errno, callbacks, conventions; and which code makes them.

use std::thread;

use vo_ffi_core::c::{CScalar, CType, CTypes, Convention, FuncSig};
use vo_ffi_runtime::{
    CallBuilder, CallOptions, Callback, FfiType, Function, StubChoice, TypedArg, call_extern,
    call_extern_errno, call_extern_variadic,
};

use crate::fixture::library;

const WAYS: [StubChoice; 2] = [StubChoice::Native, StubChoice::Libffi];

fn function(text: &str, stubs: StubChoice) -> Function {
    library().function_with(text, CallOptions { errno: false, stubs }).expect("a function")
}

#[test]
fn arguments_beyond_the_registers() {
    let args: Vec<TypedArg> = (1..10_i64).map(TypedArg::from).collect();
    let params = ["long"; 9].join(", ");
    for stubs in WAYS {
        let sum = function(&format!("long sum9({params})"), stubs);
        // SAFETY: the fixture's function has this type.
        assert_eq!(unsafe { sum.call(&args).expect("a call").i64 }, 285);
    }
    // SAFETY: as above.
    let result = unsafe { call_extern(library().symbol("sum9").expect("a symbol"), &args, FfiType::I64) };
    // SAFETY: it is a long.
    assert_eq!(unsafe { result.expect("a call").i64 }, 285);
}

#[test]
fn variadic_arguments_are_promoted() {
    let rows: [(&[TypedArg], f64); 6] = [
        (&[0.into()], 0.0),
        (&[1.into(), 7_i8.into()], 7.0),
        (&[2.into(), true.into(), 2.5_f32.into()], 3.5),
        (&[3.into(), (-7_i16).into(), 0.5.into(), 9_u8.into()], 2.5),
        (&[4.into(), 1.into(), 1.0.into(), 60_000_u16.into(), 0.25_f32.into()], 60002.25),
        (&[2.into(), 1.into(), 1.5.into()], 2.5),
    ];
    let address = library().symbol("total").expect("a symbol");
    for stubs in WAYS {
        let total = function("double total(int count, ...)", stubs);
        assert!(total.takes_more());
        for (args, expected) in rows.iter().chain(&rows) {
            // SAFETY: the fixture's function takes ints and doubles in turn.
            let results = unsafe {
                [total.call(args), call_extern_variadic(address, 1, args, FfiType::F64)]
                    .map(|result| result.expect("a call").f64)
            };
            assert_eq!(results, [*expected; 2]);
        }
    }
}

#[test]
fn errno_is_taken_with_each_call() {
    let library = library();
    for stubs in WAYS {
        let options = CallOptions { errno: true, stubs };
        let fail = library.function_with("int fail(int code)", options).expect("a function");
        let fine = library.function_with("void run(void)", options).expect("a function");
        for code in [2, 13] {
            // SAFETY: the fixture's function has this type.
            let (result, errno) = unsafe { fail.call_errno(&[code.into()]) }.expect("a call");
            // SAFETY: it is an int.
            assert_eq!((unsafe { result.i32 }, errno), (-1, code));
            // SAFETY: as above.
            assert_eq!(unsafe { fine.call_errno(&[]) }.expect("a call").1, 0);
        }
        let call = CallBuilder::of_library(&library, "fail").arg(FfiType::I32).returns(FfiType::I32);
        let call = call.errno().stubs(stubs).build().expect("a call");
        // SAFETY: as above.
        assert_eq!(unsafe { call.function.call_errno(&[5.into()]) }.expect("a call").1, 5);
    }
    let fail = library.symbol("fail").expect("a symbol");
    // SAFETY: as above.
    assert_eq!(unsafe { call_extern_errno(fail, &[11.into()], FfiType::I32) }.expect("a call").1, 11);
}

#[test]
fn other_conventions_and_names() {
    let text = "__attribute__((ms_abi)) long ms_mix(long a, double b, long c)";
    for stubs in WAYS {
        let declared = function(text, stubs);
        let library = library();
        let built =
            CallBuilder::of_library(&library, "ms_mix").arg(FfiType::I64).arg(FfiType::F64).arg(FfiType::I64);
        let built =
            built.returns(FfiType::I64).convention(Convention::Win64).stubs(stubs).build().expect("a call");
        for function in [&declared, &built.function] {
            assert_eq!(function.plan().convention, Convention::Win64);
            // SAFETY: the fixture's function has this type.
            let result = unsafe { function.call(&[1_i64.into(), 2.0.into(), 3_i64.into()]) };
            // SAFETY: it is a long.
            assert_eq!(unsafe { result.expect("a call").i64 }, 321);
        }
    }
    let renamed = function("int other(void) __asm__(\"real_name\")", StubChoice::Auto);
    // SAFETY: the fixture's function has this type.
    assert_eq!((renamed.name(), unsafe { renamed.call(&[]).expect("a call").i32 }), ("other", 7));
}

#[test]
fn callbacks_are_arguments() {
    let int = CType::scalar(CScalar::Int);
    let sig = FuncSig { params: vec![int], variadic: false, result: int, convention: None };
    let triple = Callback::new(&CTypes::new(), &sig, |frame| {
        let x = frame.arg(0).as_i64();
        frame.set_result(vo_ffi_core::Slot::from_i64(3 * x));
    });
    let triple = triple.expect("a callback");
    for stubs in WAYS {
        let apply = function("int apply(int (*f)(int), int x)", stubs);
        // SAFETY: the fixture's function has this type, and the callback that of its argument.
        assert_eq!(unsafe { apply.call(&[(&triple).into(), 5.into()]).expect("a call").i32 }, 45);
    }
}

/// The code of a signature may lose its place in the thread's memory while C runs it.
#[test]
fn calls_in_calls_by_address() {
    let int = CType::scalar(CScalar::Int);
    let sig = FuncSig { params: vec![int], variadic: false, result: int, convention: None };
    let neg = library().symbol("neg_i32").expect("a symbol");
    let run = library().symbol("run").expect("a symbol");
    let nested = Callback::new(&CTypes::new(), &sig, move |frame| {
        let x = frame.arg(0).as_i64() as i32;
        let result = {
            // More signatures than a thread keeps; none of them is called with what it takes, so nothing is called.
            for count in 0..300 {
                let args: Vec<TypedArg> = (0..count % 40).map(|_| (count as f32).into()).collect();
                // SAFETY: `run` takes nothing; the caller clears what is passed on the stack.
                unsafe { call_extern(run, &args, FfiType::Void) }.expect("a call");
            }
            // SAFETY: the fixture's function has this type.
            unsafe { call_extern(neg, &[x.into()], FfiType::I32).expect("a call").i32 }
        };
        frame.set_result(vo_ffi_core::Slot::from_i64(result.into()));
    });
    let nested = nested.expect("a callback");
    let apply = library().symbol("apply").expect("a symbol");
    for _ in 0..3 {
        // SAFETY: the fixture's function has this type, and the callback that of its argument.
        let result = unsafe { call_extern(apply, &[(&nested).into(), 5.into()], FfiType::I32) };
        // SAFETY: it is an int.
        assert_eq!(unsafe { result.expect("a call").i32 }, 5);
    }
}

#[test]
fn functions_belong_to_no_thread() {
    let negate = function("long neg_i64(long)", StubChoice::Auto);
    let address = library().symbol("neg_i64").expect("a symbol");
    thread::scope(|scope| {
        for start in 0..4_i64 {
            let negate = &negate;
            scope.spawn(move || {
                for x in start..start + 1000 {
                    // SAFETY: the fixture's function has this type.
                    let results = unsafe {
                        [negate.call(&[x.into()]), call_extern(address, &[x.into()], FfiType::I64)]
                            .map(|result| result.expect("a call").i64)
                    };
                    assert_eq!(results, [-x; 2]);
                }
            });
        }
    });
}

#[test]
fn how_a_function_is_called_is_told() {
    let rows = [
        (
            function("struct point { double x, y; }; struct point swap(struct point p)", StubChoice::Native),
            "struct point swap(struct point p)\n\
             convention: sysv64, the default\n\
             called by: a stub of its own signature\n\
             sysv64, 0 bytes on the stack\n\
             slot 0: 16 bytes -> [0..8] xmm0, [8..16] xmm1\n\
             slot 1: 16 bytes <- [0..8] xmm0, [8..16] xmm1\n",
        ),
        (
            function("__attribute__((ms_abi)) long ms_mix(long, double, long)", StubChoice::Libffi),
            "long ms_mix(long, double, long)\n\
             convention: win64, as declared, not this machine's own\n\
             called by: libffi: libffi was asked for\n\
             win64, 32 bytes on the stack\n\
             slot 0: i64 -> rcx\n\
             slot 1: double -> xmm1\n\
             slot 2: i64 -> r8\n\
             slot 3: i64 <- rax\n",
        ),
        (
            function("double total(int count, ...)", StubChoice::Native)
                .with_arguments(&[CType::scalar(CScalar::Float)])
                .expect("a function"),
            "double total(int count, ..., float)\n\
             convention: sysv64, the default\n\
             called by: a stub of its own signature\n\
             sysv64, 0 bytes on the stack, al = 1\n\
             slot 0: i32 -> rdi\n\
             slot 1: double -> xmm0\n\
             slot 2: double <- xmm0\n",
        ),
    ];
    for (function, expected) in rows {
        assert_eq!(function.explain(), expected);
    }
}
