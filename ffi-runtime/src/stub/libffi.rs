//! Calls through libffi: slower than code made for a signature, but ready on every machine.

mod closure;
mod types;

use std::ffi::c_void;
use std::ptr::null_mut;

use libffi::middle::Cif;
use vo_ffi_core::c::{CType, CTypes, CallPlan, Convention, Form, FuncSig, ResultPlan};
use vo_ffi_core::{CallContext, Callee, Slot, Status};

use crate::stub::{Target, errno};

pub(crate) use closure::LibffiClosure;

/// What libffi needs to know to call functions of a signature.
#[derive(Debug)]
pub(crate) struct Interface {
    cif: Cif,
    /// How many arguments there are; each is in the slot of its number.
    args: usize,
    /// The slots that hold addresses of images.
    images: Box<[u16]>,
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
        let images = plan.args.iter().filter(|arg| matches!(arg.form, Form::Image { .. }));
        Ok(Interface { cif, args: plan.args.len(), images: images.map(|arg| arg.slot).collect() })
    }

    /// What closures of libffi that share it are made of.
    pub(crate) fn cif(&self) -> *mut libffi::low::ffi_cif {
        self.cif.as_raw_ptr()
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
    // SAFETY: the caller vouches for the callee and for a frame of the plan.
    unsafe {
        let target = &*(*callee).target.cast::<Target>();
        let Some(interface) = target.stub.interface() else { return Status::Trap };
        match interface.args {
            0..=4 => interface.follow(target, frame, &mut addresses::<4>(frame)),
            5..=16 => interface.follow(target, frame, &mut addresses::<16>(frame)),
            _ => interface.follow_many(target, frame),
        }
    }
    Status::Ok
}

/// The addresses of the first slots. Those of more slots than there are arguments are not used.
fn addresses<const N: usize>(frame: *mut Slot) -> [*mut c_void; N] {
    std::array::from_fn(|slot| frame.wrapping_add(slot).cast())
}

impl Interface {
    /// # Safety
    /// As [`call`], with the address of each argument's slot.
    #[inline(always)]
    unsafe fn follow(&self, target: &Target, frame: *mut Slot, args: &mut [*mut c_void]) {
        let plan = target.stub.plan();
        // SAFETY: the caller vouches for the frame, and where a slot has an image, it is its address.
        unsafe {
            for &slot in &self.images {
                let slot = usize::from(slot);
                args[slot] = (*frame.add(slot)).as_ptr();
            }
            let result = match plan.result {
                ResultPlan::Parts { slot, .. } | ResultPlan::Memory { slot, .. } => {
                    (*frame.add(slot.into())).as_ptr::<c_void>()
                }
                // libffi writes a whole word for each integer, and the low half of it for a float.
                ResultPlan::Value { slot, .. } => frame.add(slot.into()).cast(),
                ResultPlan::Void => null_mut(),
            };
            if plan.errno.is_some() {
                errno::clear();
            }
            let cif = self.cif.as_raw_ptr();
            libffi::raw::ffi_call(cif, Some(target.code.0), result, args.as_mut_ptr());
            if let Some(slot) = plan.errno {
                frame.add(slot.into()).write(Slot::from_bits(errno::get() as u32 as u64));
            }
            if let ResultPlan::Value { slot, class, bytes: bytes @ ..8, .. } = plan.result {
                let slot = frame.add(slot.into());
                slot.write(class.extend(bytes, (*slot).bits()));
            }
        }
    }

    /// # Safety
    /// As [`call`].
    #[cold]
    unsafe fn follow_many(&self, target: &Target, frame: *mut Slot) {
        let mut args: Vec<_> = (0..self.args).map(|slot| frame.wrapping_add(slot).cast()).collect();
        // SAFETY: the caller vouches for all of it.
        unsafe { self.follow(target, frame, &mut args) }
    }
}
