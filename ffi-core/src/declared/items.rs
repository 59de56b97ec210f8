//! What a file declares.

use std::ops::Range;

use super::error::DeclaredError;
use super::types::{DeclaredKind, DeclaredParam, DeclaredSignature, DeclaredText, DeclaredType};

/// What [`parse_file`](super::parse_file) finds in a file.
///
/// ```
/// use vo_ffi_core::declared::parse_file;
///
/// let text = "package os\nimport \"time\"\ntype Mode int\nextern func Mkdir(name string, mode Mode) error\n";
/// let file = parse_file(text).expect("no errors");
/// assert_eq!(file.types[0].to_string(), "type Mode int");
/// assert_eq!(file.externs[0].to_string(), "extern func Mkdir(name string, mode Mode) error");
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DeclaredFile {
    /// The name of its package.
    pub package: DeclaredText,
    /// Its extern functions, in their order.
    pub externs: Vec<DeclaredExtern>,
    /// Its types, in their order, those of groups among them; without those that functions declare inside.
    pub types: Vec<DeclaredTypeDecl>,
}

/// What [`parse_extern`](super::parse_extern) finds.
///
/// ```
/// use vo_ffi_core::declared::parse_extern;
///
/// let text = "extern func Exit(code int) { os.Exit(code) }";
/// let parsed = parse_extern(text, 0);
/// let item = parsed.item.expect("all but the body");
/// assert_eq!((item.to_string().as_str(), parsed.errors.len()), ("extern func Exit(code int)", 1));
/// assert_eq!(&text[parsed.end..], " { os.Exit(code) }");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedExtern {
    /// The declaration; absent where errors leave none. With errors it may lack what they are in.
    pub item: Option<DeclaredItem>,
    /// What is wrong with it, in order of place.
    pub errors: Vec<DeclaredError>,
    /// Where it ends; without an item, the start of the token behind which nothing was read.
    pub end: usize,
}

/// A declaration that starts with `extern`.
///
/// ```
/// use vo_ffi_core::declared::{DeclaredItem, parse_extern};
///
/// let item = parse_extern("extern type Account", 0).item.expect("no errors");
/// let DeclaredItem::Type(account) = item else { panic!("a type") };
/// assert_eq!(account.name.text, "Account");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeclaredItem {
    /// `extern func`, `extern "library" func`
    Func(DeclaredExtern),
    /// `extern type`
    Type(DeclaredTypeDecl),
}

/// A function that is implemented elsewhere. [`Display`](std::fmt::Display) writes it without its doc.
///
/// ```
/// use vo_ffi_core::declared::parse_file;
///
/// let text = "package os\n// Close closes it.\nextern func (f *File) Close() error\n";
/// let file = parse_file(text).expect("no errors");
/// let close = &file.externs[0];
/// assert_eq!((close.doc.as_str(), close.line), ("Close closes it.\n", 3));
/// assert_eq!(close.receiver.as_ref().map(|receiver| receiver.to_string()).as_deref(), Some("f *File"));
/// assert_eq!(close.signature.to_string(), "() error");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredExtern {
    /// The comment directly above, without its slashes, each line with its end.
    pub doc: String,
    /// The C library; absent for a Rust native.
    pub library: Option<DeclaredText>,
    /// Of a method.
    pub receiver: Option<DeclaredParam>,
    /// The name.
    pub name: DeclaredText,
    /// Parameters and results, without the receiver.
    pub signature: DeclaredSignature,
    /// The native or the C symbol that it means, where that is written.
    pub symbol: Option<DeclaredText>,
    /// Where it stands, in bytes.
    pub span: Range<usize>,
    /// The line on which it starts, from 1.
    pub line: u32,
}

impl DeclaredExtern {
    /// What a native is called behind its package: `ReadFile`, `File.Close`. A method of what cannot have methods has
    /// its name alone.
    ///
    /// ```
    /// use vo_ffi_core::declared::parse_file;
    /// let file = parse_file("package os\nextern func (f *File) Close() error\n").expect("no errors");
    /// assert_eq!(file.externs[0].member_name(), "File.Close");
    /// ```
    pub fn member_name(&self) -> String {
        match self.receiver_type() {
            Some(ty) => format!("{ty}.{}", self.name.text),
            None => self.name.text.clone(),
        }
    }

    /// The named type whose method this is: `File` of `(f *File)`.
    ///
    /// ```
    /// use vo_ffi_core::declared::parse_file;
    /// let text = "package os\nextern func (f *File) Close() error\nextern func Exit(code int)\n";
    /// let file = parse_file(text).expect("no errors");
    /// let types: Vec<_> = file.externs.iter().map(|decl| decl.receiver_type()).collect();
    /// assert_eq!(types, [Some("File"), None]);
    /// ```
    pub fn receiver_type(&self) -> Option<&str> {
        let ty = self.receiver.as_ref()?.ty.unparen();
        let base = match &ty.kind {
            DeclaredKind::Pointer(target) => target.unparen(),
            _ => ty,
        };
        match &base.kind {
            DeclaredKind::Name(name) => Some(name),
            _ => None,
        }
    }
}

/// A declaration of a type. [`Display`](std::fmt::Display) writes it without its doc.
///
/// ```
/// use vo_ffi_core::declared::{DeclaredMeaning, parse_file};
///
/// let file = parse_file("package os\ntype (\n\t// A Mode says who may do what.\n\tMode uint32\n)\n").expect("no errors");
/// let mode = &file.types[0];
/// assert_eq!((mode.doc.as_str(), mode.line), ("A Mode says who may do what.\n", 4));
/// assert!(matches!(&mode.meaning, DeclaredMeaning::Type(ty) if ty.to_string() == "uint32"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredTypeDecl {
    /// The comment directly above, without its slashes, each line with its end; of a group, that above its one line.
    pub doc: String,
    /// The name.
    pub name: DeclaredText,
    /// What it means.
    pub meaning: DeclaredMeaning,
    /// Where it stands, in bytes; of a group, its one line.
    pub span: Range<usize>,
    /// The line on which it starts, from 1.
    pub line: u32,
}

/// What the name of a type means.
///
/// ```
/// use vo_ffi_core::declared::{DeclaredMeaning, parse_file};
///
/// let file = parse_file("package os\ntype Text = string\nextern type File\n").expect("no errors");
/// assert!(matches!(file.types[0].meaning, DeclaredMeaning::Alias(_)));
/// assert_eq!(file.types[1].meaning, DeclaredMeaning::Opaque);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeclaredMeaning {
    /// `type X T`: a type of its own.
    Type(DeclaredType),
    /// `type X = T`: another name.
    Alias(DeclaredType),
    /// `extern type X`: a type of Rust, of which programs have pointers alone.
    Opaque,
}
