//! The dialog that asks for a condition on one column: what can be asked of its type, what is typed,
//! and what is wrong with it before the server is asked.

pub mod ops;

#[cfg(test)]
mod tests;

use jiff::Zoned;

use super::refer::Refers;
use crate::app::context::Context;
use crate::app::finding::Finding;
use crate::domain::query::{Condition, Filter, Test};
use crate::domain::table::Column;
use crate::domain::text;
use crate::domain::value::Value;
use crate::domain::when::{Kind, span};
use crate::input::event::Key;
use crate::input::line::{Mode, Pressed, TextField};
use ops::Op;

/// The most signs of a text to filter by: more are pasted by mistake.
pub(super) const MOST_SIGNS: usize = 1_000;

/// What can be asked for, a line each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// One of the values that the column can have.
    Value {
        value: Value,
        /// Whether it is one of those asked for.
        marked: bool,
    },
    /// A test.
    Test(Op),
}

/// How a condition is put beside what the column is asked for already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Join {
    /// In its stead.
    Instead,
    /// Both must hold.
    And,
    /// One is enough.
    Or,
}

/// The dialog.
#[derive(Debug)]
pub(super) struct Ask {
    /// The column, as a position in the shape's columns.
    pub column: usize,
    pub lines: Vec<Line>,
    /// The line under the cursor.
    pub at: usize,
    /// What is typed; of a range its beginning.
    pub low: TextField,
    /// The end of a range.
    pub high: TextField,
    /// Whether the cursor is in the end of the range.
    pub in_high: bool,
    /// What is wrong, or why the server refused it.
    pub error: Option<String>,
    /// The condition that is changed, as a position in the filter.
    pub changes: Option<usize>,
    /// Whether rows are on their way under it.
    pub sent: bool,
    /// What the column refers to.
    pub refers: Option<Refers>,
    /// The list of records that it can refer to, while that is open.
    pub records: Option<Finding>,
    /// The key that was chosen last, and what its record is called.
    pub called: Option<(String, String)>,
    /// What was typed to go to a value that begins so.
    pub begun: String,
}

impl Ask {
    /// Opens for a column; with what its only condition asks for already, or the one at `part`.
    pub fn open(column: usize, about: &Column, filter: &Filter, part: Option<usize>) -> Self {
        let values = ops::values(about).into_iter().map(|value| Line::Value {
            value,
            marked: false,
        });
        let tests = ops::of(about).into_iter().map(Line::Test);
        let own = |(_, one): &(usize, &Condition)| one.column == column;
        let mut conditions = filter.conditions.iter().enumerate().filter(own);
        let changes = part.or_else(|| match (conditions.next(), conditions.next()) {
            (Some((at, _)), None) => Some(at),
            _ => None,
        });
        let mut ask = Self {
            column,
            lines: values.chain(tests).collect(),
            at: 0,
            low: TextField::line(),
            high: TextField::line(),
            in_high: false,
            error: None,
            changes,
            sent: false,
            refers: None,
            records: None,
            called: None,
            begun: String::new(),
        };
        if let Some(one) = changes.and_then(|at| filter.conditions.get(at)) {
            ask.show(&one.test);
        }
        ask
    }

    /// The test under the cursor; nothing on a value.
    pub fn op(&self) -> Option<Op> {
        match self.lines.get(self.at)? {
            Line::Test(op) => Some(*op),
            Line::Value { .. } => None,
        }
    }

    /// Whether keys are text on the line under the cursor.
    pub fn is_text(&self) -> bool {
        self.op().is_some_and(Op::is_typed)
    }

    /// Moves to another line.
    pub fn step(&mut self, forward: bool) {
        let last = self.lines.len().saturating_sub(1);
        self.at = match forward {
            true => (self.at + 1).min(last),
            false => self.at.saturating_sub(1),
        };
        self.in_high &= self.op() == Some(Op::Between);
        self.error = None;
        self.begun.clear();
    }

    /// Goes to the other end of a range.
    pub fn other_end(&mut self) {
        if self.op() == Some(Op::Between) {
            self.in_high = !self.in_high;
        }
    }

    /// Marks the value under the cursor, or takes its mark away.
    pub fn mark(&mut self) {
        if let Some(Line::Value { marked, .. }) = self.lines.get_mut(self.at) {
            *marked = !*marked;
            self.error = None;
            self.begun.clear();
        }
    }

    /// Goes to the value that begins as it is typed: what is typed on a value must not be lost, as the
    /// next key takes the value.
    fn begin(&mut self, character: char) {
        let begins = |line: &Line, typed: &str| match line {
            Line::Value { value, .. } => {
                let text = value.as_text().unwrap_or_default().to_lowercase();
                text.starts_with(&typed.to_lowercase())
            }
            Line::Test(_) => false,
        };
        let longer = format!("{}{character}", self.begun);
        for typed in [longer.clone(), character.to_string()] {
            let at = self.lines.iter().position(|line| begins(line, &typed));
            if let Some(at) = at {
                (self.at, self.begun, self.error) = (at, typed, None);
                return;
            }
        }
        self.begun.clear();
        self.error = Some(format!("No value here begins with {}", text::line(&longer)));
    }

    /// Takes a key that is text.
    pub fn key(&mut self, key: Key) {
        if !self.is_text() {
            if let (Some(character), None) = (key.text(), self.op()) {
                self.begin(character);
            }
            return;
        }
        if key.text().is_some() && self.field().text().chars().count() >= MOST_SIGNS {
            self.error = Some(too_long());
        } else if self.field().press(key) == Pressed::Edited {
            self.error = None;
        }
    }

    /// Takes a paste; what is too long is refused whole.
    pub fn paste(&mut self, text: &str) {
        if !self.is_text() {
            self.error = Some("Nothing was pasted: this line takes no text".into());
        } else if self.field().text().len() + text.len() > MOST_SIGNS {
            self.error = Some(too_long());
        } else if self.field().insert(text) == Pressed::Edited {
            self.error = None;
        }
    }

    /// What is asked for, or what is wrong with it.
    pub fn test(&self, about: &Column, now: &Zoned) -> Result<Test, String> {
        let typed = (self.low.text(), self.high.text());
        match self.lines.get(self.at) {
            Some(Line::Test(op)) => op.test(typed, about, now),
            Some(Line::Value { value, .. }) => {
                let marked = self.lines.iter().filter_map(|line| match line {
                    Line::Value {
                        value,
                        marked: true,
                    } => Some(value.clone()),
                    _ => None,
                });
                let mut marked: Vec<Value> = marked.collect();
                Ok(match marked.len() {
                    0 => Test::Equals(value.clone()),
                    1 => Test::Equals(marked.remove(0)),
                    _ => Test::OneOf(marked),
                })
            }
            None => Err("Nothing can be asked of this column".into()),
        }
    }

    /// What the words in a field of times mean, for the line below.
    pub fn meaning(&self, about: &Column, cx: &Context) -> Option<String> {
        let kind = Kind::of(&about.facts.base)?;
        let now = cx.now.to_zoned(cx.zone.clone());
        match self.op()? {
            Op::During => span::read(self.low.text(), kind, &now).map(|span| span.told),
            op if op.is_typed() => {
                let typed = match self.in_high {
                    true => self.high.text(),
                    false => self.low.text(),
                };
                crate::domain::when::meaning(typed, kind, &now).map(|meaning| meaning.told)
            }
            _ => None,
        }
    }

    /// The filter with the condition put where it belongs.
    pub fn put(&self, filter: &Filter, test: Test, join: Join) -> Filter {
        let mut filter = filter.clone();
        let fresh = Condition::new(self.column, test);
        let last = filter
            .conditions
            .iter()
            .rposition(|one| one.column == self.column);
        match (join, self.changes, last) {
            (Join::Instead, Some(at), _) => {
                if let Some(one) = filter.conditions.get_mut(at) {
                    (one.test, one.off) = (fresh.test, false);
                }
            }
            (Join::Or, at, last) if at.or(last).is_some() => {
                let at = at.or(last).unwrap_or(0) + 1;
                filter
                    .conditions
                    .insert(at, Condition { or: true, ..fresh });
            }
            _ if filter.conditions.contains(&fresh) => {}
            _ => filter.conditions.push(fresh),
        }
        filter
    }

    fn field(&mut self) -> &mut TextField {
        match self.in_high {
            true => &mut self.high,
            false => &mut self.low,
        }
    }

    /// Shows what a test asks for.
    fn show(&mut self, test: &Test) {
        let listed: Vec<&Value> = match test {
            Test::Equals(value) => vec![value],
            Test::OneOf(values) => values.iter().collect(),
            _ => Vec::new(),
        };
        let mut first = None;
        for (at, line) in self.lines.iter_mut().enumerate() {
            if let Line::Value { value, marked } = line
                && listed.contains(&&*value)
            {
                *marked = listed.len() > 1;
                first = first.or(Some(at));
            }
        }
        if let Some(at) = first {
            self.at = at;
            return;
        }
        let (op, low, high) = ops::shown(test);
        let place = |op| self.lines.iter().position(|line| *line == Line::Test(op));
        self.at = place(op).or_else(|| place(op.of_times())).unwrap_or(0);
        self.low = TextField::new(Mode::Line, &low);
        self.high = TextField::new(Mode::Line, &high);
    }
}

/// Why a text is not taken.
pub(super) fn too_long() -> String {
    format!("At most {MOST_SIGNS} signs can be filtered by; the rest was not taken")
}
