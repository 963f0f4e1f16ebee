//! Actions on how the columns of a grid are arranged; no state.

use super::{Action, ActionRow, Scope};

/// Actions on how the columns of a grid are arranged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ArrangeAction {
    /// Lists all columns.
    ChooseColumns,
    /// Makes a column narrower.
    Narrower,
    /// Makes a column wider.
    Wider,
    /// Has the columns up to this one stay, or none.
    Freeze,
    /// Puts the grid's cursor on the column.
    GoToColumn,
    /// Shows or hides the column.
    Toggle,
    /// Moves the column towards the left.
    MoveUp,
    /// Moves the column towards the right.
    MoveDown,
    /// Shows all listed columns.
    ShowAll,
    /// Hides all listed columns.
    HideAll,
    /// Shows the columns as the table has them.
    Usual,
}

/// The rows of the table.
pub const ROWS: &[ActionRow] = &[
    ActionRow {
        action: Action::Arrange(ArrangeAction::ChooseColumns),
        name: "choose-columns",
        help: "Lists all columns: to find one, show or hide, move, widen and freeze them",
        hint: "columns",
        scopes: &[Scope::Grid],
        keys: &["C"],
    },
    ActionRow {
        action: Action::Arrange(ArrangeAction::Narrower),
        name: "narrower",
        help: "Makes the column narrower",
        hint: "narrower",
        scopes: &[Scope::Grid, Scope::Columns],
        keys: &["<"],
    },
    ActionRow {
        action: Action::Arrange(ArrangeAction::Wider),
        name: "wider",
        help: "Makes the column wider",
        hint: "wider",
        scopes: &[Scope::Grid, Scope::Columns],
        keys: &[">"],
    },
    ActionRow {
        action: Action::Arrange(ArrangeAction::Freeze),
        name: "freeze-columns",
        help: "Has the columns up to this one stay while others scroll; again: none stays",
        hint: "freeze",
        scopes: &[Scope::Grid, Scope::Columns],
        keys: &["z"],
    },
    ActionRow {
        action: Action::Arrange(ArrangeAction::GoToColumn),
        name: "go-to-column",
        help: "Goes to the column in the grid; a hidden one is shown",
        hint: "go",
        scopes: &[Scope::Columns],
        keys: &["enter"],
    },
    ActionRow {
        action: Action::Arrange(ArrangeAction::Toggle),
        name: "toggle-column",
        help: "Shows or hides the column; what is hidden is kept, and forms show it",
        hint: "hide",
        scopes: &[Scope::Columns],
        keys: &["space"],
    },
    ActionRow {
        action: Action::Arrange(ArrangeAction::MoveUp),
        name: "move-column-up",
        help: "Moves the column up in the list, to the left in the grid",
        hint: "up",
        scopes: &[Scope::Columns],
        keys: &["K"],
    },
    ActionRow {
        action: Action::Arrange(ArrangeAction::MoveDown),
        name: "move-column-down",
        help: "Moves the column down in the list, to the right in the grid",
        hint: "down",
        scopes: &[Scope::Columns],
        keys: &["J"],
    },
    ActionRow {
        action: Action::Arrange(ArrangeAction::ShowAll),
        name: "show-columns",
        help: "Shows all columns that are listed here",
        hint: "show all",
        scopes: &[Scope::Columns],
        keys: &["a"],
    },
    ActionRow {
        action: Action::Arrange(ArrangeAction::HideAll),
        name: "hide-columns",
        help: "Hides all columns that are listed here but the key's",
        hint: "hide all",
        scopes: &[Scope::Columns],
        keys: &["x"],
    },
    ActionRow {
        action: Action::Arrange(ArrangeAction::Usual),
        name: "usual-columns",
        help: "Shows the columns as the table has them: all, in its order, as wide as their values",
        hint: "usual",
        scopes: &[Scope::Columns],
        keys: &["0"],
    },
];
