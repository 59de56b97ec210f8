//! The types of generated programs.

use crate::random::Random;

/// A type; the named ones are numbers of [`Types`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Bool,
    /// By its name and its number of bits.
    Int(&'static str, u32),
    /// Of 32 or 64 bits.
    Float(u32),
    String,
    Slice(Box<Type>),
    Array(usize, Box<Type>),
    Map(Box<Type>, Box<Type>),
    Pointer(Box<Type>),
    Func(Vec<Type>, Box<Type>),
    Named(usize),
    Interface(usize),
    Any,
    Error,
}

pub(crate) const INT: Type = Type::Int("int", 64);
pub(crate) const UINT64: Type = Type::Int("uint64", 64);
pub(crate) const BYTE: Type = Type::Int("uint8", 8);

const SCALARS: [Type; 15] = [
    Type::Bool,
    INT,
    Type::Int("int8", 8),
    Type::Int("int16", 16),
    Type::Int("int32", 32),
    Type::Int("int64", 64),
    Type::Int("uint", 64),
    BYTE,
    Type::Int("uint16", 16),
    Type::Int("uint32", 32),
    UINT64,
    Type::Int("uintptr", 64),
    Type::Float(32),
    Type::Float(64),
    Type::String,
];

/// The parameter and result of the methods that types may have, by number: `M0`, `M1` and so on.
pub(crate) const METHODS: [(Type, Type); 5] = [
    (INT, INT),
    (Type::String, Type::String),
    (BYTE, Type::Float(64)),
    (Type::Float(32), Type::Bool),
    (Type::Bool, Type::Int("int16", 16)),
];

/// A declared type.
#[derive(Debug)]
pub(crate) struct Named {
    pub(crate) underlying: Underlying,
    /// The methods that it declares, and whether the receiver is a pointer.
    pub(crate) methods: Vec<(usize, bool)>,
}

#[derive(Debug)]
pub(crate) enum Underlying {
    Plain(Type),
    /// The fields, by name; the first may be embedded.
    Struct {
        fields: Vec<(String, Type)>,
        embedded: bool,
    },
}

/// The types that a program declares.
#[derive(Debug, Default)]
pub(crate) struct Types {
    pub(crate) prefix: String,
    pub(crate) named: Vec<Named>,
    /// The methods of each interface.
    pub(crate) interfaces: Vec<Vec<usize>>,
}

impl Types {
    /// Declares `count` types and three interfaces.
    pub(crate) fn generate(prefix: &str, count: usize, random: &mut Random) -> Types {
        let mut types = Types { prefix: prefix.into(), ..Types::default() };
        for _ in 0..3 {
            let methods = (0..METHODS.len()).filter(|_| random.chance(35)).collect();
            types.interfaces.push(methods);
        }
        for number in 0..count {
            let methods: Vec<usize> = (0..METHODS.len()).filter(|_| random.chance(60)).collect();
            let methods = methods.into_iter().map(|method| (method, random.chance(40))).collect();
            let underlying = match random.chance(65) {
                true => types.fields(number, random),
                false => Underlying::Plain(types.plain(random)),
            };
            types.named.push(Named { underlying, methods });
        }
        types
    }

    fn fields(&mut self, number: usize, random: &mut Random) -> Underlying {
        let structs: Vec<usize> = (0..number)
            .filter(|&other| matches!(self.named[other].underlying, Underlying::Struct { .. }))
            .collect();
        let embedded = !structs.is_empty() && random.chance(35);
        let mut fields = Vec::new();
        if embedded {
            let base = *random.pick(&structs);
            fields.push((self.name(&Type::Named(base)), Type::Named(base)));
        }
        for field in 0..1 + random.below(5) {
            let ty = match random.chance(12) {
                true => Type::Pointer(Type::Named(number).into()),
                false => self.any_type(2, random),
            };
            fields.push((format!("f{number}x{field}"), ty));
        }
        Underlying::Struct { fields, embedded }
    }

    fn plain(&mut self, random: &mut Random) -> Type {
        match random.below(5) {
            0 => Type::Slice(random.pick(&SCALARS).clone().into()),
            1 => Type::Map(Type::String.into(), random.pick(&SCALARS).clone().into()),
            _ => random.pick(&SCALARS).clone(),
        }
    }

    /// A type built of those that are declared so far.
    pub(crate) fn any_type(&self, depth: usize, random: &mut Random) -> Type {
        if depth == 0 || random.chance(45) {
            return random.pick(&SCALARS).clone();
        }
        let named = self.named.len();
        match random.below(14) {
            0 | 1 => Type::Slice(self.any_type(depth - 1, random).into()),
            2 | 3 => Type::Array(1 + random.below(4), self.any_type(depth - 1, random).into()),
            4 => Type::Map(self.key_type(random).into(), self.any_type(depth - 1, random).into()),
            5 if named > 0 => Type::Pointer(Type::Named(random.below(named)).into()),
            5 => Type::Pointer(self.any_type(depth - 1, random).into()),
            6 => {
                let params = (0..random.below(3)).map(|_| self.any_type(depth - 1, random)).collect();
                Type::Func(params, self.any_type(depth - 1, random).into())
            }
            7 => Type::Any,
            8 => Type::Interface(random.below(self.interfaces.len())),
            9 => Type::Error,
            _ if named > 0 => Type::Named(random.below(named)),
            _ => random.pick(&SCALARS).clone(),
        }
    }

    fn key_type(&self, random: &mut Random) -> Type {
        match random.below(4) {
            0 => Type::String,
            1 => Type::Array(2, BYTE.into()),
            _ => SCALARS[1 + random.below(11)].clone(),
        }
    }

    /// The type without its name; structs stay named.
    pub(crate) fn underlying(&self, ty: &Type) -> Type {
        match ty {
            Type::Named(number) => match &self.named[*number].underlying {
                Underlying::Plain(plain) => plain.clone(),
                Underlying::Struct { .. } => ty.clone(),
            },
            _ => ty.clone(),
        }
    }

    /// The fields of a struct type, those of an embedded struct behind its own.
    pub(crate) fn all_fields(&self, ty: &Type) -> Vec<(String, Type)> {
        let Type::Named(number) = ty else { return Vec::new() };
        let Underlying::Struct { fields, embedded } = &self.named[*number].underlying else {
            return Vec::new();
        };
        let mut all = fields.clone();
        if *embedded {
            all.extend(self.all_fields(&fields[0].1));
        }
        all
    }

    /// The methods that a type has, promoted ones included, and whether the receiver is a pointer.
    pub(crate) fn methods(&self, number: usize) -> Vec<(usize, bool)> {
        let named = &self.named[number];
        let mut methods = named.methods.clone();
        if let Underlying::Struct { fields, embedded: true } = &named.underlying
            && let Type::Named(base) = fields[0].1
        {
            let own: Vec<usize> = methods.iter().map(|&(method, _)| method).collect();
            methods.extend(self.methods(base).into_iter().filter(|(method, _)| !own.contains(method)));
        }
        methods
    }

    /// The named types, and pointers to them, that have the methods of an interface.
    pub(crate) fn implementers(&self, interface: usize) -> Vec<Type> {
        let mut found = Vec::new();
        for number in 0..self.named.len() {
            let methods = self.methods(number);
            let wanted = &self.interfaces[interface];
            if wanted.iter().all(|want| methods.iter().any(|(method, _)| method == want)) {
                found.push(Type::Pointer(Type::Named(number).into()));
            }
            if wanted.iter().all(|&want| methods.contains(&(want, false))) {
                found.push(Type::Named(number));
            }
        }
        found
    }

    /// Whether values can be compared; with interfaces, that may panic.
    pub(crate) fn is_comparable(&self, ty: &Type) -> bool {
        match ty {
            Type::Slice(_) | Type::Map(..) | Type::Func(..) => false,
            Type::Array(_, elem) => self.is_comparable(elem),
            Type::Named(number) => match &self.named[*number].underlying {
                Underlying::Plain(plain) => self.is_comparable(plain),
                Underlying::Struct { fields, .. } => fields.iter().all(|(_, ty)| self.is_comparable(ty)),
            },
            _ => true,
        }
    }

    /// The type as it is written.
    pub(crate) fn name(&self, ty: &Type) -> String {
        match ty {
            Type::Bool => "bool".into(),
            Type::Int(name, _) => name.to_string(),
            Type::Float(bits) => format!("float{bits}"),
            Type::String => "string".into(),
            Type::Slice(elem) => format!("[]{}", self.name(elem)),
            Type::Array(count, elem) => format!("[{count}]{}", self.name(elem)),
            Type::Map(key, value) => format!("map[{}]{}", self.name(key), self.name(value)),
            Type::Pointer(to) => format!("*{}", self.name(to)),
            Type::Func(params, result) => {
                let params: Vec<String> = params.iter().map(|ty| self.name(ty)).collect();
                format!("func({}) {}", params.join(", "), self.name(result))
            }
            Type::Named(number) => format!("{}T{number}", self.prefix),
            Type::Interface(number) => format!("{}I{number}", self.prefix),
            Type::Any => "any".into(),
            Type::Error => "error".into(),
        }
    }

    /// The declarations of all types.
    pub(crate) fn declarations(&self) -> String {
        let mut text = String::new();
        for (number, methods) in self.interfaces.iter().enumerate() {
            let methods: Vec<String> = methods.iter().map(|&method| self.method_head(method, "")).collect();
            text += &format!("type {}I{number} interface {{ {} }}\n", self.prefix, methods.join("; "));
        }
        for (number, named) in self.named.iter().enumerate() {
            let body = match &named.underlying {
                Underlying::Plain(ty) => self.name(ty),
                Underlying::Struct { fields, embedded } => {
                    let line = |(index, (name, ty)): (usize, &(String, Type))| match *embedded && index == 0 {
                        true => self.name(ty),
                        false => format!("{name} {}", self.name(ty)),
                    };
                    let lines: Vec<String> = fields.iter().enumerate().map(line).collect();
                    format!("struct {{ {} }}", lines.join("; "))
                }
            };
            text += &format!("type {}T{number} {body}\n", self.prefix);
        }
        text
    }

    /// `M0(a int) (r int)`, with names where they are given.
    pub(crate) fn method_head(&self, method: usize, named: &str) -> String {
        let (param, result) = &METHODS[method];
        match named {
            "" => format!("M{method}({}) {}", self.name(param), self.name(result)),
            _ => format!("M{method}(a {}) (r {})", self.name(param), self.name(result)),
        }
    }
}
