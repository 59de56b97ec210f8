//! `goto`: where it may not lead, into blocks and over declarations.

use super::checker::Checker;
use crate::ast::{Ast, Ident, StmtId, StmtKind};
use crate::diagnostic::{Diagnostic, nearest};
use crate::source::Span;

/// Where a statement is: for each block around it, outermost first, the block's number and the index in it.
type Place = Vec<(usize, usize)>;

/// The labels and gotos of a function.
#[derive(Default)]
struct Jumps<'a> {
    labels: Vec<(&'a Ident, StmtId, Place)>,
    gotos: Vec<(StmtId, &'a Ident, Place)>,
    blocks: Vec<&'a [StmtId]>,
}

impl<'a> Checker<'a> {
    /// Finds the targets of the gotos of a function's body.
    pub(super) fn check_gotos(&mut self, body: &'a [StmtId]) {
        if !self.place.has_goto {
            return;
        }
        let mut jumps = Jumps::default();
        jumps.block(self.ast, body, &Vec::new());
        for (id, name, from) in &jumps.gotos {
            match jumps.labels.iter().find(|(label, ..)| label.name == name.name) {
                Some((label, target, to)) => {
                    if let Some((_, used)) = self.place.labels.get_mut(name.name.as_str()) {
                        *used = true;
                    }
                    self.info.branch_targets.insert(*id, *target);
                    self.check_goto(&jumps, name, from, label, to);
                }
                None => {
                    let error = Diagnostic::new(name.span, format!("label {} not defined", name.name));
                    let near = nearest(&name.name, self.place.labels.keys().copied());
                    self.report(match near {
                        Some(near) => error.help(format!("did you mean `{near}`?")),
                        None => error,
                    });
                }
            }
        }
    }

    fn check_goto(&self, jumps: &Jumps<'a>, name: &Ident, from: &Place, label: &Ident, to: &Place) {
        let depth = to.len() - 1;
        let (block, end) = to[depth];
        let Some(&(_, start)) = from.get(depth).filter(|place| place.0 == block) else {
            let error = Diagnostic::new(name.span, format!("goto {} jumps into block", name.name));
            return self.report(error.secondary(label.span, "the label, in a block that the goto is not in"));
        };
        let skipped = jumps.blocks[block].get(start..end).unwrap_or_default();
        if let Some(span) = skipped.iter().find_map(|&stmt| declaration(self.ast, stmt)) {
            let error =
                Diagnostic::new(name.span, format!("goto {} jumps over variable declaration", name.name));
            let error = error.secondary(span, "this is skipped");
            self.report(
                error.help("declare the variable before the goto, or put what is skipped into a block"),
            );
        }
    }
}

/// The place of a statement that declares variables in its block.
fn declaration(ast: &Ast, stmt: StmtId) -> Option<Span> {
    match &ast.stmt(stmt).kind {
        StmtKind::Define { .. } | StmtKind::Var(_) => Some(ast.stmt(stmt).span),
        StmtKind::Labeled { stmt, .. } => declaration(ast, *stmt),
        _ => None,
    }
}

impl<'a> Jumps<'a> {
    fn block(&mut self, ast: &'a Ast, stmts: &'a [StmtId], outer: &Place) {
        let number = self.blocks.len();
        self.blocks.push(stmts);
        for (index, &stmt) in stmts.iter().enumerate() {
            let place: Place = outer.iter().copied().chain([(number, index)]).collect();
            self.statement(ast, stmt, &place);
        }
    }

    fn statement(&mut self, ast: &'a Ast, id: StmtId, place: &Place) {
        stacker::maybe_grow(64 << 10, 1 << 20, || match &ast.stmt(id).kind {
            StmtKind::Goto(label) => self.gotos.push((id, label, place.clone())),
            StmtKind::Labeled { label, stmt } => {
                self.labels.push((label, id, place.clone()));
                self.statement(ast, *stmt, place);
            }
            StmtKind::Block(stmts) => self.block(ast, stmts, place),
            StmtKind::If { then, otherwise, .. } => {
                self.block(ast, ast.block(*then), place);
                if let Some(otherwise) = otherwise {
                    self.statement(ast, *otherwise, place);
                }
            }
            StmtKind::For { body, .. } | StmtKind::Range { body, .. } => {
                self.block(ast, ast.block(*body), place);
            }
            StmtKind::Switch { cases, .. } | StmtKind::TypeSwitch { cases, .. } => {
                cases.iter().for_each(|case| self.block(ast, &case.body, place));
            }
            _ => {}
        });
    }
}
