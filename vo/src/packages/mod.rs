//! The packages that come with the machine: each a `.vo` file of declarations beside a `.rs` file of natives.

mod bits;
mod bytes;
mod c;
mod errors;
mod ffi;
mod fmt;
mod math;
mod needed;
mod os;
mod os_file;
mod os_path;
mod path;
mod rand;
mod scan;
mod scan_source;
mod sort;
mod strconv;
mod strings;
mod syscall;
mod text;
mod time;
mod time_layout;
mod time_parse;
mod unicode;
mod utf8;

pub(crate) use needed::Needed;

macro_rules! packages {
    ($($path:literal => $($file:literal),+;)*) => {
        /// The import paths of all packages.
        pub const PATHS: &[&str] = &[$($path),*];

        /// The files of a package: their names and texts.
        pub fn sources(path: &str) -> Option<&'static [(&'static str, &'static str)]> {
            match path {
                $($path => Some(&[$(($file, include_str!($file))),+]),)*
                _ => None,
            }
        }
    };
}

/// The import paths of the packages for programs; the others serve these. `import "C"` is no package like them.
pub fn importable() -> impl Iterator<Item = &'static str> {
    PATHS.iter().copied().filter(|path| *path != "C" && !path.starts_with("internal/"))
}

packages! {
    "C" => "c.vo";
    "bufio" => "bufio.vo", "bufio_rw.vo";
    "bytes" => "bytes.vo", "bytes_buffer.vo";
    "container/heap" => "heap.vo";
    "container/list" => "list.vo";
    "errors" => "errors.vo";
    "ffi" => "ffi.vo", "ffi_value.vo";
    "fmt" => "fmt.vo", "fmt_scan.vo";
    "internal/oserror" => "oserror.vo";
    "io" => "io.vo";
    "io/fs" => "fs.vo";
    "log" => "log.vo";
    "math" => "math.vo";
    "math/bits" => "bits.vo";
    "math/rand" => "rand.vo";
    "os" => "os.vo", "os_file.vo";
    "runtime" => "runtime.vo";
    "path" => "path.vo";
    "path/filepath" => "filepath.vo";
    "sort" => "sort.vo";
    "strconv" => "strconv.vo";
    "strings" => "strings.vo", "strings_reader.vo";
    "syscall" => "syscall.vo";
    "time" => "time.vo", "time_instant.vo", "time_format.vo";
    "unicode" => "unicode.vo";
    "unicode/utf8" => "utf8.vo";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Input, Vm};

    #[test]
    fn every_declaration_has_its_native_and_every_native_its_declaration() {
        let vm = Vm::new(vo_ffi::ExternRegistry::from_inventory());
        for path in PATHS {
            let files = sources(path).expect("a listed package");
            let inputs = files.iter().map(|&(name, text)| Input::new(name, text)).collect();
            vm.check_stubs(path, inputs).unwrap_or_else(|errors| panic!("{path}:\n{errors}"));
        }
    }
}
