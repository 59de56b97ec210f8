//! System V on x86-64. Source: the psABI, section 3.2.3, "Parameter Passing"; gcc where it is silent.

use crate::c::LayoutError;
use crate::c::abi::leaves::{Leaf, LeafKind};
use crate::c::abi::place::{ByValue, Passing, Results};
use crate::c::abi::{Move, Place, RegisterAllocator, ResultPart, Returned};

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
        let to = allocator.push(value.bytes, value.align.max(8));
        return Ok(match to {
            Place::Stack(to) => vec![Move::Copy { to }],
            _ => Vec::new(),
        });
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
    let leaves = value.leaves_up_to(32)?;
    if let Some([first, second]) = leaves.as_deref()
        && value.is_complex
        && first.kind == LeafKind::LongDouble
        && second.kind == LeafKind::LongDouble
    {
        return Ok(vec![EightByte::X87, EightByte::X87Up, EightByte::X87, EightByte::X87Up]);
    }
    let Some(leaves) = leaves.filter(|leaves| value.bytes <= 16 && leaves.iter().all(Leaf::is_aligned))
    else {
        return Ok(vec![EightByte::Memory]);
    };
    let mut classes = vec![EightByte::NoClass; value.bytes.div_ceil(8) as usize];
    for leaf in &leaves {
        add(&mut classes, leaf);
    }
    let upper_alone = (0..classes.len())
        .any(|i| classes[i] == EightByte::X87Up && (i == 0 || classes[i - 1] != EightByte::X87));
    Ok(if upper_alone || classes.contains(&EightByte::Memory) { vec![EightByte::Memory] } else { classes })
}

fn add(classes: &mut [EightByte], leaf: &Leaf) {
    let first = (leaf.bit_offset / 64) as usize;
    match leaf.kind {
        LeafKind::Float(_) => merge(&mut classes[first], EightByte::Sse),
        LeafKind::LongDouble => {
            merge(&mut classes[first], EightByte::X87);
            merge(&mut classes[first + 1], EightByte::X87Up);
        }
        LeafKind::Int(bytes) => integers(classes, leaf, u64::from(bytes) * 8),
        LeafKind::Bits(bits) => integers(classes, leaf, u64::from(bits)),
    }
}

fn integers(classes: &mut [EightByte], leaf: &Leaf, bits: u64) {
    let (first, last) = (leaf.bit_offset / 64, (leaf.bit_offset + bits - 1) / 64);
    for class in &mut classes[first as usize..=last as usize] {
        merge(class, EightByte::Integer);
    }
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
