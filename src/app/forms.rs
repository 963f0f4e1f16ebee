//! The open records: base, theirs, yours and choices of each; editor, conflict and drafts are views
//! of them. Saving is one function here; no drawing.

use std::collections::BTreeMap;

use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::app::place::FormId;
use crate::db::contract::feed::FeedItem;
use crate::db::contract::{Fault, QueryId, Reply};
use crate::domain::record::RecordKey;
use crate::domain::session::OpenRecord;
use crate::domain::table::TableId;

/// The open records.
#[derive(Debug, Default)]
pub struct Forms {
    /// By number.
    pub open: BTreeMap<FormId, Form>,
    next: u32,
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
}

impl Forms {
    /// Opens a record, or finds it open already; asks for what is needed.
    pub fn open(
        &mut self,
        table: TableId,
        key: Option<RecordKey>,
        _edit: bool,
        _cx: &Context,
        _out: &mut Outbox,
    ) -> FormId {
        self.next += 1;
        let id = FormId(self.next);
        self.open.insert(id, Form { id, table, key });
        id
    }

    /// Takes an answer to a form's question.
    pub fn reply(
        &mut self,
        _id: FormId,
        _query: QueryId,
        _reply: Result<Reply, Fault>,
        _cx: &Context,
        _out: &mut Outbox,
    ) {
    }

    /// Tells what others may know: the open records and whether they have unsaved edits.
    pub fn activity(&self, _cx: &Context) -> Vec<OpenRecord> {
        Vec::new()
    }

    /// Writes the drafts of every form that changed since its draft was written.
    pub fn write_drafts(&mut self, _cx: &Context, _out: &mut Outbox) {}

    /// Whether some form changed since its draft was written.
    pub fn unwritten(&self) -> bool {
        false
    }

    /// The table of a form.
    pub fn table(&self, id: FormId) -> Option<TableId> {
        self.open.get(&id).map(|form| form.table)
    }

    /// Others changed something: open forms are told, never reloaded under one's hands.
    pub fn followed(&mut self, _items: &[FeedItem], _cx: &Context, _out: &mut Outbox) {}

    /// Deleting was confirmed.
    pub fn delete_confirmed(&mut self, _id: FormId, _cx: &Context, _out: &mut Outbox) {}

    /// Throwing the edits away was confirmed.
    pub fn discard_confirmed(&mut self, _id: FormId, _cx: &Context, _out: &mut Outbox) {}
}
