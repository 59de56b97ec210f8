//! C as data: its types and their layouts, declarations as they are written, and where each argument of a call goes.
//! Nothing here calls anything, and nothing depends on the machine that it runs on: a [`Target`] says for which one.

mod definition;
mod import;
mod layout;
mod name;
mod parse;
mod scalar;
mod target;
mod types;

pub mod abi;

pub use abi::{
    ArgPlan, CallPlan, Convention, Form, Move, Moves, Place, PlanError, RegisterAllocator, RegisterTable,
    ResultPart, ResultPlan, Returned,
};
pub use layout::{CLayout, LayoutError, MemberLayout, RecordLayout};
pub use parse::{
    CConstant, CError, CErrors, CFunction, CPlace, CSpan, CTag, CTypedef, CValue, CVariable, Declarations,
};
pub use scalar::CScalar;
pub use target::{BitFields, LongDouble, Target};
pub use types::{CKind, CType, CTypes, EnumId, EnumType, FuncSig, Member, Record, RecordId};
