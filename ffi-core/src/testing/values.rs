//! Values at the bounds of their types.

use crate::heap::{ArenaHeap, Heap, new_error};
use crate::scalar::{Class, Scalar};
use crate::slot::Slot;
use crate::spec::TypeSpec;
use crate::types::{Field, FuncType, TypeId, TypeKind, TypeTable};

/// Makes values in a heap. Those of one type are made once, so that two parameters can get the same.
pub(super) struct Values<'h> {
    types: &'h TypeTable,
    /// Rust objects, by the types of the pointers to them.
    objects: &'h [(TypeId, Slot)],
    heap: &'h mut ArenaHeap,
    made: Vec<(TypeId, Vec<Vec<Slot>>)>,
}

/// What a function of the test does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Behaviour {
    ReturnsZero = 1,
    ReturnsSomething = 2,
    Panics = 3,
}

impl Behaviour {
    /// The function value of a type that does this.
    fn slot(self, ty: TypeId) -> Slot {
        Slot::from_bits(u64::from(ty.number()) << 8 | self as u64)
    }

    /// The type of a function value, and what it does.
    pub(super) fn of(func: Slot) -> (TypeId, Behaviour) {
        let behaviour = match func.bits() & 0xff {
            1 => Behaviour::ReturnsZero,
            2 => Behaviour::ReturnsSomething,
            _ => Behaviour::Panics,
        };
        (TypeId::from_number((func.bits() >> 8) as u32), behaviour)
    }
}

/// A type where only a program knows which it is.
pub(super) fn open_type(spec: TypeSpec, types: &mut TypeTable) -> Option<TypeId> {
    match spec {
        TypeSpec::Slice(None) => Some(types.slice_of(TypeId::INT)),
        TypeSpec::Map => Some(types.map_of(TypeId::STRING, TypeId::INT)),
        TypeSpec::Struct => Some(sample_struct(types)),
        TypeSpec::Pointer => {
            let target = sample_struct(types);
            Some(types.pointer_to(target))
        }
        TypeSpec::Func => {
            let (params, results) = (vec![TypeId::INT, TypeId::INT], vec![TypeId::BOOL]);
            Some(types.intern(TypeKind::Func(FuncType { params, variadic: false, results })))
        }
        _ => None,
    }
}

/// `struct { a int; b string; c []byte; d any }`
fn sample_struct(types: &mut TypeTable) -> TypeId {
    let field = |(name, ty): (&str, TypeId)| Field { name: name.into(), ty, embedded: false };
    let fields = [("a", TypeId::INT), ("b", TypeId::STRING), ("c", TypeId::BYTES), ("d", TypeId::ANY)];
    types.intern(TypeKind::Struct(fields.map(field).into()))
}

impl<'h> Values<'h> {
    /// Adds the types that values of `any` have.
    pub(super) fn intern(types: &mut TypeTable) {
        types.map_of(TypeId::STRING, TypeId::INT);
        types.slice_of(TypeId::STRING);
    }

    pub(super) fn new(
        types: &'h TypeTable,
        objects: &'h [(TypeId, Slot)],
        heap: &'h mut ArenaHeap,
    ) -> Values<'h> {
        Values { types, objects, heap, made: Vec::new() }
    }

    /// The values of a type, each with the slots that it takes.
    pub(super) fn of(&mut self, ty: TypeId) -> Vec<Vec<Slot>> {
        if let Some((_, values)) = self.made.iter().find(|(made, _)| *made == ty) {
            return values.clone();
        }
        let values = match self.types.kind(ty) {
            TypeKind::Scalar(scalar) => scalars(*scalar).into_iter().map(|slot| vec![slot]).collect(),
            TypeKind::String => self.strings(),
            TypeKind::Slice(elem) => self.slices(*elem),
            TypeKind::Map(key, value) => self.maps(*key, *value),
            TypeKind::Interface(methods) => self.interfaces(methods.is_empty()),
            TypeKind::Struct(_) | TypeKind::Array(..) => self.images(ty),
            TypeKind::Pointer(target) => self.pointers(ty, *target),
            TypeKind::Func(_) => {
                let all = [Behaviour::ReturnsZero, Behaviour::ReturnsSomething, Behaviour::Panics];
                let functions = all.map(|behaviour| vec![behaviour.slot(ty)]);
                [vec![Slot::ZERO]].into_iter().chain(functions).collect()
            }
            TypeKind::Incomplete | TypeKind::Opaque => vec![vec![Slot::ZERO]],
        };
        self.made.push((ty, values.clone()));
        values
    }

    /// nil, and the addresses of values; of opaque types the objects that there are.
    fn pointers(&mut self, ty: TypeId, target: TypeId) -> Vec<Vec<Slot>> {
        let mut pointers = vec![vec![Slot::ZERO]];
        if *self.types.kind(target) == TypeKind::Opaque {
            let objects = self.objects.iter().filter(|(pointer, _)| *pointer == ty);
            pointers.extend(objects.map(|&(_, object)| vec![object]));
        } else if self.types.is_image(target) {
            // The slot of a struct is its address.
            pointers.extend(self.of(target));
        }
        pointers
    }

    fn strings(&mut self) -> Vec<Vec<Slot>> {
        let long = "0123456789 ".repeat(8);
        let texts: [&[u8]; 9] = [
            b"",
            b"a",
            "gr\u{f6}\u{df}er \u{1d11e}".as_bytes(),
            b"\xff\xfe",
            b"a\xe2\x82",
            b"\0",
            b"-9223372036854775808",
            b"%d %s %v %!x %*d",
            long.as_bytes(),
        ];
        texts.into_iter().map(|text| vec![self.heap.new_string(text)]).collect()
    }

    fn slices(&mut self, elem: TypeId) -> Vec<Vec<Slot>> {
        let elements = self.of(elem);
        let size = self.types.layout(elem).size;
        let mut values = vec![vec![Slot::ZERO]];
        for count in [0, 1, elements.len()] {
            let (slice, data) = self.heap.new_slice(elem, count);
            for (index, element) in elements.iter().take(count).enumerate() {
                // SAFETY: the new slice has `count` elements of `size` bytes.
                unsafe { self.store(elem, data.add(index * size), element) };
            }
            values.push(vec![slice]);
        }
        values
    }

    /// # Safety
    /// `at` has room for a value of type `ty`, which these slots are.
    unsafe fn store(&self, ty: TypeId, at: *mut u8, slots: &[Slot]) {
        // SAFETY: the caller vouches for the room, and an interface alone has two slots.
        unsafe {
            match (self.types.kind(ty), slots) {
                (TypeKind::Scalar(scalar), [slot, ..]) => scalar.store(at, *slot),
                (TypeKind::Struct(_) | TypeKind::Array(..), [image, ..]) => {
                    at.copy_from(image.as_ptr(), self.types.layout(ty).size);
                }
                _ => at.cast::<Slot>().copy_from(slots.as_ptr(), slots.len()),
            }
        }
    }

    /// Structs and arrays: a zero value, and some that are made of the values of their parts.
    fn images(&mut self, ty: TypeId) -> Vec<Vec<Slot>> {
        const MOST: usize = 8;
        let parts: Vec<(TypeId, usize)> = match self.types.kind(ty) {
            TypeKind::Struct(fields) => fields
                .iter()
                .map(|field| field.ty)
                .zip(self.types.layout(ty).offsets.iter().copied())
                .collect(),
            TypeKind::Array(elem, count) => {
                let size = self.types.layout(*elem).size;
                (0..*count as usize).map(|index| (*elem, index * size)).collect()
            }
            _ => Vec::new(),
        };
        let choices: Vec<Vec<Vec<Slot>>> = parts.iter().map(|&(part, _)| self.of(part)).collect();
        let count = choices.iter().map(Vec::len).max().unwrap_or_default().min(MOST);
        let mut images = vec![vec![Slot::from_ptr(self.heap.new_object(ty))]];
        for number in 0..count {
            let image = self.heap.new_object(ty);
            for (&(part, offset), values) in parts.iter().zip(&choices) {
                // From the last on, where the bounds are.
                let value = &values[values.len() - 1 - number % values.len()];
                // SAFETY: the new image has a value of type `part` at the offset.
                unsafe { self.store(part, image.add(offset), value) };
            }
            images.push(vec![Slot::from_ptr(image)]);
        }
        images
    }

    fn maps(&mut self, key: TypeId, value: TypeId) -> Vec<Vec<Slot>> {
        let (keys, entries) = (self.of(key), self.of(value));
        let (empty, full) = (self.heap.new_map(key, value), self.heap.new_map(key, value));
        for (key, value) in keys.iter().zip(entries.iter().cycle()) {
            // SAFETY: the map is new, and the values are of its types.
            unsafe { self.heap.map_insert(full, pair(key), pair(value)) };
        }
        vec![vec![Slot::ZERO], vec![empty], vec![full]]
    }

    /// Values of any type, or errors.
    fn interfaces(&mut self, is_any: bool) -> Vec<Vec<Slot>> {
        let error = new_error(self.heap, "an error").to_vec();
        let mut values = vec![vec![Slot::ZERO; 2], error];
        if is_any {
            let map = self.types.find(&TypeKind::Map(TypeId::STRING, TypeId::INT));
            let types = [TypeId::BOOL, TypeId::INT, TypeId::FLOAT64, TypeId::STRING, TypeId::BYTES];
            for ty in types.into_iter().chain(map) {
                let of_type = self.of(ty);
                let bounds = [of_type.first(), of_type.last()];
                values.extend(bounds.into_iter().flatten().map(|value| {
                    vec![Slot::from_bits(ty.number().into()), value.first().copied().unwrap_or_default()]
                }));
            }
        }
        values
    }
}

fn pair(slots: &[Slot]) -> [Slot; 2] {
    [slots.first().copied().unwrap_or_default(), slots.get(1).copied().unwrap_or_default()]
}

fn scalars(scalar: Scalar) -> Vec<Slot> {
    const FLOATS: [f64; 9] =
        [0.0, -0.0, 1.5, -1e300, 1e-310, 9_007_199_254_740_993.0, f64::INFINITY, f64::NEG_INFINITY, f64::NAN];
    match (scalar, scalar.class()) {
        (Scalar::Float32, _) => FLOATS.into_iter().map(|float| Slot::from_f32(float as f32)).collect(),
        (_, Class::Float) => FLOATS.into_iter().map(Slot::from_f64).collect(),
        (_, Class::Bool) => vec![Slot::from_bool(false), Slot::from_bool(true)],
        _ => {
            let (min, max) = scalar.range().unwrap_or_default();
            let around = [0, 1, -1, 3, 64, 0x7f, min + 1, max - 1, min, max];
            // Those around which runes are none.
            let runes: &[i128] =
                if scalar == Scalar::Int32 { &[0xd7ff, 0xd800, 0x10_ffff, 0x11_0000] } else { &[] };
            let mut numbers: Vec<i128> =
                around.iter().chain(runes).copied().filter(|number| (min..=max).contains(number)).collect();
            numbers.sort_unstable();
            numbers.dedup();
            numbers.into_iter().map(|number| Slot::from_bits(number as u64)).collect()
        }
    }
}

/// Picks of one value for each parameter: all of them where they are few, else some that differ much; first those
/// where every parameter gets the value of the same number.
pub(super) struct Choices {
    counts: Vec<usize>,
    next: usize,
    end: usize,
    all: bool,
}

impl Choices {
    pub(super) fn new(counts: Vec<usize>, most: usize) -> Choices {
        let product = counts.iter().fold(1usize, |product, &count| product.saturating_mul(count));
        Choices { next: 0, end: product.min(most), all: product <= most, counts }
    }
}

impl Iterator for Choices {
    type Item = Vec<usize>;

    fn next(&mut self) -> Option<Vec<usize>> {
        if self.next == self.end {
            return None;
        }
        let number = self.next;
        self.next += 1;
        let same = self.counts.iter().copied().max().unwrap_or_default();
        if !self.all && number < same {
            return Some(self.counts.iter().map(|count| number % count).collect());
        }
        let mut rest = if self.all { number as u64 } else { mix(number as u64) };
        let pick = |&count: &usize| {
            let index = (rest % count as u64) as usize;
            rest /= count as u64;
            index
        };
        Some(self.counts.iter().map(pick).collect())
    }
}

/// SplitMix64: numbers in a row become numbers all over.
fn mix(number: u64) -> u64 {
    let z = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
