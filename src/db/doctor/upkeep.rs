//! Checks of what grows old: transactions that stay open, and what they hold up.

use super::Severity;
use super::checks::{Check, How, Needs};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "long-transaction",
        stage: "trail",
        severity: Severity::Warning,
        needs: Needs::Statistics,
        means: "while it is open nothing after it is sealed, locks of it stay, and dead rows pile up",
        how: How::Sql(
            "select format('%s (pid %s, %s) has a transaction open since %s', coalesce(a.usename, '?'), a.pid,
                           a.application_name, date_trunc('second', a.xact_start)),
                    format('select pg_terminate_backend(%s);', a.pid)
               from pg_stat_activity a
              where a.backend_type = 'client backend' and a.pid <> pg_backend_pid()
                and a.xact_start < clock_timestamp() - interval '10 minutes'
              order by a.xact_start",
        ),
    },
    Check {
        code: "prepared-transaction",
        stage: "trail",
        severity: Severity::Warning,
        needs: Needs::Layer,
        means: "while it is open nothing after it is sealed, locks of it stay, and dead rows pile up",
        how: How::Sql(
            "select format('the prepared transaction %L of %s waits since %s', p.gid, p.owner,
                           date_trunc('second', p.prepared)),
                    format('rollback prepared %L;', p.gid)
               from pg_prepared_xacts p
              where p.prepared < clock_timestamp() - interval '10 minutes'",
        ),
    },
];
