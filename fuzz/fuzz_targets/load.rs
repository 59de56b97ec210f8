//! The checker, the compiler, the checks of bytecode and the linker.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::{fuzz_mutator, fuzz_target};
use vo_vm::Vm;

static MACHINE: LazyLock<Vm> = LazyLock::new(vo_fuzz::closed_vm);

fuzz_target!(|text: &[u8]| vo_fuzz::load(&MACHINE, text));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    vo_fuzz::mutate_program(data, size, max_size, seed)
});
