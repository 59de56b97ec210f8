//! Where libraries are searched for.

use std::fs;
use std::path::PathBuf;

use vo_ffi_runtime::{FfiType, Image, Library, SearchPolicy, Symbol};

use crate::fixture::path;

/// A folder with the fixture under other names.
fn folder(name: &str, files: &[&str]) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).expect("a folder");
    for file in files {
        fs::copy(path(), folder.join(file)).expect("a copy");
    }
    folder
}

fn only(folders: &[&PathBuf], variants: bool) -> SearchPolicy {
    SearchPolicy { folders: folders.iter().map(|&folder| folder.clone()).collect(), system: false, variants }
}

#[test]
fn folders_come_in_order_and_variants_in_each() {
    let first = folder("policy-1", &["libone.so", "libtwo.so.3", "libmany.so.1", "libmany.so.2"]);
    let second = folder("policy-2", &["libone.so.1", "one", "libm.so.6"]);
    let found = |name: &str, policy: &SearchPolicy| {
        let library = Library::open_with(name, policy).expect("a library");
        assert!(library.symbol("neg_i32").is_ok(), "{name}");
        library.path().to_path_buf()
    };
    let both = only(&[&first, &second], true);
    let rows = [
        ("one", first.join("libone.so")),
        ("libone", first.join("libone.so")),
        ("libone.so.1", second.join("libone.so.1")),
        ("two", first.join("libtwo.so.3")),
        ("libm.so.6", second.join("libm.so.6")),
        // One number is in the folders, whatever the system has.
        ("m", second.join("libm.so.6")),
    ];
    for (name, expected) in rows {
        assert_eq!(found(name, &both), expected, "{name}");
    }
    assert_eq!(found("one", &only(&[&second, &first], true)), second.join("one"));
    let system_behind = SearchPolicy { system: true, ..both };
    let libm = Library::open_with("libc.so.6", &system_behind).expect("a library");
    assert!(libm.symbol("strlen").is_ok());
}

#[test]
fn what_is_not_found_is_told() {
    let folder = folder("policy-3", &["libone.so", "libmany.so.1", "libmany.so.2"]);
    let at = folder.display();
    let absent = "cannot open shared object file: No such file or directory";
    let install = "install it, or give its path, as \"./libexample.so\"";
    let rows = [
        (
            "one",
            only(&[&folder], false),
            format!("{at}/one: {absent}\n  tried {at}/one\n  searched {at}\n  did you mean \"libone.so\"?"),
        ),
        (
            "many",
            only(&[&folder], true),
            format!(
                "{at}/many: {absent}\n  tried {at}/many, {at}/many.so, {at}/libmany.so\n  searched {at}\n  \
                 did you mean \"libmany.so.1\"?"
            ),
        ),
        (
            "entirely_else",
            only(&[&folder], false),
            format!("{at}/entirely_else: {absent}\n  tried {at}/entirely_else\n  searched {at}\n  {install}"),
        ),
        ("one", only(&[], true), format!("there is no folder to search\n  tried \n  searched \n  {install}")),
    ];
    for (name, policy, expected) in rows {
        let error = Library::open_with(name, &policy).expect_err("no such library");
        assert_eq!(error.to_string(), format!("the library {name:?} cannot be loaded\n  {expected}"));
    }
}

#[test]
fn the_first_that_there_is() {
    let library = Library::open_first(&["./nowhere.so", path(), "libm.so.6"]).expect("a library");
    assert_eq!((library.name(), library.path().to_str()), (path(), Some(path())));
    let error = Library::open_first(&["./a.so", "./b.so"]).expect_err("none").to_string();
    let starts: Vec<&str> = error.lines().filter(|line| line.starts_with("the library")).collect();
    assert_eq!(
        starts,
        ["the library \"./a.so\" cannot be loaded", "the library \"./b.so\" cannot be loaded"]
    );
    let error = Library::open_first(&[]).expect_err("none").to_string();
    assert_eq!(error, "no library is named; name at least one");
}

#[test]
fn a_name_without_version_finds_the_system_s_one() {
    for name in ["m", "libm"] {
        let libm = Library::open(name).expect("every Linux has libm");
        assert!(libm.symbol("cos").is_ok(), "{name}");
    }
}

#[test]
fn symbols_are_the_same_each_time() {
    fn is_send_and_sync<T: Send + Sync>(_: &T) {}
    let library = Library::open(path()).expect("a library");
    let symbol = library.symbol("neg_i32").expect("a symbol");
    is_send_and_sync(&symbol);
    is_send_and_sync(&Image::zeroed(&FfiType::I64));
    is_send_and_sync(&library.function("int neg_i32(int)").expect("a function"));
    is_send_and_sync(&library.variable("extern int counter").expect("a variable"));
    assert_eq!(library.symbol("neg_i32"), Ok(symbol));
    assert_eq!(Library::open(path()).expect("a library").symbol("neg_i32"), Ok(symbol));
    assert_eq!(library.optional_symbol("no_such_symbol"), None);
    let kinds = |symbol: Symbol| (symbol.is_function(), symbol.is_variable());
    assert_eq!(kinds(symbol), (true, false));
    assert_eq!(kinds(library.symbol("counter").expect("a symbol")), (false, true));
    let own = Library::process();
    assert_eq!((own.name(), own.symbol("strlen").is_ok()), ("self", true));
}
