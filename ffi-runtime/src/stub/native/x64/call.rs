//! Stubs: a native of the VM's ABI on one side, a C function on the other.

use std::mem::offset_of;

use dynasm::dynasm;
use dynasmrt::DynasmApi;
use vo_ffi_core::c::{ArgPlan, CallPlan, Form, Move, Place, ResultPart, ResultPlan, Returned};
use vo_ffi_core::{Callee, Class};

use super::super::code_memory::Frame;
use super::moves::{
    At, address, copy, extend, load_extended, load_part, load_vector, load_word, store_part, store_vector,
    store_word, take_stack,
};
use super::{Assembler, INT_RESULTS, R8, R10, RAX, RBP, RCX, RDX, RSP, assembler, int_register};

/// The code of a [`Native`](vo_ffi_core::Native) that follows the plan and calls the function whose address is the
/// first word of what [`Callee::target`] points to.
///
/// `errno` is the place of errno behind the thread pointer, for plans with errno.
pub(crate) fn assemble_call(plan: &CallPlan, errno: Option<i32>) -> Vec<u8> {
    let mut stub = CallStub { ops: assembler(), plan, frame: frame_of(plan) };
    stub.enter();
    // Copies use registers of arguments, so what goes to the stack goes first.
    stub.args(|to| matches!(to, Move::Push { .. } | Move::Reference { .. }));
    stub.args(|to| place_of(to).is_some_and(|to| matches!(to, Place::Stack(_))));
    stub.args(|to| place_of(to).is_some_and(|to| is_register(to) && !is_frame(plan, to)));
    stub.references(|to| !is_frame(plan, to));
    stub.result_address();
    // The frame is in rdx, which may be an argument's register too.
    stub.args(|to| place_of(to).is_some_and(|to| is_frame(plan, to)));
    stub.references(|to| is_frame(plan, to));
    stub.call(errno.filter(|_| plan.errno.is_some()));
    stub.result();
    stub.leave();
    stub.ops.finalize()
}

/// A call without stack arguments needs no register for its frame.
pub(crate) fn frame_of(plan: &CallPlan) -> Frame {
    if plan.stack == 0 && plan.stack_align <= 16 { Frame::OneWord } else { Frame::Register }
}

/// Where the value or a part of the image goes.
fn place_of(way: &Move) -> Option<Place> {
    match *way {
        Move::Value { to } | Move::Part { to, .. } => Some(to),
        Move::Push { .. } | Move::Reference { .. } => None,
    }
}

fn is_register(place: Place) -> bool {
    matches!(place, Place::Int(_) | Place::Vector(_))
}

/// Whether it is the register that has the frame until the call.
fn is_frame(plan: &CallPlan, place: Place) -> bool {
    matches!(place, Place::Int(number) if int_register(plan.convention, number) == RDX)
}

/// rdx is the frame until the call, and rcx after it; r11 leads to the function; rax and r10 are for anything.
struct CallStub<'p> {
    ops: Assembler,
    plan: &'p CallPlan,
    frame: Frame,
}

/// The place of a slot, before the call.
fn slot(number: u16) -> At {
    At::new(RDX, u32::from(number) * 8)
}

/// The place of a slot, after the call.
fn slot_after(number: u16) -> At {
    At::new(RCX, u32::from(number) * 8)
}

/// Where the frame's address is kept during the call.
const FRAME: At = At { base: RBP, offset: -8 };

impl CallStub<'_> {
    fn enter(&mut self) {
        let target = offset_of!(Callee, target) as i32;
        if self.frame == Frame::Register {
            dynasm!(self.ops ; .arch x64 ; push rbp ; mov rbp, rsp);
        }
        // With the return address it keeps the stack aligned, or with rbp and one word more.
        dynasm!(self.ops ; .arch x64 ; push rdx ; mov r11, [rsi + target]);
        if self.frame == Frame::Register {
            take_stack(&mut self.ops, self.plan.stack + 8);
        }
        if self.plan.stack_align > 16 {
            dynasm!(self.ops ; .arch x64 ; and rsp, -(self.plan.stack_align as i32));
        }
    }

    fn args(&mut self, wanted: impl Fn(&Move) -> bool) {
        let plan = self.plan;
        for arg in &plan.args {
            let mut moves = arg.moves.iter().filter(|to| wanted(to)).peekable();
            if moves.peek().is_some() && matches!(arg.form, Form::Image { .. }) {
                load_word(&mut self.ops, RAX, slot(arg.slot));
            }
            for to in moves {
                self.arg(arg, *to);
            }
        }
    }

    fn arg(&mut self, arg: &ArgPlan, way: Move) {
        let bytes = match arg.form {
            Form::Value { bytes, .. } => u32::from(bytes),
            Form::Image { bytes, .. } => bytes,
        };
        match way {
            Move::Value { to } => self.value(arg, to),
            Move::Part { from, bytes, to } => self.part(At::new(RAX, from), bytes, to),
            Move::Push { to, .. } | Move::Reference { copy: to, .. } => {
                copy(&mut self.ops, bytes, At::new(RAX, 0), At::new(RSP, to));
            }
        }
    }

    fn value(&mut self, arg: &ArgPlan, to: Place) {
        let Form::Value { class, bytes } = arg.form else { return };
        match to {
            Place::Vector(number) => load_vector(&mut self.ops, bytes, number, slot(arg.slot)),
            Place::Int(number) => {
                let register = int_register(self.plan.convention, number);
                load_extended(&mut self.ops, class, bytes, register, slot(arg.slot));
            }
            Place::Stack(at) => {
                load_extended(&mut self.ops, class, bytes, R10, slot(arg.slot));
                store_word(&mut self.ops, R10, At::new(RSP, at));
            }
            Place::ResultAddress => {}
        }
    }

    fn part(&mut self, from: At, bytes: u8, to: Place) {
        match to {
            Place::Vector(number) => load_vector(&mut self.ops, bytes, number, from),
            Place::Int(number) => {
                load_part(&mut self.ops, bytes, int_register(self.plan.convention, number), from);
            }
            Place::Stack(at) => {
                // One piece, so the image's address is not needed any more.
                load_part(&mut self.ops, bytes, RAX, from);
                store_word(&mut self.ops, RAX, At::new(RSP, at));
            }
            Place::ResultAddress => {}
        }
    }

    /// The addresses of copies.
    fn references(&mut self, wanted: impl Fn(Place) -> bool) {
        let plan = self.plan;
        for way in plan.args.iter().flat_map(|arg| &arg.moves) {
            let Move::Reference { copy, to } = *way else { continue };
            match to {
                _ if !wanted(to) => {}
                Place::Int(number) => {
                    let register = int_register(plan.convention, number);
                    address(&mut self.ops, register, At::new(RSP, copy));
                }
                Place::Stack(at) => {
                    address(&mut self.ops, RAX, At::new(RSP, copy));
                    store_word(&mut self.ops, RAX, At::new(RSP, at));
                }
                Place::Vector(_) | Place::ResultAddress => {}
            }
        }
    }

    /// The address of an image that the callee writes. It is the first argument, whose register is not the frame's.
    fn result_address(&mut self) {
        if let ResultPlan::Memory { slot: at, to: Place::Int(number), .. } = self.plan.result {
            load_word(&mut self.ops, int_register(self.plan.convention, number), slot(at));
        }
    }

    fn call(&mut self, errno: Option<i32>) {
        if let Some(vectors) = self.plan.vectors {
            dynasm!(self.ops ; .arch x64 ; mov eax, i32::from(vectors));
        }
        if let Some(offset) = errno {
            // mov dword fs:[offset], 0
            dynasm!(self.ops ; .arch x64 ; .bytes [0x64, 0xc7, 0x04, 0x25] ; .i32 offset ; .i32 0);
        }
        dynasm!(self.ops ; .arch x64 ; call QWORD [r11]);
        match self.frame {
            Frame::OneWord => dynasm!(self.ops ; .arch x64 ; pop rcx),
            Frame::Register => load_word(&mut self.ops, RCX, FRAME),
        }
        if let (Some(offset), Some(at)) = (errno, self.plan.errno) {
            // mov r8d, fs:[offset]
            dynasm!(self.ops ; .arch x64 ; .bytes [0x64, 0x44, 0x8b, 0x04, 0x25] ; .i32 offset);
            store_word(&mut self.ops, R8, slot_after(at));
        }
    }

    fn result(&mut self) {
        let plan = self.plan;
        match &plan.result {
            ResultPlan::Void | ResultPlan::Memory { .. } => {}
            ResultPlan::Value { slot: at, class: Class::Float, bytes: 4, .. } => {
                dynasm!(self.ops ; .arch x64 ; movd eax, xmm0);
                store_word(&mut self.ops, RAX, slot_after(*at));
            }
            ResultPlan::Value { slot: at, class: Class::Float, bytes, .. } => {
                store_vector(&mut self.ops, *bytes, 0, slot_after(*at));
            }
            ResultPlan::Value { slot: at, class, bytes, .. } => {
                extend(&mut self.ops, *class, *bytes, RAX);
                store_word(&mut self.ops, RAX, slot_after(*at));
            }
            ResultPlan::Parts { slot: at, parts, .. } => {
                load_word(&mut self.ops, RCX, slot_after(*at));
                for part in parts {
                    self.result_part(part);
                }
            }
        }
    }

    fn result_part(&mut self, part: &ResultPart) {
        let to = At::new(RCX, part.to);
        match part.from {
            Returned::Int(number) => {
                store_part(&mut self.ops, part.bytes, INT_RESULTS[usize::from(number)], to);
            }
            Returned::Vector(number) => store_vector(&mut self.ops, part.bytes, number, to),
            // Each store pops, so the next one is st(0) again.
            Returned::X87(_) => dynasm!(self.ops ; .arch x64 ; fstp TWORD [Rq(to.base) + to.offset]),
        }
    }

    fn leave(&mut self) {
        if self.frame == Frame::Register {
            dynasm!(self.ops ; .arch x64 ; mov rsp, rbp ; pop rbp);
        }
        dynasm!(self.ops ; .arch x64 ; xor eax, eax ; ret);
    }
}
