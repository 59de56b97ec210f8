//! How much memory the values of a program may take.

use std::cell::Cell;
use std::sync::OnceLock;

/// The variable of the environment that sets the limit, in bytes or as `512MiB`.
const VARIABLE: &str = "VO_MEMORY_LIMIT";

thread_local! {
    static RUNNING: Cell<Option<usize>> = const { Cell::new(None) };
}

/// The limit of the program that runs on this thread, as far as it has one of its own. Else that of every heap of this
/// process: what `VO_MEMORY_LIMIT` says, or three quarters of the memory that the machine has, or that the process's
/// control group may use. So a program that never stops allocating ends with a trap, before the system runs out of
/// memory and ends something else.
pub fn memory_limit() -> usize {
    RUNNING.get().unwrap_or_else(default_limit)
}

/// While it lives, a program with this limit runs on this thread.
pub(crate) struct RunningLimit {
    before: Option<usize>,
}

impl RunningLimit {
    pub(crate) fn new(limit: Option<usize>) -> RunningLimit {
        RunningLimit { before: RUNNING.replace(limit) }
    }
}

impl Drop for RunningLimit {
    fn drop(&mut self) {
        RUNNING.set(self.before);
    }
}

fn default_limit() -> usize {
    static LIMIT: OnceLock<usize> = OnceLock::new();
    *LIMIT.get_or_init(|| {
        let set = std::env::var(VARIABLE).ok().and_then(|text| parse_bytes(&text));
        set.unwrap_or_else(|| available().map_or(usize::MAX, |bytes| bytes / 4 * 3))
    })
}

/// The number of bytes that a text names: `1000`, `64KiB`, `1GiB`; none where it names none.
pub fn parse_bytes(text: &str) -> Option<usize> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let unit = match &text[digits..] {
        "" | "B" => 1,
        "KiB" => 1 << 10,
        "MiB" => 1 << 20,
        "GiB" => 1 << 30,
        "TiB" => 1 << 40,
        _ => return None,
    };
    text[..digits].parse::<usize>().ok()?.checked_mul(unit)
}

fn available() -> Option<usize> {
    let groups = ["/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"];
    let group = groups.iter().find_map(|path| parse_bytes(&std::fs::read_to_string(path).ok()?));
    [physical(), group].into_iter().flatten().min()
}

fn physical() -> Option<usize> {
    // SAFETY: asks for two numbers.
    let (pages, size) = unsafe { (libc::sysconf(libc::_SC_PHYS_PAGES), libc::sysconf(libc::_SC_PAGESIZE)) };
    usize::try_from(pages).ok()?.checked_mul(usize::try_from(size).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_numbers_with_units() {
        let rows = [
            ("1000", Some(1000)),
            ("64KiB\n", Some(64 << 10)),
            ("512MiB", Some(512 << 20)),
            ("2GiB", Some(2 << 30)),
            ("max", None),
            ("12 apples", None),
            ("", None),
            ("99999999999999999999", None),
            ("18446744073709551615KiB", None),
        ];
        for (text, expected) in rows {
            assert_eq!(parse_bytes(text), expected, "{text}");
        }
    }
}
