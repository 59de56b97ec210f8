//! Generated types and signatures as a C program.

use std::fmt::Write as _;

use vo_ffi_core::Class;
use vo_ffi_core::c::{CKind, CScalar, CType, CTypes, CallPlan, ResultPlan};

use super::TARGET;
use super::generate::{Generated, Signature};

/// The C text of all types and functions, and what their callers need to know.
pub(super) fn program(generated: &Generated, plans: &[CallPlan]) -> String {
    let types = generated.types.clone();
    let text = types.definitions(&generated.defined);
    let mut program = Program { types, text, described: Vec::new() };
    let mut rows = String::new();
    for (index, (signature, plan)) in generated.signatures.iter().zip(plans).enumerate() {
        program.function(index, signature);
        program.caller(index, signature);
        program.row(&mut rows, index, signature, plan);
    }
    let count = generated.signatures.len();
    format!(
        "{}const struct signature signatures[] = {{\n{rows}}};\nconst int signature_count = {count};\n",
        program.text
    )
}

struct Program {
    types: CTypes,
    text: String,
    /// The types that have a `struct type` already.
    described: Vec<CType>,
}

/// Appends a line.
macro_rules! line {
    ($text:expr, $($arg:tt)*) => {
        writeln!($text, $($arg)*).expect("a string takes any text")
    };
}

impl Program {
    /// A type's `struct type`, by name.
    fn describe(&mut self, ty: CType) -> String {
        if let Some(index) = self.described.iter().position(|&known| known == ty) {
            return format!("type{index}");
        }
        let index = self.described.len();
        self.described.push(ty);
        let layout = self.types.layout(ty, TARGET).expect("a complete type");
        let mut bits = Bits { counts: vec![0; layout.size as usize], unset: vec![0; layout.size as usize] };
        bits.mark(&self.types, ty, 0);
        let bytes = |bytes: Vec<u8>| bytes.iter().map(u8::to_string).collect::<Vec<_>>().join(",");
        line!(self.text, "static const unsigned char counts{index}[] = {{{}}};", bytes(bits.counts));
        let set = bits.unset.iter().map(|byte| !byte).collect();
        line!(self.text, "static const unsigned char set{index}[] = {{{}}};", bytes(set));
        line!(
            self.text,
            "static const struct type type{index} = {{{}, {}, {}, counts{index}, set{index}}};",
            class(&self.types, ty),
            layout.size,
            layout.align
        );
        format!("type{index}")
    }

    /// The function: it folds its arguments into the checksum.
    fn function(&mut self, index: usize, signature: &Signature) {
        let all = signature.args();
        let described: Vec<String> = all.iter().map(|&ty| self.describe(ty)).collect();
        let named = signature.func.params.len();
        let mut params: Vec<String> =
            (0..named).map(|arg| self.types.declare(all[arg], &format!("a{arg}"))).collect();
        if signature.func.variadic {
            params.push("...".into());
        }
        let head = format!("f{index}({})", if params.is_empty() { "void".into() } else { params.join(", ") });
        line!(self.text, "{} {{", self.types.declare(signature.func.result, &head));
        if signature.func.variadic {
            line!(self.text, "va_list list; va_start(list, a{});", named - 1);
        }
        for (arg, &ty) in all.iter().enumerate().skip(named) {
            let declared = self.types.declare(ty, &format!("a{arg}"));
            line!(self.text, "{declared} = va_arg(list, {});", self.types.name(ty));
        }
        line!(self.text, "called();");
        for (arg, described) in described.iter().enumerate() {
            line!(self.text, "fold(&a{arg}, &{described});");
        }
        let result = signature.func.result;
        if self.types.as_scalar(result).is_some_and(|scalar| !scalar.is_float()) {
            // The conversion leaves what it likes in the rest of the register.
            line!(self.text, "return ({})wide_result;", self.types.name(result));
        } else if result != CType::VOID {
            let declared = self.types.declare(result, "result");
            line!(self.text, "{declared}; memcpy(&result, result_bytes, sizeof result); return result;");
        }
        line!(self.text, "}}");
    }

    /// Calls a function of the same type, with the arguments at these addresses.
    fn caller(&mut self, index: usize, signature: &Signature) {
        let all = signature.args();
        let func = self.types.func(signature.func.clone());
        let func = self.types.pointer_to(func);
        let args: Vec<String> = all
            .iter()
            .enumerate()
            .map(|(arg, &ty)| {
                let pointer = self.types.pointer_to(ty);
                format!("*({})args[{arg}]", self.types.name(pointer))
            })
            .collect();
        let call = format!("(({})code)({})", self.types.name(func), args.join(", "));
        line!(self.text, "static void call{index}(void (*code)(void), void **args, void *result) {{");
        if signature.func.result == CType::VOID {
            line!(self.text, "{call};\n}}");
        } else {
            let declared = self.types.declare(signature.func.result, "value");
            line!(self.text, "{declared} = {call}; memcpy(result, &value, sizeof value);\n}}");
        }
    }

    fn row(&mut self, rows: &mut String, index: usize, signature: &Signature, plan: &CallPlan) {
        let params: Vec<String> =
            signature.args().iter().map(|&ty| format!("&{}", self.describe(ty))).collect();
        line!(self.text, "static const struct type *const params{index}[] = {{{}}};", params.join(", "));
        let (slot, result) = match plan.result {
            ResultPlan::Void => (-1, "0".to_string()),
            _ => (plan.args.len() as i32, format!("&{}", self.describe(signature.func.result))),
        };
        let func = self.types.func(signature.func.clone());
        let mut name = self.types.name(func);
        name.truncate(200);
        let errno = plan.errno.map_or(-1, i32::from);
        line!(
            rows,
            "{{\"{name}\", {}, {slot}, {errno}, params{index}, {result}, (void (*)(void))f{index}, call{index}}},",
            plan.args.len()
        );
    }
}

fn class(types: &CTypes, ty: CType) -> &'static str {
    match types.unaligned_kind(ty) {
        CKind::Pointer { .. } => return "UNSIGNED",
        _ if types.layout(ty, TARGET).is_ok_and(|layout| layout.size > 8) => return "IMAGE",
        _ => {}
    }
    match types.as_scalar(ty).map(|scalar| scalar.class(TARGET)) {
        None => "IMAGE",
        Some(Class::Bool) => "BOOL",
        Some(Class::Signed) => "SIGNED",
        Some(Class::Unsigned) => "UNSIGNED",
        Some(Class::Float) => "FLOAT",
    }
}

/// Which bits of a type count when two values are compared, and which must not be set: a `_Bool` is 0 or 1.
struct Bits {
    counts: Vec<u8>,
    unset: Vec<u8>,
}

impl Bits {
    fn mark(&mut self, types: &CTypes, ty: CType, at: u64) {
        match types.unaligned_kind(ty) {
            CKind::Array { of, len } => {
                let size = types.layout(*of, TARGET).expect("a complete type").size;
                (0..len.unwrap_or(0)).for_each(|index| self.mark(types, *of, at + index * size * 8));
            }
            CKind::Record(id) => {
                let layout = types.record_layout(ty, TARGET).expect("a complete type");
                for (member, placed) in types.record(*id).members.iter().flatten().zip(&layout.members) {
                    match placed.bits {
                        Some(_) if member.name.is_none() => {}
                        Some(bits) => self.mark_bits(at + placed.bit_offset, bits.into()),
                        None => self.mark(types, member.ty, at + placed.bit_offset),
                    }
                }
            }
            kind => {
                let size = types.layout(ty, TARGET).expect("a complete type").size;
                self.mark_bits(at, size * 8);
                if *kind == CKind::Scalar(CScalar::Bool) {
                    self.unset[at as usize / 8] |= !1;
                }
            }
        }
    }

    fn mark_bits(&mut self, at: u64, bits: u64) {
        for bit in at..at + bits {
            self.counts[bit as usize / 8] |= 1 << (bit % 8);
        }
    }
}
