//! What the types of C are on a machine: everything that differs between machines, as data.

use crate::c::CScalar;

/// A machine, as far as the sizes and alignments of C's types go.
///
/// ```
/// use vo_ffi_core::c::{CScalar, Target};
///
/// // One `long` on Linux, another on Windows.
/// assert_eq!(CScalar::Long.size(&Target::LINUX_X64), 8);
/// assert_eq!(CScalar::Long.size(&Target::WINDOWS_X64), 4);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Target {
    /// Its name, `linux-x64`.
    pub name: &'static str,
    /// The size of an address in bytes: 4 or 8.
    pub pointer: u8,
    /// The size of `long` in bytes: 4 or 8.
    pub long: u8,
    /// What `long double` is.
    pub long_double: LongDouble,
    /// Whether plain `char` is signed.
    pub char_signed: bool,
    /// What `wchar_t` is.
    pub wchar: CScalar,
    /// What `size_t` is; `ptrdiff_t` and `ssize_t` are its signed counterpart.
    pub size: CScalar,
    /// Whether the compiler knows `__int128`.
    pub int128: bool,
    /// The alignment that `__attribute__((aligned))` and `max_align_t` have.
    pub max_align: u8,
    /// How bit-fields share storage.
    pub bit_fields: BitFields,
}

/// The formats of `long double`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum LongDouble {
    /// x87's 80 bits in 16 bytes, of which 6 are padding.
    X87,
    /// IEEE binary128.
    Quad,
    /// The same as `double`.
    Double,
}

/// How bit-fields are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BitFields {
    /// System V's rule: a bit-field starts at the next bit, unless it would then cross a boundary of its declared
    /// type.
    SysV,
    /// As [`BitFields::SysV`], and unnamed bit-fields align the record too: AAPCS and AAPCS64.
    Aapcs,
    /// Microsoft's: a unit of the declared type's size for neighbours of that same size.
    Microsoft,
}

impl Target {
    /// Linux on x86-64: LP64.
    pub const LINUX_X64: Target = Target {
        name: "linux-x64",
        pointer: 8,
        long: 8,
        long_double: LongDouble::X87,
        char_signed: true,
        wchar: CScalar::Int,
        size: CScalar::UnsignedLong,
        int128: true,
        max_align: 16,
        bit_fields: BitFields::SysV,
    };

    /// Linux on 64-bit ARM: LP64.
    pub const LINUX_AARCH64: Target = Target {
        name: "linux-aarch64",
        long_double: LongDouble::Quad,
        char_signed: false,
        wchar: CScalar::UnsignedInt,
        bit_fields: BitFields::Aapcs,
        ..Target::LINUX_X64
    };

    /// Windows on x86-64, as gcc (MinGW) compiles for it: LLP64.
    pub const WINDOWS_X64: Target = Target {
        name: "windows-x64",
        long: 4,
        wchar: CScalar::UnsignedShort,
        size: CScalar::UnsignedLongLong,
        bit_fields: BitFields::Microsoft,
        ..Target::LINUX_X64
    };

    /// Linux on 32-bit ARM with hardware floats: ILP32.
    pub const LINUX_ARM: Target = Target {
        name: "linux-arm",
        pointer: 4,
        long: 4,
        long_double: LongDouble::Double,
        char_signed: false,
        wchar: CScalar::UnsignedInt,
        size: CScalar::UnsignedInt,
        int128: false,
        max_align: 8,
        bit_fields: BitFields::Aapcs,
    };

    /// WebAssembly with 32-bit addresses: ILP32. Only clang compiles for it, which differs from our rules, gcc's, in
    /// bit-fields that `aligned` aligns.
    pub const WASM32: Target = Target {
        name: "wasm32",
        pointer: 4,
        long: 4,
        long_double: LongDouble::Quad,
        char_signed: true,
        wchar: CScalar::Int,
        size: CScalar::UnsignedLong,
        int128: true,
        max_align: 16,
        bit_fields: BitFields::SysV,
    };

    /// All of them.
    pub const ALL: [&Target; 5] = [
        &Target::LINUX_X64,
        &Target::LINUX_AARCH64,
        &Target::WINDOWS_X64,
        &Target::LINUX_ARM,
        &Target::WASM32,
    ];

    /// The machine that this code runs on.
    pub const HOST: &Target = if cfg!(windows) {
        &Target::WINDOWS_X64
    } else if cfg!(target_arch = "aarch64") {
        &Target::LINUX_AARCH64
    } else if cfg!(target_arch = "arm") {
        &Target::LINUX_ARM
    } else if cfg!(target_arch = "wasm32") {
        &Target::WASM32
    } else {
        &Target::LINUX_X64
    };

    /// The target of this name.
    ///
    /// ```
    /// use vo_ffi_core::c::Target;
    /// assert_eq!(Target::named("wasm32"), Some(&Target::WASM32));
    /// assert_eq!(Target::named("vax"), None);
    /// ```
    pub fn named(name: &str) -> Option<&'static Target> {
        Target::ALL.into_iter().find(|target| target.name == name)
    }
}
