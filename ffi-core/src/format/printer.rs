//! Values of every type: what `%v` and the other verbs make of them.

use crate::c_text::c_text;
use crate::ctx::{Access, VmCtx};
use crate::error::{Trap, VoError};
use crate::scalar::{Class, Scalar};
use crate::slot::Slot;
use crate::types::{CMeaning, Field, TypeId, TypeKind};
use crate::value::{VoInterface, VoString, VoVariadic};

use super::float::append_directive;
use super::integer::{Radix, append_char, append_integer, append_quoted_char, append_unicode};
use super::key_order;
use super::spec::Spec;
use super::text::{append_hex_text, append_quoted_text, append_text};
use super::type_name::append_type_name;

/// Nothing to say, or the panic of a method.
pub(super) type Done = Result<(), VoError>;

/// Values inside of values, at most: a slice that contains itself has no end.
const MAX_DEPTH: u32 = 1000;

/// A value and its type, as [`Access::load_slots`] gives them.
#[derive(Clone, Copy)]
pub(super) struct Operand {
    pub(super) ty: TypeId,
    pub(super) slots: [Slot; 2],
}

impl Operand {
    /// An argument, with its dynamic type.
    pub(super) fn of(operands: &VoVariadic<'_>, index: usize) -> Operand {
        Operand::dynamic(operands.slots(index))
    }

    fn dynamic([word, data]: [Slot; 2]) -> Operand {
        Operand { ty: TypeId::from_number(word.bits() as u32), slots: [data, Slot::ZERO] }
    }

    fn slot(self) -> Slot {
        self.slots[0]
    }
}

impl From<VoInterface<'_>> for Operand {
    fn from(value: VoInterface<'_>) -> Operand {
        Operand::dynamic(value.slots())
    }
}

/// Where a value stands in its operand.
#[derive(Clone, Copy)]
struct Place {
    /// 0 for the operand itself.
    depth: u32,
    /// Whether no field with a lower-case name is on the way: Go calls methods of what is exported only.
    exported: bool,
}

impl Place {
    const OPERAND: Place = Place { depth: 0, exported: true };

    fn inside(self) -> Place {
        Place { depth: self.depth + 1, ..self }
    }
}

/// Appends one operand after the other.
pub(super) struct Printer<'a, 'call> {
    pub(super) access: Access<'call>,
    pub(super) out: &'a mut Vec<u8>,
    pub(super) spec: Spec,
    calls_methods: bool,
    /// While the value of a wrong operand is printed, which is done without its methods.
    reporting: bool,
}

impl<'a, 'call> Printer<'a, 'call> {
    /// With `calls_methods`, the running native is reentrant.
    pub(super) fn new(access: Access<'call>, out: &'a mut Vec<u8>, calls_methods: bool) -> Self {
        Printer { access, out, spec: Spec::default(), calls_methods, reporting: false }
    }

    pub(super) fn is_string(&self, operand: Operand) -> bool {
        matches!(self.access.types().kind(operand.ty), TypeKind::String)
    }

    /// Appends an operand; the spec is that of its directive.
    pub(super) fn operand(&mut self, operand: Operand, verb: char) -> Done {
        if operand.ty == TypeId::NIL {
            match verb {
                'v' | 'T' => append_text(self.out, &Spec { precision: None, ..self.spec }, b"<nil>"),
                _ => return self.wrong_verb(operand, verb),
            }
            return Ok(());
        }
        match verb {
            'T' => {
                let mut name = Vec::new();
                append_type_name(&mut name, self.access.types(), operand.ty);
                append_text(self.out, &self.spec, &name);
                Ok(())
            }
            'p' => self.pointer(operand, 'p'),
            _ if self.methods(operand, verb)? => Ok(()),
            _ => self.value(operand, verb, Place::OPERAND),
        }
    }

    /// `int=1`
    pub(super) fn with_type(&mut self, operand: Operand) -> Done {
        if operand.ty == TypeId::NIL {
            self.out.extend_from_slice(b"<nil>");
            return Ok(());
        }
        append_type_name(self.out, self.access.types(), operand.ty);
        self.out.push(b'=');
        match self.reporting {
            true => self.value(operand, 'v', Place::OPERAND),
            false => self.operand(operand, 'v'),
        }
    }

    /// `%!d(string=hi)`
    pub(super) fn wrong_verb(&mut self, operand: Operand, verb: char) -> Done {
        self.bad_directive(verb, b"(");
        self.reporting = true;
        self.with_type(operand)?;
        self.reporting = false;
        self.out.push(b')');
        Ok(())
    }

    /// `%!d` and a reason.
    pub(super) fn bad_directive(&mut self, verb: char, reason: &[u8]) {
        self.out.extend_from_slice(b"%!");
        super::runes::push_rune(self.out, verb);
        self.out.extend_from_slice(reason);
    }

    fn value(&mut self, value: Operand, verb: char, place: Place) -> Done {
        let types = self.access.types();
        match types.kind(value.ty) {
            TypeKind::Scalar(scalar) => self.scalar(value, *scalar, verb),
            TypeKind::String => self.string(value.slot(), value, verb),
            TypeKind::Interface(_) => self.interface(value, verb, place),
            TypeKind::Pointer(target) => self.pointer_value(value, *target, verb, place),
            TypeKind::Slice(elem) => {
                // SAFETY: the value is a slice, by its type.
                let raw = self.access.with_heap(|heap| unsafe { heap.slice(value.slot()) });
                let nil = value.slot() == Slot::ZERO;
                self.list(value, List { elem: *elem, data: raw.data, len: raw.len, nil }, verb, place)
            }
            TypeKind::Array(elem, len) => {
                let data = value.slot().as_ptr();
                self.list(value, List { elem: *elem, data, len: *len as usize, nil: false }, verb, place)
            }
            TypeKind::Map(key, elem) => self.map(value, (*key, *elem), verb, place),
            TypeKind::Struct(fields) => self.fields(value, fields, verb, place),
            TypeKind::Func(_) | TypeKind::Incomplete | TypeKind::Opaque => self.pointer(value, verb),
        }
    }

    /// A value inside of another.
    fn part(&mut self, value: Operand, verb: char, place: Place) -> Done {
        if place.depth > MAX_DEPTH {
            let text = format!("fmt: more than {MAX_DEPTH} values inside of each other");
            return Err(VoError::from_trap(Trap::new(text)));
        }
        if place.exported && self.methods(value, verb)? {
            return Ok(());
        }
        self.value(value, verb, place)
    }

    fn scalar(&mut self, value: Operand, scalar: Scalar, verb: char) -> Done {
        let slot = value.slot();
        match scalar.class() {
            Class::Bool if matches!(verb, 'v' | 't') => {
                let text: &[u8] = if slot.as_bool() { b"true" } else { b"false" };
                append_text(self.out, &Spec { precision: None, ..self.spec }, text);
                Ok(())
            }
            Class::Bool => self.wrong_verb(value, verb),
            Class::Signed | Class::Unsigned => self.integer(value, scalar.class() == Class::Signed, verb),
            Class::Float => {
                let narrow = scalar.size() == 4;
                let float = if narrow { slot.as_f32().into() } else { slot.as_f64() };
                match append_directive(self.out, &self.spec, float, narrow, verb) {
                    true => Ok(()),
                    false => self.wrong_verb(value, verb),
                }
            }
        }
    }

    fn integer(&mut self, value: Operand, signed: bool, verb: char) -> Done {
        if matches!(verb, 'v' | 's') && !self.spec.sharp_v && self.enum_value(value, signed) {
            return Ok(());
        }
        let bits = value.slot().bits();
        if verb == 'v' && self.spec.sharp_v && !signed {
            self.hex(bits, true);
            return Ok(());
        }
        match verb {
            'c' => append_char(self.out, &self.spec, bits),
            'q' => append_quoted_char(self.out, &self.spec, bits),
            'U' => append_unicode(self.out, &self.spec, bits),
            _ => {
                let Some(radix) = Radix::of(verb) else { return self.wrong_verb(value, verb) };
                let negative = signed && value.slot().as_i64() < 0;
                let magnitude = if negative { bits.wrapping_neg() } else { bits };
                append_integer(self.out, &self.spec, magnitude, negative, radix);
            }
        }
        Ok(())
    }

    /// The name of an enum's constant, or the number where it has none; false for what is no enum.
    fn enum_value(&mut self, value: Operand, signed: bool) -> bool {
        let types = self.access.types();
        if !matches!(types.info(value.ty).c, Some(CMeaning::Enum(_))) {
            return false;
        }
        let slot = value.slot();
        let number = if signed { slot.as_i64().into() } else { slot.bits().into() };
        let text = match types.c_enum_name(value.ty, number) {
            Some(name) => name.into(),
            None => number.to_string(),
        };
        append_text(self.out, &Spec { precision: None, ..self.spec }, text.as_bytes());
        true
    }

    fn hex(&mut self, bits: u64, prefix: bool) {
        append_integer(self.out, &Spec { sharp: prefix, ..self.spec }, bits, false, Radix::HEX);
    }

    fn string(&mut self, string: Slot, value: Operand, verb: char) -> Done {
        // SAFETY: the callers give a string: the value, or what a method of the value returned.
        let text = unsafe { VoString::from_slot(self.access, string) }.as_bytes();
        match self.text(text, verb) {
            true => Ok(()),
            false => self.wrong_verb(value, verb),
        }
    }

    /// A string or the bytes of a slice; false for a verb that is neither's.
    fn text(&mut self, text: &[u8], verb: char) -> bool {
        match verb {
            'v' if self.spec.sharp_v => append_quoted_text(self.out, &self.spec, text),
            'v' | 's' => append_text(self.out, &self.spec, text),
            'x' | 'X' => append_hex_text(self.out, &self.spec, text, verb == 'X'),
            'q' => append_quoted_text(self.out, &self.spec, text),
            _ => return false,
        }
        true
    }

    fn interface(&mut self, value: Operand, verb: char, place: Place) -> Done {
        let dynamic = Operand::dynamic(value.slots);
        if dynamic.ty != TypeId::NIL {
            return self.part(dynamic, verb, place.inside());
        }
        match self.spec.sharp_v {
            true => self.nil_of(value.ty),
            false => self.out.extend_from_slice(b"<nil>"),
        }
        Ok(())
    }

    /// `[]int(nil)`
    fn nil_of(&mut self, ty: TypeId) {
        append_type_name(self.out, self.access.types(), ty);
        self.out.extend_from_slice(b"(nil)");
    }

    /// A pointer to something that contains values shows it, where it is the operand itself.
    fn pointer_value(&mut self, value: Operand, target: TypeId, verb: char, place: Place) -> Done {
        let types = self.access.types();
        let shows = matches!(
            types.kind(target),
            TypeKind::Array(..) | TypeKind::Slice(_) | TypeKind::Struct(_) | TypeKind::Map(..)
        );
        if place.depth > 0 || value.slot() == Slot::ZERO || !shows {
            return self.pointer(value, verb);
        }
        self.out.push(b'&');
        // SAFETY: a pointer that is not nil points to a value of its target type.
        let slots = unsafe { self.access.load_slots(target, value.slot().as_ptr()) };
        self.holding(value.slot(), |this| this.part(Operand { ty: target, slots }, verb, place.inside()))
    }

    fn pointer(&mut self, value: Operand, verb: char) -> Done {
        let address = match self.access.types().kind(value.ty) {
            TypeKind::Slice(_) if value.slot() == Slot::ZERO => 0,
            TypeKind::Slice(_) => {
                // SAFETY: the value is a slice, by its type.
                let raw = self.access.with_heap(|heap| unsafe { heap.slice(value.slot()) });
                raw.data.addr() as u64
            }
            TypeKind::Pointer(_) | TypeKind::Map(..) | TypeKind::Func(_) => value.slot().bits(),
            _ => return self.wrong_verb(value, verb),
        };
        match verb {
            'v' if self.spec.sharp_v => {
                self.out.push(b'(');
                append_type_name(self.out, self.access.types(), value.ty);
                self.out.extend_from_slice(b")(");
                match address {
                    0 => self.out.extend_from_slice(b"nil"),
                    _ => self.hex(address, true),
                }
                self.out.push(b')');
            }
            'v' if address == 0 => append_text(self.out, &Spec { precision: None, ..self.spec }, b"<nil>"),
            'v' | 'p' => self.hex(address, !self.spec.sharp),
            'b' | 'o' | 'd' | 'x' | 'X' => {
                let number = Operand { ty: TypeId::UINTPTR, slots: [Slot::from_bits(address), Slot::ZERO] };
                return self.integer(number, false, verb);
            }
            _ => return self.wrong_verb(value, verb),
        }
        Ok(())
    }

    fn list(&mut self, value: Operand, list: List, verb: char, place: Place) -> Done {
        let types = self.access.types();
        if types.is_c_character(list.elem) && self.characters(value, list, verb) {
            return Ok(());
        }
        if matches!(verb, 's' | 'q' | 'x' | 'X') && types.as_scalar(list.elem) == Some(Scalar::Uint8) {
            let bytes = match list.len {
                0 => &[][..],
                // SAFETY: the bytes lie one after the other, and nothing writes them before the next call
                // into the VM.
                len => unsafe { std::slice::from_raw_parts(list.data, len) },
            };
            self.text(bytes, verb);
            return Ok(());
        }
        if self.spec.sharp_v {
            match value.ty {
                // Go has a special case for what is so often printed.
                TypeId::BYTES if place.depth == 0 => self.out.extend_from_slice(b"[]byte"),
                ty => append_type_name(self.out, types, ty),
            }
            if list.nil {
                self.out.extend_from_slice(b"(nil)");
                return Ok(());
            }
        }
        let size = types.layout(list.elem).size;
        self.out.push(if self.spec.sharp_v { b'{' } else { b'[' });
        self.holding(value.slot(), |this| {
            for index in 0..list.len {
                this.separator(index);
                // SAFETY: the index is below the length.
                let slots = unsafe { this.access.load_slots(list.elem, list.data.add(index * size)) };
                this.part(Operand { ty: list.elem, slots }, verb, place.inside())?;
            }
            Ok(())
        })?;
        self.out.push(if self.spec.sharp_v { b'}' } else { b']' });
        Ok(())
    }

    /// C characters as the text that they are: arrays of them, and slices where the verb asks for text.
    fn characters(&mut self, value: Operand, list: List, verb: char) -> bool {
        let types = self.access.types();
        let array = matches!(types.kind(value.ty), TypeKind::Array(..));
        if verb == 'v' && !array {
            return false;
        }
        let unit = types.layout(list.elem).size;
        let bytes = match list.len * unit {
            0 => &[][..],
            // SAFETY: the characters lie one after the other, and nothing writes them meanwhile.
            len => unsafe { std::slice::from_raw_parts(list.data, len) },
        };
        self.text(&c_text(unit, bytes), verb)
    }

    fn separator(&mut self, index: usize) {
        if index > 0 {
            self.out.extend_from_slice(if self.spec.sharp_v { b", " } else { b" " });
        }
    }

    fn map(&mut self, value: Operand, types: (TypeId, TypeId), verb: char, place: Place) -> Done {
        match self.spec.sharp_v {
            true if value.slot() == Slot::ZERO => {
                self.nil_of(value.ty);
                return Ok(());
            }
            true => {
                append_type_name(self.out, self.access.types(), value.ty);
                self.out.push(b'{');
            }
            false => self.out.extend_from_slice(b"map["),
        }
        let entries = self.sorted_entries(value.slot(), types.0);
        self.holding(value.slot(), |this| {
            for (key, elem) in &entries {
                this.hold_slots(types.0, *key);
                this.hold_slots(types.1, *elem);
            }
            for (index, &(key, elem)) in entries.iter().enumerate() {
                this.separator(index);
                this.part(Operand { ty: types.0, slots: key }, verb, place.inside())?;
                this.out.push(b':');
                this.part(Operand { ty: types.1, slots: elem }, verb, place.inside())?;
            }
            Ok(())
        })?;
        self.out.push(if self.spec.sharp_v { b'}' } else { b']' });
        Ok(())
    }

    fn sorted_entries(&self, map: Slot, key: TypeId) -> Vec<([Slot; 2], [Slot; 2])> {
        let mut entries = Vec::new();
        let mut cursor = 0;
        // SAFETY: the caller gives a map.
        while let Some(entry) = self.access.with_heap(|heap| unsafe { heap.map_next(map, cursor) }) {
            entries.push((entry.key, entry.value));
            cursor = entry.next;
        }
        // SAFETY: the map's keys are of its key type, and nothing is collected meanwhile.
        entries.sort_by(|a, b| unsafe { key_order::compare(self.access, key, a.0, b.0) });
        entries
    }

    fn fields(&mut self, value: Operand, fields: &[Field], verb: char, place: Place) -> Done {
        let types = self.access.types();
        if self.spec.sharp_v {
            append_type_name(self.out, types, value.ty);
        }
        self.out.push(b'{');
        self.holding(value.slot(), |this| {
            for (index, field) in fields.iter().enumerate() {
                this.separator(index);
                if this.spec.plus_v || this.spec.sharp_v {
                    this.out.extend_from_slice(field.name.as_bytes());
                    this.out.push(b':');
                }
                // SAFETY: the value is an image of the struct.
                let slots =
                    unsafe { this.access.load_field(value.ty, index, field.ty, value.slot().as_ptr()) };
                let exported = place.exported && field.name.starts_with(char::is_uppercase);
                let place = Place { exported, ..place.inside() };
                this.part(Operand { ty: field.ty, slots }, verb, place)?;
            }
            Ok(())
        })?;
        self.out.push(b'}');
        Ok(())
    }

    /// Prints what a method of the value says, where it has one that the verb asks for.
    fn methods(&mut self, value: Operand, verb: char) -> Result<bool, VoError> {
        let types = self.access.types();
        if self.reporting || matches!(types.kind(value.ty), TypeKind::Interface(_)) {
            return Ok(false);
        }
        if verb == 'w' {
            self.wrong_verb(value, verb)?;
            return Ok(true);
        }
        let names: &[&str] = match verb {
            _ if self.spec.sharp_v => &["GoString"],
            'v' | 's' | 'x' | 'X' | 'q' => &["Error", "String"],
            _ => &[],
        };
        for name in names {
            if types.method(value.ty, name).is_some_and(|method| method.ty == TypeId::FUNC_STRING)
                && self.method(value, name, verb)?
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn method(&mut self, value: Operand, name: &str, verb: char) -> Result<bool, VoError> {
        if value.ty == TypeId::ERROR_STRING_PTR && value.slot() != Slot::ZERO {
            // SAFETY: an `errors.errorString` is a struct of one string, at offset 0.
            let text = unsafe { value.slot().as_ptr::<Slot>().read() };
            return self.string(text, value, verb).map(|()| true);
        }
        if !self.calls_methods {
            return Ok(false);
        }
        let held = self.access.handed_out_len();
        let word = Slot::from_bits(value.ty.number().into());
        // SAFETY: the value is alive: its operand is an argument, or `holding` keeps it.
        let receiver = unsafe { VoInterface::from_slots(self.access, [word, value.slot()]) };
        let text = VmCtx::new(self.access).call_method::<VoString<'_>>(receiver, name, ());
        let done = match text {
            Ok(Some(text)) if self.spec.sharp_v => {
                append_text(self.out, &self.spec, text.as_bytes());
                Ok(true)
            }
            Ok(Some(text)) => self.string(text.slot(), value, verb).map(|()| true),
            Ok(None) => Ok(false),
            Err(error) if error.is_panic() => {
                self.panicked(value, &error, name, verb);
                Ok(true)
            }
            Err(error) => Err(error),
        };
        self.access.truncate_handed_out(held);
        done
    }

    /// What Go prints where a method panics; of a nil pointer, whose method may not expect it, just that.
    fn panicked(&mut self, value: Operand, error: &VoError, name: &str, verb: char) {
        if value.slot() == Slot::ZERO && self.is_pointer(value.ty) {
            return self.out.extend_from_slice(b"<nil>");
        }
        let text = format!("%!{verb}(PANIC={name} method: {})", error.message());
        self.out.extend_from_slice(text.as_bytes());
    }

    fn is_pointer(&self, ty: TypeId) -> bool {
        matches!(self.access.types().kind(ty), TypeKind::Pointer(_))
    }

    /// Keeps a value alive while methods of its parts run, which may drop it.
    fn holding(&mut self, reference: Slot, print: impl FnOnce(&mut Self) -> Done) -> Done {
        if !self.calls_methods {
            return print(self);
        }
        let held = self.access.handed_out_len();
        self.access.hand_out(reference);
        let done = print(self);
        self.access.truncate_handed_out(held);
        done
    }

    fn hold_slots(&self, ty: TypeId, slots: [Slot; 2]) {
        let value = match self.access.types().is_interface(ty) {
            true => Operand::dynamic(slots),
            false => Operand { ty, slots },
        };
        let scalar = matches!(self.access.types().kind(value.ty), TypeKind::Scalar(_));
        if self.calls_methods && !scalar {
            self.access.hand_out(value.slot());
        }
    }
}

/// The elements of a slice or an array.
#[derive(Clone, Copy)]
struct List {
    elem: TypeId,
    data: *const u8,
    len: usize,
    nil: bool,
}
