//! Accounts of an older program, taken over by the database's owner: reads the table that the owner
//! names, and makes for each account a verifier over a one-time code and what that program stored.
//! What it stored is kept nowhere of ours.

use secrecy::SecretString;
use tokio_postgres::Client;

use super::owner::{OwnerError, as_owner};
use crate::auth::{
    self, AuthError, Legacy, Params, Stored, Verifier, code_and_digest, one_time_code,
};
use crate::domain::account::{is_username, username};
use crate::runtime::clock::random;

/// Where the accounts of the older program are.
#[derive(Debug, Clone)]
pub struct Source<'a> {
    /// The table, as SQL names it.
    pub table: &'a str,
    /// The column that holds what people type.
    pub name_column: &'a str,
    /// The column that holds what the program made of the password.
    pub hash_column: &'a str,
    /// The column that holds how others see them; the name when none.
    pub display_column: Option<&'a str>,
    /// How the program stored passwords.
    pub form: Stored,
}

/// One account of the older program.
#[derive(Debug)]
pub struct Found {
    /// The name, in the form in which people sign in here.
    pub username: String,
    /// How others see them.
    pub display_name: String,
    /// What was stored for them, read; or why it cannot be taken over.
    stored: Result<(Legacy, zeroize::Zeroizing<String>), String>,
}

/// What became of one account.
#[derive(Debug)]
pub struct TakenOver {
    /// Its name.
    pub username: String,
    /// The one-time code, known to nobody else; or why there is no account.
    pub code: Result<SecretString, String>,
}

/// Reads the accounts of the older program, in the order of their names.
///
/// # Errors
/// When the table or a column is not there or may not be read.
pub async fn read(client: &Client, source: &Source<'_>) -> Result<Vec<Found>, OwnerError> {
    let sql: String = client
        .query_one(
            "select format('select %I::text, %I::text, %s from %s order by 1', $2::text, $3::text,
                           case when $4::text is null then 'null::text' else format('%I::text', $4::text) end,
                           $1::text::regclass)",
            &[
                &source.table,
                &source.name_column,
                &source.hash_column,
                &source.display_column,
            ],
        )
        .await?
        .get(0);
    let rows = client.query(&sql, &[]).await?;
    let text = |row: &tokio_postgres::Row, place: usize| -> String {
        row.get::<_, Option<String>>(place).unwrap_or_default()
    };
    Ok(rows
        .iter()
        .map(|row| found(&text(row, 0), &text(row, 1), &text(row, 2), source.form))
        .collect())
}

fn found(name: &str, stored: &str, display: &str, form: Stored) -> Found {
    let plain = username(name);
    let stored = match is_username(&plain) {
        true => auth::read_stored(stored, form).map_err(str::to_owned),
        false => Err("no account name: letters a to z, digits and . _ @ / -, at most 64".into()),
    };
    let display = [display, name].map(|text| text.replace(char::is_control, " ").trim().to_owned());
    let display_name = display.into_iter().find(|text| !text.is_empty());
    Found {
        display_name: display_name.unwrap_or_default().chars().take(100).collect(),
        username: plain,
        stored,
    }
}

/// A code and the verifier over it and what the older program stored. Slow on purpose.
fn verifier(digest: &str) -> Result<(SecretString, Verifier), AuthError> {
    let code = one_time_code(&random());
    let both = code_and_digest(&code, digest);
    let verifier = Verifier::from_password(&both, random(), Params::default())?;
    Ok((code, verifier))
}

/// Makes the accounts that can be made; the others are told with the reason. All is one transaction:
/// when it fails, none was made.
///
/// # Errors
/// When the layer is missing, a role is none, or we are not the owner.
pub async fn take_over(
    client: &Client,
    accounts: Vec<Found>,
    roles: &[&str],
) -> Result<Vec<TakenOver>, OwnerError> {
    as_owner(client, async || {
        let taken = client
            .query(
                "select username from rowhouse_private.owner_account_list()",
                &[],
            )
            .await?;
        let mut taken: Vec<String> = taken.iter().map(|row| row.get(0)).collect();
        let mut done = Vec::new();
        for account in accounts {
            let code = match account.stored {
                _ if taken.contains(&account.username) => {
                    Err("there is an account of this name already".to_owned())
                }
                Ok((legacy, digest)) => match verifier(&digest) {
                    Ok((code, made)) => {
                        let names = (account.username.as_str(), account.display_name.as_str());
                        make(client, names, roles, &legacy, &made).await?;
                        taken.push(account.username.clone());
                        Ok(code)
                    }
                    Err(error) => Err(error.to_string()),
                },
                Err(why) => Err(why),
            };
            done.push(TakenOver {
                username: account.username,
                code,
            });
        }
        Ok(done)
    })
    .await
}

async fn make(
    client: &Client,
    (username, display_name): (&str, &str),
    roles: &[&str],
    legacy: &Legacy,
    made: &Verifier,
) -> Result<(), OwnerError> {
    client
        .execute(
            "select rowhouse_private.owner_account_import($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
            &[
                &username,
                &display_name,
                &roles,
                &legacy.scheme(),
                &made.salt.as_slice(),
                &made.params.m(),
                &made.params.t(),
                &made.params.p(),
                &made.stored_key.as_slice(),
                &made.server_key.as_slice(),
            ],
        )
        .await?;
    Ok(())
}
