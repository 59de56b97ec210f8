//! A VM of the tests: links one native at a time, calls it, and checks what must hold after every call.

use std::cell::RefCell;
use std::ptr::NonNull;
use std::sync::Arc;

use vo_ffi::{
    ArenaHeap, CallContext, Callee, Declaration, ExternRegistry, Failure, FuncType, Heap, Origin, PanicGuard,
    Slot, Status, Trap, TypeId, TypeTable,
};

/// How a call ended.
#[derive(Debug, PartialEq)]
pub(crate) enum End {
    Ok(Vec<Slot>),
    Error(String),
    Trap(String),
}

impl End {
    /// The first result.
    pub(crate) fn result(&self) -> Option<Slot> {
        match self {
            End::Ok(slots) => slots.first().copied(),
            _ => None,
        }
    }

    /// The first line of a trap's message, without what a Rust panic adds to it.
    pub(crate) fn panic_message(&self) -> Option<&str> {
        match self {
            End::Trap(message) => message.split(" (Rust panic").next(),
            _ => None,
        }
    }
}

pub(crate) fn trap(message: impl Into<String>) -> End {
    End::Trap(message.into())
}

/// A closure of the script, in Rust: arguments to results, or a failure.
pub(crate) type Closure = Box<dyn Fn(*mut CallContext, &[Slot]) -> Result<Vec<Slot>, Failure>>;

thread_local! {
    static CLOSURES: RefCell<Vec<Option<Closure>>> = const { RefCell::new(Vec::new()) };
    /// `CallContext::paused` at each allocation.
    static PAUSED: RefCell<Vec<u32>> = const { RefCell::new(Vec::new()) };
}

/// Results stand on this before a call, and still after one that fails.
const UNTOUCHED: Slot = Slot::from_bits(0xdead_beef_dead_beef);

pub(crate) struct Host {
    cx: NonNull<CallContext>,
    heap: NonNull<ArenaHeap>,
    pub(crate) types: Arc<TypeTable>,
    registry: ExternRegistry,
    _guard: PanicGuard,
}

impl Host {
    pub(crate) fn new() -> Host {
        Host::with_types(TypeTable::new())
    }

    pub(crate) fn with_types(types: TypeTable) -> Host {
        let types = Arc::new(types);
        let heap = NonNull::from(Box::leak(Box::new(ArenaHeap::new(types.clone()))));
        // SAFETY: the heap is freed after the context, and both stay on this thread.
        let cx = unsafe { CallContext::new(heap, types.clone(), enter) };
        let cx = NonNull::from(Box::leak(Box::new(cx)));
        // SAFETY: the heap was just made, and nothing refers to it; the context outlives its last call.
        unsafe {
            (*heap.as_ptr()).watch(move || PAUSED.with_borrow_mut(|all| all.push((*cx.as_ptr()).paused)))
        };
        PAUSED.take();
        Host { cx, heap, types, registry: ExternRegistry::from_inventory(), _guard: PanicGuard::new() }
    }

    /// Links the native `name` under this type, and calls it.
    pub(crate) fn call(&mut self, name: &str, func: &FuncType, args: &[Slot]) -> End {
        let callee = self.link(name, func);
        self.call_linked(&callee, args)
    }

    pub(crate) fn link(&self, name: &str, func: &FuncType) -> Callee {
        let entry = self.registry.get(name).unwrap_or_else(|| panic!("no native {name}"));
        let param_names = entry.signature.params.iter().map(|param| param.name.to_string()).collect();
        let declaration = Declaration {
            name: name.into(),
            func: func.clone(),
            param_names,
            origin: Origin::Rust,
            file: "test.vo".into(),
            line: 1,
        };
        let callees =
            self.registry.link(&[declaration], &self.types).unwrap_or_else(|errors| panic!("{errors}"));
        callees.into_iter().next().expect("one callee for one declaration")
    }

    pub(crate) fn call_linked(&mut self, callee: &Callee, args: &[Slot]) -> End {
        let (arg_slots, result_slots) = (callee.plan.arg_slots as usize, callee.plan.result_slots as usize);
        assert_eq!(args.len(), arg_slots, "{}", callee.name);
        let mut frame = args.to_vec();
        frame.resize(arg_slots + result_slots, UNTOUCHED);
        // SAFETY: the frame has the slots that the plan counts, and the test gives arguments of the declared
        // types.
        let status = unsafe { (callee.native)(self.cx.as_ptr(), callee, frame.as_mut_ptr()) };
        // SAFETY: the call is over, so this is the only reference to the context.
        let cx = unsafe { self.cx.as_mut() };
        assert_eq!(cx.paused, 0, "{} leaves collection paused", callee.name);
        assert_eq!(cx.handed_out(), [], "{} leaves values handed out", callee.name);
        assert_eq!(&frame[..arg_slots], args, "{} changes its arguments", callee.name);
        let failure = cx.take_failure();
        if status != Status::Ok {
            assert!(
                frame[arg_slots..].iter().all(|slot| *slot == UNTOUCHED),
                "{} writes results",
                callee.name
            );
        }
        match (status, failure) {
            (Status::Ok, None) => End::Ok(frame[arg_slots..].to_vec()),
            (Status::Error, Some(Failure::Error(error))) => End::Error(error.message().into()),
            (Status::Trap, Some(Failure::Trap(trap))) => End::Trap(trap.message().into()),
            other => panic!("{}: {other:?}", callee.name),
        }
    }

    /// Gives natives a value.
    pub(crate) fn set_state<T: 'static>(&mut self, value: T) {
        // SAFETY: no native runs, so this is the only reference to the context.
        unsafe { self.cx.as_mut() }.set_state(value);
    }

    /// The values of all roots.
    pub(crate) fn roots(&self) -> Vec<[Slot; 2]> {
        // SAFETY: no native runs.
        unsafe { self.cx.as_ref() }.roots().collect()
    }

    /// Calls a native by [`Callee::call`]: the results, or the trap's message.
    pub(crate) fn call_whole(&mut self, callee: &Callee, args: &[Slot]) -> Result<Vec<Slot>, String> {
        let mut frame = args.to_vec();
        frame.resize(args.len() + callee.plan.result_slots as usize, UNTOUCHED);
        // SAFETY: as in `call_linked`.
        let outcome = unsafe { callee.call(self.cx.as_ptr(), frame.as_mut_ptr()) };
        // SAFETY: the call is over.
        assert_eq!(unsafe { self.cx.as_ref() }.paused, 0);
        outcome.map(|()| frame.split_off(args.len())).map_err(|trap| trap.message().into())
    }

    pub(crate) fn heap(&mut self) -> &mut ArenaHeap {
        // SAFETY: no native runs, so this is the only reference to the heap.
        unsafe { self.heap.as_mut() }
    }

    pub(crate) fn string(&mut self, text: impl AsRef<[u8]>) -> Slot {
        self.heap().new_string(text.as_ref())
    }

    pub(crate) fn read_string(&mut self, slot: Slot) -> String {
        // SAFETY: the test gives a string of the heap, which gives its address and length.
        let bytes = unsafe {
            let (data, len) = self.heap().string(slot);
            std::slice::from_raw_parts(data, len)
        };
        String::from_utf8(bytes.to_vec()).expect("a string of UTF-8")
    }

    /// A slice of elements that are plain bytes.
    pub(crate) fn slice<T: Copy>(&mut self, elem: TypeId, items: &[T]) -> Slot {
        assert_eq!(self.types.layout(elem).size, size_of::<T>());
        let (slot, data) = self.heap().new_slice(elem, items.len());
        // SAFETY: the new slice has room for the items.
        unsafe { std::ptr::copy_nonoverlapping(items.as_ptr(), data.cast(), items.len()) };
        slot
    }

    pub(crate) fn strings(&mut self, items: &[&str]) -> Slot {
        let items: Vec<Slot> = items.iter().map(|item| self.string(item)).collect();
        self.slice(TypeId::STRING, &items)
    }

    pub(crate) fn read_slice<T: Copy>(&mut self, slot: Slot) -> Vec<T> {
        // SAFETY: the caller gives a slice and names the type of its elements.
        unsafe {
            let raw = self.heap().slice(slot);
            std::slice::from_raw_parts(raw.data.cast::<T>(), raw.len).to_vec()
        }
    }

    pub(crate) fn read_strings(&mut self, slot: Slot) -> Vec<String> {
        self.read_slice::<Slot>(slot).into_iter().map(|item| self.read_string(item)).collect()
    }

    /// The text of an `error` that a native made; "" for nil.
    pub(crate) fn read_error(&mut self, slots: &[Slot]) -> String {
        if slots[0] == Slot::ZERO {
            return String::new();
        }
        assert_eq!(slots[0], word(TypeId::ERROR_STRING_PTR));
        // SAFETY: the image of an `errors.errorString` is one string.
        let text = unsafe { *slots[1].as_ptr::<Slot>() };
        self.read_string(text)
    }

    /// A function value that runs `closure`.
    pub(crate) fn closure(
        &mut self,
        closure: impl Fn(*mut CallContext, &[Slot]) -> Result<Vec<Slot>, Failure> + 'static,
    ) -> Slot {
        CLOSURES.with_borrow_mut(|closures| {
            closures.push(Some(Box::new(closure)));
            Slot::from_bits(closures.len() as u64)
        })
    }

    /// `CallContext::paused` at each allocation since the last time.
    pub(crate) fn paused_at_allocations(&self) -> Vec<u32> {
        PAUSED.take()
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        // SAFETY: both came from `Box::leak`, and nothing refers to them any more.
        unsafe {
            drop(Box::from_raw(self.cx.as_ptr()));
            drop(Box::from_raw(self.heap.as_ptr()));
        }
    }
}

/// How natives of the tests call closures: as a VM does, with collection running meanwhile.
unsafe fn enter(cx: *mut CallContext, func: Slot, args: &[Slot], results: &mut [Slot]) -> Status {
    let index = func.bits() as usize - 1;
    let closure = CLOSURES.with_borrow_mut(|closures| closures[index].take()).expect("not running already");
    // SAFETY: the caller vouches for the context; each borrow of it ends at its statement.
    let outcome = unsafe {
        let paused = std::mem::replace(&mut (*cx).paused, 0);
        let outcome = closure(cx, args);
        (*cx).paused = paused;
        outcome
    };
    CLOSURES.with_borrow_mut(|closures| closures[index] = Some(closure));
    match outcome {
        Ok(slots) => {
            results.copy_from_slice(&slots);
            Status::Ok
        }
        // SAFETY: as above.
        Err(failure) => unsafe { (*cx).fail(failure) },
    }
}

/// A failure of a closure.
pub(crate) fn panicked(message: &str) -> Failure {
    Failure::Trap(Trap::new(message))
}

/// The type of a function that is not variadic.
pub(crate) fn func(params: &[TypeId], results: &[TypeId]) -> FuncType {
    FuncType { params: params.into(), variadic: false, results: results.into() }
}

/// The type word of an interface that holds a value of this type.
pub(crate) fn word(ty: TypeId) -> Slot {
    Slot::from_bits(ty.number().into())
}

pub(crate) fn int(value: i64) -> Slot {
    Slot::from_i64(value)
}
