//! Views that people keep of tables, as plain data.

use crate::domain::memory::SavedView;
use crate::domain::table::TableId;
use crate::domain::view::{KeptAt, ListedView, ViewOutcome};

/// Asks for views, or keeps them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewsRequest {
    /// One's own of a table, and those that are shared.
    ListViews {
        /// The table.
        table: TableId,
    },
    /// Keeps a view, or changes one as it was listed.
    SaveView {
        /// The table.
        table: TableId,
        /// The one to change; none keeps another.
        kept: Option<KeptAt>,
        /// Whether all who may view the table may use it.
        shared: bool,
        /// What it shows.
        view: Box<SavedView>,
    },
    /// Deletes a view as it was listed.
    DropView {
        /// The table.
        table: TableId,
        /// The one.
        kept: KeptAt,
    },
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum ViewsReply {
    /// The views.
    ViewsListed(Vec<ListedView>),
    /// What came of keeping, changing or deleting one.
    ViewKept(ViewOutcome),
}
