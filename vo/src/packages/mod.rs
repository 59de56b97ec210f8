//! The packages that come with the machine: each a `.vo` file of declarations beside a `.rs` file of natives.

mod errors;
mod math;
mod os;
mod sort;
mod stdout;
mod time;

pub use os::set_args;
pub use stdout::flush_stdout;

macro_rules! packages {
    ($($path:literal => $file:literal;)*) => {
        /// The import paths of all packages.
        pub const PATHS: &[&str] = &[$($path),*];

        /// The file of a package: its name and its text.
        pub fn source(path: &str) -> Option<(&'static str, &'static str)> {
            match path {
                $($path => Some(($file, include_str!($file))),)*
                _ => None,
            }
        }
    };
}

packages! {
    "errors" => "errors.vo";
    "math" => "math.vo";
    "os" => "os.vo";
    "sort" => "sort.vo";
    "time" => "time.vo";
}
