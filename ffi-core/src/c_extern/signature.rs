//! What a declared C function takes and returns, checked: every mistake is reported at once.

use std::collections::HashMap;
use std::fmt;

use crate::c::{CScalar, CType, CTypes, FuncSig, Member, Record};
use crate::c_extern::{CClosure, CPrototype, Misfit};
use crate::declaration::{Declaration, Origin};
use crate::plan::Plan;
use crate::scalar::Scalar;
use crate::types::{FuncType, TypeId, TypeKind, TypeTable};

/// How one parameter reaches C.
///
/// ```
/// # use vo_ffi_core::{CParam, Scalar, TypeId};
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// // extern "libc.so.6" func write(fd int32, data []byte, count uint64) int
/// # let (int32, results) = (TypeId::scalar(Scalar::Int32), [TypeId::INT]);
/// # let write = vm::c_signature("write", &[int32, TypeId::BYTES, TypeId::UINT64], &results);
/// assert_eq!(write.params()[0], CParam::Scalar(Scalar::Int32));
/// assert_eq!(write.params()[1], CParam::Slice(TypeId::BYTE));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CParam {
    /// A scalar, by value.
    Scalar(Scalar),
    /// A string, as `const char *`.
    String,
    /// A slice of this type, as the address of its first element.
    Slice(TypeId),
    /// A pointer to this type.
    Pointer(TypeId),
    /// A struct of this type, by value.
    Struct(TypeId),
    /// A number where C takes another one: an integer must fit, a float is rounded.
    Convert {
        /// The type of the number in Vo.
        from: Scalar,
        /// What C takes, by its bytes.
        to: Scalar,
    },
    /// A string's bytes, as `const void *`.
    Bytes,
    /// A string, as a text of characters of two (UTF-16) or four bytes (UTF-32), with one of zeros at its end.
    WideString {
        /// The bytes of a character.
        unit: u8,
    },
    /// A `float64`, as `long double`.
    LongDouble,
    /// A func value of this type, as a pointer to a function.
    Func(TypeId),
}

/// What C returns.
///
/// ```
/// # use vo_ffi_core::{CResult, TypeId};
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// // extern "libc.so.6" func getenv(name string) string
/// # let getenv = vm::c_signature("getenv", &[TypeId::STRING], &[TypeId::STRING]);
/// assert_eq!(getenv.result(), CResult::String);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CResult {
    /// Nothing.
    Void,
    /// A scalar.
    Scalar(Scalar),
    /// A `char *`, copied into a string.
    String,
    /// A struct of this type, by value, in a new object.
    Struct(TypeId),
    /// A struct of this type, by value, written to where the result's slot points before the call.
    Into(TypeId),
    /// A pointer to this type, as it is.
    Pointer(TypeId),
    /// A `long double`, as a `float64`.
    LongDouble,
}

/// The signature of a C function. Holding one proves that every part of it can cross to C.
///
/// ```
/// # use vo_ffi_core::{CParam, CResult, Scalar, TypeId};
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// // extern "libc.so.6" func chdir(path string) (int32, error)
/// # let chdir = vm::c_signature("chdir", &[TypeId::STRING], &[TypeId::scalar(Scalar::Int32), TypeId::ERROR]);
/// assert_eq!((chdir.params(), chdir.result()), (&[CParam::String][..], CResult::Scalar(Scalar::Int32)));
/// assert_eq!((chdir.errno(), chdir.frame().result_slots), (true, 3));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CSignature {
    params: Box<[CParam]>,
    /// The indexes of pointers that must not be NULL.
    nonnull: Box<[usize]>,
    result: CResult,
    errno: bool,
    frame: Plan,
}

impl CSignature {
    /// Checks a declaration.
    ///
    /// # Errors
    /// Everything in the declaration that C cannot take, in order.
    ///
    /// ```
    /// use vo_ffi_core::{CResult, CSignature, Declaration, FuncType, Origin, Scalar, TypeId, TypeTable};
    ///
    /// let mut types = TypeTable::new();
    /// let mut declaration = Declaration {
    ///     name: "main.cos".into(),
    ///     func: FuncType { params: vec![TypeId::FLOAT64], variadic: false, results: vec![TypeId::FLOAT64] },
    ///     param_names: vec!["x".into()],
    ///     origin: Origin::C { library: "libm.so.6".into(), symbol: "cos".into() },
    ///     file: "trig.vo".into(),
    ///     line: 3,
    /// };
    /// let signature = CSignature::check(&declaration, &types).expect("double cos(double)");
    /// assert_eq!(signature.result(), CResult::Scalar(Scalar::Float64));
    ///
    /// declaration.func.params = vec![types.map_of(TypeId::INT, TypeId::STRING)];
    /// let problems = CSignature::check(&declaration, &types).expect_err("C has no maps");
    /// assert_eq!(
    ///     problems[0].to_string(),
    ///     "parameter 1 `x`, map[int]string: C has no maps; pass the keys and the values as slices"
    /// );
    /// ```
    pub fn check(declaration: &Declaration, types: &TypeTable) -> Result<CSignature, Vec<SignatureProblem>> {
        let mut check = Check { declaration, types, problems: Vec::new() };
        if let Origin::Prototype(prototype) = &declaration.origin {
            return check.prototype(prototype);
        }
        check.origin();
        let params = check.params();
        let (result, errno) = check.results();
        let frame = check.frame();
        match (check.problems, frame) {
            (problems, Some(frame)) if problems.is_empty() => {
                Ok(CSignature { params, nonnull: Box::default(), result, errno, frame })
            }
            (problems, _) => Err(problems),
        }
    }

    /// The parameters.
    pub fn params(&self) -> &[CParam] {
        &self.params
    }

    /// The indexes of the parameters that must not be NULL, as their prototype has it.
    pub fn nonnull(&self) -> &[usize] {
        &self.nonnull
    }

    /// What C returns.
    pub fn result(&self) -> CResult {
        self.result
    }

    /// Whether the declaration ends in `error`, which is errno.
    pub fn errno(&self) -> bool {
        self.errno
    }

    /// Which slot holds what.
    pub fn frame(&self) -> &Plan {
        &self.frame
    }

    /// The function's type in C, whose structs are added to `c`.
    ///
    /// ```
    /// # use vo_ffi_core::c::CTypes;
    /// # use vo_ffi_core::{TypeId, TypeTable};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// // extern "libc.so.6" func strlen(s string) uint64
    /// # let strlen = vm::c_signature("strlen", &[TypeId::STRING], &[TypeId::UINT64]);
    /// let mut c = CTypes::new();
    /// let sig = strlen.c_type(&TypeTable::new(), &mut c);
    /// let ty = c.func(sig);
    /// assert_eq!(c.name(ty), "unsigned long long (void *)");
    /// ```
    pub fn c_type(&self, types: &TypeTable, c: &mut CTypes) -> FuncSig {
        let mut records = Records { types, c, known: HashMap::new() };
        let params = self.params.iter().map(|param| match *param {
            CParam::Scalar(scalar) => CType::of(scalar),
            CParam::Convert { to, .. } => CType::of(to),
            CParam::LongDouble => CType::scalar(CScalar::LongDouble),
            CParam::String
            | CParam::WideString { .. }
            | CParam::Bytes
            | CParam::Slice(_)
            | CParam::Pointer(_)
            | CParam::Func(_) => CType::POINTER,
            CParam::Struct(ty) => records.of(ty),
        });
        let params = params.collect();
        let result = match self.result {
            CResult::Void => CType::VOID,
            CResult::Scalar(scalar) => CType::of(scalar),
            CResult::String | CResult::Pointer(_) => CType::POINTER,
            CResult::LongDouble => CType::scalar(CScalar::LongDouble),
            CResult::Struct(ty) | CResult::Into(ty) => records.of(ty),
        };
        FuncSig { params, variadic: false, result, convention: None }
    }
}

/// C's types of values that C shares, which have the same bytes.
pub(super) struct Records<'t> {
    pub(super) types: &'t TypeTable,
    pub(super) c: &'t mut CTypes,
    pub(super) known: HashMap<TypeId, CType>,
}

impl Records<'_> {
    pub(super) fn of(&mut self, ty: TypeId) -> CType {
        if let Some(&known) = self.known.get(&ty) {
            return known;
        }
        let c_type = match self.types.kind(ty) {
            TypeKind::Scalar(scalar) => CType::of(*scalar),
            TypeKind::Array(elem, len) => {
                let elem = self.of(*elem);
                self.c.array_of(elem, Some(*len))
            }
            TypeKind::Struct(fields) => {
                let members = fields.iter().map(|field| Member::new(field.name.as_str(), self.of(field.ty)));
                let members = Some(members.collect());
                let tag = Some(self.types.name(ty));
                let id = self.c.declare_record(Record { tag, members, ..Record::default() });
                self.c.record_type(id)
            }
            // What the check lets through has nothing else by value.
            _ => CType::POINTER,
        };
        self.known.insert(ty, c_type);
        c_type
    }
}

/// What a problem is about.
///
/// ```
/// # use vo_ffi_core::Position;
/// assert_eq!(Position::Param { index: 0, name: "x".into() }.to_string(), "parameter 1 `x`");
/// assert_eq!(Position::Result { index: 0 }.to_string(), "result 1");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Position {
    /// The declaration as a whole.
    Function,
    /// A parameter.
    Param {
        /// Its index, from 0.
        index: usize,
        /// Its name; empty where it has none.
        name: String,
    },
    /// A result.
    Result {
        /// Its index, from 0.
        index: usize,
    },
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Position::Function => f.write_str("the function"),
            Position::Param { index, name } if name.is_empty() => write!(f, "parameter {}", index + 1),
            Position::Param { index, name } => write!(f, "parameter {} `{name}`", index + 1),
            Position::Result { index } => write!(f, "result {}", index + 1),
        }
    }
}

/// One thing in a declaration that C cannot take.
///
/// ```
/// # use vo_ffi_core::{CSignature, Declaration, FuncType, Origin, Position, TypeId, TypeTable};
/// let declaration = Declaration {
///     name: "main.each".into(),
///     func: FuncType { params: vec![TypeId::FUNC_STRING], variadic: false, results: vec![] },
///     param_names: vec!["f".into()],
///     origin: Origin::C { library: "libeach.so".into(), symbol: "each".into() },
///     file: "each.vo".into(),
///     line: 3,
/// };
/// let problem = &CSignature::check(&declaration, &TypeTable::new()).unwrap_err()[0];
/// assert_eq!(problem.found, "func() string");
/// assert_eq!(problem.problem, "it returns string, and C cannot tell how long its bytes stay");
/// assert_eq!(problem.advice, "return uintptr, the address of a text that C owns");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignatureProblem {
    /// Where it is.
    pub position: Position,
    /// The declared type; empty for a problem of the whole function.
    pub found: String,
    /// What is wrong with it.
    pub problem: String,
    /// What to write instead.
    pub advice: String,
}

impl fmt::Display for SignatureProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let SignatureProblem { position, found, problem, advice } = self;
        match found.as_str() {
            "" => write!(f, "{position}: {problem}; {advice}"),
            found => write!(f, "{position}, {found}: {problem}; {advice}"),
        }
    }
}

/// A problem and its remedy, before they have a position.
type Refusal = (String, String);

fn refuse<T>(problem: impl Into<String>, advice: impl Into<String>) -> Result<T, Refusal> {
    Err((problem.into(), advice.into()))
}

struct Check<'a> {
    declaration: &'a Declaration,
    types: &'a TypeTable,
    problems: Vec<SignatureProblem>,
}

impl Check<'_> {
    fn func(&self) -> &FuncType {
        &self.declaration.func
    }

    fn report(&mut self, position: Position, found: String, (problem, advice): Refusal) {
        self.problems.push(SignatureProblem { position, found, problem, advice });
    }

    fn origin(&mut self) {
        let refused = match &self.declaration.origin {
            Origin::Rust => refuse("it is declared without a library", "write extern \"library\" func"),
            Origin::Prototype(_) => Ok(()),
            Origin::C { library, symbol } => named("library", library, "libm.so.6")
                .and_then(|()| named("symbol", symbol, &self.declaration.name)),
        };
        if let Err(refusal) = refused {
            self.report(Position::Function, String::new(), refusal);
        }
    }

    /// What a prototype says, whose maker has checked it.
    fn prototype(mut self, prototype: &CPrototype) -> Result<CSignature, Vec<SignatureProblem>> {
        let errno = self.func().results.last() == Some(&TypeId::ERROR);
        let params = prototype.params.as_slice().into();
        let nonnull = (prototype.nonnull.iter().enumerate()).filter(|(_, nonnull)| **nonnull);
        let nonnull = nonnull.map(|(index, _)| index).collect();
        match self.frame() {
            Some(frame) => Ok(CSignature { params, nonnull, result: prototype.result, errno, frame }),
            None => Err(self.problems),
        }
    }

    fn params(&mut self) -> Box<[CParam]> {
        let mut params = Vec::with_capacity(self.func().params.len());
        for (index, ty) in self.func().params.clone().into_iter().enumerate() {
            let rest = self.func().variadic && index + 1 == self.func().params.len();
            let checked = match rest {
                true => refuse(
                    "each call of such a C function has types of its own",
                    "declare it in C, above `import \"C\"`",
                ),
                false => self.param(ty),
            };
            match checked {
                Ok(param) => params.push(param),
                Err(refusal) => {
                    let name = self.declaration.param_names.get(index).cloned().unwrap_or_default();
                    let found = self.types.name(ty);
                    let found = if rest { found.replacen("[]", "...", 1) } else { found };
                    self.report(Position::Param { index, name }, found, refusal);
                }
            }
        }
        params.into()
    }

    fn param(&self, ty: TypeId) -> Result<CParam, Refusal> {
        match self.types.kind(ty) {
            TypeKind::Scalar(scalar) => Ok(CParam::Scalar(*scalar)),
            TypeKind::String => Ok(CParam::String),
            TypeKind::Slice(elem) => {
                self.shared(*elem, ("its elements", "are")).map(|()| CParam::Slice(*elem))
            }
            TypeKind::Pointer(target) => {
                self.shared(*target, ("what it points to", "is")).map(|()| CParam::Pointer(*target))
            }
            TypeKind::Array(elem, _) => refuse(
                "C takes an array as a pointer",
                format!("take *{} or []{}", self.types.name(ty), self.types.name(*elem)),
            ),
            TypeKind::Struct(_) => self.shared(ty, ("it", "is")).map(|()| CParam::Struct(ty)),
            TypeKind::Func(_) => match CClosure::of(ty, self.types) {
                Ok(_) => Ok(CParam::Func(ty)),
                Err(misfits) => {
                    let Misfit { problem, advice } = Misfit::joined(misfits);
                    refuse(problem, advice)
                }
            },
            TypeKind::Map(..) => refuse("C has no maps", "pass the keys and the values as slices"),
            TypeKind::Interface(_) => refuse(
                "C needs one exact type",
                "take that type, as int32, float64 or string; declare the function once for each",
            ),
            TypeKind::Incomplete => refuse("its type is not declared", "declare it, or take uintptr"),
            TypeKind::Opaque => refuse("C cannot see into a Rust type", "take what C needs of it"),
        }
    }

    /// Whether C sees the same bytes as Vo in a value of this type. `whole` and its verb name the value.
    fn shared(&self, ty: TypeId, (whole, be): (&str, &str)) -> Result<(), Refusal> {
        let Some((path, ty)) = self.types.unshared_part(ty) else { return Ok(()) };
        let (part, be) = match path.as_str() {
            "" => (whole.to_string(), be),
            path => (format!("the field `{path}`"), "is"),
        };
        let name = self.types.name(ty);
        let advice = match self.types.kind(ty) {
            TypeKind::String => "use an array of bytes, or uintptr for an address that C gave",
            TypeKind::Opaque => "give C what it needs of the value, which a native gets",
            _ => "use scalars, and arrays and structs of them",
        };
        refuse(format!("{part} {be} {name}, which C cannot share"), advice)
    }

    fn results(&mut self) -> (CResult, bool) {
        let mut results = self.func().results.clone();
        let errno = results.last().is_some_and(|&last| last == TypeId::ERROR);
        if errno {
            results.pop();
        }
        let mut returned = CResult::Void;
        for (index, ty) in results.into_iter().enumerate() {
            let checked = if index == 0 || ty == TypeId::ERROR {
                self.result(ty)
            } else {
                refuse("a C function returns one value", "take a pointer which the C function fills")
            };
            match checked {
                Ok(result) => returned = result,
                Err(refusal) => self.report(Position::Result { index }, self.types.name(ty), refusal),
            }
        }
        (returned, errno)
    }

    fn result(&self, ty: TypeId) -> Result<CResult, Refusal> {
        match self.types.kind(ty) {
            TypeKind::Scalar(scalar) => Ok(CResult::Scalar(*scalar)),
            TypeKind::String => Ok(CResult::String),
            _ if ty == TypeId::ERROR => refuse("errno comes last", "make error the last result"),
            TypeKind::Pointer(target) => {
                self.shared(*target, ("what it points to", "is")).map(|()| CResult::Pointer(*target))
            }
            TypeKind::Slice(_) => refuse("a C pointer has no length", "return uintptr"),
            TypeKind::Array(..) => refuse("C returns no arrays", "return uintptr for their address"),
            TypeKind::Struct(_) => self.shared(ty, ("it", "is")).map(|()| CResult::Struct(ty)),
            TypeKind::Func(_) => refuse(
                "C gives an address, which is no func",
                "return uintptr, or declare it above `import \"C\"`",
            ),
            TypeKind::Map(..) => refuse("C has no maps", "fill slices for the keys and the values"),
            TypeKind::Interface(_) => {
                refuse("C returns one exact type", "return that type, as int32, float64 or string")
            }
            TypeKind::Incomplete => refuse("its type is not declared", "declare it, or return uintptr"),
            TypeKind::Opaque => refuse("C does not make Rust values", "return uintptr"),
        }
    }

    fn frame(&mut self) -> Option<Plan> {
        let frame = Plan::of(self.func(), self.types);
        if frame.is_none() {
            let problem = format!("its arguments and results need more than {} slots", Plan::MAX_SLOTS);
            self.report(Position::Function, String::new(), (problem, "pass a struct or a slice".into()));
        }
        frame
    }
}

fn named(what: &str, name: &str, example: &str) -> Result<(), Refusal> {
    match name {
        "" => refuse(format!("the {what}'s name is empty"), format!("name it, as \"{example}\"")),
        _ if name.contains('\0') => {
            refuse(format!("the {what}'s name {name:?} has a NUL byte"), "leave it out")
        }
        _ => Ok(()),
    }
}
