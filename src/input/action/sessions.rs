//! Actions in the sessions pane; no state.

use super::{Action, ActionRow, Scope};

/// Actions in the sessions pane.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SessionsAction {
    /// Ends a session.
    EndSession,
    /// Releases all that a session edits.
    ReleaseClaims,
    /// Reads the sessions again.
    Refresh,
}

/// The rows of the table.
pub const ROWS: &[ActionRow] = &[
    ActionRow {
        action: Action::Sessions(SessionsAction::EndSession),
        name: "end-session",
        help: "Ends the session, after asking for a reason",
        hint: "end session",
        scopes: &[Scope::Sessions],
        keys: &["x"],
    },
    ActionRow {
        action: Action::Sessions(SessionsAction::ReleaseClaims),
        name: "release-session",
        help: "Releases all that the session edits, after asking; the forms become drafts there",
        hint: "release",
        scopes: &[Scope::Sessions],
        keys: &["A"],
    },
    ActionRow {
        action: Action::Sessions(SessionsAction::Refresh),
        name: "refresh-sessions",
        help: "Reads the sessions again",
        hint: "reload",
        scopes: &[Scope::Sessions],
        keys: &["r", "f5"],
    },
];
