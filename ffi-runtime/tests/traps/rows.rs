//! One row for each trap that a call and its result show.

use libtest_mimic::{Failed, Trial};
use vo_ffi_runtime::StubChoice;

use crate::fixture::{Fixture, bytes, call};

/// What libffi makes of a function.
enum Libffi {
    /// The same.
    Same,
    /// Nothing, for this reason.
    Refuses(&'static str),
}
use Libffi::{Refuses, Same};

struct Row {
    function: &'static str,
    /// The types of arguments behind the parameters.
    more: &'static [&'static str],
    args: Vec<Vec<u8>>,
    result: Vec<u8>,
    libffi: Libffi,
}

fn row(function: &'static str, args: Vec<Vec<u8>>, result: Vec<u8>, libffi: Libffi) -> Row {
    Row { function, more: &[], args, result, libffi }
}

/// A `long double` that is a small integer. Of its 16 bytes x87 has ten; the others are as [`call`] leaves them.
fn long_double(value: u16) -> Vec<u8> {
    let shift = value.leading_zeros();
    let mantissa = u64::from(value) << (48 + shift);
    bytes![mantissa, 0x3fff_u16 + 15 - shift as u16, 0xdddd_u16, 0xdddd_dddd_u32]
}

fn longs(numbers: &[i64]) -> Vec<Vec<u8>> {
    numbers.iter().map(|number| bytes![number]).collect()
}

fn doubles(numbers: &[f64]) -> Vec<Vec<u8>> {
    numbers.iter().map(|number| bytes![number]).collect()
}

/// Arguments of several kinds, in order.
fn all(parts: &[Vec<Vec<u8>>]) -> Vec<Vec<u8>> {
    parts.concat()
}

fn rows() -> Vec<Row> {
    let one = |bytes: Vec<u8>| vec![bytes];
    let wide = || {
        let mut wide = vec![0; 64];
        wide[39] = 5;
        wide
    };
    vec![
        row(
            "long_double",
            vec![long_double(40), bytes![2.0_f64]],
            long_double(42),
            Refuses("libffi returns structs with long double wrongly: struct ld"),
        ),
        row(
            "sixth",
            all(&[one(bytes![2.5_f32]), longs(&[1, 2, 3, 4, 5]), one(bytes![1.5_f64, 7_i64])]),
            bytes![2672.0_f64],
            Same,
        ),
        row("in_xmm0_and_rax", vec![bytes![1.0_f64], bytes![41_i64]], bytes![1.5_f64, 42_i64], Same),
        row("in_rax_and_xmm0", vec![bytes![41_i64], bytes![1.0_f64]], bytes![42_i64, 1.5_f64], Same),
        row("in_xmm0_and_rax_ms", vec![bytes![1.0_f64], bytes![41_i64]], bytes![1.5_f64, 42_i64], Same),
        row(
            "whole_on_stack",
            all(&[longs(&[1, 2, 3, 4, 5]), one(bytes![6_i64, 7_i64]), longs(&[8])]),
            bytes![87_615_i64],
            Same,
        ),
        row(
            "whole_on_stack_too",
            all(&[doubles(&[1., 2., 3., 4., 5., 6., 7.]), one(bytes![8_f64, 9_f64]), doubles(&[10.])]),
            bytes![109_828_f64],
            Same,
        ),
        row(
            "mixed_on_stack",
            all(&[longs(&[1, 2, 3, 4, 5, 6]), one(bytes![7_f64, 8_i64]), doubles(&[9.])]),
            bytes![98_721_f64],
            Same,
        ),
        row(
            "stack_is_aligned",
            vec![bytes![30_i64], wide(), bytes![7_i8]],
            bytes![42_i64],
            Refuses("libffi would lay it out otherwise: struct wide"),
        ),
        row(
            "copy_is_aligned_ms",
            vec![bytes![30_i64], wide(), bytes![7_i8]],
            bytes![42_i64],
            Refuses("libffi would lay it out otherwise: struct wide"),
        ),
        row("of_union", one(bytes![41_i64]), bytes![42_i64], Refuses("libffi has no unions: union number")),
        row(
            "of_bits",
            one(bytes![(7_u64 << 3) | 1 | (9 << 16)]),
            bytes![(8_u64 << 3) | 2 | (8 << 16)],
            Refuses("libffi has no bit-fields: struct bits"),
        ),
        row(
            "of_packed",
            vec![bytes![1_i8, 1.5_f64], bytes![2.0_f64]],
            bytes![2_i8, 3.5_f64],
            Refuses("libffi would lay it out otherwise: struct packed"),
        ),
        row(
            "sum_of_narrow",
            vec![bytes![-1_i8], bytes![255_u8], bytes![-2_i16], bytes![65_535_u16], bytes![1_u8]],
            bytes![65_547_349_i64],
            Same,
        ),
    ]
}

/// How many vector registers a variadic call has arguments in.
fn variadic_rows() -> Vec<Row> {
    let pair = bytes![1.0_f64, 2.0_f64];
    let row = |more: &'static [&'static str], args: Vec<Vec<u8>>, vectors: i64| Row {
        more,
        ..row("vectors", all(&[vec![bytes![0_i32]], args]), bytes![vectors], Same)
    };
    vec![
        row(&[], vec![], 0),
        row(&["long"], longs(&[1]), 0),
        row(&["double"], doubles(&[1.0]), 1),
        row(&["float"], doubles(&[1.0]), 1),
        row(&["double", "long", "double"], vec![bytes![1.0_f64], bytes![1_i64], bytes![1.0_f64]], 2),
        row(&["struct dpair"], vec![pair.clone()], 2),
        row(&["struct dl"], vec![bytes![1.0_f64, 2_i64]], 1),
        row(&["double"; 9], doubles(&[1.0; 9]), 8),
    ]
}

pub(crate) fn trials(fixture: &Fixture) -> Vec<Trial> {
    let trial = |row: Row| {
        let name = format!("{} {} {}", fixture.compiler, row.function, row.more.join(" "));
        let fixture = fixture.clone();
        Trial::test(name.trim_end().to_string(), move || check(&fixture, &row))
    };
    rows().into_iter().chain(variadic_rows()).map(trial).collect()
}

fn check(fixture: &Fixture, row: &Row) -> Result<(), Failed> {
    let way = |choice| fixture.function(row.function, row.more, choice);
    let by_stub = call(&way(StubChoice::Native)?, &row.args);
    assert_eq!(by_stub, row.result, "by a stub");
    match (&row.libffi, way(StubChoice::Libffi)) {
        (Same, libffi) => assert_eq!(call(&libffi?, &row.args), row.result, "through libffi"),
        (Refuses(reason), Err(error)) => assert!(error.to_string().contains(reason), "{error}"),
        (Refuses(reason), Ok(_)) => return Err(format!("libffi takes it, though {reason}").into()),
    }
    Ok(())
}
