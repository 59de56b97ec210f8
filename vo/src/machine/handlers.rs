//! What each operation does: one handler per row of [`Op`]'s table.
//!
//! What takes longer than a few machine instructions is a function in `ops`.

use vo_ffi::{RawSlice, Slot, Status, TrapKind};

use super::methods::{Method, adjust_receiver, find_slowly};
use super::ops::{calls, interfaces, maps, objects, pointers, runtime, slices, strings};
use super::state::{Flow, Handler, State};
use super::thread::Thread;
use super::unwind::{NEGATIVE_SHIFT, NIL, end_defers, fail_for_good, fail_index, unwind};
use crate::bytecode::{Insn, Op, Receiver};
use crate::heap::{FuncObject, StringHeader};

const COUNT: usize = Op::ALL.len();

/// The handlers, by the number of the operation.
pub(super) static HANDLERS: [Handler; COUNT] = handlers();

macro_rules! handlers {
    ($($op:ident => |$state:ident| $body:expr,)*) => {
        const fn handlers() -> [Handler; COUNT] {
            let mut handlers: [Handler; COUNT] = [missing; COUNT];
            $({
                #[expect(non_snake_case, reason = "handlers are named like their operations")]
                unsafe fn $op(thread: *mut Thread, ip: *const Insn, base: *mut Slot) -> Flow {
                    let $state = State { thread, ip, base };
                    // SAFETY: by the caller's promise, the state is that of a run.
                    unsafe { $body }
                }
                handlers[Op::$op as usize] = $op;
            })*
            handlers
        }

        const _: () = assert!([$(Op::$op),*].len() == COUNT, "every operation has a handler");
    };
}

/// Never in the table: there are as many handlers as operations.
unsafe fn missing(_: *mut Thread, _: *const Insn, _: *mut Slot) -> Flow {
    Status::Trap as Flow
}

handlers! {
    Move => |m| m.unary(|x| x),
    MovePair => |m| {
        let pair = *m.b().cast::<[Slot; 2]>();
        *m.a().cast() = pair;
        m.next(1)
    },
    LoadInt => |m| m.set(Slot::from_i64((*m.ip).imm() as i64)),
    LoadConst => |m| m.set(*(*m.thread).constants.add((*m.ip).index() as usize)),
    Interface => |m| {
        let data = *m.b();
        *m.a().cast() = [Slot::from_bits((*m.ip).c as u64), data];
        m.next(1)
    },

    Add => |m| m.int(i64::wrapping_add),
    AddI => |m| m.int_imm(i64::wrapping_add),
    Sub => |m| m.int(i64::wrapping_sub),
    Mul => |m| m.int(i64::wrapping_mul),
    MulI => |m| m.int_imm(i64::wrapping_mul),
    Div => |m| m.divide(|x, y| if y == -1 { x.wrapping_neg() } else { x / y }),
    DivU => |m| m.divide(|x, y| (x as u64 / y as u64) as i64),
    Rem => |m| m.divide(|x, y| if y == -1 { 0 } else { x % y }),
    RemU => |m| m.divide(|x, y| (x as u64 % y as u64) as i64),
    // The immediate is neither 0 nor -1.
    DivI => |m| m.int_imm(|x, y| x.checked_div(y).unwrap_unchecked()),
    RemI => |m| m.int_imm(|x, y| x.checked_rem(y).unwrap_unchecked()),
    And => |m| m.int(|x, y| x & y),
    AndI => |m| m.int_imm(|x, y| x & y),
    Or => |m| m.int(|x, y| x | y),
    Xor => |m| m.int(|x, y| x ^ y),
    AndNot => |m| m.int(|x, y| x & !y),
    Shl => |m| m.int(|x, y| if (y as u64) < 64 { x << y } else { 0 }),
    ShlI => |m| m.int_imm(|x, y| x.wrapping_shl(y as u32)),
    Shr => |m| m.int(|x, y| x >> (y as u64).min(63)),
    ShrI => |m| m.int_imm(|x, y| x.wrapping_shr(y as u32)),
    ShrU => |m| m.int(|x, y| if (y as u64) < 64 { (x as u64 >> y) as i64 } else { 0 }),
    ShrUI => |m| m.int_imm(|x, y| (x as u64).wrapping_shr(y as u32) as i64),
    CheckShift => |m| if (*m.a()).as_i64() < 0 { m.fail(NEGATIVE_SHIFT) } else { m.next(1) },
    Neg => |m| m.unary(|x| Slot::from_i64(x.as_i64().wrapping_neg())),
    Com => |m| m.unary(|x| Slot::from_bits(!x.bits())),
    Not => |m| m.unary(|x| Slot::from_bits(x.bits() ^ 1)),
    Sext8 => |m| m.unary(|x| Slot::from_i64(x.bits() as i8 as i64)),
    Sext16 => |m| m.unary(|x| Slot::from_i64(x.bits() as i16 as i64)),
    Sext32 => |m| m.unary(|x| Slot::from_i64(x.bits() as i32 as i64)),
    Zext8 => |m| m.unary(|x| Slot::from_bits(x.bits() as u8 as u64)),
    Zext16 => |m| m.unary(|x| Slot::from_bits(x.bits() as u16 as u64)),
    Zext32 => |m| m.unary(|x| Slot::from_bits(x.bits() as u32 as u64)),

    Eq => |m| m.int(|x, y| (x == y) as i64),
    EqI => |m| m.int_imm(|x, y| (x == y) as i64),
    Ne => |m| m.int(|x, y| (x != y) as i64),
    NeI => |m| m.int_imm(|x, y| (x != y) as i64),
    Lt => |m| m.int(|x, y| (x < y) as i64),
    LtI => |m| m.int_imm(|x, y| (x < y) as i64),
    Le => |m| m.int(|x, y| (x <= y) as i64),
    LeI => |m| m.int_imm(|x, y| (x <= y) as i64),
    GtI => |m| m.int_imm(|x, y| (x > y) as i64),
    GeI => |m| m.int_imm(|x, y| (x >= y) as i64),
    LtU => |m| m.int(|x, y| ((x as u64) < y as u64) as i64),
    LeU => |m| m.int(|x, y| (x as u64 <= y as u64) as i64),

    Jump => |m| m.jump((*m.ip).imm() as isize),
    JumpIf => |m| if (*m.a()).as_bool() { m.jump((*m.ip).imm() as isize) } else { m.next(1) },
    JumpIfNot => |m| if (*m.a()).as_bool() { m.next(1) } else { m.jump((*m.ip).imm() as isize) },
    JumpEq => |m| m.compare(|x, y| x == y),
    JumpEqI => |m| m.compare_imm(|x, y| x == y),
    JumpNe => |m| m.compare(|x, y| x != y),
    JumpNeI => |m| m.compare_imm(|x, y| x != y),
    JumpLt => |m| m.compare(|x, y| x < y),
    JumpLtI => |m| m.compare_imm(|x, y| x < y),
    JumpLe => |m| m.compare(|x, y| x <= y),
    JumpLeI => |m| m.compare_imm(|x, y| x <= y),
    JumpGtI => |m| m.compare_imm(|x, y| x > y),
    JumpGeI => |m| m.compare_imm(|x, y| x >= y),
    JumpLtU => |m| m.compare(|x, y| (x as u64) < y as u64),
    JumpLeU => |m| m.compare(|x, y| x as u64 <= y as u64),
    ForLt => |m| {
        let next = (*m.a()).as_i64().wrapping_add(1);
        *m.a() = Slot::from_i64(next);
        m.jump_where(next < (*m.b()).as_i64())
    },
    JumpLtF => |m| m.compare_f64(true, |x, y| x < y),
    JumpNotLtF => |m| m.compare_f64(false, |x, y| x < y),
    JumpLeF => |m| m.compare_f64(true, |x, y| x <= y),
    JumpNotLeF => |m| m.compare_f64(false, |x, y| x <= y),
    JumpEqStr => |m| m.jump_where(strings::equal(*m.a(), *m.b())),
    JumpNeStr => |m| m.jump_where(!strings::equal(*m.a(), *m.b())),

    AddF => |m| m.f64(|x, y| Slot::from_f64(x + y)),
    SubF => |m| m.f64(|x, y| Slot::from_f64(x - y)),
    MulF => |m| m.f64(|x, y| Slot::from_f64(x * y)),
    DivF => |m| m.f64(|x, y| Slot::from_f64(x / y)),
    NegF => |m| m.unary(|x| Slot::from_f64(-x.as_f64())),
    EqF => |m| m.f64(|x, y| Slot::from_bool(x == y)),
    NeF => |m| m.f64(|x, y| Slot::from_bool(x != y)),
    LtF => |m| m.f64(|x, y| Slot::from_bool(x < y)),
    LeF => |m| m.f64(|x, y| Slot::from_bool(x <= y)),
    AddF32 => |m| m.f32(|x, y| Slot::from_f32(x + y)),
    SubF32 => |m| m.f32(|x, y| Slot::from_f32(x - y)),
    MulF32 => |m| m.f32(|x, y| Slot::from_f32(x * y)),
    DivF32 => |m| m.f32(|x, y| Slot::from_f32(x / y)),
    NegF32 => |m| m.unary(|x| Slot::from_f32(-x.as_f32())),
    EqF32 => |m| m.f32(|x, y| Slot::from_bool(x == y)),
    NeF32 => |m| m.f32(|x, y| Slot::from_bool(x != y)),
    LtF32 => |m| m.f32(|x, y| Slot::from_bool(x < y)),
    LeF32 => |m| m.f32(|x, y| Slot::from_bool(x <= y)),

    IntToF64 => |m| m.unary(|x| Slot::from_f64(x.as_i64() as f64)),
    UintToF64 => |m| m.unary(|x| Slot::from_f64(x.bits() as f64)),
    IntToF32 => |m| m.unary(|x| Slot::from_f32(x.as_i64() as f32)),
    UintToF32 => |m| m.unary(|x| Slot::from_f32(x.bits() as f32)),
    F64ToInt => |m| m.unary(|x| Slot::from_i64(float_to_int(x.as_f64()))),
    F64ToUint => |m| m.unary(|x| Slot::from_bits(float_to_uint(x.as_f64()))),
    F64ToF32 => |m| m.unary(|x| Slot::from_f32(x.as_f64() as f32)),
    F32ToF64 => |m| m.unary(|x| Slot::from_f64(x.as_f32() as f64)),

    LoadI8 => |m| m.field(load_i8),
    LoadU8 => |m| m.field(load_u8),
    LoadI16 => |m| m.field(load_i16),
    LoadU16 => |m| m.field(load_u16),
    LoadI32 => |m| m.field(load_i32),
    LoadU32 => |m| m.field(load_u32),
    Load64 => |m| m.field(load_64),
    LoadPair => |m| m.field(load_pair),
    Store8 => |m| m.field(store_8),
    Store16 => |m| m.field(store_16),
    Store32 => |m| m.field(store_32),
    Store64 => |m| m.field(store_64),
    StorePair => |m| m.field(store_pair),
    FieldAddr => |m| m.field(address),
    Offset => |m| {
        *m.a() = Slot::from_i64((*m.a()).as_i64().wrapping_add((*m.ip).imm() as i64));
        m.next(1)
    },
    CheckNil => |m| if *m.a() == Slot::ZERO { m.fail(NIL) } else { m.next(1) },

    GlobalLoadI8 => |m| m.global(load_i8),
    GlobalLoadU8 => |m| m.global(load_u8),
    GlobalLoadI16 => |m| m.global(load_i16),
    GlobalLoadU16 => |m| m.global(load_u16),
    GlobalLoadI32 => |m| m.global(load_i32),
    GlobalLoadU32 => |m| m.global(load_u32),
    GlobalLoad64 => |m| m.global(load_64),
    GlobalLoadPair => |m| m.global(load_pair),
    GlobalStore8 => |m| m.global(store_8),
    GlobalStore16 => |m| m.global(store_16),
    GlobalStore32 => |m| m.global(store_32),
    GlobalStore64 => |m| m.global(store_64),
    GlobalStorePair => |m| m.global(store_pair),
    GlobalAddr => |m| m.global(address),

    IndexI8 => |m| m.element(1, load_i8),
    IndexU8 => |m| m.element(1, load_u8),
    IndexI16 => |m| m.element(2, load_i16),
    IndexU16 => |m| m.element(2, load_u16),
    IndexI32 => |m| m.element(4, load_i32),
    IndexU32 => |m| m.element(4, load_u32),
    Index64 => |m| m.element(8, load_64),
    IndexPair => |m| m.element(16, load_pair),
    SetIndex8 => |m| m.element(1, store_8),
    SetIndex16 => |m| m.element(2, store_16),
    SetIndex32 => |m| m.element(4, store_32),
    SetIndex64 => |m| m.element(8, store_64),
    SetIndexPair => |m| m.element(16, store_pair),
    IndexAddr => |m| {
        let index = (*m.c()).bits();
        let slice = (*m.b()).as_ptr::<RawSlice>();
        if slice.is_null() || index >= (*slice).len as u64 {
            let len = slice.as_ref().map_or(0, |slice| slice.len);
            return fail_index(m.thread, m.base, m.ip.add(1), index, len);
        }
        *m.a() = Slot::from_ptr((*slice).data.add(index as usize * (*m.ip.add(1)).index() as usize));
        m.next(2)
    },
    ArrayI8 => |m| m.array(1, 1, load_i8),
    ArrayU8 => |m| m.array(1, 1, load_u8),
    ArrayI16 => |m| m.array(2, 1, load_i16),
    ArrayU16 => |m| m.array(2, 1, load_u16),
    ArrayI32 => |m| m.array(4, 1, load_i32),
    ArrayU32 => |m| m.array(4, 1, load_u32),
    Array64 => |m| m.array(8, 1, load_64),
    ArrayPair => |m| m.array(16, 1, load_pair),
    SetArray8 => |m| m.array(1, 1, store_8),
    SetArray16 => |m| m.array(2, 1, store_16),
    SetArray32 => |m| m.array(4, 1, store_32),
    SetArray64 => |m| m.array(8, 1, store_64),
    SetArrayPair => |m| m.array(16, 1, store_pair),
    ArrayAddr => |m| m.array((*m.ip.add(2)).index() as usize, 2, address),

    PointedI8 => |m| m.pointed(1, 0, load_i8),
    PointedU8 => |m| m.pointed(1, 0, load_u8),
    PointedI16 => |m| m.pointed(2, 0, load_i16),
    PointedU16 => |m| m.pointed(2, 0, load_u16),
    PointedI32 => |m| m.pointed(4, 0, load_i32),
    PointedU32 => |m| m.pointed(4, 0, load_u32),
    Pointed64 => |m| m.pointed(8, 0, load_64),
    SetPointed8 => |m| m.pointed(1, 0, store_8),
    SetPointed16 => |m| m.pointed(2, 0, store_16),
    SetPointed32 => |m| m.pointed(4, 0, store_32),
    SetPointed64 => |m| m.pointed(8, 0, store_64),
    PointedAddr => |m| m.pointed((*m.ip.add(1)).index() as usize, 1, address),
    CheckPointed => |m| match (*m.thread).is_own((*m.a()).bits() as usize) {
        true => m.work(0, pointers::check),
        false => m.next(1),
    },

    New => |m| m.work(0, objects::new),
    CopyImage => |m| m.work(1, objects::copy_image),
    CopyBytes => |m| {
        let (to, from) = ((*m.a()).as_ptr::<u8>(), (*m.b()).as_ptr::<u8>());
        if to.is_null() || from.is_null() {
            return m.fail(NIL);
        }
        std::ptr::copy(from, to, (*m.ip.add(1)).index() as usize);
        m.next(2)
    },
    ZeroBytes => |m| {
        let at = (*m.a()).as_ptr::<u8>();
        if at.is_null() {
            return m.fail(NIL);
        }
        at.write_bytes(0, (*m.ip).index() as usize);
        m.next(1)
    },

    // The lengths of strings and slices are at the same place.
    Len => |m| m.unary(|x| {
        let header = x.as_ptr::<StringHeader>();
        Slot::from_bits(if header.is_null() { 0 } else { (*header).len as u64 })
    }),
    Cap => |m| m.unary(|x| {
        let slice = x.as_ptr::<RawSlice>();
        Slot::from_bits(if slice.is_null() { 0 } else { (*slice).cap as u64 })
    }),
    SliceData => |m| m.unary(|x| {
        let slice = x.as_ptr::<RawSlice>();
        if slice.is_null() { Slot::ZERO } else { Slot::from_ptr((*slice).data) }
    }),
    StrIndex => |m| {
        let (index, string) = ((*m.c()).bits(), (*m.b()).as_ptr::<StringHeader>());
        if string.is_null() || index >= (*string).len as u64 {
            let len = string.as_ref().map_or(0, |string| string.len);
            return fail_index(m.thread, m.base, m.ip.add(1), index, len);
        }
        m.set(Slot::from_bits(*(*string).data.add(index as usize) as u64))
    },
    Concat => |m| m.work(0, strings::concat),
    EqStr => |m| m.set(Slot::from_bool(strings::equal(*m.b(), *m.c()))),
    CmpStr => |m| m.work(0, strings::compare),
    SliceStr => |m| m.work(0, strings::slice),
    SliceSlice => |m| m.work(1, slices::slice),
    Append => |m| match slices::append_quickly(m.thread, *m.b(), *m.c(), (*m.ip).x) {
        Slot::ZERO => m.work(1, slices::append),
        slice => {
            *m.a() = slice;
            m.next(2)
        }
    },
    RangeStr => |m| {
        let at = (*m.a()).bits() as usize;
        let string = (*m.b()).as_ptr::<StringHeader>();
        if string.is_null() || at >= (*string).len {
            return m.jump_where(true);
        }
        let first = *(*string).data.add(at);
        if first >= 0x80 {
            return range_rune(m.thread, m.ip, m.base);
        }
        *m.a().cast() = [at + 1, at, first as usize];
        m.next(1)
    },

    MapGet => |m| match maps::get_quickly(m.thread, [*m.b(), *m.c()], (*m.ip).x, m.a()) {
        Some(_) => m.next(2),
        None => m.work(1, maps::get),
    },
    MapGetOk => |m| match maps::get_quickly(m.thread, [*m.b(), *m.c()], (*m.ip).x, m.a()) {
        Some(found) => {
            *m.base.add((*m.ip.add(2)).a as usize) = Slot::from_bool(found);
            m.next(3)
        }
        None => m.work(2, maps::get_ok),
    },
    MapSet => |m| m.work(1, maps::set),
    MapSlot => |m| match maps::slot_quickly(m.thread, [*m.b(), *m.c()], (*m.ip).x) {
        Slot::ZERO => m.work(1, maps::slot),
        at => {
            *m.a() = at;
            m.next(2)
        }
    },
    MapNext => |m| match maps::next(m.step()) {
        true => m.next(3),
        false => m.jump((*m.ip).c as i16 as isize + 2),
    },

    EqInterface => |m| m.work(0, interfaces::equal),
    AssertType => |m| match (*m.a()).bits() == (*m.ip.add(1)).index() as u64 {
        true => m.next(3),
        false => m.work(2, interfaces::fail_assert),
    },
    Implements => |m| m.work(1, interfaces::implements),

    Call => |m| m.call(*(*m.thread).callables.add((*m.ip).index() as usize), Slot::ZERO, 1),
    CallValue => |m| {
        let func = *m.b();
        let object = func.as_ptr::<FuncObject>();
        if object.is_null() {
            return m.fail(NIL);
        }
        m.call((*object).callee, func, 1)
    },
    CallMethod => |m| {
        let [word, data] = *m.b().cast::<[Slot; 2]>();
        match (*m.thread).method_cache.find(word, (*m.ip.add(1)).index()) {
            None => search_method(m.thread, m.ip, m.base),
            Some(method) if method.receiver != Receiver::Data => call_adjusted(m.thread, m.ip, m.base, method),
            Some(method) => {
                *m.a() = data;
                m.call(method.callee, Slot::ZERO, 2)
            }
        }
    },
    DirectAdd => |m| direct_add(m.thread, m.ip, m.base),
    PassSlice => |m| m.pass_slice(),
    PassText => |m| m.pass_text(),
    PassInt => |m| m.pass_int(),
    CallCInts => |m| call_c_ints(m.thread, m.ip, m.base),
    CallCFloats => |m| call_c_floats(m.thread, m.ip, m.base),
    Return => |m| {
        let (ip, base) = (*m.base.sub(2).cast(), *m.base.sub(3).cast());
        State { thread: m.thread, ip, base }.next(0)
    },
    Meter => |m| match (*m.thread).fuel.checked_sub((*m.ip).index() as u64) {
        Some(fuel) => {
            (*m.thread).fuel = fuel;
            m.next(1)
        }
        None => {
            (*m.thread).fuel = 0;
            fail_for_good(m.thread, m.base, m.ip.add(1), TrapKind::InstructionLimit)
        }
    },
    EndDefers => |m| end_defers(m.thread, m.ip, m.base),
    Exit => |m| m.end(Status::Ok),
    Closure => |m| m.work(1, calls::closure),
    Panic => |m| m.work(0, calls::panic),
    Runtime => |m| m.work(1, runtime),
    // The compiler never lets control come here.
    Ext => |m| m.end(Status::Trap),
}

// The slow halves of handlers are functions of their own, so that the fast halves need not save any registers.

/// `CallMethod`, of a method that is not in the cache: searches, and starts again.
#[cold]
#[inline(never)]
unsafe fn search_method(thread: *mut Thread, ip: *const Insn, base: *mut Slot) -> Flow {
    let state = State { thread, ip, base };
    // SAFETY: the state is that of the run.
    unsafe {
        match find_slowly(state.step()) {
            Ok(()) => state.next(0),
            Err(_) => unwind(thread),
        }
    }
}

/// `CallMethod`, of a method whose receiver is loaded or copied.
#[inline(never)]
unsafe fn call_adjusted(thread: *mut Thread, ip: *const Insn, base: *mut Slot, method: &Method) -> Flow {
    let state = State { thread, ip, base };
    // SAFETY: the state is that of the run, and the data of the interface has the method's type.
    unsafe {
        match adjust_receiver(state.step(), method, *state.b().add(1)) {
            Ok(receiver) => {
                *state.a() = receiver;
                state.call(method.callee, Slot::ZERO, 2)
            }
            Err(_) => unwind(thread),
        }
    }
}

/// `DirectAdd`: the call of a native as somebody would write it who knew which one.
#[inline(never)]
unsafe fn direct_add(thread: *mut Thread, ip: *const Insn, base: *mut Slot) -> Flow {
    #[inline(never)]
    fn add(a: i64, b: i64) -> i64 {
        a.wrapping_add(b)
    }
    let state = State { thread, ip, base };
    // SAFETY: the window has three slots.
    unsafe {
        let window = state.a();
        *window.add(2) = Slot::from_i64(add((*window).as_i64(), (*window.add(1)).as_i64()));
        state.next(1)
    }
}

/// The code of the C function that an instruction names: the first word of what its callee leads to.
///
/// # Safety
/// The state is that of the run, and the callable is a C function.
#[inline(always)]
unsafe fn c_code(state: State) -> *const () {
    // SAFETY: the caller vouches for the callable.
    unsafe {
        let callee = *(*state.thread).callables.add((*state.ip).index() as usize);
        *(*callee).target.cast::<*const ()>()
    }
}

/// `CallCInts`
#[inline(never)]
unsafe fn call_c_ints(thread: *mut Thread, ip: *const Insn, base: *mut Slot) -> Flow {
    let state = State { thread, ip, base };
    // SAFETY: the compiler saw integers and addresses alone, which C takes from these registers; what is in the others
    // it does not look at. The window has so many slots, whatever is in them.
    unsafe {
        let code: unsafe extern "C" fn(u64, u64, u64, u64, u64, u64) -> u64 =
            std::mem::transmute(c_code(state));
        let window = state.a();
        let arg = |index: usize| (*window.add(index)).bits();
        let result = code(arg(0), arg(1), arg(2), arg(3), arg(4), arg(5));
        *window.add((*ip.add(1)).index() as usize) = Slot::from_bits(result);
        state.next(2)
    }
}

/// `CallCFloats`
#[inline(never)]
unsafe fn call_c_floats(thread: *mut Thread, ip: *const Insn, base: *mut Slot) -> Flow {
    let state = State { thread, ip, base };
    // SAFETY: as for `call_c_ints`, for floats. A float32 is the low half of its register.
    unsafe {
        let code: unsafe extern "C" fn(f64, f64, f64, f64, f64, f64) -> f64 =
            std::mem::transmute(c_code(state));
        let window = state.a();
        let arg = |index: usize| (*window.add(index)).as_f64();
        let result = code(arg(0), arg(1), arg(2), arg(3), arg(4), arg(5));
        *window.add((*ip.add(1)).index() as usize) = Slot::from_f64(result);
        state.next(2)
    }
}

/// `RangeStr`, at a rune that is not ASCII.
#[inline(never)]
unsafe fn range_rune(thread: *mut Thread, ip: *const Insn, base: *mut Slot) -> Flow {
    let state = State { thread, ip, base };
    // SAFETY: the state is that of the run; the handler has found a byte at the position.
    unsafe {
        let at = (*state.a()).bits() as usize;
        let (rune, len) = strings::decode_rune((*state.b()).as_ptr(), at);
        *state.a().cast() = [at + len, at, rune as usize];
        state.next(1)
    }
}

/// Memory goes into registers extended to 64 bits, and its low bytes go back.
macro_rules! access {
    ($($load:ident: $ty:ty,)* ; $($store:ident: $stored:ty,)*) => {
        $(#[inline(always)]
        fn $load(state: State, at: *mut u8) {
            // SAFETY: `State` gives the address of a value of this width, and the register is in the frame.
            unsafe { *state.a() = Slot::from_i64(at.cast::<$ty>().read_unaligned() as i64) }
        })*
        $(#[inline(always)]
        fn $store(state: State, at: *mut u8) {
            // SAFETY: `State` gives the address of a variable of this width, and the register is in the frame.
            unsafe { at.cast::<$stored>().write_unaligned((*state.a()).bits() as $stored) }
        })*
    };
}

access! {
    load_i8: i8, load_u8: u8, load_i16: i16, load_u16: u16, load_i32: i32, load_u32: u32, load_64: i64, ;
    store_8: u8, store_16: u16, store_32: u32, store_64: u64,
}

#[inline(always)]
fn load_pair(state: State, at: *mut u8) {
    // SAFETY: `State` gives the address of an interface; the pair of registers is in the frame.
    unsafe { *state.a().cast() = at.cast::<[Slot; 2]>().read() }
}

#[inline(always)]
fn store_pair(state: State, at: *mut u8) {
    // SAFETY: `State` gives the address of an interface; the pair of registers is in the frame.
    unsafe { at.cast::<[Slot; 2]>().write(*state.a().cast()) }
}

#[inline(always)]
fn address(state: State, at: *mut u8) {
    // SAFETY: the register is in the frame.
    unsafe { *state.a() = Slot::from_ptr(at) }
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
