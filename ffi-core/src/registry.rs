//! The registry: every native of the program, found by name and compared with declarations.

use std::collections::HashMap;
use std::fmt;

use crate::call::{Callee, Native};
use crate::declaration::{Declaration, Origin};
use crate::nearest::nearest;
use crate::plan::Plan;
use crate::spec::SignatureSpec;
use crate::types::{FuncType, TypeId, TypeTable};

/// One native, as `#[vo_extern]` submits it.
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
    /// A declaration of this native, at its own place, for a VM whose programs have none.
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
}

/// What a native may do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Effects {
    /// It can call closures.
    pub reentrant: bool,
    /// Its signature can see the heap, so collection is paused while it runs.
    pub sees_heap: bool,
}

inventory::collect!(ExternEntry);

/// All natives, by name.
///
/// ```
/// use vo_ffi_core::ExternRegistry;
/// let registry = ExternRegistry::from_inventory();
/// assert!(registry.get("no.Such").is_none());
/// ```
#[derive(Debug, Default)]
pub struct ExternRegistry {
    by_name: HashMap<&'static str, &'static ExternEntry>,
    duplicates: Vec<(&'static ExternEntry, &'static ExternEntry)>,
}

impl ExternRegistry {
    /// An empty registry.
    pub fn new() -> ExternRegistry {
        ExternRegistry::default()
    }

    /// The natives of all crates that are linked into the program.
    pub fn from_inventory() -> ExternRegistry {
        inventory::iter::<ExternEntry>.into_iter().fold(ExternRegistry::new(), ExternRegistry::with)
    }

    /// Adds one native.
    pub fn with(mut self, entry: &'static ExternEntry) -> ExternRegistry {
        if let Some(&first) = self.by_name.get(entry.name) {
            self.duplicates.push((first, entry));
        } else {
            self.by_name.insert(entry.name, entry);
        }
        self
    }

    /// The native of this name.
    pub fn get(&self, name: &str) -> Option<&'static ExternEntry> {
        self.by_name.get(name).copied()
    }

    /// All natives, sorted by name.
    pub fn entries(&self) -> Vec<&'static ExternEntry> {
        let mut entries: Vec<_> = self.by_name.values().copied().collect();
        entries.sort_by_key(|entry| entry.name);
        entries
    }

    /// Finds the native of each declaration and makes what a VM calls; or tells everything that is wrong.
    pub fn link(&self, declarations: &[Declaration], types: &TypeTable) -> Result<Vec<Callee>, LinkErrors> {
        let mut errors: Vec<LinkError> =
            (self.duplicates.iter()).map(|&(first, second)| LinkError::Duplicate { first, second }).collect();
        let mut callees = Vec::with_capacity(declarations.len());
        for (index, declaration) in declarations.iter().enumerate() {
            match self.link_one(index, declaration, types) {
                Ok(callee) => callees.push(callee),
                Err(error) => errors.push(error),
            }
        }
        if errors.is_empty() { Ok(callees) } else { Err(LinkErrors(errors)) }
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
            return Err(LinkError::Missing { index, name, place, nearest: self.nearest(&declaration.name) });
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

/// One thing that keeps declarations and natives from fitting together.
#[derive(Debug)]
#[non_exhaustive]
pub enum LinkError {
    /// Two natives have one name.
    Duplicate {
        /// The one that was found first.
        first: &'static ExternEntry,
        /// The other.
        second: &'static ExternEntry,
    },
    /// A declaration has no native.
    Missing {
        /// The declaration's place in the list.
        index: usize,
        /// The declared name.
        name: String,
        /// The declaration, as `file:line`.
        place: String,
        /// A native whose name is almost the same.
        nearest: Option<&'static str>,
    },
    /// A declaration and its native differ.
    Different {
        /// The declaration's place in the list.
        index: usize,
        /// The native.
        entry: &'static ExternEntry,
        /// The declaration, as `file:line`.
        place: String,
        /// Each difference.
        differences: Vec<String>,
    },
}

impl fmt::Display for LinkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LinkError::Duplicate { first, second } => write!(
                f,
                "two natives are named `{}`: {}:{} and {}:{}",
                first.name, first.file, first.line, second.file, second.line
            ),
            LinkError::Missing { name, place, nearest, .. } => {
                write!(f, "`{name}` is declared at {place} but no native has this name")?;
                match nearest {
                    Some(nearest) => write!(f, "; did you mean `{nearest}`?"),
                    None => write!(
                        f,
                        "; if its crate is a dependency, name the crate in code (`use natives as _;`), \
                         or the linker leaves its natives out"
                    ),
                }
            }
            LinkError::Different { entry, place, differences, .. } => {
                write!(
                    f,
                    "`{}`: the declaration at {place} and the native at {}:{} differ",
                    entry.name, entry.file, entry.line
                )?;
                differences.iter().try_for_each(|difference| write!(f, "\n  {difference}"))
            }
        }
    }
}

/// Every problem of one [`ExternRegistry::link`].
#[derive(Debug)]
pub struct LinkErrors(pub Vec<LinkError>);

impl fmt::Display for LinkErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            write!(f, "{}{error}", if index > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}

impl std::error::Error for LinkErrors {}
