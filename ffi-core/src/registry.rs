//! The registry: every native of the program, found by name and compared with declarations.

use std::collections::{BTreeMap, HashMap};

use crate::call::{Callee, Native};
use crate::declaration::{Declaration, Origin};
use crate::link::{LinkError, LinkErrors};
use crate::nearest::nearest;
use crate::plan::Plan;
use crate::rust_object::ObjectSpec;
use crate::spec::SignatureSpec;
use crate::types::{FuncType, TypeId, TypeTable};

/// One native, as `#[vo_extern]` submits it.
///
/// ```
/// use vo_ffi_core::*;
///
/// /// `extern func Twice(n int) int` in package `numbers`.
/// static TWICE: ExternEntry = ExternEntry {
///     name: "numbers.Twice",
///     signature: SignatureSpec {
///         params: &[ParamSpec::new("n", TypeSpec::Scalar(Scalar::Int64))],
///         variadic: false,
///         results: &[TypeSpec::Scalar(Scalar::Int64)],
///         fallible: false,
///     },
///     wrapper: twice,
///     docs: "Twice returns n and n.",
///     file: file!(),
///     line: line!(),
///     effects: Effects::NONE,
/// };
///
/// unsafe extern "C" fn twice(_: *mut CallContext, _: *const Callee, frame: *mut Slot) -> Status {
///     // SAFETY: the caller gives a frame of one argument and one result.
///     unsafe { *frame.add(1) = Slot::from_i64((*frame).as_i64().wrapping_mul(2)) };
///     Status::Ok
/// }
/// assert_eq!(TWICE.package(), "numbers");
/// assert_eq!(TWICE.signature.vo_signature(), "(n int) int");
/// ```
#[derive(Debug)]
pub struct ExternEntry {
    /// `pkg.Name` or `pkg.Type.Method`.
    pub name: &'static str,
    /// Its Rust side's types.
    pub signature: SignatureSpec,
    /// Its wrapper, which keeps the call ABI.
    pub wrapper: Native,
    /// Its doc comment.
    pub docs: &'static str,
    /// Where it is written.
    pub file: &'static str,
    /// The line of its attribute.
    pub line: u32,
    /// What it may do.
    pub effects: Effects,
}

impl ExternEntry {
    /// The package of its name: `os`, or a path, `unicode/utf8`.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # use vm::TWICE;
    /// assert_eq!((TWICE.name, TWICE.package()), ("numbers.Twice", "numbers"));
    /// ```
    pub fn package(&self) -> &'static str {
        package_of(self.name)
    }

    /// Where it is written, as `file:line`.
    ///
    /// ```
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # use vm::TWICE;
    /// assert_eq!(TWICE.place(), "src/lib.rs:1");
    /// ```
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }

    /// A declaration of this native, at its own place, for a VM whose programs have none.
    ///
    /// ```
    /// # use vo_ffi_core::{ExternRegistry, TypeTable};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # use vm::TWICE;
    /// // A VM whose programs name natives without declaring them, here `numbers.Twice`:
    /// let mut types = TypeTable::new();
    /// let func = TWICE.signature.func_type(&mut types).expect("types of every program");
    /// let declaration = TWICE.declaration(func);
    /// assert_eq!((declaration.name.as_str(), declaration.place().as_str()), ("numbers.Twice", "src/lib.rs:1"));
    /// assert!(ExternRegistry::new().with(&TWICE).link(&[declaration], &types).is_ok());
    /// ```
    pub fn declaration(&self, func: FuncType) -> Declaration {
        Declaration {
            name: self.name.into(),
            func,
            param_names: self.signature.params.iter().map(|param| param.name.into()).collect(),
            origin: Origin::Rust,
            file: self.file.into(),
            line: self.line,
        }
    }

    /// Whether both are of one native, which has one entry in the inventory and one in the code.
    fn is_same(&self, other: &ExternEntry) -> bool {
        (self.name, self.file, self.line) == (other.name, other.file, other.line)
    }
}

/// What a native may do.
///
/// ```
/// # use vo_ffi_core::Effects;
/// // Of `#[vo_extern("…", reentrant)]`, which takes a context:
/// let effects = Effects { reentrant: true, sees_heap: true, ..Effects::NONE };
/// assert!(!effects.blocking && !effects.fast);
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// It can call closures.
    pub reentrant: bool,
    /// It may take long, and while its own code runs other threads may use the VM: see [`VmLock`](crate::VmLock).
    pub blocking: bool,
    /// Its author relies on it that it takes and returns scalars alone, so that a call does nothing but the call.
    pub fast: bool,
    /// Its signature can see the heap, so collection is paused while it runs.
    pub sees_heap: bool,
}

impl Effects {
    /// Those of a native that does its work, and no more.
    pub const NONE: Effects = Effects { reentrant: false, blocking: false, fast: false, sees_heap: false };

    /// The words that `#[vo_extern]` was given.
    ///
    /// ```
    /// use vo_ffi_core::Effects;
    /// assert_eq!(Effects { blocking: true, ..Effects::NONE }.words(), ["blocking"]);
    /// ```
    pub fn words(&self) -> Vec<&'static str> {
        let all = [(self.reentrant, "reentrant"), (self.blocking, "blocking"), (self.fast, "fast")];
        all.into_iter().filter(|(is, _)| *is).map(|(_, word)| word).collect()
    }
}

inventory::collect!(ExternEntry);

/// What every inventory has, where the platform fills inventories at all.
struct Sentinel;

inventory::collect!(Sentinel);
inventory::submit!(Sentinel);

/// All natives, by name.
///
/// ```
/// use vo_ffi_core::{ExternRegistry, FuncType, TypeId, TypeTable};
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # use vm::TWICE;
///
/// // `TWICE` is the entry of `numbers.Twice`; `from_inventory` finds those of `#[vo_extern]`.
/// let registry = ExternRegistry::new().with(&TWICE);
/// let entry = registry.get("numbers.Twice").expect("just added");
/// assert!(registry.get("no.Such").is_none());
///
/// // What a program declares, `extern func Twice(n int) int`, gets its native:
/// let func = FuncType { params: vec![TypeId::INT], variadic: false, results: vec![TypeId::INT] };
/// let callees = registry.link(&[entry.declaration(func)], &TypeTable::new()).expect("they fit");
/// assert_eq!(callees[0].name, "numbers.Twice");
/// ```
#[derive(Debug, Default)]
pub struct ExternRegistry {
    by_name: HashMap<&'static str, &'static ExternEntry>,
    duplicates: Vec<(&'static ExternEntry, &'static ExternEntry)>,
    /// The Rust types that the natives name.
    objects: BTreeMap<&'static str, &'static ObjectSpec>,
    /// Types of one name, each pair once.
    duplicate_objects: Vec<(&'static ObjectSpec, &'static ObjectSpec)>,
    /// Whether the registry is an inventory that nothing has filled.
    unfilled: bool,
}

impl ExternRegistry {
    /// An empty registry.
    pub fn new() -> ExternRegistry {
        ExternRegistry::default()
    }

    /// The natives of all crates that are linked into the program.
    ///
    /// A crate of natives is linked where code of the program names it, if only as `use natives as _;`.
    ///
    /// ```
    /// # use vo_ffi_core::ExternRegistry;
    /// // Nothing here has a native.
    /// assert!(ExternRegistry::from_inventory().entries().is_empty());
    /// ```
    pub fn from_inventory() -> ExternRegistry {
        let mut registry: ExternRegistry = inventory::iter::<ExternEntry>.into_iter().collect();
        registry.unfilled = inventory::iter::<Sentinel>.into_iter().next().is_none();
        registry
    }

    /// Adds one native.
    ///
    /// Another one of the same name is an error of [`ExternRegistry::link`]; the same one again is none.
    ///
    /// ```
    /// # use vo_ffi_core::ExternRegistry;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # use vm::{OPEN, TWICE};
    /// let registry = ExternRegistry::new().with(&TWICE).with(&OPEN);
    /// assert_eq!(registry.entries().len(), 2);
    /// ```
    pub fn with(mut self, entry: &'static ExternEntry) -> ExternRegistry {
        let first = *self.by_name.entry(entry.name).or_insert(entry);
        if !first.is_same(entry) {
            self.duplicates.push((first, entry));
        }
        entry.signature.objects().into_iter().for_each(|object| self.add_object(object));
        self
    }

    fn add_object(&mut self, object: &'static ObjectSpec) {
        let first = *self.objects.entry(object.name).or_insert(object);
        let is_known = |(_, second): &(_, &ObjectSpec)| second.is_same(object);
        if !first.is_same(object) && !self.duplicate_objects.iter().any(is_known) {
            self.duplicate_objects.push((first, object));
        }
    }

    /// The native of this name.
    ///
    /// ```
    /// # use vo_ffi_core::ExternRegistry;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # use vm::TWICE;
    /// let registry = ExternRegistry::new().with(&TWICE);
    /// assert_eq!(registry.get("numbers.Twice").map(|entry| entry.docs), Some("Twice returns n and n."));
    /// assert!(registry.get("numbers.Thrice").is_none());
    /// ```
    pub fn get(&self, name: &str) -> Option<&'static ExternEntry> {
        self.by_name.get(name).copied()
    }

    /// The native that a declaration in the package of this import path means. Two packages may have one name, so the
    /// path comes first: in package `text` of path `a/text`, `text.Index` means `a/text.Index`, and `text.Index` where
    /// that is not there.
    ///
    /// ```
    /// # use vo_ffi_core::ExternRegistry;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # use vm::TWICE;
    /// let registry = ExternRegistry::new().with(&TWICE);
    /// // In the file of the package that programs import as "math/numbers":
    /// let found = registry.find("math/numbers", "numbers.Twice").expect("by the package's name");
    /// assert_eq!(found.name, "numbers.Twice");
    /// ```
    pub fn find(&self, path: &str, name: &str) -> Option<&'static ExternEntry> {
        let by_path = name.split_once('.').and_then(|(_, member)| self.get(&format!("{path}.{member}")));
        by_path.or_else(|| self.get(name))
    }

    /// The natives that declarations in the package of this import path can mean, sorted by name: those of the path,
    /// and those of the package's name that none of the path replaces.
    ///
    /// ```
    /// # use vo_ffi_core::ExternRegistry;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # use vm::{OPEN, TWICE};
    /// let registry = ExternRegistry::new().with(&TWICE).with(&OPEN);
    /// let names: Vec<_> = registry.package("math/numbers").iter().map(|entry| entry.name).collect();
    /// assert_eq!(names, ["numbers.Twice"]);
    /// ```
    pub fn package(&self, path: &str) -> Vec<&'static ExternEntry> {
        let name = path.rsplit('/').next().unwrap_or_default();
        let mut entries = self.entries();
        entries.retain(|entry| {
            let package = entry.package();
            package == path
                || package == name
                    && self.find(path, entry.name).is_some_and(|found| found.name == entry.name)
        });
        entries
    }

    /// The Rust types that declarations in the package of this import path can mean, sorted by name: found as the natives
    /// of [`ExternRegistry::package`] are.
    ///
    /// ```
    /// # use vo_ffi_core::*;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # use vm::{Counter, NEW_COUNTER};
    /// // `main.NewCounter() *Counter` returns a type with `#[derive(VoObject)]`.
    /// let registry = ExternRegistry::new().with(&NEW_COUNTER);
    /// assert_eq!(registry.objects("main"), [Counter::OBJECT]);
    /// ```
    pub fn objects(&self, path: &str) -> Vec<&'static ObjectSpec> {
        let name = path.rsplit('/').next().unwrap_or_default();
        let is_replaced =
            |object: &ObjectSpec| self.objects.contains_key(&*format!("{path}.{}", object.member()));
        let is_here = |object: &&ObjectSpec| {
            object.package() == path || object.package() == name && !is_replaced(object)
        };
        self.objects.values().copied().filter(is_here).collect()
    }

    /// All natives, sorted by name.
    ///
    /// ```
    /// # use vo_ffi_core::ExternRegistry;
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # use vm::{OPEN, TWICE};
    /// let registry = ExternRegistry::new().with(&TWICE).with(&OPEN);
    /// let names: Vec<_> = registry.entries().iter().map(|entry| entry.name).collect();
    /// assert_eq!(names, ["files.Open", "numbers.Twice"]);
    /// ```
    pub fn entries(&self) -> Vec<&'static ExternEntry> {
        let mut entries: Vec<_> = self.by_name.values().copied().collect();
        entries.sort_by_key(|entry| entry.name);
        entries
    }

    /// Finds the native of each declaration and makes what a VM calls; or tells everything that is wrong.
    ///
    /// The callees are in the order of the declarations.
    ///
    /// ```
    /// # use vo_ffi_core::{ExternRegistry, FuncType, TypeId, TypeTable};
    /// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
    /// # use vm::TWICE;
    /// let (registry, types) = (ExternRegistry::new().with(&TWICE), TypeTable::new());
    /// let mut func = FuncType { params: vec![TypeId::INT], variadic: false, results: vec![TypeId::INT] };
    /// let callees = registry.link(&[TWICE.declaration(func.clone())], &types).expect("they fit");
    /// assert_eq!((callees[0].plan.arg_slots, callees[0].plan.result_slots), (1, 1));
    ///
    /// func.params = vec![TypeId::STRING];
    /// let errors = registry.link(&[TWICE.declaration(func)], &types).unwrap_err();
    /// let expected = "\
    /// `numbers.Twice`: the declaration at src/lib.rs:1 and the native at src/lib.rs:1 differ
    ///   parameter 1 `n`: declared string, the native takes int";
    /// assert_eq!(errors.to_string(), expected);
    /// ```
    ///
    /// # Errors
    /// Every declaration that has no native, or that differs from it in its types; every two natives, or Rust types, of
    /// one name.
    pub fn link(&self, declarations: &[Declaration], types: &TypeTable) -> Result<Vec<Callee>, LinkErrors> {
        let mut errors: Vec<LinkError> =
            (self.duplicates.iter()).map(|&(first, second)| LinkError::Duplicate { first, second }).collect();
        let two = |&(first, second)| LinkError::DuplicateType { first, second };
        errors.extend(self.duplicate_objects.iter().map(two));
        let mut callees = Vec::with_capacity(declarations.len());
        for (index, declaration) in declarations.iter().enumerate() {
            match self.link_one(index, declaration, types) {
                Ok(callee) => callees.push(callee),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(callees) } else { Err(LinkErrors(self.gather(errors))) }
    }

    /// Makes one error of all those of a package of which there is no native at all.
    fn gather(&self, errors: Vec<LinkError>) -> Vec<LinkError> {
        let mut unlinked: BTreeMap<String, Vec<(usize, String, String)>> = BTreeMap::new();
        let mut others = Vec::new();
        for error in errors {
            match error {
                LinkError::Missing { index, name, place, nearest: None, natives_in: None } => {
                    let package = package_of(&name).to_string();
                    unlinked.entry(package).or_default().push((index, name, place));
                }
                other => others.push(other),
            }
        }
        let is_lost = !unlinked.is_empty() && self.unfilled;
        others.extend(is_lost.then_some(LinkError::NoConstructors));
        others.extend(
            unlinked.into_iter().map(|(package, declarations)| LinkError::Unlinked { package, declarations }),
        );
        others
    }

    fn link_one(
        &self,
        index: usize,
        declaration: &Declaration,
        types: &TypeTable,
    ) -> Result<Callee, LinkError> {
        let place = declaration.place();
        let Some(entry) = self.get(&declaration.name) else {
            let name = declaration.name.clone();
            let nearest = self.nearest(&name);
            let natives_in = self.package(package_of(&name)).first().map(|entry| entry.file);
            return Err(LinkError::Missing { index, name, place, nearest, natives_in });
        };
        let spec = &entry.signature;
        let differences = spec.differences(types, &declaration.func, &declaration.param_names);
        if !differences.is_empty() {
            return Err(LinkError::Different { index, entry, place, differences });
        }
        let Some(mut plan) = Plan::of(&declaration.func, types) else {
            let differences = vec![format!("its frame is larger than {} slots", Plan::MAX_SLOTS)];
            return Err(LinkError::Different { index, entry, place, differences });
        };
        if spec.fallible && plan.results.len() > spec.results.len() {
            plan.error_result = plan.results.last().copied().filter(|last| last.ty == TypeId::ERROR);
        }
        Ok(Callee {
            native: entry.wrapper,
            plan,
            target: std::ptr::null(),
            name: declaration.name.clone(),
            param_names: declaration.param_names.clone(),
        })
    }

    /// The registered name that is most like this one, if one is.
    fn nearest(&self, name: &str) -> Option<&'static str> {
        nearest(name, self.by_name.keys().copied()).first().copied()
    }
}

impl FromIterator<&'static ExternEntry> for ExternRegistry {
    fn from_iter<I: IntoIterator<Item = &'static ExternEntry>>(entries: I) -> ExternRegistry {
        entries.into_iter().fold(ExternRegistry::new(), ExternRegistry::with)
    }
}

/// The package of a name: what is before the first dot of the path's last element.
pub(crate) fn package_of(name: &str) -> &str {
    let last = name.rfind('/').map_or(0, |slash| slash + 1);
    let len = name[last..].find('.').unwrap_or(name.len() - last);
    &name[..last + len]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::FuncType;

    #[test]
    fn names_have_packages() {
        let rows = [
            ("os.ReadFile", "os"),
            ("os.File.Close", "os"),
            ("unicode/utf8.RuneLen", "unicode/utf8"),
            ("github.com/a/b.C", "github.com/a/b"),
            ("lonely", "lonely"),
        ];
        for (name, package) in rows {
            assert_eq!(package_of(name), package);
        }
    }

    #[test]
    fn an_inventory_that_nothing_filled_is_noticed() {
        assert!(!ExternRegistry::from_inventory().unfilled);
        let registry = ExternRegistry { unfilled: true, ..ExternRegistry::new() };
        let declaration = Declaration {
            name: "os.Exit".into(),
            func: FuncType { params: Vec::new(), variadic: false, results: Vec::new() },
            param_names: Vec::new(),
            origin: Origin::Rust,
            file: "os.vo".into(),
            line: 3,
        };
        let text =
            registry.link(&[declaration], &TypeTable::new()).map(drop).map_err(|errors| errors.to_string());
        let first = "no native is registered, since nothing that runs before main has run on this platform; on \
                     WebAssembly, call `__wasm_call_ctors` first";
        assert_eq!(text.unwrap_err().lines().next(), Some(first));
    }
}
