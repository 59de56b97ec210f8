//! What people read about natives: Markdown, a section for each function.

use std::fmt::Write as _;

use crate::registry::ExternRegistry;
use crate::stubs::head;

/// What is told of one function.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ReferenceItem {
    /// Its name in the package: `ReadFile`, `File.Close`.
    pub name: String,
    /// Its declaration without a body: `func ReadFile(name string) ([]byte, error)`.
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
/// let text = reference(&ExternRegistry::from_inventory(), "no/such");
/// assert_eq!(text, "# no/such\n");
/// ```
pub fn reference(registry: &ExternRegistry, package: &str) -> String {
    let entries = registry.package(package);
    let items: Vec<ReferenceItem> = (entries.iter())
        .map(|entry| ReferenceItem {
            name: entry.name.get(entry.package().len() + 1..).unwrap_or_default().into(),
            head: head(entry),
            docs: entry.docs.into(),
            places: vec![entry.place()],
        })
        .collect();
    markdown(package, &items)
}

/// The reference of a package with these functions, in their order.
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
