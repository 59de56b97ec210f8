//! What the Rust side of a native says about its types, as constants.

mod func;
mod object;
mod structure;

use crate::declared::KEYWORDS;
use crate::rust_object::ObjectSpec;
use crate::scalar::Scalar;
use crate::types::{FuncType, TypeId, TypeKind, TypeTable};

pub use func::FuncSpec;
pub use structure::{FieldSpec, StructSpec};

/// The Vo types that a Rust parameter or result stands for.
///
/// ```
/// use vo_ffi_core::{Scalar, TypeSpec};
///
/// // What `Vec<HashMap<String, f64>>` stands for:
/// const MAP: TypeSpec = TypeSpec::MapOf(&TypeSpec::String, &TypeSpec::Scalar(Scalar::Float64));
/// assert_eq!(TypeSpec::Slice(Some(&MAP)).vo_name(), "[]map[string]float64");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TypeSpec {
    /// A scalar; see [`TypeSpec::accepts`] for what else it matches.
    Scalar(Scalar),
    /// `rune`, from `char`
    Rune,
    /// `string`
    String,
    /// `[]T`; with `None`, a slice of any type
    Slice(Option<&'static TypeSpec>),
    /// A map of any type
    Map,
    /// `map[K]V`
    MapOf(&'static TypeSpec, &'static TypeSpec),
    /// A struct of any type
    Struct,
    /// A struct with these fields
    StructOf(&'static StructSpec),
    /// A pointer of any type
    Pointer,
    /// A pointer to a Rust value of this type
    Object(&'static ObjectSpec),
    /// A function of any type
    Func,
    /// A function of this type
    FuncOf(&'static FuncSpec),
    /// `any`
    Any,
    /// Any interface, `any` and `error` included
    Interface,
    /// `error`
    Error,
}

impl TypeSpec {
    /// Whether a declaration may use this type where Rust has this spec.
    ///
    /// `i64` matches int and int64, `u64` uint, uint64 and uintptr, `i32` and `char` rune. A narrower
    /// integer may also be declared `int`: its range is checked in the call.
    ///
    /// ```
    /// # use vo_ffi_core::{Scalar, TypeId, TypeSpec, TypeTable};
    /// let types = TypeTable::new();
    /// let (i64_spec, u8_spec) = (TypeSpec::Scalar(Scalar::Int64), TypeSpec::Scalar(Scalar::Uint8));
    /// assert!(i64_spec.accepts(&types, TypeId::INT) && u8_spec.accepts(&types, TypeId::INT));
    /// assert!(!i64_spec.accepts(&types, TypeId::BYTE));
    /// assert!(TypeSpec::Slice(None).accepts(&types, TypeId::ANYS));
    /// ```
    #[inline]
    pub fn accepts(self, types: &TypeTable, ty: TypeId) -> bool {
        match (self, types.kind(ty)) {
            (TypeSpec::Scalar(rust), TypeKind::Scalar(vo)) => scalar_accepts(rust, *vo),
            (_, kind) => self.accepts_kind(types, ty, kind),
        }
    }

    fn accepts_kind(self, types: &TypeTable, ty: TypeId, kind: &TypeKind) -> bool {
        match (self, kind) {
            (TypeSpec::Rune, TypeKind::Scalar(vo)) => *vo == Scalar::Int32,
            (TypeSpec::String, TypeKind::String)
            | (TypeSpec::Slice(None), TypeKind::Slice(_))
            | (TypeSpec::Map, TypeKind::Map(..))
            | (TypeSpec::Struct, TypeKind::Struct(_))
            | (TypeSpec::Pointer, TypeKind::Pointer(_))
            | (TypeSpec::Func, TypeKind::Func(_))
            | (TypeSpec::Interface, TypeKind::Interface(_)) => true,
            (TypeSpec::MapOf(key, value), TypeKind::Map(vo_key, vo_value)) => {
                key.accepts(types, *vo_key) && value.accepts(types, *vo_value)
            }
            // A Rust field is a place in memory, which a bit-field is not.
            (TypeSpec::StructOf(spec), TypeKind::Struct(fields)) => {
                spec.accepts(types, fields) && types.bit_fields(ty).next().is_none()
            }
            (TypeSpec::Object(spec), TypeKind::Pointer(target)) => {
                types.is_rust(*target) && types.info(*target).name.as_deref() == Some(spec.type_name())
            }
            (TypeSpec::FuncOf(spec), TypeKind::Func(func)) => spec.accepts(types, func),
            (TypeSpec::Slice(Some(elem)), TypeKind::Slice(vo)) => elem.accepts_element(types, *vo),
            (TypeSpec::Any, TypeKind::Interface(methods)) => methods.is_empty(),
            (TypeSpec::Error, TypeKind::Interface(_)) => {
                types.underlying(ty) == types.underlying(TypeId::ERROR)
            }
            _ => false,
        }
    }

    /// The type that [`TypeSpec::vo_name`] names; for a Rust struct, a struct without a name. `open` gives one where only a
    /// program knows which it is: of a slice, map, struct, pointer or function of any type.
    pub(crate) fn usual(
        self,
        types: &mut TypeTable,
        open: fn(TypeSpec, &mut TypeTable) -> Option<TypeId>,
    ) -> Option<TypeId> {
        Some(match self {
            TypeSpec::Scalar(Scalar::Int64) => TypeId::INT,
            TypeSpec::Scalar(scalar) => TypeId::scalar(scalar),
            TypeSpec::Rune => TypeId::RUNE,
            TypeSpec::String => TypeId::STRING,
            TypeSpec::Any | TypeSpec::Interface => TypeId::ANY,
            TypeSpec::Error => TypeId::ERROR,
            TypeSpec::Slice(Some(elem)) => {
                let elem = elem.usual(types, open)?;
                types.slice_of(elem)
            }
            TypeSpec::MapOf(key, value) => {
                let (key, value) = (key.usual(types, open)?, value.usual(types, open)?);
                types.map_of(key, value)
            }
            TypeSpec::StructOf(spec) => spec.usual(types, open)?,
            TypeSpec::Object(spec) => {
                let name = spec.type_name();
                let target = types.find_opaque(name).unwrap_or_else(|| types.new_opaque(name));
                types.pointer_to(target)
            }
            TypeSpec::FuncOf(spec) => spec.usual(types, open)?,
            TypeSpec::Slice(None) | TypeSpec::Map | TypeSpec::Struct | TypeSpec::Pointer | TypeSpec::Func => {
                open(self, types)?
            }
        })
    }

    /// Elements are read where they lie, so their size must be the same too.
    pub(crate) fn accepts_element(self, types: &TypeTable, ty: TypeId) -> bool {
        match (self, types.kind(ty)) {
            (TypeSpec::Scalar(rust), TypeKind::Scalar(vo)) => {
                rust.size() == vo.size() && scalar_accepts(rust, *vo)
            }
            _ => self.accepts(types, ty),
        }
    }

    /// Each difference from a type, in words; empty where it is accepted.
    fn differences(self, types: &TypeTable, ty: TypeId, verb: &str) -> Vec<String> {
        match self.accepts(types, ty) {
            true => Vec::new(),
            false => self.differences_at(types, ty, "", verb),
        }
    }

    /// What Rust has in place of a type that is not accepted: its name, and where two structs differ.
    pub(crate) fn found_for(self, types: &TypeTable, ty: TypeId) -> String {
        match self.structure(types, ty) {
            Some(_) => {
                format!("{}; {}", self.vo_name(), self.differences_at(types, ty, "", "Rust has").join(", "))
            }
            None => self.vo_name(),
        }
    }

    /// The differences from a type that is not accepted, of the field `path` where it is not empty.
    fn differences_at(self, types: &TypeTable, ty: TypeId, path: &str, verb: &str) -> Vec<String> {
        if let Some((spec, ty)) = self.structure(types, ty) {
            let path = if path.is_empty() { String::new() } else { format!("{path}.") };
            return spec.differences(types, ty, &path, verb);
        }
        let field = if path.is_empty() { String::new() } else { format!("field `{path}`: ") };
        let hint = self.extern_hint(types);
        vec![format!("{field}declared {}, {verb} {}{hint}", types.name(ty), self.vo_name())]
    }

    /// The struct that differs, where it alone does: this, or the elements of this.
    fn structure(self, types: &TypeTable, ty: TypeId) -> Option<(&'static StructSpec, TypeId)> {
        match (self, types.kind(ty)) {
            (TypeSpec::StructOf(spec), TypeKind::Struct(_)) => Some((spec, ty)),
            (TypeSpec::Slice(Some(elem)), TypeKind::Slice(vo)) => elem.structure(types, *vo),
            (TypeSpec::MapOf(key, value), TypeKind::Map(vo_key, vo_value)) if key.accepts(types, *vo_key) => {
                value.structure(types, *vo_value)
            }
            _ => None,
        }
    }

    /// The type as Vo writes it; where many match, the usual one.
    ///
    /// ```
    /// # use vo_ffi_core::{Scalar, TypeSpec};
    /// assert_eq!(TypeSpec::Scalar(Scalar::Int64).vo_name(), "int");
    /// assert_eq!(TypeSpec::Slice(Some(&TypeSpec::Rune)).vo_name(), "[]rune");
    /// ```
    pub fn vo_name(self) -> String {
        self.vo_name_in("")
    }

    /// The type as the files of a package of this name write it.
    pub(crate) fn vo_name_in(self, package: &str) -> String {
        match self {
            TypeSpec::Scalar(Scalar::Int64) => "int".into(),
            TypeSpec::Scalar(Scalar::Uint8) => "byte".into(),
            TypeSpec::Scalar(scalar) => scalar.name().into(),
            TypeSpec::Rune => "rune".into(),
            TypeSpec::String => "string".into(),
            TypeSpec::Slice(Some(elem)) => format!("[]{}", elem.vo_name_in(package)),
            TypeSpec::Slice(None) => "[]T".into(),
            TypeSpec::Map => "map[K]V".into(),
            TypeSpec::MapOf(key, value) => {
                format!("map[{}]{}", key.vo_name_in(package), value.vo_name_in(package))
            }
            TypeSpec::Struct => "T".into(),
            TypeSpec::StructOf(spec) => spec.name.into(),
            TypeSpec::Pointer => "*T".into(),
            TypeSpec::Object(spec) => format!("*{}", spec.name_in(package)),
            TypeSpec::Func => "func".into(),
            TypeSpec::FuncOf(spec) => spec.vo_name_in(package),
            TypeSpec::Any | TypeSpec::Interface => "any".into(),
            TypeSpec::Error => "error".into(),
        }
    }
}

#[inline]
pub(crate) const fn scalar_accepts(rust: Scalar, vo: Scalar) -> bool {
    let widens_to_int = rust.is_integer() && rust.size() < 8;
    match rust {
        Scalar::Int64 => matches!(vo, Scalar::Int | Scalar::Int64),
        Scalar::Uint64 => matches!(vo, Scalar::Uint | Scalar::Uint64 | Scalar::Uintptr),
        _ => vo as u8 == rust as u8 || (widens_to_int && matches!(vo, Scalar::Int)),
    }
}

/// A parameter of a native.
///
/// ```
/// # use vo_ffi_core::{ParamSpec, TypeSpec};
/// let param = ParamSpec::new("type", TypeSpec::String);
/// assert_eq!((param.vo_name().as_str(), param.ty, param.optional), ("type_", TypeSpec::String, false));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParamSpec {
    /// Its name in Rust.
    pub name: &'static str,
    /// Its type.
    pub ty: TypeSpec,
    /// Whether a declaration may leave it out: `#[vo(default = …)]`.
    pub optional: bool,
    #[doc(hidden)]
    pub facts: ParamFacts,
}

/// What the type of a parameter says about a native.
#[doc(hidden)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParamFacts {
    /// Whether converting or holding it involves the heap.
    pub sees_heap: bool,
    /// Whether it takes any number of arguments.
    pub variadic: bool,
    /// Whether it lends the elements of a slice.
    pub borrows_elements: bool,
    /// Whether nothing in it is the VM's.
    pub owned: bool,
}

impl ParamSpec {
    /// A parameter that every declaration has, for a table of natives that is written by hand.
    ///
    /// [`ExternEntry`](crate::ExternEntry) has an example.
    pub const fn new(name: &'static str, ty: TypeSpec) -> ParamSpec {
        let facts = ParamFacts { sees_heap: true, variadic: false, borrows_elements: false, owned: false };
        ParamSpec { name, ty, optional: false, facts }
    }

    /// Its name as a Vo declaration may have it: `type_` for `type`.
    pub fn vo_name(&self) -> String {
        format!("{}{}", self.name, if KEYWORDS.contains(&self.name) { "_" } else { "" })
    }
}

/// Parameters and results of a native.
///
/// ```
/// # use vo_ffi_core::{ParamSpec, SignatureSpec, TypeSpec};
/// // fn read_file(name: &str) -> Result<String, VoError>
/// const READ_FILE: SignatureSpec = SignatureSpec {
///     params: &[ParamSpec::new("name", TypeSpec::String)],
///     variadic: false,
///     results: &[TypeSpec::String],
///     fallible: true,
/// };
/// assert_eq!(READ_FILE.vo_signature(), "(name string) (string, error)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SignatureSpec {
    /// The parameters, contexts left out.
    pub params: &'static [ParamSpec],
    /// Whether the last parameter takes any number of arguments.
    pub variadic: bool,
    /// The results.
    pub results: &'static [TypeSpec],
    /// Whether it returns `Result`: one `error` more, or a panic.
    pub fallible: bool,
}

impl SignatureSpec {
    /// The signature as a Vo declaration would have it: `(path string) ([]byte, error)`.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # use vm::{OPEN, TWICE};
    /// assert_eq!(TWICE.signature.vo_signature(), "(n int) int");
    /// assert_eq!(OPEN.signature.vo_signature(), "(name string) (int, error)");
    /// ```
    pub fn vo_signature(&self) -> String {
        self.vo_signature_in("")
    }

    /// The signature as the files of a package of this name have it.
    pub(crate) fn vo_signature_in(&self, package: &str) -> String {
        let last = self.params.len().saturating_sub(1);
        let params: Vec<String> = (self.params.iter().enumerate())
            .map(|(index, param)| match param.ty {
                TypeSpec::Slice(elem) if self.variadic && index == last => {
                    let elem = elem.map_or("any".into(), |elem| elem.vo_name_in(package));
                    format!("{} ...{elem}", param.vo_name())
                }
                ty => format!("{} {}", param.vo_name(), ty.vo_name_in(package)),
            })
            .collect();
        let mut results: Vec<String> = self.results.iter().map(|ty| ty.vo_name_in(package)).collect();
        if self.fallible {
            results.push("error".into());
        }
        let params = params.join(", ");
        match results.as_slice() {
            [] => format!("({params})"),
            [one] => format!("({params}) {one}"),
            many => format!("({params}) ({})", many.join(", ")),
        }
    }

    /// The type that a VM gives a native which its programs do not declare: [`vo_signature`] as a type.
    ///
    /// `None` where the native has a slice, map, struct, pointer or function of any type: only a program
    /// knows of which.
    ///
    /// [`vo_signature`]: SignatureSpec::vo_signature
    ///
    /// ```
    /// # use vo_ffi_core::{ParamSpec, SignatureSpec, TypeId, TypeSpec, TypeTable};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # use vm::OPEN;
    /// let mut types = TypeTable::new();
    /// // Of `Open(name string) (int, error)`:
    /// let func = OPEN.signature.func_type(&mut types).expect("types of every program");
    /// assert_eq!((func.params, func.results), (vec![TypeId::STRING], vec![TypeId::INT, TypeId::ERROR]));
    ///
    /// const PARAMS: &[ParamSpec] = &[ParamSpec::new("map", TypeSpec::Map)];
    /// let any_map = SignatureSpec { params: PARAMS, ..OPEN.signature };
    /// assert_eq!(any_map.func_type(&mut types), None);
    /// ```
    pub fn func_type(&self, types: &mut TypeTable) -> Option<FuncType> {
        self.func_type_with(types, |_, _| None)
    }

    /// The same, where `open` gives types that only a program knows.
    pub(crate) fn func_type_with(
        &self,
        types: &mut TypeTable,
        open: fn(TypeSpec, &mut TypeTable) -> Option<TypeId>,
    ) -> Option<FuncType> {
        let params = self.params.iter().map(|param| param.ty.usual(types, open)).collect::<Option<_>>()?;
        let error = self.fallible.then_some(TypeSpec::Error);
        let results = (self.results.iter().copied().chain(error))
            .map(|result| result.usual(types, open))
            .collect::<Option<_>>()?;
        Some(FuncType { params, variadic: self.variadic, results })
    }

    /// How many parameters every declaration has.
    ///
    /// ```
    /// # use vo_ffi_core::{ParamSpec, Scalar, SignatureSpec, TypeSpec};
    /// // fn indent(text: &str, #[vo(default = 4)] by: u16) -> String
    /// const TEXT: ParamSpec = ParamSpec::new("text", TypeSpec::String);
    /// const BY: ParamSpec =
    ///     ParamSpec { optional: true, ..ParamSpec::new("by", TypeSpec::Scalar(Scalar::Uint16)) };
    /// let results = &[TypeSpec::String];
    /// let indent = SignatureSpec { params: &[TEXT, BY], variadic: false, results, fallible: false };
    /// assert_eq!((indent.required_params(), indent.params.len()), (1, 2));
    /// ```
    pub fn required_params(&self) -> usize {
        self.params.iter().take_while(|param| !param.optional).count()
    }

    /// All differences between this native and a declaration's type, in words; empty where they agree.
    ///
    /// ```
    /// # use vo_ffi_core::{FuncType, TypeId, TypeTable};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # use vm::TWICE;
    /// // Of `Twice(n int) int`, declared as `Twice(x float64)`:
    /// let func = FuncType { params: vec![TypeId::FLOAT64], variadic: false, results: vec![] };
    /// assert_eq!(
    ///     TWICE.signature.differences(&TypeTable::new(), &func, &["x".into()]),
    ///     [
    ///         "parameter 1 `x`: declared float64, the native takes int",
    ///         "the declaration has 0 results, the native 1 result",
    ///     ]
    /// );
    /// ```
    pub fn differences(&self, types: &TypeTable, func: &FuncType, param_names: &[String]) -> Vec<String> {
        let mut found = Vec::new();
        if !(self.required_params()..=self.params.len()).contains(&func.params.len()) {
            let least = match self.params.len() - self.required_params() {
                0 => String::new(),
                1 => ", of which the last may be left out".into(),
                optional => format!(", of which the last {optional} may be left out"),
            };
            found.push(format!(
                "the declaration has {}, the native {}{least}",
                count(func.params.len(), "parameter"),
                count(self.params.len(), "parameter")
            ));
        } else {
            for (index, (param, &ty)) in self.params.iter().zip(&func.params).enumerate() {
                let name = param_names.get(index).map_or(param.name, String::as_str);
                let differences = param.ty.differences(types, ty, "the native takes");
                found.extend(
                    (differences.iter()).map(|text| format!("parameter {} `{name}`: {text}", index + 1)),
                );
            }
        }
        if self.variadic != func.variadic {
            let (one, other) =
                if self.variadic { ("native", "declaration") } else { ("declaration", "native") };
            found.push(format!("the {one} is variadic, the {other} is not"));
        }
        let declared = match func.results.split_last() {
            Some((&TypeId::ERROR, rest)) if self.fallible => rest,
            _ => &func.results[..],
        };
        if self.results.len() != declared.len() {
            found.push(format!(
                "the declaration has {}, the native {}",
                count(declared.len(), "result"),
                count(self.results.len(), "result")
            ));
        } else {
            for (index, (spec, &ty)) in self.results.iter().zip(declared).enumerate() {
                let differences = spec.differences(types, ty, "the native returns");
                found.extend(differences.iter().map(|text| format!("result {}: {text}", index + 1)));
            }
        }
        found
    }
}

fn count(n: usize, what: &str) -> String {
    format!("{n} {what}{}", if n == 1 { "" } else { "s" })
}
