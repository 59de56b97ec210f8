//! Calls through libffi: slower than code made for a signature, but ready on every machine.

mod types;

use std::ffi::c_void;
use std::mem::MaybeUninit;

use libffi::middle::Cif;
use vo_ffi_core::c::{CType, CTypes, CallPlan, Convention, Form, FuncSig, ResultPlan};
use vo_ffi_core::{CallContext, Callee, Class, Slot, Status};

use crate::stub::{Target, errno};

/// What libffi needs to know to call functions of a signature.
#[derive(Debug)]
pub(crate) struct Interface {
    cif: Cif,
    has_images: bool,
}

// SAFETY: `Cif` owns the types that it points to, and `ffi_call` only reads them.
unsafe impl Send for Interface {}
// SAFETY: as for `Send`: after `prep_cif`, nothing writes to a `Cif`.
unsafe impl Sync for Interface {}

impl Interface {
    /// Prepares calls of a function by its plan; or what libffi cannot express of it.
    pub(crate) fn new(
        types: &CTypes,
        sig: &FuncSig,
        more: &[CType],
        plan: &CallPlan,
    ) -> Result<Interface, String> {
        let abi = abi(plan.convention)?;
        let params = sig.params.iter().copied().chain(more.iter().map(|&ty| types.promoted(ty)));
        let args = params.map(|ty| types::ffi_type(types, ty)).collect::<Result<Vec<_>, _>>()?;
        let result = types::result_type(types, sig.result)?;
        let cif = match sig.variadic {
            true => Cif::try_new_variadic_with_abi(args, sig.params.len(), result, abi),
            false => Cif::try_new_with_abi(args, result, abi),
        };
        let cif = cif.map_err(|error| format!("libffi refuses it: {error:?}"))?;
        let has_images = plan.args.iter().any(|arg| matches!(arg.form, Form::Image { .. }));
        Ok(Interface { cif, has_images })
    }

    /// What a closure of libffi is made of.
    pub(crate) fn into_cif(self) -> Cif {
        self.cif
    }
}

#[cfg(all(target_arch = "x86_64", unix))]
fn abi(convention: Convention) -> Result<libffi::middle::FfiAbi, String> {
    // libffi's FFI_GNUW64, which its crate does not name on Unix; see libffi/src/x86/ffitarget.h.
    const GNUW64: libffi::middle::FfiAbi = 4;
    match convention {
        Convention::SysV64 => Ok(libffi::middle::ffi_abi_FFI_DEFAULT_ABI),
        Convention::Win64 => Ok(GNUW64),
        Convention::Aapcs64 | Convention::Aapcs32 => {
            Err(format!("libffi knows no {} here", convention.registers().name))
        }
    }
}

#[cfg(not(all(target_arch = "x86_64", unix)))]
fn abi(convention: Convention) -> Result<libffi::middle::FfiAbi, String> {
    match Convention::of(vo_ffi_core::c::Target::HOST) {
        Some(host) if host == convention => Ok(libffi::middle::ffi_abi_FFI_DEFAULT_ABI),
        _ => Err(format!("libffi knows no {} here", convention.registers().name)),
    }
}

/// The native of all functions that are called through libffi.
///
/// # Safety
/// As [`Native`](vo_ffi_core::Native); the callee's target is a [`Target`] whose stub has an interface, and the
/// function has its types.
pub(crate) unsafe extern "C" fn call(_: *mut CallContext, callee: *const Callee, frame: *mut Slot) -> Status {
    // Up to 16 arguments need no allocation.
    const INLINE: usize = 16;
    // SAFETY: the caller vouches for the callee and for a frame of the plan.
    unsafe {
        let target = &*(*callee).target.cast::<Target>();
        let (plan, Some(interface)) = (target.stub.plan(), target.stub.interface()) else {
            return Status::Trap;
        };
        match plan.args.len() {
            count if count <= INLINE => {
                let mut args = [const { MaybeUninit::uninit() }; INLINE];
                interface.follow(plan, target, frame, &mut args[..count]);
            }
            count => interface.follow(plan, target, frame, &mut vec![MaybeUninit::uninit(); count]),
        }
    }
    Status::Ok
}

impl Interface {
    /// # Safety
    /// As [`call`], with a place for the address of each argument.
    #[inline]
    unsafe fn follow(
        &self,
        plan: &CallPlan,
        target: &Target,
        frame: *mut Slot,
        args: &mut [MaybeUninit<*mut c_void>],
    ) {
        // SAFETY: the caller vouches for the frame, and where a slot has an image, it is its address.
        unsafe {
            for (at, arg) in args.iter_mut().zip(&plan.args) {
                let slot = frame.add(arg.slot.into());
                let is_image = self.has_images && matches!(arg.form, Form::Image { .. });
                at.write(if is_image { (*slot).as_ptr::<c_void>() } else { slot.cast() });
            }
            // libffi writes a whole word for each integer result, and the low half of it for a float.
            let mut word = 0u64;
            let result = match plan.result {
                ResultPlan::Parts { slot, .. } | ResultPlan::Memory { slot, .. } => {
                    (*frame.add(slot.into())).as_ptr::<c_void>()
                }
                ResultPlan::Void | ResultPlan::Value { .. } => (&raw mut word).cast(),
            };
            if plan.errno.is_some() {
                errno::clear();
            }
            let cif = self.cif.as_raw_ptr();
            libffi::raw::ffi_call(cif, Some(target.code.0), result, args.as_mut_ptr().cast());
            if let Some(slot) = plan.errno {
                frame.add(slot.into()).write(Slot::from_bits(errno::get() as u32 as u64));
            }
            if let ResultPlan::Value { slot, class, bytes, .. } = plan.result {
                frame.add(slot.into()).write(extend(class, bytes, word));
            }
        }
    }
}

/// The slot form of a value in the low bytes of a word.
pub(crate) fn extend(class: Class, bytes: u8, word: u64) -> Slot {
    let unused = 64 - u32::from(bytes) * 8;
    match class {
        Class::Bool => Slot::from_bool(word as u8 != 0),
        Class::Signed => Slot::from_i64((word << unused) as i64 >> unused),
        Class::Unsigned | Class::Float => Slot::from_bits(word << unused >> unused),
    }
}
