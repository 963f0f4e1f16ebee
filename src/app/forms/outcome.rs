//! What came of a save: stored, met somebody else's, refused, or not known. Nothing typed is touched
//! but by what was stored.

use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::{Go, Place};
use crate::db::contract::records::SaveOutcome;
use crate::domain::merge::Merged;
use crate::domain::record::{LastChange, Record};
use crate::domain::value::Entry;

use super::follow::Receipt;
use super::missed;
use super::save::{self, Saving, What};
use super::{At, Form, Question, conflict, draft, made, merging, refused, unmet, words};

/// How often a save is sent anew because others were faster, before a person is asked.
const MOST_TRIES: u8 = 5;

/// Takes the end of a save.
pub fn take(form: &mut Form, outcome: SaveOutcome, at: At, cx: &Context, out: &mut Outbox) {
    let Some(saving) = form.saving.take() else {
        return;
    };
    let label = form.label();
    match outcome {
        SaveOutcome::Saved(Some(record)) => saved(form, saving, *record, at, cx, out),
        SaveOutcome::Saved(None) => saved_unseen(form, at, cx, out),
        SaveOutcome::Deleted => deleted(form, format!("Deleted {label}"), at, cx, out),
        SaveOutcome::Missed(miss) if saving.sent.what.deletes() => {
            unmet::not_deleted(form, miss, at, cx, out);
        }
        SaveOutcome::Missed(miss) => unmet::missed(form, saving, miss, at, cx, out),
        SaveOutcome::Rejected(rejection) => refused::take(form, saving, rejection, at, out),
    }
}

/// Nothing of the person's is left to write: theirs is the record.
pub fn nothing_left(
    form: &mut Form,
    theirs: Record,
    snapshot: &[Option<Entry>],
    at: At,
    cx: &Context,
    out: &mut Outbox,
) {
    let by = form.conflict.take().and_then(|conflict| conflict.by);
    let who = missed::by_whom(by.as_ref(), cx);
    settle(form, theirs, snapshot, cx, out);
    let label = form.label();
    out.tell(
        Mood::Done,
        format!("{label} stays as it was saved{who}: nothing was left to write"),
    );
    if at == At::Conflict {
        out.go(Go::Back);
    }
}

fn saved(form: &mut Form, saving: Saving, record: Record, at: At, cx: &Context, out: &mut Outbox) {
    let version = record.guard.version;
    let created = saving.sent.what == What::Create;
    form.conflict = None;
    let by = saving.course.by.as_ref().map(|by| words::who(Some(by), cx));
    merging::keep(form, &saving.sent, by.as_deref(), cx);
    let stored = record.clone();
    settle(form, record, &saving.sent.snapshot, cx, out);
    let made = made::tell(form, &saving.sent.changes, &stored);
    let verb = if created { "Created" } else { "Saved" };
    let mut line = format!("{verb} {}", form.label());
    if let Some(version) = version.filter(|_| !created) {
        line.push_str(&format!(" as version {version}"));
    }
    for receipt in &saving.course.merged {
        let columns = words::columns(form, &receipt.columns);
        line.push_str(&format!(
            "; merged with {} of {columns}",
            words::change(&receipt.who)
        ));
    }
    line.extend(made);
    form.refreshed = saving.course.merged.last().cloned();
    let left = form.changed_count();
    if saving.course.stopping {
        line.push_str("; it was too late to stop it");
    }
    if left > 0 && !saving.course.again {
        line.push_str(&format!("; {} typed since", words::count(left, "change")));
    }
    out.tell(Mood::Done, line);
    if at == At::Conflict {
        out.go(Go::Back);
    }
    if saving.course.again && left > 0 {
        save::save(form, cx, out);
    }
}

/// Takes over what is stored; what was typed since it was sent stays an edit.
fn settle(
    form: &mut Form,
    record: Record,
    snapshot: &[Option<Entry>],
    cx: &Context,
    out: &mut Outbox,
) {
    form.settle(record, snapshot);
    form.newer = None;
    // What was looked at before it was stored may be answered after.
    form.asked
        .retain(|(_, question)| !matches!(question, Question::Look(_)));
    form.unsettled = None;
    form.clear_errors();
    if form.is_changed() || !form.draft.kept.is_empty() {
        // What was typed since, or for a column that is gone, is on disk at no moment less than
        // before.
        draft::typed(form, cx);
        draft::write(form, cx, out);
    } else {
        draft::remove(form, cx, out);
        form.since = None;
    }
}

fn saved_unseen(form: &mut Form, at: At, cx: &Context, out: &mut Outbox) {
    draft::remove(form, cx, out);
    form.left = true;
    form.forget_edits();
    let may_read = form.shape.as_ref().is_some_and(|shape| shape.rights.view);
    // What became of the save was asked late.
    let why = match may_read {
        true => "it is gone since: deleted, or hidden from you",
        false => "you may not read it",
    };
    out.tell(Mood::Done, format!("Saved {}; {why}", form.label()));
    go_back(at, out);
}

pub(super) fn deleted(form: &mut Form, line: String, at: At, cx: &Context, out: &mut Outbox) {
    draft::remove(form, cx, out);
    form.left = true;
    form.forget_edits();
    out.tell(Mood::Done, line);
    go_back(at, out);
}

fn go_back(at: At, out: &mut Outbox) {
    if at != At::Elsewhere {
        out.go(Go::Back);
    }
}

/// Somebody saved meanwhile. What does not clash is merged and sent anew at once; what does is shown.
pub(super) fn changed(
    form: &mut Form,
    mut saving: Saving,
    theirs: Box<Record>,
    by: Option<LastChange>,
    at: At,
    cx: &Context,
    out: &mut Outbox,
) {
    let first = form.conflict.is_none();
    conflict::met(form, Some(theirs.clone()), by.clone());
    let now = conflict::resolution(form, &form.entries());
    let to_decide = now.is_some_and(|now| !now.undecided.is_empty());
    if to_decide || saving.course.tries >= MOST_TRIES {
        return show_conflict(form, at, "was saved by somebody else meanwhile", out);
    }
    let Some(resolution) = conflict::resolution(form, &saving.sent.snapshot) else {
        return;
    };
    if !resolution.undecided.is_empty() {
        return taken_back(form, saving, *theirs, at, cx, out);
    }
    if resolution.entries.iter().all(Option::is_none) {
        return nothing_left(form, *theirs, &saving.sent.snapshot, at, cx, out);
    }
    saving.course.merged.push(receipt(form, by.as_ref(), cx));
    let note = merging::note(form, &saving.sent.snapshot);
    saving.sent.notes.extend(note);
    for (column, entry) in saving.sent.snapshot.iter_mut().enumerate() {
        let same = |entry: &mut Entry| matches!(entry, Entry::Value(value) if theirs.values.get(column) == Some(value));
        entry.take_if(same);
    }
    if first {
        form.conflict = None;
        let before = form.base.ready().cloned();
        saving.course.before = saving.course.before.or(before.map(Box::new));
        saving.course.by = by;
        form.rebase((*theirs).clone());
    }
    conflict::again(form, saving, &theirs, &resolution.entries, out);
}

/// What clashes was sent and is not in the form any more: it is not sent again over theirs.
fn taken_back(
    form: &mut Form,
    saving: Saving,
    theirs: Record,
    at: At,
    cx: &Context,
    out: &mut Outbox,
) {
    if !form.is_changed() {
        return nothing_left(form, theirs, &form.entries(), at, cx, out);
    }
    if saving.course.again {
        return save::save(form, cx, out);
    }
    let label = form.label();
    out.tell(
        Mood::Warning,
        format!(
            "Not saved: {label} was saved by somebody else and you changed yours since; save again"
        ),
    );
}

/// Names who changed which fields, for the line that tells of the merge.
fn receipt(form: &Form, by: Option<&LastChange>, cx: &Context) -> Receipt {
    let merge = conflict::merge(form).unwrap_or_default();
    let open = |column: &usize| form.fields[*column].locked.is_none();
    let columns = merge
        .columns(Merged::Theirs)
        .into_iter()
        .filter(open)
        .collect();
    Receipt {
        who: words::who(by, cx),
        at: by.map(|by| by.at),
        about: false,
        columns,
    }
}

pub(super) fn show_conflict(form: &mut Form, at: At, what: &str, out: &mut Outbox) {
    let label = form.label();
    match at {
        At::Form => out.go(Go::To(Place::Conflict(form.id))),
        At::Conflict => out.tell(
            Mood::Warning,
            format!("Not saved: {label} {what} once more"),
        ),
        At::Elsewhere => out.tell(
            Mood::Warning,
            format!("Not saved: {label} {what}; open it and save again to decide"),
        ),
    }
}
