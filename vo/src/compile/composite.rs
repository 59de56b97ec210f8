//! Composite literals. They are built where they will be: nested structs and arrays have no image of
//! their own.

use crate::ast::{ExprId, ExprKind};
use crate::bytecode::RuntimeFn;
use crate::check::info::CompositeInfo;
use crate::types::{TypeId, TypeKind};

use super::body::Body;
use super::place::Loc;
use super::registers::{Form, Reg};

impl Body<'_, '_> {
    /// A composite literal; with the type of a pointer, the address of a new one.
    pub(super) fn composite(&mut self, expr: ExprId, dst: Reg) {
        let whole = self.type_of(expr);
        let ty = match *self.types().kind(whole) {
            TypeKind::Pointer(target) => target,
            _ => whole,
        };
        // It is written before its parts are evaluated, so they must not be able to read it.
        let mut own = if self.is_private(dst) { dst } else { self.regs.temp(Form::Ref) };
        match *self.types().kind(ty) {
            TypeKind::Map(key, value) => self.map_literal(expr, ty, (key, value), own),
            TypeKind::Slice(elem) => self.slice_literal(expr, elem, own),
            _ => {
                self.new_object(ty, own);
                self.fill(expr, ty, own, 0);
            }
        }
        if ty != whole && !self.is_image(ty) {
            own = self.new_variable(ty, own);
        }
        self.move_value(Form::Ref, dst, own);
    }

    /// The address of a new variable that holds a value.
    pub(super) fn new_variable(&mut self, ty: TypeId, value: Reg) -> Reg {
        let object = self.regs.temp(Form::Ref);
        self.new_object(ty, object);
        self.store(Loc::Memory { base: object, offset: 0, safe: true }, ty, value);
        object
    }

    fn map_literal(&mut self, expr: ExprId, ty: TypeId, (key_type, value_type): (TypeId, TypeId), map: Reg) {
        self.runtime(RuntimeFn::MakeMap, [map, 0, 0], (0, ty.number()));
        let Some(CompositeInfo::Map(entries)) = self.info().composites.get(&expr) else { return };
        for &(key, value) in entries {
            let mark = self.regs.mark();
            let key = self.operand_as(key, key_type);
            let value = self.operand_as(value, value_type);
            self.store(Loc::Entry { map, key, ty }, value_type, value);
            self.regs.release(mark);
        }
    }

    fn slice_literal(&mut self, expr: ExprId, elem: TypeId, dst: Reg) {
        let Some(CompositeInfo::Array { len, elements }) = self.info().composites.get(&expr) else { return };
        let (slice, data) = self.new_slice(elem, *len);
        for &(index, value) in elements {
            let place = Loc::Memory { base: data, offset: index * self.size(elem) as u64, safe: true };
            self.init(place, elem, value);
        }
        self.move_value(Form::Ref, dst, slice);
    }

    /// Writes the elements of a struct or array literal into zeroed memory.
    fn fill(&mut self, expr: ExprId, ty: TypeId, base: Reg, start: u64) {
        let types = self.types();
        match (self.info().composites.get(&expr), types.kind(ty)) {
            (Some(CompositeInfo::Struct(values)), TypeKind::Struct(fields)) => {
                for &(index, value) in values {
                    let offset = start + types.layout(ty).offsets[index] as u64;
                    let place = match types.bit_field(ty, index) {
                        Some(field) => {
                            let whole = Loc::Memory { base, offset: start, safe: true };
                            self.bits_loc(whole, ty, field)
                        }
                        None => Loc::Memory { base, offset, safe: true },
                    };
                    self.init(place, fields[index].ty, value);
                }
            }
            (Some(CompositeInfo::Array { elements, .. }), TypeKind::Array(elem, _)) => {
                for &(index, value) in elements {
                    let offset = start + index * self.size(*elem) as u64;
                    self.init(Loc::Memory { base, offset, safe: true }, *elem, value);
                }
            }
            _ => {}
        }
    }

    /// Gives a place in zeroed memory its first value.
    pub(super) fn init(&mut self, place: Loc, ty: TypeId, value: ExprId) {
        let mark = self.regs.mark();
        let inner = self.ast().unparen(value);
        let nested = matches!(self.ast().expr(inner).kind, ExprKind::Composite { .. });
        match place {
            Loc::Memory { base, offset, .. } if nested && self.is_image(ty) => {
                self.fill(inner, ty, base, offset)
            }
            _ if self.immediate(value) == Some(0) && !self.is_boxing(self.type_of(value), ty) => {}
            _ => {
                let value = self.operand_now_as(value, ty);
                self.store(place, ty, value);
            }
        }
        self.regs.release(mark);
    }
}
