//! The password file of PostgreSQL's own tools (`~/.pgpass`, `PGPASSFILE`): finding a line in it.

use std::path::PathBuf;

use secrecy::SecretString;

use super::{ConfigError, Environment, guard};
use crate::domain::connection::ConnectionSettings;

/// Looks the password up in the file that PGPASSFILE names, else in `~/.pgpass`.
///
/// # Errors
/// A file that others can read, or one that was named and cannot be read.
pub fn find(
    settings: &ConnectionSettings,
    environment: Environment<'_>,
) -> Result<Option<SecretString>, ConfigError> {
    let named = environment("PGPASSFILE").map(PathBuf::from);
    let usual = || environment("HOME").map(|home| PathBuf::from(home).join(".pgpass"));
    let Some(path) = named.clone().or_else(usual) else {
        return Ok(None);
    };
    let guarded = match guard::read(&path) {
        Ok(guarded) => guarded,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound && named.is_none() => {
            return Ok(None);
        }
        Err(error) => {
            let what = format!(
                "the password file {} cannot be read: {error}",
                path.display()
            );
            return Err(ConfigError::Other(what));
        }
    };
    if let Some(exposed) = guarded.exposed {
        let what = format!(
            "the password file {} is not used: {exposed}",
            path.display()
        );
        return Err(ConfigError::Other(what));
    }
    Ok(line_for(&guarded.text, settings))
}

/// Returns the password of the first line that fits.
pub fn line_for(text: &str, settings: &ConnectionSettings) -> Option<SecretString> {
    let port = settings.port.to_string();
    text.lines()
        .filter(|line| !line.starts_with('#'))
        .find_map(|line| {
            let parts = fields(line)?;
            let [host, line_port, database, user, password] = &parts;
            let fits = host_fits(host, &settings.host)
                && (line_port == "*" || *line_port == port)
                && (database == "*" || *database == settings.database)
                && (user == "*" || *user == settings.user);
            fits.then(|| SecretString::from(password.clone()))
        })
}

/// The line's host also means this machine's usual sockets when it says `localhost`.
fn host_fits(line: &str, host: &str) -> bool {
    line == "*" || line == host || line == "localhost" && host.starts_with('/')
}

/// Splits a line at colons; a backslash takes the next character as it is.
fn fields(line: &str) -> Option<[String; 5]> {
    let mut fields: [String; 5] = Default::default();
    let mut at = 0;
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        match c {
            '\\' => fields[at].extend(chars.next()),
            // The password is the rest; what follows a further colon is a comment.
            ':' if at == 4 => break,
            ':' => at += 1,
            c => fields[at].push(c),
        }
    }
    (at == 4).then_some(fields)
}
