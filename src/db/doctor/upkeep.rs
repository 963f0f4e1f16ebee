//! Checks of what grows old: transactions that stay open, and what they hold up.

use super::Severity;
use super::checks::{Check, How, Needs};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "trail-rest",
        stage: "trail",
        severity: Severity::Warning,
        needs: Needs::Owner,
        means: "their month had no partition when they were recorded: they are whole and readable, and \
                archiving by month does not find them",
        how: How::Sql(
            "select format('%s changes are in the trail''s default partition, of %s to %s', count(*),
                           min(e.at)::date, max(e.at)::date),
                    E'-- any client that signs in makes months ahead; now:\\nselect rowhouse.maintain();'
               from rowhouse_trail.entry_rest e having count(*) > 0",
        ),
    },
    Check {
        code: "trail-unsealed",
        stage: "trail",
        severity: Severity::Warning,
        needs: Needs::Owner,
        means: "until they are sealed, nothing names who edits or removes them in the database itself: a \
                transaction that stays open holds the seal up, or nobody signs in",
        how: How::Sql(
            "select format('%s changes are not sealed, the oldest of %s', count(*), min(e.at)::date),
                    E'-- end what holds it up (long-transaction), then:\\nrowhouse audit seal'
               from rowhouse_private.tenant t
               left join lateral (select s.base_id, s.upto_xact, s.upto_id from rowhouse_trail.seal s
                                   where s.tenant_id = t.tenant_id order by s.no desc limit 1) l on true
               join rowhouse_trail.entry e on e.tenant_id = t.tenant_id
              where e.at < now() - interval '1 day' and e.xact >= coalesce(l.upto_xact, '0'::xid8)
                and (e.xact, e.id) > (coalesce(l.upto_xact, '0'::xid8), coalesce(l.upto_id, 0))
                and e.id > coalesce(l.base_id, 0)
             having count(*) > 0",
        ),
    },
    Check {
        code: "trail-months",
        stage: "trail",
        severity: Severity::Warning,
        needs: Needs::Layer,
        means: "changes of a month without a partition land in the default one",
        how: How::Sql(
            "select format('the trail has no partition for %s', to_char(m.month, 'YYYY-MM')),
                    'select rowhouse.maintain();   -- as the shared login, or sign in once'
               from generate_series(date_trunc('month', now() at time zone 'UTC'),
                        date_trunc('month', now() at time zone 'UTC') + interval '1 month',
                        interval '1 month') m (month)
              where not exists (
                    select from pg_class c join pg_namespace n on n.oid = c.relnamespace
                     where n.nspname = 'rowhouse_trail' and c.relispartition
                       and c.relname = 'entry_' || to_char(m.month, 'YYYY_MM'))",
        ),
    },
    Check {
        code: "address-shared",
        stage: "trail",
        severity: Severity::Note,
        needs: Needs::Owner,
        means: "failed tries of one count against all who come from there: a pooler or one host is in \
                between",
        how: How::Sql(
            "select format('%s accounts sign in from the one address %s, and limits count by address',
                           count(distinct s.account_id), s.address),
                    E'-- limits by account stay:\\nupdate rowhouse_private.policy set address_limits = false;'
               from rowhouse_private.session s
              where s.address is not null and s.started_at > now() - interval '30 days'
                and exists (select from rowhouse_private.policy p where p.address_limits)
              group by s.address
             having count(distinct s.account_id) >= 5 and count(distinct s.client ->> 'host') >= 5",
        ),
    },
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
