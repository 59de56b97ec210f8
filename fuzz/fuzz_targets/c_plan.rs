//! Plans and code for the functions of C declarations.
#![no_main]

use libfuzzer_sys::{fuzz_mutator, fuzz_target};

fuzz_target!(|text: &[u8]| vo_fuzz::c_plan(text));

fuzz_mutator!(|data: &mut [u8], size: usize, max_size: usize, seed: u32| {
    vo_fuzz::mutate_c(data, size, max_size, seed)
});
