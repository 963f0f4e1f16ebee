//! Checks of what everybody may do in this database, and so the shared login too.

use super::Severity;
use super::checks::{Check, How, Needs};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "may-create",
        stage: "hardening",
        severity: Severity::Serious,
        needs: Needs::Layer,
        means: "objects of its own can be picked up by the triggers and functions of other programs",
        how: How::Sql(
            "select format('the shared login may create objects in schema %s', n.nspname),
                    case when exists (select from aclexplode(n.nspacl) a
                                       where a.grantee = 0 and a.privilege_type = 'CREATE')
                         then format('revoke create on schema %I from public;', n.nspname)
                         else format('revoke create on schema %I from %I;', n.nspname, {{client_name}}) end
               from pg_namespace n
              where n.nspname !~ '^pg_(toast|temp)'
                and has_schema_privilege({{client_name}}, n.oid, 'create')
             union all
             select format('the shared login may create schemas in database %s', current_database()),
                    format(E'revoke create on database %I from public;\\n'
                               || 'revoke create on database %1$I from %2$I;',
                           current_database(), {{client_name}})
              where has_database_privilege({{client_name}}, current_database(), 'create')",
        ),
    },
    Check {
        code: "may-temp",
        stage: "hardening",
        severity: Severity::Warning,
        needs: Needs::Layer,
        means: "temporary tables fill the disk, and stand before others of their name in functions \
                of other programs that fix no search_path",
        how: How::Sql(
            "select 'the shared login may make temporary tables',
                    '-- rowhouse init --harden; it grants TEMPORARY by name to the roles that need it, then:'
                        || format(E'\\nrevoke temporary on database %I from public;', current_database())
              where has_database_privilege({{client_name}}, current_database(), 'temporary')",
        ),
    },
    Check {
        code: "public-connects",
        stage: "hardening",
        severity: Severity::Note,
        needs: Needs::Layer,
        means: "every role of the server may connect here and look at the catalog",
        how: How::Sql(
            "select format('PUBLIC may connect to database %s', d.datname),
                    '-- rowhouse init --harden'
               from pg_database d
              where d.datname = current_database()
                and exists (select from aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
                             where a.grantee = 0 and a.privilege_type = 'CONNECT')",
        ),
    },
    Check {
        code: "languages",
        stage: "hardening",
        severity: Severity::Note,
        needs: Needs::Layer,
        means: "DO blocks burn the server's time; they read nothing that SQL would not",
        how: How::Sql(
            "select format('the shared login may write code in %s',
                           string_agg(l.lanname::text, ', ' order by l.lanname)),
                    E'-- as a superuser: rowhouse init --harden, or\\n'
                        || string_agg(format('revoke usage on language %I from public;', l.lanname), E'\\n'
                                      order by l.lanname)
               from pg_language l
              where l.lanpltrusted and has_language_privilege({{client_name}}, l.oid, 'usage')
             having count(*) > 0",
        ),
    },
    Check {
        code: "large-objects",
        stage: "hardening",
        severity: Severity::Note,
        needs: Needs::Layer,
        means: "whoever has the shared login can fill the disk: denial of service, no data",
        how: How::Sql(
            "select format('the shared login may write large objects (%s functions)', count(*)),
                    E'-- as a superuser:\\n'
                        || string_agg(format('revoke execute on function %s from public;',
                                             p.oid::regprocedure), E'\\n' order by p.proname)
               from pg_proc p
              where p.pronamespace = 'pg_catalog'::regnamespace
                and p.proname in ('lo_create', 'lo_creat', 'lo_from_bytea', 'lo_put', 'lo_open', 'lowrite',
                                  'lo_truncate', 'lo_truncate64', 'lo_unlink')
                and has_function_privilege({{client_name}}, p.oid, 'execute')
             having count(*) > 0",
        ),
    },
    Check {
        code: "kills-others",
        stage: "hardening",
        severity: Severity::Note,
        needs: Needs::Layer,
        means: "whoever has the shared login can cut off its other users: denial of service, no data",
        how: How::Sql(
            "select format('the shared login may call %s',
                           string_agg(p.proname::text, ' and ' order by p.proname)),
                    E'-- as a superuser:\\n'
                        || string_agg(format('revoke execute on function %s from public;',
                                             p.oid::regprocedure), E'\\n' order by p.proname)
               from pg_proc p
              where p.pronamespace = 'pg_catalog'::regnamespace
                and p.proname in ('pg_cancel_backend', 'pg_terminate_backend')
                and has_function_privilege({{client_name}}, p.oid, 'execute')
             having count(*) > 0",
        ),
    },
    Check {
        code: "large-object-left",
        stage: "hardening",
        severity: Severity::Note,
        needs: Needs::Layer,
        means: "nothing of Rowhouse uses large objects",
        how: How::Sql(
            "select format('%s large objects belong to %s', count(*), {{client_name}}),
                    '-- select lo_unlink(oid) from pg_largeobject_metadata where lomowner = '
                        || quote_literal({{client_name}}) || '::regrole;',
                    case when count(*) > 100 then 'warning' end
               from pg_largeobject_metadata m
              where m.lomowner = (select oid from pg_roles where rolname = {{client_name}})
             having count(*) > 0",
        ),
    },
];
