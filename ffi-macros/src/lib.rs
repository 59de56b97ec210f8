//! The attribute macro of vo-ffi.
