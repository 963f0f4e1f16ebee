//! What the commands of the database's owner share: connecting, asking for the password, one-time
//! codes, writing answers. No command of its own.

use std::io::{self, IsTerminal, Write};

use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;

use super::{CommandError, Global};
use crate::auth::{Params, Verifier, one_time_code};
use crate::db::contract::Fault;
use crate::db::{Client, connect_once};
use crate::domain::connection::ConnectionSettings;
use crate::domain::text;
use crate::runtime::clock::random;

/// Connects as the database's owner; asks for the password where one is missing.
pub async fn connect(global: &Global) -> Result<(Client, ConnectionSettings), CommandError> {
    let chosen = global.connection()?;
    let name = "rowhouse owner";
    let mut opened = connect_once(&chosen.settings, chosen.password.as_ref(), name).await;
    if let Err(Fault::LoginRefused {
        message,
        password_missing: true,
    }) = &opened
    {
        if !io::stdin().is_terminal() {
            return Err(CommandError::failed(format!(
                "{message}: set ROWHOUSE_PASSWORD or PGPASSFILE, or run this in a terminal"
            )));
        }
        let prompt = format!("Password of {}: ", chosen.settings.user);
        let password = SecretString::from(rpassword::prompt_password(prompt)?);
        opened = connect_once(&chosen.settings, Some(&password), name).await;
    }
    Ok((opened.map_err(CommandError::failed)?, chosen.settings))
}

/// Makes a one-time code and its verifier.
pub fn new_code() -> Result<(SecretString, Verifier), CommandError> {
    let code = one_time_code(&random());
    let verifier = Verifier::from_password(&code, random(), Params::default())
        .map_err(CommandError::failed)?;
    Ok((code, verifier))
}

/// Writes machine-readable output.
pub fn write_json(value: &Value) -> Result<(), CommandError> {
    Ok(writeln!(io::stdout(), "{value:#}")?)
}

/// Writes one line of the answer for people; text from the database is made harmless.
pub fn write_line(line: &str) -> Result<(), CommandError> {
    Ok(writeln!(io::stdout(), "{}", text::line(line))?)
}

/// Tells what happens, on stderr.
pub fn tell(line: &str) -> Result<(), CommandError> {
    Ok(writeln!(io::stderr(), "{line}")?)
}

/// Shows a code or password, once.
pub fn reveal(what: &str, secret: &SecretString) -> Result<(), CommandError> {
    Ok(writeln!(
        io::stdout(),
        "{what}: {}",
        secret.expose_secret()
    )?)
}

/// Writes rows under their headings, aligned.
pub fn write_table(headings: &[&str], rows: &[Vec<String>]) -> Result<(), CommandError> {
    let all = || {
        std::iter::once(headings.to_vec()).chain(
            rows.iter()
                .map(|row| row.iter().map(String::as_str).collect::<Vec<_>>()),
        )
    };
    let width = |place: usize| {
        all()
            .map(|row| row[place].chars().count())
            .max()
            .unwrap_or(0)
    };
    let widths: Vec<usize> = (0..headings.len()).map(width).collect();
    for row in all() {
        let cells = row
            .iter()
            .zip(&widths)
            .map(|(cell, width)| format!("{cell:width$}"));
        write_line(cells.collect::<Vec<_>>().join("  ").trim_end())?;
    }
    Ok(())
}
