//! Finding the password of the database login: a command, or PostgreSQL's password file. What must
//! be asked for is asked for by a screen or a command, not here.

use std::process::{Command, Stdio};

use secrecy::SecretString;

use super::{Chosen, ConfigError, Environment, pgpass};
use crate::domain::connection::{ConnectionSettings, PasswordSource};

/// Returns the password that belongs to settings, or `None` when it has to be asked for or none is
/// needed. Runs the password command, so that it may take a while.
///
/// # Errors
/// A command that failed, a password file that others can read.
pub fn find(
    settings: &ConnectionSettings,
    environment: Environment<'_>,
) -> Result<Option<SecretString>, ConfigError> {
    match &settings.password {
        PasswordSource::Ask => pgpass::find(settings, environment),
        PasswordSource::Command(command) => run(command).map(Some),
        PasswordSource::Inline | PasswordSource::None => Ok(None),
    }
}

impl Chosen {
    /// Finds the password unless file or environment held it already.
    ///
    /// # Errors
    /// As [`find`].
    pub fn with_password(mut self, environment: Environment<'_>) -> Result<Self, ConfigError> {
        if self.password.is_none() {
            self.password = find(&self.settings, environment)?;
        }
        Ok(self)
    }
}

/// Runs a command and takes the first line of its output.
fn run(command: &str) -> Result<SecretString, ConfigError> {
    let fault = |what: String| ConfigError::Other(format!("password_command: {what}"));
    let output = Command::new("sh")
        .args(["-c", command])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| fault(format!("it could not be run: {error}")))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        let said = said.lines().next().unwrap_or("it said nothing");
        let said = crate::domain::text::line(said);
        return Err(fault(format!("{} ({said})", output.status)));
    }
    let text = String::from_utf8(output.stdout).map_err(|_| fault("it printed no UTF-8".into()))?;
    let text = zeroize::Zeroizing::new(text);
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(SecretString::from(line.to_owned())),
        _ => Err(fault("it printed nothing".into())),
    }
}
