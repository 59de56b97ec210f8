//! Functions of generated programs that make a number of a value: of all that can be reached from it, some steps deep.

use super::program::Generator;
use super::types::Type;

impl Generator<'_> {
    /// Writes the function for a type; the functions that it calls are noted.
    pub(crate) fn hash_function(&mut self, number: usize, ty: &Type) {
        let body = match self.types.underlying(ty) {
            Type::Bool => "if x { return 1 }; return 2".into(),
            Type::Int(..) => "return uint64(x)*0x9e3779b97f4a7c15 + 5".into(),
            Type::Float(_) => "if x != x { return 3 }; return math.Float64bits(float64(x)) * 31".into(),
            Type::String => {
                "h := uint64(14695981039346656037); for i := 0; i < len(x); i++ { h = (h ^ uint64(x[i])) * 1099511628211 }; return h".into()
            }
            Type::Slice(elem) | Type::Array(_, elem) => {
                let elem = self.hash(&elem, "e", "d-1");
                format!(
                    "h := uint64(len(x)) * 77; if d == 0 {{ return h }}; for i, e := range x {{ if i == 8 {{ break }}; h = h*31 + {elem} }}; return h"
                )
            }
            Type::Map(key, value) => {
                let (key, value) = (self.hash(&key, "k", "d-1"), self.hash(&value, "v", "d-1"));
                format!(
                    "h := uint64(len(x)) * 79; if d == 0 {{ return h }}; for k, v := range x {{ h += {key} * ({value} | 1) }}; return h"
                )
            }
            Type::Pointer(to) => {
                let to = self.hash(&to, "*x", "d-1");
                format!("if x == nil {{ return 11 }}; if d == 0 {{ return 12 }}; return {to} * 3")
            }
            Type::Func(..) => "if x == nil { return 13 }; return 14".into(),
            Type::Named(_) => self.hash_of_struct(ty),
            Type::Any | Type::Error | Type::Interface(_) => self.hash_of_interface(ty),
        };
        self.line(&format!(
            "func {}hash{number}(x {}, d int) uint64 {{ {body} }}",
            self.types.prefix,
            self.types.name(ty)
        ));
    }

    fn hash_of_struct(&mut self, ty: &Type) -> String {
        let mut text = "h := uint64(17); if d == 0 { return h }; ".to_string();
        for (field, ty) in self.types.all_fields(ty) {
            let hash = self.hash(&ty, &format!("x.{field}"), "d-1");
            text += &format!("h = h*37 + {hash}; ");
        }
        text + "return h"
    }

    /// Only `any` tells all types apart; the others ask it.
    fn hash_of_interface(&mut self, ty: &Type) -> String {
        if *ty == Type::Error {
            let text = self.hash(&Type::String, &format!("{}text(x)", self.types.prefix), "d");
            return format!("if x == nil {{ return 19 }}; return {text}");
        }
        if *ty != Type::Any {
            return format!("return {}", self.hash(&Type::Any, "x", "d"));
        }
        let mut text = "switch v := x.(type) {\ncase nil: return 23\n".to_string();
        let error = self.hash(&Type::Error, "v", "d");
        for ty in self.dynamic_types().to_vec() {
            let hash = self.hash(&ty, "v", "d-1");
            text += &format!("case {}: if d == 0 {{ return 29 }}; return {hash}\n", self.types.name(&ty));
        }
        text + &format!("case error: return {error}\ncase fmt.Stringer: return 31\n}}; return 37")
    }
}
