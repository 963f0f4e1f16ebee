//! What changed since the last question, and who is on the shown records: one round trip.

use tokio_postgres::Row;

use super::claims;
use super::contract::feed::{FeedCursor, FeedItem};
use super::contract::{Fault, FeedReply, FeedRequest};
use super::database::ClientInfo;
use super::miss;
use super::open::Open;
use super::row;
use super::tx::{Param, Statement};
use crate::domain::record::{RecordKey, Verb};
use crate::domain::session::{Presence, PresenceMode};
use crate::domain::table::TableId;

/// The most changes in one answer; more come as "read everything again".
const MOST: i32 = 500;

/// Answers a poll.
pub(super) async fn perform(
    open: &Open,
    client: &ClientInfo,
    request: FeedRequest,
) -> Result<FeedReply, Fault> {
    let FeedRequest::Poll { cursor, table } = request;
    if !open.is_shared() {
        return nothing(open).await;
    }
    let cursor = cursor
        .map(|cursor| cursor.0)
        .filter(|cursor| !cursor.is_empty());
    let mut statements = vec![
        open.gate()?,
        Statement::new(
            "select cursor, table_oid, record_key, verb, username, at, mine \
             from rowhouse.feed($1, $2)",
            vec![
                Param::Text(tokio_postgres::types::Type::TEXT, cursor),
                Param::int4(MOST),
            ],
        ),
        claims::unread(),
    ];
    if let Some(table) = table {
        // Asked only where the table may still be seen, or the whole poll would be refused.
        statements.push(Statement::new(
            "select p.record_key, p.username, p.display_name, p.mine, p.same_person, p.mode, \
                    p.dirty, p.since, p.away, p.seat, p.hard, p.last_active \
             from (select true where rowhouse.may($1, 'view')) g \
             cross join lateral rowhouse.claimed($1) p",
            vec![Param::oid(table.0)],
        ));
    }
    let answers = open.read(statements).await?;
    let [now, changes, lines, presence @ ..] = answers.as_slice() else {
        return Err(super::shape::outdated());
    };
    let first = row::only(changes)?;
    let known = open.shapes.tables();
    let mut items = Vec::new();
    for change in changes {
        items.extend(item(change, table, &known)?);
    }
    Ok(FeedReply::Polled {
        cursor: FeedCursor(row::column(first, 0)?),
        items,
        presence: presence
            .iter()
            .flatten()
            .map(|row| present(row, client))
            .collect::<Result<_, _>>()?,
        lines: lines
            .iter()
            .filter_map(|found| claims::line(found).transpose())
            .collect::<Result<_, _>>()?,
        now: row::time(row::only(now)?, 0)?,
    })
}

/// The plain way has no feed; the server's clock it has.
async fn nothing(open: &Open) -> Result<FeedReply, Fault> {
    let ask = Statement::new("select pg_catalog.clock_timestamp()", Vec::new());
    let answers = open.read(vec![ask]).await?;
    let row = row::only(answers.first().map_or(&[], Vec::as_slice))?;
    Ok(FeedReply::Polled {
        cursor: FeedCursor(String::new()),
        items: Vec::new(),
        presence: Vec::new(),
        lines: Vec::new(),
        now: row::time(row, 0)?,
    })
}

/// One change; "everything anew", as after a restore, is one for each table that is in use.
fn item(change: &Row, shown: Option<TableId>, known: &[TableId]) -> Result<Vec<FeedItem>, Fault> {
    let Some(verb) = row::column::<Option<&str>>(change, 3)?.map(miss::verb) else {
        return Ok(Vec::new());
    };
    let table: Option<u32> = row::column(change, 1)?;
    let key: Option<Vec<String>> = row::column(change, 2)?;
    let at: Option<jiff::Timestamp> = row::column(change, 5)?;
    let item = |table: TableId| -> Result<FeedItem, Fault> {
        Ok(FeedItem {
            table,
            key: key
                .clone()
                .map(RecordKey)
                .filter(|_| verb != Verb::Truncate),
            verb,
            username: row::shown(change, 4)?,
            at: at.unwrap_or(jiff::Timestamp::UNIX_EPOCH),
            mine: row::column::<Option<bool>>(change, 6)?.unwrap_or_default(),
        })
    };
    match table {
        Some(table) => Ok(vec![item(TableId(table))?]),
        None => {
            let others = known.iter().copied().filter(|one| Some(*one) != shown);
            shown.into_iter().chain(others).map(item).collect()
        }
    }
}

/// How the server names this terminal; unknown where the machine or the terminal has no name.
fn own_seat(client: &ClientInfo) -> Option<String> {
    let named = !client.host.is_empty() && !client.tty.is_empty();
    named.then(|| format!("{}/{}", client.host, client.tty))
}

fn present(row: &Row, client: &ClientInfo) -> Result<Presence, Fault> {
    let mine: bool = row::column(row, 3)?;
    let seat: Option<String> = row::shown_or_null(row, 9)?;
    Ok(Presence {
        key: RecordKey(row::column(row, 0)?),
        username: row::shown(row, 1)?,
        display_name: row::shown(row, 2)?,
        mine,
        same_person: row::column(row, 4)?,
        mode: mode(row::column(row, 5)?),
        dirty: row::column(row, 6)?,
        since: row::time(row, 7)?,
        away: row::column(row, 8)?,
        here_before: !mine && seat.is_some() && seat == own_seat(client),
        seat,
        hard: row::column(row, 10)?,
        last_active: row::column(row, 11)?,
    })
}

/// Reads what somebody does with a record.
pub(super) fn mode(word: &str) -> PresenceMode {
    match word {
        "edit" => PresenceMode::Edit,
        _ => PresenceMode::View,
    }
}
