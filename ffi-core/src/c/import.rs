//! Types from one table in another.

use std::collections::{HashMap, VecDeque};

use crate::c::{CKind, CType, CTypes, FuncSig, Member, RecordId};

impl CTypes {
    /// Adds types of another table, with all that they lead to, also through pointers. Structs, unions and enums become
    /// new ones; within one call, each becomes one.
    ///
    /// ```
    /// use vo_ffi_core::c::{CTypes, Declarations, Target};
    /// let text = "struct node { struct node *next; int value; };";
    /// let mut large = Declarations::parse(text, &Target::LINUX_X64).expect("no errors");
    /// let node = large.parse_type("struct node *[2]").expect("no errors");
    ///
    /// let mut small = CTypes::new();
    /// let nodes = small.import(&large.types, &[node]);
    /// assert_eq!(small.name(nodes[0]), "struct node *[2]");
    /// assert_eq!(small.definitions(&nodes), "struct node;\n");
    /// ```
    pub fn import(&mut self, from: &CTypes, types: &[CType]) -> Vec<CType> {
        let mut importer = Importer { from, to: self, done: HashMap::new(), bodies: VecDeque::new() };
        let imported = types.iter().map(|&ty| importer.import(ty)).collect();
        importer.complete();
        imported
    }
}

struct Importer<'t> {
    from: &'t CTypes,
    to: &'t mut CTypes,
    done: HashMap<CType, CType>,
    /// Structs and unions whose members are still to come: a list of any length is no recursion.
    bodies: VecDeque<(RecordId, RecordId)>,
}

impl Importer<'_> {
    fn import(&mut self, ty: CType) -> CType {
        if let Some(&done) = self.done.get(&ty) {
            return done;
        }
        let imported = match self.from.kind(ty).clone() {
            kind @ (CKind::Void | CKind::Scalar(_) | CKind::Complex(_)) => self.to.intern(kind),
            CKind::Enum(id) => {
                let id = self.to.declare_enum(self.from.enumeration(id).clone());
                self.to.enum_type(id)
            }
            CKind::Pointer { to, constant } => {
                let to = self.import(to);
                self.to.intern(CKind::Pointer { to, constant })
            }
            CKind::Array { of, len } => {
                let of = self.import(of);
                self.to.intern(CKind::Array { of, len })
            }
            CKind::Aligned { of, align } => {
                let of = self.import(of);
                self.to.intern(CKind::Aligned { of, align })
            }
            CKind::Func(sig) => {
                let params = sig.params.iter().map(|&param| self.import(param)).collect();
                let result = self.import(sig.result);
                self.to.intern(CKind::Func(FuncSig { params, result, ..sig }))
            }
            CKind::Record(id) => {
                let mut record = self.from.record(id).clone();
                record.members = None;
                let new = self.to.declare_record(record);
                self.bodies.push_back((id, new));
                self.to.record_type(new)
            }
        };
        self.done.insert(ty, imported);
        imported
    }

    fn complete(&mut self) {
        while let Some((id, new)) = self.bodies.pop_front() {
            let Some(members) = &self.from.record(id).members else { continue };
            let members =
                members.iter().map(|member| Member { ty: self.import(member.ty), ..member.clone() });
            let members = members.collect();
            self.to.record_mut(new).members = Some(members);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::c::{CTypes, Declarations, Target};

    #[test]
    fn everything_that_a_type_leads_to_comes_along() {
        let text = "enum colour { RED, BLUE = 7 };
            typedef int (*compare)(const void *, const void *);
            struct part { enum colour colour : 3; union { float f; char bytes[4]; }; };
            struct whole { struct part parts[2]; compare by; struct whole *next; } __attribute__((packed, aligned(4)));";
        let declared = Declarations::parse(text, &Target::LINUX_X64).expect("no errors");
        let whole = declared.type_named("struct whole").expect("it is declared");
        let mut types = CTypes::new();
        let imported = types.import(&declared.types, &[whole, whole]);
        assert_eq!(imported[0], imported[1]);
        assert_eq!(types.definitions(&imported), declared.types.definitions(&[whole]));
        let layouts =
            [types.layout(imported[0], &Target::LINUX_X64), declared.types.layout(whole, &Target::LINUX_X64)];
        assert_eq!(layouts[0], layouts[1]);
        assert_eq!(layouts[0].as_ref().map(|layout| (layout.size, layout.align)), Ok((32, 4)));
    }

    #[test]
    fn a_long_list_is_no_recursion() {
        let mut text = String::new();
        for index in 0..20_000 {
            text.push_str(&format!("struct s{index} {{ struct s{} *next; }};\n", index + 1));
        }
        let declared = Declarations::parse(&text, &Target::LINUX_X64).expect("no errors");
        let first = declared.type_named("struct s0").expect("it is declared");
        let mut types = CTypes::new();
        let imported = types.import(&declared.types, &[first]);
        assert_eq!(types.name(imported[0]), "struct s0");
    }
}
