//! Natives of every supported type, called through the real ABI over an `ArenaHeap`.

mod host;

mod anyhow;
mod choices;
mod closures;
mod declarations;
mod defaults;
mod derive;
mod effects;
mod exclusive;
mod failures;
mod link;
mod methods;
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
mod typed_maps;
mod types;
