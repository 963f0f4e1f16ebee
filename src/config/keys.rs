//! The shape of a table of keys: name, default, what it is for, how it is read. Files, environment
//! and the example are made from such tables; a key that is in none does not exist.

use super::given::Given;

/// One key of the configuration.
pub struct KeyRow<T: 'static> {
    /// Its name in files; in the environment with `ROWHOUSE_` and in capitals.
    pub name: &'static str,
    /// The value that counts when it is not given, as TOML; `None` where nothing is.
    pub default: Option<&'static str>,
    /// A value for the example where there is no default.
    pub sample: &'static str,
    /// What it is for, in one or two lines.
    pub about: &'static str,
    /// Reads it.
    pub set: fn(&mut T, Given<'_>) -> Result<(), String>,
}

impl<T> KeyRow<T> {
    /// Returns the name of the variable that overrides it.
    pub fn variable(&self) -> String {
        format!("ROWHOUSE_{}", self.name.to_ascii_uppercase())
    }

    /// Returns the value shown in the example.
    pub fn shown(&self) -> &'static str {
        self.default.unwrap_or(self.sample)
    }
}

/// Takes every key of a table that the environment gives.
pub fn from_environment<T>(
    rows: &'static [KeyRow<T>],
    into: &mut T,
    environment: super::Environment<'_>,
) -> Result<bool, super::ConfigError> {
    let mut any = false;
    for row in rows {
        let variable = row.variable();
        if let Some(text) = environment(&variable) {
            (row.set)(into, Given::Text(&text))
                .map_err(|fault| super::ConfigError::Other(format!("{variable}: {fault}")))?;
            any = true;
        }
    }
    Ok(any)
}
