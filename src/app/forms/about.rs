//! What is to be known of a field: in short for the line below a form, and all of it to be read. Pure.

use crate::app::context::Context;
use crate::app::overlay::About;
use crate::domain::table::Column;
use crate::domain::text;
use crate::domain::when;
use crate::input::action::{Action, ConflictAction, FormAction, Scope};

use super::field::{Field, FieldError, Lock};
use super::{Form, Mode, refused, review};

/// Says in short what is to be known of a field, part by part.
pub fn facts(form: &Form, column: usize, cx: &Context) -> Vec<String> {
    let (Some(about), Some(field)) = (form.column(column), form.fields.get(column)) else {
        return Vec::new();
    };
    let mut parts = vec![text::line(&about.type_name).into_owned()];
    let duty = duty(about, field).into_iter();
    // A field that is not set stays as it is: nothing is needed.
    parts.extend(duty.filter(|duty| form.mode != Mode::Many || duty != "needed"));
    parts.extend(was(form, column));
    if field.lossy && field.locked.is_none() {
        parts.push("holds signs that editing here would drop".into());
    }
    parts.extend(instant(about, field, cx));
    let comment = about.comment.iter().flat_map(|comment| comment.lines());
    let comment: Vec<&str> = comment.map(str::trim).filter(|it| !it.is_empty()).collect();
    parts.extend((!comment.is_empty()).then(|| text::line(&comment.join(" ")).into_owned()));
    let checks = about.facts.checks.iter();
    parts.extend(checks.map(|check| text::line(check).into_owned()));
    parts.extend(default(form, column, about));
    parts
}

/// All that is to be known of a field, to be read: what is wrong first, its comment whole.
pub fn page(form: &Form, column: usize, cx: &Context) -> About {
    let mut lines = Vec::new();
    let (Some(about), Some(field)) = (form.column(column), form.fields.get(column)) else {
        return About::default();
    };
    let of_all = form
        .refusal
        .as_ref()
        .filter(|it| it.columns.is_empty())
        .map(refused::error);
    if let Some(error) = field.error.as_ref().or(of_all.as_ref()) {
        lines.extend(wrong(error));
        lines.extend(ways_out(form, column, cx));
        lines.push(String::new());
    }
    let mut short = vec![text::line(&about.type_name).into_owned()];
    short.extend(duty(about, field));
    lines.push(short.join(" · "));
    for check in &about.facts.checks {
        lines.push(format!("must hold: {}", text::line(check)));
    }
    lines.extend(reference(form, column));
    lines.extend(default(form, column, about));
    lines.extend(instant(about, field, cx));
    lines.extend(was(form, column));
    if let Some(comment) = &about.comment {
        lines.push(String::new());
        lines.push(text::block(comment).into_owned());
    }
    let changes = review::lines(form);
    if !changes.is_empty() {
        lines.push(String::new());
        lines.extend(changes);
    }
    About {
        title: format!("{} · {}", form.table_label(), form.column_name(column)),
        lines,
        scroll: 0,
    }
}

fn wrong(error: &FieldError) -> Vec<String> {
    let mut lines = vec![format!("Not saved: {}", error.what)];
    lines.extend(error.detail.clone());
    lines.extend(
        error
            .said
            .as_ref()
            .map(|said| format!("The server says: {said}")),
    );
    lines.extend(error.hint.iter().map(|hint| format!("Hint: {hint}")));
    lines
}

/// What helps against what is wrong, with its keys.
fn ways_out(form: &Form, column: usize, cx: &Context) -> Vec<String> {
    let refusal = form.refusal.as_ref();
    let Some(other) = refusal.filter(|it| it.columns.contains(&column)) else {
        return Vec::new();
    };
    let key = |action: Action, scope: Scope| cx.keymap.keys(action, &[scope]).first().cloned();
    let keys = match form.conflict.is_some() {
        true => key(Action::Conflict(ConflictAction::OpenOther), Scope::Conflict),
        false => key(Action::Form(FormAction::OpenOther), Scope::Form),
    };
    let key = keys.filter(|_| other.other.is_some());
    key.map(|key| format!("{key} opens the record that has it; or change yours"))
        .into_iter()
        .collect()
}

/// Which records a field refers to.
fn reference(form: &Form, column: usize) -> Option<String> {
    let shape = form.shape.as_ref()?;
    let mut all = shape.references.iter();
    let one = all.find(|reference| reference.columns.contains(&column))?;
    let name = one.name.to_string();
    Some(format!("refers to {}", text::line(&name)))
}

fn default(form: &Form, column: usize, about: &Column) -> Option<String> {
    let default = about.default.as_deref().filter(|_| !about.generated)?;
    (!is_needed(form, column)).then(|| format!("default {}", text::line(literal(default))))
}

/// What a default expression says, without the cast that PostgreSQL writes after a literal.
pub fn literal(default: &str) -> &str {
    let inside = default
        .strip_prefix('\'')
        .and_then(|rest| rest.split_once("'::"));
    match inside {
        Some((literal, cast)) if !literal.contains('\'') && !cast.contains('(') => literal,
        _ => default,
    }
}

/// Whether a new record cannot be saved without a value here.
pub fn is_needed(form: &Form, column: usize) -> bool {
    let about = form.column(column);
    form.mode == Mode::Create
        && about.is_some_and(|it| it.not_null && it.default.is_none() && !it.generated)
}

/// What the field must hold, or why it cannot be changed.
fn duty(column: &Column, field: &Field) -> Vec<String> {
    let lock = match field.locked {
        Some(Lock::Generated) => Some("filled by the server"),
        Some(Lock::Numbered) => Some("numbered by the server"),
        Some(Lock::NoRight) => Some("you may not change it"),
        Some(Lock::Role) => Some("your roles do not let you change it"),
        None if column.not_null => Some("needed"),
        None => None,
    };
    let unique = column.facts.unique.then_some("unique");
    lock.into_iter().chain(unique).map(str::to_owned).collect()
}

fn was(form: &Form, column: usize) -> Option<String> {
    if matches!(form.mode, Mode::Create | Mode::Many) {
        return None;
    }
    form.entry(column)?;
    let was = form.base_value(column).as_text();
    Some(format!("was {}", was.map_or("NULL".into(), text::line)))
}

/// What an instant is in the person's zone, where that is another than the one it is written in.
fn instant(column: &Column, field: &Field, cx: &Context) -> Option<String> {
    let elsewhere = cx.zone != jiff::tz::TimeZone::UTC && !field.is_touched();
    let zoned = column.facts.base == "timestamptz" && elsewhere;
    when::local(field.text.text(), &cx.zone).filter(|_| zoned)
}
