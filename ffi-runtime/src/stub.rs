//! Where foreign code is called: by libffi, for every signature.

mod errno;
mod libffi;

pub(crate) use libffi::{Returned, Stub};
