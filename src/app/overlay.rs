//! What lies over a place: help, the palette, a question, a line to fill in, the messages.

use crate::app::place::FormId;
use crate::domain::claim::LineId;
use crate::domain::draft::DraftId;
use crate::domain::record::RecordKey;
use crate::domain::session::SessionId;
use crate::domain::table::TableId;
use crate::input::line::TextField;

/// What lies over a place.
#[derive(Debug)]
pub enum Overlay {
    /// The keys that work here.
    Help(crate::screens::help::Help),
    /// All commands.
    Palette(crate::screens::palette::Palette),
    /// The message log; the number of lines scrolled up.
    Messages {
        /// Lines scrolled up.
        scroll: u16,
    },
    /// A text to read, that has no room elsewhere.
    About(About),
    /// A question with a distinct key for yes.
    Confirm(Confirm),
    /// What was to be deleted was changed meanwhile: the change, and another key to delete it all the
    /// same.
    Anyway(Confirm),
    /// A line to fill in.
    Prompt(Prompt),
    /// The answers to somebody who asks for a record.
    Answer(Answering),
    /// How the row under the cursor is to be copied.
    CopyRow,
    /// Which rows go to which file.
    WriteRows(crate::app::writing::WriteRows),
    /// A new password of one's own.
    NewPassword(crate::app::password::NewPassword),
    /// The tenants, to choose one.
    Tenants(crate::app::tenants::ChooseTenant),
}

/// A text to read, that has no room elsewhere.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct About {
    /// What it is about.
    pub title: String,
    /// Its paragraphs, harmless; an empty one parts them.
    pub lines: Vec<String>,
    /// Lines scrolled down.
    pub scroll: usize,
}

/// A question with a distinct key for yes; never Enter, and never asked twice by the same key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirm {
    /// What is asked, in a few words.
    pub title: String,
    /// What it would do.
    pub lines: Vec<String>,
    /// What the key for yes does, in a word or two.
    pub yes: String,
    /// What happens on yes.
    pub then: Confirmed,
    /// Whether it is dangerous.
    pub danger: bool,
}

/// What happens on yes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmed {
    /// Deletes a record that the grid shows.
    DeleteRow {
        /// The table.
        table: TableId,
        /// The key.
        key: RecordKey,
    },
    /// Deletes an open record.
    DeleteRecord(FormId),
    /// Creates the record of a form again, although it may be there under another key.
    Recreate(FormId),
    /// Throws the edits of a form away.
    DiscardEdits(FormId),
    /// Gives an account a new one-time code.
    ResetAccount(String),
    /// Lets an account sign in no more.
    DeactivateAccount(String),
    /// Takes back what a change of many rows saved.
    TakeRowsBack,
    /// Throws a draft away.
    DiscardDraft(DraftId),
    /// Takes a record over.
    TakeOver {
        /// The table.
        table: TableId,
        /// The record.
        key: RecordKey,
    },
    /// Releases a record, whoever edits it.
    ReleaseRecord {
        /// The table.
        table: TableId,
        /// The record.
        key: RecordKey,
    },
    /// Releases all that a session edits.
    ReleaseSession(SessionId),
    /// Writes rows over a file that is there.
    WriteOver,
    /// Leaves although what was typed cannot be kept.
    Leave,
    /// Signs out although what was typed cannot be kept.
    SignOut,
}

/// The answers to somebody who asks for a record: each has a key of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answering {
    /// What is answered.
    pub line: LineId,
    /// Who asks for what.
    pub title: String,
    /// What is to be known of it.
    pub lines: Vec<String>,
    /// Whether there is something to save first.
    pub saves: bool,
}

/// A line to fill in.
#[derive(Debug)]
pub struct Prompt {
    /// What is asked, in a few words.
    pub title: String,
    /// What it is for.
    pub lines: Vec<String>,
    /// What is typed.
    pub line: TextField,
    /// What happens when it is accepted.
    pub then: Prompted,
}

/// What happens when a prompt is accepted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Prompted {
    /// Ends somebody's session with the reason typed.
    EndSession(SessionId),
    /// Changes many rows, if what was typed is their number.
    CountOfRows,
    /// Brings deleted records back, if what was typed is their number.
    CountToBringBack,
    /// Writes what the audit finds to the file of this name.
    ExportAudit,
    /// Writes the value that is looked into to the file of this name.
    WriteValue,
}
