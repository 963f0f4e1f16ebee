//! Looking into a value, over the grid or over a record: moving about in it, folding, finding, copying,
//! writing it to a file. What its lines are is decided in the domain.

pub mod view;

use std::collections::HashSet;
use std::ops::Range;

use super::context::Context;
use super::copying;
use super::effect::{Effect, ExportStep};
use super::notice::Mood;
use super::outbox::Outbox;
use super::overlay::{Overlay, Prompt, Prompted};
use crate::domain::peek::{self, Line, Looked};
use crate::domain::table::Column;
use crate::domain::value::Value;
use crate::domain::{scroll, text, wrap};
use crate::input::action::{Action, DialogAction, ListAction, RowsAction, Scope};
use crate::input::event::{Key, Size};
use crate::input::line::{Mode, TextField};

/// A value that is looked into.
#[derive(Debug)]
pub struct Looking {
    /// Whose value it is, for the title.
    name: String,
    /// What a file with it is called, without its ending.
    file: String,
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
pub struct Piece {
    /// Which line.
    pub line: usize,
    /// What of its text.
    pub part: Range<usize>,
}

impl Looking {
    /// Looks into a value of a column: `name` says whose it is, `file` what a file with it is called.
    pub fn open(
        (name, file): (String, String),
        value: Value,
        whole: bool,
        column: &Column,
        size: Size,
    ) -> Self {
        let mut looked = peek::look(&value, column);
        if !whole {
            let line =
                "Only its beginning: the row has no key by which the rest could be asked for";
            looked.about.push(line.to_owned());
        }
        let mut looking = Self {
            name,
            file,
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
        looking.lay_out(room(size));
        looking.cursor = 0;
        looking
    }

    /// The scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        match self.find {
            Some(_) => &[Scope::Find],
            None => &[Scope::Peek, Scope::List, Scope::AppList],
        }
    }

    /// Whose value it is.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Whether something is typed to be found.
    pub fn finds(&self) -> Option<&TextField> {
        self.find.as_ref()
    }

    /// What was looked for last.
    pub fn found(&self) -> &str {
        &self.found
    }

    /// What the value is, in words.
    pub fn about(&self) -> &[String] {
        &self.looked.about
    }

    /// The pieces of lines, from the first.
    pub fn rows(&self) -> &[Piece] {
        &self.rows
    }

    /// A line, and whether it is folded.
    pub fn line(&self, line: usize) -> (&Line, bool) {
        (&self.looked.lines[line], self.folded.contains(&line))
    }

    /// Which piece is under the cursor.
    pub fn cursor(&self) -> usize {
        self.cursor
    }

    /// How many lines there are, and which is under the cursor, from 1.
    pub fn place(&self) -> (usize, usize) {
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
pub fn indent(line: &Line) -> usize {
    (line.depth * 2 + 2).min(40)
}

/// The lines of the screen around the value: title, what it is, and a blank.
pub fn around(peek: &Looking) -> u16 {
    u16::try_from(peek.about().len())
        .unwrap_or(u16::MAX)
        .saturating_add(2)
}

/// The cells that lines have.
fn room(size: Size) -> usize {
    usize::from(size.columns.saturating_sub(2))
}

impl Looking {
    /// The screen has another size.
    pub fn resize(&mut self, size: Size) {
        self.lay_out(room(size));
    }

    /// Does what was asked for; says whether it is still looked into.
    pub fn act(&mut self, action: Action, cx: &Context, out: &mut Outbox) -> bool {
        match action {
            Action::List(ListAction::Back) => return false,
            Action::List(ListAction::Find) => {
                self.find = Some(TextField::new(Mode::Line, &self.found));
            }
            Action::List(action) => {
                let page = cx.room.rows.saturating_sub(around(self));
                if let Some(by) = action.by(page) {
                    self.cursor = scroll::step(self.cursor, by, self.rows.len());
                }
            }
            Action::Dialog(action) => self.find_typed(action, out),
            Action::Rows(RowsAction::Fold) => self.fold(),
            Action::Rows(RowsAction::NextMatch) => self.next(out),
            Action::Rows(RowsAction::CopyValue) => self.copy(cx, out),
            Action::Rows(RowsAction::WriteValue) => self.ask_where_to_write(out),
            _ => {}
        }
        true
    }

    /// The actions for the hint bar.
    pub fn hints(&self) -> Vec<Action> {
        if self.find.is_some() {
            let both = [DialogAction::Choose, DialogAction::Close];
            return both.map(Action::Dialog).into();
        }
        let tree = self.looked.lines.iter().any(|line| line.folds);
        let hints = [
            (Action::List(ListAction::Back), true),
            (Action::Rows(RowsAction::Fold), tree),
            (Action::List(ListAction::Find), true),
            (Action::Rows(RowsAction::NextMatch), !self.found.is_empty()),
            (Action::Rows(RowsAction::CopyValue), self.whole),
            (Action::Rows(RowsAction::WriteValue), self.whole),
            (Action::List(ListAction::PageDown), true),
        ];
        let possible = hints.into_iter().filter(|(_, possible)| *possible);
        possible.map(|(action, _)| action).collect()
    }

    /// Goes to the next line that has what was looked for.
    fn next(&mut self, out: &mut Outbox) {
        if self.found.is_empty() {
            out.tell(Mood::Told, "Nothing is looked for yet");
        } else if !self.go_to_next(1) {
            self.tell_not_found(out);
        }
    }

    fn tell_not_found(&self, out: &mut Outbox) {
        let line = format!("{} is not in it", text::line(&self.found));
        out.tell(Mood::Told, line);
    }

    /// Takes a key that is text in the line to find by.
    pub fn key(&mut self, key: Key) {
        if let Some(find) = &mut self.find {
            find.press(key);
        }
    }

    /// Takes a paste into the line to find by.
    pub fn paste(&mut self, text: &str) {
        if let Some(find) = &mut self.find {
            find.insert(text);
        }
    }

    /// Looks for what is typed, or closes the line.
    fn find_typed(&mut self, action: DialogAction, out: &mut Outbox) {
        let typed = self.find.take();
        if let (DialogAction::Choose, Some(typed)) = (action, typed) {
            typed.text().clone_into(&mut self.found);
            if !self.found.is_empty() && !self.go_to_next(0) {
                self.tell_not_found(out);
            }
        }
    }

    fn copy(&self, cx: &Context, out: &mut Outbox) {
        match self.whole {
            true => copying::copy_value(&self.value, cx, out),
            false => out.tell(
                Mood::Warning,
                "Nothing was copied: only the beginning is here",
            ),
        }
    }

    /// Asks for the name of a file for the value.
    fn ask_where_to_write(&self, out: &mut Outbox) {
        if !self.whole || self.value.is_null() {
            return out.tell(Mood::Warning, "There is no whole value to write");
        }
        out.overlay(Overlay::Prompt(Prompt {
            title: "write the value to a file".into(),
            lines: vec!["Its exact text, and nothing else, is written to:".into()],
            line: TextField::new(Mode::Line, &format!("{}.txt", self.file)),
            then: Prompted::WriteValue,
        }));
    }

    /// The name was typed. Only one file is written at a time: this one would end the other.
    pub fn write(&self, name: &str, busy: bool, out: &mut Outbox) {
        if busy {
            let line = "Nothing was written: the audit is being written to a file; wait for that";
            return out.tell(Mood::Warning, line);
        }
        let (Some(text), false) = (self.value.as_text(), name.trim().is_empty()) else {
            return;
        };
        out.effect(Effect::Export(ExportStep::Begin {
            name: name.trim().to_owned(),
            text: text.to_owned(),
        }));
        out.effect(Effect::Export(ExportStep::End));
    }
}

/// The file with a value is whole, or is not.
pub fn written(result: Result<String, String>, out: &mut Outbox) {
    match result {
        Ok(path) => out.tell(
            Mood::Done,
            format!("Wrote the value to {}", text::line(&path)),
        ),
        Err(why) => out.tell(Mood::Failed, text::line(&why)),
    }
}
