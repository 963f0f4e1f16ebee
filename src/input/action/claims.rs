//! Actions on who edits what: asking for a record, answering, releasing; no state.

use super::{Action, ActionRow, Scope};

/// Actions on who edits what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ClaimsAction {
    /// Asks for the record, answers who asks for it, or takes it over; in lists.
    Ask,
    /// The same where text is typed.
    AskInForm,
    /// Releases the record, whoever edits it.
    Release,
    /// Answers: saves, then lets the record go.
    SaveAndYield,
    /// Answers: done; edits stay a draft.
    Yield,
    /// Answers: five minutes more.
    FiveMinutes,
    /// Answers: take it.
    Give,
    /// Answers nothing yet.
    NotNow,
}

/// The rows of the table.
pub const ROWS: &[ActionRow] = &[
    ActionRow {
        action: Action::Claims(ClaimsAction::Ask),
        name: "ask-to-yield",
        help: "Asks whoever edits the record to let it go, or takes it over when nobody answered; answers somebody who asks you",
        hint: "ask for it",
        scopes: &[Scope::Grid, Scope::Record],
        keys: &["a"],
    },
    ActionRow {
        action: Action::Claims(ClaimsAction::AskInForm),
        name: "ask-to-yield-here",
        help: "The same in a form: asks whoever else edits the record, or answers somebody who asks you",
        hint: "ask, answer",
        scopes: &[Scope::Form, Scope::Conflict],
        keys: &["f5"],
    },
    ActionRow {
        action: Action::Claims(ClaimsAction::Release),
        name: "release-claim",
        help: "Releases the record, whoever edits it, after asking; for those who may end sessions",
        hint: "release",
        scopes: &[Scope::Grid, Scope::Record],
        keys: &["A"],
    },
    ActionRow {
        action: Action::Claims(ClaimsAction::SaveAndYield),
        name: "save-and-yield",
        help: "Saves, then lets the record go",
        hint: "save, let go",
        scopes: &[Scope::Answer],
        keys: &["s"],
    },
    ActionRow {
        action: Action::Claims(ClaimsAction::Yield),
        name: "yield-record",
        help: "Done with it: leaves the form, edits are kept as a draft",
        hint: "done, keep draft",
        scopes: &[Scope::Answer],
        keys: &["d"],
    },
    ActionRow {
        action: Action::Claims(ClaimsAction::FiveMinutes),
        name: "five-minutes",
        help: "Needs five minutes more",
        hint: "five minutes",
        scopes: &[Scope::Answer],
        keys: &["5"],
    },
    ActionRow {
        action: Action::Claims(ClaimsAction::Give),
        name: "give-record",
        help: "Lets whoever asks take it: the form becomes a draft at once",
        hint: "take it",
        scopes: &[Scope::Answer],
        keys: &["t"],
    },
    ActionRow {
        action: Action::Claims(ClaimsAction::NotNow),
        name: "answer-later",
        help: "Goes back without an answer",
        hint: "not yet",
        scopes: &[Scope::Answer],
        keys: &["esc", "q"],
    },
];
