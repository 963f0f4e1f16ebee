//! What a field that is read leads to: into its value, to the record it refers to, to the clipboard; a
//! form that is typed in is never left by these.

use super::Editor;
use crate::app::context::Context;
use crate::app::copying;
use crate::app::forms::{Form, Mode};
use crate::app::looking::Looking;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::Go;
use crate::domain::text;
use crate::domain::value::{Entry, Value};
use crate::input::action::RowsAction;

/// Does what was asked for with the field under the cursor.
pub fn act(editor: &mut Editor, form: &Form, action: RowsAction, cx: &Context, out: &mut Outbox) {
    if form.mode != Mode::Read || form.base.ready().is_none() {
        return;
    }
    match action {
        RowsAction::Peek => editor.look = look(form, cx),
        RowsAction::CopyValue => {
            if let Some(value) = shown(form, form.focus) {
                copying::copy_value(&value, cx, out);
            }
        }
        RowsAction::FollowReference => follow(form, cx, out),
        _ => {}
    }
}

/// The value of a field as it is shown, edits that wait as a draft included.
fn shown(form: &Form, column: usize) -> Option<Value> {
    match form.entry(column) {
        Some(Entry::Value(value)) => Some(value),
        Some(Entry::Default) => None,
        None => form.column(column).map(|_| form.base_value(column).clone()),
    }
}

fn look(form: &Form, cx: &Context) -> Option<Looking> {
    let column = form.column(form.focus)?;
    let value = shown(form, form.focus)?;
    let name = format!(
        "{} · {} · {}",
        form.table_label(),
        form.label(),
        column.name
    );
    let name = text::line(&name).into_owned();
    let file = format!("{}-{}", form.table_label(), column.name);
    Some(Looking::open(
        (name, text::file_name(&file)),
        value,
        true,
        column,
        cx.room,
    ))
}

/// Whether the field under the cursor refers to records of another table.
pub fn refers(form: &Form) -> bool {
    let shape = form.shape.as_deref();
    let mut references = shape.iter().flat_map(|shape| &shape.references);
    references.any(|one| one.columns.contains(&form.focus))
}

fn follow(form: &Form, cx: &Context, out: &mut Outbox) {
    let Some(shape) = form.shape.as_deref() else {
        return;
    };
    let name = |column: usize| form.column_name(column);
    let reference = shape.references.iter();
    let reference = reference
        .clone()
        .find(|one| one.columns.contains(&form.focus));
    let Some(reference) = reference else {
        let line = format!("{} refers to no other record", name(form.focus));
        return out.tell(Mood::Told, line);
    };
    if !reference.readable || cx.table(reference.table).is_none() {
        let line = format!(
            "You may not read {}",
            text::line(&reference.name.to_string())
        );
        return out.tell(Mood::Warning, line);
    }
    let mut values = Vec::new();
    for (column, theirs) in reference.columns.iter().zip(&reference.theirs) {
        let value = shown(form, *column);
        let Some(text) = value.as_ref().and_then(Value::as_text) else {
            let line = format!("{} is NULL: it refers to no record", name(*column));
            return out.tell(Mood::Told, line);
        };
        values.push((theirs.clone(), text.to_owned()));
    }
    out.go(Go::Follow {
        table: reference.table,
        values,
    });
}
