//! A language VM in about a hundred lines, with nothing of the reference VM in it.
//!
//! It shows what a VM gives to vo-ffi (a stack of slots, a way to call its functions, here a ready heap) and
//! what it gets: natives by name, checked when they are linked and called with one line. The natives are of
//! two crates: `seed_natives`, which knows nothing of this VM, and three at the end of this file.

use std::collections::HashMap;
use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::Arc;

use vo_ffi::prelude::*;
use vo_ffi::{
    ArenaHeap, CallContext, Callee, Field, FuncType, PanicGuard, Slot, Status, Trap, TypeKind, TypeTable,
};
// A crate that is not named in code is not linked, and its natives are not in the registry.
use seed_natives as _;

/// An instruction of the stack machine. Every value takes one slot of the stack, an `any` or `error` two.
#[derive(Clone, Copy)]
enum Op {
    /// Pushes a number.
    Int(i64),
    /// Pushes a new string.
    Text(&'static str),
    /// Pushes a function of the program, as a value.
    Func(usize),
    /// Pushes a copy of a slot of this function's part of the stack.
    Get(usize),
    /// Pops two numbers and pushes their sum.
    Add,
    /// Makes an `any` of the value on top: puts its type below it.
    Any(TypeId),
    /// Pops so many `any` and pushes a slice of them.
    Pack(usize),
    /// Calls a native: pops its arguments and pushes its results.
    Native(&'static str),
    /// Goes to the instruction of this number if the slot on top, which it pops, is zero.
    JumpIfZero(usize),
    /// Goes to the instruction of this number.
    Jump(usize),
    /// Pops slots.
    Drop(usize),
}

/// The machine. The context comes first, so that its address, which natives hand back, is the machine's.
#[repr(C)]
struct Vm {
    cx: CallContext,
    functions: Vec<Vec<Op>>,
    natives: HashMap<String, Rc<Callee>>,
    stack: Vec<Slot>,
}

impl Vm {
    /// A machine for these functions, with the natives that their code names.
    fn new(functions: Vec<Vec<Op>>, mut types: TypeTable) -> Result<Vm, Box<dyn std::error::Error>> {
        let registry = ExternRegistry::from_inventory();
        let mut declarations = Vec::new();
        for op in functions.iter().flatten() {
            let Op::Native(name) = *op else { continue };
            let entry = registry.get(name).ok_or_else(|| format!("there is no native {name}"))?;
            // A VM with a type checker has the program's own declarations. This one believes the native, and
            // knows the one object that there is.
            let func = entry.signature.func_type(&mut types).unwrap_or_else(|| {
                let thing = types.find_named("mypackage.Thing").unwrap_or(TypeId::NIL);
                let results = vec![types.pointer_to(thing)];
                FuncType { params: vec![TypeId::STRING], variadic: false, results }
            });
            declarations.push(entry.declaration(func));
        }
        let natives = registry.link(&declarations, &types)?.into_iter();
        let natives = natives.map(|callee| (callee.name.clone(), Rc::new(callee))).collect();
        let types = Arc::new(types);
        let heap = Box::leak(Box::new(ArenaHeap::new(types.clone())));
        // SAFETY: the heap is never freed, and only the context knows it; `enter` runs what `func` names.
        let cx = unsafe { CallContext::new(NonNull::from(heap), types, Vm::enter) };
        Ok(Vm { cx, functions, natives, stack: Vec::new() })
    }

    /// How natives call functions of the program.
    unsafe fn enter(cx: *mut CallContext, func: Slot, args: &[Slot], results: &mut [Slot]) -> Status {
        // SAFETY: the context is the first field of a `Vm`, and the native that calls waits meanwhile.
        let vm = unsafe { &mut *cx.cast::<Vm>() };
        let base = vm.stack.len();
        vm.stack.extend(args);
        let outcome = vm.run(func.bits() as usize - 1, base);
        let mut left = vm.stack.split_off(base);
        match outcome {
            Ok(()) => {
                results.copy_from_slice(&left.split_off(left.len() - results.len()));
                Status::Ok
            }
            Err(trap) => vm.cx.fail(trap.into()),
        }
    }

    /// Runs a function whose arguments start at `base`. What it leaves on top are its results.
    fn run(&mut self, function: usize, base: usize) -> Result<(), Trap> {
        let mut next = 0;
        while let Some(op) = self.functions[function].get(next).copied() {
            next += 1;
            match op {
                Op::Int(value) => self.stack.push(Slot::from_i64(value)),
                Op::Text(text) => {
                    let text = self.cx.heap().new_string(text.as_bytes());
                    self.stack.push(text);
                }
                Op::Func(index) => self.stack.push(Slot::from_bits(index as u64 + 1)),
                Op::Get(index) => self.stack.push(self.stack[base + index]),
                Op::Add => {
                    let sum = self.pop().as_i64().wrapping_add(self.pop().as_i64());
                    self.stack.push(Slot::from_i64(sum));
                }
                Op::Any(ty) => {
                    let data = self.pop();
                    self.stack.extend([Slot::from_bits(ty.number().into()), data]);
                }
                Op::Pack(count) => {
                    let values = self.stack.split_off(self.stack.len() - 2 * count);
                    let (slice, data) = self.cx.heap().new_slice(TypeId::ANY, count);
                    // SAFETY: the new slice has room for `count` values of two slots.
                    unsafe { data.cast::<Slot>().copy_from(values.as_ptr(), values.len()) };
                    self.stack.push(slice);
                }
                Op::Native(name) => self.call_native(name)?,
                Op::JumpIfZero(target) => {
                    if self.pop() == Slot::ZERO {
                        next = target;
                    }
                }
                Op::Jump(target) => next = target,
                Op::Drop(count) => self.stack.truncate(self.stack.len() - count),
            }
        }
        Ok(())
    }

    /// Calls a native. Its frame is the arguments, then the results; a VM of registers, which never move,
    /// gives it a place among them and copies nothing.
    fn call_native(&mut self, name: &str) -> Result<(), Trap> {
        let callee = self.natives[name].clone();
        let args = usize::from(callee.plan.arg_slots);
        let mut frame = self.stack.split_off(self.stack.len() - args);
        frame.resize(args + usize::from(callee.plan.result_slots), Slot::ZERO);
        // SAFETY: the frame has the slots that the plan counts, the code pushed arguments of the native's
        // types, and nothing of the machine is borrowed while the native may enter it.
        unsafe { callee.call((&raw mut *self).cast(), frame.as_mut_ptr())? };
        self.stack.extend(&frame[args..]);
        Ok(())
    }

    fn pop(&mut self) -> Slot {
        self.stack.pop().expect("the code pops what it pushed")
    }
}

/// The greatest common divisor.
#[vo_extern("numbers.Gcd")]
fn gcd(a: i64, b: i64) -> i64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// What `f` makes of the numbers from 1 to `count`, all added up.
#[vo_extern("numbers.Sum", reentrant)]
fn sum(ctx: &mut VmCtx, count: u8, f: VoValue) -> Result<i64, VoError> {
    let VoValue::Func(f) = f else { return Err(VoError::new("not a function")) };
    (1..=i64::from(count)).map(|n| ctx.call::<i64>(&f, (n,))).sum()
}

/// The text that is in these bytes.
#[vo_extern("text.Of")]
fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).trim_end().into()
}

/// The program:
///
/// ```go
/// fmt.Println("gcd:", numbers.Gcd(1071, 462))
/// fmt.Println("sum:", numbers.Sum(10, func(n int) int { return n + n }))
/// fmt.Println("thing:", mypackage.NewThing("a name"))
/// for each path {
///     data, err := os.ReadFile(path)
///     if err != nil { fmt.Println("Error:", err) } else { fmt.Println(text.Of(data)) }
/// }
/// ```
fn program(paths: &[&'static str], double: TypeId, thing_ptr: TypeId) -> Vec<Vec<Op>> {
    const PRINTLN: Op = Op::Native("fmt.Println");
    let mut main = vec![
        Op::Text("gcd:"),
        Op::Any(TypeId::STRING),
        Op::Int(1071),
        Op::Int(462),
        Op::Native("numbers.Gcd"),
        Op::Any(TypeId::INT),
        Op::Pack(2),
        PRINTLN,
        Op::Drop(3),
    ];
    main.extend([
        Op::Text("sum:"),
        Op::Any(TypeId::STRING),
        Op::Int(10),
        Op::Func(1),
        Op::Any(double),
        Op::Native("numbers.Sum"),
        // The error of the sum: nil.
        Op::Drop(2),
        Op::Any(TypeId::INT),
        Op::Pack(2),
        PRINTLN,
        Op::Drop(3),
    ]);
    main.extend([
        Op::Text("thing:"),
        Op::Any(TypeId::STRING),
        Op::Text("a name"),
        Op::Native("mypackage.NewThing"),
        Op::Any(thing_ptr),
        Op::Pack(2),
        PRINTLN,
        Op::Drop(3),
    ]);
    for path in paths {
        let start = main.len();
        main.extend([
            Op::Text(path),
            // The data, and the two slots of the error.
            Op::Native("os.ReadFile"),
            Op::Get(1),
            Op::JumpIfZero(start + 11),
            Op::Text("Error:"),
            Op::Any(TypeId::STRING),
            Op::Get(1),
            Op::Get(2),
            Op::Pack(2),
            PRINTLN,
            Op::Jump(start + 16),
            Op::Get(0),
            Op::Native("text.Of"),
            Op::Any(TypeId::STRING),
            Op::Pack(1),
            PRINTLN,
            // The results of Println, and the data and the error.
            Op::Drop(6),
        ]);
    }
    vec![main, vec![Op::Get(0), Op::Get(0), Op::Add]]
}

/// Runs the program over these files.
pub(crate) fn run(paths: &[&'static str]) -> Result<(), Box<dyn std::error::Error>> {
    let mut types = TypeTable::new();
    let thing = types.new_named("mypackage.Thing");
    let name = Field { name: "name".into(), ty: TypeId::STRING, embedded: false };
    let fields = types.intern(TypeKind::Struct(vec![name]));
    types.set_underlying(thing, fields);
    let thing_ptr = types.pointer_to(thing);
    let double = FuncType { params: vec![TypeId::INT], variadic: false, results: vec![TypeId::INT] };
    let double = types.intern(TypeKind::Func(double));

    let mut vm = Vm::new(program(paths, double, thing_ptr), types)?;
    let _guard = PanicGuard::new();
    vm.run(0, 0).map_err(|trap| format!("panic: {trap}"))?;
    Ok(())
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    run(&["tests/tiny_vm/hello.txt", "no such file"])
}
