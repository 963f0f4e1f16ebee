//! Files that a person asked for: what they typed, 0600 in a folder of 0700; never over another.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use super::files;

/// How many files of one record are kept within one second.
const MOST: u32 = 1000;

/// Writes a text to a file of its own and returns where. The name is taken first, with a number
/// where it is taken already; the text is synced beside it and then put in its place as a whole.
pub fn write(folder: &Path, name: &str, text: &str) -> io::Result<PathBuf> {
    files::make(folder)?;
    let path = take_name(folder, name)?;
    let beside = path.with_extension("new");
    let written = write_beside(&beside, &path, text);
    if let Err(error) = written {
        // The name that was taken is this call's own, and holds nothing.
        let _ = fs::remove_file(&path);
        return Err(error);
    }
    File::open(folder)?.sync_all()?;
    Ok(path)
}

/// The path as it is told: `~` stands for the person's own folder.
pub fn told(path: &Path) -> String {
    let home = std::env::home_dir().filter(|home| home.parent().is_some());
    let within = home.and_then(|home| Some(path.strip_prefix(home).ok()?.to_owned()));
    match within {
        Some(within) => format!("~/{}", within.display()),
        None => path.display().to_string(),
    }
}

/// Makes an empty file of a name that nobody has.
fn take_name(folder: &Path, name: &str) -> io::Result<PathBuf> {
    for number in 1..=MOST {
        let path = match number {
            1 => folder.join(format!("{name}.txt")),
            _ => folder.join(format!("{name}-{number}.txt")),
        };
        match create_new(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
            Ok(_) => return Ok(path),
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn create_new(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
}

fn write_beside(beside: &Path, path: &Path, text: &str) -> io::Result<()> {
    let mut file = create_new(beside)?;
    let written = file
        .write_all(text.as_bytes())
        .and_then(|()| file.sync_all())
        .and_then(|()| fs::rename(beside, path));
    if written.is_err() {
        // Nothing half written may lie about.
        let _ = fs::remove_file(beside);
    }
    written
}
