//! The demo's sign-ins: the one-time codes in their file, and which of them still open anything.

use std::io;
use std::path::{Path, PathBuf};
use std::thread;

use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use crate::auth::{CODE_BYTES, Params, SALT_BYTES, Verifier, one_time_code};
use crate::commands::CommandError;
use crate::commands::global::block_on;
use crate::config::guard;
use crate::db::{admin, owner};
use crate::domain::account::SignInHint;
use crate::embedded::{Endpoint, sample};
use crate::runtime::clock;

/// One code that we made, as the file keeps it.
#[derive(Serialize, Deserialize)]
struct Kept {
    username: String,
    code: String,
    /// The salt of its verifier: when the database holds another one, the code is outdated.
    salt: Vec<u8>,
}

/// Makes a code for each person, keeps them in a file that only we can read, and gives their
/// verifiers.
pub(super) fn make(file: &Path) -> Result<Vec<Verifier>, CommandError> {
    let mut kept = Vec::new();
    let mut verifiers = Vec::new();
    for person in sample::PEOPLE {
        let code: SecretString = one_time_code(&clock::random::<CODE_BYTES>());
        let salt = clock::random::<SALT_BYTES>();
        let verifier = Verifier::from_password(&code, salt, Params::default());
        verifiers.push(verifier.map_err(CommandError::failed)?);
        kept.push(Kept {
            username: person.username.to_owned(),
            code: code.expose_secret().to_owned(),
            salt: salt.to_vec(),
        });
    }
    let text = serde_json::to_string_pretty(&kept).map_err(CommandError::failed)?;
    guard::write(file, &text)?;
    Ok(verifiers)
}

/// Asks the database who signs in how.
#[derive(Clone, Debug)]
pub(super) struct Asker {
    superuser: Endpoint,
    file: PathBuf,
}

impl Asker {
    /// Names the database, as its superuser, and the file of the codes.
    pub(super) fn new(superuser: Endpoint, file: PathBuf) -> Self {
        Self { superuser, file }
    }

    /// Asks now, on a thread of its own, because a caller's runtime cannot be waited on.
    pub(super) fn ask(&self) -> Result<Vec<SignInHint>, CommandError> {
        let asked = thread::scope(|scope| scope.spawn(|| block_on(self.hints())).join());
        asked.unwrap_or_else(|_| {
            Err(CommandError::Failed(
                "asking for the sign-ins failed".into(),
            ))
        })
    }

    async fn hints(&self) -> Result<Vec<SignInHint>, CommandError> {
        let client = admin::connect(&self.superuser)
            .await
            .map_err(CommandError::failed)?;
        let accounts = owner::accounts(&client)
            .await
            .map_err(CommandError::failed)?;
        let open = owner::open_codes(&client)
            .await
            .map_err(CommandError::failed)?;
        let kept = read(&self.file)?;
        let known = |username: &str| {
            kept.iter().find(|kept| {
                let same =
                    |(name, salt): &(String, Vec<u8>)| *name == kept.username && *salt == kept.salt;
                kept.username == username && open.iter().any(same)
            })
        };
        let mut hints: Vec<SignInHint> = accounts
            .into_iter()
            .filter(|account| account.active)
            .map(|account| SignInHint {
                code: known(&account.username).map(|kept| kept.code.clone()),
                role: account.roles.join(", "),
                username: account.username,
            })
            .collect();
        hints.sort_by_key(|hint| place(&hint.username));
        Ok(hints)
    }
}

/// Reads the codes; a file that was removed holds none.
fn read(file: &Path) -> Result<Vec<Kept>, CommandError> {
    match std::fs::read_to_string(file) {
        Ok(text) => serde_json::from_str(&text).map_err(CommandError::failed),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        Err(error) => Err(error.into()),
    }
}

/// The sample's people in their order, accounts made later after them.
fn place(username: &str) -> usize {
    let known = sample::PEOPLE
        .iter()
        .position(|person| person.username == username);
    known.unwrap_or(sample::PEOPLE.len())
}
