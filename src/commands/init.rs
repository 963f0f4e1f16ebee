//! `rowhouse init`: installs the shared layer as the owner of the database and makes the first
//! manager. Says what it did, what stays open, and the SQL that closes it.

use std::fs;
use std::io::{self, BufRead, IsTerminal};
use std::path::{Path, PathBuf};

use crate::db::Client;
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Value, json};

use super::owner::{connect, new_code, reveal, tell, write_json};
use super::{CommandError, Global};
use crate::auth::{random_password, scram_verifier};
use crate::db::adopt::{Refreshed, refresh};
use crate::db::install::{FirstManager, InstallOptions, InstallReport, OpenRight, install};
use crate::domain::account::{is_username, username};
use crate::runtime::clock::random;

/// What the command takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The first manager's name, unless there is a manager already.
    #[arg(long, value_name = "NAME", default_value = "manager")]
    manager: String,
    /// The name of the first manager that others see.
    #[arg(long, value_name = "NAME")]
    display: Option<String>,
    /// What the header calls this installation; the database's name when not given.
    #[arg(long, value_name = "TEXT")]
    label: Option<String>,
    /// What the role names begin with; chosen when not given.
    #[arg(long, value_name = "NAME")]
    prefix: Option<String>,
    /// Gives the shared login a new random password and prints it once.
    #[arg(long, conflicts_with = "login_password_file")]
    new_login_password: bool,
    /// Gives the shared login the password in the first line of a file.
    #[arg(long, value_name = "FILE")]
    login_password_file: Option<PathBuf>,
    /// Takes rights away from PUBLIC although others use the database, after asking; they get them
    /// by name first.
    #[arg(long)]
    harden: bool,
    /// Ends every session and makes new secrets: after a backup of the server's files was brought back.
    #[arg(long)]
    restored: bool,
    /// Answers the question of --harden with yes.
    #[arg(long, requires = "harden")]
    yes: bool,
}

/// Runs the command.
///
/// # Errors
/// No connection, not the owner, roles that an administrator must make first (with their SQL).
pub async fn run(global: &Global, args: Args) -> Result<(), CommandError> {
    let manager = username(&args.manager);
    if !is_username(&manager) {
        return Err(CommandError::Usage(format!(
            "{manager:?} is no account name"
        )));
    }
    let password = login_password(&args)?;
    let (mut client, settings) = connect(global).await?;
    let (code, verifier) = new_code()?;
    let options = InstallOptions {
        prefix: args.prefix.clone(),
        label: args.label.clone(),
        client_verifier: password
            .as_ref()
            .map(|password| scram_verifier(password, &random())),
        first_manager: Some(FirstManager {
            display_name: args.display.clone().unwrap_or_else(|| manager.clone()),
            username: manager,
            code: verifier,
        }),
        harden: false,
        restored: args.restored,
    };
    let mut report = install(&mut client, options)
        .await
        .map_err(CommandError::failed)?;
    if args.harden && !report.open_rights.is_empty() {
        harden(&mut client, &args, &mut report).await?;
    }
    let tables = refresh(&mut client).await.map_err(CommandError::failed)?;
    let generated = password.filter(|_| args.new_login_password);
    if global.json {
        return write_json(&value(&report, &tables, &code, generated.as_ref()));
    }
    narrate(&report)?;
    narrate_tables(&tables)?;
    if !settings.is_local() && generated.is_none() && args.login_password_file.is_none() {
        tell("The shared login's password was left as it is; --new-login-password makes one.")?;
    }
    if let Some(password) = generated {
        reveal(
            &format!("password of {}", report.roles.client_name()),
            &password,
        )?;
    }
    match &report.manager {
        Some(name) => reveal(&format!("one-time code of {name}"), &code),
        None => tell("There is a manager already; no account was made."),
    }
}

/// Shows what everybody may and takes it away when that is wished.
async fn harden(
    client: &mut Client,
    args: &Args,
    report: &mut InstallReport,
) -> Result<(), CommandError> {
    list_rights(&report.open_rights)?;
    if !args.yes && !confirmed()? {
        return Ok(());
    }
    let options = InstallOptions {
        harden: true,
        ..InstallOptions::default()
    };
    let again = install(client, options)
        .await
        .map_err(CommandError::failed)?;
    report.hardened = again.hardened;
    report.open_rights = again.open_rights;
    report.for_superuser = again.for_superuser;
    Ok(())
}

/// The shared login's new password, if it is to get one.
fn login_password(args: &Args) -> Result<Option<SecretString>, CommandError> {
    match &args.login_password_file {
        Some(file) => first_line(file).map(Some),
        None => Ok(args.new_login_password.then(|| random_password(&random()))),
    }
}

fn first_line(file: &Path) -> Result<SecretString, CommandError> {
    let text = zeroize::Zeroizing::new(fs::read_to_string(file)?);
    let line = text.lines().next().unwrap_or_default();
    if line.len() < 12
        || !line
            .bytes()
            .all(|byte| byte.is_ascii_graphic() || byte == b' ')
    {
        return Err(CommandError::Usage(format!(
            "{}: the password has at least 12 ASCII characters in the first line",
            file.display()
        )));
    }
    Ok(SecretString::from(line))
}

fn confirmed() -> Result<bool, CommandError> {
    if !io::stdin().is_terminal() {
        return Err(CommandError::Usage(
            "--harden asks first; without a terminal add --yes".into(),
        ));
    }
    tell("Type harden to run this SQL, anything else to leave it:")?;
    let mut line = String::new();
    io::stdin().lock().read_line(&mut line)?;
    Ok(line.trim() == "harden")
}

fn narrate(report: &InstallReport) -> Result<(), CommandError> {
    let done = match report.applied.as_slice() {
        [] => format!("The shared layer of {} is up to date", report.database),
        _ => format!("The shared layer is installed in {}", report.database),
    };
    tell(&format!("{done} (schema {}).", report.schema_version))?;
    tell(&format!(
        "Clients sign in through the PostgreSQL role {}.",
        report.roles.client_name()
    ))?;
    if !report.found_again.is_empty() {
        tell(&format!(
            "A backup was brought back: found again {}; every session was ended.",
            report.found_again.join(", ")
        ))?;
    }
    for sql in &report.hardened {
        tell(&format!("  done: {sql}"))?;
    }
    list_rights(&report.open_rights)?;
    if !report.for_superuser.is_empty() {
        tell("A superuser can also run:")?;
        for sql in &report.for_superuser {
            tell(&format!("  {sql};"))?;
        }
    }
    Ok(())
}

fn narrate_tables(tables: &Refreshed) -> Result<(), CommandError> {
    if !tables.done.is_empty() {
        tell(&format!("Brought up to date: {}.", tables.done.join(", ")))?;
    }
    if !tables.left.is_empty() {
        tell(&format!(
            "Their owner brings up to date, with rowhouse adopt: {}.",
            tables.left.join(", ")
        ))?;
    }
    Ok(())
}

/// Lists what PUBLIC may, and so the shared login too.
fn list_rights(rights: &[OpenRight]) -> Result<(), CommandError> {
    if rights.is_empty() {
        return Ok(());
    }
    tell("Everybody, and so the shared login, may here (init --harden changes it):")?;
    for right in rights {
        let who = match right.dependents.as_slice() {
            [] => String::new(),
            roles => format!(" (used by {})", roles.join(", ")),
        };
        tell(&format!("  {} on {}{who}", right.right, right.object))?;
        for sql in &right.sql {
            tell(&format!("    {sql};"))?;
        }
    }
    Ok(())
}

fn value(
    report: &InstallReport,
    tables: &Refreshed,
    code: &SecretString,
    password: Option<&SecretString>,
) -> Value {
    let rights = report.open_rights.iter().map(|right| {
        json!({
            "right": right.right,
            "object": right.object,
            "dependents": right.dependents,
            "sql": right.sql,
            "superuser": right.superuser,
        })
    });
    let manager = report
        .manager
        .as_ref()
        .map(|name| json!({ "username": name, "code": code.expose_secret() }));
    json!({
        "database": report.database,
        "schema_version": report.schema_version,
        "applied": report.applied,
        "login": report.roles.client_name(),
        "login_password": password.map(ExposeSecret::expose_secret),
        "found_again": report.found_again,
        "hardened": report.hardened,
        "refreshed": tables.done,
        "left": tables.left,
        "open_rights": rights.collect::<Vec<_>>(),
        "for_superuser": report.for_superuser,
        "manager": manager,
    })
}
