//! What the demo stands on: its folder, its server, the workshop in it, and the configuration
//! that leads there. Made on the first run, kept afterwards.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use super::sign_ins::{self, Asker};
use crate::commands::CommandError;
use crate::commands::global::block_on;
use crate::config;
use crate::db::admin::{self, Maintenance};
use crate::db::install::{InstallError, SCHEMA_VERSION, installed};
use crate::db::owner;
use crate::domain::account::SignInHint;
use crate::domain::connection::{ConnectionSettings, PasswordSource, TlsMode, Way};
use crate::embedded::layout::Layout;
use crate::embedded::{Durability, Endpoint, Server, sample};

/// Names the profile in the demo's configuration.
pub(super) const PROFILE: &str = "demo";

/// Names the variable that puts the demo's folder elsewhere.
const FOLDER_VARIABLE: &str = "ROWHOUSE_DEMO_FOLDER";

const SIGN_INS: &str = "sign-ins.json";
const CONFIG: &str = "config.toml";
/// Exists when the workshop was built to its end; an interrupted building begins anew.
const COMPLETE: &str = "complete";

/// Is a running demo; the server lives as long as this.
pub(super) struct Ground {
    server: Server,
    folder: PathBuf,
    login: Endpoint,
    config_file: PathBuf,
}

impl Ground {
    /// Starts or joins the demo's server and builds the workshop where it is missing.
    pub(super) fn prepare(reset: bool, say: impl Fn(&str)) -> Result<Self, CommandError> {
        let folder = folder()?;
        if reset {
            Server::reset(&folder, &[COMPLETE, SIGN_INS, CONFIG]).map_err(CommandError::failed)?;
        }
        if !folder.join(COMPLETE).exists() {
            say(&format!(
                "Preparing the demo in {}; this takes a moment, once.",
                folder.display()
            ));
        }
        let server = Server::open(&folder, Durability::Kept).map_err(CommandError::failed)?;
        // One at a time: who comes second finds the workshop built.
        let lock = Layout::lock_file(&folder.join("build.lock")).map_err(CommandError::failed)?;
        let superuser = server.endpoint(sample::DATABASE);
        let client_role = block_on(furnish(&folder, &superuser))?;
        drop(lock);
        let login = superuser.with_user(&client_role);
        let config_file = folder.join(CONFIG);
        write_config(&config_file, &login)?;
        Ok(Self {
            server,
            folder,
            login,
            config_file,
        })
    }

    /// Says where the shared login reaches the workshop.
    pub(super) fn login(&self) -> &Endpoint {
        &self.login
    }

    /// Names the configuration that leads here.
    pub(super) fn config_file(&self) -> &Path {
        &self.config_file
    }

    /// The server that we hold.
    pub(super) fn server(&self) -> &Server {
        &self.server
    }

    /// Asks which accounts there are and what opens them.
    pub(super) fn sign_ins(&self) -> Result<Vec<SignInHint>, CommandError> {
        self.sign_in_asker().ask().map_err(CommandError::failed)
    }

    /// Gives what asks for the sign-ins again, whenever a sign-in screen shows.
    pub(super) fn sign_in_asker(&self) -> Asker {
        Asker::new(
            self.server.endpoint(sample::DATABASE),
            self.folder.join(SIGN_INS),
        )
    }

    /// Lets go of the server; it ends when nobody else holds it.
    pub(super) fn leave(self) -> Result<(), CommandError> {
        self.server.close().map_err(CommandError::failed)
    }
}

/// Names the demo's folder. Root's home is closed to the user that the server runs as.
fn folder() -> Result<PathBuf, CommandError> {
    if let Some(named) = env::var_os(FOLDER_VARIABLE).filter(|named| !named.is_empty()) {
        return std::path::absolute(named).map_err(CommandError::failed);
    }
    if rustix::process::geteuid().is_root() {
        return Ok(PathBuf::from("/var/lib/rowhouse/demo"));
    }
    directories::ProjectDirs::from("", "", "rowhouse")
        .map(|folders| folders.data_local_dir().join("demo"))
        .ok_or_else(|| {
            CommandError::Failed(format!("no home folder is known: set {FOLDER_VARIABLE}"))
        })
}

/// Builds the workshop where it is missing, brings the shared layer up to date, and gives the
/// name of the shared login.
async fn furnish(folder: &Path, superuser: &Endpoint) -> Result<String, CommandError> {
    let complete = folder.join(COMPLETE);
    if !complete.exists() {
        let maintenance = Maintenance::connect(superuser)
            .await
            .map_err(CommandError::failed)?;
        maintenance
            .drop(sample::DATABASE)
            .await
            .map_err(CommandError::failed)?;
        maintenance
            .copy("template0", sample::DATABASE)
            .await
            .map_err(CommandError::failed)?;
        let verifiers = sign_ins::make(&folder.join(SIGN_INS))?;
        sample::build(superuser, &verifiers)
            .await
            .map_err(CommandError::failed)?;
        fs::write(&complete, "The workshop was built to its end.\n")?;
    }
    let client = admin::connect(superuser)
        .await
        .map_err(CommandError::failed)?;
    let version = owner::schema_version(&client)
        .await
        .map_err(CommandError::failed)?;
    if version.is_none_or(|version| version < SCHEMA_VERSION) {
        let owner = superuser.with_user(sample::OWNER);
        let mut owner = admin::connect(&owner).await.map_err(CommandError::failed)?;
        sample::install_layer(&mut owner)
            .await
            .map_err(|error| outdated(&error))?;
    } else if let Some(database) = version.filter(|version| *version > SCHEMA_VERSION) {
        let newer = InstallError::Newer {
            database,
            program: SCHEMA_VERSION,
        };
        return Err(CommandError::Failed(format!(
            "{newer}, or start anew with rowhouse demo --reset"
        )));
    }
    let roles = installed(&client).await.map_err(CommandError::failed)?;
    let roles = roles.ok_or_else(|| CommandError::Failed("the shared layer is missing".into()))?;
    Ok(roles.client_name())
}

/// A workshop of another build that this one cannot bring up to date.
fn outdated(error: &dyn std::fmt::Display) -> CommandError {
    CommandError::Failed(format!(
        "{error}. This demo was made by another build: start anew with rowhouse demo --reset, \
         which throws away what was typed in it"
    ))
}

/// Writes the configuration that leads to the workshop, unless it says so already.
fn write_config(path: &Path, login: &Endpoint) -> Result<(), CommandError> {
    let settings = ConnectionSettings {
        profile: PROFILE.to_owned(),
        host: login.host.to_string_lossy().into_owned(),
        port: login.port,
        database: login.database.clone(),
        user: login.user.clone(),
        tls: TlsMode::Off,
        password: PasswordSource::None,
        way: Some(Way::Shared),
        ..ConnectionSettings::default()
    };
    config::save::profile(path, &settings, None)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_demo_of_another_build_names_the_way_out() {
        let said = outdated(&"migration 12 was changed after it was applied").to_string();
        assert!(said.starts_with("migration 12"), "{said}");
        assert!(said.contains("rowhouse demo --reset"), "{said}");
    }
}
