//! Claiming records, asking for them, taking over and releasing; and the lines between people.

use tokio_postgres::Row;

use super::contract::{ClaimsReply, ClaimsRequest, Fault};
use super::open::Open;
use super::row;
use super::tx::{Broken, Param, Statement};
use crate::domain::claim::{Answer, Asked, Holder, Line, LineId, LineKind};
use crate::domain::record::RecordKey;
use crate::domain::table::TableId;

/// Answers a request about claims.
pub(super) async fn perform(open: &Open, request: ClaimsRequest) -> Result<ClaimsReply, Fault> {
    if !open.is_shared() {
        return Err(Fault::NotPermitted {
            message: "who edits what is known only where rowhouse init installed the shared layer"
                .into(),
        });
    }
    let answers = open
        .write(&[statement(&request)])
        .await
        .map_err(Broken::into_fault)?;
    let rows = answers.first().map_or(&[][..], Vec::as_slice);
    match request {
        ClaimsRequest::Claim { .. } => claimed(row::only(rows)?),
        ClaimsRequest::AskToYield { .. } => {
            let asked = rows.iter().map(asked).collect::<Result<_, _>>()?;
            Ok(ClaimsReply::AskedToYield(asked))
        }
        ClaimsRequest::AnswerAsk { .. } => {
            row::column(row::only(rows)?, 0).map(ClaimsReply::Answered)
        }
        ClaimsRequest::TakeOver { .. } => count(rows).map(ClaimsReply::TakenOver),
        ClaimsRequest::ReleaseRecord { .. } | ClaimsRequest::ReleaseSession { .. } => {
            count(rows).map(ClaimsReply::Released)
        }
    }
}

/// The lines for this session that it does not have yet.
pub(super) fn unread() -> Statement {
    Statement::new(
        "select message_id, kind, username, table_oid, record_key, sent_at, due_at \
         from rowhouse.messages()",
        Vec::new(),
    )
}

/// Reads one line; one of a kind that this version does not know is left out.
pub(super) fn line(found: &Row) -> Result<Option<Line>, Fault> {
    let kind: &str = row::column(found, 1)?;
    let kind = match kind {
        "asked" => LineKind::Asked,
        "done" => LineKind::Done,
        "later" => LineKind::Later,
        "given" => LineKind::Given,
        "taken" => LineKind::Taken,
        "released" => LineKind::Released,
        _ => return Ok(None),
    };
    Ok(Some(Line {
        id: LineId(row::column(found, 0)?),
        kind,
        username: row::shown(found, 2)?,
        table: TableId(row::column(found, 3)?),
        key: RecordKey(row::column(found, 4)?),
        at: row::time(found, 5)?,
        due: row::column(found, 6)?,
    }))
}

fn statement(request: &ClaimsRequest) -> Statement {
    let record = |sql: &'static str, table: TableId, key: &RecordKey| {
        let key = Param::Texts(key.0.clone());
        Statement::new(sql, vec![Param::oid(table.0), key])
    };
    match request {
        ClaimsRequest::Claim { table, key } => record(
            "select held, username, same_person, seat from rowhouse.claim($1, $2)",
            *table,
            key,
        ),
        ClaimsRequest::AskToYield { table, key } => record(
            "select username, asked_at, due_at from rowhouse.claim_ask($1, $2)",
            *table,
            key,
        ),
        ClaimsRequest::AnswerAsk { line, answer } => Statement::new(
            "select rowhouse.claim_answer($1, $2)",
            vec![Param::int8(line.0), Param::text(word(*answer))],
        ),
        ClaimsRequest::TakeOver { table, key } => {
            record("select rowhouse.claim_take($1, $2)", *table, key)
        }
        ClaimsRequest::ReleaseRecord { table, key } => {
            record("select rowhouse.claim_release($1, $2, null)", *table, key)
        }
        ClaimsRequest::ReleaseSession { session } => Statement::new(
            "select rowhouse.claim_release(null, null, $1)",
            vec![Param::int8(session.0)],
        ),
    }
}

fn word(answer: Answer) -> &'static str {
    match answer {
        Answer::Done => "done",
        Answer::Later => "later",
        Answer::Given => "given",
    }
}

fn claimed(found: &Row) -> Result<ClaimsReply, Fault> {
    if row::column(found, 0)? {
        return Ok(ClaimsReply::Claimed(None));
    }
    let username = row::shown_or_null(found, 1)?;
    Ok(ClaimsReply::Claimed(Some(Holder {
        username: username.unwrap_or_else(|| "somebody".into()),
        same_person: row::column::<Option<bool>>(found, 2)?.unwrap_or_default(),
        seat: row::shown_or_null(found, 3)?,
    })))
}

fn asked(found: &Row) -> Result<Asked, Fault> {
    Ok(Asked {
        username: row::shown(found, 0)?,
        at: row::time(found, 1)?,
        due: row::time(found, 2)?,
    })
}

fn count(rows: &[Row]) -> Result<u32, Fault> {
    let number: i32 = row::column(row::only(rows)?, 0)?;
    Ok(u32::try_from(number).unwrap_or(0))
}
