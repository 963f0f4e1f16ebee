//! One draft, one file: 0600 in a folder of 0700, replaced by rename only when the new one is
//! synced, so that a full disk or a cut leaves the old one whole.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::locks::{self, Locks};
use crate::domain::draft::{Draft, DraftId, DraftOwner};
use crate::files::replace;

/// What a process that died while it wrote left beside a draft is of no use after that long.
const LEFTOVER: Duration = Duration::from_secs(3600);

/// Writes a draft; the file of the same id, which must be this seat's, is replaced as a whole.
pub fn write(folder: &Path, draft: &Draft, locks: &Locks) -> io::Result<()> {
    make(folder)?;
    let path = path(folder, &draft.id);
    let beside = path.with_extension("new");
    let text = serde_json::to_vec(draft).map_err(io::Error::other)?;
    let file = replace(&path, &beside, &text, locks::lock_new)?;
    locks.keep(draft.id.clone(), file);
    File::open(folder)?.sync_all()
}

/// Removes a draft's file; one that is not there is no fault.
pub fn remove(folder: &Path, id: &DraftId, locks: &Locks) -> io::Result<()> {
    match fs::remove_file(path(folder, id)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => locks.release(id),
    }
    match File::open(folder) {
        Ok(folder) => folder.sync_all(),
        Err(_) => Ok(()),
    }
}

/// Reads the drafts of one owner, the latest first; files of others and broken ones are left alone.
pub fn read(folder: &Path, owner: &DraftOwner, locks: &Locks) -> Vec<Draft> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut drafts = Vec::new();
    for entry in entries.filter_map(Result::ok) {
        let path = entry.path();
        match path.extension().and_then(|end| end.to_str()) {
            Some("json") => drafts.extend(read_one(&path, owner, locks)),
            Some("new") => clear(&path),
            _ => {}
        }
    }
    drafts.sort_by_key(|draft| std::cmp::Reverse(draft.typed_at));
    drafts
}

/// The file of a draft.
pub fn path(folder: &Path, id: &DraftId) -> PathBuf {
    let safe = |c: char| {
        if c.is_ascii_alphanumeric() || "-_".contains(c) {
            c
        } else {
            '_'
        }
    };
    folder.join(format!(
        "{}.json",
        id.0.chars().map(safe).collect::<String>()
    ))
}

fn read_one(path: &Path, owner: &DraftOwner, locks: &Locks) -> Option<Draft> {
    let mut draft: Draft = serde_json::from_slice(&fs::read(path).ok()?).ok()?;
    if draft.owner != *owner {
        return None;
    }
    // A file that somebody copied or renamed is a draft of its own.
    draft.id = DraftId(path.file_stem()?.to_str()?.to_owned());
    draft.elsewhere = locks.is_elsewhere(path, &draft.id);
    Some(draft)
}

/// Makes the folder, and closes it to others where it was open.
pub fn make(folder: &Path) -> io::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let open = fs::metadata(folder)?.permissions().mode() & 0o077 != 0;
    if open {
        fs::set_permissions(folder, Permissions::from_mode(0o700))?;
    }
    Ok(())
}

fn clear(path: &Path) {
    let modified = fs::metadata(path).and_then(|about| about.modified());
    let age = modified.ok().and_then(|at| at.elapsed().ok());
    if age.is_some_and(|age| age > LEFTOVER) {
        // What cannot be removed is in nobody's way.
        let _ = fs::remove_file(path);
    }
}
