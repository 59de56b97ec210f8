//! Emits code with labels; chooses between short and long jumps.

use super::insn::Insn;
use super::op::{Op, Operand};
use super::program::Line;

/// A place in the code, bound before or after jumps to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Label(u32);

/// The code of one function in the making.
#[derive(Debug, Default)]
pub struct CodeBuilder {
    code: Vec<Insn>,
    lines: Vec<Line>,
    labels: Vec<Option<u32>>,
    jumps: Vec<(u32, Label)>,
}

impl CodeBuilder {
    /// No code yet.
    pub fn new() -> CodeBuilder {
        CodeBuilder::default()
    }

    /// How many instructions there are.
    pub fn len(&self) -> usize {
        self.code.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.code.is_empty()
    }

    /// The instructions that follow belong to this line.
    pub fn set_line(&mut self, line: u32) {
        let pc = self.code.len() as u32;
        match self.lines.last_mut() {
            Some(last) if last.line == line => {}
            Some(last) if last.pc == pc => last.line = line,
            _ => self.lines.push(Line { pc, line }),
        }
    }

    /// Adds an instruction that does not jump.
    pub fn emit(&mut self, insn: Insn) {
        self.code.push(insn);
    }

    /// Adds an instruction whose jump goes to `label`; its distance is filled in later.
    pub fn emit_jump(&mut self, insn: Insn, label: Label) {
        self.jumps.push((self.code.len() as u32, label));
        self.code.push(insn);
    }

    /// A label that is not bound yet.
    pub fn label(&mut self) -> Label {
        self.labels.push(None);
        Label(self.labels.len() as u32 - 1)
    }

    /// Binds a label to the next instruction.
    pub fn bind(&mut self, label: Label) {
        self.labels[label.0 as usize] = Some(self.code.len() as u32);
    }

    /// Puts an [`Op::Meter`] before each stretch of code that is entered at its start and left at its end.
    pub fn meter(&mut self) {
        let starts = self.block_starts();
        let moved = |pc: &mut u32, with_start: bool| {
            *pc += starts.partition_point(|&start| start < *pc || with_start && start == *pc) as u32;
        };
        let mut code = Vec::with_capacity(self.code.len() + starts.len());
        let ends = starts.iter().copied().skip(1).chain([self.code.len() as u32]);
        for (&start, end) in starts.iter().zip(ends) {
            let block = &self.code[start as usize..end as usize];
            let count = block.iter().filter(|insn| insn.op != Op::Ext).count();
            code.push(Insn::wide(Op::Meter, 0, count as i32));
            code.extend_from_slice(block);
        }
        self.code = code;
        // A jump goes to the meter, which belongs to the line of its code.
        self.lines.iter_mut().for_each(|line| moved(&mut line.pc, false));
        self.labels.iter_mut().flatten().for_each(|label| moved(label, false));
        self.jumps.iter_mut().for_each(|jump| moved(&mut jump.0, true));
    }

    /// Where control can come from elsewhere, or goes on behind a jump; in order.
    fn block_starts(&self) -> Vec<u32> {
        let behind = |&(at, _): &(u32, Label)| at + 1 + self.code[at as usize].op.shape().exts as u32;
        let mut starts = vec![0];
        starts.extend(self.labels.iter().flatten());
        starts.extend(self.jumps.iter().map(behind));
        starts.retain(|&start| start < self.code.len() as u32);
        starts.sort_unstable();
        starts.dedup();
        starts
    }

    /// The code with all distances filled in, its lines, and where a label is.
    ///
    /// # Panics
    /// If a label that is jumped to was not bound.
    pub fn finish(mut self, label: Option<Label>) -> (Vec<Insn>, Vec<Line>, Option<u32>) {
        loop {
            let long = self.jumps_too_long();
            if long.is_empty() {
                break;
            }
            self.lengthen(&long);
        }
        for index in 0..self.jumps.len() {
            let (at, label) = self.jumps[index];
            let distance = self.distance(at, label);
            let insn = &mut self.code[at as usize];
            *insn = match insn.op.is_short_jump() {
                true => Insn { c: distance as i16 as u16, ..*insn },
                false => Insn { x: insn.x, ..Insn::wide(insn.op, insn.a, distance) },
            };
        }
        let place = label.and_then(|label| self.labels[label.0 as usize]);
        (self.code, self.lines, place)
    }

    fn distance(&self, at: u32, label: Label) -> i32 {
        let target = self.labels[label.0 as usize];
        debug_assert!(target.is_some(), "a jump to a label that was never bound");
        // Short jumps with operands behind them count from the last word.
        let exts = self.code[at as usize].op.shape().exts as i32;
        target.unwrap_or(0) as i32 - (at as i32 + 1 + exts)
    }

    /// Which jumps do not reach their label, in order of their places.
    fn jumps_too_long(&self) -> Vec<usize> {
        let too_long = |&(at, label): &(u32, Label)| {
            self.code[at as usize].op.shape().c == Operand::Jump
                && i16::try_from(self.distance(at, label)).is_err()
        };
        (0..self.jumps.len()).filter(|&index| too_long(&self.jumps[index])).collect()
    }

    /// Makes of `if … goto far`: `if … goto +1; goto +1; goto far`, so that no condition is inverted.
    fn lengthen(&mut self, long: &[usize]) {
        let behind = |&index: &usize| {
            let at = self.jumps[index].0;
            at + 1 + self.code[at as usize].op.shape().exts as u32
        };
        let places: Vec<u32> = long.iter().map(behind).collect();
        let mut code = Vec::with_capacity(self.code.len() + 2 * long.len());
        let mut from = 0;
        for (&index, &place) in long.iter().zip(&places) {
            self.code[self.jumps[index].0 as usize].c = 1;
            code.extend_from_slice(&self.code[from..place as usize]);
            code.extend([Insn::wide(Op::Jump, 0, 1), Insn::wide(Op::Jump, 0, 0)]);
            from = place as usize;
        }
        code.extend_from_slice(&self.code[from..]);
        self.code = code;
        let moved = |pc: &mut u32| *pc += 2 * places.partition_point(|&place| place <= *pc) as u32;
        self.lines.iter_mut().for_each(|line| moved(&mut line.pc));
        self.labels.iter_mut().flatten().for_each(moved);
        self.jumps.iter_mut().for_each(|jump| moved(&mut jump.0));
        for (count, (&index, &place)) in long.iter().zip(&places).enumerate() {
            self.jumps[index].0 = place + 2 * count as u32 + 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A loop over so many moves, with a jump over all of them.
    fn loop_over(moves: usize) -> Vec<Insn> {
        let mut builder = CodeBuilder::new();
        let (start, end) = (builder.label(), builder.label());
        builder.bind(start);
        builder.emit_jump(Insn::abc(Op::JumpLt, 1, 2, 0), end);
        for _ in 0..moves {
            builder.emit(Insn::abc(Op::Move, 0, 0, 0));
        }
        builder.emit_jump(Insn::abc(Op::JumpGeI, 1, 7, 0), start);
        builder.bind(end);
        builder.emit(Insn::abc(Op::Return, 0, 0, 0));
        builder.finish(None).0
    }

    #[test]
    fn every_block_is_metered() {
        let mut builder = CodeBuilder::new();
        let (start, end) = (builder.label(), builder.label());
        builder.emit(Insn::wide(Op::LoadInt, 0, 0));
        builder.bind(start);
        builder.emit_jump(Insn::abc(Op::MapNext, 1, 2, 0), end);
        builder.emit(Insn::ext(3, 0));
        builder.emit(Insn::ext(4, 0));
        builder.emit(Insn::abc(Op::Move, 0, 0, 0));
        builder.emit_jump(Insn::wide(Op::Jump, 0, 0), start);
        builder.bind(end);
        builder.emit(Insn::abc(Op::Return, 0, 0, 0));
        builder.meter();
        let meter = |count| Insn::wide(Op::Meter, 0, count);
        let expected = [
            meter(1),
            Insn::wide(Op::LoadInt, 0, 0),
            meter(1),
            Insn::abc(Op::MapNext, 1, 2, 3),
            Insn::ext(3, 0),
            Insn::ext(4, 0),
            meter(2),
            Insn::abc(Op::Move, 0, 0, 0),
            Insn::wide(Op::Jump, 0, -7),
            meter(1),
            Insn::abc(Op::Return, 0, 0, 0),
        ];
        assert_eq!(builder.finish(None).0, expected);
    }

    #[test]
    fn near_jumps_are_short() {
        let expected = [
            Insn::abc(Op::JumpLt, 1, 2, 2),
            Insn::abc(Op::Move, 0, 0, 0),
            Insn::abc(Op::JumpGeI, 1, 7, -3i16 as u16),
            Insn::abc(Op::Return, 0, 0, 0),
        ];
        assert_eq!(loop_over(1), expected);
    }

    #[test]
    fn far_jumps_go_through_long_ones() {
        let code = loop_over(40_000);
        let long =
            [Insn::abc(Op::JumpLt, 1, 2, 1), Insn::wide(Op::Jump, 0, 1), Insn::wide(Op::Jump, 0, 40_003)];
        assert_eq!(code[..3], long);
        let back =
            [Insn::abc(Op::JumpGeI, 1, 7, 1), Insn::wide(Op::Jump, 0, 1), Insn::wide(Op::Jump, 0, -40_006)];
        assert_eq!(code[40_003..40_006], back);
        assert_eq!(code.len(), 40_007);
    }
}
