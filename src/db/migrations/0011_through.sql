-- Writing through a function of the table's owner, for tables whose own triggers need rights that the
-- shared login must not have. `rowhouse adopt --through-owner` makes one such function per table.

set local role {{owner}};

-- Which adopted tables are written so.
create function rowhouse.writes_through(p_table oid) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select coalesce((select (a.state ->> 'through')::boolean from rowhouse_private.adopted a
                            where a.table_oid = p_table), false) $$;

-- Raises unless the shared login may name these columns in this way.
create function rowhouse_private.check_columns(p_table oid, p_columns text[], p_right text) returns void
    language plpgsql stable set search_path = pg_catalog, pg_temp
    as $$
declare
    v_column text;
begin
    select c into v_column from unnest(p_columns) c
     where not coalesce(has_column_privilege({{client_name}}, p_table, c, p_right), false) limit 1;
    if found then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = format('Nobody may %s %I here.', p_right, v_column);
    end if;
end $$;

-- Writes one record under guard and answers with it as it is now; no row when the guard missed. The
-- values are texts that the columns read, as in a statement; null for NULL.
create function rowhouse.record_write(p_table oid, p_verb text, p_key text[], p_version bigint,
        p_xmin text, p_columns text[], p_values text[], p_defaults text[], p_returning text[])
    returns table (row_version text, row_xmin text, row_values text[])
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    a rowhouse_private.adopted;
    v_rows bigint;
begin
    if p_verb is null or p_verb not in ('insert', 'update', 'delete')
            or cardinality(p_columns) is distinct from cardinality(p_values) then
        raise exception using errcode = 'RH422', message = 'A change is an insert, an update or a delete.';
    elsif not rowhouse_private.gate(p_table, p_verb)
            or not rowhouse_private.gate(p_table, 'view')
               and (p_verb <> 'insert' or cardinality(p_returning) > 0) then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = format('Your roles do not let you %s here.', p_verb);
    end if;
    select * into a from rowhouse_private.adopted x where x.table_oid = p_table;
    if not found or not rowhouse.writes_through(p_table) then
        raise exception using errcode = 'RH422', message = 'This table is written directly.';
    elsif p_verb <> 'insert' and (p_xmin is null or array_position(p_key, null) is not null
            or cardinality(p_key) is distinct from cardinality(a.key_columns)) then
        raise exception using errcode = 'RH422', message = 'The key does not fit the table.';
    end if;
    if p_verb = 'delete' then
        perform rowhouse_private.check_reach(p_table, 'delete');
    else
        perform rowhouse_private.check_columns(p_table, p_columns || p_defaults, p_verb);
    end if;
    perform rowhouse_private.check_columns(p_table, p_returning, 'select');
    return query execute format('select * from rowhouse_private.write_%s($1, $2, $3, $4, $5, $6, $7, $8)', p_table)
        using p_verb, p_key, p_version, p_xmin, p_columns, p_values, p_defaults, p_returning;
    get diagnostics v_rows = row_count;
    if v_rows > 1 then
        raise exception using errcode = 'RH422', message = 'The key names more than one row.';
    end if;
end $$;
grant execute on function rowhouse.writes_through(oid),
    rowhouse.record_write(oid, text, text[], bigint, text, text[], text[], text[], text[]) to {{client}};
