//! Whether a record holds what was sent: asked when the reply to a change was lost.

use crate::db::contract::Fault;
use crate::db::open::Open;
use crate::db::record;
use crate::db::row;
use crate::db::shape::{self, Known};
use crate::db::sql::Sql;
use crate::db::tx::Param;
use crate::domain::record::{Record, RecordKey};
use crate::domain::value::Value;

/// Reads the record and says whether it holds what was sent, as its types compare.
pub(in crate::db) async fn holds(
    open: &Open,
    known: &Known,
    key: &RecordKey,
    entries: &[(usize, &Value)],
) -> Result<Option<(Record, bool)>, Fault> {
    let mut sql = Sql::new("select ");
    sql.push(&record::columns(known, "t.xmin::text"));
    sql.push(", true");
    for (column, value) in entries {
        let detail = known.columns.get(*column).ok_or_else(shape::outdated)?;
        if !detail.readable {
            continue;
        }
        let text = value.as_text().map(str::to_owned);
        let test = match detail.equal {
            true => format!(
                " and t.{} is not distinct from {}",
                detail.name,
                detail.bind(&mut sql, text.as_deref())
            ),
            false => format!(
                " and t.{}::text is not distinct from {}",
                detail.name,
                sql.bind(Param::Text(tokio_postgres::types::Type::TEXT, text))
            ),
        };
        sql.push(&test);
    }
    sql.push(" from ").push(&known.table).push(" t where ");
    record::push_key(&mut sql, known, key)?;
    let answers = open.read(vec![sql.finish()]).await?;
    let Some(found) = answers.first().and_then(|rows| rows.first()) else {
        return Ok(None);
    };
    let same: Option<bool> = row::column(found, 2 + known.columns.len())?;
    Ok(Some((record::read(known, found, 0)?, same == Some(true))))
}
