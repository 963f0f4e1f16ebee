//! Views that people keep of a table, as they are listed: their own, and those that all may use; pure.

use jiff::Timestamp;

use super::memory::SavedView;

/// The number of a view in the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ViewId(pub i64);

/// A view in the database, as it was when it was listed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeptAt {
    /// Its number.
    pub id: ViewId,
    /// How often it was changed: what is based on another state changes nothing.
    pub version: i64,
    /// When it was changed last.
    pub at: Timestamp,
}

/// A view as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListedView {
    /// What it shows.
    pub view: SavedView,
    /// Where it is kept; nothing for one that this machine keeps.
    pub kept: Option<KeptAt>,
    /// Whether all who may view the table may use it.
    pub shared: bool,
    /// Whether the person made it.
    pub mine: bool,
    /// Who made it.
    pub made_by: String,
    /// Who changed it last.
    pub changed_by: String,
    /// Whether the person may change and delete it.
    pub may_change: bool,
}

impl ListedView {
    /// One that this machine keeps.
    pub fn own(view: SavedView) -> Self {
        Self {
            view,
            kept: None,
            shared: false,
            mine: true,
            made_by: String::new(),
            changed_by: String::new(),
            may_change: true,
        }
    }
}

/// What came of keeping, changing or deleting a view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ViewOutcome {
    /// It was done.
    Done,
    /// Another view has the name.
    Taken,
    /// Somebody changed it since it was listed; nothing was done.
    Changed {
        /// Who.
        by: String,
        /// When.
        at: Timestamp,
    },
    /// It is not there any more.
    Gone,
}
