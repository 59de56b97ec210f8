//! Fields and methods of types, through embedded fields too; which type implements which interface.

use super::checker::Checker;
use super::info::{FieldStep, Info, MethodEntry, MethodTarget, ReceiverAdjust};
use crate::types::{Method, TypeId, TypeKind, TypeTable};

/// What a name means in a type.
#[derive(Clone, Debug)]
pub(super) enum Found {
    Field {
        path: Vec<FieldStep>,
        ty: TypeId,
    },
    Method {
        path: Vec<FieldStep>,
        method: FoundMethod,
    },
    /// Two at the same depth.
    Ambiguous,
}

/// A method, and how the receiver is reached.
#[derive(Clone, Debug)]
pub(super) struct FoundMethod {
    pub(super) ty: TypeId,
    pub(super) pointer_receiver: bool,
    /// The named type or interface that has it.
    pub(super) owner: TypeId,
    /// Its index in an interface.
    pub(super) index: Option<usize>,
    /// Whether the value at the end of the path is a pointer.
    pub(super) at_pointer: bool,
    /// Whether the path goes through a pointer.
    pub(super) indirect: bool,
}

/// A way that the search is at.
struct Way {
    ty: TypeId,
    path: Vec<FieldStep>,
    indirect: bool,
}

/// Finds a field or method, the one with the fewest embedded fields on the way.
pub(super) fn find(types: &TypeTable, ty: TypeId, name: &str) -> Option<Found> {
    let mut level = vec![Way { ty, path: Vec::new(), indirect: false }];
    let mut seen = Vec::new();
    // A pointer to a named pointer or to an interface has neither fields nor methods.
    if let TypeKind::Pointer(target) = types.kind(ty)
        && (types.info(ty).name.is_some() || types.is_interface(*target))
        && !matches!(types.kind(*target), TypeKind::Struct(_))
    {
        return None;
    }
    while !level.is_empty() {
        let mut found = Vec::new();
        let mut next = Vec::new();
        for way in &level {
            let base = base_of(types, way.ty);
            if seen.contains(&base) {
                continue;
            }
            seen.push(base);
            found.extend(find_here(types, way, name, &mut next));
        }
        match found.len() {
            0 => level = next,
            1 => return found.pop(),
            _ => return Some(Found::Ambiguous),
        }
    }
    None
}

/// The type, or what it points to if it is an unnamed pointer.
fn base_of(types: &TypeTable, ty: TypeId) -> TypeId {
    match types.kind(ty) {
        TypeKind::Pointer(target) if types.info(ty).name.is_none() => *target,
        _ => ty,
    }
}

fn find_here(types: &TypeTable, way: &Way, name: &str, next: &mut Vec<Way>) -> Option<Found> {
    let base = base_of(types, way.ty);
    let at_pointer = base != way.ty;
    let method = |method: &Method, index| FoundMethod {
        ty: method.ty,
        pointer_receiver: method.pointer_receiver,
        owner: base,
        index,
        at_pointer,
        indirect: way.indirect,
    };
    if let Some(row) = types.info(base).methods.iter().find(|row| row.name == name) {
        return Some(Found::Method { path: way.path.clone(), method: method(row, None) });
    }
    match types.kind(base) {
        TypeKind::Interface(methods) if !at_pointer => {
            let index = methods.iter().position(|row| row.name == name)?;
            Some(Found::Method { path: way.path.clone(), method: method(&methods[index], Some(index)) })
        }
        TypeKind::Struct(_) | TypeKind::Pointer(_) => find_field(types, way, base, at_pointer, name, next),
        _ => None,
    }
}

fn find_field(
    types: &TypeTable,
    way: &Way,
    base: TypeId,
    at_pointer: bool,
    name: &str,
    next: &mut Vec<Way>,
) -> Option<Found> {
    // A named pointer type has the fields of what it points to, but no methods.
    let (base, deref) = match types.kind(base) {
        TypeKind::Pointer(_) if at_pointer || types.info(base).name.is_none() => return None,
        TypeKind::Pointer(target) => (*target, true),
        _ => (base, at_pointer),
    };
    let TypeKind::Struct(fields) = types.kind(base) else { return None };
    for (index, field) in fields.iter().enumerate() {
        if field.name != name && !field.embedded {
            continue;
        }
        let mut path = way.path.clone();
        path.push(FieldStep { deref, index });
        if field.name == name {
            return Some(Found::Field { path, ty: field.ty });
        }
        next.push(Way { ty: field.ty, path, indirect: way.indirect || deref });
    }
    None
}

/// Why a type does not implement an interface.
#[derive(Debug)]
pub(super) enum Missing {
    Absent(String),
    PointerReceiver(String),
    WrongType { name: String, have: TypeId, want: TypeId },
}

impl Checker<'_> {
    /// The first method of `interface` that `ty` lacks.
    pub(super) fn missing_method(&self, ty: TypeId, interface: TypeId) -> Option<Missing> {
        let TypeKind::Interface(wanted) = self.kind(interface) else { return None };
        wanted.iter().find_map(|want| {
            let Some(Found::Method { method, .. }) = find(&self.types, ty, &want.name) else {
                return Some(Missing::Absent(want.name.clone()));
            };
            if method.ty != want.ty {
                let name = want.name.clone();
                return Some(Missing::WrongType { name, have: method.ty, want: want.ty });
            }
            let reachable = !method.pointer_receiver || method.at_pointer || method.indirect;
            (!reachable).then(|| Missing::PointerReceiver(want.name.clone()))
        })
    }

    /// `T does not implement I (missing method M)`
    pub(super) fn explain_missing(&self, ty: TypeId, interface: TypeId, missing: &Missing) -> String {
        let reason = match missing {
            Missing::Absent(name) => match self.other_case(ty, name) {
                Some(other) => format!("missing method {name}; it has {other}"),
                None => format!("missing method {name}"),
            },
            Missing::PointerReceiver(name) => format!("method {name} has pointer receiver"),
            Missing::WrongType { name, have, want } => {
                let signature = |ty| self.type_name(ty).replacen("func", name, 1);
                format!("wrong type for method {name}: have {}, want {}", signature(*have), signature(*want))
            }
        };
        format!("{} does not implement {} ({reason})", self.type_name(ty), self.type_name(interface))
    }

    /// A method whose name differs in upper and lower case only.
    fn other_case(&self, ty: TypeId, name: &str) -> Option<&str> {
        let methods = &self.types.info(base_of(&self.types, ty)).methods;
        let mut names = methods.iter().map(|method| method.name.as_str());
        names.find(|other| other.eq_ignore_ascii_case(name))
    }

    /// What has to be done to the receiver of a found method, and the method itself.
    pub(super) fn method_target(
        &self,
        method: &FoundMethod,
        name: &str,
    ) -> Option<(ReceiverAdjust, MethodTarget)> {
        if let Some(index) = method.index {
            return Some((ReceiverAdjust::None, MethodTarget::Interface { interface: method.owner, index }));
        }
        let adjust = match (method.pointer_receiver, method.at_pointer) {
            (true, false) => ReceiverAdjust::AddressOf,
            (false, true) => ReceiverAdjust::Deref,
            _ => ReceiverAdjust::None,
        };
        let target = self.methods.get(&(method.owner, name))?.0;
        Some((adjust, target))
    }

    /// Fills [`Info::method_sets`] for every type that a value in an interface can have.
    pub(super) fn fill_method_sets(&mut self) {
        let mut number = 1;
        while (number as usize) < self.types.len() {
            let ty = TypeId::from_number(number);
            number += 1;
            if self.is_interface(ty) || self.is_untyped(ty) || self.is_invalid(ty) {
                continue;
            }
            let mut names = Vec::new();
            collect_names(&self.types, ty, &mut names, &mut Vec::new());
            if names.is_empty() {
                continue;
            }
            if matches!(self.kind(ty), TypeKind::Struct(_)) || self.types.info(ty).name.is_some() {
                self.types.pointer_to(ty);
            }
            names.sort();
            names.dedup();
            let entries: Vec<MethodEntry> =
                names.iter().filter_map(|name| self.method_entry(ty, name)).collect();
            if !entries.is_empty() {
                self.info.method_sets.insert(ty, entries);
            }
        }
    }

    fn method_entry(&self, ty: TypeId, name: &str) -> Option<MethodEntry> {
        let Some(Found::Method { path, method }) = find(&self.types, ty, name) else { return None };
        if method.pointer_receiver && !method.at_pointer && !method.indirect {
            return None;
        }
        let (adjust, target) = self.method_target(&method, name)?;
        Some(MethodEntry { name: name.into(), ty: method.ty, path, adjust, target })
    }
}

/// The names of all methods that a type may have, promoted ones too.
fn collect_names(types: &TypeTable, ty: TypeId, names: &mut Vec<String>, seen: &mut Vec<TypeId>) {
    let base = base_of(types, ty);
    if seen.contains(&base) {
        return;
    }
    seen.push(base);
    let info = types.info(base);
    names.extend(info.methods.iter().map(|method| method.name.clone()));
    match &info.kind {
        TypeKind::Interface(methods) if seen.len() > 1 => {
            names.extend(methods.iter().map(|method| method.name.clone()));
        }
        TypeKind::Struct(fields) => {
            for field in fields.iter().filter(|field| field.embedded) {
                collect_names(types, field.ty, names, seen);
            }
        }
        _ => {}
    }
}

impl Info {
    /// The methods of a type in an interface, sorted by name.
    pub fn method_set(&self, ty: TypeId) -> &[MethodEntry] {
        self.method_sets.get(&ty).map_or(&[], Vec::as_slice)
    }
}
