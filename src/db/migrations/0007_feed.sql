-- What changed since, gap-free by snapshot, and who changed a record last.

set local role {{owner}};

-- The adopted tables that the asking person may view; raises when nobody is signed in.
create function rowhouse_private.viewable() returns oid[]
    language sql stable
    as $$ select coalesce(array_agg(m.table_oid), '{}') from rowhouse.my_tables() m where m.can_view $$;

-- Everything committed since the cursor on tables the person may view. Gives at least one row: the
-- new cursor. A cursor of before a restore, or more than p_limit changes, gives "truncate" without a
-- key, which means: read again (without a table: everything).
create function rowhouse.feed(p_cursor text, p_limit integer) returns table (cursor text, table_oid oid,
        record_key text[], verb text, username text, display_name text, at timestamptz,
        version bigint, mine boolean)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
    v_epoch text := (select i.epoch::text from rowhouse_private.installation i);
    v_now pg_snapshot := pg_current_snapshot();
    v_cursor text := v_epoch || '/' || v_now::text;
    v_before pg_snapshot;
    v_tables oid[];
    v_limit integer := least(greatest(coalesce(p_limit, 500), 1), 5000);
    v_found bigint;
begin
    if p_cursor is null then
        return query select v_cursor, null::oid, null::text[], null::text, null::text, null::text,
                            null::timestamptz, null::bigint, null::boolean;
        return;
    elsif split_part(p_cursor, '/', 1) <> v_epoch then
        return query select v_cursor, null::oid, null::text[], 'truncate', null::text, null::text,
                            null::timestamptz, null::bigint, false;
        return;
    elsif split_part(p_cursor, '/', 2) !~ '^[0-9]{1,20}:[0-9]{1,20}:([0-9]{1,20}(,[0-9]{1,20})*)?$' then
        perform rowhouse_private.bad('This is not a cursor of the feed.');
    end if;
    v_before := split_part(p_cursor, '/', 2)::pg_snapshot;
    v_tables := rowhouse_private.viewable();
    select count(*) into v_found from (
        select from rowhouse_trail.entry e
         where e.tenant_id = c.tenant_id and e.xact >= pg_snapshot_xmin(v_before)
           and not pg_visible_in_snapshot(e.xact, v_before) and e.kind = 'record'
           and e.table_oid = any (v_tables) limit v_limit + 1) f;
    if v_found = 0 then
        return query select v_cursor, null::oid, null::text[], null::text, null::text, null::text,
                            null::timestamptz, null::bigint, null::boolean;
    elsif v_found > v_limit then
        return query select v_cursor, t, null::text[], 'truncate', null::text, null::text,
                            null::timestamptz, null::bigint, false from unnest(v_tables) t;
    else
        return query
            select v_cursor, e.table_oid, e.record_key, e.verb, coalesce(e.username, e.db_user),
                   coalesce(a.display_name, e.username, e.db_user), e.at, e.version,
                   e.session_id is not distinct from c.session_id
              from rowhouse_trail.entry e
              left join rowhouse_private.account a on a.account_id = e.account_id
             where e.tenant_id = c.tenant_id and e.xact >= pg_snapshot_xmin(v_before)
               and not pg_visible_in_snapshot(e.xact, v_before) and e.kind = 'record'
               and e.table_oid = any (v_tables)
             order by e.id;
    end if;
end $$;

-- The newest change of one record, deleted ones too; no row when there is none.
create function rowhouse.last_change(p_table oid, p_key text[]) returns table (verb text, username text,
        display_name text, station text, at timestamptz, version bigint, columns text[])
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
begin
    if not rowhouse.may(p_table, 'view') then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'Your roles do not let you view this table.';
    end if;
    return query
        select e.verb, coalesce(e.username, e.db_user), coalesce(a.display_name, e.username, e.db_user),
               e.station, e.at, e.version, e.columns
          from rowhouse_trail.entry e
          left join rowhouse_private.account a on a.account_id = e.account_id
         where e.tenant_id = c.tenant_id and e.table_oid = p_table and e.kind = 'record'
           and hash_array_extended(e.record_key, 0) = hash_array_extended(p_key, 0)
           and e.record_key = p_key
         order by e.id desc limit 1;
end $$;

grant execute on function rowhouse.feed(text, integer), rowhouse.last_change(oid, text[]) to {{client}};
