//! Collection: marking from the roots, then freeing whole blocks. Cells are not swept: marking gives what it reaches
//! the new epoch, and every other cell is free from then on.

use std::panic::resume_unwind;
use std::thread;
use std::time::{Duration, Instant};

use super::alloc::{MIN_TRIGGER, Run};
use super::mark::{Found, Lists, Marker};
use super::pool::Pool;
use super::space::{BLOCK, CLASSES};
use super::{Roots, VmHeap};

/// More threads mark where at least this many bytes may be alive: starting them takes time too.
const PARALLEL_FROM: usize = 32 << 20;
/// Memory keeps no more threads than this busy.
const MOST_MARKERS: usize = 4;

impl VmHeap {
    /// Collects now, if the source of the roots allows it.
    #[cold]
    pub fn collect(&mut self) {
        let Some(roots) = self.roots else { return };
        // SAFETY: `set_roots` was promised a source that is valid as long as it is set.
        if !unsafe { (roots.may_collect)(roots.source) } {
            return;
        }
        let start = Instant::now();
        self.mark(roots);
        self.drop_dead_maps();
        self.drop_dead_rust();
        self.space.end_cycle(MIN_TRIGGER.max(self.live));
        self.runs = [Run::EMPTY; CLASSES];
        self.allocated = 0;
        if self.epoch == u8::MAX {
            self.space.renumber(self.epoch, 1);
            self.epoch = 1;
        }
        self.set_trigger();
        self.count_cycle(start.elapsed());
    }

    /// How many threads mark. Without this call, as many as pay off: one, but several in a large heap.
    pub fn set_markers(&mut self, count: usize) {
        self.markers = Some(count);
    }

    /// Gives all that can be reached the next epoch.
    fn mark(&mut self, roots: Roots) {
        let epochs = [self.epoch, self.epoch + 1];
        self.space.begin_cycle();
        let lists = std::mem::take(&mut self.mark_lists);
        let marker = |lists| Marker::new(&self.space, &self.layouts, epochs, lists);
        let mut first = marker(lists);
        // SAFETY: `set_roots` was promised a source that is valid as long as it is set.
        unsafe { (roots.visit)(roots.source, &mut first) };
        let helpers = (1..self.marker_count()).map(|_| marker(Lists::default())).collect();
        let all_found = finish_all(first, helpers);
        self.live = 0;
        for found in all_found {
            self.live += found.live;
            self.space.count_live(&found.lists.counts);
            self.mark_lists = found.lists;
        }
        self.epoch = epochs[1];
    }

    fn marker_count(&self) -> usize {
        match self.markers {
            Some(count) => count,
            None if self.live + self.allocated < PARALLEL_FROM => 1,
            None => thread::available_parallelism().map_or(1, usize::from).min(MOST_MARKERS),
        }
    }

    fn drop_dead_maps(&mut self) {
        let (space, epoch) = (&self.space, self.epoch);
        self.maps.retain(|&map| {
            let alive = space.is_of_epoch(map.addr(), epoch);
            if !alive {
                // SAFETY: the table was made by `Box::into_raw`, and no live map owns it.
                drop(unsafe { Box::from_raw(*map) });
            }
            alive
        });
    }

    /// Rust values count as alive with what they said when they were made.
    fn drop_dead_rust(&mut self) {
        let (space, epoch) = (&self.space, self.epoch);
        self.rust_values.retain(|(object, _)| space.is_of_epoch(object.addr(), epoch));
        self.live += self.rust_values.iter().map(|(_, value)| value.bytes()).sum::<usize>();
    }

    fn count_cycle(&mut self, pause: Duration) {
        self.cycles += 1;
        self.longest_pause = self.longest_pause.max(pause);
        if self.trace {
            let mib = |bytes: usize| bytes as f64 / f64::from(1 << 20);
            eprintln!(
                "collection {}: paused {:.3} ms, {:.1} MiB alive in {:.1} MiB",
                self.cycles,
                pause.as_secs_f64() * 1e3,
                mib(self.live),
                mib(self.space.blocks_in_use() * BLOCK)
            );
        }
    }
}

/// Marks what the first marker has found, each marker on a thread of its own.
fn finish_all(first: Marker<'_>, helpers: Vec<Marker<'_>>) -> Vec<Found> {
    let pool = &Pool::new();
    if helpers.is_empty() {
        return vec![first.finish(pool)];
    }
    thread::scope(|scope| {
        let mut threads = Vec::new();
        for helper in helpers {
            pool.join();
            match thread::Builder::new().name("marker".into()).spawn_scoped(scope, || helper.finish(pool)) {
                Ok(thread) => threads.push(thread),
                Err(_) => pool.leave(),
            }
        }
        let found = first.finish(pool);
        let others =
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        others.chain([found]).collect()
    })
}

impl Drop for VmHeap {
    fn drop(&mut self) {
        for &map in &self.maps {
            // SAFETY: each map in the list owns its table, which was made by `Box::into_raw`.
            drop(unsafe { Box::from_raw(*map) });
        }
    }
}
