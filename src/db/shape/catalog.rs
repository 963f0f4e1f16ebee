//! The catalog questions about one table; only SQL and the rows it gives.

use tokio_postgres::Row;

use crate::db::contract::Fault;
use crate::db::row;
use crate::db::tx::{Param, Statement};
use crate::domain::table::TableId;
use crate::domain::text;

/// The relation itself.
const TABLE: &str = "\
select n.nspname::text, c.relname::text, c.relkind::text,
       (select d.description from pg_catalog.pg_description d
        where d.objoid = c.oid and d.classoid = 1259 and d.objsubid = 0),
       case when c.relkind = 'p' then
              (select sum(greatest(l.reltuples, 0))::int8
               from pg_catalog.pg_partition_tree(c.oid) p
               join pg_catalog.pg_class l on l.oid = p.relid
               where p.isleaf)
            when c.reltuples > 0 or (c.reltuples = 0 and c.relpages > 0) then c.reltuples::int8
       end,
       pg_catalog.has_any_column_privilege(c.oid, 'SELECT'),
       pg_catalog.has_any_column_privilege(c.oid, 'INSERT'),
       pg_catalog.has_any_column_privilege(c.oid, 'UPDATE'),
       pg_catalog.has_table_privilege(c.oid, 'DELETE'),
       pg_catalog.pg_is_in_recovery()
         or pg_catalog.current_setting('default_transaction_read_only') = 'on',
       c.relkind in ('r', 'p') and coalesce(
         pg_catalog.has_column_privilege(c.oid, (-2)::int2, 'SELECT'), false),
       exists (select from pg_catalog.pg_rewrite r
               where r.ev_class = c.oid and r.ev_type in ('2', '3', '4')),
       c.relkind = 'r' and exists (select from pg_catalog.pg_inherits i where i.inhparent = c.oid),
       c.relkind in ('r', 'p', 'm') and coalesce(
         pg_catalog.has_column_privilege(c.oid, (-1)::int2, 'SELECT'), false)
from pg_catalog.pg_class c
join pg_catalog.pg_namespace n on n.oid = c.relnamespace
where c.oid = $1";

/// Its columns, domains followed down to their base types. What follows from a type is asked once for
/// each type, and not for each of perhaps 1,600 columns. The catalog's own functions for comments are
/// not called: each call costs as much as the rest. 1259 is pg_class, 403 the B-tree, everywhere.
const COLUMNS: &str = "\
with kinds as materialized (
  select k.atttypid, k.atttypmod, t.typnotnull, b.oid, b.typname::text as typname, b.typtype, base.mod,
         case when b.typtype = 'e' then
           array(select e.enumlabel::text from pg_catalog.pg_enum e
                 where e.enumtypid = b.oid order by e.enumsortorder)
         end as labels,
         b.typtype in ('e', 'r', 'm') or exists (
           select from pg_catalog.pg_opclass o
           where o.opcmethod = 403 and o.opcdefault and o.opcintype in (
             select element.oid union all
             select k.casttarget from pg_catalog.pg_cast k
             where k.castsource = element.oid and k.castmethod = 'b' and k.castcontext = 'i'))
           as ordered
  from (select distinct a.atttypid, a.atttypmod from pg_catalog.pg_attribute a
        where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped) k
  join pg_catalog.pg_type t on t.oid = k.atttypid
  cross join lateral (
    with recursive chain(oid, base, next_mod, mod) as (
      select t.oid, t.typbasetype, t.typtypmod, k.atttypmod
      union all
      select u.oid, u.typbasetype, u.typtypmod, c.next_mod
      from chain c join pg_catalog.pg_type u on u.oid = c.base
      where c.base <> 0)
    select c.oid, c.mod from chain c where c.base = 0) base
  join pg_catalog.pg_type b on b.oid = base.oid
  cross join lateral (
    select case when b.typcategory = 'A' and b.typelem <> 0 then b.typelem else b.oid end as oid
  ) element),
walked as materialized (
  select distinct i.indkey[0] as attnum
  from pg_catalog.pg_index i
  join pg_catalog.pg_class x on x.oid = i.indexrelid
  where i.indrelid = $1 and i.indisvalid and i.indpred is null and x.relam = 403)
select a.attnum, a.attname::text, about.description,
       pg_catalog.format_type(a.atttypid, a.atttypmod),
       a.attnotnull or k.typnotnull, a.attnotnull,
       case when a.attidentity <> '' then 'identity'
            else pg_catalog.pg_get_expr(d.adbin, d.adrelid) end,
       a.attgenerated <> '' or a.attidentity = 'a',
       pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'SELECT'),
       pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'INSERT'),
       pg_catalog.has_column_privilege(a.attrelid, a.attnum, 'UPDATE'),
       k.typname, k.mod, k.labels, k.ordered,
       a.attnum in (select l.attnum from walked l),
       not coalesce((select l.collisdeterministic from pg_catalog.pg_collation l
                     where l.oid = a.attcollation), true)
from pg_catalog.pg_attribute a
join kinds k on k.atttypid = a.atttypid and k.atttypmod = a.atttypmod
left join pg_catalog.pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
left join pg_catalog.pg_description about on about.objoid = a.attrelid and about.classoid = 1259
  and about.objsubid = a.attnum
where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped
order by a.attnum";

/// Its unique keys over whole columns, best first.
const KEYS: &str = "\
select i.indkey[0 : i.indnkeyatts - 1]::int2[]
from pg_catalog.pg_index i
where i.indrelid = $1 and i.indisunique and i.indisvalid
  and i.indpred is null and i.indexprs is null
  and not exists (
    select from unnest(i.indkey[0 : i.indnkeyatts - 1]) k(attnum)
    join pg_catalog.pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum
    where not a.attnotnull)
order by i.indisprimary desc, i.indimmediate desc, i.indnkeyatts, i.indexrelid";

/// Its constraints and unique indexes, by which a refusal names its columns.
const CONSTRAINTS: &str = "\
select c.conname::text, coalesce(c.conkey, '{}'), c.contype::text
from pg_catalog.pg_constraint c where c.conrelid = $1
union all
select r.relname::text,
       case when i.indexprs is null and i.indpred is null
            then i.indkey[0 : i.indnkeyatts - 1]::int2[]
            else array(select distinct d.refobjsubid::int2 from pg_catalog.pg_depend d
                       where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass
                         and d.objid = i.indexrelid and d.refobjid = i.indrelid
                         and d.refclassid = d.classid and d.refobjsubid > 0 order by 1) end,
       'u'
from pg_catalog.pg_index i
join pg_catalog.pg_class r on r.oid = i.indexrelid
where i.indrelid = $1 and i.indisunique
  and not exists (select from pg_catalog.pg_constraint c where c.conindid = i.indexrelid)";

/// Its foreign keys, those of the fewest columns first.
const REFERENCES: &str = "\
select c.conkey, c.confrelid, n.nspname::text, r.relname::text,
       array(select a.attname::text
             from unnest(c.confkey) with ordinality k(attnum, place)
             join pg_catalog.pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.attnum
             order by k.place),
       pg_catalog.has_schema_privilege(n.oid, 'USAGE')
         and pg_catalog.has_any_column_privilege(r.oid, 'SELECT')
from pg_catalog.pg_constraint c
join pg_catalog.pg_class r on r.oid = c.confrelid
join pg_catalog.pg_namespace n on n.oid = r.relnamespace
where c.conrelid = $1 and c.contype = 'f' and (c.conparentid = 0 or not r.relispartition)
order by cardinality(c.conkey), c.oid";

/// Its sets of unique columns (whole ones say so), and the checks that concern one column alone.
const RULES: &str = "\
select i.indkey[0 : i.indnkeyatts - 1]::int2[], null::text, i.indpred is null
from pg_catalog.pg_index i
where i.indrelid = $1 and i.indisunique and i.indexprs is null
union all
select c.conkey, pg_catalog.pg_get_constraintdef(c.oid, true), true
from pg_catalog.pg_constraint c
where c.conrelid = $1 and c.contype = 'c' and cardinality(c.conkey) = 1
union all
select array[a.attnum], pg_catalog.pg_get_constraintdef(c.oid, true), true
from pg_catalog.pg_attribute a
join pg_catalog.pg_constraint c on c.contypid = a.atttypid
where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped and c.contype = 'c'";

/// What the shared layer adds.
const SHARED: &str = "\
select m.can_view, m.can_insert, m.can_update, m.can_delete, m.version_column, m.through,
       m.hard_locks, m.searches, m.insert_columns, m.update_columns, m.is_partly, m.across,
       pg_catalog.md5(m::text)
from rowhouse.my_table($1) m";

/// The questions in the order of the answers; the last one only in the shared way.
pub(super) fn questions(table: TableId, shared: bool) -> Vec<Statement> {
    let about = |sql| Statement::new(sql, vec![Param::oid(table.0)]);
    let mut all = Vec::from([TABLE, COLUMNS, KEYS, CONSTRAINTS].map(about));
    all.push(super::mark(table, shared));
    all.extend([REFERENCES, RULES].map(about));
    if shared {
        all.push(about(SHARED));
    }
    all
}

/// One row about the relation.
pub(super) struct TableRow {
    pub schema: String,
    pub name: String,
    pub kind: String,
    pub comment: Option<String>,
    pub estimated: Option<i64>,
    pub view: bool,
    pub insert: bool,
    pub update: bool,
    pub delete: bool,
    pub server_read_only: bool,
    pub xmin: bool,
    pub rules: bool,
    pub parent: bool,
    pub ctid: bool,
}

impl TableRow {
    pub(super) fn read(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            schema: row::column(row, 0)?,
            name: row::column(row, 1)?,
            kind: row::column(row, 2)?,
            comment: row::shown_or_null(row, 3)?,
            estimated: row::column(row, 4)?,
            view: row::column(row, 5)?,
            insert: row::column(row, 6)?,
            update: row::column(row, 7)?,
            delete: row::column(row, 8)?,
            server_read_only: row::column(row, 9)?,
            xmin: row::column(row, 10)?,
            rules: row::column(row, 11)?,
            parent: row::column(row, 12)?,
            ctid: row::column(row, 13)?,
        })
    }
}

/// One row about a column.
pub(super) struct ColumnRow {
    pub number: i16,
    pub name: String,
    pub comment: Option<String>,
    pub type_name: String,
    pub cast: String,
    pub refuses_null: bool,
    pub never_null: bool,
    pub default: Option<String>,
    pub generated: bool,
    pub readable: bool,
    pub insertable: bool,
    pub updatable: bool,
    pub base: String,
    pub modifier: i32,
    pub labels: Option<Vec<String>>,
    pub ordered: bool,
    pub indexed: bool,
    pub loose: bool,
}

impl ColumnRow {
    pub(super) fn read(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            number: row::column(row, 0)?,
            name: row::column(row, 1)?,
            comment: whole(row::raw(row, 2)?),
            type_name: row::shown(row, 3)?,
            cast: row::column(row, 3)?,
            refuses_null: row::column(row, 4)?,
            never_null: row::column(row, 5)?,
            default: row::shown_or_null(row, 6)?,
            generated: row::column(row, 7)?,
            readable: row::column(row, 8)?,
            insertable: row::column(row, 9)?,
            updatable: row::column(row, 10)?,
            base: row::column(row, 11)?,
            modifier: row::column(row, 12)?,
            labels: row::column(row, 13)?,
            ordered: row::column(row, 14)?,
            indexed: row::column(row, 15)?,
            loose: row::column(row, 16)?,
        })
    }
}

/// A comment with all its lines, harmless; nothing where it says nothing.
fn whole(comment: Option<String>) -> Option<String> {
    let comment = comment?;
    let comment = text::block(comment.trim());
    (!comment.is_empty()).then(|| comment.into_owned())
}
