//! One draft, one file: 0600 in a folder of 0700, replaced by rename only when the new one is
//! synced, so that a full disk or a cut leaves the old one whole.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::domain::draft::{Draft, DraftId, DraftOwner};

/// Writes a draft; the file of the same id is replaced as a whole.
pub fn write(folder: &Path, draft: &Draft) -> io::Result<()> {
    fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)?;
    let path = path(folder, &draft.id);
    let beside = path.with_extension("new");
    let text = serde_json::to_vec(draft).map_err(io::Error::other)?;
    let written = write_synced(&beside, &text);
    if written.is_err() {
        // What could not be written whole must not lie about; the old file is untouched.
        let _ = fs::remove_file(&beside);
        return written;
    }
    fs::rename(&beside, &path)?;
    File::open(folder)?.sync_all()
}

/// Removes a draft's file; one that is not there is no fault.
pub fn remove(folder: &Path, id: &DraftId) -> io::Result<()> {
    match fs::remove_file(path(folder, id)) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Reads the drafts of one owner, the latest first; files of others and broken ones are left alone.
pub fn read(folder: &Path, owner: &DraftOwner) -> Vec<Draft> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    let mut drafts: Vec<Draft> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .filter_map(|path| serde_json::from_slice(&fs::read(path).ok()?).ok())
        .filter(|draft: &Draft| draft.owner == *owner)
        .collect();
    drafts.sort_by_key(|draft| std::cmp::Reverse(draft.typed_at));
    drafts
}

fn write_synced(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new()
        .write(true)
        .create(true)
        .truncate(true)
        .mode(0o600)
        .open(path)?;
    file.write_all(text)?;
    file.sync_all()
}

fn path(folder: &Path, id: &DraftId) -> PathBuf {
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

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::domain::draft::DraftField;
    use crate::domain::record::Guard;
    use crate::domain::table::TableName;
    use crate::domain::value::{Entry, Value};

    fn draft(id: &str, username: &str, typed: &str) -> Draft {
        Draft {
            id: DraftId(id.into()),
            owner: DraftOwner {
                server: "s".into(),
                username: username.into(),
            },
            table: TableName {
                schema: "public".into(),
                name: "equipment".into(),
            },
            key: None,
            guard: Guard::default(),
            typed_at: jiff::Timestamp::UNIX_EPOCH,
            fields: vec![DraftField {
                column: "notes".into(),
                base: Value::Null,
                yours: Some(Entry::Value(typed.into())),
            }],
        }
    }

    #[test]
    fn drafts_come_back_to_their_owner_alone() {
        let folder = tempfile::tempdir().expect("a folder");
        let folder = folder.path().join("drafts");
        let anna = draft("a-1", "anna", "x\u{1b}[2J\n日本");
        write(&folder, &anna).expect("written");
        write(&folder, &draft("b-1", "bob", "y")).expect("written");
        assert_eq!(read(&folder, &anna.owner), vec![anna.clone()]);
        let mode = fs::metadata(folder.join("a-1.json"))
            .expect("there")
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o600);
        let mode = fs::metadata(&folder).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        remove(&folder, &anna.id).expect("removed");
        remove(&folder, &anna.id).expect("removed twice");
        assert_eq!(read(&folder, &anna.owner), vec![]);
    }

    #[test]
    fn a_write_that_fails_leaves_the_old_draft_whole() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = draft("a-1", "anna", "first");
        write(folder.path(), &first).expect("written");
        fs::create_dir(folder.path().join("a-1.new")).expect("in the way");
        write(folder.path(), &draft("a-1", "anna", "second")).expect_err("cannot be written");
        assert_eq!(read(folder.path(), &first.owner), vec![first]);
    }
}
