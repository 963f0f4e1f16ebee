//! The past of records, read through the functions of the shared layer: one round trip a question.

pub(super) mod read;
mod runs;

use serde_json::{Value as Json, json};
use tokio_postgres::Row;
use tokio_postgres::types::Type;

use read::{author, entry, values, whole_number};

use super::contract::{Fault, HistoryReply, HistoryRequest};
use super::miss::verb;
use super::open::Open;
use super::tx::{Param, Statement};
use super::{record, row, shape};
use crate::domain::history::{AsOf, Beyond, Blame, DeletedRecord, EntryId, Remains};
use crate::domain::record::RecordKey;
use crate::domain::table::TableId;

/// How many entries a page has.
const PAGE: usize = 40;

/// How many of one's own changes, or deleted records, a page has.
const SHORT_PAGE: usize = 20;

/// Answers a request about the past.
pub(super) async fn perform(open: &Open, request: HistoryRequest) -> Result<HistoryReply, Fault> {
    if !open.is_shared() {
        return Err(Fault::NotPermitted {
            message: "the past is kept only where rowhouse init installed the shared layer".into(),
        });
    }
    match request {
        HistoryRequest::LoadHistory {
            table,
            key,
            column,
            before,
        } => history(open, table, key, column, before).await,
        HistoryRequest::LoadEntry { table, key, entry } => whole(open, table, key, entry).await,
        HistoryRequest::LoadBlame { table, key } => blame(open, table, key).await,
        HistoryRequest::LoadAsOf { table, key, entry } => as_of(open, table, key, entry).await,
        HistoryRequest::LoadMyChanges { before } => runs::my_changes(open, before).await,
        HistoryRequest::LoadRun {
            table,
            verb,
            run,
            after,
        } => runs::run(open, table, verb, run, after).await,
        HistoryRequest::LoadBin { table, before } => bin(open, table, before).await,
        HistoryRequest::LoadRemains { table, of } => remains(open, table, &of).await,
    }
}

const ENTRY: &str = "id, at, verb, version::text, record_key, new_key, old_values::text, \
                     new_values::text, withheld, username, display_name, station, db_user, mine";

async fn history(
    open: &Open,
    table: TableId,
    key: RecordKey,
    column: Option<String>,
    before: Option<EntryId>,
) -> Result<HistoryReply, Fault> {
    let ask = Statement::new(
        format!("select {ENTRY} from rowhouse.record_history($1, $2, $3, $4, $5, false)"),
        vec![
            Param::oid(table.0),
            Param::Texts(key.0),
            Param::Text(Type::TEXT, column),
            number(before),
            limit(PAGE),
        ],
    );
    let mut entries = rows(open, ask, entry).await?;
    Ok(HistoryReply::HistoryLoaded {
        more: cut(&mut entries, PAGE),
        entries,
    })
}

async fn whole(
    open: &Open,
    table: TableId,
    key: RecordKey,
    wanted: EntryId,
) -> Result<HistoryReply, Fault> {
    let ask = Statement::new(
        format!("select {ENTRY} from rowhouse.record_history($1, $2, null, $3, 1, true)"),
        vec![
            Param::oid(table.0),
            Param::Texts(key.0),
            Param::int8(wanted.0.saturating_add(1)),
        ],
    );
    let found = rows(open, ask, entry).await?.into_iter().next();
    let found = found.filter(|found| found.id == wanted);
    Ok(HistoryReply::EntryLoaded(found.map(Box::new)))
}

async fn blame(open: &Open, table: TableId, key: RecordKey) -> Result<HistoryReply, Fault> {
    let ask = Statement::new(
        "select column_name, id, at, verb, version::text, username, display_name, station, db_user, \
                mine from rowhouse.record_blame($1, $2)",
        vec![Param::oid(table.0), Param::Texts(key.0)],
    );
    let blamed = rows(open, ask, |found| {
        Ok(Blame {
            column: row::raw(found, 0)?.unwrap_or_default(),
            id: EntryId(row::column(found, 1)?),
            at: row::time(found, 2)?,
            verb: verb(row::column(found, 3)?),
            version: row::version(found, Some(4))?,
            author: author(found, 5)?,
        })
    });
    Ok(HistoryReply::BlameLoaded(blamed.await?))
}

async fn as_of(
    open: &Open,
    table: TableId,
    key: RecordKey,
    entry: EntryId,
) -> Result<HistoryReply, Fault> {
    let known = shape::load(open, table).await?;
    let past = Statement::new(
        "select beyond, recorded::text, known from rowhouse.record_as_of($1, $2, $3)",
        vec![
            Param::oid(table.0),
            Param::Texts(key.0.clone()),
            Param::int8(entry.0),
        ],
    );
    let statements = vec![
        past,
        record::select(&known, &key)?,
        shape::mark(table, open.is_shared()),
    ];
    let answers = shape::forgetting(open, table, open.read(statements).await)?;
    let [past, present, mark] = answers.as_slice() else {
        return Err(shape::outdated());
    };
    shape::check_mark(open, &known, mark).await?;
    let present = present.first().map(|found| record::read(&known, found, 0));
    Ok(HistoryReply::AsOfLoaded {
        past: past.first().map(read_as_of).transpose()?.flatten(),
        present: present.transpose()?.map(Box::new),
    })
}

fn read_as_of(found: &Row) -> Result<Option<AsOf>, Fault> {
    let beyond: Option<&str> = row::column(found, 0)?;
    let Some(beyond) = beyond else {
        return Ok(None);
    };
    Ok(Some(AsOf {
        recorded: values(found, 1)?.unwrap_or_default(),
        beyond: match beyond {
            "present" => Beyond::Present,
            "gone" => Beyond::Gone,
            _ => Beyond::Lost,
        },
        known: row::column(found, 2)?,
    }))
}

async fn bin(open: &Open, table: TableId, before: Option<EntryId>) -> Result<HistoryReply, Fault> {
    let ask = Statement::new(
        "select id, at, 'delete', version::text, record_key, null::text[], old_values::text, \
                null::text, withheld, username, display_name, station, db_user, mine, \
                dependents::text from rowhouse.deleted_records($1, $2, $3)",
        vec![Param::oid(table.0), number(before), limit(SHORT_PAGE)],
    );
    let mut records = rows(open, ask, |found| {
        Ok(DeletedRecord {
            entry: entry(found)?,
            dependents: counts(row::raw(found, 14)?),
        })
    })
    .await?;
    Ok(HistoryReply::BinLoaded {
        more: cut(&mut records, SHORT_PAGE),
        records,
    })
}

fn counts(text: Option<String>) -> Vec<(TableId, u64)> {
    let read: Option<Json> = text.and_then(|text| serde_json::from_str(&text).ok());
    let Some(Json::Object(object)) = read else {
        return Vec::new();
    };
    let count = |(table, count): (String, Json)| {
        let table = table.parse().ok().map(TableId)?;
        Some((table, count.as_u64()?))
    };
    object.into_iter().filter_map(count).collect()
}

async fn remains(
    open: &Open,
    table: TableId,
    of: &[(RecordKey, EntryId)],
) -> Result<HistoryReply, Fault> {
    let deletion = |(key, entry): &(RecordKey, EntryId)| json!({"id": entry.0, "key": key.0});
    let deletions = Json::Array(of.iter().map(deletion).collect());
    let ask = Statement::new(
        "select place, table_oid, record_key, old_values::text, over_values::text, withheld, depth, more \
         from rowhouse.what_went($1, $2::text::jsonb)",
        vec![Param::oid(table.0), Param::text(deletions.to_string())],
    );
    let found = rows(open, ask, |found| {
        Ok(Remains {
            place: whole_number(found, 0)?,
            table: TableId(row::column(found, 1)?),
            key: RecordKey(row::column(found, 2)?),
            values: values(found, 3)?.unwrap_or_default(),
            over: values(found, 4)?,
            withheld: whole_number(found, 5)?,
            depth: whole_number(found, 6)?,
            more: row::column(found, 7)?,
        })
    });
    Ok(HistoryReply::RemainsLoaded(found.await?))
}

/// Asks and reads every row.
async fn rows<T>(
    open: &Open,
    ask: Statement,
    read: impl Fn(&Row) -> Result<T, Fault>,
) -> Result<Vec<T>, Fault> {
    let answers = open.read(vec![ask]).await?;
    answers.iter().flatten().map(read).collect()
}

/// One more than a page is asked for: it tells that there are more.
fn limit(page: usize) -> Param {
    Param::int4(i32::try_from(page + 1).unwrap_or(i32::MAX))
}

fn cut<T>(found: &mut Vec<T>, page: usize) -> bool {
    let more = found.len() > page;
    found.truncate(page);
    more
}

fn number(entry: Option<EntryId>) -> Param {
    Param::Text(Type::INT8, entry.map(|entry| entry.0.to_string()))
}
