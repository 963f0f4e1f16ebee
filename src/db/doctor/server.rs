//! Checks of the server itself: corrections it lacks, and whether it keeps what it confirmed.

use super::Severity;
use super::checks::{Check, How, Needs};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "server-minor",
        stage: "server",
        severity: Severity::Warning,
        needs: Needs::Anybody,
        means: "older minor versions have known ways to see rows that row security hides \
                (CVE-2024-10976, CVE-2024-10978, CVE-2025-8713)",
        how: How::Sql(
            "select format('PostgreSQL %s; row security needs %s.%s or newer',
                           current_setting('server_version'), m.major, m.minor),
                    format('-- install PostgreSQL %s.%s or a newer %s, and restart', m.major,
                           m.minor, m.major)
               from (values (13, 22), (14, 19), (15, 14), (16, 10), (17, 6)) m (major, minor),
                    (select current_setting('server_version_num')::int) v (number)
              where v.number / 10000 = m.major and v.number % 10000 < m.minor",
        ),
    },
    Check {
        code: "server-major",
        stage: "server",
        severity: Severity::Note,
        needs: Needs::Anybody,
        means: "PostgreSQL 13 gets no corrections any more since November 2025",
        how: How::Sql(
            "select format('PostgreSQL %s', current_setting('server_version')),
                    '-- plan the move to a newer major version (pg_upgrade)'
              where current_setting('server_version_num')::int < 140000",
        ),
    },
    Check {
        code: "server-forgets",
        stage: "server",
        severity: Severity::Warning,
        needs: Needs::Anybody,
        means: "a save that was confirmed can be gone, or the database broken, after a power cut",
        how: How::Sql(
            "select format('%s = off', s.name),
                    format('alter system set %s = on; select pg_reload_conf();', s.name)
               from pg_settings s
              where s.name in ('fsync', 'full_page_writes') and s.setting = 'off'",
        ),
    },
    Check {
        code: "server-late",
        stage: "server",
        severity: Severity::Note,
        needs: Needs::Layer,
        means: "the newest saves that were confirmed can be gone after a power cut",
        how: How::Sql(
            "with {{effective}}
             select 'synchronous_commit = off',
                    'alter system set synchronous_commit = on; select pg_reload_conf();'
               from effective e where e.name = 'synchronous_commit' and e.value = 'off'",
        ),
    },
    Check {
        code: "server-standby",
        stage: "server",
        severity: Severity::Note,
        needs: Needs::Anybody,
        means: "nothing can be saved here, and nobody can sign in",
        how: How::Sql(
            "select 'this is a standby', '-- name the primary in the profile'
              where pg_is_in_recovery()",
        ),
    },
];
