//! A new record whose value another record has: what was typed is put into that one, field by field.
//! The new record's draft stays until it is saved there, or thrown away.

use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::{FormId, Go};
use crate::domain::value::{Entry, Value};

use super::wish::{Put, PutField, Wish};
use super::{Form, Forms, Mode, draft};

/// Whether what is typed can be put into the record that stands in its way.
pub fn is_offered(form: &Form) -> bool {
    let other = form.refusal.as_ref().map(|it| it.other.is_some());
    form.mode == Mode::Create && form.conflict.is_none() && other == Some(true)
}

/// Opens the record that has the value, with what was typed as edits to decide on.
pub fn begin(form: &Form, out: &mut Outbox) {
    let other = form.refusal.as_ref().and_then(|it| it.other.clone());
    let (Some(key), true) = (other, is_offered(form)) else {
        return out.tell(Mood::Told, "No other record stands in the way here");
    };
    let fields = (0..form.fields.len()).filter_map(|column| put(form, column));
    let put = Put {
        what: "What you typed for a new record".into(),
        fields: fields.collect(),
        from: Some(form.id),
        ..Put::default()
    };
    out.go(Go::OpenWith {
        table: form.table,
        key: Some(key),
        wish: Box::new(Wish::Put(put)),
    });
}

/// What was typed in a field, over nothing: what the other record has there is asked about. Its key
/// stays its own.
fn put(form: &Form, column: usize) -> Option<PutField> {
    let of_key = form.shape.as_ref()?.key.contains(&column);
    match form.entry(column).filter(|_| !of_key)? {
        Entry::Value(value) => Some(PutField {
            column: form.column(column)?.name.clone(),
            over: Some(Value::Null),
            value,
        }),
        Entry::Default => None,
    }
}

/// The other record was saved with it: the new one is needed no more.
pub fn saved(forms: &mut Forms, id: FormId, cx: &Context, out: &mut Outbox) {
    let settled = |form: &&mut Form| form.saving.is_none() && !form.is_changed();
    let from = forms.open.get_mut(&id).filter(settled);
    let Some(from) = from.and_then(|form| form.merged_from.take()) else {
        return;
    };
    if let Some(new) = forms
        .open
        .get_mut(&from)
        .filter(|it| it.mode == Mode::Create)
    {
        draft::remove(new, cx, out);
        new.forget_edits();
        new.clear_errors();
        new.left = true;
    }
}
