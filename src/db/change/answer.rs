//! How changes end: what they return, and that a second row is an error inside the statement.

use super::{OWN_XMIN, SECOND_ROW};
use crate::db::open::Open;
use crate::db::record;
use crate::db::shape::Known;
use crate::db::sql::Sql;
use crate::db::tx::Param;
use crate::domain::record::RequestId;

/// In the plain way a change is counted around it. In the shared way it completes its save for the
/// row that it returns, which nothing can do twice: a statement that is planned in half the time.
pub(super) fn wrap(open: &Open) -> &'static str {
    match open.is_shared() {
        true => "",
        false => "with changed as (",
    }
}

/// Ends a change: what it returns, and that a second row is an error.
pub(super) fn push_returning(
    sql: &mut Sql,
    open: &Open,
    known: &Known,
    request: RequestId,
    record: bool,
) {
    if !open.is_shared() {
        match record {
            true => sql
                .push(" returning ")
                .push(&record::columns(known, OWN_XMIN)),
            // Who may not see asks no column back, but whether there was a row.
            false => sql.push(" returning 1"),
        };
        sql.push(") ");
        push_plain(sql, record);
        return;
    }
    let request = sql.bind(Param::text(request.to_string()));
    if !record {
        let done = format!(" returning rowhouse.save_done({request}, 1, null, null) as rows");
        sql.push(&done);
        return;
    }
    let key = known.shape.key.iter().map(|column| known.text(*column));
    let version = match &known.version {
        Some(column) => format!("t.{column}::int8"),
        None => "null".to_owned(),
    };
    sql.push(&format!(
        " returning rowhouse.save_done({request}, 1, array[{}]::text[], {version}) as rows, {}",
        key.collect::<Vec<_>>().join(", "),
        record::columns(known, OWN_XMIN)
    ));
}

/// The end of one of several changes: the key, where it may be seen.
pub(super) fn push_key_back(sql: &mut Sql, known: &Known) {
    let key = known.shape.key.iter().filter(|_| known.shape.rights.view);
    let key: Vec<String> = key.map(|column| known.text(*column)).collect();
    sql.push(&format!(" returning array[{}]::text[]", key.join(", ")));
}

/// The end of a change through the table's owner: the number of rows, and the record.
pub(super) fn push_answer(sql: &mut Sql, known: &Known, request: RequestId) {
    let request = sql.bind(Param::text(request.to_string()));
    let key = known.shape.key.iter().map(|column| format!("c{column}"));
    sql.push(&format!(
        "select d.rows, c.* from (select rowhouse.save_done({request}, \
         (select count(*)::int4 from changed), \
         (select array[{}]::text[] from changed limit 1), \
         (select row_version::int8 from changed limit 1)) as rows) d left join changed c on true",
        key.collect::<Vec<_>>().join(", ")
    ));
}

/// The same where nothing but the number of rows may be seen.
pub(super) fn push_count(sql: &mut Sql, request: RequestId) {
    let request = sql.bind(Param::text(request.to_string()));
    let done = "(select count(*)::int4 from changed), null, null) as rows";
    sql.push(&format!("select rowhouse.save_done({request}, {done}"));
}

/// The end of a change in the plain way: the number of rows, an error when there are two.
fn push_plain(sql: &mut Sql, record: bool) {
    let count = plain_count();
    match record {
        true => sql.push(&format!(
            "select d.rows, c.* from ({count}) d left join changed c on true"
        )),
        false => sql.push(&count),
    };
}

/// The cast is of a text that depends on the count, or it would be tried before anything runs.
pub(super) fn plain_count() -> String {
    format!(
        "select case when count(*) > 1 then ('{SECOND_ROW}' || count(*))::int4 \
         else count(*)::int4 end as rows from changed"
    )
}
