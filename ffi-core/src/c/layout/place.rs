//! Places the members of one record, one after the other. All positions, sizes and alignments here are in bits.

use crate::c::layout::microsoft::Run;
use crate::c::layout::position::Position;
use crate::c::{BitFields, CLayout, Member, MemberLayout, Record, Target};

const BYTE: u64 = 8;

/// A record that is being laid out.
pub(super) struct Placer<'r> {
    record: &'r Record,
    target: &'r Target,
    /// The end of the last member; in a union, the start of all.
    next: Position,
    /// The largest end of a member.
    end: u64,
    /// The alignment of the whole so far.
    align: u64,
    run: Run,
}

/// A member before it is placed.
pub(super) struct Field {
    /// The size of its type.
    pub(super) size: u64,
    /// The alignment of its type.
    pub(super) type_align: u64,
    /// The width of a bit-field.
    pub(super) bits: Option<u64>,
    pub(super) packed: bool,
    pub(super) named: bool,
    /// What `aligned` says, else 1.
    own_align: u64,
    /// What `#pragma pack` says.
    pack: Option<u64>,
}

impl Field {
    fn new(member: &Member, layout: CLayout, record: &Record) -> Field {
        let bits = |bytes: u32| BYTE * u64::from(bytes.max(1));
        Field {
            size: BYTE * layout.size,
            type_align: BYTE * layout.align.max(1),
            bits: member.bits.map(u64::from),
            packed: member.packed || record.packed,
            named: member.name.is_some(),
            own_align: member.align.map_or(1, bits),
            pack: record.pack.map(bits),
        }
    }

    /// How many bits it takes.
    pub(super) fn width(&self) -> u64 {
        self.bits.unwrap_or(self.size)
    }

    /// No more than `#pragma pack` allows.
    pub(super) fn capped(&self, align: u64) -> u64 {
        self.pack.map_or(align, |pack| align.min(pack))
    }

    /// Whether a bit-field at `start` would touch more units of its type's alignment than a whole one of its type.
    fn spans(&self, start: u64) -> bool {
        let units = (start % self.type_align + self.width()).div_ceil(self.type_align);
        units > self.size / self.type_align
    }
}

impl<'r> Placer<'r> {
    pub(super) fn new(record: &'r Record, target: &'r Target) -> Placer<'r> {
        let align = BYTE * record.align.map_or(1, u64::from).max(1);
        let next = Position::new(align.max(BYTE * u64::from(target.max_align)));
        Placer { record, target, next, end: 0, align, run: Run::default() }
    }

    /// How many bytes there are so far.
    pub(super) fn bytes(&self) -> u64 {
        self.end.div_ceil(BYTE)
    }

    pub(super) fn place(&mut self, member: &Member, layout: CLayout, last: bool) -> MemberLayout {
        let field = Field::new(member, layout, self.record);
        let microsoft = self.target.bit_fields == BitFields::Microsoft;
        let desired = self.desired_align(&field);
        let counted = match microsoft {
            true => self.run.counted_align(&field, desired),
            false => self.counted_align(&field, desired),
        };
        self.align = self.align.max(counted);
        let bit_offset = match (self.record.union, microsoft) {
            (true, _) => 0,
            (false, true) => self.run.place(&field, desired, &mut self.next),
            (false, false) => self.place_sysv(&field, desired),
        };
        self.end = self.end.max(bit_offset + field.width());
        if !self.record.union {
            self.next.skip(field.width());
            self.next.normalize();
            if last && microsoft {
                self.end += self.run.left_behind(&field);
            }
        }
        MemberLayout { bit_offset, bits: member.bits, layout }
    }

    /// Where a member must begin: at a multiple of this.
    fn desired_align(&self, field: &Field) -> u64 {
        let align = match field.bits {
            // It ends a unit, whatever packing is in force.
            Some(0) if self.target.bit_fields != BitFields::Microsoft => {
                return field.type_align.max(field.own_align);
            }
            Some(bits) if self.is_integer(field) => bits.max(field.own_align),
            Some(_) => field.own_align,
            None if field.packed => field.own_align.max(BYTE),
            None => field.type_align.max(field.own_align),
        };
        field.capped(align)
    }

    /// Whether gcc takes a bit-field for an ordinary integer: one of an integer's width, where such an integer may be.
    fn is_integer(&self, field: &Field) -> bool {
        let largest = if self.target.int128 { 128 } else { 64 };
        field.bits.is_some_and(|bits| {
            let width = bits.is_power_of_two() && (BYTE..=largest).contains(&bits);
            width && self.next.is_aligned(bits) && !(field.packed && bits > BYTE)
        })
    }

    /// What a member contributes to the alignment of the whole.
    fn counted_align(&self, field: &Field, desired: u64) -> u64 {
        let type_align = match field.bits {
            None => return desired,
            Some(_) if !field.named && self.target.bit_fields == BitFields::SysV => return 1,
            Some(0) => field.type_align,
            Some(_) if field.pack.is_some() => field.capped(field.type_align),
            Some(_) if field.packed => BYTE,
            Some(_) => field.type_align,
        };
        type_align.max(desired)
    }

    fn place_sysv(&mut self, field: &Field, desired: u64) -> u64 {
        let is_integer = self.is_integer(field);
        self.next.align(desired);
        let stays_in_units = matches!(field.bits, Some(1..)) && !field.packed && field.pack.is_none();
        if stays_in_units && !is_integer && field.spans(self.next.total()) {
            self.next.round(field.type_align);
        }
        self.next.total()
    }

    pub(super) fn finish(self) -> CLayout {
        let align = self.align / BYTE;
        CLayout { size: self.bytes().next_multiple_of(align), align }
    }
}
