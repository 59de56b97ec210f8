//! The table of `native-types.md`, compared with natives of its types.
//!
//! Each type of the column `Rust` is one of [`TYPES`], and the other way round. Where the cell of a column is filled, the
//! native has the type there, and is linked with a declaration of each type that is listed in the column `Vo`, and with none
//! of all others of the table. Where it is empty, no native can have the type there.
//! The word in the column `parameter` tells whether a blocking native may have it, and whether a fast one.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;

use libtest_mimic::Failed;
use vo_ffi::ExternRegistry;
use vo_ffi::declared::{DeclaredKind, DeclaredMeaning, parse_file};
use vo_ffi::testing::check_all;
use vo_vm::{Input, Program, Rejected, Vm};

use crate::folder;
use crate::native_types::{NativeType, TYPES};
use crate::page::cells;

const PAGE: &str = "native-types.md";

/// Types of Vo that are declared, too, though no row names them.
const OTHERS: [&str; 13] = [
    "[4]float64",
    "[]Point",
    "[]string",
    "[]int",
    "[]*Account",
    "map[int]string",
    "map[string]any",
    "*Point",
    "*float64",
    "func()",
    "func(string, int) bool",
    "interface{ Area() float64 }",
    "struct{ X float64 }",
];

struct Row {
    /// As editors count.
    line: usize,
    rust: Vec<String>,
    vo: Vec<Vo>,
    /// How it is taken and returned; empty where it is not.
    param: String,
    result: String,
}

/// What the column `Vo` lists.
enum Vo {
    /// A type, several results, or nothing.
    Type(String),
    /// `any slice` and the like.
    Any(String),
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Param,
    Result,
}

/// Natives of all types keep the ABI, whatever they are called with.
pub(crate) fn call() -> Result<(), Failed> {
    let report = check_all(&ExternRegistry::from_inventory(), |entry| entry.package() == "main");
    if report.called.len() >= TYPES.iter().filter(|native| native.is_param || native.is_result).count()
        && report.faults.is_empty()
    {
        return Ok(());
    }
    Err(report.to_string().into())
}

/// The rows that are not as the natives.
pub(crate) fn compare() -> Result<(), Failed> {
    let text = fs::read_to_string(folder().join(PAGE))?;
    let rows = rows(&text)?;
    let mut wrong = Vec::new();
    for native in TYPES {
        let own: Vec<&Row> =
            rows.iter().filter(|row| row.rust.iter().any(|ty| is_same(ty, native))).collect();
        wrong.extend(presence(native, &own));
        wrong.extend(effects(native, &own));
    }
    for (row, ty) in rows.iter().flat_map(|row| row.rust.iter().map(move |ty| (row, ty))) {
        if !TYPES.iter().any(|native| is_same(ty, native)) {
            wrong.push(format!("{PAGE}:{}: `{ty}` is none of the types of native_types.rs", row.line));
        }
    }
    for page in ["../../README.md", "natives.md"] {
        wrong.extend(excerpt(page, &rows)?);
    }
    if wrong.is_empty() {
        let table = Table::new(&text, &rows)?;
        wrong.extend(table.compare(Side::Param)?);
        wrong.extend(table.compare(Side::Result)?);
    }
    if wrong.is_empty() { Ok(()) } else { Err(wrong.join("\n").into()) }
}

/// Where a row says that a blocking or fast native can take its type, and that is not so, or the other way round.
fn effects(native: &NativeType, rows: &[&Row]) -> Option<String> {
    let name = format!("main.{}", exported(native.native));
    let entry = ExternRegistry::from_inventory().get(&name).filter(|_| native.is_param)?;
    let (param, row) = (entry.signature.params.first()?, rows.iter().find(|row| !row.param.is_empty())?);
    let found = (param.facts.owned, !param.facts.sees_heap);
    let listed = match row.param.as_str() {
        "yes" | "checked" => (true, true),
        // A struct of numbers is copied, and no business of the heap.
        "copied" => (true, found.1),
        "borrowed" | "in place" => (false, false),
        other => {
            return Some(format!("{PAGE}:{}: nothing is known of a parameter that is {other}", row.line));
        }
    };
    (listed != found).then(|| {
        let (listed, is) = (&row.param, found);
        format!(
            "{PAGE}:{}: `{}` is {listed}, but whether it is owned and apart from the heap is {is:?}",
            row.line, native.rust
        )
    })
}

/// Types of an excerpt that the table does not have.
fn excerpt(page: &str, rows: &[Row]) -> Result<Vec<String>, Failed> {
    let text = fs::read_to_string(folder().join(page))?;
    let table = text.lines().skip_while(|line| !line.starts_with("| in Rust | in Vo |")).skip(2);
    let types: Vec<String> = table
        .take_while(|line| line.starts_with('|'))
        .flat_map(|line| cells(line).first().map(|cell| code(cell)).unwrap_or_default())
        .filter(|ty| !ty.starts_with("#[derive"))
        .collect();
    if types.is_empty() {
        return Err(format!("{page} has no table of types").into());
    }
    let unknown = types.into_iter().filter(|ty| !rows.iter().any(|row| row.rust.contains(ty)));
    let page = page.trim_start_matches("../");
    Ok(unknown.map(|ty| format!("{page}: `{ty}` is no type of {PAGE}")).collect())
}

/// Whether a type of the page is that of a native, spaces aside.
fn is_same(ty: &str, native: &NativeType) -> bool {
    let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    letters(ty) == letters(native.rust)
}

/// Where the rows of a type say that it is a parameter or a result and it is none, or the other way round.
fn presence(native: &NativeType, rows: &[&Row]) -> Vec<String> {
    let rust = native.rust;
    let Some(first) = rows.first() else {
        return vec![format!("{PAGE} has no row for `{rust}`")];
    };
    let sides = [
        ("parameter", rows.iter().any(|row| !row.param.is_empty()), native.is_param, native.can_be.0),
        ("result", rows.iter().any(|row| !row.result.is_empty()), native.is_result, native.can_be.1),
    ];
    let differs = sides.into_iter().filter(|&(_, listed, is, can_be)| listed != is || is != can_be);
    differs
        .map(|(side, listed, is, can_be)| {
            let yes = |is: bool| if is { "is" } else { "is not" };
            format!(
                "{PAGE}:{}: `{rust}` {} a {side} by the table, {} one in native_types.rs, and {} one by its traits",
                first.line,
                yes(listed),
                yes(is),
                yes(can_be)
            )
        })
        .collect()
}

/// The table, with what its declarations need.
struct Table<'r> {
    rows: &'r [Row],
    /// The types that the page declares.
    declarations: &'r str,
    /// Other names of types: those of numbers, strings and bools that the page declares, and Go's own.
    names: BTreeMap<String, String>,
    structs: HashSet<String>,
    /// All types of Vo that the table has, each by one of its names.
    types: BTreeSet<String>,
}

impl<'r> Table<'r> {
    fn new(text: &'r str, rows: &'r [Row]) -> Result<Table<'r>, Failed> {
        let start = text.find("```go\n").ok_or("the page declares no types")? + "```go\n".len();
        let declarations = text[start..].split("```").next().unwrap_or_default();
        let mut names =
            BTreeMap::from([("byte", "uint8"), ("rune", "int32")].map(|(a, b)| (a.into(), b.into())));
        let mut structs = HashSet::new();
        let file = parse_file(&format!("package main\n{declarations}"));
        for declared in file.map_err(|errors| format!("{PAGE}: {errors:?}"))?.types {
            let (DeclaredMeaning::Type(ty) | DeclaredMeaning::Alias(ty)) = declared.meaning else { continue };
            match ty.kind {
                DeclaredKind::Name(of) => _ = names.insert(declared.name.text, of),
                _ => _ = structs.insert(declared.name.text),
            }
        }
        let mut table = Table { rows, declarations, names, structs, types: BTreeSet::new() };
        let listed = rows.iter().flat_map(|row| &row.vo).filter_map(|vo| match vo {
            Vo::Type(ty) => Some(ty.as_str()),
            Vo::Any(_) => None,
        });
        table.types = listed.chain(OTHERS).map(|ty| table.plain(ty)).collect();
        table.check_types()?;
        Ok(table)
    }

    /// Whether all that the table lists are types of Vo.
    fn check_types(&self) -> Result<(), Failed> {
        for (row, vo) in self.rows.iter().flat_map(|row| row.vo.iter().map(move |vo| (row, vo))) {
            let Vo::Type(ty) = vo else { continue };
            let text = match ty.starts_with("...") {
                true => format!("func f(_ {ty}) {{}}"),
                false => format!("func f() {ty} {{ panic(0) }}"),
            };
            self.load(&text).map_err(|rejected| format!("{PAGE}:{}: {rejected}", row.line))?;
        }
        Ok(())
    }

    /// Loads a program with the types of the page.
    fn load(&self, text: &str) -> Result<Program, Box<Rejected>> {
        let text = format!("package main\n{}{text}\nfunc main() {{}}\n", self.declarations);
        Vm::new(ExternRegistry::from_inventory()).load(&[Input::new("main.vo", text)])
    }

    /// The type under its first name, that of the table of scalars.
    fn plain(&self, ty: &str) -> String {
        let mut plain = String::new();
        let mut rest = ty;
        while !rest.is_empty() {
            let word = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
            let (word, behind) = rest.split_at(word);
            plain += self.names.get(word).map_or(word, String::as_str);
            let other = behind.find(char::is_alphanumeric).unwrap_or(behind.len());
            plain += &behind[..other];
            rest = &behind[other..];
        }
        plain
    }

    /// Links the natives with declarations of each type, and tells where that is not as the table says.
    fn compare(&self, side: Side) -> Result<Vec<String>, Failed> {
        let natives: Vec<&NativeType> = TYPES
            .iter()
            .filter(|native| if side == Side::Param { native.is_param } else { native.is_result })
            .collect();
        let mut accepted: Vec<BTreeSet<&str>> = vec![BTreeSet::new(); natives.len()];
        // Several results are no parameter, and `...T` is no result.
        let other = if side == Side::Param { '(' } else { '.' };
        let types = self.types.iter().filter(|ty| !ty.starts_with(other));
        for ty in types.clone() {
            let refused = self.refused(&natives, side, ty)?;
            for (native, accepted) in natives.iter().zip(&mut accepted) {
                if !refused.contains(&exported(native.native)) {
                    accepted.insert(ty);
                }
            }
        }
        let mut wrong = Vec::new();
        for (native, accepted) in natives.into_iter().zip(accepted) {
            let listed: BTreeSet<&str> =
                types.clone().filter(|ty| self.is_listed(native, side, ty)).map(String::as_str).collect();
            let shown = |types: Vec<&&str>| {
                let name = |ty: &str| if ty.is_empty() { "nothing".into() } else { format!("`{ty}`") };
                types.into_iter().map(|ty| name(ty)).collect::<Vec<String>>().join(", ")
            };
            let (missing, surplus) = (listed.difference(&accepted), accepted.difference(&listed));
            let (missing, surplus) = (shown(missing.collect()), shown(surplus.collect()));
            let line = self.rows_of(native, side).next().map_or(0, |row| row.line);
            let side = if side == Side::Param { "parameter" } else { "result" };
            for (types, what) in [(missing, "listed, and refused"), (surplus, "accepted, and not listed")] {
                if !types.is_empty() {
                    wrong.push(format!("{PAGE}:{line}: `{}` as a {side}: {types}: {what}", native.rust));
                }
            }
        }
        Ok(wrong)
    }

    fn rows_of(&self, native: &NativeType, side: Side) -> impl Iterator<Item = &'r Row> {
        let is_here = move |row: &&Row| {
            let cell = if side == Side::Param { &row.param } else { &row.result };
            !cell.is_empty()
        };
        self.rows.iter().filter(is_here).filter(move |row| row.rust.iter().any(|ty| is_same(ty, native)))
    }

    /// Whether the table says that a native may be declared so.
    fn is_listed(&self, native: &NativeType, side: Side, ty: &str) -> bool {
        self.rows_of(native, side).flat_map(|row| &row.vo).any(|vo| match vo {
            Vo::Type(listed) => self.plain(listed) == ty,
            Vo::Any(class) => match class.as_str() {
                "any slice" => ty.starts_with("[]"),
                "any map" => ty.starts_with("map["),
                "any pointer" => ty.starts_with('*'),
                "any function" => ty.starts_with("func("),
                "any struct" => ty.starts_with("struct{") || self.structs.contains(ty),
                _ => ["any", "error"].contains(&ty) || ty.starts_with("interface{"),
            },
        })
    }

    /// The natives that are not linked where they are declared with this type, and as they should be otherwise.
    fn refused(&self, natives: &[&NativeType], side: Side, ty: &str) -> Result<HashSet<String>, Failed> {
        let mut text = String::new();
        for native in natives {
            let (param, result) = match side {
                Side::Param => (ty.to_string(), self.usual(native, Side::Result)),
                Side::Result => (self.usual(native, Side::Param), ty.to_string()),
            };
            let param = if param.is_empty() { param } else { format!("x {param}") };
            text += &format!("extern func {}({param}) {result}\n", exported(native.native));
        }
        let Err(rejected) = self.load(&text) else { return Ok(HashSet::new()) };
        let mut refused = HashSet::new();
        for diagnostic in &rejected.diagnostics {
            match diagnostic.message.strip_prefix("`main.").and_then(|text| text.split_once('`')) {
                Some((name, _)) => refused.insert(name.to_string()),
                None => return Err(format!("{PAGE}: `{ty}`: {}", diagnostic.message).into()),
            };
        }
        Ok(refused)
    }

    /// A type with which the table lists a native; nothing where it has no such parameter, or no result.
    fn usual(&self, native: &NativeType, side: Side) -> String {
        let listed = self.rows_of(native, side).flat_map(|row| &row.vo).next();
        match listed {
            Some(Vo::Type(ty)) => ty.clone(),
            Some(Vo::Any(_)) => {
                let listed = self.types.iter().find(|ty| self.is_listed(native, side, ty));
                listed.cloned().unwrap_or_default()
            }
            None => String::new(),
        }
    }
}

/// The name that `#[vo_extern]` gives a function.
fn exported(name: &str) -> String {
    let words = name.split('_').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    words.collect()
}

fn rows(text: &str) -> Result<Vec<Row>, Failed> {
    let lines = text.lines().enumerate().skip_while(|(_, line)| !line.starts_with("| Rust |"));
    let rows: Result<Vec<Row>, Failed> = lines
        .skip(2)
        .take_while(|(_, line)| line.starts_with('|'))
        .map(|(at, line)| row(at + 1, line))
        .collect();
    let rows = rows?;
    if rows.is_empty() { Err(format!("{PAGE} has no table").into()) } else { Ok(rows) }
}

fn row(line: usize, text: &str) -> Result<Row, Failed> {
    let cells = cells(text);
    let [rust, vo, param, result, _, _] = &cells[..] else {
        return Err(format!("{PAGE}:{line}: {} cells", cells.len()).into());
    };
    let vo: Result<Vec<Vo>, Failed> = spans(vo)
        .map(|(is_code, text)| match text {
            _ if is_code => Ok(Vo::Type(text.into())),
            "nothing" => Ok(Vo::Type(String::new())),
            "any slice" | "any map" | "any pointer" | "any function" | "any struct" | "any interface" => {
                Ok(Vo::Any(text.into()))
            }
            _ => Err(format!("{PAGE}:{line}: nothing is known of `{text}` in the column Vo").into()),
        })
        .collect();
    Ok(Row { line, rust: code(rust), vo: vo?, param: param.clone(), result: result.clone() })
}

/// The pieces of code in a cell.
fn code(cell: &str) -> Vec<String> {
    spans(cell).filter(|(is_code, _)| *is_code).map(|(_, text)| text.into()).collect()
}

/// What a cell lists: pieces of code, and words between commas.
fn spans(cell: &str) -> impl Iterator<Item = (bool, &str)> {
    let parts =
        cell.split('`').enumerate().map(|(index, text)| (index % 2 == 1, text.trim_matches([',', ' '])));
    parts.filter(|(_, text)| !text.is_empty())
}
