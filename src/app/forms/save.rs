//! Saving, one function: only changed columns, checked, guarded; asked again under the same number
//! while it is not known what became of it.

use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::{Go, Place};
use crate::app::problem::Problem;
use crate::db::contract::records::Save;
use crate::db::contract::{QueryId, RecordsRequest, Request};
use crate::domain::receipt::MergeNote;
use crate::domain::record::{FieldChange, Guard, LastChange, Record, RecordKey, RequestId};
use crate::domain::table::TableId;
use crate::domain::value::{Entry, Value};
use crate::input::action::{Action, FormAction};

use super::follow::{self, Receipt};
use super::{At, Form, Mode, check, conflict, form, many, merging, words};

/// A save that is under way.
#[derive(Clone, Debug)]
pub struct Saving {
    /// Its question.
    pub query: QueryId,
    /// What was sent.
    pub sent: Sent,
    /// How it came to be asked.
    pub course: Course,
}

/// How a save came to be asked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Course {
    /// What was merged on the way here, to be told.
    pub merged: Vec<Receipt>,
    /// The record as it was read before anything was merged, so that a refused merge is taken apart.
    pub before: Option<Box<Record>>,
    /// Who saved what it was merged with last, as far as known.
    pub by: Option<LastChange>,
    /// How often it was sent anew because somebody else was faster.
    pub tries: u8,
    /// Whether to save again once it is settled: more was typed since it was sent first.
    pub again: bool,
    /// Whether it was asked before under the same number, without an answer.
    pub asked_before: bool,
    /// Whether it was stopped, and only what became of it is asked.
    pub stopping: bool,
}

/// A save that was sent and whose end is not known, or is known not to have happened.
#[derive(Clone, Debug)]
pub struct Unsettled {
    /// What was sent.
    pub sent: Sent,
    /// What was merged on the way.
    pub merged: Vec<Receipt>,
    /// Whether it may have been stored; else it was certainly not.
    pub unknown: bool,
}

impl Unsettled {
    /// Whether it has to be known what became of it before anything else is saved. A deletion is
    /// not asked again but by asking to delete.
    fn is_to_be_settled(&self) -> bool {
        self.unknown && !matches!(self.sent.what, What::Delete { .. })
    }
}

/// What was sent, with what was typed at that moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// The number under which it is asked, also again.
    pub request: RequestId,
    /// What it does.
    pub what: What,
    /// The changed columns.
    pub changes: Vec<FieldChange>,
    /// What was typed in every field at that moment: later typing stays an edit.
    pub snapshot: Vec<Option<Entry>>,
    /// What was merged without asking on the way here.
    pub notes: Vec<MergeNote>,
}

/// What a save does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum What {
    /// Changes the record that is under this key and guard.
    Change {
        /// The key.
        key: RecordKey,
        /// The guard.
        guard: Guard,
        /// Every value it was based on.
        base: Vec<Value>,
    },
    /// Creates a record.
    Create,
    /// Deletes the record that is under this key and guard.
    Delete {
        /// The key.
        key: RecordKey,
        /// The guard.
        guard: Guard,
        /// Every value that was read.
        base: Vec<Value>,
    },
}

impl What {
    /// Whether it deletes.
    pub fn deletes(&self) -> bool {
        matches!(self, Self::Delete { .. })
    }
}

/// Saves what was typed, or says why not.
pub fn save(form: &mut Form, cx: &Context, out: &mut Outbox) {
    if form.mode == Mode::Many {
        return many::go_on(form, out);
    }
    if form.saving.is_some() {
        return out.tell(Mood::Told, "Still saving; what you type meanwhile stays");
    }
    if form.base.ready().is_none() {
        return;
    }
    if let Some(unsettled) = form.unsettled.take_if(|it| it.is_to_be_settled()) {
        return settle(form, unsettled, out);
    }
    if form.conflict.is_some() {
        conflict::ask_again(form);
        if conflict::clashing(form).is_empty() && !conflict::is_deleted(form) {
            conflict::save(form, At::Form, cx, out);
            return;
        }
        follow::look_again(form, out);
        return out.go(Go::To(Place::Conflict(form.id)));
    }
    let changes = form.changes();
    if changes.is_empty() && form.mode == Mode::Edit {
        form.clear_errors();
        return out.tell(Mood::Told, "Nothing was changed, so nothing was sent");
    }
    let wrong = check::check(form);
    if wrong > 0 {
        let fields = words::count(wrong, "field");
        return out.tell(
            Mood::Failed,
            format!("Not sent: {fields} to put right first"),
        );
    }
    let Some(base) = form.base.ready().cloned() else {
        return;
    };
    match (form.mode, form.key.clone()) {
        (Mode::Create, _) | (_, None) => send(form, What::Create, changes, out),
        (_, Some(key)) => send(form, change_of(key, &base), changes, out),
    }
}

/// Names a change of a record as it was read.
pub fn change_of(key: RecordKey, base: &Record) -> What {
    What::Change {
        key,
        guard: base.guard.clone(),
        base: base.values.clone(),
    }
}

/// Sends a save under a number of its own, or under that of the same save sent before.
pub fn send(form: &mut Form, what: What, changes: Vec<FieldChange>, out: &mut Outbox) {
    let snapshot = form.entries();
    let before = form.unsettled.take();
    let same =
        |unsettled: &Unsettled| unsettled.sent.what == what && unsettled.sent.changes == changes;
    let (request, merged) = match before {
        Some(unsettled) if same(&unsettled) => (unsettled.sent.request, unsettled.merged),
        _ => (out.request_id(), Vec::new()),
    };
    let sent = Sent {
        request,
        what,
        changes,
        notes: merging::note(form, &snapshot).into_iter().collect(),
        snapshot,
    };
    let course = Course {
        merged,
        ..Course::default()
    };
    dispatch(form, sent, course, out);
}

/// Puts the question of a save.
pub fn dispatch(form: &mut Form, sent: Sent, course: Course, out: &mut Outbox) {
    form.problem = None;
    form.refusal = None;
    out.speak_for(crate::app::outbox::Asker::Form(form.id));
    let query = out.ask(Request::Records(request(form.table, &sent)));
    form.saving = Some(Saving {
        query,
        sent,
        course,
    });
}

/// Asks by itself what became of a save, once the server answers again.
pub fn resume(form: &mut Form, out: &mut Outbox) {
    let not_saved = |unsettled: &Unsettled| !unsettled.unknown;
    if form.problem.is_some() && form.unsettled.as_ref().is_some_and(not_saved) {
        // Why it was not is over.
        let yet = Problem::new("Not saved yet, your edits are kept");
        form.problem = Some(yet.helps(Action::Form(FormAction::Save)));
    }
    let Some(unsettled) = form.unsettled.take_if(|unsettled| unsettled.unknown) else {
        return;
    };
    let line = format!("Checking whether {} was saved", form.label());
    out.tell(Mood::Told, line);
    ask_again(form, unsettled, false, out);
}

/// Asks again what became of a save: the same question under the same number.
fn settle(form: &mut Form, unsettled: Unsettled, out: &mut Outbox) {
    let again = form.entries() != unsettled.sent.snapshot;
    let line = if again {
        "Asking first what became of the last save; then the rest is saved"
    } else {
        "Asking again under the same number: it is stored once at most"
    };
    out.tell(Mood::Told, line);
    ask_again(form, unsettled, again, out);
}

fn ask_again(form: &mut Form, unsettled: Unsettled, again: bool, out: &mut Outbox) {
    let course = Course {
        merged: unsettled.merged,
        again,
        asked_before: true,
        ..Course::default()
    };
    dispatch(form, unsettled.sent, course, out);
}

/// The question of a save.
pub fn request(table: TableId, sent: &Sent) -> RecordsRequest {
    let request = sent.request;
    match sent.what.clone() {
        What::Change { key, guard, base } => RecordsRequest::SaveRecord(Save {
            request,
            table,
            key,
            guard,
            base,
            changes: sent.changes.clone(),
            merges: sent.notes.clone(),
        }),
        What::Create => RecordsRequest::CreateRecord {
            request,
            table,
            entries: sent.changes.clone(),
        },
        What::Delete { key, guard, base } => RecordsRequest::DeleteRecord {
            request,
            table,
            key,
            guard,
            base,
        },
    }
}

/// Returns the changes that a record created again needs: all its values, with what was typed.
pub fn whole(form: &Form) -> Vec<FieldChange> {
    let Some(shape) = &form.shape else {
        return Vec::new();
    };
    let entries: Vec<Option<Entry>> = shape
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| {
            let sendable = !column.generated && column.may_insert;
            let base = || Entry::Value(form.base_value(at).clone());
            sendable.then(|| form.entry(at).unwrap_or_else(base))
        })
        .collect();
    form::changes(&entries)
}
