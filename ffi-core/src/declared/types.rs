//! Types and signatures, as they are written.

use std::ops::Range;

/// A name, or a string without its quotes; and where it stands.
///
/// ```
/// use vo_ffi_core::declared::parse_file;
///
/// let text = "package os\nextern \"libc.so.6\" func getpid() int32\n";
/// let file = parse_file(text).expect("no errors");
/// let library = file.externs[0].library.as_ref().expect("a C function");
/// assert_eq!((library.text.as_str(), &text[library.span.clone()]), ("libc.so.6", "\"libc.so.6\""));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeclaredText {
    /// What it says.
    pub text: String,
    /// Where, in bytes; of a string, the quotes included.
    pub span: Range<usize>,
}

/// A type, as it is written. [`Display`](std::fmt::Display) writes it on one line.
///
/// ```
/// use vo_ffi_core::declared::parse_file;
///
/// let text = "package os\nextern func Environ() [ ]string // sorted\n";
/// let file = parse_file(text).expect("no errors");
/// let result = &file.externs[0].signature.results[0].ty;
/// assert_eq!((result.to_string().as_str(), &text[result.span.clone()]), ("[]string", "[ ]string"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredType {
    /// What it is.
    pub kind: DeclaredKind,
    /// Where it stands, in bytes.
    pub span: Range<usize>,
}

impl DeclaredType {
    /// The type inside any parentheses.
    ///
    /// ```
    /// use vo_ffi_core::declared::{DeclaredKind, parse_file};
    /// let file = parse_file("package os\ntype Mode ((int))\n").expect("no errors");
    /// # let vo_ffi_core::declared::DeclaredMeaning::Type(ty) = &file.types[0].meaning else { panic!("a type") };
    /// // `ty` is `((int))`:
    /// assert_eq!(ty.unparen().kind, DeclaredKind::Name("int".into()));
    /// ```
    pub fn unparen(&self) -> &DeclaredType {
        match &self.kind {
            DeclaredKind::Paren(inner) => inner.unparen(),
            _ => self,
        }
    }
}

/// The forms of types.
///
/// ```
/// use vo_ffi_core::declared::{DeclaredKind, DeclaredType, parse_file};
///
/// /// Whether the type is one that C can take as a pointer.
/// fn is_pointer(ty: &DeclaredType) -> bool {
///     matches!(ty.unparen().kind, DeclaredKind::Pointer(_) | DeclaredKind::Slice(_))
/// }
/// let file = parse_file("package zip\nextern func Sum(bytes []byte, start uint32) uint32\n").expect("no errors");
/// let params = file.externs[0].signature.each_param().map(|(_, ty)| is_pointer(ty));
/// assert_eq!(params.collect::<Vec<_>>(), [true, false]);
/// ```
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
///
/// ```
/// use vo_ffi_core::declared::{DeclaredKind, parse_file};
///
/// let file = parse_file("package sum\nextern func Of(a *[0x10]byte, b *[Size + 1]byte)\n").expect("no errors");
/// let lengths = file.externs[0].signature.each_param().map(|(_, ty)| match &ty.kind {
///     DeclaredKind::Pointer(target) => match &target.kind {
///         DeclaredKind::Array(length, _) => (length.text.as_str(), length.value),
///         _ => panic!("an array"),
///     },
///     _ => panic!("a pointer"),
/// });
/// assert_eq!(lengths.collect::<Vec<_>>(), [("0x10", Some(16)), ("Size + 1", None)]);
/// ```
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
///
/// ```
/// use vo_ffi_core::declared::parse_file;
///
/// let file = parse_file("package fmt\nextern func Printf(format string, args ...any) (n int, err error)\n");
/// let signature = &file.expect("no errors").externs[0].signature;
/// assert_eq!((signature.params.len(), signature.variadic, signature.results.len()), (2, true, 2));
/// assert_eq!(signature.to_string(), "(format string, args ...any) (n int, err error)");
/// ```
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
    ///
    /// ```
    /// use vo_ffi_core::declared::{DeclaredItem, parse_extern};
    /// let text = "extern func Split(path string) (dir, file string)";
    /// let Some(DeclaredItem::Func(split)) = parse_extern(text, 0).item else { panic!("a function") };
    /// let results: Vec<_> = split.signature.each_result().map(|(name, ty)| (name, ty.to_string())).collect();
    /// assert_eq!(results, [(Some("dir"), "string".into()), (Some("file"), "string".into())]);
    /// ```
    pub fn each_result(&self) -> impl Iterator<Item = (Option<&str>, &DeclaredType)> {
        self.results.iter().flat_map(DeclaredParam::each)
    }
}

/// Parameters or results of one type: `a, b int`.
///
/// ```
/// use vo_ffi_core::declared::{DeclaredItem, parse_extern};
///
/// let text = "extern func Max(a, b int) int";
/// let Some(DeclaredItem::Func(max)) = parse_extern(text, 0).item else { panic!("a function") };
/// let (params, results) = (&max.signature.params, &max.signature.results);
/// assert_eq!((params.len(), params[0].names.len(), params[0].to_string().as_str()), (1, 2, "a, b int"));
/// assert!(results[0].names.is_empty());
/// ```
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
///
/// ```
/// use vo_ffi_core::declared::{DeclaredKind, DeclaredMeaning, parse_file};
///
/// let text = "package shop\ntype Item struct {\n\tName, Shelf string `json:\"name\"`\n\tPrice\n}\n";
/// let file = parse_file(text).expect("no errors");
/// let DeclaredMeaning::Type(item) = &file.types[0].meaning else { panic!("a type") };
/// let DeclaredKind::Struct(fields) = &item.kind else { panic!("a struct") };
/// assert_eq!((fields[0].names.len(), fields[1].names.len()), (2, 0));
/// assert_eq!(fields[0].tag.as_ref().map(|tag| tag.text.as_str()), Some("json:\"name\""));
/// ```
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
///
/// ```
/// use vo_ffi_core::declared::{DeclaredElement, DeclaredKind, DeclaredMeaning, parse_file};
///
/// let text = "package io\ntype ReadCloser interface {\n\tReader\n\tClose() error\n}\n";
/// let file = parse_file(text).expect("no errors");
/// let DeclaredMeaning::Type(ty) = &file.types[0].meaning else { panic!("a type") };
/// let DeclaredKind::Interface(elements) = &ty.kind else { panic!("an interface") };
/// assert!(matches!(&elements[0], DeclaredElement::Embedded(ty) if ty.to_string() == "Reader"));
/// assert_eq!(elements[1].to_string(), "Close() error");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeclaredElement {
    /// `Read(b []byte) (n int, err error)`
    Method(DeclaredText, DeclaredSignature),
    /// Another interface.
    Embedded(DeclaredType),
}
