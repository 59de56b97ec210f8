//! Loads, stores and copies of values of any width.

use dynasm::dynasm;
use dynasmrt::DynasmApi;
use vo_ffi_core::Class;

use super::{Assembler, R10, XMM_SCRATCH};

/// Longer images are copied by a loop.
const UNROLLED: u32 = 256;

/// A larger step of the stack pointer could pass over the guard page.
const PAGE: u32 = 4096;

/// Takes so many bytes of stack.
pub(super) fn take_stack(ops: &mut Assembler, bytes: u32) {
    for _ in 0..bytes / PAGE {
        dynasm!(ops ; .arch x64 ; sub rsp, PAGE as i32 ; test [rsp], rsp);
    }
    dynasm!(ops ; .arch x64 ; sub rsp, (bytes % PAGE) as i32);
}

/// An address: so many bytes from what is in a register.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    pub(super) base: u8,
    pub(super) offset: i32,
}

impl At {
    pub(super) fn new(base: u8, offset: u32) -> At {
        // Frames and stack areas have less than 2 GiB: the planner sees to it.
        At { base, offset: offset as i32 }
    }

    fn plus(self, bytes: u32) -> At {
        At { offset: self.offset + bytes as i32, ..self }
    }
}

/// Loads an integer, extended from its width.
pub(super) fn load_extended(ops: &mut Assembler, class: Class, bytes: u8, to: u8, from: At) {
    let At { base, offset } = from;
    match (class, bytes) {
        (Class::Signed, 1) => dynasm!(ops ; .arch x64 ; movsx Rq(to), BYTE [Rq(base) + offset]),
        (Class::Signed, 2) => dynasm!(ops ; .arch x64 ; movsx Rq(to), WORD [Rq(base) + offset]),
        (Class::Signed, 4) => dynasm!(ops ; .arch x64 ; movsxd Rq(to), DWORD [Rq(base) + offset]),
        (_, 1) => dynasm!(ops ; .arch x64 ; movzx Rd(to), BYTE [Rq(base) + offset]),
        (_, 2) => dynasm!(ops ; .arch x64 ; movzx Rd(to), WORD [Rq(base) + offset]),
        (_, 4) => dynasm!(ops ; .arch x64 ; mov Rd(to), DWORD [Rq(base) + offset]),
        _ => dynasm!(ops ; .arch x64 ; mov Rq(to), QWORD [Rq(base) + offset]),
    }
}

/// Extends an integer in a register from its width; a bool becomes 0 or 1.
pub(super) fn extend(ops: &mut Assembler, class: Class, bytes: u8, register: u8) {
    match (class, bytes) {
        (Class::Bool, _) => dynasm!(ops
            ; .arch x64
            ; test Rb(register), Rb(register)
            ; setne Rb(register)
            ; movzx Rd(register), Rb(register)
        ),
        (Class::Signed, 1) => dynasm!(ops ; .arch x64 ; movsx Rq(register), Rb(register)),
        (Class::Signed, 2) => dynasm!(ops ; .arch x64 ; movsx Rq(register), Rw(register)),
        (Class::Signed, 4) => dynasm!(ops ; .arch x64 ; movsxd Rq(register), Rd(register)),
        (_, 1) => dynasm!(ops ; .arch x64 ; movzx Rd(register), Rb(register)),
        (_, 2) => dynasm!(ops ; .arch x64 ; movzx Rd(register), Rw(register)),
        (_, 4) => dynasm!(ops ; .arch x64 ; mov Rd(register), Rd(register)),
        _ => {}
    }
}

pub(super) fn load_vector(ops: &mut Assembler, bytes: u8, to: u8, from: At) {
    let At { base, offset } = from;
    match bytes {
        4 => dynasm!(ops ; .arch x64 ; movss Rx(to), DWORD [Rq(base) + offset]),
        16 => dynasm!(ops ; .arch x64 ; movups Rx(to), OWORD [Rq(base) + offset]),
        _ => dynasm!(ops ; .arch x64 ; movsd Rx(to), QWORD [Rq(base) + offset]),
    }
}

pub(super) fn store_vector(ops: &mut Assembler, bytes: u8, from: u8, to: At) {
    let At { base, offset } = to;
    match bytes {
        4 => dynasm!(ops ; .arch x64 ; movss DWORD [Rq(base) + offset], Rx(from)),
        16 => dynasm!(ops ; .arch x64 ; movups OWORD [Rq(base) + offset], Rx(from)),
        _ => dynasm!(ops ; .arch x64 ; movsd QWORD [Rq(base) + offset], Rx(from)),
    }
}

pub(super) fn store_word(ops: &mut Assembler, from: u8, to: At) {
    let At { base, offset } = to;
    dynasm!(ops ; .arch x64 ; mov QWORD [Rq(base) + offset], Rq(from));
}

pub(super) fn load_word(ops: &mut Assembler, to: u8, from: At) {
    load_extended(ops, Class::Unsigned, 8, to, from);
}

pub(super) fn address(ops: &mut Assembler, to: u8, of: At) {
    let At { base, offset } = of;
    dynasm!(ops ; .arch x64 ; lea Rq(to), [Rq(base) + offset]);
}

/// The powers of two that so many bytes, at most 15, consist of, the largest first, with the offset of each.
fn pieces(bytes: u8) -> impl Iterator<Item = (u32, u8)> {
    let present = [8, 4, 2, 1].into_iter().filter(move |piece| bytes & piece != 0);
    // What precedes a piece are the larger ones.
    present.map(move |piece| (u32::from(bytes & !(2 * piece - 1) & 15), piece))
}

/// Loads up to 8 bytes and no byte more: what is behind them may not be readable. Uses r10 for odd sizes.
pub(super) fn load_part(ops: &mut Assembler, bytes: u8, to: u8, from: At) {
    for (index, (at, piece)) in pieces(bytes).enumerate() {
        if index == 0 {
            load_extended(ops, Class::Unsigned, piece, to, from);
            continue;
        }
        let shift = at as i8 * 8;
        load_extended(ops, Class::Unsigned, piece, R10, from.plus(at));
        dynasm!(ops ; .arch x64 ; shl Rq(R10), shift ; or Rq(to), Rq(R10));
    }
}

/// Stores the low bytes of a register, which is used up, and no byte more.
pub(super) fn store_part(ops: &mut Assembler, bytes: u8, from: u8, to: At) {
    let mut done = 0;
    for (at, piece) in pieces(bytes) {
        let At { base, offset } = to.plus(at);
        let shift = (at - done) as i8 * 8;
        if shift > 0 {
            dynasm!(ops ; .arch x64 ; shr Rq(from), shift);
        }
        match piece {
            1 => dynasm!(ops ; .arch x64 ; mov BYTE [Rq(base) + offset], Rb(from)),
            2 => dynasm!(ops ; .arch x64 ; mov WORD [Rq(base) + offset], Rw(from)),
            4 => dynasm!(ops ; .arch x64 ; mov DWORD [Rq(base) + offset], Rd(from)),
            _ => dynasm!(ops ; .arch x64 ; mov QWORD [Rq(base) + offset], Rq(from)),
        }
        done = at;
    }
}

/// Copies an image. Uses r10 and a vector register; for long images rcx, rsi and rdi too.
pub(super) fn copy(ops: &mut Assembler, bytes: u32, from: At, to: At) {
    let mut done = 0;
    if bytes > UNROLLED {
        done = bytes / 8 * 8;
        let words = (done / 8) as i32;
        address(ops, super::RSI, from);
        address(ops, super::RDI, to);
        dynasm!(ops ; .arch x64 ; mov ecx, words ; rep movsq);
    }
    while bytes - done >= 16 {
        // Two loads of 8 bytes, since the image may have been written in such pieces just now, and one store of 16,
        // since the callee may read it so. Either mismatch would stall.
        let (low, high, store) = (from.plus(done), from.plus(done + 8), to.plus(done));
        dynasm!(ops
            ; .arch x64
            ; movsd Rx(XMM_SCRATCH), QWORD [Rq(low.base) + low.offset]
            ; movhps Rx(XMM_SCRATCH), QWORD [Rq(high.base) + high.offset]
            ; movups OWORD [Rq(store.base) + store.offset], Rx(XMM_SCRATCH)
        );
        done += 16;
    }
    for (at, piece) in pieces((bytes - done) as u8) {
        load_extended(ops, Class::Unsigned, piece, R10, from.plus(done + at));
        store_part(ops, piece, R10, to.plus(done + at));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_sizes_are_sums_of_powers_of_two() {
        let of = |bytes| pieces(bytes).collect::<Vec<_>>();
        assert_eq!(of(8), [(0, 8)]);
        assert_eq!(of(7), [(0, 4), (4, 2), (6, 1)]);
        assert_eq!(of(5), [(0, 4), (4, 1)]);
        assert_eq!(of(0), []);
    }
}
