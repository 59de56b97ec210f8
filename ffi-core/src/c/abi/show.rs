//! Plans as text, for people and golden tests.

use std::fmt::{self, Display};

use crate::c::abi::{ArgPlan, CallPlan, Form, Move, Place, RegisterTable, ResultPlan, Returned};
use crate::scalar::Class;

impl Display for CallPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = self.convention.registers();
        write!(f, "{}, {} bytes on the stack", table.name, self.stack)?;
        if self.stack_align != 2 * u32::from(table.word) {
            write!(f, " aligned to {}", self.stack_align)?;
        }
        if let Some(vectors) = self.vectors {
            write!(f, ", al = {vectors}")?;
        }
        writeln!(f)?;
        for arg in &self.args {
            show_arg(f, arg, table)?;
        }
        show_result(f, &self.result, table)?;
        match self.errno {
            Some(slot) => writeln!(f, "slot {slot}: errno"),
            None => Ok(()),
        }
    }
}

fn show_arg(f: &mut fmt::Formatter<'_>, arg: &ArgPlan, table: &RegisterTable) -> fmt::Result {
    write!(f, "slot {}: {}", arg.slot, form(arg.form))?;
    for (index, part) in arg.moves.iter().enumerate() {
        let before = if index == 0 { " -> " } else { ", " };
        match part {
            Move::Value { to } => write!(f, "{before}{}", place(*to, value_bytes(arg.form), table))?,
            Move::Part { from, bytes, to } => {
                write!(f, "{before}[{from}..{}] {}", from + u32::from(*bytes), place(*to, *bytes, table))?;
            }
            Move::Push { from: 0, to } => write!(f, "{before}stack+{to}")?,
            Move::Push { from, to } => write!(f, "{before}[{from}..] stack+{to}")?,
            Move::Reference { copy, to } => {
                let to = place(*to, table.word, table);
                write!(f, "{before}{to} = address of a copy at stack+{copy}")?;
            }
        }
    }
    if arg.moves.is_empty() {
        write!(f, " -> nowhere")?;
    }
    writeln!(f)
}

fn show_result(f: &mut fmt::Formatter<'_>, result: &ResultPlan, table: &RegisterTable) -> fmt::Result {
    match result {
        ResultPlan::Void => Ok(()),
        ResultPlan::Value { slot, class, bytes, from } => {
            writeln!(f, "slot {slot}: {} <- {}", value(*class, *bytes), returned(*from, *bytes, table))
        }
        ResultPlan::Parts { slot, bytes, parts } => {
            write!(f, "slot {slot}: {bytes} bytes")?;
            for (index, part) in parts.iter().enumerate() {
                let before = if index == 0 { " <- " } else { ", " };
                let end = part.to + u32::from(part.bytes);
                write!(f, "{before}[{}..{end}] {}", part.to, returned(part.from, part.bytes, table))?;
            }
            writeln!(f)
        }
        ResultPlan::Memory { slot, bytes, to } => {
            let to = place(*to, table.word, table);
            writeln!(f, "slot {slot}: {bytes} bytes, written by the callee, address -> {to}")
        }
    }
}

fn form(form: Form) -> String {
    match form {
        Form::Value { class, bytes } => value(class, bytes),
        Form::Image { bytes, .. } => format!("{bytes} bytes"),
    }
}

fn value_bytes(form: Form) -> u8 {
    match form {
        Form::Value { bytes, .. } => bytes,
        // The slot has an address.
        Form::Image { .. } => 8,
    }
}

fn value(class: Class, bytes: u8) -> String {
    match (class, bytes) {
        (Class::Bool, _) => "bool".into(),
        (Class::Float, 4) => "float".into(),
        (Class::Float, _) => "double".into(),
        (Class::Signed, bytes) => format!("i{}", u32::from(bytes) * 8),
        (Class::Unsigned, bytes) => format!("u{}", u32::from(bytes) * 8),
    }
}

fn place(place: Place, bytes: u8, table: &RegisterTable) -> String {
    match place {
        Place::Int(number) => registers(table.int, number, bytes, table),
        Place::Vector(number) => registers(table.vector, number, bytes, table),
        Place::Stack(at) => format!("stack+{at}"),
        Place::ResultAddress => table.result_address.unwrap_or("nowhere").into(),
    }
}

fn returned(from: Returned, bytes: u8, table: &RegisterTable) -> String {
    match from {
        Returned::Int(number) => registers(table.int_results, number, bytes, table),
        Returned::Vector(number) => registers(table.vector_results, number, bytes, table),
        Returned::X87(number) => format!("st({number})"),
    }
}

/// A register, or as many as so many bytes take: `r2:r3`.
fn registers(names: &[&str], number: u8, bytes: u8, table: &RegisterTable) -> String {
    let count = if table.word < 8 { bytes.div_ceil(table.word).max(1) } else { 1 };
    names[usize::from(number)..][..usize::from(count)].join(":")
}
