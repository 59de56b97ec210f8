//! What goes wrong where a caller takes the calling convention lightly, each trap on its own: functions of both
//! compilers and of assembly, by a stub and through libffi; and what code that is made at run time must never do.

mod code;
mod errno;
mod fixture;
#[path = "../abi/guarded.rs"]
mod guarded;
mod narrow;
mod processes;
mod rows;
mod tails;

use libtest_mimic::{Arguments, Trial};

use fixture::Fixture;

fn main() {
    if processes::is_child() {
        return processes::run_child();
    }
    let mut trials = Vec::new();
    for compiler in ["gcc", "clang"] {
        match Fixture::compile(compiler) {
            Some(fixture) => {
                trials.extend(rows::trials(&fixture));
                trials.extend(tails::trials(compiler));
                trials.extend(narrow::trials(&fixture));
            }
            None => {
                assert_ne!(compiler, "gcc", "gcc is not installed: it compiles what the tests call");
                trials.push(Trial::test("clang IS NOT INSTALLED", || Ok(())).with_ignored_flag(true));
            }
        }
    }
    trials.extend(errno::trials());
    trials.extend(code::trials());
    trials.extend(processes::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit();
}
