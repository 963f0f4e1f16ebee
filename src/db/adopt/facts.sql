-- Everything the plan of one table needs to know, as one JSON text.
-- $1 oid of the table, $2 name of the shared login, $3 names of all our roles.
with recursive base(column_oid, type_oid) as (
  select a.attnum, a.atttypid from pg_attribute a
   where a.attrelid = $1 and a.attnum > 0 and not a.attisdropped
  union all
  select b.column_oid, t.typbasetype from base b join pg_type t on t.oid = b.type_oid
   where t.typtype = 'd'
),
columns as (
  select a.attnum as num, jsonb_build_object(
      'name', a.attname, 'quoted', quote_ident(a.attname), 'num', a.attnum,
      'type_name', format_type(a.atttypid, a.atttypmod), 'base', format_type(t.oid, -1),
      'plain', t.typnamespace = 'pg_catalog'::regnamespace and t.typtype in ('b', 'r', 'm'),
      'is_enum', t.typtype = 'e',
      'unbounded', t.typlen = -1 and t.oid not in (1700, 869, 650, 1560) and not (
          t.oid in (1042, 1043) and a.atttypmod between 1 and 4004),
      'not_null', a.attnotnull, 'generated', a.attgenerated <> '',
      'identity', a.attidentity, 'has_default', a.atthasdef) as fact
    from pg_attribute a
    join base b on b.column_oid = a.attnum
    join pg_type t on t.oid = b.type_oid and t.typtype <> 'd'
   where a.attrelid = $1
),
keys as (
  select i.indexrelid, i.indisprimary,
         (select jsonb_agg(a.attname order by k.n)
            from unnest(i.indkey::int2[]) with ordinality k(num, n)
            join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.num
           where k.n <= i.indnkeyatts) as names
    from pg_index i
   where i.indrelid = $1 and i.indisunique and i.indisvalid and i.indpred is null
     and (i.indisprimary or i.indimmediate) and i.indexprs is null
     and not exists (select 1 from unnest(i.indkey::int2[]) with ordinality k(num, n)
                       join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.num
                      where k.n <= i.indnkeyatts and not a.attnotnull)
)
select jsonb_build_object(
  'oid', c.oid::int8, 'schema', n.nspname, 'name', c.relname,
  'quoted', quote_ident(n.nspname) || '.' || quote_ident(c.relname),
  'schema_quoted', quote_ident(n.nspname), 'schema_oid', n.oid::int8,
  'kind', c.relkind, 'persistence', c.relpersistence, 'attributes', c.relnatts,
  'owner', pg_get_userbyid(c.relowner),
  'owner_is_superuser', (select r.rolsuper from pg_roles r where r.oid = c.relowner),
  'owned_by_me', pg_has_role(c.relowner, 'usage'),
  'typed', c.reloftype <> 0,
  'ours', n.nspname in ('rowhouse', 'rowhouse_private', 'rowhouse_trail'),
  'system', n.nspname in ('pg_catalog', 'information_schema', 'pg_toast'),
  'extension', (select e.extname from pg_depend d join pg_extension e on e.oid = d.refobjid
                 where d.classid = 'pg_class'::regclass and d.objid = c.oid
                   and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'),
  'root', case when c.relispartition then pg_partition_root(c.oid)::oid::int8 end,
  'leaves', case when c.relkind = 'p' then coalesce(
     (select jsonb_agg(quote_ident(ln.nspname) || '.' || quote_ident(l.relname) order by 1)
        from pg_partition_tree(c.oid) p join pg_class l on l.oid = p.relid
        join pg_namespace ln on ln.oid = l.relnamespace where p.isleaf), '[]') else '[]' end,
  'foreign_leaves', case when c.relkind = 'p' then coalesce(
     (select jsonb_agg(l.relname order by 1) from pg_partition_tree(c.oid) p
        join pg_class l on l.oid = p.relid where l.relkind = 'f'), '[]') else '[]' end,
  'relatives', coalesce(
     (select jsonb_agg(distinct quote_ident(rn.nspname) || '.' || quote_ident(r.relname))
        from pg_inherits h
        join pg_class r on r.oid = case when h.inhparent = c.oid then h.inhrelid else h.inhparent end
        join pg_namespace rn on rn.oid = r.relnamespace
       where (h.inhparent = c.oid or h.inhrelid = c.oid)
         and c.relkind <> 'p' and not c.relispartition), '[]'),
  'row_security', c.relrowsecurity, 'forced', c.relforcerowsecurity,
  'columns', (select coalesce(jsonb_agg(fact order by num), '[]') from columns),
  'primary_key', (select names from keys where indisprimary),
  'unique_keys', (select coalesce(jsonb_agg(names order by
                    jsonb_array_length(names), indexrelid), '[]') from keys where not indisprimary),
  'policies', coalesce(
     (select jsonb_agg(jsonb_build_object('name', p.polname, 'permissive', p.polpermissive) order by p.polname)
        from pg_policy p where p.polrelid = c.oid), '[]'),
  'triggers', coalesce(
     (select jsonb_agg(jsonb_build_object('name', t.tgname,
               'before_update_row', t.tgtype & 1 = 1 and t.tgtype & 2 = 2 and t.tgtype & 16 = 16)
               order by t.tgname)
        from pg_trigger t where t.tgrelid = c.oid and not t.tgisinternal), '[]'),
  'rules', coalesce(
     (select jsonb_agg(r.rulename order by r.rulename) from pg_rewrite r
       where r.ev_class = c.oid and r.rulename <> '_RETURN'), '[]'),
  'sequences', coalesce(
     (select jsonb_agg(distinct quote_ident(sn.nspname) || '.' || quote_ident(s.relname))
        from (select d.refobjid from pg_attrdef ad
                join pg_depend d on d.classid = 'pg_attrdef'::regclass and d.objid = ad.oid
                                and d.refclassid = 'pg_class'::regclass
               where ad.adrelid = c.oid
               union all
              select d.objid from pg_attribute a
                join pg_depend d on d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass
                                and d.refobjid = a.attrelid and d.refobjsubid = a.attnum and d.deptype = 'i'
               where a.attrelid = c.oid and a.attidentity = 'd') x (oid)
        join pg_class s on s.oid = x.oid and s.relkind = 'S'
        join pg_namespace sn on sn.oid = s.relnamespace), '[]'),
  'children', coalesce(
     (select jsonb_agg(jsonb_build_object('name', quote_ident(fn.nspname) || '.' || quote_ident(f.relname),
               'oid', f.oid::int8, 'on_delete', k.confdeltype, 'on_update', k.confupdtype) order by f.relname)
        from pg_constraint k join pg_class f on f.oid = k.conrelid join pg_namespace fn on fn.oid = f.relnamespace
       where k.contype = 'f' and k.confrelid = c.oid and k.conparentid = 0), '[]'),
  'followed', coalesce(
     (select jsonb_agg(distinct a.attname) from pg_constraint k, unnest(k.confkey) f(num)
        join pg_attribute a on a.attrelid = $1 and a.attnum = f.num
       where k.contype = 'f' and k.confrelid = c.oid and k.confupdtype in ('c', 'n', 'd')), '[]'),
  'row_type_users', coalesce(
     (select jsonb_agg(u order by u) from (
        select 'function ' || p.oid::regprocedure as u from pg_proc p
         where c.reltype in (p.prorettype) or c.reltype = any (p.proargtypes)
            or c.reltype = any (coalesce(p.proallargtypes, '{}'))
            or (select t.typarray from pg_type t where t.oid = c.reltype) in (p.prorettype)) x), '[]'),
  'row_type_columns', coalesce(
     (select jsonb_agg(a.attrelid::regclass::text || '.' || a.attname order by 1) from pg_attribute a
       join pg_class r on r.oid = a.attrelid and r.relkind in ('r', 'p', 'm', 'c', 'f')
      where c.reltype <> 0 and not a.attisdropped and a.atttypid in (c.reltype,
        (select t.typarray from pg_type t where t.oid = c.reltype))), '[]'),
  'publications', coalesce(
     (select jsonb_agg(p.pubname order by p.pubname) from pg_publication p
       where p.puballtables or exists (select 1 from pg_publication_rel pr
             where pr.prpubid = p.oid and pr.prrelid = c.oid)), '[]'),
  'subscribed', exists (select 1 from pg_subscription_rel s where s.srrelid = c.oid),
  'bound_roles', coalesce(
     (select jsonb_agg(jsonb_build_object('name', x.name, 'reads', x.reads, 'writes', x.writes) order by x.name)
        from (select r.rolname as name, bool_or(g.privilege_type = 'SELECT') as reads,
                     bool_or(g.privilege_type = 'INSERT') as writes
                from aclexplode(c.relacl) g join pg_roles r on r.oid = g.grantee
               where not r.rolsuper and not r.rolbypassrls and r.oid <> c.relowner and r.rolname <> $2
               group by r.rolname) x where x.reads or x.writes), '[]'),
  'public_rights', coalesce(
     (select jsonb_agg(distinct g.privilege_type) from aclexplode(c.relacl) g where g.grantee = 0), '[]'),
  'public_users', coalesce(
     (select jsonb_agg(r.rolname order by r.rolname) from pg_roles r
       where r.rolcanlogin and not r.rolsuper and r.rolname <> $2
         and coalesce(shobj_description(r.oid, 'pg_authid'), '') not like 'Rowhouse: %'
         and has_database_privilege(r.oid, current_database(), 'connect')
         and not pg_has_role(r.oid, c.relowner, 'usage')
         and has_schema_privilege(r.oid, n.oid, 'usage')
         and not exists (select from aclexplode(c.relacl) g where g.grantee <> 0
                            and pg_has_role(r.oid, g.grantee, 'usage'))), '[]'),
  'our_grants', coalesce(
     (select jsonb_agg(jsonb_build_object('role', r.rolname, 'right', g.privilege_type,
               'column', g.column_name, 'grantable', g.is_grantable) order by r.rolname, g.privilege_type, g.column_name)
        from (select x.grantee, x.privilege_type, x.is_grantable, null as column_name
                from aclexplode(c.relacl) x
              union all
              select x.grantee, x.privilege_type, x.is_grantable, quote_ident(a.attname)
                from pg_attribute a, aclexplode(a.attacl) x
               where a.attrelid = c.oid and not a.attisdropped) g
        join pg_roles r on r.oid = g.grantee
       where r.rolname = any ($3) and r.oid <> c.relowner), '[]'),
  'schema_open', has_schema_privilege($2, n.oid, 'usage'),
  'schema_granted', coalesce((select jsonb_agg(r.rolname) from aclexplode(n.nspacl) g
      join pg_roles r on r.oid = g.grantee
     where r.rolname = any ($3) and g.privilege_type = 'USAGE'), '[]')
)::text
from pg_class c join pg_namespace n on n.oid = c.relnamespace
where c.oid = $1;
