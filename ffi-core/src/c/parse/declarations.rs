//! What a text of C declares, by name.

use std::collections::{HashMap, HashSet};

use super::error::{CErrors, CSpan};
use super::shape::Shapes;
use super::{parser, standard};
use crate::c::{CScalar, CType, CTypes, EnumId, Record, RecordId, Target};

/// Where a name is declared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct CPlace {
    /// In which text: 0 is that of [`Declarations::parse`], and each [`Declarations::extend`] has the next.
    pub text: usize,
    /// Where in the text.
    pub span: CSpan,
}

/// A function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CFunction {
    /// Its name in C.
    pub name: String,
    /// Its name in the library: another one where the declaration has `__asm__("symbol")`.
    pub symbol: String,
    /// Its type, a [`CKind::Func`](crate::c::CKind::Func).
    pub ty: CType,
    /// The names of its parameters, where they have some.
    pub params: Vec<Option<String>>,
    /// Which parameters are pointers that must not be NULL: `nonnull`, `_Nonnull`, `[static 1]`.
    pub nonnull: Vec<bool>,
    /// Whether it was declared with its parameters: `f(void)`, not `f()`.
    pub prototype: bool,
    /// Whether it never returns.
    pub noreturn: bool,
    /// Whether it is `static`: no library has it.
    pub is_static: bool,
    /// Where its name stands.
    pub place: CPlace,
}

/// A variable.
///
/// ```
/// use vo_ffi_core::c::{Declarations, Target};
/// let text = "extern const char *const names[4]; extern _Thread_local int errors __asm__(\"__errors\");";
/// let declarations = Declarations::parse(text, &Target::LINUX_X64).expect("no errors");
/// let [names, errors] = declarations.variables() else { panic!("two variables") };
/// assert_eq!((names.constant, names.thread_local), (true, false));
/// assert_eq!((&*errors.symbol, errors.is_extern, errors.thread_local), ("__errors", true, true));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CVariable {
    /// Its name in C.
    pub name: String,
    /// Its name in the library.
    pub symbol: String,
    /// Its type.
    pub ty: CType,
    /// Whether it is `const`.
    pub constant: bool,
    /// Whether it is only declared here, with `extern` and without a value.
    pub is_extern: bool,
    /// Whether it is `static`: no library has it.
    pub is_static: bool,
    /// Whether each thread has its own.
    pub thread_local: bool,
    /// Where its name stands.
    pub place: CPlace,
}

/// A constant: of an enum, or a `const` variable whose value the text has.
#[derive(Clone, Debug, PartialEq)]
pub struct CConstant {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: CType,
    /// The enum that it is a constant of; C has `int` for the type of most of these.
    pub of: Option<CType>,
    /// Its value.
    pub value: CValue,
    /// Where its name stands.
    pub place: CPlace,
}

/// The value of a constant.
///
/// ```
/// use vo_ffi_core::c::{CValue, Declarations, Target};
/// let text = "static const double HALF = 1 / 2.0; static const char NAME[] = \"vo\";";
/// let declarations = Declarations::parse(text, &Target::LINUX_X64).expect("no errors");
/// let values: Vec<&CValue> = declarations.constants().iter().map(|constant| &constant.value).collect();
/// assert_eq!(values, [&CValue::Float(0.5), &CValue::Text(b"vo".to_vec())]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub enum CValue {
    /// An integer; an `unsigned __int128` beyond the largest `i128` has the same bits here.
    Int(i128),
    /// A floating number; a `long double` has the precision of a `double`.
    Float(f64),
    /// The bytes of a string, without the NUL at its end.
    Text(Vec<u8>),
}

/// A typedef.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CTypedef {
    /// Its name.
    pub name: String,
    /// The type that it names.
    pub ty: CType,
    /// Whether that is `const`.
    pub constant: bool,
    /// Where its name stands.
    pub place: CPlace,
}

/// What stands behind `struct`, `union` or `enum`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CTag {
    /// A struct or union.
    Record(RecordId),
    /// An enum.
    Enum(EnumId),
}

/// What texts of C declare.
///
/// ```
/// use vo_ffi_core::c::{CValue, Declarations, Target};
///
/// let text = r#"
///     struct point { double x, y; };
///     enum { MOST = 1 << 4 };
///     struct point mid(struct point a, struct point b);
///     int last_error(void) __asm__("__last_error");
/// "#;
/// let declarations = Declarations::parse(text, &Target::LINUX_X64).map_err(|errors| errors.to_string())?;
///
/// let mid = declarations.function("mid").expect("it is declared");
/// assert_eq!(declarations.types.declare(mid.ty, "mid"), "struct point mid(struct point, struct point)");
/// assert_eq!(mid.params, [Some("a".to_string()), Some("b".to_string())]);
/// assert_eq!(declarations.function("last_error").map(|f| &*f.symbol), Some("__last_error"));
/// assert_eq!(declarations.constant("MOST").map(|most| &most.value), Some(&CValue::Int(16)));
/// let point = declarations.type_named("struct point").expect("it is declared");
/// assert_eq!(declarations.types.layout(point, &Target::LINUX_X64).map(|layout| layout.size), Ok(16));
/// # Ok::<(), String>(())
/// ```
#[derive(Clone, Debug)]
pub struct Declarations {
    /// The types of everything that is declared.
    pub types: CTypes,
    pub(super) target: Target,
    pub(super) functions: Vec<CFunction>,
    pub(super) variables: Vec<CVariable>,
    pub(super) constants: Vec<CConstant>,
    pub(super) typedefs: Vec<CTypedef>,
    /// C has one space of names for all of these.
    pub(super) names: HashMap<String, Named>,
    /// And one for tags.
    pub(super) tags: HashMap<String, Tag>,
    pub(super) tag_names: Vec<String>,
    /// Standard typedefs that were used and are no scalars.
    pub(super) made: HashMap<&'static str, CType>,
    pub(super) transparent: HashSet<RecordId>,
    pub(super) shapes: Shapes,
    pub(super) texts: usize,
}

/// What a name is: where it is in its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Named {
    Function(usize),
    Variable(usize),
    Constant(usize),
    Typedef(usize),
    /// Something whose declaration has an error.
    Wrong,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Tag {
    pub(super) tag: CTag,
    pub(super) place: CPlace,
    pub(super) defined: bool,
}

impl Declarations {
    /// No declarations, for a target.
    pub fn new(target: &Target) -> Declarations {
        Declarations {
            types: CTypes::new(),
            target: target.clone(),
            functions: Vec::new(),
            variables: Vec::new(),
            constants: Vec::new(),
            typedefs: Vec::new(),
            names: HashMap::new(),
            tags: HashMap::new(),
            tag_names: Vec::new(),
            made: HashMap::new(),
            transparent: HashSet::new(),
            shapes: Shapes::default(),
            texts: 0,
        }
    }

    /// What a text declares.
    ///
    /// The typedefs of the standard headers, `size_t` and `uint8_t` and so on, are known. Types that are first named inside
    /// a parameter list are known behind it too.
    ///
    /// # Errors
    /// Everything that is wrong with it, in order of place.
    pub fn parse(text: &str, target: &Target) -> Result<Declarations, CErrors> {
        let mut declarations = Declarations::new(target);
        parser::parse(&mut declarations, text)?;
        Ok(declarations)
    }

    /// Adds what another text declares, which may use all that is declared already.
    ///
    /// ```
    /// use vo_ffi_core::c::{Declarations, Target};
    /// let mut declarations = Declarations::parse("typedef unsigned id;", &Target::LINUX_X64).expect("no errors");
    /// declarations.extend("id next(id);").expect("no errors");
    /// let errors = declarations.extend("id last(void); id next(void);").unwrap_err();
    /// assert_eq!(errors.to_string(), "1:19: `next` is declared with another type before");
    /// assert!(declarations.function("last").is_none());
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong with it; then nothing is added.
    pub fn extend(&mut self, text: &str) -> Result<(), CErrors> {
        let mut extended = self.clone();
        parser::parse(&mut extended, text)?;
        *self = extended;
        Ok(())
    }

    /// The type that a text names, such as `struct point *` or `struct { int a; }`. What it defines is added.
    ///
    /// ```
    /// use vo_ffi_core::c::{Declarations, Target};
    /// let mut declarations = Declarations::new(&Target::LINUX_X64);
    /// let ty = declarations.parse_type("struct x { char a; long b; } (*)[2]").expect("no errors");
    /// assert_eq!(declarations.types.name(ty), "struct x (*)[2]");
    /// assert!(declarations.record("x").is_some());
    /// ```
    ///
    /// # Errors
    /// Everything that is wrong with it; then nothing is added.
    pub fn parse_type(&mut self, text: &str) -> Result<CType, CErrors> {
        let mut extended = self.clone();
        let ty = parser::parse_type(&mut extended, text)?;
        *self = extended;
        Ok(ty)
    }

    /// The target that sizes and constants were computed for.
    pub fn target(&self) -> &Target {
        &self.target
    }

    /// The functions, in order.
    pub fn functions(&self) -> &[CFunction] {
        &self.functions
    }

    /// The variables, in order, apart from those that are constants.
    pub fn variables(&self) -> &[CVariable] {
        &self.variables
    }

    /// The constants, in order.
    pub fn constants(&self) -> &[CConstant] {
        &self.constants
    }

    /// The typedefs of the texts, in order.
    pub fn typedefs(&self) -> &[CTypedef] {
        &self.typedefs
    }

    /// The tags and what they name, in order.
    pub fn tags(&self) -> impl Iterator<Item = (&str, CTag)> {
        self.tag_names.iter().filter_map(|name| Some((name.as_str(), self.tags.get(name)?.tag)))
    }

    /// The function of a name.
    pub fn function(&self, name: &str) -> Option<&CFunction> {
        match self.names.get(name)? {
            Named::Function(index) => self.functions.get(*index),
            _ => None,
        }
    }

    /// The variable of a name.
    pub fn variable(&self, name: &str) -> Option<&CVariable> {
        match self.names.get(name)? {
            Named::Variable(index) => self.variables.get(*index),
            _ => None,
        }
    }

    /// The constant of a name.
    pub fn constant(&self, name: &str) -> Option<&CConstant> {
        match self.names.get(name)? {
            Named::Constant(index) => self.constants.get(*index),
            _ => None,
        }
    }

    /// The typedef of a name, where the texts have it.
    pub fn typedef(&self, name: &str) -> Option<&CTypedef> {
        match self.names.get(name)? {
            Named::Typedef(index) => self.typedefs.get(*index),
            _ => None,
        }
    }

    /// The struct or union of a tag.
    ///
    /// ```
    /// use vo_ffi_core::c::{Declarations, Target};
    /// let declarations = Declarations::parse("union u { int i; float f; };", &Target::LINUX_X64).expect("no errors");
    /// assert_eq!(declarations.record("u").map(|record| record.union), Some(true));
    /// ```
    pub fn record(&self, tag: &str) -> Option<&Record> {
        match self.tags.get(tag)?.tag {
            CTag::Record(id) => Some(self.types.record(id)),
            CTag::Enum(_) => None,
        }
    }

    /// The type of a tag, a typedef, a standard typedef or a scalar: `struct point`, `point_t`, `size_t`, `unsigned int`.
    ///
    /// ```
    /// use vo_ffi_core::c::{CScalar, CType, Declarations, Target};
    /// let declarations = Declarations::parse("typedef short id; enum e { A };", &Target::LINUX_X64).expect("no errors");
    /// assert_eq!(declarations.type_named("id"), Some(CType::scalar(CScalar::Short)));
    /// assert_eq!(declarations.type_named("size_t"), Some(CType::scalar(CScalar::UnsignedLong)));
    /// assert!(declarations.type_named("enum e").is_some());
    /// assert_eq!(declarations.type_named("struct e"), None);
    /// ```
    pub fn type_named(&self, name: &str) -> Option<CType> {
        let mut words = name.split_whitespace();
        match (words.next()?, words.next(), words.next()) {
            (keyword @ ("struct" | "union" | "enum"), Some(tag), None) => self.tagged(keyword, tag),
            ("void", None, _) => Some(CType::VOID),
            (name, None, _) if self.typedef(name).is_some() => self.typedef(name).map(|typedef| typedef.ty),
            (name, None, _) if standard::made_name(name).is_some() => {
                self.made.get(standard::made_name(name)?).copied()
            }
            _ => {
                let scalar = CScalar::ALL.into_iter().find(|scalar| scalar.name() == name);
                scalar.or_else(|| standard::scalar(name, &self.target)).map(CType::scalar)
            }
        }
    }

    fn tagged(&self, keyword: &str, tag: &str) -> Option<CType> {
        match (keyword, self.tags.get(tag)?.tag) {
            ("enum", CTag::Enum(id)) => Some(self.types.enum_type(id)),
            ("struct" | "union", CTag::Record(id)) => {
                let is_union = self.types.record(id).union;
                (is_union == (keyword == "union")).then(|| self.types.record_type(id))
            }
            _ => None,
        }
    }
}
