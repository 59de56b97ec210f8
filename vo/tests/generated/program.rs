//! Random programs without errors, the same for the same seed, and the same in Vo and in Go 1.19.
//!
//! Each ends: every loop and every call takes from one supply of fuel. Expressions have no effects and calls that have
//! some stand alone, so that no order can be seen that Go leaves open; capacities that it leaves open are cut off; no
//! closure keeps a variable of a loop. Panics are printed by whoever called the function, and are the same, too.

use super::types::{Type, Types};
use crate::random::Random;

/// A function that expressions may call: it computes its result from its arguments, and always does.
#[derive(Clone, Debug)]
pub(crate) struct Leaf {
    pub(crate) name: String,
    pub(crate) params: Vec<Type>,
    pub(crate) result: Type,
}

/// A function that statements may call.
#[derive(Clone, Debug)]
pub(crate) struct Function {
    pub(crate) name: String,
    pub(crate) params: Vec<Type>,
    /// Whether the last parameter takes any number of arguments; its type is then that of the slice.
    pub(crate) variadic: bool,
    pub(crate) results: Vec<Type>,
}

/// Writes one program.
#[derive(Debug)]
pub(crate) struct Generator<'r> {
    pub(crate) random: &'r mut Random,
    pub(crate) types: Types,
    pub(crate) leaves: Vec<Leaf>,
    pub(crate) functions: Vec<Function>,
    pub(crate) scope: Vec<super::scope::Variable>,
    pub(crate) out: String,
    /// How many function literals and how many blocks it is inside of.
    pub(crate) function: usize,
    pub(crate) block: usize,
    /// What the present statement needs in order not to panic.
    pub(crate) guards: Vec<String>,
    /// Whether nothing may panic, nor name a function: in initial values of variables, and in leaves.
    pub(crate) total: bool,
    /// The labels of the loops around, and whether they are used.
    pub(crate) loops: Vec<(String, bool)>,
    /// The results of the function around, by name and type.
    pub(crate) results: Vec<(String, Type)>,
    /// How many statements may still be written.
    pub(crate) budget: usize,
    pub(crate) next: usize,
    hashes: Vec<Type>,
    dynamic: Vec<Type>,
}

/// What every program imports, and uses.
pub(crate) const HEADER: &str = "package main

import (
\t\"errors\"
\t\"fmt\"
\t\"math\"
\t\"strings\"
)

var _, _, _ = errors.New, math.Sqrt, strings.ToUpper
";

/// The declarations of a program, all names of which start with a prefix; its main function is `PREFIXmain`.
pub(crate) fn generate(seed: u64, prefix: &str) -> String {
    let mut random = Random::new(seed);
    let count = 3 + random.below(4);
    let types = Types::generate(prefix, count, &mut random);
    let mut generator = Generator {
        random: &mut random,
        types,
        leaves: Vec::new(),
        functions: Vec::new(),
        scope: Vec::new(),
        out: String::new(),
        function: 0,
        block: 0,
        guards: Vec::new(),
        total: true,
        loops: Vec::new(),
        results: Vec::new(),
        budget: 0,
        next: 0,
        hashes: Vec::new(),
        dynamic: Vec::new(),
    };
    generator.program();
    generator.out
}

impl Generator<'_> {
    fn program(&mut self) {
        self.support();
        self.out += &self.types.declarations();
        self.constants();
        for number in 0..4 {
            self.leaf(number);
        }
        self.globals();
        self.total = false;
        self.signatures();
        self.methods();
        for number in 0..self.functions.len() {
            self.function(number);
        }
        self.main();
        self.hash_functions();
    }

    /// A name that nothing else has.
    pub(crate) fn fresh(&mut self, start: &str) -> String {
        self.next += 1;
        format!("{start}{}", self.next)
    }

    /// The variable that all loops and calls take from.
    pub(crate) fn fuel(&self) -> String {
        format!("{}fuel", self.types.prefix)
    }

    pub(crate) fn random_type(&mut self, depth: usize) -> Type {
        self.types.any_type(depth, self.random)
    }

    pub(crate) fn line(&mut self, text: &str) {
        self.out += text;
        self.out.push('\n');
    }

    /// A call that computes a number from a value of any type.
    pub(crate) fn hash(&mut self, ty: &Type, value: &str, depth: &str) -> String {
        let number = match self.hashes.iter().position(|known| known == ty) {
            Some(number) => number,
            None => {
                self.hashes.push(ty.clone());
                self.hashes.len() - 1
            }
        };
        format!("{}hash{number}({value}, {depth})", self.types.prefix)
    }

    /// Notes that interfaces hold values of this type.
    pub(crate) fn note_dynamic(&mut self, ty: &Type) {
        if !self.dynamic.contains(ty) {
            self.dynamic.push(ty.clone());
        }
    }

    /// The types that interfaces hold.
    pub(crate) fn dynamic_types(&self) -> &[Type] {
        &self.dynamic
    }

    fn support(&mut self) {
        let text = "
var @fuel = 600

func @toint(x float64) int64 {
	if x > 1e15 || x < -1e15 || x != x {
		return 7
	}
	return int64(x)
}

func @clip(s string) string {
	if len(s) > 40 {
		return s[:40]
	}
	return s
}

// Whether Go calls a method of values through a nil pointer by its wrapper is up to its optimiser.
func @text(e error) string {
	if strings.HasPrefix(e.Error(), \"value method\") {
		return \"runtime error: invalid memory address or nil pointer dereference\"
	}
	return e.Error()
}

func @guard(name string, f func()) {
	defer func() {
		r := recover()
		if e, ok := r.(error); ok {
			fmt.Println(name, \"error:\", @text(e))
		} else if r != nil {
			fmt.Println(name, \"panic:\", #)
		}
	}()
	f()
}
";
        let hash = self.hash(&Type::Any, "r", "4");
        self.out += &text.replace('@', &self.types.prefix).replace('#', &hash);
    }

    /// Constants with iota, typed and untyped, as values of a slice that paths can reach.
    fn constants(&mut self) {
        let prefix = self.types.prefix.clone();
        let (shift, step) = (self.random.below(5), 1 + self.random.below(9));
        let named: Vec<usize> = (0..self.types.named.len())
            .filter(|&number| matches!(self.types.underlying(&Type::Named(number)), Type::Int(..)))
            .collect();
        let ty = named.first().map_or("int16".into(), |&number| self.types.name(&Type::Named(number)));
        self.line(&format!(
            "const (\n{prefix}k0 = iota * {step}\n{prefix}k1\n_\n{prefix}k3 {ty} = 1 << (iota + {shift}) >> 2\n{prefix}k4\n)"
        ));
        self.line(&format!(
            "const {prefix}k5 = (1 << 70 + {step}) >> 66 / 2.0\nvar {prefix}ks = []int64{{{prefix}k0, {prefix}k1, int64({prefix}k3), int64({prefix}k4), {prefix}k5 >> 3}}"
        ));
        let name = format!("{prefix}ks");
        self.declare(&name, &Type::Slice(Type::Int("int64", 64).into()), false);
    }

    fn leaf(&mut self, number: usize) {
        let scalars: Vec<Type> = (0..1 + self.random.below(3)).map(|_| self.random_type(0)).collect();
        let result = self.random_type(0);
        let name = format!("{}leaf{number}", self.types.prefix);
        let outer = std::mem::take(&mut self.scope);
        let params: Vec<String> = scalars
            .iter()
            .enumerate()
            .map(|(at, ty)| {
                self.declare(&format!("a{at}"), ty, false);
                format!("a{at} {}", self.types.name(ty))
            })
            .collect();
        let value = self.assigned(&result, 3);
        self.line(&format!(
            "func {name}({}) {} {{ return {value} }}",
            params.join(", "),
            self.types.name(&result)
        ));
        self.scope = outer;
        self.leaves.push(Leaf { name, params: scalars, result });
    }

    /// Variables of the package, declared in any order, each of which uses those before.
    fn globals(&mut self) {
        let mut lines = Vec::new();
        for number in 0..8 + self.random.below(6) {
            let ty = self.random_type(2);
            let name = format!("{}g{number}", self.types.prefix);
            let value = self.assigned(&ty, 2);
            lines.push(format!("var {name} {} = {value}", self.types.name(&ty)));
            self.declare(&name, &ty, false);
        }
        self.guards.clear();
        while !lines.is_empty() {
            let line = lines.swap_remove(self.random.below(lines.len()));
            self.line(&line);
        }
    }

    fn signatures(&mut self) {
        for number in 0..5 + self.random.below(4) {
            let mut params: Vec<Type> = (0..self.random.below(4)).map(|_| self.random_type(2)).collect();
            let variadic = self.random.chance(20);
            if variadic {
                params.push(Type::Slice(self.random_type(1).into()));
            }
            let results = (0..self.random.below(4)).map(|_| self.random_type(2)).collect();
            let name = format!("{}f{number}", self.types.prefix);
            self.functions.push(Function { name, params, variadic, results });
        }
    }

    /// Calls each function, each in its own guard, and shows what the globals are then.
    fn main(&mut self) {
        self.budget = 40;
        let prefix = self.types.prefix.clone();
        self.line(&format!("func {prefix}main() {{"));
        for function in self.functions.clone() {
            self.line(&format!("{prefix}guard(\"{}\", func() {{", function.name));
            self.line(&format!("{} = 400", self.fuel()));
            self.enter_function(Vec::new());
            self.call_function(&function);
            self.statements(2);
            self.leave_function();
            self.line("})");
        }
        for variable in self.scope.clone() {
            let hash = self.hash(&variable.ty, &variable.name, "3");
            self.line(&format!(
                "{prefix}guard(\"{0}\", func() {{ fmt.Println(\"{0}\", {hash}) }})",
                variable.name
            ));
        }
        self.line("}");
    }

    fn hash_functions(&mut self) {
        let mut number = 0;
        while let Some(ty) = self.hashes.get(number).cloned() {
            self.hash_function(number, &ty);
            number += 1;
        }
    }
}
