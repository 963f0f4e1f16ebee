//! The budget of connections: what the server gives, and what a team takes.

use super::checks::{Check, How, Looking, Needs};
use super::ward::{Asking, Ward, made};
use super::{Finding, Severity};

pub(super) const CHECKS: &[Check] = &[Check {
    code: "connection-budget",
    stage: "budget",
    severity: Severity::Warning,
    needs: Needs::Layer,
    means: "who comes last cannot connect; put PgBouncer in front, or raise the limit",
    how: How::Code(|ward, check| -> Looking<'_> { Box::pin(look(ward, check)) }),
}];

/// The connections that others than superusers can have, how many of them other databases hold now, the
/// limit of the shared login and its name.
const GIVEN: &str = "\
select current_setting('max_connections')::int4
           - current_setting('superuser_reserved_connections')::int4
           - coalesce(current_setting('reserved_connections', true), '0')::int4,
       (select coalesce(sum(d.numbackends), 0)::int4 from pg_stat_database d
         where d.datname <> current_database()),
       r.rolconnlimit, r.rolname::text
  from pg_roles r where r.rolname = {{client_name}}";

/// How many accounts there are that may sign in.
const ACCOUNTS: &str =
    "select count(*)::int4 from rowhouse_private.account where deactivated_at is null";

async fn look(ward: &Ward, check: &'static Check) -> Asking<Vec<Finding>> {
    let rows = ward.rows(GIVEN, &[]).await?;
    let Some(row) = rows.first() else {
        return Ok(Vec::new());
    };
    let (given, others, limit): (i32, i32, i32) =
        (row.try_get(0)?, row.try_get(1)?, row.try_get(2)?);
    let login: String = row.try_get(3)?;
    let team = match ward.asked.team {
        Some(team) => i32::try_from(team).unwrap_or(i32::MAX),
        None if ward.is_owner() => ward.rows(ACCOUNTS, &[]).await?[0].try_get(0)?,
        None => return Ok(Vec::new()),
    };
    let each = i32::try_from(ward.settings.pool_max.max(1)).unwrap_or(i32::MAX);
    let told = judge(team, each, given - others, limit, ward.pooler);
    let finding = told.map(|(what, wanted)| {
        let fix = match limit >= 0 && limit < wanted {
            true => format!("alter role \"{login}\" connection limit {wanted};"),
            false => format!(
                "alter system set max_connections = {};\n-- and restart the server",
                (wanted + others + 59) / 50 * 50
            ),
        };
        made(check, Severity::Warning, &what, &fix)
    });
    Ok(finding.into_iter().collect())
}

/// Says what is too few, and how many would be enough. Behind a pooler people share.
fn judge(team: i32, each: i32, free: i32, limit: i32, pooler: bool) -> Option<(String, i32)> {
    let wanted = team.saturating_mul(each);
    let most = if limit >= 0 { free.min(limit) } else { free };
    (!pooler && wanted > most).then(|| {
        let what = format!(
            "{team} people with {each} connections each take {wanted}; {most} are to be had"
        );
        (what, wanted)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_team_is_held_against_the_server_and_the_logins_limit() {
        assert_eq!(judge(40, 2, 97, -1, false), None);
        let (what, wanted) = judge(50, 2, 97, -1, false).expect("too few");
        assert_eq!(wanted, 100);
        assert_eq!(
            what,
            "50 people with 2 connections each take 100; 97 are to be had"
        );
        assert!(
            judge(20, 2, 97, 30, false).is_some(),
            "the login's own limit"
        );
        assert_eq!(
            judge(500, 2, 97, -1, true),
            None,
            "behind a pooler they share"
        );
    }
}
