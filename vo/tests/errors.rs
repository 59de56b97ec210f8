//! Golden tests of the checker: each program in `errors` has its errors, as they are shown, in a
//! `.txt` file beside it; each program in `accepted` has none. `UPDATE=1` writes the `.txt` files.

use std::borrow::Cow;
use std::fs;
use std::path::{Path, PathBuf};

use libtest_mimic::{Arguments, Failed, Trial};
use vo_vm::check::{Input, PackageSource, check_program};
use vo_vm::diagnostic::render;

/// Packages as small as the tests need them.
const PACKAGES: [(&str, &str); 8] = [
    ("C", include_str!("../src/packages/c.vo")),
    (
        "bank",
        "package bank\n\nextern type Vault\n\nextern func (v *Vault) Open()\n\ntype Holder struct {\n\t*Vault\n}\n",
    ),
    (
        "errors",
        "package errors\n\ntype errorString struct {\n\ts string\n}\n\nfunc (e *errorString) Error() string { return e.s }\n\nfunc New(text string) error { return &errorString{text} }\n",
    ),
    (
        "fmt",
        "package fmt\n\nextern func Println(a ...any) (n int, err error)\nextern func Printf(format string, a ...any) (n int, err error)\nextern func Sprint(a ...any) string\n\ntype Stringer interface {\n\tString() string\n}\n",
    ),
    (
        "os",
        "package os\n\ntype File struct {\n\tfd int\n\tName string\n}\n\nvar Args []string\n\nextern func ReadFile(path string) ([]byte, error)\nextern func Exit(code int)\nextern func (f *File) Read(b []byte) (n int, err error)\nextern func Open(name string) (*File, error)\n\nfunc (f *File) hidden() {}\n",
    ),
    (
        "strings",
        "package strings\n\nextern func ToUpper(s string) string\nextern func Repeat(s string, count int) string\n",
    ),
    ("till", "package till\n\nextern type Drawer\n"),
    (
        "unicode/utf8",
        "package utf8\n\nconst RuneError = '\\uFFFD'\n\nextern func RuneCountInString(s string) int\n",
    ),
];

struct Packages;

impl PackageSource for Packages {
    fn files(&self, path: &str) -> Option<Vec<(String, Cow<'static, str>)>> {
        let (path, text) = PACKAGES.iter().find(|(own, _)| *own == path)?;
        Some(vec![(format!("{path}.vo"), Cow::Borrowed(*text))])
    }

    fn paths(&self) -> Vec<String> {
        PACKAGES.iter().map(|(path, _)| path.to_string()).collect()
    }
}

fn check(path: &Path) -> Result<String, Failed> {
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let input = Input::new(name, fs::read(path)?);
    Ok(match check_program(&[input], &Packages) {
        Ok(_) => String::new(),
        Err(rejected) => render(&rejected.sources, &rejected.diagnostics, false),
    })
}

fn rejected(path: &Path) -> Result<(), Failed> {
    let shown = check(path)?;
    let golden = path.with_extension("txt");
    if std::env::var_os("UPDATE").is_some() {
        return Ok(fs::write(golden, shown)?);
    }
    let expected = fs::read_to_string(golden)?;
    if shown == expected { Ok(()) } else { Err(format!("expected:\n{expected}\nfound:\n{shown}").into()) }
}

fn accepted(path: &Path) -> Result<(), Failed> {
    let shown = check(path)?;
    if shown.is_empty() { Ok(()) } else { Err(shown.into()) }
}

fn trials(folder: &str, run: fn(&Path) -> Result<(), Failed>) -> Vec<Trial> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests").join(folder);
    let files = fs::read_dir(root).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut files: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|ext| ext == "vo")).collect();
    files.sort();
    let trial = |path: PathBuf| {
        let name = path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default();
        Trial::test(format!("{folder}/{name}"), move || run(&path))
    };
    files.into_iter().map(trial).collect()
}

fn main() {
    let arguments = Arguments::from_args();
    let mut all = trials("errors", rejected);
    all.extend(trials("accepted", accepted));
    libtest_mimic::run(&arguments, all).exit();
}
