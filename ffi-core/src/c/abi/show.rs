//! Plans as text, for people and golden tests.

use std::fmt::{self, Display};

use crate::c::abi::{ArgPlan, CallPlan, Form, Move, Place, RegisterTable, ResultPlan, Returned};
use crate::scalar::Class;

impl Display for CallPlan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let table = self.convention.registers();
        write!(f, "{}, {} bytes on the stack", table.name, self.stack)?;
        if self.stack_align != 16 {
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
            Move::Value { to } => write!(f, "{before}{}", place(*to, table))?,
            Move::Part { from, bytes, to } => {
                write!(f, "{before}[{from}..{}] {}", from + u32::from(*bytes), place(*to, table))?;
            }
            Move::Copy { to } => write!(f, "{before}{}", place(Place::Stack(*to), table))?,
            Move::Reference { copy, to } => {
                write!(f, "{before}{} = address of a copy at stack+{copy}", place(*to, table))?;
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
            writeln!(f, "slot {slot}: {} <- {}", value(*class, *bytes), returned(*from, table))
        }
        ResultPlan::Parts { slot, bytes, parts } => {
            write!(f, "slot {slot}: {bytes} bytes")?;
            for (index, part) in parts.iter().enumerate() {
                let before = if index == 0 { " <- " } else { ", " };
                let end = part.to + u32::from(part.bytes);
                write!(f, "{before}[{}..{end}] {}", part.to, returned(part.from, table))?;
            }
            writeln!(f)
        }
        ResultPlan::Memory { slot, bytes, to } => {
            writeln!(f, "slot {slot}: {bytes} bytes, written by the callee, address -> {}", place(*to, table))
        }
    }
}

fn form(form: Form) -> String {
    match form {
        Form::Value { class, bytes } => value(class, bytes),
        Form::Image { bytes, .. } => format!("{bytes} bytes"),
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

fn place(place: Place, table: &RegisterTable) -> String {
    match place {
        Place::Int(number) => table.int[usize::from(number)].into(),
        Place::Vector(number) => table.vector[usize::from(number)].into(),
        Place::Stack(at) => format!("stack+{at}"),
    }
}

fn returned(from: Returned, table: &RegisterTable) -> String {
    match from {
        Returned::Int(number) => table.int_results[usize::from(number)].into(),
        Returned::Vector(number) => table.vector_results[usize::from(number)].into(),
        Returned::X87(number) => format!("st({number})"),
    }
}
