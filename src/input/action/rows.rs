//! Actions that take something out of the grid: rows into a file; no state.

use super::{Action, ActionRow, Scope};

/// Actions that take something out of the grid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RowsAction {
    /// Asks which rows go to which file.
    WriteRows,
    /// Writes the columns as they are shown, or all.
    SwitchColumns,
}

/// The rows of the table.
pub const ROWS: &[ActionRow] = &[
    ActionRow {
        action: Action::Rows(RowsAction::WriteRows),
        name: "write-rows",
        help: "Writes rows to a file: CSV, TSV, JSON or an object per line",
        hint: "write to a file",
        scopes: &[Scope::Grid],
        keys: &["w"],
    },
    ActionRow {
        action: Action::Rows(RowsAction::SwitchColumns),
        name: "switch-columns",
        help: "Writes the columns as they are shown; again: all of them",
        hint: "columns",
        scopes: &[Scope::Write],
        keys: &["tab"],
    },
];
