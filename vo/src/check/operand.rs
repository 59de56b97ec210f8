//! What an expression evaluates to while it is checked.

use super::checker::Checker;
use super::constant::Constant;
use super::info::Builtin;
use crate::ast::{ExprId, ExprKind};
use crate::types::TypeId;

/// How a value can be used.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Mode {
    /// An error has been reported.
    Invalid,
    /// A call without results.
    NoValue,
    /// A call with several results.
    Tuple(Box<[TypeId]>),
    Type,
    Builtin(Builtin),
    Constant(Constant),
    /// Addressable.
    Variable,
    MapIndex,
    Value,
    /// A type assertion.
    CommaOk,
    Nil,
}

#[derive(Clone, Debug)]
pub(super) struct Operand {
    pub(super) mode: Mode,
    pub(super) ty: TypeId,
    pub(super) expr: ExprId,
}

impl Operand {
    pub(super) fn is_invalid(&self) -> bool {
        self.mode == Mode::Invalid
    }

    pub(super) fn constant(&self) -> Option<&Constant> {
        match &self.mode {
            Mode::Constant(value) => Some(value),
            _ => None,
        }
    }

    pub(super) fn is_nil(&self) -> bool {
        self.mode == Mode::Nil
    }
}

impl Checker<'_> {
    pub(super) fn invalid(&self, expr: ExprId) -> Operand {
        Operand { mode: Mode::Invalid, ty: self.untyped.invalid, expr }
    }

    pub(super) fn value(&self, expr: ExprId, ty: TypeId) -> Operand {
        self.operand(expr, Mode::Value, ty)
    }

    pub(super) fn operand(&self, expr: ExprId, mode: Mode, ty: TypeId) -> Operand {
        let mode = if ty == self.untyped.invalid { Mode::Invalid } else { mode };
        Operand { mode, ty, expr }
    }

    /// The operand as Go's messages describe it: `x (variable of type int)`.
    pub(super) fn describe(&self, operand: &Operand) -> String {
        let text = self.expr_text(operand.expr);
        let ty = self.type_name(operand.ty);
        let kind = match &operand.mode {
            Mode::Nil => return "untyped nil".into(),
            Mode::Invalid => return format!("{text} (invalid operand)"),
            Mode::NoValue => return format!("{text} (no value)"),
            Mode::Type => return format!("{text} (type)"),
            Mode::Builtin(_) => return format!("{text} (built-in)"),
            Mode::Tuple(types) => return format!("{text} (value of type {})", self.tuple_name(types)),
            Mode::Constant(value) => return self.describe_constant(&text, operand, value),
            Mode::Variable => "variable",
            Mode::MapIndex => "map index expression",
            Mode::Value => "value",
            Mode::CommaOk => "comma, ok expression",
        };
        if self.is_untyped(operand.ty) {
            format!("{text} ({ty} {kind})")
        } else {
            format!("{text} ({kind} of type {ty})")
        }
    }

    fn describe_constant(&self, text: &str, operand: &Operand, value: &Constant) -> String {
        let ty = self.type_name(operand.ty);
        let literal = matches!(self.ast.expr(operand.expr).kind, ExprKind::Literal(_));
        let shown = if literal || text == value.to_string() || matches!(value, Constant::Bool(_)) {
            String::new()
        } else {
            format!(" {value}")
        };
        if self.is_untyped(operand.ty) {
            format!("{text} ({ty} constant{shown})")
        } else {
            format!("{text} (constant{shown} of type {ty})")
        }
    }

    pub(super) fn tuple_name(&self, types: &[TypeId]) -> String {
        let names: Vec<String> = types.iter().map(|&ty| self.type_name(ty)).collect();
        format!("({})", names.join(", "))
    }

    /// The source of an expression, shortened to one line.
    pub(super) fn expr_text(&self, expr: ExprId) -> String {
        let expr = self.ast.expr(expr);
        let text = self.sources.text(expr.span);
        if let ExprKind::FuncLit { .. } = expr.kind {
            return "func literal".into();
        }
        let short = |text: &str| -> String {
            let line = text.split('\n').next().unwrap_or("");
            if line.len() == text.len() && text.len() <= 60 {
                return text.into();
            }
            format!("{}…", line.chars().take(50).collect::<String>())
        };
        if text.len() <= 60 && !text.contains('\n') {
            return text.into();
        }
        let part = |expr: ExprId| short(self.sources.text(self.ast.expr(expr).span));
        match &expr.kind {
            ExprKind::Composite { ty: Some(ty), .. } => format!("{}{{…}}", part(*ty)),
            ExprKind::Call { callee, .. } => format!("{}(…)", part(*callee)),
            _ => short(text),
        }
    }
}
