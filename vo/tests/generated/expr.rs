//! Generated expressions. They have no effects, so that no order of evaluation can be seen that Go leaves open.

use super::program::Generator;
use super::types::{BYTE, INT, Type, Underlying};

/// An expression, and whether it is a constant, with which Go computes before the program runs.
#[derive(Clone, Debug)]
pub(crate) struct Expr {
    pub(crate) text: String,
    pub(crate) constant: bool,
}

fn variable(text: String) -> Expr {
    Expr { text, constant: false }
}

impl Generator<'_> {
    /// An expression that has this type wherever it stands.
    pub(crate) fn value(&mut self, ty: &Type, depth: usize) -> Expr {
        if depth == 0 || self.random.chance(15) {
            return self.simple(ty);
        }
        if self.random.chance(30)
            && let Some(path) = self.path(ty, |_| true)
        {
            return variable(path.text);
        }
        if self.random.chance(8)
            && let Some(call) = self.leaf_call(ty, depth - 1)
        {
            return variable(call);
        }
        match self.types.underlying(ty) {
            Type::Bool => self.boolean(ty, depth - 1),
            Type::Int(..) => self.integer(ty, depth - 1),
            Type::Float(_) => self.float(ty, depth - 1),
            Type::String => self.string(ty, depth - 1),
            _ => self.composite(ty, depth - 1),
        }
    }

    /// An expression for a place of this type: literals need no conversion there.
    pub(crate) fn assigned(&mut self, ty: &Type, depth: usize) -> String {
        match self.types.underlying(ty) {
            Type::Bool | Type::Int(..) | Type::Float(_) | Type::String if self.random.chance(15) => {
                self.bare(ty)
            }
            Type::Any | Type::Error | Type::Interface(_) if self.random.chance(70) => {
                self.dynamic_value(ty, depth).unwrap_or_else(|| "nil".into())
            }
            _ => self.value(ty, depth).text,
        }
    }

    /// An expression of this type that is not constant, where there is one.
    fn varying(&mut self, ty: &Type, depth: usize) -> Option<String> {
        let value = self.value(ty, depth);
        match value.constant {
            false => Some(value.text),
            true => match self.path(ty, |_| true) {
                Some(path) => Some(path.text),
                None => self.of_fuel(ty),
            },
        }
    }

    /// A scalar that depends on the fuel that is left.
    fn of_fuel(&mut self, ty: &Type) -> Option<String> {
        let (name, fuel) = (self.types.name(ty), self.fuel());
        Some(match self.types.underlying(ty) {
            Type::Bool => format!("{name}({fuel}%{} == 0)", 2 + self.random.below(5)),
            Type::Int(..) | Type::Float(_) => format!("{name}({fuel})"),
            Type::String => format!("{name}(fmt.Sprint({fuel}))"),
            _ => return None,
        })
    }

    fn simple(&mut self, ty: &Type) -> Expr {
        match self.path(ty, |_| true) {
            Some(path) => variable(path.text),
            None if self.random.chance(50) => self.literal(ty, 0),
            None => self.of_fuel(ty).map(variable).unwrap_or_else(|| self.literal(ty, 0)),
        }
    }

    /// A literal, with its type.
    pub(crate) fn literal(&mut self, ty: &Type, depth: usize) -> Expr {
        match self.types.underlying(ty) {
            Type::Bool | Type::Int(..) | Type::Float(_) | Type::String => {
                let text = format!("{}({})", self.types.name(ty), self.bare(ty));
                Expr { text, constant: true }
            }
            _ => self.composite(ty, depth),
        }
    }

    /// A literal of a scalar, without its type.
    fn bare(&mut self, ty: &Type) -> String {
        let choice = self.random.below(8);
        match self.types.underlying(ty) {
            Type::Bool => if self.random.chance(50) { "true" } else { "false" }.into(),
            Type::Int(name, bits) => {
                let signed = name.starts_with('i');
                let most = (1i128 << (bits - signed as u32)) - 1;
                match choice {
                    0 => most.to_string(),
                    1 if signed => (-most - 1).to_string(),
                    2 => format!("{:#x}", self.random.below(most.min(1 << 40) as usize)),
                    3 if signed => (-(self.random.below(100) as i64)).to_string(),
                    _ => self.random.below(100).to_string(),
                }
            }
            Type::Float(_) => {
                let number = self.random.below(2000) as f64 / 8.0 - 100.0;
                format!("{number:?}")
            }
            _ => {
                let texts = ["", "a", "xyz", "héllo", "0", "世界", "\\x00\\xff", "q\\\"\\n", "12.5"];
                format!("\"{}\"", self.random.pick(&texts))
            }
        }
    }

    /// One of `count` constants of a type of keys or of cases, all of them different.
    pub(crate) fn distinct(&self, ty: &Type, number: usize) -> Option<String> {
        match self.types.underlying(ty) {
            Type::Bool => ["true", "false"].get(number).map(|text| text.to_string()),
            Type::Int(..) => Some((number * 13 % 120).to_string()),
            Type::String => ["", "a", "xyz", "k3", "k4", "世"].get(number).map(|text| format!("\"{text}\"")),
            Type::Array(2, elem) if *elem == BYTE => Some(format!("{{{number}, {}}}", number + 1)),
            _ => None,
        }
    }

    fn boolean(&mut self, ty: &Type, depth: usize) -> Expr {
        let name = self.types.name(ty);
        match self.random.below(6) {
            0 => {
                self.varying(ty, depth).map_or_else(|| self.simple(ty), |text| variable(format!("(!{text})")))
            }
            1 | 2 => {
                let (left, right) = (self.value(ty, depth), self.value(ty, depth));
                let op = self.random.pick(&["&&", "||"]);
                Expr {
                    text: format!("({} {op} {})", left.text, right.text),
                    constant: left.constant && right.constant,
                }
            }
            3 => {
                let ty = self.random_type(1);
                if !self.types.is_comparable(&ty) {
                    return self.nil_comparison(&name, &ty);
                }
                let (left, right) = (self.value(&ty, depth), self.value(&ty, depth));
                let op = self.random.pick(&["==", "!="]);
                Expr {
                    text: format!("{name}({} {op} {})", left.text, right.text),
                    constant: left.constant && right.constant,
                }
            }
            _ => {
                let ty = self.ordered_type();
                let (left, right) = (self.value(&ty, depth), self.value(&ty, depth));
                let op = self.random.pick(&["<", "<=", ">", ">=", "==", "!="]);
                Expr {
                    text: format!("{name}({} {op} {})", left.text, right.text),
                    constant: left.constant && right.constant,
                }
            }
        }
    }

    /// What cannot be compared with another value can be with nil, unless it is a struct or an array.
    fn nil_comparison(&mut self, name: &str, ty: &Type) -> Expr {
        let has_nil = matches!(self.types.underlying(ty), Type::Slice(_) | Type::Map(..) | Type::Func(..));
        match self.path(ty, |_| has_nil) {
            Some(path) => variable(format!("{name}({} != nil)", path.text)),
            None => self.simple(&Type::Bool).converted(name),
        }
    }

    fn integer(&mut self, ty: &Type, depth: usize) -> Expr {
        let name = self.types.name(ty);
        let Type::Int(_, bits) = self.types.underlying(ty) else { return self.simple(ty) };
        if self.random.chance(20) {
            return variable(
                self.conversion_to_int(&name, depth).unwrap_or(format!("{name}({})", self.fuel())),
            );
        }
        let Some(left) = self.varying(ty, depth) else { return self.literal(ty, 0) };
        let right = match self.random.chance(30) {
            true => self.bare(ty),
            false => self.value(ty, depth).text,
        };
        variable(match self.random.below(14) {
            op @ 0..=7 => format!("({left} {} {right})", ["+", "-", "*", "&", "|", "^", "&^", "+"][op]),
            8 => {
                let Some(right) = self.varying(ty, depth) else { return variable(left) };
                format!("({left} {} ({right}|1))", self.random.pick(&["/", "%"]))
            }
            9 if !self.total && self.random.chance(20) => match self.varying(ty, depth) {
                Some(right) => format!("({left} / {right})"),
                None => left,
            },
            9 => format!("({left} / {})", 1 + self.random.below(20)),
            10 => format!("({left} << {})", self.random.below(bits as usize + 2)),
            11 => {
                let count = self.varying(&BYTE, depth).unwrap_or("1".into());
                format!("({left} {} ({count} % {}))", self.random.pick(&["<<", ">>"]), bits + 3)
            }
            12 => format!("({left} >> {})", self.random.below(bits as usize + 2)),
            _ => format!("({}{left})", self.random.pick(&["-", "^", "+"])),
        })
    }

    fn conversion_to_int(&mut self, name: &str, depth: usize) -> Option<String> {
        Some(match self.random.below(4) {
            0 => {
                let from = Type::Float(64);
                let from = self.varying(&from, depth)?;
                format!("{name}({}toint({from}))", self.types.prefix)
            }
            1 => {
                let ty = self
                    .random
                    .pick(&[Type::String, Type::Slice(INT.into()), Type::Slice(BYTE.into())])
                    .clone();
                format!("{name}(len({}))", self.varying(&ty, depth)?)
            }
            _ => {
                let from = self.int_type();
                format!("{name}({})", self.varying(&from, depth)?)
            }
        })
    }

    fn float(&mut self, ty: &Type, depth: usize) -> Expr {
        let name = self.types.name(ty);
        let Some(left) = self.varying(ty, depth) else { return self.literal(ty, 0) };
        variable(match self.random.below(7) {
            0 => {
                let from = self.int_type();
                let Some(from) = self.varying(&from, depth) else { return variable(left) };
                format!("{name}({from})")
            }
            1 => format!("(-{left})"),
            2 => {
                let function = self.random.pick(&["Sqrt", "Floor", "Abs", "Trunc"]);
                format!("{name}(math.{function}(float64({left})))")
            }
            3 => format!("({left} {} {})", self.random.pick(&["+", "-", "*"]), self.bare(ty)),
            _ => {
                let right = self.varying(ty, depth).unwrap_or(left.clone());
                format!("({left} {} {right})", self.random.pick(&["+", "-", "*", "/"]))
            }
        })
    }

    fn string(&mut self, ty: &Type, depth: usize) -> Expr {
        let name = self.types.name(ty);
        let Some(left) = self.varying(ty, depth) else { return self.literal(ty, 0) };
        variable(match self.random.below(9) {
            0 | 1 => format!("({left} + {})", self.value(ty, depth).text),
            2 => format!("{left}[:len({left})/2]"),
            3 => format!("{left}[uint({})%uint(len({left})+1):]", self.fuel()),
            4 => match self.varying(&Type::Int("int32", 32), depth) {
                Some(rune) => format!("{name}(rune({rune}))"),
                None => format!("({left} + \"r\")"),
            },
            5 => format!("{name}([]byte({left}))"),
            6 => format!("{name}([]rune({left}))"),
            7 => {
                let ty = self.int_type();
                format!("{name}(fmt.Sprint({}))", self.value(&ty, depth).text)
            }
            _ => format!("{name}(strings.ToUpper(string({left})))"),
        })
    }

    fn composite(&mut self, ty: &Type, depth: usize) -> Expr {
        let name = self.types.name(ty);
        variable(match self.types.underlying(ty) {
            Type::Slice(elem) => self.slice(&name, &elem, depth),
            Type::Array(count, elem) => self.array(&name, count, &elem, depth),
            Type::Map(key, value) => self.map(&name, &key, &value, depth),
            Type::Pointer(to) => self.pointer(&to, depth),
            Type::Func(params, result) => self.function_value(&params, &result, depth),
            Type::Named(number) => self.structure(&name, number, depth),
            _ => match self.dynamic_value(ty, depth) {
                Some(value) => format!("{name}({value})"),
                None => format!("{name}(nil)"),
            },
        })
    }

    fn slice(&mut self, name: &str, elem: &Type, depth: usize) -> String {
        if depth == 0 {
            return format!("make({name}, {})", self.random.below(4));
        }
        match self.random.below(10) {
            0 => format!("{name}(nil)"),
            1 => format!("make({name}, {}, {})", self.random.below(4), 4 + self.random.below(4)),
            2 => {
                let of = Type::Slice(elem.clone().into());
                match self.path(&of, |_| true) {
                    Some(path) => format!("{name}({0}[:len({0})/2])", path.text),
                    None => format!("make({name}, 2)"),
                }
            }
            3 => {
                let of = Type::Array(3, elem.clone().into());
                match self.path(&of, |path| path.addressable && path.keepable) {
                    Some(path) => format!("{name}({}[1:])", path.text),
                    None => format!("make({name}, 3)"),
                }
            }
            _ => {
                let values: Vec<String> =
                    (0..1 + self.random.below(4)).map(|_| self.assigned(elem, depth - 1)).collect();
                format!("{name}{{{}}}", values.join(", "))
            }
        }
    }

    fn array(&mut self, name: &str, count: usize, elem: &Type, depth: usize) -> String {
        let given = if self.random.chance(70) { count } else { self.random.below(count + 1) };
        let given = if depth == 0 { 0 } else { given };
        let values: Vec<String> = (0..given).map(|_| self.assigned(elem, depth - 1)).collect();
        if given == count && count > 0 && name.starts_with('[') && self.random.chance(20) {
            return format!("[...]{}{{{}}}", self.types.name(elem), values.join(", "));
        }
        match self.random.chance(15) && given == 1 {
            true => format!("{name}{{{}: {}}}", count - 1, values[0]),
            false => format!("{name}{{{}}}", values.join(", ")),
        }
    }

    fn map(&mut self, name: &str, key: &Type, value: &Type, depth: usize) -> String {
        if depth == 0 || self.random.chance(15) {
            return format!("make({name})");
        }
        let keys: Vec<String> =
            (0..self.random.below(4)).filter_map(|number| self.distinct(key, number)).collect();
        let entries: Vec<String> =
            keys.iter().map(|key| format!("{key}: {}", self.assigned(value, depth - 1))).collect();
        format!("{name}{{{}}}", entries.join(", "))
    }

    fn pointer(&mut self, to: &Type, depth: usize) -> String {
        let name = self.types.name(to);
        if depth == 0 || self.random.chance(8) {
            return if self.random.chance(40) { format!("(*{name})(nil)") } else { format!("new({name})") };
        }
        if self.random.chance(40)
            && let Some(path) = self.path(to, |path| path.addressable && path.keepable)
        {
            return format!("&{}", path.text);
        }
        match self.types.underlying(to) {
            Type::Named(number) => format!("&{}", self.structure(&name, number, depth - 1)),
            _ => format!("new({name})"),
        }
    }

    fn structure(&mut self, name: &str, number: usize, depth: usize) -> String {
        let Underlying::Struct { fields, .. } = &self.types.named[number].underlying else {
            return format!("*new({name})");
        };
        let fields = fields.clone();
        if depth == 0 {
            return format!("{name}{{}}");
        }
        let positional = self.random.chance(30);
        let mut values = Vec::new();
        for (field, ty) in &fields {
            if !positional && self.random.chance(20) {
                continue;
            }
            let value = self.assigned(ty, depth - 1);
            values.push(if positional { value } else { format!("{field}: {value}") });
        }
        format!("{name}{{{}}}", values.join(", "))
    }

    /// A value that an interface can hold; its type is noted for hashing.
    pub(crate) fn dynamic_value(&mut self, ty: &Type, depth: usize) -> Option<String> {
        if *ty == Type::Error {
            return match self.random.below(3) {
                0 => None,
                1 => Some("errors.New(\"oh\")".into()),
                _ => Some(format!("fmt.Errorf(\"e%v\", {})", self.fuel())),
            };
        }
        let choices = match ty {
            Type::Interface(number) => self.types.implementers(*number),
            _ => (0..4).map(|_| self.random_type(depth.min(1))).collect(),
        };
        let holdable =
            |ty: &Type| !matches!(ty, Type::Any | Type::Error | Type::Interface(_) | Type::Func(..));
        let choices: Vec<Type> = choices.into_iter().filter(holdable).collect();
        if choices.is_empty() || self.random.chance(8) {
            return None;
        }
        let chosen = self.random.pick(&choices).clone();
        let value = self.value(&chosen, depth.min(2)).text;
        self.note_dynamic(&chosen);
        Some(value)
    }

    fn leaf_call(&mut self, ty: &Type, depth: usize) -> Option<String> {
        let fitting: Vec<_> = self.leaves.iter().filter(|leaf| leaf.result == *ty).cloned().collect();
        if fitting.is_empty() {
            return None;
        }
        let leaf = self.random.pick(&fitting).clone();
        let args: Vec<String> = leaf.params.iter().map(|ty| self.assigned(ty, depth)).collect();
        Some(format!("{}({})", leaf.name, args.join(", ")))
    }

    /// A scalar type that `<` compares.
    fn ordered_type(&mut self) -> Type {
        match self.random.below(6) {
            0 => Type::Float(64),
            1 => Type::Float(32),
            2 => Type::String,
            _ => self.int_type(),
        }
    }

    pub(crate) fn int_type(&mut self) -> Type {
        let names = [
            ("int", 64),
            ("int8", 8),
            ("int16", 16),
            ("int32", 32),
            ("int64", 64),
            ("uint", 64),
            ("uint8", 8),
            ("uint16", 16),
            ("uint32", 32),
            ("uint64", 64),
        ];
        let (name, bits) = *self.random.pick(&names);
        Type::Int(name, bits)
    }
}

impl Expr {
    fn converted(self, name: &str) -> Expr {
        Expr { text: format!("{name}({})", self.text), ..self }
    }
}
