//! The packages that come with the machine: each a `.vo` file of declarations beside a `.rs` file of natives.

mod fmt;
mod math;
mod os;
mod sort;
mod stdout;
mod strconv;
mod strings;
mod text;
mod time;
mod unicode;
mod utf8;

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
    "bufio" => "bufio.vo";
    "bytes" => "bytes.vo";
    "errors" => "errors.vo";
    "fmt" => "fmt.vo";
    "io" => "io.vo";
    "math" => "math.vo";
    "os" => "os.vo";
    "sort" => "sort.vo";
    "strconv" => "strconv.vo";
    "strings" => "strings.vo";
    "time" => "time.vo";
    "unicode" => "unicode.vo";
    "unicode/utf8" => "utf8.vo";
}
