//! Entries: where C comes in. A callback is a thunk of its own, which names the callback, and an entry that all
//! callbacks of its signature share.

use dynasm::dynasm;
use dynasmrt::DynasmApi;
use vo_ffi_core::Class;
use vo_ffi_core::c::{ArgPlan, CallPlan, Convention, Form, Move, Place, ResultPart, ResultPlan, Returned};

use super::moves::{
    At, address, extend, load_extended, load_part, load_vector, load_word, store_part, store_vector,
    store_word, take_stack,
};
use super::{Assembler, INT_RESULTS, RAX, RBP, RCX, RSP, assembler, int_register};

/// What System V's code may change and Windows' callers rely on: xmm6 to xmm15, and rdi and rsi, which are pushed.
const WIN64_SAVED: std::ops::RangeInclusive<u8> = 6..=15;

/// The stack arguments, seen from rbp: behind the saved rbp and the return address.
const STACK_ARGS: u32 = 16;

/// The code of a callback: it goes to the entry whose address is the second word of `head`.
pub(crate) fn assemble_thunk(head: *const ()) -> Vec<u8> {
    let mut ops = assembler();
    dynasm!(ops ; .arch x64 ; mov r11, QWORD head as i64 ; jmp QWORD [r11 + 8]);
    ops.finalize()
}

/// The code that makes a frame of the plan's arguments, calls the first word of the head in r11 with the head and
/// the frame, and returns what the frame then has as the result.
///
/// An image that is in memory anyway is not copied: its slot has the address.
pub(crate) fn assemble_entry(plan: &CallPlan) -> Vec<u8> {
    let mut entry = Entry { ops: assembler(), plan, images: Images::of(plan) };
    entry.enter();
    for (index, arg) in plan.args.iter().enumerate() {
        entry.arg(arg, entry.images.args[index]);
    }
    entry.room_for_result();
    dynasm!(entry.ops ; .arch x64 ; mov rdi, r11 ; mov rsi, rsp ; call QWORD [r11]);
    entry.result();
    entry.leave();
    entry.ops.finalize()
}

/// Where images are that have to be put together, from the stack pointer. The frame is below them.
struct Images {
    args: Vec<u32>,
    result: u32,
    end: u32,
}

impl Images {
    fn of(plan: &CallPlan) -> Images {
        let mut end = (plan.slots() as u32 * 8).next_multiple_of(16);
        let mut next = |bytes: u32| {
            let at = end;
            end += bytes.next_multiple_of(16);
            at
        };
        let args = plan.args.iter().map(|arg| match (arg.form, arg.moves.first()) {
            (Form::Image { bytes, .. }, Some(Move::Part { .. }) | None) => next(bytes),
            _ => 0,
        });
        let args = args.collect();
        let result = match plan.result {
            ResultPlan::Parts { bytes, .. } => next(bytes),
            _ => 0,
        };
        Images { args, result, end }
    }
}

struct Entry<'p> {
    ops: Assembler,
    plan: &'p CallPlan,
    images: Images,
}

/// The place of a slot.
fn slot(number: u16) -> At {
    At::new(RSP, u32::from(number) * 8)
}

impl Entry<'_> {
    fn is_win64(&self) -> bool {
        self.plan.convention == Convention::Win64
    }

    fn enter(&mut self) {
        dynasm!(self.ops ; .arch x64 ; push rbp ; mov rbp, rsp);
        if !self.is_win64() {
            return take_stack(&mut self.ops, self.images.end);
        }
        dynasm!(self.ops ; .arch x64 ; push rdi ; push rsi);
        take_stack(&mut self.ops, self.images.end + WIN64_SAVED.count() as u32 * 16);
        for register in WIN64_SAVED {
            let at = self.saved(register);
            store_vector(&mut self.ops, 16, register, at);
        }
    }

    fn saved(&self, register: u8) -> At {
        At::new(RSP, self.images.end + u32::from(register - WIN64_SAVED.start()) * 16)
    }

    fn arg(&mut self, arg: &ArgPlan, image: u32) {
        match arg.form {
            Form::Value { class, bytes } => {
                if let Some(Move::Value { to }) = arg.moves.first() {
                    self.value(class, bytes, *to, slot(arg.slot));
                }
            }
            Form::Image { .. } => match arg.moves.first() {
                Some(Move::Push { to, .. }) => {
                    address(&mut self.ops, RAX, At::new(RBP, STACK_ARGS + to));
                    store_word(&mut self.ops, RAX, slot(arg.slot));
                }
                Some(Move::Reference { to, .. }) => {
                    self.value(Class::Unsigned, 8, *to, slot(arg.slot));
                }
                _ => self.parts(arg, image),
            },
        }
    }

    fn value(&mut self, class: Class, bytes: u8, from: Place, to: At) {
        match from {
            Place::Vector(number) if bytes == 4 => dynasm!(self.ops ; .arch x64 ; movd eax, Rx(number)),
            Place::Vector(number) => return store_vector(&mut self.ops, bytes, number, to),
            Place::Int(number) => {
                let register = int_register(self.plan.convention, number);
                dynasm!(self.ops ; .arch x64 ; mov rax, Rq(register));
                // The upper bytes are whatever the caller had in the register.
                extend(&mut self.ops, class, bytes, RAX);
            }
            Place::Stack(at) => {
                load_extended(&mut self.ops, class, bytes, RAX, At::new(RBP, STACK_ARGS + at));
                if class == Class::Bool {
                    extend(&mut self.ops, class, bytes, RAX);
                }
            }
            Place::ResultAddress => return,
        }
        store_word(&mut self.ops, RAX, to);
    }

    fn parts(&mut self, arg: &ArgPlan, image: u32) {
        for way in &arg.moves {
            let Move::Part { from, bytes, to } = *way else { continue };
            let at = At::new(RSP, image + from);
            match to {
                Place::Vector(number) => store_vector(&mut self.ops, bytes, number, at),
                Place::Int(number) => {
                    let register = int_register(self.plan.convention, number);
                    dynasm!(self.ops ; .arch x64 ; mov rax, Rq(register));
                    store_part(&mut self.ops, bytes, RAX, at);
                }
                Place::Stack(stack) => {
                    load_word(&mut self.ops, RAX, At::new(RBP, STACK_ARGS + stack));
                    store_part(&mut self.ops, bytes, RAX, at);
                }
                Place::ResultAddress => {}
            }
        }
        address(&mut self.ops, RAX, At::new(RSP, image));
        store_word(&mut self.ops, RAX, slot(arg.slot));
    }

    /// The address of the result's image, for the handler to fill.
    fn room_for_result(&mut self) {
        match self.plan.result {
            ResultPlan::Parts { slot: at, .. } => {
                address(&mut self.ops, RAX, At::new(RSP, self.images.result));
                store_word(&mut self.ops, RAX, slot(at));
            }
            ResultPlan::Memory { slot: at, to, .. } => self.value(Class::Unsigned, 8, to, slot(at)),
            ResultPlan::Void | ResultPlan::Value { .. } => {}
        }
    }

    fn result(&mut self) {
        let plan = self.plan;
        match &plan.result {
            ResultPlan::Void => {}
            ResultPlan::Value { slot: at, class: Class::Float, bytes, .. } => {
                load_vector(&mut self.ops, *bytes, 0, slot(*at));
            }
            ResultPlan::Value { slot: at, class, bytes, .. } => {
                load_extended(&mut self.ops, *class, *bytes, RAX, slot(*at));
            }
            ResultPlan::Memory { slot: at, .. } => load_word(&mut self.ops, RAX, slot(*at)),
            ResultPlan::Parts { parts, .. } => {
                address(&mut self.ops, RCX, At::new(RSP, self.images.result));
                // st(0) is what is loaded last.
                parts.iter().rev().for_each(|part| self.result_part(part));
            }
        }
    }

    fn result_part(&mut self, part: &ResultPart) {
        let from = At::new(RCX, part.to);
        match part.from {
            Returned::Int(number) => {
                load_part(&mut self.ops, part.bytes, INT_RESULTS[usize::from(number)], from);
            }
            Returned::Vector(number) => load_vector(&mut self.ops, part.bytes, number, from),
            Returned::X87(_) => dynasm!(self.ops ; .arch x64 ; fld TWORD [Rq(from.base) + from.offset]),
        }
    }

    fn leave(&mut self) {
        if self.is_win64() {
            for register in WIN64_SAVED {
                let at = self.saved(register);
                load_vector(&mut self.ops, 16, register, at);
            }
            dynasm!(self.ops ; .arch x64 ; mov rsi, [rbp - 16] ; mov rdi, [rbp - 8]);
        }
        dynasm!(self.ops ; .arch x64 ; leave ; ret);
    }
}
