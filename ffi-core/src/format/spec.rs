//! Flags, width and precision of a directive, and padding.

use super::runes::count_runes;

/// What stands between the `%` and the verb.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spec {
    pub(super) minus: bool,
    pub(super) plus: bool,
    pub(super) sharp: bool,
    pub(super) space: bool,
    pub(super) zero: bool,
    /// `%+v`, which changes what is printed rather than how.
    pub(super) plus_v: bool,
    /// `%#v`
    pub(super) sharp_v: bool,
    pub(super) width: Option<usize>,
    pub(super) precision: Option<usize>,
}

impl Spec {
    /// Moves `+` and `#` to where `%v` wants them.
    pub(super) fn set_verb_v(&mut self) {
        self.sharp_v = std::mem::take(&mut self.sharp);
        self.plus_v = std::mem::take(&mut self.plus);
    }

    /// A negative width from `*` means the flag `-`.
    pub(super) fn align_left(&mut self) {
        self.minus = true;
        self.zero = false;
    }

    /// The same, to be padded with spaces only.
    pub(super) fn without_zero(self) -> Spec {
        Spec { zero: false, ..self }
    }

    /// Pads to the width what stands in `out` from `start`.
    pub(super) fn pad(&self, out: &mut Vec<u8>, start: usize) {
        if let Some(width) = self.width {
            let missing = width.saturating_sub(count_runes(&out[start..]));
            self.fill(out, start, missing);
        }
    }

    /// Adds `missing` bytes of padding, in front of what stands from `start` or behind it.
    pub(super) fn fill(&self, out: &mut Vec<u8>, start: usize, missing: usize) {
        if missing > 0 {
            let end = out.len();
            out.resize(end + missing, if self.zero { b'0' } else { b' ' });
            if !self.minus {
                out[start..].rotate_right(missing);
            }
        }
    }
}
