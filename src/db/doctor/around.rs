//! Checks of who can go around the gate, and of whether the gate stands.

use super::Severity;
use super::checks::{Check, How, Needs};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "mighty-roles",
        stage: "around",
        severity: Severity::Note,
        needs: Needs::Layer,
        means: "these see and change everything; what they change the trail records, and what they \
                do to the trail its seal names",
        how: How::Sql(
            "select format('around the gate go %s', string_agg(r.rolname || case
                        when r.rolsuper then ' (superuser)' else ' (bypassrls)' end, ', ' order by r.rolname)),
                    '-- give people roles of their own, and these only to who administers the server'
               from pg_roles r
              where r.rolcanlogin and (r.rolsuper or r.rolbypassrls)
             having count(*) > 0",
        ),
    },
    Check {
        code: "owner-members",
        stage: "around",
        severity: Severity::Warning,
        needs: Needs::Layer,
        means: "that role can act as an owner of the layer: read verifiers, drop policies",
        how: How::Sql(
            "select format('%s is a member of %s', m.member::regrole, m.roleid::regrole),
                    format('revoke %s from %s;', m.roleid::regrole, m.member::regrole),
                    -- Where the owner of the database may not make roles, init needs it for good.
                    case when m.member = (select datdba from pg_database where datname = current_database())
                         then 'note' end
               from pg_auth_members m join pg_roles o on o.oid = m.roleid
              where o.rolname::text = any (array[{{owner_names}}]) and not o.rolname::text = any (
                        case when m.member = (select oid from pg_roles where rolname = current_user)
                             then {{taken}} else '{}' end)
                and (coalesce((to_jsonb(m) ->> 'set_option')::boolean, true)
                     or coalesce((to_jsonb(m) ->> 'inherit_option')::boolean, true))",
        ),
    },
    Check {
        code: "owners-mighty",
        stage: "around",
        severity: Severity::Serious,
        needs: Needs::Layer,
        means: "the roles that own the layer must not sign in and must be bound by row security",
        how: How::Sql(
            "select format('%s is %s', r.rolname, a.name), format('alter role %I %s;', r.rolname, a.off)
               from pg_roles r, lateral (values
                    ('allowed to sign in', 'nologin', r.rolcanlogin),
                    ('superuser', 'nosuperuser', r.rolsuper), ('bypassrls', 'nobypassrls', r.rolbypassrls),
                    ('createrole', 'nocreaterole', r.rolcreaterole)) a (name, off, has)
              where r.rolname::text = any (array[{{owner_names}}]) and a.has",
        ),
    },
    Check {
        code: "gate-off",
        stage: "around",
        severity: Severity::Serious,
        needs: Needs::Layer,
        means: "everybody with the shared login reads and writes all of its rows",
        how: How::Sql(
            "with {{adopted}}
             select format('row security is off on %s', a.name),
                    format('alter table %s enable row level security;', a.name)
               from adopted a join pg_class c on c.oid = a.oid
              where not c.relrowsecurity",
        ),
    },
    Check {
        code: "gate-unforced",
        stage: "around",
        severity: Severity::Serious,
        needs: Needs::Layer,
        means: "functions and views of its owner go around the gate",
        how: How::Sql(
            "with {{adopted}}
             select format('row security on %s does not bind its owner, a role of ours', a.name),
                    format('alter table %s force row level security;', a.name)
               from adopted a join pg_class c on c.oid = a.oid
               join pg_roles o on o.oid = c.relowner
              where not c.relforcerowsecurity and o.rolname::text = any (array[{{owner_names}}])",
        ),
    },
    Check {
        code: "gate-unforced-since",
        stage: "around",
        severity: Severity::Serious,
        needs: Needs::Owner,
        means: "it was adopted with --force: functions and views of its owner now go around the gate",
        how: How::Sql(
            "select format('row security on %s does not bind its owner any more', d.table_oid::regclass),
                    format('alter table %s force row level security;', d.table_oid::regclass)
               from rowhouse_private.adopted d join pg_class c on c.oid = d.table_oid
               join pg_roles o on o.oid = c.relowner
              where (d.state ->> 'force')::boolean and not c.relforcerowsecurity
                and not o.rolname::text = any (array[{{owner_names}}])",
        ),
    },
    Check {
        code: "clock-replaced",
        stage: "around",
        severity: Severity::Serious,
        needs: Needs::Layer,
        means: "whoever sets this clock decides when sessions end and what the trail says",
        how: How::Sql(
            "select 'rowhouse_private.now() is not the server''s clock',
                    'create or replace function rowhouse_private.now() returns timestamptz '
                        || 'language sql volatile parallel safe as ''select pg_catalog.clock_timestamp()'';'
               from pg_proc p join pg_namespace n on n.oid = p.pronamespace
              where n.nspname = 'rowhouse_private' and p.proname = 'now'
                and btrim(p.prosrc, E' \\n;') <> 'select pg_catalog.clock_timestamp()'",
        ),
    },
    Check {
        code: "asserts",
        stage: "around",
        severity: Severity::Serious,
        needs: Needs::Owner,
        means: "what must hold after every installation does not hold",
        how: How::Sql(concat!(
            "select x.sentence, '-- run rowhouse init again; what it cannot mend it names' from (\n",
            include_str!("../migrations/asserts.sql"),
            ") x (sentence)
              -- These have checks of their own, with what mends them.
              where x.sentence !~ '^(the shared login (has the attribute (?!inherit)|is a member of|owns |has [A-Z]+ on all)|adopted table|[^ ]+ may sign in)'",
        )),
    },
];
