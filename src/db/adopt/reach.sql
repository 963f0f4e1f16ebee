-- What the shared login could use in a schema once it has USAGE there, besides adopted tables.
-- $1 oid of the schema, $2 name of the shared login, $3 oids of tables adopted or about to be.
with login as (
  select r.oid from pg_roles r where r.rolname = $2
),
-- Everything reachable: one row per object, with what PUBLIC holds on it.
object as (
  select case when p.prosecdef then 'definer-function' else 'invoker-function' end as kind,
         case p.prokind when 'p' then 'procedure ' else 'function ' end as word,
         quote_ident(n.nspname) || '.' || quote_ident(p.proname)
           || '(' || oidvectortypes(p.proargtypes) || ')' as name,
         p.prorettype = 'trigger'::regtype as is_trigger,
         p.proowner as owner, coalesce(p.proacl, acldefault('f', p.proowner)) as acl
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace, login l
   where n.oid = $1 and p.prorettype <> 'event_trigger'::regtype
     and has_function_privilege(l.oid, p.oid, 'execute')
  union all
  select case when c.relkind in ('v', 'm') then 'owner-view' else 'open-table' end, '',
         quote_ident(n.nspname) || '.' || quote_ident(c.relname), false,
         c.relowner, c.relacl
    from pg_class c join pg_namespace n on n.oid = c.relnamespace, login l
   where n.oid = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f') and not c.oid = any ($3)
     and not coalesce(c.reloptions && array['security_invoker=true', 'security_invoker=on'], false)
     and (has_table_privilege(l.oid, c.oid, 'select, insert, update, delete, truncate')
          or has_any_column_privilege(l.oid, c.oid, 'select, insert, update'))
  union all
  select 'schema-create', 'schema ', quote_ident(n.nspname), false, n.nspowner,
         coalesce(n.nspacl, acldefault('n', n.nspowner))
    from pg_namespace n, login l
   where n.oid = $1 and has_schema_privilege(l.oid, n.oid, 'create')
)
select jsonb_build_object(
  'schema', (select quote_ident(n.nspname) from pg_namespace n where n.oid = $1),
  'may_hang_triggers', has_database_privilege(l.oid, current_database(), 'temporary')
      or has_schema_privilege(l.oid, $1, 'create'),
  'invoker_functions', (select count(*) from object o where o.kind = 'invoker-function' and not o.is_trigger),
  'openings', coalesce((select jsonb_agg(jsonb_build_object(
        'kind', o.kind, 'word', o.word, 'name', o.name, 'is_trigger', o.is_trigger,
        'rights', case o.kind when 'schema-create' then 'create' else
            (select string_agg(lower(g.privilege_type), ', ' order by g.privilege_type)
               from aclexplode(o.acl) g where g.grantee = 0) end,
        -- Logins that live on PUBLIC's right alone and would lose it.
        'users', coalesce((select jsonb_agg(r.rolname order by r.rolname) from pg_roles r
            where r.rolcanlogin and not r.rolsuper and r.oid <> l.oid
              and coalesce(shobj_description(r.oid, 'pg_authid'), '') not like 'Rowhouse: %'
              and has_database_privilege(r.oid, current_database(), 'connect')
              and not pg_has_role(r.oid, o.owner, 'usage')
              and has_schema_privilege(r.oid, $1, 'usage')
              and not exists (select from aclexplode(o.acl) g where g.grantee <> 0
                                 and pg_has_role(r.oid, g.grantee, 'usage'))), '[]'))
      order by o.kind, o.name)
    from object o where o.kind <> 'invoker-function'), '[]')
)::text
from login l
