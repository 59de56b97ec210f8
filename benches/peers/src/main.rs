//! The same Rust natives, called from loops in vo and in other languages for Rust programs. `peers` runs all,
//! `peers vo mlua ints text` some engines and some rows.

mod engine;
mod engines;
mod measure;
mod natives;
mod rows;
mod table;

use std::process::ExitCode;

use engine::{Engine, Failure, Script};
use engines::ENGINES;
use measure::{ROUNDS, Timing};
use rows::{ROWS, Row};

fn main() -> ExitCode {
    match compare() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("peers: {error}");
            ExitCode::FAILURE
        }
    }
}

fn compare() -> Result<(), Failure> {
    let names: Vec<String> = std::env::args().skip(1).collect();
    let engines = chosen(ENGINES, |engine| engine.name, &names);
    let rows = chosen(ROWS.each_ref(), |row| row.name, &names);
    if let Some(name) = names.iter().find(|name| !known(name)) {
        return Err(format!("no engine or row is named {name}; {}", all_names()).into());
    }
    let mut scripts = Vec::new();
    for engine in &engines {
        scripts.push((engine.load)().map_err(|error| format!("{}: {error}", engine.name))?);
    }
    table::head(&engines);
    for row in rows {
        table::line(row, &engines, &times(row, &engines, &mut scripts)?);
    }
    table::notes(&engines);
    Ok(())
}

/// Those that are named; all where none is.
fn chosen<T: Copy, const N: usize>(all: [T; N], name: fn(T) -> &'static str, names: &[String]) -> Vec<T> {
    let named: Vec<T> = all.into_iter().filter(|one| names.iter().any(|other| other == name(*one))).collect();
    if named.is_empty() { all.to_vec() } else { named }
}

fn known(name: &str) -> bool {
    ENGINES.iter().any(|engine| engine.name == name) || ROWS.iter().any(|row| row.name == name)
}

fn all_names() -> String {
    let engines: Vec<_> = ENGINES.iter().map(|engine| engine.name).collect();
    let rows: Vec<_> = ROWS.iter().map(|row| row.name).collect();
    format!("the engines are {}, the rows {}", engines.join(", "), rows.join(", "))
}

/// The nanoseconds of one operation in each engine, which take turns.
fn times(
    row: &Row,
    engines: &[&Engine],
    scripts: &mut [Box<dyn Script>],
) -> Result<Vec<Option<f64>>, Failure> {
    let failed = |engine: &Engine, error: Failure| format!("{} in {}: {error}", row.name, engine.name);
    let mut timings = Vec::new();
    for (engine, script) in engines.iter().zip(scripts.iter_mut()) {
        let timing = (!engine.lacks(row.name)).then(|| Timing::start(&mut **script, row));
        timings.push(timing.transpose().map_err(|error| failed(engine, error))?);
    }
    for _ in 0..ROUNDS {
        for ((engine, script), timing) in engines.iter().zip(scripts.iter_mut()).zip(&mut timings) {
            if let Some(timing) = timing {
                timing.run(&mut **script, row).map_err(|error| failed(engine, error))?;
            }
        }
    }
    Ok(timings.iter().map(|timing| timing.as_ref().map(|timing| timing.nanos(row))).collect())
}
