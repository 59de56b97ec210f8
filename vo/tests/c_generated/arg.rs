//! An argument of a random function: passed by C and by Vo, and read in C.

use std::rc::Rc;

use crate::leaves::Language::{C, Vo};
use crate::leaves::{Language, Leaf, Value, assign, fill, fold, variable};
use crate::random::Random;
use crate::types::{Record, Scalar, Type};

/// An argument with its value.
#[derive(Debug)]
pub(crate) enum Arg {
    /// By value. A Vo variable of this type holds it, if not one of C's.
    Value(Type, Vec<Value>, Option<&'static str>),
    /// A pointer to a value, which C reads and then fills.
    Pointer(Type, Vec<Value>),
    /// A pointer to some elements.
    Slice(Scalar, Vec<Value>),
    Text(&'static str),
    Closure(Vec<Type>, Option<Type>),
}

const TEXTS: [&str; 4] = ["", "x", "naïve", "a text that is longer than a word"];

impl Arg {
    pub(crate) fn random(random: &mut Random, records: &[Rc<Record>]) -> Arg {
        let count = random.below(3);
        match random.below(100) {
            0..70 => {
                let ty = Type::random(random, records);
                Arg::value(random, ty)
            }
            70..78 => {
                let ty = Type::Record(random.pick(records).clone());
                let values = values(random, &ty.leaves(""));
                Arg::Pointer(ty, values)
            }
            78..84 => {
                let scalar = Scalar::random(random);
                let leaves: Vec<Leaf> = (0..=count).map(|_| Leaf::new("", scalar)).collect();
                Arg::Slice(scalar, values(random, &leaves))
            }
            84..90 => Arg::Text(TEXTS[random.below(TEXTS.len())]),
            _ => {
                let params = (0..=count).map(|_| Type::of_closure(random, records)).collect();
                Arg::Closure(params, (!random.chance(20)).then(|| Type::of_closure(random, records)))
            }
        }
    }

    pub(crate) fn variadic(random: &mut Random, records: &[Rc<Record>]) -> Arg {
        match random.below(100) {
            0..70 => {
                let ty = Type::Scalar(Scalar::promoted(random));
                let values = values(random, &ty.leaves(""));
                Arg::Value(ty, values, None)
            }
            70..85 => Arg::Text(TEXTS[random.below(TEXTS.len())]),
            _ => {
                let ty = Type::Record(random.pick(records).clone());
                let values = values(random, &ty.leaves(""));
                Arg::Value(ty, values, None)
            }
        }
    }

    /// Numbers are sometimes in a wider variable, from which they are narrowed.
    fn value(random: &mut Random, ty: Type) -> Arg {
        let values = values(random, &ty.leaves(""));
        let held = match (&ty, values.as_slice()) {
            (Type::Scalar(scalar), &[Value::Integer(value)]) if scalar.is_integer() => {
                let fits = |bits: u32, low: i128| value >= low && value < 1 << bits;
                let wide = [
                    ("int", fits(63, i64::MIN.into())),
                    ("uint64", fits(64, 0)),
                    ("int64", fits(63, i64::MIN.into())),
                ];
                let (name, fits) = *random.pick(&wide);
                (fits && random.chance(60)).then_some(name)
            }
            (Type::Scalar(scalar), [Value::Float(_)]) if scalar.c == "float" => {
                random.chance(40).then_some("float64")
            }
            _ => None,
        };
        Arg::Value(ty, values, held)
    }

    pub(crate) fn is_plain(&self) -> bool {
        match self {
            Arg::Value(ty, ..) => ty.is_plain(),
            Arg::Closure(params, result) => params.iter().chain(result).all(Type::is_plain),
            Arg::Pointer(..) | Arg::Slice(..) | Arg::Text(_) => true,
        }
    }

    /// The parameter in C.
    pub(crate) fn declared(&self, name: &str) -> String {
        match self {
            Arg::Value(ty, ..) => format!("{} {name}", ty.c()),
            Arg::Pointer(ty, _) => format!("{} *{name}", ty.c()),
            Arg::Slice(scalar, _) => format!("const {} *{name}", scalar.c),
            Arg::Text(_) => format!("const char *{name}"),
            Arg::Closure(params, result) => {
                let params: Vec<String> = params.iter().map(Type::c).collect();
                format!("{} (*{name})({})", result_in(C, result.as_ref()), params.join(", "))
            }
        }
    }

    /// What the function does with it.
    pub(crate) fn read_in_c(&self, name: &str) -> String {
        match self {
            Arg::Value(ty, ..) => fold(C, &ty.leaves(name)),
            Arg::Pointer(ty, _) => {
                let leaves = ty.leaves(&format!("(*{name})"));
                fold(C, &leaves) + &fill(C, &leaves)
            }
            Arg::Slice(scalar, values) => fold(C, &elements(*scalar, name, values.len())),
            Arg::Text(_) => format!("for (; *{name}; {name}++) h = mix(h, (unsigned char)*{name}); "),
            Arg::Closure(params, result) => {
                let mut text = "{ ".to_string();
                for (index, ty) in params.iter().enumerate() {
                    let param = format!("b{index}");
                    text = text + &variable(C, ty, &param) + &fill(C, &ty.leaves(&param));
                }
                let names: Vec<String> = (0..params.len()).map(|index| format!("b{index}")).collect();
                let call = format!("{name}({}); ", names.join(", "));
                text += &match result {
                    None => call,
                    Some(ty) => format!("{} q = {call}{}", ty.c(), fold(C, &ty.leaves("q"))),
                };
                text + "}"
            }
        }
    }

    /// Statements before the call, and what is passed.
    pub(crate) fn passed(&self, language: Language, name: &str, number: usize) -> (String, String) {
        match (self, language) {
            (Arg::Value(Type::Scalar(scalar), values, Some(held)), Vo) => {
                let literal = Leaf::new(name, *scalar).literal(Vo, values[0]);
                (format!("var {name} {held} = {literal}"), name.into())
            }
            (Arg::Value(ty, values, _), _) => {
                (variable(language, ty, name) + &assign(language, &ty.leaves(name), values), name.into())
            }
            (Arg::Pointer(ty, values), _) => {
                let setup = variable(language, ty, name) + &assign(language, &ty.leaves(name), values);
                (setup, format!("&{name}"))
            }
            (Arg::Slice(scalar, values), _) => {
                let leaves = elements(*scalar, name, values.len());
                let setup = match language {
                    C => format!("{} {name}[{}]; ", scalar.c, values.len()),
                    Vo => format!("{name} := make([]{}, {}); ", scalar.vo, values.len()),
                };
                (setup + &assign(language, &leaves, values), name.into())
            }
            (Arg::Text(text), _) => (String::new(), format!("{text:?}")),
            (Arg::Closure(..), C) => (String::new(), format!("g{number}_{}", &name[1..])),
            (Arg::Closure(params, result), Vo) => {
                let declared: Vec<String> =
                    params.iter().enumerate().map(|(at, ty)| format!("b{at} {}", ty.vo())).collect();
                let head = format!("func({}) {}", declared.join(", "), result_in(Vo, result.as_ref()));
                (format!("{name} := {head} {{ {}}}", closure_body(Vo, params, result.as_ref())), name.into())
            }
        }
    }
}

fn values(random: &mut Random, leaves: &[Leaf]) -> Vec<Value> {
    leaves.iter().map(|leaf| leaf.value(random)).collect()
}

fn elements(scalar: Scalar, name: &str, count: usize) -> Vec<Leaf> {
    (0..count).map(|index| Leaf::new(format!("{name}[{index}]"), scalar)).collect()
}

pub(crate) fn result_in(language: Language, result: Option<&Type>) -> String {
    match (result, language) {
        (None, C) => "void".into(),
        (None, Vo) => String::new(),
        (Some(ty), C) => ty.c(),
        (Some(ty), Vo) => ty.vo(),
    }
}

pub(crate) fn make_result(language: Language, result: Option<&Type>) -> String {
    match result {
        None => String::new(),
        Some(ty) => variable(language, ty, "r") + &fill(language, &ty.leaves("r")) + "return r; ",
    }
}

/// A closure hashes what it gets, adds that to `seen`, and returns something made of it.
pub(crate) fn closure_body(language: Language, params: &[Type], result: Option<&Type>) -> String {
    let mut body = match language {
        C => "unsigned long long h = 1; ".to_string(),
        Vo => "h := uint64(1); ".to_string(),
    };
    for (index, ty) in params.iter().enumerate() {
        body += &fold(language, &ty.leaves(&format!("b{index}")));
    }
    body + "seen += h; " + &make_result(language, result)
}
