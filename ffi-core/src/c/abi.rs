//! Where each argument of a C call goes, per calling convention, as data: a function's type becomes a [`CallPlan`].
//!
//! A caller of a plan has its arguments in a *frame* of 8-byte [slots](crate::Slot): a scalar or a pointer in the low
//! bytes of its slot, everything else (structs, unions, complex numbers, 128-bit integers, `long double`) as the
//! address of its *image*, the bytes that it has in C. A result of the second kind is written to the address that its
//! slot holds when the call begins.
//!
//! Two functions with equal plans can share the code that calls them.

mod aapcs;
mod aapcs32;
mod aapcs64;
mod moves;
mod place;
mod registers;
mod show;
mod sysv64;
mod win64;

pub use moves::Moves;
pub use place::PlanError;
pub use registers::{RegisterAllocator, RegisterTable};

use crate::c::Target;
use crate::scalar::Class;

/// A calling convention.
///
/// ```
/// use vo_ffi_core::c::Convention;
/// assert_eq!(Convention::SysV64.registers().int, ["rdi", "rsi", "rdx", "rcx", "r8", "r9"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Convention {
    /// System V on x86-64: Linux, the BSDs, macOS. Source: the psABI, version 1.0, section 3.2.
    SysV64,
    /// Windows on x86-64; on Linux, of functions declared `__attribute__((ms_abi))`. Source: Microsoft's "x64 calling
    /// convention", and gcc for the types that Windows lacks.
    Win64,
    /// Linux on 64-bit ARM. Source: "Procedure Call Standard for the Arm 64-bit Architecture", section 6.
    Aapcs64,
    /// Linux on 32-bit ARM with hardware floats (`armhf`). Source: "Procedure Call Standard for the Arm Architecture",
    /// sections 6 and 7.
    Aapcs32,
}

impl Convention {
    /// The convention of a target's functions, unless they declare another one; `None` for targets without registers.
    ///
    /// ```
    /// use vo_ffi_core::c::{Convention, Target};
    /// assert_eq!(Convention::of(&Target::LINUX_X64), Some(Convention::SysV64));
    /// assert_eq!(Convention::of(&Target::WASM32), None);
    /// ```
    pub fn of(target: &Target) -> Option<Convention> {
        match target.name {
            "linux-x64" => Some(Convention::SysV64),
            "windows-x64" => Some(Convention::Win64),
            "linux-aarch64" => Some(Convention::Aapcs64),
            "linux-arm" => Some(Convention::Aapcs32),
            _ => None,
        }
    }
}

/// How a C function is called.
///
/// ```
/// use vo_ffi_core::c::{CScalar, CType, CTypes, CallPlan, FuncSig, Target};
///
/// let double = CType::scalar(CScalar::Double);
/// let pow = FuncSig { params: vec![double; 2], variadic: false, result: double, convention: None };
/// let plan = CallPlan::new(&CTypes::new(), &Target::LINUX_X64, &pow, &[])?;
/// assert_eq!(
///     plan.to_string(),
///     "sysv64, 0 bytes on the stack
/// slot 0: double -> xmm0
/// slot 1: double -> xmm1
/// slot 2: double <- xmm0
/// "
/// );
/// # Ok::<(), vo_ffi_core::c::PlanError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CallPlan {
    /// The convention.
    pub convention: Convention,
    /// The arguments, in order.
    pub args: Box<[ArgPlan]>,
    /// The result.
    pub result: ResultPlan,
    /// How many bytes of arguments lie on the stack, with the area that the convention reserves for register
    /// arguments and the copies that are passed by reference; a multiple of [`CallPlan::stack_align`].
    pub stack: u32,
    /// The alignment of that area: two words, or more where an argument is aligned more.
    pub stack_align: u32,
    /// Of a variadic function, how many vector registers have arguments.
    pub vectors: Option<u8>,
    /// The slot for errno after the call, as an `int`; it is 0 when the call begins.
    pub errno: Option<u16>,
}

/// An argument.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ArgPlan {
    /// Its slot in the frame.
    pub slot: u16,
    /// What is in the slot.
    pub form: Form,
    /// Where its bytes go.
    pub moves: Moves,
}

/// What a slot of the frame holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Form {
    /// The value, in its low bytes.
    Value {
        /// How it is extended.
        class: Class,
        /// Its size: 1, 2, 4 or 8.
        bytes: u8,
    },
    /// The address of an image.
    Image {
        /// Its size.
        bytes: u32,
        /// Its alignment.
        align: u32,
    },
}

/// A part of an argument on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Move {
    /// The value of the slot, extended to the whole of its place. One that is larger than its register goes on in the
    /// next one, as on ARM32.
    Value {
        /// Where it goes.
        to: Place,
    },
    /// Some bytes of the image; what they leave of the place is not read by the callee.
    Part {
        /// The first byte in the image.
        from: u32,
        /// How many, at most 16.
        bytes: u8,
        /// Where they go.
        to: Place,
    },
    /// The image from one byte to its end, onto the stack.
    Push {
        /// The first byte: 0, unless an ARM32 struct begins in registers.
        from: u32,
        /// Where on the stack it begins.
        to: u32,
    },
    /// A copy of the image, whose address is the argument.
    Reference {
        /// Where in the stack area the copy is.
        copy: u32,
        /// Where its address goes.
        to: Place,
    },
}

/// A place of an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Place {
    /// The integer register of this number in the convention's order.
    Int(u8),
    /// The vector register of this number in the convention's order.
    Vector(u8),
    /// So many bytes above the stack pointer at the call.
    Stack(u32),
    /// The register that only the address of a result goes to, in conventions that have one.
    ResultAddress,
}

/// What becomes of the result.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ResultPlan {
    /// There is none.
    Void,
    /// It is extended from its width into its slot.
    Value {
        /// Its slot.
        slot: u16,
        /// How it is extended.
        class: Class,
        /// Its size: 1, 2, 4 or 8.
        bytes: u8,
        /// Where it is.
        from: Returned,
    },
    /// Its parts go to the image at the address in the slot.
    Parts {
        /// The slot with the address.
        slot: u16,
        /// The size of the image.
        bytes: u32,
        /// The parts.
        parts: Box<[ResultPart]>,
    },
    /// The callee writes the image, whose address is a hidden argument.
    Memory {
        /// The slot with the address.
        slot: u16,
        /// The size of the image.
        bytes: u32,
        /// Where the callee finds the address.
        to: Place,
    },
}

/// A part of a result that comes in registers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ResultPart {
    /// Its first byte in the image.
    pub to: u32,
    /// How many bytes it has.
    pub bytes: u8,
    /// Where it is.
    pub from: Returned,
}

/// A register with a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Returned {
    /// The integer register of this number in the convention's order of results.
    Int(u8),
    /// The vector register of this number.
    Vector(u8),
    /// The x87 register `st(n)`.
    X87(u8),
}
