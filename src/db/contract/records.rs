//! Pages, records and guarded saves, as plain data.

use crate::domain::jump::How;
use crate::domain::query::{Filter, Page, PageQuery};
use crate::domain::receipt::MergeNote;
use crate::domain::record::{FieldChange, Guard, LastChange, Record, RecordKey, RequestId};
use crate::domain::table::TableId;
use crate::domain::value::Value;

/// Asks for records or to change one.
#[derive(Clone, Debug)]
pub enum RecordsRequest {
    /// One page of rows.
    LoadPage(PageQuery),
    /// One page that begins at a share of the rows, wherever its question says.
    LoadShare {
        /// The question.
        query: PageQuery,
        /// The share, in millionths.
        share: u32,
    },
    /// One record with every value whole.
    LoadRecord {
        /// The table.
        table: TableId,
        /// The key.
        key: RecordKey,
    },
    /// Several records as they are now, to compare drafts with: one question for all.
    LookAtRecords(Vec<Look>),
    /// Whether records that are open are as they were last read: one question for all.
    WatchRecords(Vec<Watch>),
    /// The exact number of rows.
    CountRows {
        /// The table.
        table: TableId,
        /// The filter.
        filter: Filter,
    },
    /// Changes exactly one record, or none.
    SaveRecord(Save),
    /// Creates one record.
    CreateRecord {
        /// The number of this save.
        request: RequestId,
        /// The table.
        table: TableId,
        /// The columns to send; the others get their defaults.
        entries: Vec<FieldChange>,
    },
    /// Deletes exactly one record, or none.
    DeleteRecord {
        /// The number of this save.
        request: RequestId,
        /// The table.
        table: TableId,
        /// The key.
        key: RecordKey,
        /// What must still hold.
        guard: Guard,
        /// Every value that was read, for tables without a better guard.
        base: Vec<Value>,
    },
    /// Stops a save, a creation or a deletion that was asked for, and says what became of it:
    /// [`Fault::Cancelled`](super::Fault::Cancelled) when it was not stored and never will be.
    Settle(Box<RecordsRequest>),
    /// Asks who holds up the save of this number.
    FindHolder(RequestId),
}

/// One of several records to look at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The table.
    pub table: TableId,
    /// The key.
    pub key: RecordKey,
    /// The columns by name: the positions of a draft may be those of another day. And by number,
    /// where that is known to be of this table, so that a renamed one is found.
    pub columns: Vec<(String, Option<i16>)>,
}

/// One record that is watched, as it was last read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// The table.
    pub table: TableId,
    /// The key.
    pub key: RecordKey,
    /// What is compared.
    pub guard: Guard,
    /// Every value that was read, in shape order; empty where the guard tells.
    pub base: Vec<Value>,
}

/// What was seen of a watched record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Watched {
    /// It is as it was.
    Same,
    /// It is not as it was.
    Changed,
    /// There is none under that key, or none that may be seen.
    Gone,
    /// It could not be looked at.
    Unknown,
}

/// What was found of a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looked {
    /// It is there.
    There {
        /// Its guard now.
        guard: Guard,
        /// The values of those columns that exist and may be read, under the names asked for.
        values: Vec<(String, Value)>,
        /// Who changed it last, as far as the person may know.
        by: Option<LastChange>,
    },
    /// There is none under that key, or none that may be seen.
    Gone {
        /// Who deleted it, where that is known.
        by: Option<LastChange>,
    },
    /// It could not be looked at.
    Refused {
        /// Why, in one sentence, harmless.
        why: String,
    },
}

/// A guarded change of one record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Save {
    /// The number of this save; the same save asked again carries the same number.
    pub request: RequestId,
    /// The table.
    pub table: TableId,
    /// The key under which the record was read.
    pub key: RecordKey,
    /// What must still hold.
    pub guard: Guard,
    /// Every value that was read, in shape order, for tables without a better guard.
    pub base: Vec<Value>,
    /// The changed columns only.
    pub changes: Vec<FieldChange>,
    /// What was merged into it without asking.
    pub merges: Vec<MergeNote>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum RecordsReply {
    /// A page.
    PageLoaded(Page),
    /// A page from a share of the rows on.
    ShareLoaded(ShareLoaded),
    /// A record, or `None` when there is none under that key (or none that may be seen).
    RecordLoaded(Option<Box<Record>>),
    /// What was found of each record, in the order of the question.
    RecordsLookedAt(Vec<Looked>),
    /// What was seen of each watched record, in the order of the question.
    RecordsWatched(Vec<Watched>),
    /// The exact number of rows.
    RowsCounted(u64),
    /// A save, a creation or a deletion ended, one way or another.
    Finished(SaveOutcome),
    /// Who holds the save up, as far as known.
    HolderFound(Option<String>),
}

/// What came of looking for a share of the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ShareLoaded {
    /// A page, and how exactly it begins there.
    Page(Page, How),
    /// It cannot be found without reading the rows; why.
    Cannot(&'static str),
}

/// The truth about a save.
#[derive(Clone, Debug)]
pub enum SaveOutcome {
    /// Stored, and committed. The record as the server now holds it is the new base; `None`
    /// where the person may not read it.
    Saved(Option<Box<Record>>),
    /// Deleted, and committed.
    Deleted,
    /// Nothing was changed, because the record is not as it was read.
    Missed(Miss),
    /// The server refused the values; nothing was changed.
    Rejected(Rejection),
}

/// Why a change met no row: each cause has its own words and its own way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Miss {
    /// Somebody changed it: what it is now, and who did, as far as the person may know.
    Changed {
        /// The record now.
        theirs: Box<Record>,
        /// Who and when.
        by: Option<LastChange>,
    },
    /// Somebody changed its key: it is the same record, under the key it has now.
    Moved {
        /// The record now.
        theirs: Box<Record>,
        /// Who changed it last, and when.
        by: Option<LastChange>,
    },
    /// It was deleted, and there is another record under its key since.
    Replaced {
        /// The other record.
        theirs: Box<Record>,
        /// Who deleted the one that was read.
        deleted: Option<LastChange>,
        /// Who created the other one, where it was created under this key.
        by: Option<LastChange>,
    },
    /// It was deleted: the trail says so.
    Deleted {
        /// Who and when.
        by: Option<LastChange>,
    },
    /// There is none under its key, and nothing tells why: it was deleted, or its key was changed.
    Gone {
        /// Whether row security may hide it from this person instead.
        may_be_hidden: bool,
    },
    /// It was not deleted, and this person cannot see it now.
    Hidden,
    /// It is as it was read, but the person may not do this to it (any more).
    NotPermitted(Denied),
    /// Nothing stands in the way, and it was not done all the same: a trigger or rule dropped it.
    Swallowed(Swallowed),
}

/// Which right is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// The right to do this in the table, or to see the table at all.
    Table,
    /// Row security lets nobody, or not this person, do it to this record.
    Row,
}

/// What is known of a change that was dropped.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Swallowed {
    /// The triggers and rules that can have done it, by name, made harmless.
    pub by: Vec<String>,
    /// Whether row security can have done it as well.
    pub or_policy: bool,
    /// Whether everything was taken back, so that nothing is stored elsewhere either.
    pub undone: bool,
}

/// Why the server refused values.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejection {
    /// What kind of rule.
    pub kind: RejectionKind,
    /// The columns it concerns, as positions in the shape; may be empty.
    pub columns: Vec<usize>,
    /// A sentence for the person, made harmless.
    pub message: String,
    /// The server's detail, made harmless.
    pub detail: Option<String>,
    /// The server's hint, made harmless.
    pub hint: Option<String>,
    /// The name of the constraint.
    pub constraint: Option<String>,
    /// The record that has these values already, where the person may see it.
    pub other: Option<RecordKey>,
}

/// What kind of rule refused a save.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RejectionKind {
    /// The text is not a value of the column's type, or does not fit it.
    BadValue,
    /// NULL where none may be.
    Null,
    /// A check constraint or a domain.
    Check,
    /// Another record has these values already.
    Unique,
    /// A foreign key: nothing there to refer to, or others still refer to it.
    ForeignKey,
    /// An exclusion constraint.
    Exclusion,
    /// A trigger or function raised an error.
    Raised,
    /// The person lacks the right.
    NotPermitted,
}
