//! The process that makes the calls of a batch. Its standard input is a socket over which it gets lines, its standard
//! output the file for the answers; C gets neither: it reads nothing, and prints to standard error.

use std::fs::File;
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::net::UnixStream;
use std::process::ExitCode;

use super::prepared::Store;
use super::request::Request;
use super::{perform, signals, write};

/// Answers lines until there are no more.
pub(super) fn run() -> ExitCode {
    match serve() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "vo: a worker of `vo call --batch`: {}", vo_ffi::io_text(&error));
            ExitCode::FAILURE
        }
    }
}

fn serve() -> io::Result<()> {
    let mut socket = UnixStream::from(io::stdin().as_fd().try_clone_to_owned()?);
    let mut answers = File::from(io::stdout().as_fd().try_clone_to_owned()?);
    give_c_its_streams()?;
    signals::leave_crashes_to_the_system();
    let process = std::process::id();
    let (mut store, mut lines, mut answer) = (Store::default(), Vec::new(), String::new());
    loop {
        let mut len = [0; 4];
        match socket.read_exact(&mut len) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(()),
            read => read?,
        }
        lines.resize(u32::from_le_bytes(len) as usize, 0);
        socket.read_exact(&mut lines)?;
        answers.set_len(0)?;
        answers.seek(SeekFrom::Start(0))?;
        for line in lines.split_inclusive(|&byte| byte == b'\n') {
            answer.clear();
            respond(&mut store, line, &mut answer);
            answer.push('\n');
            if std::process::id() != process {
                // C has forked: the child has no business with the other lines.
                // SAFETY: it ends the process without running what is to run in the parent.
                unsafe { libc::_exit(0) };
            }
            // Each at once: the next call may crash.
            answers.write_all(answer.as_bytes())?;
        }
        socket.write_all(&[1])?;
    }
}

/// Nothing on standard input, and standard error in place of standard output.
fn give_c_its_streams() -> io::Result<()> {
    let nothing = File::open("/dev/null")?;
    for (from, to) in [(nothing.as_fd(), libc::STDIN_FILENO), (io::stderr().as_fd(), libc::STDOUT_FILENO)] {
        use std::os::fd::AsRawFd as _;
        // SAFETY: both are open descriptors of this process.
        if unsafe { libc::dup2(from.as_raw_fd(), to) } < 0 {
            return Err(io::Error::last_os_error());
        }
    }
    Ok(())
}

fn respond(store: &mut Store, line: &[u8], answer: &mut String) {
    let request = match serde_json::from_slice::<Request<'_>>(line) {
        Ok(request) => request,
        // The reader of JSON counts lines from where it starts.
        Err(error) => {
            let error = error.to_string().replace(" at line 1 column ", " at column ");
            return write::error(answer, &format!("no request: {error}"));
        }
    };
    let called = store.get(&request).and_then(|prepared| perform::call(prepared, &request));
    match called {
        Ok(response) => response.json(answer),
        Err(message) => write::error(answer, &message),
    }
}
