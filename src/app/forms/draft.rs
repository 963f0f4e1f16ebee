//! A form's draft: made of what is typed, written when it changed, continued when the record opens.

use std::collections::BTreeMap;

use jiff::Timestamp;

use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::domain::draft::{Draft, DraftField, DraftId};
use crate::domain::record::Record;
use crate::domain::text;
use crate::domain::value::Value;

use super::follow::{Newer, Seen};
use super::{Form, words};

/// How a form's draft stands.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DraftState {
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
    match make(form, cx) {
        Some(draft) => {
            form.draft.written = true;
            out.effect(Effect::WriteDraft(Box::new(draft)));
        }
        None => remove(form, cx, out),
    }
}

/// Removes a form's draft from disk, if there is one.
pub fn remove(form: &mut Form, cx: &Context, out: &mut Outbox) {
    form.draft.unwritten = false;
    if !std::mem::take(&mut form.draft.written) {
        return;
    }
    if let Some(id) = id(form, cx) {
        out.effect(Effect::RemoveDraft(id));
    }
}

/// Returns the name of a form's draft.
pub fn id(form: &Form, cx: &Context) -> Option<DraftId> {
    let owner = cx.draft_owner()?;
    let table = &form.shape.as_ref()?.name;
    Some(DraftId::of(&owner, table, form.key.as_ref()))
}

/// Applies the draft of this record, if there is one; `fresh` is the record as it is now.
pub fn resume(form: &mut Form, fresh: Option<&Record>, cx: &Context, out: &mut Outbox) {
    let Some(id) = id(form, cx) else { return };
    if let Some(draft) = cx.drafts.iter().find(|draft| draft.id == id) {
        apply(form, draft, fresh, cx, out);
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
    let mut lost = Vec::new();
    for field in &draft.fields {
        let Some(yours) = &field.yours else { continue };
        let column = shape.column_named(&field.column);
        match column.and_then(|column| form.fields.get_mut(column)) {
            Some(own) if own.locked.is_none() => own.put(yours),
            _ => lost.push(text::line(&field.column).into_owned()),
        }
    }
    form.draft = DraftState {
        unwritten: false,
        written: true,
        typed_at: Some(draft.typed_at),
    };
    form.since = Some(draft.typed_at);
    let first = (0..form.fields.len()).find(|column| form.entry(*column).is_some());
    form.focus = first.unwrap_or(form.focus);
    let at = words::clock(draft.typed_at, cx);
    if !lost.is_empty() {
        let lost = lost.join(", ");
        let line = format!("Draft of {at}: {lost} cannot be edited any more and stays in the file");
        return out.tell(Mood::Warning, line);
    }
    let changes = words::count(form.changed_count(), "change");
    let since = match form.newer {
        Some(_) => "; somebody saved it since",
        None => "",
    };
    let line = format!("Draft of {at} continued: {changes} not saved{since}");
    out.tell(Mood::Told, line);
}

/// What the draft was typed over stays the base while somebody has changed it since, so that the
/// save finds out and merges.
fn rebase_on_draft(form: &mut Form, draft: &Draft, fresh: &Record) {
    let Some(shape) = form.shape.clone() else {
        return;
    };
    let values: Vec<Value> = shape
        .columns
        .iter()
        .zip(&fresh.values)
        .map(|(column, fresh)| {
            let kept = draft
                .fields
                .iter()
                .find(|field| field.column == column.name);
            kept.map_or_else(|| fresh.clone(), |field| field.base.clone())
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
pub fn make(form: &Form, cx: &Context) -> Option<Draft> {
    let base = form.base.ready()?;
    let shape = form.shape.as_ref()?;
    if !form.is_changed() {
        return None;
    }
    let fields = shape
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| DraftField {
            column: column.name.clone(),
            base: form.base_value(at).clone(),
            yours: form.entry(at),
        });
    Some(Draft {
        id: id(form, cx)?,
        owner: cx.draft_owner()?,
        table: shape.name.clone(),
        key: form.key.clone(),
        guard: base.guard.clone(),
        typed_at: form.draft.typed_at.unwrap_or(cx.now),
        fields: fields.collect(),
    })
}
