//! Deleting an open record: asked first, guarded, and never what was changed meanwhile.

use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::overlay::{Confirm, Confirmed, Overlay};

use super::open::{Right, why_not};
use super::save::{What, send};
use super::{Form, words};

/// Asks whether the record is to be deleted, or says why it cannot be.
pub fn ask(form: &Form, cx: &Context, out: &mut Outbox) {
    if form.base.ready().is_none() || form.key.is_none() || form.saving.is_some() {
        return;
    }
    if let Some(why) = why_not(form, Right::Delete) {
        return out.tell(Mood::Warning, why);
    }
    let mut lines = vec![format!("From {}, for everybody.", form.table_label())];
    let others = cx
        .presence
        .iter()
        .filter(|one| Some(&one.key) == form.key.as_ref() && !one.mine);
    for other in others.take(3) {
        lines.push(words::presence(other, cx));
    }
    if form.is_changed() {
        let changes = words::count(form.changed_count(), "change");
        lines.push(format!("Your draft with {changes} goes with it."));
    }
    out.overlay(Overlay::Confirm(Confirm {
        title: format!("Delete {}?", form.label()),
        lines,
        yes: "delete".into(),
        then: Confirmed::DeleteRecord(form.id),
        danger: true,
    }));
}

/// Deletes the record as it was read; if it changed since, nothing is deleted.
pub fn confirmed(form: &mut Form, _cx: &Context, out: &mut Outbox) {
    let (Some(base), Some(key)) = (form.base.ready().cloned(), form.key.clone()) else {
        return;
    };
    if form.saving.is_some() {
        return;
    }
    // Once somebody's change was shown here, it is that record which is deleted.
    let newer = form.newer.as_ref().and_then(|newer| newer.record.clone());
    let base = newer.map_or(base, |newer| *newer);
    let what = What::Delete {
        key,
        guard: base.guard,
        base: base.values,
    };
    send(form, what, Vec::new(), out);
}
