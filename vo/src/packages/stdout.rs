//! Standard output of programs: buffered for the process, by line on a terminal.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

/// The status of a program whose reader went away, as shells report SIGPIPE.
const EXIT_PIPE: i32 = 141;

/// The status of a program whose output could not be written.
const EXIT_LOST: i32 = 1;

struct Sink {
    writer: BufWriter<Stdout>,
    by_line: bool,
}

static SINK: LazyLock<Mutex<Sink>> = LazyLock::new(|| {
    let stdout = io::stdout();
    let by_line = stdout.is_terminal();
    Mutex::new(Sink { writer: BufWriter::with_capacity(64 * 1024, stdout), by_line })
});

fn sink() -> MutexGuard<'static, Sink> {
    SINK.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Writes to standard output. A closed pipe ends the program.
pub(super) fn write(bytes: &[u8]) -> io::Result<()> {
    let mut sink = sink();
    let result = sink.writer.write_all(bytes).and_then(|()| match sink.by_line {
        true => sink.flush(),
        false => Ok(()),
    });
    end_on_closed_pipe(result)
}

/// Writes out what is buffered: before the program ends, fails, or waits for input. Where that cannot be done,
/// the program ends here: it has been told that its output was written.
pub fn flush_stdout() {
    if let Err(error) = end_on_closed_pipe(sink().flush()) {
        let report = format!("write /dev/stdout: {}\n", vo_ffi::io_text(&error));
        // Without a stderr there is nobody to tell.
        let _ = io::stderr().write_all(report.as_bytes());
        std::process::exit(EXIT_LOST);
    }
}

impl Sink {
    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()?;
        self.writer.get_mut().flush()
    }
}

fn end_on_closed_pipe(result: io::Result<()>) -> io::Result<()> {
    match &result {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => std::process::exit(EXIT_PIPE),
        _ => result,
    }
}
