//! The table, as Markdown that is aligned enough to be read as it is.

use crate::engine::{Engine, Kind};
use crate::rows::{ROWS, Row};

const WHAT: usize = 33;
const WIDTH: usize = 9;

pub(crate) fn head(engines: &[&Engine]) {
    let names: String = engines.iter().map(|engine| format!(" {:>WIDTH$} |", engine.name)).collect();
    println!("| {:<WHAT$} |{names} {:>WIDTH$} |", "ns for one operation", "vo / best");
    println!("|{:-<1$}|{2}", "", WHAT + 2, format!("{:->1$}:|", "", WIDTH + 1).repeat(engines.len() + 1));
}

pub(crate) fn line(row: &Row, engines: &[&Engine], times: &[Option<f64>]) {
    let cells: String = times.iter().map(|time| format!(" {:>WIDTH$} |", cell(*time))).collect();
    let ratio = ratio(engines, times).map_or("-".into(), |ratio| format!("{ratio:.2}"));
    println!("| {:<WHAT$} |{cells} {ratio:>WIDTH$} |", row.what);
}

fn cell(time: Option<f64>) -> String {
    time.map_or("-".into(), |time| format!("{time:.*}", if time < 1000.0 { 1 } else { 0 }))
}

/// vo's time over that of the fastest other interpreter.
fn ratio(engines: &[&Engine], times: &[Option<f64>]) -> Option<f64> {
    let measured = || engines.iter().zip(times).filter_map(|(engine, time)| Some((engine, (*time)?)));
    let (_, vo) = measured().find(|(engine, _)| engine.name == "vo")?;
    let others = measured().filter(|(engine, _)| engine.name != "vo" && engine.kind == Kind::Interpreter);
    others.map(|(_, time)| time).min_by(f64::total_cmp).map(|best| vo / best)
}

/// Why cells are empty, and what is not compared.
pub(crate) fn notes(engines: &[&Engine]) {
    println!();
    println!("Each number has the loop around the operation in it, which the first row shows alone.");
    for engine in engines {
        if engine.kind == Kind::Compiler {
            println!(
                "{} compiles to machine code: it is not among those that vo is compared with.",
                engine.name
            );
        }
        for (name, why) in engine.absent {
            let what = ROWS.iter().find(|row| row.name == *name).map_or(*name, |row| row.what);
            println!("{}, {what}: {why}.", engine.name);
        }
    }
}
