//! Package os. Errors read as Go's: `open hello.txt: no such file or directory`.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use vo_ffi::prelude::*;

use super::stdout;
use crate::heap::memory_limit;

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

fn path<'a>(name: &'a VoString) -> &'a Path {
    Path::new(OsStr::from_bytes(name.as_bytes()))
}

fn at(operation: &str, name: &VoString, error: &io::Error) -> VoError {
    VoError::of_path(operation, &name.to_str_lossy(), error)
}

#[vo_extern("os.ReadFile")]
fn read_file(name: VoString) -> Result<Vec<u8>, VoError> {
    let file = File::open(path(&name)).map_err(|error| at("open", &name, &error))?;
    let mut data = Vec::new();
    // /dev/zero has no end.
    let most = memory_limit() as u64;
    let read = file.take(most).read_to_end(&mut data);
    match read {
        Ok(len) if len as u64 == most => Err(at("read", &name, &io::ErrorKind::OutOfMemory.into())),
        Ok(_) => Ok(data),
        Err(error) => Err(at("read", &name, &error)),
    }
}

#[vo_extern("os.WriteFile")]
fn write_file(name: VoString, data: &[u8], perm: u32) -> Result<(), VoError> {
    let mut options = OpenOptions::new();
    let options = options.write(true).create(true).truncate(true).mode(perm);
    let mut file = options.open(path(&name)).map_err(|error| at("open", &name, &error))?;
    file.write_all(data).map_err(|error| at("write", &name, &error))
}

/// The open files; their handles follow those of the standard ones, which are not in the table.
static FILES: Mutex<Vec<Option<File>>> = Mutex::new(Vec::new());
const STDIN: usize = 1;
const STDOUT: usize = 2;
const STDERR: usize = 3;
const FIRST: usize = 4;

fn files() -> MutexGuard<'static, Vec<Option<File>>> {
    FILES.lock().unwrap_or_else(PoisonError::into_inner)
}

#[vo_extern("os.openFile")]
fn open_file(name: VoString, flag: i32, perm: u32) -> Result<i64, VoError> {
    let access = flag & libc::O_ACCMODE;
    let mut options = OpenOptions::new();
    options.read(access != libc::O_WRONLY).write(access != libc::O_RDONLY).mode(perm);
    options.append(flag & libc::O_APPEND != 0).truncate(flag & libc::O_TRUNC != 0);
    match flag & (libc::O_CREAT | libc::O_EXCL) {
        libc::O_CREAT => options.create(true),
        both if both == libc::O_CREAT | libc::O_EXCL => options.create_new(true),
        _ => &mut options,
    };
    let file = options.open(path(&name)).map_err(|error| at("open", &name, &error))?;
    let mut files = files();
    let free = files.iter().position(Option::is_none).unwrap_or(files.len());
    if free == files.len() {
        files.push(None);
    }
    files[free] = Some(file);
    Ok((free + FIRST) as i64)
}

/// The handle and the name of a `File`.
fn parts<'call>(file: &VoObject<'call>) -> Result<(usize, VoString<'call>), VoError> {
    if file.is_nil() {
        return Err(VoError::new("invalid argument"));
    }
    match (file.field(0), file.field(1)) {
        (VoValue::Int(handle @ 1..), VoValue::String(name)) => Ok((handle as usize, name)),
        _ => Err(VoError::new("invalid argument")),
    }
}

fn with_file<R>(
    file: &VoObject,
    operation: &str,
    f: impl FnOnce(&mut File) -> io::Result<R>,
) -> Result<R, VoError> {
    let (handle, name) = parts(file)?;
    let mut files = files();
    match handle.checked_sub(FIRST).and_then(|index| files.get_mut(index)?.as_mut()) {
        Some(file) => f(file).map_err(|error| at(operation, &name, &error)),
        None => Err(VoError::new(format!("{operation} {name}: file already closed"))),
    }
}

#[vo_extern("os.File.read")]
fn file_read(file: VoObject, mut b: VoSlice<u8>) -> Result<i64, VoError> {
    let mut data = vec![0; b.len()];
    let n = match parts(&file)? {
        (STDIN, name) => {
            stdout::flush_stdout();
            io::stdin().lock().read(&mut data).map_err(|error| at("read", &name, &error))?
        }
        _ => with_file(&file, "read", |file| file.read(&mut data))?,
    };
    b.copy_from_slice(&data[..n]);
    Ok(n as i64)
}

fn write(file: &VoObject, data: &[u8]) -> Result<i64, VoError> {
    let result = match parts(file)? {
        (STDOUT, name) => stdout::write(data).map_err(|error| at("write", &name, &error)),
        (STDERR, name) => io::stderr().write_all(data).map_err(|error| at("write", &name, &error)),
        _ => with_file(file, "write", |file| file.write_all(data)),
    };
    result.map(|()| data.len() as i64)
}

#[vo_extern("os.File.Write")]
fn file_write(file: VoObject, b: &[u8]) -> Result<i64, VoError> {
    write(&file, b)
}

#[vo_extern("os.File.WriteString")]
fn file_write_string(file: VoObject, s: VoString) -> Result<i64, VoError> {
    write(&file, s.as_bytes())
}

#[vo_extern("os.File.Close")]
fn file_close(file: VoObject) -> Result<(), VoError> {
    let (handle, name) = parts(&file)?;
    let Some(index) = handle.checked_sub(FIRST) else { return Ok(()) };
    match files().get_mut(index).and_then(Option::take) {
        Some(_) => Ok(()),
        None => Err(VoError::new(format!("close {name}: file already closed"))),
    }
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
fn check_variable(operation: &str, key: &[u8], value: &[u8]) -> Result<(), VoError> {
    let invalid = key.is_empty() || key.contains(&b'=') || key.contains(&0) || value.contains(&0);
    if invalid { Err(VoError::new(format!("{operation}: invalid argument"))) } else { Ok(()) }
}

#[vo_extern("os.Setenv")]
fn setenv(key: VoString, value: VoString) -> Result<(), VoError> {
    check_variable("setenv", key.as_bytes(), value.as_bytes())?;
    // SAFETY: Rust code of this process takes the standard library's lock; C code that reads the environment
    // in another thread at the same time is the script's to avoid, as with C's setenv.
    unsafe { std::env::set_var(OsStr::from_bytes(key.as_bytes()), OsStr::from_bytes(value.as_bytes())) };
    Ok(())
}

#[vo_extern("os.Unsetenv")]
fn unsetenv(key: VoString) -> Result<(), VoError> {
    check_variable("unsetenv", key.as_bytes(), b"")?;
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

#[vo_extern("os.Getpid")]
fn getpid() -> i64 {
    std::process::id().into()
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

#[vo_extern("os.Remove")]
fn remove(name: VoString) -> Result<(), VoError> {
    let is_folder = fs::symlink_metadata(path(&name)).is_ok_and(|metadata| metadata.is_dir());
    let result = if is_folder { fs::remove_dir(path(&name)) } else { fs::remove_file(path(&name)) };
    result.map_err(|error| at("remove", &name, &error))
}

#[vo_extern("os.RemoveAll")]
fn remove_all(name: VoString) -> Result<(), VoError> {
    let result = match fs::symlink_metadata(path(&name)) {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path(&name)),
        Ok(_) => fs::remove_file(path(&name)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    };
    result.map_err(|error| at("unlinkat", &name, &error))
}

#[vo_extern("os.Rename")]
fn rename(old: VoString, new: VoString) -> Result<(), VoError> {
    fs::rename(path(&old), path(&new)).map_err(|error| at(&format!("rename {old}"), &new, &error))
}

#[vo_extern("os.Mkdir")]
fn mkdir(name: VoString, perm: u32) -> Result<(), VoError> {
    DirBuilder::new().mode(perm).create(path(&name)).map_err(|error| at("mkdir", &name, &error))
}

#[vo_extern("os.MkdirAll")]
fn mkdir_all(name: VoString, perm: u32) -> Result<(), VoError> {
    DirBuilder::new()
        .recursive(true)
        .mode(perm)
        .create(path(&name))
        .map_err(|error| at("mkdir", &name, &error))
}

#[vo_extern("os.stat")]
fn stat(name: VoString) -> Result<(i64, bool), VoError> {
    let metadata = fs::metadata(path(&name)).map_err(|error| at("stat", &name, &error))?;
    Ok((metadata.len() as i64, metadata.is_dir()))
}
