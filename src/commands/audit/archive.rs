//! `rowhouse audit archive`: the months of the trail, and whole months written to a file that proves
//! itself; they are dropped only when that is asked for and confirmed.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead, BufWriter, IsTerminal, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::super::owner::{connect, tell, write_json, write_table};
use super::super::{CommandError, Global};
use super::file;
use crate::db::Client;
use crate::db::seal::archive::{self, Written};
use crate::db::seal::months::{self, Month};
use crate::db::seal::rest::REST;
use crate::runtime::clock::Clock;

/// What `archive` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// The months that lie before this day as a whole; without it all months are shown.
    #[arg(long, value_name = "DATE", requires = "to")]
    before: Option<Date>,
    /// The file to write, one JSON object per line; never over another.
    #[arg(long, value_name = "FILE", requires = "before")]
    to: Option<PathBuf>,
    /// Takes the months out of the trail once the file is verified, after asking.
    #[arg(long, requires = "to")]
    drop: bool,
    /// Does not ask.
    #[arg(long)]
    yes: bool,
}

/// Runs the command.
///
/// # Errors
/// No connection, not the owner, a file that cannot be written, or months that are not sealed.
pub async fn run(global: &Global, args: Args) -> Result<(), CommandError> {
    let (client, _) = connect(global).await?;
    let (Some(before), Some(to)) = (args.before, &args.to) else {
        return show(&client, global.json).await;
    };
    let before = before
        .to_zoned(TimeZone::UTC)
        .map_err(CommandError::failed)?
        .timestamp();
    let written = write(&client, before, to).await?;
    let read = file::read(to, None)?;
    if let Some(flaw) = read.flaws.first() {
        let said = super::verify::in_words(flaw);
        return Err(CommandError::Failed(format!(
            "{} is written but does not fit its seal, and nothing was dropped: {said}",
            to.display()
        )));
    }
    let name = to.file_name().unwrap_or(to.as_os_str()).to_string_lossy();
    archive::note_written(&client, &written, &name, &read.sha256)
        .await
        .map_err(CommandError::failed)?;
    tell(&format!(
        "{}: {} entries of {}, verified",
        to.display(),
        written.entries,
        names(&written.months)
    ))?;
    let dropped = args.drop && (args.yes || confirmed(&written, to)?);
    if dropped {
        archive::drop_months(&client, &written, &name, &read.sha256)
            .await
            .map_err(CommandError::failed)?;
        tell(&format!("{} are out of the trail", names(&written.months)))?;
    }
    if global.json {
        write_json(
            &json!({ "file": to.display().to_string(), "sha256": read.sha256,
            "entries": written.entries, "links": written.links, "dropped": dropped,
            "months": written.months.iter().map(value).collect::<Vec<_>>() }),
        )?;
    }
    Ok(())
}

/// Writes the file beside its place first, so that a half one never has its name.
async fn write(client: &Client, before: Timestamp, to: &Path) -> Result<Written, CommandError> {
    if to.exists() {
        let name = to.display();
        return Err(CommandError::Usage(format!("{name} is there already")));
    }
    let mut part = to.as_os_str().to_owned();
    part.push(".part");
    let part = PathBuf::from(part);
    let file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&part)
        .map_err(|error| CommandError::Failed(format!("{}: {error}", part.display())))?;
    let done = fill(client, before, file).await;
    let kept = done.and_then(|written| {
        // Not over a file that came meanwhile: a link fails where a name is taken.
        fs::hard_link(&part, to)?;
        Ok(written)
    });
    let _ = fs::remove_file(&part);
    kept
}

async fn fill(client: &Client, before: Timestamp, file: File) -> Result<Written, CommandError> {
    let mut out = BufWriter::new(file);
    let now = Clock::Real.now();
    let written = archive::write(client, before, now, |line| {
        out.write_all(line.as_bytes())?;
        out.write_all(b"\n")
    })
    .await
    .map_err(CommandError::failed)?;
    out.flush()?;
    out.get_ref().sync_all()?;
    Ok(written)
}

fn confirmed(written: &Written, to: &Path) -> Result<bool, CommandError> {
    if !io::stdin().is_terminal() {
        return Err(CommandError::Usage(
            "the file is written, nothing was dropped: nobody to ask here; say --yes".into(),
        ));
    }
    tell(&format!(
        "{} entries of {} will be only in {} then. Type drop to take them out of the trail: ",
        written.entries,
        names(&written.months),
        to.display()
    ))?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(answer.trim() == "drop")
}

async fn show(client: &Client, json: bool) -> Result<(), CommandError> {
    let all = months::list(client).await.map_err(CommandError::failed)?;
    if json {
        return write_json(&all.iter().map(value).collect());
    }
    let rows: Vec<Vec<String>> = all.iter().map(row).collect();
    write_table(&["month", "entries", "not sealed", "size"], &rows)?;
    let rest = all.iter().find(|month| month.span.is_none());
    if let Some(rest) = rest.filter(|rest| rest.entries > 0) {
        tell(&format!(
            "{} entries belong to no month: a clock stood wrong, or nobody was there to make the month \
             ahead. They are archived with the months that lie around them.",
            rest.entries
        ))?;
    }
    Ok(())
}

fn names(months: &[Month]) -> String {
    let names: Vec<&str> = months.iter().map(label).collect();
    names.join(", ")
}

/// A month as a person reads it: `2026_01`.
fn label(month: &Month) -> &str {
    match month.span {
        Some(_) if month.name == REST => "no month",
        Some(_) => month.name.strip_prefix("entry_").unwrap_or(&month.name),
        None => "no month",
    }
}

fn row(month: &Month) -> Vec<String> {
    vec![
        label(month).to_owned(),
        month.entries.to_string(),
        month.unsealed.to_string(),
        size(month.bytes),
    ]
}

fn size(bytes: i64) -> String {
    let kilobytes = (bytes + 512) / 1024;
    match kilobytes {
        0..10_000 => format!("{kilobytes} kB"),
        _ => format!("{} MB", (kilobytes + 512) / 1024),
    }
}

fn value(month: &Month) -> Value {
    json!({
        "month": month.span.map(|_| label(month)),
        "from": month.span.map(|(from, _)| from.to_string()),
        "before": month.span.map(|(_, before)| before.to_string()),
        "entries": month.entries, "unsealed": month.unsealed, "bytes": month.bytes,
    })
}
