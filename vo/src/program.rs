//! A program that is ready to run, and all that an embedder can do with it.

mod explain;
mod func;

use std::io::{Read, Write};
use std::sync::Arc;

use vo_ffi::{CallArgs, CallResults, FuncType, PanicGuard, Trap, TrapKind};

use crate::bytecode;
use crate::heap::RunningLimit;
use crate::host::{Environment, Host};
use crate::limits::{Limits, Watchdog};
use crate::machine::{InterruptHandle, LoadError, Machine};
use crate::permissions::Permissions;
use crate::vm::Extern;
pub use func::{FuncError, TypedFunc};

/// A program that is ready to run. It stays on its thread; several threads can have one each.
///
/// Its output goes to that of the process, and its input comes from there, unless it is given others. Output is buffered;
/// it is written at the end of each run and call at the latest, and at once where the program has C functions.
///
/// ```
/// use vo_ffi::{ExternRegistry, VoError};
/// use vo_vm::{Input, TypedFunc, Vm};
///
/// let text = r#"
/// package main
///
/// import "strconv"
///
/// var calls int
///
/// func parse(text string) (int, error) {
///     calls++
///     return strconv.Atoi(text)
/// }
///
/// func main() { println(calls, "calls") }
/// "#;
/// let vm = Vm::new(ExternRegistry::from_inventory());
/// let mut program = vm.load(&[Input::new("parse.vo", text)]).expect("the program has no errors");
///
/// let parse: TypedFunc<(&str,), Result<i64, VoError>> = program.func("main.parse")?;
/// assert_eq!(parse.call(&mut program, ("42",))?.ok(), Some(42));
/// let error = parse.call(&mut program, ("forty",))?.unwrap_err();
/// assert_eq!(error.message(), "strconv.Atoi: parsing \"forty\": invalid syntax");
/// assert_eq!(program.run()?, 0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Its state may be anything, and its C functions may know their thread, so it cannot be sent to another:
///
/// ```compile_fail
/// fn crosses<T: Send>() {}
/// crosses::<vo_vm::Program>();
/// ```
#[derive(Debug)]
pub struct Program {
    machine: Machine,
    // Behind the machine, so that it is dropped after it.
    externs: Vec<Extern>,
    limits: Limits,
    packages: Packages,
    /// What tells the functions of this program from those of others.
    identity: Arc<()>,
}

/// Whether the packages are initialised.
#[derive(Debug)]
enum Packages {
    Waiting,
    Ready,
    /// They never will be.
    Failed(TrapKind, String),
}

impl Program {
    pub(crate) fn new(
        machine: Machine,
        externs: Vec<Extern>,
        limits: Limits,
        permissions: &Permissions,
    ) -> Program {
        let (packages, identity) = (Packages::Waiting, Arc::new(()));
        let mut program = Program { machine, externs, limits, packages, identity };
        if let Some(bytes) = limits.memory {
            program.machine.heap().set_limit(bytes);
        }
        if !permissions.environment {
            program.set_env(std::iter::empty::<(&str, &str)>());
        }
        program.host().libraries = permissions.c.clone();
        program.expect_c(0);
        program
    }

    /// C may write too, and may end the process, where one of these externs is a C function.
    fn expect_c(&mut self, first: usize) {
        if self.externs[first..].iter().any(|one| matches!(one, Extern::C(_))) {
            self.host().write_at_once();
        }
    }

    /// Gives the machine more of the program, whose entry runs next; `new` are the externs that it has more.
    ///
    /// # Errors
    /// As for [`Machine::extend`].
    ///
    /// # Safety
    /// The bytecode was made by the compiler from that of this program, and each extern has the type that its
    /// declaration says.
    pub(crate) unsafe fn extend(
        &mut self,
        more: bytecode::Program,
        new: Vec<Extern>,
    ) -> Result<(), LoadError> {
        let callees: Vec<_> = self.externs.iter().chain(&new).map(Extern::callee).collect();
        // SAFETY: the caller vouches for the bytecode and the types; the externs are boxed and kept until after the
        // machine is gone.
        unsafe { self.machine.extend(more, &callees)? };
        let first = self.externs.len();
        self.externs.extend(new);
        self.expect_c(first);
        self.packages = Packages::Waiting;
        Ok(())
    }

    /// Runs the last entry of a session. Whatever ends it, the functions of the session can be called afterwards.
    ///
    /// # Errors
    /// What ended it.
    pub(crate) fn run_entry(&mut self) -> Result<(), Trap> {
        let result = self.init();
        self.packages = Packages::Ready;
        result
    }

    /// How many externs the program has.
    pub(crate) fn extern_count(&self) -> usize {
        self.externs.len()
    }

    /// Initialises the packages, unless that is done. [`Program::run`] and calls do it where it is left to do.
    ///
    /// # Errors
    /// What ended it. It is not tried again.
    pub fn init(&mut self) -> Result<(), Trap> {
        self.enter(|_| Ok(()))
    }

    /// Initialises the packages, unless that is done, and runs `main.main`. The result is the exit status: what the
    /// program gave to `os.Exit`, or 0.
    ///
    /// ```
    /// # use vo_ffi::ExternRegistry;
    /// # use vo_vm::{Input, Vm};
    /// let vm = Vm::new(ExternRegistry::from_inventory());
    /// let text = "package main\nimport \"os\"\nfunc main() { os.Exit(3) }";
    /// let mut program = vm.load(&[Input::new("exit.vo", text)]).expect("no errors");
    /// assert_eq!(program.run().expect("no panic"), 3);
    /// ```
    ///
    /// # Errors
    /// What ended the program; [`Trap::kind`] tells a panic from a limit.
    pub fn run(&mut self) -> Result<i32, Trap> {
        match self.enter(Machine::run_main) {
            Ok(()) => Ok(0),
            Err(trap) => match trap.kind() {
                TrapKind::Exit(status) => Ok(status),
                _ => Err(trap),
            },
        }
    }

    /// Looks a function up by its full name, `main.add` or `main.Point.Len`, and compares its type with the Rust types
    /// that it is to be called with.
    ///
    /// Arguments are what natives can return: numbers, `bool`, `&str`, `String`, `&[u8]`, `Vec` of these. Results are owned:
    /// numbers, `bool`, `String`, `Vec`, tuples of these, and `Result<_, VoError>` of these where the last is an `error`.
    ///
    /// ```
    /// # use vo_ffi::ExternRegistry;
    /// # use vo_vm::{Input, TypedFunc, Vm};
    /// # let vm = Vm::new(ExternRegistry::from_inventory());
    /// # let text = "package main\nfunc main() {}\nfunc add(a, b int) int { return a + b }";
    /// # let mut program = vm.load(&[Input::new("add.vo", text)]).expect("no errors");
    /// let add: TypedFunc<(i64, i64), i64> = program.func("main.add")?;
    /// assert_eq!(add.call(&mut program, (1, 2))?, 3);
    ///
    /// let error = program.func::<(i64, &str), i64>("main.add").unwrap_err();
    /// assert_eq!(error.to_string(), "main.add: argument 2 `b`: expected int, found string");
    /// let error = program.func::<(), ()>("main.ad").unwrap_err();
    /// assert_eq!(error.to_string(), "there is no function main.ad; did you mean main.add?");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// That there is no such function, or the first type that does not fit.
    pub fn func<A, R>(&self, name: &str) -> Result<TypedFunc<A, R>, FuncError>
    where
        A: for<'call> CallArgs<'call>,
        R: for<'call> CallResults<'call>,
    {
        TypedFunc::find(&self.machine, &self.identity, name)
    }

    /// The functions that can be called, with their types.
    pub fn funcs(&self) -> impl Iterator<Item = (&str, &FuncType)> {
        self.machine.functions().map(|(_, function)| (function.name.as_str(), &function.ty))
    }

    /// Gives natives a value, which they find by its type: as `ctx.state::<T>()`, or as a
    /// parameter `#[vo(state)] value: &mut T`. The result is the value of this type
    /// that was there before.
    ///
    /// ```
    /// use vo_ffi::prelude::*;
    /// use vo_vm::{Input, Vm};
    ///
    /// struct Score(i64);
    ///
    /// #[vo_extern("main.win")]
    /// fn win(#[vo(state)] score: &mut Score, points: i64) {
    ///     score.0 += points;
    /// }
    ///
    /// let vm = Vm::new(ExternRegistry::from_inventory());
    /// let text = "package main\nextern func win(points int)\nfunc main() { win(2); win(3) }";
    /// let mut program = vm.load(&[Input::new("game.vo", text)]).expect("no errors");
    /// program.set_state(Score(0));
    /// program.run().expect("no panic");
    /// assert_eq!(program.state::<Score>().map(|score| score.0), Some(5));
    /// ```
    pub fn set_state<T: 'static>(&mut self, value: T) -> Option<T> {
        self.machine.context_mut().set_state(value)
    }

    /// The value of this type that natives were given.
    pub fn state<T: 'static>(&self) -> Option<&T> {
        self.machine.context().state()
    }

    /// The same, to be changed.
    pub fn state_mut<T: 'static>(&mut self) -> Option<&mut T> {
        self.machine.context_mut().state_mut()
    }

    /// Takes the value of this type away from natives.
    pub fn take_state<T: 'static>(&mut self) -> Option<T> {
        self.machine.context_mut().take_state()
    }

    /// What `os.Args` will hold: the program's name, and its arguments.
    pub fn set_args(&mut self, args: impl IntoIterator<Item = impl Into<String>>) {
        self.host().args = args.into_iter().map(Into::into).collect();
    }

    /// Gives the program an environment of its own, in place of the process's.
    pub fn set_env(&mut self, variables: impl IntoIterator<Item = (impl Into<String>, impl Into<String>)>) {
        let bytes = |(name, value): (_, _)| {
            let (name, value): (String, String) = (Into::into(name), Into::into(value));
            (name.into_bytes(), value.into_bytes())
        };
        self.host().environment = Environment::Own(variables.into_iter().map(bytes).collect());
    }

    /// Where standard output goes.
    ///
    /// ```
    /// use std::cell::RefCell;
    /// use std::io::{self, Write};
    /// use std::rc::Rc;
    /// # use vo_ffi::ExternRegistry;
    /// # use vo_vm::{Input, Vm};
    ///
    /// #[derive(Clone, Default)]
    /// struct Shared(Rc<RefCell<Vec<u8>>>);
    ///
    /// impl Write for Shared {
    ///     fn write(&mut self, text: &[u8]) -> io::Result<usize> {
    ///         self.0.borrow_mut().write(text)
    ///     }
    ///     fn flush(&mut self) -> io::Result<()> {
    ///         Ok(())
    ///     }
    /// }
    ///
    /// # let vm = Vm::new(ExternRegistry::from_inventory());
    /// # let text = "package main\nimport \"fmt\"\nfunc main() { fmt.Println(\"hello\") }";
    /// # let mut program = vm.load(&[Input::new("hello.vo", text)]).expect("no errors");
    /// let output = Shared::default();
    /// program.set_stdout(output.clone());
    /// program.run().expect("no panic");
    /// assert_eq!(*output.0.borrow(), b"hello\n");
    /// ```
    pub fn set_stdout(&mut self, writer: impl Write + 'static) {
        self.host().set_stdout(writer);
    }

    /// Where standard error goes, `print` and `println` included. A panic is not written: it is an error of the run.
    pub fn set_stderr(&mut self, writer: impl Write + 'static) {
        self.host().set_stderr(writer);
    }

    /// Where standard input comes from.
    pub fn set_stdin(&mut self, reader: impl Read + 'static) {
        self.host().set_stdin(reader);
    }

    /// What asks the program to stop, from a signal handler or another thread.
    pub fn interrupt(&self) -> InterruptHandle {
        self.machine.interrupts().clone()
    }

    fn host(&mut self) -> &mut Host {
        self.machine.context_mut().state_or_default()
    }

    /// Does something with the machine, its packages initialised, within all limits, and writes the output out.
    fn enter<T>(&mut self, work: impl FnOnce(&mut Machine) -> Result<T, Trap>) -> Result<T, Trap> {
        let _panics = PanicGuard::new();
        let _memory = RunningLimit::new(self.limits.memory);
        let _watchdog = self.limits.time.map(|limit| Watchdog::start(self.machine.interrupts(), limit));
        self.machine.set_fuel(self.limits.instructions.unwrap_or_default());
        let result = self.initialise().and_then(|()| work(&mut self.machine));
        let flushed = self.host().flush();
        let value = result?;
        flushed.map(|()| value)
    }

    fn initialise(&mut self) -> Result<(), Trap> {
        match &self.packages {
            Packages::Ready => return Ok(()),
            Packages::Waiting => {}
            Packages::Failed(kind, message) => {
                return Err(Trap::of_kind(*kind, format!("the packages are not initialised: {message}")));
            }
        }
        let result = self.machine.run_entry();
        self.packages = match &result {
            Ok(()) => Packages::Ready,
            Err(trap) => Packages::Failed(trap.kind(), trap.message().into()),
        };
        result
    }
}
