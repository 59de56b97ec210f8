//! What an embedder gives natives beside their arguments: one value of each type.

use std::any::{Any, TypeId};
use std::fmt;
use std::ptr::NonNull;

/// One value of each type. A VM has few, so they are searched in order.
#[derive(Default)]
pub(crate) struct States(Vec<State>);

struct State {
    ty: TypeId,
    value: Box<dyn Any>,
    /// A native that runs has it as a parameter.
    lent: bool,
}

/// Why a state cannot be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum NoState {
    Missing,
    Lent,
}

impl NoState {
    pub(crate) fn message<T>(self) -> String {
        let name = std::any::type_name::<T>();
        match self {
            NoState::Missing => {
                format!("the embedder has not given the program a state of type {name}; set_state does")
            }
            NoState::Lent => format!("the state of type {name} is a parameter of a native that is running"),
        }
    }
}

impl States {
    /// Puts a value in, and gives the one of the same type that was there.
    ///
    /// # Errors
    /// Where that one is lent.
    pub(crate) fn set<T: 'static>(&mut self, value: T) -> Result<Option<T>, NoState> {
        if self.index::<T>() == Err(NoState::Lent) {
            return Err(NoState::Lent);
        }
        let old = self.take();
        self.0.push(State { ty: TypeId::of::<T>(), value: Box::new(value), lent: false });
        Ok(old)
    }

    /// Takes the value out, unless it is lent.
    pub(crate) fn take<T: 'static>(&mut self) -> Option<T> {
        let index = self.index::<T>().ok()?;
        self.0.remove(index).value.downcast().ok().map(|value| *value)
    }

    #[inline]
    pub(crate) fn get<T: 'static>(&self) -> Result<&T, NoState> {
        self.0[self.index::<T>()?].value.downcast_ref().ok_or(NoState::Missing)
    }

    #[inline]
    pub(crate) fn get_mut<T: 'static>(&mut self) -> Result<&mut T, NoState> {
        let index = self.index::<T>()?;
        self.0[index].value.downcast_mut().ok_or(NoState::Missing)
    }

    pub(crate) fn get_or_default<T: Default + 'static>(&mut self) -> Result<&mut T, NoState> {
        if self.index::<T>() == Err(NoState::Missing) {
            self.set(T::default())?;
        }
        self.get_mut()
    }

    /// Gives the value away until [`States::give_back`].
    #[inline]
    pub(crate) fn lend<T: 'static>(&mut self) -> Result<NonNull<T>, NoState> {
        let index = self.index::<T>()?;
        let state = &mut self.0[index];
        let value = state.value.downcast_mut().ok_or(NoState::Missing)?;
        state.lent = true;
        Ok(NonNull::from(value))
    }

    #[inline]
    pub(crate) fn give_back<T: 'static>(&mut self) {
        let wanted = TypeId::of::<T>();
        self.0.iter_mut().filter(|state| state.ty == wanted).for_each(|state| state.lent = false);
    }

    #[inline]
    fn index<T: 'static>(&self) -> Result<usize, NoState> {
        let wanted = TypeId::of::<T>();
        let index = self.0.iter().position(|state| state.ty == wanted).ok_or(NoState::Missing)?;
        if self.0[index].lent { Err(NoState::Lent) } else { Ok(index) }
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
        assert_eq!(states.set(1_i32), Ok(None));
        assert_eq!(states.set("text"), Ok(None));
        assert_eq!(states.set(2_i32), Ok(Some(1)));
        *states.get_mut::<i32>().unwrap() += 1;
        assert_eq!((states.get::<i32>(), states.get::<&str>()), (Ok(&3), Ok(&"text")));
        assert_eq!(states.get::<u32>(), Err(NoState::Missing));
        assert_eq!(states.get_or_default::<u8>(), Ok(&mut 0));
        assert_eq!((states.take::<i32>(), states.take::<i32>()), (Some(3), None));
    }

    #[test]
    fn what_is_lent_nobody_else_gets() {
        let mut states = States::default();
        assert_eq!(states.set(String::from("mine")), Ok(None));
        // SAFETY: the value is in the states, which nothing else uses now.
        assert_eq!(unsafe { states.lend::<String>().unwrap().as_ref() }, "mine");
        assert_eq!(states.get::<String>(), Err(NoState::Lent));
        assert_eq!(states.set(String::from("another")), Err(NoState::Lent));
        assert_eq!(states.get_or_default::<String>(), Err(NoState::Lent));
        assert_eq!((states.lend::<String>(), states.take::<String>()), (Err(NoState::Lent), None));
        states.give_back::<String>();
        assert_eq!(states.take(), Some(String::from("mine")));
    }
}
