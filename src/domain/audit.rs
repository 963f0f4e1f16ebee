//! The audit: entries of the trail across records and at the door, and filters over them; plain data,
//! no SQL and no clock.

pub mod export;
pub mod filter;
pub mod words;

use jiff::Timestamp;

use super::history::{Author, EntryId, FieldPast, HistoryEntry};
use super::record::{RecordKey, Verb};
use super::table::TableId;

pub use filter::{AuditFilter, Deed, Moment, Part};

/// Where an entry stands: by time, and by number among those of one moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct AuditMark {
    /// When it was written.
    pub at: Timestamp,
    /// Its number.
    pub id: EntryId,
}

/// One entry of the audit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuditEntry {
    /// Where it stands.
    pub mark: AuditMark,
    /// What was done, as the trail calls it, harmless.
    pub verb: String,
    /// The table, where one is concerned.
    pub table: Option<TableId>,
    /// Its name then, harmless.
    pub table_name: Option<String>,
    /// The record, where it may be shown.
    pub key: Option<RecordKey>,
    /// What the record was called afterwards, where that changed.
    pub new_key: Option<RecordKey>,
    /// The record's version afterwards.
    pub version: Option<i64>,
    /// The columns that changed, of those that may be viewed.
    pub columns: Vec<String>,
    /// The values, where they were asked for.
    pub fields: Vec<FieldPast>,
    /// How many columns are left out because they may not be viewed.
    pub withheld: u32,
    /// Whether the record itself may not be viewed: then only what was done is told.
    pub hidden: bool,
    /// What is said of it, harmless.
    pub note: Option<String>,
    /// Who.
    pub author: Author,
    /// In which session.
    pub session: Option<i64>,
    /// Which save, as the client said.
    pub request: Option<String>,
    /// The transaction's number.
    pub transaction: String,
}

impl AuditEntry {
    /// What was done to a record; `None` at the door.
    pub fn record_verb(&self) -> Option<Verb> {
        Some(match self.verb.as_str() {
            "insert" => Verb::Insert,
            "update" => Verb::Update,
            "delete" => Verb::Delete,
            "truncate" => Verb::Truncate,
            _ => return None,
        })
    }

    /// The record's key after it.
    pub fn key_after(&self) -> Option<&RecordKey> {
        self.new_key.as_ref().or(self.key.as_ref())
    }

    /// The name by which a filter finds whoever did it.
    pub fn person(&self) -> Option<&str> {
        match (&self.author.username, self.author.db_user.as_str()) {
            (Some(name), _) => Some(name),
            (None, "") => None,
            (None, login) => Some(login),
        }
    }

    /// The same as an entry of one record's history.
    pub fn as_history(&self) -> HistoryEntry {
        HistoryEntry {
            id: self.mark.id,
            at: self.mark.at,
            verb: self.record_verb().unwrap_or(Verb::Update),
            version: self.version,
            key: self.key.clone().unwrap_or(RecordKey(Vec::new())),
            new_key: self.new_key.clone(),
            author: self.author.clone(),
            fields: self.fields.clone(),
            withheld: self.withheld,
        }
    }
}
