//! What went wrong, by what it means to a person; every SQLSTATE is classified once, in `db`.

/// Why a request was not answered.
///
/// Carries no SQL, no password and no row data; texts are already harmless.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// No answer from there: name, port, network, or a server that does not run.
    #[error("{message}")]
    Unreachable {
        /// What failed, and what to try.
        message: String,
    },
    /// TLS was refused, or the certificate or its name is not right.
    #[error("{message}")]
    Tls {
        /// What failed, and what to try.
        message: String,
    },
    /// The PostgreSQL role or its password was refused.
    #[error("{message}")]
    LoginRefused {
        /// What failed, and what to try.
        message: String,
        /// A password is needed and none was given.
        password_missing: bool,
    },
    /// The connection broke; a change that was under way did not happen, or was never sent.
    #[error("the connection to the server was lost")]
    ConnectionLost,
    /// A save was sent and it is not known whether it was stored; ask again with the same number.
    #[error("the connection broke while saving; it is not known whether it was stored")]
    OutcomeUnknown,
    /// The session is over.
    #[error("the session is over")]
    SessionOver {
        /// Why.
        why: SessionEnd,
    },
    /// A one-time code opened the session: a password must be chosen first.
    #[error("a password must be chosen first")]
    MustChoosePassword,
    /// The password must be proved again before this is done; nothing was done.
    #[error("this asks for your password again")]
    ProofNeeded,
    /// The person may not do this.
    #[error("{message}")]
    NotPermitted {
        /// What right is missing.
        message: String,
    },
    /// It ran longer than the limit and was stopped.
    #[error("it took longer than the limit and was stopped")]
    TooSlow,
    /// It was cancelled on request.
    #[error("cancelled")]
    Cancelled,
    /// Somebody else holds a lock on it.
    #[error("{} holds it", holder.as_deref().unwrap_or("somebody else's transaction"))]
    Locked {
        /// By whom, as far as known.
        holder: Option<String>,
    },
    /// A hard lock: another session holds the record, and only it may save it.
    #[error("{message}")]
    Held {
        /// Who holds it, in a sentence.
        message: String,
    },
    /// Retried and still in each other's way.
    #[error("others kept changing the same records; try again")]
    Busy,
    /// No connection was free, here or on the server.
    #[error("{message}")]
    TooManyConnections {
        /// Which limit.
        message: String,
    },
    /// The server takes no writes, has no room, or is starting or stopping.
    #[error("{message}")]
    ServerState {
        /// Which, and what to try.
        message: String,
    },
    /// Table, column or our own layer is not as this client knows it.
    #[error("{message}")]
    Outdated {
        /// What differs, and what to do.
        message: String,
    },
    /// Anything else; the server's words.
    #[error("{message}")]
    Other {
        /// The server's message.
        message: String,
    },
}

/// Why a session is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SessionEnd {
    /// Somebody ended it.
    Ended {
        /// The reason they gave.
        reason: String,
    },
    /// No key was pressed for too long.
    Idle,
    /// It lived as long as a session may.
    Expired,
    /// The server does not know it.
    Unknown,
}
