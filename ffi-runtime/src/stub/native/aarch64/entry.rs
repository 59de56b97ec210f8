//! Entries: where C comes in. A callback is a thunk of its own, which names the callback, and an entry that all
//! callbacks of its signature share.

use dynasm::dynasm;
use dynasmrt::{DynasmApi, DynasmLabelApi};
use vo_ffi_core::Class;
use vo_ffi_core::c::{ArgPlan, CallPlan, Form, Move, Place, ResultPlan, Returned};

use super::moves::{
    At, CALLER_STACK, address, copy, enter, extend, leave, load_extended, load_vector, load_word, stack,
    store_float_slot, store_vector, store_word, take_stack,
};
use super::{Assembler, CALLEE, IMAGE, RESULT_ADDRESS, VALUE};

/// The code of a callback: it goes to the entry whose address is the second word of `head`.
pub(crate) fn assemble_thunk(head: *const ()) -> Vec<u8> {
    let mut ops = Assembler::new(0);
    dynasm!(ops
        ; .arch aarch64
        ; ldr X(CALLEE), >head
        ; ldr x16, [XSP(CALLEE), 8]
        ; br x16
        ; brk 0
        ; head:
        ; .u64 head as u64
    );
    ops.finalize().unwrap_or_default()
}

/// The code that makes a frame of the plan's arguments, calls the first word of the head in x17 with the head and
/// the frame, and returns what the frame then has as the result.
///
/// An image that is in memory anyway is not copied, unless it may have less alignment there: its slot has the address.
pub(crate) fn assemble_entry(plan: &CallPlan) -> Vec<u8> {
    let mut entry = Entry { ops: Assembler::new(0), images: Images::of(plan) };
    enter(&mut entry.ops);
    take_stack(&mut entry.ops, entry.images.end, entry.images.align);
    for (arg, image) in plan.args.iter().zip(entry.images.args.clone()) {
        entry.arg(arg, image);
    }
    entry.room_for_result(&plan.result);
    dynasm!(entry.ops
        ; .arch aarch64
        ; mov x0, X(CALLEE)
        ; mov x1, sp
        ; ldr X(CALLEE), [XSP(CALLEE)]
        ; blr X(CALLEE)
    );
    entry.result(&plan.result);
    leave(&mut entry.ops);
    entry.ops.finalize().unwrap_or_default()
}

/// Where images are that have to be put together, from the stack pointer. The frame is below them.
struct Images {
    args: Vec<Option<u32>>,
    result: u32,
    end: u32,
    align: u32,
}

impl Images {
    fn of(plan: &CallPlan) -> Images {
        let mut images = Images { args: Vec::new(), result: 0, end: plan.slots() as u32 * 8, align: 16 };
        images.args = plan.args.iter().map(|arg| images.of_arg(arg)).collect();
        if let ResultPlan::Parts { bytes, .. } = plan.result {
            images.result = images.take(bytes, 16);
        }
        images.end = images.end.next_multiple_of(images.align);
        images
    }

    fn of_arg(&mut self, arg: &ArgPlan) -> Option<u32> {
        let Form::Image { bytes, align } = arg.form else { return None };
        let in_memory = match arg.moves.first() {
            Some(Move::Push { to, .. }) => to.is_multiple_of(align) && align <= 16,
            // AAPCS64, B.6: the caller's copy has the alignment of the members, at most 16.
            Some(Move::Reference { .. }) => align <= 8,
            _ => false,
        };
        (!in_memory).then(|| self.take(bytes, align))
    }

    /// Room that is written and read in whole words.
    fn take(&mut self, bytes: u32, align: u32) -> u32 {
        let align = align.max(16);
        let at = self.end.next_multiple_of(align);
        self.align = self.align.max(align);
        self.end = at + bytes.next_multiple_of(8);
        at
    }
}

/// x17 keeps the head until the call.
struct Entry {
    ops: Assembler,
    images: Images,
}

/// The place of a slot.
fn slot(number: u16) -> At {
    stack(u32::from(number) * 8)
}

impl Entry {
    fn arg(&mut self, arg: &ArgPlan, image: Option<u32>) {
        let to = slot(arg.slot);
        match (arg.form, arg.moves.first(), image) {
            (Form::Value { class, bytes }, Some(Move::Value { to: from }), _) => {
                self.value(class, bytes, *from, to);
            }
            (Form::Image { .. }, Some(Move::Reference { to: from, .. }), None) => {
                self.value(Class::Unsigned, 8, *from, to);
            }
            (Form::Image { bytes, .. }, Some(Move::Reference { to: from, .. }), Some(image)) => {
                self.value(Class::Unsigned, 8, *from, to);
                load_word(&mut self.ops, IMAGE, to);
                copy(&mut self.ops, bytes, stack(image));
                self.put_address(stack(image), to);
            }
            (Form::Image { .. }, Some(Move::Push { to: from, .. }), None) => {
                self.put_address(CALLER_STACK.plus(*from), to);
            }
            (Form::Image { bytes, .. }, Some(Move::Push { to: from, .. }), Some(image)) => {
                address(&mut self.ops, IMAGE, CALLER_STACK.plus(*from));
                copy(&mut self.ops, bytes, stack(image));
                self.put_address(stack(image), to);
            }
            (Form::Image { .. }, _, Some(image)) => {
                arg.moves.iter().for_each(|way| self.part(*way, image));
                self.put_address(stack(image), to);
            }
            _ => {}
        }
    }

    fn value(&mut self, class: Class, bytes: u8, from: Place, to: At) {
        match from {
            Place::Vector(number) => return store_float_slot(&mut self.ops, bytes, number, to),
            Place::Int(number) => extend(&mut self.ops, class, bytes, VALUE, number),
            Place::ResultAddress => return store_word(&mut self.ops, RESULT_ADDRESS, to),
            Place::Stack(at) => load_extended(&mut self.ops, class, bytes, VALUE, CALLER_STACK.plus(at)),
        }
        store_word(&mut self.ops, VALUE, to);
    }

    fn part(&mut self, way: Move, image: u32) {
        let Move::Part { from, bytes, to } = way else { return };
        let at = stack(image + from);
        match to {
            Place::Vector(number) => store_vector(&mut self.ops, bytes, number, at),
            place => self.value(Class::Unsigned, 8, place, at),
        }
    }

    fn put_address(&mut self, of: At, to: At) {
        address(&mut self.ops, VALUE, of);
        store_word(&mut self.ops, VALUE, to);
    }

    /// The address of the result's image, for the handler to fill.
    fn room_for_result(&mut self, result: &ResultPlan) {
        match *result {
            ResultPlan::Parts { slot: at, .. } => self.put_address(stack(self.images.result), slot(at)),
            ResultPlan::Memory { slot: at, to, .. } => self.value(Class::Unsigned, 8, to, slot(at)),
            ResultPlan::Void | ResultPlan::Value { .. } => {}
        }
    }

    fn result(&mut self, result: &ResultPlan) {
        match result {
            ResultPlan::Void | ResultPlan::Memory { .. } => {}
            ResultPlan::Value { slot: at, class: Class::Float, bytes, .. } => {
                load_vector(&mut self.ops, *bytes, 0, slot(*at));
            }
            ResultPlan::Value { slot: at, class, bytes, .. } => {
                load_extended(&mut self.ops, *class, *bytes, 0, slot(*at));
            }
            ResultPlan::Parts { parts, .. } => {
                for part in parts {
                    let from = stack(self.images.result + part.to);
                    match part.from {
                        Returned::Int(number) => load_word(&mut self.ops, number, from),
                        Returned::Vector(number) => load_vector(&mut self.ops, part.bytes, number, from),
                        Returned::X87(_) => unreachable!("x87 is x86's"),
                    }
                }
            }
        }
    }
}
