//! Where a tape is played: how people reach the database, and how its owner changes it from
//! outside. Made for a private server with a fixture, or for a given address.

use std::collections::BTreeMap;
use std::path::PathBuf;

use secrecy::SecretString;

use crate::db::outside::Owner;
use crate::domain::connection::ConnectionSettings;

/// Where a tape is played.
pub struct World {
    /// The database's name in pictures; the copy that is played on has a random one.
    pub shown_as: String,
    /// How people reach the database.
    pub settings: ConnectionSettings,
    /// The login's password, when it needs one.
    pub login_password: Option<SecretString>,
    /// How somebody reaches it in the plain way, with their own role.
    pub plain: Option<ConnectionSettings>,
    /// The fixture's passwords, by person; no tape ever holds one.
    pub passwords: BTreeMap<String, SecretString>,
    /// The database's owner, for `Db`, `Expect db` and the database's clock.
    pub owner: Option<Owner>,
    /// Whether the database's clock can be set.
    pub settable_clock: bool,
    /// Where drafts are kept; a folder of this play alone.
    pub draft_folder: PathBuf,
}
