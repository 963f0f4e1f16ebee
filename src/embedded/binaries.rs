//! Finds PostgreSQL's server programs on this machine; starts nothing but `--version`.

use std::collections::BTreeSet;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::EmbeddedError;

/// Names the variable that points at a folder of server programs and stops the search.
pub const FOLDER_VARIABLE: &str = "ROWHOUSE_PG_BIN";

/// Names the oldest major version that Rowhouse works with.
const OLDEST_MAJOR: u32 = 13;

/// Points at one installed set of server programs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Binaries {
    /// The folder that holds `initdb` and `postgres`.
    pub folder: PathBuf,
    /// The major version, as `postgres --version` says it.
    pub major: u32,
}

impl Binaries {
    /// Finds all installed sets, highest major version first.
    ///
    /// # Errors
    /// When there is none, with the package to install.
    pub fn installed() -> Result<Vec<Self>, EmbeddedError> {
        if let Some(folder) = env::var_os(FOLDER_VARIABLE).filter(|value| !value.is_empty()) {
            let folder = PathBuf::from(folder);
            return match look(&folder) {
                Some(binaries) => Ok(vec![binaries]),
                None => Err(EmbeddedError::NoBinariesIn(folder)),
            };
        }
        let mut found: Vec<Self> = candidates().iter().filter_map(|path| look(path)).collect();
        found.sort_by(|a, b| b.major.cmp(&a.major).then_with(|| a.folder.cmp(&b.folder)));
        if found.is_empty() {
            return Err(EmbeddedError::NoBinaries);
        }
        Ok(found)
    }

    /// Chooses the set for a data folder: the major version that made it, else the newest.
    ///
    /// # Errors
    /// When none is installed, or none of the version that made the folder.
    pub fn for_data(data: &Path) -> Result<Self, EmbeddedError> {
        let installed = Self::installed()?;
        let made_by = made_by(data);
        let newest = installed.first().map_or(0, |binaries| binaries.major);
        installed
            .into_iter()
            .find(|binaries| made_by.is_none_or(|major| binaries.major == major))
            .ok_or_else(|| EmbeddedError::OtherMajor {
                folder: data.to_path_buf(),
                made_by: made_by.unwrap_or(newest),
                installed: newest,
            })
    }

    /// Gives the path of one program of the set.
    pub fn program(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

/// Reads the major version that made a data folder; none when there is no such folder yet.
fn made_by(data: &Path) -> Option<u32> {
    fs::read_to_string(data.join("PG_VERSION"))
        .ok()?
        .trim()
        .parse()
        .ok()
}

/// Looks at one folder. `initdb` may be a link out of a folder that holds nothing else of the
/// set, so the folder that counts is the one the link leads to.
fn look(folder: &Path) -> Option<Binaries> {
    let initdb = fs::canonicalize(folder.join("initdb")).ok()?;
    let folder = initdb.parent()?.to_path_buf();
    let said = Command::new(folder.join("postgres"))
        .arg("--version")
        .output()
        .ok()?;
    let major = major_of(&String::from_utf8_lossy(&said.stdout))?;
    (major >= OLDEST_MAJOR).then_some(Binaries { folder, major })
}

/// Reads `postgres (PostgreSQL) 15.18 (Debian ...)`, also of betas (`18beta1`).
fn major_of(version_line: &str) -> Option<u32> {
    let version = version_line.split_once("(PostgreSQL) ")?.1;
    let digits: String = version.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

/// Lists the folders worth a look, each once and with links resolved.
fn candidates() -> BTreeSet<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = env::split_paths(&path).collect();
    folders.extend(pg_config_folder());
    folders.extend(below("/usr/lib/postgresql", "", "bin"));
    folders.extend(below("/usr", "pgsql-", "bin"));
    for opt in [
        "/opt/homebrew/opt",
        "/usr/local/opt",
        "/home/linuxbrew/.linuxbrew/opt",
    ] {
        folders.extend(below(opt, "postgresql", "bin"));
    }
    folders.extend(below(
        "/Applications/Postgres.app/Contents/Versions",
        "",
        "bin",
    ));
    folders
        .iter()
        .filter_map(|folder| fs::canonicalize(folder.join("initdb")).ok())
        .filter_map(|initdb| initdb.parent().map(Path::to_path_buf))
        .collect()
}

fn pg_config_folder() -> Option<PathBuf> {
    let said = Command::new("pg_config").arg("--bindir").output().ok()?;
    let folder = String::from_utf8(said.stdout).ok()?;
    let folder = folder.trim();
    (!folder.is_empty()).then(|| PathBuf::from(folder))
}

/// Lists `parent/<name with this beginning>/last`.
fn below(parent: &str, beginning: &str, last: &str) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(parent) else {
        return Vec::new();
    };
    entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(beginning))
        .map(|entry| entry.path().join(last))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_major_version() {
        let debian = "postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)\n";
        assert_eq!(major_of(debian), Some(15));
        assert_eq!(major_of("postgres (PostgreSQL) 18beta1\n"), Some(18));
        assert_eq!(major_of("bash: no such file"), None);
    }

    #[test]
    fn finds_installed_programs_highest_first() {
        let found = Binaries::installed().unwrap();
        assert!(found.windows(2).all(|pair| pair[0].major >= pair[1].major));
        assert!(found[0].program("postgres").is_file());
    }

    #[test]
    fn refuses_the_data_of_a_version_that_is_not_installed() {
        let data = tempfile::tempdir().unwrap();
        fs::write(data.path().join("PG_VERSION"), "9\n").unwrap();
        let refused = Binaries::for_data(data.path()).unwrap_err().to_string();
        assert!(refused.contains("made by PostgreSQL 9"), "{refused}");
        assert!(refused.contains("--reset"), "{refused}");
    }
}
