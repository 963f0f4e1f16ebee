//! A new record that was not found by what was typed is called so: nothing that was typed is lost.

use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::domain::reference::{is_one_name, label_columns};
use crate::domain::table::{ColumnKind, Shape};
use crate::domain::text;
use crate::domain::value::{Entry, Value};

use super::{Form, draft};

/// Puts what was typed into the field that names the record; the cursor waits behind it.
pub fn name(form: &mut Form, typed: &str, cx: &Context, out: &mut Outbox) {
    let told = text::line(typed).into_owned();
    if form.is_changed() {
        let line = format!("Your draft goes on here; \"{told}\" was not put into it");
        return out.tell(Mood::Warning, line);
    }
    let open = |column: &usize| {
        let field = form.fields.get(*column);
        field.is_some_and(|field| field.locked.is_none())
    };
    let shape = form.shape.as_deref();
    let Some(column) = shape.and_then(|shape| naming(shape).into_iter().find(open)) else {
        let line = format!("No field here names the record; you typed \"{told}\"");
        return out.tell(Mood::Told, line);
    };
    form.fields[column].put(&Entry::Value(Value::text(typed)));
    form.focus = column;
    draft::typed(form, cx);
    let field = form.column_name(column);
    let line = format!("What you typed to find it is in {field}, not saved yet");
    out.tell(Mood::Told, line);
}

/// The columns that can name a record, best first; the key itself where nothing else does.
fn naming(shape: &Shape) -> Vec<usize> {
    let mut columns = label_columns(shape, &shape.key);
    if is_one_name(shape, &columns) {
        // People are looked for by the last name.
        columns.reverse();
    }
    let text = |column: &&usize| matches!(shape.columns[**column].kind, ColumnKind::Text { .. });
    columns.extend(shape.key.iter().filter(text).copied());
    columns
}
