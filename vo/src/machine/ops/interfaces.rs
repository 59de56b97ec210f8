//! Interfaces: equality and assertions.

use vo_ffi::{Slot, TypeId};

use crate::machine::thread::{Done, Step};

/// `EqInterface`
///
/// # Safety
/// As for [`Step`].
pub(in crate::machine) unsafe fn equal(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let (x, y) = (step.pair(step.insn.b), step.pair(step.insn.c));
        let equal = step.heap().equal(TypeId::ANY, x, y).map_err(|error| step.heap_error(error))?;
        step.set(step.insn.a, Slot::from_bool(equal));
    }
    Ok(())
}

/// [`RuntimeFn::EqImage`](crate::bytecode::RuntimeFn::EqImage)
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn equal_images(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let (x, y) = (step.value(step.insn.b, 1), step.value(step.insn.c, 1));
        let equal = step.heap().equal(step.ext_type(), x, y).map_err(|error| step.heap_error(error))?;
        step.set(step.insn.a, Slot::from_bool(equal));
    }
    Ok(())
}

/// `AssertType`, where it fails.
///
/// # Safety
/// As for [`Step`].
#[cold]
pub(in crate::machine) unsafe fn fail_assert(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let found = name_of_word(step, step.get(step.insn.a));
        let interface = interface_name(step, TypeId::from_number(step.ext(1).index()));
        let wanted = step.types().name(step.ext_type());
        Err(step.raise(format!("interface conversion: {interface} is {found}, not {wanted}")))
    }
}

/// `Implements`
///
/// # Safety
/// As for [`Step`].
pub(in crate::machine) unsafe fn implements(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let word = step.get(step.insn.b);
        let implements = word != Slot::ZERO && step.loaded().methods.missing(word, step.ext_type()).is_none();
        step.set(step.insn.a, Slot::from_bool(implements));
    }
    Ok(())
}

/// [`RuntimeFn::AssertInterface`](crate::bytecode::RuntimeFn::AssertInterface)
///
/// # Safety
/// As for [`Step`].
pub(super) unsafe fn assert_interface(step: Step) -> Done {
    // SAFETY: as for Step.
    unsafe {
        let (word, wanted) = (step.get(step.insn.a), step.ext_type());
        if word == Slot::ZERO {
            let wanted = interface_name(step, wanted);
            return Err(step.raise(format!("interface conversion: interface is nil, not {wanted}")));
        }
        let Some(method) = step.loaded().methods.missing(word, wanted) else { return Ok(()) };
        let found = name_of_word(step, word);
        let wanted = interface_name(step, wanted);
        let method = &step.loaded().program.methods[method as usize].name;
        Err(step.raise(format!("interface conversion: {found} is not {wanted}: missing method {method}")))
    }
}

unsafe fn name_of_word(step: Step, word: Slot) -> String {
    match word {
        Slot::ZERO => "nil".into(),
        // SAFETY: as for Step.
        _ => unsafe { step.types().name(TypeId::from_number(word.bits() as u32)) },
    }
}

/// Go calls `any` by its full name in these messages.
unsafe fn interface_name(step: Step, ty: TypeId) -> String {
    match ty {
        TypeId::ANY => "interface {}".into(),
        // SAFETY: as for Step.
        _ => unsafe { step.types().name(ty) },
    }
}
