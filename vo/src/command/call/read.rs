//! C values from JSON.

use std::alloc::Layout;
use std::collections::HashMap;

use serde_json::{Map, Value};
use vo_ffi::c::{
    CKind, CScalar, CType, CTypes, CValue, Declarations, EnumType, Member, MemberLayout, Target,
};
use vo_ffi::runtime::Image;
use vo_ffi::{Class, nearest};

use super::long_double;
use super::write::is_char;

/// Reads values of a text's types. What pointers point to is kept here for the call.
pub(super) struct Reader<'d> {
    declarations: &'d Declarations,
    /// Types that requests name, by their texts.
    named: &'d HashMap<String, CType>,
    pub(super) kept: Vec<Image>,
}

/// So many bytes for C; `align` is a power of two.
pub(super) fn room(size: usize, align: usize) -> Image {
    // Sizes of types are below 2^48, and those of buffers below 2^33.
    Image::with_layout(Layout::from_size_align(size, align).unwrap_or(Layout::new::<u8>()))
}

/// A buffer that an argument points to.
#[derive(Debug)]
pub(super) struct Buffer {
    /// Which of the kept ones.
    pub(super) index: usize,
    /// The type of its elements.
    pub(super) of: CType,
    /// How it is shown after the call.
    pub(super) shown: Shown,
}

/// How a buffer is shown: as it was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shown {
    Array,
    One,
    Text,
}

impl<'d> Reader<'d> {
    pub(super) fn new(declarations: &'d Declarations, named: &'d HashMap<String, CType>) -> Reader<'d> {
        Reader { declarations, named, kept: Vec::new() }
    }

    fn types(&self) -> &'d CTypes {
        &self.declarations.types
    }

    fn size(&self, ty: CType) -> Result<usize, String> {
        self.types()
            .layout(ty, Target::HOST)
            .map(|layout| layout.size as usize)
            .map_err(|error| error.to_string())
    }

    /// Writes a value's image.
    pub(super) fn value(&mut self, ty: CType, given: &Value, image: &mut [u8]) -> Result<(), String> {
        let types = self.types();
        match types.unaligned_kind(ty) {
            CKind::Void | CKind::Func(_) => Err(format!("there are no values of `{}`", types.name(ty))),
            CKind::Scalar(scalar) => self.scalar(ty, *scalar, given, image),
            CKind::Enum(id) => {
                self.known_constant(ty, types.enumeration(*id), given)?;
                self.scalar(ty, types.enumeration(*id).underlying, given, image)
            }
            CKind::Complex(part) => self.complex(ty, *part, given, image),
            CKind::Pointer { .. } => self.pointer(ty, given, image).map(drop),
            CKind::Array { of, .. } => self.array(ty, *of, given, image),
            CKind::Record(_) => self.record(ty, given, image),
            CKind::Aligned { .. } => Ok(()),
        }
    }

    fn scalar(&self, ty: CType, scalar: CScalar, given: &Value, image: &mut [u8]) -> Result<(), String> {
        let len = scalar.size(Target::HOST);
        match scalar.class(Target::HOST) {
            Class::Float => self.float(ty, len, given, image),
            Class::Bool => {
                image[0] = match given {
                    Value::Bool(value) => u8::from(*value),
                    Value::Number(number) => u8::from(number.as_f64() != Some(0.0)),
                    _ => return Err(self.unexpected("true or false", ty, given)),
                };
                Ok(())
            }
            Class::Signed | Class::Unsigned => {
                let value = self.integer(ty, given)?;
                let unsigned = scalar.class(Target::HOST) == Class::Unsigned;
                let bits =
                    checked(value, 8 * len as u32, unsigned).ok_or_else(|| self.misfit(ty, scalar, value))?;
                image[..len].copy_from_slice(&bits.to_le_bytes()[..len]);
                Ok(())
            }
        }
    }

    /// A letter alone would be taken for a character.
    fn known_constant(&self, ty: CType, of: &EnumType, given: &Value) -> Result<(), String> {
        let Value::String(name) = given else { return Ok(()) };
        let is_name = name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_');
        if !is_name || self.declarations.constant(name).is_some() {
            return Ok(());
        }
        let names = of.constants.iter().flatten().map(|(name, _)| name.as_str());
        let (what, near) = (self.types().name(ty), nearest(name, names.clone()));
        Err(match near.first() {
            Some(near) => format!("`{what}` has no constant `{name}`; did you mean `{near}`?"),
            None => {
                format!("`{what}` has no constant `{name}`; it has {}", names.collect::<Vec<_>>().join(", "))
            }
        })
    }

    fn misfit(&self, ty: CType, scalar: CScalar, value: Integer) -> String {
        let name = self.types().name(ty);
        match scalar.range(Target::HOST) {
            Some((low, high)) if scalar.size(Target::HOST) < 16 => {
                format!("{value} does not fit `{name}`, which is {low} to {high}")
            }
            _ => format!("{value} does not fit `{name}`"),
        }
    }

    fn integer(&self, ty: CType, given: &Value) -> Result<Integer, String> {
        let number = match given {
            Value::Number(number) => match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(value), ..) => Some(Integer::from(i128::from(value))),
                (_, Some(value), _) => Some(Integer::from(i128::from(value))),
                (.., Some(value)) if value.fract() == 0.0 && value.abs() < 9e15 => {
                    Some(Integer::from(value as i128))
                }
                _ => None,
            },
            Value::Bool(value) => Some(Integer::from(i128::from(*value))),
            Value::String(text) => self.integer_of_text(text),
            _ => None,
        };
        number.ok_or_else(|| self.unexpected("an integer", ty, given))
    }

    /// A number, decimal or as `0x10`; a character as `'a'`; the name of a constant.
    fn integer_of_text(&self, text: &str) -> Option<Integer> {
        let digits = text.strip_prefix('-').unwrap_or(text);
        let magnitude = match digits.get(..2) {
            Some("0x" | "0X") => u128::from_str_radix(&digits[2..], 16).ok(),
            _ if digits.starts_with(|first: char| first.is_ascii_digit()) => digits.parse().ok(),
            _ => None,
        };
        if let Some(magnitude) = magnitude {
            return Some(Integer { negative: digits.len() < text.len() && magnitude > 0, magnitude });
        }
        if let Some(constant) = self.declarations.constant(text) {
            return match constant.value {
                CValue::Int(value) => Some(Integer::from(value)),
                _ => None,
            };
        }
        let character = text.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')).unwrap_or(text);
        let mut characters = character.chars();
        let first = characters.next().filter(|_| characters.as_str().is_empty())?;
        Some(Integer::from(i128::from(u32::from(first))))
    }

    fn float(&self, ty: CType, len: usize, given: &Value, image: &mut [u8]) -> Result<(), String> {
        let wrong = || self.unexpected("a number", ty, given);
        if len > 8 || self.types().as_scalar(ty) == Some(CScalar::LongDouble) {
            let text = match given {
                Value::Number(number) => number.to_string(),
                Value::String(text) => text.clone(),
                _ => return Err(wrong()),
            };
            return if long_double::parse(&text, &mut image[..len]) { Ok(()) } else { Err(wrong()) };
        }
        let text;
        let text = match given {
            Value::Number(number) => {
                text = number.to_string();
                text.as_str()
            }
            Value::String(text) => text.as_str(),
            _ => return Err(wrong()),
        };
        match len {
            4 => image[..4].copy_from_slice(&text.parse::<f32>().map_err(|_| wrong())?.to_le_bytes()),
            _ => image[..8].copy_from_slice(&text.parse::<f64>().map_err(|_| wrong())?.to_le_bytes()),
        }
        Ok(())
    }

    fn complex(&self, ty: CType, part: CScalar, given: &Value, image: &mut [u8]) -> Result<(), String> {
        let zero = Value::from(0);
        let (real, imaginary) = match given {
            Value::Array(parts) => match &parts[..] {
                [real, imaginary] => (real, imaginary),
                _ => return Err(self.unexpected("[real, imaginary]", ty, given)),
            },
            Value::Number(_) | Value::String(_) => (given, &zero),
            _ => return Err(self.unexpected("[real, imaginary]", ty, given)),
        };
        let (low, high) = image.split_at_mut(part.size(Target::HOST));
        self.scalar(CType::scalar(part), part, real, low)?;
        self.scalar(CType::scalar(part), part, imaginary, high)
    }

    /// As many elements as the image has room for.
    fn array(&mut self, ty: CType, of: CType, given: &Value, image: &mut [u8]) -> Result<(), String> {
        let size = self.size(of)?;
        let len = image.len().checked_div(size).unwrap_or(usize::MAX);
        match given {
            Value::Array(elements) if elements.len() <= len => {
                for (index, element) in elements.iter().enumerate() {
                    self.value(of, element, &mut image[index * size..][..size])
                        .map_err(|error| format!("element {index}: {error}"))?;
                }
                Ok(())
            }
            Value::Array(elements) => {
                Err(format!("{} elements do not fit `{}`", elements.len(), self.types().name(ty)))
            }
            Value::String(text) if size == 1 && text.len() <= len => {
                image[..text.len()].copy_from_slice(text.as_bytes());
                Ok(())
            }
            Value::String(text) if size == 1 => {
                Err(format!("{} bytes of text do not fit `{}`", text.len(), self.types().name(ty)))
            }
            _ => Err(self.unexpected("an array", ty, given)),
        }
    }

    fn record(&mut self, ty: CType, given: &Value, image: &mut [u8]) -> Result<(), String> {
        let members = self.members(ty, 0)?;
        let named: Vec<_> = members.iter().filter(|(member, _)| member.name.is_some()).collect();
        match given {
            Value::Object(values) => {
                for (name, value) in values {
                    let found = named.iter().find(|(member, _)| member.name.as_ref() == Some(name));
                    let (member, placed) = found.ok_or_else(|| self.no_member(ty, name, &members))?;
                    self.member(member, placed, value, image)?;
                }
                Ok(())
            }
            Value::Array(values) if values.len() <= named.len() => named
                .iter()
                .zip(values)
                .try_for_each(|((member, placed), value)| self.member(member, placed, value, image)),
            Value::Array(values) => {
                let (count, name) = (values.len(), self.types().name(ty));
                Err(format!("{count} values for the {} members of `{name}`", named.len()))
            }
            _ => Err(self.unexpected("an object", ty, given)),
        }
    }

    /// The members of a struct or union, those of members without a name among them, all from its start.
    fn members(&self, ty: CType, start: u64) -> Result<Vec<(&'d Member, MemberLayout)>, String> {
        let types = self.types();
        let layout = types.record_layout(ty, Target::HOST).map_err(|error| error.to_string())?;
        let members = types.as_record(ty).and_then(|record| record.members.as_deref()).unwrap_or_default();
        let mut all = Vec::with_capacity(members.len());
        for (member, mut placed) in members.iter().zip(layout.members) {
            placed.bit_offset += start;
            match (&member.name, member.bits) {
                (None, None) => all.extend(self.members(member.ty, placed.bit_offset)?),
                _ => all.push((member, placed)),
            }
        }
        Ok(all)
    }

    fn member(
        &mut self,
        member: &Member,
        placed: &MemberLayout,
        given: &Value,
        image: &mut [u8],
    ) -> Result<(), String> {
        let written = match member.bits {
            Some(bits) => self.bit_field(member.ty, placed, bits, given, image),
            None => {
                let end = end_of(self.types(), member, placed, image.len());
                self.value(member.ty, given, &mut image[placed.offset() as usize..end])
            }
        };
        written.map_err(|error| format!("member `{}`: {error}", member.name.as_deref().unwrap_or_default()))
    }

    fn bit_field(
        &self,
        ty: CType,
        placed: &MemberLayout,
        bits: u32,
        given: &Value,
        image: &mut [u8],
    ) -> Result<(), String> {
        let value = self.integer(ty, given)?;
        let unsigned =
            self.types().as_scalar(ty).is_none_or(|scalar| scalar.class(Target::HOST) != Class::Signed);
        let value =
            checked(value, bits, unsigned).ok_or_else(|| format!("{value} does not fit {bits} bits"))?;
        for bit in 0..u64::from(bits) {
            let at = placed.bit_offset + bit;
            let (byte, mask) = (&mut image[(at / 8) as usize], 1 << (at % 8));
            *byte = if value >> bit & 1 == 1 { *byte | mask } else { *byte & !mask };
        }
        Ok(())
    }

    /// Writes an address; of what is given by value, that of a buffer that is kept for the call. The buffer is returned
    /// where C may write to it.
    pub(super) fn pointer(
        &mut self,
        ty: CType,
        given: &Value,
        image: &mut [u8],
    ) -> Result<Option<Buffer>, String> {
        let CKind::Pointer { to, constant } = *self.types().unaligned_kind(ty) else { return Ok(None) };
        let is_function = matches!(self.types().unaligned_kind(to), CKind::Func(_));
        let buffer = match given {
            Value::Null => None,
            _ if is_function && !given.is_number() => {
                return Err(format!(
                    "`{}` here is null or an address; only arguments can be callbacks",
                    self.types().name(ty)
                ));
            }
            Value::Number(number) => {
                let address = number.as_u64().ok_or_else(|| self.unexpected("an address", ty, given))?;
                image[..8].copy_from_slice(&address.to_le_bytes());
                return Ok(None);
            }
            Value::Object(object)
                if object.keys().any(|key| key == "size" || key == "value") && self.is_typed(object) =>
            {
                Some(self.typed_buffer(to, object)?)
            }
            Value::String(text) if self.is_byte(to) => Some(self.text(to, text)?),
            Value::Array(elements) => Some(self.elements(to, elements)?),
            _ => Some(self.one(ty, to, given)?),
        };
        let address =
            buffer.as_ref().map_or(0, |buffer| self.kept[buffer.index].as_mut_ptr().expose_provenance());
        image[..8].copy_from_slice(&(address as u64).to_le_bytes());
        Ok(buffer.filter(|_| !constant))
    }

    /// `{"size": 16}` and `{"type": "int", "value": [1, 2]}`.
    fn is_typed(&self, object: &Map<String, Value>) -> bool {
        object.keys().all(|key| matches!(key.as_str(), "type" | "value" | "size"))
    }

    fn typed_buffer(&mut self, to: CType, object: &Map<String, Value>) -> Result<Buffer, String> {
        let of = match object.get("type") {
            None => self.element(to),
            Some(Value::String(text)) => self.named_type(text)?,
            Some(_) => return Err("the type is a text of C, as \"int\"".into()),
        };
        match (object.get("size"), object.get("value")) {
            (Some(size), None) => {
                let len =
                    size.as_u64().filter(|&len| len <= 1 << 32).ok_or("the size is a number of bytes")?;
                Ok(self.keep(room(len as usize, 16), of, Shown::Array))
            }
            (None, Some(Value::Array(elements))) => self.elements(of, elements),
            (None, Some(Value::String(text))) if self.is_byte(of) => self.text(of, text),
            (None, Some(value)) => self.one(of, of, value),
            _ => Err("a buffer has a \"size\" or a \"value\"".into()),
        }
    }

    /// A type by its name in the text.
    fn named_type(&self, text: &str) -> Result<CType, String> {
        let known = self.named.get(text).copied().or_else(|| self.declarations.type_named(text));
        known.ok_or_else(|| format!("`{text}` is not declared; name a type of C or of \"decl\""))
    }

    fn is_byte(&self, ty: CType) -> bool {
        matches!(self.types().unaligned_kind(ty), CKind::Void) || self.size(ty) == Ok(1)
    }

    fn text(&mut self, of: CType, text: &str) -> Result<Buffer, String> {
        if let Some(at) = text.bytes().position(|byte| byte == 0) {
            return Err(format!(
                "the text has a NUL at byte {at}, where C would take it to end; give an array of bytes"
            ));
        }
        let mut memory = room(text.len() + 1, 1);
        memory[..text.len()].copy_from_slice(text.as_bytes());
        Ok(self.keep(memory, of, Shown::Text))
    }

    fn elements(&mut self, of: CType, elements: &[Value]) -> Result<Buffer, String> {
        let of = self.element(of);
        let layout = self.types().layout(of, Target::HOST).map_err(|error| error.to_string())?;
        let size = layout.size as usize;
        let mut memory = room(size * elements.len(), layout.align as usize);
        for (index, element) in elements.iter().enumerate() {
            self.value(of, element, &mut memory[index * size..][..size])
                .map_err(|error| format!("element {index}: {error}"))?;
        }
        Ok(self.keep(memory, of, Shown::Array))
    }

    /// What a buffer consists of: behind `void *` there are bytes.
    fn element(&self, of: CType) -> CType {
        match self.types().unaligned_kind(of) {
            CKind::Void => CType::scalar(CScalar::UnsignedChar),
            _ => of,
        }
    }

    /// So many bytes as a value needs: a struct that ends in an array without a length has as many elements as are given.
    fn size_with(&self, of: CType, given: &Value) -> Result<usize, String> {
        let size = self.size(of)?;
        let last = self.types().as_record(of).and_then(|record| record.members.as_deref()?.last());
        let Some((member, Value::Object(values))) = last.map(|last| (last, given)) else { return Ok(size) };
        let CKind::Array { of: element, len: None } = *self.types().unaligned_kind(member.ty) else {
            return Ok(size);
        };
        let elements = member.name.as_ref().and_then(|name| values.get(name)?.as_array()).map_or(0, Vec::len);
        let layout = self.types().record_layout(of, Target::HOST).map_err(|error| error.to_string())?;
        let start = layout.members.last().map_or(0, |placed| placed.offset() as usize);
        Ok(size.max(start + elements * self.size(element)?))
    }

    /// One value behind a pointer.
    fn one(&mut self, ty: CType, of: CType, given: &Value) -> Result<Buffer, String> {
        let is_record = self.types().as_record(of).is_some();
        if !is_record && !matches!(given, Value::Object(_) | Value::Bool(_) | Value::String(_)) && ty != of {
            return Err(self.unexpected("null, an address or an array", ty, given));
        }
        let layout = self.types().layout(of, Target::HOST).map_err(|error| error.to_string())?;
        let mut memory = room(self.size_with(of, given)?, layout.align as usize);
        self.value(of, given, &mut memory).map_err(|error| {
            if is_record || ty == of {
                error
            } else {
                self.unexpected("null, an address or an array", ty, given)
            }
        })?;
        Ok(self.keep(memory, of, Shown::One))
    }

    fn keep(&mut self, memory: Image, of: CType, shown: Shown) -> Buffer {
        self.kept.push(memory);
        Buffer { index: self.kept.len() - 1, of, shown }
    }

    fn no_member(&self, ty: CType, name: &str, members: &[(&Member, MemberLayout)]) -> String {
        let names = members.iter().filter_map(|(member, _)| member.name.as_deref());
        let near = nearest(name, names.clone());
        let record = self.types().name(ty);
        match near.first() {
            Some(near) => format!("`{record}` has no member `{name}`; did you mean `{near}`?"),
            None => {
                format!("`{record}` has no member `{name}`; it has {}", names.collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn unexpected(&self, expected: &str, ty: CType, found: &Value) -> String {
        let found = match found {
            Value::Null => "null".to_string(),
            Value::Bool(value) => value.to_string(),
            Value::Number(number) => number.to_string(),
            Value::String(text) if text.len() < 30 => format!("{text:?}"),
            Value::String(_) => "a text".into(),
            Value::Array(_) => "an array".into(),
            Value::Object(_) => "an object".into(),
        };
        format!("expected {expected} for `{}`, found {found}", self.types().name(ty))
    }
}

/// Where a member ends in an image: an array without a length has the rest.
pub(super) fn end_of(types: &CTypes, member: &Member, placed: &MemberLayout, len: usize) -> usize {
    match types.unaligned_kind(member.ty) {
        CKind::Array { len: None, .. } => len,
        _ => placed.offset() as usize + placed.layout.size as usize,
    }
}

/// Whether a `char *` is given by a text, which C ends at a NUL.
pub(super) fn takes_text(types: &CTypes, ty: CType) -> bool {
    matches!(types.unaligned_kind(ty), CKind::Pointer { to, .. } if is_char(types, *to))
}

/// An integer of any width.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Integer {
    negative: bool,
    magnitude: u128,
}

impl From<i128> for Integer {
    fn from(value: i128) -> Integer {
        Integer { negative: value < 0, magnitude: value.unsigned_abs() }
    }
}

impl std::fmt::Display for Integer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}{}", if self.negative { "-" } else { "" }, self.magnitude)
    }
}

/// The bits of an integer in so many bits; `None` where it does not fit.
fn checked(value: Integer, bits: u32, unsigned: bool) -> Option<u128> {
    let Integer { negative, magnitude } = value;
    let highest = if unsigned { u128::MAX >> (128 - bits) } else { (1_u128 << (bits - 1)) - 1 };
    let fits = match negative {
        false => magnitude <= highest,
        true => !unsigned && magnitude <= highest + 1,
    };
    fits.then(|| if negative { magnitude.wrapping_neg() } else { magnitude })
}
