//! Actions that can be asked for everywhere; no state.

use super::{Action, ActionRow, Scope};

/// Actions that can be asked for everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AppAction {
    /// Shows help.
    Help,
    /// Shows help, by a key of lists.
    HelpInList,
    /// Opens the palette.
    Palette,
    /// Opens the palette, by a key of lists.
    PaletteInList,
    /// Cancels what runs; never quits.
    Cancel,
    /// Leaves the program.
    Quit,
    /// Signs out.
    SignOut,
    /// Opens or closes the sessions pane.
    ToggleSessions,
    /// Moves the focus between panes.
    NextPane,
    /// Goes to the list of tables.
    ShowTables,
    /// Lists the drafts.
    ShowDrafts,
    /// Lists what was merged without asking.
    ShowReceipts,
    /// Shows what happened across all records, and at the door.
    ShowAudit,
    /// Shows the message log.
    ShowMessages,
    /// Lists the tenants, to act in one or to look across all.
    ChooseTenant,
    /// Changes the own password.
    ChangePassword,
    /// Opens the connection screen.
    EditConnection,
    /// Stops the program until the shell lets it go on.
    Suspend,
    /// Draws the whole screen again.
    Redraw,
    /// Sends less to the terminal.
    ToggleThin,
    /// Uses the mouse, or no more.
    ToggleMouse,
    /// Tells what was sent to the terminal.
    ShowSent,
    /// Tells it, by a key of lists.
    ShowSentInList,
    /// Shows the message log, by a key of lists.
    ShowMessagesInList,
}

/// The rows of the table.
pub const ROWS: &[ActionRow] = &[
    ActionRow {
        action: Action::App(AppAction::Help),
        name: "help",
        help: "Shows the keys that work here",
        hint: "help",
        scopes: &[Scope::App],
        keys: &["f1"],
    },
    ActionRow {
        action: Action::App(AppAction::HelpInList),
        name: "help-in-list",
        help: "Shows the keys that work here",
        hint: "help",
        scopes: &[Scope::AppList],
        keys: &["?"],
    },
    ActionRow {
        action: Action::App(AppAction::Palette),
        name: "palette",
        help: "Opens the palette: commands, tables, records, people",
        hint: "commands",
        scopes: &[Scope::App],
        keys: &["ctrl-p"],
    },
    ActionRow {
        action: Action::App(AppAction::PaletteInList),
        name: "palette-in-list",
        help: "Opens the palette: commands, tables, records, people",
        hint: "commands",
        scopes: &[Scope::AppList],
        keys: &[":"],
    },
    ActionRow {
        action: Action::App(AppAction::Cancel),
        name: "cancel",
        help: "Cancels what runs, else closes the dialog, else says how to leave",
        hint: "cancel",
        scopes: &[Scope::App],
        keys: &["ctrl-c"],
    },
    ActionRow {
        action: Action::App(AppAction::Quit),
        name: "quit",
        help: "Keeps drafts, signs out and leaves",
        hint: "quit",
        scopes: &[Scope::App],
        keys: &["ctrl-q"],
    },
    ActionRow {
        action: Action::App(AppAction::SignOut),
        name: "sign-out",
        help: "Keeps drafts, signs out and shows the sign-in screen",
        hint: "sign out",
        scopes: &[Scope::App],
        keys: &[],
    },
    ActionRow {
        action: Action::App(AppAction::ToggleSessions),
        name: "toggle-sessions",
        help: "Opens or closes the sessions pane",
        hint: "sessions",
        scopes: &[Scope::App],
        keys: &["f9"],
    },
    ActionRow {
        action: Action::App(AppAction::NextPane),
        name: "next-pane",
        help: "Moves the focus to the next pane",
        hint: "pane",
        scopes: &[Scope::App],
        keys: &["f6"],
    },
    ActionRow {
        action: Action::App(AppAction::ShowTables),
        name: "show-tables",
        help: "Goes to the list of tables",
        hint: "tables",
        scopes: &[Scope::App],
        keys: &["f3"],
    },
    ActionRow {
        action: Action::App(AppAction::ShowReceipts),
        name: "show-receipts",
        help: "Lists what was merged without asking, yours and of what is open",
        hint: "receipts",
        scopes: &[Scope::App],
        keys: &[],
    },
    ActionRow {
        action: Action::App(AppAction::ShowAudit),
        name: "show-audit",
        help: "Shows the audit: what was done to all records and at the door, by whom",
        hint: "audit",
        scopes: &[Scope::App],
        keys: &["f12"],
    },
    ActionRow {
        action: Action::App(AppAction::ShowDrafts),
        name: "show-drafts",
        help: "Lists the drafts: edits not yet saved",
        hint: "drafts",
        scopes: &[Scope::App],
        keys: &["f7"],
    },
    ActionRow {
        action: Action::App(AppAction::ShowMessages),
        name: "show-messages",
        help: "Shows the messages of this session",
        hint: "messages",
        scopes: &[Scope::App],
        keys: &[],
    },
    ActionRow {
        action: Action::App(AppAction::ChooseTenant),
        name: "choose-tenant",
        help: "Lists the tenants, for who may see all: acts in one, or looks across all",
        hint: "choose tenant",
        scopes: &[Scope::AppList],
        keys: &["T"],
    },
    ActionRow {
        action: Action::App(AppAction::ChangePassword),
        name: "change-password",
        help: "Changes your password",
        hint: "password",
        scopes: &[Scope::App],
        keys: &[],
    },
    ActionRow {
        action: Action::App(AppAction::EditConnection),
        name: "edit-connection",
        help: "Opens the connection screen",
        hint: "connection",
        scopes: &[Scope::App],
        keys: &[],
    },
    ActionRow {
        action: Action::App(AppAction::Suspend),
        name: "suspend",
        help: "Stops the program until the shell lets it go on",
        hint: "suspend",
        scopes: &[Scope::App],
        keys: &[],
    },
    ActionRow {
        action: Action::App(AppAction::Redraw),
        name: "redraw",
        help: "Draws the whole screen again",
        hint: "redraw",
        scopes: &[Scope::App],
        keys: &["ctrl-l"],
    },
    ActionRow {
        action: Action::App(AppAction::ShowMessagesInList),
        name: "show-messages-in-list",
        help: "Shows the messages of this session",
        hint: "messages",
        scopes: &[Scope::AppList],
        keys: &["!"],
    },
    ActionRow {
        action: Action::App(AppAction::ToggleThin),
        name: "thin-mode",
        help: "Sends less to the terminal, for slow lines; again: as before",
        hint: "thin mode",
        scopes: &[Scope::App],
        keys: &[],
    },
    ActionRow {
        action: Action::App(AppAction::ToggleMouse),
        name: "mouse",
        help: "Uses the mouse: a click goes to a row, the wheel moves; again: no more",
        hint: "mouse",
        scopes: &[Scope::App],
        keys: &[],
    },
    ActionRow {
        action: Action::App(AppAction::ShowSent),
        name: "show-bytes",
        help: "Tells how much was sent to the terminal since the start",
        hint: "bytes",
        scopes: &[Scope::App],
        keys: &[],
    },
    ActionRow {
        action: Action::App(AppAction::ShowSentInList),
        name: "show-bytes-in-list",
        help: "Tells how much was sent to the terminal since the start",
        hint: "bytes",
        scopes: &[Scope::AppList],
        keys: &["#"],
    },
];
