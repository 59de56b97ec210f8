//! C in programs: what is found when they are linked, what they are allowed, and lists of libraries.

use std::process::Command;

/// Runs a program; the result is its status, its output, and the titles and notes of its errors.
fn run(args: &[&str], program: &str) -> (i32, String, Vec<String>) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    std::fs::write(folder.path().join("test.vo"), format!("package main\n{program}")).expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_vo"))
        .arg("run")
        .args(args)
        .arg("test.vo")
        .current_dir(&folder)
        .output()
        .expect("vo starts");
    let stderr = String::from_utf8_lossy(&output.stderr).into_owned();
    let told =
        |line: &&str| line.starts_with("error: ") || line.starts_with("panic: ") || line.contains(" = ");
    let lines = stderr.lines().filter(told).map(|line| line.trim_start_matches([' ', '=']).to_string());
    let stdout = String::from_utf8_lossy(&output.stdout).into_owned();
    (output.status.code().expect("it ended by itself"), stdout, lines.collect())
}

#[track_caller]
fn check(args: &[&str], program: &str, status: i32, stdout: &str, told: &[&str]) {
    let (code, out, lines) = run(args, program);
    let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
    assert_eq!((code, out.as_str(), lines.as_slice()), (status, stdout, told), "vo {args:?}\n{program}");
}

#[test]
fn symbols_that_are_not_there_are_told_at_their_declarations() {
    let program = "
/*
#cgo LDFLAGS: -lm
#vo lib: libz.so.1 | libz.so
double coss(double);
unsigned long crc33(unsigned long, const unsigned char *, unsigned);
int strlem(const char *);
int environ(void);
extern int strlen;
extern int optimd;
int no_such_thing(long);
int printg(const char *, ...);
void qsort(void *, size_t, size_t, int (*)(const void *, const void *));
int strcmpp(const char *, const char *);
*/
import \"C\"
func main() {
\tC.coss(1)
\tC.crc33(0, nil, 0)
\tC.strlem(\"\")
\tC.environ()
\tC.strlen++
\tC.optimd++
\tC.no_such_thing(1)
\tC.no_such_thing(int32(1))
\tC.printg(\"%d\", 1)
\tC.qsort(nil, 0, 0, C.strcmpp)
}";
    check(
        &[],
        program,
        1,
        "",
        &[
            "error: `C.coss` is declared at test.vo:6, but none of libm, libz.so.1 | libz.so and the process has \
             `coss`; did you mean `cos` or `cosf` or `cosh`?",
            "error: `C.crc33` is declared at test.vo:7, but none of libm, libz.so.1 | libz.so and the process has \
             `crc33`; did you mean `crc32`?",
            "error: `C.strlem` is declared at test.vo:8, but none of libm, libz.so.1 | libz.so and the process has \
             `strlem`; did you mean `strlen`?",
            "error: `C.environ` is declared at test.vo:9, but `environ` is a variable in C, not a function",
            "error: `strlen` is a function in C, not a variable",
            "error: none of libm, libz.so.1 | libz.so and the process has `optimd`; did you mean `optind`?",
            "error: `C.no_such_thing` is declared at test.vo:12, but none of libm, libz.so.1 | libz.so and the \
             process has `no_such_thing`",
            "error: `C.printg` is declared at test.vo:13, but none of libm, libz.so.1 | libz.so and the process has \
             `printg`; did you mean `printf`?",
            "error: none of libm, libz.so.1 | libz.so and the process has `strcmpp`; did you mean `strcmp`?",
        ],
    );
    let one = |preamble: &str, expected: &str| {
        check(&[], &format!("{preamble}\nimport \"C\"\nfunc main() {{ C.coss(1) }}"), 1, "", &[expected]);
    };
    one("// double coss(double);", "error: `C.coss` is declared at test.vo:2, but the process has no `coss`");
    one(
        "// double coss(double);\n// #cgo LDFLAGS: -lm",
        "error: `C.coss` is declared at test.vo:2, but neither libm nor the process has `coss`; did you mean `cos` or \
         `cosf` or `cosh`?",
    );
}

#[test]
fn libraries_that_are_not_there_are_told_at_their_lines() {
    let program = "
/*
#cgo LDFLAGS: -lnosuch
#vo lib: libzz.so.9 | ./libzz.so
int abs(int);
*/
import \"C\"
func main() { C.abs(1) }";
    let (status, _, lines) = run(&[], program);
    let titles: Vec<&String> = lines.iter().filter(|line| line.starts_with("error: ")).collect();
    let expected = [
        "error: the library \"libnosuch\" cannot be loaded",
        "error: the library \"libzz.so.9\" cannot be loaded",
    ];
    assert_eq!((status, titles.as_slice()), (1, &[&expected[0].to_string(), &expected[1].to_string()][..]));
    assert!(
        lines.iter().any(|line| line == "note: the library \"./libzz.so\" cannot be loaded"),
        "{lines:#?}"
    );
}

#[test]
fn the_first_library_of_a_list_that_there_is_is_taken() {
    let rows =
        [("libm.so.6 | libm.so", "1"), ("libnosuch.so.7 | ./libnosuch.so | libm.so.6", "1"), ("self", "1")];
    for (list, expected) in rows {
        let stdout = &format!("{expected}\n");
        let declared = format!(
            "import \"fmt\"\nextern \"{list}\" func cosine(x float64) float64 = \"cos\"\n\
             func main() {{ fmt.Println(cosine(0)) }}"
        );
        if list != "self" {
            check(&[], &declared, 0, stdout, &[]);
        }
        let imported = format!(
            "import \"fmt\"\n// #vo lib: {list}\n// double cos(double);\nimport \"C\"\n\
             func main() {{ fmt.Println(C.cos(0)) }}"
        );
        check(&[], &imported, 0, stdout, &[]);
    }
}

#[test]
fn c_functions_return_pointers_and_structs_hold_them() {
    let program = "
import \"fmt\"
type node struct { next *node; value int32 }
type tm struct { sec, min, hour, mday, mon, year, wday, yday, isdst int32; gmtoff int64; zone *int8 }
extern \"libc.so.6\" func gmtime(seconds *int64) *tm
extern \"libc.so.6\" func calloc(n, size uint64) *node
extern \"libc.so.6\" func free(at *node)
extern \"libc.so.6\" func strchr(text string, c int32) *byte
extern \"libc.so.6\" func same(at *node) *node = \"labs\"
func main() {
\tseconds := int64(86400)
\tt := gmtime(&seconds)
\tfmt.Println(t.mday, t.year+1900, *t.zone)
\tn := calloc(1, 16)
\tn.value = 7
\tlocal := node{n, 8}
\tn.next = &local
\tfmt.Println(same(&local).next.value, n.next.value, same(nil) == nil, same(n) == n)
\tfmt.Println(strchr(\"abc\", 'z') == nil)
\tfree(n)
}";
    check(&[], program, 0, "2 1970 71\n7 8 true true\ntrue\n", &[]);
}

/// What is preloaded replaces what libm depends on, and not what a library has itself.
#[test]
fn functions_of_the_c_library_are_the_process_s() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let compile = |name: &str, text: &str| {
        std::fs::write(folder.path().join("source.c"), text).expect("written");
        let mut gcc = Command::new("gcc");
        gcc.args(["-shared", "-fPIC", "-fno-builtin", "source.c", "-o", name]).current_dir(&folder);
        assert!(gcc.status().expect("gcc is installed").success(), "{text}");
    };
    compile("preloaded.so", "int abs(int n) { return 1000; } long labs(long n) { return 2000; }");
    compile("library.so", "long labs(long n) { return 3000; }");
    let program = "package main\nimport \"fmt\"\n/*\n#vo lib: ./library.so\n#cgo LDFLAGS: -lm\nint abs(int);\nlong labs(long);\n\
                   long long llabs(long long);\n*/\nimport \"C\"\nfunc main() { fmt.Println(C.abs(-1), C.labs(-1), C.llabs(-1)) }";
    std::fs::write(folder.path().join("test.vo"), program).expect("written");
    for (preload, expected) in [("", "1 3000 1\n"), ("./preloaded.so", "1000 3000 1\n")] {
        let mut vo = Command::new(env!("CARGO_BIN_EXE_vo"));
        let output = vo.args(["run", "test.vo"]).env("LD_PRELOAD", preload).current_dir(&folder).output();
        let output = output.expect("vo starts");
        assert_eq!(String::from_utf8_lossy(&output.stdout), expected, "{preload}: {output:?}");
    }
}

#[test]
fn permissions_are_for_preambles_too() {
    let program = "
import \"fmt\"
// #vo lib: libm.so.6 | libm.so
// double cos(double);
// extern int optind;
import \"C\"
func main() { fmt.Println(C.cos(0), C.optind) }";
    let allowed: &[&str] = &["--allow-lib", "self", "--allow-lib", "libm.so.6", "--allow-lib", "libm.so"];
    check(allowed, program, 0, "1 1\n", &[]);
    check(
        &["--no-c"],
        program,
        1,
        "",
        &[
            "error: import \"C\": the program may not call C functions",
            "note: `--no-c` denies them, or `Permissions::c`; `--allow-lib libm.so.6 --allow-lib libm.so` allows this \
             library",
        ],
    );
    check(
        &["--allow-lib", "libm.so.6", "--allow-lib", "self"],
        program,
        1,
        "",
        &[
            "error: import \"C\": the program may not use the library libm.so.6 | libm.so",
            "note: allowed are: libm.so.6, self",
            "note: `--allow-lib libm.so.6 --allow-lib libm.so` allows it, or `Permissions::c`",
        ],
    );
    // No program runs for one that may not use all libraries.
    check(
        &["--no-c"],
        "// #cgo pkg-config: zlib\nimport \"C\"\nfunc main() {}",
        1,
        "",
        &[
            "error: pkg-config is not run for a program that may not use all libraries",
            "help: name the library: `#vo lib: libfoo.so.1`",
        ],
    );
    // Symbols may be the process's, whatever library is named.
    check(
        &["--allow-lib", "libm.so.6", "--allow-lib", "libm.so"],
        program,
        1,
        "",
        &[
            "error: C.cos: the program may not use the library self",
            "note: allowed are: libm.so, libm.so.6",
            "note: `--allow-lib self` allows it, or `Permissions::c`",
            "error: C.optind: the program may not use the library self",
            "note: allowed are: libm.so, libm.so.6",
            "note: `--allow-lib self` allows it, or `Permissions::c`",
        ],
    );
    let list =
        "extern \"libm.so.6 | libm.so\" func cos(x float64) float64\nfunc main() { println(cos(0) == 1) }";
    check(
        &["--allow-lib", "libm.so.6"],
        list,
        1,
        "",
        &[
            "error: main.cos: the program may not use the library libm.so.6 | libm.so",
            "note: allowed are: libm.so.6",
            "note: `--allow-lib libm.so.6 --allow-lib libm.so` allows it, or `Permissions::c`",
        ],
    );
    check(&["--no-c"], "// int abs(int);\nimport \"C\"\nfunc main() {}", 0, "", &[]);
    let helper = "import \"C\"\nfunc main() { C.GoBytes(&[]byte{1}[0], 100) }";
    let expected =
        "panic: C.GoBytes: the program may not use C: --allow-lib self allows it, or Permissions::c";
    check(&["--no-c"], helper, 2, "", &[expected]);
    check(&["--allow-lib", "libm.so.6"], helper, 2, "", &[expected]);
}
