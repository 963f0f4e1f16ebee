//! `rowhouse demo`: a private PostgreSQL with the sample workshop, then the client or, with
//! `--serve`, nothing but the server.

mod ground;
mod sign_ins;

use std::io::{self, IsTerminal, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::sync::Arc;

use serde::Serialize;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::low_level::pipe;

use super::{CommandError, Global, client};
use crate::app::message::Start;
use crate::config;
use crate::domain::account::SignInHint;
use ground::Ground;

/// What `demo` takes.
#[derive(Clone, Copy, Debug, Default, clap::Args)]
pub struct Args {
    /// Runs the server without a client, and prints the configuration to use and the sign-ins.
    #[arg(long)]
    pub serve: bool,
    /// Throws the demo's data away and starts anew.
    #[arg(long)]
    pub reset: bool,
}

/// What `demo --serve --json` prints.
#[derive(Debug, Serialize)]
struct Served<'a> {
    config: &'a Path,
    profile: &'a str,
    url: String,
    accounts: Vec<ServedAccount>,
}

#[derive(Debug, Serialize)]
struct ServedAccount {
    username: String,
    role: String,
    code: Option<String>,
}

/// Runs the demo.
///
/// # Errors
/// No PostgreSQL, no terminal for the client, or whatever ended it.
pub fn run(global: &Global, args: Args) -> Result<(), CommandError> {
    let terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    if !terminal && !args.serve {
        return Err(CommandError::Usage(
            "no terminal here: start the demo in one, or its server alone with demo --serve".into(),
        ));
    }
    // Before anything is started, so that ctrl-c during the preparation is not lost either.
    let stop = args.serve.then(stop_signal).transpose()?;
    let ground = Ground::prepare(args.reset, |line| {
        let _ = writeln!(io::stderr(), "{line}");
    })?;
    match stop {
        Some(stop) => serve(global, ground, &stop),
        None => open_client(global, ground),
    }
}

/// Makes a stream that can be read once somebody asked the process to stop.
fn stop_signal() -> Result<UnixStream, CommandError> {
    let (read, write) = UnixStream::pair()?;
    for signal in [SIGINT, SIGTERM, SIGHUP] {
        pipe::register(signal, write.try_clone()?)?;
    }
    Ok(read)
}

fn serve(global: &Global, ground: Ground, stop: &UnixStream) -> Result<(), CommandError> {
    let hints = ground.sign_ins()?;
    let mut out = io::stdout().lock();
    if global.json {
        let served = Served {
            config: ground.config_file(),
            profile: ground::PROFILE,
            url: ground.login().url(),
            accounts: hints.into_iter().map(served_account).collect(),
        };
        let line = serde_json::to_string(&served).map_err(CommandError::failed)?;
        writeln!(out, "{line}")?;
    } else {
        write!(out, "{}", in_words(&ground, &hints))?;
    }
    out.flush()?;
    drop(out);
    let gone = ground.server().wait(stop)?;
    ground.leave()?;
    match gone {
        true => Err(CommandError::Failed(
            "the demo's server ended by itself".into(),
        )),
        false => Ok(()),
    }
}

fn served_account(hint: SignInHint) -> ServedAccount {
    ServedAccount {
        username: hint.username,
        role: hint.role,
        code: hint.code,
    }
}

fn in_words(ground: &Ground, hints: &[SignInHint]) -> String {
    let mut text = format!(
        "The demo's server runs until ctrl-c. Open the client in another terminal with\n\n  \
         rowhouse demo\n  rowhouse --config {} --profile {}\n\nSign in as\n\n",
        ground.config_file().display(),
        ground::PROFILE
    );
    for SignInHint {
        username,
        role,
        code,
    } in hints
    {
        let opens = code.as_deref().map_or_else(
            || "password chosen".to_owned(),
            |code| format!("one-time code {code}"),
        );
        text.push_str(&format!("  {username:<12}{role:<13}{opens}\n"));
    }
    text.push_str(&format!(
        "\nOther programs reach it as\n\n  {}\n",
        ground.login().url()
    ));
    text
}

/// Opens the client on the demo. The server is ours as long as `ground` lives.
fn open_client(global: &Global, ground: Ground) -> Result<(), CommandError> {
    let config = global.read_config()?;
    let demo = config::read::file(ground.config_file())?;
    let profile = demo.profiles.get(ground::PROFILE).ok_or_else(|| {
        CommandError::Failed(format!("{} has no profile", ground.config_file().display()))
    })?;
    let start = Start::Connect {
        settings: Box::new(profile.settings.clone()),
        password: None,
        table: None,
        key: None,
    };
    let prepared = client::prepare(config, start)?;
    let asker = ground.sign_in_asker();
    let outcome = client::open(
        prepared,
        Some(Arc::new(move || asker.ask().unwrap_or_default())),
    );
    let left = ground.leave();
    // What the client has to say of what was typed comes before the server's end.
    outcome?;
    left
}
