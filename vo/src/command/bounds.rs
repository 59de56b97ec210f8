//! What a program may use up and do, as the command line says it.

use std::time::Duration;

use clap::Args;
use vo_ffi::ExternRegistry;
use vo_vm::heap::parse_bytes;
use vo_vm::{Libraries, Limits, Permissions, Vm};

/// Limits and permissions of a program.
#[derive(Debug, Args)]
#[command(next_help_heading = "Limits and permissions")]
pub(super) struct Bounds {
    /// The most memory that its values may take, as 512MiB
    #[arg(long, value_name = "BYTES", value_parser = memory)]
    max_memory: Option<usize>,
    /// The most instructions of the virtual machine that it may run
    #[arg(long, value_name = "N")]
    max_instructions: Option<u64>,
    /// The longest time that it may run, as 500ms or 2s
    #[arg(long, value_name = "TIME", value_parser = time)]
    timeout: Option<Duration>,
    /// No C functions: a declaration of one is an error
    #[arg(long, conflicts_with = "allow_lib")]
    no_c: bool,
    /// C functions of this library only, as the program names it; may be given several times
    #[arg(long, value_name = "LIBRARY")]
    allow_lib: Vec<String>,
    /// No files and folders, only the standard streams
    #[arg(long)]
    no_fs: bool,
    /// An empty environment
    #[arg(long)]
    no_env: bool,
}

impl Bounds {
    /// A machine with all natives, for programs with these bounds.
    pub(super) fn vm(&self) -> Vm {
        let limits =
            Limits { memory: self.max_memory, instructions: self.max_instructions, time: self.timeout };
        let c = match self.allow_lib.as_slice() {
            _ if self.no_c => Libraries::None,
            [] => Libraries::All,
            allowed => Libraries::Only(allowed.iter().cloned().collect()),
        };
        let permissions = Permissions { c, files: !self.no_fs, environment: !self.no_env };
        Vm::new(ExternRegistry::from_inventory()).with_limits(limits).with_permissions(permissions)
    }
}

fn memory(text: &str) -> Result<usize, String> {
    parse_bytes(text).ok_or_else(|| "expected a number of bytes, as 65536, 64KiB, 512MiB or 2GiB".into())
}

fn time(text: &str) -> Result<Duration, String> {
    let wrong = || "expected a time, as 500ms, 2s or 5m".to_string();
    let unit = text.find(|c: char| c != '.' && !c.is_ascii_digit()).ok_or_else(wrong)?;
    let seconds = match &text[unit..] {
        "ms" => 1e-3,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3600.0,
        _ => return Err(wrong()),
    };
    let number: f64 = text[..unit].parse().map_err(|_| wrong())?;
    Duration::try_from_secs_f64(number * seconds).map_err(|_| wrong())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_have_units() {
        let wrong = || Err("expected a time, as 500ms, 2s or 5m".to_string());
        let rows = [
            ("500ms", Ok(Duration::from_millis(500))),
            ("2s", Ok(Duration::from_secs(2))),
            ("1.5m", Ok(Duration::from_secs(90))),
            ("2", wrong()),
            ("s", wrong()),
            ("2 s", wrong()),
            ("-1s", wrong()),
        ];
        for (text, expected) in rows {
            assert_eq!(time(text), expected, "{text}");
        }
    }
}
