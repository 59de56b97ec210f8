//! Package ffi: C functions, variables and types that are named when the program runs.
//!
//! A text of C is parsed by vo-ffi; what Vo gives becomes C's in `pass` and `store`, what C has becomes Vo's in `load`.

mod ctype;
mod frame;
mod func;
mod library;
mod load;
mod memory;
mod pass;
mod pointer;
mod shape;
mod show;
mod store;
mod types;
mod value;
mod var;
