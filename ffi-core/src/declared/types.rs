//! Types and signatures, as they are written.

use std::ops::Range;

/// A name, or a string without its quotes; and where it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeclaredText {
    /// What it says.
    pub text: String,
    /// Where, in bytes; of a string, the quotes included.
    pub span: Range<usize>,
}

/// A type, as it is written. [`Display`](std::fmt::Display) writes it on one line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredType {
    /// What it is.
    pub kind: DeclaredKind,
    /// Where it stands, in bytes.
    pub span: Range<usize>,
}

impl DeclaredType {
    /// The type inside any parentheses.
    pub fn unparen(&self) -> &DeclaredType {
        match &self.kind {
            DeclaredKind::Paren(inner) => inner.unparen(),
            _ => self,
        }
    }
}

/// The forms of types.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeclaredKind {
    /// `int`, `File`; the name is that which the span of the type covers.
    Name(String),
    /// `time.Duration`
    Qualified {
        /// The package, as the file imports it.
        package: DeclaredText,
        /// The type's name in it.
        name: DeclaredText,
    },
    /// `*T`
    Pointer(Box<DeclaredType>),
    /// `[]T`
    Slice(Box<DeclaredType>),
    /// `[N]T`
    Array(DeclaredLength, Box<DeclaredType>),
    /// `map[K]V`
    Map(Box<DeclaredType>, Box<DeclaredType>),
    /// `func(…) …`
    Func(Box<DeclaredSignature>),
    /// `struct { … }`
    Struct(Vec<DeclaredField>),
    /// `interface { … }`
    Interface(Vec<DeclaredElement>),
    /// `(T)`
    Paren(Box<DeclaredType>),
}

/// The length of an array: a constant expression, which only a front end can give a value unless it is a literal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredLength {
    /// As it is written.
    pub text: String,
    /// Its value, where it is an integer literal.
    pub value: Option<u64>,
    /// Where it stands, in bytes.
    pub span: Range<usize>,
}

/// Parameters and results.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeclaredSignature {
    /// The parameters, those of one type together.
    pub params: Vec<DeclaredParam>,
    /// Whether the last parameter is written `...T`; its type is then `T`.
    pub variadic: bool,
    /// The results, as the parameters.
    pub results: Vec<DeclaredParam>,
    /// From the opening parenthesis to the end of the results, in bytes.
    pub span: Range<usize>,
}

impl DeclaredSignature {
    /// Each parameter with its type, and its name where it has one.
    ///
    /// ```
    /// use vo_ffi_core::declared::{DeclaredItem, parse_extern};
    /// let text = "extern func Repeat(text, between string, count int) string";
    /// let Some(DeclaredItem::Func(repeat)) = parse_extern(text, 0).item else { panic!("a function") };
    /// let params = repeat.signature.each_param().map(|(name, ty)| format!("{}: {ty}", name.unwrap_or("_")));
    /// assert_eq!(params.collect::<Vec<_>>(), ["text: string", "between: string", "count: int"]);
    /// ```
    pub fn each_param(&self) -> impl Iterator<Item = (Option<&str>, &DeclaredType)> {
        self.params.iter().flat_map(DeclaredParam::each)
    }

    /// The same of the results.
    pub fn each_result(&self) -> impl Iterator<Item = (Option<&str>, &DeclaredType)> {
        self.results.iter().flat_map(DeclaredParam::each)
    }
}

/// Parameters or results of one type: `a, b int`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredParam {
    /// Their names; none where there is one that has no name.
    pub names: Vec<DeclaredText>,
    /// Their type.
    pub ty: DeclaredType,
}

impl DeclaredParam {
    fn each(&self) -> impl Iterator<Item = (Option<&str>, &DeclaredType)> {
        let unnamed = self.names.is_empty().then_some(None);
        let names = self.names.iter().map(|name| Some(name.text.as_str())).chain(unnamed);
        names.map(|name| (name, &self.ty))
    }
}

/// One line of a struct.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredField {
    /// The names; none where the type is embedded.
    pub names: Vec<DeclaredText>,
    /// Their type.
    pub ty: DeclaredType,
    /// The string behind them.
    pub tag: Option<DeclaredText>,
    /// Where the line stands, in bytes.
    pub span: Range<usize>,
}

/// One line of an interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeclaredElement {
    /// `Read(b []byte) (n int, err error)`
    Method(DeclaredText, DeclaredSignature),
    /// Another interface.
    Embedded(DeclaredType),
}
