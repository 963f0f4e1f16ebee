//! The partition of the trail that takes what belongs to no month: entries of a time when a clock stood
//! wrong, or when nobody was there to make the month ahead. They are archived by their times, like a month.

use jiff::Timestamp;
use tokio_postgres::Client;

use super::archive::ArchiveError;
use super::months::Month;

/// The partition's name.
pub const REST: &str = "entry_rest";

/// What of it lies before a day, and before every month that stays; none where there is nothing.
pub(super) async fn before(
    client: &Client,
    months: &[Month],
    day: Timestamp,
) -> Result<Option<Month>, ArchiveError> {
    let staying = months.iter().filter_map(|month| month.span);
    let staying = staying.filter(|(_, end)| *end > day).map(|(from, _)| from);
    let end = staying.min().map_or(day, |from| from.min(day));
    let ask = "
        with last as (select distinct on (tenant_id) tenant_id, upto_xact, upto_id, base_id
                        from rowhouse_trail.seal order by tenant_id, no desc)
        select min(e.at), count(*), count(*) filter (where l.tenant_id is null
                   or (e.xact, e.id) > (l.upto_xact, l.upto_id) and e.id > l.base_id)
          from rowhouse_trail.entry_rest e left join last l using (tenant_id) where e.at < $1";
    let row = client.query_one(ask, &[&end]).await?;
    let first: Option<Timestamp> = row.get(0);
    Ok(first.map(|first| Month {
        name: REST.to_owned(),
        span: Some((first, end)),
        entries: row.get(1),
        bytes: 0,
        unsealed: row.get(2),
    }))
}

/// Makes the partition anew with what came since a time; how many entries there were before it.
pub(super) async fn renew(client: &Client, end: Timestamp) -> Result<i64, ArchiveError> {
    client
        .batch_execute(
            "alter table rowhouse_trail.entry detach partition rowhouse_trail.entry_rest;
             alter table rowhouse_trail.entry_rest rename to entry_rest_before;
             set local role none",
        )
        .await?;
    let count = "select count(*) from rowhouse_trail.entry_rest_before where at < $1";
    let gone: i64 = client.query_one(count, &[&end]).await?.get(0);
    let owner: String = client
        .query_one(
            "select relowner::regrole::text from pg_class
              where oid = 'rowhouse_trail.entry_rest_before'::regclass",
            &[],
        )
        .await?
        .get(0);
    client
        .batch_execute(&format!(
            "set local role {owner};
             create table rowhouse_trail.entry_rest
                 (like rowhouse_trail.entry including defaults including constraints);
             create trigger append_only_truncate before truncate on rowhouse_trail.entry_rest
                 for each statement execute function rowhouse_trail.refuse_change();
             alter table rowhouse_trail.entry attach partition rowhouse_trail.entry_rest default"
        ))
        .await?;
    let stay = "insert into rowhouse_trail.entry overriding system value
                    select * from rowhouse_trail.entry_rest_before where at >= $1";
    client.execute(stay, &[&end]).await?;
    client
        .batch_execute("drop table rowhouse_trail.entry_rest_before; set local role none")
        .await?;
    Ok(gone)
}
