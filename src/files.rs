//! Files that are replaced as a whole and readable by their owner alone. What is in them, and where they
//! lie, is said by whoever writes them.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Writes beside the old file, synced, and renames over it: after a cut or on a full disk the old one is
/// whole. `prepare` has the new file while nothing is in it, to lock it. The folder is not synced.
///
/// # Errors
/// What the file system said; then nothing half written lies about.
pub fn replace(
    path: &Path,
    beside: &Path,
    text: &[u8],
    prepare: impl FnOnce(&File),
) -> io::Result<File> {
    let file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(beside)?;
    prepare(&file);
    let written = fill(&file, text).and_then(|()| fs::rename(beside, path));
    if written.is_err() {
        // The fault that is told is the first one.
        let _ = fs::remove_file(beside);
    }
    written.map(|()| file)
}

fn fill(mut file: &File, text: &[u8]) -> io::Result<()> {
    file.write_all(text)?;
    file.sync_all()
}
