//! Generated statements.

use super::program::Generator;
use super::types::{INT, Type};

impl Generator<'_> {
    /// Up to `count` statements, as far as the budget goes.
    pub(crate) fn statements(&mut self, count: usize) {
        for _ in 0..count {
            if self.budget == 0 {
                return;
            }
            self.budget -= 1;
            self.guards.clear();
            self.statement();
        }
        self.guards.clear();
    }

    fn statement(&mut self) {
        match self.random.below(40) {
            0..=6 => self.new_variable(),
            7..=11 => self.assignment(),
            12 | 13 => self.op_assignment(),
            14 => self.tuple(),
            15 | 16 => self.if_statement(),
            17 | 18 => self.for_loop(),
            19 | 20 => self.range_loop(),
            21 | 22 => self.switch(),
            23 | 24 => self.type_switch(),
            25 => self.assertion(),
            26..=28 => {
                let function = self.random.pick(&self.functions.clone()).clone();
                self.call_function(&function);
            }
            29 | 30 => self.call_value(),
            31 => self.call_interface(),
            32 | 33 => self.append(),
            34 => self.copy_or_delete(),
            35 => self.print(),
            36 => self.goto(),
            37 => self.branch(),
            38 => self.panic(),
            _ => self.deferred(),
        }
    }

    /// A statement, within an `if` that keeps it from panicking; now and then without.
    pub(crate) fn guarded(&mut self, text: &str) {
        let guards = std::mem::take(&mut self.guards);
        match guards.is_empty() || self.random.chance(4) {
            true => self.line(text),
            false => self.line(&format!("if {} {{\n{text}\n}}", guards.join(" && "))),
        }
    }

    /// Statements in braces, with a scope of their own.
    fn block(&mut self, count: usize) {
        let scope = self.scope.len();
        self.block += 1;
        self.line("{");
        self.statements(count);
        self.line("}");
        self.block -= 1;
        self.scope.truncate(scope);
    }

    fn new_variable(&mut self) {
        let ty = self.random_type(3);
        let shown = self.types.name(&ty);
        let name = self.fresh("v");
        let form = self.random.below(3);
        let value = if form == 0 { self.value(&ty, 3).text } else { self.assigned(&ty, 3) };
        match self.guards.is_empty() {
            true if form == 0 => {
                let name = self.shadowing().unwrap_or(name);
                self.line(&format!("{name} := {value}\n_ = {name}"));
                self.clip(&name, &ty);
                return self.declare(&name, &ty, false);
            }
            true => self.line(&format!("var {name} {shown} = {value}")),
            false => {
                self.line(&format!("var {name} {shown}"));
                self.guarded(&format!("{name} = {value}"));
            }
        }
        self.line(&format!("_ = {name}"));
        self.clip(&name, &ty);
        self.declare(&name, &ty, false);
    }

    /// The name of a variable of an outer block, to be declared again.
    fn shadowing(&mut self) -> Option<String> {
        let (block, function) = (self.block, self.function);
        let results: Vec<&String> = self.results.iter().map(|(name, _)| name).collect();
        let outer: Vec<String> = (self.scope.iter())
            .filter(|variable| {
                variable.block + 1 < block && variable.block > 0 && variable.function <= function
            })
            .map(|variable| variable.name.clone())
            .filter(|name| name.starts_with('v') && !results.contains(&name))
            .filter(|name| !self.scope.iter().any(|other| other.name == *name && other.block >= block))
            .collect();
        (!outer.is_empty() && self.random.chance(25)).then(|| self.random.pick(&outer).clone())
    }

    fn assignment(&mut self) {
        let ty = self.random_type(2);
        let target =
            self.path(&ty, |path| path.assignable).or_else(|| self.path_where(|path| path.assignable));
        let Some(target) = target else { return };
        let value = self.assigned(&target.ty, 3);
        let value = match self.types.underlying(&target.ty) {
            Type::String => {
                format!("{}({}clip(string({value})))", self.types.name(&target.ty), self.types.prefix)
            }
            _ => value,
        };
        self.guarded(&format!("{} = {value}", target.text));
    }

    fn op_assignment(&mut self) {
        let ty = if self.random.chance(70) { self.int_type() } else { Type::Float(64) };
        let Some(target) = self.path(&ty, |path| path.assignable) else { return };
        let target = target.text;
        let value = self.assigned(&ty, 2);
        let text = match (self.random.below(6), &ty) {
            (0, _) => format!("{target}++"),
            (1, _) => format!("{target}--"),
            (2, Type::Int(..)) => {
                format!("{target} {}= {}", self.random.pick(&["<<", ">>"]), self.random.below(9))
            }
            (3, Type::Int(..)) => format!("{target} {}= {value}", self.random.pick(&["&", "|", "^", "&^"])),
            _ => format!("{target} {}= {value}", self.random.pick(&["+", "-", "*"])),
        };
        self.guarded(&text);
    }

    /// Several assignments at once: a swap, or two of different types.
    fn tuple(&mut self) {
        let Some(first) = self.path_where(|path| path.assignable) else { return };
        let second = self.path_where(|path| path.assignable && path.text != first.text);
        let Some(second) = second else { return };
        let (left, right) = match self.path(&second.ty, |_| true) {
            Some(other) if first.ty == second.ty => (other.text, first.text.clone()),
            _ => (self.assigned(&first.ty, 2), self.assigned(&second.ty, 2)),
        };
        self.guarded(&format!("{}, {} = {left}, {right}", first.text, second.text));
    }

    fn condition(&mut self) -> String {
        let condition = self.value(&Type::Bool, 3).text;
        format!("({condition})")
    }

    fn if_statement(&mut self) {
        let condition = self.condition();
        let guards = std::mem::take(&mut self.guards).join(" && ");
        match guards.is_empty() {
            true => self.line(&format!("if {condition}")),
            false => self.line(&format!("if {guards} && {condition}")),
        }
        self.join_line();
        self.block(2);
        if self.random.chance(40) {
            self.join_line();
            self.out += "else ";
            self.block(2);
        }
    }

    /// Goes on in the line that was ended last.
    fn join_line(&mut self) {
        self.out.truncate(self.out.trim_end_matches('\n').len());
        self.out.push(' ');
    }

    /// A loop: its head up to the brace, its variables, and what takes fuel.
    fn loop_of(&mut self, head: &str, variables: &[(String, Type)]) {
        let label = self.fresh("L");
        let scope = self.scope.len();
        let outer = std::mem::take(&mut self.out);
        self.block += 1;
        self.loops.push((label.clone(), false));
        for (name, ty) in variables {
            self.declare(name, ty, true);
            self.line(&format!("_ = {name}"));
        }
        self.line(&format!("if {0} <= 0 {{ break }}\n{0}--", self.fuel()));
        self.statements(3);
        self.block -= 1;
        self.scope.truncate(scope);
        let body = std::mem::replace(&mut self.out, outer);
        if self.loops.pop().is_some_and(|(_, used)| used) {
            self.line(&format!("{label}:"));
        }
        self.line(&format!("{head} {{\n{body}}}"));
    }

    fn for_loop(&mut self) {
        let name = self.fresh("i");
        let count = 1 + self.random.below(6);
        match self.random.below(4) {
            0 => {
                let condition = self.condition();
                let condition: Vec<String> = self.guards.drain(..).chain([condition]).collect();
                self.loop_of(&format!("for {}", condition.join(" && ")), &[]);
            }
            1 => self.loop_of(&format!("for {name} := {count}; {name} > 0; {name}--"), &[(name, INT)]),
            2 => {
                let ty = Type::Int("uint8", 8);
                self.loop_of(&format!("for {name} := uint8(250); {name} > 5; {name} += 3"), &[(name, ty)]);
            }
            _ => self.loop_of(&format!("for {name} := 0; {name} < {count}; {name}++"), &[(name, INT)]),
        }
    }

    /// A loop over what can be ranged over; not over maps of more than one entry, whose order Go leaves open.
    fn range_loop(&mut self) {
        let ranged = |ty: &Type| matches!(ty, Type::Slice(_) | Type::Array(..) | Type::String);
        let Some(path) = self.path_where(|path| ranged(&path.ty)) else { return };
        let (key, value) = (self.fresh("k"), self.fresh("e"));
        let elem = match path.ty {
            Type::Slice(elem) | Type::Array(_, elem) => *elem,
            _ => Type::Int("int32", 32),
        };
        let guards = std::mem::take(&mut self.guards);
        if !guards.is_empty() {
            self.line(&format!("if {} {{", guards.join(" && ")));
        }
        let subject = path.text;
        match self.random.below(4) {
            0 => self.loop_of(&format!("for {key} := range {subject}"), &[(key, INT)]),
            1 => self.loop_of(&format!("for _, {value} := range {subject}"), &[(value, elem)]),
            _ => {
                self.loop_of(&format!("for {key}, {value} := range {subject}"), &[(key, INT), (value, elem)])
            }
        }
        if !guards.is_empty() {
            self.line("}");
        }
    }

    fn switch(&mut self) {
        let ty = match self.random.below(3) {
            0 => Type::String,
            1 => self.int_type(),
            _ => Type::Bool,
        };
        let subject = self.value(&ty, 2);
        let subject = match subject.constant {
            true => return,
            false => subject.text,
        };
        let guards = std::mem::take(&mut self.guards);
        if !guards.is_empty() {
            self.line(&format!("if {} {{", guards.join(" && ")));
        }
        self.line(&format!("switch ({subject}) {{"));
        let mut number = 0;
        for case in 0..1 + self.random.below(3) {
            let values: Vec<String> = (0..1 + self.random.below(2))
                .filter_map(|_| {
                    number += 1;
                    self.distinct(&ty, number - 1)
                })
                .collect();
            if values.is_empty() {
                break;
            }
            self.line(&format!("case {}:", values.join(", ")));
            let falls = case == 0 && self.random.chance(30);
            self.clause(falls);
        }
        self.line("default:");
        self.clause(false);
        self.line("}");
        if !guards.is_empty() {
            self.line("}");
        }
    }

    /// The statements of a case; where control falls through, the next one comes before its end.
    fn clause(&mut self, falls: bool) {
        let scope = self.scope.len();
        self.block += 1;
        self.statements(2);
        self.block -= 1;
        self.scope.truncate(scope);
        if falls {
            self.line("fallthrough");
        }
    }

    fn type_switch(&mut self) {
        let interface = |ty: &Type| matches!(ty, Type::Any | Type::Interface(_));
        let Some(path) = self.path_where(|path| interface(&path.ty)) else { return };
        let guards = std::mem::take(&mut self.guards);
        if !guards.is_empty() {
            self.line(&format!("if {} {{", guards.join(" && ")));
        }
        let name = self.fresh("t");
        self.line(&format!("switch {name} := {}.(type) {{", path.text));
        let mut types = self.held_types(&path.ty);
        types.truncate(4);
        for pair in types.chunks(if self.random.chance(80) { 1 } else { 2 }) {
            let shown: Vec<String> = pair.iter().map(|ty| self.types.name(ty)).collect();
            self.line(&format!("case {}:\n_ = {name}", shown.join(", ")));
            let scope = self.scope.len();
            let ty = if pair.len() == 1 { &pair[0] } else { &path.ty };
            self.block += 1;
            self.declare(&name, ty, false);
            self.clause(false);
            self.block -= 1;
            self.scope.truncate(scope);
        }
        self.line(&format!("case nil:\n_ = {name}\nfmt.Println(\"nil\")\ndefault:\n_ = {name}"));
        self.clause(false);
        self.line("}");
        if !guards.is_empty() {
            self.line("}");
        }
    }

    /// Types that an interface may hold, in no order.
    fn held_types(&mut self, interface: &Type) -> Vec<Type> {
        let mut types = match interface {
            Type::Interface(number) => self.types.implementers(*number),
            _ => self.dynamic_types().to_vec(),
        };
        for at in (1..types.len()).rev() {
            let other = self.random.below(at + 1);
            types.swap(at, other);
        }
        types
    }

    /// `v, ok := x.(T)`, or without `ok`.
    fn assertion(&mut self) {
        let interface = |ty: &Type| matches!(ty, Type::Any | Type::Interface(_));
        let Some(path) = self.path_where(|path| interface(&path.ty)) else { return };
        let Some(ty) = self.held_types(&path.ty).first().cloned() else { return };
        let (name, shown) = (self.fresh("v"), self.types.name(&ty));
        self.line(&format!("var {name} {shown}"));
        match self.random.chance(15) {
            true => self.guarded(&format!("{name} = {}.({shown})", path.text)),
            false => {
                let ok = self.fresh("ok");
                self.line(&format!("var {ok} bool"));
                self.guarded(&format!("{name}, {ok} = {}.({shown})", path.text));
                self.line(&format!("_ = {ok}"));
                self.declare(&ok, &Type::Bool, false);
            }
        }
        self.line(&format!("_ = {name}"));
        self.declare(&name, &ty, false);
    }

    /// Appends, and cuts off the capacity that Go leaves open.
    fn append(&mut self) {
        let Some(path) = self.path_where(|path| path.assignable && matches!(path.ty, Type::Slice(_))) else {
            return;
        };
        let Type::Slice(elem) = path.ty.clone() else { return };
        let place = path.text;
        let values: Vec<String> = (0..1 + self.random.below(3)).map(|_| self.assigned(&elem, 2)).collect();
        let values = match self.random.chance(25) {
            true => match self.path(&path.ty, |_| true) {
                Some(other) => format!("{}...", other.text),
                None => values.join(", "),
            },
            false => values.join(", "),
        };
        // Without exception: a slice that is appended to itself would take all memory.
        self.guards.push(format!("len({place}) < 12"));
        let guards = std::mem::take(&mut self.guards).join(" && ");
        self.line(&format!("if {guards} {{\n{place} = append({place}, {values})"));
        self.line(&format!("{place} = {place}[:len({place}):len({place})]\n}}"));
    }

    fn copy_or_delete(&mut self) {
        if self.random.chance(50)
            && let Some(map) = self.path_where(|path| matches!(path.ty, Type::Map(..)))
            && let Type::Map(key, _) = &map.ty
        {
            let key = self.assigned(key, 1);
            return self.guarded(&format!("delete({}, {key})", map.text));
        }
        let Some(to) = self.path_where(|path| matches!(path.ty, Type::Slice(_))) else { return };
        let from = self.value(&to.ty, 2).text;
        self.guarded(&format!("fmt.Println(copy({}, {from}))", to.text));
    }

    fn print(&mut self) {
        let mut values = Vec::new();
        for _ in 0..1 + self.random.below(3) {
            let ty = self.random_type(2);
            if let Some(path) = self.path(&ty, |_| true) {
                values.push(match self.is_printable(&ty) {
                    true => path.text,
                    false => self.hash(&ty, &path.text, "2"),
                });
            }
        }
        if values.is_empty() {
            return;
        }
        let text = match self.random.chance(50) {
            true => format!("fmt.Println({})", values.join(", ")),
            false => {
                let verb = *self.random.pick(&["%v", "%+v", "%#v", "%T", "%d", "%x", "%q", "%8v", "%t"]);
                let verbs = vec![verb; values.len()].join("|");
                format!("fmt.Printf(\"{verbs}\\n\", {})", values.join(", "))
            }
        };
        self.guarded(&text);
    }

    /// Whether what `fmt` prints is the same at every run: no addresses.
    fn is_printable(&self, ty: &Type) -> bool {
        match ty {
            Type::Pointer(_) | Type::Func(..) | Type::Any | Type::Error | Type::Interface(_) => false,
            Type::Slice(elem) | Type::Array(_, elem) => self.is_printable(elem),
            Type::Map(key, value) => self.is_printable(key) && self.is_printable(value),
            Type::Named(_) => match self.types.underlying(ty) {
                Type::Named(_) => self.types.all_fields(ty).iter().all(|(_, ty)| self.is_printable(ty)),
                plain => self.is_printable(&plain),
            },
            _ => true,
        }
    }

    /// A loop made of `goto`, or a jump over a block.
    fn goto(&mut self) {
        let (label, counter, fuel) = (self.fresh("G"), self.fresh("n"), self.fuel());
        if self.random.chance(50) {
            self.line(&format!("{{\nvar {counter} int\n{label}:\n{counter}++"));
            self.block += 1;
            self.block(2);
            self.block -= 1;
            self.line(&format!("if {counter} < 3 && {fuel} > 0 {{ {fuel}--; goto {label} }}\n}}"));
        } else {
            let condition = self.condition();
            let condition: Vec<String> = self.guards.drain(..).chain([condition]).collect();
            self.line(&format!("{{\nif {} {{ goto {label} }}", condition.join(" && ")));
            self.block += 1;
            self.block(2);
            self.block -= 1;
            self.line(&format!("{label}:\n}}"));
        }
    }

    /// Leaves a loop, or goes on with its next turn.
    fn branch(&mut self) {
        if self.loops.is_empty() {
            return;
        }
        let condition = self.condition();
        let word = *self.random.pick(&["break", "continue"]);
        let at = self.random.below(self.loops.len());
        let (label, used) = &mut self.loops[at];
        *used = true;
        let text = format!("if {condition} {{ {word} {label} }}");
        self.guarded(&text);
    }

    fn panic(&mut self) {
        let condition = self.condition();
        let value = self.dynamic_value(&Type::Any, 2).unwrap_or("\"none\"".into());
        self.guarded(&format!("if {condition} {{ panic({value}) }}"));
    }

    /// A deferred function: often one that recovers and changes a result.
    pub(crate) fn deferred(&mut self) {
        let scope = self.scope.len();
        let results = std::mem::take(&mut self.results);
        let loops = std::mem::take(&mut self.loops);
        self.line("defer func() {");
        if self.random.chance(60) {
            let hash = self.hash(&Type::Any, "e", "2");
            self.line(&format!("if e := recover(); e != nil {{ fmt.Println(\"recovered\", {hash}) }}"));
        }
        self.function += 1;
        self.block += 1;
        if let Some((name, ty)) = results.first().cloned() {
            let value = self.assigned(&ty, 2);
            self.guarded(&format!("{name} = {value}"));
            self.clip(&name, &ty);
        }
        self.statements(2);
        self.function -= 1;
        self.block -= 1;
        self.line("}()");
        self.scope.truncate(scope);
        (self.results, self.loops) = (results, loops);
    }
}
