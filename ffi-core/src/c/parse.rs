//! The parser of C declarations: prototypes, structs, unions, enums, typedefs, variables and constants, as a text has
//! them, with no compiler and no preprocessor.
//!
//! A text passes these stages: `source` takes line continuations out, `lexer` (with `directive`) makes tokens, `brackets`
//! balances them, and `parser` reads declarations: `specifiers` and `declarator` make types, `record` and `enumeration`
//! define some, `expression` computes constants, `declare` keeps names. An error ends its declaration and no more: all errors
//! of a text come in one [`CErrors`].

mod attribute;
mod brackets;
mod constant;
mod declaration;
mod declarations;
mod declarator;
mod declare;
mod directive;
mod enumeration;
mod error;
mod expression;
mod initializer;
mod lexer;
mod literal;
mod parser;
mod primary;
mod record;
mod repeat;
mod shape;
mod source;
mod specifiers;
mod standard;
mod token;
mod value;

pub use declarations::{CConstant, CFunction, CPlace, CTag, CTypedef, CValue, CVariable, Declarations};
pub use error::{CError, CErrors, CSpan};

#[cfg(test)]
mod tests;
