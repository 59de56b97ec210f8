//! gcc is the judge: what the parser makes of `c/declarations.h` is what a C program that includes it prints.

#![cfg(all(target_arch = "x86_64", target_os = "linux"))]

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;

use vo_ffi_core::c::{CConstant, CKind, CTag, CType, CValue, Declarations, Record, Target};

/// The lines of a C program, and what each prints if gcc agrees.
#[derive(Default)]
struct Judged {
    program: String,
    expected: Vec<String>,
}

impl Judged {
    fn line(&mut self, statement: &str, expected: String) {
        // Writing to a String does not fail.
        let _ = writeln!(self.program, "    {statement}");
        self.expected.push(expected);
    }

    fn constant(&mut self, declarations: &Declarations, constant: &CConstant) {
        let name = &constant.name;
        let size =
            declarations.types.layout(constant.ty, declarations.target()).map_or(0, |layout| layout.size);
        match &constant.value {
            CValue::Int(value) => self.line(
                &format!(
                    "printf(\"{name} %016llx %d\\n\", (unsigned long long){name}, (int)sizeof({name}));"
                ),
                format!("{name} {:016x} {size}", *value as u64),
            ),
            CValue::Float(value) => self.line(
                &format!("printf(\"{name} %a\\n\", (double){name} == {value:e} ? 0.0 : (double){name});"),
                format!("{name} 0x0p+0"),
            ),
            CValue::Text(text) => self.line(
                &format!("printf(\"{name} %s\\n\", {name});"),
                format!("{name} {}", String::from_utf8_lossy(text)),
            ),
        }
    }

    /// The size and the alignment of a type, and of a struct or union its members.
    fn layout(&mut self, declarations: &Declarations, name: &str, ty: CType) {
        let (types, target) = (&declarations.types, declarations.target());
        let (Ok(whole), Ok(layout)) = (types.layout(ty, target), types.record_layout(ty, target)) else {
            return;
        };
        self.line(
            &format!("printf(\"{name} %d/%d\\n\", (int)sizeof({name}), (int)_Alignof({name}));"),
            format!("{name} {}/{}", whole.size, whole.align),
        );
        let record = declarations.types.as_record(ty);
        let members = record.and_then(|record| record.members.as_deref()).unwrap_or_default();
        for (member, place) in members.iter().zip(&layout.members) {
            match (&member.name, place.bits) {
                (Some(member), None) => self.line(
                    &format!("printf(\"{name}.{member} %d\\n\", (int)__builtin_offsetof({name}, {member}));"),
                    format!("{name}.{member} {}", place.offset()),
                ),
                (Some(member), Some(bits)) => self.line(
                    &format!("BITS({name}, {member});"),
                    format!("{name}.{member} {}:{bits}", place.bit_offset),
                ),
                (None, _) => {}
            }
        }
    }

    /// Whether a name's type is the one that we print.
    fn ty(&mut self, declarations: &Declarations, name: &str, ty: CType) {
        let printed = declarations.types.name(ty);
        // gcc knows the type, not its tag.
        let hidden = printed.contains("__va_list_tag");
        let unnamed = ["struct", "union", "enum"].iter().any(|keyword| {
            let after = printed.split(keyword).skip(1);
            after.into_iter().any(|after| !after.starts_with(' ') || after.starts_with(" *"))
        });
        let convention = declarations.types.as_func(ty).and_then(|sig| sig.convention);
        if unnamed || hidden || convention.is_some() {
            return;
        }
        self.line(
            &format!(
                "printf(\"{name}: %s\\n\", __builtin_types_compatible_p(__typeof__({name}), __typeof__({printed})) ? \"as printed\" : \"not {printed}\");"
            ),
            format!("{name}: as printed"),
        );
    }
}

fn judge(declarations: &Declarations) -> Judged {
    let mut judged = Judged::default();
    for constant in declarations.constants() {
        judged.constant(declarations, constant);
    }
    for (_, tag) in declarations.tags() {
        let ty = match tag {
            CTag::Record(id) => declarations.types.record_type(id),
            CTag::Enum(id) => declarations.types.enum_type(id),
        };
        judged.layout(declarations, &declarations.types.name(ty), ty);
    }
    for typedef in declarations.typedefs() {
        if !matches!(declarations.types.kind(typedef.ty), CKind::Void | CKind::Func(_)) {
            judged.layout(declarations, &typedef.name, typedef.ty);
        }
        judged.ty(declarations, &typedef.name, typedef.ty);
    }
    for variable in declarations.variables() {
        judged.ty(declarations, &variable.name, variable.ty);
    }
    for function in declarations.functions() {
        judged.ty(declarations, &function.name, function.ty);
    }
    judged
}

/// Compiles the header with the program and runs it.
fn run(header: &Path, program: &str, folder: &Path) -> String {
    let source = format!(
        "#include \"{}\"\n\
         int printf(const char *, ...);\n\
         #define BITS(type, member) do {{ union {{ type v; unsigned char b[sizeof(type)]; }} u; \\\n\
             __builtin_memset(&u, 0, sizeof u); u.v.member = -1; int first = -1, count = 0; \\\n\
             for (int i = 0; i < (int)sizeof(type) * 8; i++) \\\n\
                 if (u.b[i / 8] >> i % 8 & 1) {{ if (first < 0) first = i; count++; }} \\\n\
             printf(\"%s.%s %d:%d\\n\", #type, #member, first, count); }} while (0)\n\
         int main(void) {{\n{program}}}\n",
        header.display()
    );
    let (c, binary) = (folder.join("judge.c"), folder.join("judge"));
    std::fs::write(&c, source).expect("the folder is there");
    let compiled = Command::new("gcc")
        .args(["-std=gnu2x", "-w", "-O0", "-Wl,--unresolved-symbols=ignore-all", "-o"])
        .args([&binary, &c])
        .output()
        .expect("gcc is needed");
    assert!(compiled.status.success(), "{}", String::from_utf8_lossy(&compiled.stderr));
    let output = Command::new(binary).output().expect("gcc made it");
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[test]
fn gcc_agrees() {
    let header = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c/declarations.h");
    let text = std::fs::read_to_string(&header).unwrap();
    let declarations =
        Declarations::parse(&text, &Target::LINUX_X64).unwrap_or_else(|errors| panic!("{errors}"));
    let judged = judge(&declarations);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("c_parse");
    std::fs::create_dir_all(&folder).unwrap();
    let printed = run(&header, &judged.program, &folder);
    let differ: Vec<String> = (printed.lines().zip(&judged.expected))
        .filter(|(gcc, ours)| gcc != ours)
        .map(|(gcc, ours)| format!("gcc: {gcc}\nwe:  {ours}"))
        .collect();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
    assert_eq!(printed.lines().count(), judged.expected.len());
    // The corpus is not empty by mistake.
    assert!(judged.expected.len() > 300, "only {} values are compared", judged.expected.len());
    assert!(declarations.record("everything").is_some_and(|record: &Record| !record.union));
}
