//! Moving about in lists of every kind; no state.

use super::{Action, ActionRow, Scope};

/// Moving about in lists of every kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ListAction {
    /// One line up.
    Up,
    /// One line down.
    Down,
    /// One column to the left.
    Left,
    /// One column to the right.
    Right,
    /// One page up.
    PageUp,
    /// One page down.
    PageDown,
    /// To the first line.
    First,
    /// To the last line.
    Last,
    /// One level back.
    Back,
    /// Opens the line to find or filter by.
    Find,
}

impl ListAction {
    /// How many lines it goes down, where that many are shown on a page; `None` where it does not go
    /// up or down.
    pub fn by(self, page: u16) -> Option<isize> {
        let page = isize::try_from(page).unwrap_or(1);
        match self {
            Self::Up => Some(-1),
            Self::Down => Some(1),
            Self::PageUp => Some(-page),
            Self::PageDown => Some(page),
            Self::First => Some(isize::MIN / 2),
            Self::Last => Some(isize::MAX / 2),
            Self::Left | Self::Right | Self::Back | Self::Find => None,
        }
    }
}

/// The rows of the table.
pub const ROWS: &[ActionRow] = &[
    ActionRow {
        action: Action::List(ListAction::Up),
        name: "up",
        help: "Moves one line up",
        hint: "line up",
        scopes: &[Scope::List, Scope::Conflict, Scope::Help],
        keys: &["up", "k"],
    },
    ActionRow {
        action: Action::List(ListAction::Down),
        name: "down",
        help: "Moves one line down",
        hint: "line down",
        scopes: &[Scope::List, Scope::Conflict, Scope::Help],
        keys: &["down", "j"],
    },
    ActionRow {
        action: Action::List(ListAction::Left),
        name: "left",
        help: "Moves one column to the left",
        hint: "left",
        scopes: &[Scope::List],
        keys: &["left", "h"],
    },
    ActionRow {
        action: Action::List(ListAction::Right),
        name: "right",
        help: "Moves one column to the right",
        hint: "right",
        scopes: &[Scope::List],
        keys: &["right", "l"],
    },
    ActionRow {
        action: Action::List(ListAction::PageUp),
        name: "page-up",
        help: "Moves one page up",
        hint: "page up",
        scopes: &[Scope::List, Scope::Conflict, Scope::Help],
        keys: &["pgup", "ctrl-u"],
    },
    ActionRow {
        action: Action::List(ListAction::PageDown),
        name: "page-down",
        help: "Moves one page down",
        hint: "page down",
        scopes: &[Scope::List, Scope::Conflict, Scope::Help],
        keys: &["pgdn", "ctrl-d", "space"],
    },
    ActionRow {
        action: Action::List(ListAction::First),
        name: "first",
        help: "Goes to the first line",
        hint: "first",
        scopes: &[Scope::List, Scope::Conflict, Scope::Help],
        keys: &["home", "g"],
    },
    ActionRow {
        action: Action::List(ListAction::Last),
        name: "last",
        help: "Goes to the last line",
        hint: "last",
        scopes: &[Scope::List, Scope::Conflict, Scope::Help],
        keys: &["end", "G"],
    },
    ActionRow {
        action: Action::List(ListAction::Back),
        name: "back",
        help: "Goes one level back",
        hint: "back",
        scopes: &[Scope::List, Scope::Help],
        keys: &["q", "esc"],
    },
    ActionRow {
        action: Action::List(ListAction::Find),
        name: "find",
        help: "Finds or filters by text",
        hint: "filter",
        scopes: &[
            Scope::Tables,
            Scope::Grid,
            Scope::Columns,
            Scope::Audit,
            Scope::Peek,
            Scope::Help,
        ],
        keys: &["/"],
    },
];
