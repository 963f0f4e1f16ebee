//! The command line: which command, with what, and the exit code. Each command has a file of its
//! own; machine output goes to stdout, narration to stderr.

pub mod account;
pub mod adopt;
pub mod audit;
pub mod client;
pub mod demo;
pub mod doctor;
pub mod error;
pub mod export;
pub mod global;
pub mod init;
pub mod owner;
pub mod play;
pub mod prove;
pub mod role;
pub mod session;
pub mod tenant;

use std::io::{self, Write};
use std::process::ExitCode;

use clap::{Parser, Subcommand};

pub use error::CommandError;
pub use global::{Global, block_on};

/// A keyboard-driven terminal client for records that many people share in one PostgreSQL.
///
/// Without a command it opens the client with the default profile.
#[derive(Debug, Parser)]
#[command(name = "rowhouse", version, args_conflicts_with_subcommands = false)]
struct CommandLine {
    #[command(flatten)]
    global: Global,
    #[command(flatten)]
    client: client::Args,
    #[command(subcommand)]
    command: Option<Command>,
}

/// The commands.
#[derive(Debug, Subcommand)]
enum Command {
    /// Tries everything on a private PostgreSQL with sample data; a second one joins the first.
    Demo(demo::Args),
    /// Plays tapes: scripts of one or several people's keys, with the screens they expect.
    Play(play::Args),
    /// Installs the shared layer in a database, as its owner, and makes the first manager.
    Init(init::Args),
    /// Takes tables that other programs use into versions, permissions and the trail; or back out.
    Adopt(adopt::Args),
    /// Tries the connection stage by stage, and names what weakens the boundary and what mends it.
    Doctor(doctor::Args),
    /// Lists, makes, changes and resets accounts, as the owner of the database.
    Account(account::Args),
    /// Lists, shows, makes and changes roles: what people may do with which tables, columns, rows.
    Role(role::Args),
    /// Lists, makes, changes and closes tenants, as the owner of the database.
    Tenant(tenant::Args),
    /// Attacks what holds tenants apart, as the owner of the database, and rolls it all back.
    Prove(prove::Args),
    /// Lists and ends sessions, as the owner of the database.
    Session(session::Args),
    /// Writes rows of a table to stdout or a file: CSV, TSV, JSON, or an object per line.
    Export(export::Args),
    /// Lists, seals, verifies and archives the trail, as the owner of the database.
    Audit(audit::Args),
}

/// Runs the program and returns its exit code: 0 done, 1 failed, 2 wrong usage.
pub fn main() -> ExitCode {
    let line = match CommandLine::try_parse() {
        Ok(line) => line,
        Err(fault) => {
            // Help and version are no faults: clap sends them to stdout with exit code 0.
            let _ = fault.print();
            return ExitCode::from(u8::try_from(fault.exit_code()).unwrap_or(2));
        }
    };
    match run(line) {
        Ok(()) => ExitCode::SUCCESS,
        // Whoever read the answer has had enough, and needs no word about it.
        Err(CommandError::Unread) => CommandError::Unread.exit_code(),
        Err(fault) => {
            let _ = writeln!(io::stderr(), "rowhouse: {fault}");
            fault.exit_code()
        }
    }
}

fn run(line: CommandLine) -> Result<(), CommandError> {
    let CommandLine {
        global,
        client,
        command,
    } = line;
    if command.is_some() && client.table.is_some() {
        let what = "--table and --key belong to the client, which is opened without a command";
        return Err(CommandError::Usage(what.into()));
    }
    if global.verbose && command.is_some() {
        tell_more();
    }
    match command {
        None => client::run(&global, client),
        Some(Command::Demo(args)) => demo::run(&global, args),
        Some(Command::Play(args)) => block_on(play::run(&global, args)),
        Some(Command::Init(args)) => block_on(init::run(&global, args)),
        Some(Command::Adopt(args)) => block_on(adopt::run(&global, args)),
        Some(Command::Doctor(args)) => block_on(doctor::run(&global, args)),
        Some(Command::Account(args)) => block_on(account::run(&global, args)),
        Some(Command::Role(args)) => block_on(role::run(&global, args)),
        Some(Command::Tenant(args)) => block_on(tenant::run(&global, args)),
        Some(Command::Prove(args)) => block_on(prove::run(&global, args)),
        Some(Command::Session(args)) => block_on(session::run(&global, args)),
        Some(Command::Export(args)) => block_on(export::run(&global, args)),
        Some(Command::Audit(args)) => block_on(audit::run(&global, args)),
    }
}

/// Tells on stderr what happens beneath; the client itself has the terminal and tells nothing.
fn tell_more() {
    let _ = tracing_subscriber::fmt()
        .with_writer(io::stderr)
        .with_max_level(tracing::Level::DEBUG)
        .without_time()
        .try_init();
}
