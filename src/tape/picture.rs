//! A picture of a screen as text: the characters, then runs of style roles. Read and written, so
//! that a lost highlight fails and a change of theme does not.

use std::fmt;

use ratatui::buffer::Buffer;
use ratatui::layout::Position;
use unicode_width::UnicodeWidthStr;

use crate::terminal::picture::each;
use crate::theme::Painted;

/// A picture of a screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// Cells from left to right.
    pub columns: u16,
    /// The lines, without blanks at the end.
    pub lines: Vec<String>,
    /// The cursor, from the upper left cell at 1,1.
    pub cursor: Option<(u16, u16)>,
    /// The runs of style roles on each line.
    pub styles: Vec<Vec<Run>>,
}

/// Cells of one line painted alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The first column, from 1.
    pub from: u16,
    /// The last column.
    pub to: u16,
    /// The roles: base, then what is laid over it.
    pub roles: String,
}

impl Picture {
    /// Takes the picture of a buffer painted with the theme of snapshots.
    pub fn of(buffer: &Buffer, cursor: Option<Position>) -> Self {
        let area = buffer.area;
        let rows = 0..area.height;
        Self {
            columns: area.width,
            lines: rows.clone().map(|y| line(buffer, y)).collect(),
            cursor: cursor.map(|at| (at.x + 1, at.y + 1)),
            styles: rows.map(|y| runs(buffer, y)).collect(),
        }
    }

    /// Whether a text stands on some line.
    pub fn has(&self, text: &str) -> bool {
        self.lines.iter().any(|line| line.contains(text))
    }

    /// Whether a text stands on some line, all of it painted in a role.
    pub fn has_styled(&self, text: &str, role: &str) -> bool {
        self.lines.iter().zip(&self.styles).any(|(line, runs)| {
            line.match_indices(text).any(|(at, _)| {
                let from = line[..at].width() + 1;
                let to = from + text.width() - 1;
                let painted = |x| {
                    runs.iter().any(|run| {
                        (usize::from(run.from)..=usize::from(run.to)).contains(&x)
                            && run.roles.split(' ').any(|name| name == role)
                    })
                };
                (from..=to).all(painted)
            })
        })
    }
}

impl fmt::Display for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rows = self.lines.len();
        match self.cursor {
            Some((x, y)) => writeln!(f, "screen {}x{rows}  cursor {x},{y}", self.columns)?,
            None => writeln!(f, "screen {}x{rows}  cursor hidden", self.columns)?,
        }
        for (number, line) in (1..).zip(&self.lines) {
            writeln!(f, "{number:>3}|{line}")?;
        }
        writeln!(f, "styles")?;
        let mut number = 0;
        while number < rows {
            let runs = &self.styles[number];
            let alike = self.styles[number..]
                .iter()
                .take_while(|other| *other == runs)
                .count();
            if !runs.is_empty() {
                let last = number + alike;
                let lines = if alike == 1 {
                    last.to_string()
                } else {
                    format!("{}-{last}", number + 1)
                };
                let runs: Vec<String> = runs.iter().map(Run::to_string).collect();
                writeln!(f, "{lines:>5}| {}", runs.join("; "))?;
            }
            number += alike;
        }
        Ok(())
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{} {}", self.from, self.to, self.roles)
    }
}

fn line(buffer: &Buffer, y: u16) -> String {
    let mut line = String::new();
    each(buffer, y, |spot| line.push_str(spot.text));
    line.truncate(line.trim_end().len());
    line
}

/// The runs of a line; blanks between cells painted alike belong to the run, as their paint does.
fn runs(buffer: &Buffer, y: u16) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut unbroken = false;
    each(buffer, y, |spot| {
        let painted = Painted::read(spot.cell.fg, spot.cell.bg);
        let roles = roles(painted);
        if spot.text.trim().is_empty() && painted.over.is_none() {
            unbroken &= runs.last().is_some_and(|run| run.roles == roles);
            return;
        }
        let column = |x: usize| u16::try_from(x + 1).unwrap_or(u16::MAX);
        let (from, to) = (column(spot.x), column(spot.x + spot.width - 1));
        match runs.last_mut() {
            Some(run) if unbroken && run.roles == roles => run.to = to,
            _ => runs.push(Run { from, to, roles }),
        }
        unbroken = true;
    });
    runs.retain(|run| !run.roles.is_empty());
    runs
}

fn roles(painted: Painted) -> String {
    let names = [painted.base, painted.over]
        .into_iter()
        .flatten()
        .map(crate::theme::Role::name);
    let named: Vec<&str> = names.filter(|name| *name != "text").collect();
    named.join(" ")
}
