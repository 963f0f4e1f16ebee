-- What of a table ($1) crosses tenants, when the column $2 holds them.
with us as (
    select a.attnum, a.attname from pg_attribute a
     where a.attrelid = $1 and a.attname = $2 and a.attnum > 0 and not a.attisdropped
), keys as (
    select x.relname as name, i.indisprimary as primary,
           array(select a.attname::text from unnest(i.indkey::int2[]) with ordinality k(n, place)
                   join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.n
                  where k.place <= i.indnkeyatts order by k.place) as columns,
           exists (select from pg_constraint c where c.conindid = i.indexrelid and c.contype in ('p', 'u')) as constraint,
           i.indnkeyatts = 1 and exists (
               select from pg_attribute a
                 left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
                where a.attrelid = i.indrelid and a.attnum = i.indkey[0]
                  and (a.attidentity <> '' or pg_get_expr(d.adbin, d.adrelid) ~ 'nextval\(|gen_random_uuid\(|uuid_generate')) as surrogate
      from pg_index i join pg_class x on x.oid = i.indexrelid
     where i.indrelid = $1 and i.indisunique and i.indisvalid
       and not exists (select from us where us.attnum = any (i.indkey::int2[]))
     order by x.relname
), links as (
    select c.conname as name, format('%I.%I', s.nspname, r.relname) as target, r.relname as target_name,
           t.name as target_tenant,
           array(select a.attname::text from unnest(c.confkey) with ordinality k(n, place)
                   join pg_attribute a on a.attrelid = c.confrelid and a.attnum = k.n order by k.place) as target_columns,
           regexp_replace(regexp_replace(pg_get_constraintdef(c.oid),
               '^FOREIGN KEY \(([^)]*)\) REFERENCES ([^(]+)\(([^)]*)\)',
               format('FOREIGN KEY (%I, \1) REFERENCES \2(%I, \3)', us.attname, t.name)),
               ' NOT VALID$', '') as definition
      from pg_constraint c
      join pg_class r on r.oid = c.confrelid
      join pg_namespace s on s.oid = r.relnamespace
     cross join us
     cross join lateral (
           select coalesce((select a.tenant_column from rowhouse_private.adopted a where a.table_oid = r.oid),
                           (select a.attname::text from pg_attribute a
                             where a.attrelid = r.oid and a.attname = us.attname and a.attnum > 0
                               and not a.attisdropped)) as name) t
     where c.conrelid = $1 and c.contype = 'f' and t.name is not null and us.attnum <> all (c.conkey)
     order by c.conname
)
select json_build_object(
    'partitions', exists (select from us, pg_partitioned_table p
                           where p.partrelid in ($1, coalesce(pg_partition_root($1), $1))
                             and us.attnum = any (p.partattrs::int2[])),
    'indexed', exists (select from us, pg_index i
                        where i.indrelid = $1 and i.indisvalid and i.indkey[0] = us.attnum),
    'missing', array(select t.name from rowhouse_private.tenant t where t.value is null and t.active order by 1),
    'wrong', array(select t.name from rowhouse_private.tenant t
                    where t.value is not null and exists (select from us)
                      and not rowhouse_private.reads_as($1, $2, t.value) order by 1),
    'uniques', coalesce((select json_agg(k) from keys k), '[]'),
    'references', coalesce((select json_agg(l) from links l), '[]'))::text
