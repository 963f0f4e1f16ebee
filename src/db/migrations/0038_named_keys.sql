-- Records whose key names a table, a type, a function or a role are deleted by that name.

set local role {{owner}};

-- Deletes one record under guard, as before: 1 when it is gone, 0 when it was not as the caller knew it. Names
-- are compared as numbers, which a text alone is not: it is said of what they are names.
create or replace function rowhouse.record_delete(p_table oid, p_key text[], p_version bigint, p_xmin text)
    returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    a rowhouse_private.adopted;
    v_where text;
    v_rows bigint;
begin
    if not (rowhouse_private.gate(p_table, 'delete') and rowhouse_private.gate(p_table, 'view')) then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'Your roles do not let you delete here.';
    end if;
    select * into a from rowhouse_private.adopted x where x.table_oid = p_table;
    if not found then
        raise exception using errcode = 'RH422', message = 'This table is not adopted.';
    elsif cardinality(p_key) is distinct from cardinality(a.key_columns)
          or array_position(p_key, null) is not null then
        raise exception using errcode = 'RH422', message = 'The key does not fit the table.';
    elsif p_xmin is null then
        raise exception using errcode = 'RH422', message = 'A delete names the version it means.';
    end if;
    if rowhouse_private.asked_of_login(p_table, '*rd') is not null
            and not rowhouse_private.is_seen(p_table, p_key, '*rd') then
        return 0; -- policies for the shared login do not bind the role that deletes for it
    end if;
    perform rowhouse_private.check_reach(p_table, 'delete');
    select string_agg(format('t.%I = %L%s', k.name, k.value,
               case when y.typnamespace = 'pg_catalog'::regnamespace and y.typname ^@ 'reg'
                    then '::pg_catalog.' || y.typname end), ' and ')
      into v_where
      from unnest(a.key_columns, p_key) k(name, value)
      join pg_attribute x on x.attrelid = p_table and x.attname = k.name
      join pg_type y on y.oid = x.atttypid;
    v_where := format('%s and t.xmin::text = %L', v_where, p_xmin);
    if a.version_column is not null then
        v_where := format('%s and t.%I is not distinct from %L', v_where, a.version_column, p_version);
    end if;
    -- The table's own triggers rely on a path, and the caller's is not to be trusted: the owner's.
    perform set_config('search_path', coalesce(a.state ->> 'search_path', 'pg_catalog') || ', pg_temp', true);
    execute format('delete from %s as t where %s', p_table::regclass, v_where);
    get diagnostics v_rows = row_count;
    if v_rows > 1 then
        raise exception using errcode = 'RH422', message = 'The key names more than one row.';
    end if;
    return v_rows;
end $$;
