//! `rowhouse session`: lists and ends sessions as the owner of the database.

use clap::Subcommand;
use serde_json::{Value, json};

use super::owner::{connect, tell, write_json, write_table};
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
        What::End { id, reason } => end(&client, id, &reason, global.json).await,
    }
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
