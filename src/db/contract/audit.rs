//! The trail across records, as plain data; only for those who may see the audit.

use crate::domain::audit::export::Form;
use crate::domain::audit::{AuditEntry, AuditFilter, AuditMark};

/// Asks about the trail across records; every question takes one round trip.
#[derive(Clone, Debug)]
pub enum AuditRequest {
    /// A page of what a filter finds.
    LoadAudit {
        /// The filter.
        filter: AuditFilter,
        /// From which place on, exclusive; `None` from the end in that direction.
        from: Option<AuditMark>,
        /// Whether backwards in time; the newest comes first either way.
        older: bool,
    },
    /// One entry with its values.
    LoadAuditEntry(AuditMark),
    /// That what a filter finds is going to be written to a file.
    NoteExport {
        /// The filter.
        filter: AuditFilter,
        /// How the file is written.
        form: Form,
    },
    /// A large page backwards, with every value.
    LoadForExport {
        /// The filter.
        filter: AuditFilter,
        /// From which place on, exclusive.
        from: Option<AuditMark>,
    },
}

/// What is known.
#[derive(Clone, Debug)]
pub enum AuditReply {
    /// A page, the newest first.
    AuditLoaded {
        /// The entries.
        entries: Vec<AuditEntry>,
        /// Where looking stopped, if there is more beyond. A page that is short and says a place has
        /// looked at as much as one call may.
        stop: Option<AuditMark>,
    },
    /// One entry; `None` when it is there no more.
    AuditEntryLoaded(Option<Box<AuditEntry>>),
    /// The trail notes the file.
    ExportNoted,
}
