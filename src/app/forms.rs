//! The open records: base, theirs, yours and choices of each; editor, conflict and drafts are views
//! of them. Saving is one function here; no drawing.

pub mod blame;
pub mod check;
pub mod claim;
pub mod conflict;
pub mod couple;
pub mod decide;
pub mod delete;
pub mod draft;
pub mod drafts;
pub mod edit;
mod failed;
pub mod field;
pub mod follow;
pub mod forecast;
pub mod form;
pub mod gone;
pub mod leave;
pub mod missed;
pub mod open;
pub mod outcome;
pub mod pick;
pub mod save;
mod stop;
mod unmet;
pub mod wish;
pub mod words;

#[cfg(test)]
pub mod tests;

pub use form::{Form, Mode};

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::app::context::Context;
use crate::app::outbox::{Asker, Outbox};
use crate::app::place::{FormId, Go, Place};
use crate::db::contract::feed::FeedItem;
use crate::db::contract::{
    CatalogReply, ClaimsReply, DependentsReply, Fault, QueryId, RecordsReply, Reply,
};
use crate::domain::draft::DraftId;
use crate::domain::record::RecordKey;
use crate::domain::session::{OpenRecord, PresenceMode};
use crate::domain::table::{Shape, TableId};

/// The open records.
#[derive(Debug, Default)]
pub struct Forms {
    /// By number.
    pub open: BTreeMap<FormId, Form>,
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
    /// Who made the record what it is by now.
    Who,
    /// What hangs on the record, before deleting it is asked.
    Dependents,
    /// Who gave each field its value.
    Blame,
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
            form.table == table && form.key == key && (key.is_some() || form.left)
        };
        let known = self.open.values_mut().filter(same);
        if let Some(form) = known.min_by_key(|form| form.left) {
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
        self.next += 1;
        let id = FormId(self.next);
        let mut form = Form::new(id, table, key, edit);
        form.draft.wanted = wanted;
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

    /// Takes an answer to a form's question.
    pub fn reply(
        &mut self,
        id: FormId,
        query: QueryId,
        reply: Result<Reply, Fault>,
        cx: &Context,
        out: &mut Outbox,
    ) {
        let at = self.at(id);
        let Some(form) = self.open.get_mut(&id) else {
            return;
        };
        if form
            .saving
            .as_ref()
            .is_some_and(|saving| saving.query == query)
        {
            return match reply {
                Ok(Reply::Records(RecordsReply::Finished(outcome))) => {
                    outcome::take(form, outcome, at, cx, out);
                }
                Ok(_) => failed::failed(form, strange(), cx, out),
                Err(fault) => failed::failed(form, fault, cx, out),
            };
        }
        let Some(at) = form.asked.iter().position(|(asked, _)| *asked == query) else {
            return;
        };
        let (_, question) = form.asked.swap_remove(at);
        match (question, reply) {
            (Question::Shape, Ok(Reply::Catalog(CatalogReply::ShapeLoaded(shape)))) => {
                open::shaped(form, shape, cx, out);
            }
            (Question::Record, Ok(Reply::Records(RecordsReply::RecordLoaded(record)))) => {
                open::loaded(form, record, cx, out);
            }
            (Question::Look(seen), Ok(Reply::Records(RecordsReply::RecordLoaded(record)))) => {
                follow::looked(form, seen, record, cx, out);
            }
            (Question::Who, Ok(Reply::Records(RecordsReply::RecordsLookedAt(found)))) => {
                follow::named(form, found, cx);
            }
            (Question::Claim, Ok(Reply::Claims(ClaimsReply::Claimed(holder)))) => {
                claim::answered(form, holder, cx, out);
            }
            (Question::Look(_) | Question::Who, _) => {}
            (
                Question::Dependents,
                Ok(Reply::Dependents(DependentsReply::DependentsLoaded(known))),
            ) => delete::looked(form, Ok(known), cx, out),
            (Question::Dependents, Err(fault)) => delete::looked(form, Err(fault), cx, out),
            (Question::Blame, reply) => blame::take(form, reply, out),
            (_, Err(fault)) => open::failed(form, fault, out),
            (_, Ok(_)) => open::failed(form, strange(), out),
        }
        blame::follow(form, out);
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
                    Mode::Edit | Mode::Create => PresenceMode::Edit,
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

fn strange() -> Fault {
    Fault::Other {
        message: "the answer was not to this question".into(),
    }
}
