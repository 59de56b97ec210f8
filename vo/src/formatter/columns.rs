//! Columns with elastic tab stops: a cell ends with a tab, and cells of consecutive lines that stand in the same
//! column are equally wide.

use super::space::Space;

/// How many columns a tab of the indentation is wide.
const TAB_WIDTH: usize = 8;
/// How many blanks stand between two cells at least.
const PADDING: usize = 1;

#[derive(Default)]
struct Cell {
    text: String,
    /// In characters.
    width: usize,
    /// Whether the column stays if all of its cells are empty, as those of indentation are.
    is_hard: bool,
}

/// Text that is laid out line by line as soon as the widths of its columns are known.
#[derive(Default)]
pub(super) struct Columns {
    page: String,
    /// The lines of the present section, the last one yet without its end.
    lines: Vec<Vec<Cell>>,
    /// What follows the last tab.
    cell: Cell,
    /// The widths of the columns to the left of the one that is laid out.
    widths: Vec<usize>,
}

impl Columns {
    /// Adds text to the present cell.
    pub(super) fn text(&mut self, text: &str) {
        self.cell.text.push_str(text);
        self.cell.width += text.chars().count();
    }

    /// Adds space: blanks are text, tabs end cells, breaks end lines.
    pub(super) fn space(&mut self, space: Space) {
        match space {
            Space::Tab | Space::HardTab => self.end_cell(space == Space::HardTab),
            Space::Newline | Space::Section => self.end_line(space == Space::Section),
            Space::Blank => self.text(" "),
            Space::None | Space::Indent | Space::Unindent => {}
        }
    }

    /// All the text.
    pub(super) fn finish(mut self) -> String {
        if !self.cell.text.is_empty() {
            self.end_cell(false);
        }
        self.lay_out_section();
        self.page
    }

    fn end_cell(&mut self, is_hard: bool) {
        let cell = Cell { is_hard, ..std::mem::take(&mut self.cell) };
        match self.lines.last_mut() {
            Some(line) => line.push(cell),
            None => self.lines.push(vec![cell]),
        }
    }

    fn end_line(&mut self, ends_section: bool) {
        self.end_cell(false);
        let is_one_cell = self.lines.last().is_some_and(|line| line.len() == 1);
        self.lines.push(Vec::new());
        // A line of one cell has no column that the next lines could go on with.
        if ends_section || is_one_cell {
            self.lay_out_section();
        }
    }

    fn lay_out_section(&mut self) {
        let lines = std::mem::take(&mut self.lines);
        let count = lines.len();
        self.lay_out(&lines, 0, count);
    }

    /// Writes the lines from `first` to `end`, in which the columns to the left are laid out.
    fn lay_out(&mut self, lines: &[Vec<Cell>], mut first: usize, end: usize) {
        let column = self.widths.len();
        // The last cell of a line is what follows its last tab, and belongs to no column.
        let has_column = |line: &[Cell]| column + 1 < line.len();
        let mut this = first;
        while this < end {
            if !has_column(&lines[this]) {
                this += 1;
                continue;
            }
            self.write_lines(lines, first, this);
            first = this;
            let mut width = 0;
            let mut is_empty = true;
            while this < end && has_column(&lines[this]) {
                let cell = &lines[this][column];
                width = width.max(cell.width + PADDING);
                is_empty &= cell.width == 0 && !cell.is_hard;
                this += 1;
            }
            self.widths.push(if is_empty { 0 } else { width });
            self.lay_out(lines, first, this);
            self.widths.pop();
            first = this;
        }
        self.write_lines(lines, first, end);
    }

    fn write_lines(&mut self, lines: &[Vec<Cell>], first: usize, end: usize) {
        for (index, line) in lines.iter().enumerate().take(end).skip(first) {
            let mut indents = true;
            for (column, cell) in line.iter().enumerate() {
                let width = self.widths.get(column).copied();
                indents &= cell.text.is_empty();
                self.page.push_str(&cell.text);
                match width {
                    Some(width) if indents => {
                        let tabs = width.div_ceil(TAB_WIDTH);
                        self.page.extend(std::iter::repeat_n('\t', tabs));
                    }
                    Some(width) => {
                        self.page.extend(std::iter::repeat_n(' ', width.saturating_sub(cell.width)));
                    }
                    None => {}
                }
            }
            if index + 1 < lines.len() {
                let length = self.page.trim_end_matches([' ', '\t']).len();
                self.page.truncate(length);
                self.page.push('\n');
            }
        }
    }
}
