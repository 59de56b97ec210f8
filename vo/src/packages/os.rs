//! Package os: the process and its environment. Files are in `os_file.rs` and `os_path.rs`.

use std::ffi::OsStr;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::sync::OnceLock;
use std::{fs, io};

use vo_ffi::prelude::*;

use super::stdout;

static ARGS: OnceLock<Vec<String>> = OnceLock::new();

/// Sets what `os.Args` holds: the program's name and its arguments. Only the first call counts.
pub fn set_args(args: Vec<String>) {
    // A process has one command line; another machine in it sees the same.
    let _ = ARGS.set(args);
}

#[vo_extern("os.programArgs")]
fn program_args() -> Vec<String> {
    ARGS.get().cloned().unwrap_or_default()
}

#[vo_extern("os.Exit")]
fn exit(code: i32) {
    stdout::flush_stdout();
    std::process::exit(code)
}

fn os_string(value: std::ffi::OsString) -> Vec<u8> {
    value.into_vec()
}

#[vo_extern("os.Getenv")]
fn getenv(ctx: &mut ExternCtx, key: VoString) -> VoString {
    let value = std::env::var_os(OsStr::from_bytes(key.as_bytes())).map(os_string);
    ctx.new_string(value.unwrap_or_default())
}

#[vo_extern("os.LookupEnv")]
fn lookup_env(ctx: &mut ExternCtx, key: VoString) -> (VoString, bool) {
    let value = std::env::var_os(OsStr::from_bytes(key.as_bytes())).map(os_string);
    let found = value.is_some();
    (ctx.new_string(value.unwrap_or_default()), found)
}

/// Rust's functions panic on such names and values; C's refuse them.
fn check_variable(key: &[u8], value: &[u8]) -> Result<(), VoError> {
    let invalid = key.is_empty() || key.contains(&b'=') || key.contains(&0) || value.contains(&0);
    if invalid { Err(io::Error::from_raw_os_error(libc::EINVAL).into()) } else { Ok(()) }
}

#[vo_extern("os.setenv")]
fn setenv(key: VoString, value: VoString) -> Result<(), VoError> {
    check_variable(key.as_bytes(), value.as_bytes())?;
    // SAFETY: Rust code of this process takes the standard library's lock; C code that reads the environment
    // in another thread at the same time is the script's to avoid, as with C's setenv.
    unsafe { std::env::set_var(OsStr::from_bytes(key.as_bytes()), OsStr::from_bytes(value.as_bytes())) };
    Ok(())
}

#[vo_extern("os.unsetenv")]
fn unsetenv(key: VoString) -> Result<(), VoError> {
    check_variable(key.as_bytes(), b"")?;
    // SAFETY: as for `setenv`.
    unsafe { std::env::remove_var(OsStr::from_bytes(key.as_bytes())) };
    Ok(())
}

#[vo_extern("os.Environ")]
fn environ() -> Vec<String> {
    std::env::vars_os()
        .map(|(key, value)| format!("{}={}", key.to_string_lossy(), value.to_string_lossy()))
        .collect()
}

#[vo_extern("os.Clearenv")]
fn clearenv() {
    for (key, _) in std::env::vars_os() {
        // SAFETY: as for `setenv`.
        unsafe { std::env::remove_var(key) };
    }
}

#[vo_extern("os.Getpid")]
fn getpid() -> i64 {
    std::process::id().into()
}

#[vo_extern("os.Getppid")]
fn getppid() -> i64 {
    std::os::unix::process::parent_id().into()
}

#[vo_extern("os.Getuid")]
fn getuid() -> i64 {
    // SAFETY: getuid has no conditions and cannot fail.
    unsafe { libc::getuid() }.into()
}

#[vo_extern("os.Getgid")]
fn getgid() -> i64 {
    // SAFETY: as for getuid.
    unsafe { libc::getgid() }.into()
}

#[vo_extern("os.Executable")]
fn executable(ctx: &mut ExternCtx) -> Result<VoString, VoError> {
    let path = std::env::current_exe()?;
    Ok(ctx.new_string(path.as_os_str().as_bytes()))
}

#[vo_extern("os.Getwd")]
fn getwd(ctx: &mut ExternCtx) -> Result<VoString, VoError> {
    let folder = std::env::current_dir()?;
    Ok(ctx.new_string(folder.as_os_str().as_bytes()))
}

#[vo_extern("os.Hostname")]
fn hostname() -> Result<String, VoError> {
    let name = fs::read_to_string("/proc/sys/kernel/hostname")?;
    Ok(name.trim_end().to_string())
}

#[vo_extern("os.TempDir")]
fn temp_dir(ctx: &mut ExternCtx) -> VoString {
    ctx.new_string(std::env::temp_dir().as_os_str().as_bytes())
}
