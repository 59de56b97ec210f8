//! How a C call is made, as data: what each argument becomes, and what becomes of the result.

use crate::c::signature::{CParam, CResult, CSignature};
use crate::scalar::{Class, Scalar};
use crate::slot::Slot;

/// The plan of a C function. Holding one proves that the signature was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CPlan {
    /// The arguments, in order.
    pub args: Box<[CArg]>,
    /// The result; `None` for void.
    pub result: Option<CReturn>,
    /// Where errno goes, for a declaration that ends in `error`.
    pub errno: Option<CErrno>,
    /// Whether the call reads the VM's heap or makes a string in it, so that nothing may be collected.
    pub sees_heap: bool,
}

/// The type of an argument or a result in C.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CType {
    /// The scalar's [`c_name`](crate::ScalarRow::c_name).
    Scalar(Scalar),
    /// Any pointer to data.
    Pointer,
}

/// An argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CArg {
    /// Its slot in the frame.
    pub slot: u16,
    /// What C takes.
    pub ty: CType,
    /// How the one becomes the other.
    pub pass: Pass,
}

/// How a slot becomes an argument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// The low bytes of the slot, which are the argument: a scalar or a pointer.
    InPlace,
    /// The address of a string's bytes, where a NUL follows them; else of a copy.
    Text,
    /// The address of a slice's first element; NULL where it is empty.
    Elements,
}

/// The result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CReturn {
    /// Its slot in the frame.
    pub slot: u16,
    /// What C returns.
    pub ty: CType,
    /// How the one becomes the other.
    pub take: Take,
}

/// How what C returned becomes a slot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// As [`Take::extend`] does.
    Extend(Scalar),
    /// A copy of the text up to its NUL; "" for NULL.
    CopyText,
}

impl Take {
    /// The slot form of a scalar in the low bytes of a word. The upper bytes may hold anything: C functions
    /// need not extend narrow results.
    #[inline]
    pub fn extend(scalar: Scalar, word: u64) -> Slot {
        let unused = 64 - scalar.size() as u32 * 8;
        match scalar.class() {
            Class::Bool => Slot::from_bool(word as u8 != 0),
            Class::Signed => Slot::from_i64((word << unused) as i64 >> unused),
            Class::Unsigned | Class::Float => Slot::from_bits(word << unused >> unused),
        }
    }
}

/// Where errno goes, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CErrno {
    /// The first of the two slots of the `error` result.
    pub slot: u16,
    /// Which results tell of a failure.
    pub failing: Failing,
}

/// Which results tell that a function failed, if errno is not 0 too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// All: of functions that return nothing, or a float.
    Any,
    /// This one: -1 in the integer's width, NULL for a string, false for a bool.
    Only(Slot),
    /// 0 and -1: of `uintptr`, as `fopen` and `mmap` fail.
    NullOrMinusOne,
}

impl Failing {
    /// Whether a result, in its slot form, tells of a failure.
    pub fn matches(self, result: Slot) -> bool {
        match self {
            Failing::Any => true,
            Failing::Only(failing) => result == failing,
            Failing::NullOrMinusOne => matches!(result.bits(), 0 | u64::MAX),
        }
    }

    /// A result that tells of a failure, for a call that did not take place.
    pub fn sample(self) -> Slot {
        match self {
            Failing::Any | Failing::NullOrMinusOne => Slot::ZERO,
            Failing::Only(failing) => failing,
        }
    }

    fn of(result: CResult) -> Failing {
        match result {
            CResult::Void => Failing::Any,
            CResult::String => Failing::Only(Slot::ZERO),
            CResult::Scalar(Scalar::Uintptr) => Failing::NullOrMinusOne,
            CResult::Scalar(scalar) => match scalar.class() {
                Class::Float => Failing::Any,
                Class::Bool => Failing::Only(Slot::ZERO),
                Class::Signed | Class::Unsigned => Failing::Only(Take::extend(scalar, u64::MAX)),
            },
        }
    }
}

impl CPlan {
    /// The plan of a checked signature.
    ///
    /// ```
    /// use vo_ffi_core::{CPlan, CSignature, Declaration, FuncType, Origin, Pass, TypeId, TypeTable};
    ///
    /// let declaration = Declaration {
    ///     name: "main.length".into(),
    ///     func: FuncType { params: vec![TypeId::STRING], variadic: false, results: vec![TypeId::UINT64] },
    ///     param_names: vec!["s".into()],
    ///     origin: Origin::C { library: "libc.so.6".into(), symbol: "strlen".into() },
    ///     file: "length.vo".into(),
    ///     line: 1,
    /// };
    /// let signature = CSignature::check(&declaration, &TypeTable::new()).expect("size_t strlen(const char *)");
    /// let plan = CPlan::of(&signature);
    /// assert_eq!(plan.args[0].pass, Pass::Text);
    /// assert!(plan.sees_heap);
    /// ```
    pub fn of(signature: &CSignature) -> CPlan {
        let frame = signature.frame();
        let args: Box<[CArg]> = (signature.params().iter().zip(&frame.params))
            .map(|(param, place)| {
                let (ty, pass) = match *param {
                    CParam::Scalar(scalar) => (CType::Scalar(scalar), Pass::InPlace),
                    CParam::Pointer(_) => (CType::Pointer, Pass::InPlace),
                    CParam::String => (CType::Pointer, Pass::Text),
                    CParam::Slice(_) => (CType::Pointer, Pass::Elements),
                };
                CArg { slot: place.at, ty, pass }
            })
            .collect();
        let kind = match signature.result() {
            CResult::Void => None,
            CResult::Scalar(scalar) => Some((CType::Scalar(scalar), Take::Extend(scalar))),
            CResult::String => Some((CType::Pointer, Take::CopyText)),
        };
        let result =
            (kind.zip(frame.results.first())).map(|((ty, take), place)| CReturn { slot: place.at, ty, take });
        let errno = (frame.results.last().filter(|_| signature.errno()))
            .map(|place| CErrno { slot: place.at, failing: Failing::of(signature.result()) });
        let sees_heap = args.iter().any(|arg| arg.ty == CType::Pointer)
            || result.is_some_and(|result| result.ty == CType::Pointer);
        CPlan { args, result, errno, sees_heap }
    }
}
