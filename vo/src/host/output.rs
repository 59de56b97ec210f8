//! Standard output of a program: buffered; written at once on a terminal, and where C may write too, or end the process.

use std::io::{self, BufWriter, IsTerminal, Write};

use vo_ffi::{Trap, TrapKind, VoError};

/// The status of a program whose reader went away, as shells report SIGPIPE.
const EXIT_PIPE: i32 = 141;

const BUFFER: usize = 64 * 1024;

pub(super) struct Output {
    writer: BufWriter<Box<dyn Write>>,
    at_once: bool,
    /// Whether it is the process's: a closed pipe then ends the program, as it ends others.
    of_process: bool,
}

impl Output {
    pub(super) fn of_process() -> Output {
        let stdout = io::stdout();
        let at_once = stdout.is_terminal();
        Output { at_once, of_process: true, ..Output::to(stdout) }
    }

    pub(super) fn to(writer: impl Write + 'static) -> Output {
        let writer = BufWriter::with_capacity(BUFFER, Box::new(writer) as Box<dyn Write>);
        Output { writer, at_once: false, of_process: false }
    }

    /// From now on what is written goes out at once, where it is the process's.
    pub(super) fn write_at_once(&mut self) {
        self.at_once |= self.of_process;
    }

    pub(super) fn write(&mut self, text: &[u8]) -> Result<(), VoError> {
        let result = self.writer.write_all(text).and_then(|()| match self.at_once {
            true => self.flush(),
            false => Ok(()),
        });
        result.map_err(|error| match self.closed_pipe(&error) {
            Some(trap) => VoError::from_trap(trap),
            None => VoError::of_path("write", "/dev/stdout", &error),
        })
    }

    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()?;
        self.writer.get_mut().flush()
    }

    /// Flushes at the end of a program. What cannot be written is dropped.
    pub(super) fn finish(&mut self) -> Result<(), Trap> {
        let Err(error) = self.flush() else { return Ok(()) };
        let lost = std::mem::replace(&mut self.writer, BufWriter::new(Box::new(io::sink())));
        let (writer, _) = lost.into_parts();
        self.writer = BufWriter::with_capacity(BUFFER, writer);
        Err(self.closed_pipe(&error).unwrap_or_else(|| {
            let text = format!("write /dev/stdout: {}", vo_ffi::io_text(&error));
            Trap::of_kind(TrapKind::LostOutput, text)
        }))
    }

    fn closed_pipe(&self, error: &io::Error) -> Option<Trap> {
        let closed = self.of_process && error.kind() == io::ErrorKind::BrokenPipe;
        closed.then(|| Trap::of_kind(TrapKind::Exit(EXIT_PIPE), "standard output is closed"))
    }
}
