//! A save whose values the server refused: the reason stands on its fields. What was merged without
//! asking is not taken for granted then: both sides are shown again, with the fields concerned.

use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::{Go, Place};
use crate::app::problem::Problem;
use crate::db::contract::records::{Rejection, RejectionKind};

use super::field::FieldError;
use super::save::Saving;
use super::{At, Form, Mode, conflict, doubt};

/// Takes a refusal.
pub fn take(form: &mut Form, saving: Saving, rejection: Rejection, at: At, out: &mut Outbox) {
    form.clear_errors();
    part(form, saving);
    if is_back(form, &rejection) {
        return come_back(form, at, out);
    }
    mark(form, &rejection);
    out.tell(Mood::Failed, format!("Not saved: {}", rejection.message));
    if form.mode == Mode::Read {
        form.mode = Mode::Edit;
    }
    let sides = form.conflict.is_some() && !conflict::is_deleted(form);
    if sides {
        doubt::doubt(form, &rejection.columns);
    }
    form.refusal = Some(rejection);
    match at {
        At::Form if sides => out.go(Go::To(Place::Conflict(form.id))),
        At::Conflict if !sides => out.go(Go::Back),
        _ => {}
    }
}

/// Whether a record that was gone is there again: its own key stands in the way of creating it.
fn is_back(form: &Form, rejection: &Rejection) -> bool {
    conflict::is_deleted(form) && rejection.other.is_some() && rejection.other == form.key
}

/// What was known of a record that is there again is over; the next save asks the server anew.
fn come_back(form: &mut Form, at: At, out: &mut Outbox) {
    form.conflict = None;
    form.newer = None;
    let label = form.label();
    out.tell(
        Mood::Warning,
        format!(
            "{label} was created again meanwhile; not saved: save once more, it is compared then"
        ),
    );
    if at == At::Conflict {
        out.go(Go::Back);
    }
}

/// Opens the record that has the values already; what was typed stays as it is.
pub fn open_other(form: &Form, out: &mut Outbox) {
    let other = form
        .refusal
        .as_ref()
        .and_then(|refusal| refusal.other.clone());
    match other {
        Some(key) => out.go(Go::Open {
            table: form.table,
            key: Some(key),
            edit: false,
        }),
        None => out.tell(Mood::Told, "No other record stands in the way here"),
    }
}

/// Puts the reason on the fields it concerns, or on the whole form.
fn mark(form: &mut Form, rejection: &Rejection) {
    for column in &rejection.columns {
        if let Some(field) = form.fields.get_mut(*column) {
            field.error = Some(error(rejection));
        }
    }
    match rejection.columns.iter().min() {
        Some(_) if rejection.columns.contains(&form.focus) => {}
        Some(first) => form.focus = *first,
        None => {
            let error = error(rejection);
            let more = error.more().join("; ").replace('\n', " ");
            let parts = [error.what, more];
            let parts: Vec<&str> = parts
                .iter()
                .map(String::as_str)
                .filter(|it| !it.is_empty())
                .collect();
            form.problem = Some(Problem::new(parts.join("; ")));
        }
    }
}

/// A refusal as it stands on a field. What a trigger says has an author who wrote it for people; for
/// the other kinds the sentence is ours, and the server's own words are told where all is told.
pub fn error(rejection: &Rejection) -> FieldError {
    let of_author = rejection.kind == RejectionKind::Raised;
    let (detail, said) = match of_author {
        true => (rejection.detail.clone(), None),
        false => (None, rejection.detail.clone()),
    };
    FieldError {
        what: rejection.message.clone(),
        detail,
        said,
        hint: rejection.hint.clone(),
    }
}

/// Takes an automatic merge apart again: what was read first, what others saved, what was typed.
fn part(form: &mut Form, saving: Saving) {
    let Some(before) = saving.course.before.filter(|_| form.conflict.is_none()) else {
        return;
    };
    if let Some(theirs) = form.base.ready().cloned() {
        form.rebase(*before);
        conflict::met(form, Some(Box::new(theirs)), saving.course.by);
    }
}
