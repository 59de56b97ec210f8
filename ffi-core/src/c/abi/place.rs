//! From a function's type to its plan.

use std::fmt;

use crate::c::abi::{
    ArgPlan, CallPlan, Convention, Form, Move, Moves, Place, RegisterAllocator, ResultPart, ResultPlan,
    Returned, aapcs32, aapcs64, sysv64, win64,
};
use crate::c::{CKind, CScalar, CType, CTypes, FuncSig, LayoutError, Target};
use crate::scalar::Class;

/// Why a function cannot be called.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PlanError {
    /// A parameter's type has no size.
    Param {
        /// Its index, from 0.
        index: usize,
        /// What is wrong.
        error: LayoutError,
    },
    /// The result's type has no size.
    Result {
        /// What is wrong.
        error: LayoutError,
    },
    /// A parameter is so large that it would not fit the stack.
    TooLarge {
        /// Its index, from 0.
        index: usize,
        /// Its type.
        ty: String,
        /// Its size.
        bytes: u64,
    },
    /// It has more arguments than any function can be called with.
    TooManyArguments {
        /// How many.
        count: usize,
    },
    /// Together, the arguments would not fit the stack.
    StackTooLarge {
        /// How many bytes of stack they need.
        bytes: u64,
    },
    /// Arguments beyond the parameters, of a function that takes none.
    NotVariadic,
    /// The target has no convention of registers and stack.
    NoConvention {
        /// The target's name.
        target: &'static str,
    },
}

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PlanError::Param { index, error } => {
                write!(f, "parameter {}: {error}; pass a pointer to it", index + 1)
            }
            PlanError::Result { error } => write!(f, "the result: {error}; return a pointer to it"),
            PlanError::TooLarge { index, ty, bytes } => write!(
                f,
                "parameter {}: `{ty}` has {bytes} bytes, more than the {} that fit the stack; pass a pointer to it",
                index + 1,
                CallPlan::MAX_BYTES
            ),
            PlanError::TooManyArguments { count } => {
                write!(f, "{count} arguments are more than the {} of a call", CallPlan::MAX_ARGS)
            }
            PlanError::StackTooLarge { bytes } => write!(
                f,
                "its arguments need {bytes} bytes of stack, more than {}; pass pointers to the large ones",
                CallPlan::MAX_BYTES
            ),
            PlanError::NotVariadic => {
                f.write_str("more arguments than parameters; declare it with `...` if it takes any number")
            }
            PlanError::NoConvention { target } => {
                write!(f, "{target} has no calling convention that is known here")
            }
        }
    }
}

impl std::error::Error for PlanError {}

/// What becomes of one argument.
pub(super) type Passing = Vec<Move>;

/// What becomes of a result that is no scalar.
pub(super) enum Results {
    Parts(Vec<ResultPart>),
    Memory,
}

/// A value that is larger than a slot or no scalar.
pub(super) struct ByValue<'t> {
    pub(super) types: &'t CTypes,
    pub(super) target: &'t Target,
    pub(super) ty: CType,
    pub(super) bytes: u32,
    pub(super) align: u32,
    pub(super) is_complex: bool,
    pub(super) is_int128: bool,
    /// Whether nothing in it has a name.
    pub(super) is_empty: bool,
}

impl CallPlan {
    /// More arguments are refused.
    pub const MAX_ARGS: usize = 1000;

    /// Larger arguments are refused, alone and together.
    pub const MAX_BYTES: u64 = 1 << 20;

    /// The plan of a function's calls, of a variadic one with these arguments more, whose types are promoted here.
    /// Argument `i` is in slot `i`, the result in the slot behind the last argument.
    ///
    /// # Errors
    /// Why it cannot be called.
    pub fn new(
        types: &CTypes,
        target: &Target,
        sig: &FuncSig,
        more: &[CType],
    ) -> Result<CallPlan, PlanError> {
        let convention = sig.convention.or_else(|| Convention::of(target));
        let convention = convention.ok_or(PlanError::NoConvention { target: target.name })?;
        let count = sig.params.len() + more.len();
        if count > CallPlan::MAX_ARGS {
            return Err(PlanError::TooManyArguments { count });
        }
        if !more.is_empty() && !sig.variadic {
            return Err(PlanError::NotVariadic);
        }
        let variadic = sig.variadic.then_some(sig.params.len());
        let mut planner =
            Planner { types, target, convention, allocator: RegisterAllocator::new(convention), variadic };
        // A hidden address comes before all arguments.
        let result = planner.result(sig.result, count as u16).map_err(|error| PlanError::Result { error })?;
        let all = sig.params.iter().copied().chain(more.iter().map(|&ty| types.promoted(ty)));
        let mut args = Vec::with_capacity(count);
        for (index, ty) in all.enumerate() {
            args.push(planner.arg(index, ty)?);
        }
        Ok(planner.finish(args, result))
    }

    /// The same with errno: it is 0 when the call begins, and in this slot when it ends.
    #[must_use]
    pub fn with_errno(mut self) -> CallPlan {
        self.errno = Some(self.args.len() as u16 + u16::from(self.result != ResultPlan::Void));
        self
    }

    /// How many slots the frame of a call has.
    pub fn slots(&self) -> usize {
        self.args.len() + usize::from(self.result != ResultPlan::Void) + usize::from(self.errno.is_some())
    }
}

impl CTypes {
    /// The type of an argument behind `...`: C's default argument promotions. Source: C17, 6.5.2.2.
    ///
    /// ```
    /// use vo_ffi_core::c::{CScalar, CType, CTypes};
    /// let types = CTypes::new();
    /// assert_eq!(types.promoted(CType::scalar(CScalar::Float)), CType::scalar(CScalar::Double));
    /// assert_eq!(types.promoted(CType::scalar(CScalar::Char)), CType::scalar(CScalar::Int));
    /// ```
    pub fn promoted(&self, ty: CType) -> CType {
        use CScalar::*;
        match self.as_scalar(ty) {
            Some(Float) => CType::scalar(Double),
            Some(Bool | Char | SignedChar | UnsignedChar | Short | UnsignedShort) => CType::scalar(Int),
            _ => ty,
        }
    }
}

/// Why a type has no form.
enum Refused {
    Layout(LayoutError),
    /// Its size.
    Large(u64),
}

struct Planner<'t> {
    types: &'t CTypes,
    target: &'t Target,
    convention: Convention,
    allocator: RegisterAllocator,
    /// Of a variadic function, how many parameters it has.
    variadic: Option<usize>,
}

impl<'t> Planner<'t> {
    fn arg(&mut self, index: usize, ty: CType) -> Result<ArgPlan, PlanError> {
        let refuse = |refused| match refused {
            Refused::Layout(error) => PlanError::Param { index, error },
            Refused::Large(bytes) => PlanError::TooLarge { index, ty: self.types.name(ty), bytes },
        };
        let form = self.form(ty).map_err(refuse)?;
        let moves = match form {
            Form::Value { class, bytes } => self.value(class, bytes),
            Form::Image { bytes, align } => {
                let value = self.by_value(ty, bytes, align);
                self.pass(&value).map_err(|error| PlanError::Param { index, error })?.into()
            }
        };
        Ok(ArgPlan { slot: index as u16, form, moves })
    }

    fn value(&mut self, class: Class, bytes: u8) -> Moves {
        let is_float = class == Class::Float;
        let to = match self.convention {
            Convention::Aapcs32 => {
                let in_vector = is_float && self.variadic.is_none();
                aapcs32::scalar(bytes.into(), in_vector, &mut self.allocator)
            }
            _ => self.allocator.place(is_float),
        };
        let twin =
            win64::twin(to).filter(|_| self.convention == Convention::Win64 && self.variadic.is_some());
        std::iter::once(to).chain(twin).map(|to| Move::Value { to }).collect()
    }

    fn pass(&mut self, value: &ByValue<'_>) -> Result<Passing, LayoutError> {
        let allocator = &mut self.allocator;
        match self.convention {
            Convention::SysV64 => sysv64::pass(value, allocator),
            Convention::Win64 => Ok(win64::pass(value, allocator)),
            Convention::Aapcs64 => aapcs64::pass(value, allocator),
            Convention::Aapcs32 => aapcs32::pass(value, self.variadic.is_some(), allocator),
        }
    }

    fn by_value(&self, ty: CType, bytes: u32, align: u32) -> ByValue<'t> {
        let is_complex = matches!(self.types.unaligned_kind(ty), CKind::Complex(_));
        let is_int128 = self.types.as_scalar(ty).is_some_and(CScalar::is_integer);
        let is_empty = is_empty(self.types, ty);
        ByValue { types: self.types, target: self.target, ty, bytes, align, is_complex, is_int128, is_empty }
    }

    fn result(&mut self, ty: CType, slot: u16) -> Result<ResultPlan, LayoutError> {
        if *self.types.kind(ty) == CKind::Void {
            return Ok(ResultPlan::Void);
        }
        let (bytes, align) = match self.form(ty) {
            Ok(Form::Value { class, bytes }) => {
                let is_float = class == Class::Float;
                let from = match self.convention {
                    Convention::Aapcs32 => aapcs32::scalar_result(is_float, self.variadic.is_some()),
                    _ if is_float => Returned::Vector(0),
                    _ => Returned::Int(0),
                };
                return Ok(ResultPlan::Value { slot, class, bytes, from });
            }
            Ok(Form::Image { bytes, align }) => (bytes, align),
            Err(Refused::Layout(error)) => return Err(error),
            Err(Refused::Large(_)) => return Err(LayoutError::TooLarge { ty: self.types.name(ty) }),
        };
        let value = self.by_value(ty, bytes, align);
        let results = match self.convention {
            _ if value.is_empty => Results::Parts(Vec::new()),
            Convention::SysV64 => sysv64::results(&value)?,
            Convention::Win64 => win64::results(&value),
            Convention::Aapcs64 => aapcs64::results(&value)?,
            Convention::Aapcs32 => aapcs32::results(&value, self.variadic.is_some())?,
        };
        Ok(match results {
            Results::Parts(parts) => ResultPlan::Parts { slot, bytes, parts: parts.into() },
            Results::Memory => {
                let own = self.convention.registers().result_address.map(|_| Place::ResultAddress);
                let to = own.unwrap_or_else(|| self.allocator.place(false));
                ResultPlan::Memory { slot, bytes, to }
            }
        })
    }

    /// What the slot of a type holds.
    fn form(&self, ty: CType) -> Result<Form, Refused> {
        let layout = self.types.layout(ty, self.target).map_err(Refused::Layout)?;
        if layout.size > CallPlan::MAX_BYTES || layout.align > CallPlan::MAX_BYTES {
            return Err(Refused::Large(layout.size.max(layout.align)));
        }
        let class = match self.types.unaligned_kind(ty) {
            CKind::Pointer { .. } => Some(Class::Unsigned),
            _ => self.types.as_scalar(ty).map(|scalar| scalar.class(self.target)),
        };
        let (size, align) = (layout.size as u32, layout.align as u32);
        Ok(match class {
            Some(class) if size <= 8 => Form::Value { class, bytes: size as u8 },
            // The alignment of a typedef does not count for a scalar.
            Some(_) => Form::Image { bytes: size, align: size },
            None => Form::Image { bytes: size, align },
        })
    }

    fn finish(mut self, mut args: Vec<ArgPlan>, result: ResultPlan) -> CallPlan {
        let vectors = (self.variadic.is_some() && self.convention == Convention::SysV64)
            .then_some(self.allocator.vectors());
        // Copies that are passed by reference lie above the arguments.
        for arg in &mut args {
            let Form::Image { bytes, align } = arg.form else { continue };
            for copied in &mut arg.moves {
                if let Move::Reference { copy, .. } = copied {
                    *copy = self.allocator.reserve(bytes, align.max(16));
                }
            }
        }
        CallPlan {
            convention: self.convention,
            args: args.into(),
            result,
            stack: self.allocator.stack(),
            stack_align: self.allocator.stack_align(),
            vectors,
            errno: None,
        }
    }
}

/// Whether nothing in a type has a name: gcc returns no such struct, whatever its size.
fn is_empty(types: &CTypes, ty: CType) -> bool {
    match types.unaligned_kind(ty) {
        CKind::Array { of, len } => matches!(len, None | Some(0)) || is_empty(types, *of),
        CKind::Record(id) => types.record(*id).members.iter().flatten().all(|member| match member.bits {
            Some(_) => member.name.is_none(),
            None => is_empty(types, member.ty),
        }),
        _ => false,
    }
}
