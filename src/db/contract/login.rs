//! Signing in, choosing a password, signing out, as plain data.

use jiff::Timestamp;
use secrecy::SecretString;

use crate::domain::account::Person;
use crate::domain::session::SessionId;

/// Asks to sign in or out.
#[derive(Clone, Debug)]
pub enum LoginRequest {
    /// Proves the password (or one-time code) and opens a session.
    SignIn {
        /// The account's name.
        username: String,
        /// The password or one-time code.
        password: SecretString,
    },
    /// The same for an account taken over from an older program: a one-time code and the password
    /// that was used there.
    TakeOver {
        /// The account's name.
        username: String,
        /// The one-time code.
        code: SecretString,
        /// The password of the older program.
        old: SecretString,
    },
    /// Proves the password of the open session again.
    Prove {
        /// The password.
        password: SecretString,
    },
    /// Replaces the one-time code, or the password, of the open session.
    ChoosePassword {
        /// The account's name.
        username: String,
        /// The new password.
        password: SecretString,
    },
    /// Changes the own password; the database asks for a fresh proof of the old one.
    ChangePassword {
        /// The new password.
        password: SecretString,
    },
    /// Ends the own session.
    SignOut {
        /// Why, for the list of ended sessions.
        reason: String,
    },
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum LoginReply {
    /// A session is open.
    SignedIn(SignedIn),
    /// Name or password were not right; which of them is not said.
    Refused {
        /// Tries left before a wait, as far as the server tells.
        tries_left: Option<u32>,
        /// Seconds before the next try is judged; none when it is at once.
        wait_seconds: u32,
    },
    /// The name belongs to an account taken over, or to nobody: the password of the older program is
    /// asked for beside the code. Nothing was tried yet.
    NeedsOldPassword {
        /// Whether what was typed has the form of a code.
        code_typed: bool,
    },
    /// The password was proved again.
    Proved,
    /// Too many tries: wait.
    MustWait {
        /// Seconds until the next try is judged.
        seconds: u32,
    },
    /// The new password is stored and the session is a full one.
    PasswordChosen(SignedIn),
    /// The own password is changed, and the other sessions of the account are ended.
    PasswordChanged,
    /// The session is over.
    SignedOut,
}

/// An open session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedIn {
    /// The session's number.
    pub session: SessionId,
    /// Who.
    pub person: Person,
    /// A one-time code was used: nothing but choosing a password is possible.
    pub must_choose_password: bool,
    /// Failed tries since the last sign-in.
    pub failed_since: u32,
    /// The sign-in before this one.
    pub last_sign_in: Option<Timestamp>,
    /// Seconds without a key after which the server ends the session.
    pub idle_limit_seconds: u32,
}
