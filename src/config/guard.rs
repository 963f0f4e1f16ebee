//! Files that hold secrets: read only when their owner alone can read them, written so that nobody
//! else ever could.

use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use super::ConfigError;
use crate::files::replace;

/// A text that was read, and whether it may hold a secret.
#[derive(Debug)]
pub struct Guarded {
    /// The text.
    pub text: String,
    /// What is wrong with the file's owner or rights, and what to do; `None` when nothing is.
    pub exposed: Option<String>,
}

/// Reads a file and looks at the owner and rights of what was opened.
pub fn read(path: &Path) -> std::io::Result<Guarded> {
    let mut file = File::open(path)?;
    let about = file.metadata()?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    let exposed = if about.uid() != rustix::process::geteuid().as_raw() {
        Some("it belongs to somebody else; make a copy of your own".to_owned())
    } else if about.mode() & 0o077 != 0 {
        let mode = about.mode() & 0o777;
        Some(format!(
            "others can read it (mode {mode:o}); run chmod 600 {}",
            path.display()
        ))
    } else {
        None
    };
    Ok(Guarded { text, exposed })
}

/// Replaces a file as a whole, readable by its owner alone; what was there is intact until then.
///
/// # Errors
/// What the file system said.
pub fn write(path: &Path, text: &str) -> Result<(), ConfigError> {
    let fault = |error: std::io::Error| {
        ConfigError::Other(format!("{} could not be written: {error}", path.display()))
    };
    // A link stays a link: what it points to is replaced.
    let path = &std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(fault)?;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let beside = path.with_file_name(format!(".{name}.{}.new", std::process::id()));
    replace(path, &beside, text.as_bytes(), |_| ())
        .map(|_| ())
        .map_err(fault)
}
