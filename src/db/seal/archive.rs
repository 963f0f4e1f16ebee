//! Whole months of the trail for a file, with the links that seal them; and dropping them once they
//! are in it. No files here: lines are handed out.

use std::io;

use jiff::Timestamp;
use serde_json::{Value as Json, json};
use tokio_postgres::{Client, Row};

use super::chain::{Link, hex};
use super::months::{self, Month};
use super::{TEXT, as_owners, read_link, rest};
use crate::db::install::quote_ident;
use crate::db::owner::OwnerError;

/// How many entries are read at once.
const AT_ONCE: i64 = 2_000;

/// Why months were not archived or dropped.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The database said no.
    #[error(transparent)]
    Owner(#[from] OwnerError),
    /// The file could not be written.
    #[error("the file could not be written: {0}")]
    File(#[from] io::Error),
    /// Something of it is not sealed.
    #[error(
        "{unsealed} entries of {month} are not sealed yet: run rowhouse audit seal; a transaction that \
         was open then may have to end first"
    )]
    Unsealed {
        /// The month.
        month: String,
        /// How many entries.
        unsealed: i64,
    },
    /// There is nothing to archive.
    #[error("no month lies before that day as a whole")]
    Nothing,
    /// It changed while it was written.
    #[error(
        "{month} has {now} entries, and {written} were written: nothing was dropped; archive it again"
    )]
    Changed {
        /// The month.
        month: String,
        /// How many entries it has.
        now: i64,
        /// How many were written.
        written: i64,
    },
}

impl From<tokio_postgres::Error> for ArchiveError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Owner(OwnerError::Database(error))
    }
}

/// Months that were written to a file.
#[derive(Clone, Debug)]
pub struct Written {
    /// The months.
    pub months: Vec<Month>,
    /// How many entries in all.
    pub entries: u64,
    /// How many links.
    pub links: u64,
}

/// Hands out every line of an archive of the months that lie before a day as a whole.
///
/// # Errors
/// When something of them is not sealed, or the line is not taken.
pub async fn write(
    client: &Client,
    before: Timestamp,
    now: Timestamp,
    mut line: impl FnMut(&str) -> io::Result<()>,
) -> Result<Written, ArchiveError> {
    let mut written = Err(ArchiveError::Nothing);
    as_owners(client, async || {
        client
            .batch_execute(
                "begin isolation level repeatable read read only; \
                 set local search_path = pg_catalog",
            )
            .await?;
        written = write_all(client, before, now, &mut line).await;
        client.batch_execute("rollback").await?;
        Ok(())
    })
    .await?;
    written
}

async fn write_all(
    client: &Client,
    before: Timestamp,
    now: Timestamp,
    line: &mut impl FnMut(&str) -> io::Result<()>,
) -> Result<Written, ArchiveError> {
    let whole = |month: &Month| month.span.is_some_and(|(_, end)| end <= before);
    let all = months::read(client).await?;
    let rest = rest::before(client, &all, before).await?;
    let months: Vec<Month> = rest
        .into_iter()
        .chain(all.into_iter().filter(whole))
        .collect();
    if months.is_empty() {
        return Err(ArchiveError::Nothing);
    }
    if let Some(month) = months.iter().find(|month| month.unsealed > 0) {
        return Err(ArchiveError::Unsealed {
            month: month.name.clone(),
            unsealed: month.unsealed,
        });
    }
    let about = "select installation_id::text from rowhouse_private.installation";
    let installation: String = client.query_one(about, &[]).await?.get(0);
    let spans: Vec<Json> = months.iter().filter_map(span).collect();
    let head = json!({ "rowhouse_archive": 1, "installation": installation,
        "written_at": now.to_string(), "months": spans });
    line(&head.to_string())?;
    let (mut entries, mut links) = (0, 0);
    for month in &months {
        entries += write_month(client, month, line).await?;
    }
    for tenant in client
        .query(
            "select distinct tenant_id from rowhouse_trail.seal order by 1",
            &[],
        )
        .await?
    {
        links += write_links(client, tenant.get(0), &months, line).await?;
    }
    line(&json!({ "end": { "entries": entries, "links": links } }).to_string())?;
    Ok(Written {
        months,
        entries,
        links,
    })
}

fn span(month: &Month) -> Option<Json> {
    let (from, before) = month.span?;
    Some(json!({ "name": month.name, "from": from.to_string(), "before": before.to_string() }))
}

async fn write_month(
    client: &Client,
    month: &Month,
    line: &mut impl FnMut(&str) -> io::Result<()>,
) -> Result<u64, ArchiveError> {
    let ask = format!(
        "select e.tenant_id, e.at, e.id, {TEXT} from rowhouse_trail.{} e
          where ($1::int8 is null or (e.tenant_id, e.at, e.id) > ($1, $2, $3)) and e.at < $5
          order by e.tenant_id, e.at, e.id limit $4",
        quote_ident(&month.name)
    );
    let mut from: (Option<i64>, Option<Timestamp>, Option<i64>) = (None, None, None);
    let mut all = 0;
    let Some((_, end)) = month.span else {
        return Ok(0);
    };
    loop {
        let rows = client
            .query(&ask, &[&from.0, &from.1, &from.2, &AT_ONCE, &end])
            .await?;
        for row in &rows {
            from = (row.get(0), row.get(1), row.get(2));
            line(row.get(3))?;
            all += 1;
        }
        if rows.is_empty() {
            return Ok(all);
        }
    }
}

/// The links that seal entries of these months, and those between them.
async fn write_links(
    client: &Client,
    tenant: i64,
    months: &[Month],
    line: &mut impl FnMut(&str) -> io::Result<()>,
) -> Result<u64, ArchiveError> {
    let times: Vec<(Timestamp, Timestamp)> = months.iter().filter_map(|month| month.span).collect();
    let (froms, tos): (Vec<Timestamp>, Vec<Timestamp>) = times.into_iter().unzip();
    let ask = "
        with mine as (
            select min(s.no) as first, max(s.no) as last from rowhouse_trail.seal s
             where s.tenant_id = $1 and exists (select from unnest(s.ats) a, unnest($2::timestamptz[], $3::timestamptz[]) m(f, t)
                                                 where m.f <= a and a < m.t)
        )
        select no, segment, ids, ats, hashes, previous, digest
          from rowhouse_trail.seal s, mine m
         where s.tenant_id = $1 and s.no between greatest(m.first, $4) and m.last order by no limit 20";
    let (mut next, mut all) = (0_i64, 0);
    loop {
        let rows: Vec<Row> = client.query(ask, &[&tenant, &froms, &tos, &next]).await?;
        for row in &rows {
            let link = read_link(tenant, row);
            next = link.no + 1;
            line(&as_line(&link))?;
            all += 1;
        }
        if rows.is_empty() {
            return Ok(all);
        }
    }
}

/// A link as a line of an archive.
fn as_line(link: &Link) -> String {
    let sealed = link.ids.iter().zip(&link.ats).zip(&link.hashes);
    let entries: Vec<Json> = sealed
        .map(|((id, at), hash)| json!([id, at.to_string(), hex(hash)]))
        .collect();
    json!({ "link": {
        "tenant": link.tenant, "no": link.no, "segment": link.segment, "entries": entries,
        "previous": hex(&link.previous), "digest": hex(&link.digest),
    }})
    .to_string()
}

/// Notes that months were written to a file.
///
/// # Errors
/// When we are not the owner.
pub async fn note_written(
    client: &Client,
    written: &Written,
    file: &str,
    sha256: &str,
) -> Result<(), ArchiveError> {
    as_owners(client, async || {
        client.batch_execute("begin").await?;
        for month in &written.months {
            remember(client, "written", month, file, sha256).await?;
        }
        client.batch_execute("commit").await?;
        Ok(())
    })
    .await?;
    Ok(())
}

/// Takes months out of the trail that were written to a file, all or none.
///
/// # Errors
/// When one of them has more or fewer entries than were written.
pub async fn drop_months(
    client: &Client,
    written: &Written,
    file: &str,
    sha256: &str,
) -> Result<(), ArchiveError> {
    let mut done = Ok(());
    as_owners(client, async || {
        client
            .batch_execute("begin; set local lock_timeout = '10s'")
            .await?;
        for month in &written.months {
            done = drop_month(client, month, file, sha256).await;
            if done.is_err() {
                break;
            }
        }
        if done.is_ok() {
            done = forget_runs(client).await;
        }
        let end = if done.is_ok() { "commit" } else { "rollback" };
        client.batch_execute(end).await?;
        Ok(())
    })
    .await?;
    done
}

async fn drop_month(
    client: &Client,
    month: &Month,
    file: &str,
    sha256: &str,
) -> Result<(), ArchiveError> {
    let now = match month.span {
        Some((_, end)) if month.name == rest::REST => rest::renew(client, end).await?,
        _ => drop_partition(client, &quote_ident(&month.name)).await?,
    };
    if now != month.entries {
        return Err(ArchiveError::Changed {
            month: month.name.clone(),
            now,
            written: month.entries,
        });
    }
    remember(client, "dropped", month, file, sha256).await?;
    Ok(())
}

/// Drops a partition; how many entries it had.
async fn drop_partition(client: &Client, name: &str) -> Result<i64, ArchiveError> {
    client
        .batch_execute(&format!(
            "alter table rowhouse_trail.entry detach partition rowhouse_trail.{name}"
        ))
        .await?;
    let count = format!("select count(*) from rowhouse_trail.{name}");
    let had = client.query_one(&count, &[]).await?.get(0);
    client
        .batch_execute(&format!("drop table rowhouse_trail.{name}"))
        .await?;
    Ok(had)
}

/// Forgets where runs began of which no entry is left.
async fn forget_runs(client: &Client) -> Result<(), ArchiveError> {
    let forget = "delete from rowhouse_trail.run r
                   where r.at < (select max(before_at) from rowhouse_trail.archived where done = 'dropped')
                     and not rowhouse_trail.is_run(r)";
    client.execute(forget, &[]).await?;
    Ok(())
}

async fn remember(
    client: &Client,
    done: &str,
    month: &Month,
    file: &str,
    sha256: &str,
) -> Result<(), OwnerError> {
    let Some((from, before)) = month.span else {
        return Ok(());
    };
    client
        .execute(
            "insert into rowhouse_trail.archived (done, part, from_at, before_at, entries, file_name, sha256)
                 values ($1, $2, $3, $4, $5, $6, $7)",
            &[
                &done,
                &month.name,
                &from,
                &before,
                &month.entries,
                &file,
                &sha256,
            ],
        )
        .await?;
    let verb = match done {
        "dropped" => "audit dropped",
        _ => "audit archived",
    };
    let said = format!(
        "{}: {} entries, {file}, SHA-256 {sha256}",
        month.name, month.entries
    );
    client
        .execute(
            "select rowhouse_trail.note(1, null, null, null, null, $1, $2)",
            &[&verb, &said],
        )
        .await?;
    Ok(())
}
