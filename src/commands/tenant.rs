//! `rowhouse tenant`: lists, makes, changes and closes tenants as the owner of the database.

use clap::Subcommand;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde_json::json;

use super::owner::{connect, tell, write_json, write_table};
use super::{CommandError, Global};
use crate::db::Client;
use crate::db::tenants::{self, TenantChange, TenantRow, Until};

/// What the command takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

/// What can be done with tenants.
#[derive(Clone, Debug, Subcommand)]
enum What {
    /// Lists the tenants.
    List,
    /// Makes a tenant, with the roles and limits of the first one.
    Add {
        /// Its name, shown to its people.
        name: String,
        /// What its rows have in the column that `adopt --tenant` names.
        #[arg(long, value_name = "VALUE")]
        value: Option<String>,
        /// The last day of its licence, as 2027-12-31, or a time with its zone.
        #[arg(long, value_name = "DAY", value_parser = until)]
        until: Option<Until>,
    },
    /// Changes a tenant: the first one, which was there at the start, is called default.
    Edit {
        /// Its name.
        name: String,
        /// Its new name.
        #[arg(long, value_name = "NAME")]
        rename: Option<String>,
        /// What its rows have in the column that `adopt --tenant` names.
        #[arg(long, value_name = "VALUE")]
        value: Option<String>,
        /// The last day of its licence, as 2027-12-31, or a time with its zone; or never.
        #[arg(long, value_name = "DAY", value_parser = until)]
        until: Option<Until>,
    },
    /// Closes a tenant: its people are refused at their next step, and nothing of theirs is removed.
    Close {
        /// Its name.
        name: String,
        /// The sentence that its people read.
        #[arg(long, value_name = "TEXT")]
        note: Option<String>,
    },
    /// Opens a closed tenant again.
    Open {
        /// Its name.
        name: String,
    },
}

/// Runs the command.
///
/// # Errors
/// No connection, not the owner, or what the database says.
pub async fn run(global: &Global, args: Args) -> Result<(), CommandError> {
    let (client, _) = connect(global).await?;
    let (done, name, word) = match args.what {
        What::List => return list(&client, global.json).await,
        What::Add { name, value, until } => {
            let done = tenants::add(&client, &name, value.as_deref(), until).await;
            (done, name, "made")
        }
        What::Edit {
            name,
            rename,
            value,
            until,
        } => {
            if rename.is_none() && value.is_none() && until.is_none() {
                let what = "nothing to change: name --rename, --value or --until";
                return Err(CommandError::Usage(what.into()));
            }
            let change = TenantChange {
                rename: rename.as_deref(),
                value: value.as_deref(),
                until,
            };
            let done = tenants::edit(&client, &name, change).await;
            (done, rename.unwrap_or(name), "changed")
        }
        What::Close { name, note } => {
            let done = tenants::close(&client, &name, note.as_deref()).await;
            (done, name, "closed")
        }
        What::Open { name } => (tenants::open(&client, &name).await, name, "open"),
    };
    done.map_err(CommandError::failed)?;
    match global.json {
        true => write_json(&json!({ "tenant": name, "done": word })),
        false => tell(&format!("{name} is {word}.")),
    }
}

/// Reads the end of a licence: through a day, until a time, or never.
fn until(text: &str) -> Result<Until, String> {
    if text == "never" {
        return Ok(Until::Never);
    }
    if let Ok(time) = text.parse::<Timestamp>() {
        return Ok(Until::At(time));
    }
    text.parse::<Date>()
        .and_then(|day| day.tomorrow())
        .and_then(|day| day.to_zoned(TimeZone::UTC))
        .map(|end| Until::At(end.timestamp()))
        .map_err(|_| "a day as 2027-12-31, a time as 2027-12-31T18:00:00Z, or never".to_owned())
}

async fn list(client: &Client, json: bool) -> Result<(), CommandError> {
    let tenants = tenants::list(client).await.map_err(CommandError::failed)?;
    if json {
        let tenants: Vec<_> = tenants
            .iter()
            .map(|tenant| {
                json!({
                    "name": tenant.name,
                    "value": tenant.value,
                    "active": tenant.active,
                    "until": tenant.until.map(|at| at.to_string()),
                    "closed": tenant.closed,
                    "people": tenant.people,
                })
            })
            .collect();
        return write_json(&json!(tenants));
    }
    let rows: Vec<_> = tenants.iter().map(row).collect();
    write_table(&["name", "value", "people", "until", "state"], &rows)
}

fn row(tenant: &TenantRow) -> Vec<String> {
    let until = tenant
        .until
        .map_or("no end".to_owned(), |at| format!("{at:.0}"));
    vec![
        tenant.name.clone(),
        tenant.value.clone().unwrap_or_else(|| "none yet".into()),
        tenant.people.to_string(),
        until,
        tenant.closed.clone().unwrap_or_else(|| "open".into()),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_licence_holds_through_its_last_day() {
        let end = |text: &str| match until(text) {
            Ok(Until::At(time)) => time.to_string(),
            other => format!("{other:?}"),
        };
        assert_eq!(end("2027-12-31"), "2028-01-01T00:00:00Z");
        assert_eq!(end("2027-12-31T18:00:00+01:00"), "2027-12-31T17:00:00Z");
        assert_eq!(until("never"), Ok(Until::Never));
        assert!(until("tomorrow").is_err() && until("2027-13-01").is_err());
    }
}
