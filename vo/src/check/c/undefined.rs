//! Names that no preamble declares: what was meant, and what is there.

use vo_ffi::c::CTag;

use super::{CUnit, name_in_c, name_in_vo};
use crate::ast::Ident;
use crate::check::checker::Checker;
use crate::check::info::PackageId;
use crate::diagnostic::{Diagnostic, nearest};

impl CUnit {
    /// What programs write behind `C.` for what the preambles declare.
    pub(in crate::check) fn names(&self) -> Vec<String> {
        let declarations = &self.declarations;
        let functions = declarations.functions().iter().map(|function| &function.name);
        let variables = declarations.variables().iter().map(|variable| &variable.name);
        let constants = declarations.constants().iter().map(|constant| &constant.name);
        let values = functions.chain(variables).chain(constants).map(|name| name_in_vo(name));
        values.chain(self.type_names()).collect()
    }

    /// `point_t`, `struct_point`
    fn type_names(&self) -> Vec<String> {
        let types = &self.declarations.types;
        let typedefs = self.declarations.typedefs().iter().map(|typedef| name_in_vo(&typedef.name));
        let tags = self.declarations.tags().map(|(tag, kind)| match kind {
            CTag::Enum(_) => format!("enum_{tag}"),
            CTag::Record(id) if types.record(id).union => format!("union_{tag}"),
            CTag::Record(_) => format!("struct_{tag}"),
        });
        typedefs.chain(tags).collect()
    }

    /// The type of a name like this, `struct_point` for `point` too.
    fn nearest_type(&self, word: &str) -> Option<String> {
        let types = self.type_names();
        let tagged = types.iter().find(|name| name.split_once('_').is_some_and(|(_, tag)| tag == word));
        tagged.cloned().or_else(|| nearest_of(word, &types))
    }
}

fn nearest_of(word: &str, names: &[String]) -> Option<String> {
    nearest(word, names.iter().map(String::as_str)).map(str::to_string)
}

impl Checker<'_> {
    pub(super) fn undefined_in_c(&mut self, name: &Ident, helpers: PackageId) {
        let helpers: Vec<String> =
            self.objects.packages[helpers.0 as usize].keys().map(|name| name.to_string()).collect();
        let unit = self.c_unit();
        if unit.broken {
            return;
        }
        let word = name_in_c(&name.name);
        let names = [unit.names(), helpers].concat();
        let (size_of, has) = (word.strip_prefix("sizeof_"), word.strip_prefix("has_"));
        let near = match size_of {
            Some(of) => unit.nearest_type(of).map(|near| format!("sizeof_{near}")),
            None => nearest_of(word, &names)
                .or_else(|| unit.nearest_type(word))
                .or_else(|| nearest_of(has?, &names).map(|near| format!("has_{near}"))),
        };
        let what = match (size_of, has.filter(|of| !of.is_empty())) {
            (Some(of), _) => format!("the type `{of}`"),
            (None, of) => format!("`{}`", of.unwrap_or(word)),
        };
        let declare = || format!("declare {what} in the comment above `import \"C\"`");
        let help = near.map_or_else(declare, |near| format!("did you mean `C.{near}`?"));
        let mut error = Diagnostic::new(name.span, format!("undefined: C.{}", name.name)).help(help);
        for &comment in &unit.detached {
            let label = "a blank line parts this comment from the import: it declares nothing";
            error = error.secondary(comment, label);
        }
        self.report(error);
    }
}
