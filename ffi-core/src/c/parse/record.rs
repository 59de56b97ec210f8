//! Structs and unions.

use std::collections::HashMap;

use super::attribute::Attributes;
use super::declarations::{CTag, Tag};
use super::declarator::Declarator;
use super::error::{CError, CSpan};
use super::parser::{Failed, Parsed, Parser};
use super::specifiers::{Specifiers, Storage};
use super::token::Kind;
use crate::c::{CKind, CType, Member, Record, RecordId};

/// The members that are read, and where their names stand.
#[derive(Default)]
struct Members {
    list: Vec<Member>,
    spans: Vec<CSpan>,
    /// Where the flexible array is, once there is one: nothing may follow it.
    flexible: Option<CSpan>,
}

impl<'t> Parser<'_, 't> {
    /// The name behind `struct`, `union` or `enum`, if there is one.
    pub(super) fn tag(&mut self) -> Option<(&'t str, CSpan)> {
        if self.kind() != Kind::Name {
            return None;
        }
        let tag = (self.word(), self.span());
        self.advance();
        Some(tag)
    }

    /// `struct tag`, `struct tag { … }` or `struct { … }`, with the attributes around.
    pub(super) fn record(&mut self) -> Parsed<CType> {
        let union = self.kind() == Kind::Union;
        self.advance();
        let mut attributes = self.attributes()?;
        let tag = self.tag();
        let alignas = self.attributes()?;
        attributes.merge(alignas);
        let opener = self.span();
        if self.kind() != Kind::OpenBrace {
            let Some((tag, span)) = tag else {
                return Err(self.expected("a tag or `{`"));
            };
            let id = self.named_record(tag, span, union)?;
            return Ok(self.out.types.record_type(id));
        }
        let earlier = tag.and_then(|(tag, _)| self.earlier_record(tag, union));
        // What an earlier text defines is read beside it, and compared.
        let id = match earlier {
            Some(_) => self.declare_record(None, union),
            None => self.new_record(tag, union),
        };
        self.advance();
        let members = self.members();
        let pack = self.pack_at(self.at);
        self.expect(Kind::CloseBrace, "`}`")?;
        let trailing = self.attributes()?;
        attributes.merge(trailing);
        self.complete_record(id, members, &attributes, pack, tag.map_or(opener, |(_, span)| span));
        let id = match (earlier, tag) {
            (Some(earlier), Some(tag)) => self.repeated_record(earlier, id, tag),
            _ => id,
        };
        Ok(self.out.types.record_type(id))
    }

    /// The struct or union that a tag names, which may be declared by this.
    fn named_record(&mut self, tag: &'t str, span: CSpan, union: bool) -> Parsed<RecordId> {
        match self.out.tags.get(tag).copied() {
            Some(Tag { tag: CTag::Record(id), .. }) if self.out.types.record(id).union == union => Ok(id),
            Some(before) => Err(self.wrong_keyword(tag, span, before)),
            None => Ok(self.declare_record(Some((tag, span)), union)),
        }
    }

    fn declare_record(&mut self, tag: Option<(&'t str, CSpan)>, union: bool) -> RecordId {
        let name = tag.map(|(tag, _)| tag.to_string());
        let id = self.out.types.declare_record(Record { tag: name, union, ..Record::default() });
        if let Some((tag, span)) = tag {
            let place = self.place(span);
            self.keep_tag(tag, Tag { tag: CTag::Record(id), place, defined: false });
        }
        id
    }

    pub(super) fn keep_tag(&mut self, name: &str, tag: Tag) {
        self.out.tag_names.push(name.to_string());
        self.out.tags.insert(name.to_string(), tag);
    }

    /// `struct`, `union` or `enum`
    pub(super) fn keyword_of_tag(&self, tag: &str) -> &'static str {
        match self.out.tags.get(tag).map(|tag| tag.tag) {
            Some(CTag::Enum(_)) => "enum",
            Some(CTag::Record(id)) if self.out.types.record(id).union => "union",
            _ => "struct",
        }
    }

    /// `struct x` where `x` is something else.
    pub(super) fn wrong_keyword(&mut self, tag: &str, span: CSpan, before: Tag) -> Failed {
        let keyword = self.keyword_of_tag(tag);
        let error = CError::new(span, format!("`{tag}` is the tag of another kind: `{keyword} {tag}`"));
        let error = self.with_place(error, before.place, "declared here");
        self.fail(error)
    }

    /// The struct or union of a tag that an earlier text defines.
    fn earlier_record(&self, tag: &str, union: bool) -> Option<RecordId> {
        match self.out.tags.get(tag).copied()? {
            Tag { tag: CTag::Record(id), defined: true, place }
                if self.may_repeat(place) && self.out.types.record(id).union == union =>
            {
                Some(id)
            }
            _ => None,
        }
    }

    /// The earlier definition, where the new one is the same.
    fn repeated_record(&mut self, earlier: RecordId, id: RecordId, (tag, span): (&str, CSpan)) -> RecordId {
        if !self.same_record(earlier, id) {
            let message = format!("`{} {tag}` is defined differently before", self.keyword_of_tag(tag));
            self.report(CError::new(span, message).note("the other one is in an earlier text"));
        }
        earlier
    }

    /// The struct or union that a definition makes.
    fn new_record(&mut self, tag: Option<(&'t str, CSpan)>, union: bool) -> RecordId {
        let Some((name, span)) = tag else { return self.declare_record(None, union) };
        let id = match self.out.tags.get(name).copied() {
            Some(Tag { tag: CTag::Record(_), defined: true, place }) => {
                let keyword = self.keyword_of_tag(name);
                let error = CError::new(span, format!("`{keyword} {name}` is defined twice"));
                let error = self.with_place(error, place, "the first definition");
                self.report(error);
                // Its members are read, to see what else is wrong.
                return self.declare_record(None, union);
            }
            Some(Tag { tag: CTag::Record(id), .. }) if self.out.types.record(id).union == union => id,
            Some(before) => {
                self.wrong_keyword(name, span, before);
                return self.declare_record(None, union);
            }
            None => self.declare_record(tag, union),
        };
        let place = self.place(span);
        if let Some(tag) = self.out.tags.get_mut(name) {
            *tag = Tag { defined: true, place, ..*tag };
        }
        id
    }

    fn complete_record(
        &mut self,
        id: RecordId,
        members: Members,
        attributes: &Attributes,
        pack: Option<u32>,
        span: CSpan,
    ) {
        self.check_names(&members);
        let ty = self.out.types.record_type(id);
        let types = members.list.iter().map(|member| member.ty);
        let mut list = Some(Vec::new());
        match self.out.shapes.complete(ty, types) {
            Ok(()) => list = Some(members.list),
            Err(problem) => self.report(CError::new(span, problem)),
        }
        if attributes.transparent {
            self.make_transparent(ty);
        }
        let record = self.out.types.record_mut(id);
        record.packed = attributes.packed;
        record.align = attributes.aligned;
        record.pack = pack;
        record.members = list;
    }

    /// The members up to the `}`; those with errors are left out.
    fn members(&mut self) -> Members {
        let mut members = Members::default();
        while !matches!(self.kind(), Kind::CloseBrace | Kind::End) && !self.is_full() {
            if self.eat(Kind::Semicolon) {
                continue;
            }
            if self.kind() == Kind::StaticAssert {
                if self.static_assert().is_err() {
                    self.recover();
                }
                continue;
            }
            if self.member_declaration(&mut members).is_err() {
                self.recover();
            }
        }
        members
    }

    /// `unsigned a : 3, *b;`
    fn member_declaration(&mut self, members: &mut Members) -> Parsed<()> {
        let specifiers = self.specifiers()?;
        self.check_member_specifiers(&specifiers);
        if self.kind() == Kind::Semicolon {
            self.advance();
            return self.anonymous_member(&specifiers, members);
        }
        loop {
            self.member(&specifiers, members)?;
            if !self.eat(Kind::Comma) {
                return self.semicolon("`;` behind a member");
            }
        }
    }

    fn check_member_specifiers(&mut self, specifiers: &Specifiers) {
        let storage = specifiers.storage.map(|(storage, span)| (storage == Storage::Typedef, span));
        let message = match storage {
            Some((true, _)) => "a typedef inside a struct or union",
            Some((false, _)) => "a member has no storage class",
            None => return,
        };
        let span = storage.map_or(specifiers.span, |(_, span)| span);
        self.report(CError::new(span, message));
    }

    /// A struct or union without a name among the members; one with a tag is only defined there.
    fn anonymous_member(&mut self, specifiers: &Specifiers, members: &mut Members) -> Parsed<()> {
        let ty = specifiers.ty.ty;
        let is_anonymous = match self.out.types.unaligned_kind(ty) {
            CKind::Record(id) => {
                let record = self.out.types.record(*id);
                record.tag.is_none() && record.members.is_some()
            }
            _ => false,
        };
        if is_anonymous {
            self.nothing_behind_flexible(members);
            let align = self.member_align(specifiers, None, ty)?;
            let packed = specifiers.attributes.packed;
            members.list.push(Member { align, packed, ..Member::anonymous(ty) });
            members.spans.push(specifiers.span);
        } else if !specifiers.tagged && !self.is_wrong(ty) {
            self.report(CError::new(specifiers.span, "a member without a name"));
        }
        Ok(())
    }

    fn member(&mut self, specifiers: &Specifiers, members: &mut Members) -> Parsed<()> {
        if self.kind() == Kind::Colon {
            let span = self.span();
            let ty = self.apply(specifiers.ty.ty, &specifiers.attributes, None)?;
            return self.bit_field(None, ty, specifiers, span, members);
        }
        let declarator = self.declarator()?;
        let Some((name, span)) = declarator.name else {
            return Err(self.expected("the name of a member"));
        };
        let ty = self.member_type(specifiers, declarator)?;
        if self.kind() == Kind::Colon {
            return self.bit_field(Some(name), ty, specifiers, span, members);
        }
        let trailing = self.attributes()?;
        let ty = self.apply(ty, &trailing, None)?;
        if self.kind() == Kind::Assign {
            return Err(self.fail(CError::new(self.span(), "a member has no initial value")));
        }
        self.nothing_behind_flexible(members);
        self.check_member_type(ty, name, span, members);
        let align = self.member_align(specifiers, Some(&trailing), ty)?;
        let packed = specifiers.attributes.packed || trailing.packed;
        members.list.push(Member { align, packed, ..Member::new(name, ty) });
        members.spans.push(span);
        Ok(())
    }

    fn member_type(&mut self, specifiers: &Specifiers, declarator: Declarator<'t>) -> Parsed<CType> {
        let built = self.build(specifiers.ty, declarator)?;
        self.apply(built.ty.ty, &specifiers.attributes, built.convention)
    }

    fn check_member_type(&mut self, ty: CType, name: &str, span: CSpan, members: &mut Members) {
        if let CKind::Array { len: None, .. } = self.out.types.kind(ty) {
            members.flexible = Some(span);
            return;
        }
        // Of an array of such elements the declarator complained.
        let is_array = matches!(self.out.types.unaligned_kind(ty), CKind::Array { .. });
        if self.is_complete(ty) || self.is_wrong(ty) || is_array {
            return;
        }
        let shown = self.out.types.name(ty);
        let error = match self.out.types.unaligned_kind(ty) {
            CKind::Func(_) => CError::new(span, format!("the member `{name}` is a function"))
                .help(format!("write a pointer to one: `(*{name})`")),
            CKind::Record(_) if self.is_being_defined(ty) => {
                CError::new(span, format!("`{shown}` contains itself"))
                    .help(format!("write a pointer: `{shown} *{name}`"))
            }
            CKind::Record(id) if self.out.types.record(*id).members.is_none() => {
                CError::new(span, format!("the member `{name}` has the incomplete type `{shown}`"))
                    .help(format!("define `{shown}` before, or write a pointer: `{shown} *{name}`"))
            }
            _ => CError::new(span, format!("the member `{name}` has the incomplete type `{shown}`")),
        };
        self.report(error);
    }

    /// Whether the definition of a struct or union is around the cursor.
    fn is_being_defined(&self, ty: CType) -> bool {
        let tag = self.out.types.as_record(ty).and_then(|record| record.tag.as_ref());
        tag.and_then(|tag| self.out.tags.get(tag)).is_some_and(|tag| tag.defined)
    }

    fn nothing_behind_flexible(&mut self, members: &mut Members) {
        if let Some(span) = members.flexible.take() {
            self.report(
                CError::new(span, "an array without a length is not the last member")
                    .help("only the last member can have no length"),
            );
        }
    }

    /// The alignment that a member is given.
    fn member_align(
        &mut self,
        specifiers: &Specifiers,
        trailing: Option<&Attributes>,
        ty: CType,
    ) -> Parsed<Option<u32>> {
        if let Some((align, span)) = specifiers.alignas {
            let natural = self.layout_of(ty, span).map_or(1, |layout| layout.align);
            if u64::from(align) < natural {
                let message =
                    format!("`_Alignas({align})` is less than the alignment of the type, {natural}");
                self.report(CError::new(span, message));
            }
        }
        let alignas = specifiers.alignas.map(|(align, _)| align);
        let trailing = trailing.and_then(|trailing| trailing.aligned);
        Ok(specifiers.attributes.aligned.max(trailing).max(alignas))
    }

    /// A bit-field, from its colon on.
    fn bit_field(
        &mut self,
        name: Option<&str>,
        ty: CType,
        specifiers: &Specifiers,
        span: CSpan,
        members: &mut Members,
    ) -> Parsed<()> {
        self.advance();
        self.nothing_behind_flexible(members);
        let width = self.constant_integer("the width of a bit-field")?;
        let trailing = self.attributes()?;
        let ty = self.apply(ty, &trailing, None)?;
        let Some(width) = width else { return Ok(()) };
        if let Some((_, span)) = specifiers.alignas {
            self.report(CError::new(span, "`_Alignas` on a bit-field"));
        }
        if let Some(problem) = self.bit_field_problem(name, ty, width.value) {
            let at = if problem.contains("type") { span } else { width.span };
            self.report(CError::new(at, problem));
            return Ok(());
        }
        let bits = Some(width.value as u32);
        let align = specifiers.attributes.aligned.max(trailing.aligned);
        let packed = specifiers.attributes.packed || trailing.packed;
        let name = name.map(str::to_string);
        members.list.push(Member { name, ty, bits, packed, align });
        members.spans.push(span);
        Ok(())
    }

    fn bit_field_problem(&self, name: Option<&str>, ty: CType, width: i128) -> Option<String> {
        let shown = name.map_or("a bit-field".to_string(), |name| format!("the bit-field `{name}`"));
        let scalar = self.out.types.as_scalar(ty).filter(|scalar| !scalar.is_float());
        let Some(scalar) = scalar.filter(|_| self.is_complete(ty)) else {
            return Some(format!("{shown} has the type `{}`, which is no integer", self.out.types.name(ty)));
        };
        let most = match scalar {
            crate::c::CScalar::Bool => 1,
            scalar => scalar.size(&self.out.target) as i128 * 8,
        };
        match width {
            width if width < 0 => Some(format!("the width of {shown} is negative: {width}")),
            0 => name.map(|name| {
                format!("the bit-field `{name}` has no bits: only one without a name can have 0")
            }),
            width if width > most => Some(format!(
                "the width of {shown} is {width}, but `{}` has only {most} {}",
                self.out.types.name(ty),
                if most == 1 { "bit" } else { "bits" }
            )),
            _ => None,
        }
    }

    /// Each name once, those of anonymous members included.
    fn check_names(&mut self, members: &Members) {
        let mut seen: HashMap<String, CSpan> = HashMap::new();
        for (member, &span) in members.list.iter().zip(&members.spans) {
            let mut names = Vec::new();
            self.names_of(member, &mut names);
            for name in names {
                if let Some(&before) = seen.get(&name) {
                    let error = CError::new(span, format!("two members are named `{name}`"));
                    self.report(error.secondary(before, "the first one"));
                } else {
                    seen.insert(name, span);
                }
            }
        }
    }

    fn names_of(&self, member: &Member, names: &mut Vec<String>) {
        match (&member.name, self.out.types.as_record(member.ty)) {
            (Some(name), _) => names.push(name.clone()),
            (None, Some(Record { members: Some(inner), .. })) if member.bits.is_none() => {
                inner.iter().for_each(|member| self.names_of(member, names));
            }
            _ => {}
        }
    }

    /// Where a member is, through anonymous ones: its byte offset and its type.
    pub(super) fn find_member(&self, ty: CType, name: &str) -> Option<(u64, Member)> {
        let record = self.out.types.as_record(ty)?;
        let members = record.members.as_ref()?;
        let layout = || self.out.types.record_layout(ty, &self.out.target).ok();
        for (index, member) in members.iter().enumerate() {
            if member.name.as_deref() == Some(name) {
                return Some((layout()?.members.get(index)?.offset(), member.clone()));
            }
            let inner = if member.name.is_none() { self.find_member(member.ty, name) } else { None };
            if let Some((offset, found)) = inner {
                return Some((layout()?.members.get(index)?.offset() + offset, found));
            }
        }
        None
    }
}
