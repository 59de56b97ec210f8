//! Natives of every supported type, called through the real ABI over an `ArenaHeap`.

mod host;

mod closures;
mod failures;
mod link;
mod objects;
mod scalars;
mod slices;
mod strings;
mod types;
