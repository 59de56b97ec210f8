//! `#[vo(default = …)]`: parameters that a declaration may leave out.

use vo_ffi::prelude::*;
use vo_ffi::{Declaration, FuncType, Origin, TypeId, TypeTable};

use crate::host::{End, Host, func, int};

const PLACES: u8 = 2;

#[vo_extern("defaults.Round")]
fn round(
    x: f64,
    #[vo(default = PLACES)] places: u8,
    ctx: &mut ExternCtx,
    #[vo(default = format!("{places_word} places", places_word = "no"))] unit: String,
) -> String {
    ctx.new_string("").as_str().to_string() + &format!("{x:.*} {unit}", usize::from(places))
}

#[vo_extern("defaults.Pair")]
fn pair(#[vo(default = 7)] a: i64, #[vo(default = VoValue::Nil)] b: VoValue) -> (i64, bool) {
    (a, matches!(b, VoValue::Nil))
}

const INT: TypeId = TypeId::INT;
const FLOAT: TypeId = TypeId::FLOAT64;
const STRING: TypeId = TypeId::STRING;
const ANY: TypeId = TypeId::ANY;

#[test]
fn what_a_declaration_leaves_out_has_its_default() {
    let mut host = Host::new();
    let unit = host.string("m");
    let x = vo_ffi::Slot::from_f64(1.0 / 3.0);
    let rows = [
        (vec![FLOAT], vec![x], "0.33 no places"),
        (vec![FLOAT, INT], vec![x, int(1)], "0.3 no places"),
        (vec![FLOAT, INT, STRING], vec![x, int(3), unit], "0.333 m"),
    ];
    for (params, arguments, expected) in rows {
        let end = host.call("defaults.Round", &func(&params, &[STRING]), &arguments);
        assert_eq!(host.read_string(end.result().unwrap()), expected);
    }
    let results = [INT, TypeId::BOOL];
    assert_eq!(host.call("defaults.Pair", &func(&[], &results), &[]), End::Ok(vec![int(7), int(1)]));
    let word = crate::host::word(INT);
    let end = host.call("defaults.Pair", &func(&[INT, ANY], &results), &[int(1), word, int(2)]);
    assert_eq!(end, End::Ok(vec![int(1), int(0)]));
}

#[test]
fn other_parameters_are_always_declared() {
    let types = TypeTable::new();
    let link = |name: &str, func: FuncType| {
        let declaration = Declaration {
            name: name.into(),
            func,
            param_names: Vec::new(),
            origin: Origin::Rust,
            file: "a.vo".into(),
            line: 1,
        };
        let linked = ExternRegistry::from_inventory().link(&[declaration], &types);
        linked
            .map(|_| ())
            .map_err(|errors| errors.to_string().lines().nth(1).unwrap_or_default().trim().to_string())
    };
    let rows = [
        (
            "defaults.Round",
            func(&[], &[STRING]),
            Err(
                "the declaration has 0 parameters, the native 3 parameters, of which the last 2 may be left out",
            ),
        ),
        ("defaults.Round", func(&[FLOAT, INT], &[STRING]), Ok(())),
        (
            "defaults.Round",
            func(&[FLOAT, STRING], &[STRING]),
            Err("parameter 2 `places`: declared string, the native takes byte"),
        ),
        (
            "defaults.Pair",
            func(&[INT, ANY, INT], &[INT, TypeId::BOOL]),
            Err(
                "the declaration has 3 parameters, the native 2 parameters, of which the last 2 may be left out",
            ),
        ),
    ];
    for (name, func, expected) in rows {
        assert_eq!(link(name, func), expected.map_err(str::to_string), "{name}");
    }
}
