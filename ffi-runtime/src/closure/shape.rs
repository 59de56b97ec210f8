//! Where C comes in, for all function pointers whose arguments lie in the same places.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use vo_ffi_core::CClosure;
use vo_ffi_core::c::{CallPlan, Target as Machine};

use crate::stub::{Entry, Interface, StubChoice};

/// The arguments of a plan, and the way by which they come.
///
/// There is one for each plan, for ever: who knows when C calls a dead pointer for the last time?
#[derive(Debug)]
pub(super) struct Shape {
    plan: Arc<CallPlan>,
    pub(super) way: Way,
}

#[derive(Debug)]
pub(super) enum Way {
    Native(Arc<Entry>),
    Libffi(Interface),
}

type Shapes = HashMap<(Arc<CallPlan>, StubChoice), &'static Shape>;

static SHAPES: LazyLock<Mutex<Shapes>> = LazyLock::new(Mutex::default);

impl Shape {
    /// The shape of a closure's calls; or why there can be none.
    pub(super) fn get(choice: StubChoice, closure: &CClosure) -> Result<&'static Shape, String> {
        let plan = CallPlan::new(closure.types(), Machine::HOST, closure.sig(), &[]);
        let plan = Arc::new(plan.map_err(|error| error.to_string())?);
        let mut shapes = SHAPES.lock().unwrap_or_else(PoisonError::into_inner);
        let key = (plan.clone(), choice);
        if let Some(shape) = shapes.get(&key) {
            return Ok(shape);
        }
        let way = make(choice, closure, &plan)?;
        let shape = Box::leak(Box::new(Shape { plan, way }));
        shapes.insert(key, shape);
        Ok(shape)
    }

    /// Which slot holds what.
    pub(super) fn plan(&self) -> &CallPlan {
        &self.plan
    }
}

fn make(choice: StubChoice, closure: &CClosure, plan: &Arc<CallPlan>) -> Result<Way, String> {
    let no_entry = match choice {
        StubChoice::Libffi => "libffi was asked for".to_string(),
        StubChoice::Auto | StubChoice::Native => match Entry::get(plan) {
            Ok(entry) => return Ok(Way::Native(entry)),
            Err(reason) => reason,
        },
    };
    if choice == StubChoice::Native {
        return Err(format!("C cannot call it here: {no_entry}; a stub was asked for"));
    }
    match Interface::new(closure.types(), closure.sig(), &[], plan) {
        Ok(interface) => Ok(Way::Libffi(interface)),
        Err(libffi) => Err(format!("C cannot call it here: {no_entry}; {libffi}")),
    }
}
