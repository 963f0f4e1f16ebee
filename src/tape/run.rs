//! Runs tape files: reads them, makes the world their fixture names, plays them.

use std::path::{Path, PathBuf};

use super::drive::{Snapshots, play};
use super::fixture;
use super::parse::parse;
use super::report::Played;
use super::script::{Command, Script};
use super::world::World;
use crate::embedded::cluster::{AnyError, TestCluster};

/// Why a tape file did not pass.
#[derive(Debug, thiserror::Error)]
pub enum TapeError {
    /// It cannot be read, or is no tape.
    #[error("{0}")]
    Unreadable(String),
    /// Its world could not be made.
    #[error("the fixture could not be made: {0}")]
    Fixture(String),
    /// A line failed.
    #[error("{0}")]
    Failed(String),
}

/// Plays a tape file on a fresh copy of its fixture.
///
/// # Errors
/// What is wrong with the file, the fixture, or the first line that failed.
pub async fn on_fixture(
    path: &Path,
    update: bool,
    cluster: &TestCluster,
) -> Result<Played, TapeError> {
    let script = read(path)?;
    let fixture = named_fixture(&script);
    let template = fixture::named(&fixture)
        .ok_or_else(|| TapeError::Unreadable(format!("there is no fixture {fixture}")))?;
    let made = |error: AnyError| TapeError::Fixture(whole(&*error));
    let database = cluster.database(&template).await.map_err(made)?;
    let folder = scratch_folder().map_err(|error| made(error.into()))?;
    let world = fixture::world(&database.endpoint, &fixture, folder.join("drafts"))
        .await
        .map_err(made)?;
    let played = in_world(path, &script, world, update).await;
    // A folder that cannot be removed is the temporary folder's business.
    let _ = std::fs::remove_dir_all(folder);
    played
}

/// Plays a tape that was read in a world that was made.
///
/// # Errors
/// The first line that failed, with the screen.
pub async fn in_world(
    path: &Path,
    script: &Script,
    world: World,
    update: bool,
) -> Result<Played, TapeError> {
    let snapshots = Snapshots {
        folder: path.with_extension(""),
        update,
    };
    let played = play(script, world, snapshots).await;
    played.map_err(|failure| TapeError::Failed(format!("{}: {failure}", path.display())))
}

/// Reads a tape file.
///
/// # Errors
/// When it cannot be read, or is no tape.
pub fn read(path: &Path) -> Result<Script, TapeError> {
    let text = std::fs::read_to_string(path)
        .map_err(|error| TapeError::Unreadable(format!("{}: {error}", path.display())))?;
    parse(&text).map_err(|error| TapeError::Unreadable(format!("{}: {error}", path.display())))
}

/// Makes an empty folder for the drafts of one play, and for what is kept beside them.
///
/// # Errors
/// When the temporary folder takes none.
pub fn scratch_folder() -> std::io::Result<PathBuf> {
    let name: String = crate::runtime::clock::random::<8>()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let folder = std::env::temp_dir().join(format!("rowhouse-tape-{name}"));
    std::fs::create_dir(&folder)?;
    Ok(folder)
}

fn named_fixture(script: &Script) -> String {
    let named = script.steps.iter().find_map(|step| match &step.command {
        Command::Fixture(name) => Some(name.clone()),
        _ => None,
    });
    named.unwrap_or_else(|| "workshop".into())
}

/// An error with what caused it: a driver's own message says little.
fn whole(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(&format!(": {error}"));
        cause = error.source();
    }
    text
}
