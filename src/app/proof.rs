//! The password that is asked for again before something sensitive is done: what waits for it, and
//! what is typed. It lies over everything else and takes nothing of it away.

use jiff::Timestamp;

use crate::app::outbox::Asker;
use crate::db::contract::{LoginRequest, QueryId, Request, SessionsRequest};
use crate::input::line::TextField;

/// A question that the database does not answer without the password.
#[derive(Debug)]
pub struct Parked {
    /// Its number; whoever asked still waits for it.
    pub query: QueryId,
    /// Who asked.
    pub asker: Asker,
    /// The question, to be put again.
    pub request: Request,
}

/// The dialog that asks for the password.
#[derive(Debug)]
pub struct Proof {
    /// What waits for it, in the order in which it was asked.
    pub parked: Vec<Parked>,
    /// What is typed.
    pub line: TextField,
    /// The try that is under way.
    pub asked: Option<QueryId>,
    /// What the server said of the last try.
    pub said: Option<String>,
    /// Until when it judges no other.
    pub wait_until: Option<Timestamp>,
    /// Whether it was painted: keys from before were not meant for it.
    pub seen: bool,
}

impl Proof {
    /// Begins with one question that waits.
    pub fn new(parked: Parked) -> Self {
        Self {
            parked: vec![parked],
            line: TextField::secret(),
            asked: None,
            said: None,
            wait_until: None,
            seen: false,
        }
    }

    /// What is done once the password is right, in a few words.
    pub fn purpose(&self) -> &'static str {
        match self.parked.first().map(|parked| &parked.request) {
            Some(Request::Sessions(SessionsRequest::EndSession { .. })) => "end somebody's session",
            Some(Request::Login(LoginRequest::ChangePassword { .. })) => "change your password",
            _ => "do this",
        }
    }
}
