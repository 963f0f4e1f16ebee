//! Leaving a form: what was typed becomes a draft; throwing it away is asked for apart.

use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::overlay::{Confirm, Confirmed, Overlay};
use crate::app::place::Go;

use super::{At, Form, Mode, copy, draft, many, open, words};

/// Leaves the editing: back to reading where it began there, else back to where one came from.
pub fn leave(form: &mut Form, cx: &Context, out: &mut Outbox) {
    if copy::is_untouched(form) {
        form.forget_edits();
        draft::remove(form, cx, out);
    }
    draft::write(form, cx, out);
    let changes = form.changed_count();
    if changes > 0 && form.mode == Mode::Many {
        many::tell_kept(form, cx, out);
    } else if changes > 0 {
        let changes = words::count(changes, "change");
        let line = match form.mode {
            Mode::Create => format!("The new record is kept as a draft: {changes} not saved"),
            _ => format!("{} kept as a draft: {changes} not saved", form.label()),
        };
        draft::tell_kept(form, line, cx, out);
    }
    if form.mode == Mode::Edit && form.opened_reading {
        form.mode = Mode::Read;
        if changes == 0 && form.newer.is_some() {
            open::read(form, out);
        }
        return;
    }
    go_away(form, out);
}

/// Leaves a record that was read.
pub fn close(form: &mut Form, cx: &Context, out: &mut Outbox) {
    draft::write(form, cx, out);
    go_away(form, out);
}

/// Asks whether the edits are to be thrown away.
pub fn ask_discard(form: &mut Form, out: &mut Outbox) {
    let changes = form.changed_count();
    if is_being_saved(form, out) {
        return;
    }
    if changes == 0 {
        return out.tell(Mood::Told, "Nothing was changed");
    }
    let columns: Vec<usize> = form.changes().iter().map(|change| change.column).collect();
    out.overlay(Overlay::Confirm(Confirm {
        title: format!("Throw your edits of {} away?", form.named()),
        lines: vec![
            format!(
                "{}: {}",
                words::count(changes, "field"),
                words::columns(form, &columns)
            ),
            "They cannot be brought back. Leaving with esc keeps them as a draft.".into(),
        ],
        yes: "throw away".into(),
        then: Confirmed::DiscardEdits(form.id),
        danger: true,
    }));
}

/// Whether a save is under way, which is stopped first: what was thrown away must not be stored after.
fn is_being_saved(form: &Form, out: &mut Outbox) -> bool {
    if form.saving.is_none() {
        return false;
    }
    let line = "It is being saved: nothing is thrown away before that is over or stopped";
    out.tell(Mood::Warning, line);
    true
}

/// Throws the edits away, and the draft with them.
pub fn discard(form: &mut Form, at: At, cx: &Context, out: &mut Outbox) {
    if is_being_saved(form, out) {
        return;
    }
    draft::remove(form, cx, out);
    form.unsettled = None;
    form.picker = None;
    form.calendar = None;
    form.finder = None;
    form.since = None;
    let was_conflict = form.conflict.take().is_some();
    let Some(base) = form.base.ready().cloned() else {
        return;
    };
    form.show(base);
    form.clear_errors();
    out.tell(
        Mood::Done,
        format!("Your edits of {} were thrown away", form.named()),
    );
    let gone = form
        .newer
        .as_ref()
        .is_some_and(|newer| newer.record.is_none());
    if at == At::Conflict {
        out.go(Go::Back);
    }
    if matches!(form.mode, Mode::Create | Mode::Many) || gone {
        form.left = true;
        if at != At::Conflict {
            out.go(Go::Back);
        }
        return;
    }
    form.mode = Mode::Read;
    form.opened_reading = true;
    if was_conflict || form.newer.is_some() {
        open::read(form, out);
    }
}

fn go_away(form: &mut Form, out: &mut Outbox) {
    form.left = true;
    // It may be continued at another terminal from here on.
    if let Some(id) = form.draft.id.clone() {
        out.effect(Effect::ReleaseDraft(id));
    }
    form.picker = None;
    form.calendar = None;
    form.finder = None;
    out.go(Go::Back);
}
