//! Receipts of automatic merges, as plain data.

use crate::domain::receipt::{Receipt, ReceiptId};
use crate::domain::record::RecordKey;
use crate::domain::table::TableId;

/// Asks for receipts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReceiptsRequest {
    /// One's own and those of a table, or those of one record, the newest first.
    ListReceipts {
        /// The table that is open.
        table: Option<TableId>,
        /// The record that is open in it.
        key: Option<RecordKey>,
        /// Only those before this one.
        before: Option<ReceiptId>,
    },
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum ReceiptsReply {
    /// A page of them.
    ReceiptsListed {
        /// The receipts.
        receipts: Vec<Receipt>,
        /// Whether there are earlier ones.
        more: bool,
    },
}
