//! Accounts and roles, for managers under their session.

use std::sync::Arc;

use secrecy::SecretString;
use tokio_postgres::Row;

use super::contract::people::NewCode;
use super::contract::{Fault, PeopleReply, PeopleRequest};
use super::open::Open;
use super::row;
use super::tx::{Broken, Param, Statement};
use crate::auth::{Params, Verifier, one_time_code};
use crate::domain::people::{Permission, RoleLine, Settled, Somebody};
use crate::domain::role::rows_in_words;
use crate::domain::text;
use crate::runtime::clock::random;

/// Answers a request about accounts and roles.
pub(super) async fn perform(open: &Open, request: PeopleRequest) -> Result<PeopleReply, Fault> {
    if !open.is_shared() {
        return Err(Fault::NotPermitted {
            message: "accounts are kept only where rowhouse init installed the shared layer".into(),
        });
    }
    match request {
        PeopleRequest::ListPeople => list(open).await,
        PeopleRequest::ReadRole { role } => read_role(open, role).await,
        PeopleRequest::AddAccount {
            username,
            display_name,
            roles,
        } => {
            let begin = vec![Param::text(display_name), Param::Texts(roles)];
            let add = "select rowhouse.account_add($1, $2, $3, $4, $5, $6, $7, $8, $9)";
            coded(open, add, username, begin).await
        }
        PeopleRequest::ResetAccount { username } => {
            let reset = "select rowhouse.account_reset($1, $2, $3, $4, $5, $6, $7)";
            coded(open, reset, username, Vec::new()).await
        }
        PeopleRequest::EditAccount {
            username,
            display_name,
            roles,
            before,
        } => {
            let params = vec![
                Param::text(display_name),
                Param::Texts(roles),
                Param::Texts(before),
            ];
            let edit = "select rowhouse.account_edit($1, $2, $3, $4)";
            settled(open, edit, username, params, |_| Ok(Settled::Edited)).await
        }
        PeopleRequest::SetActive { username, active } => {
            let done = match active {
                true => Settled::Activated,
                false => Settled::Deactivated,
            };
            let params = vec![Param::bool(active)];
            let set = "select rowhouse.account_active($1, $2)";
            settled(open, set, username, params, |row| changed(row, done)).await
        }
        PeopleRequest::UnlockAccount { username } => {
            let unlock = "select rowhouse.account_unlock($1)";
            let done = |row: &Row| changed(row, Settled::Unlocked);
            settled(open, unlock, username, Vec::new(), done).await
        }
    }
}

/// Sends what gives an account a new code, and hands the code over.
async fn coded(
    open: &Open,
    sql: &'static str,
    username: String,
    begin: Vec<Param>,
) -> Result<PeopleReply, Fault> {
    let (code, verifier) = new_code().await?;
    let mut params = vec![Param::text(username.as_str())];
    params.extend(begin);
    params.extend(of_verifier(&verifier));
    write(open, Statement::new(sql, params)).await?;
    Ok(PeopleReply::CodeMade(NewCode { username, code }))
}

/// Sends a change of an account, and says what became of it.
async fn settled(
    open: &Open,
    sql: &'static str,
    username: String,
    rest: Vec<Param>,
    read: impl FnOnce(&Row) -> Result<Settled, Fault>,
) -> Result<PeopleReply, Fault> {
    let mut params = vec![Param::text(username.as_str())];
    params.extend(rest);
    let row = write(open, Statement::new(sql, params)).await?;
    let settled = read(&row)?;
    Ok(PeopleReply::AccountSettled { username, settled })
}

/// What was done, or that it was so before.
fn changed(row: &Row, done: Settled) -> Result<Settled, Fault> {
    match row::column(row, 0)? {
        true => Ok(done),
        false => Ok(Settled::AsBefore),
    }
}

async fn write(open: &Open, statement: Statement) -> Result<Row, Fault> {
    let mut answers = open.write(&[statement]).await.map_err(Broken::into_fault)?;
    let rows = answers.pop().unwrap_or_default();
    rows.into_iter().next().ok_or_else(super::shape::outdated)
}

/// Makes a code and its verifier, away from the threads that answer keys.
async fn new_code() -> Result<(Arc<SecretString>, Verifier), Fault> {
    let made = tokio::task::spawn_blocking(|| {
        let code = one_time_code(&random());
        Verifier::from_password(&code, random(), Params::default())
            .map(|verifier| (Arc::new(code), verifier))
    });
    match made.await {
        Ok(Ok(made)) => Ok(made),
        Ok(Err(error)) => Err(Fault::Other {
            message: error.to_string(),
        }),
        Err(_) => Err(Fault::Other {
            message: "the code could not be made".into(),
        }),
    }
}

fn of_verifier(verifier: &Verifier) -> [Param; 6] {
    [
        Param::Bytes(verifier.salt.to_vec()),
        Param::int4(verifier.params.m()),
        Param::int4(verifier.params.t()),
        Param::int4(verifier.params.p()),
        Param::Bytes(verifier.stored_key.to_vec()),
        Param::Bytes(verifier.server_key.to_vec()),
    ]
}

async fn list(open: &Open) -> Result<PeopleReply, Fault> {
    let people = "select username, display_name, roles, active, state, last_sign_in, created, locked_until, \
                         failed, code_until, mine, within from rowhouse.people()";
    let roles =
        "select name, description, built_in, abilities, people, may_give from rowhouse.roles()";
    let ask = [people, roles].map(|sql| Statement::new(sql, Vec::new()));
    let answers = open.read(ask.into()).await?;
    let [people, roles] = answers.as_slice() else {
        return Err(super::shape::outdated());
    };
    Ok(PeopleReply::PeopleListed {
        people: people.iter().map(somebody).collect::<Result<_, _>>()?,
        roles: roles.iter().map(role).collect::<Result<_, _>>()?,
    })
}

async fn read_role(open: &Open, role: String) -> Result<PeopleReply, Fault> {
    let read = "select table_name, verb, columns, scope, held from rowhouse.role_matrix($1)";
    let ask = Statement::new(read, vec![Param::text(role.as_str())]);
    let answers = open.read(vec![ask]).await?;
    let permissions = answers.iter().flatten().map(permission);
    Ok(PeopleReply::RoleRead {
        permissions: permissions.collect::<Result<_, _>>()?,
        role,
    })
}

fn somebody(row: &Row) -> Result<Somebody, Fault> {
    let state: &str = row::column(row, 4)?;
    Ok(Somebody {
        username: row::shown(row, 0)?,
        display_name: row::shown(row, 1)?,
        roles: row::shown_list(row, 2)?,
        active: row::column(row, 3)?,
        password_chosen: state == "password",
        last_sign_in: row::column(row, 5)?,
        created: row::time(row, 6)?,
        locked_until: row::column(row, 7)?,
        failed: row::column(row, 8)?,
        code_until: row::column(row, 9)?,
        mine: row::column(row, 10)?,
        within: row::column(row, 11)?,
    })
}

fn role(row: &Row) -> Result<RoleLine, Fault> {
    Ok(RoleLine {
        name: row::shown(row, 0)?,
        description: row::shown(row, 1)?,
        built_in: row::column(row, 2)?,
        abilities: row::shown_list(row, 3)?,
        people: row::shown_list(row, 4)?,
        may_give: row::column(row, 5)?,
    })
}

fn permission(row: &Row) -> Result<Permission, Fault> {
    let columns: Option<Vec<String>> = row::column(row, 2)?;
    let scope: Option<String> = row::column(row, 3)?;
    Ok(Permission {
        table: row::shown_or_null(row, 0)?,
        verb: row::shown(row, 1)?,
        columns: columns.map(|list| {
            list.iter()
                .map(|name| text::line(name).into_owned())
                .collect()
        }),
        rows: scope.map(|scope| text::line(&rows_in_words(Some(&scope))).into_owned()),
        held: row::column(row, 4)?,
    })
}
