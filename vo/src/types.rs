//! The one place from which the front end takes the table of types.

pub use vo_ffi::{BitField, CMeaning, Class, Field, FuncType, Method, Scalar, TypeId, TypeKind, TypeTable};

/// The predeclared types by name.
pub(crate) const PREDECLARED: [(&str, TypeId); 19] = [
    ("bool", TypeId::BOOL),
    ("int", TypeId::INT),
    ("int8", TypeId::scalar(Scalar::Int8)),
    ("int16", TypeId::scalar(Scalar::Int16)),
    ("int32", TypeId::scalar(Scalar::Int32)),
    ("int64", TypeId::scalar(Scalar::Int64)),
    ("uint", TypeId::scalar(Scalar::Uint)),
    ("uint8", TypeId::scalar(Scalar::Uint8)),
    ("uint16", TypeId::scalar(Scalar::Uint16)),
    ("uint32", TypeId::scalar(Scalar::Uint32)),
    ("uint64", TypeId::UINT64),
    ("uintptr", TypeId::UINTPTR),
    ("float32", TypeId::scalar(Scalar::Float32)),
    ("float64", TypeId::FLOAT64),
    ("byte", TypeId::BYTE),
    ("rune", TypeId::RUNE),
    ("string", TypeId::STRING),
    ("any", TypeId::ANY),
    ("error", TypeId::ERROR),
];
