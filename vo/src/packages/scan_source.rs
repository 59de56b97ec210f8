//! Package fmt: where the runes come from that are scanned.

use vo_ffi::decode_rune;
use vo_ffi::prelude::*;

use super::text::begins_with_whole_rune;
use crate::host::Host;

/// What `next` returns at the end of the input, and after an error that fmt_scan.vo keeps.
const NO_MORE: i32 = -1;
const FAILED: i32 = -2;

/// Why scanning does not go on.
pub(super) enum Stop {
    Eof,
    UnexpectedEof,
    ReadFailed,
    Bad(String),
    Panic(VoError),
}

/// A function that gives the next rune or byte, or one of two numbers below 0.
pub(super) type Next<'call> = VoFunc<'call, (), i32>;

/// Where the runes come from.
pub(super) enum Source<'a, 'call> {
    /// A string.
    Text { ctx: &'a mut ExternCtx<'call>, text: &'a [u8], at: usize, last: usize },
    /// A function that gives runes, and one that takes the last back.
    Runes { ctx: &'a mut VmCtx<'call>, next: Next<'call>, back: VoFunc<'call, (), ()> },
    /// A function that gives bytes.
    Bytes { ctx: &'a mut VmCtx<'call>, next: Next<'call>, decoder: Decoder },
    /// Standard input.
    Stdin { ctx: &'a mut ExternCtx<'call>, decoder: Decoder },
}

impl<'call> Source<'_, 'call> {
    pub(super) fn ctx(&mut self) -> &mut ExternCtx<'call> {
        match self {
            Source::Text { ctx, .. } | Source::Stdin { ctx, .. } => ctx,
            Source::Runes { ctx, .. } | Source::Bytes { ctx, .. } => ctx,
        }
    }

    pub(super) fn next(&mut self) -> Result<Option<char>, Stop> {
        match self {
            Source::Text { text, at, last, .. } => {
                let (rune, len) = decode_rune(&text[*at..]);
                (*last, *at) = (*at, *at + len);
                Ok((len > 0).then_some(rune))
            }
            Source::Runes { ctx, next, .. } => {
                Ok(call(ctx, next)?.map(|rune| char::from_u32(rune).unwrap_or(char::REPLACEMENT_CHARACTER)))
            }
            Source::Bytes { ctx, next, decoder } => {
                decoder.next(|| Ok(call(ctx, next)?.map(|byte| byte as u8)))
            }
            Source::Stdin { ctx, decoder } => decoder.next(|| {
                let mut byte = [0];
                match ctx.state_mut::<Host>().read(&mut byte) {
                    Ok(0) => Ok(None),
                    Ok(_) => Ok(Some(byte[0])),
                    Err(error) => Err(Stop::Bad(VoError::of_path("read", "/dev/stdin", &error).to_string())),
                }
            }),
        }
    }

    pub(super) fn back(&mut self) -> Result<(), Stop> {
        match self {
            Source::Text { at, last, .. } => *at = *last,
            Source::Runes { ctx, back, .. } => return back.call(ctx, ()).map_err(Stop::Panic),
            Source::Bytes { decoder, .. } | Source::Stdin { decoder, .. } => decoder.again = true,
        }
        Ok(())
    }
}

fn call<'call>(ctx: &mut VmCtx<'call>, next: &Next<'call>) -> Result<Option<u32>, Stop> {
    match next.call(ctx, ()).map_err(Stop::Panic)? {
        NO_MORE => Ok(None),
        FAILED => Err(Stop::ReadFailed),
        value => Ok(Some(value as u32)),
    }
}

/// Makes runes of bytes, of which it takes no more than it needs. As in Go, a rune that was taken back when scanning
/// ends is lost.
#[derive(Default)]
pub(super) struct Decoder {
    pending: Vec<u8>,
    last: Option<char>,
    again: bool,
}

impl Decoder {
    fn next(&mut self, mut byte: impl FnMut() -> Result<Option<u8>, Stop>) -> Result<Option<char>, Stop> {
        if std::mem::take(&mut self.again) {
            return Ok(self.last);
        }
        while !begins_with_whole_rune(&self.pending) {
            match byte()? {
                Some(byte) => self.pending.push(byte),
                None => break,
            }
        }
        let (rune, len) = decode_rune(&self.pending);
        self.pending.drain(..len);
        self.last = (len > 0).then_some(rune);
        Ok(self.last)
    }
}
