//! Who is signed in, as the database tells it. No passwords.

use tokio_postgres::Row;

use super::super::contract::Fault;
use super::super::contract::login::SignedIn;
use super::super::open::{Open, Session};
use super::super::row;
use super::super::tx::Statement;
use crate::domain::account::Person;
use crate::domain::session::SessionId;

/// Asks who is signed in, and what they may do.
pub(in crate::db) fn ask() -> Statement {
    Statement::new(
        "select session_id, username, display_name, roles, tenant_id, tenant_name, \
                may_see_sessions, may_end_sessions, may_manage_accounts, idle_limit_s, may_see_audit, \
                may_choose_tenant \
         from rowhouse.me()",
        Vec::new(),
    )
}

/// Reads the answer, and remembers it.
pub(in crate::db) fn know(open: &Open, row: &Row) -> Result<SignedIn, Fault> {
    let tenant: Option<i64> = row::column(row, 4)?;
    let may_choose_tenant: bool = row::column(row, 11)?;
    let tenant_name = row::shown_or_null(row, 5)?;
    let idle: Option<i32> = row::column(row, 9)?;
    let id = SessionId(row::column(row, 0)?);
    let person = Person {
        username: row::shown(row, 1)?,
        display_name: row::shown(row, 2)?,
        roles: row::shown_list(row, 3)?,
        // The implicit one is named only to who chose it among others.
        tenant: tenant_name
            .filter(|name| may_choose_tenant || tenant != Some(1) || name != "default"),
        may_see_sessions: row::column(row, 6)?,
        may_end_sessions: row::column(row, 7)?,
        may_manage_accounts: row::column(row, 8)?,
        may_see_audit: row::column(row, 10)?,
        may_choose_tenant,
    };
    let session = open.session().ok_or_else(Open::nobody)?;
    let signed_in = SignedIn {
        session: id,
        must_choose_password: false,
        failed_since: session.failed_since,
        last_sign_in: session.last_sign_in,
        idle_limit_seconds: idle.unwrap_or_default().unsigned_abs(),
        person,
    };
    open.set_session(Some(Session {
        id: Some(id),
        username: signed_in.person.username.clone(),
        ..session
    }));
    Ok(signed_in)
}

/// What is known of a session that may only choose a password: the gate says nothing more.
pub(super) fn restricted(open: &Open, username: String) -> SignedIn {
    let session = open.session();
    let session = session.as_ref();
    SignedIn {
        session: SessionId(0),
        person: Person {
            display_name: username.clone(),
            username,
            roles: Vec::new(),
            tenant: None,
            may_see_sessions: false,
            may_end_sessions: false,
            may_manage_accounts: false,
            may_see_audit: false,
            may_choose_tenant: false,
        },
        must_choose_password: true,
        failed_since: session.map_or(0, |session| session.failed_since),
        last_sign_in: session.and_then(|session| session.last_sign_in),
        idle_limit_seconds: 0,
    }
}
