//! Who holds up a save that waits for a lock: asked beside it, on another connection.

use tokio_postgres::Row;

use super::contract::Fault;
use super::open::Open;
use super::row;
use super::tx::{Param, Statement};
use crate::domain::record::RequestId;
use crate::domain::text;

/// Who waits for whom is told to everybody.
const BLOCKERS: &str = "select unnest(pg_catalog.pg_blocking_pids($1)) limit 1";

/// What the sessions that hold a backend up are called.
const HOLDERS: &str = "\
select distinct a.application_name, a.usename::text
from pg_catalog.pg_stat_activity a
where a.pid = any (pg_catalog.pg_blocking_pids($1))
order by 1, 2 limit 3";

/// The same asked of the shared layer, which may look where a hardened database lets nobody.
const HOLDERS_IN_LAYER: &str = "select program, db_user from rowhouse.lock_holders($1)";

/// Finds out who holds a save up; `None` when nobody does, or the server does not tell.
pub(super) async fn find(open: &Open, request: RequestId) -> Result<Option<String>, Fault> {
    let Some(backend) = open.unanswered.backend(request) else {
        return Ok(None);
    };
    let ask = |sql: &'static str| vec![Statement::new(sql, vec![Param::int4(backend)])];
    let blockers = open.read(ask(BLOCKERS)).await?;
    if blockers.iter().all(Vec::is_empty) {
        return Ok(None);
    }
    let holders = match open.is_shared() {
        true => HOLDERS_IN_LAYER,
        false => HOLDERS,
    };
    let names = match open.read(ask(holders)).await {
        // The layer was not let look either.
        Ok(answers) if open.is_shared() && answers.iter().all(Vec::is_empty) => {
            "another session".to_owned()
        }
        Ok(answers) => names(answers.first().map_or(&[], Vec::as_slice))?,
        // Where the owner of the database took that right from everybody.
        Err(Fault::NotPermitted { .. }) => "another session".to_owned(),
        Err(fault) => return Err(fault),
    };
    let holder = Some(names).filter(|names| !names.is_empty());
    if let Some(holder) = holder.clone() {
        open.unanswered.held_by(request, holder);
    }
    Ok(holder)
}

fn names(found: &[Row]) -> Result<String, Fault> {
    let mut names = Vec::new();
    for found in found {
        names.push(name(&row::shown(found, 0)?, &row::shown(found, 1)?));
    }
    names.dedup();
    Ok(names.join(" and "))
}

/// A person by the name that our connections carry, another program by its own and its role.
fn name(program: &str, role: &str) -> String {
    let ours = program.strip_prefix("rowhouse/");
    let name = match ours.map(|rest| rest.split('/').next().unwrap_or(rest)) {
        Some(person) => person.to_owned(),
        None if program.is_empty() => role.to_owned(),
        None => format!("{role} ({program})"),
    };
    text::line(&name).into_owned()
}

#[cfg(test)]
mod tests {
    use super::name;

    #[test]
    fn people_go_by_their_names_and_programs_by_role_and_program() {
        assert_eq!(name("rowhouse/anna/17", "rowhouse_client"), "anna");
        assert_eq!(name("rowhouse/clerk", "clerk"), "clerk");
        assert_eq!(name("psql", "postgres"), "postgres (psql)");
        assert_eq!(name("", "batch"), "batch");
    }
}
