//! `rowhouse audit list`: the trail as the owner sees it, streamed: as a table, JSON lines or CSV.

use std::io::{self, Write};

use super::super::owner::{connect, tell, write_line};
use super::super::{CommandError, Global};
use crate::db::owner::trail::{self, TrailRow};
use crate::domain::audit::words::moment;
use crate::domain::audit::{AuditFilter, Deed};
use crate::domain::{csv, text};
use crate::runtime::clock::Clock;

/// What `list` takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    /// From when on: today, -3d, mon, 2026-03-01, "yesterday 14:30".
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
    since: Option<String>,
    /// Until when; a day means to its end.
    #[arg(long, value_name = "WHEN", allow_hyphen_values = true)]
    until: Option<String>,
    /// A part of the name of whoever did it.
    #[arg(long, value_name = "NAME")]
    person: Option<String>,
    /// The table.
    #[arg(long, value_name = "TABLE")]
    table: Option<String>,
    /// A part of the record's key.
    #[arg(long, value_name = "KEY")]
    record: Option<String>,
    /// The kind of action: created, changed, deleted, sign-ins, accounts and so on.
    #[arg(long, value_name = "KIND")]
    action: Option<String>,
    /// No more than so many.
    #[arg(long, value_name = "NUMBER")]
    limit: Option<u64>,
    /// As CSV, safe to be opened in a spreadsheet; --json writes an object per line.
    #[arg(long, conflicts_with = "json")]
    csv: bool,
}

/// How the entries are written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Table,
    Json,
    Csv,
}

/// Runs the command.
///
/// # Errors
/// No connection, not the owner, or a filter that is not understood.
pub async fn run(global: &Global, args: Args) -> Result<(), CommandError> {
    let filter = filter(&args)?;
    let (client, _) = connect(global).await?;
    let form = match (global.json, args.csv) {
        (true, _) => Form::Json,
        (_, true) => Form::Csv,
        _ => Form::Table,
    };
    if form == Form::Csv {
        write(&csv::line(trail::COLUMNS))?;
    }
    let most = args.limit.unwrap_or(u64::MAX);
    let mut written = 0;
    let mut failed = Ok(());
    trail::each(&client, &filter, most, |row| {
        written += 1;
        failed = one(row, form);
        failed.is_ok()
    })
    .await
    .map_err(CommandError::failed)?;
    failed?;
    if form == Form::Table {
        tell(&format!("{written} entries"))?;
    }
    Ok(())
}

fn filter(args: &Args) -> Result<AuditFilter, CommandError> {
    let now = Clock::Real.now().to_zoned(jiff::tz::TimeZone::system());
    let time = |text: &Option<String>, to_the_end| {
        let read = text.as_deref().map(|text| moment(text, to_the_end, &now));
        read.transpose().map_err(CommandError::Usage)
    };
    let deed = args.action.as_deref().map(|name| {
        Deed::named(name).ok_or_else(|| {
            let names = Deed::ALL.map(Deed::name).join(", ");
            CommandError::Usage(format!("--action is one of {names}"))
        })
    });
    Ok(AuditFilter {
        person: args.person.clone(),
        table: args.table.clone(),
        key: args.record.clone(),
        deed: deed.transpose()?,
        since: time(&args.since, false)?,
        until: time(&args.until, true)?,
    })
}

fn one(row: &TrailRow, form: Form) -> Result<(), CommandError> {
    match form {
        Form::Json => write(&format!("{}\n", row.as_json())),
        Form::Csv => {
            let fields = row.fields();
            write(&csv::line(fields.iter().map(String::as_str)))
        }
        Form::Table => write_line(&in_a_line(row)),
    }
}

fn in_a_line(row: &TrailRow) -> String {
    let about = [
        row.table.clone().unwrap_or_default(),
        row.key
            .as_ref()
            .map_or(String::new(), |key| key.join(" · ")),
        row.columns.join(", "),
        row.note.clone().unwrap_or_default(),
    ];
    let about: Vec<&str> = about
        .iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    let about = text::line(&about.join("  ")).into_owned();
    format!(
        "{:.0}  {:<14}  {:<18}  {about}",
        row.at,
        row.who(),
        row.verb
    )
}

/// Writes to stdout; a reader that has had enough ends it quietly.
fn write(text: &str) -> Result<(), CommandError> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
            Err(CommandError::Failed("the reader ended".into()))
        }
        done => Ok(done?),
    }
}

/// Holds that what is machine-readable stays one line.
#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_is_read_as_on_the_screen() {
        let args = Args {
            since: Some("-3d".into()),
            until: None,
            person: Some("anna".into()),
            table: None,
            record: None,
            action: Some("deleted".into()),
            limit: None,
            csv: false,
        };
        let found = filter(&args).expect("a filter");
        assert_eq!(found.deed, Some(Deed::Deleted));
        assert!(found.since.is_some());
        let wrong = Args {
            action: Some("stolen".into()),
            ..args
        };
        assert!(matches!(filter(&wrong), Err(CommandError::Usage(_))));
    }
}
