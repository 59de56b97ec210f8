//! Calls that are put together from types and values by hand, as programs write them.

use std::error::Error;

use vo_ffi_core::c::{Convention, RegisterAllocator};
use vo_ffi_runtime::{CallBuilder, FfiType, FfiValue, Library, TypedArg, call_extern};

#[test]
fn a_function_of_libc() -> Result<(), Box<dyn Error>> {
    let libc = Library::load("libc.so.6")?;
    let strlen = libc.symbol("strlen")?;
    let test_str = b"hello\0";
    let arg = TypedArg::new(FfiType::Pointer, FfiValue::from_ptr(test_str.as_ptr() as *const _));
    // SAFETY: this is the type of `strlen`, and the text ends in a NUL.
    let result = unsafe { call_extern(strlen, &[arg], FfiType::U64)? };
    // SAFETY: it is a `size_t`.
    assert_eq!(unsafe { result.u64 }, 5);
    Ok(())
}

#[test]
fn a_function_of_libm() -> Result<(), Box<dyn Error>> {
    let call = CallBuilder::new("libm", "sqrt").arg(FfiType::F64).returns(FfiType::F64).build()?;
    let arg = FfiValue { f64: 16.0 };
    // SAFETY: this is the type of `sqrt`.
    let result = unsafe { call_extern(&call.function, &[TypedArg::new(FfiType::F64, arg)], FfiType::F64)? };
    // SAFETY: it is a double.
    assert_eq!(unsafe { result.f64 }, 4.0);
    // SAFETY: as above.
    let result = unsafe { call_extern(call.function, &[25.0.into()], FfiType::F64)? };
    // SAFETY: as above.
    assert_eq!(unsafe { result.f64 }, 5.0);
    Ok(())
}

#[test]
fn registers_run_out() {
    let mut allocator = RegisterAllocator::new(Convention::SysV64);
    let mut in_registers = [0, 0];
    for is_float in [false, true].into_iter().cycle().take(20) {
        if allocator.can_use_register(is_float) {
            allocator.use_register(is_float);
            in_registers[usize::from(is_float)] += 1;
        }
    }
    assert_eq!(in_registers, [6, 8]);
}
