//! People with accounts, the roles there are and what each gives, as managers see them.

use jiff::Timestamp;

/// One account.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Somebody {
    /// What the person types.
    pub username: String,
    /// How others see them.
    pub display_name: String,
    /// Names of their roles.
    pub roles: Vec<String>,
    /// Whether they may sign in at all.
    pub active: bool,
    /// Whether they chose a password; until then a one-time code opens the choosing.
    pub password_chosen: bool,
    /// The newest sign-in.
    pub last_sign_in: Option<Timestamp>,
    /// When the account was made.
    pub created: Timestamp,
    /// Until when failed tries make them wait.
    pub locked_until: Option<Timestamp>,
    /// Tries that failed since the last that did not.
    pub failed: i32,
    /// When a one-time code stops opening.
    pub code_until: Option<Timestamp>,
    /// Whether it is one's own.
    pub mine: bool,
    /// Whether its rights are within one's own, so that one may change it.
    pub within: bool,
}

/// One role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleLine {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whether it stays as it is.
    pub built_in: bool,
    /// What it gives beyond tables, in words.
    pub abilities: Vec<String>,
    /// Names of the accounts that have it.
    pub people: Vec<String>,
    /// Whether one may give it: nobody gives more than they have.
    pub may_give: bool,
}

/// One thing that a role gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permission {
    /// The table; none for all.
    pub table: Option<String>,
    /// The verb.
    pub verb: String,
    /// Only these columns.
    pub columns: Option<Vec<String>>,
    /// The rows, in words; none for all.
    pub rows: Option<String>,
    /// Whether the table holds people to it; until then it gives nothing.
    pub held: bool,
}

/// What a change of an account came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// Name or roles are new.
    Edited,
    /// May sign in again.
    Activated,
    /// May sign in no more; sessions were ended.
    Deactivated,
    /// Failed tries do not count any more.
    Unlocked,
    /// It was so already.
    AsBefore,
}
