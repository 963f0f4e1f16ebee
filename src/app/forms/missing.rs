//! A value that refers to a record which is not there: that one can be created on the spot, with the
//! value in it, and comes back here.

use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::Go;
use crate::db::contract::records::RejectionKind;
use crate::domain::reference::Reference;
use crate::domain::text;
use crate::domain::value::{Entry, Value};

use super::Form;
use super::wish::{Put, PutField};

/// The foreign key that the server refused, as a position among those of the table.
pub fn refused(form: &Form) -> Option<usize> {
    let refusal = form.refusal.as_ref()?;
    let all = &form.shape.as_ref()?.references;
    let is_it = |one: &Reference| {
        let mut columns = one.columns.iter();
        columns.all(|column| refusal.columns.contains(column))
    };
    let found = all.iter().position(is_it)?;
    (refusal.kind == RejectionKind::ForeignKey).then_some(found)
}

/// Whether the record that the field under the cursor refers to can be created from here.
pub fn is_offered(form: &Form) -> bool {
    let one = refused(form).and_then(|at| form.shape.as_ref()?.references.get(at));
    let wrong = form
        .fields
        .get(form.focus)
        .is_some_and(|field| field.error.is_some());
    one.is_some_and(|one| wrong && one.columns.contains(&form.focus)) && form.conflict.is_none()
}

/// Leaves the form for the record that is missing; what is typed here stays.
pub fn begin(form: &Form, cx: &Context, out: &mut Outbox) {
    let reference = refused(form).filter(|_| is_offered(form));
    let one = reference.and_then(|at| form.shape.as_ref()?.references.get(at));
    let (Some(reference), Some(one)) = (reference, one) else {
        return out.tell(Mood::Told, "Nothing that this refers to is missing");
    };
    if !cx.table(one.table).is_some_and(|table| table.rights.insert) {
        let name = text::line(&one.name.to_string()).into_owned();
        return out.tell(
            Mood::Warning,
            format!("You may not create records in {name}"),
        );
    }
    out.go(Go::CreateFor {
        table: one.table,
        form: form.id,
        reference,
        typed: String::new(),
    });
}

/// What the missing record has to hold: the values that refer to it in vain.
pub fn values(form: &Form, reference: usize) -> Option<Put> {
    refused(form).filter(|at| *at == reference)?;
    let one = form.shape.as_ref()?.references.get(reference)?;
    let field = |(column, theirs): (&usize, &String)| match form.fields.get(*column)?.content() {
        Entry::Value(value @ Value::Text(_)) => Some(PutField {
            column: theirs.clone(),
            over: None,
            value,
        }),
        _ => None,
    };
    Some(Put {
        what: "The record that is missing".into(),
        fields: one
            .columns
            .iter()
            .zip(&one.theirs)
            .filter_map(field)
            .collect(),
        ..Put::default()
    })
}
