//! What is said where something is wrong.

use vo_ffi_core::c::{Declarations, Target};
use vo_ffi_runtime::{
    CallBuilder, CallError, CallOptions, FfiType, FfiValue, Function, Library, StubChoice, TypedArg,
    call_extern, call_extern_variadic,
};

use crate::fixture::{library, path};

#[test]
fn functions_that_cannot_be_had() {
    let path = path();
    let at = format!("{path} ({path})");
    let rows = [
        ("int neg_i23(int)", format!("{at} exports no `neg_i23`; did you mean `neg_i128` or `neg_i16` or `neg_i32`?")),
        ("int nothing_like_it(int)", format!("{at} exports no `nothing_like_it`; `nm -D {path}` lists what it exports")),
        ("int counter(void)", format!("`counter` is a variable of {path}, not a function")),
        ("int neg_i32(int); int neg_i64(int);", "the text declares several functions, `neg_i32`, `neg_i64`; parse it as Declarations and name one".into()),
        ("struct s { int a; };", "the text declares no function; write one, as \"double cos(double x);\"".into()),
        ("", "the text declares no function; write one, as \"double cos(double x);\"".into()),
        ("static int neg_i32(int)", "`neg_i32` is declared static, so no library has it; leave that out".into()),
        (
            "struct s; int neg_i32(struct s)",
            "`neg_i32` cannot be called: parameter 1: `struct s` has no size: it is incomplete; pass a pointer to it".into(),
        ),
        (
            "struct s; struct s neg_i32(int)",
            "`neg_i32` cannot be called: the result: `struct s` has no size: it is incomplete; return a pointer to it".into(),
        ),
        (
            "int neg_i32(nit x, strct point p)",
            "\
error: unknown type `nit`
 --> C:1:13
  |
1 | int neg_i32(nit x, strct point p)
  |             ^^^

error: unknown type `strct`
 --> C:1:20
  |
1 | int neg_i32(nit x, strct point p)
  |                    ^^^^^
  |
  = help: did you mean `struct`?"
                .into(),
        ),
    ];
    for (text, expected) in rows {
        assert_eq!(library().function(text).expect_err(text).to_string(), expected, "{text}");
    }
}

#[test]
fn variables_that_cannot_be_had() {
    let path = path();
    let at = format!("{path} ({path})");
    let rows = [
        ("extern int countr", format!("{at} exports no `countr`; did you mean `counter`?")),
        ("extern int neg_i32", format!("`neg_i32` is a function of {path}, not a variable")),
        (
            "extern _Thread_local int per_thread",
            "each thread has its own `per_thread`; call a C function that reads or writes it".into(),
        ),
        ("static int counter", "`counter` is declared static, so no library has it; leave that out".into()),
        ("extern struct s counter", "`struct s` has no size: it is incomplete".into()),
        ("int f(void)", "the text declares no variable; write one, as \"extern int count;\"".into()),
        (
            "extern int counter, limit",
            "the text declares several variables, `counter`, `limit`; parse it as Declarations and name one"
                .into(),
        ),
    ];
    for (text, expected) in rows {
        assert_eq!(library().variable(text).expect_err(text).to_string(), expected, "{text}");
    }
}

#[test]
fn names_that_are_not_declared() {
    let header = "int neg_i32(int); int neg_i64(int); extern int counter;";
    let declarations = Declarations::parse(header, Target::HOST).expect("no errors");
    let function = |name: &str| library().function_of(&declarations, name).expect_err(name).to_string();
    let variable = |name: &str| library().variable_of(&declarations, name).expect_err(name).to_string();
    assert_eq!(
        [function("neg_i16"), function("counter"), variable("conter"), variable("x")],
        [
            "the declarations have no function `neg_i16`; did you mean `neg_i32` or `neg_i64`?",
            "the declarations have no function `counter`",
            "the declarations have no variable `conter`; did you mean `counter`?",
            "the declarations have no variable `x`",
        ]
    );
}

#[test]
fn names_that_cannot_be() {
    let library = library();
    assert_eq!(
        [
            Library::open("").expect_err("no name").to_string(),
            Library::open("lib\0m").expect_err("a NUL").to_string(),
            library.symbol("").expect_err("no name").to_string(),
            library.symbol("neg\0i32").expect_err("a NUL").to_string(),
        ],
        [
            "the library's name \"\" is empty",
            "the library's name \"lib\\0m\" has a NUL byte",
            "the symbol's name \"\" is empty",
            "the symbol's name \"neg\\0i32\" has a NUL byte",
        ]
    );
}

#[test]
fn calls_that_cannot_be_built() {
    let builder = |symbol: &str| CallBuilder::of_library(&library(), symbol);
    let (path, array) = (path(), FfiType::parse("int[3]").expect("a type"));
    let bits = FfiType::parse("struct bits { int a : 3; }").expect("a type");
    let rows = [
        (builder("neg_i23"), format!("{path} ({path}) exports no `neg_i23`; did you mean `neg_i128` or `neg_i16` or `neg_i32`?")),
        (builder("counter"), format!("`counter` is a variable of {path}, not a function")),
        (builder("run").arg(FfiType::Void), "`run` cannot be called: parameter 1: `void` has no size: it is incomplete; pass a pointer to it".into()),
        (builder("run").arg(array.clone()), "`run` cannot be called: parameter 1: C passes no arrays by value, as `int[3]`; pass a pointer".into()),
        (builder("run").returns(array), "`run` cannot be called: the result: C returns no arrays, as `int[3]`; return a pointer".into()),
        (
            builder("run").arg(bits).stubs(StubChoice::Libffi),
            "`run` cannot be called: it cannot be called here: libffi was asked for; libffi has no bit-fields: struct bits".into(),
        ),
    ];
    for (builder, expected) in rows {
        assert_eq!(builder.build().expect_err("it cannot be built").to_string(), expected);
    }
}

fn refused(function: &Function, args: &[TypedArg]) -> String {
    // SAFETY: nothing is called.
    unsafe { function.call(args) }.expect_err("a refusal").to_string()
}

#[test]
fn arguments_that_differ() {
    let library = library();
    let named = library.function("double mid(double x, int)__asm__(\"neg_f64\")").expect("a function");
    let total = library.function("double total(int count, ...)").expect("a function");
    let point = "struct point { double x, y; }";
    let swap = library.function(&format!("{point}; struct point swap(struct point p);")).expect("a function");
    let take = library.function(&format!("{point}; void run(struct point p);")).expect("a function");
    let other = FfiType::parse("struct point { float x, y, z, w; }").expect("a type");
    let fail = library.function("int fail(int code)").expect("a function");
    let null = |ty: &FfiType| TypedArg::new(ty.clone(), FfiValue::ZERO);
    let rows = [
        (refused(&named, &[]), "`mid` takes 2 arguments, and got 0"),
        (refused(&named, &[1.0.into(), 2.into(), 3.into()]), "`mid` takes 2 arguments, and got 3"),
        (refused(&fail, &[]), "`fail` takes 1 argument, and got 0"),
        (refused(&named, &[1.into(), 2.into()]), "argument 1 `x` of `mid` is f64, and got i32"),
        (refused(&named, &[1.0.into(), 2_u32.into()]), "argument 2 of `mid` is i32, and got u32"),
        (refused(&named, &[1.0.into(), c"2".into()]), "argument 2 of `mid` is i32, and got string"),
        (refused(&total, &[]), "`total` takes at least 1 argument, and got 0"),
        (refused(&total, &[1_i64.into(), 2.into()]), "argument 1 `count` of `total` is i32, and got i64"),
        (
            refused(&total, &[1.into(), null(&FfiType::Void)]),
            "`total` cannot be called: parameter 2: `void` has no size: it is incomplete; pass a pointer to it",
        ),
        (
            refused(&swap, &[null(swap.result())]),
            "`swap` returns struct point, for which the call has no place; use call_into or call_image",
        ),
        (
            refused(&take, &[null(swap.result())]),
            "argument 1 `p` of `run` is the address of a struct point, and got NULL",
        ),
        (
            refused(&take, &[TypedArg::image(other, &[0_f32; 4])]),
            "argument 1 `p` of `run` is struct point, and got struct point",
        ),
    ];
    for (error, expected) in rows {
        assert_eq!(error, expected);
    }
    // SAFETY: nothing is called.
    let error = unsafe { fail.call_errno(&[1.into()]) }.expect_err("no errno").to_string();
    assert_eq!(error, "`fail` was made without errno; ask for it in CallOptions or with CallBuilder::errno");
}

#[test]
fn calls_by_address_that_differ() {
    let null = std::ptr::null::<()>();
    let run = library().symbol("run").expect("a symbol");
    let point = FfiType::parse("struct point { double x, y; }").expect("a type");
    let image = [TypedArg::new(point.clone(), FfiValue::ZERO)];
    let void = [TypedArg::new(FfiType::Void, FfiValue::ZERO)];
    let many: Vec<TypedArg> = (0..1001).map(TypedArg::from).collect();
    // SAFETY: nothing is called.
    let errors: [Result<FfiValue, CallError>; 6] = unsafe {
        [
            call_extern(null, &[], FfiType::Void),
            call_extern(run, &image, FfiType::Void),
            call_extern(run, &[], point),
            call_extern(run, &void, FfiType::Void),
            call_extern(run, &many, FfiType::Void),
            call_extern_variadic(run, 2, &[1.into()], FfiType::Void),
        ]
    };
    assert_eq!(
        errors.map(|error| error.expect_err("a refusal").to_string()),
        [
            "the function's address is NULL",
            "argument 1 of the function is the address of a struct point, and got NULL",
            "the function returns struct point, for which the call has no place; use call_into or call_image",
            "the function cannot be called: parameter 1: `void` has no size: it is incomplete; pass a pointer to it",
            "the function cannot be called: 1001 arguments are more than the 1000 of a call",
            "the function takes at least 2 arguments, and got 1",
        ]
    );
}

#[test]
fn types_that_cannot_be() {
    let rows = [
        ("struct s", "`struct s` has no size: it is incomplete"),
        ("int[]", "`int[]` has no size: it is incomplete"),
        ("int(int)", "`int (int)` has no size: it is incomplete"),
        (
            "struct { nit x; }",
            "error: unknown type `nit`\n --> C:1:10\n  |\n1 | struct { nit x; }\n  |          ^^^",
        ),
    ];
    for (text, expected) in rows {
        assert_eq!(FfiType::parse(text).expect_err(text).to_string(), expected, "{text}");
    }
}

#[test]
fn a_way_that_there_is_not_is_an_error() {
    let text = "union u { int i; float f; }; void run(union u)";
    let options = CallOptions { errno: false, stubs: StubChoice::Libffi };
    let error = library().function_with(text, options).expect_err("libffi has no unions").to_string();
    assert_eq!(
        error,
        "`run` cannot be called: it cannot be called here: libffi was asked for; libffi has no unions: union u"
    );
}
