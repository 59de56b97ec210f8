//! Package fmt: values out of text. The rules are those of Go's scan.go.

use vo_ffi::prelude::*;
use vo_ffi::{Class, Runes, TypeId, TypeKind, decode_rune};

use super::math::ldexp;
use super::scan_source::{Decoder, Next, Source, Stop};
use super::strconv::{self, parse_float_text, parse_int_text, parse_uint_text, unquoted};

/// How scanning ended, as fmt_scan.vo knows it.
const FINE: i64 = 0;
const AT_EOF: i64 = 1;
const UNEXPECTED_EOF: i64 = 2;
const READ_FAILED: i64 = 3;
const BAD_INPUT: i64 = 4;

/// What newlines are, as fmt_scan.vo tells it.
const LINES_END: i64 = 1;
const FORMATTED: i64 = 2;

/// No limit of a width.
const ANY_WIDTH: usize = 1 << 30;

/// What the script gets: how many operands have their values, how it ended, and the reason.
type Ended = (i64, i64, String);

#[vo_extern("fmt.scanText")]
fn scan_text(
    ctx: &mut ExternCtx,
    text: VoString,
    mode: i64,
    format: VoString,
    a: VoVariadic,
) -> Result<Ended, VoError> {
    let source = Source::Text { ctx, text: text.as_bytes(), at: 0, last: 0 };
    scan(source, mode, format.as_bytes(), &a.interfaces())
}

#[vo_extern("fmt.scanStdin")]
fn scan_stdin(ctx: &mut ExternCtx, mode: i64, format: VoString, a: VoVariadic) -> Result<Ended, VoError> {
    scan(Source::Stdin { ctx, decoder: Decoder::default() }, mode, format.as_bytes(), &a.interfaces())
}

#[vo_extern("fmt.scanRunes", reentrant)]
fn scan_runes(
    ctx: &mut VmCtx,
    next: Next<'_>,
    back: VoFunc<(), ()>,
    mode: i64,
    format: VoString,
    a: VoVariadic,
) -> Result<Ended, VoError> {
    scan(Source::Runes { ctx, next, back }, mode, format.as_bytes(), &a.interfaces())
}

#[vo_extern("fmt.scanBytes", reentrant)]
fn scan_bytes(
    ctx: &mut VmCtx,
    next: Next<'_>,
    mode: i64,
    format: VoString,
    a: VoVariadic,
) -> Result<Ended, VoError> {
    let source = Source::Bytes { ctx, next, decoder: Decoder::default() };
    scan(source, mode, format.as_bytes(), &a.interfaces())
}

fn scan<'call>(
    source: Source<'_, 'call>,
    mode: i64,
    format: &[u8],
    operands: &[VoInterface<'call>],
) -> Result<Ended, VoError> {
    let mut scanner = Scanner {
        source,
        newline_is_space: mode != LINES_END && mode != FORMATTED,
        newline_is_end: mode == LINES_END,
        at_end: false,
        count: 0,
        limit: ANY_WIDTH,
        token: Vec::new(),
        done: 0,
    };
    let result = match mode {
        FORMATTED => scanner.scanf(format, operands),
        _ => scanner.scan(operands),
    };
    let (status, message) = match result {
        Ok(()) => (FINE, String::new()),
        Err(Stop::Eof) => (AT_EOF, String::new()),
        Err(Stop::UnexpectedEof) => (UNEXPECTED_EOF, String::new()),
        Err(Stop::ReadFailed) => (READ_FAILED, String::new()),
        Err(Stop::Bad(message)) => (BAD_INPUT, message),
        Err(Stop::Panic(error)) => return Err(error),
    };
    Ok((scanner.done, status, message))
}

fn bad<T>(message: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Bad(message.into()))
}

struct Scanner<'a, 'call> {
    source: Source<'a, 'call>,
    newline_is_space: bool,
    newline_is_end: bool,
    at_end: bool,
    /// How many runes have been read, and how many may be.
    count: usize,
    limit: usize,
    token: Vec<u8>,
    /// How many operands have their values.
    done: i64,
}

impl<'call> Scanner<'_, 'call> {
    fn scan(&mut self, operands: &[VoInterface<'call>]) -> Result<(), Stop> {
        for &operand in operands {
            self.operand('v', operand)?;
            self.done += 1;
        }
        while self.newline_is_end {
            match self.next()? {
                None | Some('\n') => break,
                Some(rune) if rune.is_whitespace() => {}
                Some(_) => return bad("expected newline"),
            }
        }
        Ok(())
    }

    fn scanf(&mut self, format: &[u8], operands: &[VoInterface<'call>]) -> Result<(), Stop> {
        let mut at = 0;
        while at < format.len() {
            match self.literal(&format[at..])? {
                Some(0) | None if format[at] != b'%' => return bad("input does not match format"),
                Some(0) | None => {}
                Some(passed) => {
                    at += passed;
                    continue;
                }
            }
            at += 1;
            let digits = format[at..].iter().take_while(|byte| byte.is_ascii_digit()).count();
            let width = std::str::from_utf8(&format[at..at + digits]).ok().and_then(|text| text.parse().ok());
            at += digits;
            let (verb, len) = decode_rune(&format[at..]);
            let verb_text = String::from_utf8_lossy(&format[at..]);
            at += len;
            if verb != 'c' {
                self.skip_space()?;
            }
            if verb == '%' {
                self.not_at_end()?;
                if !self.accept("%")? {
                    return bad("missing literal %");
                }
                continue;
            }
            let Some(&operand) = operands.get(self.done as usize) else {
                return bad(format!("too few operands for format '%{verb_text}'"));
            };
            self.limit = width.map_or(ANY_WIDTH, |width: usize| self.count.saturating_add(width));
            self.operand(verb, operand)?;
            self.done += 1;
            self.limit = ANY_WIDTH;
        }
        if (self.done as usize) < operands.len() { bad("too many operands") } else { Ok(()) }
    }

    /// Passes what is not a directive, in format and input; tells how much of the format, and nothing where the
    /// input differs.
    fn literal(&mut self, format: &[u8]) -> Result<Option<usize>, Stop> {
        let mut at = 0;
        while at < format.len() {
            let (rune, mut len) = decode_rune(&format[at..]);
            if rune.is_whitespace() {
                at += self.space_of_format(&format[at..])?;
                continue;
            }
            if rune == '%' {
                match format.get(at + 1) {
                    None => return bad("missing verb: % at end of format string"),
                    Some(b'%') => len = 2,
                    Some(_) => return Ok(Some(at)),
                }
            }
            if self.must_next()? != rune {
                self.back()?;
                return Ok(None);
            }
            at += len;
        }
        Ok(Some(at))
    }

    /// Passes a run of white space: newlines stand for newlines, other space for any.
    fn space_of_format(&mut self, format: &[u8]) -> Result<usize, Stop> {
        let run = Runes::new(format).take_while(|&(_, rune, _)| rune.is_whitespace());
        let (mut newlines, mut trailing, mut len) = (0, false, 0);
        for (_, rune, size) in run {
            newlines += usize::from(rune == '\n');
            trailing = rune != '\n';
            len += size;
        }
        for _ in 0..newlines {
            let mut rune = self.next()?;
            while rune.is_some_and(|rune| rune.is_whitespace() && rune != '\n') {
                rune = self.next()?;
            }
            if rune.is_some_and(|rune| rune != '\n') {
                return bad("newline in format does not match input");
            }
        }
        if trailing {
            let mut rune = self.next()?;
            match rune {
                Some(rune) if newlines == 0 && !rune.is_whitespace() => {
                    return bad("expected space in input to match format");
                }
                Some('\n') if newlines == 0 => return bad("newline in input does not match format"),
                _ => {}
            }
            while rune.is_some_and(|rune| rune.is_whitespace() && rune != '\n') {
                rune = self.next()?;
            }
            if rune.is_some() {
                self.back()?;
            }
        }
        Ok(len)
    }

    fn operand(&mut self, verb: char, operand: VoInterface<'call>) -> Result<(), Stop> {
        self.token.clear();
        let VoValue::Object(mut target) = operand.value() else {
            return bad(format!("type not a pointer: {}", operand.type_name()));
        };
        let ty = target.target();
        let value = match self.source.ctx().types().kind(ty) {
            TypeKind::Scalar(scalar) => {
                let bits = 8 * scalar.size() as u32;
                match scalar.class() {
                    Class::Bool => VoValue::Bool(self.boolean(verb)?),
                    Class::Signed => VoValue::Int(self.int(verb, bits)?),
                    Class::Unsigned => VoValue::Uint(self.uint(verb, bits)?),
                    Class::Float => VoValue::Float(self.float(verb, bits)?),
                }
            }
            TypeKind::String => {
                let text = self.string(verb)?;
                VoValue::String(self.source.ctx().new_string(&text))
            }
            TypeKind::Slice(TypeId::BYTE) => {
                let text = self.string(verb)?;
                self.source.ctx().new_byte_slice(&text).into_value()
            }
            _ => return bad(format!("can't scan type: {}", operand.type_name())),
        };
        target.set_value(value);
        Ok(())
    }

    fn next(&mut self) -> Result<Option<char>, Stop> {
        if self.at_end || self.count >= self.limit {
            return Ok(None);
        }
        let rune = self.source.next()?;
        self.count += usize::from(rune.is_some());
        self.at_end = rune.is_none() || self.newline_is_end && rune == Some('\n');
        Ok(rune)
    }

    fn back(&mut self) -> Result<(), Stop> {
        self.source.back()?;
        self.at_end = false;
        self.count -= 1;
        Ok(())
    }

    fn must_next(&mut self) -> Result<char, Stop> {
        self.next()?.ok_or(Stop::UnexpectedEof)
    }

    fn not_at_end(&mut self) -> Result<(), Stop> {
        self.next()?.ok_or(Stop::Eof)?;
        self.back()
    }

    fn peek(&mut self, runes: &str) -> Result<bool, Stop> {
        let Some(rune) = self.next()? else { return Ok(false) };
        self.back()?;
        Ok(runes.contains(rune))
    }

    /// Takes the next rune into the token, if it is one of these.
    fn accept(&mut self, runes: &str) -> Result<bool, Stop> {
        let Some(rune) = self.next()? else { return Ok(false) };
        if !runes.contains(rune) {
            self.back()?;
            return Ok(false);
        }
        self.push(rune);
        Ok(true)
    }

    fn accept_all(&mut self, runes: &str) -> Result<(), Stop> {
        while self.accept(runes)? {}
        Ok(())
    }

    fn push(&mut self, rune: char) {
        self.token.extend_from_slice(rune.encode_utf8(&mut [0; 4]).as_bytes());
    }

    fn skip_space(&mut self) -> Result<(), Stop> {
        while let Some(rune) = self.next()? {
            match rune {
                '\r' if self.peek("\n")? => {}
                '\n' if self.newline_is_space => {}
                '\n' => return bad("unexpected newline"),
                _ if rune.is_whitespace() => {}
                _ => return self.back(),
            }
        }
        Ok(())
    }

    /// Skips space, and looks at the verb.
    fn begin(&mut self, verb: char, verbs: &str, kind: &str) -> Result<(), Stop> {
        self.skip_space()?;
        self.not_at_end()?;
        check_verb(verb, verbs, kind)
    }

    fn boolean(&mut self, verb: char) -> Result<bool, Stop> {
        self.begin(verb, "tv", "boolean")?;
        let wrong = || bad("syntax error scanning boolean");
        match self.next()? {
            Some('1') => Ok(true),
            Some('t' | 'T') => match self.accept("rR")? && !(self.accept("uU")? && self.accept("eE")?) {
                true => wrong(),
                false => Ok(true),
            },
            Some('f' | 'F') => {
                let rest =
                    self.accept("aA")? && !(self.accept("lL")? && self.accept("sS")? && self.accept("eE")?);
                if rest { wrong() } else { Ok(false) }
            }
            _ => Ok(false),
        }
    }

    fn int(&mut self, verb: char, bits: u32) -> Result<i64, Stop> {
        if verb == 'c' {
            return self.rune(bits);
        }
        let base = self.integer_token(verb, true)?;
        let value = self.number("ParseInt", parse_int_text(&self.token, base, 64))?;
        let shift = 64 - bits;
        match value << shift >> shift == value {
            true => Ok(value),
            false => bad(format!("integer overflow on token {}", self.token_text())),
        }
    }

    fn uint(&mut self, verb: char, bits: u32) -> Result<u64, Stop> {
        if verb == 'c' {
            return Ok(self.rune(bits)? as u64);
        }
        let base = self.integer_token(verb, false)?;
        let value = self.number("ParseUint", parse_uint_text(&self.token, base, 64))?;
        let shift = 64 - bits;
        match value << shift >> shift == value {
            true => Ok(value),
            false => bad(format!("unsigned integer overflow on token {}", self.token_text())),
        }
    }

    fn rune(&mut self, bits: u32) -> Result<i64, Stop> {
        self.not_at_end()?;
        let rune = self.must_next()?;
        let (value, shift) = (i64::from(u32::from(rune)), 64 - bits);
        match value << shift >> shift == value {
            true => Ok(value),
            false => bad(format!("overflow on character value {rune}")),
        }
    }

    /// Takes an integer into the token; gives its base, 0 where a prefix tells it.
    fn integer_token(&mut self, verb: char, signed: bool) -> Result<i64, Stop> {
        const HEX: &str = "0123456789aAbBcCdDeEfF_";
        self.begin(verb, "bdoUxXv", "integer")?;
        let (mut base, mut digits) = match verb {
            'b' => (2, "01"),
            'o' => (8, "01234567"),
            'x' | 'X' | 'U' => (16, &HEX[..HEX.len() - 1]),
            _ => (10, "0123456789"),
        };
        let mut has_digits = false;
        if verb == 'U' {
            if !self.accept("U")? || !self.accept("+")? {
                return bad("bad unicode format ");
            }
            self.token.clear();
        } else if signed {
            self.accept("+-")?;
        }
        if verb == 'v' {
            has_digits = self.accept("0")?;
            base = 0;
            digits = match has_digits {
                false => "0123456789_",
                true if self.accept("bB")? => "01_",
                true if self.accept("oO")? => "01234567_",
                true if self.accept("xX")? => HEX,
                true => "01234567_",
            };
        }
        if !has_digits {
            self.not_at_end()?;
            if !self.accept(digits)? {
                return bad("expected integer");
            }
        }
        self.accept_all(digits)?;
        Ok(base)
    }

    fn float(&mut self, verb: char, bits: u32) -> Result<f64, Stop> {
        check_verb(verb, "beEfFgGv", &format!("float{bits}"))?;
        self.skip_space()?;
        self.not_at_end()?;
        self.float_token()?;
        let hex = self.token.iter().any(|byte| matches!(byte, b'x' | b'X'));
        let power = self.token.iter().position(|&byte| byte == b'p').filter(|_| !hex);
        let Some(power) = power else {
            return self.number("ParseFloat", parse_float_text(&self.token, bits.into()));
        };
        let fraction = self.number("ParseFloat", parse_float_text(&self.token[..power], bits.into()))?;
        let exponent = self.number("Atoi", parse_int_text(&self.token[power + 1..], 10, 64))?;
        Ok(ldexp(fraction, exponent))
    }

    fn float_token(&mut self) -> Result<(), Stop> {
        if self.accept("nN")? && self.accept("aA")? && self.accept("nN")? {
            return Ok(());
        }
        self.accept("+-")?;
        if self.accept("iI")? && self.accept("nN")? && self.accept("fF")? {
            return Ok(());
        }
        let hex = self.accept("0")? && self.accept("xX")?;
        let (digits, exponent) =
            if hex { ("0123456789aAbBcCdDeEfF_", "pP") } else { ("0123456789_", "eEpP") };
        self.accept_all(digits)?;
        if self.accept(".")? {
            self.accept_all(digits)?;
        }
        if self.accept(exponent)? {
            self.accept("+-")?;
            self.accept_all("0123456789_")?;
        }
        Ok(())
    }

    fn string(&mut self, verb: char) -> Result<Vec<u8>, Stop> {
        check_verb(verb, "svqxX", "string")?;
        self.skip_space()?;
        self.not_at_end()?;
        match verb {
            'q' => self.quoted(),
            'x' | 'X' => self.hex(),
            _ => {
                while let Some(rune) = self.next()? {
                    if rune.is_whitespace() {
                        self.back()?;
                        break;
                    }
                    self.push(rune);
                }
                Ok(std::mem::take(&mut self.token))
            }
        }
    }

    fn quoted(&mut self) -> Result<Vec<u8>, Stop> {
        let quote = self.must_next()?;
        match quote {
            '`' => loop {
                match self.must_next()? {
                    '`' => return Ok(std::mem::take(&mut self.token)),
                    rune => self.push(rune),
                }
            },
            '"' => self.push('"'),
            _ => return bad("expected quoted string"),
        }
        loop {
            let rune = self.must_next()?;
            self.push(rune);
            match rune {
                '\\' => {
                    let escaped = self.must_next()?;
                    self.push(escaped);
                }
                '"' => return unquoted(&self.token).ok_or_else(|| Stop::Bad("invalid syntax".into())),
                _ => {}
            }
        }
    }

    fn hex(&mut self) -> Result<Vec<u8>, Stop> {
        let mut bytes = Vec::new();
        while let Some(rune) = self.next()? {
            let Some(high) = rune.to_digit(16) else {
                self.back()?;
                break;
            };
            match self.must_next()?.to_digit(16) {
                Some(low) => bytes.push((high << 4 | low) as u8),
                None => return bad("illegal hex digit"),
            }
        }
        if bytes.is_empty() { bad("no hex data for %x string") } else { Ok(bytes) }
    }

    fn token_text(&self) -> String {
        String::from_utf8_lossy(&self.token).into_owned()
    }

    fn number<T>(&self, function: &str, (value, status): (T, i64)) -> Result<T, Stop> {
        let why = match status {
            strconv::FINE => return Ok(value),
            strconv::BAD_RANGE => "value out of range",
            _ => "invalid syntax",
        };
        bad(format!("strconv.{function}: parsing {:?}: {why}", self.token_text()))
    }
}

fn check_verb(verb: char, verbs: &str, kind: &str) -> Result<(), Stop> {
    if verbs.contains(verb) { Ok(()) } else { bad(format!("bad verb '%{verb}' for {kind}")) }
}
