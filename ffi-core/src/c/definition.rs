//! Types as C defines them: the text that makes a compiler know them.

use std::collections::{HashMap, HashSet};
use std::fmt::Write as _;

use crate::c::{CKind, CScalar, CType, CTypes, EnumType, Member, Record};

impl CTypes {
    /// C text that defines types and all types that they need, each once, with their attributes. Types with an
    /// alignment of their own become typedefs, whose names begin with `aligned_`.
    ///
    /// ```
    /// use vo_ffi_core::c::{CScalar, CType, CTypes, Member, Record};
    /// let mut types = CTypes::new();
    /// let double = types.aligned(CType::scalar(CScalar::Double), 4);
    /// let members = vec![Member::bits("kind", CType::scalar(CScalar::Int), 3), Member::new("value", double)];
    /// let record = Record { tag: Some("s".into()), members: Some(members), packed: true, ..Record::default() };
    /// let record = types.declare_record(record);
    /// assert_eq!(types.definitions(&[types.record_type(record)]), "\
    /// typedef double aligned_4_double __attribute__((aligned(4)));
    /// struct s {
    ///     int kind : 3;
    ///     aligned_4_double value;
    /// } __attribute__((packed));
    /// ");
    /// ```
    pub fn definitions(&self, types: &[CType]) -> String {
        let mut definer =
            Definer { types: self, text: String::new(), done: HashSet::new(), typedefs: HashMap::new() };
        for &ty in types {
            definer.define(ty);
        }
        definer.text
    }
}

struct Definer<'t> {
    types: &'t CTypes,
    text: String,
    done: HashSet<CType>,
    typedefs: HashMap<CType, String>,
}

impl Definer<'_> {
    /// Writes the definition of a type, behind those that it needs.
    fn define(&mut self, ty: CType) {
        if !self.done.insert(ty) {
            return;
        }
        match self.types.kind(ty) {
            CKind::Void | CKind::Scalar(_) | CKind::Complex(_) => {}
            CKind::Enum(id) => self.define_enum(self.types.enumeration(*id)),
            CKind::Pointer { to, .. } => self.mention(*to),
            CKind::Array { of, .. } => self.define(*of),
            CKind::Func(sig) => {
                for &ty in sig.params.iter().chain([&sig.result]) {
                    self.mention(ty);
                }
            }
            CKind::Record(id) => self.define_record(ty, self.types.record(*id)),
            CKind::Aligned { of, align } => {
                self.define(*of);
                let name = self.typedef_name(*of, *align);
                let declaration = self.declare(*of, &name);
                let line = format!("typedef {declaration} __attribute__((aligned({align})));\n");
                self.text.push_str(&self.with_pack(*of, None, line));
                self.typedefs.insert(ty, name);
            }
        }
    }

    /// Writes what a pointer needs: of a struct or union with a tag, that it exists.
    fn mention(&mut self, ty: CType) {
        let record =
            self.types.as_record(ty).filter(|record| record.tag.is_some() && !record.named_by_typedef);
        if record.is_none() {
            self.define(ty);
        } else if !self.done.contains(&ty) {
            let _ = writeln!(self.text, "{};", self.types.name(ty));
        }
    }

    fn typedef_name(&self, of: CType, align: u32) -> String {
        let words = self.types.name(of);
        let words = words.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
        let name = format!("aligned_{align}_{}", words.collect::<Vec<_>>().join("_"));
        let taken = self.typedefs.values().filter(|taken| taken.starts_with(&name)).count();
        if taken == 0 { name } else { format!("{name}_{taken}") }
    }

    fn define_enum(&mut self, enumeration: &EnumType) {
        if let (Some(tag), Some(_)) = (&enumeration.tag, &enumeration.constants) {
            let text = match enumeration.named_by_typedef {
                true => format!("typedef {} {tag};\n", enum_text(enumeration, "")),
                false => format!("{};\n", enum_text(enumeration, tag)),
            };
            self.text.push_str(&text);
        }
    }

    fn define_record(&mut self, ty: CType, record: &Record) {
        for member in record.members.iter().flatten() {
            self.define(member.ty);
        }
        if let (Some(tag), Some(_)) = (&record.tag, &record.members) {
            let text = match record.named_by_typedef {
                true => format!("typedef {} {tag};\n", self.record_text(record, "")),
                false => format!("{};\n", self.record_text(record, tag)),
            };
            let text = with_pack(record.pack, None, text);
            self.text.push_str(&text);
        } else if record.members.is_none() {
            self.text.push_str(&format!("{};\n", self.types.name(ty)));
        }
    }

    fn record_text(&self, record: &Record, tag: &str) -> String {
        let mut text = head(if record.union { "union" } else { "struct" }, tag);
        for member in record.members.iter().flatten() {
            let line = format!("{};\n", self.member(member));
            text.push_str(&indented(&self.with_pack(member.ty, record.pack, line)));
        }
        format!("{text}}}{}", attributes(record.packed, record.align))
    }

    fn member(&self, member: &Member) -> String {
        let name = member.name.as_deref().unwrap_or_default();
        let bits = member.bits.map(|bits| format!(" : {bits}")).unwrap_or_default();
        let declaration = self.declare(member.ty, name);
        if member.name.is_none() && member.bits.is_none() {
            // gcc takes attributes behind the brace for the type's, and ignores those before.
            let align = member.align.map(|align| format!("_Alignas({align}) ")).unwrap_or_default();
            return format!("{align}{declaration}");
        }
        let attributes = attributes(member.packed, member.align);
        format!("{declaration}{bits}{attributes}")
    }

    fn declare(&self, ty: CType, name: &str) -> String {
        self.types.declare_as(ty, name, &|ty| self.words(ty))
    }

    /// What stands for a type that has another name or none.
    fn words(&self, ty: CType) -> Option<String> {
        match self.types.kind(ty) {
            CKind::Aligned { .. } => self.typedefs.get(&ty).cloned(),
            CKind::Record(id) => {
                let record = self.types.record(*id);
                record.tag.is_none().then(|| self.record_text(record, ""))
            }
            CKind::Enum(id) => {
                let enumeration = self.types.enumeration(*id);
                enumeration.tag.is_none().then(|| enum_text(enumeration, ""))
            }
            _ => None,
        }
    }

    /// A declaration between the pragmas that a struct or union without a tag in it needs, where `pack` is in force.
    fn with_pack(&self, ty: CType, pack: Option<u32>, line: String) -> String {
        match self.types.kind(ty) {
            CKind::Array { of, .. } => self.with_pack(*of, pack, line),
            CKind::Pointer { to, .. } => self.with_pack(*to, pack, line),
            CKind::Record(id) if self.types.record(*id).tag.is_none() => {
                with_pack(self.types.record(*id).pack, pack, line)
            }
            _ => line,
        }
    }
}

fn with_pack(pack: Option<u32>, in_force: Option<u32>, text: String) -> String {
    match pack {
        pack if pack == in_force => text,
        Some(pack) => format!("#pragma pack(push, {pack})\n{text}#pragma pack(pop)\n"),
        None => format!("#pragma pack(push)\n#pragma pack()\n{text}#pragma pack(pop)\n"),
    }
}

fn head(keyword: &str, tag: &str) -> String {
    let space = if tag.is_empty() { "" } else { " " };
    format!("{keyword}{space}{tag} {{\n")
}

fn attributes(packed: bool, align: Option<u32>) -> String {
    let align = align.map(|align| format!("aligned({align})"));
    let words: Vec<String> = packed.then(|| "packed".to_string()).into_iter().chain(align).collect();
    if words.is_empty() { String::new() } else { format!(" __attribute__(({}))", words.join(", ")) }
}

fn enum_text(enumeration: &EnumType, tag: &str) -> String {
    let mut text = head("enum", tag);
    for (name, value) in enumeration.constants.iter().flatten() {
        text.push_str(&format!("    {name} = {value},\n"));
    }
    // Enums are ints or larger, but for packed ones.
    let packed = matches!(
        enumeration.underlying,
        CScalar::Char | CScalar::SignedChar | CScalar::UnsignedChar | CScalar::Short | CScalar::UnsignedShort
    );
    format!("{text}}}{}", attributes(packed, None))
}

fn indented(text: &str) -> String {
    text.lines()
        .map(|line| if line.starts_with('#') { format!("{line}\n") } else { format!("    {line}\n") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pragmas_and_attributes_stand_where_compilers_look() {
        let mut types = CTypes::new();
        let int = CType::scalar(CScalar::Int);
        let constants = Some(vec![("RED".into(), 0), ("BLUE".into(), -3)]);
        let colour = EnumType {
            tag: Some("colour".into()),
            named_by_typedef: false,
            underlying: CScalar::SignedChar,
            constants,
        };
        let colour = types.declare_enum(colour);
        let colour = types.enum_type(colour);
        let inner = Record {
            union: true,
            align: Some(8),
            members: Some(vec![Member::new("colour", colour), Member::bits("bits", int, 5)]),
            ..Record::default()
        };
        let inner = types.declare_record(inner);
        let inner = types.record_type(inner);
        let outer = types.declare_record(Record {
            tag: Some("outer_t".into()),
            named_by_typedef: true,
            pack: Some(2),
            ..Record::default()
        });
        let other = types.declare_record(Record { tag: Some("other".into()), ..Record::default() });
        let pointer = types.pointer_to_const(types.record_type(other));
        types.record_mut(outer).members = Some(vec![
            Member { align: Some(16), ..Member::anonymous(inner) },
            Member { packed: true, align: Some(4), ..Member::bits("flags", int, 3) },
            Member { name: None, ..Member::bits("", int, 0) },
            Member::new("other", pointer),
        ]);
        let expected = "\
enum colour {
    RED = 0,
    BLUE = -3,
} __attribute__((packed));
struct other;
#pragma pack(push, 2)
typedef struct {
#pragma pack(push)
#pragma pack()
    _Alignas(16) union {
        enum colour colour;
        int bits : 5;
    } __attribute__((aligned(8)));
#pragma pack(pop)
    int flags : 3 __attribute__((packed, aligned(4)));
    int : 0;
    const struct other *other;
} outer_t;
#pragma pack(pop)
";
        assert_eq!(types.definitions(&[types.record_type(outer)]), expected);
    }
}
