//! Makes of a program what the machine runs: addresses instead of numbers.

use std::collections::HashMap;
use std::ptr;
use std::sync::Arc;

use vo_ffi::{Callee, FuncType, Plan, Slot, TypeId, TypeKind, TypeTable};

use super::LoadError;
use super::callables::Callables;
use super::enter::vo_entry;
use super::globals::Globals;
use super::methods::MethodTable;
use crate::bytecode::{Callable, Constant, Function, Insn, Op, Program, RegKind, RuntimeFn, verify};
use crate::heap::VmHeap;

/// In [`VoFunction::func_register`]: it has no captures.
pub(super) const NO_CAPTURES: u16 = u16::MAX;

/// In [`VoFunction::defers`]: it defers nothing.
pub(super) const NO_DEFERS: u32 = u32::MAX;

/// A function of the program, ready to run. It is a [`Callee`] like any native.
#[derive(Debug)]
#[repr(C)]
pub(super) struct VoFunction {
    pub(super) callee: Callee,
    /// Its first instruction.
    pub(super) code: *const Insn,
    /// How many slots its registers and its link take.
    pub(super) extent: u32,
    /// Whether there is anything to do at entry.
    pub(super) has_prologue: bool,
    /// Where the func value goes, or [`NO_CAPTURES`].
    pub(super) func_register: u16,
    /// The registers to zero at entry.
    pub(super) zero_start: u16,
    pub(super) zero_count: u16,
    /// The instruction that runs its deferred functions, or [`NO_DEFERS`].
    pub(super) defers: u32,
    /// The registers that hold references.
    pub(super) refs: Box<[u16]>,
    /// The registers that hold an interface's data.
    pub(super) data: Box<[u16]>,
    /// The function as it was compiled: its name, its lines.
    pub(super) source: Function,
}

/// A program whose names are resolved.
#[derive(Debug)]
pub(super) struct Loaded {
    /// Its tables; the functions are below.
    pub(super) program: Program,
    #[expect(clippy::vec_box, reason = "calls and frames hold addresses of functions, which must not move")]
    pub(super) functions: Vec<Box<VoFunction>>,
    pub(super) callables: Callables,
    pub(super) constants: Vec<Slot>,
    pub(super) methods: MethodTable,
    pub(super) globals: Globals,
}

impl Loaded {
    /// Nothing but room for variables.
    pub(super) fn new(types: Arc<TypeTable>, globals: Globals) -> Loaded {
        let program = Program::new(types);
        let methods = MethodTable::new(&program, &[]);
        Loaded {
            program,
            functions: Vec::new(),
            callables: Callables::default(),
            constants: Vec::new(),
            methods,
            globals,
        }
    }

    /// Takes a program that has all that this one has and more; of functions it has the new ones alone.
    /// `externs` are its externs in order. Nothing changes where there is an error.
    ///
    /// # Errors
    /// Variables without room; what the compiler did wrong, for which only debug builds look.
    pub(super) fn extend(
        &mut self,
        mut program: Program,
        externs: &[*const Callee],
        heap: &mut VmHeap,
    ) -> Result<(), LoadError> {
        if program.globals_size as usize > self.globals.len() {
            return Err(LoadError::Globals { limit: self.globals.len() });
        }
        self.functions.extend(resolve(&mut program).map_err(LoadError::Program)?.into_iter().map(Box::new));
        let callees: Vec<*const Callee> = (program.callables.iter())
            .map(|callable| match *callable {
                Callable::Function(index) => ptr::from_ref(&*self.functions[index as usize]).cast(),
                Callable::Extern(index) => externs[index as usize],
            })
            .collect();
        let known = self.program.callables.len();
        for index in (0..known).filter(|&index| program.callables[index] != self.program.callables[index]) {
            self.callables.replace(index, callees[index]);
        }
        self.callables.extend(&callees[known..]);
        for constant in &program.constants[self.constants.len()..] {
            self.constants.push(match constant {
                Constant::Bits(bits) => Slot::from_bits(*bits),
                Constant::Str(text) => heap.static_string(text),
                Constant::Func(index) => match self.callables.is_missing(*index as usize) {
                    true => Slot::ZERO,
                    false => self.callables.func_value(*index as usize),
                },
            });
        }
        for global in
            program.globals[self.program.globals.len()..].iter().filter(|global| global.address != 0)
        {
            // SAFETY: the variable is inside of the memory for variables, and aligned.
            unsafe {
                let place = self.globals.start().add(global.offset as usize);
                match global.ty {
                    TypeId::BOOL => place.write(1),
                    // All others are pointers.
                    _ => place.cast::<usize>().write(global.address),
                }
            };
        }
        self.methods = MethodTable::new(&program, &callees);
        self.program = program;
        Ok(())
    }
}

/// Takes the functions out of a program and makes them ready to run.
fn resolve(program: &mut Program) -> Result<Vec<VoFunction>, String> {
    if cfg!(debug_assertions) {
        program.functions.iter().try_for_each(|function| verify(program, function))?;
    }
    let mut functions = std::mem::take(&mut program.functions);
    functions.iter_mut().for_each(|function| annotate(&mut function.code, &program.types));
    functions.into_iter().map(|function| VoFunction::new(function, program)).collect()
}

impl VoFunction {
    fn new(source: Function, program: &Program) -> Result<VoFunction, String> {
        let name = source.name.clone();
        let plan = Plan::of(&source.ty, &program.types).ok_or_else(|| {
            format!("{name}: more than {} slots of parameters and results", Plan::MAX_SLOTS)
        })?;
        if source.window() + Plan::MAX_SLOTS > u16::MAX as usize {
            return Err(format!("{name}: too many variables"));
        }
        let (args, results) = (plan.arg_slots as usize, plan.result_slots as usize);
        let of_kind = |kind: RegKind| -> Box<[u16]> {
            (0u16..).zip(&source.registers).filter(|entry| *entry.1 == kind).map(|entry| entry.0).collect()
        };
        let (refs, data) = (of_kind(RegKind::Ref), of_kind(RegKind::Data));
        // A stale type word is harmless beside zeroed data.
        let zeroed = || refs.iter().chain(&data).copied().filter(|&register| register as usize >= args);
        let zero_start = zeroed().min().unwrap_or(0);
        let zero_count = zeroed().max().map_or(0, |last| last + 1 - zero_start);
        let func_register = if source.has_captures { (args + results) as u16 } else { NO_CAPTURES };
        Ok(VoFunction {
            callee: Callee {
                native: vo_entry,
                plan,
                target: ptr::null(),
                name,
                param_names: source.param_names.clone(),
            },
            code: source.code.as_ptr(),
            extent: source.window() as u32,
            has_prologue: zero_count > 0 || source.has_captures,
            func_register,
            zero_start,
            zero_count,
            defers: source.defers.unwrap_or(NO_DEFERS),
            refs,
            data,
            source,
        })
    }
}

/// In the small field of instructions on maps: the key is an interface.
pub(super) const KEY_PAIR: u8 = 1;
/// The map's value is an interface.
pub(super) const VALUE_PAIR: u8 = 2;
/// The map's value is an image.
pub(super) const VALUE_IMAGE: u8 = 4;

/// In the small field of `Append`, which is the width of an element, or 0 for an image: the element is an interface.
pub(super) const PAIR_WIDTH: u8 = 16;

/// Notes in the instructions what the machine would otherwise look up in the types each time.
fn annotate(code: &mut [Insn], types: &TypeTable) {
    for at in 0..code.len() {
        let insn = code[at];
        match insn.op {
            Op::MapGet | Op::MapGetOk | Op::MapSet | Op::MapSlot | Op::MapNext => {
                code[at].x = map_flags(types, code[at + 1].index());
            }
            // Its own small field is taken.
            Op::Runtime if insn.x == RuntimeFn::MapDelete as u8 => {
                code[at + 1].x = map_flags(types, code[at + 1].index());
            }
            Op::Append => code[at].x = element_width(types, code[at + 1].index()),
            _ => {}
        }
    }
}

fn map_flags(types: &TypeTable, ty: u32) -> u8 {
    let flag = |condition: bool, flag: u8| if condition { flag } else { 0 };
    match types.kind(TypeId::from_number(ty)) {
        TypeKind::Map(key, value) => {
            flag(types.is_interface(*key), KEY_PAIR)
                | flag(types.is_interface(*value), VALUE_PAIR)
                | flag(types.is_image(*value), VALUE_IMAGE)
        }
        _ => 0,
    }
}

fn element_width(types: &TypeTable, ty: u32) -> u8 {
    let ty = TypeId::from_number(ty);
    if types.is_image(ty) { 0 } else { types.layout(ty).size as u8 }
}

/// The ids of interface methods by interface type.
pub(super) fn interface_methods(program: &Program) -> HashMap<TypeId, Box<[u32]>> {
    program.interfaces.iter().map(|entry| (entry.ty, entry.methods.clone().into_boxed_slice())).collect()
}

/// A native's declaration, for natives that the machine itself provides.
pub(super) fn native_callee(
    program: &Program,
    name: &str,
    native: vo_ffi::Native,
    ty: &FuncType,
) -> Option<Callee> {
    Some(Callee {
        native,
        plan: Plan::of(ty, &program.types)?,
        target: ptr::null(),
        name: name.into(),
        param_names: Vec::new(),
    })
}
