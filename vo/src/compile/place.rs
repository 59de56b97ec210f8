//! Places: what can be read, assigned to, or have its address taken.

use crate::ast::{ExprId, ExprKind};
use crate::bytecode::Op;
use crate::check::info::{FieldStep, Resolved, Selection, VarId};
use crate::types::{TypeId, TypeKind};

use super::access::Width;
use super::bits::Bits;
use super::body::{Body, Var};
use super::registers::{Form, Reg};

/// Where a value is. The registers that it names are not changed while it is in use.
#[derive(Clone, Copy, Debug)]
pub(super) enum Loc {
    /// `_`
    Blank,
    /// A register, a pair, or an image whose address is in the register.
    Register(Reg),
    /// Memory at a pointer or image, which is `safe` where it is known not to be nil.
    Memory { base: Reg, offset: u64, safe: bool },
    /// A part of a package-level variable.
    Global(u64),
    /// An element of a slice.
    Element { slice: Reg, index: Reg },
    /// An element of an array.
    ArrayElement { array: Reg, index: Reg, len: u64 },
    /// An element behind a pointer.
    Pointed { pointer: Reg, index: Reg },
    /// A bit-field of the struct at a pointer or image.
    Bits { base: Reg, offset: u64, field: Bits },
    /// The value under a key of a map of the type `ty`.
    Entry { map: Reg, key: Reg, ty: TypeId },
}

impl Body<'_, '_> {
    /// Evaluates all of a place but the last step to its value. What is no place is evaluated.
    pub(super) fn loc(&mut self, expr: ExprId) -> Loc {
        stacker::maybe_grow(64 << 10, 1 << 20, || self.loc_here(expr))
    }

    fn loc_here(&mut self, expr: ExprId) -> Loc {
        let expr = self.ast().unparen(expr);
        match self.info().resolved.get(&expr) {
            Some(Resolved::Blank) => return Loc::Blank,
            Some(Resolved::Local(var)) => return self.var_loc(*var),
            Some(Resolved::Global(global)) => return Loc::Global(self.unit.global_offset(*global)),
            Some(Resolved::CVariable(global)) => {
                let base = self.regs.temp(Form::Ref);
                self.wide(Op::GlobalLoad64, base, self.unit.global_offset(*global) as u32);
                return Loc::Memory { base, offset: 0, safe: true };
            }
            _ => {}
        }
        match &self.ast().expr(expr).kind {
            ExprKind::Selector { operand, .. } => match self.info().selections.get(&expr) {
                Some(Selection::Field { path }) => {
                    let start = self.loc(*operand);
                    self.walk(start, self.type_of(*operand), path).0
                }
                _ => self.value_loc(expr),
            },
            ExprKind::Index { operand, index } => self.index_loc(expr, *operand, *index),
            ExprKind::Star(pointer) => {
                let base = self.operand(*pointer);
                Loc::Memory { base, offset: 0, safe: false }
            }
            _ => self.value_loc(expr),
        }
    }

    fn value_loc(&mut self, expr: ExprId) -> Loc {
        Loc::Register(self.operand(expr))
    }

    /// The place of a local variable.
    pub(super) fn var_loc(&mut self, var: VarId) -> Loc {
        match self.vars.get(&var) {
            Some(Var::Register(register)) => Loc::Register(*register),
            Some(Var::Boxed(register)) => Loc::Memory { base: *register, offset: 0, safe: true },
            None => {
                let info = self.info().var(var);
                self.unit.error(info.span, format!("the compiler has no place for {}", info.name));
                Loc::Register(0)
            }
        }
    }

    /// Goes from a place along a path of fields; the result is where it ends, and the type there.
    pub(super) fn walk(&mut self, mut loc: Loc, mut ty: TypeId, path: &[FieldStep]) -> (Loc, TypeId) {
        let types = self.types();
        for step in path {
            if step.deref {
                let base = self.operand_at(loc, ty);
                loc = Loc::Memory { base, offset: 0, safe: false };
                ty = self.pointee(ty);
            }
            let offset = types.layout(ty).offsets[step.index] as u64;
            loc = match types.bit_field(ty, step.index) {
                Some(field) => self.bits_loc(loc, ty, field),
                None => self.part(loc, ty, offset),
            };
            if let TypeKind::Struct(fields) = types.kind(ty) {
                ty = fields[step.index].ty;
            }
        }
        (loc, ty)
    }

    /// What a pointer type points to.
    pub(super) fn pointee(&self, ty: TypeId) -> TypeId {
        match self.types().kind(ty) {
            TypeKind::Pointer(target) => *target,
            _ => TypeId::NIL,
        }
    }

    /// The part of a struct or array at an offset.
    pub(super) fn part(&mut self, loc: Loc, ty: TypeId, offset: u64) -> Loc {
        match loc {
            Loc::Memory { base, offset: start, safe } => Loc::Memory { base, offset: start + offset, safe },
            Loc::Global(start) => Loc::Global(start + offset),
            _ => {
                let base = self.address(loc, ty);
                Loc::Memory { base, offset, safe: true }
            }
        }
    }

    fn index_loc(&mut self, expr: ExprId, operand: ExprId, index: ExprId) -> Loc {
        let ty = self.type_of(operand);
        match *self.types().kind(ty) {
            TypeKind::Map(key, _) => {
                let map = self.operand(operand);
                let key = self.operand_as(index, key);
                Loc::Entry { map, key, ty }
            }
            TypeKind::Slice(_) => {
                let slice = self.operand(operand);
                let index = self.operand(index);
                Loc::Element { slice, index }
            }
            TypeKind::Array(elem, len) => {
                let array = self.loc(operand);
                self.array_element((array, ty), elem, len, index)
            }
            TypeKind::Pointer(target) => {
                let base = self.operand(operand);
                let array = Loc::Memory { base, offset: 0, safe: false };
                match *self.types().kind(target) {
                    TypeKind::Array(elem, len) => self.array_element((array, target), elem, len, index),
                    _ if self.int_constant(index) == Some(0) => array,
                    _ => Loc::Pointed { pointer: base, index: self.operand(index) },
                }
            }
            _ => self.value_loc(expr),
        }
    }

    fn array_element(&mut self, (array, ty): (Loc, TypeId), elem: TypeId, len: u64, index: ExprId) -> Loc {
        if let Some(constant) = self.int_constant(index) {
            return self.part(array, ty, constant as u64 * self.size(elem) as u64);
        }
        let array = self.address(array, ty);
        let index = self.operand(index);
        Loc::ArrayElement { array, index, len }
    }

    // ---- Reading

    /// A register with the value at a place: its own, where it has one. For structs and arrays, the address.
    pub(super) fn operand_at(&mut self, loc: Loc, ty: TypeId) -> Reg {
        match loc {
            Loc::Register(register) => register,
            _ if self.is_image(ty) => self.address(loc, ty),
            _ => {
                let dst = self.temp(ty);
                self.load(loc, ty, dst);
                dst
            }
        }
    }

    /// Reads a place; of a struct or array, a new copy.
    pub(super) fn load(&mut self, loc: Loc, ty: TypeId, dst: Reg) {
        let width = self.width(ty);
        if width == Width::Image {
            let image = self.unchecked_address(loc, ty);
            self.ab(Op::CopyImage, dst, image);
            return self.ext(0, ty.number());
        }
        let access = width.access();
        match loc {
            Loc::Blank => {}
            Loc::Register(register) => self.move_value(self.form(ty), dst, register),
            Loc::Memory { base, offset, .. } => self.load_field(access.load, dst, base, offset),
            Loc::Global(offset) => self.wide(access.global_load, dst, offset as u32),
            Loc::Element { slice, index } => self.abc(access.index, dst, slice, index),
            Loc::ArrayElement { array, index, len } => {
                self.abc(access.array, dst, array, index);
                self.ext(0, len as u32);
            }
            Loc::Pointed { pointer, index } => self.abc(width.pointed()[0], dst, pointer, index),
            Loc::Bits { base, offset, field } => self.load_bit_field((base, offset), field, ty, dst),
            Loc::Entry { map, key, ty } => {
                self.abc(Op::MapGet, dst, map, key);
                self.ext(0, ty.number());
            }
        }
    }

    /// `dst = *(base + offset)`
    pub(super) fn load_field(&mut self, op: Op, dst: Reg, base: Reg, offset: u64) {
        let (base, offset) = self.near(base, offset);
        self.abc(op, dst, base, offset);
    }

    /// Base and offset, so that the offset fits into an instruction.
    pub(super) fn near(&mut self, base: Reg, offset: u64) -> (Reg, u16) {
        match u16::try_from(offset) {
            Ok(offset) => (base, offset),
            Err(_) => (self.far_address(base, offset), 0),
        }
    }

    fn far_address(&mut self, base: Reg, offset: u64) -> Reg {
        let dst = self.regs.temp(Form::Ref);
        self.abc(Op::FieldAddr, dst, base, 0);
        self.wide(Op::Offset, dst, offset.min(i32::MAX as u64) as u32);
        dst
    }

    // ---- Writing

    /// Assigns to a place. Except for maps the source may be in the window.
    pub(super) fn store(&mut self, loc: Loc, ty: TypeId, src: Reg) {
        let width = self.width(ty);
        let access = width.access();
        match loc {
            Loc::Blank => {}
            Loc::Entry { map, key, ty } => {
                self.abc(Op::MapSet, map, key, src);
                self.ext(0, ty.number());
            }
            _ if width == Width::Image => {
                let image = self.unchecked_address(loc, ty);
                self.ab(Op::CopyBytes, image, src);
                self.ext(0, self.size(ty));
            }
            Loc::Register(register) => self.move_value(self.form(ty), register, src),
            Loc::Memory { base, offset, .. } => {
                let (base, offset) = self.near(base, offset);
                self.abc(access.store, src, base, offset);
            }
            Loc::Bits { base, offset, field } => self.store_bit_field((base, offset), field, src),
            Loc::Global(offset) => self.wide(access.global_store, src, offset as u32),
            Loc::Element { slice, index } => self.abc(access.set_index, src, slice, index),
            Loc::ArrayElement { array, index, len } => {
                self.abc(access.set_array, src, array, index);
                self.ext(0, len as u32);
            }
            Loc::Pointed { pointer, index } => self.abc(width.pointed()[1], src, pointer, index),
        }
    }

    // ---- Addresses

    /// The address of a place, or of the image there.
    pub(super) fn address(&mut self, loc: Loc, ty: TypeId) -> Reg {
        if let Loc::Memory { base, offset: 0, safe: false } = loc {
            self.abc(Op::CheckNil, base, 0, 0);
        }
        self.unchecked_address(loc, ty)
    }

    /// The same, or nil where the place is what a nil pointer points to.
    fn unchecked_address(&mut self, loc: Loc, ty: TypeId) -> Reg {
        let dst = match loc {
            Loc::Register(register) => return register,
            Loc::Memory { base, offset: 0, .. } => return base,
            Loc::Memory { base, offset, .. } if offset > u16::MAX as u64 => {
                return self.far_address(base, offset);
            }
            _ => self.regs.temp(Form::Ref),
        };
        let size = self.size(ty);
        match loc {
            Loc::Memory { base, offset, .. } => self.abc(Op::FieldAddr, dst, base, offset as u16),
            Loc::Global(offset) => self.wide(Op::GlobalAddr, dst, offset as u32),
            Loc::Element { slice, index } => {
                self.abc(Op::IndexAddr, dst, slice, index);
                self.ext(0, size);
            }
            Loc::ArrayElement { array, index, len } => {
                self.abc(Op::ArrayAddr, dst, array, index);
                self.ext(0, len as u32);
                self.ext(0, size);
            }
            Loc::Pointed { pointer, index } => self.pointed_address((pointer, index), size, dst),
            Loc::Entry { .. } => self.map_image(loc, dst),
            // The checker lets nobody take the address of a bit-field.
            Loc::Blank | Loc::Register(_) | Loc::Bits { .. } => {}
        }
        dst
    }

    fn map_image(&mut self, loc: Loc, dst: Reg) {
        if let Loc::Entry { map, key, ty } = loc {
            self.abc(Op::MapGet, dst, map, key);
            self.ext(0, ty.number());
        }
    }
}
