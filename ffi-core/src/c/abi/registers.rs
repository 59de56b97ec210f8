//! The registers of each convention, as a table, and who has taken which.

use std::fmt;

use crate::c::Convention;
use crate::c::abi::Place;

/// The registers of a convention.
///
/// ```
/// use vo_ffi_core::c::Convention;
/// assert_eq!(
///     Convention::Win64.registers().to_string(),
///     "win64
///   integers: rcx rdx r8 r9
///   vectors: xmm0 xmm1 xmm2 xmm3
///   results: rax | xmm0
///   a register's number is the argument's, whatever its class
///   32 bytes of stack are reserved for the register arguments
/// "
/// );
/// ```
#[derive(Debug, PartialEq, Eq)]
pub struct RegisterTable {
    /// The convention's name.
    pub name: &'static str,
    /// The registers of integer and pointer arguments, in order.
    pub int: &'static [&'static str],
    /// The registers of floating arguments, in order.
    pub vector: &'static [&'static str],
    /// The registers of integer results, in order.
    pub int_results: &'static [&'static str],
    /// The registers of floating results, in order.
    pub vector_results: &'static [&'static str],
    /// Whether an argument takes the registers of its number in both files: the third one is in `int[2]` or
    /// `vector[2]`.
    pub positional: bool,
    /// The bytes of stack below the stack arguments that the callee may use for the register arguments.
    pub reserved: u32,
    /// The register that only the address of a result goes to; `None` where it is an argument like others.
    pub result_address: Option<&'static str>,
    /// The size of an integer register and of the smallest argument on the stack, in bytes. Where it is 4, vector
    /// registers have 4 too, and a larger scalar takes several registers.
    pub word: u8,
}

const SYSV64: RegisterTable = RegisterTable {
    name: "sysv64",
    int: &["rdi", "rsi", "rdx", "rcx", "r8", "r9"],
    vector: &["xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7"],
    int_results: &["rax", "rdx"],
    vector_results: &["xmm0", "xmm1"],
    positional: false,
    reserved: 0,
    result_address: None,
    word: 8,
};

const WIN64: RegisterTable = RegisterTable {
    name: "win64",
    int: &["rcx", "rdx", "r8", "r9"],
    vector: &["xmm0", "xmm1", "xmm2", "xmm3"],
    int_results: &["rax"],
    vector_results: &["xmm0"],
    positional: true,
    reserved: 32,
    result_address: None,
    word: 8,
};

const AAPCS64: RegisterTable = RegisterTable {
    name: "aapcs64",
    int: &["x0", "x1", "x2", "x3", "x4", "x5", "x6", "x7"],
    vector: &["v0", "v1", "v2", "v3", "v4", "v5", "v6", "v7"],
    int_results: &["x0", "x1"],
    vector_results: &["v0", "v1", "v2", "v3"],
    positional: false,
    reserved: 0,
    result_address: Some("x8"),
    word: 8,
};

const AAPCS32: RegisterTable = RegisterTable {
    name: "aapcs32",
    int: &["r0", "r1", "r2", "r3"],
    vector: &[
        "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "s8", "s9", "s10", "s11", "s12", "s13", "s14", "s15",
    ],
    int_results: &["r0", "r1"],
    vector_results: &["s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7"],
    positional: false,
    reserved: 0,
    result_address: None,
    word: 4,
};

impl Convention {
    /// Its registers.
    pub const fn registers(self) -> &'static RegisterTable {
        match self {
            Convention::SysV64 => &SYSV64,
            Convention::Win64 => &WIN64,
            Convention::Aapcs64 => &AAPCS64,
            Convention::Aapcs32 => &AAPCS32,
        }
    }
}

impl fmt::Display for RegisterTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.name)?;
        writeln!(f, "  integers: {}", self.int.join(" "))?;
        writeln!(f, "  vectors: {}", self.vector.join(" "))?;
        writeln!(f, "  results: {} | {}", self.int_results.join(" "), self.vector_results.join(" "))?;
        if self.positional {
            writeln!(f, "  a register's number is the argument's, whatever its class")?;
        }
        if let Some(register) = self.result_address {
            writeln!(f, "  the address of a result: {register}")?;
        }
        if self.word < 8 {
            writeln!(f, "  a register has {} bytes, and a larger scalar takes several", self.word)?;
        }
        if self.reserved > 0 {
            writeln!(f, "  {} bytes of stack are reserved for the register arguments", self.reserved)?;
        }
        Ok(())
    }
}

/// Gives out the registers of a convention, then the stack.
///
/// ```
/// use vo_ffi_core::c::{Convention, Place, RegisterAllocator};
///
/// let mut allocator = RegisterAllocator::new(Convention::SysV64);
/// for expected in 0..6 {
///     assert!(allocator.can_use_register(false));
///     assert_eq!(allocator.place(false), Place::Int(expected));
/// }
/// assert!(!allocator.can_use_register(false) && allocator.can_use_register(true));
/// assert_eq!(allocator.place(false), Place::Stack(0));
/// assert_eq!(allocator.place(true), Place::Vector(0));
/// ```
#[derive(Clone, Debug)]
pub struct RegisterAllocator {
    table: &'static RegisterTable,
    /// How many integer registers are taken; they are taken in order.
    int: usize,
    /// The vector registers that are taken, a bit each: on ARM32 some between them may be free.
    vectors: u32,
    stack: u32,
    align: u32,
}

impl RegisterAllocator {
    /// With all registers free.
    pub fn new(convention: Convention) -> RegisterAllocator {
        let table = convention.registers();
        RegisterAllocator {
            table,
            int: 0,
            vectors: 0,
            stack: table.reserved,
            align: 2 * u32::from(table.word),
        }
    }

    /// Whether a scalar argument, of one register, would get one.
    pub fn can_use_register(&self, is_float: bool) -> bool {
        self.free(is_float) > 0
    }

    /// Places a scalar argument of one register: in it where one is left, else on the stack.
    pub fn place(&mut self, is_float: bool) -> Place {
        match self.use_register(is_float) {
            Some(register) => register,
            None => self.push(self.table.word.into(), self.table.word.into()),
        }
    }

    /// Takes the next register, if one is left.
    pub fn use_register(&mut self, is_float: bool) -> Option<Place> {
        let number = self.use_registers(is_float, 1, 1)?;
        if self.table.positional {
            self.int = usize::from(number) + 1;
            self.vectors = (1 << self.int) - 1;
        }
        Some(if is_float { Place::Vector(number) } else { Place::Int(number) })
    }

    /// Takes so many registers that follow one another, and gives the first, whose number is a multiple of `step`.
    /// Integer registers that are skipped stay unused.
    pub(super) fn use_registers(&mut self, is_float: bool, count: usize, step: u32) -> Option<u8> {
        let step = step.max(1) as usize;
        if is_float {
            let wanted = (1 << count) - 1;
            let last = self.table.vector.len().checked_sub(count)?;
            let first = (0..=last).step_by(step).find(|first| self.vectors & (wanted << first) == 0)?;
            self.vectors |= wanted << first;
            return Some(first as u8);
        }
        let first = self.int.next_multiple_of(step);
        if first + count > self.table.int.len() {
            return None;
        }
        self.int = first + count;
        Some(first as u8)
    }

    /// Leaves integer registers unused, up to one whose number is such a multiple.
    pub(super) fn skip_to_multiple(&mut self, step: u32) {
        self.int = self.int.next_multiple_of(step as usize).min(self.table.int.len());
    }

    /// Leaves all other registers of a kind unused.
    pub(super) fn exhaust(&mut self, is_float: bool) {
        match is_float {
            true => self.vectors = u32::MAX,
            false => self.int = self.table.int.len(),
        }
    }

    /// Takes room on the stack.
    ///
    /// ```
    /// use vo_ffi_core::c::{Convention, Place, RegisterAllocator};
    /// let mut allocator = RegisterAllocator::new(Convention::SysV64);
    /// assert_eq!([allocator.push(4, 8), allocator.push(16, 16)], [Place::Stack(0), Place::Stack(16)]);
    /// assert_eq!(allocator.stack(), 32);
    /// ```
    pub fn push(&mut self, size: u32, align: u32) -> Place {
        Place::Stack(self.reserve(size, align))
    }

    /// Takes room on the stack, which begins so many bytes above the stack pointer.
    pub(super) fn reserve(&mut self, size: u32, align: u32) -> u32 {
        let at = self.stack.next_multiple_of(align);
        self.align = self.align.max(align);
        self.stack = (at + size).next_multiple_of(self.table.word.into());
        at
    }

    /// How many registers of a kind are left.
    pub(super) fn free(&self, is_float: bool) -> usize {
        match is_float {
            true => self.table.vector.len() - usize::from(self.vectors()),
            false => self.table.int.len() - self.int,
        }
    }

    /// How many vector registers are taken.
    pub fn vectors(&self) -> u8 {
        (0..self.table.vector.len()).filter(|number| self.vectors & (1 << number) != 0).count() as u8
    }

    /// How many bytes of stack are taken, with the reserved ones; a multiple of [`RegisterAllocator::stack_align`].
    pub fn stack(&self) -> u32 {
        self.stack.next_multiple_of(self.align)
    }

    /// The alignment that the stack needs.
    pub fn stack_align(&self) -> u32 {
        self.align
    }
}
