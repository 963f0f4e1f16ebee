//! An error as the person meets it: what happened, what was kept, which key helps.

use crate::db::contract::Fault;
use crate::db::contract::fault::SessionEnd;
use crate::input::action::{Action, AppAction, BrowserAction};

/// An error as the person meets it; no SQL, no password, no raw control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What happened, in one sentence.
    pub what: String,
    /// What was kept, when something could have been lost.
    pub kept: Option<String>,
    /// What helps: the hint bar and messages show its key.
    pub helps: Option<Action>,
}

impl Problem {
    /// Makes a problem that says what happened.
    pub fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            kept: None,
            helps: None,
        }
    }

    /// Says what was kept.
    pub fn kept(mut self, kept: impl Into<String>) -> Self {
        self.kept = Some(kept.into());
        self
    }

    /// Says which action helps.
    pub fn helps(mut self, action: Action) -> Self {
        self.helps = Some(action);
        self
    }
}

impl From<Fault> for Problem {
    fn from(fault: Fault) -> Self {
        let what = sentence(&fault);
        let problem = Self::new(what);
        match fault {
            Fault::LoginRefused { .. } | Fault::Tls { .. } => {
                problem.helps(Action::App(AppAction::EditConnection))
            }
            Fault::TooSlow | Fault::Locked { .. } | Fault::Busy | Fault::Outdated { .. } => {
                problem.helps(Action::Browser(BrowserAction::Reload))
            }
            _ => problem,
        }
    }
}

/// Says why a session is over.
pub fn session_end(why: &SessionEnd) -> String {
    match why {
        SessionEnd::Ended { reason } if reason.is_empty() => "Your session was ended".into(),
        SessionEnd::Ended { reason } => format!("Your session was ended: {reason}"),
        SessionEnd::Idle => "Your session ended because no key was pressed for long".into(),
        SessionEnd::Expired => "Your session reached its longest time".into(),
        SessionEnd::Unknown => "The server does not know this session any more".into(),
    }
}

fn sentence(fault: &Fault) -> String {
    match fault {
        Fault::SessionOver { why } => session_end(why),
        other => {
            let text = other.to_string();
            let mut chars = text.chars();
            chars.next().map_or(String::new(), |first| {
                first.to_uppercase().chain(chars).collect()
            })
        }
    }
}
