//! `rowhouse audit`: lists, seals, verifies and archives the trail as the owner of the database.

mod archive;
mod file;
mod list;
mod verify;

use clap::Subcommand;
use serde_json::json;

use super::owner::{connect, tell, write_json};
use super::{CommandError, Global};
use crate::db::seal;

/// What the command takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

/// What can be done with the trail.
#[derive(Clone, Debug, Subcommand)]
enum What {
    /// Lists what was done to all records and at the door, the newest first.
    List(list::Args),
    /// Seals what was committed since the last time; clients do it now and then.
    Seal,
    /// Names every entry that was edited, removed or inserted since it was sealed.
    Verify(verify::Args),
    /// Shows the months of the trail, or writes those before a day to a file and drops them.
    Archive(archive::Args),
}

/// Runs the command.
///
/// # Errors
/// No connection, not the owner, or something that does not hold.
pub async fn run(global: &Global, args: Args) -> Result<(), CommandError> {
    match args.what {
        What::List(args) => list::run(global, args).await,
        What::Seal => seal_all(global).await,
        What::Verify(args) => verify::run(global, args).await,
        What::Archive(args) => archive::run(global, args).await,
    }
}

async fn seal_all(global: &Global) -> Result<(), CommandError> {
    let (client, _) = connect(global).await?;
    let sealed = seal::seal(&client).await.map_err(CommandError::failed)?;
    if global.json {
        return write_json(&json!({ "sealed": sealed }));
    }
    tell(&format!("{sealed} entries are sealed now"))
}
