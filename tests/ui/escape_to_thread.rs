//! A value cannot be sent to another thread.

use vo_ffi::prelude::*;

#[vo_extern("a.A")]
fn send(ages: VoMap) {
    std::thread::scope(|scope| {
        scope.spawn(|| println!("{}", ages.len()));
    });
}

#[vo_extern("a.B")]
fn spawn(name: VoString) {
    std::thread::spawn(move || println!("{name}"));
}

fn main() {}
