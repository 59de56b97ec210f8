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
}

const SYSV64: RegisterTable = RegisterTable {
    name: "sysv64",
    int: &["rdi", "rsi", "rdx", "rcx", "r8", "r9"],
    vector: &["xmm0", "xmm1", "xmm2", "xmm3", "xmm4", "xmm5", "xmm6", "xmm7"],
    int_results: &["rax", "rdx"],
    vector_results: &["xmm0", "xmm1"],
    positional: false,
    reserved: 0,
};

const WIN64: RegisterTable = RegisterTable {
    name: "win64",
    int: &["rcx", "rdx", "r8", "r9"],
    vector: &["xmm0", "xmm1", "xmm2", "xmm3"],
    int_results: &["rax"],
    vector_results: &["xmm0"],
    positional: true,
    reserved: 32,
};

impl Convention {
    /// Its registers.
    pub const fn registers(self) -> &'static RegisterTable {
        match self {
            Convention::SysV64 => &SYSV64,
            Convention::Win64 => &WIN64,
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
    int: usize,
    vector: usize,
    stack: u32,
    align: u32,
}

impl RegisterAllocator {
    /// With all registers free.
    pub fn new(convention: Convention) -> RegisterAllocator {
        let table = convention.registers();
        RegisterAllocator { table, int: 0, vector: 0, stack: table.reserved, align: 16 }
    }

    /// Whether a scalar argument would get a register.
    pub fn can_use_register(&self, is_float: bool) -> bool {
        self.free(is_float) > 0
    }

    /// Places a scalar argument: in a register where one is left, else on the stack.
    pub fn place(&mut self, is_float: bool) -> Place {
        match self.use_register(is_float) {
            Some(register) => register,
            None => self.push(8, 8),
        }
    }

    /// Takes the next register, if one is left.
    pub fn use_register(&mut self, is_float: bool) -> Option<Place> {
        if !self.can_use_register(is_float) {
            return None;
        }
        let number = if is_float { self.vector } else { self.int } as u8;
        if is_float || self.table.positional {
            self.vector += 1;
        }
        if !is_float || self.table.positional {
            self.int += 1;
        }
        Some(if is_float { Place::Vector(number) } else { Place::Int(number) })
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
        let at = self.stack.next_multiple_of(align);
        self.align = self.align.max(align);
        self.stack = (at + size).next_multiple_of(8);
        Place::Stack(at)
    }

    /// How many registers of a kind are left.
    pub(super) fn free(&self, is_float: bool) -> usize {
        match is_float {
            true => self.table.vector.len().saturating_sub(self.vector),
            false => self.table.int.len().saturating_sub(self.int),
        }
    }

    /// How many vector registers are taken.
    pub fn vectors(&self) -> u8 {
        self.vector as u8
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
