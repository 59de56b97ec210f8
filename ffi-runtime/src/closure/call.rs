//! Calls that a native makes of C functions that take a program's funcs.

use std::sync::Arc;

use vo_ffi_core::c::CType;
use vo_ffi_core::{CClosure, Failure, Position, Slot, TypeId, TypeTable, VmCtx, VoError, VoFunc};

use crate::closure::{ClosureParam, Lent, problems, watched};
use crate::function::Function;

/// A parameter of a C function that takes funcs of one type of a program, each as a function pointer for the duration of a
/// call: of [`Function::call_frame_with_funcs`].
///
/// ```
/// use vo_ffi_core::{Scalar, Slot, TypeId, VmCtx, VoError, VoFunc};
/// use vo_ffi_runtime::{FuncParam, Library};
///
/// /// Sorts numbers as a `func(a, b uintptr) int32` of the program compares them, where they lie.
/// fn sort<'call>(ctx: &mut VmCtx<'call>, numbers: &mut [i32], compare: VoFunc<'call>) -> Result<(), VoError> {
///     let text = "void qsort(void *, size_t, size_t, int (*compare)(const void *, const void *))";
///     let qsort = Library::process().function(text)?;
///     let param = FuncParam::new(&qsort, 3, compare.type_id(), ctx.types(), &|_, _| false).map_err(VoError::new)?;
///     let [count, size] = [numbers.len(), 4].map(|n| Slot::from_bits(n as u64));
///     let mut frame = [Slot::from_ptr(numbers.as_mut_ptr()), count, size, Slot::ZERO, Slot::ZERO];
///     // SAFETY: this is the type of `qsort`, and the numbers stay where they are.
///     unsafe { qsort.call_frame_with_funcs(ctx, &mut frame, &[(param, compare)]) }
/// }
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/../ffi-core/tests/doc/vm.rs")); }
/// # // SAFETY: `qsort` gives addresses of numbers.
/// # let number = |slot: Slot| i64::from(unsafe { *slot.as_ptr::<i32>() });
/// # let compare: vm::Func = Box::new(move |args| Ok(vec![Slot::from_i64(number(args[0]) - number(args[1]))]));
/// # let [uintptr, int32] = [Scalar::Uintptr, Scalar::Int32].map(TypeId::scalar);
/// # vm::with_func(&[uintptr; 2], &[int32], Some(compare), |ctx, compare| {
/// let mut numbers = [30, 4, -7, 12];
/// // With a func that subtracts one number from the other:
/// sort(ctx, &mut numbers, compare).expect("no panic");
/// assert_eq!(numbers, [-7, 4, 12, 30]);
/// # });
/// ```
#[derive(Clone, Debug)]
pub struct FuncParam {
    index: usize,
    func: TypeId,
    param: Arc<ClosureParam>,
}

impl FuncParam {
    /// The parameter of this index, from 0, for funcs of this type. `alike` says whether a pointer to the type of Vo may be
    /// used for a pointer to the one of C, and whether structs of the two have the same bytes.
    ///
    /// Who makes it once for several calls spares the comparison, and finds function pointers again.
    ///
    /// ```
    /// use vo_ffi_core::{FuncType, TypeId, TypeKind, TypeTable};
    /// use vo_ffi_runtime::{FuncParam, Library};
    ///
    /// let on_exit = Library::process().function("int on_exit(void (*run)(int status, void *arg), void *arg)")?;
    /// let mut types = TypeTable::new();
    /// let func = FuncType { params: vec![TypeId::INT, TypeId::STRING], variadic: false, results: vec![] };
    /// let func = types.intern(TypeKind::Func(func));
    /// let misfit = FuncParam::new(&on_exit, 0, func, &types, &|_, _| false).unwrap_err();
    /// assert_eq!(misfit, "parameter 2: C gives `void *`, and the closure takes string");
    /// let misfit = FuncParam::new(&on_exit, 1, func, &types, &|_, _| false).unwrap_err();
    /// assert_eq!(misfit, "parameter 2 of `on_exit` is no pointer to a function");
    /// # Ok::<(), vo_ffi_runtime::FunctionError>(())
    /// ```
    ///
    /// # Errors
    /// That the parameter takes no functions; all that does not fit; why C can call such a func in no way.
    pub fn new(
        function: &Function,
        index: usize,
        func: TypeId,
        types: &TypeTable,
        alike: &dyn Fn(TypeId, CType) -> bool,
    ) -> Result<FuncParam, String> {
        let c = function.types();
        let sig = function.sig().params.get(index).and_then(|&param| c.as_func(param));
        let sig = sig.ok_or_else(|| {
            format!("parameter {} of `{}` is no pointer to a function", index + 1, function.name())
        })?;
        let closure = CClosure::fitting(func, types, sig, c, alike).map_err(problems)?;
        let name = function.param_name(index).unwrap_or_default().into();
        let position = Position::Param { index, name };
        let choice = function.options().stubs;
        let param = Arc::new(ClosureParam::new(choice, function.name().into(), position, closure)?);
        Ok(FuncParam { index, func, param })
    }
}

impl Function {
    /// As [`Function::call_frame`], from a reentrant native: as long as the call lasts, C may call funcs of the program on
    /// this thread. Those given here go to the slots of their parameters; nil is NULL.
    ///
    /// Also where it gives no funcs, a native that calls so has an error where C calls a func whose call has ended, as one
    /// that it has kept. After the first panic of a func C gets zero from all.
    ///
    /// [`FuncParam`] has an example.
    ///
    /// # Errors
    /// The panic of a func: return it with `?`, so that it goes on. That a func is of another type than its parameter was made
    /// for; that there is no memory for a function pointer. In the last two cases nothing was called.
    ///
    /// # Safety
    /// As [`Function::call_frame`], but for the slots of the funcs; each parameter was made for this function, or for it
    /// [without more arguments](Function::with_arguments).
    pub unsafe fn call_frame_with_funcs<'call>(
        &self,
        ctx: &mut VmCtx<'call>,
        frame: &mut [Slot],
        funcs: &[(FuncParam, VoFunc<'call>)],
    ) -> Result<(), VoError> {
        let cx = ctx.context_ptr().as_ptr();
        // SAFETY: the context is that of a reentrant native, which pauses collection, and its heap is valid meanwhile; the
        // funcs are handed out to the native, so that they live as long. The caller vouches for the frame and the code.
        let ended = unsafe {
            let heap = (*cx).heap_ptr();
            watched(cx, self.callee(), || {
                let mut pointers = Lent::new(cx, heap);
                for (FuncParam { index, func: ty, param }, func) in funcs {
                    if func.type_id() != *ty {
                        return Err(format!("argument {} of `{}` is another func", index + 1, self.name()));
                    }
                    frame[*index] = Slot::from_ptr(pointers.pointer(param, func.slot())?);
                }
                self.call_frame(frame);
                Ok(())
            })
        };
        match ended {
            Ok(called) => called.map_err(VoError::new),
            Err(Failure::Trap(trap)) => Err(VoError::from_trap(trap)),
            Err(Failure::Error(error)) => Err(error),
        }
    }
}
