//! A form's draft: made of what is typed, written when it changed, continued when the record opens.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::problem::Problem;
use crate::domain::draft::{Draft, DraftField, DraftId};
use crate::domain::record::{Guard, Record};
use crate::domain::table::Shape;
use crate::domain::value::Value;
use crate::domain::{secret, text};

use super::field::FieldError;
use super::follow::{self, Newer, Seen};
use super::{Form, Mode, many, open, words};
use super::{dates, decided};

/// How a form's draft stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftState {
    /// The name of its file, once there is something to keep.
    pub id: Option<DraftId>,
    /// The draft to continue once the record is there.
    pub wanted: Option<DraftId>,
    /// The drafts that other forms had open when this one was opened: they are not offered.
    pub others: Vec<DraftId>,
    /// What was continued and fits no field any more: it stays in the file.
    pub kept: Vec<DraftField>,
    /// How many keys are on disk that were typed before the record had come.
    pub held: usize,
    /// The columns whose secrets were left out of what was continued.
    pub left_out: Vec<String>,
    /// Whether something changed since it was written.
    pub unwritten: bool,
    /// Whether there is one on disk.
    pub written: bool,
    /// When the last key was typed.
    pub typed_at: Option<Timestamp>,
}

/// Notes that something was typed.
pub fn typed(form: &mut Form, cx: &Context) {
    form.draft.unwritten = true;
    form.draft.typed_at = Some(cx.now);
    form.since = match (form.since, form.is_changed()) {
        (since @ Some(_), true) => since,
        (None, true) => Some(cx.now),
        (_, false) => None,
    };
}

/// Writes a form's draft where it changed, or removes it where nothing is left to keep.
pub fn write(form: &mut Form, cx: &Context, out: &mut Outbox) {
    if !form.draft.unwritten {
        return;
    }
    form.draft.unwritten = false;
    match make(form, cx, out) {
        Some(draft) => {
            form.draft.written = true;
            out.effect(Effect::WriteDraft(Box::new(draft)));
        }
        None => remove(form, cx, out),
    }
}

/// Removes a form's draft from disk, if there is one.
pub fn remove(form: &mut Form, _cx: &Context, out: &mut Outbox) {
    form.draft.unwritten = false;
    if !std::mem::take(&mut form.draft.written) {
        return;
    }
    if let Some(id) = form.draft.id.clone() {
        out.effect(Effect::RemoveDraft(id));
    }
}

/// Applies the draft of this record that waits: the one that was asked for, else the latest that
/// nobody has open; `fresh` is the record as it is now.
pub fn resume(form: &mut Form, fresh: Option<&Record>, cx: &Context, out: &mut Outbox) {
    let Some(shape) = form.shape.clone() else {
        return;
    };
    let drafts = cx.drafts.iter();
    let held = std::mem::take(&mut form.draft.held) > 0;
    let of_held = form.draft.id.clone().filter(|_| held);
    let own = |draft: &&Draft| {
        let open = form.draft.others.iter().chain(&of_held);
        draft.is_of(&shape.name, form.key.as_ref()) && !open.into_iter().any(|id| *id == draft.id)
    };
    let (elsewhere, waiting): (Vec<&Draft>, Vec<&Draft>) =
        drafts.filter(own).partition(|draft| draft.elsewhere);
    let wanted = form.draft.wanted.take();
    let asked_for = wanted.is_some();
    let chosen = match wanted {
        Some(id) => waiting.iter().find(|draft| draft.id == id),
        None => waiting.iter().max_by_key(|draft| draft.typed_at),
    };
    // What was held is typed now, and written as everything that is typed.
    form.draft.unwritten |= held;
    if let Some(draft) = chosen {
        if let Some(id) = of_held {
            out.effect(Effect::RemoveDraft(id));
        }
        apply(form, draft, fresh, cx, out);
        let more = waiting.len() - 1;
        if more > 0 && !asked_for {
            let more = words::count(more, "more draft");
            let line = format!("{more} of {} waits{}", form.label(), words::drafts_key(cx));
            out.tell(Mood::Told, line);
        }
    } else if !elsewhere.is_empty() {
        let line = format!(
            "Your edits of {} at another terminal are not saved; they stay there",
            form.label()
        );
        out.tell(Mood::Warning, line);
    }
}

/// Applies a draft; `fresh` is the record as it is now, if it exists.
pub fn apply(
    form: &mut Form,
    draft: &Draft,
    fresh: Option<&Record>,
    cx: &Context,
    out: &mut Outbox,
) {
    let Some(shape) = form.shape.clone() else {
        return;
    };
    if let Some(fresh) = fresh {
        rebase_on_draft(form, draft, fresh);
    }
    let mut kept = Vec::new();
    let mut renamed = Vec::new();
    for (field, yours) in draft.changed() {
        let column = draft.column_of(field, &shape);
        let exact = column.map(|column| dates::as_of(form, column, yours, draft.typed_at, cx));
        match column.and_then(|column| form.fields.get_mut(column)) {
            Some(own) if own.locked.is_none() => {
                own.put(exact.as_ref().unwrap_or(yours));
                renamed.extend(new_name(field, column, &shape));
            }
            _ => kept.push(DraftField {
                number: field.number.filter(|_| draft.has_numbers_of(shape.id)),
                ..field.clone()
            }),
        }
    }
    form.draft = DraftState {
        id: Some(draft.id.clone()),
        written: true,
        unwritten: form.draft.unwritten || !draft.held.is_empty(),
        typed_at: Some(draft.typed_at),
        kept,
        left_out: draft.left_out.clone(),
        ..std::mem::take(&mut form.draft)
    };
    for name in &draft.left_out {
        if let Some(own) = shape.column_named(name) {
            let what = "secrets are not kept in a draft: type it again";
            form.fields[own].error = Some(FieldError::new(what));
        }
    }
    out.effect(Effect::ClaimDraft(draft.id.clone()));
    form.since = Some(draft.typed_at);
    if let Some(fresh) = fresh {
        decided::again(form, draft, fresh, cx);
    }
    let first = (0..form.fields.len()).find(|column| form.entry(*column).is_some());
    form.focus = first.unwrap_or(form.focus);
    tell_continued(form, draft, &renamed, cx, out);
    if !draft.held.is_empty() {
        open::edit_now(form, out);
        out.type_again.clone_from(&draft.held);
    }
    if form.newer.is_some() {
        follow::ask_who(form, cx, out);
    }
}

/// Says that the column of a field has another name by now.
fn new_name(field: &DraftField, column: Option<usize>, shape: &Shape) -> Option<String> {
    let name = &shape.columns.get(column?)?.name;
    let (old, new) = (text::line(&field.column), text::line(name));
    (*name != field.column).then(|| format!("{old} is called {new} now"))
}

fn tell_continued(
    form: &mut Form,
    draft: &Draft,
    renamed: &[String],
    cx: &Context,
    out: &mut Outbox,
) {
    let at = words::clock(draft.typed_at, cx);
    if !form.draft.kept.is_empty() {
        let lost = form.draft.kept.iter();
        let lost: Vec<_> = lost.map(|field| text::line(&field.column)).collect();
        let lost = lost.join(", ");
        let key = words::drafts_key_that("shows it", cx);
        let line = format!("Draft of {at}: {lost} cannot be edited now{key}");
        let mut problem = Problem::new(line.clone());
        problem.kept = (!renamed.is_empty()).then(|| renamed.join("; "));
        form.problem = Some(problem);
        return out.tell(Mood::Warning, line);
    }
    if form.mode == Mode::Many {
        return out.tell(Mood::Told, many::continued(form, draft, cx));
    }
    let changes = words::count(form.changed_count(), "change");
    let since = match (&form.newer, decided::so_far(form)) {
        (Some(_), Some(so_far)) => format!("; saved since, {so_far}"),
        (Some(_), None) => "; it was saved since".into(),
        (None, _) => String::new(),
    };
    let again = match draft.left_out.as_slice() {
        [] => String::new(),
        names => format!("; type {} again", listed(names)),
    };
    let renamed: String = renamed.iter().map(|line| format!("; {line}")).collect();
    let line = format!("Draft of {at} continued: {changes} not saved{renamed}{again}{since}");
    out.tell(Mood::Told, line);
}

/// What the draft was typed over stays the base while somebody has changed it since, so that the
/// save finds out and merges.
fn rebase_on_draft(form: &mut Form, draft: &Draft, fresh: &Record) {
    let Some(shape) = form.shape.clone() else {
        return;
    };
    let fields = draft.fields.iter();
    let bases: BTreeMap<usize, &Value> = fields
        .filter_map(|field| Some((draft.column_of(field, &shape)?, &field.base)))
        .collect();
    let values: Vec<Value> = fresh
        .values
        .iter()
        .enumerate()
        .map(|(at, fresh)| {
            let base = bases.get(&at);
            base.map_or_else(|| fresh.clone(), |base| (*base).clone())
        })
        .collect();
    if draft.guard == fresh.guard || values == fresh.values {
        return;
    }
    form.show(Record {
        key: draft.key.clone(),
        guard: draft.guard.clone(),
        values,
    });
    form.newer = Some(Newer {
        seen: Seen::default(),
        record: Some(Box::new(fresh.clone())),
        by: BTreeMap::new(),
    });
}

/// Makes the draft of what is typed; `None` when nothing is.
pub fn make(form: &mut Form, cx: &Context, out: &mut Outbox) -> Option<Draft> {
    let shape = form.shape.clone()?;
    let guard = form.base.ready()?.guard.clone();
    let nothing = !form.is_changed() && form.draft.kept.is_empty();
    if nothing {
        return None;
    }
    let owner = cx.draft_owner()?;
    let many = form.mode == Mode::Many;
    let key = form.key.clone().or_else(|| many.then(|| many::name(form)));
    let id = form
        .draft
        .id
        .get_or_insert_with(|| DraftId::of(&owner, &shape.name, key.as_ref(), out.request_id()));
    let id = id.clone();
    // Of many rows nothing was read: only what is set is kept.
    let kept = |at: &usize| !is_secret(&shape, *at, cx) && (!many || form.entry(*at).is_some());
    let fields = (0..shape.columns.len()).filter(kept).map(|at| DraftField {
        column: shape.columns[at].name.clone(),
        number: Some(shape.columns[at].number),
        base: form.base_value(at).clone(),
        yours: form.entry(at),
    });
    let fields = fields.chain(form.draft.kept.iter().cloned()).collect();
    let mut left_out = secrets(form, cx);
    for name in &form.draft.left_out {
        if !left_out.contains(name) {
            left_out.push(name.clone());
        }
    }
    Some(Draft {
        id,
        owner,
        table: shape.name.clone(),
        relation: Some(shape.id.0),
        key: form.key.clone(),
        guard,
        typed_at: form.draft.typed_at.unwrap_or(cx.now),
        fields,
        left_out,
        held: Vec::new(),
        rows: many.then(|| form.rows.clone()),
        decided: decided::of(form, &shape, cx),
        elsewhere: false,
    })
}

/// Writes the keys that are typed for a record which has not come yet.
pub fn write_held(form: &mut Form, keys: Vec<String>, cx: &Context, out: &mut Outbox) {
    let table = cx.table(form.table).map(|table| table.name.clone());
    let (Some(owner), Some(table)) = (cx.draft_owner(), table) else {
        return;
    };
    if form.base.ready().is_some() || keys.len() == form.draft.held {
        return;
    }
    if form.mode == Mode::Many {
        return many::write_held(form, keys, cx, out);
    }
    let id = form
        .draft
        .id
        .get_or_insert_with(|| DraftId::of(&owner, &table, form.key.as_ref(), out.request_id()));
    let id = id.clone();
    form.draft.held = keys.len();
    form.draft.written = true;
    out.effect(Effect::WriteDraft(Box::new(Draft {
        id,
        owner,
        table,
        relation: Some(form.table.0),
        key: form.key.clone(),
        guard: Guard::default(),
        typed_at: cx.now,
        fields: Vec::new(),
        left_out: Vec::new(),
        held: keys,
        rows: None,
        decided: None,
        elsewhere: false,
    })));
}

/// The columns in which something was typed that is kept in no draft.
pub fn secrets(form: &Form, cx: &Context) -> Vec<String> {
    let Some(shape) = &form.shape else {
        return Vec::new();
    };
    let columns = 0..shape.columns.len().min(form.fields.len());
    columns
        .filter(|at| form.entry(*at).is_some() && is_secret(shape, *at, cx))
        .map(|at| shape.columns[at].name.clone())
        .collect()
}

/// Tells that a form was left with edits: all of them are in its draft, but for secrets, and unless
/// the disk takes none.
pub fn tell_kept(form: &Form, line: String, cx: &Context, out: &mut Outbox) {
    if let Some(fault) = &cx.draft_fault {
        let line = format!(
            "{}: not saved, kept while the program runs: {fault}",
            form.label()
        );
        return out.tell(Mood::Warning, line);
    }
    match secrets(form, cx).as_slice() {
        [] => out.tell(Mood::Told, line),
        names => {
            let names = listed(names);
            let line = format!("{line}; {names} only until you leave the program");
            out.tell(Mood::Warning, line);
        }
    }
}

/// Names columns in a line, harmless.
pub fn listed(names: &[String]) -> String {
    let names: Vec<_> = names.iter().map(|name| text::line(name)).collect();
    names.join(", ")
}

/// Whether a column holds a secret, of which nothing is written to disk.
pub fn is_secret(shape: &Shape, column: usize, cx: &Context) -> bool {
    let listed = &cx.draft_rules.secret_columns;
    secret::is_secret(&shape.name, &shape.columns[column], listed)
}
