//! Adopting tables: how a table that other programs use comes to take part in versions, the trail
//! and permissions, and how it leaves again exactly as it was. Plans first, acts in one
//! transaction. Nothing here asks a person or prints: that is `commands::adopt`.

use std::error::Error;
use std::fmt;

use serde::Serialize;

use super::install::TakeError;

pub mod apply;
pub mod facts;
pub mod indexes;
pub mod judge;
pub mod limits;
pub mod locks;
pub mod memory;
pub mod notice;
pub mod plan;
pub mod prove;
pub mod quote;
pub mod reach;
pub mod refresh;
pub mod rights;
pub mod roles;
pub mod sample;
pub mod statements;
pub mod tenants;
pub mod through;
pub mod trail;
pub mod trial;
pub mod triggers;
pub mod undo;

#[cfg(test)]
mod tests;

pub use apply::apply;
pub use locks::{plan_locks, set_locks};
pub use plan::{plan, plan_as_owner};
pub use refresh::{Refreshed, refresh};
pub use trial::{failing, trial};
pub use undo::undo;

/// The column that adopting adds unless the owner names another.
pub const VERSION_COLUMN: &str = "rowhouse_version";

/// What the owner asked for beyond the names of the tables.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// Adds no column: saves are guarded by `xmin` and the old values.
    pub no_column: bool,
    /// Takes this column as the version; it is added when the table lacks it.
    pub version_column: Option<String>,
    /// Applies row security to the table's owner too.
    pub force: bool,
    /// Openings the owner knows of and accepts, by the name the plan gives them.
    pub accept: Vec<String>,
    /// Tables to be written through a function of their owner, by the names that plans give them:
    /// their own triggers need rights that our login must not have.
    pub through: Vec<String>,
    /// The column that holds each row's tenant; people see and write their own tenant's rows only.
    pub tenant: Option<String>,
    /// Lets the people of all tenants view the tables, and write them as their roles say.
    pub shared: bool,
    /// Gives a table that all tenants share back to the first one.
    pub unshared: bool,
    /// Closes all other openings, by the remedies the plan shows; undone with the adoption.
    pub close: bool,
}

/// What adopting would do, in full, before anything is done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    /// The SQL that comes before the tables.
    pub statements: Vec<String>,
    /// The tables in the order they are adopted.
    pub tables: Vec<TablePlan>,
    /// What was found about schemas and the like, beyond single tables.
    pub findings: Vec<Finding>,
    /// What was asked, so that the plan can be made again inside the transaction.
    #[serde(skip)]
    pub options: Options,
}

/// What adopting one table would do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TablePlan {
    /// Schema and name, quoted for SQL.
    pub table: String,
    /// Object id.
    pub oid: u32,
    /// The columns that name one record.
    pub key: Vec<String>,
    /// The column that counts versions, none with `no_column`.
    pub version_column: Option<String>,
    /// The column that holds each row's tenant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tenant: Option<String>,
    /// Whether all tenants share it.
    pub shared: bool,
    /// Whether it is written through a function of its owner.
    pub through: bool,
    /// Whether it is adopted already, so that this only brings it up to date.
    pub again: bool,
    /// Whether one person at a time holds a record of it.
    pub hard_locks: bool,
    /// What was found.
    pub findings: Vec<Finding>,
    /// The SQL, in order.
    pub statements: Vec<String>,
    /// The SQL that takes it back, in order.
    pub undo: Vec<String>,
}

/// How much a finding weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Weight {
    /// Good to know.
    Note,
    /// A program that uses the table could notice.
    Breaks,
    /// Something could be read or done around the permissions.
    Leak,
    /// The table is not adopted while this stands.
    Refusal,
}

impl Weight {
    /// The word that a person reads.
    pub fn word(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Breaks => "breaks",
            Self::Leak => "leak",
            Self::Refusal => "refused",
        }
    }
}

/// One thing the plan found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// How much it weighs.
    pub weight: Weight,
    /// A stable short name, for machines and tests.
    pub code: &'static str,
    /// A sentence for the owner.
    pub text: String,
    /// The table it is about, where it is about one that cannot be written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub table: Option<String>,
    /// The name under which the owner can accept it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept: Option<String>,
    /// SQL that mends it, run only when asked.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub remedy: Vec<String>,
}

impl Finding {
    /// Makes a finding without remedy.
    pub fn new(weight: Weight, code: &'static str, text: impl Into<String>) -> Self {
        Self {
            weight,
            code,
            text: text.into(),
            table: None,
            accept: None,
            remedy: Vec::new(),
        }
    }

    /// Adds SQL that mends it.
    pub fn with_remedy(mut self, remedy: impl IntoIterator<Item = String>) -> Self {
        self.remedy.extend(remedy);
        self
    }
}

impl Plan {
    /// Every finding, those of tables after the general ones.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.findings
            .iter()
            .chain(self.tables.iter().flat_map(|table| &table.findings))
    }

    /// Whether something stands in the way.
    pub fn is_refused(&self) -> bool {
        self.findings()
            .any(|finding| finding.weight == Weight::Refusal)
    }
}

/// Why adopting or its undoing did not happen. The database is as it was before.
#[derive(Debug)]
#[non_exhaustive]
pub enum AdoptError {
    /// The shared layer is not installed here.
    NotInstalled,
    /// The shared layer is older than this program.
    Outdated,
    /// No table answers to this name.
    NoSuchTable(String),
    /// This table is not adopted.
    NotAdopted(String),
    /// The plan holds refusals.
    Refused(Vec<Finding>),
    /// The table changed between the plan and the act.
    Changed,
    /// Other programs kept the table locked for longer than we wait.
    Busy,
    /// The connected role may not do this; the text says what is missing.
    NotAllowed(String),
    /// Whoever adopts may not act for the roles that own the layer; the text is what lets them.
    NotMember(String),
    /// Something of other people's depends on the column we added.
    Needed(String),
    /// The catalog answered in a form this version does not know.
    Unreadable(String),
    /// Anything else the server said.
    Database(tokio_postgres::Error),
}

impl AdoptError {
    /// Tells a name that SQL cannot read from other trouble.
    pub(crate) fn unresolved(name: &str, error: tokio_postgres::Error) -> Self {
        match error.code().map(|state| state.code()) {
            Some("42602" | "42601" | "0A000") => Self::NoSuchTable(name.to_owned()),
            _ => error.into(),
        }
    }
}

impl From<tokio_postgres::Error> for AdoptError {
    fn from(error: tokio_postgres::Error) -> Self {
        let said = error
            .as_db_error()
            .map(|said| said.message().to_owned())
            .unwrap_or_default();
        match error.code().map(|state| state.code()) {
            Some("55P03" | "40P01") => Self::Busy,
            Some("42501") => Self::NotAllowed(said),
            Some("2BP01") => Self::Needed(said),
            _ => Self::Database(error),
        }
    }
}

impl From<TakeError> for AdoptError {
    fn from(error: TakeError) -> Self {
        match error {
            TakeError::NotMember { sql } => Self::NotMember(sql),
            TakeError::Database(error) => error.into(),
        }
    }
}

impl fmt::Display for AdoptError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotInstalled => {
                write!(
                    f,
                    "this database has no shared layer yet; run `rowhouse init` first"
                )
            }
            Self::Outdated => write!(
                f,
                "the shared layer here is older than this program; run `rowhouse init` first"
            ),
            Self::NoSuchTable(name) => write!(f, "there is no table {name} here"),
            Self::NotAdopted(name) => write!(f, "{name} is not adopted"),
            Self::Refused(findings) => {
                let texts: Vec<&str> = findings.iter().map(|one| one.text.as_str()).collect();
                write!(f, "not adopted: {}", texts.join("; "))
            }
            Self::Changed => write!(f, "the table changed since the plan was made; look again"),
            Self::Busy => write!(f, "other programs hold the table locked; try again later"),
            Self::NotAllowed(what) => write!(f, "this role may not do that: {what}"),
            Self::NotMember(sql) => write!(
                f,
                "this role may not act as those that own the shared layer; an administrator runs:\n{sql}"
            ),
            Self::Needed(what) => write!(f, "something depends on what would be removed: {what}"),
            Self::Unreadable(what) => write!(f, "the catalog could not be read: {what}"),
            Self::Database(error) => match error.as_db_error() {
                Some(said) => write!(f, "{} ({})", said.message(), said.code().code()),
                None => write!(f, "{error}"),
            },
        }
    }
}

impl Error for AdoptError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Database(error) => Some(error),
            _ => None,
        }
    }
}
