//! Package os: files and folders by their names. Errors read as Go's: `open hello.txt: no such file or directory`.

use std::ffi::OsStr;
use std::fs::{self, DirBuilder, File, FileTimes, Metadata, OpenOptions, Permissions};
use std::io::{self, Read, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::Path;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use vo_ffi::prelude::*;

use crate::heap::memory_limit;

pub(super) fn path<'a>(name: &'a VoString) -> &'a Path {
    Path::new(OsStr::from_bytes(name.as_bytes()))
}

pub(super) fn at(operation: &str, name: &VoString, error: &io::Error) -> VoError {
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

/// The caller names the two files in the error.
#[vo_extern("os.rename")]
fn rename(old: VoString, new: VoString) -> Result<(), VoError> {
    Ok(fs::rename(path(&old), path(&new))?)
}

#[vo_extern("os.link")]
fn link(old: VoString, new: VoString) -> Result<(), VoError> {
    Ok(fs::hard_link(path(&old), path(&new))?)
}

#[vo_extern("os.symlink")]
fn symlink(old: VoString, new: VoString) -> Result<(), VoError> {
    Ok(std::os::unix::fs::symlink(path(&old), path(&new))?)
}

#[vo_extern("os.Readlink")]
fn read_link<'call>(ctx: &mut ExternCtx<'call>, name: VoString<'call>) -> Result<VoString<'call>, VoError> {
    let target = fs::read_link(path(&name)).map_err(|error| at("readlink", &name, &error))?;
    Ok(ctx.new_string(target.as_os_str().as_bytes()))
}

#[vo_extern("os.Chdir")]
fn chdir(dir: VoString) -> Result<(), VoError> {
    std::env::set_current_dir(path(&dir)).map_err(|error| at("chdir", &dir, &error))
}

#[vo_extern("os.Chmod")]
fn chmod(name: VoString, mode: u32) -> Result<(), VoError> {
    let permissions = Permissions::from_mode(unix_mode(mode));
    fs::set_permissions(path(&name), permissions).map_err(|error| at("chmod", &name, &error))
}

#[vo_extern("os.Truncate")]
fn truncate(name: VoString, size: i64) -> Result<(), VoError> {
    let set_len = |size| OpenOptions::new().write(true).open(path(&name))?.set_len(size);
    let size = u64::try_from(size).map_err(|_| io::Error::from_raw_os_error(libc::EINVAL));
    size.and_then(set_len).map_err(|error| at("truncate", &name, &error))
}

#[vo_extern("os.chtimes")]
fn chtimes(name: VoString, accessed: i64, modified: i64) -> Result<(), VoError> {
    let times = FileTimes::new().set_accessed(instant(accessed)).set_modified(instant(modified));
    let result = File::open(path(&name)).and_then(|file| file.set_times(times));
    result.map_err(|error| at("chtimes", &name, &error))
}

fn instant(nanos: i64) -> SystemTime {
    let distance = Duration::from_nanos(nanos.unsigned_abs());
    if nanos < 0 { UNIX_EPOCH - distance } else { UNIX_EPOCH + distance }
}

/// The name of the operation in errors is the caller's.
#[vo_extern("os.stat")]
fn stat(operation: VoString, name: VoString) -> Result<(i64, u32, i64), VoError> {
    let metadata = if operation.as_bytes() == b"lstat" { fs::symlink_metadata } else { fs::metadata };
    let metadata = metadata(path(&name)).map_err(|error| at(&operation.to_str_lossy(), &name, &error))?;
    Ok(described(&metadata))
}

/// Size, mode, and nanoseconds since 1970 of the last change.
pub(super) fn described(metadata: &Metadata) -> (i64, u32, i64) {
    let modified = metadata.mtime().saturating_mul(1_000_000_000).saturating_add(metadata.mtime_nsec());
    (metadata.len() as i64, go_mode(metadata.mode()), modified)
}

const GO_SETUID: u32 = 1 << 23;
const GO_SETGID: u32 = 1 << 22;
const GO_STICKY: u32 = 1 << 20;

/// A mode of the system as a `fs.FileMode`.
fn go_mode(mode: u32) -> u32 {
    let kind = match mode & libc::S_IFMT {
        libc::S_IFDIR => 1 << 31,
        libc::S_IFLNK => 1 << 27,
        libc::S_IFBLK => 1 << 26,
        libc::S_IFCHR => 1 << 26 | 1 << 21,
        libc::S_IFIFO => 1 << 25,
        libc::S_IFSOCK => 1 << 24,
        _ => 0,
    };
    let flag = |unix, go| if mode & unix != 0 { go } else { 0 };
    mode & 0o777
        | kind
        | flag(libc::S_ISUID, GO_SETUID)
        | flag(libc::S_ISGID, GO_SETGID)
        | flag(libc::S_ISVTX, GO_STICKY)
}

pub(super) fn unix_mode(mode: u32) -> u32 {
    let flag = |go, unix| if mode & go != 0 { unix } else { 0 };
    mode & 0o777
        | flag(GO_SETUID, libc::S_ISUID)
        | flag(GO_SETGID, libc::S_ISGID)
        | flag(GO_STICKY, libc::S_ISVTX)
}

/// The names in a folder, in order, and their kinds.
#[vo_extern("os.readDir")]
fn read_dir<'call>(
    ctx: &mut ExternCtx<'call>,
    name: VoString<'call>,
) -> Result<(Vec<VoString<'call>>, Vec<u32>), VoError> {
    let folder = fs::read_dir(path(&name)).map_err(|error| match error.raw_os_error() {
        Some(libc::ENOTDIR) => at("readdirent", &name, &error),
        _ => at("open", &name, &error),
    })?;
    let mut entries = Vec::new();
    for entry in folder {
        let entry = entry.map_err(|error| at("readdirent", &name, &error))?;
        let kind = entry.file_type().map_err(|error| at("lstat", &name, &error))?;
        entries.push((entry.file_name(), kind));
    }
    entries.sort_by(|a, b| a.0.cmp(&b.0));
    let kinds = entries.iter().map(|(_, kind)| kind_of(*kind)).collect();
    Ok((entries.iter().map(|(name, _)| ctx.new_string(name.as_bytes())).collect(), kinds))
}

fn kind_of(kind: fs::FileType) -> u32 {
    use std::os::unix::fs::FileTypeExt;
    go_mode(match () {
        () if kind.is_dir() => libc::S_IFDIR,
        () if kind.is_symlink() => libc::S_IFLNK,
        () if kind.is_fifo() => libc::S_IFIFO,
        () if kind.is_socket() => libc::S_IFSOCK,
        () if kind.is_block_device() => libc::S_IFBLK,
        () if kind.is_char_device() => libc::S_IFCHR,
        () => libc::S_IFREG,
    })
}

/// Makes a new file or folder with a random name, `*` in the pattern or at its end; gives its name.
#[vo_extern("os.makeTemp")]
fn make_temp<'call>(
    ctx: &mut ExternCtx<'call>,
    dir: VoString<'call>,
    pattern: VoString<'call>,
    folder: bool,
) -> Result<VoString<'call>, VoError> {
    const ATTEMPTS: u32 = 10_000;
    let (head, tail) = match pattern.as_bytes().iter().rposition(|&byte| byte == b'*') {
        Some(star) => (&pattern.as_bytes()[..star], &pattern.as_bytes()[star + 1..]),
        None => (pattern.as_bytes(), &[][..]),
    };
    for _ in 0..ATTEMPTS {
        let mut file = head.to_vec();
        file.extend_from_slice(random_digits().as_bytes());
        file.extend_from_slice(tail);
        let full = path(&dir).join(OsStr::from_bytes(&file));
        let made = match folder {
            true => DirBuilder::new().mode(0o700).create(&full),
            false => OpenOptions::new().write(true).create_new(true).mode(0o600).open(&full).map(drop),
        };
        match made {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => {
                let operation = if folder { "mkdir" } else { "open" };
                return Err(VoError::of_path(operation, &full.to_string_lossy(), &error));
            }
            Ok(()) => return Ok(ctx.new_string(full.as_os_str().as_bytes())),
        }
    }
    Err(at("createtemp", &pattern, &io::Error::from_raw_os_error(libc::EEXIST)))
}

/// Digits that are different each time, also in another process.
fn random_digits() -> String {
    use std::hash::{BuildHasher, RandomState};
    (RandomState::new().hash_one(std::process::id()) as u32).to_string()
}
