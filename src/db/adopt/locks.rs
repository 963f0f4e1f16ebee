//! Hard locks of an adopted table: the owner's choice, and the trigger that keeps it against everybody
//! who uses the shared login. Other programs are not asked for claims, and tables without hard locks
//! have no trigger.

use tokio_postgres::types::Type;
use tokio_postgres::{Client, Transaction};

use super::apply::{Patience, Work};
use super::memory::{self, Adopted};
use super::quote::{ident, literal};
use super::{AdoptError, facts, roles};

/// The trigger that asks for the claim; it comes before all others.
const TRIGGER: &str = "!rowhouse_claim";

/// Says what setting or removing hard locks runs, without running it.
pub async fn plan_locks(
    client: &mut Client,
    table: &str,
    on: bool,
) -> Result<Vec<String>, AdoptError> {
    let work = Work::begin(client).await?;
    let done = statements(&work.tx, table, on).await;
    work.end(done).await.map(|(_, statements)| statements)
}

/// Sets or removes the hard locks of an adopted table.
pub async fn set_locks(client: &mut Client, table: &str, on: bool) -> Result<(), AdoptError> {
    let mut patience = Patience::default();
    loop {
        let done = once(client, table, on).await;
        if patience.is_over(&done).await {
            return done;
        }
    }
}

async fn once(client: &mut Client, table: &str, on: bool) -> Result<(), AdoptError> {
    let work = Work::begin(client).await?;
    let done = choose(&work.tx, table, on).await;
    work.end(done).await
}

async fn choose(tx: &Transaction<'_>, table: &str, on: bool) -> Result<(), AdoptError> {
    let (adopted, statements) = statements(tx, table, on).await?;
    for statement in statements {
        tx.batch_execute(&statement).await?;
    }
    // Taking the adoption back has to take the trigger away too, on or off.
    let remember = "update rowhouse_private.adopted a \
                       set options = (a.options - 'hard_locks') || $2::text::jsonb, \
                           state = jsonb_set(a.state, '{undo}', to_jsonb(array[$3]) || ((a.state -> 'undo') - $3)) \
                     where a.table_oid = $1";
    let options = if on { r#"{"hard_locks": true}"# } else { "{}" };
    let undo = removal(&adopted);
    let params = [
        (
            &adopted.oid as &(dyn tokio_postgres::types::ToSql + Sync),
            Type::OID,
        ),
        (&options, Type::TEXT),
        (&undo, Type::TEXT),
    ];
    tx.execute_typed(remember, &params).await?;
    Ok(())
}

async fn statements(
    tx: &Transaction<'_>,
    table: &str,
    on: bool,
) -> Result<(Adopted, Vec<String>), AdoptError> {
    let oid = facts::resolve(tx, table).await?;
    let roles = roles::read(tx).await?;
    let all = memory::read(tx).await?;
    let Some(adopted) = all.into_iter().find(|one| one.oid == oid) else {
        return Err(AdoptError::NotAdopted(table.to_owned()));
    };
    let mut list = vec![removal(&adopted)];
    if on {
        let key: Vec<String> = adopted.key.iter().map(|name| literal(name)).collect();
        list.push(format!(
            "create trigger {} before update or delete on {} for each row when {} \
             execute function rowhouse_private.need_claim({})",
            ident(TRIGGER),
            adopted.quoted,
            roles.is_client(),
            key.join(", ")
        ));
    }
    Ok((adopted, list))
}

fn removal(adopted: &Adopted) -> String {
    format!(
        "drop trigger if exists {} on {}",
        ident(TRIGGER),
        adopted.quoted
    )
}
