//! Random C functions, which a program calls through `import "C"`: by stubs, through libffi, with a collection at every
//! allocation, and declared `//vo:unguarded`. It prints what the same calls print that gcc compiled.
//!
//! `VO_C_GENERATED_SEED` and `VO_C_GENERATED_COUNT` say which libraries.

#[path = "c_generated/arg.rs"]
mod arg;
#[path = "c_generated/function.rs"]
mod function;
#[path = "c_generated/leaves.rs"]
mod leaves;
#[path = "../../fuzz/src/random.rs"]
mod random;
#[path = "c_generated/types.rs"]
mod types;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;

use function::Function;
use leaves::Language;
use random::Random;
use types::Record;

/// How many functions a library has, and how many types.
const FUNCTIONS: usize = 80;
const RECORDS: usize = 14;

const C_HEAD: &str = "
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
static inline unsigned long long mix(unsigned long long h, unsigned long long x) {
	h = (h ^ x) * 1099511628211ull;
	return h ^ h >> 29;
}
static inline unsigned long long bits64(double x) { unsigned long long b; memcpy(&b, &x, 8); return b; }
static inline unsigned long long bits32(float x) { unsigned b; memcpy(&b, &x, 4); return b; }
";

const VO_HEAD: &str = "
import (
	\"fmt\"
	\"math\"
)

var seen uint64
var _ = math.Pi

func mix(h, x uint64) uint64 {
	h = (h ^ x) * 1099511628211
	return h ^ h>>29
}

func bit(b bool) uint64 {
	if b {
		return 1
	}
	return 0
}
";

/// The types that libffi can express.
fn plain_of(records: &[Rc<Record>]) -> Vec<Rc<Record>> {
    records.iter().filter(|record| record.is_plain()).cloned().collect()
}

struct Library {
    definitions: String,
    functions: Vec<Function>,
}

impl Library {
    fn random(seed: u64) -> Library {
        let mut random = Random::new(seed);
        let mut records: Vec<Rc<Record>> = Vec::new();
        let mut definitions = "enum level { LOW, HIGH = 7 };\n".to_string();
        for number in 0..RECORDS {
            let tag = format!("s{number}");
            let plain = plain_of(&records);
            let record = match number % 2 {
                0 => Record::plain(&mut random, tag, &plain),
                _ => Record::random(&mut random, tag, &records),
            };
            definitions += &format!("{};\n", record.definition());
            records.push(Rc::new(record));
        }
        let plain = plain_of(&records);
        let functions = (0..FUNCTIONS).map(|number| {
            let some = if random.chance(50) { &plain } else { &records };
            Function::random(&mut random, number, some)
        });
        Library { definitions, functions: functions.collect() }
    }

    fn in_c(&self) -> String {
        let functions: String = self.functions.iter().map(Function::definition).collect();
        format!("{C_HEAD}{}unsigned long long last;\n{functions}", self.definitions)
    }

    /// A program in C that makes all calls.
    fn driver(&self, functions: &[&Function]) -> String {
        let closures: String = functions.iter().map(|function| function.closures_in_c()).collect();
        let calls = functions.iter().map(|function| format!("\t{{\n\t{}\t}}\n", function.call(Language::C)));
        let calls: String = calls.collect();
        format!("{}static unsigned long long seen;\n{closures}int main(void) {{\n{calls}}}\n", self.in_c())
    }

    /// The program in Vo, with a line above each prototype.
    fn script(&self, library: &Path, functions: &[&Function], above: &str) -> String {
        let prototypes = functions.iter().map(|function| format!("{above}{}", function.prototype()));
        let prototypes: String = prototypes.collect();
        let calls = functions
            .iter()
            .map(|function| format!("\tfunc() {{\n\t{}\t}}()\n", function.call(Language::Vo)));
        let calls: String = calls.collect();
        let definitions = &self.definitions;
        format!(
            "package main\n\n/*\n#vo lib: {}\n{definitions}extern unsigned long long last;\n{prototypes}*/\nimport \"C\"\n\
             {VO_HEAD}\nfunc main() {{\n{calls}}}\n",
            library.display()
        )
    }
}

fn number(variable: &str, default: u64) -> u64 {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

fn compile(folder: &Path, name: &str, text: &str, flags: &[&str]) -> std::path::PathBuf {
    let (source, made) = (folder.join(format!("{name}.c")), folder.join(name));
    fs::write(&source, text).expect("room for the source");
    let mut gcc = Command::new("gcc");
    gcc.args(["-std=gnu11", "-w", "-Wno-psabi", "-O1"]).args(flags).arg(&source).arg("-o").arg(&made);
    assert!(gcc.status().expect("gcc is installed").success(), "gcc refuses:\n{text}");
    made
}

fn output(command: &mut Command) -> String {
    let output = command.output().expect("it starts");
    let errors = String::from_utf8_lossy(&output.stderr);
    format!("{}{errors}{}", String::from_utf8_lossy(&output.stdout), output.status)
}

/// The first line that differs, with the call that it is of.
fn difference(way: &str, expected: &str, found: &str, script: &str) -> Option<String> {
    if expected == found {
        return None;
    }
    let lines = expected.lines().zip(found.lines());
    let (expected, found) = lines.into_iter().find(|(a, b)| a != b).unwrap_or((expected, found));
    Some(format!("{way}:\n{found}\nand gcc:\n{expected}\nof the program:\n{script}\n"))
}

/// A way to run a program: what is above each prototype, and a variable of the environment.
struct Way {
    name: &'static str,
    above: &'static str,
    variable: (&'static str, &'static str),
}

/// What a library of this seed shows that should not be.
fn differences(seed: u64) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let library = Library::random(seed);
    let code = compile(folder.path(), "library.so", &library.in_c(), &["-shared", "-fPIC"]);
    let all: Vec<&Function> = library.functions.iter().collect();
    let plain: Vec<&Function> = all.iter().copied().filter(|function| function.is_plain()).collect();
    assert!(plain.len() > FUNCTIONS / 3, "libffi is given some functions");
    let ways: [(&[&Function], &[Way]); 2] = [
        (
            &all,
            &[
                Way { name: "stubs", above: "", variable: ("VO_FFI_STUB", "native") },
                Way { name: "collecting", above: "", variable: ("VO_GC_STRESS", "1") },
                Way { name: "unguarded", above: "//vo:unguarded\n", variable: ("VO_FFI_STUB", "auto") },
            ],
        ),
        (&plain, &[Way { name: "libffi", above: "", variable: ("VO_FFI_STUB", "libffi") }]),
    ];
    let mut report = Vec::new();
    for (functions, ways) in ways {
        let driver = compile(folder.path(), "driver", &library.driver(functions), &[]);
        let expected = output(&mut Command::new(driver));
        for way in ways {
            let script = library.script(&code, functions, way.above);
            let file = folder.path().join("generated.vo");
            fs::write(&file, &script).expect("room for the program");
            let mut vo = Command::new(env!("CARGO_BIN_EXE_vo"));
            let found = output(vo.arg("run").arg(&file).env(way.variable.0, way.variable.1));
            report.extend(difference(&format!("seed {seed}, {}", way.name), &expected, &found, &script));
        }
    }
    report
}

#[test]
fn programs_call_c_as_gcc_does() {
    let first = number("VO_C_GENERATED_SEED", 1);
    for seed in first..first + number("VO_C_GENERATED_COUNT", 2) {
        let report = differences(seed);
        assert!(report.is_empty(), "{}", report.concat());
    }
}
