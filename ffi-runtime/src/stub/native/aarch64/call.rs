//! Stubs: a native of the VM's ABI on one side, a C function on the other.

use std::mem::offset_of;

use dynasm::dynasm;
use dynasmrt::DynasmApi;
use vo_ffi_core::c::{ArgPlan, CallPlan, Form, Move, Place, ResultPart, ResultPlan, Returned};
use vo_ffi_core::{Callee, Class};

use super::moves::{
    At, address, copy, enter, extend, leave, load_extended, load_part, load_vector, load_word, set, stack,
    store_float_slot, store_part, store_vector, store_word, take_stack,
};
use super::{Assembler, CALLEE, FRAME, IMAGE, PIECE, RESULT_ADDRESS, VALUE};

/// The code of a [`Native`](vo_ffi_core::Native) that follows the plan and calls the function whose address is the
/// first word of what [`Callee::target`] points to.
///
/// `errno` is the place of errno behind the thread pointer, for plans with errno.
pub(crate) fn assemble_call(plan: &CallPlan, errno: Option<i32>) -> Vec<u8> {
    let mut stub = CallStub { ops: Assembler::new(0), plan };
    stub.enter();
    // No register of an argument is used to move another.
    plan.args.iter().for_each(|arg| stub.arg(arg));
    if let ResultPlan::Memory { slot: at, .. } = plan.result {
        load_word(&mut stub.ops, RESULT_ADDRESS, slot(at));
    }
    stub.call(errno.filter(|_| plan.errno.is_some()));
    stub.result();
    dynasm!(stub.ops ; .arch aarch64 ; mov w0, wzr);
    leave(&mut stub.ops);
    // All labels are defined right before their uses, so nothing is left that could fail.
    stub.ops.finalize().unwrap_or_default()
}

struct CallStub<'p> {
    ops: Assembler,
    plan: &'p CallPlan,
}

/// The place of a slot.
fn slot(number: u16) -> At {
    At::new(FRAME, u32::from(number) * 8)
}

impl CallStub<'_> {
    fn enter(&mut self) {
        let target = offset_of!(Callee, target) as u32;
        enter(&mut self.ops);
        dynasm!(self.ops
            ; .arch aarch64
            ; mov X(FRAME), x2
            ; ldr X(CALLEE), [x1, target]
            ; ldr X(CALLEE), [XSP(CALLEE)]
        );
        take_stack(&mut self.ops, self.plan.stack, self.plan.stack_align);
    }

    fn arg(&mut self, arg: &ArgPlan) {
        match arg.form {
            Form::Value { class, bytes } => {
                for way in &arg.moves {
                    if let Move::Value { to } = *way {
                        self.value(class, bytes, to, slot(arg.slot));
                    }
                }
            }
            Form::Image { bytes, .. } if !arg.moves.is_empty() => {
                load_word(&mut self.ops, IMAGE, slot(arg.slot));
                arg.moves.iter().for_each(|way| self.image(bytes, *way));
            }
            Form::Image { .. } => {}
        }
    }

    fn value(&mut self, class: Class, bytes: u8, to: Place, from: At) {
        match to {
            Place::Vector(number) => load_vector(&mut self.ops, bytes, number, from),
            to => self.put(to, |ops, register| load_extended(ops, class, bytes, register, from)),
        }
    }

    fn image(&mut self, image: u32, way: Move) {
        match way {
            Move::Part { from, bytes, to } => {
                let from = At::new(IMAGE, from);
                match to {
                    Place::Vector(number) => load_vector(&mut self.ops, bytes, number, from),
                    to => self.put(to, |ops, register| load_part(ops, bytes, register, from)),
                }
            }
            Move::Push { to, .. } => copy(&mut self.ops, image, stack(to)),
            Move::Reference { copy: at, to } => {
                copy(&mut self.ops, image, stack(at));
                self.put(to, |ops, register| address(ops, register, stack(at)));
            }
            Move::Value { .. } => {}
        }
    }

    /// Puts a word, which is loaded into a register, where it goes.
    fn put(&mut self, to: Place, load: impl FnOnce(&mut Assembler, u8)) {
        match to {
            Place::Int(number) => load(&mut self.ops, number),
            Place::ResultAddress => load(&mut self.ops, RESULT_ADDRESS),
            Place::Stack(at) => {
                load(&mut self.ops, VALUE);
                store_word(&mut self.ops, VALUE, stack(at));
            }
            Place::Vector(number) => {
                load(&mut self.ops, VALUE);
                dynasm!(self.ops ; .arch aarch64 ; fmov D(number), X(VALUE));
            }
        }
    }

    fn call(&mut self, errno: Option<i32>) {
        if let Some(offset) = errno {
            self.errno_address(offset);
            dynasm!(self.ops ; .arch aarch64 ; str wzr, [XSP(VALUE)]);
        }
        dynasm!(self.ops ; .arch aarch64 ; blr X(CALLEE));
        if let (Some(offset), Some(at)) = (errno, self.plan.errno) {
            self.errno_address(offset);
            dynasm!(self.ops ; .arch aarch64 ; ldr W(VALUE), [XSP(VALUE)]);
            store_word(&mut self.ops, VALUE, slot(at));
        }
    }

    fn errno_address(&mut self, offset: i32) {
        // op0 to op2 of tpidr_el0, the thread pointer: 3, 3, 13, 0, 2
        const THREAD_POINTER: u32 = 1 << 14 | 3 << 11 | 13 << 7 | 2;
        dynasm!(self.ops ; .arch aarch64 ; mrs X(VALUE), THREAD_POINTER);
        set(&mut self.ops, PIECE, offset.unsigned_abs().into());
        match offset < 0 {
            true => dynasm!(self.ops ; .arch aarch64 ; sub X(VALUE), X(VALUE), X(PIECE)),
            false => dynasm!(self.ops ; .arch aarch64 ; add X(VALUE), X(VALUE), X(PIECE)),
        }
    }

    fn result(&mut self) {
        let plan = self.plan;
        match &plan.result {
            ResultPlan::Void | ResultPlan::Memory { .. } => {}
            ResultPlan::Value { slot: at, class: Class::Float, bytes, .. } => {
                store_float_slot(&mut self.ops, *bytes, 0, slot(*at));
            }
            ResultPlan::Value { slot: at, class, bytes, .. } => {
                extend(&mut self.ops, *class, *bytes, VALUE, 0);
                store_word(&mut self.ops, VALUE, slot(*at));
            }
            ResultPlan::Parts { slot: at, parts, .. } => {
                load_word(&mut self.ops, IMAGE, slot(*at));
                parts.iter().for_each(|part| self.result_part(part));
            }
        }
    }

    fn result_part(&mut self, part: &ResultPart) {
        let to = At::new(IMAGE, part.to);
        match part.from {
            Returned::Int(number) => store_part(&mut self.ops, part.bytes, number, to),
            Returned::Vector(number) => store_vector(&mut self.ops, part.bytes, number, to),
            Returned::X87(_) => unreachable!("x87 is x86's"),
        }
    }
}
