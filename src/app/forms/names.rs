//! What the records are called that the fields refer to: asked about together, shown beside the
//! fields, never in the way.

use std::collections::HashMap;

use crate::app::outbox::{Asker, Outbox};
use crate::db::contract::lookup::{Label, Named};
use crate::db::contract::{Fault, LookupReply, LookupRequest, Reply, Request};
use crate::domain::reference::Reference;
use crate::domain::value::{Entry, Value};

use super::{Form, Question};

/// The records that are referred to, as far as they were asked about; `None` while they are.
#[derive(Clone, Debug, Default)]
pub struct Names(HashMap<Named, Option<Label>>);

impl Names {
    /// Learns what a record is called.
    pub fn learn(&mut self, record: Named, label: Label) {
        self.0.insert(record, Some(label));
    }
}

/// Asks what the records are called that the fields refer to now, all at once, those that are not
/// known.
pub fn ask(form: &mut Form, out: &mut Outbox) {
    let Some(shape) = form.shape.clone() else {
        return;
    };
    let mut wanted: Vec<Named> = Vec::new();
    for reference in shape.references.iter().filter(|one| one.readable) {
        let Some(record) = referred(form, reference) else {
            continue;
        };
        if !form.names.0.contains_key(&record) && !wanted.contains(&record) {
            wanted.push(record);
        }
    }
    if wanted.is_empty() {
        return;
    }
    for record in &wanted {
        form.names.0.insert(record.clone(), None);
    }
    out.speak_for(Asker::Form(form.id));
    let query = out.ask(Request::Lookup(LookupRequest::Name(wanted.clone())));
    form.asked.push((query, Question::Name(wanted)));
}

/// Takes the names; those that could not be had are not asked for again.
pub fn answered(form: &mut Form, wanted: Vec<Named>, reply: Result<Reply, Fault>) {
    let labels = match reply {
        Ok(Reply::Lookup(LookupReply::Named(labels))) => labels,
        _ => vec![Label::Unknown; wanted.len()],
    };
    for (record, label) in wanted.into_iter().zip(labels) {
        form.names.learn(record, label);
    }
}

/// Returns what is known of the record that a field refers to; of a key of several columns at its
/// last one.
pub fn beside(form: &Form, column: usize) -> Option<&Label> {
    let shape = form.shape.as_ref()?;
    let ends_here = |one: &&Reference| one.columns.last() == Some(&column);
    let reference = shape.references.iter().find(ends_here)?;
    let record = referred(form, reference)?;
    form.names.0.get(&record)?.as_ref()
}

/// The record that the fields of a foreign key refer to; nothing where one of them is NULL.
fn referred(form: &Form, reference: &Reference) -> Option<Named> {
    let value = |column: &usize| match form.fields.get(*column)?.content() {
        Entry::Value(Value::Text(text)) if !text.is_empty() => Some(text),
        _ => None,
    };
    Some(Named {
        table: reference.table,
        columns: reference.theirs.clone(),
        key: reference.columns.iter().map(value).collect::<Option<_>>()?,
    })
}
