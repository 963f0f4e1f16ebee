//! The client: reads the configuration and opens the terminal with it.

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::sync::Arc;

use super::{CommandError, Global};
use crate::app::message::Start;
use crate::config::{self, Config, Ui, process_environment};
use crate::domain::account::SignInHint;
use crate::input::keymap::Keymap;
use crate::theme::{Depth, Theme};

/// What the client takes.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct Args {
    /// The table to open.
    #[arg(long, value_name = "TABLE")]
    pub table: Option<String>,
    /// The record to open in it: its key, values separated by commas.
    #[arg(long, value_name = "KEY", requires = "table")]
    pub key: Option<String>,
}

/// Everything that the client begins with.
#[derive(Debug)]
pub struct Prepared {
    /// How the seat begins.
    pub start: Start,
    /// The keys.
    pub keymap: Arc<Keymap>,
    /// How the roles look on this terminal.
    pub theme: Theme,
    /// Screen and keyboard.
    pub ui: Ui,
    /// The configuration file, for profiles that are saved.
    pub config_file: Option<PathBuf>,
}

/// Opens the client.
///
/// # Errors
/// A fault in the configuration, no terminal, or whatever ended the client.
pub fn run(global: &Global, args: Args) -> Result<(), CommandError> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        return Err(CommandError::Usage(
            "no terminal here: start it in one (what can be configured without is in \
             config.example.toml)"
                .into(),
        ));
    }
    let config = global.read_config()?;
    let start = match global.choose(&config)? {
        None => Start::Unconfigured,
        Some(chosen) => Start::Connect {
            settings: Box::new(chosen.settings),
            password: chosen.password,
            table: args.table,
            key: args.key,
        },
    };
    open(prepare(config, start)?, None)
}

/// Asks the demo who signs in how.
pub type SignIns = Arc<dyn Fn() -> Vec<SignInHint> + Send + Sync>;

/// Opens the client on this terminal and returns when it is left.
///
/// # Errors
/// Whatever ended it.
pub fn open(prepared: Prepared, sign_ins: Option<SignIns>) -> Result<(), CommandError> {
    let _ = (prepared, sign_ins);
    Err(CommandError::Failed(
        "the client's door is not built yet".into(),
    ))
}

/// Makes keymap and theme of the configuration and the environment.
///
/// # Errors
/// A fault in the theme or in a variable.
pub fn prepare(mut config: Config, start: Start) -> Result<Prepared, CommandError> {
    config::keys::from_environment(config::ui::KEYS, &mut config.ui, &process_environment)?;
    let ui = config.ui;
    let folder = config.file.as_deref().and_then(std::path::Path::parent);
    let depth = ui.colors.unwrap_or_else(|| {
        Depth::told(crate::theme::depth::Told {
            term: process_environment("TERM").as_deref(),
            colorterm: process_environment("COLORTERM").as_deref(),
            no_color: process_environment("NO_COLOR").as_deref(),
        })
    });
    let theme = config::ui::theme(&ui.theme, folder)?.at(depth);
    let keymap = Keymap::new(&config.rebindings, ui.flow_control)
        .map_err(|fault| CommandError::Usage(fault.to_string()))?;
    Ok(Prepared {
        start,
        keymap: Arc::new(keymap),
        theme,
        ui,
        config_file: config.file,
    })
}
