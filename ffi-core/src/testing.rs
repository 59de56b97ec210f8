//! Calls of every native with the values at the bounds of its types, through the real ABI, to see that each keeps it.

mod calls;
mod declarations;
mod values;

use std::fmt;
use std::sync::Arc;

use crate::call::Callee;
use crate::declaration::Declaration;
use crate::registry::{ExternEntry, ExternRegistry};
use crate::slot::Slot;
use crate::spec::TypeSpec;
use crate::types::{TypeId, TypeTable};
use crate::unwind::PanicGuard;
use calls::Machine;
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
///
/// ```
/// # use vo_ffi_core::{ExternRegistry, testing::check_all};
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # use vm::OPEN;
/// // `files.Open` finds no file, so no call ends well; that is no fault.
/// let report = check_all(&ExternRegistry::new().with(&OPEN), |_| true);
/// assert_eq!((report.called.as_slice(), report.successes), (&["files.Open"][..], 0));
/// assert!(report.calls > 0 && report.faults.is_empty(), "{report}");
/// ```
#[derive(Debug, Default)]
pub struct Report {
    /// The natives that were called.
    pub called: Vec<&'static str>,
    /// How many calls there were.
    pub calls: usize,
    /// How many of them ended well; the others with an error or a trap.
    pub successes: usize,
    /// How many calls met a heap that was full.
    pub full: usize,
    /// How many declarations that differ from their native were refused.
    pub refused: usize,
    /// What natives did that they must not.
    pub faults: Vec<Fault>,
}

/// One thing that a native did and must not.
///
/// ```
/// use vo_ffi_core::testing::check_all;
/// use vo_ffi_core::{CallContext, Callee, ExternEntry, ExternRegistry, Slot, Status};
///
/// /// Says that its result is there, and has written none.
/// unsafe extern "C" fn forgetful(_: *mut CallContext, _: *const Callee, _: *mut Slot) -> Status {
///     Status::Ok
/// }
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # static FORGETFUL: ExternEntry = ExternEntry { name: "bad.Forgetful", wrapper: forgetful, ..vm::TELL };
/// // With `forgetful` as the wrapper of `bad.Forgetful() bool`:
/// let report = check_all(&ExternRegistry::new().with(&FORGETFUL), |_| true);
/// let fault = &report.faults[0];
/// assert_eq!((fault.native.as_str(), fault.arguments.len()), ("bad.Forgetful at src/lib.rs:1", 0));
/// assert_eq!(fault.what, "writes Slot(0xdeadbeefdeadbeef) as result 1, which is no bool");
/// ```
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
        let Report { called, calls, successes, full, refused, faults } = self;
        write!(
            f,
            "{} natives in {calls} calls, {successes} without an error, {full} with a full heap; {refused} other declarations \
             refused: {} faults",
            called.len(),
            faults.len()
        )?;
        faults.iter().try_for_each(|fault| {
            write!(f, "\n  {} {}, called with {:?}", fault.native, fault.what, fault.arguments)
        })
    }
}

/// Calls the natives that `is_wanted` picks, over an [`ArenaHeap`](crate::ArenaHeap), with integers and floats at the bounds
/// of their types, strings that are empty or not UTF-8, slices, maps, pointers and functions that are nil, one slice or
/// object for two parameters, functions that return zero, something, or panic, and Rust objects that other natives made.
/// Where only a program knows a type, the test has one. What a native has rooted is stale in its next call, and in some
/// calls the heap is full from some allocation on.
///
/// Whatever a native does with them, its call ends in success, an error or a trap; leaves its arguments as they are;
/// writes results of its types, or none; leaves nothing paused, lent or handed out; and allocates while collection is paused
/// alone, so that a collection at every allocation finds nothing. Errors and traps are no faults. Declarations with other
/// types, or another number of them, are refused.
///
/// ```
/// use vo_ffi_core::{ExternRegistry, testing::check_all};
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # use vm::{OPEN, TWICE};
///
/// let registry = ExternRegistry::new().with(&TWICE).with(&OPEN);
/// let report = check_all(&registry, |entry| entry.package() == "numbers");
/// assert_eq!(report.called, ["numbers.Twice"]);
/// assert_eq!(report.faults.len(), 0, "{report}");
/// ```
pub fn check_all(registry: &ExternRegistry, is_wanted: impl Fn(&ExternEntry) -> bool) -> Report {
    let mut report = Report::default();
    let mut types = TypeTable::new();
    Values::intern(&mut types);
    let mut wanted = Vec::new();
    for entry in registry.entries().into_iter().filter(|entry| is_wanted(entry)) {
        report.called.push(entry.name);
        if let Some(func) = entry.signature.func_type_with(&mut types, values::open_type) {
            wanted.push((entry, entry.declaration(func)));
        }
    }
    let types = Arc::new(types);
    let _guard = PanicGuard::new();
    let mut natives = Vec::new();
    for (entry, declaration) in wanted {
        match link(registry, &declaration, &types) {
            Ok(callee) => natives.push((entry, declaration, callee)),
            Err(what) => report.fault(entry, &[], what),
        }
    }
    let mut objects = Objects { of: Vec::new(), machine: Machine::new(&types) };
    natives.iter().for_each(|(entry, _, callee)| objects.make(entry, callee, &types));
    for (entry, declaration, callee) in &natives {
        declarations::check(registry, entry, declaration, &types, &mut report);
        check(entry, callee, &types, &objects, &mut report);
    }
    report
}

impl Report {
    fn fault(&mut self, entry: &ExternEntry, arguments: &[Slot], what: String) {
        let native = format!("{} at {}", entry.name, entry.place());
        self.faults.push(Fault { native, arguments: arguments.to_vec(), what });
    }
}

fn link(registry: &ExternRegistry, declaration: &Declaration, types: &TypeTable) -> Result<Callee, String> {
    let callees =
        registry.link(std::slice::from_ref(declaration), types).map_err(|errors| errors.to_string())?;
    callees.into_iter().next().ok_or_else(|| "is not linked".into())
}

/// Rust objects that natives made, by the types of the pointers to them.
struct Objects {
    of: Vec<(TypeId, Slot)>,
    /// Keeps them alive.
    machine: Machine,
}

impl Objects {
    /// Calls a native that makes objects out of other things, until it makes one.
    fn make(&mut self, entry: &ExternEntry, callee: &Callee, types: &Arc<TypeTable>) {
        let is_object = |spec: &TypeSpec| matches!(spec, TypeSpec::Object(_));
        let takes = entry.signature.params.iter().any(|param| is_object(&param.ty));
        if takes || !entry.signature.results.iter().any(is_object) {
            return;
        }
        let mut values = Values::new(types, &self.of, self.machine.heap());
        for arguments in arguments(callee, &mut values, MOST_CALLS) {
            let end = self.machine.call(callee, &arguments);
            let Ok(Some(results)) = end else { continue };
            for (spec, place) in entry.signature.results.iter().zip(&callee.plan.results) {
                let object = results[usize::from(place.at - callee.plan.arg_slots)];
                if is_object(spec) && object != Slot::ZERO {
                    self.of.push((place.ty, object));
                    return;
                }
            }
        }
    }
}

/// How often one native is called at most.
const MOST_CALLS: usize = 400;
/// How many of its calls are made again with a full heap.
const MOST_FULL: usize = 12;
/// The last allocation that a heap makes before it is full, at most.
const LAST_ALLOCATION: u32 = 6;

/// The arguments of the calls of a native.
fn arguments(callee: &Callee, values: &mut Values<'_>, most: usize) -> Vec<Vec<Slot>> {
    let choices: Vec<Vec<Vec<Slot>>> = callee.plan.params.iter().map(|place| values.of(place.ty)).collect();
    let counts = choices.iter().map(Vec::len).collect();
    let pick = |choice: Vec<usize>| {
        choices.iter().zip(choice).flat_map(|(values, index)| values[index].clone()).collect()
    };
    Choices::new(counts, most).map(pick).collect()
}

fn check(
    entry: &ExternEntry,
    callee: &Callee,
    types: &Arc<TypeTable>,
    objects: &Objects,
    report: &mut Report,
) {
    let mut machine = Machine::new(types);
    let mut values = Values::new(types, &objects.of, machine.heap());
    let all = arguments(callee, &mut values, MOST_CALLS);
    for (number, arguments) in all.iter().enumerate() {
        report.calls += 1;
        let mut outcome =
            machine.call(callee, arguments).map(|results| report.successes += usize::from(results.is_some()));
        if outcome.is_ok() && number < MOST_FULL {
            outcome = call_with_full_heap(callee, arguments, &mut machine, report);
        }
        if let Err(what) = outcome {
            report.fault(entry, arguments, what);
            // One is enough to look at.
            return;
        }
    }
}

/// Calls with a heap that is full at once, then after one allocation, and so on, as long as that makes a difference.
fn call_with_full_heap(
    callee: &Callee,
    arguments: &[Slot],
    machine: &mut Machine,
    report: &mut Report,
) -> Result<(), String> {
    for last in 0..LAST_ALLOCATION {
        machine.fill_after(Some(last));
        let outcome = machine.call(callee, arguments);
        let was_full = machine.was_full();
        machine.fill_after(None);
        outcome.map_err(|what| format!("{what}, where memory ends after {last} allocations"))?;
        if !was_full {
            break;
        }
        report.full += 1;
    }
    Ok(())
}
