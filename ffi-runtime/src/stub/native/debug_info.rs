//! What debuggers and unwinders learn about our code, so that backtraces go through it: each slab is one function of the
//! name `vo_ffi_stub`, all frames of which are alike.
//!
//! gdb reads an ELF file in memory; see its manual, "JIT Compilation Interface". The unwinder of gcc, which makes Rust's
//! backtraces too, gets the same description of frames.

use std::mem::offset_of;
use std::ptr::null_mut;
use std::sync::{Mutex, PoisonError};

use super::code_memory::Frame;
use object::elf::{self, FileHeader64, Ident, SectionHeader64, Sym64};
use object::endian::{LittleEndian as LE, U16, U32, U64};

/// Tells of a slab, which stays for ever.
pub(super) fn announce(start: *const u8, bytes: usize, frame: Frame) {
    let image: &'static Image = Box::leak(Box::new(Image::new(start as u64, bytes as u64, frame)));
    tell_debugger(image);
    tell_unwinder(&image.frames);
}

/// An ELF file; the code that it is about is elsewhere.
#[repr(C)]
struct Image {
    header: FileHeader64<LE>,
    sections: [SectionHeader64<LE>; 5],
    symbols: [Sym64<LE>; 2],
    frames: Frames,
    names: [u8; NAMES.len()],
}

/// The indexes of two sections.
const TEXT: u16 = 1;
const STRTAB: u16 = 4;

/// What sections and symbols are called.
const NAMES: &[u8; 45] = b"\0.text\0.eh_frame\0.symtab\0.strtab\0vo_ffi_stub\0";

fn name(text: &str) -> U32<LE> {
    let at = (0..NAMES.len()).find(|&at| NAMES[at..].starts_with(text.as_bytes()));
    U32::new(LE, at.unwrap_or_default() as u32)
}

impl Image {
    fn new(start: u64, bytes: u64, frame: Frame) -> Image {
        let symbol = Sym64 {
            st_name: name("vo_ffi_stub"),
            st_info: elf::STB_GLOBAL << 4 | elf::STT_FUNC,
            st_other: 0,
            st_shndx: U16::new(LE, TEXT),
            st_value: U64::new(LE, 0),
            st_size: U64::new(LE, bytes),
        };
        Image {
            header: header(),
            sections: sections(start, bytes),
            symbols: [Sym64::default(), symbol],
            frames: Frames::new(start, bytes, frame),
            names: *NAMES,
        }
    }
}

fn header() -> FileHeader64<LE> {
    let half = |number: usize| U16::new(LE, number as u16);
    FileHeader64 {
        e_ident: Ident {
            magic: elf::ELFMAG,
            class: elf::ELFCLASS64,
            data: elf::ELFDATA2LSB,
            version: elf::EV_CURRENT,
            os_abi: elf::ELFOSABI_NONE,
            abi_version: 0,
            padding: [0; 7],
        },
        e_type: U16::new(LE, elf::ET_REL),
        e_machine: U16::new(LE, MACHINE),
        e_version: U32::new(LE, elf::EV_CURRENT.into()),
        e_entry: U64::new(LE, 0),
        e_phoff: U64::new(LE, 0),
        e_shoff: U64::new(LE, offset_of!(Image, sections) as u64),
        e_flags: U32::new(LE, 0),
        e_ehsize: half(size_of::<FileHeader64<LE>>()),
        e_phentsize: half(0),
        e_phnum: half(0),
        e_shentsize: half(size_of::<SectionHeader64<LE>>()),
        e_shnum: half(5),
        e_shstrndx: half(STRTAB.into()),
    }
}

fn sections(start: u64, bytes: u64) -> [SectionHeader64<LE>; 5] {
    let section = |named: &str, kind, offset: usize, size: usize| SectionHeader64 {
        sh_name: name(named),
        sh_type: U32::new(LE, kind),
        sh_flags: U64::new(LE, 0),
        sh_addr: U64::new(LE, 0),
        sh_offset: U64::new(LE, offset as u64),
        sh_size: U64::new(LE, size as u64),
        sh_link: U32::new(LE, 0),
        sh_info: U32::new(LE, 0),
        sh_addralign: U64::new(LE, 1),
        sh_entsize: U64::new(LE, 0),
    };
    let flags = |flags: u32| U64::new(LE, flags.into());
    [
        section("", elf::SHT_NULL, 0, 0),
        SectionHeader64 {
            sh_flags: flags(elf::SHF_ALLOC | elf::SHF_EXECINSTR),
            sh_addr: U64::new(LE, start),
            sh_size: U64::new(LE, bytes),
            ..section(".text", elf::SHT_NOBITS, 0, 0)
        },
        SectionHeader64 {
            sh_flags: flags(elf::SHF_ALLOC),
            sh_addralign: U64::new(LE, 8),
            ..section(".eh_frame", elf::SHT_PROGBITS, offset_of!(Image, frames), size_of::<Frames>())
        },
        SectionHeader64 {
            sh_link: U32::new(LE, STRTAB.into()),
            // The first symbol that is not local.
            sh_info: U32::new(LE, 1),
            sh_addralign: U64::new(LE, 8),
            sh_entsize: U64::new(LE, size_of::<Sym64<LE>>() as u64),
            ..section(".symtab", elf::SHT_SYMTAB, offset_of!(Image, symbols), 2 * size_of::<Sym64<LE>>())
        },
        section(".strtab", elf::SHT_STRTAB, offset_of!(Image, names), NAMES.len()),
    ]
}

/// The section `.eh_frame`: one common entry, one entry for the slab, and the end. Source: "Linux Standard Base Core
/// Specification 5.0", section 10.6; DWARF 5, section 6.4.
#[repr(C)]
struct Frames {
    common: [u8; 24],
    size: u32,
    /// How far back the common entry begins.
    common_at: u32,
    start: u64,
    bytes: u64,
    end: u64,
}

impl Frames {
    fn new(start: u64, bytes: u64, frame: Frame) -> Frames {
        let common = match frame {
            Frame::Register => BY_REGISTER,
            Frame::OneWord => ONE_WORD,
        };
        Frames { common, size: 20, common_at: 28, start, bytes, end: 0 }
    }
}

#[cfg(target_arch = "x86_64")]
const MACHINE: u16 = elf::EM_X86_64;

/// What frames by register have in common: what `enter` of stubs and of entries does.
#[cfg(target_arch = "x86_64")]
#[rustfmt::skip]
const BY_REGISTER: [u8; 24] = [
    20, 0, 0, 0, 0, 0, 0, 0, // its size behind this word, and that it is a common entry
    1, 0, 1, 0x78, 16,       // version, no augmentation, factors 1 and -8, the return address is register 16
    0x0c, 6, 16,             // DW_CFA_def_cfa: a frame begins at rbp + 16
    0x86, 2, 0x90, 1,        // DW_CFA_offset: rbp is at -16, the return address at -8
    0, 0, 0, 0,
];

/// What frames of one word have in common, where they call; only x86-64 has them.
#[rustfmt::skip]
const ONE_WORD: [u8; 24] = [
    20, 0, 0, 0, 0, 0, 0, 0, // as above
    1, 0, 1, 0x78, 16,
    0x0c, 7, 16,             // DW_CFA_def_cfa: a frame begins at rsp + 16
    0x90, 1,                 // DW_CFA_offset: the return address is at -8
    0, 0, 0, 0, 0, 0,
];

#[cfg(target_arch = "aarch64")]
const MACHINE: u16 = elf::EM_AARCH64;

/// What frames have in common: what `enter` of stubs and of entries does.
#[cfg(target_arch = "aarch64")]
#[rustfmt::skip]
const BY_REGISTER: [u8; 24] = [
    20, 0, 0, 0, 0, 0, 0, 0, // its size behind this word, and that it is a common entry
    1, 0, 1, 0x78, 30,       // version, no augmentation, factors 1 and -8, the return address is in x30
    0x0c, 29, 32,            // DW_CFA_def_cfa: a frame begins at x29 + 32
    0x9d, 4, 0x9e, 3,        // DW_CFA_offset: x29 is at -32, x30 at -24
    0x93, 2,                 // and x19 at -16
    0, 0,
];

/// `struct jit_code_entry`
#[repr(C)]
struct DebuggerEntry {
    next: *mut DebuggerEntry,
    previous: *mut DebuggerEntry,
    image: *const Image,
    size: u64,
}

/// `struct jit_descriptor`
#[repr(C)]
struct DebuggerList {
    version: u32,
    action: u32,
    relevant: *mut DebuggerEntry,
    first: *mut DebuggerEntry,
}

/// `JIT_REGISTER_FN`
const REGISTER: u32 = 1;

// What gdb looks for. Weak, since another compiler at run time in the same program may have them too.
std::arch::global_asm!(
    ".pushsection .text.__jit_debug_register_code,\"ax\",@progbits",
    ".weak __jit_debug_register_code",
    ".type __jit_debug_register_code,@function",
    "__jit_debug_register_code:",
    "ret",
    ".size __jit_debug_register_code, . - __jit_debug_register_code",
    ".popsection",
    ".pushsection .data.__jit_debug_descriptor,\"aw\",@progbits",
    ".balign 8",
    ".weak __jit_debug_descriptor",
    ".type __jit_debug_descriptor,@object",
    ".size __jit_debug_descriptor, 24",
    "__jit_debug_descriptor:",
    ".long 1, 0",
    ".quad 0, 0",
    ".popsection",
);

unsafe extern "C" {
    safe fn __jit_debug_register_code();
    static mut __jit_debug_descriptor: DebuggerList;
}

fn tell_debugger(image: &'static Image) {
    static LIST: Mutex<()> = Mutex::new(());
    let _alone = LIST.lock().unwrap_or_else(PoisonError::into_inner);
    let list = &raw mut __jit_debug_descriptor;
    // SAFETY: the lock keeps this crate's threads apart; other compilers at run time use the list when they make code,
    // and the interface has no lock for that.
    unsafe {
        let next = (*list).first;
        let size = size_of::<Image>() as u64;
        let entry = Box::leak(Box::new(DebuggerEntry { next, previous: null_mut(), image, size }));
        if !next.is_null() {
            (*next).previous = entry;
        }
        (*list).first = entry;
        (*list).relevant = entry;
        (*list).action = REGISTER;
    }
    __jit_debug_register_code();
}

#[cfg(target_env = "gnu")]
fn tell_unwinder(frames: &'static Frames) {
    unsafe extern "C" {
        fn __register_frame(section: *const Frames);
    }
    // SAFETY: the section is as libgcc's unwinder reads it, and stays.
    unsafe { __register_frame(frames) };
}

/// Other unwinders take other things under the same name.
#[cfg(not(target_env = "gnu"))]
fn tell_unwinder(_: &'static Frames) {}

#[cfg(test)]
mod tests {
    use object::{Object as _, ObjectSection as _, ObjectSymbol as _};

    use super::*;

    #[test]
    fn the_image_is_an_elf_file_with_one_function() {
        let image = Image::new(0x1000, 0x200, Frame::Register);
        // SAFETY: an image has no padding.
        let bytes =
            unsafe { std::slice::from_raw_parts((&raw const image).cast::<u8>(), size_of::<Image>()) };
        let file = object::File::parse(bytes).expect("an ELF file");
        let symbol = file.symbols().next().expect("a symbol");
        assert_eq!((symbol.name(), symbol.size()), (Ok("vo_ffi_stub"), 0x200));
        let sections: Vec<_> =
            file.sections().map(|section| (section.name().expect("a name"), section.address())).collect();
        assert_eq!(sections, [(".text", 0x1000), (".eh_frame", 0), (".symtab", 0), (".strtab", 0)]);
    }
}
