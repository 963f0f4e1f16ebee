//! `rowhouse play`: plays tapes and says which passed.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use secrecy::SecretString;

use super::{CommandError, Global};
use crate::config::{Wanted, choose, process_environment};
use crate::db::outside::Owner;
use crate::embedded::cluster::TestCluster;
use crate::tape::run::{TapeError, in_world, on_fixture, read, scratch_folder};
use crate::tape::script::{Command, Script};
use crate::tape::world::World;

/// What `play` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// Tapes, or folders of tapes.
    #[arg(required = true, value_name = "FILE.tape")]
    pub tapes: Vec<PathBuf>,
    /// Writes snapshots that are missing or differ.
    #[arg(long)]
    pub update: bool,
    /// With --url: the database's owner, for Db and Expect db.
    #[arg(long, value_name = "URL", requires = "url")]
    pub owner: Option<String>,
}

/// Plays the tapes: on a private server with the fixture each names, or with --url on that
/// database, where anna's password comes from ROWHOUSE_PASSWORD_ANNA.
///
/// # Errors
/// Wrong usage when a tape cannot be read, else when one did not pass.
pub async fn run(global: &Global, args: Args) -> Result<(), CommandError> {
    let mut failed = 0;
    let tapes = files(&args.tapes)?;
    for tape in &tapes {
        let outcome = if global.url.is_some() || global.profile.is_some() {
            at_url(global, &args, tape).await
        } else {
            let cluster = TestCluster::shared().map_err(CommandError::failed)?;
            on_fixture(tape, args.update, cluster).await
        };
        let mut out = io::stdout().lock();
        match outcome {
            Ok(played) => {
                let written: Vec<String> = played
                    .written
                    .iter()
                    .map(|name| format!(", wrote {name}"))
                    .collect();
                writeln!(
                    out,
                    "ok      {} ({} steps{})",
                    tape.display(),
                    played.steps,
                    written.concat()
                )?;
            }
            Err(TapeError::Unreadable(what)) => return Err(CommandError::Usage(what)),
            Err(fault) => {
                failed += 1;
                writeln!(out, "FAILED  {}\n{fault}", tape.display())?;
            }
        }
    }
    if failed > 0 {
        return Err(CommandError::Failed(format!(
            "{failed} of {} tapes failed",
            tapes.len()
        )));
    }
    Ok(())
}

/// The tapes that were named, and those of the folders that were named, in order.
fn files(named: &[PathBuf]) -> Result<Vec<PathBuf>, CommandError> {
    let mut files = Vec::new();
    for path in named {
        if path.is_dir() {
            let entries = std::fs::read_dir(path)?.collect::<Result<Vec<_>, _>>()?;
            let mut tapes: Vec<PathBuf> = entries
                .into_iter()
                .map(|entry| entry.path())
                .filter(|path| {
                    path.extension()
                        .is_some_and(|extension| extension == "tape")
                })
                .collect();
            tapes.sort();
            files.extend(tapes);
        } else {
            files.push(path.clone());
        }
    }
    if files.is_empty() {
        Err(CommandError::Usage("no tapes there".into()))
    } else {
        Ok(files)
    }
}

async fn at_url(
    global: &Global,
    args: &Args,
    tape: &Path,
) -> Result<crate::tape::report::Played, TapeError> {
    let script = read(tape)?;
    let chosen = global.connection().map_err(unmade)?;
    let owner = match &args.owner {
        Some(url) => Some(owner(url).await?),
        None => None,
    };
    let folder = scratch_folder().map_err(unmade)?;
    let world = World {
        shown_as: chosen.settings.database.clone(),
        plain: Some(chosen.settings.clone()),
        settings: chosen.settings,
        login_password: chosen.password,
        passwords: passwords(&script),
        owner,
        settable_clock: false,
        draft_folder: folder.join("drafts"),
    };
    let played = in_world(tape, &script, world, args.update).await;
    // A folder that cannot be removed is the temporary folder's business.
    let _ = std::fs::remove_dir_all(folder);
    played
}

async fn owner(url: &str) -> Result<Owner, TapeError> {
    let wanted = Wanted {
        profile: None,
        url: Some(url.to_owned()),
    };
    let chosen = choose::choose(
        &crate::config::Config::default(),
        &wanted,
        &process_environment,
    );
    let chosen = chosen
        .map_err(unmade)?
        .ok_or_else(|| unmade("no address of the owner"))?;
    let chosen = chosen.with_password(&process_environment).map_err(unmade)?;
    Owner::connect(&chosen.settings, chosen.password.as_ref())
        .await
        .map_err(unmade)
}

/// The passwords of the people a tape starts, from the environment.
fn passwords(script: &Script) -> BTreeMap<String, SecretString> {
    let names = script.steps.iter().filter_map(|step| match &step.command {
        Command::Start { name, .. } | Command::Password(name) => Some(name.clone()),
        _ => None,
    });
    names
        .filter_map(|name| {
            let variable = format!(
                "ROWHOUSE_PASSWORD_{}",
                name.to_uppercase().replace(['-', '.'], "_")
            );
            let password = process_environment(&variable)?;
            Some((name, SecretString::from(password)))
        })
        .collect()
}

fn unmade(fault: impl std::fmt::Display) -> TapeError {
    TapeError::Fixture(fault.to_string())
}
