//! `rowhouse account import`: takes accounts of an older program over, with a one-time code each.

use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use clap::ValueEnum;
use secrecy::ExposeSecret;
use serde_json::json;

use super::super::owner::{tell, write_json, write_line, write_table};
use super::super::{CommandError, Global};
use crate::auth::Stored;
use crate::db::Client;
use crate::db::takeover::{self, Source, TakenOver};

/// What the command takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The table that holds the accounts of the older program.
    #[arg(long, value_name = "TABLE")]
    from: String,
    /// The column that holds what people type as their name.
    #[arg(long, value_name = "COLUMN")]
    name_column: String,
    /// The column that holds what the program made of their password.
    #[arg(long, value_name = "COLUMN")]
    hash_column: String,
    /// The column that holds the name that others see.
    #[arg(long, value_name = "COLUMN")]
    display_column: Option<String>,
    /// How the program stored passwords.
    #[arg(long, value_enum, default_value = "sha256")]
    format: Form,
    /// A role for all of them; may be given several times.
    #[arg(long = "role", value_name = "ROLE", default_value = "technician")]
    roles: Vec<String>,
    /// Writes the codes to a new file that only you can read, instead of to the terminal.
    #[arg(long, value_name = "FILE")]
    codes: Option<PathBuf>,
}

/// How an older program stored passwords.
#[derive(Clone, Copy, Debug, ValueEnum)]
enum Form {
    /// SHA-256 in hexadecimal, without a salt.
    Sha256,
    /// As werkzeug writes it: pbkdf2:sha256 or scrypt.
    Werkzeug,
}

/// Runs the command.
///
/// # Errors
/// When the table cannot be read, nothing in it can be taken over, or the codes cannot be written.
pub async fn run(client: &Client, global: &Global, args: Args) -> Result<(), CommandError> {
    let source = Source {
        table: &args.from,
        name_column: &args.name_column,
        hash_column: &args.hash_column,
        display_column: args.display_column.as_deref(),
        form: match args.format {
            Form::Sha256 => Stored::Sha256,
            Form::Werkzeug => Stored::Werkzeug,
        },
    };
    let found = takeover::read(client, &source)
        .await
        .map_err(CommandError::failed)?;
    // Before anything is made: codes that could not be written would be lost.
    let file = args.codes.as_deref().map(new_file).transpose()?;
    let roles: Vec<&str> = args.roles.iter().map(String::as_str).collect();
    let done = takeover::take_over(client, found, &roles)
        .await
        .map_err(CommandError::failed)?;
    let made = done.iter().filter(|one| one.code.is_ok()).count();
    match file {
        Some(mut file) => file.write_all(lines(&done).as_bytes())?,
        None if !global.json => write_table(&["name", "one-time code"], &rows(&done))?,
        None => {}
    }
    if global.json {
        write_json(&answer(&done, args.codes.is_none()))?;
    } else {
        narrate(&done, made, args.codes.as_deref())?;
    }
    match made {
        0 => Err(CommandError::Failed("no account was taken over".into())),
        _ => Ok(()),
    }
}

/// Makes a file that is new and its owner's alone.
fn new_file(path: &Path) -> Result<std::fs::File, CommandError> {
    let made = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path);
    made.map_err(|error| {
        CommandError::Failed(format!("{} cannot be made: {error}", path.display()))
    })
}

/// Each account with its code.
fn rows(done: &[TakenOver]) -> Vec<Vec<String>> {
    let codes = done.iter().filter_map(|one| {
        let code = one.code.as_ref().ok()?;
        Some(vec![one.username.clone(), code.expose_secret().to_owned()])
    });
    codes.collect()
}

fn lines(done: &[TakenOver]) -> String {
    let lines = rows(done).into_iter().map(|row| row.join("\t") + "\n");
    lines.collect()
}

fn narrate(done: &[TakenOver], made: usize, file: Option<&Path>) -> Result<(), CommandError> {
    for one in done {
        if let Err(why) = &one.code {
            write_line(&format!("left out: {}: {why}", one.username))?;
        }
    }
    let place = file.map_or(String::new(), |file| {
        format!("; their codes are in {}", file.display())
    });
    tell(&format!(
        "{made} accounts were taken over{place}. Each signs in with its code and the old password within 14 days, \
         and then chooses a new one. The codes are shown once and kept nowhere."
    ))
}

fn answer(done: &[TakenOver], with_codes: bool) -> serde_json::Value {
    let accounts: Vec<_> = done
        .iter()
        .filter_map(|one| {
            let code = one.code.as_ref().ok()?;
            Some(match with_codes {
                true => json!({ "username": one.username, "code": code.expose_secret() }),
                false => json!({ "username": one.username }),
            })
        })
        .collect();
    let left_out: Vec<_> = done
        .iter()
        .filter_map(|one| {
            let why = one.code.as_ref().err()?;
            Some(json!({ "username": one.username, "why": why }))
        })
        .collect();
    json!({ "accounts": accounts, "left_out": left_out })
}
