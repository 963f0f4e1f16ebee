//! `rowhouse session`: lists and ends sessions as the owner of the database.

use clap::Subcommand;
use serde_json::{Value, json};

use super::owner::{connect, tell, write_json, write_line, write_table};
use super::{CommandError, Global};
use crate::db::Client;
use crate::db::owner::{self, SessionRow};

/// What the command takes.
#[derive(Clone, Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

/// What can be done with sessions.
#[derive(Clone, Debug, Subcommand)]
enum What {
    /// Lists live sessions and those that ended in the last day.
    List,
    /// Shows or sets how long sessions live; those that are open keep what they began with.
    Limits {
        /// Without a key, such as 30m; 2 minutes to 12 hours.
        #[arg(long, value_name = "TIME")]
        idle: Option<jiff::SignedDuration>,
        /// Whatever happens, such as 12h; 15 minutes to 7 days.
        #[arg(long, value_name = "TIME")]
        absolute: Option<jiff::SignedDuration>,
        /// Without a sign of life until what it edits is released, such as 90s; 1 to 15 minutes.
        #[arg(long, value_name = "TIME")]
        away: Option<jiff::SignedDuration>,
    },
    /// Ends a session; its person reads the reason, their typing is kept as a draft.
    End {
        /// The session's number, from the list.
        id: i64,
        /// Why, in a sentence.
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

/// Runs the command.
///
/// # Errors
/// No connection, not the owner, or a session that is not open.
pub async fn run(global: &Global, args: Args) -> Result<(), CommandError> {
    let (client, _) = connect(global).await?;
    match args.what {
        What::List => list(&client, global.json).await,
        What::Limits {
            idle,
            absolute,
            away,
        } => limits(&client, [idle, absolute, away], global.json).await,
        What::End { id, reason } => end(&client, id, &reason, global.json).await,
    }
}

async fn limits(
    client: &Client,
    set: [Option<jiff::SignedDuration>; 3],
    json: bool,
) -> Result<(), CommandError> {
    let seconds = set.map(|set| set.map(|time| time.as_secs_f64()));
    let limits = crate::db::limits::sessions(client, seconds)
        .await
        .map_err(CommandError::failed)?;
    if json {
        return write_json(&json!({
            "idle_s": limits.idle, "absolute_s": limits.absolute, "away_s": limits.away,
        }));
    }
    let told = |seconds: i32| jiff::SignedDuration::from_secs(seconds.into());
    write_line(&format!(
        "a session ends after {:#} without a key and after {:#} whatever happens; it is away after {:#} without a \
         sign of life",
        told(limits.idle),
        told(limits.absolute),
        told(limits.away)
    ))
}

async fn end(client: &Client, id: i64, reason: &str, json: bool) -> Result<(), CommandError> {
    let ended = owner::end_session(client, id, reason)
        .await
        .map_err(CommandError::failed)?;
    if json {
        write_json(&json!({ "session": id, "ended": ended }))?;
    }
    if !ended {
        return Err(CommandError::Failed(format!("session {id} is not open")));
    }
    if json {
        Ok(())
    } else {
        tell(&format!("session {id} is ended"))
    }
}

async fn list(client: &Client, json: bool) -> Result<(), CommandError> {
    let sessions = owner::sessions(client)
        .await
        .map_err(CommandError::failed)?;
    if json {
        return write_json(&sessions.iter().map(value).collect());
    }
    let rows: Vec<_> = sessions.iter().map(row).collect();
    write_table(
        &["id", "name", "state", "since", "last key", "from", "on"],
        &rows,
    )
}

fn value(session: &SessionRow) -> Value {
    let client: Value = serde_json::from_str(&session.client).unwrap_or_default();
    json!({
        "session": session.id,
        "username": session.username,
        "display_name": session.display_name,
        "state": session.state,
        "started": session.started.to_string(),
        "last_active": session.last_active.to_string(),
        "end_reason": session.end_reason,
        "address": session.address,
        "client": client,
        "table": session.table,
        "key": session.key,
        "dirty": session.dirty,
    })
}

fn row(session: &SessionRow) -> Vec<String> {
    let client: Value = serde_json::from_str(&session.client).unwrap_or_default();
    let told = |name: &str| client[name].as_str().unwrap_or_default().to_owned();
    let from = [
        session.address.clone().unwrap_or_default(),
        told("host"),
        told("tty"),
    ];
    let state = match &session.end_reason {
        Some(reason) => format!("{}: {reason}", session.state),
        None => session.state.clone(),
    };
    let on = match (&session.table, &session.key) {
        (Some(table), Some(key)) => {
            format!(
                "{table} {}{}",
                key.join(","),
                if session.dirty { " (unsaved)" } else { "" }
            )
        }
        _ => String::new(),
    };
    vec![
        session.id.to_string(),
        session.username.clone(),
        state,
        format!("{:.0}", session.started),
        format!("{:.0}", session.last_active),
        from.into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" "),
        on,
    ]
}
