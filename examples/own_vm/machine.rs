use std::ptr::NonNull;
use std::rc::Rc;
use std::sync::Arc;

use vo_ffi::{
    CallArgs, CallContext, CallResults, Callee, Heap, PanicGuard, Slot, Status, Trap, TrapKind, TypeTable,
    TypedCall,
};

/// An instruction. What it takes and gives are slots on a stack.
#[derive(Clone, Copy)]
pub(crate) enum Op {
    /// Pushes a number.
    Int(i64),
    /// Pushes a new string.
    Text(&'static str),
    /// Pushes a function of the program, as a value.
    Func(usize),
    /// Pushes a copy of a slot of the running function: its arguments are the first.
    Get(usize),
    /// Pops two numbers and pushes their product.
    Mul,
    /// Calls a native: its arguments are on top of the stack, and its results take their place.
    Native(usize),
}

/// How many slots the stack has.
const SLOTS: usize = 1 << 16;
/// How many runs there may be inside each other: each takes some of Rust's own stack.
const DEPTH: u32 = 200;

/// Memory that stays where it is, whatever becomes of the machine.
struct Owned<T: ?Sized>(NonNull<T>);

impl<T: ?Sized> Owned<T> {
    fn new(value: Box<T>) -> Owned<T> {
        Owned(NonNull::from(Box::leak(value)))
    }
}

impl<T: ?Sized> Drop for Owned<T> {
    fn drop(&mut self) {
        // SAFETY: it came from a box, and its owner is gone.
        drop(unsafe { Box::from_raw(self.0.as_ptr()) });
    }
}

/// The machine. The context comes first, so that its address, which natives hand back, is the machine's.
#[repr(C)]
pub(crate) struct Machine {
    cx: CallContext,
    functions: Vec<Vec<Op>>,
    natives: Vec<Rc<Callee>>,
    stack: Owned<[Slot]>,
    top: usize,
    depth: u32,
    /// What is to be done between two instructions.
    safe_point: fn(&mut Machine),
    heap: Owned<dyn Heap>,
}

impl Machine {
    /// A machine for functions whose `Op::Native` are numbers of `natives`, which were linked with `types`.
    pub(crate) fn new(
        functions: Vec<Vec<Op>>,
        natives: Vec<Callee>,
        types: Arc<TypeTable>,
        heap: Box<dyn Heap>,
        safe_point: fn(&mut Machine),
    ) -> Machine {
        let heap = Owned::new(heap);
        // SAFETY: the machine drops the heap after the context, and uses it between instructions alone.
        let cx = unsafe { CallContext::new(heap.0, types, Machine::enter) };
        let natives = natives.into_iter().map(Rc::new).collect();
        let stack = Owned::new(vec![Slot::ZERO; SLOTS].into_boxed_slice());
        Machine { cx, functions, natives, stack, top: 0, depth: 0, safe_point, heap }
    }

    /// The context, between calls.
    pub(crate) fn context(&mut self) -> &mut CallContext {
        &mut self.cx
    }

    /// The heap that `new` was given.
    pub(crate) fn heap(&self) -> NonNull<dyn Heap> {
        self.heap.0
    }

    /// All that is on the stack.
    pub(crate) fn stack(&self) -> &[Slot] {
        // SAFETY: the stack has more than `top` slots, and nobody writes them while the machine is borrowed.
        unsafe { &self.stack.0.as_ref()[..self.top] }
    }

    /// Calls a function of the program.
    pub(crate) fn call(&mut self, function: usize, args: &[Slot], results: &mut [Slot]) -> Result<(), Trap> {
        let _guard = PanicGuard::new();
        let base = self.top;
        let outcome = self.call_at(base, function, args);
        if outcome.is_ok() {
            results.copy_from_slice(&self.stack()[self.top - results.len()..]);
        }
        self.top = base;
        outcome
    }

    fn call_at(&mut self, base: usize, function: usize, args: &[Slot]) -> Result<(), Trap> {
        args.iter().try_for_each(|arg| self.push(*arg))?;
        self.run(function, base)
    }

    /// The same with Rust's types, which `call` has compared with the type of the function.
    pub(crate) fn call_typed<A, R>(
        &mut self,
        call: &TypedCall<A, R>,
        function: usize,
        args: A,
    ) -> Result<R, Trap>
    where
        A: for<'call> CallArgs<'call>,
        R: for<'call> CallResults<'call>,
    {
        let cx: *mut CallContext = (&raw mut *self).cast();
        let func = func_value(function);
        // SAFETY: the machine is not used before the call is over, but by `enter`.
        unsafe { call.call(cx, args, |args, results| Machine::enter(cx, func, args, results)) }
    }

    /// How natives call functions of the program.
    unsafe fn enter(cx: *mut CallContext, func: Slot, args: &[Slot], results: &mut [Slot]) -> Status {
        // SAFETY: the context is the first field of a `Machine`, and whoever calls waits meanwhile.
        let machine = unsafe { &mut *cx.cast::<Machine>() };
        if machine.depth == DEPTH {
            return machine.cx.fail(Trap::of_kind(TrapKind::StackOverflow, "stack overflow").into());
        }
        let paused = std::mem::take(&mut machine.cx.paused);
        machine.depth += 1;
        let outcome = machine.call(func.bits() as usize - 1, args, results);
        machine.depth -= 1;
        machine.cx.paused = paused;
        match outcome {
            Ok(()) => Status::Ok,
            Err(trap) => machine.cx.fail(trap.into()),
        }
    }

    /// Runs a function whose arguments start at `base`. What it leaves on top are its results.
    fn run(&mut self, function: usize, base: usize) -> Result<(), Trap> {
        let mut next = 0;
        while let Some(op) = self.functions[function].get(next).copied() {
            next += 1;
            match op {
                Op::Int(value) => self.push(Slot::from_i64(value))?,
                Op::Text(text) => {
                    let text = self.cx.heap().new_string(text.as_bytes());
                    self.push(text)?;
                }
                Op::Func(function) => self.push(func_value(function))?,
                Op::Get(index) => self.push(self.stack()[base + index])?,
                Op::Mul => {
                    let product = self.pop().as_i64().wrapping_mul(self.pop().as_i64());
                    self.push(Slot::from_i64(product))?;
                }
                Op::Native(number) => self.call_native(number)?,
            }
            (self.safe_point)(self);
        }
        Ok(())
    }

    fn call_native(&mut self, number: usize) -> Result<(), Trap> {
        let callee = Rc::clone(&self.natives[number]);
        let (args, results) = (usize::from(callee.plan.arg_slots), usize::from(callee.plan.result_slots));
        let start = self.top - args;
        (0..results).try_for_each(|_| self.push(Slot::ZERO))?;
        // SAFETY: the arguments of the native are on top of the stack, behind them is room for its results, and the
        // stack does not move.
        unsafe {
            let frame = self.stack.0.as_ptr().cast::<Slot>().add(start);
            callee.call((&raw mut *self).cast(), frame)?;
            frame.copy_from(frame.add(args), results);
        }
        self.top = start + results;
        Ok(())
    }

    fn push(&mut self, value: Slot) -> Result<(), Trap> {
        if self.top == SLOTS {
            return Err(Trap::of_kind(TrapKind::StackOverflow, "stack overflow"));
        }
        // SAFETY: the stack has this slot.
        unsafe { self.stack.0.as_ptr().cast::<Slot>().add(self.top).write(value) };
        self.top += 1;
        Ok(())
    }

    fn pop(&mut self) -> Slot {
        self.top -= 1;
        // SAFETY: the stack has this slot, and code pops what it has pushed.
        unsafe { self.stack.0.as_ptr().cast::<Slot>().add(self.top).read() }
    }
}

/// A function as a value; 0 is nil.
pub(crate) fn func_value(function: usize) -> Slot {
    Slot::from_bits(function as u64 + 1)
}
