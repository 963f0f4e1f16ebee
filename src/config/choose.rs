//! Which connection: command line, then `ROWHOUSE_*`, then the profile; `DATABASE_URL` and `PG*`
//! only when no profile is chosen. Nothing connects here.

use secrecy::SecretString;

use super::given::Given;
use super::{Config, ConfigError, Environment, Profile, foreign, keys, profile, url};
use crate::domain::connection::{ConnectionSettings, PasswordSource};
use crate::domain::nearest::nearest;

/// What the command line says about the connection.
#[derive(Clone, Debug, Default)]
pub struct Wanted {
    /// `--profile`.
    pub profile: Option<String>,
    /// `--url`.
    pub url: Option<String>,
}

/// The connection that was chosen.
#[derive(Clone, Debug)]
pub struct Chosen {
    /// Where and how; `profile` names the profile or says where the settings came from.
    pub settings: ConnectionSettings,
    /// The password, where file or environment hold it.
    pub password: Option<SecretString>,
}

/// Chooses the connection; `None` when nothing is configured at all.
///
/// # Errors
/// A profile that does not exist or is not complete, a URL that cannot be read, a password in
/// `--url`, several profiles and none named.
pub fn choose(
    config: &Config,
    wanted: &Wanted,
    environment: Environment<'_>,
) -> Result<Option<Chosen>, ConfigError> {
    let Some(begun) = begin(config, wanted, environment)? else {
        return Ok(None);
    };
    let Begun {
        mut profile,
        mut password,
        url,
        guessing,
    } = begun;
    // The password of the environment is no key of the profile: it goes before any source.
    let but_password = |name: &str| environment(name).filter(|_| name != "ROWHOUSE_PASSWORD");
    keys::from_environment(profile::KEYS, &mut profile, &but_password)?;
    if let Some((name, text)) = url {
        let found = url::read(&text, &mut profile)
            .map_err(|fault| ConfigError::Other(format!("{name}: {fault}")))?;
        if found.is_some() && name == "--url" {
            return Err(ConfigError::Other(PASSWORD_IN_URL.into()));
        }
        password = found.or(password);
    }
    if guessing {
        complete(&mut profile.settings, environment);
    }
    let name = profile.settings.profile.clone();
    profile
        .finish()
        .map_err(|fault| ConfigError::Other(format!("{name}: {fault}")))?;
    if let Some(missing) = profile.missing() {
        let file = config
            .file
            .as_ref()
            .map_or(String::new(), |file| format!("{}: ", file.display()));
        return Err(ConfigError::Other(format!(
            "{file}the profile {name} lacks `{missing}`"
        )));
    }
    let password = environment("ROWHOUSE_PASSWORD")
        .map(SecretString::from)
        .or(password)
        .or_else(|| {
            profile
                .password
                .clone()
                .filter(|_| profile.settings.password == PasswordSource::Inline)
        });
    Ok(Some(Chosen {
        settings: profile.settings,
        password,
    }))
}

const PASSWORD_IN_URL: &str = "a password in --url can be read by everybody on this machine: \
    leave it out and type it when asked, or put it into the file that PGPASSFILE names \
    (or ~/.pgpass)";

/// What the choice begins with, before single values are laid over it.
struct Begun {
    profile: Profile,
    password: Option<SecretString>,
    /// A URL to be laid over it, and what it is called.
    url: Option<(&'static str, String)>,
    /// Whether what is missing may be guessed as PostgreSQL's own tools do.
    guessing: bool,
}

fn begin(
    config: &Config,
    wanted: &Wanted,
    environment: Environment<'_>,
) -> Result<Option<Begun>, ConfigError> {
    if let Some(url) = &wanted.url {
        return Ok(Some(from_url("--url", url.clone(), environment)));
    }
    let named = wanted
        .profile
        .clone()
        .or_else(|| environment("ROWHOUSE_PROFILE"));
    if let Some(name) = named {
        return named_profile(config, &name).map(Some);
    }
    if let Some(url) = environment("ROWHOUSE_URL") {
        return Ok(Some(from_url("ROWHOUSE_URL", url, environment)));
    }
    let only = || {
        config
            .profiles
            .keys()
            .next()
            .filter(|_| config.profiles.len() == 1)
    };
    if let Some(name) = config.profile.as_ref().or_else(only) {
        return named_profile(config, name).map(Some);
    }
    if let Some(url) = environment("DATABASE_URL") {
        return Ok(Some(from_url("DATABASE_URL", url, environment)));
    }
    if let Some(begun) = from_pg(environment)? {
        return Ok(Some(begun));
    }
    let names: Vec<&str> = config.profiles.keys().map(String::as_str).collect();
    if !names.is_empty() {
        return Err(ConfigError::Other(format!(
            "there are several profiles ({}): name one with --profile, or with `profile = \"{}\"` \
             in the configuration",
            names.join(", "),
            names[0]
        )));
    }
    let alone = ["ROWHOUSE_SERVER", "ROWHOUSE_DATABASE"]
        .map(environment)
        .iter()
        .any(Option::is_some);
    Ok(alone.then(|| guessed("ROWHOUSE_*", None)))
}

fn named_profile(config: &Config, name: &str) -> Result<Begun, ConfigError> {
    let Some(profile) = config.profiles.get(name) else {
        let known: Vec<&str> = config.profiles.keys().map(String::as_str).collect();
        let near = match nearest(name, &known) {
            Some(near) => format!("; the nearest is {near}"),
            None if known.is_empty() => "; none is configured".into(),
            None => format!("; there are {}", known.join(", ")),
        };
        return Err(ConfigError::Other(format!(
            "there is no profile called {name}{near}"
        )));
    };
    Ok(Begun {
        profile: profile.clone(),
        password: None,
        url: None,
        guessing: false,
    })
}

fn from_url(name: &'static str, url: String, environment: Environment<'_>) -> Begun {
    let mut begun = guessed(name, environment("PGPASSWORD").map(SecretString::from));
    begun.url = Some((name, url));
    begun
}

fn guessed(name: &str, password: Option<SecretString>) -> Begun {
    let mut profile = Profile::default();
    name.clone_into(&mut profile.settings.profile);
    Begun {
        profile,
        password,
        url: None,
        guessing: true,
    }
}

/// The variables of PostgreSQL's own tools, and what they are called here.
const PG: &[(&str, &str)] = &[
    ("PGHOST", "server"),
    ("PGPORT", "port"),
    ("PGDATABASE", "database"),
    ("PGUSER", "user"),
    ("PGSSLROOTCERT", "tls_root"),
    ("PGSSLCERT", "tls_cert"),
    ("PGSSLKEY", "tls_key"),
    ("PGCHANNELBINDING", "channel_binding"),
    ("PGCONNECT_TIMEOUT", "connect_timeout_s"),
];

fn from_pg(environment: Environment<'_>) -> Result<Option<Begun>, ConfigError> {
    let said = ["PGHOST", "PGDATABASE", "PGUSER"].map(environment);
    if said.iter().all(Option::is_none) {
        return Ok(None);
    }
    foreign::variables(environment).map_err(ConfigError::Other)?;
    let mut begun = guessed("PG*", environment("PGPASSWORD").map(SecretString::from));
    let fault = |name: &str, fault: String| ConfigError::Other(format!("{name}: {fault}"));
    for (name, key) in PG {
        let row = profile::KEYS.iter().find(|row| row.name == *key);
        if let (Some(row), Some(text)) = (row, environment(name)) {
            (row.set)(&mut begun.profile, Given::Text(&text)).map_err(|f| fault(name, f))?;
        }
    }
    if let Some(mode) = environment("PGSSLMODE") {
        url::ssl_mode(&mut begun.profile, &mode).map_err(|f| fault("PGSSLMODE", f))?;
    }
    Ok(Some(begun))
}

/// Guesses what is missing as PostgreSQL's own tools do: the role is called like the person, the
/// database like the role.
fn complete(settings: &mut ConnectionSettings, environment: Environment<'_>) {
    if settings.user.is_empty() {
        let names = ["PGUSER", "USER", "LOGNAME"];
        settings.user = names.into_iter().find_map(environment).unwrap_or_default();
    }
    if settings.database.is_empty() {
        settings.database.clone_from(&settings.user);
    }
}
