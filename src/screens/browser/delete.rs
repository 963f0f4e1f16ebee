//! Deleting the record under the cursor: what hangs on it first, then asked, guarded by what was
//! seen, and told truly.

use super::{Browser, anyway, words};
use crate::app::context::Context;
use crate::app::forms::missed::{self, Tried};
use crate::app::notice::Mood;
use crate::app::outbox::{Asker, Outbox};
use crate::app::overlay::{Confirm, Confirmed, Overlay};
use crate::app::past;
use crate::app::place::Go;
use crate::app::problem::Problem;
use crate::db::contract::records::{Miss, Rejection, RejectionKind, SaveOutcome};
use crate::db::contract::{
    DependentsReply, DependentsRequest, Fault, QueryId, RecordsReply, RecordsRequest, Reply,
    Request,
};
use crate::domain::dependents::Dependents;
use crate::domain::query::Row;
use crate::domain::record::{Guard, Record, RecordKey, RequestId};
use crate::domain::table::{Shape, TableId};
use crate::domain::text;
use crate::domain::value::Value;

/// A deletion from the question to its outcome.
#[derive(Debug)]
pub(super) struct Deleting {
    pub table: TableId,
    pub key: RecordKey,
    /// How the record is called.
    pub name: String,
    /// The row as it was when the person was asked.
    pub seen: Row,
    /// The question what hangs on it, before the person is asked.
    looking: Option<QueryId>,
    /// Whether nothing was found that hangs on it.
    alone: bool,
    /// The number of the deletion; the same when it is asked again.
    pub request: Option<RequestId>,
    pub guard: Guard,
    pub base: Vec<Value>,
    query: Option<QueryId>,
    /// Whether it is not known what came of it.
    unknown: bool,
    /// Whether it is being stopped, and only what came of it is asked.
    stopping: bool,
}

impl Browser {
    /// Asks whether to delete the record under the cursor.
    pub(super) fn ask_to_delete(&mut self, cx: &Context, out: &mut Outbox) {
        let (Some(table), Some(shape)) = (self.table, self.shape.clone()) else {
            return;
        };
        if !shape.may_delete() {
            return out.tell(Mood::Warning, words::not_offered(&shape, "deleted"));
        }
        if self.delete_marked(out) {
            return;
        }
        let row = self.window.as_ref().and_then(|window| window.current());
        let Some(row) = row.cloned() else {
            return out.tell(Mood::Told, "There is no record here");
        };
        if self.is_gone() {
            return out.tell(Mood::Warning, self.gone_in_words(cx));
        }
        if self.deleting.as_ref().is_some_and(Deleting::is_under_way) {
            return out.tell(Mood::Told, "Another deletion is still under way");
        }
        let Some(key) = row.key.clone() else {
            return out.tell(Mood::Warning, words::no_key());
        };
        let looking = out.ask_holding(Request::Dependents(DependentsRequest::LoadDependents {
            table,
            keys: vec![key.clone()],
        }));
        let whole = self.pane.record(&row);
        self.deleting = Some(Deleting {
            guard: row.guard.clone(),
            base: whole.map_or(Vec::new(), |record| record.values.clone()),
            name: words::record(&shape, &key),
            seen: row,
            table,
            key,
            looking: Some(looking),
            alone: false,
            request: None,
            query: None,
            unknown: false,
            stopping: false,
        });
    }

    /// Whether the person waits for what hangs on a record to be deleted.
    pub(super) fn looks_for_dependents(&self, query: QueryId) -> bool {
        let deleting = self.deleting.as_ref();
        deleting.is_some_and(|deleting| deleting.looking == Some(query))
    }

    /// What hangs on the record is known: asks, or says why deleting is not offered. A key typed
    /// before that was seen answers nothing.
    pub(super) fn looked(&mut self, reply: Result<Reply, Fault>, cx: &Context, out: &mut Outbox) {
        let Some(mut deleting) = self.deleting.take() else {
            return;
        };
        deleting.looking = None;
        let shape = self
            .shape
            .clone()
            .filter(|_| self.table == Some(deleting.table));
        let Some(shape) = shape else { return };
        out.drop_held();
        let (known, lines) = match reply {
            Ok(Reply::Dependents(DependentsReply::DependentsLoaded(known))) => {
                let lines = past::hanging(&known, cx);
                (Some(known), lines)
            }
            Ok(_) | Err(Fault::Cancelled | Fault::SessionOver { .. }) => return,
            Err(fault @ (Fault::ConnectionLost | Fault::Unreachable { .. })) => {
                return out.tell_problem(&Problem::from(fault).kept("nothing was deleted"));
            }
            Err(fault) => {
                let line = format!("What refers to it could not be counted: {fault}");
                (None, vec![line])
            }
        };
        if let Some(known) = known.as_ref().filter(|known| known.forbid()) {
            return out.go(Go::Dependents {
                table: deleting.table,
                key: deleting.key,
                refused: Some(Box::new(known.clone())),
            });
        }
        deleting.alone = known.as_ref().is_some_and(Dependents::is_empty);
        let mut said = self.about_to_delete(&shape, &deleting.seen, &deleting.key, cx);
        said.extend(lines);
        out.overlay(Overlay::Confirm(Confirm {
            title: format!("Delete {}?", deleting.name),
            lines: said,
            yes: "delete it".into(),
            then: Confirmed::DeleteRow {
                table: deleting.table,
                key: deleting.key.clone(),
            },
            danger: true,
        }));
        self.deleting = Some(deleting);
    }

    /// Deleting a row was confirmed: it is deleted as it was seen, or not at all.
    pub fn delete_confirmed(
        &mut self,
        table: TableId,
        key: &RecordKey,
        _cx: &Context,
        out: &mut Outbox,
    ) {
        let is_it = |deleting: &&mut Deleting| deleting.table == table && deleting.key == *key;
        let Some(deleting) = self.deleting.as_mut().filter(is_it) else {
            return;
        };
        deleting.request = Some(out.request_id());
        if deleting.is_guarded() {
            return deleting.ask(out);
        }
        // Nothing tells a changed row but its values, and the grid does not hold them whole.
        let request = RecordsRequest::LoadRecord {
            table,
            key: key.clone(),
        };
        deleting.query = Some(out.ask_as(Asker::Deletion, Request::Records(request)));
    }

    /// Takes an answer about a deletion.
    pub(super) fn delete_answered(
        &mut self,
        query: QueryId,
        reply: Result<Reply, Fault>,
        cx: &Context,
        out: &mut Outbox,
    ) {
        let is_it = |deleting: &mut Deleting| deleting.query == Some(query);
        let Some(mut deleting) = self.deleting.take_if(is_it) else {
            return;
        };
        deleting.query = None;
        match reply {
            Ok(Reply::Records(RecordsReply::RecordLoaded(record))) => {
                self.read_before_deleting(deleting, record, cx, out);
            }
            Ok(Reply::Records(RecordsReply::Finished(outcome))) => {
                let changed = anyway::changed(&outcome);
                self.finished(&deleting, outcome, cx, out);
                if let Some(theirs) = changed {
                    self.ask_anyway(deleting, *theirs, out);
                }
            }
            Ok(_) => {}
            Err(Fault::OutcomeUnknown) => {
                let name = &deleting.name;
                let line = format!("The connection broke while {name} was being deleted");
                out.tell(Mood::Warning, format!("{line}; it is asked again"));
                deleting.unknown = true;
                self.deleting = Some(deleting);
            }
            Err(Fault::Cancelled) => {
                out.tell(Mood::Told, format!("{} is not deleted", deleting.name));
            }
            Err(fault) => {
                let problem = crate::app::problem::Problem::from(fault);
                out.tell_problem(&problem.kept("nothing was deleted"));
            }
        }
    }

    /// A record was read whole: it is deleted if it still shows what the person saw.
    fn read_before_deleting(
        &mut self,
        mut deleting: Deleting,
        record: Option<Box<Record>>,
        cx: &Context,
        out: &mut Outbox,
    ) {
        let name = &deleting.name;
        match record {
            Some(record) if deleting.looks_like(&record) => {
                deleting.guard = record.guard;
                deleting.base = record.values;
                deleting.ask(out);
                self.deleting = Some(deleting);
                return;
            }
            Some(_) => {
                let line = format!("{name} was changed meanwhile; nothing was deleted");
                out.tell(Mood::Warning, format!("{line}. Look at it first"));
            }
            None => out.tell(Mood::Told, format!("{name} is gone already")),
        }
        self.refresh(false, cx, out);
    }

    /// Asks again what came of a deletion whose answer was lost; the number is the same.
    pub(super) fn delete_again(&mut self, out: &mut Outbox) {
        let Some(deleting) = &mut self.deleting else {
            return;
        };
        if std::mem::take(&mut deleting.unknown) {
            deleting.ask(out);
        }
    }

    /// The number of the deletion that is under way.
    pub fn deletion_number(&self) -> Option<RequestId> {
        let under_way = |it: &&Deleting| it.query.is_some() && !it.stopping;
        self.deleting.as_ref().filter(under_way)?.request
    }

    /// Stops the deletion that is under way; false when there is none.
    pub fn stop_deleting(&mut self, out: &mut Outbox) -> bool {
        let Some(deleting) = self.deleting.as_mut().filter(|it| !it.stopping) else {
            return false;
        };
        let (Some(query), Some(request)) = (deleting.query, deleting.request()) else {
            return false;
        };
        out.cancel(query);
        deleting.stopping = true;
        let asked = Request::Records(RecordsRequest::Settle(Box::new(request)));
        deleting.query = Some(out.ask_as(Asker::Deletion, asked));
        true
    }

    fn finished(
        &mut self,
        deleting: &Deleting,
        outcome: SaveOutcome,
        cx: &Context,
        out: &mut Outbox,
    ) {
        let (name, key) = (&deleting.name, &deleting.key);
        let is_here = self.table == Some(deleting.table);
        match outcome {
            SaveOutcome::Deleted => {
                out.tell(Mood::Done, format!("{name} is deleted"));
                if let Some(window) = self.window.as_mut().filter(|_| is_here) {
                    window.remove(key);
                    self.changes.remove(key);
                    self.count = super::Count::Unknown;
                }
            }
            SaveOutcome::Saved(_) => {}
            SaveOutcome::Missed(miss) => {
                let table = cx.table(deleting.table).map(|table| table.name.to_string());
                let table = text::line(&table.unwrap_or_default()).into_owned();
                let (mood, text) = missed(name, &table, &miss, cx);
                out.tell(mood, text);
            }
            SaveOutcome::Rejected(rejection) => rejected(name, &rejection, deleting.alone, out),
        }
        self.refresh(false, cx, out);
    }

    fn about_to_delete(
        &self,
        shape: &Shape,
        row: &Row,
        key: &RecordKey,
        cx: &Context,
    ) -> Vec<String> {
        let mut lines = words::describe(shape, row);
        let others = cx.presence.iter().filter(|p| p.key == *key && !p.mine);
        lines.extend(others.map(|presence| words::presence(shape, presence, cx)));
        if words::has_draft(shape, key, cx) {
            lines.push("Your unsaved edits of it stay in a draft".into());
        }
        lines
    }
}

impl Deleting {
    fn is_under_way(&self) -> bool {
        self.query.is_some() || self.unknown
    }

    /// Whether a changed row can be told from the one that was seen.
    fn is_guarded(&self) -> bool {
        self.guard.version.is_some() || self.guard.xmin.is_some() || !self.base.is_empty()
    }

    /// Whether a record shows what the grid showed of it.
    fn looks_like(&self, record: &Record) -> bool {
        let pairs = self.seen.read();
        pairs
            .filter_map(|(at, cell)| Some((cell, record.values.get(at)?)))
            .all(|(cell, value)| match cell.whole_chars {
                None => cell.value == *value,
                Some(chars) => match (cell.value.as_text(), value.as_text()) {
                    (Some(beginning), Some(whole)) => {
                        let length = u32::try_from(whole.chars().count()).unwrap_or(u32::MAX);
                        length == chars && whole.starts_with(beginning)
                    }
                    _ => false,
                },
            })
    }

    fn request(&self) -> Option<RecordsRequest> {
        Some(RecordsRequest::DeleteRecord {
            request: self.request?,
            table: self.table,
            key: self.key.clone(),
            guard: self.guard.clone(),
            base: self.base.clone(),
        })
    }

    fn ask(&mut self, out: &mut Outbox) {
        self.stopping = false;
        if let Some(request) = self.request() {
            self.query = Some(out.ask_as(Asker::Deletion, Request::Records(request)));
        }
    }
}

/// Says why the server refused; what it says in full is in the messages.
fn rejected(name: &str, rejection: &Rejection, alone: bool, out: &mut Outbox) {
    let why = match rejection.kind {
        RejectionKind::ForeignKey if alone => "records that you may not see refer to it",
        _ => &rejection.message,
    };
    let said = rejection
        .detail
        .as_ref()
        .map(|said| said.replace('\n', ". "));
    if let Some(said) = said {
        out.tell(Mood::Told, format!("The server said: {said}"));
    }
    out.tell(Mood::Failed, format!("{name} was not deleted: {why}"));
}

/// Says why nothing was deleted, or that it is gone already.
fn missed(name: &str, table: &str, miss: &Miss, cx: &Context) -> (Mood, String) {
    let why = missed::gone(miss, name, cx);
    match miss {
        Miss::Changed { .. } | Miss::Moved { .. } | Miss::Replaced { .. } => (
            Mood::Warning,
            format!("{why}; nothing was deleted. Look at it first"),
        ),
        Miss::Deleted { .. } | Miss::Gone { .. } => {
            (Mood::Told, format!("Nothing to delete: {why}"))
        }
        Miss::Hidden => (Mood::Failed, format!("{why}; nothing was deleted")),
        Miss::NotPermitted(_) | Miss::Swallowed(_) => {
            let problem = missed::refused(miss, Tried::Delete, name, table, cx);
            let kept = problem.kept.unwrap_or_default();
            (Mood::Failed, format!("{}; {kept}", problem.what))
        }
    }
}
