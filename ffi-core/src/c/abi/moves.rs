//! The moves of one argument. Most arguments have one, which needs no allocation.

use std::ops::{Deref, DerefMut};

use crate::c::Move;

/// Where the bytes of an argument go, in order.
///
/// ```
/// use vo_ffi_core::c::{Move, Moves, Place};
/// let moves: Moves = [Move::Value { to: Place::Int(0) }].into_iter().collect();
/// assert_eq!(moves[..], [Move::Value { to: Place::Int(0) }]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Moves(Kept);

/// A single move is never in a list, so equal moves are kept equally.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Kept {
    One(Move),
    List(Box<[Move]>),
}

impl From<Vec<Move>> for Moves {
    fn from(moves: Vec<Move>) -> Moves {
        Moves(match moves[..] {
            [one] => Kept::One(one),
            _ => Kept::List(moves.into()),
        })
    }
}

impl FromIterator<Move> for Moves {
    fn from_iter<I: IntoIterator<Item = Move>>(moves: I) -> Moves {
        let mut moves = moves.into_iter();
        match (moves.next(), moves.next()) {
            (Some(one), None) => Moves(Kept::One(one)),
            (first, second) => Moves(Kept::List(first.into_iter().chain(second).chain(moves).collect())),
        }
    }
}

impl Deref for Moves {
    type Target = [Move];

    #[inline]
    fn deref(&self) -> &[Move] {
        match &self.0 {
            Kept::One(one) => std::slice::from_ref(one),
            Kept::List(list) => list,
        }
    }
}

impl DerefMut for Moves {
    fn deref_mut(&mut self) -> &mut [Move] {
        match &mut self.0 {
            Kept::One(one) => std::slice::from_mut(one),
            Kept::List(list) => list,
        }
    }
}

impl<'m> IntoIterator for &'m Moves {
    type Item = &'m Move;
    type IntoIter = std::slice::Iter<'m, Move>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<'m> IntoIterator for &'m mut Moves {
    type Item = &'m mut Move;
    type IntoIter = std::slice::IterMut<'m, Move>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter_mut()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::c::Place;

    #[test]
    fn equal_moves_are_equal_however_they_were_made() {
        let all = [0, 1, 2].map(|number| Move::Value { to: Place::Int(number) });
        for count in 0..=all.len() {
            let collected: Moves = all[..count].iter().copied().collect();
            assert_eq!(collected, Moves::from(all[..count].to_vec()));
            assert_eq!(collected[..], all[..count]);
        }
    }
}
