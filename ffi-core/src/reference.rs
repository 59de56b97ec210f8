//! What people read about natives: Markdown, a section for each function, and for each type that is written in Rust.

use std::fmt::Write as _;

use crate::registry::{ExternEntry, ExternRegistry};
use crate::rust_object::ObjectSpec;
use crate::stubs::head;

/// What is told of one function, or of a type that is written in Rust.
///
/// ```
/// # use vo_ffi_core::{ReferenceItem, markdown};
/// let item = ReferenceItem {
///     name: "Twice".into(),
///     head: "func Twice(n int) int".into(),
///     docs: String::new(),
///     places: vec!["numbers.vo:3".into(), "src/lib.rs:1".into()],
/// };
/// assert!(markdown("numbers", &[item]).ends_with("\n`numbers.vo:3`, `src/lib.rs:1`\n"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReferenceItem {
    /// Its name in the package: `ReadFile`, `File.Close`.
    pub name: String,
    /// Its declaration without a body: `func ReadFile(name string) ([]byte, error)`, `extern type Account`.
    pub head: String,
    /// Its docs.
    pub docs: String,
    /// Where it is, as `file:line`: its declaration, its native.
    pub places: Vec<String>,
}

/// The reference of the natives of a package, in Markdown, from the registry alone.
///
/// ```
/// # use vo_ffi_core::{ExternRegistry, reference};
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # use vm::TWICE;
/// let registry = ExternRegistry::new().with(&TWICE);
/// let text = reference(&registry, "numbers");
/// assert!(text.starts_with("# numbers\n\n## Twice\n"), "{text}");
/// assert!(text.ends_with("\nTwice returns n and n.\n\n`src/lib.rs:1`\n"), "{text}");
/// ```
pub fn reference(registry: &ExternRegistry, package: &str) -> String {
    let native = |entry: &ExternEntry| ReferenceItem {
        name: entry.name.get(entry.package().len() + 1..).unwrap_or_default().into(),
        head: head(entry),
        docs: entry.docs.into(),
        places: vec![entry.place()],
    };
    let object = |object: &ObjectSpec| ReferenceItem {
        name: object.member().into(),
        head: format!("extern type {}", object.member()),
        docs: object.docs.into(),
        places: vec![object.place()],
    };
    let mut items: Vec<ReferenceItem> = registry.package(package).into_iter().map(native).collect();
    items.extend(registry.objects(package).into_iter().map(object));
    items.sort();
    markdown(package, &items)
}

/// The reference of a package with these functions, in their order.
///
/// ```
/// # use vo_ffi_core::markdown;
/// assert_eq!(markdown("numbers", &[]), "# numbers\n");
/// ```
///
/// [`reference()`] has an example with an item.
pub fn markdown(package: &str, items: &[ReferenceItem]) -> String {
    let mut text = format!("# {package}\n");
    for item in items {
        let _ = write!(text, "\n## {}\n\n```go\n{}\n```\n", item.name, item.head);
        if !item.docs.trim().is_empty() {
            let _ = write!(text, "\n{}\n", item.docs.trim());
        }
        let places: Vec<String> = item.places.iter().map(|place| format!("`{place}`")).collect();
        let _ = write!(text, "\n{}\n", places.join(", "));
    }
    text
}
