//! A file that is written piece by piece for a person: 0600, never over another, nothing half left.

use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, Error, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use crate::app::effect::ExportStep;

/// The file that is being written, if one is.
#[derive(Debug, Default)]
pub struct Export {
    open: Option<(PathBuf, BufWriter<File>)>,
}

impl Export {
    /// Takes a step; what is to be told, if anything is: where the whole file is, or why there is none.
    pub fn take(&mut self, step: ExportStep, folder: &Path) -> Option<Result<String, String>> {
        match step {
            ExportStep::Begin { name, text } => self.begin(folder, &name, &text).err().map(Err),
            ExportStep::Write(text) => self.write(&text).err().map(Err),
            ExportStep::End => Some(self.end()),
            ExportStep::Abandon => {
                self.abandon();
                None
            }
        }
    }

    /// Begins a file; a name without a folder is one in `folder`.
    ///
    /// # Errors
    /// Why it cannot be written, as a sentence.
    pub fn begin(&mut self, folder: &Path, name: &str, text: &str) -> Result<(), String> {
        self.abandon();
        let path = folder.join(name);
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .mode(0o600)
            .open(&path)
            .map_err(|error| told(&path, &error))?;
        self.open = Some((path, BufWriter::new(file)));
        self.write(text)
    }

    /// Writes on.
    ///
    /// # Errors
    /// Why not; then the file is gone.
    pub fn write(&mut self, text: &str) -> Result<(), String> {
        let Some((path, file)) = &mut self.open else {
            return Ok(());
        };
        let written = file.write_all(text.as_bytes());
        let written = written.map_err(|error| told(path, &error));
        if written.is_err() {
            self.abandon();
        }
        written
    }

    /// Ends the file and says where it is.
    ///
    /// # Errors
    /// Why it is not whole; then it is gone.
    pub fn end(&mut self) -> Result<String, String> {
        let Some((path, mut file)) = self.open.take() else {
            return Err("no file was begun".into());
        };
        let done = file.flush().and_then(|()| file.get_ref().sync_all());
        match done {
            Ok(()) => Ok(path.display().to_string()),
            Err(error) => {
                let _ = fs::remove_file(&path);
                Err(told(&path, &error))
            }
        }
    }

    /// Gives the file up and removes it.
    pub fn abandon(&mut self) {
        if let Some((path, _)) = self.open.take() {
            let _ = fs::remove_file(path);
        }
    }
}

impl Drop for Export {
    fn drop(&mut self) {
        self.abandon();
    }
}

fn told(path: &Path, error: &Error) -> String {
    let name = path.display();
    match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
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
        export
            .begin(folder.path(), "a.csv", "head\n")
            .expect("begun");
        export.write("line\n").expect("written");
        let path = export.end().expect("ended");
        assert_eq!(fs::read_to_string(&path).expect("read"), "head\nline\n");
        let mode = fs::metadata(&path).expect("there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let again = export.begin(folder.path(), "a.csv", "").expect_err("taken");
        assert!(again.contains("is there already"), "{again}");
        assert_eq!(fs::read_to_string(&path).expect("read"), "head\nline\n");
        export.begin(folder.path(), "b.csv", "half").expect("begun");
        export.abandon();
        assert!(!folder.path().join("b.csv").exists());
        let nowhere = export.begin(folder.path(), "no/where.csv", "");
        assert!(
            nowhere
                .expect_err("no folder")
                .contains("could not be written")
        );
    }
}
