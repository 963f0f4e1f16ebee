//! Why a command did not do what was asked, and the exit code that says so.

use std::fmt::Display;
use std::process::ExitCode;

use crate::config::ConfigError;

/// Why a command did not do what was asked; one line, without any secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CommandError {
    /// It was asked wrongly: exit code 2.
    #[error("{0}")]
    Usage(String),
    /// It did not work: exit code 1.
    #[error("{0}")]
    Failed(String),
    /// Nobody reads the answer any more: exit code 1, and not a word.
    #[error("nobody reads the answer")]
    Unread,
}

impl CommandError {
    /// Makes an error of something that did not work.
    pub fn failed(fault: impl Display) -> Self {
        Self::Failed(fault.to_string())
    }

    /// Returns the exit code.
    pub fn exit_code(&self) -> ExitCode {
        match self {
            Self::Usage(_) => ExitCode::from(2),
            Self::Failed(_) | Self::Unread => ExitCode::FAILURE,
        }
    }
}

impl From<ConfigError> for CommandError {
    fn from(fault: ConfigError) -> Self {
        Self::Usage(fault.to_string())
    }
}

impl From<std::io::Error> for CommandError {
    fn from(fault: std::io::Error) -> Self {
        Self::failed(fault)
    }
}
