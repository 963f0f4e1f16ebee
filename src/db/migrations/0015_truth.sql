-- Why a save changed nothing: followed keys, deletions, rights and policies told apart.

set local role {{owner}};

-- A record's key after a change: the new values of its columns, where they changed.
create function rowhouse_private.key_after(p_key text[], p_new jsonb, p_names text[]) returns text[]
    language sql immutable parallel safe
    as $$ select array_agg(case when p_new ? k.name then p_new ->> k.name else k.value end order by k.n)
            from unnest(p_names, p_key) with ordinality k(name, value, n) $$;

-- What became of a record since somebody read it, by the trail. One row "now": under which key it is,
-- its newest change since (verb null: none), "delete" or "truncate" when it is gone. A second row
-- "after" when another record was created under its old key since. One row "denied" where the asking
-- person may not view the table, or may not see the record as it is now. p_xmin names the state that was
-- read; it can be guessed, so it proves nothing.
create function rowhouse.what_became(p_table oid, p_key text[], p_xmin text)
    returns table (kind text, record_key text[], verb text, username text, display_name text,
                   station text, at timestamptz)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    rows 1
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
    v_names text[] := (select a.key_columns from rowhouse_private.adopted a where a.table_oid = p_table);
    v_now numeric := pg_snapshot_xmax(pg_current_snapshot())::text::numeric;
    v_low numeric;
    v_read xid8;
    v_since bigint;
    v_key text[] := p_key;
    v_left bigint;
    e record;
    l record;
    v_gone boolean := false;
begin
    if not rowhouse.may(p_table, 'view') then
        return query select 'denied', null::text[], null::text, null::text, null::text, null::text,
                            null::timestamptz;
        return;
    elsif p_xmin !~ '^[0-9]{1,10}$' or cardinality(p_key) is distinct from cardinality(v_names) then
        perform rowhouse_private.bad('A record is named by its key and the state that was read.');
    end if;
    -- A row's transaction number is cut to 32 bits; the trail keeps it whole.
    v_low := trunc(v_now / 4294967296) * 4294967296 + p_xmin::numeric;
    v_read := greatest(case when v_low > v_now then v_low - 4294967296 else v_low end, 0)::text::xid8;
    -- The change that wrote the state which was read. None is there where the row was written without
    -- being changed, in a nested transaction, or before the table was adopted.
    select max(x.id) into v_since from rowhouse_trail.entry x
     where x.tenant_id = c.tenant_id and x.xact = v_read and x.table_oid = p_table and x.kind = 'record'
       and (x.record_key = p_key or x.columns && v_names
                and rowhouse_private.key_after(x.record_key, x.new_values, v_names) = p_key);
    for step in 1 .. 1000 loop
        select x.id, x.verb, x.columns, x.new_values, x.account_id, x.username, x.db_user, x.station, x.at
          into e from rowhouse_trail.entry x
         where x.tenant_id = c.tenant_id and x.table_oid = p_table and x.kind = 'record'
           and (hash_array_extended(x.record_key, 0) = hash_array_extended(v_key, 0) and x.record_key = v_key
                or x.record_key is null and hash_array_extended(x.record_key, 0) is null)
           and case when v_since is null then x.xact > v_read else x.id > v_since end
         order by x.id limit 1;
        exit when not found;
        v_since := e.id;
        l := e;
        v_gone := e.verb in ('delete', 'truncate');
        exit when v_gone;
        if e.columns && v_names then
            v_left := coalesce(v_left, e.id);
            v_key := rowhouse_private.key_after(v_key, e.new_values, v_names);
        end if;
    end loop;
    -- Where others judge, it is told only of a record that is there and seen.
    if rowhouse_private.judged_by_others(p_table)
            and (v_gone or not rowhouse_private.is_seen(p_table, v_key)) then
        return query select 'denied', null::text[], null::text, null::text, null::text, null::text,
                            null::timestamptz;
        return;
    end if;
    if l is null then
        return query select 'now', v_key, null::text, null::text, null::text, null::text, null::timestamptz;
        return;
    end if;
    return query
        select 'now', v_key, l.verb, coalesce(l.username, l.db_user),
               coalesce((select a.display_name from rowhouse_private.account a where a.account_id = l.account_id),
                        l.username, l.db_user), l.station, l.at;
    if not v_gone then
        return;
    end if;
    v_left := coalesce(v_left, l.id);
    return query
        select 'after', p_key, x.verb, coalesce(x.username, x.db_user),
               coalesce(a.display_name, x.username, x.db_user), x.station, x.at
          from rowhouse_trail.entry x
          left join rowhouse_private.account a on a.account_id = x.account_id
         where x.tenant_id = c.tenant_id and x.table_oid = p_table and x.kind = 'record' and x.id > v_left
           and hash_array_extended(x.record_key, 0) = hash_array_extended(p_key, 0)
           and x.record_key = p_key and x.verb = 'insert'
         order by x.id desc limit 1;
end $$;

grant execute on function rowhouse.what_became(oid, text[], text) to {{client}};
