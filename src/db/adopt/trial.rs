//! Trying insert, update and delete as our login in a transaction that is rolled back. What other
//! programs' triggers, rules and checks say to it is told; nothing stays.

use tokio_postgres::types::Type;
use tokio_postgres::{Client, Transaction};

use super::apply::{Patience, Work};
use super::quote::{ident, literal};
use super::roles::{self, Roles};
use super::sample::{Sample, by_key, delete, insert, update};
use super::{AdoptError, Finding, Plan, TablePlan, Weight, apply, tenants};

/// The token of the session that only the trial sees.
const TOKEN: &str = "trial of adopting";

/// The tables that our login could not write, by the names that plans give them.
pub fn failing(tried: &[Finding]) -> Vec<String> {
    let mut tables: Vec<String> = tried.iter().filter_map(|one| one.table.clone()).collect();
    tables.dedup();
    tables
}

/// Adopts, tries to write as the shared login, and rolls everything back. Says what would fail.
///
/// Sequences move on, as they do in every rolled-back transaction.
pub async fn trial(client: &mut Client, plan: &Plan) -> Result<Vec<Finding>, AdoptError> {
    let mut patience = Patience::default();
    loop {
        let done = once(client, plan).await;
        if patience.is_over(&done).await {
            return done;
        }
    }
}

async fn once(client: &mut Client, plan: &Plan) -> Result<Vec<Finding>, AdoptError> {
    let Work { tx, .. } = Work::begin(client).await?;
    let done = try_all(&tx, plan).await;
    tx.rollback().await?;
    done
}

async fn try_all(tx: &Transaction<'_>, plan: &Plan) -> Result<Vec<Finding>, AdoptError> {
    let roles = roles::read(tx).await?;
    apply::run(tx, plan).await?;
    let mut findings = Vec::new();
    match become_possible(tx, &roles).await {
        Ok(()) => {
            for table in &plan.tables {
                findings.extend(try_table(tx, &roles, table).await?);
            }
        }
        Err(AdoptError::NotAllowed(why)) => {
            let text = format!("writing as {} was not tried: {why}", roles.client);
            findings.push(Finding::new(Weight::Note, "not-tried", text));
        }
        Err(other) => return Err(other),
    }
    Ok(findings)
}

/// Opens a session that may do everything, and checks that we can act as the shared login.
async fn become_possible(tx: &Transaction<'_>, roles: &Roles) -> Result<(), AdoptError> {
    let auth = ident(&roles.auth);
    let text = format!(
        "set local role {auth};
         with person as (
             insert into rowhouse_private.account (username, display_name)
             values ('trial/' || txid_current(), 'trial') returning account_id),
         part as (
             insert into rowhouse_private.account_role (tenant_id, account_id, role_id)
             select 1, account_id, 1 from person)
         insert into rowhouse_private.session (tenant_id, account_id, token_hash, restricted, started_at,
                proved_at, last_seen_at, last_active_at, idle_limit, expires_at, client)
         select 1, account_id, sha256({token}), false, n, n, n, n, '1 hour', n + interval '1 hour', '{{}}'
           from person, rowhouse_private.now() n;
         set local role none;
         select set_config('rowhouse.session', {token}, true)",
        token = literal(TOKEN),
    );
    tx.batch_execute(&text).await?;
    act_as_client(tx, roles).await
}

/// Checks that we can act as the shared login, and sees to it where we may.
pub(super) async fn act_as_client(tx: &Transaction<'_>, roles: &Roles) -> Result<(), AdoptError> {
    let client = ident(&roles.client);
    tx.batch_execute("savepoint acting").await?;
    let act = format!("set local role {client}; set local role none");
    if tx.batch_execute(&act).await.is_ok() {
        return Ok(());
    }
    // Who may make roles may act as one, for this transaction.
    let join = format!("rollback to savepoint acting; grant {client} to current_user; {act}");
    Ok(tx.batch_execute(&join).await?)
}

async fn try_table(
    tx: &Transaction<'_>,
    roles: &Roles,
    table: &TablePlan,
) -> Result<Vec<Finding>, AdoptError> {
    let Some(sample) = sample(tx, roles, table).await? else {
        let text = format!("{} is empty; writing to it was not tried", table.table);
        return Ok(vec![Finding::new(Weight::Note, "not-tried", text)]);
    };
    let mut findings = Vec::new();
    let moves = [
        ("insert", insert(table, &sample)),
        ("update", update(table, &sample)),
        ("delete", delete(table, &sample)),
    ];
    for (verb, sql) in moves {
        tx.batch_execute("savepoint trial").await?;
        let said = attempt(tx, roles, table, verb, &sample, &sql).await;
        tx.batch_execute("rollback to savepoint trial").await?;
        let Err(error) = said else { continue };
        if verb == "delete" && is_referenced(&error) && !has_delete_triggers(tx, table).await? {
            continue;
        }
        findings.push(judge(table, verb, roles, &error)?);
    }
    Ok(findings)
}

async fn attempt(
    tx: &Transaction<'_>,
    roles: &Roles,
    table: &TablePlan,
    verb: &str,
    sample: &Sample,
    sql: &str,
) -> Result<(), tokio_postgres::Error> {
    tenants::act_for(tx, roles, table, sample).await?;
    if verb == "insert" {
        make_room(tx, table, sample).await?;
    }
    tx.batch_execute(&format!("set local role {}", ident(&roles.client)))
        .await?;
    tx.batch_execute(sql).await?;
    tx.batch_execute("set constraints all immediate").await
}

/// Takes the sample away, so that inserting it again meets no unique index. Without superuser
/// rights foreign keys may forbid that; the insert then tells.
async fn make_room(
    tx: &Transaction<'_>,
    table: &TablePlan,
    sample: &Sample,
) -> Result<(), tokio_postgres::Error> {
    let delete = format!(
        "delete from {} where {}",
        table.table,
        by_key(table, sample)
    );
    let quietly = format!(
        "savepoint room; set local session_replication_role = replica; {delete}; \
         set local session_replication_role = origin"
    );
    if tx.batch_execute(&quietly).await.is_err() {
        tx.batch_execute("rollback to savepoint room").await?;
        if tx.batch_execute(&delete).await.is_err() {
            tx.batch_execute("rollback to savepoint room").await?;
        }
    }
    Ok(())
}

/// Whether only other tables' foreign keys stood in the way: rights were no trouble then.
fn is_referenced(error: &tokio_postgres::Error) -> bool {
    error.code().is_some_and(|code| code.code() == "23503")
}

/// Whether the table has triggers of its own that a hindered delete may not have reached.
async fn has_delete_triggers(tx: &Transaction<'_>, table: &TablePlan) -> Result<bool, AdoptError> {
    let question = "select exists (select from pg_trigger where tgrelid = $1 and not tgisinternal \
                     and tgtype & 8 = 8 and tgname !~ '^[!~]rowhouse_')";
    Ok(tx
        .query_typed_one(question, &[(&table.oid, Type::OID)])
        .await?
        .get(0))
}

fn judge(
    table: &TablePlan,
    verb: &str,
    roles: &Roles,
    error: &tokio_postgres::Error,
) -> Result<Finding, AdoptError> {
    let Some(said) = error.as_db_error() else {
        return Err(AdoptError::Unreadable(error.to_string()));
    };
    let code = said.code().code();
    let mut places = said.where_().unwrap_or_default().lines();
    let place =
        places.find(|line| line.starts_with("PL/pgSQL function") && !line.contains(" rowhouse"));
    let message = match place {
        Some(place) => format!("{} ({place})", said.message()),
        None => said.message().to_owned(),
    };
    let (weight, code, text) = match code {
        "42501" | "42883" | "42P01" => (
            Weight::Breaks,
            "client-fails",
            format!(
                "{verb} on {} fails for {}: {message}",
                table.table, roles.client
            ),
        ),
        gate if gate.starts_with("RH") => (
            Weight::Note,
            "client-refused",
            format!("{verb} on {}: {message}", table.table),
        ),
        _ => (
            Weight::Note,
            "not-tried",
            format!(
                "whether {verb} on {} works could not be tried: {message}",
                table.table
            ),
        ),
    };
    let mut finding = Finding::new(weight, code, text);
    finding.table = (code == "client-fails").then(|| table.table.clone());
    Ok(finding)
}

/// Reads one record, or makes one up where the table is empty.
pub(super) async fn sample(
    tx: &Transaction<'_>,
    roles: &Roles,
    table: &TablePlan,
) -> Result<Option<Sample>, AdoptError> {
    if let Some(found) = read_sample(tx, roles, table).await? {
        return Ok(Some(found));
    }
    tx.batch_execute("savepoint made_up").await?;
    let made_up = tx
        .query_typed_one(include_str!("made_up.sql"), &[(&table.oid, Type::OID)])
        .await?
        .get::<_, String>(0);
    if tx.batch_execute(&made_up).await.is_err() {
        tx.batch_execute("rollback to savepoint made_up").await?;
    }
    read_sample(tx, roles, table).await
}

async fn read_sample(
    tx: &Transaction<'_>,
    roles: &Roles,
    table: &TablePlan,
) -> Result<Option<Sample>, AdoptError> {
    let columns = tx
        .query_typed(
            "select a.attname::text, a.atthasdef or a.attidentity <> '' \
               from pg_attribute a where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped \
                and has_column_privilege($2, a.attrelid, a.attnum, 'insert') order by a.attnum",
            &[(&table.oid, Type::OID), (&roles.client, Type::TEXT)],
        )
        .await?;
    let names: Vec<String> = columns.iter().map(|row| row.get(0)).collect();
    let filled = columns
        .iter()
        .filter(|row| row.get(1))
        .map(|row| row.get(0))
        .collect();
    let texts = |names: &[String]| {
        let list: Vec<String> = names
            .iter()
            .map(|name| format!("t.{}::text", ident(name)))
            .collect();
        format!("array[{}]::text[]", list.join(", "))
    };
    let version = table
        .version_column
        .as_ref()
        .map_or("null".to_owned(), |name| ident(name));
    let question = format!(
        "select {}, {version}::int8, t.xmin::text, {} from {} as t limit 1",
        texts(&table.key),
        texts(&names),
        table.table
    );
    let row = tx.query_typed_opt(&question, &[]).await?;
    Ok(row.map(|row| Sample {
        key: row.get(0),
        version: row.get(1),
        xmin: row.get(2),
        values: row.get(3),
        columns: names,
        filled,
    }))
}
