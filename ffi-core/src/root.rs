//! Values of the script that Rust keeps beyond a call.

use std::fmt;
use std::sync::Arc;

use crate::slot::Slot;

/// A value of the script that stays alive, and stays the same, for as long as this or a clone of it does. Made by
/// [`ExternCtx::root`](crate::ExternCtx::root), read by [`ExternCtx::rooted`](crate::ExternCtx::rooted) in a later call.
///
/// It is a token alone: any thread may hold, clone and drop it. Whether it still stands for a value is checked each time:
/// after [`ExternCtx::unroot`](crate::ExternCtx::unroot), or in another program, it is stale.
///
/// ```
/// use vo_ffi_core::{ExternCtx, Root, VmCtx, VoError, VoFunc};
///
/// #[derive(Default)]
/// struct Handlers(Vec<Root>);
///
/// fn on_event<'call>(ctx: &mut ExternCtx<'call>, handler: VoFunc<'call, (i64,), ()>) {
///     let root = ctx.root(handler);
///     ctx.state_or_default::<Handlers>().0.push(root);
/// }
///
/// fn fire(ctx: &mut VmCtx<'_>, event: i64) -> Result<(), VoError> {
///     for root in ctx.state::<Handlers>().0.clone() {
///         let handler: VoFunc<(i64,), ()> = ctx.rooted(&root)?;
///         handler.call(ctx, (event,))?;
///     }
///     Ok(())
/// }
/// # use std::{cell::Cell, rc::Rc};
/// # use vo_ffi_core::{Slot, TypeId};
/// # mod vm { include!(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/doc/vm.rs")); }
/// # let seen = Rc::new(Cell::new(0));
/// # let cell = seen.clone();
/// # let handler: vm::Func = Box::new(move |args| { cell.set(args[0].as_i64()); Ok(Vec::new()) });
/// # vm::with_func(&[TypeId::INT], &[], Some(handler), |ctx, handler| {
/// # let handler = handler.typed().expect("a func(int)");
/// // With `func(event int) { seen = event }`:
/// on_event(ctx, handler);
/// fire(ctx, 7).expect("no panic");
/// assert_eq!(seen.get(), 7);
/// # });
/// ```
#[derive(Clone)]
pub struct Root {
    index: usize,
    token: Arc<Token>,
}

/// What makes a root this one and no other; it has an address of its own.
struct Token(#[expect(dead_code, reason = "gives the token a size, and so an address")] u8);

impl fmt::Debug for Root {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Root").field(&self.index).finish()
    }
}

/// The values that roots of one context stand for.
#[derive(Default)]
pub(crate) struct Roots {
    entries: Vec<Entry>,
    free: Vec<usize>,
}

struct Entry {
    /// That of the root; where nobody else has it, nobody asks for the value any more.
    token: Arc<Token>,
    /// Type word and data, as an interface has them.
    value: [Slot; 2],
}

impl Entry {
    fn is_live(&self) -> bool {
        Arc::strong_count(&self.token) > 1
    }
}

impl Roots {
    pub(crate) fn add(&mut self, value: [Slot; 2]) -> Root {
        let token = Arc::new(Token(0));
        let entry = Entry { token: Arc::clone(&token), value };
        if self.free.is_empty() && self.entries.len() == self.entries.capacity() {
            self.find_free();
        }
        let index = match self.free.pop() {
            Some(index) => {
                self.entries[index] = entry;
                index
            }
            None => {
                self.entries.push(entry);
                self.entries.len() - 1
            }
        };
        Root { index, token }
    }

    /// Lists what no root stands for; so seldom that adding stays cheap.
    fn find_free(&mut self) {
        let dead = self.entries.iter().enumerate().filter(|(_, entry)| !entry.is_live());
        self.free.extend(dead.map(|(index, _)| index));
        if self.free.len() < self.entries.len() / 2 {
            self.entries.reserve(self.entries.len().max(8));
        }
    }

    /// The value; `None` where the root is stale.
    pub(crate) fn get(&self, root: &Root) -> Option<[Slot; 2]> {
        let entry = self.entries.get(root.index)?;
        Arc::ptr_eq(&entry.token, &root.token).then_some(entry.value)
    }

    /// Makes the root and its clones stale, and gives the value.
    pub(crate) fn remove(&mut self, root: &Root) -> Option<[Slot; 2]> {
        let value = self.get(root)?;
        self.entries[root.index] = Entry { token: Arc::new(Token(0)), value: [Slot::ZERO; 2] };
        Some(value)
    }

    /// All values that some root stands for.
    pub(crate) fn values(&self) -> impl Iterator<Item = [Slot; 2]> {
        self.entries.iter().filter(|entry| entry.is_live()).map(|entry| entry.value)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(number: u64) -> [Slot; 2] {
        [Slot::from_bits(number), Slot::ZERO]
    }

    #[test]
    fn a_root_keeps_its_value_until_it_is_dropped_or_released() {
        let mut roots = Roots::default();
        let (one, two) = (roots.add(value(1)), roots.add(value(2)));
        assert_eq!((roots.get(&one), roots.get(&two)), (Some(value(1)), Some(value(2))));
        let clone = one.clone();
        drop(one);
        assert_eq!(roots.values().collect::<Vec<_>>(), [value(1), value(2)]);
        assert_eq!(roots.remove(&clone), Some(value(1)));
        assert_eq!((roots.get(&clone), roots.remove(&clone)), (None, None));
        drop(two);
        assert_eq!(roots.values().count(), 0);
    }

    #[test]
    fn places_are_used_again_and_stale_roots_stay_stale() {
        let mut roots = Roots::default();
        let kept = roots.add(value(0));
        let stale = roots.add(value(1));
        roots.remove(&stale);
        for number in 2..100_000 {
            drop(roots.add(value(number)));
        }
        assert!(roots.entries.len() < 64, "{} entries for one root", roots.entries.len());
        assert_eq!((roots.get(&kept), roots.get(&stale)), (Some(value(0)), None));
    }

    #[test]
    fn a_root_of_another_context_is_stale() {
        let (mut here, mut elsewhere) = (Roots::default(), Roots::default());
        let root = here.add(value(1));
        let _same_place = elsewhere.add(value(2));
        assert_eq!((elsewhere.get(&root), here.get(&root)), (None, Some(value(1))));
    }

    #[test]
    fn threads_hold_and_drop_roots() {
        let mut roots = Roots::default();
        let root = roots.add(value(1));
        let clone = root.clone();
        std::thread::spawn(move || drop(clone)).join().unwrap();
        assert_eq!(roots.get(&root), Some(value(1)));
        std::thread::spawn(move || drop(root)).join().unwrap();
        assert_eq!(roots.values().count(), 0);
    }
}
