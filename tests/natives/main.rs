//! Natives of every supported type, called through the real ABI over an `ArenaHeap`.

mod host;

mod closures;
mod derive;
mod exclusive;
mod failures;
mod link;
mod nil;
mod objects;
mod roots;
mod rust_maps;
mod rust_objects;
mod scalars;
mod slices;
mod state;
mod strings;
mod stubs;
mod testing;
mod types;
