//! `C.name`: the function, type, constant or variable of that name.

use std::sync::Arc;

use vo_ffi::c::{CKind, CType, CValue, Target};

use crate::ast::{ExprId, Ident};
use crate::check::checker::Checker;
use crate::check::constant::Constant;
use crate::check::info::{CSymbol, CWanted, GlobalId, GlobalInfo, PackageId, Resolved};
use crate::check::operand::{Mode, Operand};
use crate::source::Span;
use crate::types::TypeId;

/// cgo's names of scalars that are no single word in C.
const SCALARS: [(&str, &str); 8] = [
    ("schar", "signed char"),
    ("uchar", "unsigned char"),
    ("ushort", "unsigned short"),
    ("uint", "unsigned int"),
    ("ulong", "unsigned long"),
    ("longlong", "long long"),
    ("ulonglong", "unsigned long long"),
    ("longdouble", "long double"),
];

impl<'a> Checker<'a> {
    /// `C.name`, where it is not called.
    pub(in crate::check) fn c_member(
        &mut self,
        expr: ExprId,
        helpers: PackageId,
        name: &'a Ident,
    ) -> Operand {
        let word = super::name_in_c(&name.name);
        if let Some(ty) = self.c_named_type(word) {
            let ty = self.c_type(ty);
            self.info.resolved.insert(expr, Resolved::Type(ty));
            return self.operand(expr, Mode::Type, ty);
        }
        if let Some(operand) = self.c_constant(expr, name) {
            return operand;
        }
        let declarations = &self.c_unit().declarations;
        if let Some(variable) = declarations.variable(word).cloned() {
            let addressed = self.addressed.take() == Some(expr);
            if !self.is_readable(self.span(expr), &variable, addressed) {
                return self.invalid(expr);
            }
            let span = self.c_unit().span(variable.place);
            let ty = self.c_type(variable.ty);
            let global = self.c_address(word, &variable.symbol, ty, span, CWanted::Variable);
            self.info.resolved.insert(expr, Resolved::CVariable(global));
            return self.operand(expr, if variable.constant { Mode::Value } else { Mode::Variable }, ty);
        }
        if let Some(function) = declarations.function(word).cloned() {
            return self.c_function_value(expr, &function);
        }
        if let Some(operand) = self.c_presence(expr, word) {
            return operand;
        }
        let scope = &self.objects.packages[helpers.0 as usize];
        if scope.contains_key(word) || super::call::IMPLIED.iter().any(|(own, _)| *own == word) {
            self.error(name.span, format!("C.{word} must be called"));
        } else {
            self.undefined_in_c(name, helpers);
        }
        self.invalid(expr)
    }

    /// The type of a name: `int`, `struct_point`, `point_t`.
    fn c_named_type(&mut self, name: &str) -> Option<CType> {
        let scalar = SCALARS.iter().find(|(own, _)| *own == name).map(|(_, full)| *full);
        let tagged = ["struct", "union", "enum"]
            .into_iter()
            .find_map(|word| Some(format!("{word} {}", name.strip_prefix(word)?.strip_prefix('_')?)));
        let declarations = &self.c_unit().declarations;
        let full = scalar.map(str::to_string).or(tagged).unwrap_or_else(|| name.to_string());
        declarations
            .type_named(&full)
            .or_else(|| (name == "bool").then(|| declarations.type_named("_Bool"))?)
    }

    fn c_constant(&mut self, expr: ExprId, name: &Ident) -> Option<Operand> {
        let untyped = self.untyped;
        let (value, ty) = match name.name.strip_prefix("sizeof_") {
            Some(of) => {
                let ty = self.c_named_type(of)?;
                let size = match self.c_unit().declarations.types.layout(ty, Target::HOST) {
                    Ok(layout) => layout.size,
                    Err(error) => {
                        self.error(name.span, error.to_string());
                        return Some(self.invalid(expr));
                    }
                };
                (Constant::Int(size.into()), untyped.int)
            }
            None => {
                let declarations = &self.c_unit().declarations;
                let constant = declarations.constant(super::name_in_c(&name.name))?.clone();
                let named = constant.of.filter(|&of| match declarations.types.unaligned_kind(of) {
                    CKind::Enum(id) => declarations.types.enumeration(*id).tag.is_some(),
                    _ => false,
                });
                match constant.value {
                    // `(void *)-1`
                    CValue::Int(value) if declarations.types.as_scalar(constant.ty).is_none() => {
                        (Constant::Int(value), TypeId::UINTPTR)
                    }
                    CValue::Int(value) => {
                        let ty = named.map_or(untyped.int, |of| self.untyped_enum(of));
                        (Constant::Int(value), ty)
                    }
                    CValue::Float(value) if value.is_finite() => (Constant::float(value), untyped.float),
                    CValue::Float(_) => return None,
                    CValue::Text(bytes) => (Constant::String(bytes.as_slice().into()), untyped.string),
                }
            }
        };
        self.info.resolved.insert(expr, Resolved::Const);
        Some(self.operand(expr, Mode::Constant(value), ty))
    }

    /// The type of an enum's constants, which fit wherever an integer does, and are of the enum where nothing else is asked.
    fn untyped_enum(&mut self, of: CType) -> TypeId {
        let ty = self.c_type(of);
        if let Some(&known) = self.c_unit().untyped_enums.get(&ty) {
            return known;
        }
        let name = format!("untyped {}", self.types.name(ty));
        let untyped = self.types.new_named(name);
        self.types.set_underlying(untyped, TypeId::INT);
        self.c_unit().untyped_enums.insert(ty, untyped);
        untyped
    }

    /// The enum that untyped constants of this type become.
    pub(in crate::check) fn enum_of_untyped(&self, ty: TypeId) -> Option<TypeId> {
        let enums = self.c_units.values().flat_map(|unit| &unit.untyped_enums);
        enums.into_iter().find(|(_, untyped)| **untyped == ty).map(|(of, _)| *of)
    }

    /// The hidden variable that holds the address of a variable or function of C.
    pub(super) fn c_address(
        &mut self,
        name: &str,
        symbol: &str,
        ty: TypeId,
        span: Span,
        wanted: CWanted,
    ) -> GlobalId {
        let ty = self.types.pointer_to(ty);
        self.c_global(format!("&{name}"), symbol, ty, span, wanted)
    }

    /// `C.has_name`, where the preamble declares a function or variable of that name and nothing that is called so.
    fn c_presence(&mut self, expr: ExprId, word: &str) -> Option<Operand> {
        let name = super::name_in_c(word.strip_prefix("has_")?);
        let declarations = &self.c_unit().declarations;
        let function = declarations.function(name).map(|function| (function.symbol.clone(), function.place));
        let variable =
            || declarations.variable(name).map(|variable| (variable.symbol.clone(), variable.place));
        let (symbol, place) = function.or_else(variable)?;
        let span = self.c_unit().span(place);
        let global = self.c_global(word.into(), &symbol, TypeId::BOOL, span, CWanted::Presence);
        self.info.resolved.insert(expr, Resolved::Global(global));
        Some(self.operand(expr, Mode::Value, TypeId::BOOL))
    }

    /// The hidden variable for something in a library, which has its value before the program runs.
    fn c_global(&mut self, name: String, symbol: &str, ty: TypeId, span: Span, wanted: CWanted) -> GlobalId {
        if let Some(&known) = self.c_unit().globals.get(&name) {
            return known;
        }
        let libraries = self.c_unit().libraries.clone();
        let package = self.package_id();
        let c = Some(Arc::new(CSymbol { libraries, symbol: symbol.into(), wanted, package }));
        self.info.globals.push(GlobalInfo { name: format!("C.{name}"), ty, span, c });
        let id = GlobalId(self.info.globals.len() as u32 - 1);
        self.c_unit().globals.insert(name, id);
        id
    }
}
