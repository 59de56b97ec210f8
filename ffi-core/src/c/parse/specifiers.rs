//! What stands before the names of a declaration: storage, qualifiers, and the words that make a type in any order.

use super::attribute::Attributes;
use super::declarations::Named;
use super::error::{CError, CSpan};
use super::parser::{Parsed, Parser};
use super::standard;
use super::token::Kind;
use crate::c::{CKind, CScalar, CType};
use crate::nearest;

/// A type and whether it is `const`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Qualified {
    pub(super) ty: CType,
    pub(super) constant: bool,
}

impl Qualified {
    pub(super) fn plain(ty: CType) -> Qualified {
        Qualified { ty, constant: false }
    }
}

/// `typedef` and the storage classes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Storage {
    Typedef,
    Extern,
    Static,
    Auto,
    Register,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct Specifiers {
    pub(super) ty: Qualified,
    pub(super) storage: Option<(Storage, CSpan)>,
    pub(super) thread_local: bool,
    pub(super) constexpr: bool,
    pub(super) inline: Option<CSpan>,
    pub(super) noreturn: bool,
    pub(super) attributes: Attributes,
    pub(super) alignas: Option<(u32, CSpan)>,
    /// Whether a struct, union or enum is named or defined, which is worth a declaration by itself.
    pub(super) tagged: bool,
    pub(super) span: CSpan,
}

/// How often each word was seen.
#[derive(Clone, Copy, Debug, Default)]
struct Words {
    signed: u8,
    unsigned: u8,
    short: u8,
    long: u8,
    complex: u8,
    base: Option<Base>,
    /// From the first of them to the last.
    span: Option<CSpan>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Base {
    Void,
    Bool,
    Char,
    Int,
    Int128,
    Float,
    Double,
    Other(Qualified),
}

impl Words {
    fn is_empty(&self) -> bool {
        self.span.is_none()
    }

    /// `unsigned long long` and its like, in any order.
    fn kind(&self) -> Option<CKind> {
        use CScalar::*;
        let sign = match (self.signed, self.unsigned) {
            (0, 0) => None,
            (1, 0) => Some(false),
            (0, 1) => Some(true),
            _ => return None,
        };
        if self.complex > 1 {
            return None;
        }
        let plain = (sign, self.short, self.long) == (None, 0, 0);
        let scalar = match (self.base, self.short, self.long) {
            (Some(Base::Void), ..) if plain && self.complex == 0 => return Some(CKind::Void),
            (Some(Base::Bool), ..) if plain => Bool,
            (Some(Base::Float), ..) if plain => Float,
            (Some(Base::Double), ..) if plain => Double,
            (Some(Base::Double), 0, 1) if sign.is_none() => LongDouble,
            (None, 0, 0) if sign.is_none() && self.complex == 1 => Double,
            (Some(Base::Char), 0, 0) => match sign {
                None => Char,
                Some(unsigned) => [SignedChar, UnsignedChar][usize::from(unsigned)],
            },
            (Some(Base::Int128), 0, 0) => [Int128, UnsignedInt128][usize::from(sign == Some(true))],
            (None | Some(Base::Int), short, long) => {
                let signed = match (short, long) {
                    (1, 0) => Short,
                    (0, 0) => Int,
                    (0, 1) => Long,
                    (0, 2) => LongLong,
                    _ => return None,
                };
                if sign == Some(true) { signed.with_other_sign() } else { signed }
            }
            _ => return None,
        };
        match self.complex {
            0 => Some(CKind::Scalar(scalar)),
            _ => scalar.is_float().then_some(CKind::Complex(scalar)),
        }
    }
}

impl<'t> Parser<'_, 't> {
    /// Whether a type name may begin at the cursor.
    pub(super) fn starts_type(&self) -> bool {
        match self.kind() {
            Kind::Name => self.names_type(self.word()),
            Kind::OpenBracket => false,
            Kind::Extension => matches!(self.kind_after(1), Kind::Struct | Kind::Union | Kind::Enum),
            kind => is_type_word(kind) || self.at_attribute(),
        }
    }

    /// Whether a declaration surely begins at the cursor.
    pub(super) fn starts_declaration(&self) -> bool {
        let storage = matches!(
            self.kind(),
            Kind::Typedef
                | Kind::Extern
                | Kind::Static
                | Kind::ThreadLocal
                | Kind::Inline
                | Kind::Noreturn
                | Kind::Constexpr
                | Kind::StaticAssert
                | Kind::Extension
        );
        let two_names =
            self.kind() == Kind::Name && matches!(self.kind_after(1), Kind::Name | Kind::Star | Kind::Const);
        storage || two_names || self.starts_type()
    }

    /// Whether a name is that of a type.
    pub(super) fn names_type(&self, name: &str) -> bool {
        if self.scope.iter().any(|(param, _)| *param == name) {
            return false;
        }
        match self.out.names.get(name) {
            Some(Named::Typedef(_)) => true,
            Some(_) => false,
            None => standard::scalar(name, &self.out.target).is_some() || standard::made_name(name).is_some(),
        }
    }

    /// The type that a typedef names.
    fn typedef_named(&mut self, name: &str) -> Option<Qualified> {
        match self.out.names.get(name) {
            Some(&Named::Typedef(index)) => {
                let typedef = &self.out.typedefs[index];
                return Some(Qualified { ty: typedef.ty, constant: typedef.constant });
            }
            Some(_) => return None,
            None => {}
        }
        if let Some(scalar) = standard::scalar(name, &self.out.target) {
            return Some(Qualified::plain(CType::scalar(scalar)));
        }
        let name = standard::made_name(name)?;
        if let Some(&made) = self.out.made.get(name) {
            return Some(Qualified::plain(made));
        }
        let ty = standard::make(name, &mut self.out.types, &self.out.target);
        self.out.made.insert(name, ty);
        Some(Qualified::plain(ty))
    }

    /// Reads the specifiers of a declaration, a parameter or a type name.
    pub(super) fn specifiers(&mut self) -> Parsed<Specifiers> {
        let first = self.at;
        let mut words = Words::default();
        let mut specifiers = Specifiers {
            ty: Qualified::plain(CType::scalar(CScalar::Int)),
            storage: None,
            thread_local: false,
            constexpr: false,
            inline: None,
            noreturn: false,
            attributes: Attributes::default(),
            alignas: None,
            tagged: false,
            span: self.span(),
        };
        let (mut constant, mut atomic) = (false, false);
        loop {
            match self.kind() {
                Kind::Const => constant = true,
                Kind::Volatile | Kind::Restrict | Kind::Extension => {}
                Kind::Atomic if self.kind_after(1) != Kind::OpenParen => atomic = true,
                Kind::Inline => specifiers.inline = Some(self.span()),
                Kind::Noreturn => specifiers.noreturn = true,
                Kind::Constexpr => specifiers.constexpr = true,
                Kind::ThreadLocal => specifiers.thread_local = true,
                Kind::Typedef | Kind::Extern | Kind::Static | Kind::Auto | Kind::Register => {
                    self.storage(&mut specifiers);
                }
                Kind::Alignas => {
                    let span = self.span();
                    if let Some(align) = self.alignas()? {
                        let most = specifiers.alignas.map_or(align, |(before, _)| before.max(align));
                        specifiers.alignas = Some((most, span));
                    }
                    continue;
                }
                _ if self.at_attribute() => {
                    let attributes = self.attributes()?;
                    specifiers.attributes.merge(attributes);
                    continue;
                }
                _ => {
                    if !self.type_word(&mut words, &mut specifiers)? {
                        break;
                    }
                    continue;
                }
            }
            self.advance();
        }
        specifiers.span = self.span_from(first);
        specifiers.ty = self.finish_words(words, specifiers.span, atomic)?;
        specifiers.ty.constant |= constant || specifiers.constexpr;
        Ok(specifiers)
    }

    fn storage(&mut self, specifiers: &mut Specifiers) {
        let storage = match self.kind() {
            Kind::Typedef => Storage::Typedef,
            Kind::Extern => Storage::Extern,
            Kind::Static => Storage::Static,
            Kind::Auto => Storage::Auto,
            _ => Storage::Register,
        };
        let span = self.span();
        match specifiers.storage {
            Some((_, before)) => {
                let (word, first) = (self.word(), "the first one".to_string());
                let message = format!("`{word}` beside another storage class");
                self.report(CError::new(span, message).secondary(before, first));
            }
            None => specifiers.storage = Some((storage, span)),
        }
    }

    /// One word of the type, or a struct, union, enum or typedef; false where none is at the cursor.
    fn type_word(&mut self, words: &mut Words, specifiers: &mut Specifiers) -> Parsed<bool> {
        let (first, span) = (self.at, self.span());
        let base = match self.kind() {
            Kind::Signed => return self.count(words, |words| &mut words.signed),
            Kind::Unsigned => return self.count(words, |words| &mut words.unsigned),
            Kind::Short => return self.count(words, |words| &mut words.short),
            Kind::Long => return self.count(words, |words| &mut words.long),
            Kind::Complex => return self.count(words, |words| &mut words.complex),
            Kind::Name if self.is_complex_word(words) => {
                return self.count(words, |words| &mut words.complex);
            }
            Kind::Void => Base::Void,
            Kind::Bool => Base::Bool,
            Kind::CharWord => Base::Char,
            Kind::Int => Base::Int,
            Kind::Int128 => Base::Int128,
            Kind::Float => Base::Float,
            Kind::Double => Base::Double,
            Kind::Struct | Kind::Union | Kind::Enum | Kind::Typeof | Kind::Atomic => {
                if !words.is_empty() {
                    return self.after_type();
                }
                specifiers.tagged |= matches!(self.kind(), Kind::Struct | Kind::Union | Kind::Enum);
                let ty = match self.kind() {
                    Kind::Enum => Qualified::plain(self.nested(Self::enumeration)?),
                    Kind::Struct | Kind::Union => Qualified::plain(self.nested(Self::record)?),
                    _ => self.nested(Self::type_of)?,
                };
                words.base = Some(Base::Other(ty));
                words.span = Some(self.span_from(first));
                return Ok(true);
            }
            Kind::UnsupportedType => {
                self.unsupported_type();
                let wrong = self.wrong_type();
                words.base.get_or_insert(Base::Other(Qualified::plain(wrong)));
                words.span = Some(words.span.map_or(span, |before| before.to(span)));
                return Ok(true);
            }
            Kind::Name if words.is_empty() => match self.typedef_word()? {
                Some(ty) => Base::Other(ty),
                None => return Ok(false),
            },
            _ => return Ok(false),
        };
        if words.base.is_some() {
            return self.after_type();
        }
        words.base = Some(base);
        words.span = Some(words.span.map_or(span, |before| before.to(span)));
        if self.at == first {
            self.advance();
        }
        Ok(true)
    }

    fn unsupported_type(&mut self) {
        let message = format!("`{}` is not supported", self.word());
        self.report(CError::new(self.span(), message));
        self.advance();
        // The width of a `_BitInt`.
        if self.text_of(self.at - 1) == "_BitInt" && self.kind() == Kind::OpenParen {
            self.skip_brackets();
        }
    }

    fn count(&mut self, words: &mut Words, field: fn(&mut Words) -> &mut u8) -> Parsed<bool> {
        if matches!(words.base, Some(Base::Other(_))) {
            return self.after_type();
        }
        let span = self.span();
        *field(words) = field(words).saturating_add(1);
        words.span = Some(words.span.map_or(span, |before| before.to(span)));
        self.advance();
        Ok(true)
    }

    /// `complex`, where it can only be the macro of <complex.h>.
    fn is_complex_word(&self, words: &Words) -> bool {
        let known = || self.names_type("complex") || self.scope.iter().any(|(name, _)| *name == "complex");
        let floats = matches!(words.base, Some(Base::Float | Base::Double));
        let before_float =
            words.is_empty() && matches!(self.kind_after(1), Kind::Float | Kind::Double | Kind::Long);
        self.word() == "complex" && words.complex == 0 && (floats || before_float) && !known()
    }

    /// A second type behind a complete one.
    fn after_type(&mut self) -> Parsed<bool> {
        if self.at > 0 && self.leads() && self.kind_after(0) != Kind::End {
            let behind_brace = self.text_of(self.at - 1) == "}";
            if behind_brace {
                return Err(self.missing_semicolon());
            }
        }
        let message = format!("`{}` behind a complete type", self.word());
        Err(self.fail(CError::new(self.span(), message)))
    }

    /// Only `;` is missing: reports that and lets the next declaration begin here.
    fn missing_semicolon(&mut self) -> super::parser::Failed {
        let failed = self.expected("`;`");
        self.insert_semicolon();
        failed
    }

    /// The name of a type, or an unknown name where only a type can stand.
    fn typedef_word(&mut self) -> Parsed<Option<Qualified>> {
        let (name, span) = (self.word(), self.span());
        if !self.scope.iter().any(|(param, _)| *param == name)
            && let Some(ty) = self.typedef_named(name)
        {
            self.advance();
            return Ok(Some(ty));
        }
        let next = self.kind_after(1);
        let is_wrong = self.out.names.get(name) == Some(&Named::Wrong);
        let type_stands_here = matches!(next, Kind::Name | Kind::Star | Kind::Const)
            || is_type_word(next)
            || (next == Kind::OpenParen && self.kind_after(2) == Kind::Star)
            || (self.in_params > 0 && !matches!(next, Kind::OpenParen | Kind::OpenBracket));
        if !type_stands_here {
            return Ok(None);
        }
        self.advance();
        if !is_wrong {
            self.unknown_type(name, span);
        }
        // `strct point p`: the word was to be a keyword.
        if self.kind() == Kind::Name
            && matches!(self.kind_after(1), Kind::Name | Kind::Star | Kind::OpenBrace)
        {
            self.advance();
            if self.kind() == Kind::OpenBrace {
                self.skip_brackets();
                if self.leads() || self.kind() == Kind::End {
                    self.insert_semicolon();
                }
                return Err(super::parser::Failed);
            }
        }
        Ok(Some(Qualified::plain(self.wrong_type())))
    }

    fn unknown_type(&mut self, name: &'t str, span: CSpan) {
        let mut error = CError::new(span, format!("unknown type `{name}`"));
        let is_tag = self.out.tags.contains_key(name);
        if is_tag {
            let keyword = self.keyword_of_tag(name);
            error = error.help(format!("write `{keyword} {name}`"));
        } else if self.error_count() < 20 {
            let known = self.out.typedefs.iter().map(|typedef| typedef.name.as_str());
            let near =
                nearest(name, known.chain(standard::NAMES.iter().copied()).chain(WORDS.iter().copied()));
            if !near.is_empty() {
                error = error.help(format!("did you mean {}?", listed(&near)));
            }
        }
        self.report(error);
        // Each unknown name is reported once.
        self.out.names.entry(name.to_string()).or_insert(Named::Wrong);
    }

    /// What stands for a type that is not known: an incomplete struct that no text can name.
    pub(super) fn wrong_type(&mut self) -> CType {
        const WRONG: &str = "?";
        if let Some(&wrong) = self.out.made.get(WRONG) {
            return wrong;
        }
        let id = self.out.types.declare_record(crate::c::Record::default());
        let wrong = self.out.types.record_type(id);
        self.out.made.insert(WRONG, wrong);
        wrong
    }

    /// Whether a type is the one of an error that was reported, or made of it.
    pub(super) fn is_wrong(&self, ty: CType) -> bool {
        match self.out.types.kind(ty) {
            CKind::Record(_) => self.out.made.get("?") == Some(&ty),
            CKind::Pointer { to: of, .. } | CKind::Array { of, .. } | CKind::Aligned { of, .. } => {
                self.is_wrong(*of)
            }
            CKind::Func(sig) => self.is_wrong(sig.result),
            _ => false,
        }
    }

    fn finish_words(&mut self, words: Words, span: CSpan, atomic: bool) -> Parsed<Qualified> {
        let ty = match (words.base, words.span) {
            (Some(Base::Other(ty)), _) => ty,
            (_, None) => return Err(self.no_type()),
            (_, Some(words_span)) => match words.kind() {
                Some(kind) => Qualified::plain(self.out.types.intern(kind)),
                None => {
                    let message = "these words name no type of C";
                    self.report(CError::new(words_span, message));
                    Qualified::plain(CType::scalar(CScalar::Int))
                }
            },
        };
        if atomic { self.atomic(ty, span) } else { Ok(ty) }
    }

    /// What to say where a declaration has no type.
    fn no_type(&mut self) -> super::parser::Failed {
        if self.kind() != Kind::Name {
            return self.expected("a type");
        }
        let (name, span, next) = (self.word(), self.span(), self.kind_after(1));
        if self.out.names.get(name) == Some(&Named::Wrong) {
            return super::parser::Failed;
        }
        let mut error = CError::new(span, format!("`{name}` has no type"));
        if next == Kind::OpenParen {
            error = error.help(format!("write what it returns: `int {name}(…)` or `void {name}(…)`"));
        }
        self.fail(error)
    }

    /// `_Atomic` raises the alignment of structs that have the size of an integer.
    pub(super) fn atomic(&mut self, ty: Qualified, span: CSpan) -> Parsed<Qualified> {
        let is_value = matches!(self.out.types.kind(ty.ty), CKind::Record(_) | CKind::Complex(_));
        if !is_value || self.is_wrong(ty.ty) {
            return Ok(ty);
        }
        match self.layout_of(ty.ty, span) {
            Some(layout) if matches!(layout.size, 2 | 4 | 8 | 16) && layout.align < layout.size => {
                Ok(Qualified { ty: self.with_alignment(ty.ty, layout.size as u32, span)?, ..ty })
            }
            _ => Ok(ty),
        }
    }

    /// `typeof (…)` or `_Atomic (…)`
    fn type_of(&mut self) -> Parsed<Qualified> {
        let (first, atomic) = (self.at, self.kind() == Kind::Atomic);
        let unqualified = self.word() == "typeof_unqual";
        self.advance();
        self.expect(Kind::OpenParen, "`(`")?;
        let mut ty = match atomic || self.starts_type() {
            true => self.type_name()?,
            false => Qualified::plain(self.expression()?.ty),
        };
        self.expect(Kind::CloseParen, "`)`")?;
        ty.constant &= !unqualified;
        if atomic { self.atomic(ty, self.span_from(first)) } else { Ok(ty) }
    }
}

/// Words that begin a type, to find what was meant by another one.
const WORDS: &[&str] = &[
    "char", "const", "double", "enum", "float", "short", "signed", "struct", "union", "unsigned", "void",
    "volatile",
];

/// Names as a message lists them.
pub(super) fn listed(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(" or ")
}

fn is_type_word(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Const
            | Kind::Volatile
            | Kind::Restrict
            | Kind::Atomic
            | Kind::Alignas
            | Kind::Void
            | Kind::CharWord
            | Kind::Short
            | Kind::Int
            | Kind::Long
            | Kind::Signed
            | Kind::Unsigned
            | Kind::Float
            | Kind::Double
            | Kind::Bool
            | Kind::Complex
            | Kind::Int128
            | Kind::UnsupportedType
            | Kind::Struct
            | Kind::Union
            | Kind::Enum
            | Kind::Typeof
    )
}
