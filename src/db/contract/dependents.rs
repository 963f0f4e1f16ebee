//! What hangs on records, as plain data.

use crate::domain::dependents::Dependents;
use crate::domain::record::RecordKey;
use crate::domain::table::TableId;

/// Asks what hangs on records.
#[derive(Clone, Debug)]
pub enum DependentsRequest {
    /// Which rows refer to these records of a table, and what deleting them would do to those.
    LoadDependents {
        /// The table.
        table: TableId,
        /// The records; at most some hundreds at once.
        keys: Vec<RecordKey>,
    },
}

/// What hangs on them.
#[derive(Clone, Debug)]
pub enum DependentsReply {
    /// As far as the person may see it, each kind counted up to a limit.
    DependentsLoaded(Dependents),
}
