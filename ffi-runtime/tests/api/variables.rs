//! Variables of libraries. Each test has variables of its own: they are the process's.

use std::ffi::CStr;

use vo_ffi_core::c::{Declarations, Target};
use vo_ffi_runtime::{FfiType, TypedArg};

use crate::fixture::library;

#[test]
fn numbers_are_read_and_written() {
    let counter = library().variable("extern int counter;").expect("a variable");
    assert_eq!((counter.name(), counter.ty(), counter.is_constant()), ("counter", &FfiType::I32, false));
    // SAFETY: the fixture's variable has this type, and only this test uses it.
    unsafe {
        assert_eq!(counter.read().i32, 41);
        counter.write(&(-7).into()).expect("it fits");
        assert_eq!((counter.read().i32, &counter.read_image()[..]), (-7, &(-7_i32).to_ne_bytes()[..]));
        counter.write_image(&1_i32.to_ne_bytes()).expect("it fits");
        assert_eq!(*counter.address().cast::<i32>(), 1);
    }
    let flags = library().variable("extern unsigned char flags").expect("a variable");
    // SAFETY: as above; what lies beside it is not read.
    assert_eq!(unsafe { flags.read().u64 }, 0xf0);
}

#[test]
fn structs_and_texts_are_read_and_written() {
    let header = "struct point { double x, y; }; extern struct point origin; extern const char *greeting;";
    let declarations = Declarations::parse(header, Target::HOST).expect("no errors");
    let origin = library().variable_of(&declarations, "origin").expect("a variable");
    let greeting = library().variable_of(&declarations, "greeting").expect("a variable");
    let bytes = |x: f64, y: f64| [x.to_ne_bytes(), y.to_ne_bytes()].concat();
    let (offset, part) = origin.ty().member("y").expect("a member");
    assert_eq!((offset, part), (8, FfiType::F64));
    // SAFETY: the fixture's variables have these types, and only this test uses them.
    unsafe {
        assert_eq!(origin.read_image()[..], bytes(1.5, -2.5));
        assert_eq!(origin.read().ptr, origin.address().cast_const().cast());
        origin.write(&TypedArg::image(origin.ty().clone(), &[3.0, 4.0])).expect("it fits");
        assert_eq!(origin.read_image()[..], bytes(3.0, 4.0));
        assert_eq!(CStr::from_ptr(greeting.read().ptr.cast()), c"hello");
        greeting.write(&c"bye".into()).expect("it fits");
        assert_eq!(CStr::from_ptr(greeting.read().ptr.cast()), c"bye");
    }
}

#[test]
fn what_cannot_be_written() {
    let library = library();
    let limit = library.variable("extern const int limit").expect("a variable");
    assert!(limit.is_constant());
    let flags = library.variable("extern unsigned char flags").expect("a variable");
    // SAFETY: the fixture's variables have these types, and nothing is written.
    let (value, errors) = unsafe {
        let errors = [
            limit.write(&1.into()),
            limit.write_image(&[0; 4]),
            flags.write(&1.into()),
            flags.write_image(&[0; 4]),
        ];
        (limit.read().i32, errors)
    };
    assert_eq!(value, 10);
    assert_eq!(
        errors.map(|error| error.expect_err("it cannot be written").to_string()),
        [
            "`limit` is declared const, and may be read-only memory",
            "`limit` is declared const, and may be read-only memory",
            "`flags` is u8, and cannot be set to a value of i32",
            "`flags` is u8, which has 1 bytes, and cannot be set to 4 bytes",
        ]
    );
}
