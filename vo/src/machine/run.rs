//! The run loop.
//!
//! Its state is three locals: the thread, the frame (`base`) and the instruction pointer. What takes longer
//! than a few instructions is a function in `ops`, to which the state is given through the thread.

use std::sync::atomic::Ordering;

use vo_ffi_core::{Callee, RawSlice, Slot, Status};

use super::enter::{is_vo, link, prologue};
use super::load::VoFunction;
use super::methods::find_callee;
use super::ops;
use super::thread::{Step, Thread, take_interrupt};
use super::unwind::{
    DIVIDE, INTERRUPTED, NEGATIVE_SHIFT, NIL, STACK_OVERFLOW, fail, fail_index, fail_native, unwind,
};
use crate::bytecode::Op;
use crate::heap::{FuncObject, StringHeader};

/// Runs a function until it returns to its link's `Exit`.
///
/// # Safety
/// `thread` is valid and not borrowed. `base` is the frame of `function`: linked, its prologue done.
pub(super) unsafe fn run(thread: *mut Thread, function: *const VoFunction, base: *mut Slot) -> Status {
    // SAFETY: the bytecode comes from the compiler (and `verify` holds in debug builds): operands name registers
    // of the frame of the kind that the operation wants, jumps go to instructions, and the last instruction
    // does not fall through. Registers hold valid values of their kind. Frames fit the register file, which the call
    // checks. The thread, the program and the heap outlive the run.
    unsafe {
        let mut base = base;
        let mut ip = (*function).code;
        let interrupt = (*thread).interrupt;

        macro_rules! reg {
            ($register:expr) => {
                *base.add($register as usize)
            };
        }
        macro_rules! fail {
            ($message:expr) => {
                return fail(thread, base, ip, $message)
            };
        }
        macro_rules! int {
            ($i:ident, |$x:ident, $y:ident| $value:expr) => {{
                let ($x, $y) = (reg!($i.b).as_i64(), reg!($i.c).as_i64());
                reg!($i.a) = Slot::from_i64($value);
            }};
        }
        macro_rules! int_imm {
            ($i:ident, |$x:ident, $y:ident| $value:expr) => {{
                let ($x, $y) = (reg!($i.b).as_i64(), $i.c as i16 as i64);
                reg!($i.a) = Slot::from_i64($value);
            }};
        }
        macro_rules! unary {
            ($i:ident, |$x:ident| $value:expr) => {{
                let $x = reg!($i.b);
                reg!($i.a) = $value;
            }};
        }
        macro_rules! f64 {
            ($i:ident, |$x:ident, $y:ident| $slot:ident($value:expr)) => {{
                let ($x, $y) = (reg!($i.b).as_f64(), reg!($i.c).as_f64());
                reg!($i.a) = Slot::$slot($value);
            }};
        }
        macro_rules! f32 {
            ($i:ident, |$x:ident, $y:ident| $slot:ident($value:expr)) => {{
                let ($x, $y) = (reg!($i.b).as_f32(), reg!($i.c).as_f32());
                reg!($i.a) = Slot::$slot($value);
            }};
        }
        macro_rules! goto {
            ($distance:expr) => {{
                ip = ip.offset($distance as isize);
                if (*interrupt).load(Ordering::Relaxed) && take_interrupt(thread) {
                    fail!(INTERRUPTED);
                }
            }};
        }
        macro_rules! jump {
            ($i:ident, |$x:ident, $y:ident| $as:ident, $condition:expr) => {{
                let ($x, $y) = (reg!($i.a).$as(), reg!($i.b).$as());
                if $condition {
                    goto!($i.c as i16);
                }
            }};
        }
        // The complement: with NaN neither a comparison nor its inverse holds.
        macro_rules! jump_not {
            ($i:ident, |$x:ident, $y:ident| $condition:expr) => {{
                let ($x, $y) = (reg!($i.a).as_f64(), reg!($i.b).as_f64());
                let holds = $condition;
                if !holds {
                    goto!($i.c as i16);
                }
            }};
        }
        macro_rules! jump_imm {
            ($i:ident, |$x:ident, $y:ident| $condition:expr) => {{
                let ($x, $y) = (reg!($i.a).as_i64(), $i.b as i16 as i64);
                if $condition {
                    goto!($i.c as i16);
                }
            }};
        }
        macro_rules! place {
            ($i:ident) => {{
                let at = reg!($i.b).as_ptr::<u8>();
                if at.is_null() {
                    fail!(NIL);
                }
                at.add($i.c as usize)
            }};
        }
        macro_rules! global {
            ($i:ident) => {
                (*thread).globals.add($i.index() as usize)
            };
        }
        macro_rules! element {
            ($i:ident, $size:expr) => {{
                let index = reg!($i.c).bits();
                let Some(slice) = reg!($i.b).as_ptr::<RawSlice>().as_ref() else {
                    return fail_index(thread, base, ip, index, 0);
                };
                if index >= slice.len as u64 {
                    return fail_index(thread, base, ip, index, slice.len);
                }
                slice.data.add(index as usize * $size)
            }};
        }
        macro_rules! array_element {
            ($i:ident, $size:expr) => {{
                let (index, len) = (reg!($i.c).bits(), (*ip).index() as u64);
                if index >= len {
                    return fail_index(thread, base, ip, index, len as usize);
                }
                ip = ip.add(1);
                reg!($i.b).as_ptr::<u8>().add(index as usize * $size)
            }};
        }
        // Registers hold narrow integers extended to 64 bits, which is what these casts do.
        macro_rules! load {
            ($i:ident, $ty:ty, $at:expr) => {{
                let at = $at;
                reg!($i.a) = Slot::from_i64(at.cast::<$ty>().read_unaligned() as i64);
            }};
        }
        macro_rules! load_pair {
            ($i:ident, $at:expr) => {{
                let at: *mut u8 = $at;
                let [word, data] = at.cast::<[Slot; 2]>().read();
                reg!($i.a) = word;
                reg!($i.a + 1) = data;
            }};
        }
        macro_rules! store {
            ($i:ident, $ty:ty, $at:expr) => {{
                let at = $at;
                at.cast::<$ty>().write_unaligned(reg!($i.a).bits() as $ty);
            }};
        }
        macro_rules! store_pair {
            ($i:ident, $at:expr) => {{
                let at: *mut u8 = $at;
                at.cast::<[Slot; 2]>().write([reg!($i.a), reg!($i.a + 1)]);
            }};
        }
        // Work done elsewhere; `exts` words follow.
        macro_rules! work {
            ($i:ident, $function:path, $exts:literal) => {{
                (*thread).base = base;
                (*thread).ip = ip;
                if $function(Step { thread, insn: $i }).is_err() {
                    return unwind(thread);
                }
                ip = ip.add($exts);
            }};
        }
        macro_rules! call {
            ($callee:expr, $window:expr, $func:expr) => {{
                let callee: *const Callee = $callee;
                let frame = base.add($window as usize);
                if is_vo((*callee).native) {
                    let function = callee.cast::<VoFunction>();
                    if frame.add((*function).extent as usize) > (*thread).limit {
                        fail!(STACK_OVERFLOW);
                    }
                    if (*interrupt).load(Ordering::Relaxed) && take_interrupt(thread) {
                        fail!(INTERRUPTED);
                    }
                    link(frame, base, ip, function);
                    prologue(frame, function, $func);
                    base = frame;
                    ip = (*function).code;
                } else {
                    (*thread).base = base;
                    (*thread).ip = ip;
                    (*thread).native = callee;
                    (*thread).native_frame = frame;
                    let error = &(*callee).plan.error_result;
                    if let Some(place) = error {
                        *frame.add(place.at as usize) = Slot::ZERO;
                        *frame.add(place.at as usize + 1) = Slot::ZERO;
                    }
                    let status = ((*callee).native)(thread.cast(), callee, frame);
                    if status != Status::Ok {
                        if status != Status::Error || error.is_none() {
                            return fail_native(thread, base, ip, callee);
                        }
                        if ops::calls::error_result(thread, callee, frame).is_err() {
                            return unwind(thread);
                        }
                    }
                }
            }};
        }

        loop {
            let i = *ip;
            ip = ip.add(1);
            match i.op {
                Op::Move => reg!(i.a) = reg!(i.b),
                Op::MovePair => {
                    let (word, data) = (reg!(i.b), reg!(i.b + 1));
                    reg!(i.a) = word;
                    reg!(i.a + 1) = data;
                }
                Op::LoadInt => reg!(i.a) = Slot::from_i64(i.imm() as i64),
                Op::LoadConst => reg!(i.a) = *(*thread).constants.add(i.index() as usize),
                Op::Interface => {
                    let data = reg!(i.b);
                    reg!(i.a) = Slot::from_bits(i.c as u64);
                    reg!(i.a + 1) = data;
                }

                Op::Add => int!(i, |x, y| x.wrapping_add(y)),
                Op::AddI => int_imm!(i, |x, y| x.wrapping_add(y)),
                Op::Sub => int!(i, |x, y| x.wrapping_sub(y)),
                Op::Mul => int!(i, |x, y| x.wrapping_mul(y)),
                Op::MulI => int_imm!(i, |x, y| x.wrapping_mul(y)),
                Op::Div => {
                    let (x, y) = (reg!(i.b).as_i64(), reg!(i.c).as_i64());
                    if y == 0 {
                        fail!(DIVIDE);
                    }
                    reg!(i.a) = Slot::from_i64(x.wrapping_div(y));
                }
                Op::DivU => {
                    let (x, y) = (reg!(i.b).bits(), reg!(i.c).bits());
                    if y == 0 {
                        fail!(DIVIDE);
                    }
                    reg!(i.a) = Slot::from_bits(x / y);
                }
                Op::Rem => {
                    let (x, y) = (reg!(i.b).as_i64(), reg!(i.c).as_i64());
                    if y == 0 {
                        fail!(DIVIDE);
                    }
                    reg!(i.a) = Slot::from_i64(x.wrapping_rem(y));
                }
                Op::RemU => {
                    let (x, y) = (reg!(i.b).bits(), reg!(i.c).bits());
                    if y == 0 {
                        fail!(DIVIDE);
                    }
                    reg!(i.a) = Slot::from_bits(x % y);
                }
                // The immediate is neither 0 nor -1; wrapping_div would only look again.
                Op::DivI => int_imm!(i, |x, y| x.checked_div(y).unwrap_unchecked()),
                Op::RemI => int_imm!(i, |x, y| x.checked_rem(y).unwrap_unchecked()),
                Op::And => int!(i, |x, y| x & y),
                Op::AndI => int_imm!(i, |x, y| x & y),
                Op::Or => int!(i, |x, y| x | y),
                Op::Xor => int!(i, |x, y| x ^ y),
                Op::AndNot => int!(i, |x, y| x & !y),
                Op::Shl => int!(i, |x, y| if (y as u64) < 64 { x << y } else { 0 }),
                Op::ShlI => int_imm!(i, |x, y| x.wrapping_shl(y as u32)),
                Op::Shr => int!(i, |x, y| x >> (y as u64).min(63)),
                Op::ShrI => int_imm!(i, |x, y| x.wrapping_shr(y as u32)),
                Op::ShrU => {
                    int!(i, |x, y| if (y as u64) < 64 { (x as u64 >> y) as i64 } else { 0 })
                }
                Op::ShrUI => int_imm!(i, |x, y| (x as u64).wrapping_shr(y as u32) as i64),
                Op::CheckShift => {
                    if reg!(i.a).as_i64() < 0 {
                        fail!(NEGATIVE_SHIFT);
                    }
                }
                Op::Neg => unary!(i, |x| Slot::from_i64(x.as_i64().wrapping_neg())),
                Op::Com => unary!(i, |x| Slot::from_bits(!x.bits())),
                Op::Not => unary!(i, |x| Slot::from_bits(x.bits() ^ 1)),
                Op::Sext8 => unary!(i, |x| Slot::from_i64(x.bits() as i8 as i64)),
                Op::Sext16 => unary!(i, |x| Slot::from_i64(x.bits() as i16 as i64)),
                Op::Sext32 => unary!(i, |x| Slot::from_i64(x.bits() as i32 as i64)),
                Op::Zext8 => unary!(i, |x| Slot::from_bits(x.bits() as u8 as u64)),
                Op::Zext16 => unary!(i, |x| Slot::from_bits(x.bits() as u16 as u64)),
                Op::Zext32 => unary!(i, |x| Slot::from_bits(x.bits() as u32 as u64)),

                Op::Eq => int!(i, |x, y| (x == y) as i64),
                Op::EqI => int_imm!(i, |x, y| (x == y) as i64),
                Op::Ne => int!(i, |x, y| (x != y) as i64),
                Op::NeI => int_imm!(i, |x, y| (x != y) as i64),
                Op::Lt => int!(i, |x, y| (x < y) as i64),
                Op::LtI => int_imm!(i, |x, y| (x < y) as i64),
                Op::Le => int!(i, |x, y| (x <= y) as i64),
                Op::LeI => int_imm!(i, |x, y| (x <= y) as i64),
                Op::GtI => int_imm!(i, |x, y| (x > y) as i64),
                Op::GeI => int_imm!(i, |x, y| (x >= y) as i64),
                Op::LtU => int!(i, |x, y| ((x as u64) < y as u64) as i64),
                Op::LeU => int!(i, |x, y| (x as u64 <= y as u64) as i64),

                Op::Jump => goto!(i.imm()),
                Op::JumpIf => {
                    if reg!(i.a).as_bool() {
                        goto!(i.imm());
                    }
                }
                Op::JumpIfNot => {
                    if !reg!(i.a).as_bool() {
                        goto!(i.imm());
                    }
                }
                Op::JumpEq => jump!(i, |x, y| as_i64, x == y),
                Op::JumpEqI => jump_imm!(i, |x, y| x == y),
                Op::JumpNe => jump!(i, |x, y| as_i64, x != y),
                Op::JumpNeI => jump_imm!(i, |x, y| x != y),
                Op::JumpLt => jump!(i, |x, y| as_i64, x < y),
                Op::JumpLtI => jump_imm!(i, |x, y| x < y),
                Op::JumpLe => jump!(i, |x, y| as_i64, x <= y),
                Op::JumpLeI => jump_imm!(i, |x, y| x <= y),
                Op::JumpGtI => jump_imm!(i, |x, y| x > y),
                Op::JumpGeI => jump_imm!(i, |x, y| x >= y),
                Op::JumpLtU => jump!(i, |x, y| bits, x < y),
                Op::JumpLeU => jump!(i, |x, y| bits, x <= y),
                Op::ForLt => {
                    let next = reg!(i.a).as_i64().wrapping_add(1);
                    reg!(i.a) = Slot::from_i64(next);
                    if next < reg!(i.b).as_i64() {
                        goto!(i.c as i16);
                    }
                }
                Op::JumpLtF => jump!(i, |x, y| as_f64, x < y),
                Op::JumpNotLtF => jump_not!(i, |x, y| x < y),
                Op::JumpLeF => jump!(i, |x, y| as_f64, x <= y),
                Op::JumpNotLeF => jump_not!(i, |x, y| x <= y),
                Op::JumpEqStr => {
                    if equal_strings(reg!(i.a), reg!(i.b)) {
                        goto!(i.c as i16);
                    }
                }
                Op::JumpNeStr => {
                    if !equal_strings(reg!(i.a), reg!(i.b)) {
                        goto!(i.c as i16);
                    }
                }

                Op::AddF => f64!(i, |x, y| from_f64(x + y)),
                Op::SubF => f64!(i, |x, y| from_f64(x - y)),
                Op::MulF => f64!(i, |x, y| from_f64(x * y)),
                Op::DivF => f64!(i, |x, y| from_f64(x / y)),
                Op::NegF => unary!(i, |x| Slot::from_f64(-x.as_f64())),
                Op::EqF => f64!(i, |x, y| from_bool(x == y)),
                Op::NeF => f64!(i, |x, y| from_bool(x != y)),
                Op::LtF => f64!(i, |x, y| from_bool(x < y)),
                Op::LeF => f64!(i, |x, y| from_bool(x <= y)),
                Op::AddF32 => f32!(i, |x, y| from_f32(x + y)),
                Op::SubF32 => f32!(i, |x, y| from_f32(x - y)),
                Op::MulF32 => f32!(i, |x, y| from_f32(x * y)),
                Op::DivF32 => f32!(i, |x, y| from_f32(x / y)),
                Op::NegF32 => unary!(i, |x| Slot::from_f32(-x.as_f32())),
                Op::EqF32 => f32!(i, |x, y| from_bool(x == y)),
                Op::NeF32 => f32!(i, |x, y| from_bool(x != y)),
                Op::LtF32 => f32!(i, |x, y| from_bool(x < y)),
                Op::LeF32 => f32!(i, |x, y| from_bool(x <= y)),
                Op::IntToF64 => unary!(i, |x| Slot::from_f64(x.as_i64() as f64)),
                Op::UintToF64 => unary!(i, |x| Slot::from_f64(x.bits() as f64)),
                Op::IntToF32 => unary!(i, |x| Slot::from_f32(x.as_i64() as f32)),
                Op::UintToF32 => unary!(i, |x| Slot::from_f32(x.bits() as f32)),
                Op::F64ToInt => unary!(i, |x| Slot::from_i64(float_to_int(x.as_f64()))),
                Op::F64ToUint => unary!(i, |x| Slot::from_bits(float_to_uint(x.as_f64()))),
                Op::F64ToF32 => unary!(i, |x| Slot::from_f32(x.as_f64() as f32)),
                Op::F32ToF64 => unary!(i, |x| Slot::from_f64(x.as_f32() as f64)),

                Op::LoadI8 => load!(i, i8, place!(i)),
                Op::LoadU8 => load!(i, u8, place!(i)),
                Op::LoadI16 => load!(i, i16, place!(i)),
                Op::LoadU16 => load!(i, u16, place!(i)),
                Op::LoadI32 => load!(i, i32, place!(i)),
                Op::LoadU32 => load!(i, u32, place!(i)),
                Op::Load64 => load!(i, u64, place!(i)),
                Op::LoadPair => load_pair!(i, place!(i)),
                Op::Store8 => store!(i, u8, place!(i)),
                Op::Store16 => store!(i, u16, place!(i)),
                Op::Store32 => store!(i, u32, place!(i)),
                Op::Store64 => store!(i, u64, place!(i)),
                Op::StorePair => store_pair!(i, place!(i)),
                Op::FieldAddr => reg!(i.a) = Slot::from_ptr(place!(i)),
                Op::Offset => {
                    reg!(i.a) = Slot::from_i64(reg!(i.a).as_i64().wrapping_add(i.imm() as i64));
                }
                Op::CheckNil => {
                    if reg!(i.a) == Slot::ZERO {
                        fail!(NIL);
                    }
                }

                Op::GlobalLoadI8 => load!(i, i8, global!(i)),
                Op::GlobalLoadU8 => load!(i, u8, global!(i)),
                Op::GlobalLoadI16 => load!(i, i16, global!(i)),
                Op::GlobalLoadU16 => load!(i, u16, global!(i)),
                Op::GlobalLoadI32 => load!(i, i32, global!(i)),
                Op::GlobalLoadU32 => load!(i, u32, global!(i)),
                Op::GlobalLoad64 => load!(i, u64, global!(i)),
                Op::GlobalLoadPair => load_pair!(i, global!(i)),
                Op::GlobalStore8 => store!(i, u8, global!(i)),
                Op::GlobalStore16 => store!(i, u16, global!(i)),
                Op::GlobalStore32 => store!(i, u32, global!(i)),
                Op::GlobalStore64 => store!(i, u64, global!(i)),
                Op::GlobalStorePair => store_pair!(i, global!(i)),
                Op::GlobalAddr => reg!(i.a) = Slot::from_ptr(global!(i)),

                Op::IndexI8 => load!(i, i8, element!(i, 1)),
                Op::IndexU8 => load!(i, u8, element!(i, 1)),
                Op::IndexI16 => load!(i, i16, element!(i, 2)),
                Op::IndexU16 => load!(i, u16, element!(i, 2)),
                Op::IndexI32 => load!(i, i32, element!(i, 4)),
                Op::IndexU32 => load!(i, u32, element!(i, 4)),
                Op::Index64 => load!(i, u64, element!(i, 8)),
                Op::IndexPair => load_pair!(i, element!(i, 16)),
                Op::SetIndex8 => store!(i, u8, element!(i, 1)),
                Op::SetIndex16 => store!(i, u16, element!(i, 2)),
                Op::SetIndex32 => store!(i, u32, element!(i, 4)),
                Op::SetIndex64 => store!(i, u64, element!(i, 8)),
                Op::SetIndexPair => store_pair!(i, element!(i, 16)),
                Op::IndexAddr => {
                    let at = element!(i, (*ip).index() as usize);
                    reg!(i.a) = Slot::from_ptr(at);
                    ip = ip.add(1);
                }
                Op::ArrayI8 => load!(i, i8, array_element!(i, 1)),
                Op::ArrayU8 => load!(i, u8, array_element!(i, 1)),
                Op::ArrayI16 => load!(i, i16, array_element!(i, 2)),
                Op::ArrayU16 => load!(i, u16, array_element!(i, 2)),
                Op::ArrayI32 => load!(i, i32, array_element!(i, 4)),
                Op::ArrayU32 => load!(i, u32, array_element!(i, 4)),
                Op::Array64 => load!(i, u64, array_element!(i, 8)),
                Op::ArrayPair => load_pair!(i, array_element!(i, 16)),
                Op::SetArray8 => store!(i, u8, array_element!(i, 1)),
                Op::SetArray16 => store!(i, u16, array_element!(i, 2)),
                Op::SetArray32 => store!(i, u32, array_element!(i, 4)),
                Op::SetArray64 => store!(i, u64, array_element!(i, 8)),
                Op::SetArrayPair => store_pair!(i, array_element!(i, 16)),
                Op::ArrayAddr => {
                    let size = (*ip.add(1)).index() as usize;
                    let at = array_element!(i, size);
                    reg!(i.a) = Slot::from_ptr(at);
                    ip = ip.add(1);
                }

                Op::New => work!(i, ops::objects::new, 0),
                Op::CopyImage => work!(i, ops::objects::copy_image, 1),
                Op::CopyBytes => {
                    let (to, from) = (reg!(i.a).as_ptr::<u8>(), reg!(i.b).as_ptr::<u8>());
                    if to.is_null() || from.is_null() {
                        fail!(NIL);
                    }
                    std::ptr::copy(from, to, (*ip).index() as usize);
                    ip = ip.add(1);
                }
                Op::ZeroBytes => {
                    let at = reg!(i.a).as_ptr::<u8>();
                    if at.is_null() {
                        fail!(NIL);
                    }
                    at.write_bytes(0, i.index() as usize);
                }

                Op::Len => {
                    // The lengths of strings and slices are at the same place.
                    let len = reg!(i.b).as_ptr::<StringHeader>().as_ref().map_or(0, |header| header.len);
                    reg!(i.a) = Slot::from_bits(len as u64);
                }
                Op::Cap => {
                    let cap = reg!(i.b).as_ptr::<RawSlice>().as_ref().map_or(0, |slice| slice.cap);
                    reg!(i.a) = Slot::from_bits(cap as u64);
                }
                Op::SliceData => {
                    let slice = reg!(i.b).as_ptr::<RawSlice>().as_ref();
                    let data = slice.map_or(Slot::ZERO, |slice| Slot::from_ptr(slice.data));
                    reg!(i.a) = data;
                }
                Op::StrIndex => {
                    let index = reg!(i.c).bits();
                    let Some(string) = reg!(i.b).as_ptr::<StringHeader>().as_ref() else {
                        return fail_index(thread, base, ip, index, 0);
                    };
                    if index >= string.len as u64 {
                        return fail_index(thread, base, ip, index, string.len);
                    }
                    reg!(i.a) = Slot::from_bits(*string.data.add(index as usize) as u64);
                }
                Op::Concat => work!(i, ops::strings::concat, 0),
                Op::EqStr => reg!(i.a) = Slot::from_bool(equal_strings(reg!(i.b), reg!(i.c))),
                Op::CmpStr => work!(i, ops::strings::compare, 0),
                Op::SliceStr => work!(i, ops::strings::slice, 0),
                Op::SliceSlice => work!(i, ops::slices::slice, 1),
                Op::Append => work!(i, ops::slices::append, 1),
                Op::RangeStr => {
                    let at = reg!(i.a).bits() as usize;
                    match reg!(i.b).as_ptr::<StringHeader>().as_ref() {
                        Some(string) if at < string.len => {
                            let first = *string.data.add(at);
                            let (rune, len) = match first < 0x80 {
                                true => (first as i64, 1),
                                false => ops::strings::decode_rune(string, at),
                            };
                            reg!(i.a) = Slot::from_bits((at + len) as u64);
                            reg!(i.a + 1) = Slot::from_bits(at as u64);
                            reg!(i.a + 2) = Slot::from_i64(rune);
                        }
                        _ => goto!(i.c as i16),
                    }
                }

                Op::MapGet => work!(i, ops::maps::get, 1),
                Op::MapGetOk => work!(i, ops::maps::get_ok, 2),
                Op::MapSet => work!(i, ops::maps::set, 1),
                Op::MapSlot => work!(i, ops::maps::slot, 1),
                Op::MapNext => {
                    (*thread).base = base;
                    (*thread).ip = ip;
                    ip = ip.add(2);
                    if !ops::maps::next(Step { thread, insn: i }) {
                        goto!(i.c as i16);
                    }
                }

                Op::EqInterface => work!(i, ops::interfaces::equal, 0),
                Op::AssertType => {
                    if reg!(i.a).bits() != (*ip).index() as u64 {
                        work!(i, ops::interfaces::fail_assert, 0);
                    }
                    ip = ip.add(2);
                }
                Op::Implements => work!(i, ops::interfaces::implements, 1),

                Op::Call => {
                    call!(*(*thread).callables.add(i.index() as usize), i.a, Slot::ZERO);
                }
                Op::CallValue => {
                    let func = reg!(i.b);
                    let Some(object) = func.as_ptr::<FuncObject>().as_ref() else { fail!(NIL) };
                    call!(object.callee, i.a, func);
                }
                Op::CallMethod => {
                    (*thread).base = base;
                    (*thread).ip = ip;
                    let Ok(callee) = find_callee(Step { thread, insn: i }) else {
                        return unwind(thread);
                    };
                    ip = ip.add(1);
                    call!(callee, i.a, Slot::ZERO);
                }
                Op::Return => {
                    ip = *base.sub(2).cast();
                    base = *base.sub(3).cast();
                }
                Op::Exit => return Status::Ok,
                Op::Closure => work!(i, ops::calls::closure, 1),
                Op::Panic => work!(i, ops::calls::panic, 0),
                Op::Runtime => work!(i, ops::runtime, 1),
                Op::Ext => std::hint::unreachable_unchecked(),
            }
        }
    }
}

#[inline(always)]
unsafe fn equal_strings(x: Slot, y: Slot) -> bool {
    // SAFETY: the caller's registers hold strings.
    x == y || unsafe { ops::strings::equal(x, y) }
}

/// As Go does it on x86-64: what does not fit is the smallest integer.
#[inline(always)]
fn float_to_int(x: f64) -> i64 {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&x) { x as i64 } else { i64::MIN }
}

/// As Go does it on x86-64.
#[inline(always)]
fn float_to_uint(x: f64) -> u64 {
    const HALF: f64 = 9_223_372_036_854_775_808.0;
    if x < HALF { float_to_int(x) as u64 } else { (float_to_int(x - HALF) as u64) ^ 1 << 63 }
}
