//! `vo repl` at a terminal: a line that is edited, a name that is completed, Ctrl-C, Ctrl-D, the history.

#![cfg(all(unix, feature = "repl"))]

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::os::fd::{FromRawFd as _, OwnedFd};
use std::os::unix::process::CommandExt as _;
use std::process::{Child, Command};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// A terminal with a process in it.
struct Terminal {
    child: Child,
    keyboard: File,
    screen: Receiver<Vec<u8>>,
    shown: String,
}

/// Both ends of a new terminal.
fn open_terminal() -> (OwnedFd, OwnedFd) {
    let (mut ours, mut theirs) = (-1, -1);
    let null = std::ptr::null_mut();
    // SAFETY: the two numbers are writable, and null stands for the default of everything else.
    let opened = unsafe { libc::openpty(&mut ours, &mut theirs, null, null.cast(), null.cast()) };
    assert_eq!(opened, 0, "{}", std::io::Error::last_os_error());
    // SAFETY: both are open and belong to nobody else.
    unsafe { (OwnedFd::from_raw_fd(ours), OwnedFd::from_raw_fd(theirs)) }
}

impl Terminal {
    fn new(state: &std::path::Path) -> Terminal {
        let (ours, theirs) = open_terminal();
        let end = || theirs.try_clone().expect("another end");
        let mut command = Command::new(env!("CARGO_BIN_EXE_vo"));
        command.args(["repl", "--color", "never"]).env("TERM", "xterm").env("XDG_STATE_HOME", state);
        command.stdin(end()).stdout(end()).stderr(end());
        let lead = || {
            // SAFETY: both calls are for a process that is about to start its program; standard input is the terminal.
            let led = unsafe { libc::setsid() != -1 && libc::ioctl(0, libc::TIOCSCTTY as _, 0) != -1 };
            if led { Ok(()) } else { Err(std::io::Error::last_os_error()) }
        };
        // SAFETY: the closure makes system calls alone.
        let child = unsafe { command.pre_exec(lead) }.spawn().expect("vo starts");
        let keyboard = File::from(ours);
        let mut output = keyboard.try_clone().expect("the same terminal");
        let (sender, screen) = channel();
        std::thread::spawn(move || {
            let mut piece = [0; 4096];
            while let Ok(len @ 1..) = output.read(&mut piece) {
                if sender.send(piece[..len].to_vec()).is_err() {
                    return;
                }
            }
        });
        Terminal { child, keyboard, screen, shown: String::new() }
    }

    /// Types keys, and waits until a text has been shown, behind those that were waited for before.
    fn types(&mut self, keys: &str, expected: &str) {
        self.keyboard.write_all(keys.as_bytes()).expect("the terminal takes keys");
        loop {
            if let Some(at) = self.shown.find(expected) {
                self.shown.drain(..at + expected.len());
                return;
            }
            match self.screen.recv_timeout(Duration::from_secs(30)) {
                Ok(piece) => self.shown.push_str(&String::from_utf8_lossy(&piece)),
                Err(why) => panic!(
                    "{keys:?}: no {expected:?} in {:?}: {why}, {:?}",
                    self.shown,
                    self.child.try_wait()
                ),
            }
        }
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        // After a success there is nobody to kill.
        let _ = self.child.kill();
    }
}

#[test]
fn a_terminal_edits_completes_interrupts_and_remembers() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let mut terminal = Terminal::new(folder.path());
    terminal.types("", "vo> ");
    terminal.types("x := 40\r", "vo> ");
    // Left, delete.
    terminal.types("x + 12\x1b[D\x7f\r", "\r\n42\r\n");
    terminal.types("", "vo> ");
    terminal.types("strings.ToUpp\t(\"done\")\r", "\r\nDONE\r\n");
    terminal.types("", "vo> ");
    // Ctrl-C before the loop runs would be the line editor's.
    terminal.types("for {\rif x++; x == 41 { println(x) }\r}\r", "\r\n41\r\n");
    terminal.types("\x03", "interrupted\r\n");
    terminal.types("", "vo> ");
    terminal.types("x > 40\r", "\r\ntrue\r\n");
    terminal.types("", "vo> ");
    terminal.types("forgotten\x03", "vo> ");
    terminal.keyboard.write_all(b"\x04").expect("the terminal takes keys");
    assert_eq!(terminal.child.wait().expect("vo ends").code(), Some(0));
    let history = std::fs::read_to_string(folder.path().join("vo/history")).expect("a history");
    let expected = "#V2\nx := 40\nx + 2\nstrings.ToUpper(\"done\")\nfor {\\nif x++; x == 41 { println(x) }\\n}\nx > 40\n";
    assert_eq!(history, expected);
}
