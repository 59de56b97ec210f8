//! `vo call --batch`: one request a line, one response a line. The calls are made by a worker, another process, so that
//! a crash costs its line alone: the worker is started again for the lines behind it.
//!
//! What the worker has answered is in a file that both have open, and is there even if the worker is not. It tells over
//! a socket when it has done what it was given.

use std::fs::File;
use std::io::{self, BufRead as _, BufReader, Read, Seek as _, SeekFrom, Write as _};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitCode, ExitStatus};

use super::super::EXIT_REJECTED;
use super::{signals, write};

/// So many bytes of lines are given at once: what fits into a socket, so that nobody waits for the other.
const PORTION: usize = 32 << 10;

/// Answers the lines of a file, or of standard input.
pub(super) fn run(path: &Path) -> ExitCode {
    let answered = match path.as_os_str() == "-" {
        true => answer(io::stdin().lock()),
        false => match File::open(path) {
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

fn answer(input: impl Read) -> io::Result<()> {
    let mut input = BufReader::with_capacity(2 * PORTION, input);
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
}

impl Worker {
    fn start() -> io::Result<Worker> {
        let (socket, theirs) = UnixStream::pair()?;
        let answers = tempfile::tempfile()?;
        let child = Command::new(std::env::current_exe()?)
            .args(["call", "--worker"])
            .stdin(OwnedFd::from(theirs))
            .stdout(answers.try_clone()?)
            .spawn()?;
        Ok(Worker { child, socket, answers })
    }

    /// The answers to some lines, and whether the worker came to its end on the way.
    fn answer(&mut self, lines: &[u8]) -> io::Result<(Vec<u8>, bool)> {
        let len = u32::try_from(lines.len()).map_err(|_| io::Error::from(io::ErrorKind::FileTooLarge))?;
        let mut done = [0];
        // Where the worker has ended, writing and reading fail; what it has answered counts all the same.
        let told = self.socket.write_all(&len.to_le_bytes()).and_then(|()| self.socket.write_all(lines));
        let ended = told.and_then(|()| self.socket.read_exact(&mut done)).is_err();
        let mut answers = Vec::new();
        self.answers.seek(SeekFrom::Start(0))?;
        self.answers.read_to_end(&mut answers)?;
        // A line that is not whole was being written.
        let whole = answers.iter().rposition(|&byte| byte == b'\n').map_or(0, |at| at + 1);
        answers.truncate(whole);
        Ok((answers, ended))
    }

    /// How it ended.
    fn end(mut self) -> io::Result<ExitStatus> {
        self.child.wait()
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
    match (status.signal(), status.code()) {
        (Some(signal), _) => format!("the call crashed: {}", signals::describe(signal)),
        (_, Some(code)) => format!("the call ended the process with status {code}"),
        _ => "the call ended the process".into(),
    }
}
