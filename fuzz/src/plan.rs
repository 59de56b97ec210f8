//! Plans of the functions that a text of C declares, for each convention, and the code that follows them.

use std::ops::Range;
use std::sync::Arc;

use vo_ffi::c::{
    ArgPlan, CType, CallPlan, Convention, Declarations, Form, FuncSig, Move, Place, ResultPlan, Target,
};
use vo_ffi::runtime::{CallOptions, Callback, Function, StubChoice};

/// The target's own, and all that there are.
const CONVENTIONS: [Option<Convention>; 5] = [
    None,
    Some(Convention::SysV64),
    Some(Convention::Win64),
    Some(Convention::Aapcs64),
    Some(Convention::Aapcs32),
];

/// Plans all functions on all targets, checks that the plans can be followed, and assembles this machine's.
pub fn c_plan(text: &[u8]) {
    let text = String::from_utf8_lossy(text);
    for target in Target::ALL {
        let Ok(declarations) = Declarations::parse(&text, target) else { continue };
        let mut plans = Plans { target, more: more(&declarations), made: None };
        if target == Target::HOST {
            plans.made = Some(Arc::new(declarations.types.clone()));
        }
        for function in declarations.functions().iter().take(50) {
            let Some(sig) = declarations.types.as_func(function.ty) else { continue };
            for convention in CONVENTIONS {
                let convention = convention.or(sig.convention);
                plans.of(&declarations, &FuncSig { convention, ..sig.clone() });
            }
        }
    }
}

/// What a variadic function gets behind its parameters: some of the types that the text names.
fn more(declarations: &Declarations) -> Vec<CType> {
    let named = declarations.typedefs().iter().map(|typedef| typedef.ty);
    named.chain(declarations.variables().iter().map(|variable| variable.ty)).take(12).collect()
}

struct Plans<'t> {
    target: &'t Target,
    more: Vec<CType>,
    /// The types, where code is assembled too.
    made: Option<Arc<vo_ffi::c::CTypes>>,
}

impl Plans<'_> {
    fn of(&self, declarations: &Declarations, sig: &FuncSig) {
        let more: &[CType] = if sig.variadic { &self.more } else { &[] };
        match CallPlan::new(&declarations.types, self.target, sig, more) {
            Ok(plan) => check(&plan),
            Err(error) => {
                assert!(!error.to_string().is_empty(), "errors are shown");
                return;
            }
        }
        if let Some(types) = self.made.as_ref().filter(|_| is_of_this_machine(sig.convention)) {
            assemble(types, sig, more);
        }
    }
}

fn is_of_this_machine(convention: Option<Convention>) -> bool {
    let own = Convention::of(Target::HOST);
    let windows = own == Some(Convention::SysV64) && convention == Some(Convention::Win64);
    convention.is_none() || convention == own || windows
}

/// The code is made and not called.
fn assemble(types: &Arc<vo_ffi::c::CTypes>, sig: &FuncSig, more: &[CType]) {
    let options = CallOptions { errno: true, stubs: StubChoice::Native };
    // SAFETY: nothing calls it.
    let function = unsafe { Function::at(64 as *const (), types.clone(), sig.clone(), options) };
    let function = function.expect("what has a plan has a stub");
    if sig.variadic {
        function.with_arguments(more).expect("what has a plan has a stub");
    } else {
        Callback::with_choice(StubChoice::Native, types, sig, |_| {}).expect("what has a plan has an entry");
    }
}

/// Whether a plan can be followed: every place is there, is given once, and every part is in its image.
fn check(plan: &CallPlan) {
    assert!(!plan.to_string().is_empty(), "plans are shown");
    assert!(plan.stack_align.is_power_of_two() && plan.stack.is_multiple_of(plan.stack_align), "{plan}");
    let mut taken = Taken::default();
    for (index, arg) in plan.args.iter().enumerate() {
        assert_eq!(usize::from(arg.slot), index, "{plan}");
        taken.arg(arg);
    }
    match &plan.result {
        ResultPlan::Memory { to, .. } => taken.place(*to, 8),
        ResultPlan::Parts { bytes, parts, .. } => {
            for part in parts {
                assert!(part.to + u32::from(part.bytes) <= *bytes, "{plan}");
            }
        }
        ResultPlan::Void | ResultPlan::Value { .. } => {}
    }
    taken.check(plan);
}

/// What the moves of a plan have taken.
#[derive(Default)]
struct Taken {
    ints: Vec<u8>,
    vectors: Vec<u8>,
    stack: Vec<Range<u32>>,
}

impl Taken {
    fn arg(&mut self, arg: &ArgPlan) {
        let size = match arg.form {
            Form::Value { bytes, .. } => u32::from(bytes),
            Form::Image { bytes, .. } => bytes,
        };
        for &step in &arg.moves {
            match step {
                Move::Value { to } => self.place(to, size),
                Move::Part { from, bytes, to } => {
                    assert!(bytes > 0 && from + u32::from(bytes) <= size, "{arg:?}");
                    self.place(to, bytes.into());
                }
                Move::Push { from, to } => {
                    assert!(from <= size, "{arg:?}");
                    self.stack.push(to..to + size - from);
                }
                Move::Reference { copy, to } => {
                    self.stack.push(copy..copy + size);
                    self.place(to, 4);
                }
            }
        }
    }

    fn place(&mut self, place: Place, bytes: u32) {
        match place {
            Place::Int(number) => self.ints.push(number),
            Place::Vector(number) => self.vectors.push(number),
            Place::Stack(at) => self.stack.push(at..at + bytes),
            // Nothing else goes there.
            Place::ResultAddress => {}
        }
    }

    fn check(mut self, plan: &CallPlan) {
        let table = plan.convention.registers();
        for (taken, count) in [(&mut self.ints, table.int.len()), (&mut self.vectors, table.vector.len())] {
            let all = taken.len();
            taken.sort_unstable();
            taken.dedup();
            assert_eq!(taken.len(), all, "a register is taken twice: {plan}");
            assert!(taken.last().is_none_or(|&last| usize::from(last) < count), "{plan}");
        }
        self.stack.retain(|range| !range.is_empty());
        self.stack.sort_unstable_by_key(|range| range.start);
        assert!(self.stack.first().is_none_or(|first| first.start >= table.reserved), "{plan}");
        assert!(self.stack.last().is_none_or(|last| last.end <= plan.stack), "{plan}");
        assert!(self.stack.is_sorted_by(|a, b| a.end <= b.start), "places overlap: {plan}");
    }
}
