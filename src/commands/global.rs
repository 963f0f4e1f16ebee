//! What every command takes: which configuration, which connection, how to answer.

use std::future::Future;
use std::path::PathBuf;

use clap::Args;

use super::CommandError;
use crate::config::{self, Chosen, Config, Wanted, choose, process_environment};

/// Under what help lists these.
const HEADING: &str = "For every command";

/// What every command takes.
#[derive(Clone, Debug, Default, Args)]
pub struct Global {
    /// The configuration file instead of the usual one.
    #[arg(long, global = true, value_name = "FILE", help_heading = HEADING)]
    pub config: Option<PathBuf>,
    /// The connection of this name in the configuration.
    #[arg(long, global = true, value_name = "NAME", help_heading = HEADING)]
    #[arg(conflicts_with = "url")]
    pub profile: Option<String>,
    /// The connection as postgresql://user@host:port/database; never with a password in it.
    #[arg(long, global = true, value_name = "URL", help_heading = HEADING)]
    pub url: Option<String>,
    /// Writes machine-readable output to stdout.
    #[arg(long, global = true, help_heading = HEADING)]
    pub json: bool,
    /// Says more on stderr.
    #[arg(short, long, global = true, help_heading = HEADING)]
    pub verbose: bool,
}

impl Global {
    /// Reads the configuration file.
    ///
    /// # Errors
    /// A fault in it.
    pub fn read_config(&self) -> Result<Config, CommandError> {
        let Some(path) = config::file(self.config.as_deref(), &process_environment) else {
            return Ok(Config::default());
        };
        if self.config.is_some() && !path.exists() {
            return Err(CommandError::Usage(format!(
                "there is no file {}",
                path.display()
            )));
        }
        let mut config = config::read::file(&path)?;
        config.file = Some(path);
        Ok(config)
    }

    /// Chooses the connection and finds its password as far as nobody has to be asked; `None` when
    /// nothing is configured.
    ///
    /// # Errors
    /// As [`choose::choose`] and [`config::password::find`].
    pub fn choose(&self, config: &Config) -> Result<Option<Chosen>, CommandError> {
        let wanted = Wanted {
            profile: self.profile.clone(),
            url: self.url.clone(),
        };
        let Some(chosen) = choose::choose(config, &wanted, &process_environment)? else {
            return Ok(None);
        };
        let s = &chosen.settings;
        tracing::info!(
            from = s.profile,
            host = s.host,
            s.port,
            s.database,
            s.user,
            "connection"
        );
        Ok(Some(chosen.with_password(&process_environment)?))
    }

    /// As [`Global::choose`], for commands that cannot do without a connection.
    ///
    /// # Errors
    /// Also when nothing is configured.
    pub fn connection(&self) -> Result<Chosen, CommandError> {
        let config = self.read_config()?;
        self.choose(&config)?.ok_or_else(|| {
            CommandError::Usage(
                "no connection is configured: name one with --url or --profile, or run rowhouse \
                 once to set one up (config.example.toml shows every key)"
                    .into(),
            )
        })
    }
}

/// Runs a command that waits for the world, on one thread.
///
/// # Errors
/// What the command said.
pub fn block_on<T>(work: impl Future<Output = Result<T, CommandError>>) -> Result<T, CommandError> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(CommandError::failed)?;
    let done = runtime.block_on(work);
    // A name that is still looked up, a password that is still checked: nobody waits for it.
    runtime.shutdown_background();
    done
}
