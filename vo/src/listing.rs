//! The bytecode of a program as text, with the lines that it was compiled from.

use crate::bytecode::Program;
use crate::source::SourceMap;

/// A compiled program that is looked at, not run.
#[derive(Debug)]
pub struct Listing {
    sources: SourceMap,
    program: Program,
}

impl Listing {
    pub(crate) fn new(sources: SourceMap, program: Program) -> Listing {
        Listing { sources, program }
    }

    /// How many functions the program has, those of imported packages included.
    pub fn len(&self) -> usize {
        self.program.functions.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.program.functions.is_empty()
    }

    /// A function as traces name it: `main.f`, `main.(*T).M`, `main.f.func1`.
    pub fn name(&self, index: usize) -> &str {
        &self.program.functions[index].name
    }

    /// Whether a function is in a file of the program, and not in one of an imported package.
    pub fn is_own(&self, index: usize) -> bool {
        !self.sources.file(self.program.functions[index].file).builtin
    }

    /// The code of a function, below each line of the source the instructions that it became.
    pub fn text(&self, index: usize) -> String {
        let mut text = String::new();
        let function = &self.program.functions[index];
        let file = self.sources.file(function.file);
        // Writing to a string does not fail.
        let _ = self.program.write_function(function, Some(file), &mut text);
        text
    }
}
