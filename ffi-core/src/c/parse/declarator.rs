//! Declarators: what stands around a name, `*(*name[3])(int)`, and the types that it makes.

use super::attribute::Attributes;
use super::error::{CError, CSpan};
use super::parser::{Parsed, Parser};
use super::specifiers::{Qualified, Storage};
use super::token::Kind;
use crate::c::{CKind, CType, Convention, FuncSig};

/// A name and what is around it; no name in an abstract declarator.
#[derive(Debug)]
pub(super) struct Declarator<'t> {
    pub(super) name: Option<(&'t str, CSpan)>,
    /// From the type on the left to the name.
    parts: Vec<Part>,
    pub(super) span: CSpan,
}

#[derive(Debug)]
enum Part {
    Pointer { constant: bool },
    Array { len: Length, nonnull: bool, span: CSpan },
    Func { params: Params, span: CSpan },
    Attributes(Attributes),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Length {
    Known(u64),
    /// `[]`
    Open,
    /// `[n]` with a parameter, or `[*]`.
    Runtime,
}

#[derive(Debug, Default)]
pub(super) struct Params {
    types: Vec<CType>,
    names: Vec<Option<String>>,
    nonnull: Vec<bool>,
    variadic: bool,
    /// `f()`
    unspecified: bool,
}

/// A declared type.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) ty: Qualified,
    /// Of a function, the names of its parameters.
    pub(super) params: Vec<Option<String>>,
    /// And which of them are pointers that are never NULL.
    pub(super) nonnull_params: Vec<bool>,
    /// Whether it is such a pointer itself.
    nonnull: bool,
    pub(super) prototype: bool,
    /// A convention among the declarator's attributes that found no function.
    pub(super) convention: Option<(Convention, CSpan)>,
}

/// More parameters are refused.
const MOST_PARAMS: usize = 1000;

impl<'t> Parser<'_, 't> {
    /// Reads a declarator, with or without a name.
    pub(super) fn declarator(&mut self) -> Parsed<Declarator<'t>> {
        self.nested(Self::declarator_here)
    }

    fn declarator_here(&mut self) -> Parsed<Declarator<'t>> {
        let first = self.at;
        let mut parts = Vec::new();
        self.pointers(&mut parts)?;
        let mut inner = None;
        let mut name = None;
        match self.kind() {
            Kind::Name => {
                name = Some((self.word(), self.span()));
                if self.in_params == 0 {
                    self.declaring = Some(self.word());
                }
                self.advance();
            }
            Kind::OpenParen if self.is_nested_declarator() => {
                self.advance();
                inner = Some(self.nested_declarator()?);
            }
            _ => {}
        }
        let suffixes = parts.len();
        loop {
            match self.kind() {
                _ if self.at_attribute() && self.kind() == Kind::OpenBracket => {
                    let attributes = self.attributes()?;
                    parts.push(Part::Attributes(attributes));
                }
                Kind::OpenBracket => parts.push(self.array()?),
                Kind::OpenParen => parts.push(self.params()?),
                _ => break,
            }
        }
        // The suffix next to the name is applied last.
        parts[suffixes..].reverse();
        if let Some(inner) = inner {
            name = inner.name;
            parts.extend(inner.parts);
        }
        Ok(Declarator { name, parts, span: self.span_from(first) })
    }

    /// The stars, with their qualifiers and attributes.
    fn pointers(&mut self, parts: &mut Vec<Part>) -> Parsed<()> {
        loop {
            match self.kind() {
                Kind::Star => {
                    self.advance();
                    let mut constant = false;
                    loop {
                        match self.kind() {
                            Kind::Const => constant = true,
                            Kind::Volatile | Kind::Restrict | Kind::Atomic | Kind::Extension => {}
                            _ => break,
                        }
                        self.advance();
                    }
                    parts.push(Part::Pointer { constant });
                }
                Kind::Const | Kind::Volatile | Kind::Restrict
                    if matches!(parts.last(), Some(Part::Pointer { .. } | Part::Attributes(_))) =>
                {
                    // Behind an attribute that follows a star.
                    if let (Kind::Const, Some(Part::Pointer { constant })) = (
                        self.kind(),
                        parts.iter_mut().rev().find(|part| matches!(part, Part::Pointer { .. })),
                    ) {
                        *constant = true;
                    }
                    self.advance();
                }
                _ if self.at_attribute() => {
                    let attributes = self.attributes()?;
                    parts.push(Part::Attributes(attributes));
                }
                _ => return Ok(()),
            }
        }
    }

    /// Whether a `(` opens a declarator, and not the parameters of a function without a name.
    fn is_nested_declarator(&self) -> bool {
        match self.kind_after(1) {
            Kind::Star | Kind::OpenParen | Kind::Attribute | Kind::IgnoredConvention | Kind::Declspec => true,
            Kind::OpenBracket => self.kind_after(2) != Kind::OpenBracket,
            Kind::Xor => true,
            Kind::Name => !self.names_type(self.text_of(self.at + 1)) && !self.is_unknown_type(),
            _ => false,
        }
    }

    /// Whether `(name` is a parameter of an unknown type: in `int (point p)` it is.
    fn is_unknown_type(&self) -> bool {
        matches!(self.kind_after(2), Kind::Name | Kind::Star | Kind::Comma)
    }

    fn nested_declarator(&mut self) -> Parsed<Declarator<'t>> {
        let attributes = self.attributes()?;
        let mut inner = self.declarator()?;
        if self.kind() == Kind::Xor {
            let message = "blocks, `^`, are not supported";
            return Err(self.fail(CError::new(self.span(), message)));
        }
        inner.parts.insert(0, Part::Attributes(attributes));
        let trailing = self.attributes()?;
        inner.parts.push(Part::Attributes(trailing));
        self.expect(Kind::CloseParen, "`)`")?;
        Ok(inner)
    }

    /// `[static const 3]`
    fn array(&mut self) -> Parsed<Part> {
        let first = self.at;
        self.advance();
        let mut nonnull = false;
        while matches!(
            self.kind(),
            Kind::Static | Kind::Const | Kind::Volatile | Kind::Restrict | Kind::Atomic
        ) {
            // At least so many elements are there.
            nonnull |= self.kind() == Kind::Static;
            self.advance();
        }
        let len = match (self.kind(), self.kind_after(1)) {
            (Kind::CloseBracket, _) => Length::Open,
            (Kind::Star, Kind::CloseBracket) => {
                self.advance();
                Length::Runtime
            }
            _ => self.array_length()?,
        };
        self.expect(Kind::CloseBracket, "`]`")?;
        Ok(Part::Array { len, nonnull, span: self.span_from(first) })
    }

    fn array_length(&mut self) -> Parsed<Length> {
        let first = self.at;
        let operand = self.expression()?;
        let span = self.span_from(first);
        if self.in_params > 0 && self.is_runtime(&operand) {
            return Ok(Length::Runtime);
        }
        let Some(length) = self.as_integer(operand, span, "the length of an array") else {
            return Ok(Length::Known(1));
        };
        let most = i128::from(u64::MAX >> 1) >> (64 - u32::from(self.out.target.pointer) * 8);
        let problem = match length.value {
            value if value < 0 => "is negative",
            value if value > most => "is too large",
            value => return Ok(Length::Known(value as u64)),
        };
        self.report(CError::new(span, format!("the length of an array {problem}: {}", length.value)));
        Ok(Length::Known(1))
    }

    /// `(int a, char *b, ...)`
    fn params(&mut self) -> Parsed<Part> {
        let first = self.at;
        self.advance();
        let scope = self.scope.len();
        self.in_params += 1;
        let params = self.param_list();
        self.in_params -= 1;
        self.scope.truncate(scope);
        let params = params?;
        self.expect(Kind::CloseParen, "`)`")?;
        Ok(Part::Func { params, span: self.span_from(first) })
    }

    fn param_list(&mut self) -> Parsed<Params> {
        let mut params = Params::default();
        match (self.kind(), self.kind_after(1)) {
            (Kind::CloseParen, _) => {
                params.unspecified = true;
                return Ok(params);
            }
            (Kind::Void, Kind::CloseParen) => {
                self.advance();
                return Ok(params);
            }
            _ => {}
        }
        loop {
            if self.eat(Kind::Ellipsis) {
                params.variadic = true;
                if self.kind() != Kind::CloseParen {
                    return Err(self.expected("`)` behind `...`"));
                }
                return Ok(params);
            }
            let span = self.span();
            self.param(&mut params)?;
            if params.types.len() > MOST_PARAMS {
                let message = format!("more than {MOST_PARAMS} parameters");
                return Err(self.fail(CError::new(span, message)));
            }
            if !self.eat(Kind::Comma) {
                return match self.kind() {
                    Kind::CloseParen => Ok(params),
                    _ => Err(self.expected("`,` or `)` behind a parameter")),
                };
            }
        }
    }

    fn param(&mut self, params: &mut Params) -> Parsed<()> {
        let specifiers = self.specifiers()?;
        if let Some((storage, span)) = specifiers.storage
            && storage != Storage::Register
        {
            self.report(CError::new(span, "a parameter has no storage class but `register`"));
        }
        let declarator = self.declarator()?;
        let mut attributes = specifiers.attributes;
        let trailing = self.attributes()?;
        attributes.merge(trailing);
        let (name, span) = (declarator.name, declarator.name.map_or(specifiers.span, |(_, span)| span));
        let built = self.build(specifiers.ty, declarator)?;
        let ty = self.apply(built.ty.ty, &attributes, built.convention)?;
        let nonnull = built.nonnull || attributes.nonnull;
        let ty = self.decayed(Qualified { ty, ..built.ty }, specifiers.span)?;
        if *self.out.types.kind(ty) == CKind::Void {
            self.report(CError::new(span, "a parameter has the type `void`"));
        }
        if let Some((name, span)) = name {
            let is_again = params.names.iter().flatten().any(|before| before == name);
            if is_again && params.names.len() < 64 {
                self.report(CError::new(span, format!("two parameters are named `{name}`")));
            }
            self.scope.push((name, ty));
        }
        params.types.push(ty);
        params.names.push(name.map(|(name, _)| name.to_string()));
        params.nonnull.push(nonnull && matches!(self.out.types.unaligned_kind(ty), CKind::Pointer { .. }));
        Ok(())
    }

    /// The type of a parameter: arrays and functions become pointers.
    fn decayed(&mut self, ty: Qualified, span: CSpan) -> Parsed<CType> {
        match *self.out.types.unaligned_kind(ty.ty) {
            CKind::Array { of, .. } => self.derived(CKind::Pointer { to: of, constant: ty.constant }, span),
            CKind::Func(_) => self.derived(CKind::Pointer { to: ty.ty, constant: false }, span),
            _ => Ok(self.passed(ty.ty)),
        }
    }

    /// The type that a declarator makes of the one on its left.
    pub(super) fn build(&mut self, base: Qualified, declarator: Declarator<'t>) -> Parsed<Built> {
        let span = declarator.span;
        let mut built = Built {
            ty: base,
            params: Vec::new(),
            nonnull_params: Vec::new(),
            nonnull: false,
            prototype: true,
            convention: None,
        };
        for part in declarator.parts {
            if !matches!(part, Part::Attributes(_)) {
                built.params = Vec::new();
                built.nonnull_params = Vec::new();
                built.nonnull = false;
            }
            match part {
                Part::Pointer { constant } => {
                    let kind = CKind::Pointer { to: built.ty.ty, constant: built.ty.constant };
                    built.ty = Qualified { ty: self.derived(kind, span)?, constant };
                }
                Part::Array { len, nonnull, span } => {
                    built.ty.ty = self.array_type(built.ty.ty, len, span)?;
                    built.nonnull = nonnull;
                }
                Part::Func { params, span } => {
                    built.prototype = !params.unspecified;
                    built.ty =
                        Qualified::plain(self.func_type(built.ty.ty, params.types, params.variadic, span)?);
                    built.params = params.names;
                    built.nonnull_params = params.nonnull;
                }
                Part::Attributes(attributes) => {
                    built.nonnull |= attributes.nonnull;
                    built.convention = attributes.convention.or(built.convention);
                    built.ty.ty = self.with_mode(built.ty.ty, &attributes);
                    if let Some(align) = attributes.aligned
                        && !matches!(self.out.types.kind(built.ty.ty), CKind::Func(_))
                    {
                        built.ty.ty = self.with_alignment(built.ty.ty, align, span)?;
                    }
                }
            }
            if let Some((convention, _)) = built.convention
                && let Some(ty) = self.with_convention(built.ty.ty, convention)
            {
                built.ty.ty = ty;
                built.convention = None;
            }
        }
        Ok(built)
    }

    fn array_type(&mut self, of: CType, len: Length, span: CSpan) -> Parsed<CType> {
        if !self.is_complete(of) && !self.is_wrong(of) {
            let name = self.out.types.name(of);
            let message = match self.out.types.unaligned_kind(of) {
                CKind::Func(_) => {
                    "an array cannot have functions as elements; pointers to them it can".into()
                }
                CKind::Array { .. } => format!("an array of `{name}`: only the first length can be left out"),
                _ => format!("an array of the incomplete type `{name}`"),
            };
            // The lengths of inner arrays of a parameter may be known at run time alone.
            let runtime = self.in_params > 0 && matches!(self.out.types.kind(of), CKind::Array { .. });
            if !runtime {
                self.report(CError::new(span, message));
            }
        }
        let len = match len {
            Length::Known(len) => Some(len),
            Length::Open | Length::Runtime => None,
        };
        self.derived(CKind::Array { of, len }, span)
    }

    fn func_type(&mut self, result: CType, params: Vec<CType>, variadic: bool, span: CSpan) -> Parsed<CType> {
        let what = match self.out.types.unaligned_kind(result) {
            CKind::Func(_) => Some("a function"),
            CKind::Array { .. } => Some("an array"),
            _ => None,
        };
        if let Some(what) = what {
            let message = format!("a function cannot return {what}; a pointer to one it can");
            return Err(self.fail(CError::new(span, message)));
        }
        self.derived(CKind::Func(FuncSig { params, variadic, result, convention: None }), span)
    }

    /// A declared type with the attributes of its declaration, apart from its alignment.
    pub(super) fn apply(
        &mut self,
        ty: CType,
        attributes: &Attributes,
        pending: Option<(Convention, CSpan)>,
    ) -> Parsed<CType> {
        let ty = self.with_mode(ty, attributes);
        let Some((convention, span)) = attributes.convention.or(pending) else { return Ok(ty) };
        if let Some(ty) = self.with_convention(ty, convention) {
            return Ok(ty);
        }
        let message = format!(
            "a calling convention on the type `{}`: only functions have one",
            self.out.types.name(ty)
        );
        self.report(CError::new(span, message));
        Ok(ty)
    }

    /// A type name: `struct point *`, `int (*)[3]`.
    pub(super) fn type_name(&mut self) -> Parsed<Qualified> {
        self.nested(|parser| {
            let specifiers = parser.specifiers()?;
            if let Some((_, span)) = specifiers.storage {
                parser.report(CError::new(span, "a storage class in a type name"));
            }
            let declarator = parser.declarator()?;
            if let Some((name, span)) = declarator.name {
                parser.report(CError::new(span, format!("expected a type without a name, found `{name}`")));
            }
            let built = parser.build(specifiers.ty, declarator)?;
            let ty = parser.apply(built.ty.ty, &specifiers.attributes, built.convention)?;
            match specifiers.attributes.aligned {
                Some(align) => {
                    let ty = parser.with_alignment(ty, align, specifiers.span)?;
                    Ok(Qualified { ty, ..built.ty })
                }
                None => Ok(Qualified { ty, ..built.ty }),
            }
        })
    }

    /// A text that is a type name and nothing else.
    pub(super) fn whole_type(&mut self) -> Parsed<CType> {
        let ty = self.type_name()?;
        self.eat(Kind::Semicolon);
        if self.kind() != Kind::End {
            return Err(self.expected("the end of the type"));
        }
        Ok(ty.ty)
    }
}
