-- What must hold after every installation (SECURITY.md 2.8): each row is a sentence about something
-- that must not be. Read-only; run by install and by tests.
with ours as (
    select n.oid, n.nspname from pg_namespace n
     where n.nspname in ('rowhouse', 'rowhouse_private', 'rowhouse_trail')
), functions as (
    select p.oid, o.nspname, p.proname, p.oid::regprocedure::text as name, p.prosecdef, p.proconfig, p.proacl,
           p.proowner
      from pg_proc p join ours o on o.oid = p.pronamespace
), tables as (
    select c.oid, o.nspname, c.relname, c.relkind, c.relacl, c.relowner
      from pg_class c join ours o on o.oid = c.relnamespace
     where c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
), login as (
    select * from pg_roles where rolname = {{client_name}}
), above_tenants (table_name) as (
    -- Found before a tenant is known (sign-in), or about the installation itself.
    values ('schema_history'), ('installation'), ('epoch'), ('tenant'), ('adopted'), ('search_shape'), ('search_made'), ('secret'),
           ('account'), ('credential'), ('attempt'), ('session'), ('account_role_account')
)
select format('definer function %s has no fixed search_path', f.name)
  from functions f
 where f.prosecdef and not coalesce('search_path=pg_catalog, pg_temp' = any (f.proconfig), false)
union all
select format('PUBLIC may execute %s', f.name)
  from functions f
 where exists (select from aclexplode(coalesce(f.proacl, acldefault('f', f.proowner))) a
                where a.grantee = 0)
union all
select format('the shared login may execute %s', f.name)
  from functions f, login l
 where f.nspname <> 'rowhouse' and f.proname <> 'now' and has_function_privilege(l.oid, f.oid, 'execute')
union all
select format('the shared login or PUBLIC has rights on %s.%s', t.nspname, t.relname)
  from tables t, login l
 where exists (select from aclexplode(t.relacl) a where a.grantee in (0, l.oid))
    or exists (select from pg_attribute c, aclexplode(c.attacl) a
                where c.attrelid = t.oid and a.grantee in (0, l.oid))
union all
select format('the shared login may use schema %s', o.nspname)
  from ours o, login l
 where o.nspname <> 'rowhouse' and has_schema_privilege(l.oid, o.oid, 'usage')
    or has_schema_privilege(l.oid, o.oid, 'create')
union all
select format('the shared login has the attribute %s', a.name)
  from login l, lateral (values ('superuser', l.rolsuper), ('inherit', l.rolinherit),
           ('createrole', l.rolcreaterole), ('createdb', l.rolcreatedb),
           ('replication', l.rolreplication), ('bypassrls', l.rolbypassrls)) a (name, has)
 where a.has
union all
select format('the shared login is a member of %s', m.roleid::regrole)
  from pg_auth_members m join login l on l.oid = m.member
union all
select format('the shared login owns %s', pg_describe_object(s.classid, s.objid, s.objsubid))
  from pg_shdepend s join login l on l.oid = s.refobjid
 where s.refclassid = 'pg_authid'::regclass and s.deptype = 'o'
   and s.dbid = (select oid from pg_database where datname = current_database())
union all
select format('%s may sign in or is mighty', r.rolname)
  from pg_roles r
 where r.rolname = any (array[{{owner_names}}])
   and (r.rolcanlogin or r.rolsuper or r.rolbypassrls or r.rolcreaterole or r.rolcreatedb or r.rolreplication)
union all
-- A table-level right also gives LOCK TABLE; DELETE has no column form.
select format('the shared login has %s on all of %s', a.privilege_type, c.oid::regclass)
  from pg_class c, login l, lateral aclexplode(c.relacl) a
 where c.relkind in ('r', 'p', 'v', 'm', 'f') and a.grantee = l.oid
   and a.privilege_type in ('INSERT', 'UPDATE', 'TRUNCATE', 'REFERENCES', 'TRIGGER')
union all
select format('index %s does not begin with the tenant', i.indexrelid::regclass)
  from pg_index i
  join tables t on t.oid = i.indrelid
  join pg_class x on x.oid = i.indexrelid
  join pg_am m on m.oid = x.relam and m.amname = 'btree'
 where t.relkind in ('r', 'p') and not (t.relname in (select table_name from above_tenants))
   and coalesce((select c.attname from pg_attribute c
                  where c.attrelid = i.indrelid and c.attnum = i.indkey[0]), '') <> 'tenant_id'
union all
select format('policy %s on %s calls the gate once per row', p.polname, p.polrelid::regclass)
  from pg_policy p, lateral (values (pg_get_expr(p.polqual, p.polrelid)),
                                    (pg_get_expr(p.polwithcheck, p.polrelid))) e (expression)
 where e.expression ~ 'rowhouse\.may\(' and e.expression !~* '\( *select rowhouse\.may\('
union all
select format('adopted table %s has no row security', d.table_oid::regclass)
  from rowhouse_private.adopted d join pg_class c on c.oid = d.table_oid
 where not c.relrowsecurity
union all
-- Permissive policies of the table's own are let through only by a restrictive one of ours for the verb.
-- Of an older form, one for all verbs asks for viewing.
select format('adopted table %s lacks the gate as a restrictive policy for %s', d.table_oid::regclass, v.verb)
  from rowhouse_private.adopted d join pg_class c on c.oid = d.table_oid, login l,
       (values ('view', 'r'), ('insert', 'a'), ('update', 'w'), ('delete', 'd')) v (verb, command)
 where not exists (select from pg_policy p
                    where p.polrelid = d.table_oid and not p.polpermissive and l.oid = any (p.polroles)
                      and (p.polcmd::text = v.command or p.polcmd = '*' and v.verb = 'view')
                      and coalesce(pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
                          like format('%%rowhouse.may(%%%s%%', v.verb))
union all
-- A table that is split among tenants holds to it by a policy for every verb, a column that the shared
-- login may not write, and a trigger for what policies do not see.
select format('adopted table %s does not hold people to their tenant', d.table_oid::regclass)
  from rowhouse_private.adopted d join pg_class c on c.oid = d.table_oid, login l
 where d.tenant_column is not null
   and (not exists (select from pg_policy p
                     where p.polrelid = d.table_oid and p.polname = 'rowhouse_tenant' and not p.polpermissive
                       and p.polcmd = '*' and l.oid = any (p.polroles)
                       and pg_get_expr(p.polqual, p.polrelid) ~ 'SELECT \(?rowhouse\.tenant_values?\(\)'
                       and pg_get_expr(p.polwithcheck, p.polrelid) ~ 'SELECT \(?rowhouse\.tenant_value\(\)')
        or not exists (select from pg_trigger t
                        where t.tgrelid = d.table_oid and t.tgname = '!rowhouse_tenant' and t.tgenabled <> 'D')
        or exists (select from pg_attribute a
                    where a.attrelid = d.table_oid and a.attname = d.tenant_column
                      and has_column_privilege(l.oid, d.table_oid, a.attnum, 'insert, update')))
