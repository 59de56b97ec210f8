//! Whether C sees in a value of Vo what its own type says.

use vo_ffi::c::{CKind, Target};
use vo_ffi::{CMeaning, Class, Scalar, TypeId, TypeKind, TypeTable};

use super::ctype::TypeRef;

/// Whether a value of Vo has the bytes of a C type: numbers of the same size, of either sign, addresses as `uintptr`,
/// arrays and structs of these at the same offsets.
pub(super) fn fits(types: &TypeTable, vo: TypeId, c: &TypeRef) -> bool {
    match (types.kind(vo), c.kind()) {
        (TypeKind::Scalar(Scalar::Uintptr), CKind::Pointer { .. }) => true,
        (TypeKind::Scalar(scalar), _) => c.scalar().is_some_and(|c_scalar| {
            let class = |class| match class {
                Class::Unsigned => Class::Signed,
                class => class,
            };
            scalar.size() == c_scalar.size(Target::HOST)
                && class(scalar.class()) == class(c_scalar.class(Target::HOST))
        }),
        (TypeKind::Array(elem, len), CKind::Array { of, len: Some(c_len) }) => {
            len == c_len && fits(types, *elem, &c.to(*of))
        }
        // A struct of a preamble, `C.struct_stat`.
        (TypeKind::Struct(_), CKind::Record(_)) if is_named_so(types, vo, c) => true,
        (TypeKind::Struct(fields), CKind::Record(id)) => {
            let layout = types.layout(vo);
            let members = c.members();
            let is_plain = !c.types.record(*id).union && members.len() == fields.len();
            is_plain
                && layout.size == c.size()
                && fields.iter().zip(&layout.offsets).zip(&members).all(|((field, offset), (_, place))| {
                    place.bits.is_none() && *offset == place.offset && fits(types, field.ty, &c.to(place.ty))
                })
        }
        _ => false,
    }
}

/// Whether a type of a preamble is the struct or union of this name and size.
fn is_named_so(types: &TypeTable, vo: TypeId, c: &TypeRef) -> bool {
    let info = types.info(vo);
    let name = info.name.as_deref().and_then(|name| name.strip_prefix("C."));
    matches!(info.c, Some(CMeaning::Record { .. }))
        && name.is_some_and(|name| name == c.name().replace(' ', "_"))
        && types.layout(vo).size == c.size()
}

/// Whether a value of Vo is bytes alone, which C may read and write: numbers, arrays and structs of them, and C's own.
pub(super) fn is_plain(types: &TypeTable, vo: TypeId) -> bool {
    match types.kind(vo) {
        _ if types.info(vo).c.is_some() => true,
        TypeKind::Scalar(_) => true,
        TypeKind::Array(elem, _) => is_plain(types, *elem),
        TypeKind::Struct(fields) => fields.iter().all(|field| is_plain(types, field.ty)),
        _ => false,
    }
}

/// The type of Vo with the bytes of a scalar or pointer of C, as messages name it.
pub(super) fn vo_name(c: &TypeRef) -> Option<&'static str> {
    let scalar = match c.kind() {
        CKind::Pointer { .. } => return Some("uintptr"),
        _ => c.scalar()?,
    };
    let (class, size) = (scalar.class(Target::HOST), scalar.size(Target::HOST));
    let row = vo_ffi::SCALARS.iter().find(|row| {
        // `int` and `uint` are the same size as the exact ones, which say more.
        let is_exact = !matches!(row.scalar, Scalar::Int | Scalar::Uint | Scalar::Uintptr);
        is_exact && row.scalar.class() == class && row.scalar.size() == size
    });
    row.map(|row| if row.scalar == Scalar::Uint8 { "byte" } else { row.scalar.name() })
}
