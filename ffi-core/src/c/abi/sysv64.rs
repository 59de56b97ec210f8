//! System V on x86-64. Source: the psABI, section 3.2.3, "Parameter Passing"; gcc where it is silent.

use crate::c::abi::place::{ByValue, Passing, Results};
use crate::c::abi::{Move, RegisterAllocator, ResultPart, Returned};
use crate::c::{CKind, CScalar, CType, LayoutError, Member, MemberLayout, Record};

/// The class of eight bytes of a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum EightByte {
    NoClass,
    Integer,
    Sse,
    X87,
    X87Up,
    Memory,
}

/// Where a value goes that is larger than a slot or no scalar.
pub(super) fn pass(value: &ByValue<'_>, allocator: &mut RegisterAllocator) -> Result<Passing, LayoutError> {
    let classes = classify(value)?;
    let (ints, vectors) = (count(&classes, EightByte::Integer), count(&classes, EightByte::Sse));
    let in_registers = classes.iter().all(|class| !matches!(class, EightByte::Memory | EightByte::X87));
    if !in_registers || ints > allocator.free(false) || vectors > allocator.free(true) {
        if value.is_empty {
            return Ok(Vec::new());
        }
        let to = allocator.reserve(value.bytes, value.align.max(8));
        return Ok(vec![Move::Push { from: 0, to }]);
    }
    let parts = classes.iter().enumerate().filter_map(|(index, class)| {
        let is_float = match class {
            EightByte::Integer => false,
            EightByte::Sse => true,
            _ => return None,
        };
        let to = allocator.use_register(is_float)?;
        let from = index as u32 * 8;
        Some(Move::Part { from, bytes: (value.bytes - from).min(8) as u8, to })
    });
    Ok(parts.collect())
}

/// Where a result is that is larger than a slot or no scalar.
pub(super) fn results(value: &ByValue<'_>) -> Result<Results, LayoutError> {
    let classes = classify(value)?;
    if classes.contains(&EightByte::Memory) {
        return Ok(Results::Memory);
    }
    let (mut ints, mut vectors, mut x87) = (0, 0, 0);
    let next = |counter: &mut u8| {
        *counter += 1;
        *counter - 1
    };
    let parts = classes.iter().enumerate().filter_map(|(index, class)| {
        let to = index as u32 * 8;
        let bytes = (value.bytes - to).min(8) as u8;
        Some(match class {
            EightByte::Integer => ResultPart { to, bytes, from: Returned::Int(next(&mut ints)) },
            EightByte::Sse => ResultPart { to, bytes, from: Returned::Vector(next(&mut vectors)) },
            EightByte::X87 => ResultPart { to, bytes: 10, from: Returned::X87(next(&mut x87)) },
            _ => return None,
        })
    });
    Ok(Results::Parts(parts.collect()))
}

fn count(classes: &[EightByte], wanted: EightByte) -> usize {
    classes.iter().filter(|&&class| class == wanted).count()
}

fn classify(value: &ByValue<'_>) -> Result<Vec<EightByte>, LayoutError> {
    if value.is_complex && value.bytes == 32 {
        return Ok(vec![EightByte::X87, EightByte::X87Up, EightByte::X87, EightByte::X87Up]);
    }
    if value.bytes > 16 {
        return Ok(vec![EightByte::Memory]);
    }
    let mut classes = vec![EightByte::NoClass; value.bytes.div_ceil(8) as usize];
    let fits = add(&mut classes, value, value.ty, 0)?;
    Ok(if fits { classes } else { vec![EightByte::Memory] })
}

/// Merges the classes of a type at a bit; false where it wants memory.
fn add(classes: &mut [EightByte], value: &ByValue<'_>, ty: CType, at: u64) -> Result<bool, LayoutError> {
    let (types, target) = (value.types, value.target);
    match types.unaligned_kind(ty) {
        CKind::Array { len: None, .. } => Ok(true),
        CKind::Array { of, len: Some(len) } => {
            let size = types.layout(*of, target)?.size;
            if size * len == 0 {
                return add_nothing(classes, value, *of, at);
            }
            for index in 0..*len {
                if !add(classes, value, *of, at + index * size * 8)? {
                    return Ok(false);
                }
            }
            Ok(true)
        }
        CKind::Record(id) => {
            let layout = types.record_layout(ty, target)?;
            // Each struct is classified by itself: what is wrong with a part is wrong with the whole.
            let mut own = vec![EightByte::NoClass; classes.len()];
            let record = types.record(*id);
            for (member, placed) in record.members.iter().flatten().zip(&layout.members) {
                let at = at + placed.bit_offset;
                let fits = match placed.bits {
                    Some(0) => true,
                    Some(bits) => {
                        let wanted = bit_field_align(record, member, placed, bits.into());
                        at.is_multiple_of(wanted) && span(&mut own, at, bits.into(), EightByte::Integer)
                    }
                    None => add(&mut own, value, member.ty, at)?,
                };
                if !fits {
                    return Ok(false);
                }
            }
            classes.iter_mut().zip(&own).for_each(|(class, own)| merge(class, *own));
            Ok(!wants_memory(&own))
        }
        CKind::Complex(part) => {
            let next = at + part.size(target) as u64 * 8;
            Ok(add(classes, value, CType::scalar(*part), at)?
                && add(classes, value, CType::scalar(*part), next)?)
        }
        _ => Ok(add_scalar(classes, value, ty, at)?),
    }
}

/// An array without elements. Inside eight bytes gcc takes it for what one element would be there, and a large one for
/// memory; at their start it has no class.
fn add_nothing(
    classes: &mut [EightByte],
    value: &ByValue<'_>,
    of: CType,
    at: u64,
) -> Result<bool, LayoutError> {
    let (first, bit) = ((at / 64) as usize, at % 64);
    if bit == 0 {
        return Ok(true);
    }
    if bit / 8 + value.types.layout(of, value.target)?.size > 16 {
        return Ok(false);
    }
    let mut own = [EightByte::NoClass; 2];
    let fits = add(&mut own, value, of, bit)?;
    merge(&mut classes[first], own[0]);
    Ok(fits)
}

/// What gcc wants a bit-field's place to be a multiple of, in bits. It takes for integers those of unions, and those of
/// structs that are as wide as an integer and lie where it could be one; where such a struct or union is a member of a
/// packed one, they may lie elsewhere in the whole.
fn bit_field_align(record: &Record, member: &Member, placed: &MemberLayout, bits: u64) -> u64 {
    let integer = bits.next_power_of_two().max(8);
    let packed = record.packed || member.packed;
    let could_be_one = integer == bits && placed.bit_offset.is_multiple_of(bits) && !packed;
    if record.union || could_be_one { integer } else { 1 }
}

/// A scalar or a pointer; one that lies where its type does not want it makes the whole go to memory.
fn add_scalar(
    classes: &mut [EightByte],
    value: &ByValue<'_>,
    ty: CType,
    at: u64,
) -> Result<bool, LayoutError> {
    let scalar = value.types.as_scalar(ty);
    let bits = match scalar {
        Some(scalar) => scalar.size(value.target) as u64 * 8,
        None => value.types.layout(ty, value.target)?.size * 8,
    };
    if !at.is_multiple_of(bits.max(1)) {
        return Ok(false);
    }
    Ok(match scalar.is_some_and(CScalar::is_float) {
        true if bits == 128 => {
            span(classes, at, 64, EightByte::X87) && span(classes, at + 64, 64, EightByte::X87Up)
        }
        true => span(classes, at, bits, EightByte::Sse),
        false => span(classes, at, bits, EightByte::Integer),
    })
}

/// Merges a class into all eight bytes that some bits touch.
fn span(classes: &mut [EightByte], at: u64, bits: u64, with: EightByte) -> bool {
    for class in &mut classes[(at / 64) as usize..(at + bits).div_ceil(64) as usize] {
        merge(class, with);
    }
    true
}

/// Step 5 of the classification.
fn wants_memory(classes: &[EightByte]) -> bool {
    let after_x87 = |index: usize| index > 0 && classes[index - 1] == EightByte::X87;
    (0..classes.len()).any(|index| match classes[index] {
        EightByte::Memory => true,
        EightByte::X87Up => !after_x87(index),
        _ => false,
    })
}

/// Step 4 of the classification.
fn merge(class: &mut EightByte, with: EightByte) {
    use EightByte::*;
    *class = match (*class, with) {
        (a, b) if a == b => a,
        (NoClass, other) | (other, NoClass) => other,
        (Memory, _) | (_, Memory) => Memory,
        (Integer, _) | (_, Integer) => Integer,
        (X87 | X87Up, _) | (_, X87 | X87Up) => Memory,
        _ => Sse,
    };
}
