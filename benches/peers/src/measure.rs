//! Times of loops, as the processor counts them.

use std::time::Duration;

use crate::engine::{Failure, Script};
use crate::rows::Row;

/// How often each loop runs; the best counts.
pub(crate) const ROUNDS: usize = 5;

/// How long a loop has to take, so that its start and end do not count.
const LONG_ENOUGH: Duration = Duration::from_millis(20);

/// A loop of one engine, and how long its best run took.
#[derive(Debug)]
pub(crate) struct Timing {
    turns: i64,
    expected: i64,
    best: Duration,
}

impl Timing {
    /// Finds a number of turns that takes long enough. What is computed is checked on the way.
    pub(crate) fn start(script: &mut dyn Script, row: &Row) -> Result<Timing, Failure> {
        let mut turns = 1;
        loop {
            let mut timing = Timing { turns, expected: (row.expected)(turns), best: Duration::MAX };
            timing.run(script, row)?;
            if timing.best >= LONG_ENOUGH {
                return Ok(Timing { best: Duration::MAX, ..timing });
            }
            turns *= 2;
        }
    }

    pub(crate) fn run(&mut self, script: &mut dyn Script, row: &Row) -> Result<(), Failure> {
        let start = processor_time()?;
        let computed = script.call(row.name, self.turns)?;
        self.best = self.best.min(processor_time()? - start);
        if computed != self.expected {
            return Err(format!("{} turns compute {computed}, not {}", self.turns, self.expected).into());
        }
        Ok(())
    }

    /// Of one operation.
    pub(crate) fn nanos(&self, row: &Row) -> f64 {
        self.best.as_secs_f64() * 1e9 / (self.turns * row.per_turn) as f64
    }
}

/// The processor's time for this process, all its threads together.
fn processor_time() -> Result<Duration, Failure> {
    let mut time = libc::timespec { tv_sec: 0, tv_nsec: 0 };
    // SAFETY: the out-pointer is valid.
    match unsafe { libc::clock_gettime(libc::CLOCK_PROCESS_CPUTIME_ID, &mut time) } {
        0 => Ok(Duration::new(time.tv_sec as u64, time.tv_nsec as u32)),
        _ => Err(std::io::Error::last_os_error().into()),
    }
}
