//! What the output of the derives names for enums whose variants hold values: one of several types in an `any`.

use crate::__private::{Given, Param, Taken};
use crate::convert::{Arg, IntoVo, Predeclared};
use crate::ctx::Access;
use crate::error::Mismatch;
use crate::slot::Slot;
use crate::spec::TypeSpec;
use crate::types::TypeId;

/// An `any`, which is tried as the type of each variant.
#[derive(Debug)]
pub struct Choice<'call> {
    access: Access<'call>,
    /// Type word and data.
    slots: [Slot; 2],
}

impl<'call> Choice<'call> {
    /// The value that an argument is.
    ///
    /// # Safety
    /// `arg` is an interface value.
    #[inline]
    pub unsafe fn of_arg(arg: Arg<'call>) -> Choice<'call> {
        // SAFETY: the caller vouches for two slots.
        let slots = unsafe { [*arg.at, *arg.at.add(1)] };
        Choice { access: arg.access, slots }
    }

    /// Whether it is nil.
    #[inline]
    pub fn is_nil(&self) -> bool {
        self.slots[0] == Slot::ZERO
    }

    /// The value as a `T`, where its type is one that `T` stands for.
    ///
    /// # Safety
    /// The value stays alive for `'call`.
    #[inline]
    pub unsafe fn as_type<T>(&self, param: Param<'call, T>, variant: &str) -> Option<Taken<T>> {
        let access = self.access;
        let word = TypeId::from_number(self.slots[0].bits() as u32);
        // What takes two slots takes an interface, and so anything.
        let (ty, at) = match param.slots {
            2 => (TypeId::ANY, &self.slots[..]),
            _ if word != TypeId::NIL && param.ty.accepts(access.types(), word) => (word, &self.slots[1..]),
            _ => return None,
        };
        access.hand_out_value(TypeId::ANY, &self.slots);
        // SAFETY: the slots are a value of the type, which `T` accepts.
        let taken = unsafe { (param.convert)(Arg { access, at: at.as_ptr(), ty }) };
        Some(taken.map_err(|error| error.within(format_args!("variant `{variant}`"))))
    }

    /// That it is of none of these types; a variant without one is nil.
    #[cold]
    pub fn none_of(&self, name: &str, variants: &[(&str, Option<TypeSpec>)]) -> Mismatch {
        let variants: Vec<String> = (variants.iter())
            .map(|(variant, ty)| format!("{} ({variant})", ty.map_or("nil".into(), |ty| ty.vo_name())))
            .collect();
        let found = TypeId::from_number(self.slots[0].bits() as u32);
        Mismatch::new(
            format!("a variant of {name}: {}", variants.join(", ")),
            self.access.types().name(found),
        )
    }
}

/// How a variant's value becomes an `any`.
#[derive(Debug)]
pub struct ChoiceOut<'call, T> {
    to_any: fn(T, Access<'call>) -> Given<[Slot; 2]>,
}

/// How a value of type `T` becomes an `any`.
#[inline(always)]
pub const fn choice_out<'call, T: IntoVo<'call> + Predeclared>() -> ChoiceOut<'call, T> {
    ChoiceOut { to_any }
}

impl<'call, T> ChoiceOut<'call, T> {
    /// The value's type word and data.
    #[inline]
    pub fn slots(&self, value: T, access: Access<'call>) -> Given<[Slot; 2]> {
        (self.to_any)(value, access)
    }
}

fn to_any<'call, T: IntoVo<'call> + Predeclared>(value: T, access: Access<'call>) -> Given<[Slot; 2]> {
    let slots = crate::convert::slots_of(value, access, T::ID)?;
    match T::ID {
        TypeId::ANY => Ok(slots),
        ty => Ok([Slot::from_bits(ty.number().into()), slots[0]]),
    }
}
