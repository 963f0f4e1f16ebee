//! The open records: base, theirs, yours and choices of each; editor, conflict and drafts are views
//! of them. Saving is one function here; no drawing.

pub mod about;
mod answers;
pub mod blame;
pub mod calendar;
mod called;
pub mod check;
pub mod claim;
pub mod conflict;
pub mod copy;
pub mod couple;
pub mod dates;
pub mod decide;
mod decided;
pub mod delete;
mod doubt;
pub mod draft;
pub mod drafts;
pub mod edit;
pub mod external;
mod failed;
pub mod field;
pub mod finder;
pub mod follow;
pub mod forecast;
pub mod form;
pub mod gone;
pub mod keep;
pub mod leave;
mod made;
pub mod many;
pub mod merge_into;
pub mod merging;
pub mod missed;
pub mod missing;
pub mod names;
pub mod notes;
pub mod open;
pub mod outcome;
pub mod pick;
pub mod refused;
mod review;
pub mod save;
mod stop;
pub mod then;
mod unmet;
pub mod watch;
pub mod wish;
pub mod words;

#[cfg(test)]
pub mod tests;

pub use finder::AskedBy;
pub use form::{Form, Mode};

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::app::context::Context;
use crate::app::outbox::{Asker, Outbox};
use crate::app::place::{FormId, Go, Place};
use crate::db::contract::feed::FeedItem;
use crate::db::contract::lookup::Named;
use crate::domain::draft::DraftId;
use crate::domain::receipt::Receipt;
use crate::domain::record::RecordKey;
use crate::domain::session::{OpenRecord, PresenceMode};
use crate::domain::table::{Shape, TableId};

/// The open records.
#[derive(Debug, Default)]
pub struct Forms {
    /// By number.
    pub open: BTreeMap<FormId, Form>,
    /// What was merged without asking in this run, where nothing is installed to keep it.
    pub receipts: Vec<Receipt>,
    /// The place on the screen, set by the house: a conflict opens only over its own record.
    pub shown: Option<Place>,
    next: u32,
}

/// Where the person is, as seen from a form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum At {
    /// On the form itself.
    Form,
    /// On its conflict screen.
    Conflict,
    /// Anywhere else.
    Elsewhere,
}

/// What a form asked the database, apart from saving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// The table's columns, before the record can be read.
    Shape,
    /// The record, to be shown.
    Record,
    /// The claim, before it is edited.
    Claim,
    /// The record as it is now, to compare with what was read; never shown in its stead.
    Look(follow::Seen),
    /// The record as it is now, for a conflict that is opened again.
    Again,
    /// Who made the record what it is by now.
    Who,
    /// What hangs on the record, before deleting it is asked.
    Dependents,
    /// Who gave each field its value.
    Blame,
    /// The record that a new one is copied from.
    Copy,
    /// Records that a field can refer to.
    Find,
    /// What the records are called that the fields refer to.
    Name(Vec<Named>),
}

impl Forms {
    /// Opens a record, or finds it open already; asks for what is needed.
    pub fn open(
        &mut self,
        table: TableId,
        key: Option<RecordKey>,
        edit: bool,
        cx: &Context,
        out: &mut Outbox,
    ) -> FormId {
        let same = |form: &&mut Form| {
            let again = key.is_some() || (form.left && form.mode != Mode::Many);
            form.table == table && form.key == key && again
        };
        let known = self.open.values_mut().filter(same);
        if let Some(form) = known.min_by_key(|form| form.left) {
            form.asked_by = None;
            open::again(form, edit, cx, out);
            return form.id;
        }
        self.begin(table, key, edit, None, cx, out)
    }

    /// Opens one more form, on a draft where one is named.
    fn begin(
        &mut self,
        table: TableId,
        key: Option<RecordKey>,
        edit: bool,
        wanted: Option<DraftId>,
        cx: &Context,
        out: &mut Outbox,
    ) -> FormId {
        let make = |form: &mut Form| form.draft.wanted = wanted;
        self.begin_with(table, key, edit, make, cx, out)
    }

    /// Opens one more form, made ready by whoever opens it.
    fn begin_with(
        &mut self,
        table: TableId,
        key: Option<RecordKey>,
        edit: bool,
        make: impl FnOnce(&mut Form),
        cx: &Context,
        out: &mut Outbox,
    ) -> FormId {
        let id = self.next_id();
        let mut form = Form::new(id, table, key, edit);
        make(&mut form);
        form.draft.others = self.drafts_open().collect();
        out.speak_for(Asker::Form(id));
        open::begin(&mut form, cx, out);
        self.open.insert(id, form);
        id
    }

    /// Opens a record and does with it what is wished, once it is read.
    pub fn open_with(
        &mut self,
        table: TableId,
        key: Option<RecordKey>,
        wish: wish::Wish,
        cx: &Context,
        out: &mut Outbox,
    ) -> FormId {
        let edit = matches!(wish, wish::Wish::Put(_));
        let id = self.open(table, key, edit, cx, out);
        if let Some(form) = self.open.get_mut(&id) {
            form.wish = Some(wish);
            // What is typed already refuses it at once: it must not wait for a better moment.
            if form.asked.is_empty() || form.is_changed() {
                wish::grant(form, cx, out);
            }
        }
        id
    }

    fn next_id(&mut self) -> FormId {
        self.next += 1;
        FormId(self.next)
    }

    /// Where the person is, as seen from this form.
    pub fn at(&self, id: FormId) -> At {
        match self.shown {
            Some(Place::Record(shown)) if shown == id => At::Form,
            Some(Place::Conflict(shown)) if shown == id => At::Conflict,
            _ => At::Elsewhere,
        }
    }

    /// Tells what others may know: the open records and whether they have unsaved edits.
    pub fn activity(&self, _cx: &Context) -> Vec<OpenRecord> {
        let open = self.open.values().filter(|form| !form.left);
        let records = open.filter_map(|form| {
            let shape = form.shape.as_ref()?;
            form.base.ready()?;
            Some(OpenRecord {
                table: form.table,
                name: shape.name.clone(),
                key: form.key.clone()?,
                mode: match form.mode {
                    _ if form.lost.is_some() => PresenceMode::View,
                    Mode::Read => PresenceMode::View,
                    Mode::Edit | Mode::Create | Mode::Many => PresenceMode::Edit,
                },
                dirty: form.is_changed(),
            })
        });
        let mut told: Vec<OpenRecord> = Vec::new();
        for record in records {
            // Two drafts of one record may be open: it is told of once, with the most of both.
            let same =
                |other: &&mut OpenRecord| (other.table, &other.key) == (record.table, &record.key);
            match told.iter_mut().find(same) {
                Some(other) => {
                    other.dirty |= record.dirty;
                    if record.mode == PresenceMode::Edit {
                        other.mode = PresenceMode::Edit;
                    }
                }
                None => told.push(record),
            }
        }
        told
    }

    /// Whether anything was typed that is not saved.
    pub fn is_changed(&self) -> bool {
        self.open.values().any(Form::is_changed)
    }

    /// Whether some record is edited, shown or not: somebody may ask for it.
    pub fn is_edited(&self) -> bool {
        let edited = |form: &Form| form.mode == Mode::Edit && !form.left;
        self.open.values().any(edited)
    }

    /// A form whose save is under way.
    pub fn saving(&self) -> Option<FormId> {
        let saving = |form: &&Form| form.saving.is_some();
        self.open.values().find(saving).map(|form| form.id)
    }

    /// The table of a form.
    pub fn table(&self, id: FormId) -> Option<TableId> {
        self.open.get(&id).map(|form| form.table)
    }

    /// Others changed something: open forms are told, never reloaded under one's hands.
    pub fn followed(&mut self, items: &[FeedItem], cx: &Context, out: &mut Outbox) {
        for form in self.open.values_mut() {
            follow::followed(form, items, cx, out);
        }
    }

    /// The server answers again, or the same person signed in again: what was asked and not answered
    /// is asked again. A save goes under its own number, so that it is stored once at most.
    pub fn resume(&mut self, cx: &Context, out: &mut Outbox) {
        let shown = self.shown;
        for form in self.open.values_mut() {
            out.speak_for(Asker::Form(form.id));
            if form.base.ready().is_none() {
                if form.asked.is_empty() && shown == Some(Place::Record(form.id)) {
                    open::begin(form, cx, out);
                }
            } else if form.saving.is_none() {
                // What was asked about others may have been lost with the connection.
                if form.is_changed() && !form.left {
                    follow::look(form, follow::Seen::default(), out);
                }
                save::resume(form, out);
            }
        }
    }

    /// A table has other columns by now: forms of it take them over, with everything typed.
    pub fn altered(&mut self, shape: &Arc<Shape>, cx: &Context, out: &mut Outbox) {
        let shown = self.shown;
        for form in self.open.values_mut() {
            let known = form.shape.as_ref().filter(|_| form.table == shape.id);
            if known.is_some_and(|known| !known.has_columns_of(shape)) {
                out.speak_for(Asker::Form(form.id));
                open::reshape(form, shape.clone(), cx, out);
                if shown == Some(Place::Conflict(form.id)) {
                    out.go(Go::Back);
                }
            }
        }
    }

    /// A question was refused and the table has the columns that it had: forms learn what may be done
    /// now, and the one that is shown asks again where its record could not be had.
    pub fn learned_again(&mut self, shape: &Arc<Shape>, cx: &Context, out: &mut Outbox) {
        let shown = self.shown;
        for form in self.open.values_mut() {
            let known = form.shape.as_ref().filter(|_| form.table == shape.id);
            if known.is_some_and(|known| known.has_columns_of(shape)) {
                form.shape = Some(shape.clone());
            }
            let here = form.table == shape.id && shown == Some(Place::Record(form.id));
            if here && form.failed() && form.asked.is_empty() {
                out.speak_for(Asker::Form(form.id));
                open::begin(form, cx, out);
            }
        }
    }

    /// Deleting was confirmed.
    pub fn delete_confirmed(&mut self, id: FormId, cx: &Context, out: &mut Outbox) {
        if let Some(form) = self.open.get_mut(&id) {
            delete::confirmed(form, cx, out);
        }
    }

    /// Creating a record again was confirmed.
    pub fn recreate_confirmed(&mut self, id: FormId, out: &mut Outbox) {
        if let Some(form) = self.open.get_mut(&id) {
            gone::recreate(form, out);
        }
    }

    /// Throwing the edits away was confirmed.
    pub fn discard_confirmed(&mut self, id: FormId, cx: &Context, out: &mut Outbox) {
        let at = self.at(id);
        if let Some(form) = self.open.get_mut(&id) {
            leave::discard(form, at, cx, out);
        }
    }

    /// Forgets the forms that are closed: those that were left without edits.
    pub fn close_finished(&mut self) {
        self.open
            .retain(|_, form| !form.left || form.is_changed() || form.saving.is_some());
    }
}
