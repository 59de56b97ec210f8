//! The machine of vo-ffi.
