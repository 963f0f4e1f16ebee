//! Taking an adoption back, exactly as recorded.

use tokio_postgres::types::Type;
use tokio_postgres::{Client, Transaction};

use super::apply::{Patience, Work};
use super::memory::{self, Adopted};
use super::quote::ident;
use super::rights::POLICIES;
use super::roles::Roles;
use super::tenants;
use super::triggers::{DEFAULTS, RIGHTS};
use super::{AdoptError, facts, roles};

/// Restores a table as it was before it was adopted: row security, policies, grants, columns and
/// triggers. The trail of what happened in between stays.
pub async fn undo(client: &mut Client, table: &str) -> Result<(), AdoptError> {
    let mut patience = Patience::default();
    loop {
        let done = once(client, table).await;
        if patience.is_over(&done).await {
            return done;
        }
    }
}

async fn once(client: &mut Client, table: &str) -> Result<(), AdoptError> {
    let work = Work::begin(client).await?;
    let done = restore(&work.tx, table).await;
    work.end(done).await
}

async fn restore(tx: &Transaction<'_>, table: &str) -> Result<(), AdoptError> {
    let oid = facts::resolve(tx, table).await?;
    let roles = roles::read(tx).await?;
    let all = memory::read(tx).await?;
    let Some(one) = all.iter().find(|one| one.oid == oid) else {
        return Err(AdoptError::NotAdopted(table.to_owned()));
    };
    for statement in later(one, &roles).iter().chain(&one.state.undo) {
        tx.batch_execute(statement).await?;
    }
    close(tx, &roles, one, &all).await?;
    let forget = "delete from rowhouse_private.adopted where table_oid = $1";
    tx.execute_typed(forget, &[(&oid, Type::OID)]).await?;
    Ok(())
}

/// What adopting came to make after some tables were adopted; their memory does not name it.
fn later(one: &Adopted, roles: &Roles) -> Vec<String> {
    let table = &one.quoted;
    let mut list: Vec<String> = POLICIES
        .iter()
        .filter(|name| name.starts_with("rowhouse_scope_") || **name == tenants::POLICY)
        .map(|name| format!("drop policy if exists {name} on {table}"))
        .collect();
    list.extend(
        [RIGHTS, DEFAULTS, tenants::TRIGGER]
            .map(|name| format!("drop trigger if exists {} on {table}", ident(name))),
    );
    list.push(format!(
        "drop function if exists {}()",
        tenants::function_name(one.oid)
    ));
    list.push(format!(
        "drop function if exists rowhouse_private.find_{}(text[], integer, integer)",
        one.oid
    ));
    list.push(format!(
        "revoke all on {table} from {}",
        ident(&roles.search)
    ));
    list
}

/// Takes back what tables share, when this was the last one that needed it.
async fn close(
    tx: &Transaction<'_>,
    roles: &Roles,
    one: &Adopted,
    all: &[Adopted],
) -> Result<(), AdoptError> {
    let others = || all.iter().filter(|other| other.oid != one.oid);
    let client = ident(&roles.client);
    for sequence in &one.state.sequences {
        let there = tx
            .query_typed_one(
                "select to_regclass($1) is not null",
                &[(sequence, Type::TEXT)],
            )
            .await?;
        if there.get(0) && !others().any(|other| other.state.sequences.contains(sequence)) {
            tx.batch_execute(&format!(
                "revoke usage on sequence {sequence} from {client}"
            ))
            .await?;
        }
    }
    if others().any(|other| other.schema == one.schema) {
        return Ok(());
    }
    for statement in &one.state.schema_undo {
        tx.batch_execute(statement).await?;
    }
    for role in &one.state.schema_opened {
        let schema = ident(&one.schema);
        tx.batch_execute(&format!(
            "revoke usage on schema {schema} from {}",
            ident(role)
        ))
        .await?;
    }
    Ok(())
}
