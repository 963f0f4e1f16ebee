//! New records that are opened for something: to be referred to, or as a copy of another: what must not be the same twice is left empty or
//! to its default.

use crate::app::context::Context;
use crate::app::loadable::Loadable;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::FormId;
use crate::app::problem::Problem;
use crate::db::contract::{RecordsRequest, Request};
use crate::domain::record::{Record, RecordKey};
use crate::domain::table::{Shape, TableId};
use crate::domain::text;
use crate::domain::value::{Entry, Value};

use super::field::Field;
use super::wish::{self, Wish};
use super::{AskedBy, Form, Forms, Question, draft, missing, open};

/// Where a new record is copied from, and what it was then.
#[derive(Clone, Debug, Default)]
pub struct Copy {
    /// The record that is still to be read for it.
    pub from: Option<RecordKey>,
    /// The entries that were copied: a copy that nobody typed in is left without a draft.
    copied: Vec<Option<Entry>>,
}

impl Forms {
    /// Opens a new record of a table for another form that is to refer to it.
    pub fn create_for(
        &mut self,
        table: TableId,
        asked_by: AskedBy,
        typed: String,
        cx: &Context,
        out: &mut Outbox,
    ) -> FormId {
        let asking = self.open.get(&asked_by.form);
        let put = asking.and_then(|form| missing::values(form, asked_by.reference));
        let id = self.open(table, None, true, cx, out);
        if let Some(form) = self.open.get_mut(&id) {
            form.asked_by = Some(asked_by);
            // A draft that goes on is not written over.
            form.wish = put.filter(|_| !form.is_changed()).map(Wish::Put);
            if form.wish.is_none() && !typed.is_empty() {
                form.wish = Some(Wish::Name(typed));
            }
            if form.asked.is_empty() {
                wish::grant(form, cx, out);
            }
        }
        id
    }

    /// Opens a copy of a record as a new one.
    pub fn copy(
        &mut self,
        table: TableId,
        from: RecordKey,
        cx: &Context,
        out: &mut Outbox,
    ) -> FormId {
        let make = |form: &mut Form| form.copy.from = Some(from);
        self.begin_with(table, None, true, make, cx, out)
    }
}

/// Asks for the record that is copied; keys typed meanwhile are held for the copy.
pub fn read(form: &mut Form, key: RecordKey, out: &mut Outbox) {
    let table = form.table;
    let query = out.ask_holding(Request::Records(RecordsRequest::LoadRecord { table, key }));
    form.asked.push((query, Question::Copy));
    form.base = Loadable::Waiting(query);
}

/// Fills the new record with what was read.
pub fn taken(form: &mut Form, record: Option<Box<Record>>, cx: &Context, out: &mut Outbox) {
    let from = form.copy.from.take();
    let from = from.map_or(String::new(), |key| {
        text::line(&key.to_string()).into_owned()
    });
    let Some(shape) = form.shape.clone() else {
        return;
    };
    let Some(record) = record else {
        form.base = Loadable::Failed(Problem::new(format!(
            "There is no {from} to copy any more, or you may not see it"
        )));
        return out.drop_held();
    };
    open::show_empty(form, shape.columns.len());
    for (column, value) in record.values.iter().enumerate() {
        if is_copied(&shape, column) && form.fields[column].locked.is_none() {
            start_with(&mut form.fields[column], value);
        }
    }
    form.focus = open::first_field(form);
    form.copy.copied = form.entries();
    draft::typed(form, cx);
    out.tell(
        Mood::Told,
        format!("Copied from {from}: its key and what must be unique are left out"),
    );
}

/// Whether a copy is as it was made, so that leaving it loses nothing.
pub fn is_untouched(form: &Form) -> bool {
    !form.copy.copied.is_empty() && form.copy.copied == form.entries()
}

/// Whether a column is the same in a copy: not the key, nothing unique, and nothing that the server
/// makes anew for every record.
fn is_copied(shape: &Shape, column: usize) -> bool {
    let unique = shape.uniques.iter().any(|set| set.contains(&column));
    let default = shape.columns[column].default.as_deref().unwrap_or_default();
    let made = default == "identity" || default.contains('(');
    !shape.key.contains(&column) && !unique && !made && !shape.columns[column].generated
}

/// Puts a copied value into a field; NULL only where something else would stand there.
fn start_with(field: &mut Field, value: &Value) {
    if !value.is_null() || field.content() == Entry::Default {
        field.put(&Entry::Value(value.clone()));
    }
}
