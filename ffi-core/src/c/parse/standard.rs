//! The typedefs that C programs have from the standard's headers and POSIX, known here without a declaration.

use crate::c::{CScalar, CType, CTypes, Member, Record, Target};

/// The scalar behind a standard typedef on a target.
pub(super) fn scalar(name: &str, target: &Target) -> Option<CScalar> {
    use CScalar::*;
    if !name.ends_with("_t") && name != "bool" {
        return None;
    }
    let word = target.size;
    let windows = target.name.starts_with("windows");
    let long64 = if target.long == 8 { Long } else { LongLong };
    // What glibc makes of types that are as wide as a register, and the fast types with them.
    let fast = if windows || target.name == "wasm32" { Int } else { word.with_other_sign() };
    let time = if windows || target.name == "wasm32" { LongLong } else { Long };
    let unsigned = |scalar: CScalar| scalar.with_other_sign();
    Some(match name {
        "bool" => Bool,
        "int8_t" | "int_least8_t" | "int_fast8_t" => SignedChar,
        "uint8_t" | "uint_least8_t" | "uint_fast8_t" | "char8_t" => UnsignedChar,
        "int16_t" | "int_least16_t" => Short,
        "uint16_t" | "uint_least16_t" | "char16_t" => UnsignedShort,
        "int32_t" | "int_least32_t" => Int,
        "uint32_t" | "uint_least32_t" | "char32_t" => UnsignedInt,
        "int64_t" | "int_least64_t" | "int_fast64_t" | "intmax_t" => long64,
        "uint64_t" | "uint_least64_t" | "uint_fast64_t" | "uintmax_t" => unsigned(long64),
        "int_fast16_t" if windows => Short,
        "uint_fast16_t" if windows => UnsignedShort,
        "int_fast16_t" | "int_fast32_t" => fast,
        "uint_fast16_t" | "uint_fast32_t" => unsigned(fast),
        "size_t" | "uintptr_t" => word,
        "ssize_t" | "ptrdiff_t" | "intptr_t" => unsigned(word),
        "__int128_t" if target.int128 => Int128,
        "__uint128_t" if target.int128 => UnsignedInt128,
        "wchar_t" => target.wchar,
        "wint_t" | "ino_t" | "mode_t" if windows => UnsignedShort,
        "wint_t" | "uid_t" | "gid_t" | "useconds_t" | "mode_t" | "socklen_t" => UnsignedInt,
        "pid_t" | "clockid_t" => Int,
        "dev_t" if windows => UnsignedInt,
        "off_t" | "clock_t" if windows => Long,
        "time_t" | "off_t" | "clock_t" | "suseconds_t" | "blkcnt_t" => time,
        "blksize_t" if target.name == "linux-aarch64" => Int,
        "nlink_t" if target.name == "linux-aarch64" => UnsignedInt,
        "blksize_t" => Long,
        "ino_t" | "nlink_t" => unsigned(time),
        "dev_t" => unsigned(long64),
        _ => return None,
    })
}

/// The names for which [`scalar`] and [`make`] have a type, to find what was meant by another one.
pub(super) const NAMES: &[&str] = &[
    "FILE",
    "blkcnt_t",
    "blksize_t",
    "bool",
    "char16_t",
    "char32_t",
    "char8_t",
    "clock_t",
    "clockid_t",
    "dev_t",
    "gid_t",
    "ino_t",
    "int16_t",
    "int32_t",
    "int64_t",
    "int8_t",
    "int_fast16_t",
    "int_fast32_t",
    "int_fast64_t",
    "int_fast8_t",
    "int_least16_t",
    "int_least32_t",
    "int_least64_t",
    "int_least8_t",
    "intmax_t",
    "intptr_t",
    "max_align_t",
    "mode_t",
    "nlink_t",
    "off_t",
    "pid_t",
    "ptrdiff_t",
    "size_t",
    "socklen_t",
    "ssize_t",
    "suseconds_t",
    "time_t",
    "uid_t",
    "uint16_t",
    "uint32_t",
    "uint64_t",
    "uint8_t",
    "uint_fast16_t",
    "uint_fast32_t",
    "uint_fast64_t",
    "uint_fast8_t",
    "uint_least16_t",
    "uint_least32_t",
    "uint_least64_t",
    "uint_least8_t",
    "uintmax_t",
    "uintptr_t",
    "useconds_t",
    "va_list",
    "wchar_t",
    "wint_t",
];

/// Under which name [`make`] has the type of a standard typedef that is no scalar.
pub(super) fn made_name(name: &str) -> Option<&'static str> {
    match name {
        "FILE" => Some("FILE"),
        "max_align_t" => Some("max_align_t"),
        "va_list" | "__builtin_va_list" | "__gnuc_va_list" => Some("va_list"),
        _ => None,
    }
}

/// Makes the type of such a name. It is to be kept: each call makes another type.
pub(super) fn make(name: &'static str, types: &mut CTypes, target: &Target) -> CType {
    match name {
        "FILE" => named(types, name, true, None),
        "max_align_t" => {
            let most = |name: &str, scalar: CScalar| Member {
                align: Some(CScalar::size(scalar, target) as u32),
                ..Member::new(name, CType::scalar(scalar))
            };
            let members = vec![most("ll", CScalar::LongLong), most("ld", CScalar::LongDouble)];
            named(types, name, true, Some(members))
        }
        _ => va_list(types, target),
    }
}

fn named(types: &mut CTypes, tag: &str, named_by_typedef: bool, members: Option<Vec<Member>>) -> CType {
    let tag = Some(tag.to_string());
    let id = types.declare_record(Record { tag, named_by_typedef, members, ..Record::default() });
    types.record_type(id)
}

/// The psABI of each target says what `va_list` is.
fn va_list(types: &mut CTypes, target: &Target) -> CType {
    let pointer = types.pointer_to(CType::VOID);
    let (int, unsigned) = (CType::scalar(CScalar::Int), CType::scalar(CScalar::UnsignedInt));
    match target.name {
        "linux-x64" => {
            let members = vec![
                Member::new("gp_offset", unsigned),
                Member::new("fp_offset", unsigned),
                Member::new("overflow_arg_area", pointer),
                Member::new("reg_save_area", pointer),
            ];
            let tag = named(types, "__va_list_tag", false, Some(members));
            types.array_of(tag, Some(1))
        }
        "linux-aarch64" => {
            let pointers = ["__stack", "__gr_top", "__vr_top"].map(|name| Member::new(name, pointer));
            let offsets = ["__gr_offs", "__vr_offs"].map(|name| Member::new(name, int));
            named(types, "__va_list", false, Some(pointers.into_iter().chain(offsets).collect()))
        }
        "linux-arm" => named(types, "__va_list", false, Some(vec![Member::new("__ap", pointer)])),
        "wasm32" => pointer,
        _ => types.pointer_to(CType::scalar(CScalar::Char)),
    }
}
