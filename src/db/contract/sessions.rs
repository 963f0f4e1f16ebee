//! Who is signed in, ending a session, and telling others what one does, as plain data.

use jiff::Timestamp;

use crate::domain::session::{Activity, SessionId, SessionLine};

/// Asks about sessions.
#[derive(Clone, Debug)]
pub enum SessionsRequest {
    /// The sessions, those that ended lately included.
    ListSessions,
    /// Ends somebody's session.
    EndSession {
        /// Whose.
        session: SessionId,
        /// Why, shown to that person.
        reason: String,
    },
    /// The heartbeat: what this session does now.
    Touch(Activity),
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum SessionsReply {
    /// The sessions, live ones first.
    SessionsListed(Vec<SessionLine>),
    /// Whether it was still open.
    SessionEnded {
        /// The session.
        session: SessionId,
        /// False when it had ended before.
        was_open: bool,
    },
    /// Told; with the server's clock.
    Touched {
        /// The server's clock.
        now: Timestamp,
    },
}
