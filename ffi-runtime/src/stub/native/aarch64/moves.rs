//! Loads, stores and copies of values of any width.

use dynasm::dynasm;
use dynasmrt::{DynasmApi, DynasmLabelApi};
use vo_ffi_core::Class;

use super::{Assembler, COPY, FAR, FRAME_RECORD, IMAGE, PIECE, SP, VALUE};

/// Longer images are copied by a loop.
const UNROLLED: u32 = 128;

/// A larger step of the stack pointer could pass over the guard page.
const PAGE: u32 = 4096;

/// Instructions reach at least so far from a register.
const REACH: u32 = 4000;

/// An address: so many bytes from what is in a register.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    base: u8,
    offset: u32,
}

impl At {
    pub(super) const fn new(base: u8, offset: u32) -> At {
        At { base, offset }
    }

    pub(super) fn plus(self, bytes: u32) -> At {
        At { offset: self.offset + bytes, ..self }
    }

    /// The same address, near enough for every instruction.
    fn near(self, ops: &mut Assembler) -> At {
        if self.offset <= REACH {
            return self;
        }
        address(ops, FAR, self);
        At::new(FAR, 0)
    }
}

/// Puts a number into a register.
pub(super) fn set(ops: &mut Assembler, to: u8, number: u64) {
    dynasm!(ops ; .arch aarch64 ; movz X(to), (number & 0xffff) as u32);
    for shift in [16, 32, 48] {
        let half = (number >> shift & 0xffff) as u32;
        if half != 0 {
            dynasm!(ops ; .arch aarch64 ; movk X(to), half, lsl shift);
        }
    }
}

/// Puts an address into a register.
pub(super) fn address(ops: &mut Assembler, to: u8, of: At) {
    if of.offset <= REACH {
        dynasm!(ops ; .arch aarch64 ; add XSP(to), XSP(of.base), of.offset);
    } else {
        set(ops, FAR, of.offset.into());
        dynasm!(ops ; .arch aarch64 ; add XSP(to), XSP(of.base), X(FAR));
    }
}

/// Takes so many bytes of stack with this alignment.
pub(super) fn take_stack(ops: &mut Assembler, bytes: u32, align: u32) {
    if bytes == 0 {
        return;
    }
    if bytes + align <= PAGE && align <= 16 {
        dynasm!(ops ; .arch aarch64 ; sub sp, sp, bytes);
        return;
    }
    set(ops, VALUE, bytes.into());
    dynasm!(ops ; .arch aarch64 ; mov XSP(FAR), sp ; sub X(FAR), X(FAR), X(VALUE));
    dynasm!(ops ; .arch aarch64 ; and XSP(FAR), X(FAR), u64::from(align).wrapping_neg());
    if bytes + align > PAGE {
        dynasm!(ops
            ; .arch aarch64
            ; page:
            ; sub sp, sp, 1, lsl 12
            ; str xzr, [sp]
            ; mov XSP(PIECE), sp
            ; cmp X(PIECE), X(FAR)
            ; b.hi <page
        );
    }
    dynasm!(ops ; .arch aarch64 ; mov sp, XSP(FAR));
}

/// Loads an integer, extended from its width.
pub(super) fn load_extended(ops: &mut Assembler, class: Class, bytes: u8, to: u8, from: At) {
    let At { base, offset } = from.near(ops);
    match (class, bytes) {
        (Class::Signed, 1) => dynasm!(ops ; .arch aarch64 ; ldrsb X(to), [XSP(base), offset]),
        (Class::Signed, 2) => dynasm!(ops ; .arch aarch64 ; ldrsh X(to), [XSP(base), offset]),
        (Class::Signed, 4) => dynasm!(ops ; .arch aarch64 ; ldrsw X(to), [XSP(base), offset]),
        (_, 1) => dynasm!(ops ; .arch aarch64 ; ldrb W(to), [XSP(base), offset]),
        (_, 2) => dynasm!(ops ; .arch aarch64 ; ldrh W(to), [XSP(base), offset]),
        (_, 4) => dynasm!(ops ; .arch aarch64 ; ldr W(to), [XSP(base), offset]),
        _ => dynasm!(ops ; .arch aarch64 ; ldr X(to), [XSP(base), offset]),
    }
}

/// Extends an integer from its width; a bool becomes 0 or 1.
pub(super) fn extend(ops: &mut Assembler, class: Class, bytes: u8, to: u8, from: u8) {
    match (class, bytes) {
        (Class::Bool, _) => {
            dynasm!(ops ; .arch aarch64 ; tst W(from), 0xff ; cset W(to), ne);
        }
        (Class::Signed, 1) => dynasm!(ops ; .arch aarch64 ; sxtb X(to), W(from)),
        (Class::Signed, 2) => dynasm!(ops ; .arch aarch64 ; sxth X(to), W(from)),
        (Class::Signed, 4) => dynasm!(ops ; .arch aarch64 ; sxtw X(to), W(from)),
        (_, 1) => dynasm!(ops ; .arch aarch64 ; uxtb W(to), W(from)),
        (_, 2) => dynasm!(ops ; .arch aarch64 ; uxth W(to), W(from)),
        (_, 4) => dynasm!(ops ; .arch aarch64 ; mov W(to), W(from)),
        _ => dynasm!(ops ; .arch aarch64 ; mov X(to), X(from)),
    }
}

pub(super) fn load_word(ops: &mut Assembler, to: u8, from: At) {
    load_extended(ops, Class::Unsigned, 8, to, from);
}

pub(super) fn store_word(ops: &mut Assembler, from: u8, to: At) {
    let At { base, offset } = to.near(ops);
    dynasm!(ops ; .arch aarch64 ; str X(from), [XSP(base), offset]);
}

pub(super) fn load_vector(ops: &mut Assembler, bytes: u8, to: u8, from: At) {
    let At { base, offset } = from.near(ops);
    match bytes {
        4 => dynasm!(ops ; .arch aarch64 ; ldr S(to), [XSP(base), offset]),
        16 => dynasm!(ops ; .arch aarch64 ; ldr Q(to), [XSP(base), offset]),
        _ => dynasm!(ops ; .arch aarch64 ; ldr D(to), [XSP(base), offset]),
    }
}

pub(super) fn store_vector(ops: &mut Assembler, bytes: u8, from: u8, to: At) {
    let At { base, offset } = to.near(ops);
    match bytes {
        4 => dynasm!(ops ; .arch aarch64 ; str S(from), [XSP(base), offset]),
        16 => dynasm!(ops ; .arch aarch64 ; str Q(from), [XSP(base), offset]),
        _ => dynasm!(ops ; .arch aarch64 ; str D(from), [XSP(base), offset]),
    }
}

/// Writes a float of 4 or 8 bytes to a slot, whose high half is 0 for the former.
pub(super) fn store_float_slot(ops: &mut Assembler, bytes: u8, from: u8, to: At) {
    if bytes == 4 {
        dynasm!(ops ; .arch aarch64 ; fmov W(VALUE), S(from));
        store_word(ops, VALUE, to);
    } else {
        store_vector(ops, bytes, from, to);
    }
}

/// The powers of two that so many bytes consist of, the largest first, with the offset of each.
fn pieces(bytes: u32) -> impl Iterator<Item = (u32, u8)> {
    [8_u8, 4, 2, 1].into_iter().filter_map(move |piece| {
        let larger = !(u32::from(piece) * 2 - 1);
        (bytes & u32::from(piece) != 0).then_some((bytes & larger, piece))
    })
}

/// Loads up to 8 bytes and no byte more: what is behind them may not be readable.
pub(super) fn load_part(ops: &mut Assembler, bytes: u8, to: u8, from: At) {
    for (at, piece) in pieces(bytes.into()) {
        if at == 0 {
            load_extended(ops, Class::Unsigned, piece, to, from);
        } else {
            load_extended(ops, Class::Unsigned, piece, PIECE, from.plus(at));
            dynasm!(ops ; .arch aarch64 ; orr X(to), X(to), X(PIECE), lsl at * 8);
        }
    }
}

/// Stores the low bytes of a register, and no byte more.
pub(super) fn store_part(ops: &mut Assembler, bytes: u8, from: u8, to: At) {
    for (at, piece) in pieces(bytes.into()) {
        let from = if at == 0 {
            from
        } else {
            dynasm!(ops ; .arch aarch64 ; lsr X(PIECE), X(from), at * 8);
            PIECE
        };
        let At { base, offset } = to.plus(at).near(ops);
        match piece {
            1 => dynasm!(ops ; .arch aarch64 ; strb W(from), [XSP(base), offset]),
            2 => dynasm!(ops ; .arch aarch64 ; strh W(from), [XSP(base), offset]),
            4 => dynasm!(ops ; .arch aarch64 ; str W(from), [XSP(base), offset]),
            _ => dynasm!(ops ; .arch aarch64 ; str X(from), [XSP(base), offset]),
        }
    }
}

/// Copies the image whose address is in [`IMAGE`], which is used up.
pub(super) fn copy(ops: &mut Assembler, bytes: u32, to: At) {
    let mut to = to;
    if to.offset + bytes.min(UNROLLED) > 504 || bytes > UNROLLED {
        address(ops, COPY, to);
        to = At::new(COPY, 0);
    }
    let mut rest = bytes;
    if bytes > UNROLLED {
        set(ops, PIECE, (bytes / 64).into());
        dynasm!(ops
            ; .arch aarch64
            ; block:
            ; ldp q16, q17, [XSP(IMAGE)], 32
            ; ldp q18, q19, [XSP(IMAGE)], 32
            ; stp q16, q17, [XSP(COPY)], 32
            ; stp q18, q19, [XSP(COPY)], 32
            ; subs X(PIECE), XSP(PIECE), 1
            ; b.ne <block
        );
        rest = bytes % 64;
    }
    copy_unrolled(ops, rest, At::new(IMAGE, 0), to);
}

/// Loads of 8 bytes, since the image may have been written in such pieces just now; a wider load would wait for them.
fn copy_unrolled(ops: &mut Assembler, bytes: u32, from: At, to: At) {
    let pairs = bytes / 16 * 16;
    for at in (0..pairs).step_by(16) {
        dynasm!(ops
            ; .arch aarch64
            ; ldp X(VALUE), X(PIECE), [XSP(from.base), (from.offset + at) as i32]
            ; stp X(VALUE), X(PIECE), [XSP(to.base), (to.offset + at) as i32]
        );
    }
    for (at, piece) in pieces(bytes % 16) {
        load_extended(ops, Class::Unsigned, piece, VALUE, from.plus(pairs + at));
        store_part(ops, piece, VALUE, to.plus(pairs + at));
    }
}

/// Saves the frame record, so that debuggers walk past this code.
pub(super) fn enter(ops: &mut Assembler) {
    dynasm!(ops ; .arch aarch64 ; stp x29, x30, [sp, -32]! ; str x19, [sp, 16] ; mov XSP(FRAME_RECORD), sp);
}

/// The stack at the call: what [`enter`] saved is below it.
pub(super) const CALLER_STACK: At = At::new(FRAME_RECORD, 32);

/// Undoes [`enter`] and [`take_stack`], and returns.
pub(super) fn leave(ops: &mut Assembler) {
    dynasm!(ops
        ; .arch aarch64
        ; mov sp, XSP(FRAME_RECORD)
        ; ldr x19, [sp, 16]
        ; ldp x29, x30, [sp], 32
        ; ret
    );
}

/// The place of so many bytes above the stack pointer.
pub(super) fn stack(at: u32) -> At {
    At::new(SP, at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_sizes_are_sums_of_powers_of_two() {
        let of = |bytes| pieces(bytes).collect::<Vec<_>>();
        assert_eq!(of(8), [(0, 8)]);
        assert_eq!(of(7), [(0, 4), (4, 2), (6, 1)]);
        assert_eq!(of(13), [(0, 8), (8, 4), (12, 1)]);
        assert_eq!(of(0), []);
    }
}
