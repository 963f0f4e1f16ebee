//! Writes a profile into the configuration file: only what changed, comments stay, and the result is
//! read back before it replaces the file.

use std::ops::Range;
use std::path::Path;
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};
use toml::Value;
use toml::de::DeTable;

use super::{Config, ConfigError, Profile, guard, read};
use crate::domain::connection::{ConnectionSettings, PasswordSource, TlsMode, Way};

/// Writes a profile into a file, which is made when it does not exist, and returns what to tell.
///
/// # Errors
/// A file with a fault, or one that cannot be written.
pub fn profile(
    path: &Path,
    settings: &ConnectionSettings,
    password: Option<&SecretString>,
) -> Result<String, ConfigError> {
    let shown = path.display().to_string();
    let before = match guard::read(path) {
        Ok(guarded) => guarded.text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => String::new(),
        Err(error) => {
            return Err(ConfigError::Other(format!(
                "{shown} cannot be read: {error}"
            )));
        }
    };
    let text = with_profile(&shown, &before, settings, password)?;
    guard::write(path, &text)?;
    Ok(format!("Saved as profile {} in {shown}", settings.profile))
}

/// Returns the text of a configuration file with this profile in it.
///
/// # Errors
/// A fault in the text, or a way of writing that cannot be changed line by line.
pub fn with_profile(
    file: &str,
    text: &str,
    settings: &ConnectionSettings,
    password: Option<&SecretString>,
) -> Result<String, ConfigError> {
    let config = read::text(file, text)?;
    let changed = match config.profiles.get(&settings.profile) {
        Some(old) => change(text, old, settings, password)?,
        None => append(text, &config, settings, password),
    };
    let again = read::text(file, &changed).ok();
    let saved = again
        .as_ref()
        .and_then(|config| config.profiles.get(&settings.profile));
    if saved.is_some_and(|saved| saved.settings == *settings) {
        return Ok(changed);
    }
    Err(ConfigError::Other(format!(
        "{file}: the profile {} is written in a way that cannot be changed here; edit the file",
        settings.profile
    )))
}

fn append(
    text: &str,
    config: &Config,
    settings: &ConnectionSettings,
    password: Option<&SecretString>,
) -> String {
    let mut whole = String::new();
    // The one that was used without a name stays that.
    if let (None, Some(first), 1) = (
        &config.profile,
        config.profiles.keys().next(),
        config.profiles.len(),
    ) {
        whole.push_str(&line("profile", &string(first)));
    }
    whole.push_str(text);
    if !whole.is_empty() && !whole.ends_with('\n') {
        whole.push('\n');
    }
    if !whole.is_empty() {
        whole.push('\n');
    }
    whole.push_str(&format!("[profiles.{}]\n", name(&settings.profile)));
    for (key, value) in entries(settings, password) {
        if let Some(value) = value {
            whole.push_str(&line(key, &value));
        }
    }
    whole
}

/// Replaces, takes out and adds lines of a table where the values differ.
fn change(
    text: &str,
    old: &Profile,
    settings: &ConnectionSettings,
    password: Option<&SecretString>,
) -> Result<String, ConfigError> {
    let fault = |_| ConfigError::Other("the configuration cannot be read".into());
    let parsed = DeTable::parse(text).map_err(fault)?;
    let table = parsed
        .get_ref()
        .get("profiles")
        .and_then(|profiles| {
            profiles
                .get_ref()
                .as_table()?
                .get(settings.profile.as_str())
        })
        .and_then(|profile| profile.get_ref().as_table());
    let mut edits: Vec<(Range<usize>, String)> = Vec::new();
    let mut added = String::new();
    let before = entries(&old.settings, old.password.as_ref());
    for ((key, was), (_, is)) in before.into_iter().zip(entries(settings, password)) {
        let place = table.and_then(|table| table.get_key_value(key));
        match (place, is) {
            (_, is) if was == is => {}
            (Some((_, value)), Some(new)) => edits.push((value.span(), new)),
            (Some((own, value)), None) => {
                edits.push((
                    lines(text, own.span().start, value.span().end),
                    String::new(),
                ));
            }
            (None, Some(new)) => added.push_str(&line(key, &new)),
            (None, None) => {}
        }
    }
    let last = table
        .into_iter()
        .flat_map(|table| table.values())
        .map(|value| value.span().end)
        .max();
    if let Some(last) = last {
        let end = lines(text, last, last).end;
        edits.push((end..end, added));
    }
    edits.sort_by_key(|(range, _)| range.start);
    let mut whole = text.to_owned();
    for (range, new) in edits.into_iter().rev() {
        whole.replace_range(range, &new);
    }
    Ok(whole)
}

/// Returns the whole lines from one byte to another.
fn lines(text: &str, from: usize, to: usize) -> Range<usize> {
    let start = text[..from].rfind('\n').map_or(0, |at| at + 1);
    let end = text[to..].find('\n').map_or(text.len(), |at| to + at + 1);
    start..end
}

/// Every key of a profile with its value; `None` where the default says the same.
fn entries(
    s: &ConnectionSettings,
    password: Option<&SecretString>,
) -> Vec<(&'static str, Option<String>)> {
    let usual = ConnectionSettings::default();
    let seconds = |is: Duration, was: Duration| (is != was).then(|| is.as_secs().to_string());
    let number = |is: u32, was: u32| (is != was).then(|| is.to_string());
    let path = |path: Option<&std::path::PathBuf>| path.map(|p| string(&p.to_string_lossy()));
    let (from, command, inline) = source(s, password);
    vec![
        ("server", Some(string(&s.host))),
        ("port", (s.port != usual.port).then(|| s.port.to_string())),
        ("database", Some(string(&s.database))),
        ("user", Some(string(&s.user))),
        ("way", s.way.map(|way| string(way_word(way)))),
        (
            "tls",
            (s.tls != s.usual_tls()).then(|| string(tls_word(s.tls))),
        ),
        ("tls_root", path(s.tls_root.as_ref())),
        (
            "tls_cert",
            path(s.tls_client.as_ref().map(|(certificate, _)| certificate)),
        ),
        ("tls_key", path(s.tls_client.as_ref().map(|(_, key)| key))),
        (
            "channel_binding",
            s.bound_password.then(|| string("require")),
        ),
        ("allow_plaintext", s.allow_plaintext.then(|| "true".into())),
        ("password_from", from),
        ("password_command", command),
        ("password", inline),
        ("pool_min", number(s.pool_min, usual.pool_min)),
        ("pool_max", number(s.pool_max, usual.pool_max)),
        (
            "connect_timeout_s",
            seconds(s.connect_timeout, usual.connect_timeout),
        ),
        (
            "statement_timeout_s",
            seconds(s.statement_timeout, usual.statement_timeout),
        ),
        (
            "lock_timeout_s",
            seconds(s.lock_timeout, usual.lock_timeout),
        ),
        (
            "idle_timeout_s",
            seconds(s.idle_timeout, usual.idle_timeout),
        ),
        (
            "max_lifetime_s",
            seconds(s.max_lifetime, usual.max_lifetime),
        ),
        (
            "test_on_checkout",
            (!s.test_on_checkout).then(|| "false".into()),
        ),
    ]
}

/// The three keys that say where the password comes from.
fn source(
    s: &ConnectionSettings,
    password: Option<&SecretString>,
) -> (Option<String>, Option<String>, Option<String>) {
    match &s.password {
        PasswordSource::Ask => (None, None, None),
        PasswordSource::None => (Some(string("none")), None, None),
        PasswordSource::Command(command) => (None, Some(string(command)), None),
        PasswordSource::Inline => (None, None, password.map(|p| string(p.expose_secret()))),
    }
}

/// Returns how a way is written.
pub fn way_word(way: Way) -> &'static str {
    match way {
        Way::Shared => "shared",
        Way::Plain => "plain",
    }
}

/// Returns how a TLS mode is written.
pub fn tls_word(tls: TlsMode) -> &'static str {
    match tls {
        TlsMode::VerifyFull => "verify-full",
        TlsMode::VerifyCa => "verify-ca",
        TlsMode::Off => "off",
    }
}

fn line(key: &str, value: &str) -> String {
    format!("{key} = {value}\n")
}

fn string(text: &str) -> String {
    Value::String(text.to_owned()).to_string()
}

fn name(name: &str) -> String {
    let bare = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    match !name.is_empty() && name.chars().all(bare) {
        true => name.to_owned(),
        false => string(name),
    }
}
