//! What there is to know of a struct or union: as we compute it, and as a C compiler does.
//!
//! Nothing is run. The C text defines one constant object with a mark, the sizes, alignments and offsets as numbers,
//! and for each bit-field an object of its record in which this field alone is set. The compiler writes its bytes into
//! the object file, whatever the target, and there they are read.

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use vo_ffi_core::c::{CScalar, CType, CTypes, Target};

/// The facts of one struct or union.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Facts {
    pub(crate) size: u64,
    pub(crate) align: u64,
    /// Of each named member, those of anonymous members included: its name, first bit and width.
    pub(crate) members: Vec<(String, u64, Option<u64>)>,
}

/// What we compute.
pub(crate) fn computed(types: &CTypes, ty: CType, target: &Target) -> Facts {
    let whole =
        types.layout(ty, target).unwrap_or_else(|error| panic!("{error}: {}", types.definitions(&[ty])));
    let mut members = Vec::new();
    collect(types, ty, target, 0, &mut members);
    let members = members.into_iter().map(|member| (member.name, member.bit_offset, member.bits));
    Facts { size: whole.size, align: whole.align, members: members.collect() }
}

struct Named {
    name: String,
    bit_offset: u64,
    bits: Option<u64>,
    /// All its bits.
    ones: &'static str,
}

fn collect(types: &CTypes, ty: CType, target: &Target, base: u64, found: &mut Vec<Named>) {
    let layout = types.record_layout(ty, target).expect("the whole has a layout");
    let members = types.as_record(ty).and_then(|record| record.members.as_deref()).unwrap_or_default();
    for (member, placed) in members.iter().zip(layout.members) {
        let bit_offset = base + placed.bit_offset;
        match &member.name {
            Some(name) => found.push(Named {
                name: name.clone(),
                bit_offset,
                bits: member.bits.map(u64::from),
                ones: if types.as_scalar(member.ty) == Some(CScalar::Bool) { "1" } else { "-1" },
            }),
            None if member.bits.is_none() => collect(types, member.ty, target, bit_offset, found),
            None => {}
        }
    }
}

const MARK: &[u8; 16] = b"vo:facts:begin:>";

/// What a compiler computes.
pub(crate) fn compiled(command: &[&str], types: &CTypes, records: &[CType], target: &Target) -> Vec<Facts> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (source, object) = (folder.path().join("facts.c"), folder.path().join("facts.o"));
    std::fs::write(&source, text(types, records, target)).expect("the text is written");
    let output = Command::new(command[0])
        .args(&command[1..])
        .args(["-std=gnu11", "-w", "-c", "-o"])
        .args([object.as_path(), source.as_path()])
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}", command[0]));
    if !output.status.success() {
        let kept = Path::new(env!("CARGO_TARGET_TMPDIR")).join("facts.c");
        std::fs::copy(&source, &kept).expect("the text is kept");
        panic!("{command:?} refuses {}:\n{}", kept.display(), String::from_utf8_lossy(&output.stderr));
    }
    let object = std::fs::read(object).expect("an object file");
    let at = object.windows(16).position(|bytes| bytes == MARK).expect("the mark is in the object file");
    Reader { bytes: &object[at + 16..] }.read(types, records, target)
}

fn text(types: &CTypes, records: &[CType], target: &Target) -> String {
    let mut text = types.definitions(records);
    let (mut numbers, mut fields, mut images) = (String::new(), String::new(), String::new());
    let mut count = 0;
    for (index, &ty) in records.iter().enumerate() {
        let name = types.name(ty);
        let mut named = Vec::new();
        collect(types, ty, target, 0, &mut named);
        // `_Alignof` says less than gcc uses of some types with Microsoft's bit-fields.
        let _ = write!(numbers, "sizeof({name}), __alignof__({name}), ");
        let (bits, others): (Vec<&Named>, Vec<&Named>) =
            named.iter().partition(|member| member.bits.is_some());
        for member in &others {
            let _ = write!(numbers, "__builtin_offsetof({name}, {}), ", member.name);
        }
        count += 2 + others.len();
        if !bits.is_empty() {
            let _ = writeln!(fields, "    {name} images{index}[{}];", bits.len());
            let image = |member: &&Named| format!("{{.{} = {}}}", member.name, member.ones);
            let _ = writeln!(images, "    {{{}}},", bits.iter().map(image).collect::<Vec<_>>().join(", "));
        }
    }
    let mark = String::from_utf8_lossy(MARK);
    let _ = write!(
        text,
        "#pragma pack(1)\nconst struct {{\n    char mark[16];\n    unsigned numbers[{count}];\n{fields}}} \
         __attribute__((packed)) facts = {{\n    \"{mark}\",\n    {{{numbers}}},\n{images}}};\n"
    );
    text
}

struct Reader<'o> {
    bytes: &'o [u8],
}

impl Reader<'_> {
    fn read(mut self, types: &CTypes, records: &[CType], target: &Target) -> Vec<Facts> {
        let mut all = Vec::new();
        for &ty in records {
            let (size, align) = (self.number(), self.number());
            let mut named = Vec::new();
            collect(types, ty, target, 0, &mut named);
            let member = |member: Named| {
                let bit_offset = if member.bits.is_some() { 0 } else { 8 * self.number() };
                (member.name, bit_offset, member.bits)
            };
            all.push(Facts { size, align, members: named.into_iter().map(member).collect() });
        }
        for facts in &mut all {
            for (_, bit_offset, bits) in facts.members.iter_mut().filter(|member| member.2.is_some()) {
                (*bit_offset, *bits) = self.image(facts.size);
            }
        }
        all
    }

    fn take(&mut self, count: usize) -> &[u8] {
        let (taken, rest) = self.bytes.split_at(count);
        self.bytes = rest;
        taken
    }

    fn number(&mut self) -> u64 {
        u64::from(u32::from_le_bytes(self.take(4).try_into().expect("four bytes")))
    }

    /// The first and the number of the bits that are set; all in one piece, or no width at all.
    fn image(&mut self, size: u64) -> (u64, Option<u64>) {
        let bytes = self.take(size as usize);
        let is_set = |bit: &u64| bytes[(bit / 8) as usize] >> (bit % 8) & 1 == 1;
        let set: Vec<u64> = (0..8 * size).filter(is_set).collect();
        let (Some(&first), Some(&last)) = (set.first(), set.last()) else { return (0, None) };
        let count = set.len() as u64;
        (first, (last + 1 - first == count).then_some(count))
    }
}
