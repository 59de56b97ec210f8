//! Rust's side of a function that a native takes and calls.

use crate::spec::TypeSpec;
use crate::types::{FuncType, TypeId, TypeKind, TypeTable};

/// What a native gives a function and wants of it.
///
/// ```
/// # use vo_ffi_core::{FuncSpec, Scalar, TypeSpec};
/// // VoFunc<(&str,), Result<i64, VoError>>
/// const PARSE: FuncSpec =
///     FuncSpec { params: &[TypeSpec::String], results: &[TypeSpec::Scalar(Scalar::Int64)], fallible: true };
/// assert_eq!(TypeSpec::FuncOf(&PARSE).vo_name(), "func(string) (int, error)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FuncSpec {
    /// The arguments.
    pub params: &'static [TypeSpec],
    /// The results.
    pub results: &'static [TypeSpec],
    /// Whether it returns one `error` more.
    pub fallible: bool,
}

impl FuncSpec {
    pub(super) fn accepts(&self, types: &TypeTable, func: &FuncType) -> bool {
        let results = match func.results.split_last() {
            Some((&last, before)) if self.fallible => {
                if types.underlying(last) != types.underlying(TypeId::ERROR) {
                    return false;
                }
                before
            }
            _ if self.fallible => return false,
            _ => &func.results[..],
        };
        let all = |specs: &[TypeSpec], found: &[TypeId]| {
            specs.len() == found.len() && specs.iter().zip(found).all(|(spec, ty)| spec.accepts(types, *ty))
        };
        all(self.params, &func.params) && all(self.results, results)
    }

    /// The function type that [`FuncSpec::vo_name_in`] names, where it is one.
    pub(super) fn usual(
        &self,
        types: &mut TypeTable,
        open: fn(TypeSpec, &mut TypeTable) -> Option<TypeId>,
    ) -> Option<TypeId> {
        let params = self.params.iter().map(|spec| spec.usual(types, open)).collect::<Option<_>>()?;
        let results = self.all_results().map(|spec| spec.usual(types, open)).collect::<Option<_>>()?;
        Some(types.intern(TypeKind::Func(FuncType { params, variadic: false, results })))
    }

    /// The type as the files of a package of this name write it: `func(int, string) (bool, error)`.
    pub(super) fn vo_name_in(&self, package: &str) -> String {
        let list = |specs: Vec<String>| specs.join(", ");
        let params = list(self.params.iter().map(|spec| spec.vo_name_in(package)).collect());
        let results: Vec<String> = self.all_results().map(|spec| spec.vo_name_in(package)).collect();
        match results.as_slice() {
            [] => format!("func({params})"),
            [one] => format!("func({params}) {one}"),
            _ => format!("func({params}) ({})", list(results)),
        }
    }

    /// The results, with the `error` behind them.
    pub(crate) fn all_results(&self) -> impl Iterator<Item = TypeSpec> {
        self.results.iter().copied().chain(self.fallible.then_some(TypeSpec::Error))
    }
}
