//! The tables of the program in the making, which the entries of a session go on filling.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::bytecode::{Constant, Function, Program};
use crate::check::info::{ArgumentPass, ExternId, FuncId};
use crate::types::{FuncType, TypeId, TypeTable};

use super::direct::Direct;
use super::thunk::Thunk;

/// What one compilation leaves to the next.
#[derive(Clone, Debug)]
pub(crate) struct Tables {
    /// Of functions it has those of the last compilation alone.
    pub(super) program: Program,
    /// Whether the code counts its instructions.
    pub(super) metered: bool,
    /// How many functions there were before.
    pub(super) earlier_functions: usize,
    pub(super) thunks: HashMap<Thunk, u32>,
    pub(super) bits: HashMap<u64, u32>,
    pub(super) strings: HashMap<Vec<u8>, u32>,
    pub(super) funcs: HashMap<u32, u32>,
    pub(super) method_ids: HashMap<(String, TypeId), u32>,
    /// The callables of the source's functions and externs, by [`FuncId`] and [`ExternId`].
    pub(super) func_callables: Vec<u32>,
    pub(super) extern_callables: Vec<u32>,
    /// The callables that are C functions.
    pub(super) c_functions: HashSet<u32>,
    /// How arguments of C functions are passed, by callable, where it is not all as it is; and the slot of the first, behind
    /// that of a function pointer.
    pub(super) passes: HashMap<u32, (u16, Vec<ArgumentPass>)>,
    /// The C functions that are called with nothing between, by callable.
    pub(super) direct: HashMap<u32, Direct>,
    /// The structs that C functions return into images of the caller's, by callable.
    pub(super) into_results: HashMap<u32, TypeId>,
    /// The functions of the source by callable; without those that may be declared again.
    pub(super) fixed_funcs: HashMap<u32, FuncId>,
    /// In a session, the callables of the functions and methods that may be declared again.
    pub(super) late_bound: Option<HashMap<(String, FuncType), u32>>,
}

impl Tables {
    /// The tables before anything is compiled. In a session, functions of `main` may be declared again.
    pub(crate) fn of_session(types: Arc<TypeTable>, metered: bool) -> Tables {
        Tables { late_bound: Some(HashMap::new()), ..Tables::new(types, metered) }
    }

    /// The tables before anything is compiled; `metered` code counts its instructions.
    pub(crate) fn new(types: Arc<TypeTable>, metered: bool) -> Tables {
        Tables {
            program: Program::new(types),
            metered,
            earlier_functions: 0,
            thunks: HashMap::new(),
            bits: HashMap::new(),
            strings: HashMap::new(),
            funcs: HashMap::new(),
            method_ids: HashMap::new(),
            func_callables: Vec::new(),
            extern_callables: Vec::new(),
            c_functions: HashSet::new(),
            passes: HashMap::new(),
            direct: HashMap::new(),
            into_results: HashMap::new(),
            fixed_funcs: HashMap::new(),
            late_bound: None,
        }
    }

    /// The tables of the program.
    pub(crate) fn program(&mut self) -> &mut Program {
        &mut self.program
    }

    /// Takes the program for the machine: its tables as they are, its functions for good.
    pub(crate) fn take_program(&mut self) -> Program {
        let functions: Vec<Function> = std::mem::take(&mut self.program.functions);
        self.earlier_functions += functions.len();
        Program { functions, ..self.program.clone() }
    }

    /// The callable of a function.
    pub(super) fn func_callable(&self, id: FuncId) -> u32 {
        self.func_callables[id.0 as usize]
    }

    /// The callable of an extern.
    pub(super) fn extern_callable(&self, id: ExternId) -> u32 {
        self.extern_callables[id.0 as usize]
    }

    pub(super) fn bits_constant(&mut self, bits: u64) -> u32 {
        let constants = &mut self.program.constants;
        *self.bits.entry(bits).or_insert_with(|| push(constants, Constant::Bits(bits)))
    }

    pub(super) fn string_constant(&mut self, text: &[u8]) -> u32 {
        if let Some(&index) = self.strings.get(text) {
            return index;
        }
        let index = push(&mut self.program.constants, Constant::Str(text.to_vec()));
        self.strings.insert(text.to_vec(), index);
        index
    }

    pub(super) fn func_constant(&mut self, callable: u32) -> u32 {
        let constants = &mut self.program.constants;
        *self.funcs.entry(callable).or_insert_with(|| push(constants, Constant::Func(callable)))
    }
}

/// Adds an item; the result is its index.
pub(super) fn push<T>(list: &mut Vec<T>, item: T) -> u32 {
    list.push(item);
    list.len() as u32 - 1
}
