-- Runs: changes of many rows that were asked for at once. The numbers of their saves share all but the
-- last eight digits, so that one's own changes tell a run in one line and take it back as one.

set local role {{trail}};

-- The run that a save belongs to: the beginning of its number, where that is made like one of a run's.
create function rowhouse_trail.run_of(p_request uuid) returns text
    language sql immutable parallel safe
    as $$ select case when p_request::text like '________-____-8___-8%' then left(p_request::text, 28) end $$;
grant execute on function rowhouse_trail.run_of(uuid) to {{owner}};

-- Where a run began: a row for each table and verb, because triggers and references take others along.
create table rowhouse_trail.run (
    tenant_id   bigint not null,         -- whose
    account_id  bigint not null,         -- who asked for it
    run         text not null,           -- what its numbers begin with
    table_oid   oid not null,            -- the table
    verb        text not null,           -- what was done
    entry_id    bigint not null,         -- the first entry of it
    depth       integer not null,        -- 0: asked for; more: something else did it in between
    at          timestamptz not null,    -- when that was
    primary key (tenant_id, account_id, run, table_oid, verb)
);
create index run_newest on rowhouse_trail.run (tenant_id, account_id, entry_id);
grant select on rowhouse_trail.run to {{owner}};
create trigger append_only before update or delete on rowhouse_trail.run
    for each row execute function rowhouse_trail.refuse_change();
create trigger append_only_truncate before truncate on rowhouse_trail.run
    for each statement execute function rowhouse_trail.refuse_change();

-- Notes where a run begins. Two triggers are above a row that was asked for: the table's, and this one.
create function rowhouse_trail.note_run() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp
    as $$
begin
    insert into rowhouse_trail.run (tenant_id, account_id, run, table_oid, verb, entry_id, depth, at)
        values (new.tenant_id, new.account_id, rowhouse_trail.run_of(new.request_id), new.table_oid, new.verb,
                new.id, pg_trigger_depth() - 2, new.at)
        on conflict do nothing;
    return null;
end $$;
create trigger note_run after insert on rowhouse_trail.entry for each row
    when (new.request_id::text like '________-____-8___-8%' and new.account_id is not null
          and new.table_oid is not null)
    execute function rowhouse_trail.note_run();

-- One's own changes are found past any run, and a run's past everything else.
drop index rowhouse_trail.entry_account;
create index entry_account on rowhouse_trail.entry (tenant_id, account_id, id)
    where kind = 'record' and account_id is not null and rowhouse_trail.run_of(request_id) is null;
create index entry_run on rowhouse_trail.entry (tenant_id, account_id, request_id, id)
    where kind = 'record' and account_id is not null and rowhouse_trail.run_of(request_id) is not null;

set local role {{owner}};

-- A record has few names: with a guess of a thousand the whole trail was read for each change.
alter function rowhouse_private.record_line(bigint, oid, text[]) rows 1;

-- The asking person's own changes but for runs, the newest first, and who touched the same since.
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
            select e.*, rowhouse_private.key_now(c.tenant_id, e.table_oid, coalesce(e.new_key, e.record_key),
                                                 e.id) as now_key
              from rowhouse_trail.entry e
             where e.tenant_id = c.tenant_id and e.account_id = c.account_id and e.kind = 'record'
               and rowhouse_trail.run_of(e.request_id) is null
               and e.id < v_before and e.table_oid = any (v_tables) and e.record_key is not null
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
             where rowhouse_private.may_read_line(c.tenant_id, o.table_oid, o.now_key)
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

-- A run's entries of one table and verb that may be told to the asking person, in the order in which they
-- were saved, after one of them; with the names that the records have now. Nobody else's run has any.
create function rowhouse_private.run_entries(p_tenant bigint, p_account bigint, p_run text, p_table oid,
        p_verb text, p_after_request uuid, p_after bigint, p_limit integer, out entry rowhouse_trail.entry,
        out now_key text[], out told boolean)
    returns setof record
    language plpgsql stable
    as $$
declare
    v_judged boolean := rowhouse_private.judged_by_others(p_table);
begin
    for entry in
        select e.* from rowhouse_trail.entry e
         where e.tenant_id = p_tenant and e.account_id = p_account and e.kind = 'record'
           and rowhouse_trail.run_of(e.request_id) is not null
           and e.request_id between (p_run || '00000000')::uuid and (p_run || 'ffffffff')::uuid
           and (e.request_id, e.id) > (p_after_request, p_after)
           and e.table_oid = p_table and e.verb = p_verb and e.record_key is not null
         order by e.request_id, e.id limit p_limit
    loop
        told := true;
        if v_judged then
            now_key := rowhouse_private.key_now(p_tenant, p_table, coalesce(entry.new_key, entry.record_key), entry.id);
            told := rowhouse_private.may_read_line(p_tenant, p_table, now_key);
        end if;
        return next;
    end loop;
end $$;

-- The asking person's own runs, the newest first: how many records, and what was set in them. Where there
-- are more than are counted, is_more says so, and nothing is said of all.
create function rowhouse.my_runs(p_before bigint, p_limit integer)
    returns table (id bigint, run text, at timestamptz, table_oid oid, verb text, row_count integer,
        is_more boolean, columns text[], set_values jsonb)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
    v_limit integer := least(greatest(coalesce(p_limit, 20), 1), 100);
    v_before bigint := coalesce(p_before, 9223372036854775807);
    v_tables oid[] := rowhouse_private.viewable();
    v_most integer;
    v_readable text[];
    r record;
begin
    for r in
        select x.* from rowhouse_trail.run x
         where x.tenant_id = c.tenant_id and x.account_id = c.account_id and x.entry_id < v_before
           and x.table_oid = any (v_tables)
           and not exists (select from rowhouse_trail.run o
                            where o.tenant_id = x.tenant_id and o.account_id = x.account_id and o.run = x.run
                              and (o.depth, o.entry_id) < (x.depth, x.entry_id))
         order by x.entry_id desc limit v_limit
    loop
        -- Where each record has to be looked at, fewer are.
        v_most := case when rowhouse_private.judged_by_others(r.table_oid) then 100 else 1000 end;
        v_readable := rowhouse_private.readable(r.table_oid);
        id := r.entry_id;
        run := r.run;
        at := r.at;
        table_oid := r.table_oid;
        verb := r.verb;
        with picked as materialized (
            select x.told, (x.entry).columns, (x.entry).new_values, (x.entry).at
              from rowhouse_private.run_entries(c.tenant_id, c.account_id, r.run, r.table_oid, r.verb,
                       '00000000-0000-0000-0000-000000000000', 0, v_most + 1) x
        ), stamped as (
            select coalesce(rowhouse_private.stamps(p.new_values, p.at), '{}') as stamps
              from picked p where p.told and r.verb = 'update' and p.new_values is not null limit 1
        ), fields as (
            select u.name, count(*) as n, count(distinct p.new_values -> u.name) as kinds,
                   (array_agg(p.new_values -> u.name))[1] as value
              from picked p cross join unnest(p.columns) u(name)
             where p.told and r.verb = 'update' and u.name = any (v_readable)
               and u.name <> all (coalesce((select s.stamps from stamped s), '{}'))
             group by u.name
        )
        select (select count(*) filter (where p.told) from picked p), (select count(*) > v_most from picked p),
               array(select f.name from fields f order by f.name),
               (select rowhouse_private.shown(jsonb_object_agg(f.name, f.value), v_readable, 200)
                  from fields f where f.kinds = 1)
          into row_count, is_more, columns, set_values;
        row_count := least(row_count, v_most);
        if is_more then
            set_values := null;
        end if;
        if row_count > 0 or is_more then
            return next;
        end if;
    end loop;
end $$;

-- What one's own run did to each record, in the order of its saves and after one of them, with who touched
-- the same since; "along" tells that other records went with one that was deleted, or were changed by it.
create function rowhouse.my_run(p_run text, p_table oid, p_verb text, p_after_request text, p_after bigint,
        p_limit integer)
    returns table (id bigint, request text, record_key text[], old_values jsonb, new_values jsonb,
        withheld integer, along boolean, touched_verb text, touched_columns text[], touched_at timestamptz,
        touched_by text, touched_mine boolean)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
    v_limit integer := least(greatest(coalesce(p_limit, 200), 1), 500);
    v_readable text[];
begin
    perform rowhouse_private.need_view(p_table);
    if p_run is null or p_run !~ '^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{4}$' then
        perform rowhouse_private.bad('A run is named by the first 24 digits of its numbers.');
    end if;
    v_readable := rowhouse_private.readable(p_table);
    return query
        with page as materialized (
            select (x.entry).*, x.told,
                   coalesce(x.now_key, rowhouse_private.key_now(c.tenant_id, p_table,
                       coalesce((x.entry).new_key, (x.entry).record_key), (x.entry).id)) as now_key
              from rowhouse_private.run_entries(c.tenant_id, c.account_id, p_run, p_table, p_verb,
                       case when p_after_request is null then '00000000-0000-0000-0000-000000000000'
                            else rowhouse_private.request_uuid(p_after_request) end,
                       coalesce(p_after, 0), v_limit) x
        ), mine as materialized (
            select g.*, g.verb = 'update' and g.columns is not null as partial,
                   array(select x from unnest(v_readable) x where x <> all (s.stamps)) as wanted,
                   array(select x from unnest(g.columns) x where x <> all (s.stamps)) as meant
              from page g
             cross join lateral (
                   select case when g.verb = 'update' and g.new_values is not null
                               then rowhouse_private.stamps(g.new_values, g.at) else '{}' end as stamps) s
        )
        -- What may not be told is a place to go on from, and nothing else.
        select m.id, m.request_id::text, case when m.told then m.now_key end,
               case when m.told then rowhouse_private.shown(m.old_values, m.wanted, 2147483647) end,
               case when m.told then rowhouse_private.shown(m.new_values, m.wanted, 2147483647) end,
               case when m.told then rowhouse_private.withheld(m.columns, coalesce(m.new_values, m.old_values),
                                                               v_readable) else 0 end,
               m.told and m.verb = 'delete' and exists (
                   select from rowhouse_trail.entry o
                    where o.tenant_id = c.tenant_id and o.account_id = c.account_id and o.kind = 'record'
                      and rowhouse_trail.run_of(o.request_id) is not null and o.request_id = m.request_id
                      and o.table_oid <> p_table
                      and (o.verb = 'delete' or o.verb = 'update' and exists (
                              select from pg_catalog.pg_constraint k
                               where k.contype = 'f' and k.conrelid = o.table_oid and k.confrelid = p_table))),
               t.verb,
               array(select x from unnest(t.columns) x
                      where x = any (m.wanted) and (not m.partial or x = any (m.meant))),
               t.at, coalesce(t.username, t.db_user), t.account_id is not distinct from c.account_id
          from mine m
          left join lateral (
                select x.* from rowhouse_private.entries_of(c.tenant_id, p_table, m.now_key, m.id) x
                 where m.told and (not m.partial or x.columns is null or x.columns && m.meant)
                 order by x.id desc limit 1) t on true
         order by m.request_id, m.id;
end $$;

grant execute on function rowhouse.my_runs(bigint, integer),
    rowhouse.my_run(text, oid, text, text, bigint, integer) to {{client}};
