//! Proving that tenants are apart: two canary tenants on the tables as they are, every attack behind a
//! savepoint, and all of it rolled back. Says what it found; nothing stays.

mod attacks;
mod beside;

use futures_util::StreamExt;
use serde::Serialize;
use tokio_postgres::types::Type;
use tokio_postgres::{Client, Transaction};

use super::apply::Work;
use super::memory::{self, Adopted};
use super::quote::{ident, literal};
use super::roles::{self, Roles};
use super::sample::{Sample, by_key};
use super::trial::{act_as_client, sample};
use super::{AdoptError, Options, TablePlan, Weight, facts, plan, reach, tenants};
use attacks::{Attack, Fails, Who};

/// What came of one attack.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It failed, for the right reason.
    Held,
    /// It went through.
    Open,
    /// It could not be tried.
    NotTried,
}

/// One attack on one table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Proof {
    /// The table, or the schema.
    pub table: String,
    /// What was tried.
    pub attack: &'static str,
    /// What came of it.
    pub verdict: Verdict,
    /// What was answered, or is wrong.
    pub said: String,
}

/// The attack that must not fail: without it nothing is proved.
pub const SEEN: &str = "the row's own tenant sees it";

/// The tokens of the two canaries' people. Their sessions are rolled back before anybody could use them.
const TOKENS: [&str; 2] = ["canary of one tenant", "canary of the other"];

/// The token of somebody who looks across all tenants.
const ACROSS: &str = "canary across";

/// Tries everything against every adopted table, and takes it all back.
///
/// # Errors
/// No shared layer, or rights that are missing to try.
pub async fn isolation(client: &mut Client) -> Result<Vec<Proof>, AdoptError> {
    let work = Work::begin(client).await?;
    let done = try_all(&work.tx).await;
    // What was tried never happened.
    work.tx.rollback().await?;
    done
}

async fn try_all(tx: &Transaction<'_>) -> Result<Vec<Proof>, AdoptError> {
    let roles = roles::read(tx).await?;
    let adopted = memory::read(tx).await?;
    let names: Vec<String> = adopted.iter().map(|one| one.quoted.clone()).collect();
    let mut plan = plan::plan(tx, &names, &Options::default()).await?;
    let mut proofs = openings(tx, &roles, &adopted).await?;
    make_canaries(tx, &roles).await?;
    for table in &mut plan.tables {
        // As it was adopted, even where it could be adopted no more.
        if let Some(one) = adopted.iter().find(|one| one.oid == table.oid) {
            table.key.clone_from(&one.key);
            table.version_column.clone_from(&one.version);
            table.tenant.clone_from(&one.tenant);
            table.shared = one.shared;
        }
        let table = &*table;
        if let Some(column) = &table.tenant {
            proofs.extend(keys(tx, table, column).await?);
            proofs.push(beside::notified(tx, table).await?);
            proofs.extend(split(tx, &roles, table, column).await?);
        } else if !table.shared {
            let attack = attacks::closed(&table.table);
            proofs.push(attempt(tx, &roles, &table.table, &attack).await?);
        }
    }
    Ok(proofs)
}

/// Views and functions that show or write rows with rights of their owners.
async fn openings(
    tx: &Transaction<'_>,
    roles: &Roles,
    adopted: &[Adopted],
) -> Result<Vec<Proof>, AdoptError> {
    let oids: Vec<u32> = adopted.iter().map(|one| one.oid).collect();
    let accepted: Vec<&String> = adopted.iter().flat_map(|one| &one.state.accepted).collect();
    let mut proofs = Vec::new();
    let mut seen = Vec::new();
    for one in adopted {
        let found = facts::read(tx, one.oid, roles).await?;
        if seen.contains(&found.schema_oid) {
            continue;
        }
        seen.push(found.schema_oid);
        let openings = reach::openings(tx, found.schema_oid, roles, &oids).await?;
        let open: Vec<String> = openings
            .findings
            .into_iter()
            .filter(|finding| finding.weight == Weight::Refusal)
            .filter(|finding| {
                !finding
                    .accept
                    .as_ref()
                    .is_some_and(|name| accepted.contains(&name))
            })
            .map(|finding| finding.text)
            .collect();
        proofs.push(Proof {
            table: format!("schema {}", found.schema),
            attack: "views and functions with their owners' rights",
            verdict: judged(open.is_empty()),
            said: open.join("; "),
        });
    }
    Ok(proofs)
}

fn judged(held: bool) -> Verdict {
    if held { Verdict::Held } else { Verdict::Open }
}

/// Two tenants, each with a person who may do everything there.
async fn make_canaries(tx: &Transaction<'_>, roles: &Roles) -> Result<(), AdoptError> {
    let mut text = String::new();
    for token in TOKENS.map(literal) {
        text.push_str(&format!(
            "set local role {owner};
             insert into rowhouse_private.tenant (name) values ({token} || '/' || txid_current());
             set local role {auth};
             with home as (select max(tenant_id) as tenant_id from rowhouse_private.tenant),
             part as (
                 insert into rowhouse_private.role (tenant_id, name, may_see_audit, may_see_sessions)
                 select tenant_id, 'canary', true, true from home returning tenant_id, role_id),
             given as (
                 insert into rowhouse_private.permission (tenant_id, role_id, verb)
                 select tenant_id, role_id, verb
                   from part, unnest(array['view', 'insert', 'update', 'delete']) verb),
             person as (
                 insert into rowhouse_private.account (tenant_id, username, display_name)
                 select tenant_id, 'canary/' || tenant_id || '/' || txid_current(), 'canary' from home
                 returning tenant_id, account_id),
             has as (
                 insert into rowhouse_private.account_role (tenant_id, account_id, role_id)
                 select tenant_id, account_id, role_id from person join part using (tenant_id))
             insert into rowhouse_private.session (tenant_id, account_id, token_hash, restricted, started_at,
                    proved_at, last_seen_at, last_active_at, idle_limit, expires_at, client)
             select tenant_id, account_id, sha256({token}), false, n, n, n, n, '1 hour', n + interval '1 hour', '{{}}'
               from person, rowhouse_private.now() n;
             set local role none;",
            owner = ident(&roles.owner),
            auth = ident(&roles.auth),
        ));
    }
    text.push_str(&looks_across(roles));
    tx.batch_execute(&text).await?;
    act_as_client(tx, roles).await
}

/// A person of the first tenant who may do everything and looks across all of them.
fn looks_across(roles: &Roles) -> String {
    format!(
        "set local role {auth};
         with part as (
             insert into rowhouse_private.role (tenant_id, name, all_tenants)
             values (1, 'canary-' || txid_current(), true) returning role_id),
         given as (
             insert into rowhouse_private.permission (tenant_id, role_id, verb)
             select 1, role_id, verb from part, unnest(array['view', 'insert', 'update', 'delete']) verb),
         person as (
             insert into rowhouse_private.account (tenant_id, username, display_name)
             values (1, 'canary/across/' || txid_current(), 'canary') returning account_id),
         has as (
             insert into rowhouse_private.account_role (tenant_id, account_id, role_id)
             select 1, account_id, role_id from person, part)
         insert into rowhouse_private.session (tenant_id, across, account_id, token_hash, restricted, started_at,
                proved_at, last_seen_at, last_active_at, idle_limit, expires_at, client)
         select null, true, account_id, sha256({token}), false, n, n, n, n, '1 hour', n + interval '1 hour', '{{}}'
           from person, rowhouse_private.now() n;
         set local role none;",
        auth = ident(&roles.auth),
        token = literal(ACROSS),
    )
}

/// Keys that tell tenants of each other, by the catalog.
async fn keys(
    tx: &Transaction<'_>,
    table: &TablePlan,
    column: &str,
) -> Result<Vec<Proof>, AdoptError> {
    let crossings = tenants::read(tx, table.oid, column).await?;
    let proof = |attack, names: Vec<&str>| Proof {
        table: table.table.clone(),
        attack,
        verdict: judged(names.is_empty()),
        said: names.join(", "),
    };
    let security = "select c.relrowsecurity and count(p.polname) = 1 from pg_class c
         left join pg_policy p on p.polrelid = c.oid and p.polname = 'rowhouse_tenant' and not p.polpermissive
        where c.oid = $1 group by c.relrowsecurity";
    let row = tx
        .query_typed_one(security, &[(&table.oid, Type::OID)])
        .await?;
    let missing = if row.get(0) {
        Vec::new()
    } else {
        vec![tenants::POLICY]
    };
    Ok(vec![
        proof("row security and the tenant's policy", missing),
        proof(
            "a foreign key to another tenant's row",
            crossings.link_names(),
        ),
        proof(
            "a taken value that tells of another tenant",
            crossings.key_names(),
        ),
    ])
}

/// All attacks on one table whose rows are split.
async fn split(
    tx: &Transaction<'_>,
    roles: &Roles,
    table: &TablePlan,
    column: &str,
) -> Result<Vec<Proof>, AdoptError> {
    let cannot = |said: &str| {
        vec![Proof {
            table: table.table.clone(),
            attack: "everything else",
            verdict: Verdict::NotTried,
            said: said.into(),
        }]
    };
    let Some(found) = sample(tx, roles, table).await? else {
        return Ok(cannot("the table is empty"));
    };
    let Some(values) = give_values(tx, roles, table, column, &found).await? else {
        return Ok(cannot(
            "a row without a tenant was found, or no value is free",
        ));
    };
    let numbers = numbers(tx, table).await?;
    let mut proofs = Vec::new();
    let counters = beside::counters(tx, table).await?;
    let all = attacks::all(roles, table, column, &found, &values, &numbers)
        .into_iter()
        .chain(beside::all(roles, table, &found, &values[1], &counters));
    for attack in all {
        let proof = attempt(tx, roles, &table.table, &attack).await?;
        let blind = attack.fails == Fails::Not && proof.verdict == Verdict::Open;
        proofs.push(proof);
        if blind {
            // Nothing is proved by not seeing where nobody sees.
            break;
        }
    }
    Ok(proofs)
}

/// Gives the other canary the tenant of the sample, and the one who attacks a tenant without rows.
async fn give_values(
    tx: &Transaction<'_>,
    roles: &Roles,
    table: &TablePlan,
    column: &str,
    sample: &Sample,
) -> Result<Option<[String; 2]>, AdoptError> {
    let quoted = ident(column);
    let row = tx
        .query_typed_one(
            &format!(
                "select (select {quoted}::text from {name} where {key}),
                        case when t.typname in ('int2', 'int4', 'int8', 'numeric')
                             then (select (trunc(max({quoted}::text::numeric)) + 1)::text from {name})
                             when t.typname = 'uuid' then gen_random_uuid()::text
                             when t.typtype = 'e' then (
                                  select e.enumlabel::text from pg_enum e where e.enumtypid = t.oid
                                     and not exists (select from {name} where {quoted}::text = e.enumlabel)
                                   limit 1)
                             else 'a canary' end
                   from pg_attribute a join pg_type d on d.oid = a.atttypid
                   join pg_type t on t.oid = coalesce(nullif(d.typbasetype, 0), d.oid)
                  where a.attrelid = $1 and a.attname = $2",
                name = table.table,
                key = by_key(table, sample),
            ),
            &[(&table.oid, Type::OID), (&column, Type::TEXT)],
        )
        .await?;
    let (Some(theirs), Some(mine)) = (
        row.get::<_, Option<String>>(0),
        row.get::<_, Option<String>>(1),
    ) else {
        return Ok(None);
    };
    tx.batch_execute(&format!(
        "set local role {owner}; update rowhouse_private.tenant set value = null where value is not null;
         update rowhouse_private.tenant set value = {mine} where name = {a} || '/' || txid_current();
         update rowhouse_private.tenant set value = {other} where name = {b} || '/' || txid_current();
         set local role none",
        owner = ident(&roles.owner),
        a = literal(TOKENS[0]),
        b = literal(TOKENS[1]),
        mine = literal(&mine),
        other = literal(&theirs),
    ))
    .await?;
    Ok(Some([mine, theirs]))
}

/// The numbers of the key's columns, as the search takes them.
async fn numbers(tx: &Transaction<'_>, table: &TablePlan) -> Result<Vec<i16>, AdoptError> {
    let ask = "select a.attnum from unnest($2::text[]) with ordinality k(name, place)
                 join pg_attribute a on a.attrelid = $1 and a.attname = k.name order by k.place";
    let rows = tx
        .query_typed(
            ask,
            &[(&table.oid, Type::OID), (&table.key, Type::TEXT_ARRAY)],
        )
        .await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

/// Tries one attack as the shared login, with the session of one of the canaries.
async fn attempt(
    tx: &Transaction<'_>,
    roles: &Roles,
    table: &str,
    attack: &Attack,
) -> Result<Proof, AdoptError> {
    tx.batch_execute("savepoint attack").await?;
    let tried = carry_out(tx, roles, attack).await;
    let undo = "rollback to savepoint attack; set local role none";
    tx.batch_execute(undo).await?;
    let (verdict, said) = attack.judge(tried);
    Ok(Proof {
        table: table.to_owned(),
        attack: attack.name,
        verdict,
        said,
    })
}

/// Carries it out; how many rows came of it.
async fn carry_out(
    tx: &Transaction<'_>,
    roles: &Roles,
    attack: &Attack,
) -> Result<usize, tokio_postgres::Error> {
    if let Some(before) = &attack.before {
        tx.batch_execute(before).await?;
    }
    let token = match attack.who {
        Who::Stranger => TOKENS[0],
        Who::Own => TOKENS[1],
        Who::Across => ACROSS,
        Who::Nobody => "",
    };
    tx.batch_execute(&format!(
        "select set_config('rowhouse.session', {}, true); set local role {}",
        literal(token),
        ident(&roles.client)
    ))
    .await?;
    if attack.copies {
        // A line of the text form is a row.
        let mut copied = std::pin::pin!(tx.copy_out(&attack.sql).await?);
        let mut rows = 0;
        while let Some(part) = copied.next().await {
            rows += part?.iter().filter(|byte| **byte == b'\n').count();
        }
        return Ok(rows);
    }
    Ok(tx.query(&attack.sql, &[]).await?.len())
}
