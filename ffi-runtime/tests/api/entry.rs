//! The entry for compiled code: C and C++ that use `vo_ffi.h`.

use std::ffi::c_int;

use vo_ffi_runtime::{FfiType, Library, c_entry, call_extern};

use crate::fixture::compile;

/// What `entry.c` expects.
#[repr(C)]
struct Entry {
    functions: [*const (); 6],
}

/// Compiles `entry.c` in a language, and runs its checks.
fn check(language: &str, standard: &str, name: &str) {
    let include = concat!("-I", env!("CARGO_MANIFEST_DIR"), "/include");
    let options = ["-x", language, standard, "-Wpedantic", "-pedantic-errors", include];
    let library = Library::open(&compile("tests/c/entry.c", name, &options)).expect("a library");
    let entry = Entry {
        functions: [
            c_entry::vo_ffi_call_extern as *const (),
            c_entry::vo_ffi_call_variadic as *const (),
            c_entry::vo_ffi_parse_type as *const (),
            c_entry::vo_ffi_type_size as *const (),
            c_entry::vo_ffi_type_align as *const (),
            c_entry::vo_ffi_last_error as *const (),
        ],
    };
    let symbol = |name: &str| library.symbol(name).expect("a symbol");
    // SAFETY: it takes the address of an entry, which lives as long as the checks.
    unsafe { call_extern(symbol("use_entry"), &[(&raw const entry).into()], FfiType::Void) }.expect("a call");
    for name in ["check_calls", "check_structs", "check_variadic", "check_errors"] {
        // SAFETY: the checks take nothing and return the line that failed.
        let line: c_int = unsafe { call_extern(symbol(name), &[], FfiType::I32).expect("a call").i32 };
        assert_eq!(line, 0, "{name} of entry.c as {language}");
    }
}

#[test]
fn compiled_c_calls_through_the_entry() {
    check("c", "-std=c99", "libentry_c.so");
}

#[test]
fn compiled_cpp_calls_through_the_entry() {
    check("c++", "-std=c++17", "libentry_cpp.so");
}
