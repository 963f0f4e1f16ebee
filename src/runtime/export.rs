//! A file that is written piece by piece for a person: 0600, under another name until it is whole,
//! never over another unless that is asked for, nothing half left.

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Error, ErrorKind, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::app::effect::ExportStep;

/// The file that is being written, if one is.
#[derive(Debug, Default)]
pub struct Export {
    open: Option<Open>,
}

/// A file under its name for the time being.
#[derive(Debug)]
struct Open {
    path: PathBuf,
    part: PathBuf,
    file: BufWriter<File>,
    over: bool,
}

impl Export {
    /// Takes a step; what is to be told, if anything is: where the whole file is, or why there is none.
    pub fn take(&mut self, step: ExportStep, folder: &Path) -> Option<Result<String, String>> {
        match step {
            ExportStep::Begin { name, text } => {
                let begun = self.begin(folder, &name, false);
                begun.and_then(|()| self.write(&text)).err().map(Err)
            }
            ExportStep::Write(text) => self.write(&text).err().map(Err),
            ExportStep::End => Some(self.end()),
            ExportStep::Abandon => {
                self.abandon();
                None
            }
        }
    }

    /// Begins a file; a name without a folder is one in `folder`. With `over` it takes the place of
    /// one that is there once it is whole.
    ///
    /// # Errors
    /// Why it cannot be written, as a sentence.
    pub fn begin(&mut self, folder: &Path, name: &str, over: bool) -> Result<(), String> {
        self.abandon();
        let path = folder.join(name);
        if path.is_dir() {
            return Err(format!("{} is a folder", path.display()));
        }
        if !over && is_there(&path) {
            return Err(told(&path, &ErrorKind::AlreadyExists.into()));
        }
        let part = beside(&path);
        let opened = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&part);
        let file = opened.map_err(|error| match error.kind() {
            ErrorKind::AlreadyExists => format!(
                "{} is there: a file that is being written, or was never finished; remove it, or \
                 take another name",
                part.display()
            ),
            _ => told(&path, &error),
        })?;
        self.open = Some(Open {
            path,
            part,
            file: BufWriter::new(file),
            over,
        });
        Ok(())
    }

    /// Writes on.
    ///
    /// # Errors
    /// Why not; then the file is gone.
    pub fn write(&mut self, text: &str) -> Result<(), String> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        let written = open.file.write_all(text.as_bytes());
        let written = written.map_err(|error| told(&open.path, &error));
        if written.is_err() {
            self.abandon();
        }
        written
    }

    /// Ends the file, gives it its name and says where it is.
    ///
    /// # Errors
    /// Why it is not whole, or has not got its name; then it is gone.
    pub fn end(&mut self) -> Result<String, String> {
        let Some(mut open) = self.open.take() else {
            return Err("no file was begun".into());
        };
        let done = open.file.flush();
        let done = done.and_then(|()| open.file.get_ref().sync_all());
        match done.and_then(|()| name(&open)) {
            Ok(()) => Ok(open.path.display().to_string()),
            Err(error) => {
                let _ = fs::remove_file(&open.part);
                Err(told(&open.path, &error))
            }
        }
    }

    /// Gives the file up and removes it.
    pub fn abandon(&mut self) {
        if let Some(open) = self.open.take() {
            let _ = fs::remove_file(open.part);
        }
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        self.abandon();
    }
}

/// Whether something has that name, be it a link that leads nowhere.
pub fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

/// The name of a file until it is whole.
fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".part");
    path.with_file_name(name)
}

/// Gives a whole file its name; not the name of another that came meanwhile.
fn name(open: &Open) -> Result<(), Error> {
    if open.over {
        return fs::rename(&open.part, &open.path);
    }
    match fs::hard_link(&open.part, &open.path) {
        Ok(()) => fs::remove_file(&open.part),
        Err(error) if error.kind() == ErrorKind::AlreadyExists => Err(error),
        // A file system without links.
        Err(_) if is_there(&open.path) => Err(ErrorKind::AlreadyExists.into()),
        Err(_) => fs::rename(&open.part, &open.path),
    }
}

fn told(path: &Path, error: &Error) -> String {
    let name = path.display();
    match error.kind() {
        ErrorKind::AlreadyExists => {
            format!("{name} is there already; nothing was written over")
        }
        _ => format!("{name} could not be written: {error}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    #[test]
    fn a_file_is_whole_or_not_there_and_never_over_another() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut export = Export::default();
        export.begin(folder.path(), "a.csv", false).expect("begun");
        export.write("head\nline\n").expect("written");
        assert!(!folder.path().join("a.csv").exists(), "not yet");
        let path = export.end().expect("ended");
        assert_eq!(fs::read_to_string(&path).expect("read"), "head\nline\n");
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = export
            .begin(folder.path(), "a.csv", false)
            .expect_err("taken");
        assert!(again.contains("is there already"), "{again}");
        assert_eq!(fs::read_to_string(&path).expect("read"), "head\nline\n");
        export.begin(folder.path(), "b.csv", false).expect("begun");
        export.write("half").expect("written");
        export.abandon();
        let left: Vec<_> = fs::read_dir(folder.path()).expect("read").collect();
        assert_eq!(left.len(), 1, "nothing half is left: {left:?}");
        let nowhere = export.begin(folder.path(), "no/where.csv", false);
        assert!(
            nowhere
                .expect_err("no folder")
                .contains("could not be written")
        );
    }

    #[test]
    fn one_that_came_meanwhile_is_kept_and_one_is_replaced_only_when_asked() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("a.csv");
        let mut export = Export::default();
        export.begin(folder.path(), "a.csv", false).expect("begun");
        export.write("ours").expect("written");
        fs::write(&file, "theirs").expect("another program");
        let late = export.end().expect_err("taken meanwhile");
        assert!(late.contains("is there already"), "{late}");
        assert_eq!(fs::read_to_string(&file).expect("read"), "theirs");
        export.begin(folder.path(), "a.csv", true).expect("begun");
        export.write("ours").expect("written");
        assert_eq!(fs::read_to_string(&file).expect("read"), "theirs");
        export.end().expect("ended");
        assert_eq!(fs::read_to_string(&file).expect("read"), "ours");
        let left = fs::read_dir(folder.path()).expect("read").count();
        assert_eq!(left, 1, "nothing is left beside it");
        fs::write(folder.path().join("b.csv.part"), "").expect("a part");
        let part = export
            .begin(folder.path(), "b.csv", false)
            .expect_err("a part");
        assert!(part.contains("never finished"), "{part}");
    }
}
