//! The months of the trail: how large each is, and whether it may be archived.

use jiff::Timestamp;
use tokio_postgres::Client;

use super::as_owners;
use crate::db::owner::OwnerError;

/// One partition of the trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Month {
    /// Its name.
    pub name: String,
    /// The times of its entries; none for the one that takes what belongs to no month.
    pub span: Option<(Timestamp, Timestamp)>,
    /// How many entries it has.
    pub entries: i64,
    /// How many bytes it takes, indexes included.
    pub bytes: i64,
    /// How many of its entries are not sealed.
    pub unsealed: i64,
}

/// Lists the months, the earliest first; the last is what belongs to none.
///
/// # Errors
/// When the layer is missing or we are not its owner.
pub async fn list(client: &Client) -> Result<Vec<Month>, OwnerError> {
    as_owners(client, async || read(client).await).await
}

pub(super) async fn read(client: &Client) -> Result<Vec<Month>, OwnerError> {
    // The bounds are read from the catalog: `FOR VALUES FROM ('...') TO ('...')`.
    let ask = r"
        select c.relname::text, pg_total_relation_size(c.oid),
               (regexp_match(b.bound, 'FROM \(''([^'']+)''\)'))[1]::timestamptz,
               (regexp_match(b.bound, 'TO \(''([^'']+)''\)'))[1]::timestamptz
          from pg_inherits i
          join pg_class c on c.oid = i.inhrelid
          cross join lateral (select pg_get_expr(c.relpartbound, c.oid) as bound) b
         where i.inhparent = 'rowhouse_trail.entry'::regclass
         order by 3 nulls last, 1";
    let mut months = Vec::new();
    for row in client.query(ask, &[]).await? {
        let name: String = row.get(0);
        let (from, to): (Option<Timestamp>, Option<Timestamp>) = (row.get(2), row.get(3));
        let count = format!(
            "with last as (select distinct on (tenant_id) tenant_id, upto_xact, upto_id, base_id
                             from rowhouse_trail.seal order by tenant_id, no desc)
             select count(*), count(*) filter (where l.tenant_id is null
                        or (e.xact, e.id) > (l.upto_xact, l.upto_id) and e.id > l.base_id)
               from rowhouse_trail.{} e left join last l using (tenant_id)",
            crate::db::install::quote_ident(&name)
        );
        let counted = client.query_one(&count, &[]).await?;
        months.push(Month {
            name,
            span: from.zip(to),
            entries: counted.get(0),
            bytes: row.get(1),
            unsealed: counted.get(1),
        });
    }
    Ok(months)
}
