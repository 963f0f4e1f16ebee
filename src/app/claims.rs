//! Who asks whom for which record: what was asked of this person, what this person asked; no screens.

#[cfg(test)]
mod tests;

use jiff::Timestamp;

use crate::app::context::Context;
use crate::app::place::{FormId, Place};
use crate::db::contract::QueryId;
use crate::domain::claim::{Answer, Asked, Line, LineId, LineKind};
use crate::domain::record::RecordKey;
use crate::domain::session::{Presence, PresenceMode, SessionId};
use crate::domain::table::TableId;
use crate::domain::text;

/// Who asks whom for which record, since this person signed in.
#[derive(Debug, Default)]
pub struct Claims {
    /// What others ask and what was not answered, the oldest first.
    pub asked: Vec<Line>,
    /// What this person asked of others.
    pub asks: Vec<Ask>,
    /// What is to be answered once a form is saved.
    pub after_save: Option<(FormId, Line)>,
    /// The questions to the database that are open.
    pub open: Vec<(QueryId, Doing)>,
    heard: Vec<LineId>,
    untold: Vec<LineId>,
}

/// A record of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    /// The table.
    pub table: TableId,
    /// The record.
    pub key: RecordKey,
}

/// What this person asked of others.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ask {
    /// For which record.
    pub target: Target,
    /// Who was asked, and how long they have.
    pub of: Vec<Asked>,
    /// Whether it was told that nobody answered.
    pub told: bool,
}

/// What is being done about a claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Doing {
    /// Asking for a record.
    Asking(Target),
    /// Taking a record over, from where.
    Taking(Target, Place),
    /// Releasing a record.
    Releasing(Target),
    /// Releasing all that a session edits.
    ReleasingAll(SessionId),
    /// Answering.
    Answering(Line, Answer),
    /// Answering because the form was left.
    AnsweringByItself,
}

impl Target {
    /// Names it as it is shown: `BFM-001`.
    pub fn label(&self) -> String {
        label(&self.key)
    }

    /// Who else edits it, as far as the last poll told; the same person's other terminals last.
    pub fn editors<'a>(&self, cx: &'a Context) -> Vec<&'a Presence> {
        let edits =
            |one: &&Presence| one.key == self.key && !one.mine && one.mode == PresenceMode::Edit;
        let mut all: Vec<&Presence> = cx.presence.iter().filter(edits).collect();
        all.sort_by_key(|one| (one.same_person, one.since));
        all
    }
}

impl Ask {
    /// From when the record may be taken over.
    pub fn due(&self) -> Timestamp {
        let due = self.of.iter().map(|asked| asked.due).max();
        due.unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Names who was asked: `jhymel and rmarikit`.
    pub fn whom(&self) -> String {
        let names: Vec<&str> = self
            .of
            .iter()
            .map(|asked| asked.username.as_str())
            .collect();
        names.join(" and ")
    }
}

impl Claims {
    /// Takes the lines that a poll brought; returns those that are new.
    pub fn hear(&mut self, lines: Vec<Line>) -> Vec<Line> {
        let mut new = Vec::new();
        for line in lines {
            if self.heard.contains(&line.id) {
                continue;
            }
            self.heard.push(line.id);
            self.untold.push(line.id);
            match line.kind {
                LineKind::Asked => self.asked.push(line.clone()),
                LineKind::Taken | LineKind::Released => self.forget_asked(&line),
                LineKind::Later => self.put_off(&line),
                LineKind::Done | LineKind::Given => self.answered(&line),
            }
            new.push(line);
        }
        new
    }

    /// The lines of which the server does not know yet that this session has them.
    pub fn untold(&self) -> Vec<LineId> {
        self.untold.clone()
    }

    /// The server knows now that this session has these lines.
    pub fn told(&mut self, lines: &[LineId]) {
        self.untold.retain(|line| !lines.contains(line));
    }

    /// What others ask about a record, or anything that they ask.
    pub fn question(&self, about: Option<&Target>) -> Option<&Line> {
        let concerns = |line: &&Line| about.is_none_or(|target| target.is_of(line));
        self.asked.iter().find(concerns)
    }

    /// What this person asked about a record.
    pub fn ask_about(&self, target: &Target) -> Option<&Ask> {
        self.asks.iter().find(|ask| ask.target == *target)
    }

    /// Takes a question away, because it is answered or nothing comes of it any more.
    pub fn take_question(&mut self, id: LineId) -> Option<Line> {
        let at = self.asked.iter().position(|line| line.id == id)?;
        Some(self.asked.remove(at))
    }

    /// The answers that are due because their records are not edited here any more.
    pub fn let_go(&mut self, edited: &[Target]) -> Vec<Line> {
        let waits = self.after_save.as_ref().map(|(_, line)| line.id);
        let gone = |line: &mut Line| {
            Some(line.id) != waits && !edited.iter().any(|target| target.is_of(line))
        };
        self.asked.extract_if(.., gone).collect()
    }

    fn forget_asked(&mut self, line: &Line) {
        let target = Target::of(line);
        self.asked.retain(|asked| !target.is_of(asked));
    }

    fn put_off(&mut self, line: &Line) {
        let of = self.asks.iter_mut().filter(|ask| ask.target.is_of(line));
        for ask in of {
            ask.told = false;
            for asked in ask
                .of
                .iter_mut()
                .filter(|one| one.username == line.username)
            {
                asked.due = line.due.unwrap_or(asked.due);
            }
        }
    }

    fn answered(&mut self, line: &Line) {
        for ask in self.asks.iter_mut().filter(|ask| ask.target.is_of(line)) {
            ask.of.retain(|one| one.username != line.username);
        }
        self.asks.retain(|ask| !ask.of.is_empty());
    }
}

impl Target {
    /// The record that a line is about.
    pub fn of(line: &Line) -> Self {
        Self {
            table: line.table,
            key: line.key.clone(),
        }
    }

    /// Whether a line is about this record.
    pub fn is_of(&self, line: &Line) -> bool {
        line.table == self.table && line.key == self.key
    }
}

/// Names a record by its key, harmless.
pub fn label(key: &RecordKey) -> String {
    text::line(&key.to_string()).into_owned()
}
