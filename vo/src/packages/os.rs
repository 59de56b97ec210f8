//! Package os: the process and its environment. Files are in `os_file.rs` and `os_path.rs`.

use std::fs;
use std::io;
use std::os::unix::ffi::OsStrExt;

use vo_ffi::prelude::*;
use vo_ffi::{Trap, TrapKind};

use crate::host::Host;

#[vo_extern("os.programArgs")]
fn program_args(ctx: &mut ExternCtx) -> Vec<String> {
    ctx.state::<Host>().args.clone()
}

#[vo_extern("os.Exit")]
fn exit(code: i32) -> Result<(), VoError> {
    Err(VoError::from_trap(Trap::of_kind(TrapKind::Exit(code), format!("exit status {code}"))))
}

#[vo_extern("os.Getenv")]
fn getenv(ctx: &mut ExternCtx, key: VoString) -> VoString {
    let value = ctx.state::<Host>().environment.get(key.as_bytes());
    ctx.new_string(value.unwrap_or_default())
}

#[vo_extern("os.LookupEnv")]
fn lookup_env(ctx: &mut ExternCtx, key: VoString) -> (VoString, bool) {
    let value = ctx.state::<Host>().environment.get(key.as_bytes());
    let found = value.is_some();
    (ctx.new_string(value.unwrap_or_default()), found)
}

/// Rust's functions panic on such names and values; C's refuse them.
fn check_variable(key: &[u8], value: &[u8]) -> Result<(), VoError> {
    let invalid = key.is_empty() || key.contains(&b'=') || key.contains(&0) || value.contains(&0);
    if invalid { Err(io::Error::from_raw_os_error(libc::EINVAL).into()) } else { Ok(()) }
}

#[vo_extern("os.setenv")]
fn setenv(ctx: &mut ExternCtx, key: VoString, value: VoString) -> Result<(), VoError> {
    check_variable(key.as_bytes(), value.as_bytes())?;
    ctx.state_mut::<Host>().environment.set(key.as_bytes(), value.as_bytes());
    Ok(())
}

#[vo_extern("os.unsetenv")]
fn unsetenv(ctx: &mut ExternCtx, key: VoString) -> Result<(), VoError> {
    check_variable(key.as_bytes(), b"")?;
    ctx.state_mut::<Host>().environment.remove(key.as_bytes());
    Ok(())
}

#[vo_extern("os.Environ")]
fn environ(ctx: &mut ExternCtx) -> Vec<String> {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let variables = ctx.state::<Host>().environment.all();
    variables.iter().map(|(key, value)| format!("{}={}", text(key), text(value))).collect()
}

#[vo_extern("os.Clearenv")]
fn clearenv(ctx: &mut ExternCtx) {
    let environment = &mut ctx.state_mut::<Host>().environment;
    environment.all().iter().for_each(|(key, _)| environment.remove(key));
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
