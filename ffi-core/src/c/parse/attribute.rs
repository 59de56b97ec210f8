//! Attributes in all their spellings: `__attribute__((…))`, `[[…]]`, `__declspec(…)`, `_Alignas(…)`. What changes layouts
//! or calls counts or is refused; the rest is passed over.

use super::error::{CError, CSpan};
use super::parser::{Parsed, Parser};
use super::token::Kind;
use crate::c::{CKind, CScalar, CType, Convention, FuncSig};

/// The attributes of something.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Attributes {
    pub(super) packed: bool,
    pub(super) aligned: Option<u32>,
    pub(super) convention: Option<(Convention, CSpan)>,
    mode: Option<(Mode, CSpan)>,
    pub(super) noreturn: bool,
    pub(super) thread: bool,
    /// Of a union: as a parameter it is passed as its first member is.
    pub(super) transparent: bool,
    /// `_Nonnull`, or `nonnull` of a parameter: this pointer is never NULL.
    pub(super) nonnull: bool,
    /// `nonnull(1, 3)` of a function: a bit for each of the first parameters.
    pub(super) nonnull_params: u64,
}

/// `mode(SI)` and its like: a size.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Mode {
    Int(usize),
    Float(CScalar),
    Complex(CScalar),
}

impl Attributes {
    /// Takes another's attributes too.
    pub(super) fn merge(&mut self, other: Attributes) {
        self.packed |= other.packed;
        self.aligned = self.aligned.max(other.aligned);
        self.convention = other.convention.or(self.convention);
        self.mode = other.mode.or(self.mode);
        self.noreturn |= other.noreturn;
        self.thread |= other.thread;
        self.transparent |= other.transparent;
        self.nonnull |= other.nonnull;
        self.nonnull_params |= other.nonnull_params;
    }
}

/// Changes of layouts and calls that are known and not supported.
const UNSUPPORTED: &[(&str, &str)] = &[
    ("ext_vector_type", "vector types"),
    ("neon_vector_type", "vector types"),
    ("pcs", "this calling convention"),
    ("regcall", "this calling convention"),
    ("scalar_storage_order", "another byte order"),
    ("swiftasynccall", "this calling convention"),
    ("swiftcall", "this calling convention"),
    ("vector_size", "vector types"),
    ("vectorcall", "this calling convention"),
];

impl<'t> Parser<'_, 't> {
    /// Whether an attribute, or a word that stands for one, is at the cursor.
    pub(super) fn at_attribute(&self) -> bool {
        match self.kind() {
            Kind::Attribute | Kind::Declspec | Kind::IgnoredConvention | Kind::Nullability => true,
            Kind::OpenBracket => self.kind_after(1) == Kind::OpenBracket,
            _ => false,
        }
    }

    /// The attributes at the cursor, if any.
    pub(super) fn attributes(&mut self) -> Parsed<Attributes> {
        let mut attributes = Attributes::default();
        while self.at_attribute() {
            let (kind, word) = (self.kind(), self.word());
            self.advance();
            match kind {
                Kind::Nullability => attributes.nonnull |= word == "_Nonnull",
                Kind::Attribute => {
                    self.expect(Kind::OpenParen, "`((` of `__attribute__`")?;
                    self.expect(Kind::OpenParen, "`((` of `__attribute__`")?;
                    self.attribute_list(Kind::CloseParen, &mut attributes)?;
                    self.expect(Kind::CloseParen, "`))` of `__attribute__`")?;
                }
                Kind::Declspec => {
                    self.expect(Kind::OpenParen, "`(` of `__declspec`")?;
                    self.attribute_list(Kind::CloseParen, &mut attributes)?;
                }
                Kind::OpenBracket => {
                    self.advance();
                    self.attribute_list(Kind::CloseBracket, &mut attributes)?;
                    self.expect(Kind::CloseBracket, "`]]`")?;
                }
                _ => {}
            }
        }
        Ok(attributes)
    }

    /// Attributes with commas or, in `__declspec`, without, and the bracket behind them.
    fn attribute_list(&mut self, closer: Kind, attributes: &mut Attributes) -> Parsed<()> {
        while !self.eat(closer) {
            if self.eat(Kind::Comma) {
                continue;
            }
            if !self.is_word() {
                return Err(self.expected("an attribute"));
            }
            self.attribute(attributes)?;
        }
        Ok(())
    }

    /// Whether a name or a keyword is at the cursor.
    fn is_word(&self) -> bool {
        self.word().starts_with(|c: char| c.is_alphabetic() || c == '_') && self.kind() != Kind::Text
    }

    fn attribute(&mut self, attributes: &mut Attributes) -> Parsed<()> {
        let span = self.span();
        let mut name = self.word();
        self.advance();
        if self.eat(Kind::ColonColon) {
            name = self.word();
            self.advance();
        }
        let arguments = self.kind() == Kind::OpenParen;
        match without_underscores(name) {
            "packed" => attributes.packed = true,
            "aligned" | "align" if arguments => {
                self.advance();
                let align = self.alignment()?;
                attributes.aligned = attributes.aligned.max(align);
                return self.expect(Kind::CloseParen, "`)`");
            }
            "aligned" => {
                let most = u32::from(self.out.target.max_align);
                attributes.aligned = attributes.aligned.max(Some(most));
            }
            "mode" if arguments => return self.mode(attributes),
            "ms_abi" => attributes.convention = Some((Convention::Win64, span)),
            "sysv_abi" => attributes.convention = Some((Convention::SysV64, span)),
            "noreturn" | "_Noreturn" => attributes.noreturn = true,
            "thread" => attributes.thread = true,
            "transparent_union" => attributes.transparent = true,
            "nonnull" if arguments => return self.nonnull(attributes),
            "nonnull" => attributes.nonnull = true,
            name => self.refuse_attribute(name, span),
        }
        if arguments {
            self.skip_brackets();
        }
        Ok(())
    }

    /// `(1, 3)`
    fn nonnull(&mut self, attributes: &mut Attributes) -> Parsed<()> {
        self.advance();
        while self.kind() != Kind::CloseParen {
            if let Some(index) = self.constant_integer("the number of a parameter")? {
                let index = index.value.checked_sub(1).and_then(|index| u32::try_from(index).ok());
                let bit = index.and_then(|bit| 1_u64.checked_shl(bit));
                attributes.nonnull_params |= bit.unwrap_or(0);
            }
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.expect(Kind::CloseParen, "`)` of `nonnull`")
    }

    fn refuse_attribute(&mut self, name: &str, span: CSpan) {
        let microsoft = self.out.target.name.starts_with("windows");
        let what = match name {
            "ms_struct" if !microsoft => "another layout of bit-fields",
            "gcc_struct" if microsoft => "another layout of bit-fields",
            name => match UNSUPPORTED.iter().find(|(attribute, _)| *attribute == name) {
                Some((_, what)) => what,
                None => return,
            },
        };
        self.report(CError::new(span, format!("the attribute `{name}` is not supported: {what}")));
    }

    /// A number that alignments can have; 0, which `_Alignas` may have, is none.
    pub(super) fn alignment(&mut self) -> Parsed<Option<u32>> {
        let Some(align) = self.constant_integer("an alignment")? else { return Ok(None) };
        let problem = match align.value {
            0 => return Ok(None),
            value if value < 0 || value.count_ones() != 1 => "is no power of two",
            value if value > 1 << 28 => "is larger than 268435456",
            value => return Ok(Some(value as u32)),
        };
        let message = format!("the alignment {} {problem}", align.value);
        self.report(CError::new(align.span, message));
        Ok(None)
    }

    /// `_Alignas(8)` or `_Alignas(double)`
    pub(super) fn alignas(&mut self) -> Parsed<Option<u32>> {
        self.advance();
        self.expect(Kind::OpenParen, "`(` of `_Alignas`")?;
        let align = if self.starts_type() {
            let first = self.at;
            let ty = self.type_name()?;
            let span = self.span_from(first);
            self.layout_of(ty.ty, span).map(|layout| layout.align as u32)
        } else {
            self.alignment()?
        };
        self.expect(Kind::CloseParen, "`)` of `_Alignas`")?;
        Ok(align)
    }

    /// `(SI)`
    fn mode(&mut self, attributes: &mut Attributes) -> Parsed<()> {
        self.advance();
        let (span, word) = (self.span(), self.word());
        let long = match self.out.target.long_double {
            crate::c::LongDouble::X87 => Some("XF"),
            crate::c::LongDouble::Quad => Some("TF"),
            crate::c::LongDouble::Double => None,
        };
        let name = without_underscores(word);
        let mode = match name {
            "QI" | "byte" => Some(Mode::Int(1)),
            "HI" => Some(Mode::Int(2)),
            "SI" => Some(Mode::Int(4)),
            "DI" => Some(Mode::Int(8)),
            "TI" if self.out.target.int128 => Some(Mode::Int(16)),
            "word" | "pointer" | "unwind_word" => Some(Mode::Int(self.out.target.pointer.into())),
            "SF" => Some(Mode::Float(CScalar::Float)),
            "DF" => Some(Mode::Float(CScalar::Double)),
            "SC" => Some(Mode::Complex(CScalar::Float)),
            "DC" => Some(Mode::Complex(CScalar::Double)),
            "XF" | "TF" if long == Some(name) => Some(Mode::Float(CScalar::LongDouble)),
            "XC" if long == Some("XF") => Some(Mode::Complex(CScalar::LongDouble)),
            "TC" if long == Some("TF") => Some(Mode::Complex(CScalar::LongDouble)),
            _ => None,
        };
        match mode {
            Some(mode) => attributes.mode = Some((mode, span)),
            None => {
                let message = format!("{} has no mode `{word}`", self.out.target.name);
                self.report(CError::new(span, message));
            }
        }
        self.advance();
        self.expect(Kind::CloseParen, "`)` of `mode`")
    }
}

/// What attributes make of types.
impl Parser<'_, '_> {
    /// The type that a declared one becomes by `mode`.
    pub(super) fn with_mode(&mut self, ty: CType, attributes: &Attributes) -> CType {
        let Some((mode, span)) = attributes.mode else { return ty };
        let target = &self.out.target;
        let scalar = self.out.types.as_scalar(ty);
        let unsigned = scalar.is_some_and(|scalar| !super::value::is_signed(scalar, target));
        let changed = match (mode, self.out.types.unaligned_kind(ty)) {
            (Mode::Int(size), CKind::Scalar(scalar)) if scalar.is_integer() => {
                integer_of(size, unsigned, target).map(CKind::Scalar)
            }
            (Mode::Int(size), CKind::Pointer { .. }) if size == usize::from(target.pointer) => return ty,
            (Mode::Float(float), CKind::Scalar(scalar)) if scalar.is_float() => Some(CKind::Scalar(float)),
            (Mode::Complex(part), CKind::Complex(_)) => Some(CKind::Complex(part)),
            _ => None,
        };
        match changed {
            Some(kind) => self.out.types.intern(kind),
            None => {
                let message = format!("the type `{}` has no such mode", self.out.types.name(ty));
                self.report(CError::new(span, message));
                ty
            }
        }
    }

    /// Remembers a union that is transparent.
    pub(super) fn make_transparent(&mut self, ty: CType) {
        if let CKind::Record(id) = *self.out.types.unaligned_kind(ty)
            && self.out.types.record(id).union
        {
            self.out.transparent.insert(id);
        }
    }

    /// How a type is passed: a transparent union as its first member.
    pub(super) fn passed(&self, ty: CType) -> CType {
        let CKind::Record(id) = self.out.types.unaligned_kind(ty) else { return ty };
        if !self.out.transparent.contains(id) {
            return ty;
        }
        let members = self.out.types.record(*id).members.as_deref();
        members.and_then(|members| members.first()).map_or(ty, |member| member.ty)
    }

    /// A type with another alignment.
    pub(super) fn with_alignment(&mut self, ty: CType, align: u32, span: CSpan) -> Parsed<CType> {
        let of = match *self.out.types.kind(ty) {
            CKind::Aligned { of, .. } => of,
            _ => ty,
        };
        self.derived(CKind::Aligned { of, align }, span)
    }

    /// The type with a calling convention, where it is a function's or that of a pointer to one.
    pub(super) fn with_convention(&mut self, ty: CType, convention: Convention) -> Option<CType> {
        if !self.out.target.name.ends_with("x64") {
            // gcc passes over the attribute there.
            return self.out.types.as_func(ty).map(|_| ty);
        }
        match self.out.types.kind(ty).clone() {
            CKind::Func(sig) => Some(self.out.types.func(FuncSig { convention: Some(convention), ..sig })),
            CKind::Pointer { to, constant } if matches!(self.out.types.kind(to), CKind::Func(_)) => {
                let to = self.with_convention(to, convention)?;
                Some(self.out.types.intern(CKind::Pointer { to, constant }))
            }
            _ => None,
        }
    }
}

/// The integer type of a size, as compilers choose it.
pub(super) fn integer_of(size: usize, unsigned: bool, target: &crate::c::Target) -> Option<CScalar> {
    use CScalar::*;
    let signed = [SignedChar, Short, Int, Long, LongLong, Int128];
    let scalar = signed.into_iter().find(|scalar| scalar.size(target) == size)?;
    Some(if unsigned { scalar.with_other_sign() } else { scalar })
}

/// `__packed__` is `packed`.
fn without_underscores(name: &str) -> &str {
    let inner = name.strip_prefix("__").and_then(|name| name.strip_suffix("__"));
    inner.filter(|inner| !inner.is_empty()).unwrap_or(name)
}
