//! Declarations and values as text.

use vo_ffi_core::{
    Class, Declaration, FuncType, Heap, Origin, SCALARS, Scalar, Slot, TypeId, TypeKind, TypeTable,
};
use vo_ffi_runtime::BoundFunction;

use super::World;

/// Reads `symbol(name type, …) type`.
pub(crate) fn declare(library: &str, text: &str, types: &mut TypeTable) -> Declaration {
    let (symbol, rest) = text.split_once('(').expect("a parameter list");
    let (params, results) = rest.split_once(')').expect("the end of the parameters");
    let results = results.trim().trim_start_matches('(').trim_end_matches(')');
    let (mut names, mut tys, mut variadic) = (Vec::new(), Vec::new(), false);
    for param in params.split(',').map(str::trim).filter(|param| !param.is_empty()) {
        let (name, ty) = param.split_once(' ').expect("a name and a type");
        names.push(name.to_string());
        variadic = ty.starts_with("...");
        tys.push(type_of(&ty.replacen("...", "[]", 1), types));
    }
    let results = (results.split(',').map(str::trim).filter(|result| !result.is_empty()))
        .map(|ty| type_of(ty, types))
        .collect();
    Declaration {
        name: format!("main.{symbol}"),
        func: FuncType { params: tys, variadic, results },
        param_names: names,
        origin: Origin::C { library: library.into(), symbol: symbol.into() },
        file: "test.vo".into(),
        line: 3,
    }
}

fn type_of(text: &str, types: &mut TypeTable) -> TypeId {
    if let Some(elem) = text.strip_prefix("[]") {
        let elem = type_of(elem, types);
        return types.slice_of(elem);
    }
    if let Some(target) = text.strip_prefix('*') {
        let target = type_of(target, types);
        return types.pointer_to(target);
    }
    if let Some((key, value)) = text.strip_prefix("map[").and_then(|rest| rest.split_once(']')) {
        let (key, value) = (type_of(key, types), type_of(value, types));
        return types.map_of(key, value);
    }
    if let Some((len, elem)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        let elem = type_of(elem, types);
        return types.array_of(elem, len.parse().expect("a length"));
    }
    match text {
        "string" => TypeId::STRING,
        "any" => TypeId::ANY,
        "error" => TypeId::ERROR,
        "visitor" => {
            let params = vec![TypeId::STRING, TypeId::BYTES];
            types.intern(TypeKind::Func(FuncType { params, variadic: false, results: vec![TypeId::STRING] }))
        }
        "func" => types.intern(TypeKind::Func(FuncType { params: vec![], variadic: false, results: vec![] })),
        _ => match SCALARS.iter().find(|row| row.name == text) {
            Some(row) => TypeId::scalar(row.scalar),
            None => types.find_named(text).unwrap_or_else(|| panic!("a type named {text}")),
        },
    }
}

/// Reads arguments of the declared types.
pub(crate) fn read_args<H: Heap>(world: &mut World<H>, bound: &BoundFunction, text: &str) -> Vec<Slot> {
    let texts: Vec<&str> = text.split(", ").filter(|text| !text.is_empty()).collect();
    let params = &bound.callee().plan.params;
    assert_eq!(texts.len(), params.len(), "{text}");
    texts.iter().zip(params).map(|(text, place)| read(world, place.ty, text)).collect()
}

fn read<H: Heap>(world: &mut World<H>, ty: TypeId, text: &str) -> Slot {
    let types = world.types.clone();
    match types.kind(ty) {
        TypeKind::Scalar(scalar) => read_scalar(*scalar, text),
        TypeKind::String => world.heap.new_string(&unquote(text)),
        _ if text == "nil" => Slot::ZERO,
        TypeKind::Slice(elem) => {
            let items: Vec<&str> = text.trim_matches(['[', ']']).split_whitespace().collect();
            let (slice, data) = world.heap.new_slice(*elem, items.len());
            let size = types.layout(*elem).size;
            for (index, item) in items.iter().enumerate() {
                // SAFETY: the slice has an element here.
                store(&types, *elem, unsafe { data.add(index * size) }, item);
            }
            slice
        }
        TypeKind::Pointer(target) => {
            let image = world.heap.new_object(*target);
            store(&types, *target, image, text.strip_prefix('&').expect("&value"));
            Slot::from_ptr(image)
        }
        TypeKind::Struct(_) => {
            let image = world.heap.new_object(ty);
            store(&types, ty, image, text);
            Slot::from_ptr(image)
        }
        other => panic!("an argument of {other:?}"),
    }
}

/// Stores a scalar, an array written as `[1 2]`, or a struct written as `{1;2}`, `{{1;2}|[3 4]}` if it has such in it.
fn store(types: &TypeTable, ty: TypeId, at: *mut u8, text: &str) {
    match types.kind(ty) {
        // SAFETY: `at` has room for a value of the type.
        TypeKind::Scalar(scalar) => unsafe { scalar.store(at, read_scalar(*scalar, text)) },
        TypeKind::Struct(fields) => {
            let offsets = &types.layout(ty).offsets;
            let inner = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')).expect("braces");
            let between = if inner.contains('|') { '|' } else { ';' };
            for ((field, offset), text) in fields.iter().zip(offsets).zip(inner.split(between)) {
                // SAFETY: the field lies in the image.
                store(types, field.ty, unsafe { at.add(*offset) }, text);
            }
        }
        TypeKind::Array(elem, _) => {
            let size = types.layout(*elem).size;
            for (index, text) in text.trim_matches(['[', ']']).split(' ').enumerate() {
                // SAFETY: the array has an element here.
                store(types, *elem, unsafe { at.add(index * size) }, text);
            }
        }
        other => panic!("an element of {other:?}"),
    }
}

fn read_scalar(scalar: Scalar, text: &str) -> Slot {
    match scalar.class() {
        Class::Bool => Slot::from_bool(text == "true"),
        Class::Signed => Slot::from_i64(text.parse().expect(text)),
        Class::Unsigned => match text.strip_prefix("0x") {
            Some(hex) => Slot::from_bits(u64::from_str_radix(hex, 16).expect(text)),
            None => Slot::from_bits(text.parse().expect(text)),
        },
        Class::Float if scalar.size() == 4 => Slot::from_f32(text.parse().expect(text)),
        Class::Float => Slot::from_f64(text.parse().expect(text)),
    }
}

/// Bytes of `"text"`, in which `\0` is a NUL.
fn unquote(text: &str) -> Vec<u8> {
    text.trim_matches('"').replace("\\0", "\0").into_bytes()
}

/// The results, then ` | ` and what slices and pointers now hold.
pub(crate) fn write_outcome<H: Heap>(world: &World<H>, bound: &BoundFunction, frame: &[Slot]) -> String {
    let plan = &bound.callee().plan;
    let value = |place: &vo_ffi_core::Place| write(world, place.ty, &frame[place.at as usize..]);
    let results: Vec<String> = plan.results.iter().map(value).collect();
    let mutable = |ty| matches!(world.types.kind(ty), TypeKind::Slice(_) | TypeKind::Pointer(_));
    let left: Vec<String> = plan.params.iter().filter(|place| mutable(place.ty)).map(value).collect();
    let bar = if left.is_empty() { "" } else { " | " };
    format!("{}{bar}{}", results.join(", "), left.join(", ")).trim().to_string()
}

fn write<H: Heap>(world: &World<H>, ty: TypeId, slots: &[Slot]) -> String {
    let slot = slots[0];
    match world.types.kind(ty) {
        TypeKind::Scalar(scalar) => write_scalar(*scalar, slot),
        TypeKind::String => {
            // SAFETY: by its type it is a string, which has `len` bytes at `data`, even where there are none.
            let bytes = unsafe {
                let (data, len) = world.heap.string(slot);
                std::slice::from_raw_parts(data, len)
            };
            format!("\"{}\"", bytes.escape_ascii())
        }
        TypeKind::Slice(elem) => {
            // SAFETY: by its type it is a slice.
            let raw = unsafe { world.heap.slice(slot) };
            let size = world.types.layout(*elem).size;
            // SAFETY: the elements lie one behind the other.
            let items = (0..raw.len).map(|index| load(world, *elem, unsafe { raw.data.add(index * size) }));
            format!("[{}]", items.collect::<Vec<_>>().join(" "))
        }
        TypeKind::Pointer(_) if slot == Slot::ZERO => "nil".into(),
        TypeKind::Pointer(target) => format!("&{}", load(world, *target, slot.as_ptr())),
        TypeKind::Interface(_) if slot == Slot::ZERO => "nil".into(),
        TypeKind::Interface(_) => {
            assert_eq!(slot.bits(), u64::from(TypeId::ERROR_STRING_PTR.number()));
            // SAFETY: an `errors.errorString` is a struct of one string.
            let bytes = unsafe {
                let (data, len) = world.heap.string(slots[1].as_ptr::<Slot>().read());
                std::slice::from_raw_parts(data, len)
            };
            String::from_utf8_lossy(bytes).into_owned()
        }
        TypeKind::Struct(_) => load(world, ty, slot.as_ptr()),
        other => panic!("a result of {other:?}"),
    }
}

fn load<H: Heap>(world: &World<H>, ty: TypeId, at: *const u8) -> String {
    match world.types.kind(ty) {
        // SAFETY: there is a value of the type.
        TypeKind::Scalar(scalar) => write_scalar(*scalar, unsafe { scalar.load(at) }),
        TypeKind::Struct(fields) => {
            let offsets = &world.types.layout(ty).offsets;
            let fields = (fields.iter().zip(offsets))
                // SAFETY: the field lies in the image.
                .map(|(field, offset)| load(world, field.ty, unsafe { at.add(*offset) }));
            format!("{{{}}}", fields.collect::<Vec<_>>().join(";"))
        }
        TypeKind::Array(elem, len) => {
            let size = world.types.layout(*elem).size;
            // SAFETY: the elements lie one behind the other.
            let items = (0..*len as usize).map(|index| load(world, *elem, unsafe { at.add(index * size) }));
            format!("[{}]", items.collect::<Vec<_>>().join(" "))
        }
        other => panic!("an element of {other:?}"),
    }
}

/// A scalar; the whole slot is judged, so that what is not extended shows.
fn write_scalar(scalar: Scalar, slot: Slot) -> String {
    match scalar.class() {
        Class::Bool => match slot.bits() {
            0 => "false".into(),
            1 => "true".into(),
            bits => format!("bool {bits:#x}"),
        },
        Class::Signed => slot.as_i64().to_string(),
        Class::Unsigned => slot.bits().to_string(),
        Class::Float if scalar.size() == 4 => {
            assert_eq!(slot.bits() >> 32, 0, "the high half of a float32 is 0");
            format!("{:?}", slot.as_f32())
        }
        Class::Float => format!("{:?}", slot.as_f64()),
    }
}
