//! One file for each engine: its script, its way to register the natives, and a call of a function of the script.

mod boa;
mod koto;
mod mlua;
mod rhai;
mod rune;
mod steel;
mod vo;
mod wasmtime;

use crate::engine::Engine;

pub(crate) const ENGINES: [&Engine; 8] = [
    &vo::ENGINE,
    &mlua::ENGINE,
    &rhai::ENGINE,
    &rune::ENGINE,
    &koto::ENGINE,
    &boa::ENGINE,
    &steel::ENGINE,
    &wasmtime::ENGINE,
];
