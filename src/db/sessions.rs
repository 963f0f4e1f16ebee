//! Who is signed in, ending a session, and the heartbeat.

use serde::Deserialize;
use serde_json::json;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::contract::{Fault, SessionsReply, SessionsRequest};
use super::open::Open;
use super::row;
use super::tx::{Broken, Param, Statement};
use crate::domain::record::RecordKey;
use crate::domain::session::{
    Activity, PresenceMode, SessionClaim, SessionId, SessionLine, SessionState,
};
use crate::domain::text;

/// Answers a request about sessions.
pub(super) async fn perform(open: &Open, request: SessionsRequest) -> Result<SessionsReply, Fault> {
    match request {
        SessionsRequest::Touch(activity) => touch(open, &activity).await,
        _ if !open.is_shared() => Err(Fault::NotPermitted {
            message: "sessions are known only where rowhouse init installed the shared layer"
                .into(),
        }),
        SessionsRequest::ListSessions => list(open).await,
        SessionsRequest::EndSession { session, reason } => end(open, session, &reason).await,
    }
}

async fn list(open: &Open) -> Result<SessionsReply, Fault> {
    let ask = Statement::new(
        "select session_id, username, display_name, roles, started, last_active, state, ended_at, \
                end_reason, addr, client_json, table_name, record_key, dirty, mine \
         from rowhouse.sessions()",
        Vec::new(),
    );
    let claims = Statement::new(
        "select session_id, table_name, record_key, mode, dirty, since from rowhouse.session_claims()",
        Vec::new(),
    );
    let answers = open.read(vec![ask, claims]).await?;
    let [sessions, claims] = answers.as_slice() else {
        return Err(super::shape::outdated());
    };
    let mut lines: Vec<SessionLine> = sessions.iter().map(session).collect::<Result<_, _>>()?;
    for found in claims {
        let id = SessionId(row::column(found, 0)?);
        let live = |line: &&mut SessionLine| line.id == id && line.state != SessionState::Ended;
        if let Some(line) = lines.iter_mut().find(live) {
            line.claims.push(claim(found)?);
        }
    }
    Ok(SessionsReply::SessionsListed(lines))
}

async fn end(open: &Open, session: SessionId, reason: &str) -> Result<SessionsReply, Fault> {
    let ask = Statement::new(
        "select rowhouse.session_end($1, $2)",
        vec![Param::int8(session.0), Param::text(reason)],
    );
    let answers = open.write(&[ask]).await.map_err(Broken::into_fault)?;
    let row = row::only(answers.first().map_or(&[], Vec::as_slice))?;
    Ok(SessionsReply::SessionEnded {
        session,
        was_open: row::column(row, 0)?,
    })
}

async fn touch(open: &Open, activity: &Activity) -> Result<SessionsReply, Fault> {
    let ask = match open.is_shared() {
        true => heartbeat(activity),
        false => Statement::new("select pg_catalog.clock_timestamp()", Vec::new()),
    };
    let answers = open.write(&[ask]).await.map_err(Broken::into_fault)?;
    let row = row::only(answers.first().map_or(&[], Vec::as_slice))?;
    let now = row::time(row, 0)?;
    if open.is_shared() && open.is_to_keep_up() {
        super::login::maintain(open).await;
    }
    Ok(SessionsReply::Touched { now })
}

fn heartbeat(activity: &Activity) -> Statement {
    let records: Vec<serde_json::Value> = activity
        .records
        .iter()
        .map(|record| {
            let mode = match record.mode {
                PresenceMode::View => "view",
                PresenceMode::Edit => "edit",
            };
            json!({
                "table": record.table.0, "key": record.key.0, "mode": mode, "dirty": record.dirty,
            })
        })
        .collect();
    let heard: Vec<String> = activity
        .heard
        .iter()
        .map(|line| line.0.to_string())
        .collect();
    Statement::new(
        "select server_time from rowhouse.touch($1, $2, $3, $4)",
        vec![
            Param::bool(activity.active),
            Param::text(activity.place.as_str()),
            Param::text(serde_json::Value::Array(records).to_string()),
            Param::Text(Type::INT8_ARRAY, Some(format!("{{{}}}", heard.join(",")))),
        ],
    )
}

fn session(row: &Row) -> Result<SessionLine, Fault> {
    let state: &str = row::column(row, 6)?;
    let table = row::shown_or_null(row, 11)?;
    let key: Option<Vec<String>> = row::column(row, 12)?;
    Ok(SessionLine {
        id: SessionId(row::column(row, 0)?),
        username: row::shown(row, 1)?,
        display_name: row::shown(row, 2)?,
        roles: row::shown_list(row, 3)?,
        started: row::time(row, 4)?,
        last_active: row::time(row, 5)?,
        state: match state {
            "active" => SessionState::Active,
            "idle" => SessionState::Idle,
            "away" => SessionState::Away,
            _ => SessionState::Ended,
        },
        ended_at: row::column(row, 7)?,
        end_reason: row::shown_or_null(row, 8)?,
        station: station(row::raw(row, 9)?, row::raw(row, 10)?),
        record: table
            .zip(key)
            .map(|(table, key)| (bare(&table), RecordKey(key))),
        dirty: row::column(row, 13)?,
        mine: row::column(row, 14)?,
        claims: Vec::new(),
    })
}

fn claim(found: &Row) -> Result<SessionClaim, Fault> {
    Ok(SessionClaim {
        table: bare(&row::shown(found, 1)?),
        key: RecordKey(row::column(found, 2)?),
        mode: super::feed::mode(row::column(found, 3)?),
        dirty: row::column(found, 4)?,
        since: row::time(found, 5)?,
    })
}

/// A table's name as it is shown: without the schema that everybody expects.
fn bare(table: &str) -> String {
    table.strip_prefix("public.").unwrap_or(table).to_owned()
}

/// What a client told of itself.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Told {
    host: String,
    tty: String,
}

/// From where: `bench pts/1 10.0.0.7`, as far as it is known.
fn station(address: Option<String>, told: Option<String>) -> String {
    let told: Told = told
        .and_then(|told| serde_json::from_str(&told).ok())
        .unwrap_or_default();
    let parts = [told.host, told.tty, address.unwrap_or_default()];
    let parts: Vec<&str> = parts
        .iter()
        .map(String::as_str)
        .filter(|part| !part.is_empty())
        .collect();
    text::line(&parts.join(" ")).into_owned()
}
