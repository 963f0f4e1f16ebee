//! Bringing back what deletions took, with all that went along: it is read and shown first, then stored
//! in one transaction, then it is said what came of each record.

mod read;
mod run;
#[cfg(test)]
mod tests;
pub mod view;
mod words;

use std::collections::VecDeque;

use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::overlay::{Overlay, Prompt, Prompted};
use crate::app::past;
use crate::app::place::Go;
use crate::app::problem::Problem;
use crate::db::contract::{Fault, QueryId, Reply};
use crate::domain::back::{Part, Present, Standing, count};
use crate::domain::history::{EntryId, Remains};
use crate::domain::record::{RecordKey, RequestId};
use crate::domain::run::{Gone, RunRow};
use crate::domain::scroll;
use crate::domain::table::TableId;
use crate::input::action::{Action, HistoryAction, ListAction, Scope};
use crate::input::line::{Mode, TextField};

/// What is brought back.
#[derive(Debug, Default)]
pub struct Restore {
    gone: Option<Gone>,
    phase: Phase,
    /// What a run did, as far as it was read.
    rows: Vec<RunRow>,
    /// The deletions of which it is not read yet what went with them.
    unread: VecDeque<(RecordKey, EntryId)>,
    /// What went, as far as it was read.
    remains: Vec<Remains>,
    /// What is there now, as far as it was looked at.
    present: Present,
    /// The tables whose columns are not looked at yet.
    tables: VecDeque<TableId>,
    /// The records that are not looked for yet.
    unseen: VecDeque<(TableId, Vec<RecordKey>)>,
    /// The records, in the order in which they are brought back.
    parts: Vec<Part>,
    /// The number of it all, once it was sent.
    number: Option<RequestId>,
    /// The line under the cursor.
    selected: usize,
    /// The record under the cursor is shown whole, scrolled by so much.
    whole: Option<usize>,
}

/// How far it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
enum Phase {
    /// Nothing is asked for.
    #[default]
    Idle,
    /// Something is read; nothing is written.
    Reading(QueryId),
    /// It could not be read.
    Failed(Problem),
    /// What would come back is shown; nothing is written.
    Ready,
    /// It is being stored.
    Running(QueryId),
    /// It was sent, and it is not known what became of it.
    Unsure,
    /// What came of each is shown.
    Over,
}

impl Restore {
    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        &[Scope::Restore, Scope::List, Scope::AppList]
    }

    /// The table of the records that were asked for.
    pub fn table(&self) -> Option<TableId> {
        self.gone.as_ref().map(|gone| gone.table)
    }

    /// Whether something is being stored, or it is not known whether it was.
    pub fn is_busy(&self) -> bool {
        matches!(self.phase, Phase::Running(_) | Phase::Unsure)
    }

    /// The person came here.
    pub fn arrived(&mut self, _cx: &Context, _out: &mut Outbox) {}

    /// Does what was asked for.
    pub fn act(&mut self, action: Action, cx: &Context, out: &mut Outbox) {
        match action {
            Action::History(HistoryAction::BringBack) => self.ask(cx, out),
            Action::History(HistoryAction::ShowWhole) => {
                let shown = self.whole.is_none() && !self.parts.is_empty();
                self.whole = shown.then_some(0);
            }
            Action::List(action) => self.step(action, cx, out),
            _ => {}
        }
    }

    /// Whether a question is the one that the person waits for.
    pub fn waits_for(&self, query: QueryId) -> bool {
        self.phase == Phase::Reading(query)
    }

    /// Returns the actions for the hint bar: what is possible now.
    pub fn hints(&self, _cx: &Context) -> Vec<Action> {
        let mut hints = Vec::new();
        let offered = match self.phase {
            Phase::Ready => self.due() > 0,
            Phase::Unsure => true,
            _ => false,
        };
        if offered && self.whole.is_none() {
            hints.push(Action::History(HistoryAction::BringBack));
        }
        if !self.parts.is_empty() {
            hints.push(Action::History(HistoryAction::ShowWhole));
        }
        hints.push(Action::List(ListAction::Back));
        hints
    }

    /// Says how it stands, for the status line.
    pub fn standing(&self) -> String {
        match self.phase {
            Phase::Idle => String::new(),
            Phase::Reading(_) => "reading what went".into(),
            Phase::Running(_) => "bringing back".into(),
            Phase::Unsure => "not known yet".into(),
            Phase::Failed(_) => "could not be read".into(),
            Phase::Ready | Phase::Over => words::sum(self),
        }
    }

    /// The number of records was typed: it is carried out if it is right.
    pub fn count_typed(&mut self, typed: &str, cx: &Context, out: &mut Outbox) {
        let due = self.due();
        match typed.trim().parse::<usize>() {
            Ok(number) if number == due => self.start(cx, out),
            _ => {
                let line = format!(
                    "Nothing was done: the number of records is {due}, not \"{}\"",
                    typed.trim()
                );
                out.tell(Mood::Warning, line);
            }
        }
    }

    /// How many are to come back.
    fn due(&self) -> usize {
        count(&self.parts, |one| *one == Standing::Comes)
    }

    /// Brings back what is shown; above a threshold the number has to be typed first.
    fn ask(&mut self, cx: &Context, out: &mut Outbox) {
        let due = self.due();
        match self.phase {
            Phase::Unsure => return self.resume(out),
            Phase::Reading(_) => {
                let line = "Still reading what went; nothing was done";
                return out.tell(Mood::Told, line);
            }
            Phase::Ready if due == 0 => {
                let line = "Nothing can be brought back: each line says why";
                return out.tell(Mood::Told, line);
            }
            Phase::Ready => {}
            _ => return,
        }
        if due <= cx.count_typed_above {
            return self.start(cx, out);
        }
        out.overlay(Overlay::Prompt(Prompt {
            title: words::title(self),
            lines: vec![
                words::tables(self, cx),
                format!("Type {due} to bring {due} records back:"),
            ],
            line: TextField::new(Mode::Line, ""),
            then: Prompted::CountToBringBack,
        }));
    }

    fn step(&mut self, action: ListAction, cx: &Context, out: &mut Outbox) {
        let by = match (action.by(cx.room.rows.saturating_sub(5)), action) {
            (Some(by), _) => by,
            (_, ListAction::Back) => return self.back(out),
            _ => return,
        };
        let part = self.parts.get(self.selected);
        match (&mut self.whole, part) {
            (Some(scrolled), Some(part)) => {
                let lines = past::remains::lines(&part.remains, cx.room.columns).len();
                let most = (lines + 6).saturating_sub(usize::from(cx.room.rows));
                *scrolled = scrolled.saturating_add_signed(by).min(most);
            }
            _ => self.selected = scroll::step(self.selected, by, self.parts.len()),
        }
    }

    fn back(&mut self, out: &mut Outbox) {
        if self.whole.take().is_some() {
            return;
        }
        match self.phase {
            Phase::Running(_) => {
                out.tell(Mood::Told, "It goes on; what comes of it is told");
            }
            Phase::Reading(query) => {
                out.cancel(query);
                self.phase = Phase::Idle;
            }
            _ => {}
        }
        out.go(Go::Back);
    }

    /// Takes the answer to a question of its own.
    pub fn reply(
        &mut self,
        query: QueryId,
        reply: Result<Reply, Fault>,
        cx: &Context,
        out: &mut Outbox,
    ) {
        match self.phase {
            Phase::Reading(asked) if asked == query => self.read(reply, cx, out),
            Phase::Running(asked) if asked == query => self.came(reply, cx, out),
            _ => {}
        }
    }
}
