//! `rowhouse export`: rows of a table to stdout or a file, as whoever asks may see them.

mod person;
mod wanted;

use std::io::{self, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::json;
use signal_hook::low_level::emulate_default_handler;
use tokio::sync::{mpsc, oneshot};

use super::owner::{tell, write_json};
use super::{CommandError, Global};
use crate::db::Database;
use crate::db::contract::Request;
use crate::db::contract::rows::{Extract, Piece, RowsReply, RowsRequest, Writing};
use crate::domain::export::Form;
use crate::domain::number::grouped;
use crate::domain::text;
use crate::runtime::rows::Writers;

/// What the command takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The table, as name or as schema.name.
    #[arg(long, value_name = "TABLE")]
    table: String,
    /// Only rows whose column has this value; several of them hold together.
    #[arg(long = "where", value_name = "COLUMN=VALUE")]
    rows: Vec<String>,
    /// Only rows in which some column contains this text, as / in the grid finds it.
    #[arg(long, value_name = "TEXT")]
    find: Option<String>,
    /// Sorted by these columns; one with a minus before it downwards. By the key otherwise.
    #[arg(long, value_name = "COLUMN,...", allow_hyphen_values = true)]
    sort: Option<String>,
    /// Only these columns, in this order; all of them otherwise.
    #[arg(long, value_name = "COLUMN,...")]
    columns: Option<String>,
    /// How they are written: csv, tsv, json or jsonl; the file's ending says it otherwise, or csv.
    #[arg(long, value_name = "FORM")]
    format: Option<String>,
    /// The file; stdout otherwise. It has its name only once it is whole.
    #[arg(long, short, value_name = "FILE")]
    output: Option<String>,
    /// Writes over a file that is there.
    #[arg(long, requires = "output")]
    over: bool,
    /// Leaves texts as they are that a spreadsheet would compute: those that begin with = + - or @.
    #[arg(long)]
    raw: bool,
    /// Who signs in, where people have accounts; the password is asked for, or is in
    /// ROWHOUSE_ACCOUNT_PASSWORD.
    #[arg(long, value_name = "NAME", env = "ROWHOUSE_ACCOUNT")]
    account: Option<String>,
}

/// Runs the command.
///
/// # Errors
/// What was asked wrongly, no connection, no right, or why the rows could not be written.
pub async fn run(global: &Global, args: Args) -> Result<(), CommandError> {
    let form = form(&args, global.json)?;
    let database = person::arrive(global, args.account.as_deref()).await?;
    let written = write(global, &args, form, &database).await;
    person::leave(&database).await;
    written
}

/// The form that was asked for, or that the file's name asks for.
fn form(args: &Args, json: bool) -> Result<Form, CommandError> {
    let known = "csv, tsv, json or jsonl";
    if let Some(name) = &args.format {
        let named = Form::named(name);
        return named.ok_or_else(|| CommandError::Usage(format!("--format is one of {known}")));
    }
    match &args.output {
        Some(file) => Form::of(file).ok_or_else(|| {
            CommandError::Usage(format!("{file:?} does not end with {known}: say --format"))
        }),
        None if json => Ok(Form::Json),
        None => Ok(Form::Csv),
    }
}

async fn write(
    global: &Global,
    args: &Args,
    form: Form,
    database: &Database,
) -> Result<(), CommandError> {
    let rows = wanted::extract(database, args, form).await?;
    let (table, so_far) = (rows.table, Arc::new(AtomicU64::new(0)));
    let mut stop = stopping()?;
    let ended = match args.output.clone() {
        None => tokio::select! {
            done = to_stdout(database, &rows, &so_far) => done.map(|()| RowsReply::Noted),
            _ = &mut stop => Err(CommandError::Failed("stopped: not all rows were written".into())),
        },
        Some(file) => {
            let writing = Writing {
                rows,
                file,
                over: args.over,
            };
            to_file(database, &writing, so_far.clone(), stop).await
        }
    };
    if matches!(ended, Err(_) | Ok(RowsReply::NotWritten(_))) {
        let rows = so_far.load(Ordering::Relaxed);
        let note = RowsRequest::NoteStopped { table, form, rows };
        // Best effort: that it began is noted already.
        let _ = database.perform(Request::Rows(note)).await;
    }
    tell_end(global, args, form, ended?)
}

/// Writes rows to a file, of which nothing is left when it is stopped.
async fn to_file(
    database: &Database,
    writing: &Writing,
    so_far: Arc<AtomicU64>,
    stop: oneshot::Receiver<()>,
) -> Result<RowsReply, CommandError> {
    let mut writers = Writers::default();
    let writer = writers.writer(std::env::current_dir()?);
    let told = move |rows| {
        so_far.store(rows, Ordering::Relaxed);
        progress(rows);
    };
    let done = tokio::select! {
        done = writer.write(database, writing, told) => done.map_err(CommandError::failed),
        _ = stop => Err(CommandError::Failed("stopped; nothing is left of the file".into())),
    };
    writers.wait(WAIT);
    done
}

/// How long half a file is waited for to be removed.
const WAIT: std::time::Duration = std::time::Duration::from_secs(5);

/// Says what became of a file.
fn tell_end(global: &Global, args: &Args, form: Form, done: RowsReply) -> Result<(), CommandError> {
    match done {
        RowsReply::Written { path, rows, bytes } if global.json => write_json(&json!({
            "table": args.table, "file": path, "format": form.name(), "rows": rows, "bytes": bytes,
        })),
        RowsReply::Written { path, rows, .. } => tell(&format!(
            "{} rows of {} are in {}",
            grouped(rows),
            args.table,
            text::line(&path)
        )),
        RowsReply::IsThere { path } => Err(CommandError::Failed(format!(
            "{} is there already; nothing was written over (--over does)",
            text::line(&path)
        ))),
        RowsReply::NotWritten(why) => Err(CommandError::Failed(text::line(&why).into_owned())),
        RowsReply::Noted => Ok(()),
    }
}

/// Says on a terminal how far it is.
fn progress(rows: u64) {
    if io::stderr().is_terminal() {
        // Nobody has to see it.
        let _ = write!(io::stderr(), "\r{} rows\r", grouped(rows));
    }
}

/// Writes rows to stdout; on a terminal nothing in them is taken for a command.
async fn to_stdout(
    database: &Database,
    rows: &Extract,
    so_far: &AtomicU64,
) -> Result<(), CommandError> {
    let (send, mut pieces) = mpsc::channel::<Piece>(4);
    let harmless = io::stdout().is_terminal();
    // Once it has ended it takes no more pieces, and the reading ends too.
    let writing = async move {
        let mut out = io::stdout();
        while let Some(piece) = pieces.recv().await {
            match harmless {
                true => out.write_all(text::block(&piece.text).as_bytes())?,
                false => out.write_all(piece.text.as_bytes())?,
            }
            so_far.store(piece.rows, Ordering::Relaxed);
        }
        out.flush()
    };
    let reading = async move {
        let read = database.extract(rows, &send).await;
        drop(send);
        read
    };
    let (written, read) = tokio::join!(writing, reading);
    match (written, read) {
        (Err(error), _) if error.kind() == io::ErrorKind::BrokenPipe => Err(CommandError::Unread),
        (Err(error), _) => Err(error.into()),
        (Ok(()), read) => read.map(drop).map_err(CommandError::failed),
    }
}

/// Hears of ctrl-c and of being told to end. Told twice it ends at once: while a reader of stdout takes
/// nothing, the first time is not heard.
fn stopping() -> Result<oneshot::Receiver<()>, CommandError> {
    let signals = [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM];
    let mut signals = signal_hook::iterator::Signals::new(signals)?;
    let (tell, told) = oneshot::channel();
    std::thread::spawn(move || {
        let mut tell = Some(tell);
        for signal in signals.forever() {
            // Whoever waited may be done.
            let _ = match tell.take() {
                Some(tell) => tell.send(()).is_ok(),
                None => emulate_default_handler(signal).is_ok(),
            };
        }
    });
    Ok(told)
}
