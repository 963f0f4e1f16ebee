//! The client: reads the configuration and opens the terminal with it.

use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use super::{CommandError, Global, block_on};
use crate::app::message::Start;
use crate::config::{self, Config, Ui, process_environment};
use crate::db::{ClientInfo, Database};
use crate::domain::account::SignInHint;
use crate::domain::clipboard::{Clipboard, Told};
use crate::domain::flag::FlagRule;
use crate::domain::glyph;
use crate::domain::table::CoupleRule;
use crate::input::keymap::Keymap;
use crate::runtime;
use crate::runtime::client::{Client, Left};
use crate::runtime::clock::{Clock, local_zone};
use crate::runtime::seat::Outside;
use crate::terminal::known;
use crate::terminal::screen::Manner;
use crate::terminal::tty;
use crate::theme::{Charset, Depth, Theme};

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
    /// How many colours it shows.
    pub depth: Depth,
    /// Which characters it shows.
    pub charset: Charset,
    /// Screen and keyboard.
    pub ui: Ui,
    /// The configuration file, for profiles that are saved.
    pub config_file: Option<PathBuf>,
    /// Columns that belong together.
    pub couples: Vec<CoupleRule>,
    /// Values that get a sign in the grid.
    pub flags: Vec<FlagRule>,
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
    if process_environment("TERM").as_deref() == Some("dumb") {
        return Err(CommandError::Usage(
            "this terminal calls itself dumb (TERM=dumb) and cannot place a cursor: start Rowhouse in \
             another one, or set TERM to what it is (such as xterm); `rowhouse export` needs none"
                .into(),
        ));
    }
    keep_memory_to_ourselves();
    let client = client(prepared, sign_ins);
    let left = block_on(async { Ok(runtime::client::run(client).await?) })?;
    match left {
        Left {
            drafts: Err(why), ..
        } => Err(CommandError::Failed(format!(
            "what was typed last is not kept: {why}"
        ))),
        Left { failed: true, .. } => Err(CommandError::Failed(
            "what was typed and not saved is kept as a draft: sign in again to go on".into(),
        )),
        _ => Ok(()),
    }
}

/// Puts together what the seat is given from outside.
fn client(prepared: Prepared, sign_ins: Option<SignIns>) -> Client {
    let Prepared {
        start,
        keymap,
        theme,
        depth,
        charset,
        ui,
        config_file,
        couples,
        flags,
    } = prepared;
    let thin = ui.thin.unwrap_or_else(tty::is_slow);
    let looks_at_line = ui.thin.is_none() && !thin;
    Client {
        start,
        keymap,
        manner: Manner {
            wide: ui.ambiguous_is_wide,
            ..manner(depth, thin, charset)
        },
        looks_at_line,
        theme,
        terminal: tty::Settings {
            esc_wait: Duration::from_millis(ui.esc_wait_ms),
            flow_control: ui.flow_control,
            mouse: ui.mouse,
            report_folder: state_folder(),
        },
        couples,
        flags,
        drafts: ui.drafts,
        count_typed_above: ui.count_typed_above,
        clipboard: clipboard(),
        zone: ui.time_zone.unwrap_or_else(local_zone),
        #[cfg(debug_assertions)]
        fails_at: process_environment("ROWHOUSE_TEST_PANIC_AT").and_then(|key| key.parse().ok()),
        outside: Outside {
            database: Database::new(client_info()),
            clock: Clock::Real,
            export_folder: std::env::current_dir().unwrap_or_default(),
            draft_folder: state_folder()
                .unwrap_or_else(std::env::temp_dir)
                .join("drafts"),
            sign_in_hints: sign_ins,
            editor: ["VISUAL", "EDITOR"]
                .into_iter()
                .filter_map(process_environment)
                .find(|editor| !editor.trim().is_empty()),
            find_password: Arc::new(|settings| {
                config::password::find(settings, &process_environment)
                    .map_err(|fault| fault.to_string())
            }),
            save_profile: Arc::new(move |settings, password| {
                let file = config_file
                    .as_deref()
                    .ok_or("there is no place for a configuration")?;
                config::save::profile(file, settings, password).map_err(|fault| fault.to_string())
            }),
        },
    }
}

/// How this terminal wants to be written to.
fn manner(depth: Depth, thin: bool, charset: Charset) -> Manner {
    let term = process_environment("TERM");
    Manner {
        depth,
        thin,
        scrolls: known::scrolls(term.as_deref()),
        fills: known::fills(term.as_deref()),
        ascii: charset == Charset::Ascii,
        wide: false,
    }
}

/// How a text reaches the clipboard of this terminal, as far as the environment tells.
fn clipboard() -> Clipboard {
    let (term, program) = (
        process_environment("TERM"),
        process_environment("TERM_PROGRAM"),
    );
    Clipboard::told(Told {
        term: term.as_deref(),
        program: program.as_deref(),
        tmux: process_environment("TMUX").is_some(),
        screen: process_environment("STY").is_some(),
    })
}

/// Where drafts and reports are kept: the platform's folder for state.
fn state_folder() -> Option<PathBuf> {
    let folders = directories::ProjectDirs::from("", "", "rowhouse")?;
    Some(
        folders
            .state_dir()
            .unwrap_or_else(|| folders.data_local_dir())
            .to_owned(),
    )
}

/// What the server is told of this client, for the list of sessions.
pub fn client_info() -> ClientInfo {
    let host = rustix::system::uname()
        .nodename()
        .to_string_lossy()
        .into_owned();
    let tty = rustix::termios::ttyname(rustix::stdio::stdin(), Vec::new());
    let tty = tty.map_or(String::new(), |name| {
        name.to_string_lossy().replacen("/dev/", "", 1)
    });
    ClientInfo {
        host,
        tty,
        version: env!("CARGO_PKG_VERSION").into(),
        pid: std::process::id(),
    }
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
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"]
        .into_iter()
        .find_map(|name| process_environment(name).filter(|value| !value.is_empty()));
    let term = process_environment("TERM");
    let charset = ui
        .charset
        .unwrap_or_else(|| Charset::told(term.as_deref(), locale.as_deref()));
    glyph::ambiguous_is_wide(ui.ambiguous_is_wide);
    let signs = match ui.ambiguous_is_wide {
        true => Charset::Ascii,
        false => charset,
    };
    let theme = config::ui::theme(&ui.theme, folder)?
        .at(depth)
        .with_charset(signs);
    let keymap = Keymap::of(config.preset, &config.rebindings, ui.flow_control)
        .map_err(|fault| CommandError::Usage(fault.to_string()))?;
    Ok(Prepared {
        start,
        keymap: Arc::new(keymap),
        theme,
        depth,
        charset,
        ui,
        config_file: config.file,
        couples: config.couples,
        flags: config.flags,
    })
}

/// Leaves no core file behind, and lets no other program of the person look into this one's memory:
/// passwords and the session's token are there alone.
fn keep_memory_to_ourselves() {
    let none = rustix::process::Rlimit {
        current: Some(0),
        maximum: Some(0),
    };
    // Where the system does not allow it, the person's own limit stays.
    let _ = rustix::process::setrlimit(rustix::process::Resource::Core, none);
    #[cfg(target_os = "linux")]
    let _ = rustix::process::set_dumpable_behavior(rustix::process::DumpableBehavior::NotDumpable);
}
