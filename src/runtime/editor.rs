//! A person's own editor on one text: a file only they can read, the program run on it, the text
//! read back, the file removed. No terminal and no form here.

pub mod left;

use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::process::ExitStatus;

use rustix::fs::{FlockOperation, flock};
use tokio::process::Command;

/// The editor where the person named none.
const USUAL: &str = "vi";

/// A text that is wanted in an editor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The name of the file, with an ending that tells the editor what it holds.
    pub name: String,
    /// The text.
    pub text: String,
}

/// A text that lies in a file of its own.
#[derive(Debug)]
pub struct Laid {
    folder: PathBuf,
    file: PathBuf,
    text: String,
    /// As long as it is held, nobody takes the text for one that was left.
    _held: File,
}

impl Laid {
    /// Writes the text into a new folder of 0700, as a file of 0600.
    ///
    /// # Errors
    /// When the disk refuses.
    pub fn new(root: &Path, wanted: Wanted, number: u64) -> io::Result<Self> {
        let folder = root.join(format!("editor-{}-{number:x}", std::process::id()));
        let mut make = DirBuilder::new();
        make.mode(0o700);
        make.recursive(true).create(root)?;
        make.recursive(false).create(&folder)?;
        let held = File::open(&folder)?;
        flock(&held, FlockOperation::NonBlockingLockExclusive)?;
        let file = folder.join(&wanted.name);
        let written = private(&folder.join(left::BEFORE), &wanted.text)
            .and_then(|()| private(&file, &wanted.text));
        let laid = Self {
            folder,
            file,
            text: wanted.text,
            _held: held,
        };
        if written.is_err() {
            laid.remove();
        }
        written.map(|()| laid)
    }

    /// Makes the command that runs the person's editor on the file. The editor is a shell's words,
    /// as everywhere: `code -w`.
    pub fn command(&self, editor: Option<&str>) -> Command {
        let editor = editor.unwrap_or(USUAL);
        let mut command = Command::new("sh");
        command.arg("-c").arg(format!("{editor} \"$1\""));
        command.arg("sh").arg(&self.file);
        command
    }

    /// Takes the text back once the editor has ended.
    ///
    /// # Errors
    /// Why there is no text to take, for the person; what was written is kept where it differs.
    pub fn take(
        self,
        ended: io::Result<ExitStatus>,
        editor: Option<&str>,
    ) -> Result<String, String> {
        let editor = editor.unwrap_or(USUAL);
        let now = fs::read(&self.file);
        let same = now.as_ref().is_ok_and(|now| now == self.text.as_bytes());
        let why = match ended {
            Ok(status) if status.success() => None,
            Ok(status) if status.code() == Some(127) => Some(format!(
                "{editor} could not be started: name another editor in VISUAL or EDITOR"
            )),
            Ok(status) => Some(format!("{editor} ended with a fault ({status})")),
            Err(error) => Some(format!("{editor} could not be started: {error}")),
        };
        match (why, now) {
            (None, Ok(bytes)) => match String::from_utf8(bytes) {
                Ok(text) => {
                    self.remove();
                    Ok(trimmed(text, &self.text))
                }
                Err(_) => Err(format!(
                    "what {editor} wrote is no UTF-8 text; it is kept in {}",
                    self.file.display()
                )),
            },
            (None, Err(_)) => {
                self.remove();
                Err(format!("{editor} left no text behind"))
            }
            (Some(why), Ok(_)) if !same => Err(format!(
                "{why}; what it wrote is in {}",
                self.file.display()
            )),
            (Some(why), _) => {
                self.remove();
                Err(why)
            }
        }
    }

    fn remove(&self) {
        // A folder that cannot be removed is private all the same.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Writes a new file that only this person can read.
fn private(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    options.open(path)?.write_all(text.as_bytes())
}

/// Without the line end that an editor puts after the last line of a text that has none.
fn trimmed(text: String, before: &str) -> String {
    match text.strip_suffix('\n') {
        Some(short) if !before.ends_with('\n') => {
            short.strip_suffix('\r').unwrap_or(short).to_owned()
        }
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    async fn edit(text: &str, editor: &str) -> (Result<String, String>, bool) {
        let root = tempfile::tempdir().unwrap();
        let wanted = Wanted {
            name: "notes.txt".into(),
            text: text.into(),
        };
        let laid = Laid::new(root.path(), wanted, 7).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!((mode(&laid.folder), mode(&laid.file)), (0o700, 0o600));
        let ended = laid.command(Some(editor)).status().await;
        let folder = laid.folder.clone();
        (laid.take(ended, Some(editor)), folder.exists())
    }

    #[tokio::test]
    async fn the_text_comes_back_and_the_file_is_gone() {
        for (before, editor, after) in [
            ("one", "true", "one"),
            ("one", "sed -i s/o/O/", "One"),
            ("one", "f() { echo two > \"$1\"; }; f", "two"),
            ("one\n", "f() { echo two > \"$1\"; }; f", "two\n"),
            ("", "f() { printf 'a\\n\\n' > \"$1\"; }; f", "a\n"),
        ] {
            let (text, there) = edit(before, editor).await;
            assert_eq!(text.as_deref(), Ok(after), "{editor}");
            assert!(!there, "{editor}");
        }
    }

    #[tokio::test]
    async fn a_text_that_nobody_took_back_is_found_again() {
        let root = tempfile::tempdir().unwrap();
        let lay = |number| {
            let wanted = Wanted {
                name: "notes.txt".into(),
                text: "one".into(),
            };
            Laid::new(root.path(), wanted, number).unwrap()
        };
        let (written, untouched) = (lay(1), lay(2));
        let (file, folder) = (written.file.clone(), untouched.folder.clone());
        let ended = written.command(Some("sed -i s/one/two/")).status().await;
        assert!(ended.unwrap().success());
        assert!(left::texts(root.path()).is_empty(), "an editor has them");
        drop((written, untouched));
        assert_eq!(left::texts(root.path()), std::slice::from_ref(&file));
        assert_eq!(fs::read_to_string(file).unwrap(), "two");
        assert!(!folder.exists(), "nothing was written there");
    }

    #[tokio::test]
    async fn an_editor_that_fails_says_so_and_loses_nothing() {
        let (text, there) = edit("one", "no-such-editor").await;
        assert!(text.unwrap_err().contains("could not be started"));
        assert!(!there);
        let (text, there) = edit("one", "f() { echo two > \"$1\"; exit 3; }; f").await;
        assert!(text.unwrap_err().contains("what it wrote is in"));
        assert!(there);
        let (text, there) = edit("one", "f() { printf '\\377' > \"$1\"; }; f").await;
        assert!(text.unwrap_err().contains("is no UTF-8 text"));
        assert!(there);
        let (text, there) = edit("one", "rm").await;
        assert!(text.unwrap_err().contains("left no text"));
        assert!(!there);
    }
}
