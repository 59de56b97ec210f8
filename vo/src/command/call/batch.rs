//! `vo call --batch`: one request a line, one response a line. The calls are made by a worker, another process, so that
//! a crash costs its line alone: the worker is started again for the lines behind it.
//!
//! What the worker has answered is in a file that both have open, and is there even if the worker is not. It tells over
//! a socket when it has done what it was given. The end of the socket alone would not tell of its own end: a process that
//! C has forked keeps the socket open.

use std::ffi::c_int;
use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read, Seek as _, SeekFrom, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus};
use std::time::Duration;

use super::super::EXIT_REJECTED;
use super::{signals, write};

/// So many bytes of lines are given at once: what fits into a socket, so that nobody waits for the other.
const PORTION: usize = 32 << 10;

/// Where the worker says nothing for so long, a look whether it is still there.
const PATIENCE: Duration = Duration::from_millis(50);

/// What some editors write at the start of a file in UTF-8.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// Answers the lines of a file, or of standard input.
pub(super) fn run(path: &Path) -> ExitCode {
    let answered = match path.as_os_str() == "-" {
        true => answer(io::stdin().lock()),
        false => match open(path) {
            Ok(file) => answer(file),
            Err(error) => {
                let _ = writeln!(io::stderr(), "vo: {}: {}", path.display(), vo_ffi::io_text(&error));
                return ExitCode::from(EXIT_REJECTED);
            }
        },
    };
    match answered {
        Ok(()) => ExitCode::SUCCESS,
        // Nobody reads on.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "vo: {}", vo_ffi::io_text(&error));
            ExitCode::FAILURE
        }
    }
}

/// A folder can be opened, but not read.
fn open(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    match file.metadata()?.is_dir() {
        true => Err(io::ErrorKind::IsADirectory.into()),
        false => Ok(file),
    }
}

fn answer(input: impl Read) -> io::Result<()> {
    let mut input = BufReader::with_capacity(2 * PORTION, input);
    if input.fill_buf()?.starts_with(BYTE_ORDER_MARK) {
        input.consume(BYTE_ORDER_MARK.len());
    }
    let mut out = io::stdout().lock();
    let mut worker = None;
    let mut lines = Lines::default();
    while lines.read(&mut input)? {
        while !lines.is_empty() {
            let running = match &mut worker {
                Some(running) => running,
                None => worker.insert(Worker::start()?),
            };
            let (answers, ended) = running.answer(lines.text())?;
            let count = answers.iter().filter(|&&byte| byte == b'\n').count();
            out.write_all(&answers)?;
            lines.skip(count);
            if let (true, Some(running)) = (ended, worker.take_if(|_| ended)) {
                let end = running.end()?;
                // It may end behind the last line: C has threads.
                if !lines.is_empty() {
                    let mut line = String::new();
                    write::error(&mut line, &describe(end));
                    writeln!(out, "{line}")?;
                    lines.skip(1);
                }
            }
        }
        out.flush()?;
    }
    Ok(())
}

/// Lines that are not answered yet.
#[derive(Default)]
struct Lines {
    text: Vec<u8>,
    start: usize,
}

impl Lines {
    /// Reads the next line and those that are there already; false at the end. Someone may wait for an answer before
    /// they write more.
    fn read(&mut self, input: &mut BufReader<impl Read>) -> io::Result<bool> {
        self.text.clear();
        self.start = 0;
        loop {
            let start = self.text.len();
            if input.read_until(b'\n', &mut self.text)? == 0 {
                return Ok(!self.is_empty());
            }
            if self.text.last() != Some(&b'\n') {
                self.text.push(b'\n');
            }
            if self.text[start..].iter().all(u8::is_ascii_whitespace) {
                self.text.truncate(start);
            }
            let more = self.text.len() < PORTION && input.buffer().contains(&b'\n');
            if !self.is_empty() && !more {
                return Ok(true);
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.start == self.text.len()
    }

    fn text(&self) -> &[u8] {
        &self.text[self.start..]
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            let rest = &self.text[self.start..];
            self.start += rest.iter().position(|&byte| byte == b'\n').map_or(rest.len(), |at| at + 1);
        }
    }
}

/// The process that makes the calls.
struct Worker {
    child: Child,
    socket: UnixStream,
    answers: File,
    /// The signal that stopped it, where it has stopped.
    stopped: Option<c_int>,
}

impl Worker {
    fn start() -> io::Result<Worker> {
        let (socket, theirs) = UnixStream::pair()?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_write_timeout(Some(PATIENCE))?;
        let answers = tempfile::tempfile()?;
        let child = Command::new(std::env::current_exe()?)
            .args(["call", "--worker"])
            .stdin(OwnedFd::from(theirs))
            .stdout(answers.try_clone()?)
            .spawn()?;
        Ok(Worker { child, socket, answers, stopped: None })
    }

    /// The answers to some lines, and whether the worker came to its end on the way.
    fn answer(&mut self, lines: &[u8]) -> io::Result<(Vec<u8>, bool)> {
        let len = u32::try_from(lines.len()).map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
        // Where the worker has ended, telling and waiting fail; what it has answered counts all the same.
        let told = self.tell(&len.to_le_bytes()).and_then(|()| self.tell(lines));
        let ended = told.and_then(|()| self.wait()).is_err();
        let mut answers = Vec::new();
        self.answers.seek(SeekFrom::Start(0))?;
        self.answers.read_to_end(&mut answers)?;
        // A line that is not whole was being written.
        let whole = answers.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        answers.truncate(whole);
        Ok((answers, ended))
    }

    fn tell(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let written = self.patiently(|socket| socket.write(bytes))?;
            bytes = &bytes[written..];
        }
        Ok(())
    }

    /// Waits until it has done what it was told.
    fn wait(&mut self) -> io::Result<()> {
        match self.patiently(|socket| socket.read(&mut [0]))? {
            0 => Err(io::ErrorKind::UnexpectedEof.into()),
            _ => Ok(()),
        }
    }

    /// Does something with the socket, which fails where the worker has ended.
    fn patiently(&mut self, mut act: impl FnMut(&mut UnixStream) -> io::Result<usize>) -> io::Result<usize> {
        loop {
            match act(&mut self.socket) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut) => {
                    if self.child.try_wait()?.is_some() || self.has_stopped() {
                        return Err(error);
                    }
                }
                done => return done,
            }
        }
    }

    /// Whether C has stopped it at two looks in a row: where someone stops and continues the whole batch, it may be that
    /// this process goes on first.
    fn has_stopped(&mut self) -> bool {
        let before = self.stopped.take();
        // SAFETY: all zeros are a `siginfo_t`.
        let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
        let what = libc::WSTOPPED | libc::WNOHANG | libc::WNOWAIT;
        // SAFETY: `info` is there to be written to.
        if unsafe { libc::waitid(libc::P_PID, self.child.id(), &raw mut info, what) } == 0 {
            // SAFETY: `waitid` writes these fields, or leaves zeros.
            let (process, status) = unsafe { (info.si_pid(), info.si_status()) };
            self.stopped = (process != 0).then_some(status);
        }
        before.is_some() && self.stopped.is_some()
    }

    /// How it ended.
    fn end(mut self) -> io::Result<ExitStatus> {
        match self.stopped {
            Some(signal) => {
                self.child.kill()?;
                self.child.wait()?;
                // So `wait` tells that a process has stopped.
                Ok(ExitStatus::from_raw(signal << 8 | 0x7f))
            }
            None => self.child.wait(),
        }
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // At the end of the lines it goes by itself, after what C does at exit.
        let _ = self.socket.shutdown(std::net::Shutdown::Both);
        let _ = self.child.wait();
    }
}

fn describe(status: ExitStatus) -> String {
    match (status.signal().or(status.stopped_signal()), status.code()) {
        (Some(signal), _) if status.stopped_signal().is_some() => {
            format!("the call stopped the process: {}", signals::describe(signal))
        }
        (Some(signal), _) => format!("the call crashed: {}", signals::describe(signal)),
        (_, Some(code)) => format!("the call ended the process with status {code}"),
        _ => "the call ended the process".into(),
    }
}
