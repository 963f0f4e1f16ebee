//! Checks of the shared login: what it is, what it owns, and what somebody who holds its password
//! may have left on it.

use super::Severity;
use super::checks::{Check, How, Needs};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "login-attributes",
        stage: "login",
        severity: Severity::Serious,
        needs: Needs::Layer,
        means: "whoever has the configuration file has this right",
        how: How::Sql(
            "select format('%s is %s', r.rolname, a.name), format('alter role %I %s;', r.rolname, a.off)
               from pg_roles r, lateral (values
                    ('superuser', 'nosuperuser', r.rolsuper), ('bypassrls', 'nobypassrls', r.rolbypassrls),
                    ('createrole', 'nocreaterole', r.rolcreaterole),
                    ('createdb', 'nocreatedb', r.rolcreatedb),
                    ('replication', 'noreplication', r.rolreplication)) a (name, off, has)
              where r.rolname = {{client_name}} and a.has",
        ),
    },
    Check {
        code: "login-member",
        stage: "login",
        severity: Severity::Serious,
        needs: Needs::Layer,
        means: "whoever has the configuration file has that role's rights, by SET ROLE at the latest",
        how: How::Sql(
            "select format('%s is a member of %s', {{client_name}}, r.rolname),
                    format('revoke %I from %I;', r.rolname, {{client_name}})
               from pg_auth_members m join pg_roles r on r.oid = m.roleid
              where m.member = (select oid from pg_roles where rolname = {{client_name}})",
        ),
    },
    Check {
        code: "login-owns",
        stage: "login",
        severity: Severity::Serious,
        needs: Needs::Layer,
        means: "what it owns it may alter and drop, whatever the policies say",
        how: How::Sql(
            "select format('%s owns %s', {{client_name}},
                           pg_describe_object(s.classid, s.objid, s.objsubid)),
                    format('reassign owned by %I to %s;', {{client_name}},
                           (select datdba::regrole from pg_database where datname = current_database()))
               from pg_shdepend s
              where s.refclassid = 'pg_authid'::regclass and s.deptype = 'o'
                -- These everybody may make; they are counted elsewhere.
                and s.classid <> 'pg_largeobject'::regclass
                and s.refobjid = (select oid from pg_roles where rolname = {{client_name}})
                and s.dbid = (select oid from pg_database where datname = current_database())",
        ),
    },
    Check {
        code: "login-settings",
        stage: "login",
        severity: Severity::Warning,
        needs: Needs::Layer,
        means: "a role may give itself defaults, and nobody can forbid it: they meet every client \
                that does not set its own (this one does)",
        how: How::Sql(
            "select format('%s begins with %s', {{client_name}}, string_agg(x.one, ', ' order by x.one)),
                    case when s.setdatabase = 0
                         then format('alter role %I reset all;', {{client_name}})
                         else format('alter role %I in database %I reset all;', {{client_name}},
                                     current_database()) end
                        || E'\\n-- then run rowhouse init, which gives it the settings it should have',
                    case when bool_or(x.one ~ '^(rowhouse|role|session_replication_role|row_security|.*_preload_libraries)')
                         then 'serious' end
               from pg_db_role_setting s cross join lateral unnest(s.setconfig) x (one)
              where s.setrole = (select oid from pg_roles where rolname = {{client_name}})
                and s.setdatabase in (0, (select oid from pg_database where datname = current_database()))
                and x.one <> 'idle_in_transaction_session_timeout=30s'
                and x.one !~ '^(transaction_timeout|log_parameter_max_length_on_error)='
                -- What only a superuser may set, a superuser has set.
                and not exists (select from pg_settings g
                                 where g.name = split_part(x.one, '=', 1) and g.context <> 'user')
              group by s.setdatabase",
        ),
    },
    Check {
        code: "login-ends",
        stage: "login",
        severity: Severity::Warning,
        needs: Needs::Layer,
        means: "from then on nobody can connect with its password",
        how: How::Sql(
            "select format('the password of %s is good until %s', r.rolname, r.rolvaliduntil),
                    format('alter role %I valid until ''infinity'';', r.rolname)
               from pg_roles r
              where r.rolname = {{client_name}} and r.rolvaliduntil < 'infinity'",
        ),
    },
    Check {
        code: "login-closed",
        stage: "login",
        severity: Severity::Serious,
        needs: Needs::Layer,
        means: "nobody can connect",
        how: How::Sql(
            "select format('%s may not %s', r.rolname, a.what), a.fix
               from pg_roles r, lateral (values
                    ('sign in', format('alter role %I login;', r.rolname), not r.rolcanlogin),
                    ('connect to this database',
                     format('grant connect on database %I to %I;', current_database(), r.rolname),
                     not has_database_privilege(r.oid, current_database(), 'connect')),
                    ('call rowhouse.tx_open', '-- run rowhouse init, which grants it',
                     not has_function_privilege(r.oid, 'rowhouse.tx_open(text, integer)', 'execute')))
                    a (what, fix, is_so)
              where r.rolname = {{client_name}} and a.is_so",
        ),
    },
];
