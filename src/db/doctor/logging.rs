//! Checks of what the server writes down and shows: tokens and proofs travel as parameters, and a
//! server that logs parameters logs them.

use super::Severity;
use super::checks::{Check, How, Needs};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "log-parameters",
        stage: "logging",
        severity: Severity::Serious,
        needs: Needs::Layer,
        means: "the server's log then holds the tokens of live sessions and what people typed",
        how: How::Sql(
            "with {{effective}},
             why (reason) as (
                 select string_agg(format('%s = %s', e.name, e.value), ', ' order by e.name)
                   from effective e
                  where e.name = 'log_statement' and e.value = 'all'
                     or e.name in ('log_min_duration_statement', 'log_min_duration_sample')
                        and e.value not like '-%'
                     or e.name = 'log_transaction_sample_rate' and e.value::float > 0)
             select format('%s, and log_parameter_max_length = %s for the shared login', w.reason,
                           e.value),
                    format(E'-- as a superuser:\\nalter role %I in database %I set '
                               || 'log_parameter_max_length = 0;',
                           {{client_name}}, current_database())
               from why w, effective e
              where w.reason is not null and e.name = 'log_parameter_max_length'
                and e.value <> '0'",
        ),
    },
    Check {
        code: "log-parameters-open",
        stage: "logging",
        severity: Severity::Warning,
        needs: Needs::Layer,
        means: "as soon as statements are logged, tokens are; nothing logs them now",
        how: How::Sql(
            "with {{effective}}
             select format('log_parameter_max_length = %s for the shared login', e.value),
                    format(E'-- as a superuser:\\nalter role %I in database %I set '
                               || 'log_parameter_max_length = 0;',
                           {{client_name}}, current_database())
               from effective e
              where e.name = 'log_parameter_max_length' and e.value <> '0'
                and not exists (
                    select from effective o
                     where o.name = 'log_statement' and o.value = 'all'
                        or o.name in ('log_min_duration_statement', 'log_min_duration_sample')
                           and o.value not like '-%'
                        or o.name = 'log_transaction_sample_rate' and o.value::float > 0)",
        ),
    },
    Check {
        code: "log-parameters-on-error",
        stage: "logging",
        severity: Severity::Note,
        needs: Needs::Layer,
        means: "the program turns this off for itself; other programs with the same login do not",
        how: How::Sql(
            "with {{effective}}
             select format('log_parameter_max_length_on_error = %s for the shared login', e.value),
                    format('alter role %I in database %I set log_parameter_max_length_on_error = 0;',
                           {{client_name}}, current_database())
               from effective e
              where e.name = 'log_parameter_max_length_on_error' and e.value <> '0'",
        ),
    },
    Check {
        code: "activity-seen",
        stage: "logging",
        severity: Severity::Note,
        needs: Needs::Layer,
        means: "whoever has the shared login reads the statements of all clients, never their \
                parameters: an accepted residual of a shared login",
        how: How::Sql(
            "with {{effective}}
             select 'pg_stat_activity shows the shared login what others of it run',
                    format(E'-- as a superuser, either:\\nalter role %I in database %I set '
                               || E'track_activities = off;\\n-- or: rowhouse init --harden',
                           {{client_name}}, current_database())
               from effective e
              where e.name = 'track_activities' and e.value = 'on'
                and has_function_privilege({{client_name}},
                        'pg_catalog.pg_stat_get_activity(integer)', 'execute')",
        ),
    },
];
