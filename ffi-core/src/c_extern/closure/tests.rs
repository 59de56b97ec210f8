//! What func values are to C: each rule, and what is said where it does not hold.

use super::*;
use crate::c::{Declarations, Target};
use crate::c_extern::fit::{CFit, MAX_DEPTH};
use crate::scalar::Scalar;
use crate::types::Field;

/// A func type by the names of its parameters and results: `*T`, `[]T`, scalars, `Pair` and `Named`.
fn func(types: &mut TypeTable, params: &str, results: &str) -> TypeId {
    let mut list = |names: &str| -> Vec<TypeId> {
        names.split_whitespace().map(|name| named(types, name.trim_start_matches("..."))).collect()
    };
    let (listed, results) = (list(params), list(results));
    let func = FuncType { params: listed, variadic: params.contains("..."), results };
    types.intern(TypeKind::Func(func))
}

fn named(types: &mut TypeTable, name: &str) -> TypeId {
    if let Some(target) = name.strip_prefix('*') {
        let target = named(types, target);
        return types.pointer_to(target);
    }
    if let Some(elem) = name.strip_prefix("[]") {
        let elem = named(types, elem);
        return types.slice_of(elem);
    }
    let field = |name: &str, ty| Field { name: name.into(), ty, embedded: false };
    let int32 = TypeId::scalar(Scalar::Int32);
    match name {
        "string" => TypeId::STRING,
        "error" => TypeId::ERROR,
        "any" => TypeId::ANY,
        "func" => types.intern(TypeKind::Func(FuncType { params: vec![], variadic: false, results: vec![] })),
        "map" => types.map_of(TypeId::INT, TypeId::INT),
        "[2]int32" => types.array_of(int32, 2),
        "Pair" => types.intern(TypeKind::Struct(vec![field("x", int32), field("y", TypeId::FLOAT64)])),
        "Named" => types.intern(TypeKind::Struct(vec![field("x", int32), field("title", TypeId::STRING)])),
        scalar => {
            let row = crate::scalar::SCALARS.iter().find(|row| row.name == scalar).expect("a type of Vo");
            TypeId::scalar(row.scalar)
        }
    }
}

fn shown(closure: Result<CClosure, Vec<Misfit>>) -> String {
    match closure {
        Ok(closure) => format!("{} {:?} {:?}", closure.declaration(), closure.args(), closure.result()),
        Err(misfits) => {
            let lines = misfits.into_iter().map(|Misfit { problem, advice }| match advice.as_str() {
                "" => problem,
                advice => format!("{problem} ({advice})"),
            });
            lines.collect::<Vec<_>>().join("\n")
        }
    }
}

#[test]
fn func_types_as_c_has_them() {
    let rows = [
        ("*int32 *int32", "int32", "int (void *, void *) [InPlace, InPlace] InPlace"),
        ("", "", "void (void) [] Void"),
        (
            "bool uint8 float32",
            "float64",
            "double (_Bool, unsigned char, float) [InPlace, InPlace, InPlace] InPlace",
        ),
        ("string uintptr", "*int32", "void *(const char *, unsigned long long) [CopyText, InPlace] Pointer"),
        ("string string", "", "void (const char *, const char *) [CopyText, CopyText] Void"),
        (
            "[]uint8",
            "",
            "its parameter 1 is []uint8, and a C pointer has no length (take *uint8, and the length if C gives it)",
        ),
        ("[2]int32", "", "its parameter 1 is [2]int32, and C gives pointers to arrays (take *[2]int32)"),
        ("int map", "", "its parameter 2 is map[int]int, and C has no maps (take what C gives)"),
        (
            "func",
            "",
            "its parameter 1 is func(), and C gives an address, which is no func (take uintptr, or a pointer to a function of `import \"C\"`)",
        ),
        (
            "any",
            "",
            "its parameter 1 is any, and C gives one exact type (take that type, as int32, float64 or string)",
        ),
        (
            "...[]int32",
            "",
            "it takes any number of arguments, and C does not tell how many (take the arguments that C gives)",
        ),
        (
            "*Named",
            "",
            "its parameter 1 is *struct { x int32; title string } with the field `title`, string, which C cannot share \
             (use scalars, and arrays and structs of them; uintptr for an address that C gave)",
        ),
        (
            "",
            "string",
            "it returns string, and C cannot tell how long its bytes stay (return uintptr, the address of a text that C owns)",
        ),
        ("", "error", "it returns error, which C does not know (return a number that tells of it, as int32)"),
        ("", "int32 int32", "it returns several values, and C takes one (write the others through pointers)"),
        ("", "[]int32", "it returns []int32, which C does not take (return a scalar, a pointer or a struct)"),
        (
            "map any",
            "string",
            "its parameter 1 is map[int]int, and C has no maps (take what C gives)\n\
             its parameter 2 is any, and C gives one exact type (take that type, as int32, float64 or string)\n\
             it returns string, and C cannot tell how long its bytes stay (return uintptr, the address of a text that C owns)",
        ),
    ];
    for (params, results, expected) in rows {
        let mut types = TypeTable::new();
        let func = func(&mut types, params, results);
        assert_eq!(shown(CClosure::of(func, &types)), expected, "func({params}) {results}");
    }
}

#[test]
fn structs_by_value() {
    let mut types = TypeTable::new();
    let pair = named(&mut types, "Pair");
    let func = func(&mut types, "Pair", "Pair");
    let closure = CClosure::of(func, &types).expect("C has structs");
    assert_eq!(*closure.args(), [ClosureArg::Struct(pair, 16)]);
    assert_eq!(closure.result(), ClosureResult::Struct(16));
}

#[test]
fn func_types_against_prototypes() {
    let narrow = "[InPlace, InPlace] Narrow { class: Signed, bytes: 4 }";
    let rows = [
        ("int f(const void *, const void *)", "*int32 *int32", "int32", "[InPlace, InPlace] InPlace"),
        ("int f(const void *, const void *)", "*int32 *int32", "int", narrow),
        ("int f(const void *, const void *)", "uintptr *Pair", "int16", "[InPlace, InPlace] InPlace"),
        ("int f(int *, struct pair *)", "*int32 *Pair", "int32", "[InPlace, InPlace] InPlace"),
        ("long f(short, unsigned char)", "int uint", "int64", "[InPlace, InPlace] InPlace"),
        ("float f(float, float)", "float32 float64", "float64", "[InPlace, Widen] Round"),
        ("double f(void)", "", "float32", "[] Widen"),
        ("_Bool f(enum e)", "uint32", "bool", "[InPlace] InPlace"),
        ("void f(const char *, char *)", "string uintptr", "", "[CopyText, InPlace] Void"),
        ("void *f(void)", "", "*int32", "[] Pointer"),
        ("struct pair f(void)", "", "Pair", "[] Struct(16)"),
        (
            "int f(int, double)",
            "int int",
            "int32",
            "parameter 2: C gives `double`, and the closure takes int",
        ),
        (
            "int f(long, int *)",
            "int32 *int64",
            "bool",
            "parameter 1: C gives `long`, and the closure takes int32\n\
             parameter 2: C gives `int *`, and the closure takes *int64\n\
             the result: C takes `int`, and the closure returns bool",
        ),
        ("int f(unsigned)", "int", "int32", "parameter 1: C gives `unsigned int`, and the closure takes int"),
        ("void f(char *)", "string", "", "parameter 1: C gives `char *`, and the closure takes string"),
        (
            "void *f(void *, const void *)",
            "*Named **int32",
            "*string",
            "parameter 1: C gives `void *`, and the closure takes *struct { x int32; title string }\n\
             the result: C takes `void *`, and the closure returns *string",
        ),
        (
            "void f(long double)",
            "float64",
            "",
            "parameter 1: C gives `long double`, and the closure takes float64",
        ),
        (
            "void f(struct pair)",
            "*Pair",
            "",
            "parameter 1: C gives `struct pair`, and the closure takes *struct { x int32; y float64 }",
        ),
        ("void f(int)", "", "", "C gives 1 argument, and the closure takes 0"),
        ("void f(void)", "int", "", "C gives 0 arguments, and the closure takes 1"),
        ("void f(int, ...)", "int", "", "it takes any number of arguments, and C does not tell how many"),
        ("int f(void)", "", "", "the result: C takes `int`, and the closure returns nothing"),
        ("void f(void)", "", "int", "the result: C takes nothing, and the closure returns int"),
        (
            "int f(void)",
            "",
            "int32 error",
            "the result: C takes `int`, and the closure returns several values",
        ),
        (
            "const char *f(void)",
            "",
            "string",
            "it returns string, and C cannot tell how long its bytes stay (return uintptr, the address of a text that C owns)",
        ),
    ];
    for (prototype, params, results, expected) in rows {
        let text = format!("struct pair {{ int x; double y; }}; enum e {{ ONE = 1 }}; {prototype};");
        let declarations = Declarations::parse(&text, Target::HOST).expect(prototype);
        let c = &declarations.types;
        let sig = c.as_func(declarations.function("f").expect(prototype).ty).expect(prototype);
        let mut types = TypeTable::new();
        let func = func(&mut types, params, results);
        let fit = CFit { types: &types, c, made: &|_| None };
        let alike = |ty: TypeId, to: CType| fit.points_alike(ty, to, MAX_DEPTH);
        let closure = CClosure::fitting(func, &types, sig, c, &alike);
        let found = match closure {
            Ok(closure) => format!("{:?} {:?}", closure.args(), closure.result()),
            misfits => shown(misfits),
        };
        assert_eq!(found, expected, "{prototype} and func({params}) {results}");
    }
}
