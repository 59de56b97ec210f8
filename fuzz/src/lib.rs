//! What the fuzz targets share: a machine that harms nobody, and mutations that know Vo's tokens.

mod c;
mod harmless;
mod plan;
mod random;
mod sandbox;
mod tokens;

pub use c::c_parse;
pub use plan::c_plan;
use random::Random;
pub use sandbox::{check, closed_vm, load, parse, run};
use tokens::{mutate, mutate_with};

use libfuzzer_sys::fuzzer_mutate;

/// Words of C declarations.
const C: &str = include_str!("../c.dict");

/// Mutates a program in place: mostly its tokens, sometimes its bytes as libFuzzer does. The result is its new length.
pub fn mutate_program(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    mutate_text(mutate, data, size, max_size, seed)
}

/// Mutates C declarations in place, in the same way.
pub fn mutate_c(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    mutate_text(|text, random| mutate_with(C, text, random), data, size, max_size, seed)
}

fn mutate_text(
    mutate: impl FnOnce(&str, &mut Random) -> String,
    data: &mut [u8],
    size: usize,
    max_size: usize,
    seed: u32,
) -> usize {
    let mut random = Random::new(seed.into());
    let text = match std::str::from_utf8(&data[..size]) {
        Ok(text) if random.chance(75) => text,
        _ => return fuzzer_mutate(data, size, max_size),
    };
    let mutated = mutate(text, &mut random);
    let length = mutated.len().min(max_size);
    data[..length].copy_from_slice(&mutated.as_bytes()[..length]);
    length
}
