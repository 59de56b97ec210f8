//! What a generated expression can name, and the paths from there to values of a wanted type.

use super::program::Generator;
use super::types::{BYTE, Type};

/// A variable in scope.
#[derive(Clone, Debug)]
pub(crate) struct Variable {
    pub(crate) name: String,
    pub(crate) ty: Type,
    /// Go before 1.22 has one of a loop's variables for all turns, so no closure and no pointer may keep it.
    pub(crate) of_loop: bool,
    /// How many function literals it is inside of.
    pub(crate) function: usize,
    /// How many blocks it is inside of.
    pub(crate) block: usize,
}

/// A place that a program can read.
#[derive(Clone, Debug)]
pub(crate) struct Path {
    pub(crate) text: String,
    pub(crate) ty: Type,
    pub(crate) addressable: bool,
    pub(crate) assignable: bool,
    pub(crate) keepable: bool,
    /// What must hold so that it does not panic.
    guards: Vec<String>,
}

/// How many steps a path has at most.
const STEPS: usize = 4;

impl Generator<'_> {
    /// Makes a variable known until its scope ends.
    pub(crate) fn declare(&mut self, name: &str, ty: &Type, of_loop: bool) {
        let (function, block) = (self.function, self.block);
        self.scope.push(Variable { name: name.into(), ty: ty.clone(), of_loop, function, block });
    }

    /// The variables that can be named here.
    fn visible(&self) -> Vec<Variable> {
        let shadowed = |at: usize| self.scope[at + 1..].iter().any(|later| later.name == self.scope[at].name);
        let kept = |at: &usize| {
            let variable = &self.scope[*at];
            !shadowed(*at) && (!variable.of_loop || variable.function == self.function)
        };
        (0..self.scope.len()).filter(kept).map(|at| self.scope[at].clone()).collect()
    }

    /// A place of this type that fits.
    pub(crate) fn path(&mut self, ty: &Type, fits: impl Fn(&Path) -> bool) -> Option<Path> {
        self.path_where(|path| path.ty == *ty && fits(path))
    }

    /// A place that fits, with what it needs in order not to panic noted for the statement.
    pub(crate) fn path_where(&mut self, fits: impl Fn(&Path) -> bool) -> Option<Path> {
        let variables = self.visible();
        if variables.is_empty() {
            return None;
        }
        for _ in 0..10 {
            let variable = self.random.pick(&variables).clone();
            let mut path = Path {
                text: variable.name,
                ty: variable.ty,
                addressable: true,
                assignable: true,
                keepable: !variable.of_loop,
                guards: Vec::new(),
            };
            for _ in 0..STEPS {
                if fits(&path) && self.random.chance(70) {
                    self.guards.extend(path.guards.iter().cloned());
                    return Some(path);
                }
                match self.step(path) {
                    Some(next) => path = next,
                    None => break,
                }
            }
        }
        None
    }

    /// One step further: a field, an element, what a pointer points to.
    fn step(&mut self, path: Path) -> Option<Path> {
        let text = path.text.clone();
        match self.types.underlying(&path.ty) {
            Type::Pointer(to) if self.total => {
                let _ = to;
                None
            }
            Type::Pointer(to) => {
                let mut next = path.on(format!("(*{text})"), *to, true);
                next.guards.push(format!("{text} != nil"));
                Some(next)
            }
            Type::Slice(elem) => self.element(path, &text, *elem, true),
            Type::String => self.element(path, &text, BYTE, false),
            Type::Array(count, elem) => {
                let index = match self.index() {
                    Some(index) => format!("uint({index})%{count}"),
                    None => self.random.below(count).to_string(),
                };
                let addressable = path.addressable;
                Some(path.on(format!("{text}[{index}]"), *elem, addressable))
            }
            Type::Map(key, value) => {
                let key = self.key(&key);
                let mut next = path.on(format!("{text}[{key}]"), *value, false);
                next.assignable = true;
                next.guards.push(format!("{text} != nil"));
                Some(next)
            }
            ty @ Type::Named(_) => {
                let fields = self.types.all_fields(&ty);
                let (name, ty) = self.random.pick(&fields).clone();
                let addressable = path.addressable;
                Some(path.on(format!("{text}.{name}"), ty, addressable))
            }
            _ => None,
        }
    }

    /// A key: a variable, or a literal.
    fn key(&mut self, ty: &Type) -> String {
        let fitting: Vec<Variable> =
            self.visible().into_iter().filter(|variable| variable.ty == *ty).collect();
        match fitting.is_empty() || self.random.chance(40) {
            true => self.literal(ty, 0).text,
            false => self.random.pick(&fitting).name.clone(),
        }
    }

    fn element(&mut self, path: Path, text: &str, elem: Type, addressable: bool) -> Option<Path> {
        if self.total {
            return None;
        }
        let index = match self.index() {
            Some(index) => format!("uint({index})%uint(len({text}))"),
            None => "0".into(),
        };
        let mut next = path.on(format!("{text}[{index}]"), elem, addressable);
        next.guards.push(format!("len({text}) > 0"));
        Some(next)
    }

    /// An int that is no constant, of a variable alone.
    fn index(&mut self) -> Option<String> {
        let ints: Vec<Variable> =
            self.visible().into_iter().filter(|variable| matches!(variable.ty, Type::Int(..))).collect();
        (!ints.is_empty()).then(|| self.random.pick(&ints).name.clone())
    }
}

impl Path {
    fn on(self, text: String, ty: Type, addressable: bool) -> Path {
        Path { text, ty, addressable, assignable: addressable, ..self }
    }
}
