//! The seal of the trail, as the owner of the database: sealing, checking, and the months of the trail.
//! The check computes everything itself and asks no function of ours.

pub mod archive;
pub mod chain;
pub mod check;
pub mod months;
pub mod rest;

use jiff::Timestamp;
use tokio_postgres::{Client, Row};

use super::install::{give_back, installed, take};
use super::owner::OwnerError;
use chain::{Hash, Link};
use check::{Check, Loose};

/// An entry `e` as one line of text: what is hashed, and what an archive holds. The same expression as
/// that of `rowhouse_trail.text_of`, which is not asked, because who edits entries can edit it too. The
/// number of the table is that of then, where the trail itself tells that it has become another.
pub(super) const TEXT: &str = "jsonb_build_object('id', e.id, 'tenant_id', e.tenant_id, \
    'xact', e.xact::text, 'at', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.US\"Z\"'), \
    'table_oid', case when e.sealed_oid is null then e.table_oid \
        when format('%s is %s', e.sealed_oid, e.table_oid) = any (array( \
            select n.note from rowhouse_trail.entry n where n.tenant_id = 1 and n.kind = 'security' \
                and n.verb = 'table found again')) then e.sealed_oid \
        else e.table_oid end::bigint, 'table_name', e.table_name, 'record_key', to_jsonb(e.record_key), \
    'new_key', to_jsonb(e.new_key), 'verb', e.verb, 'version', e.version, 'columns', to_jsonb(e.columns), \
    'old_values', e.old_values, 'new_values', e.new_values, 'account_id', e.account_id, \
    'username', e.username, 'session_id', e.session_id, 'station', e.station, 'db_user', e.db_user, \
    'request_id', e.request_id, 'kind', e.kind, 'note', e.note)::text";

/// How many entries are sealed in one transaction.
const AT_ONCE: i32 = 20_000;

/// How many links are read at once.
const LINKS: i64 = 20;

/// How many entries are read at once.
const ENTRIES: i64 = 10_000;

/// What was found of one tenant's chain.
#[derive(Debug)]
pub struct Checked {
    /// The tenant's number.
    pub tenant: i64,
    /// Its name.
    pub name: String,
    /// The chain as it was checked.
    pub check: Check,
    /// The link that has the digest that was kept outside, with how many entries came after it.
    pub anchored: Option<(i64, u64)>,
}

/// Seals everything that can be sealed; returns how many entries that was.
///
/// # Errors
/// When the layer is missing or we are not its owner.
pub async fn seal(client: &Client) -> Result<u64, OwnerError> {
    as_owners(client, async || {
        let mut all = 0;
        loop {
            let call = "select rowhouse_trail.seal_some($1)";
            let sealed: i32 = client.query_one(call, &[&AT_ONCE]).await?.get(0);
            if sealed <= 0 {
                return Ok(all);
            }
            all += u64::from(sealed.unsigned_abs());
        }
    })
    .await
}

/// Checks every tenant's chain against the entries; `expected` is a digest that was kept outside.
///
/// # Errors
/// When the layer is missing or we are not its owner.
pub async fn verify(client: &Client, expected: Option<&Hash>) -> Result<Vec<Checked>, OwnerError> {
    as_owners(client, async || {
        client
            .batch_execute(
                "begin isolation level repeatable read read only; set local search_path = pg_catalog; \
                 set local enable_hashjoin = off; set local enable_mergejoin = off",
            )
            .await?;
        let checked = verify_all(client, expected).await;
        client.batch_execute("rollback").await?;
        checked
    })
    .await
}

async fn verify_all(client: &Client, expected: Option<&Hash>) -> Result<Vec<Checked>, OwnerError> {
    let about = "select installation_id::text from rowhouse_private.installation";
    let installation: String = client.query_one(about, &[]).await?.get(0);
    let dropped = dropped(client).await?;
    let tenants = "select tenant_id, name from rowhouse_private.tenant order by tenant_id";
    let mut all = Vec::new();
    for row in client.query(tenants, &[]).await? {
        let (tenant, name): (i64, String) = (row.get(0), row.get(1));
        let beginning = chain::beginning(tenant, &installation);
        let mut check = Check::new(dropped.clone());
        let anchored = links(client, tenant, beginning, expected, &mut check).await?;
        loose(client, tenant, &mut check).await?;
        check.finish();
        all.push(Checked {
            tenant,
            name,
            check,
            anchored,
        });
    }
    Ok(all)
}

/// The times of which the entries were archived and dropped.
async fn dropped(client: &Client) -> Result<Vec<(Timestamp, Timestamp)>, OwnerError> {
    let ask = "select from_at, before_at from rowhouse_trail.archived where done = 'dropped'";
    let rows = client.query(ask, &[]).await?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// Checks the links in order, each with its entries.
async fn links(
    client: &Client,
    tenant: i64,
    beginning: Hash,
    expected: Option<&Hash>,
    check: &mut Check,
) -> Result<Option<(i64, u64)>, OwnerError> {
    let (mut after, mut anchored) = (0_i64, None);
    loop {
        let rows = client
            .query(
                "select no, segment, ids, ats, hashes, previous, digest from rowhouse_trail.seal \
                  where tenant_id = $1 and no > $2 order by no limit $3",
                &[&tenant, &after, &LINKS],
            )
            .await?;
        for row in &rows {
            let link = read_link(tenant, row);
            after = link.no;
            let texts = texts(client, &link).await?;
            check.link(&link, beginning, &texts);
            if let Some((_, since)) = &mut anchored {
                *since += u64::try_from(link.ids.len()).unwrap_or(u64::MAX);
            }
            if Some(&link.digest) == expected {
                anchored = Some((link.no, 0));
            }
        }
        if rows.is_empty() {
            return Ok(anchored);
        }
    }
}

/// The texts of a link's entries as they are now.
async fn texts(client: &Client, link: &Link) -> Result<Vec<Option<String>>, OwnerError> {
    let ask = format!(
        "select case when e.id is not null then {TEXT} end \
           from unnest($1::int8[], $2::timestamptz[]) with ordinality s(id, at, n) \
           left join rowhouse_trail.entry e on e.tenant_id = $3 and e.at = s.at and e.id = s.id \
          order by s.n"
    );
    let rows = client
        .query(&ask, &[&link.ids, &link.ats, &link.tenant])
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Looks for entries that no link knows.
async fn loose(client: &Client, tenant: i64, check: &mut Check) -> Result<(), OwnerError> {
    // New is what comes after the last link; after a restore the numbering of transactions is anew.
    let ask = "
        with last as (
            select s.upto_xact, s.upto_id, s.base_id, s.max_id,
                   pg_snapshot_xmax(pg_current_snapshot()) <= s.upto_xact as anew
              from rowhouse_trail.seal s where s.tenant_id = $1 order by s.no desc limit 1
        )
        select e.id, e.at, coalesce(
                   case when l.anew then e.id > l.max_id or (e.xact, e.id) > (l.upto_xact, l.upto_id)
                        else (e.xact, e.id) > (l.upto_xact, l.upto_id) and e.id > l.base_id
                             and e.xact < pg_snapshot_xmax(pg_current_snapshot()) end, true)
          from rowhouse_trail.entry e left join last l on true
         where e.tenant_id = $1 and ($2::timestamptz is null or (e.at, e.id) > ($2, $3))
         order by e.at, e.id limit $4";
    let mut from: (Option<Timestamp>, i64) = (None, 0);
    loop {
        let rows = client
            .query(ask, &[&tenant, &from.0, &from.1, &ENTRIES])
            .await?;
        for row in &rows {
            let (id, at, is_new): (i64, Timestamp, bool) = (row.get(0), row.get(1), row.get(2));
            from = (Some(at), id);
            if !check.knows(id, at) {
                check.loose(Loose { id, at, is_new });
            }
        }
        if rows.is_empty() {
            return Ok(());
        }
    }
}

fn read_link(tenant: i64, row: &Row) -> Link {
    let hashes: Vec<Vec<u8>> = row.get(4);
    let hash = |bytes: &[u8]| Hash::try_from(bytes).unwrap_or_default();
    Link {
        tenant,
        no: row.get(0),
        segment: row.get(1),
        ids: row.get(2),
        ats: row.get(3),
        hashes: hashes.iter().map(|bytes| hash(bytes)).collect(),
        previous: hash(row.get(5)),
        digest: hash(row.get(6)),
    }
}

/// Does something as a member of the owning roles, each statement for itself, and gives back the
/// memberships that had to be taken for it.
async fn as_owners<T>(
    client: &Client,
    work: impl AsyncFnOnce() -> Result<T, OwnerError>,
) -> Result<T, OwnerError> {
    let roles = installed(client).await?.ok_or(OwnerError::NotInstalled)?;
    let taken = take(client, &roles).await?;
    let done = work().await;
    if done.is_err() {
        // A failed statement may have left a transaction open.
        client.batch_execute("rollback").await?;
    }
    give_back(client, &taken).await?;
    done
}
