//! What `#[vo_extern]` refuses, with its exact words, and what it takes.
//!
//! After a change of a message, `TRYBUILD=overwrite cargo test --test ui` writes the new text; read it.

#[test]
fn ui() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/ui/*.rs");
    cases.pass("tests/ui/pass/*.rs");
}
