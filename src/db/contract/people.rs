//! Accounts and roles as managers change them, as plain data.

use std::sync::Arc;

use secrecy::SecretString;

use crate::domain::people::{Permission, RoleLine, Settled, Somebody};

/// Asks about accounts and roles, or changes accounts.
#[derive(Clone, Debug)]
pub enum PeopleRequest {
    /// The accounts and the roles.
    ListPeople,
    /// What a role gives.
    ReadRole {
        /// Its name.
        role: String,
    },
    /// Makes an account.
    AddAccount {
        /// What the person will type.
        username: String,
        /// How others will see them.
        display_name: String,
        /// Names of their roles.
        roles: Vec<String>,
    },
    /// Gives an account a new one-time code.
    ResetAccount {
        /// Whose.
        username: String,
    },
    /// Gives an account other roles and another name to be seen by.
    EditAccount {
        /// Whose.
        username: String,
        /// How others will see them.
        display_name: String,
        /// Names of their roles from now on.
        roles: Vec<String>,
        /// Names of their roles as they were seen.
        before: Vec<String>,
    },
    /// Lets an account sign in, or no more.
    SetActive {
        /// Whose.
        username: String,
        /// Whether they may.
        active: bool,
    },
    /// Forgets the failed tries of an account.
    UnlockAccount {
        /// Whose.
        username: String,
    },
}

/// A one-time code that was just made; it is nowhere else.
#[derive(Clone, Debug)]
pub struct NewCode {
    /// Whose.
    pub username: String,
    /// The code.
    pub code: Arc<SecretString>,
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum PeopleReply {
    /// The accounts and the roles.
    PeopleListed {
        /// The accounts, by name.
        people: Vec<Somebody>,
        /// The roles, built-in ones first.
        roles: Vec<RoleLine>,
    },
    /// What a role gives.
    RoleRead {
        /// Its name.
        role: String,
        /// What it gives, table by table.
        permissions: Vec<Permission>,
    },
    /// A code was made: for a new account, or in place of whatever opened it.
    CodeMade(NewCode),
    /// An account was changed.
    AccountSettled {
        /// Whose.
        username: String,
        /// How.
        settled: Settled,
    },
}
