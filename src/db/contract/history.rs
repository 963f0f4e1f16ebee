//! The past of records, as plain data; only what the person may read now.

use crate::domain::history::{AsOf, Blame, DeletedRecord, EntryId, HistoryEntry, Remains};
use crate::domain::record::{Record, RecordKey, Verb};
use crate::domain::run::{Own, RunId, RunPlace, RunRow};
use crate::domain::table::TableId;

/// Asks about the past; every question takes one round trip.
#[derive(Clone, Debug)]
pub enum HistoryRequest {
    /// A record's entries, the newest first, long values shortened.
    LoadHistory {
        /// The table.
        table: TableId,
        /// The record.
        key: RecordKey,
        /// Only the entries of this column.
        column: Option<String>,
        /// Only those before this one.
        before: Option<EntryId>,
    },
    /// One entry with every value whole.
    LoadEntry {
        /// The table.
        table: TableId,
        /// The record.
        key: RecordKey,
        /// The entry.
        entry: EntryId,
    },
    /// Who gave each field its value.
    LoadBlame {
        /// The table.
        table: TableId,
        /// The record.
        key: RecordKey,
    },
    /// A record as it was after an entry, and as it is now.
    LoadAsOf {
        /// The table.
        table: TableId,
        /// The record.
        key: RecordKey,
        /// The entry.
        entry: EntryId,
    },
    /// The person's own changes, the newest first.
    LoadMyChanges {
        /// Only those before this one.
        before: Option<EntryId>,
    },
    /// What a run of the person's own did, record by record in the order of its saves.
    LoadRun {
        /// The table.
        table: TableId,
        /// What was done.
        verb: Verb,
        /// The run.
        run: RunId,
        /// Only what comes after this.
        after: Option<RunPlace>,
    },
    /// The deleted records of a table that are still gone, the newest first.
    LoadBin {
        /// The table.
        table: TableId,
        /// Only those before this one.
        before: Option<EntryId>,
    },
    /// Deleted records and what went with each; some hundreds at most.
    LoadRemains {
        /// The table.
        table: TableId,
        /// The records, with their deletions.
        of: Vec<(RecordKey, EntryId)>,
    },
}

/// What is known of the past.
#[derive(Clone, Debug)]
pub enum HistoryReply {
    /// Entries, the newest first; `more` when there are earlier ones.
    HistoryLoaded {
        /// The entries.
        entries: Vec<HistoryEntry>,
        /// Whether there are earlier ones.
        more: bool,
    },
    /// One entry whole; `None` when there is none that may be read.
    EntryLoaded(Option<Box<HistoryEntry>>),
    /// Who gave each field its value.
    BlameLoaded(Vec<Blame>),
    /// A record as it was.
    AsOfLoaded {
        /// What is known of it; `None` when there is nothing that may be read.
        past: Option<AsOf>,
        /// The record now, when it is there.
        present: Option<Box<Record>>,
    },
    /// The person's own changes.
    MyChangesLoaded {
        /// The changes, those of many rows in one.
        changes: Vec<Own>,
        /// Whether there are earlier ones.
        more: bool,
    },
    /// What a run did.
    RunLoaded {
        /// The records that may be told of.
        rows: Vec<RunRow>,
        /// Where to read on; `None` when that is all.
        next: Option<RunPlace>,
    },
    /// Deleted records.
    BinLoaded {
        /// The records.
        records: Vec<DeletedRecord>,
        /// Whether there are earlier ones.
        more: bool,
    },
    /// Each deleted record first, then what went with it in the order of creating.
    RemainsLoaded(Vec<Remains>),
}
