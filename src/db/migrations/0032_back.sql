-- Bringing back: all that a deletion took along, and what it made others let go of, for several deleted
-- records at once.

set local role {{owner}};

-- What referred to a record that was deleted, or to one that went with it, and was made to refer to nothing
-- or to the default: what it held before and since, of the columns that changed. A greater depth needs a
-- smaller one to be there.
create function rowhouse_private.let_go(p_tenant bigint, p_table oid, p_key text[], p_id bigint)
    returns table (id bigint, table_oid oid, record_key text[], old_values jsonb, new_values jsonb, depth integer)
    language sql stable
    as $$
    select distinct on (d.id) d.id, d.table_oid, coalesce(d.new_key, d.record_key), v.before, v.since, g.depth + 1
      from rowhouse_private.gone_with(p_tenant, p_table, p_key, p_id) g
      join pg_catalog.pg_constraint k
        on k.contype = 'f' and k.confrelid = g.table_oid and k.confdeltype in ('n', 'd')
      join rowhouse_trail.entry d
        on d.tenant_id = p_tenant and d.kind = 'record' and d.verb = 'update' and d.table_oid = k.conrelid
       and d.record_key is not null
       and d.xact = (select e.xact from rowhouse_trail.entry e
                      where e.tenant_id = p_tenant and e.table_oid = p_table and e.kind = 'record' and e.id = p_id
                        and hash_array_extended(e.record_key, 0) = hash_array_extended(p_key, 0))
     cross join lateral (
           select jsonb_object_agg(ca.attname, d.old_values -> ca.attname::text) as before,
                  jsonb_object_agg(ca.attname, d.new_values -> ca.attname::text) as since,
                  bool_and(d.old_values ->> ca.attname = g.old_values ->> pa.attname) as referred
             from unnest(k.conkey, k.confkey) u(child, parent)
             join pg_catalog.pg_attribute ca on ca.attrelid = k.conrelid and ca.attnum = u.child
             join pg_catalog.pg_attribute pa on pa.attrelid = k.confrelid and pa.attnum = u.parent
            where ca.attname = any (d.columns)) v
     where v.referred
     order by d.id, g.depth $$;

drop function rowhouse.deleted_record(oid, text[], bigint);

-- Deleted records of a table with all their values, and what went with each: "place" counts the records
-- asked for, and "over_values" is given for what still is there and was made to let go. Within a place the
-- order is one in which all can be brought back. "more" tells whose own deletion it was that others went
-- along which may not be told, or for another reason than a reference.
create function rowhouse.what_went(p_table oid, p_deletions jsonb)
    returns table (place integer, table_oid oid, record_key text[], old_values jsonb, over_values jsonb,
        withheld integer, depth integer, more boolean)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
    v_tables oid[];
    v_judged boolean;
    d record;
begin
    perform rowhouse_private.need_view(p_table);
    if jsonb_typeof(p_deletions) is distinct from 'array' or jsonb_array_length(p_deletions) > 500 then
        perform rowhouse_private.bad('At most 500 deletions are asked for at once.');
    end if;
    v_judged := rowhouse_private.judged_by_others(p_table);
    v_tables := rowhouse_private.viewable();
    for d in select q.id, q.key, q.place
               from rows from (jsonb_to_recordset(p_deletions) as (id bigint, key text[])) with ordinality
                    as q(id, key, place)
              order by q.place
    loop
        continue when v_judged and not rowhouse_private.may_read_line(c.tenant_id, p_table, d.key);
        return query
            with gone as materialized (
                select * from rowhouse_private.gone_with(c.tenant_id, p_table, d.key, d.id)
            ), loose as materialized (
                select * from rowhouse_private.let_go(c.tenant_id, p_table, d.key, d.id)
            ), told as materialized (
                select x.table_oid, x.record_key, x.old_values, null::jsonb as over_values, x.depth
                  from gone x
                 where x.table_oid = any (v_tables) and rowhouse_private.could_see(x.table_oid, x.old_values)
                 union all
                select x.table_oid, x.record_key, x.old_values, x.new_values, x.depth
                  from loose x
                 where x.table_oid = any (v_tables)
                   and (not rowhouse_private.judged_by_others(x.table_oid)
                        or rowhouse_private.is_seen(x.table_oid, x.record_key))
                 limit 2000
            ), own as (
                select e.* from rowhouse_trail.entry e
                 where e.tenant_id = c.tenant_id and e.table_oid = p_table and e.kind = 'record' and e.id = d.id
                   and hash_array_extended(e.record_key, 0) = hash_array_extended(d.key, 0)
                   and e.account_id = c.account_id and e.request_id is not null
            )
            select d.place::integer, t.table_oid, t.record_key,
                   rowhouse_private.shown(t.old_values, r.readable, 2147483647),
                   rowhouse_private.shown(t.over_values, r.readable, 2147483647),
                   case when t.over_values is null
                        then rowhouse_private.withheld(null, t.old_values, r.readable) else 0 end,
                   t.depth,
                   t.depth = 0 and exists (
                       select from own
                        where (select count(*) from told) < (select count(*) from gone) + (select count(*) from loose)
                           or exists (select from rowhouse_trail.entry o
                                       where o.tenant_id = own.tenant_id and o.xact = own.xact and o.kind = 'record'
                                         and o.verb = 'delete' and o.request_id = own.request_id
                                         and o.id not in (select g.id from gone g)))
              from told t
             cross join lateral (select rowhouse_private.readable(t.table_oid) as readable) r
             order by t.depth, t.over_values is not null, t.table_oid, t.record_key;
    end loop;
end $$;
grant execute on function rowhouse.what_went(oid, jsonb) to {{client}};

-- Whether an entry came of deleting another record in the same save: it referred to that one, and went with
-- it or had to let go of it.
create function rowhouse_private.went_along(e rowhouse_trail.entry) returns boolean
    language sql stable
    as $$
    select e.verb in ('delete', 'update') and e.request_id is not null and exists (
           select from pg_catalog.pg_constraint k
             join rowhouse_trail.entry g
               on g.tenant_id = e.tenant_id and g.xact = e.xact and g.kind = 'record' and g.verb = 'delete'
              and g.table_oid = k.confrelid and g.request_id = e.request_id and g.id <> e.id
            where k.contype = 'f' and k.conrelid = e.table_oid
              and (e.verb = 'delete' or k.confdeltype in ('n', 'd'))
              and (select coalesce(bool_and(e.old_values ->> ca.attname = g.old_values ->> pa.attname), false)
                     from unnest(k.conkey, k.confkey) u(child, parent)
                     join pg_catalog.pg_attribute ca on ca.attrelid = k.conrelid and ca.attnum = u.child
                     join pg_catalog.pg_attribute pa on pa.attrelid = k.confrelid and pa.attnum = u.parent
                    where e.verb = 'delete' or ca.attname = any (e.columns))) $$;

-- The asking person's own changes but for runs and for what only went along with one of them, the newest
-- first, and who touched the same since. A page is full of what may be read: records that are hidden by now
-- are left out before they are counted.
create or replace function rowhouse.my_changes(p_before bigint, p_limit integer)
    returns table (id bigint, table_oid oid, at timestamptz, verb text, version bigint,
        record_key text[], old_values jsonb, new_values jsonb, withheld integer, station text,
        touched_verb text, touched_columns text[], touched_at timestamptz, touched_by text, touched_mine boolean)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
    v_limit integer := least(greatest(coalesce(p_limit, 20), 1), 100);
    v_before bigint := coalesce(p_before, 9223372036854775807);
    v_tables oid[] := rowhouse_private.viewable();
begin
    return query
        with own as materialized (
            select e.*, k.now_key
              from (select x.*, x as entry from rowhouse_trail.entry x
                     where x.tenant_id = c.tenant_id and x.account_id = c.account_id and x.kind = 'record'
                       and rowhouse_trail.run_of(x.request_id) is null
                       and x.id < v_before and x.table_oid = any (v_tables) and x.record_key is not null
                     -- In this order and one by one, so that no more are judged than are shown.
                     order by x.id desc limit 20000) e
             cross join lateral (select rowhouse_private.key_now(c.tenant_id, e.table_oid,
                                            coalesce(e.new_key, e.record_key), e.id) as now_key offset 0) k
             where not rowhouse_private.went_along(e.entry)
               and rowhouse_private.may_read_line(c.tenant_id, e.table_oid, k.now_key)
             order by e.id desc limit v_limit
        ), mine as materialized (
            select o.*, r.readable, o.verb = 'update' and o.columns is not null as partial,
                   array(select x from unnest(r.readable) x where x <> all (s.stamps)) as wanted,
                   array(select x from unnest(o.columns) x where x <> all (s.stamps)) as meant
              from own o
             cross join lateral (select rowhouse_private.readable(o.table_oid) as readable) r
             cross join lateral (
                   select case when o.verb = 'update' and o.new_values is not null
                               then rowhouse_private.stamps(o.new_values, o.at) else '{}' end as stamps) s
        )
        select m.id, m.table_oid, m.at, m.verb, m.version, m.now_key,
               rowhouse_private.shown(m.old_values, m.wanted, 2147483647),
               rowhouse_private.shown(m.new_values, m.wanted, 2147483647),
               rowhouse_private.withheld(m.columns, coalesce(m.new_values, m.old_values), m.readable),
               coalesce(m.station, ''), t.verb,
               array(select x from unnest(t.columns) x
                      where x = any (m.wanted) and (not m.partial or x = any (m.meant))),
               t.at, coalesce(t.username, t.db_user), t.account_id is not distinct from c.account_id
          from mine m
          left join lateral (
                select x.* from rowhouse_private.entries_of(c.tenant_id, m.table_oid, m.now_key, m.id) x
                 where not m.partial or x.columns is null or x.columns && m.meant
                 order by x.id desc limit 1) t on true
         order by m.id desc;
end $$;
