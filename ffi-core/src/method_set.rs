//! Which methods a value has, those of its embedded fields included.

use crate::types::{Method, TypeId, TypeKind, TypeTable};

/// A type on the way through embedded fields.
#[derive(Clone, Copy)]
struct Way {
    base: TypeId,
    /// Whether the value, or an embedded field before it, is a pointer, so that its address is known.
    addressable: bool,
}

impl TypeTable {
    /// The method of this name that a value of type `id` has, when it is in an interface: its own, or that
    /// of the embedded field with the fewest fields on the way.
    ///
    /// ```
    /// # use vo_ffi_core::{TypeId, TypeTable};
    /// let types = TypeTable::new();
    /// // `func (e *errorString) Error() string` is a method of the pointer.
    /// let method = types.method(TypeId::ERROR_STRING_PTR, "Error").expect("a method");
    /// assert_eq!((types.name(method.ty).as_str(), method.pointer_receiver), ("func() string", true));
    /// assert!(types.method(TypeId::ERROR_STRING, "Error").is_none());
    /// ```
    pub fn method(&self, id: TypeId, name: &str) -> Option<&Method> {
        let way = self.way(id, false);
        if way.base != id && self.is_interface(way.base) {
            return None;
        }
        let info = self.info(way.base);
        let own = info.methods.iter().find(|method| method.name == name);
        match (own, &info.kind) {
            (Some(method), _) => (way.addressable || !method.pointer_receiver).then_some(method),
            (None, TypeKind::Struct(fields)) if fields.iter().any(|field| field.embedded) => {
                self.promoted_method(way, name)
            }
            _ => None,
        }
    }

    /// Whether a value of type `id` has all methods of the interface.
    ///
    /// False where `interface` is none.
    ///
    /// ```
    /// # use vo_ffi_core::{TypeId, TypeTable};
    /// let types = TypeTable::new();
    /// assert!(types.implements(TypeId::ERROR_STRING_PTR, TypeId::ERROR));
    /// assert!(types.implements(TypeId::INT, TypeId::ANY) && !types.implements(TypeId::INT, TypeId::ERROR));
    /// ```
    pub fn implements(&self, id: TypeId, interface: TypeId) -> bool {
        let TypeKind::Interface(wanted) = self.kind(interface) else { return false };
        wanted.iter().all(|wanted| self.method(id, &wanted.name).is_some_and(|own| own.ty == wanted.ty))
    }

    fn promoted_method(&self, way: Way, name: &str) -> Option<&Method> {
        let mut level = vec![way];
        let mut met = Vec::new();
        while !level.is_empty() {
            let mut found = level.iter().filter_map(|way| Some((way, self.declared_method(way.base, name)?)));
            if let Some((way, method)) = found.next() {
                let reachable = way.addressable || !method.pointer_receiver;
                return (found.next().is_none() && reachable).then_some(method);
            }
            if level.iter().any(|way| self.has_field(way.base, name)) {
                return None;
            }
            met.extend(level.iter().map(|way| way.base));
            level = level.iter().flat_map(|way| self.embedded(*way)).collect();
            level.retain(|way| !met.contains(&way.base));
        }
        None
    }

    fn way(&self, id: TypeId, addressable: bool) -> Way {
        match self.kind(id) {
            TypeKind::Pointer(target) if self.info(id).name.is_none() => {
                Way { base: *target, addressable: true }
            }
            _ => Way { base: id, addressable },
        }
    }

    fn declared_method(&self, base: TypeId, name: &str) -> Option<&Method> {
        let info = self.info(base);
        match &info.kind {
            TypeKind::Interface(methods) => methods.iter().find(|method| method.name == name),
            _ => info.methods.iter().find(|method| method.name == name),
        }
    }

    fn has_field(&self, base: TypeId, name: &str) -> bool {
        matches!(self.kind(base), TypeKind::Struct(fields) if fields.iter().any(|field| field.name == name))
    }

    fn embedded(&self, way: Way) -> impl Iterator<Item = Way> {
        let fields = match self.kind(way.base) {
            TypeKind::Struct(fields) => fields.as_slice(),
            _ => &[],
        };
        let embedded = fields.iter().filter(|field| field.embedded);
        embedded.map(move |field| self.way(field.ty, way.addressable))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::Field;

    #[test]
    fn a_method_is_found_where_go_finds_it() {
        let mut table = TypeTable::new();
        let method = |name: &str, pointer_receiver| Method {
            name: name.into(),
            ty: TypeId::FUNC_STRING,
            pointer_receiver,
        };
        let inner = table.new_named("main.Inner");
        let empty = table.intern(TypeKind::Struct(Vec::new()));
        table.set_underlying(inner, empty);
        table.add_method(inner, method("Value", false));
        table.add_method(inner, method("Pointer", true));
        let inner_ptr = table.pointer_to(inner);
        let embed = |ty, name: &str| Field { name: name.into(), ty, embedded: true };
        let by_value = table.intern(TypeKind::Struct(vec![embed(inner, "Inner")]));
        let by_pointer = table.intern(TypeKind::Struct(vec![embed(inner_ptr, "Inner")]));
        let twice = table.intern(TypeKind::Struct(vec![embed(inner, "Inner"), embed(inner_ptr, "Other")]));
        let hidden = table.intern(TypeKind::Struct(vec![
            embed(by_value, "Outer"),
            Field { name: "Value".into(), ty: TypeId::INT, embedded: false },
        ]));
        let error = table.intern(TypeKind::Struct(vec![embed(TypeId::ERROR, "error")]));
        let by_value_ptr = table.pointer_to(by_value);
        let cases = [
            (inner, "Value", true),
            (inner, "Pointer", false),
            (inner_ptr, "Pointer", true),
            (by_value, "Value", true),
            (by_value, "Pointer", false),
            (by_value_ptr, "Pointer", true),
            (by_pointer, "Pointer", true),
            (twice, "Value", false),
            (hidden, "Value", false),
            (error, "Error", true),
            (TypeId::ERROR_STRING_PTR, "Error", true),
            (TypeId::INT, "Error", false),
        ];
        for (ty, name, expected) in cases {
            assert_eq!(table.method(ty, name).is_some(), expected, "{}.{name}", table.name(ty));
        }
        assert!(table.implements(error, TypeId::ERROR));
        assert!(!table.implements(by_value, TypeId::ERROR));
        assert!(table.implements(TypeId::INT, TypeId::ANY));
    }
}
