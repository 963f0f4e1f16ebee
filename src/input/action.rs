//! The table of actions: everything a person can ask for, with name, help, scope and default keys.
//!
//! Keymap, help, hints, palette, configuration and the guide's tables of keys are made from
//! [`rows()`]; an action that is not in the table does not exist. No state and no terminal here.

pub mod accounts;
pub mod app;
pub mod arrange;
pub mod audit;
pub mod browser;
pub mod bulk;
pub mod calendar;
pub mod claims;
pub mod conflict;
pub mod dialog;
pub mod filter;
pub mod form;
pub mod history;
pub mod list;
pub mod rows;
pub mod sessions;
pub mod sign_in;

pub use accounts::AccountsAction;
pub use app::AppAction;
pub use arrange::ArrangeAction;
pub use audit::AuditAction;
pub use browser::BrowserAction;
pub use bulk::BulkAction;
pub use calendar::CalendarAction;
pub use claims::ClaimsAction;
pub use conflict::ConflictAction;
pub use dialog::DialogAction;
pub use filter::FilterAction;
pub use form::FormAction;
pub use history::HistoryAction;
pub use list::ListAction;
pub use rows::RowsAction;
pub use sessions::SessionsAction;
pub use sign_in::SignInAction;

#[cfg(test)]
mod tests;

/// Something a person can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Action {
    /// Everywhere.
    App(AppAction),
    /// In every list: moving about.
    List(ListAction),
    /// In the lists of tables, of rows and of drafts, and on a record that is read.
    Browser(BrowserAction),
    /// On the columns of a grid.
    Arrange(ArrangeAction),
    /// On the filter of a grid and what is kept of it.
    Filter(FilterAction),
    /// On many rows at once.
    Bulk(BulkAction),
    /// Out of the grid: into a file.
    Rows(RowsAction),
    /// In a form that is edited.
    Form(FormAction),
    /// On the conflict screen.
    Conflict(ConflictAction),
    /// In the sessions pane.
    Sessions(SessionsAction),
    /// On the accounts screen.
    Accounts(AccountsAction),
    /// On the sign-in and connection screens.
    SignIn(SignInAction),
    /// On who edits what.
    Claims(ClaimsAction),
    /// On the past of records.
    History(HistoryAction),
    /// In the audit.
    Audit(AuditAction),
    /// In a dialog.
    Dialog(DialogAction),
}

/// Where an action can be asked for. The innermost scope that knows a key decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Everywhere; in text only keys that are not text.
    App,
    /// Everywhere but where text is typed.
    AppList,
    /// Moving about in any list.
    List,
    /// The list of tables.
    Tables,
    /// The grid of rows.
    Grid,
    /// The list of a grid's columns.
    Columns,
    /// The condition that is asked of a column; text.
    Condition,
    /// One of the values that a column can have.
    ConditionValues,
    /// The parts of a filter.
    Parts,
    /// The views of a table.
    Views,
    /// A record that is read.
    Record,
    /// The list of drafts.
    Drafts,
    /// The list of who refers to a record.
    Dependents,
    /// The receipts of merges.
    Receipts,
    /// A change of many rows.
    Bulk,
    /// A form that is edited; text.
    Form,
    /// A new record with a value that another one has; text.
    Taken,
    /// A form with a field that refers to a record which is not there; text.
    Missing,
    /// The conflict screen.
    Conflict,
    /// The timeline of a record.
    History,
    /// The list of one's own changes.
    Undo,
    /// The deleted records of a table.
    Bin,
    /// What deletions took, on its way back.
    Restore,
    /// The whole values of one of its fields.
    Values,
    /// The audit.
    Audit,
    /// The sessions pane.
    Sessions,
    /// The accounts, the roles, and what a role gives.
    Accounts,
    /// What is set for an account; text.
    Account,
    /// The sign-in screen; text.
    SignIn,
    /// The connection screen; text.
    Connect,
    /// The list of records that a field can refer to; text.
    Refer,
    /// The calendar under a field; text.
    Calendar,
    /// A line of text to find or filter by; text.
    Find,
    /// A question with a distinct key for yes.
    Confirm,
    /// What was to be deleted was changed: asked with another key than before.
    Anyway,
    /// Somebody asks for a record: the answers.
    Answer,
    /// A dialog with a line of text; text.
    Prompt,
    /// The question how a row is to be copied.
    CopyRow,
    /// A value that is looked into.
    Peek,
    /// The dialog that asks which rows go to which file; text.
    Write,
    /// The dialog that asks for the password again; text.
    Proof,
    /// The palette; text.
    Palette,
    /// Help and other read-only overlays.
    Help,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct ActionRow {
    /// The action.
    pub action: Action,
    /// Its name in configuration, palette and tapes: `save-record`.
    pub name: &'static str,
    /// One line of help.
    pub help: &'static str,
    /// A word or two for the hint bar.
    pub hint: &'static str,
    /// The scopes in which it can be asked for.
    pub scopes: &'static [Scope],
    /// Its default keys.
    pub keys: &'static [&'static str],
}

/// Returns every row of the table, by area.
pub fn rows() -> impl Iterator<Item = &'static ActionRow> {
    app::ROWS
        .iter()
        .chain(list::ROWS)
        .chain(browser::ROWS)
        .chain(arrange::ROWS)
        .chain(filter::ROWS)
        .chain(bulk::ROWS)
        .chain(rows::ROWS)
        .chain(form::ROWS)
        .chain(calendar::ROWS)
        .chain(conflict::ROWS)
        .chain(history::ROWS)
        .chain(audit::ROWS)
        .chain(sessions::ROWS)
        .chain(accounts::ROWS)
        .chain(claims::ROWS)
        .chain(sign_in::ROWS)
        .chain(dialog::ROWS)
}

impl Action {
    /// Returns the action's row.
    pub fn row(self) -> Option<&'static ActionRow> {
        rows().find(|row| row.action == self)
    }

    /// Returns the action's name, as configuration and help write it.
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| row.name)
    }

    /// Whether it destroys, ends or makes anew what cannot simply be taken back: it has a key of its
    /// own, never Enter, and none that is text on a screen that can come while somebody types.
    pub fn is_dangerous(self) -> bool {
        matches!(
            self,
            Self::Browser(BrowserAction::DeleteRecord | BrowserAction::DiscardDraft)
                | Self::Filter(FilterAction::DeleteView)
                | Self::Bulk(BulkAction::Apply)
                | Self::Form(FormAction::Discard)
                | Self::Conflict(ConflictAction::Recreate)
                | Self::Sessions(SessionsAction::EndSession | SessionsAction::ReleaseClaims)
                | Self::Claims(ClaimsAction::Release)
                | Self::Accounts(AccountsAction::Reset | AccountsAction::Deactivate)
                | Self::Dialog(DialogAction::Yes | DialogAction::Anyway)
        )
    }
}

impl Scope {
    /// Whether printable keys are text here.
    pub fn is_text(self) -> bool {
        matches!(
            self,
            Self::Form
                | Self::Taken
                | Self::Missing
                | Self::Account
                | Self::SignIn
                | Self::Connect
                | Self::Refer
                | Self::Calendar
                | Self::Find
                | Self::Condition
                | Self::Prompt
                | Self::Write
                | Self::Proof
                | Self::Palette
        )
    }

    /// Whether it can come up while somebody types elsewhere, without having been asked for.
    pub fn comes_unasked(self) -> bool {
        matches!(
            self,
            Self::Conflict | Self::SignIn | Self::Proof | Self::App
        )
    }

    /// Returns the scope's name in help and configuration.
    pub fn name(self) -> &'static str {
        match self {
            Self::App | Self::AppList => "everywhere",
            Self::List => "lists",
            Self::Tables => "tables",
            Self::Grid => "grid",
            Self::Columns => "columns",
            Self::Condition => "condition",
            Self::ConditionValues => "values of a column",
            Self::Parts => "parts of a filter",
            Self::Views => "views",
            Self::Record => "record",
            Self::Drafts => "drafts",
            Self::Dependents => "references",
            Self::Receipts => "receipts",
            Self::Bulk => "rows",
            Self::Form => "form",
            Self::Taken => "taken value",
            Self::Missing => "missing record",
            Self::Conflict => "conflict",
            Self::History => "history",
            Self::Undo => "undo",
            Self::Bin => "bin",
            Self::Restore => "bringing back",
            Self::Values => "whole values",
            Self::Audit => "audit",
            Self::Sessions => "sessions",
            Self::Accounts => "accounts",
            Self::Account => "account",
            Self::SignIn => "sign-in",
            Self::Connect => "connection",
            Self::Refer => "referred records",
            Self::Calendar => "calendar",
            Self::Find => "find",
            Self::Confirm => "question",
            Self::Anyway => "question again",
            Self::Answer => "answers",
            Self::Prompt => "prompt",
            Self::Write => "write rows",
            Self::CopyRow => "copy a row",
            Self::Peek => "value",
            Self::Proof => "password",
            Self::Palette => "palette",
            Self::Help => "help",
        }
    }
}
