//! Calls of every native with the values at the bounds of its types, through the real ABI, to see that each keeps it.

mod values;

use std::fmt;
use std::ptr::NonNull;
use std::sync::Arc;

use crate::call::{CallContext, Callee, Status};
use crate::declaration::Declaration;
use crate::error::Failure;
use crate::heap::{ArenaHeap, Heap};
use crate::registry::{ExternEntry, ExternRegistry};
use crate::scalar::Scalar;
use crate::slot::Slot;
use crate::types::{TypeId, TypeKind, TypeTable};
use crate::unwind::PanicGuard;
use values::{Choices, Values};

/// Makes a test, `all_externs_keep_the_abi`, that calls every native which is linked, [`check_all`] of them, but for
/// those whose names stand behind `except`: what ends the process, or writes where a test should not.
///
/// ```
/// # use vo_ffi_core as vo_ffi;
/// vo_ffi::test_all_externs!();
/// mod others {
///     # use vo_ffi_core as vo_ffi;
///     vo_ffi::test_all_externs!(except "os.Exit", "os.RemoveAll");
/// }
/// ```
#[macro_export]
macro_rules! test_all_externs {
    ($(except $($name:literal),+ $(,)?)?) => {
        #[test]
        fn all_externs_keep_the_abi() {
            const EXCEPT: &[&str] = &[$($($name),+)?];
            let registry = $crate::ExternRegistry::from_inventory();
            let report = $crate::testing::check_all(&registry, |entry| !EXCEPT.contains(&entry.name));
            assert!(report.faults.is_empty(), "{report}");
        }
    };
}

/// What [`check_all`] found.
#[derive(Debug, Default)]
pub struct Report {
    /// The natives that were called.
    pub called: Vec<&'static str>,
    /// How many calls there were.
    pub calls: usize,
    /// The natives that were not called, since only a program knows which types they take.
    pub skipped: Vec<&'static str>,
    /// What natives did that they must not.
    pub faults: Vec<Fault>,
}

/// One thing that a native did and must not.
#[derive(Debug)]
pub struct Fault {
    /// The native, and its place as `file:line`.
    pub native: String,
    /// Its arguments, as slots.
    pub arguments: Vec<Slot>,
    /// What it did.
    pub what: String,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Report { called, calls, skipped, faults } = self;
        write!(
            f,
            "{} natives in {calls} calls, {} skipped: {} faults",
            called.len(),
            skipped.len(),
            faults.len()
        )?;
        faults.iter().try_for_each(|fault| {
            write!(f, "\n  {} {}, called with {:?}", fault.native, fault.what, fault.arguments)
        })
    }
}

/// Calls the natives that `is_wanted` picks, over an [`ArenaHeap`], with integers and floats at the bounds of their
/// types, strings that are empty or not UTF-8, slices and maps that are nil, empty, and the same for two parameters.
///
/// Whatever a native does with them, its call ends in success, an error or a trap; leaves its arguments as they are;
/// writes results of its types, or none; and leaves nothing paused, lent or handed out. Errors and traps are no faults.
/// Natives with functions, structs, pointers, or slices and maps of any type are skipped.
///
/// ```
/// use vo_ffi_core::{ExternRegistry, testing::check_all};
///
/// let report = check_all(&ExternRegistry::new(), |_| true);
/// assert_eq!(report.to_string(), "0 natives in 0 calls, 0 skipped: 0 faults");
/// ```
pub fn check_all(registry: &ExternRegistry, is_wanted: impl Fn(&ExternEntry) -> bool) -> Report {
    let mut report = Report::default();
    let mut types = TypeTable::new();
    let mut declarations = Vec::new();
    for entry in registry.entries().into_iter().filter(|entry| is_wanted(entry)) {
        match entry.signature.func_type(&mut types) {
            Some(func) => declarations.push((entry, entry.declaration(func))),
            None => report.skipped.push(entry.name),
        }
    }
    Values::intern(&mut types);
    let types = Arc::new(types);
    let _guard = PanicGuard::new();
    for (entry, declaration) in declarations {
        report.called.push(entry.name);
        match link(registry, declaration, &types) {
            Ok(callee) => check(entry, &callee, &types, &mut report),
            Err(what) => report.faults.push(Fault { native: entry.name.into(), arguments: Vec::new(), what }),
        }
    }
    report
}

fn link(registry: &ExternRegistry, declaration: Declaration, types: &TypeTable) -> Result<Callee, String> {
    let callees = registry.link(&[declaration], types).map_err(|errors| errors.to_string())?;
    callees.into_iter().next().ok_or_else(|| "is not linked".into())
}

/// How often one native is called at most.
const MOST_CALLS: usize = 400;

/// Results stand on this before a call, and still after one that fails.
const UNTOUCHED: Slot = Slot::from_bits(0xdead_beef_dead_beef);

fn check(entry: &ExternEntry, callee: &Callee, types: &Arc<TypeTable>, report: &mut Report) {
    let mut heap = ArenaHeap::new(Arc::clone(types));
    let mut values = Values::new(types, &mut heap);
    let choices: Vec<Vec<Vec<Slot>>> = callee.plan.params.iter().map(|place| values.of(place.ty)).collect();
    for choice in Choices::new(choices.iter().map(Vec::len).collect(), MOST_CALLS) {
        let arguments: Vec<Slot> =
            choices.iter().zip(choice).flat_map(|(values, index)| values[index].clone()).collect();
        report.calls += 1;
        if let Err(what) = call(callee, types, &mut heap, &arguments) {
            let native = format!("{} at {}", entry.name, entry.place());
            report.faults.push(Fault { native, arguments, what });
            // One is enough to look at.
            return;
        }
    }
}

fn call(
    callee: &Callee,
    types: &Arc<TypeTable>,
    heap: &mut ArenaHeap,
    arguments: &[Slot],
) -> Result<(), String> {
    let mut frame = arguments.to_vec();
    frame.resize(arguments.len() + usize::from(callee.plan.result_slots), UNTOUCHED);
    let heap: NonNull<dyn Heap> = NonNull::from(heap);
    // SAFETY: the heap outlives the context, and nothing else uses it during the call; no value is a function.
    let mut cx = unsafe { CallContext::new(heap, Arc::clone(types), no_function) };
    // SAFETY: the frame has the slots that the plan counts, and the arguments are of the linked types.
    let status = unsafe { (callee.native)(&raw mut cx, callee, frame.as_mut_ptr()) };
    let is_idle = cx.paused == 0 && !cx.recording && cx.lent.is_empty() && cx.handed_out().is_empty();
    let (kept, results) = frame.split_at(arguments.len());
    let failure = cx.take_failure();
    match (status, &failure) {
        _ if !is_idle => Err("leaves collection paused, or values lent or handed out".into()),
        _ if kept != arguments => Err("changes its arguments".into()),
        (Status::Ok, None) => check_results(callee, types, &frame),
        (Status::Error, Some(Failure::Error(_))) | (Status::Trap, Some(Failure::Trap(_))) => {
            let is_untouched = results.iter().all(|slot| *slot == UNTOUCHED);
            if is_untouched { Ok(()) } else { Err("fails, and writes results".into()) }
        }
        _ => Err(format!("ends with {status:?}, and gives {failure:?} as the reason")),
    }
}

/// Whether all scalars among the results are extended as their types ask, and everything is written.
fn check_results(callee: &Callee, types: &TypeTable, frame: &[Slot]) -> Result<(), String> {
    let places = callee.plan.results.iter().filter(|&&place| Some(place) != callee.plan.error_result);
    for (index, place) in places.enumerate() {
        let slot = frame[usize::from(place.at)];
        let is_right = match types.kind(place.ty) {
            TypeKind::Scalar(Scalar::Bool) => slot.bits() < 2,
            TypeKind::Scalar(scalar) => {
                let mut image = 0u64;
                let at = (&raw mut image).cast();
                // SAFETY: no scalar is larger than the image.
                unsafe {
                    scalar.store(at, slot);
                    scalar.load(at) == slot
                }
            }
            TypeKind::Interface(_) => {
                let word = slot.bits();
                word < types.len() as u64 && !types.is_interface(TypeId::from_number(word as u32))
            }
            _ => slot != UNTOUCHED,
        };
        if !is_right {
            return Err(format!(
                "writes {slot:?} as result {}, which is no {}",
                index + 1,
                types.name(place.ty)
            ));
        }
    }
    Ok(())
}

/// There is no program whose functions could be called.
unsafe fn no_function(cx: *mut CallContext, _: Slot, _: &[Slot], _: &mut [Slot]) -> Status {
    // SAFETY: the native that calls gives its own context.
    unsafe { (*cx).trap("there are no functions to call") }
}
