//! Texts that an editor wrote and nobody took back: the program or its terminal was gone before the
//! editor ended. They are found and named, never read into a form.

use std::fs::{self, DirEntry, File};
use std::path::{Path, PathBuf};

use rustix::fs::{FlockOperation, flock};

/// How the text was before it was edited, beside the file.
pub const BEFORE: &str = ".before";

/// Returns the files that editors left behind; folders in which nothing was written are removed.
pub fn texts(root: &Path) -> Vec<PathBuf> {
    let folders = fs::read_dir(root).into_iter().flatten();
    let mut texts: Vec<_> = folders
        .filter_map(Result::ok)
        .filter(|folder| folder.file_type().is_ok_and(|it| it.is_dir()))
        .flat_map(|folder| in_folder(&folder.path()))
        .collect();
    texts.sort();
    texts
}

fn in_folder(folder: &Path) -> Vec<PathBuf> {
    let Ok(handle) = File::open(folder) else {
        return Vec::new();
    };
    // Somebody's editor has it now.
    if flock(&handle, FlockOperation::NonBlockingLockExclusive).is_err() {
        return Vec::new();
    }
    let entries = fs::read_dir(folder).into_iter().flatten();
    let mut files: Vec<PathBuf> = entries
        .filter_map(Result::ok)
        .filter(|entry: &DirEntry| entry.file_name() != BEFORE)
        .map(|entry| entry.path())
        .collect();
    let Ok(before) = fs::read(folder.join(BEFORE)) else {
        return files;
    };
    files.retain(|file| fs::read(file).ok().is_none_or(|now| now != before));
    if files.is_empty() {
        // A folder that cannot be removed is private all the same.
        let _ = fs::remove_dir_all(folder);
    }
    files
}
