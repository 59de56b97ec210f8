//! The VM of the book's part for authors of VMs: the pages show the files of `examples/own_vm`, and these work.
//! `UPDATE=1` writes the files into the pages. What the pages do with them are tests of the documentation.

#[path = "../examples/own_vm/heap.rs"]
mod heap;
#[path = "../examples/own_vm/machine.rs"]
mod machine;

use std::collections::BTreeMap;
use std::fs;
use std::iter;
use std::path::Path;
use std::sync::Arc;

use heap::Collected;
use machine::{Machine, Op};
use vo_ffi::prelude::*;
use vo_ffi::{ArenaHeap, Callee, FuncType, Heap, Slot, TrapKind, TypeKind, TypeTable, TypedCall};

#[vo_extern("own.Call", reentrant)]
fn call(ctx: &mut VmCtx, f: VoFunc<(), i64>) -> Result<i64, VoError> {
    f.call(ctx, ())
}

#[vo_extern("own.Join")]
fn join(parts: VoSlice<VoString>, ages: BTreeMap<String, i64>) -> String {
    let parts: String = parts.iter().map(|part| part.to_string()).collect();
    format!("{parts} {ages:?}")
}

fn linked(names: &[&str]) -> (Vec<Callee>, Arc<TypeTable>) {
    let registry = ExternRegistry::from_inventory();
    let mut types = TypeTable::new();
    let declarations: Vec<_> = (names.iter())
        .map(|name| {
            let entry = registry.get(name).expect("a native of this file");
            entry.declaration(entry.signature.func_type(&mut types).expect("no type of a program"))
        })
        .collect();
    let natives = registry.link(&declarations, &types).expect("they are as declared");
    (natives, Arc::new(types))
}

#[test]
fn the_pages_show_the_files() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (page, name) in [("own-vm.md", "machine.rs"), ("own-heap.md", "heap.rs")] {
        let page = root.join("docs/src").join(page);
        let (text, file) =
            (fs::read_to_string(&page), fs::read_to_string(root.join("examples/own_vm").join(name)));
        let (text, file) = (text.expect("the page"), file.expect("the file"));
        let first = format!("// src/{name}\n");
        let start = text.find(&first).expect("the page shows the file") + first.len();
        let len = text[start..].find("\n```").expect("a fence ends") + 1;
        let shown = text[start..start + len].trim_end_matches("# }\n# fn main() {}\n");
        if shown != file && std::env::var_os("UPDATE").is_some() {
            fs::write(&page, text.replacen(shown, &file, 1)).expect("the page can be written");
        } else {
            assert!(shown == file, "{} does not show {name}; UPDATE=1 writes it", page.display());
        }
    }
}

#[test]
fn no_program_takes_more_of_the_stacks_than_there_is() {
    let functions = vec![
        // func f() (int, error) { return own.Call(f) }
        vec![Op::Func(0), Op::Native(0)],
        iter::once(Op::Int(1))
            .chain(iter::repeat_n([Op::Get(0), Op::Get(0), Op::Mul], 70_000).flatten())
            .collect(),
        vec![Op::Text("still there")],
    ];
    let (natives, types) = linked(&["own.Call"]);
    let heap = Box::new(ArenaHeap::new(Arc::clone(&types)));
    let mut machine = Machine::new(functions, natives, types, heap, |_| {});
    for function in [0, 1, 0] {
        let trap = machine.call(function, &[], &mut []).unwrap_err();
        assert_eq!((trap.kind(), trap.message()), (TrapKind::StackOverflow, "stack overflow"));
        assert_eq!(machine.stack(), []);
    }
    let text = FuncType { params: vec![], variadic: false, results: vec![TypeId::STRING] };
    let text = TypedCall::<(), String>::check(&text, machine.context().types()).unwrap();
    assert_eq!(machine.call_typed(&text, 2, ()).unwrap(), "still there");
}

#[test]
fn the_heap_keeps_what_roots_lead_to() {
    let mut types = TypeTable::new();
    let strings = types.slice_of(TypeId::STRING);
    let array = types.array_of(strings, 3);
    let mut heap = Collected::new(Arc::new(types), 0);
    let text = heap.new_string(b"text");
    let (slice, data) = heap.new_slice(TypeId::STRING, 2);
    let image = heap.new_object(array);
    // SAFETY: the new slice has room for two strings, the new image for three slices.
    unsafe {
        data.cast::<Slot>().add(1).write(text);
        image.cast::<Slot>().add(2).write(slice);
    }
    heap.new_string(b"garbage");
    assert_eq!(heap.count(), 5);
    // The address of the last element of the array.
    // SAFETY: the image has three words.
    let inside = Slot::from_ptr(unsafe { image.add(16) });
    heap.collect(iter::once(inside));
    assert_eq!(heap.count(), 4);
    // SAFETY: the string is of this heap, and alive.
    let (bytes, len) = unsafe { heap.string(text) };
    // SAFETY: as above.
    assert_eq!(unsafe { std::slice::from_raw_parts(bytes, len) }, b"text");
    heap.collect(iter::empty());
    assert_eq!(heap.count(), 0);
}

#[test]
fn keys_of_maps_are_equal_by_what_they_are() {
    let mut types = TypeTable::new();
    types.map_of(TypeId::ANY, TypeId::INT);
    let mut heap = Collected::new(Arc::new(types), 0);
    let map = heap.new_map(TypeId::ANY, TypeId::INT);
    let any = |ty: TypeId, data: Slot| [Slot::from_bits(ty.number().into()), data];
    let mut text = || any(TypeId::STRING, heap.new_string(b"one"));
    let keys = [text(), text(), any(TypeId::INT, Slot::from_i64(1)), any(TypeId::UINT64, Slot::from_i64(1))];
    for (key, value) in keys.into_iter().zip(1..) {
        // SAFETY: the map is of this heap, and the slots are of its types.
        unsafe { heap.map_insert(map, key, [Slot::from_i64(value), Slot::ZERO]) };
    }
    // The map keeps its keys.
    heap.collect(iter::once(map));
    let mut found = Vec::new();
    let mut cursor = 0;
    // SAFETY: as above.
    while let Some(entry) = unsafe { heap.map_next(map, cursor) } {
        cursor = entry.next;
        found.push(entry.value[0].as_i64());
        // SAFETY: as above.
        assert_eq!(unsafe { heap.map_get(map, entry.key) }, Some(entry.value));
    }
    assert_eq!(found, [2, 3, 4]);
    // SAFETY: as above.
    assert_eq!(unsafe { (heap.map_len(map), heap.map_types(map)) }, (3, Some((TypeId::ANY, TypeId::INT))));
}

/// The argument of a native, and what it returns, in a heap that collects after each instruction.
#[test]
fn natives_read_and_make_values_in_the_heap() {
    let (natives, types) = linked(&["own.Join"]);
    let heap = Box::new(Collected::new(Arc::clone(&types), 0));
    let join = vec![vec![Op::Get(0), Op::Get(1), Op::Native(0)]];
    let mut machine = Machine::new(join, natives, Arc::clone(&types), heap, heap::safe_point);
    let kind = |kind: &TypeKind| types.find(kind).expect("a type of the native");
    let params =
        vec![kind(&TypeKind::Slice(TypeId::STRING)), kind(&TypeKind::Map(TypeId::STRING, TypeId::INT))];
    let join = FuncType { params, variadic: false, results: vec![TypeId::STRING] };
    type Args = (Vec<String>, BTreeMap<String, i64>);
    let join = TypedCall::<Args, String>::check(&join, &types).unwrap();
    let args = (vec!["a".into(), "b".into()], [("x".into(), 1), ("y".into(), 2)].into());
    assert_eq!(machine.call_typed(&join, 0, args).unwrap(), "ab {\"x\": 1, \"y\": 2}");
}
