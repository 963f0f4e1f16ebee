//! What a form does when its save or deletion met no row: merged, shown, followed, or told; nothing
//! typed is touched.

use std::collections::BTreeMap;

use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::db::contract::records::Miss;
use crate::domain::record::{LastChange, Record};

use super::follow::{Newer, Receipt, Seen, differing};
use super::missed::{self, Tried};
use super::outcome::{changed, deleted, show_conflict};
use super::save::{Saving, What};
use super::{At, Form, delete, gone, words};

/// A save met no row: what only changed is merged or shown, and what is gone is told as it is.
pub(super) fn missed(
    form: &mut Form,
    saving: Saving,
    miss: Miss,
    at: At,
    cx: &Context,
    out: &mut Outbox,
) {
    match miss {
        Miss::Changed { theirs, by: None }
            if !cx.is_shared()
                && form.conflict.is_none()
                && gone::may_be_another(form, &theirs) =>
        {
            gone::ask_all(form, theirs);
            show_conflict(
                form,
                at,
                "was changed nearly everywhere, or created again,",
                out,
            );
        }
        Miss::Changed { theirs, by } | Miss::Moved { theirs, by } => {
            changed(form, saving, theirs, by, at, cx, out);
        }
        Miss::Replaced { .. } => {
            gone::replaced(form, miss);
            show_conflict(form, at, "was deleted and created again", out);
        }
        Miss::Deleted { .. } | Miss::Gone { .. } | Miss::Hidden => {
            let what = match &miss {
                Miss::Hidden => "is hidden from you now",
                Miss::Gone { .. } => "is gone",
                _ => "was deleted meanwhile",
            };
            gone::met(form, miss);
            show_conflict(form, at, what, out);
        }
        Miss::NotPermitted(_) | Miss::Swallowed(_) => {
            let tried = match saving.sent.what {
                What::Create => Tried::Create,
                _ => Tried::Change,
            };
            let problem = missed::refused(&miss, tried, &form.label(), &form.table_label(), cx);
            out.tell_problem(&problem);
            form.problem = Some(problem);
        }
    }
}

/// A deletion met no row: what is gone anyway is left, and what is there now is looked at first.
pub(super) fn not_deleted(form: &mut Form, miss: Miss, at: At, cx: &Context, out: &mut Outbox) {
    let why = missed::gone(&miss, &form.label(), cx);
    match miss {
        Miss::Changed { theirs, by } => changed_instead(form, *theirs, by.as_ref(), cx, out),
        Miss::Deleted { .. } => deleted(form, format!("Nothing to delete: {why}"), at, cx, out),
        Miss::Gone { .. } if !form.is_changed() => {
            deleted(form, format!("Nothing to delete: {why}"), at, cx, out);
        }
        Miss::Moved { theirs, by } | Miss::Replaced { theirs, by, .. } => {
            show_instead(form, *theirs, by.as_ref(), cx);
            out.tell(
                Mood::Warning,
                format!("Not deleted: {why}; look at it first"),
            );
        }
        Miss::Gone { .. } | Miss::Hidden | Miss::NotPermitted(_) | Miss::Swallowed(_) => {
            let (label, table) = (form.label(), form.table_label());
            let problem = missed::refused(&miss, Tried::Delete, &label, &table, cx);
            out.tell_problem(&problem);
            form.problem = Some(problem);
        }
    }
}

/// What was to be deleted was changed: what changed is shown, and nothing is deleted.
fn changed_instead(
    form: &mut Form,
    theirs: Record,
    by: Option<&LastChange>,
    cx: &Context,
    out: &mut Outbox,
) {
    let before = form.base.ready().cloned();
    let columns = show_instead(form, theirs.clone(), by, cx);
    if let Some(before) = before {
        delete::ask_anyway(form, &before, &theirs, out);
    }
    let names = words::columns(form, &columns);
    let who = words::who(by, cx);
    let line = format!("Not deleted: {who} changed {names} meanwhile; look at it first");
    out.tell(Mood::Warning, line);
}

/// Shows what is there in the stead of what was to be deleted; returns the columns that differ.
fn show_instead(
    form: &mut Form,
    theirs: Record,
    by: Option<&LastChange>,
    cx: &Context,
) -> Vec<usize> {
    let base = form.base.ready();
    let columns = base.map_or(Vec::new(), |base| differing(base, &theirs));
    let who = words::who(by, cx);
    let at = by.map(|by| by.at);
    if form.is_changed() {
        let verb = by.map(|by| by.verb);
        let seen = Seen {
            who: Some(who),
            at,
            about: false,
            verb,
        };
        let record = Some(Box::new(theirs));
        form.newer = Some(Newer {
            seen,
            record,
            by: BTreeMap::new(),
        });
    } else {
        form.show(theirs);
        form.refreshed = Some(Receipt {
            who,
            at,
            about: false,
            columns: columns.clone(),
        });
    }
    columns
}
