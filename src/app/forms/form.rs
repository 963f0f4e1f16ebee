//! One open record: what was read, what is typed, what is known of others; no rules of saving.

use std::sync::Arc;

use jiff::Timestamp;

use crate::app::loadable::Loadable;
use crate::app::place::FormId;
use crate::app::problem::Problem;
use crate::db::contract::QueryId;
use crate::db::contract::records::Rejection;
use crate::domain::draft::Rows;
use crate::domain::receipt::Receipt as MergeReceipt;
use crate::domain::record::{FieldChange, Record, RecordKey};
use crate::domain::table::{Column, Couple, Shape, TableId};
use crate::domain::text;
use crate::domain::value::{Entry, Value};

use super::Question;
use super::calendar::Calendar;
use super::claim::Lost;
use super::conflict::Conflict;
use super::copy::Copy;
use super::draft::DraftState;
use super::field::Field;
use super::finder::{AskedBy, Finder};
use super::follow::{Newer, Receipt};
use super::names::Names;
use super::pick::Picker;
use super::save::{Saving, Unsettled};
use super::then::Then;

/// What a form is open for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Mode {
    /// Reading; keys are actions. Edits that were left are shown.
    #[default]
    Read,
    /// Editing; keys are text.
    Edit,
    /// A record that does not exist yet.
    Create,
    /// Fields set for many rows at once: only what is set counts.
    Many,
}

/// One open record.
#[derive(Debug)]
pub struct Form {
    /// Its number.
    pub id: FormId,
    /// The table.
    pub table: TableId,
    /// The key; `None` while it is being created.
    pub key: Option<RecordKey>,
    /// The rows that the fields are set for, in [`Mode::Many`].
    pub rows: Rows,
    /// The table's columns, once known.
    pub shape: Option<Arc<Shape>>,
    /// The columns that belong together.
    pub couples: Vec<Couple>,
    /// The record as it was read; what a save is guarded by.
    pub base: Loadable<Record>,
    /// What it is open for.
    pub mode: Mode,
    /// One per column of the shape.
    pub fields: Vec<Field>,
    /// The column under the cursor.
    pub focus: usize,
    /// The list of values that is open under the field.
    pub picker: Option<Picker>,
    /// The calendar that is open under the field.
    pub calendar: Option<Calendar>,
    /// The list of records that is open under a field which refers to one.
    pub finder: Option<Finder>,
    /// What the records are called that the fields refer to.
    pub names: Names,
    /// The form that this record was created for.
    pub asked_by: Option<AskedBy>,
    /// The column whose text is in the person's own editor.
    pub outside: Option<String>,
    /// What it is a copy of.
    pub copy: Copy,
    /// What follows the save that is under way.
    pub then: Option<Then>,
    /// The save that is under way.
    pub saving: Option<Saving>,
    /// A save that was sent and not answered.
    pub unsettled: Option<Unsettled>,
    /// A save that met somebody else's.
    pub conflict: Option<Conflict>,
    /// The record is known to be different by now.
    pub newer: Option<Newer>,
    /// What somebody changed while the record was being read.
    pub refreshed: Option<Receipt>,
    /// Somebody took the record from this person while it was edited.
    pub lost: Option<Lost>,
    /// What its saves merged without asking, not yet gathered.
    pub merged: Vec<MergeReceipt>,
    /// Why the server refused it last.
    pub refusal: Option<Rejection>,
    /// The new record whose values were put into this one.
    pub merged_from: Option<FormId>,
    /// What is wrong with the whole form.
    pub problem: Option<Problem>,
    /// How the table was altered under it, until the record was read again.
    pub altered: Option<String>,
    /// Its draft.
    pub draft: DraftState,
    /// When the first change was typed.
    pub since: Option<Timestamp>,
    /// Whether it was opened to read, so that leaving the editing goes back to reading.
    pub opened_reading: bool,
    /// Whether the person went away from it.
    pub left: bool,
    /// The record as it was when deleting it was asked.
    pub asked_to_delete: Option<Record>,
    /// Who gave its fields their values, where that is shown.
    pub blame: Option<super::blame::Blamed>,
    /// What is to be done with it once it is read.
    pub wish: Option<super::wish::Wish>,
    /// Questions that are open.
    pub asked: Vec<(QueryId, Question)>,
}

impl Form {
    /// Makes a form of which nothing is known yet.
    pub fn new(id: FormId, table: TableId, key: Option<RecordKey>, edit: bool) -> Self {
        let mode = match (&key, edit) {
            (None, _) => Mode::Create,
            (Some(_), true) => Mode::Edit,
            (Some(_), false) => Mode::Read,
        };
        Self {
            id,
            table,
            key,
            rows: Rows::default(),
            shape: None,
            couples: Vec::new(),
            base: Loadable::Idle,
            mode,
            fields: Vec::new(),
            focus: 0,
            picker: None,
            calendar: None,
            finder: None,
            names: Names::default(),
            asked_by: None,
            outside: None,
            copy: Copy::default(),
            then: None,
            saving: None,
            unsettled: None,
            conflict: None,
            newer: None,
            refreshed: None,
            lost: None,
            merged: Vec::new(),
            refusal: None,
            merged_from: None,
            problem: None,
            altered: None,
            draft: DraftState::default(),
            since: None,
            opened_reading: mode == Mode::Read,
            left: false,
            asked_to_delete: None,
            blame: None,
            wish: None,
            asked: Vec::new(),
        }
    }

    /// Whether the record could not be had.
    pub fn failed(&self) -> bool {
        matches!(self.base, Loadable::Failed(_))
    }

    /// Returns a column.
    pub fn column(&self, column: usize) -> Option<&Column> {
        self.shape.as_ref()?.columns.get(column)
    }

    /// Returns a column's name, harmless.
    pub fn column_name(&self, column: usize) -> String {
        let name = self.column(column).map_or("", |column| &column.name);
        text::line(name).into_owned()
    }

    /// Returns the value that was read.
    pub fn base_value(&self, column: usize) -> &Value {
        let values = self.base.ready().map(|record| &record.values);
        values
            .and_then(|values| values.get(column))
            .unwrap_or(&Value::Null)
    }

    /// Returns what the person made of a field; `None` where it was left alone.
    pub fn entry(&self, column: usize) -> Option<Entry> {
        let field = self.fields.get(column)?;
        if self.mode == Mode::Many {
            return field.entry_if_set();
        }
        if self.mode == Mode::Create {
            let open = field.locked.is_none() && field.is_touched();
            return open.then(|| field.content());
        }
        field.entry(self.base_value(column))
    }

    /// Returns what the person made of every field.
    pub fn entries(&self) -> Vec<Option<Entry>> {
        (0..self.fields.len())
            .map(|column| self.entry(column))
            .collect()
    }

    /// Returns the changed fields only.
    pub fn changes(&self) -> Vec<FieldChange> {
        changes(&self.entries())
    }

    /// Whether anything was typed that is not saved.
    pub fn is_changed(&self) -> bool {
        (0..self.fields.len()).any(|column| self.entry(column).is_some())
    }

    /// Returns how many fields were changed.
    pub fn changed_count(&self) -> usize {
        (0..self.fields.len())
            .filter(|column| self.entry(*column).is_some())
            .count()
    }

    /// Returns the key as it is shown: `BFM-001`, or `new`.
    pub fn label(&self) -> String {
        match &self.key {
            // An empty key would not be seen.
            Some(key) if key.to_string().is_empty() => crate::domain::value::EMPTY.into(),
            Some(key) => text::line(&key.to_string()).into_owned(),
            None if self.mode == Mode::Many => super::words::count(self.rows.keys.len(), "row"),
            None => "new".into(),
        }
    }

    /// Returns what the record is called within a sentence.
    pub fn named(&self) -> String {
        match (&self.key, self.mode) {
            (None, Mode::Create) => "the new record".into(),
            _ => self.label(),
        }
    }

    /// Returns the table's name as it is shown.
    pub fn table_label(&self) -> String {
        let name = self.shape.as_ref().map(|shape| shape.name.to_string());
        text::line(&name.unwrap_or_default()).into_owned()
    }

    /// Shows a record in place of what was there; nothing typed may be in the fields.
    pub fn show(&mut self, record: Record) {
        let Some(shape) = self.shape.clone() else {
            return;
        };
        self.fields = shape
            .columns
            .iter()
            .enumerate()
            .map(|(at, column)| {
                let value = record.values.get(at).unwrap_or(&Value::Null);
                Field::new(column, value, self.mode)
            })
            .collect();
        self.key = record.key.clone().or(self.key.take());
        self.lost = None;
        self.base = Loadable::Ready(record);
        self.focus = self.focus.min(self.fields.len().saturating_sub(1));
    }

    /// Takes over a record as the new base, and keeps what was typed.
    pub fn rebase(&mut self, record: Record) {
        let Some(shape) = self.shape.clone() else {
            return;
        };
        for (at, (field, column)) in self.fields.iter_mut().zip(&shape.columns).enumerate() {
            let value = record.values.get(at).unwrap_or(&Value::Null);
            field.rebase(&column.kind, value);
        }
        self.key = record.key.clone().or(self.key.take());
        self.base = Loadable::Ready(record);
    }

    /// Takes over what the server stored: fields that are as they were sent begin anew, and what
    /// was typed since stays an edit.
    pub fn settle(&mut self, record: Record, snapshot: &[Option<Entry>]) {
        let Some(shape) = self.shape.clone() else {
            return;
        };
        let now = self.entries();
        if self.mode == Mode::Create {
            self.mode = Mode::Edit;
        }
        for (at, (field, column)) in self.fields.iter_mut().zip(&shape.columns).enumerate() {
            let value = record.values.get(at).unwrap_or(&Value::Null);
            if now.get(at) == snapshot.get(at) {
                field.settle(column, value, self.mode);
            } else {
                field.rebase(&column.kind, value);
            }
        }
        self.key = record.key.clone().or(self.key.take());
        self.lost = None;
        self.base = Loadable::Ready(record);
    }

    /// Puts every field back to what was read.
    pub fn forget_edits(&mut self) {
        if let Some(base) = self.base.ready().cloned() {
            self.show(base);
        }
        self.conflict = None;
        self.unsettled = None;
        self.since = None;
    }

    /// Forgets every error.
    pub fn clear_errors(&mut self) {
        self.problem = None;
        self.refusal = None;
        for field in &mut self.fields {
            field.error = None;
        }
    }
}

/// Returns the fields that have an entry.
pub fn changes(entries: &[Option<Entry>]) -> Vec<FieldChange> {
    let all = entries.iter().enumerate();
    all.filter_map(|(column, entry)| {
        let entry = entry.clone()?;
        Some(FieldChange { column, entry })
    })
    .collect()
}
