//! A record that is gone, or another one by now: what a save met, and creating it again. Nothing that
//! was typed goes into another record without being asked.

use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::overlay::{Confirm, Confirmed, Overlay};
use crate::db::contract::records::Miss;
use crate::domain::merge::Merged;
use crate::domain::record::Record;

use super::follow::differing;
use super::open::{Right, why_not};
use super::save::{What, send, whole};
use super::{Form, conflict};

/// Takes note that the record is gone, and why.
pub fn met(form: &mut Form, miss: Miss) {
    let by = match &miss {
        Miss::Deleted { by } => by.clone(),
        _ => None,
    };
    conflict::met(form, None, by);
    if let Some(conflict) = &mut form.conflict {
        conflict.miss = Some(miss);
    }
}

/// Takes note that another record has its key by now: every field that was typed is asked for.
pub fn replaced(form: &mut Form, miss: Miss) {
    let Miss::Replaced { theirs, by, .. } = &miss else {
        return;
    };
    form.conflict = None;
    conflict::met(form, Some(theirs.clone()), by.clone());
    if let Some(conflict) = &mut form.conflict {
        conflict.miss = Some(miss);
    }
    reopen(form);
}

/// Without a trail nobody knows whether a record was changed or created again: where most of its
/// fields are others, every field that was typed is asked for.
pub fn may_be_another(form: &Form, theirs: &Record) -> bool {
    let (Some(base), Some(shape)) = (form.base.ready(), form.shape.as_deref()) else {
        return false;
    };
    let differ = differing(base, theirs).len();
    let fields = shape.columns.len().saturating_sub(shape.key.len());
    differ >= 3 && differ * 2 > fields
}

/// Takes note that the record under this key may be another: every field that was typed is asked for.
pub fn ask_all(form: &mut Form, theirs: Box<Record>) {
    conflict::met(form, Some(theirs), None);
    reopen(form);
}

fn reopen(form: &mut Form) {
    let merge = conflict::merge(form).unwrap_or_default();
    if let Some(conflict) = &mut form.conflict {
        let typed = [Merged::Yours, Merged::Clash].map(|merged| merge.columns(merged));
        let typed = typed.into_iter().flatten();
        conflict.decisions.reopened.extend(typed);
        conflict.clashed.extend(&conflict.decisions.reopened);
    }
}

/// Whether a record that is gone can be created again, and then whether that is asked first: it may
/// be there under another key.
pub fn may_recreate(form: &Form) -> Option<bool> {
    let conflict = form.conflict.as_ref()?;
    match (&conflict.theirs, &conflict.miss) {
        (Some(_), _) | (_, Some(Miss::Hidden)) => None,
        (None, miss) => Some(matches!(miss, Some(Miss::Gone { .. }))),
    }
}

/// Creates the deleted record again, or asks first where it may be there all the same.
pub fn ask_to_recreate(form: &mut Form, out: &mut Outbox) {
    match may_recreate(form) {
        Some(true) if form.saving.is_none() => out.overlay(Overlay::Confirm(Confirm {
            title: format!("Create {} again?", form.label()),
            lines: vec![
                "If it is still there under another key, this makes a second record".into(),
                "of it. Your typing stays in the form: look in the list first.".into(),
            ],
            yes: "create it".into(),
            then: Confirmed::Recreate(form.id),
            danger: true,
        })),
        Some(_) => recreate(form, out),
        None => {}
    }
}

/// Creates the deleted record again from what was read and typed.
pub fn recreate(form: &mut Form, out: &mut Outbox) {
    if form.saving.is_some() || may_recreate(form).is_none() {
        return;
    }
    if let Some(why) = why_not(form, Right::Create) {
        return out.tell(Mood::Warning, why);
    }
    let changes = whole(form);
    send(form, What::Create, changes, out);
}
