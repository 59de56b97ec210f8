//! `&mut [T]`: elements that one argument has for itself.

use vo_ffi::prelude::*;
use vo_ffi::{Heap, RawSlice, Scalar, Slot, TypeId, TypeTable};

use crate::host::{End, Host, func, int, trap};

#[vo_extern("exclusive.Scale")]
fn scale(items: &mut [f64], by: f64) {
    items.iter_mut().for_each(|item| *item *= by);
}

#[vo_extern("exclusive.Copy")]
fn copy(to: &mut [i64], from: &[i64]) -> i64 {
    let count = to.len().min(from.len());
    to[..count].copy_from_slice(&from[..count]);
    count as i64
}

#[vo_extern("exclusive.Swap")]
fn swap(a: &mut [i64], b: &mut [i64]) {
    a.swap_with_slice(b);
}

/// Uses the elements through another value while it has them for itself.
#[vo_extern("exclusive.Meddle")]
fn meddle(own: &mut [i64], mut other: VoSlice<i64>, how: u8) -> i64 {
    own[0] = 1;
    match how {
        0 => other.get(0),
        1 => other.iter().sum(),
        2 => other.as_slice().iter().sum(),
        3 => {
            other.set(0, 5);
            0
        }
        _ => other.len() as i64,
    }
}

fn host() -> (Host, TypeId, TypeId) {
    let mut table = TypeTable::new();
    let (ints, floats) = (table.slice_of(TypeId::INT), table.slice_of(TypeId::FLOAT64));
    (Host::with_types(table), ints, floats)
}

/// `slice[from..]`, sharing its array.
fn tail(host: &mut Host, slice: Slot, from: usize) -> Slot {
    // SAFETY: the test gives a slice of ints of the heap.
    let raw = unsafe { host.heap().slice(slice) };
    let rest = RawSlice { data: raw.data.wrapping_add(from * 8), len: raw.len - from, ..raw };
    let (header, _) = host.heap().new_slice(TypeId::INT, 0);
    // SAFETY: a slice value of an `ArenaHeap` is the address of its header, and this one is new.
    unsafe { header.as_ptr::<RawSlice>().write(rest) };
    header
}

#[test]
fn elements_are_changed_in_place() {
    let (mut host, ints, floats) = host();
    let items = host.slice(TypeId::FLOAT64, &[0.5, -2.0]);
    let scale = func(&[floats, TypeId::FLOAT64], &[]);
    assert_eq!(host.call("exclusive.Scale", &scale, &[items, Slot::from_f64(4.0)]), End::Ok(vec![]));
    assert_eq!(host.read_slice::<f64>(items), [2.0, -8.0]);
    assert_eq!(host.call("exclusive.Scale", &scale, &[Slot::ZERO, Slot::from_f64(4.0)]), End::Ok(vec![]));

    let (to, from) = (host.slice(TypeId::INT, &[0i64; 3]), host.slice(TypeId::INT, &[7i64, 8]));
    let copy = func(&[ints, ints], &[TypeId::INT]);
    assert_eq!(host.call("exclusive.Copy", &copy, &[to, from]), End::Ok(vec![int(2)]));
    assert_eq!(host.read_slice::<i64>(to), [7, 8, 0]);
}

#[test]
fn arguments_that_share_elements_are_refused() {
    let (mut host, ints, _) = host();
    let items = host.slice(TypeId::INT, &[1i64, 2, 3, 4]);
    let rest = tail(&mut host, items, 2);
    let shares = "expected elements that no other argument borrows, since one of the two is `&mut [T]`, found a \
                  slice that shares some";
    let copy = func(&[ints, ints], &[TypeId::INT]);
    let refused = trap(format!("exclusive.Copy: argument 2 `from`: {shares}"));
    assert_eq!(host.call("exclusive.Copy", &copy, &[items, items]), refused);
    assert_eq!(host.call("exclusive.Copy", &copy, &[items, rest]), refused);
    assert_eq!(host.call("exclusive.Copy", &copy, &[rest, items]), refused);
    let refused = trap(format!("exclusive.Swap: argument 2 `b`: {shares}"));
    assert_eq!(host.call("exclusive.Swap", &func(&[ints, ints], &[]), &[items, items]), refused);
    // Nothing stays borrowed after a refusal, and neighbours share nothing.
    let head = host.slice(TypeId::INT, &[9i64, 9]);
    assert_eq!(host.call("exclusive.Swap", &func(&[ints, ints], &[]), &[head, rest]), End::Ok(vec![]));
    assert_eq!(host.read_slice::<i64>(items), [1, 2, 9, 9]);
}

#[test]
fn what_is_borrowed_exclusively_is_not_read_otherwise() {
    let (mut host, ints, _) = host();
    let items = host.slice(TypeId::INT, &[0i64, 2]);
    let meddle = func(&[ints, ints, TypeId::scalar(Scalar::Uint8)], &[TypeId::INT]);
    let read = "read of a slice that the native borrows as &mut [T]; take a VoSlice, and use get and set";
    let shares = "as_slice: expected elements that no other argument borrows, since one of the two is `&mut \
                  [T]`, found a slice that shares some";
    for (how, message) in [(0, read), (1, read), (2, shares), (3, read)] {
        assert_eq!(host.call("exclusive.Meddle", &meddle, &[items, items, int(how)]), trap(message), "{how}");
    }
    assert_eq!(host.call("exclusive.Meddle", &meddle, &[items, items, int(4)]), End::Ok(vec![int(2)]));
    let other = host.slice(TypeId::INT, &[5i64, 6]);
    assert_eq!(host.call("exclusive.Meddle", &meddle, &[items, other, int(1)]), End::Ok(vec![int(11)]));
}
