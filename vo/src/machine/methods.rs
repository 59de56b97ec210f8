//! Methods of interfaces: who has which, and how they are found at a call.

use std::collections::HashMap;
use std::ptr;

use vo_ffi_core::{CallContext, Callee, Slot, Status, TypeId, TypeKind};

use super::load::{interface_methods, native_callee};
use super::thread::{Raised, Step};
use super::unwind::NIL;
use crate::bytecode::{Program, Receiver};

/// A method of a concrete type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Method {
    pub(super) callee: *const Callee,
    receiver: Receiver,
    ty: TypeId,
}

/// All methods of all types that go into interfaces.
#[derive(Debug)]
pub(super) struct MethodTable {
    methods: HashMap<(u32, u32), Method>,
    interfaces: HashMap<TypeId, Box<[u32]>>,
    /// The id of `Error() string`, and of `String() string`, where the program has them.
    pub(super) error: Option<u32>,
    pub(super) string: Option<u32>,
    /// `(*errors.errorString).Error`, which is not of the program.
    _error_text: Option<Box<Callee>>,
}

impl MethodTable {
    pub(super) fn new(program: &Program, callables: &[*const Callee]) -> MethodTable {
        let id_of = |name: &str| {
            let mut methods = (0u32..).zip(&program.methods);
            methods
                .find(|entry| entry.1.name == name && entry.1.ty == TypeId::FUNC_STRING)
                .map(|entry| entry.0)
        };
        let mut methods: HashMap<_, _> = program
            .method_entries
            .iter()
            .map(|entry| {
                let callee = callables[entry.callable as usize];
                ((entry.ty.number(), entry.method), Method { callee, receiver: entry.receiver, ty: entry.ty })
            })
            .collect();
        let error = id_of("Error");
        let error_text = error_text_callee(program).map(Box::new);
        if let (Some(id), Some(callee)) = (error, &error_text) {
            let ty = TypeId::ERROR_STRING_PTR;
            let method = Method { callee: ptr::from_ref(&**callee), receiver: Receiver::Data, ty };
            methods.insert((ty.number(), id), method);
        }
        MethodTable {
            methods,
            interfaces: interface_methods(program),
            error,
            string: id_of("String"),
            _error_text: error_text,
        }
    }

    /// The method of a dynamic type.
    pub(super) fn find(&self, type_word: Slot, method: u32) -> Option<Method> {
        self.methods.get(&(type_word.bits() as u32, method)).copied()
    }

    /// The id of a method that the interface asks for and the type does not have.
    pub(super) fn missing(&self, type_word: Slot, interface: TypeId) -> Option<u32> {
        let wanted = self.interfaces.get(&interface)?;
        wanted.iter().copied().find(|&method| self.find(type_word, method).is_none())
    }
}

fn error_text_callee(program: &Program) -> Option<Callee> {
    let TypeKind::Func(func) = program.types.kind(TypeId::FUNC_STRING) else { return None };
    let ty = vo_ffi_core::FuncType { params: vec![TypeId::ERROR_STRING_PTR], ..func.clone() };
    native_callee(program, "errors.errorString.Error", error_text, &ty)
}

/// `(*errors.errorString).Error`: the string at the start of the object.
unsafe extern "C" fn error_text(cx: *mut CallContext, _callee: *const Callee, frame: *mut Slot) -> Status {
    // SAFETY: the frame holds the receiver and one result; a pointer that is not nil points to an errorString.
    unsafe {
        let object = (*frame).as_ptr::<Slot>();
        if object.is_null() {
            return (*cx).trap(NIL);
        }
        *frame.add(1) = *object;
    }
    Status::Ok
}

const CACHE_ENTRIES: usize = 256;

/// What was found last.
pub(super) struct MethodCache {
    entries: [(u32, u32, Option<Method>); CACHE_ENTRIES],
}

impl MethodCache {
    pub(super) fn new() -> MethodCache {
        MethodCache { entries: [(0, 0, None); CACHE_ENTRIES] }
    }
}

/// The callee of a `CallMethod`; puts the receiver into the window.
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn find_callee(step: Step) -> Result<*const Callee, Raised> {
    // SAFETY: as for Step.
    unsafe {
        let [word, data] = step.pair(step.insn.b);
        let (ty, id) = (word.bits() as u32, step.ext(0).index());
        let cache = &raw mut (*step.thread).method_cache.entries;
        let entry = cache
            .cast::<(u32, u32, Option<Method>)>()
            .add((ty.wrapping_mul(31) + id) as usize % CACHE_ENTRIES);
        let method = match *entry {
            (cached_ty, cached_id, Some(method)) if cached_ty == ty && cached_id == id => method,
            _ => {
                let method = find_slowly(step, word, id)?;
                *entry = (ty, id, Some(method));
                method
            }
        };
        let receiver = match method.receiver {
            Receiver::Data => data,
            _ => adjust_receiver(step, method, data)?,
        };
        step.set(step.insn.a, receiver);
        Ok(method.callee)
    }
}

#[cold]
unsafe fn find_slowly(step: Step, word: Slot, id: u32) -> Result<Method, Raised> {
    // SAFETY: as for Step.
    unsafe {
        if word == Slot::ZERO {
            return Err(step.raise(NIL));
        }
        step.loaded().methods.find(word, id).ok_or_else(|| {
            let name = step.types().name(TypeId::from_number(word.bits() as u32));
            step.raise(format!("no method {id} for {name}"))
        })
    }
}

/// Loads or copies the receiver.
///
/// # Safety
/// As for [`Step`]; `data` is of the method's type.
pub(super) unsafe fn adjust_receiver(step: Step, method: Method, data: Slot) -> Result<Slot, Raised> {
    // SAFETY: as for Step; pointers that are not nil point to what their type says.
    unsafe {
        let types = step.types();
        let ty = match (method.receiver, types.kind(method.ty)) {
            (Receiver::Data, _) => return Ok(data),
            (Receiver::Deref, &TypeKind::Pointer(target)) => target,
            _ => method.ty,
        };
        if data == Slot::ZERO {
            return Err(step.raise(NIL));
        }
        if !types.is_image(ty) {
            return Ok(step.heap().load(ty, data.as_ptr())[0]);
        }
        // The arguments are in the window already, where the collector does not look.
        (*step.thread).cx.paused += 1;
        let copy = step.heap().alloc_copy(ty, data.as_ptr());
        (*step.thread).cx.paused -= 1;
        copy.map(|copy| Slot::from_ptr(copy)).map_err(|error| step.raise(error.message(types)))
    }
}
