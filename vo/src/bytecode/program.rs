//! A compiled program: code, and the tables that it names by number.

use std::sync::Arc;

use vo_ffi::{CPrototype, FuncType, TypeId, TypeTable};

use super::insn::Insn;

/// Registers between a function's own and its window, in which the machine keeps the way back.
pub const FRAME_LINK: usize = 3;

/// What a register holds, for the collector.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RegKind {
    /// A number, a bool, or an interface's type word.
    Scalar,
    /// 0 or an address: string, slice, map, func, pointer, image.
    Ref,
    /// An interface's data; its type word is in the register before.
    Data,
}

/// A function written in Vo.
#[derive(Clone, Debug)]
pub struct Function {
    /// As traces print it: `main.f`, `main.(*T).M`.
    pub name: String,
    /// Parameters and results; the receiver is the first parameter.
    pub ty: FuncType,
    /// The names of the parameters.
    pub param_names: Vec<String>,
    /// Whether the register behind the results holds the func value through which it was called: its captures.
    pub has_captures: bool,
    /// Where its code runs its deferred functions, in the end or because of a panic: instructions up to
    /// [`Op::EndDefers`](super::Op::EndDefers). None where it has none.
    pub defers: Option<u32>,
    /// Whether it is the compiler's own and stands between a caller and what it calls: `recover` does not see it.
    pub is_wrapper: bool,
    /// The kinds of all its registers, parameters and results included.
    pub registers: Vec<RegKind>,
    /// Its code; ends in a jump, a return or a panic.
    pub code: Vec<Insn>,
    /// Which instructions belong to which line, in order of `pc`.
    pub lines: Vec<Line>,
    /// Its file, an index into [`Program::files`].
    pub file: u32,
}

impl Function {
    /// The first register of the call window.
    pub fn window(&self) -> usize {
        self.registers.len() + FRAME_LINK
    }

    /// The line of the instruction at `pc`; 0 where it is not known.
    pub fn line(&self, pc: usize) -> u32 {
        let after = self.lines.partition_point(|line| line.pc as usize <= pc);
        after.checked_sub(1).map_or(0, |index| self.lines[index].line)
    }
}

/// From here on the code belongs to this line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The first instruction.
    pub pc: u32,
    /// The line, from 1.
    pub line: u32,
}

/// What [`Op::Call`](super::Op::Call) can name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Callable {
    /// An index into [`Program::functions`].
    Function(u32),
    /// An index into [`Program::externs`].
    Extern(u32),
}

/// A native or C function that the program declares. The loader finds it.
#[derive(Clone, Debug)]
pub struct ExternDecl {
    /// `pkg.Name` or `pkg.Type.Method`
    pub name: String,
    /// Parameters and results; the receiver is the first parameter.
    pub ty: FuncType,
    /// The names of the parameters.
    pub param_names: Vec<String>,
    /// Where it comes from.
    pub source: ExternSource,
    /// What the machine makes of arguments before the call, for messages.
    pub passes: Vec<String>,
    /// Why the machine does not call it by itself; none where it does.
    pub direct: Option<&'static str>,
    /// Where it is declared: file, an index into [`Program::files`], and line.
    pub place: (u32, u32),
}

/// Where an extern function comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExternSource {
    /// A Rust native.
    Native {
        /// `pkg.Name` or `pkg.Type.Method`; the declaration's own name, or another.
        name: String,
    },
    /// A symbol of a C library.
    C {
        /// As it was written: `libm.so.6`.
        library: String,
        /// The symbol.
        symbol: String,
    },
    /// A C function, as one call of it wants it.
    Prototype(Arc<CPrototype>),
}

/// A constant that does not fit into an instruction.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// A slot's bits: an integer or a float.
    Bits(u64),
    /// A string; it lives as long as the machine.
    Str(Vec<u8>),
    /// A func value without captures, of a callable; it lives as long as the machine.
    Func(u32),
}

/// A method that is called through interfaces, or that interfaces ask for. Its index is its id.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct MethodName {
    /// Its name.
    pub name: String,
    /// Its type, without the receiver.
    pub ty: TypeId,
}

/// How the receiver comes from an interface's data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Receiver {
    /// As it is.
    Data,
    /// The data is an image of the concrete type; the method gets its own copy.
    Copy,
    /// The data is a pointer, the method takes the value: it is loaded, an image copied.
    Deref,
}

/// A method of a type whose values go into interfaces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MethodEntry {
    /// The concrete type.
    pub ty: TypeId,
    /// The method's id.
    pub method: u32,
    /// An index into [`Program::callables`]; the receiver is its first parameter.
    pub callable: u32,
    /// What the machine does to the receiver.
    pub receiver: Receiver,
}

/// What an interface type asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// The type.
    pub ty: TypeId,
    /// The ids of its methods.
    pub methods: Vec<u32>,
}

/// A package-level variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GlobalVar {
    /// `pkg.name`
    pub name: String,
    /// Its type.
    pub ty: TypeId,
    /// Where it is, in bytes; aligned for its type.
    pub offset: u32,
    /// The address that it holds from the start, of something in C, or that there is something, for a bool; 0 for
    /// others.
    pub address: usize,
}

/// A program.
#[derive(Clone, Debug)]
pub struct Program {
    /// The types; type words are numbers of this table.
    pub types: Arc<TypeTable>,
    /// The functions.
    pub functions: Vec<Function>,
    /// The externs.
    pub externs: Vec<ExternDecl>,
    /// Everything that calls name by number.
    pub callables: Vec<Callable>,
    /// The constants.
    pub constants: Vec<Constant>,
    /// The methods that calls through interfaces name by number.
    pub methods: Vec<MethodName>,
    /// Which type has which of these methods. `*errors.errorString` is built in.
    pub method_entries: Vec<MethodEntry>,
    /// The interface types that have methods and that assertions name.
    pub interfaces: Vec<Interface>,
    /// The package-level variables.
    pub globals: Vec<GlobalVar>,
    /// The bytes that they take together.
    pub globals_size: u32,
    /// The files, as traces print them.
    pub files: Vec<String>,
    /// The function without parameters that initialises the packages, or goes on with a session.
    pub entry: u32,
    /// The callable `main.main`, where there is one.
    pub main: Option<u32>,
}

impl Program {
    /// A program of nothing but types.
    pub fn new(types: Arc<TypeTable>) -> Program {
        Program {
            types,
            functions: Vec::new(),
            externs: Vec::new(),
            callables: Vec::new(),
            constants: Vec::new(),
            methods: Vec::new(),
            method_entries: Vec::new(),
            interfaces: Vec::new(),
            globals: Vec::new(),
            globals_size: 0,
            files: Vec::new(),
            entry: 0,
            main: None,
        }
    }

    /// The name of a callable.
    pub fn callable_name(&self, index: u32) -> &str {
        match self.callables.get(index as usize) {
            Some(Callable::Function(function)) => &self.functions[*function as usize].name,
            Some(Callable::Extern(decl)) => &self.externs[*decl as usize].name,
            None => "?",
        }
    }
}
