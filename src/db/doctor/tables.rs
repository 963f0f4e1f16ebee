//! Checks of the adopted tables: rights, policies, triggers and their order.

use super::Severity;
use super::checks::{Check, How, Needs};

pub(super) const CHECKS: &[Check] = &[
    Check {
        code: "table-rights",
        stage: "tables",
        severity: Severity::Serious,
        needs: Needs::Layer,
        means: "a right on the whole table goes beyond the columns people may write, lets the login \
                lock it, and TRUNCATE asks no policy",
        how: How::Sql(
            "with {{adopted}}
             select format('%s has %s on all of %s', case g.grantee when 0 then 'PUBLIC'
                               else {{client_name}} end,
                           string_agg(g.privilege_type, ', ' order by g.privilege_type), c.oid::regclass),
                    format('revoke %s on %s from %s;',
                           string_agg(lower(g.privilege_type), ', ' order by g.privilege_type),
                           c.oid::regclass,
                           case g.grantee when 0 then 'public' else quote_ident({{client_name}}) end)
               from pg_class c, lateral aclexplode(c.relacl) g
              where c.relkind in ('r', 'p', 'v', 'm', 'f')
                and (g.grantee = 0 and c.oid in (select a.oid from adopted a)
                     or g.grantee = (select oid from pg_roles where rolname = {{client_name}}))
                and g.privilege_type in ('INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER')
              group by c.oid, g.grantee",
        ),
    },
    Check {
        code: "column-unseen",
        stage: "tables",
        severity: Severity::Warning,
        needs: Needs::Layer,
        means: "it was added after the table was adopted: people do not see it, and cannot fill it in",
        how: How::Sql(
            "with {{adopted}}
             select format('the shared login may not read %s of %s',
                           string_agg(quote_ident(t.attname), ', ' order by t.attnum), a.name),
                    format('rowhouse adopt %s', a.name)
               from adopted a join pg_attribute t on t.attrelid = a.oid
              where t.attnum > 0 and not t.attisdropped
                and not has_column_privilege({{client_name}}, a.oid, t.attnum, 'select')
              group by a.name",
        ),
    },
    Check {
        code: "policy-missing",
        stage: "tables",
        severity: Severity::Serious,
        needs: Needs::Layer,
        means: "that verb is not asked about, or nothing is let through",
        how: How::Sql(
            "with {{adopted}}
             select format('%s lacks the policy %s as it was made', a.name, w.name),
                    format(E'rowhouse adopt --undo %s\\nrowhouse adopt %1$s', a.name)
               from adopted a, (values ('rowhouse_gate', '*r', false), ('rowhouse_insert', 'a', false),
                    ('rowhouse_update', 'w', false), ('rowhouse_delete', 'd', false),
                    ('rowhouse_open', '*', true)) w (name, verbs, permissive)
              where not exists (
                    select from pg_policy p
                     where p.polrelid = a.oid and p.polname = w.name and strpos(w.verbs, p.polcmd::text) > 0
                       and p.polpermissive = w.permissive
                       and (select oid from pg_roles where rolname = {{client_name}}) = any (p.polroles)
                       and (w.permissive or concat(pg_get_expr(p.polqual, p.polrelid),
                                pg_get_expr(p.polwithcheck, p.polrelid)) ~ 'rowhouse\\.may\\('))",
        ),
    },
    Check {
        code: "trigger-off",
        stage: "triggers",
        severity: Severity::Serious,
        needs: Needs::Layer,
        means: "versions are not counted, or changes not recorded",
        how: How::Sql(
            "with {{adopted}}
             select format('the trigger %s on %s is off', quote_ident(t.tgname), a.name),
                    format('alter table %s enable trigger %I;', a.name, t.tgname)
               from adopted a join pg_trigger t on t.tgrelid = a.oid
              where t.tgname ~ '^[!~]rowhouse' and t.tgenabled in ('D', 'R')",
        ),
    },
    Check {
        code: "trigger-missing",
        stage: "triggers",
        severity: Severity::Serious,
        needs: Needs::Layer,
        means: "its changes are not recorded, and nobody is told of them",
        how: How::Sql(
            "with {{adopted}}
             select format('%s has no trigger ~rowhouse_trail', a.name), format('rowhouse adopt %s', a.name)
               from adopted a
              where not exists (select from pg_trigger t
                                 where t.tgrelid = a.oid and t.tgname = '~rowhouse_trail')",
        ),
    },
    Check {
        code: "trigger-order",
        stage: "triggers",
        severity: Severity::Warning,
        needs: Needs::Layer,
        means: "it changes the row before ours refuse or after ours counted: a refused column can be \
                written, or a version not counted",
        how: How::Sql(
            "with {{adopted}}
             select format('the trigger %s on %s fires %s ours', quote_ident(t.tgname), a.name,
                           case when t.tgname::text collate \"C\" < '!rowhouse' then 'before' else 'after' end),
                    format('alter trigger %I on %s rename to %I;', t.tgname, a.name,
                           'a_' || btrim(t.tgname::text, '!~ '))
               from adopted a join pg_trigger t on t.tgrelid = a.oid
              where not t.tgisinternal and t.tgtype & 3 = 3 and t.tgtype & 20 <> 0
                and t.tgname !~ '^[!~]rowhouse'
                and (t.tgname::text collate \"C\" < '!rowhouse' or t.tgname::text collate \"C\" > '~rowhouse')",
        ),
    },
];
