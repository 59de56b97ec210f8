//! Bit-fields as natives see them.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::ptr::NonNull;
use std::sync::Arc;

use super::*;
use crate::call::{CallContext, Status};
use crate::heap::{ArenaHeap, Heap};
use crate::types::Layout;
use crate::unwind::trap_of_panic;

#[test]
fn natives_read_and_write_bit_fields() {
    // struct { int low : 3; unsigned high : 5; char tail; }
    let mut types = TypeTable::new();
    let field = |name: &str, scalar| Field { name: name.into(), ty: TypeId::scalar(scalar), embedded: false };
    let fields =
        vec![field("low", Scalar::Int32), field("high", Scalar::Uint32), field("tail", Scalar::Int8)];
    let flags = types.new_named("C.struct_flags");
    let bits = [(0, 3), (3, 5)].map(|(offset, width)| Some(BitField { offset, width }));
    let layout = Layout { size: 2, align: 1, offsets: vec![0, 0, 1] };
    types.set_c_record(flags, fields, layout, false, [&bits[..], &[None]].concat());
    let types = Arc::new(types);
    let mut arena = ArenaHeap::new(Arc::clone(&types));
    let heap: &mut dyn Heap = &mut arena;
    // SAFETY: the heap outlives the context, and is used through it alone.
    let mut cx = unsafe { CallContext::new(NonNull::from(heap), types, |_, _, _, _| Status::Ok) };
    // SAFETY: the context lives until the end of this function.
    let access = unsafe { Access::new(NonNull::from(&mut cx)) };
    let mut object = VoObject::make(access, flags, &[VoValue::Int(-4), VoValue::Int(31), VoValue::Int(7)]);
    let rows = [
        (0, 3, Ok("C.struct_flags { low: Int(3), high: Uint(31), tail: Int(7) }")),
        (0, 4, Err("field C.struct_flags.low: expected a number of 3 bits, found 4")),
        (0, -5, Err("field C.struct_flags.low: expected a number of 3 bits, found -5")),
        (1, 16, Ok("C.struct_flags { low: Int(3), high: Uint(16), tail: Int(7) }")),
        (1, 32, Err("field C.struct_flags.high: expected a number of 5 bits, found 32")),
        (2, -1, Ok("C.struct_flags { low: Int(3), high: Uint(16), tail: Int(-1) }")),
        (0, -1, Ok("C.struct_flags { low: Int(-1), high: Uint(16), tail: Int(-1) }")),
    ];
    for (index, value, expected) in rows {
        let done = catch_unwind(AssertUnwindSafe(|| object.set_field(index, value)));
        let found = match done {
            Ok(()) => Ok(format!("{:?}", object.as_struct())),
            Err(payload) => Err(trap_of_panic(payload).message().to_string()),
        };
        assert_eq!(found, expected.map(str::to_string).map_err(str::to_string), "{index} = {value}");
    }
}
