//! Microsoft's rule for bit-fields, `-mms-bitfields` of gcc: neighbours whose types have the same size share units of
//! that size. gcc's manual has the rule under `TARGET_MS_BITFIELD_LAYOUT_P`; what it says of zero widths and packing is
//! less than what gcc does.

use crate::c::layout::place::Field;

/// The bit-fields of one size that the next one may join.
pub(super) struct Run {
    /// The last bit-field, if another may join it.
    before: Option<Before>,
    /// How many bits of its unit are left.
    left: u64,
    block: u64,
}

#[derive(Clone, Copy)]
struct Before {
    /// The size of its type.
    size: u64,
    empty: bool,
}

impl Run {
    pub(super) fn new(block: u64) -> Run {
        Run { before: None, left: 0, block }
    }

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

    /// Where a member of a struct begins, whose members so far end at `end`.
    pub(super) fn place(&mut self, field: &Field, desired: u64, end: u64) -> u64 {
        let mut start = end;
        let mut before = self.before;
        let mut aligns = true;
        match self.before {
            Some(last) if self.joins(field, last) => aligns = self.join(field, &mut start),
            Some(last) => {
                if last.empty {
                    before = None;
                } else {
                    start += self.left;
                }
                if !matches!(field.bits, Some(1..)) {
                    self.before = None;
                }
            }
            None => {}
        }
        // Only what was behind the members before counts.
        if aligns && !end.is_multiple_of(desired) {
            start = start.next_multiple_of(desired);
        }
        if begins_run(field, before) {
            self.left = field.size - field.width();
            let align = if field.packed { 8 } else { field.type_align };
            start = self.round_in_block(start, field.capped(align));
            self.before = None;
        }
        if let (None, Some(bits)) = (self.before, field.bits) {
            self.before = Some(Before { size: field.size, empty: bits == 0 });
        }
        start
    }

    fn joins(&self, field: &Field, last: Before) -> bool {
        matches!(field.bits, Some(1..)) && !last.empty && field.size == last.size
    }

    /// Takes bits of the unit, or of a new one; whether it is a new one.
    fn join(&mut self, field: &Field, start: &mut u64) -> bool {
        if self.left >= field.width() {
            self.left -= field.width();
            return false;
        }
        *start += self.left;
        self.before = Some(Before { size: field.size, empty: false });
        self.left = field.size - field.width();
        true
    }

    /// What is left of the unit behind the last member, which is the record's too.
    pub(super) fn left_behind(&self, field: &Field) -> u64 {
        match field.bits {
            Some(1..) => self.left,
            _ => 0,
        }
    }

    pub(super) fn round_in_block(&self, start: u64, align: u64) -> u64 {
        let block = start - start % self.block;
        block + (start - block).next_multiple_of(align)
    }
}

fn begins_run(field: &Field, before: Option<Before>) -> bool {
    match (field.bits, before) {
        (None, _) => true,
        (Some(_), Some(before)) => before.size != field.size,
        (Some(bits), None) => bits != 0,
    }
}
