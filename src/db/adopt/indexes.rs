//! Indexes that searching and sorting an adopted table would gain by: what they cost is said before,
//! and they are built while others go on writing. Nobody is asked here.

use tokio_postgres::types::Type;
use tokio_postgres::{Client, Row};

use super::{AdoptError, facts};

/// One index that is worth having.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Offer {
    /// What it is for.
    pub gain: String,
    /// Its name, quoted, with its schema.
    pub name: String,
    /// The SQL that builds it; it runs by itself, outside a transaction.
    pub sql: String,
    /// About how many bytes it takes.
    pub bytes: i64,
    /// About how many seconds it takes to build on a usual disk.
    pub seconds: i64,
}

/// What is offered for one table.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Offers {
    /// Schema and name, quoted.
    pub table: String,
    /// The SQL that comes first: it makes the server able to index words.
    pub first: Option<String>,
    /// Whether the server can index words at all.
    pub words: bool,
    /// The indexes.
    pub indexes: Vec<Offer>,
}

/// The indexes that are missing: for each searchable column one of its words, also for a key that is a
/// number, and for each column of a sortable type one of its order. Estimates come from the server's
/// statistics.
const MISSING: &str = "\
with col as (
  select a.attnum, a.attname, b.typname, b.typtype, b.oid as base,
         coalesce((select s.avg_width from pg_catalog.pg_stats s
                    where s.schemaname = n.nspname and s.tablename = c.relname and s.attname = a.attname
                    order by s.inherited desc limit 1), 16)::int8 as width,
         greatest(c.reltuples, 1)::int8 as rows, n.nspname, c.relname, c.oid as relation,
         a.attname = any (d.key_columns) as in_key, d.key_columns
    from rowhouse_private.adopted d
    join pg_catalog.pg_class c on c.oid = d.table_oid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    cross join lateral (
        with recursive up(oid) as (
            select a.atttypid
            union all
            select t.typbasetype from up join pg_catalog.pg_type t on t.oid = up.oid where t.typtype = 'd')
        select t.* from up join pg_catalog.pg_type t on t.oid = up.oid where t.typtype <> 'd') b
   where d.table_oid = $1 and c.relkind = 'r' and a.attname is distinct from d.version_column
), word as (
  select c.*, case when c.typname in ('text', 'varchar', 'bpchar') then pg_catalog.format('%I', c.attname)
                   else pg_catalog.format('(%I::pg_catalog.text)', c.attname) end as term
    from col c
   where c.typname in ('text', 'varchar', 'bpchar') or c.in_key and c.typname in ('int2', 'int4', 'int8', 'uuid')
)
select 'words' as kind, w.attname::text, w.nspname::text, w.relname::text, w.term,
       w.rows * (w.width + 12) as bytes
  from word w
 where $2::text is not null and not exists (
       select from pg_catalog.pg_index i
         join pg_catalog.pg_opclass o on o.oid = any (i.indclass::oid[]) and o.opcname in ('gin_trgm_ops', 'gist_trgm_ops')
        where i.indrelid = w.relation and i.indisvalid and i.indpred is null
          and (w.attnum = any (i.indkey::int2[])
               or pg_catalog.strpos(pg_catalog.pg_get_indexdef(i.indexrelid), pg_catalog.format('((%I)::text)', w.attname)) > 0))
union all
select 'order', c.attname::text, c.nspname::text, c.relname::text,
       (select pg_catalog.string_agg(pg_catalog.format('%I', k.name), ', ' order by k.place)
          from (select c.attname::text as name, 0::int8 as place
                union all
                select x, p from pg_catalog.unnest(c.key_columns) with ordinality u(x, p)
                 where x <> c.attname) k),
       c.rows * (c.width + 32)
  from col c
 where (c.typtype in ('e', 'r') or c.typname in ('numeric', 'int2', 'int4', 'int8', 'float4', 'float8',
        'date', 'time', 'timestamp', 'timestamptz'))
   and not exists (select from pg_catalog.pg_index i join pg_catalog.pg_class x on x.oid = i.indexrelid
                     join pg_catalog.pg_am m on m.oid = x.relam and m.amname = 'btree'
                    where i.indrelid = c.relation and i.indisvalid and i.indpred is null
                      and i.indkey[0] = c.attnum)
order by 1 desc, 2";

/// Where the words' operator class is, or would be; null where the server has none.
const WORDS: &str = "\
select (select pg_catalog.quote_ident(n.nspname) from pg_catalog.pg_extension e
          join pg_catalog.pg_namespace n on n.oid = e.extnamespace where e.extname = 'pg_trgm'),
       exists (select from pg_catalog.pg_available_extensions where name = 'pg_trgm')";

/// Finds what would be worth having for an adopted table.
pub async fn offers(client: &Client, table: &str) -> Result<Offers, AdoptError> {
    let oid = facts::resolve(client, table).await?;
    let row = client.query_typed_one(WORDS, &[]).await?;
    let installed: Option<String> = row.get(0);
    let available: bool = row.get(1);
    let schema = installed
        .clone()
        .or_else(|| available.then(|| "public".to_owned()));
    let is_adopted = "select format('%s', table_oid::regclass) from rowhouse_private.adopted where table_oid = $1";
    let params: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 1] = [(&oid, Type::OID)];
    let Some(adopted) = client
        .query_typed(is_adopted, &params)
        .await?
        .into_iter()
        .next()
    else {
        return Err(AdoptError::NotAdopted(table.to_owned()));
    };
    let missing = client
        .query_typed(MISSING, &[(&oid, Type::OID), (&schema, Type::TEXT)])
        .await?;
    let words = missing.iter().any(|row| row.get::<_, &str>(0) == "words");
    Ok(Offers {
        table: adopted.get(0),
        first: (words && installed.is_none())
            .then(|| "create extension if not exists pg_trgm with schema public".to_owned()),
        words: schema.is_some(),
        indexes: missing
            .iter()
            .map(|row| offer(row, schema.as_deref().unwrap_or_default()))
            .collect(),
    })
}

fn offer(row: &Row, words_schema: &str) -> Offer {
    use crate::db::sql::quoted;
    let text = |place: usize| row.get::<_, String>(place);
    let (kind, column, schema, table, term) = (text(0), text(1), text(2), text(3), text(4));
    let bytes: i64 = row.get(5);
    let name = cut(&format!("{table}_{column}_{kind}"));
    let on = format!("{}.{}", quoted(&schema), quoted(&table));
    let (how, gain, per_second) = match kind.as_str() {
        "words" => (
            format!("using gin ({term} {words_schema}.gin_trgm_ops)"),
            format!("text within {column}"),
            6_000_000,
        ),
        _ => (
            format!("({term})"),
            format!("sorting by {column}"),
            40_000_000,
        ),
    };
    Offer {
        gain,
        name: format!("{}.{}", quoted(&schema), quoted(&name)),
        sql: format!("create index concurrently {} on {on} {how}", quoted(&name)),
        bytes,
        seconds: bytes / per_second + 1,
    }
}

/// A name is at most 63 bytes long.
fn cut(name: &str) -> String {
    let end = name
        .char_indices()
        .map(|(at, sign)| at + sign.len_utf8())
        .take_while(|end| *end <= 63)
        .last();
    name[..end.unwrap_or_default()].to_owned()
}

/// Builds one; what a failed attempt leaves is removed.
pub async fn build(client: &Client, offer: &Offer) -> Result<(), AdoptError> {
    client
        .batch_execute("set statement_timeout = 0; set lock_timeout = 0")
        .await?;
    let built = client.batch_execute(&offer.sql).await;
    let Err(error) = built else { return Ok(()) };
    // An index of that name that was there before is whole, and stays.
    let left = "select i.indexrelid from pg_catalog.pg_index i
                 where i.indexrelid = pg_catalog.to_regclass($1) and not i.indisvalid";
    let params: [(&(dyn tokio_postgres::types::ToSql + Sync), Type); 1] =
        [(&offer.name, Type::TEXT)];
    if client
        .query_typed(left, &params)
        .await
        .is_ok_and(|rows| !rows.is_empty())
    {
        let drop = format!("drop index concurrently if exists {}", offer.name);
        client.batch_execute(&drop).await?;
    }
    Err(error.into())
}

/// Runs what comes first.
pub async fn prepare(client: &Client, offers: &Offers) -> Result<(), AdoptError> {
    match &offers.first {
        Some(sql) => Ok(client.batch_execute(sql).await?),
        None => Ok(()),
    }
}
