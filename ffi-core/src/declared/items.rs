//! What a file declares.

use std::ops::Range;

use super::error::DeclaredError;
use super::types::{DeclaredKind, DeclaredParam, DeclaredSignature, DeclaredText, DeclaredType};

/// What [`parse_file`](super::parse_file) finds in a file.
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeclaredItem {
    /// `extern func`, `extern "library" func`
    Func(DeclaredExtern),
    /// `extern type`
    Type(DeclaredTypeDecl),
}

/// A function that is implemented elsewhere. [`Display`](std::fmt::Display) writes it without its doc.
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
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DeclaredMeaning {
    /// `type X T`: a type of its own.
    Type(DeclaredType),
    /// `type X = T`: another name.
    Alias(DeclaredType),
    /// `extern type X`: a type of Rust, of which programs have pointers alone.
    Opaque,
}
