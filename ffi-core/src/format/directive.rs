//! Formats: text with directives, `%[2]*.1f`.

use crate::error::VoError;
use crate::scalar::Class;
use crate::types::TypeKind;
use crate::value::VoVariadic;

use super::printer::{Operand, Printer};
use super::runes::decode_rune;
use super::spec::Spec;

/// Widths and precisions are at most this, as in Go.
const MOST: usize = 1_000_000;

/// A format on its way through the operands.
struct Scan<'f, 'o, 'call> {
    format: &'f [u8],
    at: usize,
    operands: &'o VoVariadic<'call>,
    next: usize,
    /// Whether some index `[n]` was given.
    reordered: bool,
    /// Whether the indices of this directive make sense.
    good_index: bool,
    /// Whether an index has just been read.
    after_index: bool,
}

impl<'call> Printer<'_, 'call> {
    /// Appends the operands as the format says. `%w` is a verb where there is a list for what it wraps.
    pub(super) fn printf(
        &mut self,
        format: &[u8],
        operands: &VoVariadic<'call>,
        mut wrapped: Option<&mut Vec<usize>>,
    ) -> Result<(), VoError> {
        let mut scan =
            Scan { format, at: 0, operands, next: 0, reordered: false, good_index: true, after_index: false };
        while scan.at < format.len() {
            let rest = &format[scan.at..];
            let text = rest.iter().position(|&byte| byte == b'%').unwrap_or(rest.len());
            self.out.extend_from_slice(&rest[..text]);
            scan.at += text + 1;
            if text == rest.len() {
                break;
            }
            self.directive(&mut scan, &mut wrapped)?;
        }
        if !scan.reordered && scan.next < operands.len() {
            self.extra(&scan)?;
        }
        Ok(())
    }

    fn directive(
        &mut self,
        scan: &mut Scan<'_, '_, 'call>,
        wrapped: &mut Option<&mut Vec<usize>>,
    ) -> Result<(), VoError> {
        self.spec = Spec::default();
        scan.good_index = true;
        scan.after_index = false;
        scan.flags(&mut self.spec);
        scan.index();
        self.width(scan);
        self.precision(scan);
        if !scan.after_index {
            scan.index();
        }
        let Some(verb) = scan.verb() else {
            self.out.extend_from_slice(b"%!(NOVERB)");
            return Ok(());
        };
        match verb {
            '%' => self.out.push(b'%'),
            _ if !scan.good_index => self.bad_directive(verb, b"(BADINDEX)"),
            _ if scan.next >= scan.operands.len() => self.bad_directive(verb, b"(MISSING)"),
            _ => {
                let index = scan.next;
                scan.next += 1;
                return self.verb(verb, Operand::of(scan.operands, index), index, wrapped);
            }
        }
        Ok(())
    }

    fn verb(
        &mut self,
        verb: char,
        operand: Operand,
        index: usize,
        wrapped: &mut Option<&mut Vec<usize>>,
    ) -> Result<(), VoError> {
        match (verb, wrapped) {
            ('v', _) => self.spec.set_verb_v(),
            ('w', Some(wrapped)) if self.is_error(operand) => {
                wrapped.push(index);
                return self.operand(operand, 'v');
            }
            _ => {}
        }
        self.operand(operand, verb)
    }

    fn is_error(&self, operand: Operand) -> bool {
        self.access.types().method(operand.ty, "Error").is_some()
    }

    fn width(&mut self, scan: &mut Scan<'_, '_, 'call>) {
        if scan.take(b'*') {
            let width = scan.operand_as_int();
            scan.after_index = false;
            if width.is_none() {
                self.out.extend_from_slice(b"%!(BADWIDTH)");
            }
            if width.is_some_and(|width| width < 0) {
                self.spec.align_left();
            }
            self.spec.width = width.map(|width| width.unsigned_abs() as usize);
        } else {
            self.spec.width = scan.number();
            if scan.after_index && self.spec.width.is_some() {
                scan.good_index = false;
            }
        }
    }

    fn precision(&mut self, scan: &mut Scan<'_, '_, 'call>) {
        if scan.at + 1 >= scan.format.len() || !scan.take(b'.') {
            return;
        }
        if scan.after_index {
            scan.good_index = false;
        }
        scan.index();
        if scan.take(b'*') {
            let precision = scan.operand_as_int().and_then(|precision| usize::try_from(precision).ok());
            scan.after_index = false;
            if precision.is_none() {
                self.out.extend_from_slice(b"%!(BADPREC)");
            }
            self.spec.precision = precision;
        } else {
            self.spec.precision = Some(scan.number().unwrap_or(0));
        }
    }

    /// `%!(EXTRA int=1)`
    fn extra(&mut self, scan: &Scan<'_, '_, 'call>) -> Result<(), VoError> {
        self.spec = Spec::default();
        self.out.extend_from_slice(b"%!(EXTRA ");
        for index in scan.next..scan.operands.len() {
            if index > scan.next {
                self.out.extend_from_slice(b", ");
            }
            self.with_type(Operand::of(scan.operands, index))?;
        }
        self.out.push(b')');
        Ok(())
    }
}

impl Scan<'_, '_, '_> {
    fn peek(&self) -> Option<u8> {
        self.format.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let there = self.peek() == Some(byte);
        self.at += usize::from(there);
        there
    }

    fn flags(&mut self, spec: &mut Spec) {
        while let Some(byte) = self.peek() {
            match byte {
                b'#' => spec.sharp = true,
                b'0' => spec.zero = !spec.minus,
                b'+' => spec.plus = true,
                b'-' => spec.align_left(),
                b' ' => spec.space = true,
                _ => return,
            }
            self.at += 1;
        }
    }

    fn verb(&mut self) -> Option<char> {
        let (verb, len) = decode_rune(self.format.get(self.at..)?);
        self.at += len;
        (len > 0).then_some(verb)
    }

    /// Digits; a number that is too large spoils the rest of the format.
    fn number(&mut self) -> Option<usize> {
        let (number, end) = digits(self.format, self.at);
        self.at = end;
        number
    }

    /// `[3]`
    fn index(&mut self) {
        self.after_index = false;
        if self.peek() != Some(b'[') {
            return;
        }
        self.reordered = true;
        let rest = &self.format[self.at..];
        let close = rest.iter().position(|&byte| byte == b']').filter(|_| rest.len() >= 3);
        let Some(close) = close else {
            self.good_index = false;
            self.at += 1;
            return;
        };
        self.at += close + 1;
        let inside = &rest[1..close];
        let number = match digits(inside, 0) {
            (Some(number), end) if end == inside.len() => Some(number),
            _ => None,
        };
        self.after_index = number.is_some();
        match number.and_then(|number| number.checked_sub(1)).filter(|&index| index < self.operands.len()) {
            Some(index) => self.next = index,
            None => self.good_index = false,
        }
    }

    /// The operand of a `*`.
    fn operand_as_int(&mut self) -> Option<i64> {
        let operands = self.operands;
        if self.next >= operands.len() {
            return None;
        }
        let operand = Operand::of(operands, self.next);
        self.next += 1;
        let types = operands.access().types();
        let TypeKind::Scalar(scalar) = types.kind(operand.ty) else { return None };
        let value = match scalar.class() {
            Class::Signed => operand.slots[0].as_i64(),
            Class::Unsigned => i64::try_from(operand.slots[0].bits()).ok()?,
            _ => return None,
        };
        (value.unsigned_abs() <= MOST as u64).then_some(value)
    }
}

/// A decimal number at `start`, and where it ends.
fn digits(text: &[u8], start: usize) -> (Option<usize>, usize) {
    let mut number = None;
    for (at, byte) in text.iter().enumerate().skip(start) {
        if !byte.is_ascii_digit() {
            return (number, at);
        }
        let before = number.unwrap_or(0);
        if before > MOST {
            return (None, text.len());
        }
        number = Some(before * 10 + usize::from(byte - b'0'));
    }
    (number, text.len())
}
