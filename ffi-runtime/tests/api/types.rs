//! A C function of each type, called by every way there is.

use vo_ffi_runtime::{
    CallBuilder, CallError, CallOptions, CallPath, FfiType, FfiValue, Library, StubChoice, TypedArg,
    call_extern_image,
};

use crate::fixture::library;

fn parse(text: &str) -> FfiType {
    FfiType::parse(text).expect("a type")
}

/// A function `T f(T)`, an argument as its bytes, and the result's bytes.
struct Row {
    symbol: &'static str,
    ty: FfiType,
    c: &'static str,
    arg: Vec<u8>,
    expected: Vec<u8>,
    /// Whether libffi can call it.
    libffi: bool,
}

fn row(symbol: &'static str, ty: FfiType, c: &'static str, arg: &[u8], expected: &[u8]) -> Row {
    Row { symbol, ty, c, arg: arg.into(), expected: expected.into(), libffi: true }
}

/// The bytes of a `long double` that is an integer: x87's 64 bits of fraction, then exponent and sign.
fn x87(value: i16) -> Vec<u8> {
    let bits = u64::from(value.unsigned_abs());
    let shift = bits.leading_zeros();
    let exponent = if bits == 0 { 0 } else { 16383 + 63 - shift as u16 };
    let sign = if value < 0 { 0x8000 } else { 0 };
    let mut bytes = (bits << shift).to_le_bytes().to_vec();
    bytes.extend((exponent | sign).to_le_bytes());
    bytes.resize(16, 0);
    bytes
}

fn rows() -> Vec<Row> {
    const NUMBERS: [i32; 2] = [7, 8];
    let text = c"hello".as_ptr();
    let numbers = NUMBERS.as_ptr();
    let pair = |a: &[u8], b: &[u8]| [a, b].concat();
    let mut rows = vec![
        row("not_bool", FfiType::Bool, "_Bool", &[1], &[0]),
        row("neg_i8", FfiType::I8, "signed char", &100_i8.to_ne_bytes(), &(-100_i8).to_ne_bytes()),
        row("neg_i16", FfiType::I16, "short", &300_i16.to_ne_bytes(), &(-300_i16).to_ne_bytes()),
        row("neg_i32", FfiType::I32, "int", &70_000_i32.to_ne_bytes(), &(-70_000_i32).to_ne_bytes()),
        row("neg_i64", FfiType::I64, "long", &(1_i64 << 40).to_ne_bytes(), &(-1_i64 << 40).to_ne_bytes()),
        row("inv_u8", FfiType::U8, "unsigned char", &[1], &[254]),
        row("inv_u16", FfiType::U16, "unsigned short", &1_u16.to_ne_bytes(), &0xfffe_u16.to_ne_bytes()),
        row("inv_u32", FfiType::U32, "unsigned", &1_u32.to_ne_bytes(), &0xffff_fffe_u32.to_ne_bytes()),
        row("inv_u64", FfiType::U64, "size_t", &1_u64.to_ne_bytes(), &(!1_u64).to_ne_bytes()),
        row("neg_f32", FfiType::F32, "float", &1.5_f32.to_ne_bytes(), &(-1.5_f32).to_ne_bytes()),
        row("neg_f64", FfiType::F64, "double", &0.1_f64.to_ne_bytes(), &(-0.1_f64).to_ne_bytes()),
        row(
            "next_i32",
            FfiType::Pointer,
            "const int *",
            &numbers.addr().to_ne_bytes(),
            &(numbers.addr() + 4).to_ne_bytes(),
        ),
        row(
            "tail",
            FfiType::String,
            "const char *",
            &text.addr().to_ne_bytes(),
            &(text.addr() + 1).to_ne_bytes(),
        ),
        row(
            "neg_i128",
            FfiType::I128,
            "__int128",
            &(1_i128 << 100).to_ne_bytes(),
            &(-1_i128 << 100).to_ne_bytes(),
        ),
        row("inv_u128", FfiType::U128, "unsigned __int128", &1_u128.to_ne_bytes(), &(!1_u128).to_ne_bytes()),
        row("neg_long_double", FfiType::LongDouble, "long double", &x87(300), &x87(-300)),
        row(
            "conj_f32",
            FfiType::ComplexF32,
            "_Complex float",
            &pair(&1.5_f32.to_ne_bytes(), &2.5_f32.to_ne_bytes()),
            &pair(&1.5_f32.to_ne_bytes(), &(-2.5_f32).to_ne_bytes()),
        ),
        row(
            "conj_f64",
            FfiType::ComplexF64,
            "_Complex double",
            &pair(&1.5_f64.to_ne_bytes(), &2.5_f64.to_ne_bytes()),
            &pair(&1.5_f64.to_ne_bytes(), &(-2.5_f64).to_ne_bytes()),
        ),
        row(
            "conj_long_double",
            FfiType::ComplexLongDouble,
            "_Complex long double",
            &pair(&x87(3), &x87(4)),
            &pair(&x87(3), &x87(-4)),
        ),
        row(
            "swap",
            parse("struct point { double x, y; }"),
            "struct point { double x, y; }",
            &pair(&1.5_f64.to_ne_bytes(), &2.5_f64.to_ne_bytes()),
            &pair(&2.5_f64.to_ne_bytes(), &1.5_f64.to_ne_bytes()),
        ),
        row(
            "neg_tagged",
            parse("struct { char kind; union { long whole; double part; }; }"),
            "struct { char kind; union { long whole; double part; }; }",
            &pair(&[b'w', 0, 0, 0, 0, 0, 0, 0], &5_i64.to_ne_bytes()),
            &pair(&[b'w', 0, 0, 0, 0, 0, 0, 0], &(-5_i64).to_ne_bytes()),
        ),
        row(
            "swap_wide",
            parse("struct { long double values[2]; } __attribute__((aligned(64)))"),
            "struct wide { long double values[2]; } __attribute__((aligned(64)))",
            &[x87(3), x87(4), vec![0; 32]].concat(),
            &[x87(4), x87(3), vec![0; 32]].concat(),
        ),
    ];
    for row in &mut rows {
        let not_libffis = ["neg_i128", "inv_u128", "neg_tagged", "swap_wide"];
        row.libffi = !not_libffis.contains(&row.symbol);
    }
    rows
}

fn arg_of(row: &Row) -> TypedArg {
    if row.ty.is_image() {
        return TypedArg::image(row.ty.clone(), &row.arg[..]);
    }
    let mut bytes = [0xee; 8];
    bytes[..row.arg.len()].copy_from_slice(&row.arg);
    TypedArg::new(row.ty.clone(), FfiValue { u64: u64::from_ne_bytes(bytes) })
}

/// The bytes of a result that count: of a `long double`, 10.
fn counting(row: &Row, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if row.symbol.contains("long_double") || row.symbol == "swap_wide" {
        bytes.chunks_mut(16).for_each(|chunk| chunk[10..].fill(0));
    }
    if row.symbol == "swap_wide" {
        bytes[32..].fill(0);
    }
    if row.symbol == "neg_tagged" {
        bytes[1..8].fill(0);
    }
    bytes
}

fn built(library: &Library, row: &Row, stubs: StubChoice) -> Result<vo_ffi_runtime::Call, String> {
    CallBuilder::of_library(library, row.symbol)
        .arg(row.ty.clone())
        .returns(row.ty.clone())
        .stubs(stubs)
        .build()
        .map_err(|error| error.to_string())
}

#[test]
fn every_type_goes_to_c_and_comes_back() {
    let library = library();
    for row in rows() {
        for stubs in [StubChoice::Native, StubChoice::Libffi] {
            let call = match built(&library, &row, stubs) {
                Ok(call) => call,
                Err(error) => {
                    assert!(stubs == StubChoice::Libffi && !row.libffi, "{}: {error}", row.symbol);
                    continue;
                }
            };
            assert!(row.libffi || stubs == StubChoice::Native, "{} by libffi", row.symbol);
            let is_stub = *call.function.path() == CallPath::Stub;
            assert_eq!(is_stub, stubs == StubChoice::Native, "{}", row.symbol);
            // SAFETY: the fixture's function has this type.
            let result = unsafe { call.function.call_image(&[arg_of(&row)]) }.expect("a call");
            assert_eq!(counting(&row, &result), row.expected, "{} by {stubs:?}", row.symbol);
            assert!(result.as_ptr().addr().is_multiple_of(row.ty.align()));
        }
        if !row.libffi && StubChoice::from_env() == StubChoice::Libffi {
            continue;
        }
        // SAFETY: the fixture's function has this type.
        let result = unsafe {
            call_extern_image(library.symbol(row.symbol).expect("a symbol"), &[arg_of(&row)], row.ty.clone())
        };
        assert_eq!(counting(&row, &result.expect("a call")), row.expected, "{} by its address", row.symbol);
    }
}

#[test]
fn c_text_names_the_same_types() {
    for row in rows() {
        let parsed = parse(row.c);
        assert_eq!((parsed.size(), parsed.align()), (row.ty.size(), row.ty.align()), "{}", row.c);
        assert_eq!(row.arg.len(), row.ty.size(), "{}", row.c);
        if !matches!(row.ty, FfiType::Other(_)) {
            assert_eq!(parsed, row.ty, "{}", row.c);
        }
    }
    let rows = [
        ("void", "void 0/1"),
        ("char", "i8 1/1"),
        ("enum { RED, GREEN = -1 }", "i32 4/4"),
        ("unsigned long long", "u64 8/8"),
        ("char *", "string 8/8"),
        ("unsigned char *", "pointer 8/8"),
        ("const char **", "pointer 8/8"),
        ("int (*)(int)", "pointer 8/8"),
        ("int[3]", "int[3] 12/4"),
        ("struct s { char c; short s; }", "struct s 4/2"),
        ("union { char c; long l; }", "union of 8 bytes 8/8"),
    ];
    for (text, expected) in rows {
        let ty = parse(text);
        assert_eq!(format!("{ty} {}/{}", ty.size(), ty.align()), expected, "{text}");
    }
}

#[test]
fn types_are_equal_where_their_definitions_are() {
    let point = parse("struct point { double x, y; }");
    assert_eq!(point, parse("struct point { double x; double y; }"));
    for other in [
        "struct point { double y, x; }",
        "struct { double x, y; }",
        "struct point { double x, y; } __attribute__((packed))",
        "struct point { struct { double x; }; double y; }",
        "double[2]",
    ] {
        assert_ne!(point, parse(other), "{other}");
    }
}

#[test]
fn results_go_to_any_place() {
    let library = library();
    let wide = "struct wide { long double values[2]; } __attribute__((aligned(64)))";
    let options = CallOptions { errno: false, stubs: StubChoice::Native };
    let swap = library.function_with(&format!("{wide}; struct wide swap_wide(struct wide)"), options);
    let swap = swap.expect("a function");
    let arg = [x87(3), x87(4), vec![0; 32]].concat();
    let arg = TypedArg::image(swap.result().clone(), &arg[..]);
    let mut bytes = [0xee; 64 + 65];
    for offset in [0, 1, 7, 16] {
        // SAFETY: the fixture's function has this type.
        unsafe { swap.call_into(std::slice::from_ref(&arg), &mut bytes[offset..][..64]) }.expect("a call");
        assert_eq!(bytes[offset..][..10], x87(4)[..10], "{offset}");
        assert_eq!(bytes[offset + 64], 0xee, "{offset}");
        bytes.fill(0xee);
    }
    let negate = library.function("short neg_i16(short)").expect("a function");
    let mut place = [0; 2];
    // SAFETY: as above.
    unsafe { negate.call_into(&[300_i16.into()], &mut place) }.expect("a call");
    assert_eq!(i16::from_ne_bytes(place), -300);
    let run = library.function("void run(void)").expect("a function");
    // SAFETY: as above.
    let result = unsafe { run.call_image(&[]) }.expect("a call");
    assert_eq!(result[..], []);
    // SAFETY: as above.
    let error: CallError = unsafe { run.call_into(&[], &mut place) }.expect_err("a place for nothing");
    assert_eq!(error.to_string(), "`run` returns void, which has 0 bytes, and the place for it has 2");
}
