//! Variables of libraries.

use std::cell::RefCell;

use vo_ffi::c::Declarations;
use vo_ffi::prelude::*;
use vo_ffi::runtime;
use vo_ffi::runtime::Variable;

use super::ctype::{Table, TypeRef};
use super::library::{Use, only};
use super::load::{Given, load};
use super::memory::Memory;
use super::store::store;
use super::value::failed;

/// A variable of a library.
#[derive(VoObject)]
#[vo(name = "ffi.Var")]
pub(super) struct Var {
    variable: Variable,
    ty: TypeRef,
    user: RefCell<Option<Use>>,
}

impl Var {
    pub(super) fn of_library(
        library: &runtime::Library,
        declarations: &Declarations,
        used_by: impl FnOnce(&str) -> Use,
    ) -> Result<Var, VoError> {
        let declared = only("variable", declarations.variables(), |variable| &variable.name)?;
        let variable =
            library.variable_of(declarations, &declared.name).map_err(|error| failed(error.to_string()))?;
        let (types, ty) = variable.c_type();
        let ty = TypeRef { types: Table::new(types.clone()), ty };
        let user = RefCell::new(Some(used_by(variable.name())));
        Ok(Var { variable, ty, user })
    }

    fn memory(&self) -> Result<Memory, VoError> {
        match *self.user.borrow() {
            Some(_) => Ok(Memory::of_c(self.variable.address())),
            None => Err(failed(format!("the variable `{}` is closed", self.variable.name()))),
        }
    }

    fn declaration(&self) -> String {
        let constant = if self.variable.is_constant() { "const " } else { "" };
        format!("{constant}{}", self.ty.types.declare(self.ty.ty, self.variable.name()))
    }
}

#[vo_extern("ffi.Var.get")]
fn get<'call>(ctx: &mut ExternCtx<'call>, v: &Var) -> Result<Given<'call>, VoError> {
    let memory = v.memory()?;
    // SAFETY: the program vouches for a variable of this type.
    Ok(unsafe { load(&v.ty, &memory, None) }.give(ctx))
}

#[vo_extern("ffi.Var.Set")]
fn set(ctx: &mut ExternCtx, v: &Var, x: VoInterface) -> Result<(), VoError> {
    let memory = v.memory()?;
    let name = v.variable.name();
    if v.variable.is_constant() {
        return Err(failed(format!(
            "`{name}` is declared const, and may be read-only memory\n\t{}",
            v.declaration()
        )));
    }
    // SAFETY: the program vouches for a variable of this type.
    unsafe { store(ctx, (&v.ty, &memory, None), x) }
        .map_err(|error| failed(format!("`{name}`: {error}\n\t{}", v.declaration())))
}

#[vo_extern("ffi.Var.Name")]
fn name(v: &Var) -> String {
    v.variable.name().into()
}

#[vo_extern("ffi.Var.Pointer")]
fn pointer(v: &Var) -> u64 {
    v.variable.address().expose_provenance() as u64
}

#[vo_extern("ffi.Var.Close")]
fn close(v: &Var) -> Result<(), VoError> {
    v.memory()?;
    v.user.take();
    Ok(())
}

#[vo_extern("ffi.Var.String")]
fn text(v: &Var) -> String {
    v.declaration()
}
