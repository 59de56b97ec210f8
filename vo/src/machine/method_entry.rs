//! How natives call methods of values: `fmt.Println` asks for `Error` and `String`.

use vo_ffi::{CallContext, Failure, Slot, Status, Trap, TypeId};

use super::enter::enter_callee;
use super::methods::adjust_receiver;
use super::thread::{Step, Thread};
use crate::bytecode::{Insn, Op};

/// The receiver and the most arguments that a native passes.
const MOST_SLOTS: usize = 32;

/// [`vo_ffi::EnterMethod`]: a native calls a method.
///
/// # Safety
/// As for [`vo_ffi::EnterMethod`].
pub(super) unsafe fn enter_method(
    cx: *mut CallContext,
    receiver: [Slot; 2],
    name: &str,
    args: &[Slot],
    results: &mut [Slot],
) -> Option<Status> {
    let thread = cx.cast::<Thread>();
    let [word, data] = receiver;
    // SAFETY: the context is the first field of its thread, which runs a native and is not borrowed; the
    // program does not change.
    unsafe {
        let loaded = &*(*thread).loaded;
        let ty = (*cx).types().method(TypeId::from_number(word.bits() as u32), name)?.ty;
        let mut ids = (0_u32..).zip(&loaded.program.methods);
        let (id, _) = ids.find(|(_, method)| method.ty == ty && method.name == name)?;
        let method = loaded.methods.find(word, id)?;
        let step = Step { thread, insn: Insn::abc(Op::Exit, 0, 0, 0) };
        let Ok(receiver) = adjust_receiver(step, method, data) else {
            let trap = (*thread).pending.take().map(|panic| panic.trap);
            let trap = trap.unwrap_or_else(|| Trap::new("a method without its receiver"));
            return Some((*cx).fail(Failure::Trap(trap)));
        };
        let mut slots = [receiver; MOST_SLOTS];
        slots.get_mut(1..=args.len())?.copy_from_slice(args);
        Some(enter_callee(thread, method.callee, Slot::ZERO, &slots[..=args.len()], results))
    }
}
