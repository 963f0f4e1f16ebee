//! The trail across records, read through the functions of the shared layer: one round trip a question.

use jiff::Timestamp;
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use super::contract::{AuditReply, AuditRequest, Fault};
use super::history::read::{author, fields, values, whole_number};
use super::open::Open;
use super::row;
use super::tx::{Broken, Param, Statement};
use crate::domain::audit::{AuditEntry, AuditFilter, AuditMark};
use crate::domain::history::EntryId;
use crate::domain::record::RecordKey;
use crate::domain::table::TableId;

/// How many entries a page has.
const PAGE: i32 = 50;

/// How many entries of a file are read at once.
const LARGE_PAGE: i32 = 250;

/// Answers a request about the audit.
pub(super) async fn perform(open: &Open, request: AuditRequest) -> Result<AuditReply, Fault> {
    if !open.is_shared() {
        return Err(Fault::NotPermitted {
            message: "the audit is kept only where rowhouse init installed the shared layer".into(),
        });
    }
    match request {
        AuditRequest::LoadAudit {
            filter,
            from,
            older,
        } => {
            let (mut entries, stop) = page(open, &filter, from, older, PAGE, false).await?;
            if !older {
                entries.reverse();
            }
            Ok(AuditReply::AuditLoaded { entries, stop })
        }
        AuditRequest::LoadForExport { filter, from } => {
            let (entries, stop) = page(open, &filter, from, true, LARGE_PAGE, true).await?;
            Ok(AuditReply::AuditLoaded { entries, stop })
        }
        AuditRequest::NoteExport { filter, form } => {
            let params = vec![Param::text(filter.in_words()), Param::text(form.name())];
            let note = Statement::new("select rowhouse.audit_exported($1, $2)", params);
            let noted = open.write(&[note]).await;
            noted.map_err(Broken::into_fault)?;
            Ok(AuditReply::ExportNoted)
        }
        AuditRequest::LoadAuditEntry(mark) => {
            let from = Some(AuditMark {
                id: EntryId(mark.id.0.saturating_add(1)),
                ..mark
            });
            let all = AuditFilter::default();
            let (entries, _) = page(open, &all, from, true, 1, true).await?;
            let found = entries.into_iter().find(|entry| entry.mark == mark);
            Ok(AuditReply::AuditEntryLoaded(found.map(Box::new)))
        }
    }
}

const COLUMNS: &str = "id, at, kind, verb, version::text, table_oid, table_name, record_key, new_key, \
                       columns, old_values::text, new_values::text, withheld, hidden, note, username, \
                       display_name, station, db_user, mine, session_id, request_id, xact";

/// Reads one page in the order of looking, and where looking stopped.
async fn page(
    open: &Open,
    filter: &AuditFilter,
    from: Option<AuditMark>,
    older: bool,
    limit: i32,
    with_values: bool,
) -> Result<(Vec<AuditEntry>, Option<AuditMark>), Fault> {
    let mut params = conditions(filter);
    params.extend([
        time(from.map(|mark| mark.at)),
        Param::Text(Type::INT8, from.map(|mark| mark.id.0.to_string())),
        Param::bool(older),
        Param::int4(limit),
        Param::bool(with_values),
    ]);
    let sql = format!(
        "select {COLUMNS} from rowhouse.audit_entries($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)"
    );
    let answers = open.read(vec![Statement::new(sql, params)]).await?;
    let rows = answers.first().map_or(&[][..], Vec::as_slice);
    let (mut entries, mut stop) = (Vec::new(), None);
    for found in rows {
        match row::column::<&str>(found, 2)? {
            "end" => stop = mark_or_none(found)?,
            _ => entries.push(entry(found)?),
        }
    }
    Ok((entries, stop))
}

fn conditions(filter: &AuditFilter) -> Vec<Param> {
    let text = |text: &Option<String>| Param::Text(Type::TEXT, text.clone());
    let verbs = filter
        .verbs()
        .map(|verbs| Param::Texts(verbs.iter().map(|verb| (*verb).to_owned()).collect()));
    vec![
        text(&filter.person),
        text(&filter.table),
        text(&filter.key),
        verbs.unwrap_or(Param::Text(Type::TEXT_ARRAY, None)),
        time(filter.since.as_ref().map(|moment| moment.at)),
        time(filter.until.as_ref().map(|moment| moment.at)),
    ]
}

fn time(at: Option<Timestamp>) -> Param {
    Param::Text(Type::TIMESTAMPTZ, at.map(|at| at.to_string()))
}

fn mark_or_none(found: &Row) -> Result<Option<AuditMark>, Fault> {
    let (id, at): (Option<i64>, Option<Timestamp>) =
        (row::column(found, 0)?, row::column(found, 1)?);
    Ok(id.zip(at).map(|(id, at)| AuditMark {
        at,
        id: EntryId(id),
    }))
}

fn entry(found: &Row) -> Result<AuditEntry, Fault> {
    let key = |place| -> Result<Option<RecordKey>, Fault> {
        let key: Option<Vec<String>> = row::column(found, place)?;
        Ok(key.map(RecordKey))
    };
    Ok(AuditEntry {
        mark: AuditMark {
            at: row::time(found, 1)?,
            id: EntryId(row::column(found, 0)?),
        },
        verb: row::shown(found, 3)?,
        version: row::version(found, Some(4))?,
        table: row::column::<Option<u32>>(found, 5)?.map(TableId),
        table_name: row::shown_or_null(found, 6)?.map(|name| bare(&name)),
        key: key(7)?,
        new_key: key(8)?,
        columns: row::shown_list(found, 9)?,
        fields: fields(values(found, 10)?, values(found, 11)?),
        withheld: whole_number(found, 12)?,
        hidden: row::column(found, 13)?,
        note: row::shown_or_null(found, 14)?,
        author: author(found, 15)?,
        session: row::column(found, 20)?,
        request: row::shown_or_null(found, 21)?,
        transaction: row::shown(found, 22)?,
    })
}

/// A table's name as it is shown: without the schema that everybody expects.
fn bare(table: &str) -> String {
    table.strip_prefix("public.").unwrap_or(table).to_owned()
}
