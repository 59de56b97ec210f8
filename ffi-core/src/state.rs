//! What an embedder gives natives beside their arguments: one value of each type.

use std::any::{Any, TypeId};
use std::fmt;

/// One value of each type. A VM has few, so they are searched in order.
#[derive(Default)]
pub(crate) struct States(Vec<(TypeId, Box<dyn Any>)>);

impl States {
    /// Puts a value in, and gives the one of the same type that was there.
    pub(crate) fn set<T: 'static>(&mut self, value: T) -> Option<T> {
        let old = self.take();
        self.0.push((TypeId::of::<T>(), Box::new(value)));
        old
    }

    pub(crate) fn take<T: 'static>(&mut self) -> Option<T> {
        let index = self.index::<T>()?;
        let (_, value) = self.0.remove(index);
        value.downcast().ok().map(|value| *value)
    }

    #[inline]
    pub(crate) fn get<T: 'static>(&self) -> Option<&T> {
        self.0[self.index::<T>()?].1.downcast_ref()
    }

    #[inline]
    pub(crate) fn get_mut<T: 'static>(&mut self) -> Option<&mut T> {
        let index = self.index::<T>()?;
        self.0[index].1.downcast_mut()
    }

    pub(crate) fn get_or_default<T: Default + 'static>(&mut self) -> &mut T {
        let index = self.index::<T>().unwrap_or_else(|| {
            self.set(T::default());
            self.0.len() - 1
        });
        self.0[index].1.downcast_mut().expect("a value is found by its type")
    }

    #[inline]
    fn index<T: 'static>(&self) -> Option<usize> {
        let wanted = TypeId::of::<T>();
        self.0.iter().position(|(ty, _)| *ty == wanted)
    }
}

impl fmt::Debug for States {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("States").field(&self.0.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_one_value_of_each_type() {
        let mut states = States::default();
        assert_eq!(states.set(1_i32), None);
        assert_eq!(states.set("text"), None);
        assert_eq!(states.set(2_i32), Some(1));
        *states.get_mut::<i32>().unwrap() += 1;
        assert_eq!((states.get::<i32>(), states.get::<&str>()), (Some(&3), Some(&"text")));
        assert_eq!(states.get::<u32>(), None);
        assert_eq!(*states.get_or_default::<u8>(), 0);
        assert_eq!((states.take::<i32>(), states.take::<i32>()), (Some(3), None));
    }
}
