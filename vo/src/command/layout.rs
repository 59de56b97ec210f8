//! `vo layout C`: where the members of C's structs and unions are.

mod boxes;
mod grid;
mod json;
mod members;
mod svg;
mod terminal;

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use vo_ffi::c::{CErrors, CTag, CType, Declarations, Target};

use super::{EXIT_REJECTED, c_errors};
use members::Drawn;

/// What to draw, and how.
#[derive(Debug, Args)]
pub(super) struct Options {
    /// C text, as `struct x { char c; long n; }`, or a file of declarations; `-` reads standard input
    #[arg(value_name = "C")]
    text: String,
    /// Only this type, of those that are declared or of C: `struct x` or `x`, `x_t`, `x_t[3]`
    #[arg(long = "type", value_name = "TYPE")]
    wanted: Option<String>,
    /// The machine whose layouts are shown; without it, this one
    #[arg(long, value_name = "TARGET", value_parser = target)]
    target: Option<&'static Target>,
    /// Print a JSON array of {type, target, size, align, padding_bits, union, members, holes, trailing_padding}
    #[arg(long, conflicts_with = "svg")]
    json: bool,
    /// Print the drawing as an SVG
    #[arg(long)]
    svg: bool,
}

fn target(name: &str) -> Result<&'static Target, String> {
    Target::named(name).ok_or_else(|| {
        let names = Target::ALL.map(|target| target.name);
        format!("the targets are {}", names.join(", "))
    })
}

/// A text of C, with the name that messages give it.
struct Input {
    name: String,
    text: String,
}

/// Draws the types of a text.
pub(super) fn draw(options: &Options) -> ExitCode {
    let drawn = input(&options.text).and_then(|input| all(options, &input));
    let printed = match drawn {
        Ok(all) => print(options, &all),
        Err(Rejected) => return ExitCode::from(EXIT_REJECTED),
    };
    match printed {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// What is wrong was said.
struct Rejected;

fn input(argument: &str) -> Result<Input, Rejected> {
    let path = Path::new(argument);
    let is_path = path.is_file() || path.extension().is_some_and(|ending| ending == "h" || ending == "c");
    let read = match argument {
        "-" => {
            let mut text = String::new();
            io::stdin().read_to_string(&mut text).map(|_| text)
        }
        _ if is_path => fs::read_to_string(path),
        _ => return Ok(Input { name: "C".into(), text: argument.into() }),
    };
    let name = if argument == "-" { "stdin" } else { argument };
    read.map(|text| Input { name: name.into(), text })
        .map_err(|error| rejected(&format!("{name}: {}", vo_ffi::io_text(&error))))
}

fn rejected(message: &str) -> Rejected {
    let _ = writeln!(anstream::stderr(), "vo: {message}");
    Rejected
}

/// The types to draw.
fn all(options: &Options, input: &Input) -> Result<Vec<Drawn>, Rejected> {
    let target = options.target.unwrap_or(Target::HOST);
    let shown = |errors: CErrors, input: &Input| {
        c_errors::show(&input.name, &input.text, &errors);
        Rejected
    };
    let (mut declarations, mut types) =
        declared(&input.text, target).map_err(|errors| shown(errors, input))?;
    if let Some(wanted) = &options.wanted {
        let name = Input { name: "--type".into(), text: wanted.clone() };
        types = vec![match tagged(&declarations, wanted) {
            Some(ty) => ty,
            None => declarations.parse_type(wanted).map_err(|errors| shown(errors, &name))?,
        }];
    }
    if types.is_empty() {
        return Err(rejected("the text defines no struct or union; --type names another type"));
    }
    let draw = |ty| Drawn::new(&declarations.types, ty, target).map_err(|error| rejected(&error.to_string()));
    types.into_iter().map(draw).collect()
}

/// The struct or union of a tag alone, where that is not another type's name.
fn tagged(declarations: &Declarations, name: &str) -> Option<CType> {
    let tag = declarations.tags().find(|(tag, _)| *tag == name && declarations.typedef(name).is_none());
    match tag? {
        (_, CTag::Record(id)) => Some(declarations.types.record_type(id)),
        (_, CTag::Enum(_)) => None,
    }
}

/// What a text declares, and what of it is drawn: its structs and unions, or the type that it is.
fn declared(text: &str, target: &Target) -> Result<(Declarations, Vec<CType>), CErrors> {
    let parsed = Declarations::parse(text, target);
    if let Ok(declarations) = &parsed {
        let records = records(declarations);
        if !records.is_empty() {
            return Ok((declarations.clone(), records));
        }
    }
    let mut declarations = Declarations::new(target);
    match (declarations.parse_type(text), parsed) {
        (Ok(ty), _) => Ok((declarations, vec![ty])),
        (Err(_), Ok(parsed)) => Ok((parsed, Vec::new())),
        (Err(_), Err(errors)) => Err(errors),
    }
}

/// The structs and unions that are defined, in order: those with tags, those of typedefs, and those of variables.
fn records(declarations: &Declarations) -> Vec<CType> {
    let types = &declarations.types;
    let tags = declarations.tags().filter_map(|(_, tag)| match tag {
        CTag::Record(id) => Some(types.record_type(id)),
        CTag::Enum(_) => None,
    });
    let typedefs = declarations.typedefs().iter().map(|typedef| typedef.ty);
    let variables = declarations.variables().iter().map(|variable| variable.ty);
    let is_defined = |&ty: &CType| types.as_record(ty).is_some_and(|record| record.members.is_some());
    tags.chain(typedefs)
        .chain(variables)
        .filter(is_defined)
        .collect::<BTreeSet<CType>>()
        .into_iter()
        .collect()
}

fn print(options: &Options, all: &[Drawn]) -> io::Result<()> {
    let mut out = anstream::stdout().lock();
    if options.json {
        let facts: Vec<json::Type<'_>> = all.iter().map(json::facts).collect();
        return writeln!(out, "{}", serde_json::to_string_pretty(&facts)?);
    }
    if options.svg {
        return write!(out, "{}", svg::text(all));
    }
    let texts: Vec<String> = all.iter().map(terminal::text).collect();
    write!(out, "{}", texts.join("\n"))
}
