//! Everything the core may ask of the world; plain data.

use secrecy::SecretString;

use crate::db::contract::rows::Writing;
use crate::db::contract::{QueryId, Request};
use crate::domain::connection::ConnectionSettings;
use crate::domain::draft::{Draft, DraftId, DraftOwner};
use crate::domain::memory::Change;

/// Something the runtime is to do.
#[derive(Clone, Debug)]
pub enum Effect {
    /// Puts a question to the database.
    Ask {
        /// Its number.
        query: QueryId,
        /// The question.
        request: Box<Request>,
    },
    /// Stops a question; its answer is not awaited any more.
    Cancel(QueryId),
    /// Sends [`super::message::Message::Wake`] after a while; replaces the one set before for the
    /// same timer.
    Wake {
        /// Which timer.
        timer: Timer,
        /// After how long, in milliseconds.
        after_ms: u64,
    },
    /// Forgets a timer.
    Unset(Timer),
    /// Writes a draft to disk.
    WriteDraft(Box<Draft>),
    /// Sends [`super::message::Message::DraftKept`] once a draft is on disk as it was asked for last,
    /// or cannot be.
    TellWhenKept(DraftId),
    /// Removes a draft from disk, unless another terminal has it open.
    RemoveDraft(DraftId),
    /// Takes a draft that waits, so that it counts as open here.
    ClaimDraft(DraftId),
    /// Lets a draft go, so that any terminal may continue it.
    ReleaseDraft(DraftId),
    /// Lets all drafts go.
    ReleaseDrafts,
    /// Reads a person's drafts from disk.
    ReadDrafts(DraftOwner),
    /// Reads what is remembered of a person from disk.
    Recall(DraftOwner),
    /// Changes what is remembered of a person.
    Remember {
        /// Of whom.
        owner: DraftOwner,
        /// The change.
        change: Box<Change>,
    },
    /// Asks the demo for its sign-ins.
    ReadSignInHints,
    /// Writes a profile into the configuration file.
    SaveProfile {
        /// The profile, by its name.
        settings: Box<ConnectionSettings>,
        /// The password, only where the person asked for it to be written.
        password: Option<SecretString>,
    },
    /// Opens a text in the person's own editor; [`super::message::Message::TextEdited`] follows.
    EditText {
        /// The name of the file, for the editor to know what it holds.
        name: String,
        /// The text.
        text: String,
    },
    /// Writes what is typed to a file of the person's own, never over another;
    /// [`super::message::Message::YoursKept`] follows.
    KeepYours {
        /// The name of the file, without its ending.
        name: String,
        /// What is typed.
        text: String,
    },
    /// Writes a file of the person's own, piece by piece.
    Export(ExportStep),
    /// Sends a text to the clipboard of the terminal; nobody answers.
    Copy(String),
    /// Writes rows to a file; [`super::message::Message::Answered`] follows, and before it how far it is.
    WriteRows {
        /// The question's number.
        query: QueryId,
        /// Which rows, and the file.
        writing: Box<Writing>,
    },
    /// Stops the process until the shell lets it go on.
    Suspend,
    /// Draws everything again.
    Redraw,
    /// Sends little to the terminal from now on, or as much as before;
    /// [`super::message::Told::Thin`] follows.
    ToggleThin,
    /// Has the mouse reported from now on, or no more; [`super::message::Told::Mouse`] follows.
    ToggleMouse,
    /// Asks what was sent to the terminal so far; [`super::message::Told::Sent`] follows.
    CountSent,
    /// Leaves the program once everything before it is done.
    Quit,
}

/// A step of writing a file; [`super::message::Message::Exported`] follows when it is whole, or cannot
/// be.
#[derive(Clone, Debug)]
pub enum ExportStep {
    /// Begins it, never over another.
    Begin {
        /// The file.
        name: String,
        /// What stands at its head.
        text: String,
    },
    /// Writes on.
    Write(String),
    /// Ends it.
    End,
    /// Gives it up; nothing of it is left.
    Abandon,
}

/// The timers of a seat.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Timer {
    /// Asks what changed.
    Feed,
    /// Asks whether the open records are as they were read, where no feed tells.
    Watch,
    /// Tells that this session is alive.
    Heartbeat,
    /// Keys have rested on a row, or on a table in the list: the record beside the grid follows, or the
    /// table's columns are asked for.
    Rest,
    /// Keys have rested in the palette: records are looked for.
    Palette,
    /// Writes the drafts that changed.
    Drafts,
    /// Tries again to write drafts that the disk refused.
    DraftsAgain,
    /// Tries the lost connection again.
    Reconnect,
    /// A question has run for half a second: the status line says so.
    Elapsed,
    /// A wait at the sign-in is over.
    SignIn,
    /// The sessions pane reads again.
    Sessions,
    /// The audit looks for what is new.
    Audit,
}
