//! How a C call is made, as data: what each argument becomes, and what becomes of the result.

use crate::c_extern::signature::{CParam, CResult, CSignature};
use crate::scalar::{Class, Scalar};
use crate::slot::Slot;
use crate::types::TypeId;

/// The plan of a C function. Holding one proves that the signature was checked.
///
/// ```
/// # use vo_ffi_core::{CPlan, Failing, Pass, Scalar, Slot, Take, TypeId};
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// // extern "libc.so.6" func chdir(path string) (int32, error)
/// # let chdir = vm::c_signature("chdir", &[TypeId::STRING], &[TypeId::scalar(Scalar::Int32), TypeId::ERROR]);
/// let plan = CPlan::of(&chdir);
/// assert_eq!((plan.args[0].slot, plan.args[0].pass), (0, Pass::Text));
/// let result = plan.result.expect("an int32");
/// assert_eq!((result.slot, result.take), (1, Take::Extend(Scalar::Int32)));
/// let errno = plan.errno.expect("the declaration ends in error");
/// assert_eq!((errno.slot, errno.failing), (2, Failing::Only(Slot::from_i64(-1))));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CPlan {
    /// The arguments, in order.
    pub args: Box<[CArg]>,
    /// The indexes of the arguments that must not become NULL.
    pub nonnull: Box<[usize]>,
    /// The result; `None` for void.
    pub result: Option<CReturn>,
    /// Where errno goes, for a declaration that ends in `error`.
    pub errno: Option<CErrno>,
    /// Whether the call looks at its arguments, or makes values in the heap; otherwise slots are what C takes and gives.
    pub sees_heap: bool,
}

/// An argument.
///
/// ```
/// # use vo_ffi_core::{CArg, CPlan, Pass, TypeId};
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// // extern "libc.so.6" func strlen(s string) uint64
/// # let strlen = vm::c_signature("strlen", &[TypeId::STRING], &[TypeId::UINT64]);
/// assert_eq!(*CPlan::of(&strlen).args, [CArg { slot: 0, pass: Pass::Text }]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CArg {
    /// Its slot in the frame.
    pub slot: u16,
    /// How the one becomes the other.
    pub pass: Pass,
}

/// How a slot becomes an argument.
///
/// ```
/// # use vo_ffi_core::{CPlan, Pass, Scalar, TypeId};
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// // extern "libc.so.6" func write(fd int32, data []byte, count uint64) int
/// # let (int32, results) = (TypeId::scalar(Scalar::Int32), [TypeId::INT]);
/// # let write = vm::c_signature("write", &[int32, TypeId::BYTES, TypeId::UINT64], &results);
/// let passes: Vec<Pass> = CPlan::of(&write).args.iter().map(|arg| arg.pass).collect();
/// assert_eq!(passes, [Pass::InPlace, Pass::Elements, Pass::InPlace]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pass {
    /// As it is: the low bytes of the slot are the argument, a scalar or a pointer, or it has the address of a struct.
    InPlace,
    /// The address of a string's bytes, where a NUL follows them; else of a copy.
    Text,
    /// The address of a slice's first element; NULL where it is empty.
    Elements,
    /// The address of a string's bytes, whatever they are and whatever follows.
    Bytes,
    /// The address of a copy as a text of wide characters, of so many bytes each.
    WideText(u8),
    /// The integer, which must be one of this type.
    Integer {
        /// What it is in Vo.
        from: Scalar,
        /// What C takes.
        to: Scalar,
    },
    /// The float in another width.
    Float {
        /// What it is in Vo.
        from: Scalar,
        /// What C takes.
        to: Scalar,
    },
    /// The address of a `long double` with the value of a float64.
    LongDouble,
    /// A pointer to a function that runs the func value, as long as the call lasts; NULL for nil. The number is that of
    /// the func among the function's.
    Closure(u16),
}

/// The result.
///
/// ```
/// # use vo_ffi_core::{CPlan, CReturn, Scalar, Take, TypeId};
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// // extern "libm.so.6" func cos(x float64) float64
/// # let cos = vm::c_signature("cos", &[TypeId::FLOAT64], &[TypeId::FLOAT64]);
/// let float64 = Scalar::Float64;
/// let result = CReturn { slot: 1, take: Take::Extend(float64) };
/// assert_eq!(CPlan::of(&cos).result, Some(result));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CReturn {
    /// Its slot in the frame.
    pub slot: u16,
    /// How the one becomes the other.
    pub take: Take,
}

/// How what C returned becomes a slot.
///
/// ```
/// # use vo_ffi_core::{CPlan, Take, TypeId};
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// // extern "libc.so.6" func getenv(name string) string
/// # let getenv = vm::c_signature("getenv", &[TypeId::STRING], &[TypeId::STRING]);
/// assert_eq!(CPlan::of(&getenv).result.map(|result| result.take), Some(Take::CopyText));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Take {
    /// As [`Take::extend`] does.
    Extend(Scalar),
    /// A copy of the text up to its NUL; "" for NULL.
    CopyText,
    /// The bytes of a struct of this type, in a new object.
    Struct(TypeId),
    /// The bytes of a struct, which go to where the slot points before the call.
    Into,
    /// A `long double`, rounded to a float64.
    LongDouble,
    /// Zero: C returns nothing, where the declaration has a result for form's sake.
    Nothing,
}

impl Take {
    /// The slot form of a scalar in the low bytes of a word. The upper bytes may hold anything: C functions
    /// need not extend narrow results.
    ///
    /// ```
    /// # use vo_ffi_core::{Scalar, Take};
    /// // A register after a C function has returned the int8 -1:
    /// let word = 0x1234_5678_9abc_deff;
    /// assert_eq!(Take::extend(Scalar::Int8, word).as_i64(), -1);
    /// assert_eq!(Take::extend(Scalar::Uint8, word).bits(), 255);
    /// ```
    #[inline]
    pub fn extend(scalar: Scalar, word: u64) -> Slot {
        scalar.class().extend(scalar.size() as u8, word)
    }
}

/// Where errno goes, and when.
///
/// ```
/// # use vo_ffi_core::{CErrno, CPlan, Failing, TypeId};
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// // extern "libc.so.6" func sync() error
/// # let sync = vm::c_signature("sync", &[], &[TypeId::ERROR]);
/// assert_eq!(CPlan::of(&sync).errno, Some(CErrno { slot: 0, failing: Failing::Any }));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CErrno {
    /// The first of the two slots of the `error` result.
    pub slot: u16,
    /// Which results tell of a failure.
    pub failing: Failing,
}

/// Which results tell that a function failed, if errno is not 0 too.
///
/// ```
/// # use vo_ffi_core::{CPlan, Failing, TypeId};
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// // extern "libc.so.6" func fopen(path string, mode string) (uintptr, error)
/// # let fopen = vm::c_signature("fopen", &[TypeId::STRING; 2], &[TypeId::UINTPTR, TypeId::ERROR]);
/// let errno = CPlan::of(&fopen).errno.expect("the declaration ends in error");
/// assert_eq!(errno.failing, Failing::NullOrMinusOne);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Failing {
    /// All: of functions that return nothing, a float or a struct.
    Any,
    /// This one: -1 in the integer's width, NULL for a string, false for a bool.
    Only(Slot),
    /// 0 and -1: of `uintptr`, as `fopen` and `mmap` fail.
    NullOrMinusOne,
}

impl Failing {
    /// Whether a result, in its slot form, tells of a failure.
    ///
    /// ```
    /// # use vo_ffi_core::{Failing, Slot};
    /// let int32 = Failing::Only(Slot::from_i64(-1));
    /// assert!(int32.matches(Slot::from_i64(-1)) && !int32.matches(Slot::ZERO));
    /// assert!(int32.matches(int32.sample()) && Failing::Any.matches(Slot::ZERO));
    /// ```
    pub fn matches(self, result: Slot) -> bool {
        match self {
            Failing::Any => true,
            Failing::Only(failing) => result == failing,
            Failing::NullOrMinusOne => matches!(result.bits(), 0 | u64::MAX),
        }
    }

    /// A result that tells of a failure, for a call that did not take place.
    ///
    /// [`Failing::matches`] has an example.
    pub fn sample(self) -> Slot {
        match self {
            Failing::Any | Failing::NullOrMinusOne => Slot::ZERO,
            Failing::Only(failing) => failing,
        }
    }

    fn of(result: CResult) -> Failing {
        match result {
            CResult::Void | CResult::Struct(_) | CResult::Into(_) | CResult::LongDouble => Failing::Any,
            CResult::String => Failing::Only(Slot::ZERO),
            CResult::Pointer(_) => Failing::NullOrMinusOne,
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
        let mut closures = 0..;
        let args: Box<[CArg]> = (signature.params().iter().zip(&frame.params))
            .map(|(param, place)| {
                let pass = match *param {
                    CParam::Scalar(_) | CParam::Pointer(_) | CParam::Struct(_) => Pass::InPlace,
                    CParam::String => Pass::Text,
                    CParam::Bytes => Pass::Bytes,
                    CParam::WideString { unit } => Pass::WideText(unit),
                    CParam::Slice(_) => Pass::Elements,
                    CParam::Convert { from, to } if to.is_float() => Pass::Float { from, to },
                    CParam::Convert { from, to } => Pass::Integer { from, to },
                    CParam::LongDouble => Pass::LongDouble,
                    CParam::Func(_) => Pass::Closure(closures.next().unwrap_or_default()),
                };
                CArg { slot: place.at, pass }
            })
            .collect();
        let take = match signature.result() {
            CResult::Void => {
                let results = frame.results.len() - usize::from(signature.errno());
                (results > 0).then_some(Take::Nothing)
            }
            CResult::Scalar(scalar) => Some(Take::Extend(scalar)),
            CResult::Pointer(_) => Some(Take::Extend(Scalar::Uintptr)),
            CResult::String => Some(Take::CopyText),
            CResult::Struct(ty) => Some(Take::Struct(ty)),
            CResult::Into(_) => Some(Take::Into),
            CResult::LongDouble => Some(Take::LongDouble),
        };
        let result = (take.zip(frame.results.first())).map(|(take, place)| CReturn { slot: place.at, take });
        let errno = (frame.results.last().filter(|_| signature.errno()))
            .map(|place| CErrno { slot: place.at, failing: Failing::of(signature.result()) });
        // What pointers lead to stays where it is, and C makes nothing in the heap.
        let nonnull: Box<[usize]> = signature.nonnull().into();
        let sees_heap = !nonnull.is_empty()
            || args.iter().any(|arg| arg.pass != Pass::InPlace)
            || result.is_some_and(|result: CReturn| !matches!(result.take, Take::Extend(_) | Take::Into));
        CPlan { args, nonnull, result, errno, sees_heap }
    }
}
