//! Which slot of a frame holds which argument and which result: pure data.

use crate::types::{FuncType, TypeId, TypeTable};

/// Slots of one argument or result.
///
/// ```
/// # use vo_ffi_core::{FuncType, Place, Plan, TypeId, TypeTable};
/// // func(int, any) int
/// let func = FuncType { params: vec![TypeId::INT, TypeId::ANY], variadic: false, results: vec![TypeId::INT] };
/// let plan = Plan::of(&func, &TypeTable::new()).expect("a small frame");
/// assert_eq!(plan.params[1], Place { at: 1, slots: 2, ty: TypeId::ANY });
/// assert_eq!(plan.results[0], Place { at: 3, slots: 1, ty: TypeId::INT });
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The first slot, counted from the start of the frame.
    pub at: u16,
    /// 1, or 2 for an interface.
    pub slots: u16,
    /// The declared type.
    pub ty: TypeId,
}

/// The frame of a function. Holding one proves that the frame fits its limits.
///
/// ```
/// # use vo_ffi_core::{FuncType, Plan, Slot, TypeId, TypeTable};
/// // func(string) (int, error)
/// let results = vec![TypeId::INT, TypeId::ERROR];
/// let func = FuncType { params: vec![TypeId::STRING], variadic: false, results };
/// let plan = Plan::of(&func, &TypeTable::new()).expect("a small frame");
/// assert_eq!((plan.arg_slots, plan.result_slots), (1, 3));
///
/// let frame = vec![Slot::ZERO; usize::from(plan.arg_slots + plan.result_slots)];
/// let error = usize::from(plan.results[1].at);
/// assert_eq!(frame[error..], [Slot::ZERO; 2]);
/// ```
#[derive(Default, Clone, Debug, PartialEq, Eq)]
pub struct Plan {
    /// The arguments, from slot 0.
    pub params: Box<[Place]>,
    /// The results, behind the arguments.
    pub results: Box<[Place]>,
    /// How many slots the arguments take.
    pub arg_slots: u16,
    /// How many slots the results take.
    pub result_slots: u16,
    /// Where the declaration ends in `error` but the native is a Rust function that returns `Result`: that
    /// result. The VM fills it: nil after `Status::Ok`, the error after `Status::Error`.
    pub error_result: Option<Place>,
}

impl Plan {
    /// The most slots that arguments and results may take together.
    pub const MAX_SLOTS: usize = 4096;

    /// The frame of a function of this type; `None` where it needs more than [`Plan::MAX_SLOTS`].
    ///
    /// ```
    /// # use vo_ffi_core::{FuncType, Plan, TypeId, TypeTable};
    /// let func = |count| FuncType { params: vec![TypeId::ANY; count], variadic: false, results: vec![] };
    /// assert_eq!(Plan::of(&func(3), &TypeTable::new()).map(|plan| plan.arg_slots), Some(6));
    /// assert_eq!(Plan::of(&func(3000), &TypeTable::new()), None);
    /// ```
    pub fn of(func: &FuncType, types: &TypeTable) -> Option<Plan> {
        let mut next = 0usize;
        let mut places = |list: &[TypeId]| -> Box<[Place]> {
            list.iter()
                .map(|&ty| {
                    let slots = types.slots(ty);
                    next += slots;
                    Place { at: (next - slots).min(u16::MAX as usize) as u16, slots: slots as u16, ty }
                })
                .collect()
        };
        let params = places(&func.params);
        let results = places(&func.results);
        let arg_slots = params.iter().map(|place| place.slots as usize).sum::<usize>();
        if next > Plan::MAX_SLOTS {
            return None;
        }
        Some(Plan {
            params,
            results,
            arg_slots: arg_slots as u16,
            result_slots: (next - arg_slots) as u16,
            error_result: None,
        })
    }
}
