//! The environment of a program: the process's, or one of its own.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::os::unix::ffi::{OsStrExt, OsStringExt};

/// Variables, by name. The process's own are seen by C functions, too.
#[derive(Debug, Default)]
pub(crate) enum Environment {
    #[default]
    Process,
    Own(BTreeMap<Vec<u8>, Vec<u8>>),
}

impl Environment {
    pub(crate) fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        match self {
            Environment::Process => std::env::var_os(OsStr::from_bytes(key)).map(OsStringExt::into_vec),
            Environment::Own(variables) => variables.get(key).cloned(),
        }
    }

    /// Sets a variable; its name and its value are valid ones.
    pub(crate) fn set(&mut self, key: &[u8], value: &[u8]) {
        match self {
            // SAFETY: Rust code of this process takes the standard library's lock; C code that reads the environment
            // in another thread at the same time is the script's to avoid, as with C's setenv.
            Environment::Process => unsafe {
                std::env::set_var(OsStr::from_bytes(key), OsStr::from_bytes(value));
            },
            Environment::Own(variables) => {
                variables.insert(key.to_vec(), value.to_vec());
            }
        }
    }

    /// Removes a variable of a valid name.
    pub(crate) fn remove(&mut self, key: &[u8]) {
        match self {
            // SAFETY: as for `set`.
            Environment::Process => unsafe { std::env::remove_var(OsStr::from_bytes(key)) },
            Environment::Own(variables) => {
                variables.remove(key);
            }
        }
    }

    /// All variables.
    pub(crate) fn all(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        match self {
            Environment::Process => {
                std::env::vars_os().map(|(key, value)| (key.into_vec(), value.into_vec())).collect()
            }
            Environment::Own(variables) => variables.clone().into_iter().collect(),
        }
    }
}
