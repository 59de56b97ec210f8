//! Package os: open files.

use std::fs::{File, OpenOptions, Permissions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt, PermissionsExt};

use vo_ffi::prelude::*;

use super::os_path::{at, described, path, unix_mode};
use crate::host::{Host, STDERR, STDIN, STDOUT};

#[vo_extern("os.openFile")]
fn open_file(ctx: &mut ExternCtx, name: VoString, flag: i32, perm: u32) -> Result<i64, VoError> {
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
    Ok(ctx.state_mut::<Host>().files.add(file) as i64)
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
    ctx: &mut ExternCtx,
    file: &VoObject,
    operation: &str,
    f: impl FnOnce(&mut File) -> io::Result<R>,
) -> Result<R, VoError> {
    let (handle, name) = parts(file)?;
    let host = ctx.state_mut::<Host>();
    let result = match host.files.get(handle) {
        Some(file) => f(file),
        None => host.standard_file(handle).and_then(|mut file| f(&mut file)),
    };
    result.map_err(|error| at(operation, &name, &error))
}

#[vo_extern("os.File.read")]
fn file_read(ctx: &mut ExternCtx, file: VoObject, mut b: VoSlice<u8>) -> Result<i64, VoError> {
    let mut data = vec![0; b.len()];
    let n = match parts(&file)? {
        (STDIN, name) => {
            ctx.state_mut::<Host>().read(&mut data).map_err(|error| at("read", &name, &error))?
        }
        _ => with_file(ctx, &file, "read", |file| file.read(&mut data))?,
    };
    b.copy_from_slice(&data[..n]);
    Ok(n as i64)
}

#[vo_extern("os.File.readAt")]
fn file_read_at(ctx: &mut ExternCtx, file: VoObject, mut b: VoSlice<u8>, off: i64) -> Result<i64, VoError> {
    let mut data = vec![0; b.len()];
    let n = with_file(ctx, &file, "read", |file| file.read_at(&mut data, off as u64))?;
    b.copy_from_slice(&data[..n]);
    Ok(n as i64)
}

fn write(ctx: &mut ExternCtx, file: &VoObject, data: &[u8]) -> Result<i64, VoError> {
    let result = match parts(file)? {
        (STDOUT, _) => ctx.state_mut::<Host>().write(data),
        (STDERR, name) => {
            ctx.state_mut::<Host>().write_error(data).map_err(|error| at("write", &name, &error))
        }
        _ => with_file(ctx, file, "write", |file| file.write_all(data)),
    };
    result.map(|()| data.len() as i64)
}

#[vo_extern("os.File.write")]
fn file_write(ctx: &mut ExternCtx, file: VoObject, b: &[u8]) -> Result<i64, VoError> {
    write(ctx, &file, b)
}

#[vo_extern("os.File.writeString")]
fn file_write_string(ctx: &mut ExternCtx, file: VoObject, s: VoString) -> Result<i64, VoError> {
    write(ctx, &file, s.as_bytes())
}

#[vo_extern("os.File.writeAt")]
fn file_write_at(ctx: &mut ExternCtx, file: VoObject, b: &[u8], off: i64) -> Result<i64, VoError> {
    with_file(ctx, &file, "write", |file| file.write_all_at(b, off as u64))?;
    Ok(b.len() as i64)
}

#[vo_extern("os.File.seek")]
fn file_seek(ctx: &mut ExternCtx, file: VoObject, offset: i64, whence: i64) -> Result<i64, VoError> {
    let invalid = || io::Error::from_raw_os_error(libc::EINVAL);
    let position = match whence {
        0 => u64::try_from(offset).map(SeekFrom::Start).map_err(|_| invalid()),
        1 => Ok(SeekFrom::Current(offset)),
        2 => Ok(SeekFrom::End(offset)),
        _ => Err(invalid()),
    };
    with_file(ctx, &file, "seek", |file| file.seek(position?)).map(|at| at as i64)
}

#[vo_extern("os.File.truncate")]
fn file_truncate(ctx: &mut ExternCtx, file: VoObject, size: i64) -> Result<(), VoError> {
    let size = u64::try_from(size).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL));
    with_file(ctx, &file, "truncate", |file| file.set_len(size?))
}

#[vo_extern("os.File.sync")]
fn file_sync(ctx: &mut ExternCtx, file: VoObject) -> Result<(), VoError> {
    with_file(ctx, &file, "sync", |file| file.sync_all())
}

#[vo_extern("os.File.chmod")]
fn file_chmod(ctx: &mut ExternCtx, file: VoObject, mode: u32) -> Result<(), VoError> {
    let permissions = Permissions::from_mode(unix_mode(mode));
    with_file(ctx, &file, "chmod", |file| file.set_permissions(permissions))
}

#[vo_extern("os.File.stat")]
fn file_stat(ctx: &mut ExternCtx, file: VoObject) -> Result<(i64, u32, i64), VoError> {
    with_file(ctx, &file, "stat", |file| file.metadata()).map(|metadata| described(&metadata))
}

#[vo_extern("os.File.Fd")]
fn file_fd(ctx: &mut ExternCtx, file: VoObject) -> u64 {
    use std::os::fd::AsRawFd;
    match parts(&file) {
        Ok((handle @ STDIN..=STDERR, _)) => handle as u64 - 1,
        _ => with_file(ctx, &file, "fd", |file| Ok(file.as_raw_fd() as u64)).unwrap_or(u64::MAX),
    }
}

#[vo_extern("os.closeFile")]
fn close_file(ctx: &mut ExternCtx, handle: i64) {
    if let Ok(handle) = usize::try_from(handle) {
        ctx.state_mut::<Host>().files.close(handle);
    }
}
