-- What the shared login could use in a schema once it has USAGE there, besides adopted tables.
-- $1 oid of the schema, $2 name of the shared login, $3 oids of tables adopted or about to be.
with who as (
  select r.oid from pg_roles r where r.rolname = $2
),
-- One row per function with the roles other than PUBLIC that must keep it when PUBLIC loses it.
callable as (
  select p.oid, p.prosecdef,
         quote_ident(n.nspname) || '.' || quote_ident(p.proname)
           || '(' || oidvectortypes(p.proargtypes) || ')' as name,
         case p.prokind when 'p' then 'procedure' else 'function' end as word,
         p.prorettype = 'trigger'::regtype as is_trigger
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace, who w
   where n.oid = $1 and has_function_privilege(w.oid, p.oid, 'execute')
     and p.prorettype <> 'event_trigger'::regtype
),
-- Relations that answer with their owner's rights: views, and tables nobody adopted.
readable as (
  select c.oid, c.relkind, quote_ident(n.nspname) || '.' || quote_ident(c.relname) as name,
         (select string_agg(lower(g.privilege_type), ', ') from aclexplode(c.relacl) g
           where g.grantee = 0) as rights,
         coalesce(c.reloptions::text like '%security_invoker=true%'
               or c.reloptions::text like '%security_invoker=on%', false) as invoker
    from pg_class c join pg_namespace n on n.oid = c.relnamespace, who w
   where n.oid = $1 and c.relkind in ('r', 'p', 'v', 'm', 'f')
     and not c.oid = any ($3)
     and (has_table_privilege(w.oid, c.oid, 'select, insert, update, delete, truncate')
          or has_any_column_privilege(w.oid, c.oid, 'select, insert, update'))
)
select jsonb_build_object(
  'schema', quote_ident(n.nspname),
  'may_create', has_schema_privilege(w.oid, n.oid, 'create'),
  'may_make_temporary', has_database_privilege(w.oid, current_database(), 'temporary'),
  'invoker_functions', (select count(*) from callable where not prosecdef and not is_trigger),
  'definer_functions', coalesce((select jsonb_agg(jsonb_build_object('name', name, 'word', word,
        'is_trigger', is_trigger) order by name) from callable where prosecdef), '[]'),
  'owner_views', coalesce((select jsonb_agg(jsonb_build_object('name', name, 'rights', rights) order by name) from readable
      where relkind in ('v', 'm') and not invoker), '[]'),
  'open_tables', coalesce((select jsonb_agg(jsonb_build_object('name', name, 'rights', rights) order by name) from readable
      where relkind in ('r', 'p', 'f')), '[]'),
  'users', coalesce((select jsonb_agg(r.rolname order by r.rolname) from pg_roles r
      where r.rolcanlogin and not r.rolsuper and r.oid <> w.oid
        and has_schema_privilege(r.oid, n.oid, 'usage')), '[]')
)::text
from pg_namespace n, who w where n.oid = $1
