//! Package os: open files.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt, PermissionsExt};
use std::sync::{Mutex, MutexGuard, PoisonError};

use vo_ffi::prelude::*;

use super::os_path::{at, described, path, unix_mode};
use super::stdout;

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
    options.read(access != libc::O_WRONLY).write(access != libc::O_RDONLY).mode(unix_mode(perm));
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

/// The handle and the name of a `File`, which os.vo knows to be open.
fn parts<'call>(file: &VoObject<'call>) -> Result<(usize, VoString<'call>), VoError> {
    match (file.field(0), file.field(1)) {
        (VoValue::Int(handle @ 1..), VoValue::String(name)) => Ok((handle as usize, name)),
        _ => Err(invalid()),
    }
}

fn invalid() -> VoError {
    io::Error::from_raw_os_error(libc::EINVAL).into()
}

/// Runs an operation on the file of a handle; the standard ones are borrowed from the process.
fn with_file<R>(
    file: &VoObject,
    operation: &str,
    f: impl FnOnce(&mut File) -> io::Result<R>,
) -> Result<R, VoError> {
    let (handle, name) = parts(file)?;
    let Some(index) = handle.checked_sub(FIRST) else {
        stdout::flush_stdout();
        let result = standard(handle).and_then(|mut file| f(&mut file));
        return result.map_err(|error| at(operation, &name, &error));
    };
    match files().get_mut(index).and_then(Option::as_mut) {
        Some(file) => f(file).map_err(|error| at(operation, &name, &error)),
        None => Err(at(operation, &name, &io::Error::from_raw_os_error(libc::EBADF))),
    }
}

/// A second descriptor of a standard file.
fn standard(handle: usize) -> io::Result<File> {
    use std::os::fd::{AsFd, OwnedFd};
    let descriptor: OwnedFd = match handle {
        STDIN => io::stdin().as_fd().try_clone_to_owned()?,
        STDOUT => io::stdout().as_fd().try_clone_to_owned()?,
        _ => io::stderr().as_fd().try_clone_to_owned()?,
    };
    Ok(File::from(descriptor))
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

#[vo_extern("os.File.readAt")]
fn file_read_at(file: VoObject, mut b: VoSlice<u8>, off: i64) -> Result<i64, VoError> {
    let mut data = vec![0; b.len()];
    let n = with_file(&file, "read", |file| file.read_at(&mut data, off as u64))?;
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

#[vo_extern("os.File.write")]
fn file_write(file: VoObject, b: &[u8]) -> Result<i64, VoError> {
    write(&file, b)
}

#[vo_extern("os.File.writeString")]
fn file_write_string(file: VoObject, s: VoString) -> Result<i64, VoError> {
    write(&file, s.as_bytes())
}

#[vo_extern("os.File.writeAt")]
fn file_write_at(file: VoObject, b: &[u8], off: i64) -> Result<i64, VoError> {
    with_file(&file, "write", |file| file.write_all_at(b, off as u64))?;
    Ok(b.len() as i64)
}

#[vo_extern("os.File.seek")]
fn file_seek(file: VoObject, offset: i64, whence: i64) -> Result<i64, VoError> {
    let invalid = || io::Error::from_raw_os_error(libc::EINVAL);
    let position = match whence {
        0 => u64::try_from(offset).map(SeekFrom::Start).map_err(|_| invalid()),
        1 => Ok(SeekFrom::Current(offset)),
        2 => Ok(SeekFrom::End(offset)),
        _ => Err(invalid()),
    };
    with_file(&file, "seek", |file| file.seek(position?)).map(|at| at as i64)
}

#[vo_extern("os.File.truncate")]
fn file_truncate(file: VoObject, size: i64) -> Result<(), VoError> {
    let size = u64::try_from(size).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL));
    with_file(&file, "truncate", |file| file.set_len(size?))
}

#[vo_extern("os.File.sync")]
fn file_sync(file: VoObject) -> Result<(), VoError> {
    with_file(&file, "sync", |file| file.sync_all())
}

#[vo_extern("os.File.chmod")]
fn file_chmod(file: VoObject, mode: u32) -> Result<(), VoError> {
    let permissions = Permissions::from_mode(unix_mode(mode));
    with_file(&file, "chmod", |file| file.set_permissions(permissions))
}

#[vo_extern("os.File.stat")]
fn file_stat(file: VoObject) -> Result<(i64, u32, i64), VoError> {
    with_file(&file, "stat", |file| file.metadata()).map(|metadata| described(&metadata))
}

#[vo_extern("os.File.Fd")]
fn file_fd(file: VoObject) -> u64 {
    use std::os::fd::AsRawFd;
    match parts(&file) {
        Ok((handle @ STDIN..=STDERR, _)) => handle as u64 - 1,
        _ => with_file(&file, "fd", |file| Ok(file.as_raw_fd() as u64)).unwrap_or(u64::MAX),
    }
}

#[vo_extern("os.closeFile")]
fn close_file(handle: i64) {
    let index = usize::try_from(handle).ok().and_then(|handle| handle.checked_sub(FIRST));
    if let Some(index) = index {
        // Dropping a file closes it.
        let _closed = files().get_mut(index).and_then(Option::take);
    }
}
