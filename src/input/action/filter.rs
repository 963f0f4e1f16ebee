//! Actions on the filter of a grid, its parts, and the views that are kept of it; no state.

use super::{Action, ActionRow, Scope};

/// Actions on the filter of a grid, its parts, and the views that are kept of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum FilterAction {
    /// Asks for a condition on the column under the cursor.
    Column,
    /// Shows the rows with the value under the cursor.
    Value,
    /// Lists the parts of the filter.
    Parts,
    /// Shows the rows that meet the condition.
    Apply,
    /// The same, as one more that must hold.
    AndAlso,
    /// The same, as another that is enough.
    OrAlso,
    /// Lists the records that the column can refer to.
    PickRecord,
    /// Goes to the other end of a range.
    OtherEnd,
    /// Marks a value as one of several, or takes the mark away.
    MarkValue,
    /// Changes a part.
    ChangePart,
    /// Switches a part off, or on again.
    SwitchPart,
    /// Joins a part to the one above by or, or by and again.
    JoinPart,
    /// Removes a part.
    RemovePart,
    /// Lists the views of the table.
    Views,
    /// Shows the rows as a view says.
    UseView,
    /// Keeps what is shown under a name.
    SaveView,
    /// The same, for all who may view the table.
    ShareView,
    /// Puts what is shown in the stead of a view.
    ReplaceView,
    /// Has the table opened with a view.
    BeginWithView,
    /// Deletes a view, after asking.
    DeleteView,
}

/// The rows of the table.
pub const ROWS: &[ActionRow] = &[
    ActionRow {
        action: Action::Filter(FilterAction::Column),
        name: "filter-column",
        help: "Filters by the column under the cursor",
        hint: "by column",
        scopes: &[Scope::Grid],
        keys: &["f"],
    },
    ActionRow {
        action: Action::Filter(FilterAction::Value),
        name: "filter-value",
        help: "Shows the rows with the value under the cursor",
        hint: "this value",
        scopes: &[Scope::Grid],
        keys: &["="],
    },
    ActionRow {
        action: Action::Filter(FilterAction::Parts),
        name: "filter-parts",
        help: "Lists the parts of the filter: each can be changed, switched off, removed",
        hint: "parts",
        scopes: &[Scope::Grid],
        keys: &["F"],
    },
    ActionRow {
        action: Action::Filter(FilterAction::Apply),
        name: "apply-condition",
        help: "Shows the rows that meet the condition",
        hint: "show",
        scopes: &[Scope::Condition, Scope::ConditionValues],
        keys: &["enter"],
    },
    ActionRow {
        action: Action::Filter(FilterAction::OrAlso),
        name: "or-also",
        help: "Shows them too, beside what the column is asked for already",
        hint: "or also",
        scopes: &[Scope::Condition, Scope::ConditionValues],
        keys: &["ctrl-o"],
    },
    ActionRow {
        action: Action::Filter(FilterAction::AndAlso),
        name: "and-also",
        help: "Shows those that meet this and what the column is asked for already",
        hint: "and also",
        scopes: &[Scope::Condition, Scope::ConditionValues],
        keys: &["ctrl-n"],
    },
    ActionRow {
        action: Action::Filter(FilterAction::PickRecord),
        name: "pick-record",
        help: "Finds the record that the column refers to by its key or name",
        hint: "find",
        scopes: &[Scope::Condition, Scope::ConditionValues],
        keys: &["f4"],
    },
    ActionRow {
        action: Action::Filter(FilterAction::OtherEnd),
        name: "other-end",
        help: "Goes to the other end of the range",
        hint: "other end",
        scopes: &[Scope::Condition],
        keys: &["tab", "shift-tab"],
    },
    ActionRow {
        action: Action::Filter(FilterAction::MarkValue),
        name: "mark-value",
        help: "Marks the value as one of several, or takes the mark away",
        hint: "mark",
        scopes: &[Scope::ConditionValues],
        keys: &["space"],
    },
    ActionRow {
        action: Action::Filter(FilterAction::ChangePart),
        name: "change-condition",
        help: "Changes the part",
        hint: "change",
        scopes: &[Scope::Parts],
        keys: &["enter"],
    },
    ActionRow {
        action: Action::Filter(FilterAction::SwitchPart),
        name: "switch-condition",
        help: "Switches the part off, or on again",
        hint: "off/on",
        scopes: &[Scope::Parts],
        keys: &["space"],
    },
    ActionRow {
        action: Action::Filter(FilterAction::JoinPart),
        name: "join-condition",
        help: "Joins the part to the one above by or; again: by and",
        hint: "or/and",
        scopes: &[Scope::Parts],
        keys: &["o"],
    },
    ActionRow {
        action: Action::Filter(FilterAction::RemovePart),
        name: "remove-condition",
        help: "Removes the part",
        hint: "remove",
        scopes: &[Scope::Parts],
        keys: &["d"],
    },
    ActionRow {
        action: Action::Filter(FilterAction::Views),
        name: "views",
        help: "Lists the views of the table: shown, kept, shared, begun with",
        hint: "views",
        scopes: &[Scope::Grid],
        keys: &["V"],
    },
    ActionRow {
        action: Action::Filter(FilterAction::UseView),
        name: "use-view",
        help: "Shows the rows as the view says",
        hint: "show",
        scopes: &[Scope::Views],
        keys: &["enter"],
    },
    ActionRow {
        action: Action::Filter(FilterAction::SaveView),
        name: "save-view",
        help: "Keeps what is shown under a name, for yourself",
        hint: "keep",
        scopes: &[Scope::Views],
        keys: &["n"],
    },
    ActionRow {
        action: Action::Filter(FilterAction::ShareView),
        name: "share-view",
        help: "Keeps what is shown under a name, for all who may view the table",
        hint: "for all",
        scopes: &[Scope::Views],
        keys: &["N"],
    },
    ActionRow {
        action: Action::Filter(FilterAction::ReplaceView),
        name: "replace-view",
        help: "Puts what is shown in the stead of the view",
        hint: "replace",
        scopes: &[Scope::Views],
        keys: &["u"],
    },
    ActionRow {
        action: Action::Filter(FilterAction::BeginWithView),
        name: "begin-with-view",
        help: "Has the table opened with the view; again: with all rows",
        hint: "open with it",
        scopes: &[Scope::Views],
        keys: &["b"],
    },
    ActionRow {
        action: Action::Filter(FilterAction::DeleteView),
        name: "delete-view",
        help: "Deletes the view, after asking",
        hint: "delete",
        scopes: &[Scope::Views],
        keys: &["D"],
    },
];
