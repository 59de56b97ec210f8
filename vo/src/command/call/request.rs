//! One line of a batch: which function to call, and with what.

use std::borrow::Cow;

use serde::Deserialize;
use serde_json::Value;

/// What to call.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Request<'l> {
    /// The library; without it, or null, the process itself.
    #[serde(borrow, default)]
    pub(super) lib: Option<Cow<'l, str>>,
    /// C declarations.
    #[serde(borrow)]
    pub(super) decl: Cow<'l, str>,
    /// The function; without it, the last one that is declared.
    #[serde(borrow, default)]
    pub(super) func: Cow<'l, str>,
    #[serde(default)]
    pub(super) args: Vec<Value>,
    /// Whether the bytes of the result are wanted too.
    #[serde(default)]
    pub(super) bytes: bool,
    /// Whether errno is wanted too.
    #[serde(default)]
    pub(super) errno: bool,
    /// A function without arguments that returns the address to call.
    #[serde(borrow, default)]
    pub(super) address_from: Cow<'l, str>,
}

impl Request<'_> {
    /// The library's name; empty for the process itself.
    pub(super) fn library(&self) -> &str {
        self.lib.as_deref().unwrap_or_default()
    }
}
