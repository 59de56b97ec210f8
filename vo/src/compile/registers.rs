//! The registers of a function in the making. A register keeps its form for the function's life; those
//! that are free again are kept in a list per form.

use crate::bytecode::RegKind;
use crate::types::{TypeId, TypeKind, TypeTable};

/// A register, or with [`WINDOW`] added a slot of the call window, whose place is not known before all
/// registers are.
pub(super) type Reg = u16;

/// The first slot of the call window.
pub(super) const WINDOW: Reg = 0x8000;

/// More registers than this a function cannot have.
const MAX_REGISTERS: usize = 0x7000;

/// What a value needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// A register without a reference.
    Scalar,
    /// A register with a reference.
    Ref,
    /// Two registers, an interface.
    Pair,
}

impl Form {
    /// The form of values of a type.
    pub(super) fn of(types: &TypeTable, ty: TypeId) -> Form {
        match types.kind(ty) {
            TypeKind::Scalar(_) => Form::Scalar,
            TypeKind::Interface(_) => Form::Pair,
            _ => Form::Ref,
        }
    }

    /// How many registers it takes.
    pub(super) fn slots(self) -> u16 {
        match self {
            Form::Pair => 2,
            _ => 1,
        }
    }

    fn kinds(self) -> &'static [RegKind] {
        match self {
            Form::Scalar => &[RegKind::Scalar],
            Form::Ref => &[RegKind::Ref],
            Form::Pair => &[RegKind::Scalar, RegKind::Data],
        }
    }
}

/// The registers of a function.
#[derive(Debug, Default)]
pub(super) struct Registers {
    kinds: Vec<RegKind>,
    free: [Vec<Reg>; 3],
    /// The temporaries in use, in the order in which they were taken.
    temps: Vec<(Reg, Form)>,
    full: bool,
}

impl Registers {
    /// A register that nothing used before.
    pub(super) fn add(&mut self, form: Form) -> Reg {
        if self.kinds.len() >= MAX_REGISTERS {
            self.full = true;
            return 0;
        }
        self.kinds.extend_from_slice(form.kinds());
        self.kinds.len() as Reg - form.slots()
    }

    /// A register, to be given back with [`Registers::give_back`].
    pub(super) fn take(&mut self, form: Form) -> Reg {
        match self.free[form as usize].pop() {
            Some(register) => register,
            None => self.add(form),
        }
    }

    /// Makes a register of [`Registers::take`] available again.
    pub(super) fn give_back(&mut self, register: Reg, form: Form) {
        if !self.full {
            self.free[form as usize].push(register);
        }
    }

    /// A register until [`Registers::release`].
    pub(super) fn temp(&mut self, form: Form) -> Reg {
        let register = self.take(form);
        self.temps.push((register, form));
        register
    }

    /// Adjacent registers until [`Registers::release`]; the first of them.
    pub(super) fn run(&mut self, form: Form, count: usize) -> Reg {
        let step = form.slots();
        let first = match self.free_run(form, count) {
            Some(first) => first,
            None => {
                let first = self.add(form);
                (1..count).for_each(|_| {
                    self.add(form);
                });
                first
            }
        };
        self.temps.extend((0..count as u16).map(|index| (first.wrapping_add(index * step), form)));
        first
    }

    fn free_run(&mut self, form: Form, count: usize) -> Option<Reg> {
        let (free, step) = (&mut self.free[form as usize], form.slots());
        free.sort_unstable();
        let adjacent = |run: &[Reg]| run.windows(2).all(|pair| pair[0] + step == pair[1]);
        let at = (0..free.len().checked_sub(count)? + 1).find(|&at| adjacent(&free[at..at + count]))?;
        let first = free.get(at).copied()?;
        free.drain(at..at + count);
        Some(first)
    }

    /// How many temporaries are in use, to be given to [`Registers::release`].
    pub(super) fn mark(&self) -> usize {
        self.temps.len()
    }

    /// Gives back the temporaries taken since the mark.
    pub(super) fn release(&mut self, mark: usize) {
        for (register, form) in self.temps.split_off(mark) {
            self.give_back(register, form);
        }
    }

    /// Whether it is a temporary in use.
    pub(super) fn is_temp(&self, register: Reg) -> bool {
        self.temps.iter().rev().any(|temp| temp.0 == register)
    }

    /// Whether the function needs more registers than there can be.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// The kinds of all registers.
    pub(super) fn into_kinds(self) -> Vec<RegKind> {
        self.kinds
    }
}
