//! Looking into the value under the cursor, over the grid: moving about in it, folding, finding. What its
//! lines are is decided in the domain.

use std::collections::HashSet;
use std::ops::Range;

use super::Browser;
use super::fetch::Then;
use crate::app::context::Context;
use crate::app::effect::{Effect, ExportStep};
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::overlay::{Overlay, Prompt, Prompted};
use crate::domain::peek::{self, Line, Looked};
use crate::domain::value::Value;
use crate::domain::{scroll, text, wrap};
use crate::input::action::{Action, DialogAction, ListAction, RowsAction};
use crate::input::event::{Key, Size};
use crate::input::line::{Mode, TextField};

/// A value that is looked into.
#[derive(Debug)]
pub(super) struct Peek {
    /// The column, by its position.
    pub column: usize,
    value: Value,
    whole: bool,
    looked: Looked,
    /// Lines whose deeper lines are folded away.
    folded: HashSet<usize>,
    /// What is drawn: pieces of lines, as wide as the screen.
    rows: Vec<Piece>,
    width: usize,
    cursor: usize,
    /// The line that is typed to find something.
    find: Option<TextField>,
    found: String,
}

/// A piece of a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Which line.
    pub line: usize,
    /// What of its text.
    pub part: Range<usize>,
}

impl Peek {
    pub(super) fn value(&self) -> &Value {
        &self.value
    }

    /// Whether all of the value is here.
    pub(super) fn is_whole(&self) -> bool {
        self.whole
    }

    /// Whether something is typed to be found.
    pub(super) fn finds(&self) -> Option<&TextField> {
        self.find.as_ref()
    }

    /// What was looked for last.
    pub(super) fn found(&self) -> &str {
        &self.found
    }

    /// What the value is, in words.
    pub(super) fn about(&self) -> &[String] {
        &self.looked.about
    }

    /// The pieces of lines, from the first.
    pub(super) fn rows(&self) -> &[Piece] {
        &self.rows
    }

    /// A line, and whether it is folded.
    pub(super) fn line(&self, line: usize) -> (&Line, bool) {
        (&self.looked.lines[line], self.folded.contains(&line))
    }

    /// Which piece is under the cursor.
    pub(super) fn cursor(&self) -> usize {
        self.cursor
    }

    /// How many lines there are, and which is under the cursor, from 1.
    pub(super) fn place(&self) -> (usize, usize) {
        let line = self.rows.get(self.cursor).map_or(0, |row| row.line + 1);
        (line, self.looked.lines.len())
    }

    /// Lays the lines out anew, those that are folded away left out.
    fn lay_out(&mut self, width: usize) {
        let here = self.rows.get(self.cursor).map(|row| row.line);
        self.width = width;
        self.rows.clear();
        let mut hidden_below = None;
        for (number, line) in self.looked.lines.iter().enumerate() {
            match hidden_below {
                Some(depth) if line.depth > depth => continue,
                _ => hidden_below = None,
            }
            if self.folded.contains(&number) {
                hidden_below = Some(line.depth);
            }
            let room = width.saturating_sub(indent(line)).max(8);
            let parts = wrap::lines(&line.text, room);
            self.rows
                .extend(parts.into_iter().map(|part| Piece { line: number, part }));
        }
        let place = here.and_then(|line| self.rows.iter().position(|row| row.line >= line));
        let last = self.rows.len().saturating_sub(1);
        self.cursor = place.unwrap_or(last).min(last);
    }

    /// Folds the line under the cursor, or the one it belongs to; unfolds it again.
    fn fold(&mut self) {
        let Some(here) = self.rows.get(self.cursor).map(|row| row.line) else {
            return;
        };
        let lines = &self.looked.lines;
        let own = (0..=here)
            .rev()
            .find(|at| lines[*at].folds && (*at == here || lines[*at].depth < lines[here].depth));
        let Some(line) = own else { return };
        if !self.folded.remove(&line) {
            self.folded.insert(line);
        }
        self.cursor = self
            .rows
            .iter()
            .position(|row| row.line == line)
            .unwrap_or(0);
        self.lay_out(self.width);
    }

    /// Goes to the next line that has what is looked for; says whether there is one.
    fn go_to_next(&mut self, from: usize) -> bool {
        let wanted = self.found.to_lowercase();
        let lines = &self.looked.lines;
        let here = self.rows.get(self.cursor).map_or(0, |row| row.line) + from;
        let has = |at: &usize| lines[*at].text.to_lowercase().contains(&wanted);
        let found = (here..lines.len())
            .chain(0..here.min(lines.len()))
            .find(has);
        let Some(found) = found else { return false };
        // What hides it is unfolded.
        let mut depth = lines[found].depth;
        for at in (0..found).rev() {
            if lines[at].depth < depth {
                depth = lines[at].depth;
                self.folded.remove(&at);
            }
        }
        self.lay_out(self.width);
        self.cursor = self
            .rows
            .iter()
            .position(|row| row.line == found)
            .unwrap_or(0);
        true
    }
}

/// The cells before the text of a line.
pub(super) fn indent(line: &Line) -> usize {
    (line.depth * 2 + 2).min(40)
}

/// The lines of the screen around the value: title, what it is, and a blank.
pub(super) fn around(peek: &Peek) -> u16 {
    u16::try_from(peek.about().len())
        .unwrap_or(u16::MAX)
        .saturating_add(2)
}

/// The cells that lines have.
fn room(size: Size) -> usize {
    usize::from(size.columns.saturating_sub(2))
}

impl Browser {
    /// Looks into the value under the cursor; one that is cut in the grid is asked for.
    pub(super) fn peek(&mut self, cx: &Context, out: &mut Outbox) {
        if let Some(column) = self.columns.current() {
            self.with_values(vec![column], Then::Peek, cx, out);
        }
    }

    pub(super) fn open_peek(&mut self, column: usize, value: Value, whole: bool, cx: &Context) {
        let Some(shape) = &self.shape else { return };
        let Some(described) = shape.columns.get(column) else {
            return;
        };
        let mut looked = peek::look(&value, described);
        if !whole {
            let line =
                "Only its beginning: the row has no key by which the rest could be asked for";
            looked.about.push(line.to_owned());
        }
        let mut peek = Peek {
            column,
            value,
            whole,
            looked,
            folded: HashSet::new(),
            rows: Vec::new(),
            width: 0,
            cursor: 0,
            find: None,
            found: String::new(),
        };
        peek.lay_out(room(cx.room));
        peek.cursor = 0;
        self.peek = Some(peek);
    }

    /// The screen has another size.
    pub(super) fn resize_peek(&mut self, size: Size) {
        if let Some(peek) = &mut self.peek {
            peek.lay_out(room(size));
        }
    }

    /// Moves about in the value; says whether one is looked into.
    pub(super) fn act_peek(&mut self, action: ListAction, cx: &Context) -> bool {
        let Some(peek) = &mut self.peek else {
            return false;
        };
        let by = match (action.by(cx.room.rows.saturating_sub(around(peek))), action) {
            (Some(by), _) => by,
            (_, ListAction::Find) => {
                peek.find = Some(TextField::new(Mode::Line, &peek.found));
                return true;
            }
            (_, ListAction::Back) => {
                self.peek = None;
                return true;
            }
            _ => return true,
        };
        peek.cursor = scroll::step(peek.cursor, by, peek.rows.len());
        true
    }

    /// The actions for the hint bar while a value is looked into.
    pub(super) fn peek_hints(&self) -> Vec<Action> {
        let Some(peek) = &self.peek else {
            return Vec::new();
        };
        let tree = peek.looked.lines.iter().any(|line| line.folds);
        let hints = [
            (Action::List(ListAction::Back), true),
            (Action::Rows(RowsAction::Fold), tree),
            (Action::List(ListAction::Find), true),
            (Action::Rows(RowsAction::NextMatch), !peek.found.is_empty()),
            (Action::Rows(RowsAction::CopyValue), peek.whole),
            (Action::Rows(RowsAction::WriteValue), peek.whole),
            (Action::List(ListAction::PageDown), true),
        ];
        let possible = hints.into_iter().filter(|(_, possible)| *possible);
        possible.map(|(action, _)| action).collect()
    }

    /// Folds or unfolds.
    pub(super) fn fold_peek(&mut self) {
        if let Some(peek) = &mut self.peek {
            peek.fold();
        }
    }

    /// Goes to the next line that has what was looked for.
    pub(super) fn next_in_peek(&mut self, out: &mut Outbox) {
        let Some(peek) = &mut self.peek else { return };
        if peek.found.is_empty() {
            out.tell(Mood::Told, "Nothing is looked for yet");
        } else if !peek.go_to_next(1) {
            out.tell(
                Mood::Told,
                format!("{} is not in it", text::line(&peek.found)),
            );
        }
    }

    /// Takes a key that is text in the line to find by; says whether a value is looked into.
    pub(super) fn key_in_peek(&mut self, key: Key) -> bool {
        let Some(peek) = &mut self.peek else {
            return false;
        };
        if let Some(find) = &mut peek.find {
            find.press(key);
        }
        true
    }

    /// Takes a paste.
    pub(super) fn paste_in_peek(&mut self, text: &str) -> bool {
        let Some(peek) = &mut self.peek else {
            return false;
        };
        if let Some(find) = &mut peek.find {
            find.insert(text);
        }
        true
    }

    /// Looks for what is typed, or closes the line; says whether a value is looked into.
    pub(super) fn find_in_peek(&mut self, action: DialogAction, out: &mut Outbox) -> bool {
        let Some(peek) = &mut self.peek else {
            return false;
        };
        let typed = peek.find.take();
        if let (DialogAction::Choose, Some(typed)) = (action, typed) {
            typed.text().clone_into(&mut peek.found);
            if !peek.found.is_empty() && !peek.go_to_next(0) {
                out.tell(
                    Mood::Told,
                    format!("{} is not in it", text::line(&peek.found)),
                );
            }
        }
        true
    }

    /// Asks for the name of a file for the value.
    pub(super) fn ask_where_to_write(&self, out: &mut Outbox) {
        let (Some(peek), Some(shape)) = (&self.peek, &self.shape) else {
            return;
        };
        if !peek.whole || peek.value.is_null() {
            return out.tell(Mood::Warning, "There is no whole value to write");
        }
        let column = shape.columns.get(peek.column);
        let column = column.map_or("", |column| column.name.as_str());
        let name = super::write::file_name(&format!("{}-{column}", shape.name.name));
        out.overlay(Overlay::Prompt(Prompt {
            title: "write the value to a file".into(),
            lines: vec!["Its exact text, and nothing else, is written to:".into()],
            line: TextField::new(Mode::Line, &format!("{name}.txt")),
            then: Prompted::WriteValue,
        }));
    }

    /// The name was typed. Only one file is written at a time: this one would end the other.
    pub fn write_value(&mut self, name: &str, busy: bool, out: &mut Outbox) {
        if busy {
            let line = "Nothing was written: the audit is being written to a file; wait for that";
            return out.tell(Mood::Warning, line);
        }
        let value = self.peek.as_ref().and_then(|peek| peek.value.as_text());
        let (Some(text), false) = (value, name.trim().is_empty()) else {
            return;
        };
        out.effect(Effect::Export(ExportStep::Begin {
            name: name.trim().to_owned(),
            text: text.to_owned(),
        }));
        out.effect(Effect::Export(ExportStep::End));
    }

    /// The file is whole, or is not.
    pub fn value_written(&mut self, result: Result<String, String>, out: &mut Outbox) {
        match result {
            Ok(path) => out.tell(
                Mood::Done,
                format!("Wrote the value to {}", text::line(&path)),
            ),
            Err(why) => out.tell(Mood::Failed, text::line(&why)),
        }
    }
}
