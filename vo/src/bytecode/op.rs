//! The instruction set, as one table.
//!
//! In the descriptions `a`, `b`, `c` are registers (or what the table says), `b:b+1` an interface's pair,
//! `d` the wide operand, `e0`, `e1` the wide operands of the [`Op::Ext`] words that follow.

use super::runtime_fn::RuntimeFn;

/// What an operand is; the disassembler and the verifier work from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// Not used.
    None,
    /// A register that is written.
    Def,
    /// A pair of registers that is written.
    DefPair,
    /// A register that is read.
    Use,
    /// A pair of registers that is read.
    UsePair,
    /// The first of as many registers as the operand `c` says.
    UseRun,
    /// A number of registers.
    Count,
    /// A signed 16-bit number.
    Imm,
    /// An unsigned 16-bit number: an offset in bytes.
    Offset,
    /// A 16-bit jump.
    Jump,
    /// The call window: [`Function::window`](super::Function::window).
    Window,
    /// Wide: a signed number.
    WideImm,
    /// Wide: a jump.
    WideJump,
    /// Wide: an index into the constants.
    Constant,
    /// Wide: an index into the callables.
    Callable,
    /// Wide: a type.
    Type,
    /// Wide: an offset into the globals, in bytes.
    Global,
    /// A register that need not be one: see the description.
    Any,
}

/// The operands of an operation.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// What `a` is.
    pub a: Operand,
    /// What `b` is, or `b` and `c` together where it is wide.
    pub b: Operand,
    /// What `c` is.
    pub c: Operand,
    /// How many [`Op::Ext`] words follow.
    pub exts: usize,
}

macro_rules! ops {
    ($($(#[$doc:meta])* $name:ident($a:ident, $b:ident, $c:ident) $(+ $exts:literal)?,)*) => {
        /// What an instruction does.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[repr(u8)]
        pub enum Op {
            $($(#[$doc])* $name,)*
        }

        impl Op {
            /// All operations, in the order of their numbers.
            pub const ALL: &[Op] = &[$(Op::$name),*];

            /// What its operands are.
            pub const fn shape(self) -> Shape {
                match self {
                    $(Op::$name => Shape {
                        a: Operand::$a, b: Operand::$b, c: Operand::$c, exts: 0 $(+ $exts)?,
                    },)*
                }
            }
        }
    };
}

ops! {
    // ---- Moves and constants
    /// `a = b`
    Move(Def, Use, None),
    /// `a:a+1 = b:b+1`
    MovePair(DefPair, UsePair, None),
    /// `a = d`, a signed number; `nil`, `false` and zero too
    LoadInt(Def, WideImm, None),
    /// `a = constants[d]`
    LoadConst(Def, Constant, None),
    /// `a:a+1 = (c, b)`: an interface whose type word is the number `c`. Data of one slot that is no image
    /// needs nothing else; an image is copied before, with [`Op::CopyImage`].
    Interface(DefPair, Use, Offset),

    // ---- 64-bit integers; narrower results are brought into their form by Sext and Zext
    /// `a = b + c`
    Add(Def, Use, Use),
    /// `a = b + immediate`
    AddI(Def, Use, Imm),
    /// `a = b - c`
    Sub(Def, Use, Use),
    /// `a = b * c`
    Mul(Def, Use, Use),
    /// `a = b * immediate`
    MulI(Def, Use, Imm),
    /// `a = b / c`, signed; panics on 0
    Div(Def, Use, Use),
    /// `a = b / immediate`, signed; the immediate is neither 0 nor -1
    DivI(Def, Use, Imm),
    /// `a = b / c`, unsigned; panics on 0
    DivU(Def, Use, Use),
    /// `a = b % c`, signed; panics on 0
    Rem(Def, Use, Use),
    /// `a = b % immediate`, signed; the immediate is neither 0 nor -1
    RemI(Def, Use, Imm),
    /// `a = b % c`, unsigned; panics on 0
    RemU(Def, Use, Use),
    /// `a = b & c`
    And(Def, Use, Use),
    /// `a = b & immediate`, which is sign-extended
    AndI(Def, Use, Imm),
    /// `a = b | c`
    Or(Def, Use, Use),
    /// `a = b ^ c`
    Xor(Def, Use, Use),
    /// `a = b &^ c`
    AndNot(Def, Use, Use),
    /// `a = b << c`; the count is unsigned, 64 and more give 0
    Shl(Def, Use, Use),
    /// `a = b << immediate`, 0 to 63
    ShlI(Def, Use, Imm),
    /// `a = b >> c`, signed; the count is unsigned
    Shr(Def, Use, Use),
    /// `a = b >> immediate`, signed, 0 to 63
    ShrI(Def, Use, Imm),
    /// `a = b >> c`, unsigned; the count is unsigned
    ShrU(Def, Use, Use),
    /// `a = b >> immediate`, unsigned, 0 to 63
    ShrUI(Def, Use, Imm),
    /// Panics where `a`, a signed shift count, is negative.
    CheckShift(Use, None, None),
    /// `a = -b`
    Neg(Def, Use, None),
    /// `a = ^b`
    Com(Def, Use, None),
    /// `a = !b`, of a bool
    Not(Def, Use, None),
    /// `a = int64(int8(b))`
    Sext8(Def, Use, None),
    /// `a = int64(int16(b))`
    Sext16(Def, Use, None),
    /// `a = int64(int32(b))`
    Sext32(Def, Use, None),
    /// `a = uint64(uint8(b))`
    Zext8(Def, Use, None),
    /// `a = uint64(uint16(b))`
    Zext16(Def, Use, None),
    /// `a = uint64(uint32(b))`
    Zext32(Def, Use, None),

    // ---- Comparisons into a register; > and >= are < and <= with the operands exchanged
    /// `a = b == c`, for integers, bools, pointers, maps and funcs
    Eq(Def, Use, Use),
    /// `a = b == immediate`
    EqI(Def, Use, Imm),
    /// `a = b != c`
    Ne(Def, Use, Use),
    /// `a = b != immediate`
    NeI(Def, Use, Imm),
    /// `a = b < c`, signed
    Lt(Def, Use, Use),
    /// `a = b < immediate`, signed
    LtI(Def, Use, Imm),
    /// `a = b <= c`, signed
    Le(Def, Use, Use),
    /// `a = b <= immediate`, signed
    LeI(Def, Use, Imm),
    /// `a = b > immediate`, signed
    GtI(Def, Use, Imm),
    /// `a = b >= immediate`, signed
    GeI(Def, Use, Imm),
    /// `a = b < c`, unsigned
    LtU(Def, Use, Use),
    /// `a = b <= c`, unsigned
    LeU(Def, Use, Use),

    // ---- Jumps
    /// Goes to `d`.
    Jump(None, WideJump, None),
    /// Goes to `d` where `a` is true.
    JumpIf(Use, WideJump, None),
    /// Goes to `d` where `a` is false.
    JumpIfNot(Use, WideJump, None),
    /// Goes to `c` where `a == b`.
    JumpEq(Use, Use, Jump),
    /// Goes to `c` where `a == immediate b`.
    JumpEqI(Use, Imm, Jump),
    /// Goes to `c` where `a != b`.
    JumpNe(Use, Use, Jump),
    /// Goes to `c` where `a != immediate b`.
    JumpNeI(Use, Imm, Jump),
    /// Goes to `c` where `a < b`, signed.
    JumpLt(Use, Use, Jump),
    /// Goes to `c` where `a < immediate b`, signed.
    JumpLtI(Use, Imm, Jump),
    /// Goes to `c` where `a <= b`, signed.
    JumpLe(Use, Use, Jump),
    /// Goes to `c` where `a <= immediate b`, signed.
    JumpLeI(Use, Imm, Jump),
    /// Goes to `c` where `a > immediate b`, signed.
    JumpGtI(Use, Imm, Jump),
    /// Goes to `c` where `a >= immediate b`, signed.
    JumpGeI(Use, Imm, Jump),
    /// Goes to `c` where `a < b`, unsigned.
    JumpLtU(Use, Use, Jump),
    /// Goes to `c` where `a <= b`, unsigned.
    JumpLeU(Use, Use, Jump),
    /// `a = a + 1`, then goes to `c` where `a < b`, signed: the end of a counting loop.
    ForLt(Use, Use, Jump),
    /// Goes to `c` where `a < b`, float64.
    JumpLtF(Use, Use, Jump),
    /// Goes to `c` where not `a < b`, float64: so where one is NaN.
    JumpNotLtF(Use, Use, Jump),
    /// Goes to `c` where `a <= b`, float64.
    JumpLeF(Use, Use, Jump),
    /// Goes to `c` where not `a <= b`, float64.
    JumpNotLeF(Use, Use, Jump),
    /// Goes to `c` where the strings `a` and `b` are equal.
    JumpEqStr(Use, Use, Jump),
    /// Goes to `c` where the strings `a` and `b` differ.
    JumpNeStr(Use, Use, Jump),

    // ---- float64
    /// `a = b + c`
    AddF(Def, Use, Use),
    /// `a = b - c`
    SubF(Def, Use, Use),
    /// `a = b * c`
    MulF(Def, Use, Use),
    /// `a = b / c`
    DivF(Def, Use, Use),
    /// `a = -b`
    NegF(Def, Use, None),
    /// `a = b == c`
    EqF(Def, Use, Use),
    /// `a = b != c`
    NeF(Def, Use, Use),
    /// `a = b < c`
    LtF(Def, Use, Use),
    /// `a = b <= c`
    LeF(Def, Use, Use),

    // ---- float32
    /// `a = b + c`
    AddF32(Def, Use, Use),
    /// `a = b - c`
    SubF32(Def, Use, Use),
    /// `a = b * c`
    MulF32(Def, Use, Use),
    /// `a = b / c`
    DivF32(Def, Use, Use),
    /// `a = -b`
    NegF32(Def, Use, None),
    /// `a = b == c`
    EqF32(Def, Use, Use),
    /// `a = b != c`
    NeF32(Def, Use, Use),
    /// `a = b < c`
    LtF32(Def, Use, Use),
    /// `a = b <= c`
    LeF32(Def, Use, Use),

    // ---- Numeric conversions; to narrow integers: F64ToInt, then Sext or Zext; from float32: F32ToF64 first
    /// `a = float64(b)`, of a signed integer
    IntToF64(Def, Use, None),
    /// `a = float64(b)`, of an unsigned integer
    UintToF64(Def, Use, None),
    /// `a = float32(b)`, of a signed integer
    IntToF32(Def, Use, None),
    /// `a = float32(b)`, of an unsigned integer
    UintToF32(Def, Use, None),
    /// `a = int64(b)`
    F64ToInt(Def, Use, None),
    /// `a = uint64(b)`
    F64ToUint(Def, Use, None),
    /// `a = float32(b)`
    F64ToF32(Def, Use, None),
    /// `a = float64(b)`
    F32ToF64(Def, Use, None),

    // ---- Memory at a pointer or image in `b` plus the offset `c`; panics where the base is nil
    /// `a = *(int8*)(b + c)`
    LoadI8(Def, Use, Offset),
    /// `a = *(uint8*)(b + c)`; bool too
    LoadU8(Def, Use, Offset),
    /// `a = *(int16*)(b + c)`
    LoadI16(Def, Use, Offset),
    /// `a = *(uint16*)(b + c)`
    LoadU16(Def, Use, Offset),
    /// `a = *(int32*)(b + c)`
    LoadI32(Def, Use, Offset),
    /// `a = *(uint32*)(b + c)`; float32 too
    LoadU32(Def, Use, Offset),
    /// `a = *(uint64*)(b + c)`: every other type of one slot; captures too: capture `i` of the func value
    /// in `b` is at offset `8 + 8 * i`
    Load64(Def, Use, Offset),
    /// `a:a+1 = *(interface*)(b + c)`
    LoadPair(DefPair, Use, Offset),
    /// `*(uint8*)(b + c) = a`
    Store8(Use, Use, Offset),
    /// `*(uint16*)(b + c) = a`
    Store16(Use, Use, Offset),
    /// `*(uint32*)(b + c) = a`
    Store32(Use, Use, Offset),
    /// `*(uint64*)(b + c) = a`
    Store64(Use, Use, Offset),
    /// `*(interface*)(b + c) = a:a+1`
    StorePair(UsePair, Use, Offset),
    /// `a = b + c`; panics where `b` is nil
    FieldAddr(Def, Use, Offset),
    /// `a = a + d`, for offsets that do not fit elsewhere; no check
    Offset(Def, WideImm, None),
    /// Panics where `a` is nil.
    CheckNil(Use, None, None),

    // ---- Package-level variables, at offset `d` of the globals
    /// `a = *(int8*)(globals + d)`
    GlobalLoadI8(Def, Global, None),
    /// `a = *(uint8*)(globals + d)`
    GlobalLoadU8(Def, Global, None),
    /// `a = *(int16*)(globals + d)`
    GlobalLoadI16(Def, Global, None),
    /// `a = *(uint16*)(globals + d)`
    GlobalLoadU16(Def, Global, None),
    /// `a = *(int32*)(globals + d)`
    GlobalLoadI32(Def, Global, None),
    /// `a = *(uint32*)(globals + d)`
    GlobalLoadU32(Def, Global, None),
    /// `a = *(uint64*)(globals + d)`
    GlobalLoad64(Def, Global, None),
    /// `a:a+1 = *(interface*)(globals + d)`
    GlobalLoadPair(DefPair, Global, None),
    /// `*(uint8*)(globals + d) = a`
    GlobalStore8(Use, Global, None),
    /// `*(uint16*)(globals + d) = a`
    GlobalStore16(Use, Global, None),
    /// `*(uint32*)(globals + d) = a`
    GlobalStore32(Use, Global, None),
    /// `*(uint64*)(globals + d) = a`
    GlobalStore64(Use, Global, None),
    /// `*(interface*)(globals + d) = a:a+1`
    GlobalStorePair(UsePair, Global, None),
    /// `a = globals + d`: a pointer, or the image of a struct or array
    GlobalAddr(Def, Global, None),

    // ---- Elements of the slice `b` at index `c`, of the element's width; panics out of range
    /// `a = b[c]`, int8
    IndexI8(Def, Use, Use),
    /// `a = b[c]`, uint8 and bool
    IndexU8(Def, Use, Use),
    /// `a = b[c]`, int16
    IndexI16(Def, Use, Use),
    /// `a = b[c]`, uint16
    IndexU16(Def, Use, Use),
    /// `a = b[c]`, int32
    IndexI32(Def, Use, Use),
    /// `a = b[c]`, uint32 and float32
    IndexU32(Def, Use, Use),
    /// `a = b[c]`, 8 bytes
    Index64(Def, Use, Use),
    /// `a:a+1 = b[c]`, an interface
    IndexPair(DefPair, Use, Use),
    /// `b[c] = a`, 1 byte
    SetIndex8(Use, Use, Use),
    /// `b[c] = a`, 2 bytes
    SetIndex16(Use, Use, Use),
    /// `b[c] = a`, 4 bytes
    SetIndex32(Use, Use, Use),
    /// `b[c] = a`, 8 bytes
    SetIndex64(Use, Use, Use),
    /// `b[c] = a:a+1`, an interface
    SetIndexPair(UsePair, Use, Use),
    /// `a = &b[c]`, elements of `e0` bytes; for a struct or array element it is the element's image, to be
    /// copied where a value is wanted
    IndexAddr(Def, Use, Use) + 1,

    // ---- Elements of the array image `b` at index `c`, length `e0`; panics out of range. `b` is not nil.
    /// `a = b[c]`, int8
    ArrayI8(Def, Use, Use) + 1,
    /// `a = b[c]`, uint8 and bool
    ArrayU8(Def, Use, Use) + 1,
    /// `a = b[c]`, int16
    ArrayI16(Def, Use, Use) + 1,
    /// `a = b[c]`, uint16
    ArrayU16(Def, Use, Use) + 1,
    /// `a = b[c]`, int32
    ArrayI32(Def, Use, Use) + 1,
    /// `a = b[c]`, uint32 and float32
    ArrayU32(Def, Use, Use) + 1,
    /// `a = b[c]`, 8 bytes
    Array64(Def, Use, Use) + 1,
    /// `a:a+1 = b[c]`, an interface
    ArrayPair(DefPair, Use, Use) + 1,
    /// `b[c] = a`, 1 byte
    SetArray8(Use, Use, Use) + 1,
    /// `b[c] = a`, 2 bytes
    SetArray16(Use, Use, Use) + 1,
    /// `b[c] = a`, 4 bytes
    SetArray32(Use, Use, Use) + 1,
    /// `b[c] = a`, 8 bytes
    SetArray64(Use, Use, Use) + 1,
    /// `b[c] = a:a+1`, an interface
    SetArrayPair(UsePair, Use, Use) + 1,
    /// `a = &b[c]`, length `e0`, elements of `e1` bytes
    ArrayAddr(Def, Use, Use) + 2,

    // ---- Memory at the pointer `b`, `c` elements further, of the element's width. Where the pointer leads into memory of the
    // ---- VM, it panics outside of the object; memory of C is trusted. Panics on nil.
    /// `a = b[c]`, int8
    PointedI8(Def, Use, Use),
    /// `a = b[c]`, uint8 and bool
    PointedU8(Def, Use, Use),
    /// `a = b[c]`, int16
    PointedI16(Def, Use, Use),
    /// `a = b[c]`, uint16
    PointedU16(Def, Use, Use),
    /// `a = b[c]`, int32
    PointedI32(Def, Use, Use),
    /// `a = b[c]`, uint32 and float32
    PointedU32(Def, Use, Use),
    /// `a = b[c]`, 8 bytes
    Pointed64(Def, Use, Use),
    /// `b[c] = a`, 1 byte
    SetPointed8(Use, Use, Use),
    /// `b[c] = a`, 2 bytes
    SetPointed16(Use, Use, Use),
    /// `b[c] = a`, 4 bytes
    SetPointed32(Use, Use, Use),
    /// `b[c] = a`, 8 bytes
    SetPointed64(Use, Use, Use),
    /// `a = &b[c]`, elements of `e0` bytes
    PointedAddr(Def, Use, Use) + 1,
    /// Panics where `a` leads into an object of the VM that has fewer than `d` bytes there.
    CheckPointed(Use, WideImm, None),

    // ---- Objects
    /// `a = new(T)` of the type `d`, zeroed: boxes, the images of local structs and arrays. *Allocates.*
    New(Def, Type, None),
    /// `a =` the address of a new object of type `e0` with a copy of the image `b`, which may be a nil pointer
    /// (then it panics). *Allocates.*
    CopyImage(Def, Use, None) + 1,
    /// Copies `e0` bytes from the image `b` to the image `a`; they may be the same. Panics where one is nil.
    CopyBytes(Use, Use, None) + 1,
    /// Zeroes `d` bytes at `a`; panics on nil.
    ZeroBytes(Use, WideImm, None),

    // ---- Strings and slices
    /// `a = len(b)`, of a string or slice
    Len(Def, Use, None),
    /// `a = cap(b)`, of a slice
    Cap(Def, Use, None),
    /// `a =` the address of the elements of slice `b`, nil where there are none: to fill a new slice with the
    /// Store instructions
    SliceData(Def, Use, None),
    /// `a = b[c]`, a byte of the string `b`; panics out of range
    StrIndex(Def, Use, Use),
    /// `a =` the concatenation of the `c` strings from register `b` on; with `x` it takes the place of the first, and
    /// is likely to grow again. *Allocates.*
    Concat(Def, UseRun, Count),
    /// `a = b == c`, of strings
    EqStr(Def, Use, Use),
    /// `a =` -1, 0 or 1: the order of the strings `b` and `c`
    CmpStr(Def, Use, Use),
    /// `a = b[low:high]` of a string: `x & 1`: the low bound is in register `c`; `x & 2`: the high bound is in
    /// register `c + 1`. *Allocates.*
    SliceStr(Def, Use, Any),
    /// `a = b[low:high:max]` of a slice with element type `e0`: bounds as for strings, and `x & 4`: the maximum
    /// is in register `c + 2`. *Allocates.*
    SliceSlice(Def, Use, Any) + 1,
    /// `a = append(b, c)`: one element of the type `e0`, in its register or pair; an image is copied into
    /// the slice. *Allocates.*
    Append(Def, Use, Use) + 1,
    /// A step of `range` over the string `b`: goes to `c` at the end; otherwise `a+1` = the rune's position,
    /// `a+2` = the rune, `a` = the next position. The loop starts with `a = 0`.
    RangeStr(DefPair, Use, Jump),

    // ---- Maps of the type `e0`. A struct or array under a key comes as the address of an image in the map,
    // ---- to be copied before anything else happens to the map.
    /// `a = b[c]`: zero where there is none, and of a nil map. *Allocates.*
    MapGet(Def, Use, Use) + 1,
    /// `a, ok = b[c]`: `ok` is the register `e1.a`. *Allocates.*
    MapGetOk(Def, Use, Use) + 2,
    /// `a[b] = c`; panics where the map is nil. *Allocates.*
    MapSet(Use, Use, Use) + 1,
    /// `a =` the address of the value under the key `c` in the map `b`, put in with a zero value where it was not there: for
    /// `m[k] op= v`. It holds a slot or a pair, whatever the type: to be used at once, with Load64 and Store64 or LoadPair and
    /// StorePair. Not for structs and arrays. Panics where the map is nil. *Allocates.*
    MapSlot(Def, Use, Use) + 1,
    /// A step of `range` over the map `b`: goes to `c` at the end; otherwise the key goes to register `e0.a`, the
    /// value to register `e1.a` (each may be [`NO_REG`](super::NO_REG)), and `a` is the next cursor. The
    /// loop starts with `a = 0` and `a+1` = [`RuntimeFn::MapEnd`]. `e0` is the map's type.
    MapNext(DefPair, Use, Jump) + 2,

    // ---- Interfaces; tests for concrete types compare the type word with JumpEqI or Eq
    /// `a = b:b+1 == c:c+1`; panics where the type has no equality
    EqInterface(Def, UsePair, UsePair),
    /// Panics where the type word `a` is not the type `e0`; `e1` is the static interface type.
    AssertType(Use, None, None) + 2,
    /// `a =` whether the type word `b` is of a type that implements the interface `e0`
    Implements(Def, Use, None) + 1,

    // ---- Calls
    /// Calls `callables[d]`; `a` is the window.
    Call(Window, Callable, None),
    /// Calls the func value `b`; `a` is the window. Panics on nil.
    CallValue(Window, Use, None),
    /// Calls method `e0` (of [`Program::methods`](super::Program::methods)) of the interface `b:b+1`; `a` is the
    /// window, whose first slot the machine fills with the receiver. Panics on nil.
    CallMethod(Window, UsePair, None) + 1,
    /// Calls the machine's own `add` on the first two slots of the window, its sum goes behind them. No program
    /// uses it: benchmarks measure `Call` against it.
    DirectAdd(Window, None, None),
    /// `a =` the address of the first element of the slice `b` for C; 0 where it is empty
    PassSlice(Def, Use, None),
    /// `a =` the address of the bytes of the string `b` with a NUL behind them, for C. Panics on a NUL among them, in the
    /// name of argument `c` of `callables[e0]`. What it copies nothing but `a` keeps alive; it never collects.
    PassText(Def, Use, Imm) + 1,
    /// `a = b`, an integer for C; panics where it does not fit, in the name of argument `c` of `callables[e0]`. Its type,
    /// times 256, and C's are in `e1`.
    PassInt(Def, Use, Imm) + 2,
    /// Calls the C function `callables[d]` with nothing between: its arguments are integers and addresses in registers,
    /// [`MAX_DIRECT`](super::MAX_DIRECT) at most. `a` is the window, the result goes to its slot `e0`, with whatever C
    /// has in the upper bits.
    CallCInts(Window, Callable, None) + 1,
    /// The same for a function of floats, which returns one.
    CallCFloats(Window, Callable, None) + 1,
    /// Returns; the results are in their registers.
    Return(None, None, None),
    /// The function's deferred functions have run. Goes on with a panic that was the reason and that none of them has
    /// recovered, in the callers; else with the next instruction.
    EndDefers(None, None, None),
    /// `a =` a func value of `callables[e0]` with `c` captures from register `b` on: references. *Allocates.*
    Closure(Def, UseRun, Count) + 1,
    /// Panics with the value `a:a+1`.
    Panic(UsePair, None, None),
    /// Calls the [`RuntimeFn`] numbered `x`, whose description says what the operands and `e0` are.
    Runtime(Any, Any, Any) + 1,
    /// Counts `d` instructions, those up to the next jump or label; ends the program where it may run no more. Only
    /// in programs whose instructions are limited.
    Meter(None, WideImm, None),
    /// Ends a run; the machine's own.
    Exit(None, None, None),
    /// More operands of the instruction before; never run.
    Ext(Any, WideImm, None),
}

impl Op {
    /// The runtime function with this number.
    pub(crate) fn runtime_fn(number: u8) -> Option<RuntimeFn> {
        RuntimeFn::ALL.get(number as usize).copied()
    }

    /// Whether it is a conditional jump of 16 bits.
    pub fn is_short_jump(self) -> bool {
        self.shape().c == Operand::Jump
    }
}
