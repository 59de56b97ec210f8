//! What a program sees of the world around it: its streams, arguments, environment, open files and libraries. The natives of
//! the packages find it as a state of their context, so each program of a process has its own.

mod environment;
mod files;
mod output;

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Write};
use std::os::fd::AsFd;

use vo_ffi::{Trap, VoError};

pub(crate) use environment::Environment;
use files::Files;
use output::Output;

use crate::permissions::Libraries;

/// The handles of the standard files.
pub(crate) const STDIN: usize = 1;
pub(crate) const STDOUT: usize = 2;
pub(crate) const STDERR: usize = 3;

/// The world of one program; at first that of the process.
pub(crate) struct Host {
    /// What `os.Args` holds.
    pub(crate) args: Vec<String>,
    pub(crate) environment: Environment,
    pub(crate) files: Files,
    /// The C libraries that it may open.
    pub(crate) libraries: Libraries,
    stdin: Box<dyn Read>,
    stdout: Output,
    stderr: Box<dyn Write>,
    /// Which of the standard files are the process's, by handle.
    of_process: [bool; STDERR + 1],
}

impl Default for Host {
    fn default() -> Host {
        Host {
            args: Vec::new(),
            environment: Environment::default(),
            files: Files::default(),
            libraries: Libraries::default(),
            stdin: Box::new(io::stdin()),
            stdout: Output::of_process(),
            stderr: Box::new(io::stderr()),
            of_process: [true; STDERR + 1],
        }
    }
}

impl Host {
    pub(crate) fn set_stdin(&mut self, reader: impl Read + 'static) {
        self.stdin = Box::new(reader);
        self.of_process[STDIN] = false;
    }

    pub(crate) fn set_stdout(&mut self, writer: impl Write + 'static) {
        self.stdout = Output::to(writer);
        self.of_process[STDOUT] = false;
    }

    /// C is called: what the program writes to the process's standard output goes there at once.
    pub(crate) fn write_at_once(&mut self) {
        self.stdout.write_at_once();
    }

    pub(crate) fn set_stderr(&mut self, writer: impl Write + 'static) {
        self.stderr = Box::new(writer);
        self.of_process[STDERR] = false;
    }

    /// Reads standard input, when all output has been written: it may ask for this input.
    pub(crate) fn read(&mut self, data: &mut [u8]) -> io::Result<usize> {
        self.stdout.flush()?;
        self.stdin.read(data)
    }

    /// Writes to standard output, or into its buffer.
    ///
    /// # Errors
    /// Where nobody reads the process's standard output any more, the trap that ends the program.
    pub(crate) fn write(&mut self, text: &[u8]) -> Result<(), VoError> {
        self.stdout.write(text)
    }

    /// Writes to standard error, behind all output so far.
    pub(crate) fn write_error(&mut self, text: &[u8]) -> io::Result<()> {
        self.stdout.flush()?;
        self.stderr.write_all(text)
    }

    /// A second descriptor of a standard file of the process, for what streams cannot do.
    ///
    /// # Errors
    /// Where the embedder has put something else in its place, or there is no such file.
    pub(crate) fn standard_file(&mut self, handle: usize) -> io::Result<File> {
        self.stdout.flush()?;
        let descriptor = match handle {
            STDIN..=STDERR if !self.of_process[handle] => {
                return Err(io::Error::from_raw_os_error(libc::EINVAL));
            }
            STDIN => io::stdin().as_fd().try_clone_to_owned()?,
            STDOUT => io::stdout().as_fd().try_clone_to_owned()?,
            STDERR => io::stderr().as_fd().try_clone_to_owned()?,
            _ => return Err(io::Error::from_raw_os_error(libc::EBADF)),
        };
        Ok(File::from(descriptor))
    }

    /// Writes out what is buffered: before the program's end, or while something else writes to the same place.
    ///
    /// # Errors
    /// The program has been told that its output was written, so its end is a failure.
    pub(crate) fn flush(&mut self) -> Result<(), Trap> {
        self.stdout.finish()
    }
}

impl fmt::Debug for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Host").field("args", &self.args).finish_non_exhaustive()
    }
}
