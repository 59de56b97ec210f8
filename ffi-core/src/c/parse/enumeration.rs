//! Enums: their constants, and the integer that represents them.

use super::attribute::{Attributes, integer_of};
use super::declarations::{CConstant, CTag, CValue, Named, Tag};
use super::error::{CError, CSpan};
use super::parser::{Parsed, Parser};
use super::token::Kind;
use crate::c::{CScalar, CType, EnumId, EnumType, Target};

/// The constants of an enum as they are read.
struct Constants {
    list: Vec<(String, i128)>,
    /// The value that the next one has by itself, and in which type; `None` where there is none.
    next: Option<(i128, CScalar)>,
    /// Of the first constant among the declarations.
    first: usize,
    fixed: Option<CScalar>,
    enum_type: CType,
}

impl<'t> Parser<'_, 't> {
    /// `enum tag`, `enum tag : type`, `enum tag { … }` or `enum { … }`.
    pub(super) fn enumeration(&mut self) -> Parsed<CType> {
        let keyword = self.span();
        self.advance();
        let mut attributes = self.attributes()?;
        let tag = self.tag();
        let more = self.attributes()?;
        attributes.merge(more);
        let fixed = self.underlying()?;
        let defines = self.kind() == Kind::OpenBrace;
        if !defines && tag.is_none() {
            return Err(self.expected("a tag or `{`"));
        }
        let earlier = tag.filter(|_| defines).and_then(|(tag, _)| self.earlier_enum(tag));
        let id = match earlier {
            Some(_) => self.declare_enum(None),
            None => self.enum_of(tag, defines)?,
        };
        if let Some(fixed) = fixed {
            self.fix_underlying(id, fixed, tag.map_or(keyword, |(_, span)| span));
        }
        if defines {
            let fixed =
                fixed.or_else(|| self.is_fixed(id).then(|| self.out.types.enumeration(id).underlying));
            self.constants(id, fixed, &mut attributes)?;
        }
        if let (Some(earlier), Some((tag, span))) = (earlier, tag) {
            if !self.same_enum(earlier, id) {
                let message = format!("`enum {tag}` is defined differently before");
                self.report(CError::new(span, message).note("the other one is in an earlier text"));
            }
            return Ok(self.out.types.enum_type(earlier));
        }
        Ok(self.out.types.enum_type(id))
    }

    /// The enum of a tag that an earlier text defines.
    fn earlier_enum(&self, tag: &str) -> Option<EnumId> {
        match self.out.tags.get(tag).copied()? {
            Tag { tag: CTag::Enum(id), defined: true, place } if self.may_repeat(place) => Some(id),
            _ => None,
        }
    }

    fn is_fixed(&self, id: EnumId) -> bool {
        self.out.types.enumeration(id).constants.is_some()
    }

    /// `: unsigned char`; in `enum e : 3` the colon is a bit-field's.
    fn underlying(&mut self) -> Parsed<Option<CScalar>> {
        if self.kind() != Kind::Colon {
            return Ok(None);
        }
        self.at += 1;
        let is_type = self.starts_type();
        self.at -= 1;
        if !is_type {
            return Ok(None);
        }
        self.advance();
        let first = self.at;
        let ty = self.specifiers()?.ty.ty;
        let span = self.span_from(first);
        match self.out.types.as_scalar(ty).filter(|scalar| !scalar.is_float()) {
            Some(scalar) => Ok(Some(scalar)),
            None => {
                if !self.is_wrong(ty) {
                    let name = self.out.types.name(ty);
                    let message = format!("an enum is represented by an integer, not by `{name}`");
                    self.report(CError::new(span, message));
                }
                Ok(Some(CScalar::Int))
            }
        }
    }

    /// The enum of a tag, or a new one.
    fn enum_of(&mut self, tag: Option<(&'t str, CSpan)>, defines: bool) -> Parsed<EnumId> {
        let Some((name, span)) = tag else { return Ok(self.declare_enum(None)) };
        let id = match self.out.tags.get(name).copied() {
            Some(Tag { tag: CTag::Enum(_), defined: true, place }) if defines => {
                let error = CError::new(span, format!("`enum {name}` is defined twice"));
                let error = self.with_place(error, place, "the first definition");
                self.report(error);
                return Ok(self.declare_enum(None));
            }
            Some(Tag { tag: CTag::Enum(id), .. }) => id,
            Some(before) => return Err(self.wrong_keyword(name, span, before)),
            None => self.declare_enum(tag),
        };
        let place = self.place(span);
        if let (true, Some(tag)) = (defines, self.out.tags.get_mut(name)) {
            *tag = Tag { defined: true, place, ..*tag };
        }
        Ok(id)
    }

    fn declare_enum(&mut self, tag: Option<(&'t str, CSpan)>) -> EnumId {
        let id = self.out.types.declare_enum(EnumType {
            tag: tag.map(|(tag, _)| tag.to_string()),
            named_by_typedef: false,
            underlying: CScalar::UnsignedInt,
            constants: None,
        });
        if let Some((tag, span)) = tag {
            let place = self.place(span);
            self.keep_tag(tag, Tag { tag: CTag::Enum(id), place, defined: false });
        }
        id
    }

    /// An enum with a fixed type is complete from then on.
    fn fix_underlying(&mut self, id: EnumId, fixed: CScalar, span: CSpan) {
        let enumeration = self.out.types.enumeration_mut(id);
        if enumeration.constants.is_some() && enumeration.underlying != fixed {
            let message = format!("this enum is represented by `{}` already", enumeration.underlying.name());
            return self.report(CError::new(span, message));
        }
        enumeration.underlying = fixed;
        enumeration.constants.get_or_insert_with(Vec::new);
    }

    /// `{ A, B = 3 }`
    fn constants(&mut self, id: EnumId, fixed: Option<CScalar>, attributes: &mut Attributes) -> Parsed<()> {
        let opener = self.span();
        self.advance();
        let mut constants = Constants {
            list: Vec::new(),
            next: Some((0, fixed.unwrap_or(CScalar::Int))),
            first: self.out.constants.len(),
            fixed,
            enum_type: self.out.types.enum_type(id),
        };
        let before = self.error_count();
        if self.enumerators(&mut constants).is_err() {
            self.skip_to_closer();
        }
        self.expect(Kind::CloseBrace, "`}`")?;
        if constants.list.is_empty() && self.error_count() == before {
            self.report(CError::new(opener, "an enum without constants"));
        }
        let trailing = self.attributes()?;
        attributes.merge(trailing);
        self.complete_enum(id, constants, attributes.packed, opener);
        Ok(())
    }

    fn enumerators(&mut self, constants: &mut Constants) -> Parsed<()> {
        while self.kind() != Kind::CloseBrace {
            self.enumerator(constants)?;
            if !self.eat(Kind::Comma) && self.kind() != Kind::CloseBrace {
                return Err(self.expected("`,` or `}` behind a constant"));
            }
        }
        Ok(())
    }

    /// `A = 3`
    fn enumerator(&mut self, constants: &mut Constants) -> Parsed<()> {
        if self.kind() != Kind::Name {
            return Err(self.expected("the name of a constant"));
        }
        let (name, span) = (self.word(), self.span());
        self.advance();
        self.attributes()?;
        let value = match self.eat(Kind::Assign) {
            true => match self.constant_integer(&format!("the value of `{name}`"))? {
                Some(value) => (value.value, value.scalar),
                None => constants.next.unwrap_or((0, CScalar::Int)),
            },
            false => match constants.next {
                Some(next) => next,
                None => {
                    let message = format!("`{name}` would be larger than its type");
                    self.report(CError::new(span, message).help("write a value"));
                    (0, CScalar::Int)
                }
            },
        };
        let (value, scalar) = self.constant_type(value, constants.fixed, name, span);
        constants.next = following(value, scalar, &self.out.target);
        let ty = if constants.fixed.is_some() { constants.enum_type } else { CType::scalar(scalar) };
        let (name, place) = (name.to_string(), self.place(span));
        if !self.is_repeated_constant(&name, &CValue::Int(value)) && self.is_new_name(&name, span) {
            self.out.names.insert(name.clone(), Named::Constant(self.out.constants.len()));
            self.out.constants.push(CConstant {
                name: name.clone(),
                ty,
                of: Some(constants.enum_type),
                value: CValue::Int(value),
                place,
            });
        }
        constants.list.push((name, value));
        Ok(())
    }

    /// The type of a constant while its enum is read: `int` where the value fits.
    fn constant_type(
        &mut self,
        (value, scalar): (i128, CScalar),
        fixed: Option<CScalar>,
        name: &str,
        span: CSpan,
    ) -> (i128, CScalar) {
        let fits = |scalar: CScalar| {
            let range = scalar.range(&self.out.target);
            range.is_some_and(|(least, most)| least <= value && value <= most)
        };
        match fixed {
            Some(fixed) if !fits(fixed) => {
                let message = format!("`{name}` is {value}, which `{}` cannot hold", fixed.name());
                self.report(CError::new(span, message));
                (0, fixed)
            }
            Some(fixed) => (value, fixed),
            None if fits(CScalar::Int) => (value, CScalar::Int),
            None => (value, scalar),
        }
    }

    fn complete_enum(&mut self, id: EnumId, constants: Constants, packed: bool, opener: CSpan) {
        let values = constants.list.iter().map(|&(_, value)| value);
        let (least, most) = values.fold((0, 0), |(least, most), value| (value.min(least), value.max(most)));
        let enumeration = self.out.types.enumeration_mut(id);
        enumeration.constants = Some(constants.list);
        if constants.fixed.is_some() {
            return;
        }
        let underlying = underlying_of(least, most, packed, &self.out.target);
        let underlying = underlying.unwrap_or_else(|| {
            let message = format!("no integer can hold all constants from {least} to {most}");
            self.report(CError::new(opener, message));
            CScalar::LongLong
        });
        self.out.types.enumeration_mut(id).underlying = underlying;
        // Constants that `int` cannot hold have the enum's type.
        for constant in &mut self.out.constants[constants.first..] {
            if constant.ty != CType::scalar(CScalar::Int) {
                constant.ty = constants.enum_type;
            }
        }
    }
}

/// The value behind a constant's, unless its type ends there.
fn following(value: i128, scalar: CScalar, target: &Target) -> Option<(i128, CScalar)> {
    let (_, most) = scalar.range(target)?;
    (value < most).then(|| (value + 1, scalar))
}

/// gcc's rule: `unsigned int`, with a negative constant `int`; larger values want more, and a packed enum takes the
/// smallest integer.
fn underlying_of(least: i128, most: i128, packed: bool, target: &Target) -> Option<CScalar> {
    let unsigned = least >= 0;
    let sizes: &[usize] = if packed { &[1, 2, 4, 8, 16] } else { &[4, 8, 16] };
    (sizes.iter()).filter_map(|&size| integer_of(size, unsigned, target)).find(|scalar| {
        let range = scalar.range(target);
        range.is_some_and(|(from, to)| from <= least && most <= to)
    })
}
