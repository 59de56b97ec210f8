//! Things on their way into the cache, to be looked at when their turn comes.

/// How many are on their way at once.
const AHEAD: usize = 16;

/// A ring of things whose memory was asked for.
pub(super) struct Ahead<T> {
    items: [Option<T>; AHEAD],
    turn: usize,
    len: usize,
}

impl<T: Copy> Ahead<T> {
    /// An empty ring.
    pub(super) fn new() -> Ahead<T> {
        Ahead { items: [None; AHEAD], turn: 0, len: 0 }
    }

    /// Puts one in; where there is no room, the oldest comes out.
    #[inline]
    pub(super) fn replace(&mut self, item: T) -> Option<T> {
        self.turn = (self.turn + 1) % AHEAD;
        let oldest = self.items[self.turn].replace(item);
        self.len += oldest.is_none() as usize;
        oldest
    }

    /// Takes the newest out: in a long list it is the only one.
    pub(super) fn pop(&mut self) -> Option<T> {
        self.len = self.len.checked_sub(1)?;
        let newest = self.items[self.turn].take();
        self.turn = (self.turn + AHEAD - 1) % AHEAD;
        newest
    }
}

/// Asks for a cache line that will be used soon.
#[cfg(target_arch = "x86_64")]
#[inline]
pub(super) fn prefetch(at: *const u8) {
    use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};
    // SAFETY: a hint reads nothing, and every x86-64 has the instruction.
    unsafe { _mm_prefetch::<_MM_HINT_T0>(at.cast()) }
}

/// There is no stable hint for this architecture.
#[cfg(not(target_arch = "x86_64"))]
#[inline]
pub(super) fn prefetch(_at: *const u8) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_makes_room_and_the_newest_is_popped() {
        let mut ahead = Ahead::new();
        assert_eq!(ahead.pop(), None);
        let out: Vec<Option<usize>> = (0..AHEAD + 3).map(|item| ahead.replace(item)).collect();
        assert_eq!(out[..AHEAD], [None; AHEAD]);
        assert_eq!(out[AHEAD..], [Some(0), Some(1), Some(2)]);
        let popped: Vec<usize> = std::iter::from_fn(|| ahead.pop()).collect();
        assert_eq!(popped, (3..AHEAD + 3).rev().collect::<Vec<_>>());
        assert_eq!((ahead.replace(7), ahead.pop(), ahead.pop()), (None, Some(7), None));
    }
}
