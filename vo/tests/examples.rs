//! The example scripts that call C do what they say, beside the programs of the system that do the same.
//!
//! Each test is run twice, in a new folder: as a user runs the script, and with a collection at every allocation.

use std::fs::{self, File};
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, SystemTime};

/// A folder of its own for one run of a test.
struct Folder {
    place: tempfile::TempDir,
    stress: bool,
}

/// Runs a test, without and with collections at every allocation.
fn twice(test: impl Fn(&Folder)) {
    for stress in [false, true] {
        test(&Folder { place: tempfile::tempdir().expect("a temporary folder"), stress });
    }
}

impl Folder {
    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        fs::write(self.path(name), bytes).expect("written");
    }

    /// A program of the system, or how to get it.
    fn tool(&self, name: &str, package: &str) -> Command {
        let found = Command::new(name).arg("--version").stdout(Stdio::null()).status();
        assert!(found.is_ok(), "{name} is missing: `./x test` installs it, or `apt-get install {package}`");
        let mut command = Command::new(name);
        command.current_dir(self.place.path());
        command
    }

    /// What a program of the system writes.
    fn said(&self, name: &str, package: &str, args: &[&str]) -> Vec<u8> {
        let output = self.tool(name, package).args(args).output().expect("it starts");
        assert!(output.status.success(), "{name} {args:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }

    fn vo(&self, script: &str, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_vo"));
        command.arg("run").arg(examples().join(script)).args(args).current_dir(self.place.path());
        command.env("TZ", "UTC").env_remove("TIME_FORMAT").env_remove("VO_GC_STRESS");
        if self.stress {
            command.env("VO_GC_STRESS", "1");
        }
        command
    }

    /// Runs a script and compares its exit status, standard output and standard error.
    #[track_caller]
    fn check(&self, script: &str, args: &[&str], status: i32, stdout: &str, stderr: &str) {
        compare(&self.vo(script, args).output().expect("vo starts"), status, stdout, stderr);
    }
}

#[track_caller]
fn compare(output: &Output, status: i32, stdout: &str, stderr: &str) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let found = (output.status.code(), text(&output.stdout), text(&output.stderr));
    assert_eq!(found, (Some(status), stdout.into(), stderr.into()));
}

fn examples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/scripts")
}

/// Fails where the system has not the library of a script.
fn need_library(file: &str, package: &str) {
    let loaded = vo_ffi::runtime::Library::open(file);
    assert!(loaded.is_ok(), "{file} is missing: `./x test` installs it, or `apt-get install {package}`");
}

#[test]
fn libc_lists_files() {
    let listing = "\
missing: no such file or directory
0644   123456  2001-09-09 01:46  large
0755       12  1970-01-01 00:00  small
0600        0  2009-02-13 23:31  empty
0644        0  2001-09-09 01:46  also empty
";
    twice(|folder| {
        let files = [
            ("small", 12, 0o755, 0),
            ("large", 123_456, 0o644, 1_000_000_000),
            ("empty", 0, 0o600, 1_234_567_890),
            ("also empty", 0, 0o644, 1_000_000_000),
        ];
        for (name, size, mode, seconds) in files {
            folder.write(name, &vec![b'x'; size]);
            let file = File::options().write(true).open(folder.path(name)).expect("it is there");
            file.set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)).expect("its time");
            file.set_permissions(fs::Permissions::from_mode(mode)).expect("its mode");
        }
        folder.check("libc.vo", &["small", "empty", "missing", "also empty", "large"], 0, listing, "");
        let output = folder.vo("libc.vo", &["large"]).env("TIME_FORMAT", "%d %B %Y").output();
        compare(&output.expect("vo starts"), 0, "0644   123456  09 September 2001  large\n", "");
        folder.check("libc.vo", &[], 0, "", "");
    });
}

/// Text that becomes smaller by a third only: many blocks, and more of them than fit into one piece of output.
fn text() -> String {
    let squares = (1..60_000_u64).map(|n| n * n % 99_991);
    squares.map(|n| format!("{n}\n")).collect()
}

#[test]
fn zlib_unpacks_what_gzip_packs() {
    need_library("libz.so.1", "zlib1g");
    twice(|folder| {
        folder.write("text", text().as_bytes());
        folder.write("small", b"hello\n");
        folder.write("nothing", b"");
        folder.said("gzip", "gzip", &["-k", "text", "small", "nothing"]);
        let joined = [fs::read(folder.path("text.gz")), fs::read(folder.path("small.gz"))];
        folder.write("joined.gz", &joined.map(|part| part.expect("packed")).concat());
        for name in ["text.gz", "small.gz", "nothing.gz", "joined.gz"] {
            let output = folder.vo("zlib.vo", &[name]).output().expect("vo starts");
            assert_eq!((output.status.code(), output.stderr), (Some(0), vec![]), "{name}");
            // Not by assert_eq!, which would show all of it.
            assert!(output.stdout == folder.said("gzip", "gzip", &["-dc", name]), "{name} differs");
        }
        folder.check("zlib.vo", &["small.gz", "nothing.gz", "small.gz"], 0, "hello\nhello\n", "");
    });
}

#[test]
fn zlib_tells_what_is_wrong_with_a_file() {
    need_library("libz.so.1", "zlib1g");
    twice(|folder| {
        folder.write("small", b"hello\n");
        folder.said("gzip", "gzip", &["-k", "-n", "small"]);
        let packed = fs::read(folder.path("small.gz")).expect("packed");
        folder.write("short.gz", &packed[..packed.len() - 3]);
        for (name, at) in [("block.gz", 10), ("sum.gz", packed.len() - 8)] {
            let mut broken = packed.clone();
            broken[at] ^= 0x04;
            folder.write(name, &broken);
        }
        folder.write("empty.gz", b"");
        let rows = [
            ("short.gz", "hello\n", "short.gz: unexpected EOF\n"),
            ("block.gz", "", "block.gz: invalid block type\n"),
            ("sum.gz", "", "sum.gz: incorrect data check\n"),
            ("small", "", "small: incorrect header check\n"),
            ("none.gz", "", "none.gz: open none.gz: no such file or directory\n"),
        ];
        for (name, stdout, stderr) in rows {
            folder.check("zlib.vo", &[name], 1, stdout, stderr);
        }
        folder.check("zlib.vo", &["empty.gz"], 0, "", "");
    });
}

/// What the script shows: the planets with many moons, the largest first.
const PLANETS: &str = "\
Jupiter     97  69911.0
Saturn     274  58232.0
Uranus      28  25362.0
Neptune     16  24622.0
Mars         2   3389.5
";

#[test]
fn sqlite_has_the_rows_that_its_shell_has() {
    need_library("libsqlite3.so.0", "libsqlite3-0");
    twice(|folder| {
        folder.check("sqlite.vo", &["planets.db"], 0, PLANETS, "");
        let query = "SELECT * FROM planets WHERE moons > 0 ORDER BY radius DESC";
        let shell = folder.said("sqlite3", "sqlite3", &["planets.db", query]);
        let rows = |text: &str, between: fn(char) -> bool| -> Vec<Vec<String>> {
            let cells =
                |line: &str| line.split(between).filter(|cell| !cell.is_empty()).map(String::from).collect();
            text.lines().map(cells).collect()
        };
        let shell = rows(&String::from_utf8_lossy(&shell), |c| c == '|');
        assert_eq!(shell, rows(PLANETS, char::is_whitespace));
        // Without a name, in memory.
        folder.check("sqlite.vo", &[], 0, PLANETS, "");
    });
}

#[test]
fn sqlite_tells_why_it_cannot() {
    need_library("libsqlite3.so.0", "libsqlite3-0");
    twice(|folder| {
        folder.said("sqlite3", "sqlite3", &["old.db", "CREATE TABLE planets (name)"]);
        folder.write("text", &b"This is no database. ".repeat(100));
        fs::create_dir(folder.path("folder")).expect("a folder");
        let rows = [
            ("old.db", "Error: table planets already exists\n"),
            ("text", "Error: file is not a database\n"),
            ("folder", "Error: unable to open database file\n"),
        ];
        for (name, stdout) in rows {
            folder.check("sqlite.vo", &[name], 1, stdout, "");
        }
        let mut shell = folder.tool("sqlite3", "sqlite3");
        let mut shell =
            shell.arg("old.db").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
        let mut stdin = shell.stdin.take().expect("a pipe");
        stdin.write_all(b"BEGIN EXCLUSIVE;\n.print locked\n").expect("written");
        let mut said = [0; 7];
        std::io::Read::read_exact(shell.stdout.as_mut().expect("a pipe"), &mut said).expect("an answer");
        folder.check("sqlite.vo", &["old.db"], 1, "Error: database is locked\n", "");
        drop(stdin);
        shell.wait().expect("it ends");
    });
}

#[test]
fn points_go_to_c_and_come_back() {
    let expected = "\
garden has 152 bytes and area 6
last side: {{4 3} {0 0}} middle: {2 1.5}
moved: [{100 50} {104 50} {104 53}]
still there: [{0 0} {4 0} {4 3}]
turned: [{-2 1} {1 5} {-7 3}] within {{-7 1} {1 5}}
sides of [{from:{x:-50 y:100} to:{x:-50 y:104}} {from:{x:-50 y:104} to:{x:-53 y:104}} {from:{x:-53 y:104} to:{x:-50 y:100}}]
";
    twice(|folder| {
        let missing = String::from_utf8(folder.vo("points.vo", &[]).output().expect("vo starts").stderr);
        let missing = missing.expect("text");
        assert!(missing.starts_with("error: the library \"./libpoints.so\" cannot be loaded\n"), "{missing}");

        let source = examples().join("points.c").display().to_string();
        let flags = ["-shared", "-fPIC", "-Wall", "-Werror", "-o", "libpoints.so", &source];
        folder.said("cc", "gcc", &flags);
        folder.check("points.vo", &[], 0, expected, "");
    });
}

/// The scripts are to be read at a glance.
#[test]
fn scripts_that_call_c_are_short() {
    let mut names = Vec::new();
    for entry in fs::read_dir(examples()).expect("the folder").flatten() {
        let text = fs::read_to_string(entry.path()).expect("text");
        if text.contains("import \"C\"") {
            names.push(entry.file_name().into_string().expect("a name"));
            assert!(text.lines().count() < 60, "{names:?}");
            assert!(text.lines().all(|line| line.chars().count() <= 120), "{names:?}");
        }
    }
    names.sort();
    assert_eq!(names, ["libc.vo", "points.vo", "sqlite.vo", "zlib.vo"]);
}
