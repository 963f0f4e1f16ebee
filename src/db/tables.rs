//! The list of tables, without their columns: one question however many there are.

use std::sync::Arc;

use tokio_postgres::Row;

use super::contract::Fault;
use super::open::Open;
use super::row;
use super::tx::Statement;
use crate::domain::table::{Rights, TableId, TableKind, TableName, TableSummary};

/// Everything that the role may read, in the plain way. The server's own tables are left out first: what
/// may be done with a table is not asked of them. 1259 is pg_class, everywhere.
const PLAIN: &str = "\
with near as materialized (
  select c.oid, n.nspname, c.relname, c.relkind, c.reltuples, c.relpages
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.relispartition
    and n.nspname !~ '^pg_' and n.nspname not in
      ('information_schema', 'rowhouse', 'rowhouse_private', 'rowhouse_trail')
    and pg_catalog.has_schema_privilege(n.oid, 'USAGE'))
select c.oid, c.nspname::text, c.relname::text, c.relkind::text,
       (select d.description from pg_catalog.pg_description d
        where d.objoid = c.oid and d.classoid = 1259 and d.objsubid = 0),
       case when c.relkind = 'p' then
              (select sum(greatest(l.reltuples, 0))::int8
               from pg_catalog.pg_partition_tree(c.oid) p
               join pg_catalog.pg_class l on l.oid = p.relid
               where p.isleaf)
            when c.reltuples > 0 or (c.reltuples = 0 and c.relpages > 0) then c.reltuples::int8
       end,
       true,
       pg_catalog.has_any_column_privilege(c.oid, 'INSERT'),
       pg_catalog.has_any_column_privilege(c.oid, 'UPDATE'),
       pg_catalog.has_table_privilege(c.oid, 'DELETE'), false,
       c.relkind in ('r', 'p') and not exists (
         select from pg_catalog.pg_index i
         where i.indrelid = c.oid and i.indisunique and i.indisvalid
           and i.indpred is null and i.indexprs is null
           and not exists (
             select from unnest(i.indkey[0 : i.indnkeyatts - 1]) k(attnum)
             join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
             where not a.attnotnull))
from near c
where pg_catalog.has_any_column_privilege(c.oid, 'SELECT')
order by c.nspname = 'public' desc, c.nspname, c.relname";

/// The adopted tables that the person may see, or fill, in the shared way.
const SHARED: &str = "\
select c.oid, n.nspname::text, c.relname::text, c.relkind::text,
       (select d.description from pg_catalog.pg_description d
        where d.objoid = c.oid and d.classoid = 1259 and d.objsubid = 0),
       case when not m.can_view or m.scopes ? 'view' then null
            when c.relkind = 'p' then
              (select sum(greatest(l.reltuples, 0))::int8
               from pg_catalog.pg_partition_tree(c.oid) p
               join pg_catalog.pg_class l on l.oid = p.relid
               where p.isleaf)
            when c.reltuples > 0 or (c.reltuples = 0 and c.relpages > 0) then c.reltuples::int8
       end,
       m.can_view, m.can_insert, m.can_update, m.can_delete, coalesce(m.scopes ? 'view', false),
       false
from rowhouse.my_tables() m
join pg_catalog.pg_class c on c.oid = m.table_oid
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where m.can_view or m.can_insert
order by n.nspname = 'public' desc, n.nspname, c.relname";

/// Lists the tables that the person may see.
pub(super) async fn list(open: &Open) -> Result<Arc<[TableSummary]>, Fault> {
    let sql = match open.is_shared() {
        true => SHARED,
        false => PLAIN,
    };
    let answers = open.read(vec![Statement::new(sql, Vec::new())]).await?;
    answers.iter().flatten().map(summary).collect()
}

fn summary(row: &Row) -> Result<TableSummary, Fault> {
    let kind: &str = row::column(row, 3)?;
    let estimated: Option<i64> = row::column(row, 5)?;
    Ok(TableSummary {
        id: TableId(row::column(row, 0)?),
        name: TableName {
            schema: row::shown(row, 1)?,
            name: row::shown(row, 2)?,
        },
        kind: match kind {
            "p" => TableKind::Partitioned,
            "v" => TableKind::View,
            "m" => TableKind::MaterialisedView,
            "f" => TableKind::Foreign,
            _ => TableKind::Table,
        },
        comment: row::shown_or_null(row, 4)?,
        estimated_rows: estimated.and_then(|rows| u64::try_from(rows).ok()),
        rights: Rights {
            view: row::column(row, 6)?,
            insert: row::column(row, 7)?,
            update: row::column(row, 8)?,
            delete: row::column(row, 9)?,
            partly: row::column(row, 10)?,
        },
        keyless: row::column(row, 11)?,
    })
}
