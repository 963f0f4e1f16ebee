//! Restoring: which old values are put into the form, and what cannot be; nothing is saved here.

use super::{Then, rows};
use crate::app::context::Context;
use crate::app::forms::wish::{self, Put, PutField, Wish};
use crate::app::forms::words;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::{Go, Past};
use crate::domain::history::{self, FieldPast, HistoryEntry, Kept};
use crate::domain::text;
use crate::domain::value::Value;

/// Opens the form with the record as it was.
pub(super) fn version(then: &Then, cx: &Context, out: &mut Outbox) {
    let Some(shape) = rows::shape(then, cx) else {
        return;
    };
    let put = Put {
        what: as_it_was(then, cx),
        ..Put::default()
    };
    let columns: Vec<usize> = (0..shape.columns.len()).collect();
    open(then, put, &columns, cx, out);
}

/// Opens the form with the value that the field under the cursor had.
pub(super) fn field_as_of(then: &Then, cx: &Context, out: &mut Outbox) {
    let Some(column) = rows::shape(then, cx).and_then(|shape| shape.columns.get(then.column))
    else {
        return;
    };
    let put = Put {
        what: format!("{} of {}", text::line(&column.name), as_it_was(then, cx)),
        ..Put::default()
    };
    open(then, put, &[then.column], cx, out);
}

/// Opens the form with what a field was before a change.
pub(super) fn field(
    of: Option<&Past>,
    entry: &HistoryEntry,
    field: &FieldPast,
    cx: &Context,
    out: &mut Outbox,
) {
    let (Some(of), Some(old)) = (of, &field.old) else {
        return;
    };
    let name = text::line(&field.column).into_owned();
    let Some(value) = old.whole() else {
        let line = format!("Not put back: {}", wish::too_long(&field.column));
        return out.tell(Mood::Warning, line);
    };
    let put = Put {
        what: format!("{name} as it was before {}", words::clock(entry.at, cx)),
        fields: vec![one(&field.column, value)],
        ..Put::default()
    };
    out.go(Go::OpenWith {
        table: of.table,
        key: Some(of.key.clone()),
        wish: Box::new(Wish::Put(put)),
    });
}

fn open(then: &Then, mut put: Put, columns: &[usize], cx: &Context, out: &mut Outbox) {
    let Some(present) = &then.present else {
        let line = format!(
            "{} is gone: the bin of its table restores it",
            label(&then.of)
        );
        return out.tell(Mood::Warning, line);
    };
    let Some(shape) = rows::shape(then, cx) else {
        return;
    };
    for (at, column) in columns
        .iter()
        .filter_map(|at| Some((*at, shape.columns.get(*at)?)))
    {
        let now = present.values.get(at).unwrap_or(&Value::Null);
        let name = text::line(&column.name);
        match then.past.value(&column.name, Some(now)) {
            history::Then::Known(Kept::Whole(value)) if value == *now => {}
            // Every change stamps it anew, so that it would meet everybody else's.
            history::Then::Known(_)
                if columns.len() > 1 && history::is_stamp(now, then.changed_at) => {}
            history::Then::Known(Kept::Whole(value)) => put.fields.push(one(&column.name, &value)),
            history::Then::Known(_) => put.lost.push(wish::too_long(&column.name)),
            history::Then::Unknown => put.lost.push(format!("{name} is not known of then")),
        }
    }
    out.go(Go::OpenWith {
        table: then.of.table,
        key: present.key.clone().or(Some(then.of.key.clone())),
        wish: Box::new(Wish::Put(put)),
    });
}

fn one(column: &str, value: &Value) -> PutField {
    PutField {
        column: column.to_owned(),
        over: None,
        value: value.clone(),
    }
}

/// Names the version: `BFM-001 as it was at 09:12`.
pub(super) fn as_it_was(then: &Then, cx: &Context) -> String {
    let at = words::clock(then.entry.at, cx);
    format!("{} as it was at {at}", label(&then.of))
}

fn label(of: &Past) -> String {
    text::line(&of.key.to_string()).into_owned()
}
