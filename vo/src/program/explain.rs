//! How the C functions of a program are called, in words.

use std::fmt::Write as _;

use super::Program;
use crate::bytecode::{ExternDecl, ExternSource};
use crate::compile::NOT_ASKED;
use crate::vm::Extern;

impl Program {
    /// How each C function of the program is called, and why: some lines for each, in order of their names. A function
    /// that is called with arguments of several types is there several times.
    ///
    /// ```
    /// use vo_ffi::ExternRegistry;
    /// use vo_vm::{Input, Vm};
    ///
    /// let text = "package main\nextern \"libc.so.6\" func abs(n int32) int32\nfunc main() { println(abs(-1)) }";
    /// let program = Vm::new(ExternRegistry::from_inventory()).load(&[Input::new("abs.vo", text)]).expect("no errors");
    /// # #[cfg(all(target_arch = "x86_64", target_os = "linux"))]
    /// assert_eq!(
    ///     program.explain_calls(),
    ///     "main.abs(int32) int32\n  abs of libc.so.6\n  by a stub of its own signature\n"
    /// );
    /// ```
    pub fn explain_calls(&self) -> String {
        let decls = &self.machine.program().externs;
        let mut entries: Vec<String> = (self.externs.iter().zip(decls))
            .filter_map(|(found, decl)| match found {
                Extern::C(function) => Some(self.explained(decl, &function.explain())),
                Extern::Native(_) => None,
            })
            .collect();
        entries.sort();
        entries.concat()
    }

    fn explained(&self, decl: &ExternDecl, between: &str) -> String {
        let mut text = decl.name.clone();
        self.machine.program().types.write_signature(&decl.ty, &mut text);
        let found = match &decl.source {
            ExternSource::C { library, symbol } => format!("{symbol} of {library}"),
            ExternSource::Prototype(prototype) if prototype.through => "a function pointer".into(),
            ExternSource::Prototype(prototype) => {
                let libraries = match prototype.libraries.as_slice() {
                    [] => "the process".into(),
                    some => some.join(", "),
                };
                format!("{} of {libraries}", prototype.declaration())
            }
            ExternSource::Native { name } => name.clone(),
        };
        let between = match decl.direct {
            None => "the machine itself: it is declared `//vo:unguarded`, and all it takes is in registers",
            Some(_) => between,
        };
        let (way, rest) = between.split_once('\n').unwrap_or((between, ""));
        let _ = writeln!(text, "\n  {found}\n  by {way}");
        if let Some(why) = decl.direct.filter(|why| *why != NOT_ASKED) {
            let _ = writeln!(text, "  it is declared `//vo:unguarded`, but {why}");
        }
        let mut steps: Vec<&str> = decl.passes.iter().map(String::as_str).chain(rest.lines()).collect();
        steps.sort_unstable();
        steps.iter().for_each(|step| text += &format!("  {step}\n"));
        text
    }
}
