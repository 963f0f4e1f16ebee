//! Actions on many rows at once: marking them, and what is done with the marked ones; no state.

use super::{Action, ActionRow, Scope};

/// Actions on many rows at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum BulkAction {
    /// Marks the row, or takes its mark away.
    MarkRow,
    /// Marks all rows that the filter finds.
    MarkAll,
    /// Takes all marks away.
    UnmarkAll,
    /// Sets fields of the marked rows.
    ChangeMarked,
    /// Carries out what the dry run shows.
    Apply,
    /// Back to the fields that were set.
    EditFields,
    /// Tries the rows again that were not done.
    Retry,
    /// Takes everything back that was saved.
    TakeBack,
    /// Shows the row under the cursor whole.
    ShowRow,
    /// Opens the record of the row.
    OpenRow,
    /// Goes on after it was left off.
    Continue,
}

/// The rows of the table.
pub const ROWS: &[ActionRow] = &[
    ActionRow {
        action: Action::Bulk(BulkAction::MarkRow),
        name: "mark-row",
        help: "Marks the row, or takes its mark away, and goes to the next",
        hint: "mark",
        scopes: &[Scope::Grid],
        keys: &["m", "space"],
    },
    ActionRow {
        action: Action::Bulk(BulkAction::MarkAll),
        name: "mark-all",
        help: "Marks all rows that the filter finds, also those that are not shown",
        hint: "mark all",
        scopes: &[Scope::Grid],
        keys: &["M"],
    },
    ActionRow {
        action: Action::Bulk(BulkAction::UnmarkAll),
        name: "unmark-all",
        help: "Takes all marks away",
        hint: "unmark",
        scopes: &[Scope::Grid],
        keys: &["X"],
    },
    ActionRow {
        action: Action::Bulk(BulkAction::ChangeMarked),
        name: "change-marked",
        help: "Sets fields of the marked rows; what would change is shown before anything is written",
        hint: "change marked",
        scopes: &[Scope::Grid],
        keys: &["E"],
    },
    ActionRow {
        action: Action::Bulk(BulkAction::Apply),
        name: "apply-to-rows",
        help: "Carries out what is shown, row by row; for many rows their number is asked first",
        hint: "apply",
        scopes: &[Scope::Bulk],
        keys: &["a"],
    },
    ActionRow {
        action: Action::Bulk(BulkAction::EditFields),
        name: "edit-fields",
        help: "Goes back to the fields that were set",
        hint: "edit fields",
        scopes: &[Scope::Bulk],
        keys: &["e"],
    },
    ActionRow {
        action: Action::Bulk(BulkAction::Retry),
        name: "retry-rows",
        help: "Reads the rows again that were skipped, refused or not done, and shows what would change now",
        hint: "try again",
        scopes: &[Scope::Bulk],
        keys: &["r"],
    },
    ActionRow {
        action: Action::Bulk(BulkAction::TakeBack),
        name: "take-rows-back",
        help: "Takes all saved rows back to what they were, but for those touched since; deleted ones come back",
        hint: "take all back",
        scopes: &[Scope::Bulk],
        keys: &["u"],
    },
    ActionRow {
        action: Action::Bulk(BulkAction::Continue),
        name: "continue-rows",
        help: "Goes on with the rows that are not done",
        hint: "go on",
        scopes: &[Scope::Bulk],
        keys: &["c"],
    },
    ActionRow {
        action: Action::Bulk(BulkAction::ShowRow),
        name: "show-row",
        help: "Shows the row whole: why it stands as it does, and every value; again: the list",
        hint: "whole",
        scopes: &[Scope::Bulk],
        keys: &["enter"],
    },
    ActionRow {
        action: Action::Bulk(BulkAction::OpenRow),
        name: "open-row",
        help: "Opens the record of the row, to read",
        hint: "open record",
        scopes: &[Scope::Bulk],
        keys: &["o"],
    },
];
