//! Methods of interfaces: who has which, and how they are found at a call.

use std::collections::HashMap;
use std::ptr;

use vo_ffi::{CallContext, Callee, Slot, Status, TypeId, TypeKind};

use super::load::{interface_methods, native_callee};
use super::thread::{Done, Raised, Step};
use super::unwind::NIL;
use crate::bytecode::{Program, Receiver};

/// A method of a concrete type.
#[derive(Clone, Copy, Debug)]
pub(super) struct Method {
    pub(super) callee: *const Callee,
    pub(super) receiver: Receiver,
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
    pub(super) fn find(&self, type_word: Slot, method: u32) -> Option<&Method> {
        self.methods.get(&(type_word.bits() as u32, method))
    }

    /// The id of a method that the interface asks for and the type does not have.
    pub(super) fn missing(&self, type_word: Slot, interface: TypeId) -> Option<u32> {
        let wanted = self.interfaces.get(&interface)?;
        wanted.iter().copied().find(|&method| self.find(type_word, method).is_none())
    }
}

fn error_text_callee(program: &Program) -> Option<Callee> {
    let TypeKind::Func(func) = program.types.kind(TypeId::FUNC_STRING) else { return None };
    let ty = vo_ffi::FuncType { params: vec![TypeId::ERROR_STRING_PTR], ..func.clone() };
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

/// What was found last, by type and method.
pub(super) struct MethodCache {
    entries: [CacheEntry; CACHE_ENTRIES],
}

#[derive(Clone, Copy)]
struct CacheEntry {
    ty: u64,
    method_id: u32,
    method: *const Method,
}

impl MethodCache {
    pub(super) fn new() -> MethodCache {
        // No type has this number.
        MethodCache {
            entries: [CacheEntry { ty: u64::MAX, method_id: 0, method: ptr::null() }; CACHE_ENTRIES],
        }
    }

    #[inline(always)]
    fn index(type_word: Slot, method: u32) -> usize {
        (type_word.bits() as u32).wrapping_mul(31).wrapping_add(method) as usize % CACHE_ENTRIES
    }

    /// The method, where the last search of this kind found it.
    #[inline(always)]
    pub(super) fn find(&self, type_word: Slot, method: u32) -> Option<&Method> {
        let entry = &self.entries[MethodCache::index(type_word, method)];
        if entry.ty != type_word.bits() || entry.method_id != method {
            return None;
        }
        // SAFETY: what is in the cache points into the program's table, which does not change.
        unsafe { entry.method.as_ref() }
    }
}

/// Puts the method that a `CallMethod` asks for into the cache.
///
/// # Safety
/// As for [`Step`].
#[cold]
pub(super) unsafe fn find_slowly(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let (word, id) = (step.get(step.insn.b), step.ext(0).index());
        if word == Slot::ZERO {
            return Err(step.raise(NIL));
        }
        let Some(method) = step.loaded().methods.find(word, id) else {
            let name = step.types().name(TypeId::from_number(word.bits() as u32));
            return Err(step.raise(format!("{name} has no method {id}")));
        };
        let entry = CacheEntry { ty: word.bits(), method_id: id, method };
        (*step.thread).method_cache.entries[MethodCache::index(word, id)] = entry;
    }
    Ok(())
}

/// Loads or copies the receiver.
///
/// # Safety
/// As for [`Step`]; `data` is of the method's type.
pub(super) unsafe fn adjust_receiver(step: Step, method: &Method, data: Slot) -> Result<Slot, Raised> {
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
        copy.map(|copy| Slot::from_ptr(copy)).map_err(|error| step.heap_error(error))
    }
}
