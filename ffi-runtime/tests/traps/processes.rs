//! What happens to a whole process: each row runs this program again.

use std::os::unix::process::ExitStatusExt as _;
use std::process::{Command, Output};
use std::sync::Arc;

use libtest_mimic::{Failed, Trial};
use vo_ffi_core::Slot;
use vo_ffi_core::c::{CScalar, CType, CTypes, FuncSig};
use vo_ffi_runtime::{CallOptions, CallPath, Callback, Function, StubChoice, StubError, stubs_in_use};

/// Says which row a child is.
const CHILD: &str = "VO_FFI_TRAP";
const CHOICE: &str = "VO_FFI_STUB";

/// How a child ends.
#[derive(Debug, PartialEq)]
enum End {
    /// With this output.
    Output(&'static str),
    /// By this signal.
    Signal(i32),
    /// By a panic with this in its text.
    Panic(&'static str),
}
use End::{Output as Writes, Panic, Signal};

/// What a child runs, what [`CHOICE`] is, and how it ends.
struct Row {
    name: &'static str,
    run: fn(),
    choice: Option<&'static str>,
    end: End,
}

const REFUSED: &str = "libffi: the system refuses memory for new code: Operation not permitted (os error 1)\n42\n\
    it cannot be called here: the system refuses memory for new code: Operation not permitted (os error 1); \
    a stub was asked for\n";

const ROWS: [Row; 13] = [
    Row { name: "counted", run: counted, choice: None, end: Writes("0 1 1 2 1 0\n") },
    Row { name: "stale", run: stale, choice: None, end: Signal(libc::SIGTRAP) },
    Row { name: "forks", run: forks, choice: None, end: Writes("both processes go on\n") },
    Row { name: "no memfd", run: without_memory_files, choice: None, end: Writes(REFUSED) },
    Row { name: "no executable maps", run: without_executable_maps, choice: None, end: Writes(REFUSED) },
    Row {
        name: "no gain of rights",
        run: without_gain,
        choice: None,
        end: Writes("a stub of its own signature\n42\n"),
    },
    Row { name: "unset", run: path, choice: None, end: Writes("a stub of its own signature\n42\n") },
    Row { name: "empty", run: path, choice: Some(""), end: Writes("a stub of its own signature\n42\n") },
    Row { name: "auto", run: path, choice: Some("auto"), end: Writes("a stub of its own signature\n42\n") },
    Row {
        name: "native",
        run: path,
        choice: Some("native"),
        end: Writes("a stub of its own signature\n42\n"),
    },
    Row {
        name: "libffi",
        run: path,
        choice: Some("libffi"),
        end: Writes("libffi: libffi was asked for\n42\n"),
    },
    Row {
        name: "nonsense",
        run: path,
        choice: Some("nonsense"),
        end: Panic("VO_FFI_STUB is \"nonsense\"; set it to native, libffi or auto"),
    },
    Row { name: "no way", run: no_way, choice: Some("libffi"), end: Writes(NO_WAY) },
];

const NO_WAY: &str =
    "it cannot be called here: libffi was asked for; libffi has no 128-bit integers: __int128\n";

pub(crate) fn trials() -> Vec<Trial> {
    ROWS.iter().map(|row| Trial::test(format!("process: {}", row.name), move || check(row))).collect()
}

fn check(row: &Row) -> Result<(), Failed> {
    let mut command = Command::new(std::env::current_exe()?);
    command.env(CHILD, row.name).env_remove(CHOICE).env("RUST_BACKTRACE", "0");
    if let Some(choice) = row.choice {
        command.env(CHOICE, choice);
    }
    let output = command.output()?;
    let Output { status, stdout, stderr } = &output;
    let (stdout, stderr) = (String::from_utf8_lossy(stdout), String::from_utf8_lossy(stderr));
    let ends = match row.end {
        Writes(text) => status.success() && stdout == text,
        Signal(signal) => status.signal() == Some(signal),
        Panic(text) => status.code() == Some(101) && stderr.contains(text),
    };
    if ends { Ok(()) } else { Err(format!("{status}, expected {:?}\n{stdout}{stderr}", row.end).into()) }
}

pub(crate) fn is_child() -> bool {
    std::env::var_os(CHILD).is_some()
}

pub(crate) fn run_child() {
    let name = std::env::var(CHILD).expect("a name");
    let row = ROWS.iter().find(|row| row.name == name).expect("a row");
    (row.run)();
}

extern "C" fn sum(a: i64, b: i64) -> i64 {
    a + b
}

/// `sum`, called with parameters of these types.
fn sum_of(params: [CScalar; 2], stubs: StubChoice) -> Result<Function, StubError> {
    let params = params.map(CType::scalar).to_vec();
    let sig = FuncSig { params, variadic: false, result: CType::scalar(CScalar::Long), convention: None };
    let options = CallOptions { errno: false, stubs };
    // SAFETY: the function is part of this program.
    unsafe { Function::at(sum as *const (), Arc::new(CTypes::new()), sig, options) }
}

fn made(params: [CScalar; 2]) -> Function {
    sum_of(params, StubChoice::from_env()).expect("a function")
}

fn called(function: &Function) -> i64 {
    let mut frame = [Slot::from_i64(40), Slot::from_i64(2), Slot::ZERO];
    // SAFETY: integers of any width are words for `sum`.
    unsafe { function.call_frame(&mut frame) };
    frame[2].as_i64()
}

const LONGS: [CScalar; 2] = [CScalar::Long; 2];

fn counted() {
    let mut counts = vec![stubs_in_use()];
    let first = made(LONGS);
    counts.push(stubs_in_use());
    let same = made([CScalar::LongLong; 2]);
    counts.push(stubs_in_use());
    let other = made([CScalar::Long, CScalar::Int]);
    counts.push(stubs_in_use());
    drop((first, same));
    counts.push(stubs_in_use());
    drop(other);
    counts.push(stubs_in_use());
    let counts: Vec<String> = counts.iter().map(usize::to_string).collect();
    println!("{}", counts.join(" "));
}

fn stale() {
    let sig = FuncSig { params: vec![], variadic: false, result: CType::VOID, convention: None };
    let callback =
        Callback::with_choice(StubChoice::Native, &CTypes::new(), &sig, |_| {}).expect("a callback");
    // SAFETY: it has this type; that it will be gone is what this is about.
    let function: extern "C" fn() = unsafe { std::mem::transmute(callback.code()) };
    function();
    drop(callback);
    function();
    println!("the stale call returned");
}

fn path() {
    let function = made(LONGS);
    println!("{}\n{}", function.path(), called(&function));
}

fn no_way() {
    let error = sum_of([CScalar::Int128; 2], StubChoice::from_env()).expect_err("no way to call it");
    println!("{error}");
}

/// Both processes make, call and free stubs of the same signatures at the same time.
fn forks() {
    let before = made(LONGS);
    let (mut freed, mut free) = std::io::pipe().expect("a pipe");
    // SAFETY: this process has one thread.
    let child = unsafe { libc::fork() };
    let make_many = || {
        use CScalar::{Char, Int, Long, Short, UnsignedInt};
        for round in 0..500 {
            let all = [Char, Short, Int, UnsignedInt, Long]
                .map(|first| [Int, Long].map(|second| made([first, second])));
            assert!(all.iter().flatten().all(|function| called(function) == 42), "round {round}");
        }
    };
    if child == 0 {
        drop(free);
        let mut byte = [0];
        std::io::Read::read_exact(&mut freed, &mut byte).expect("the parent's word");
        assert_eq!(called(&before), 42, "the parent has freed its own");
        make_many();
        drop(before);
        make_many();
        std::process::exit(0);
    }
    drop(before);
    std::io::Write::write_all(&mut free, b"f").expect("a child");
    make_many();
    let mut status = 0;
    // SAFETY: the child is this process's own, and the place is a number.
    assert_eq!(unsafe { libc::waitpid(child, &raw mut status, 0) }, child);
    assert_eq!(status, 0, "the child's status");
    println!("both processes go on");
}

fn refused() {
    path();
    let error = sum_of(LONGS, StubChoice::Native).expect_err("no way to call it");
    println!("{error}");
    let long = CType::scalar(CScalar::Long);
    let sig = FuncSig { params: vec![long], variadic: false, result: long, convention: None };
    match Callback::new(&CTypes::new(), &sig, |frame| frame.set_result(frame.arg(0))) {
        Ok(callback) => {
            assert!(matches!(callback.path(), CallPath::Libffi { .. }), "{}", callback.path());
            // SAFETY: the callback has this type, and lives.
            let function: extern "C" fn(i64) -> i64 = unsafe { std::mem::transmute(callback.code()) };
            assert_eq!(function(42), 42);
        }
        Err(error) => assert!(error.to_string().contains("libffi makes no closure"), "{error}"),
    }
}

fn without_memory_files() {
    forbid(&[
        statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        statement(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, libc::SYS_memfd_create as u32, 0, 1),
        statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ERRNO | libc::EPERM as u32, 0, 0),
        statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW, 0, 0),
    ]);
    refused();
}

fn without_executable_maps() {
    // Where the third argument is in `seccomp_data`.
    const RIGHTS: u32 = 16 + 2 * 8;
    forbid(&[
        statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, 0, 0, 0),
        statement(libc::BPF_JMP | libc::BPF_JEQ | libc::BPF_K, libc::SYS_mmap as u32, 0, 3),
        statement(libc::BPF_LD | libc::BPF_W | libc::BPF_ABS, RIGHTS, 0, 0),
        statement(libc::BPF_JMP | libc::BPF_JSET | libc::BPF_K, libc::PROT_EXEC as u32, 0, 1),
        statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ERRNO | libc::EPERM as u32, 0, 0),
        statement(libc::BPF_RET | libc::BPF_K, libc::SECCOMP_RET_ALLOW, 0, 0),
    ]);
    refused();
}

fn statement(code: u32, k: u32, jt: u8, jf: u8) -> libc::sock_filter {
    libc::sock_filter { code: code as u16, jt, jf, k }
}

/// Filters the system calls of this process from now on.
fn forbid(filter: &[libc::sock_filter]) {
    let program = libc::sock_fprog { len: filter.len() as u16, filter: filter.as_ptr().cast_mut() };
    // SAFETY: the program is read at once; it ends in a return on every way.
    unsafe {
        assert_eq!(libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
        let program = &raw const program;
        assert_eq!(libc::prctl(libc::PR_SET_SECCOMP, libc::SECCOMP_MODE_FILTER, program), 0);
    }
}

/// No map can become executable from now on: memory that is mapped twice never does. Kernels before 6.3 do not know this.
fn without_gain() {
    // SAFETY: the call changes what later calls may do, no memory.
    let refused = unsafe { libc::prctl(libc::PR_SET_MDWE, libc::PR_MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) };
    assert!(refused == 0 || std::io::Error::last_os_error().raw_os_error() == Some(libc::EINVAL));
    path();
}
