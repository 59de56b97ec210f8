//! Microsoft's rule for bit-fields, `-mms-bitfields` of gcc: neighbours whose types have the same size share units of
//! that size. gcc's manual has the rule under `TARGET_MS_BITFIELD_LAYOUT_P`; what it says of zero widths and packing is
//! less than what gcc does.

use crate::c::layout::place::Field;
use crate::c::layout::position::Position;

/// The bit-fields of one size that the next one may join.
#[derive(Default)]
pub(super) struct Run {
    /// The last bit-field, if another may join it.
    before: Option<Before>,
    /// How many bits of its unit are left.
    left: u64,
}

#[derive(Clone, Copy)]
struct Before {
    /// The size of its type.
    size: u64,
    empty: bool,
}

impl Run {
    /// What a member contributes to the alignment of the whole.
    pub(super) fn counted_align(&self, field: &Field, desired: u64) -> u64 {
        let counts = match field.bits {
            None => true,
            // It ends a run, or is nothing.
            Some(0) => self.before.is_some_and(|before| !before.empty),
            Some(_) => !field.packed,
        };
        match field.bits {
            _ if !counts => 1,
            None if field.packed => field.capped(desired),
            _ => field.capped(field.type_align.max(desired)),
        }
    }

    /// Goes on to where a member of a struct begins, and gives that.
    pub(super) fn place(&mut self, field: &Field, desired: u64, next: &mut Position) -> u64 {
        // Only the position behind the member before decides, not what is left of its unit.
        let mut aligns = !next.is_aligned(desired);
        let before = self.before;
        match before {
            Some(last) if self.joins(field, last) => aligns &= self.join(field, next),
            Some(_) => self.end(field, next),
            None => {}
        }
        if aligns {
            next.align(desired);
        }
        if before.is_some() {
            next.normalize();
        }
        if begins_run(field, before.filter(|before| !before.empty)) {
            self.left = field.size.saturating_sub(field.width());
            next.round(field.capped(if field.packed { 8 } else { field.type_align }));
            self.before = None;
        }
        if let (None, Some(bits)) = (self.before, field.bits) {
            self.before = Some(Before { size: field.size, empty: bits == 0 });
        }
        next.total()
    }

    /// Leaves a run, and with it the rest of its unit.
    fn end(&mut self, field: &Field, next: &mut Position) {
        if self.before.is_some_and(|before| !before.empty) {
            next.skip(self.left);
        }
        if !matches!(field.bits, Some(1..)) {
            self.before = None;
        }
    }

    fn joins(&self, field: &Field, last: Before) -> bool {
        matches!(field.bits, Some(1..)) && !last.empty && field.size == last.size
    }

    /// Takes bits of the unit, or of a new one; whether it is a new one.
    fn join(&mut self, field: &Field, next: &mut Position) -> bool {
        if self.left >= field.width() {
            self.left -= field.width();
            return false;
        }
        next.skip(self.left);
        self.before = Some(Before { size: field.size, empty: false });
        self.left = field.size.saturating_sub(field.width());
        true
    }

    /// What is left of the unit behind the last member, which is the record's too.
    pub(super) fn left_behind(&self, field: &Field) -> u64 {
        match field.bits {
            Some(1..) => self.left,
            _ => 0,
        }
    }
}

fn begins_run(field: &Field, before: Option<Before>) -> bool {
    match (field.bits, before) {
        (None, _) => true,
        (Some(_), Some(before)) => before.size != field.size,
        (Some(bits), None) => bits != 0,
    }
}
