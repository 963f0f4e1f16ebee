//! What is to be known of the field under the cursor, in one line at the bottom; pure.

use super::rows::{is_needed, literal};
use crate::app::context::Context;
use crate::app::forms::field::{Field, Lock};
use crate::app::forms::{Form, Mode};
use crate::domain::table::Column;
use crate::domain::text;
use crate::domain::when;

/// Says what is to be known of the field under the cursor.
pub fn line(form: &Form, cx: &Context) -> String {
    let (Some(column), Some(field)) = (form.column(form.focus), form.fields.get(form.focus)) else {
        return String::new();
    };
    let mut parts = vec![text::line(&column.type_name).into_owned()];
    let duty = duty(column, field).into_iter();
    // A field that is not set stays as it is: nothing is needed.
    parts.extend(duty.filter(|duty| form.mode != Mode::Many || duty != "needed"));
    parts.extend(was(form));
    if field.lossy && field.locked.is_none() {
        parts.push("holds signs that editing here would drop".into());
    }
    parts.extend(instant(column, field, cx));
    if let Some(comment) = &column.comment {
        parts.push(text::line(comment).into_owned());
    }
    parts.extend(
        column
            .facts
            .checks
            .iter()
            .map(|check| text::line(check).into_owned()),
    );
    if let Some(default) = column.default.as_deref().filter(|_| !column.generated)
        && !is_needed(form, form.focus)
    {
        parts.push(format!("default {}", text::line(literal(default))));
    }
    parts.join(" · ")
}

/// What the field must hold, or why it cannot be changed.
fn duty(column: &Column, field: &Field) -> Vec<String> {
    let lock = match field.locked {
        Some(Lock::Generated) => Some("filled by the server"),
        Some(Lock::Numbered) => Some("numbered by the server"),
        Some(Lock::NoRight) => Some("you may not change it"),
        None if column.not_null => Some("needed"),
        None => None,
    };
    let unique = column.facts.unique.then_some("unique");
    lock.into_iter().chain(unique).map(str::to_owned).collect()
}

fn was(form: &Form) -> Option<String> {
    if matches!(form.mode, Mode::Create | Mode::Many) {
        return None;
    }
    form.entry(form.focus)?;
    let was = form.base_value(form.focus).as_text();
    Some(format!("was {}", was.map_or("NULL".into(), text::line)))
}

/// What an instant is in the person's zone, where that is another than the one it is written in.
fn instant(column: &Column, field: &Field, cx: &Context) -> Option<String> {
    let elsewhere = cx.zone != jiff::tz::TimeZone::UTC && !field.is_touched();
    let zoned = column.facts.base == "timestamptz" && elsewhere;
    when::local(field.text.text(), &cx.zone).filter(|_| zoned)
}
