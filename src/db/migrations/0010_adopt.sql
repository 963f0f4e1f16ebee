-- What adopted tables share: the values of the trail, moves between partitions, and deleting.
-- The triggers and policies of each table are written by `rowhouse adopt`; see src/db/adopt.rs.

set local role {{trail}};

-- One value as the trail keeps it: its text, or what is left of one longer than 64 KiB.
create function rowhouse_trail.value_of(p_text text) returns jsonb
    language sql immutable parallel safe
    as $$ select case when p_text is null then 'null'
            when octet_length(p_text) <= 65536 then to_jsonb(p_text)
            else jsonb_build_object('cut', left(p_text, 1024), 'bytes', octet_length(p_text),
                                    'sha256', encode(sha256(convert_to(p_text, 'UTF8')), 'hex')) end $$;

-- The same for bytes: length and hash are those of the bytes, not of their hexadecimal text.
create function rowhouse_trail.value_of(p_bytes bytea) returns jsonb
    language sql immutable parallel safe
    as $$ select case when p_bytes is null then 'null'
            when octet_length(p_bytes) <= 32767 then to_jsonb('\x' || encode(p_bytes, 'hex'))
            else jsonb_build_object('cut', '\x' || encode(substring(p_bytes, 1, 512), 'hex'),
                                    'bytes', octet_length(p_bytes), 'sha256', encode(sha256(p_bytes), 'hex')) end $$;

-- Values by column. The array's own size tells quickly that nothing in it needs cutting.
create function rowhouse_trail.object(p_columns text[], p_values text[]) returns jsonb
    language plpgsql immutable parallel safe
    as $$
begin
    if p_values is null then
        return null;
    elsif pg_column_size(p_values) <= 65536 then
        return jsonb_object(p_columns, p_values);
    end if;
    return (select jsonb_object_agg(x.c, rowhouse_trail.value_of(x.v)) from unnest(p_columns, p_values) x(c, v));
end $$;

-- A whole row, by what the catalog says now. Slow and always right; the trigger functions come here
-- when a column was added, renamed or dropped since they were written, or when a value is huge.
create function rowhouse_trail.row_object(p_row anyelement, p_relation oid) returns jsonb
    language plpgsql stable set search_path = pg_catalog, pg_temp
    set datestyle = 'ISO, YMD' set timezone = 'UTC' set intervalstyle = 'postgres'
    set extra_float_digits = '1' set lc_monetary = 'C' set bytea_output = 'hex'
    as $$
declare
    v_list text;
    v_row jsonb;
begin
    select string_agg(format('(%L, %s)', a.attname, case
               when b.oid = 'bytea'::regtype then format('rowhouse_trail.value_of(($1).%I::bytea)', a.attname)
               when b.typnamespace = 'pg_catalog'::regnamespace and b.typtype in ('b', 'r', 'm')
                   then format('rowhouse_trail.value_of(($1).%I::text)', a.attname)
               else format('rowhouse_trail.value_of(case when ($1).%1$I is distinct from null'
                           ' then format(''%%s'', ($1).%1$I) end)', a.attname) end), ', ' order by a.attnum)
      into v_list
      from pg_attribute a
      cross join lateral (
          with recursive up(oid) as (
              select a.atttypid
              union all
              select t.typbasetype from up join pg_type t on t.oid = up.oid where t.typtype = 'd')
          select t.oid, t.typnamespace, t.typtype from up join pg_type t on t.oid = up.oid
           where t.typtype <> 'd') b
     where a.attrelid = p_relation and a.attnum > 0 and not a.attisdropped;
    execute format('select jsonb_object_agg(x.c, x.v) from (values %s) x(c, v)', v_list) into v_row using p_row;
    return v_row;
end $$;

-- The key of a row as records are named by it; null when a part of it is missing.
create function rowhouse_trail.key_of(p_row jsonb, p_columns text[]) returns text[]
    language sql immutable parallel safe
    as $$ select case when p_row ?& p_columns then
              (select array_agg(p_row ->> c order by n) from unnest(p_columns) with ordinality u(c, n)) end $$;

-- The columns in which two rows differ; null when there are none.
create function rowhouse_trail.difference(p_old jsonb, p_new jsonb) returns text[]
    language sql immutable parallel safe
    as $$ select array_agg(coalesce(o.key, n.key) order by coalesce(o.key, n.key))
            from jsonb_each(p_old) o full join jsonb_each(p_new) n on n.key = o.key
           where o.value is distinct from n.value $$;

-- Some columns of a row.
create function rowhouse_trail.only(p_row jsonb, p_columns text[]) returns jsonb
    language sql immutable parallel safe
    as $$ select jsonb_object_agg(e.key, e.value) from jsonb_each(p_row) e where e.key = any (p_columns) $$;

-- Rows whose key is being changed in a partitioned table, for the length of one statement. A row
-- that moves to another partition is deleted there and inserted here; it is one change.
create unlogged table rowhouse_trail.moving (
    tenant_id   bigint not null default 1,
    xact        xid8 not null,           -- the transaction that changes it
    table_oid   oid not null,            -- root of the partitions
    old_key     text[] not null,         -- its name until now
    new_key     text[] not null,         -- its name from now on
    old_values  jsonb not null,          -- the row until now, without its version
    has_left    boolean not null default false -- whether its old partition let it go
);
create index moving_old on rowhouse_trail.moving (tenant_id, xact, table_oid, old_key);
create index moving_new on rowhouse_trail.moving (tenant_id, xact, table_oid, new_key);

-- Notes a row whose key changes. Arguments: version column or '', then the key columns.
create function rowhouse_trail.stash_move() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_old jsonb;
    v_names text[] := tg_argv[1:];
begin
    v_old := rowhouse_trail.row_object(old, tg_relid);
    insert into rowhouse_trail.moving (xact, table_oid, old_key, new_key, old_values)
        values (pg_current_xact_id(), pg_partition_root(tg_relid), rowhouse_trail.key_of(v_old, v_names),
                rowhouse_trail.key_of(rowhouse_trail.row_object(new, tg_relid), v_names), v_old - tg_argv[0]);
    perform set_config('rowhouse.moving', txid_current()::text, true);
    return new;
exception when others then
    return new; -- the move is then told as a delete and an insert
end $$;

-- Whether a deleted row is only moving.
create function rowhouse_trail.move_left(p_root oid, p_key text[]) returns boolean
    language plpgsql
    as $$
begin
    update rowhouse_trail.moving m set has_left = true
     where m.tenant_id = 1 and m.xact = pg_current_xact_id() and m.table_oid = p_root
             and m.old_key = p_key and not m.has_left;
    return found;
end $$;

-- Forgets a row that changed its key and stayed where it was.
create function rowhouse_trail.move_stayed(p_root oid, p_key text[]) returns void
    language sql
    as $$ delete from rowhouse_trail.moving m
           where m.tenant_id = 1 and m.xact = pg_current_xact_id() and m.table_oid = p_root
             and m.old_key = p_key
             and not m.has_left $$;

-- The row that arrives in its new partition, as it was before.
create function rowhouse_trail.move_arrived(p_root oid, p_key text[])
    returns table (old_key text[], old_values jsonb)
    language sql
    as $$ delete from rowhouse_trail.moving m
           where m.tenant_id = 1 and m.xact = pg_current_xact_id() and m.table_oid = p_root
             and m.new_key = p_key and m.has_left
          returning m.old_key, m.old_values $$;

-- Records TRUNCATE; that of a partitioned table fires once per partition and is one change.
create function rowhouse_trail.record_truncate() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_root constant oid := coalesce(pg_partition_root(tg_relid)::oid, tg_relid);
    v_mark constant text := v_root || ':' || txid_current();
begin
    if current_setting('rowhouse.truncated', true) is distinct from v_mark then
        perform set_config('rowhouse.truncated', v_mark, true);
        perform rowhouse_trail.record(v_root, null, 'truncate', null, null, null, null);
    end if;
    return null;
end $$;

set local role {{owner}};

-- Refuses a statement of the shared login that names the version column.
create function rowhouse_private.refuse_version() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp
    as $$
begin
    raise exception using errcode = 'RH403', detail = 'permission',
        message = format('%I counts the versions of %I; nobody sets it by hand.', tg_argv[0], tg_table_name);
end $$;

-- What else a delete, or a change of referenced columns, writes through foreign keys.
create function rowhouse_private.reached(p_table oid, p_verb text)
    returns table (table_oid oid, verb text)
    language sql stable set search_path = pg_catalog, pg_temp
    as $$
    with recursive hit(table_oid, verb, columns) as (
        select p_table, p_verb, null::int2[]
        union
        select coalesce(pg_partition_root(k.conrelid)::oid, k.conrelid),
               case when h.verb = 'delete' and k.confdeltype = 'c' then 'delete' else 'update' end,
               case when h.verb = 'delete' and k.confdeltype = 'c' then null else k.conkey end
          from hit h
          join pg_constraint k on k.contype = 'f' and k.confrelid = h.table_oid
         where (h.verb = 'delete' and k.confdeltype in ('c', 'n', 'd'))
            or (h.verb = 'update' and k.confupdtype in ('c', 'n', 'd')
                and (h.columns is null or h.columns && k.confkey)))
    select distinct h.table_oid, h.verb from hit h
     where h.table_oid <> p_table or (h.verb <> p_verb and p_verb = 'delete') $$;

-- Raises unless the asking person may do all that foreign keys would do: they ask no policy.
create function rowhouse_private.check_reach(p_table oid, p_verb text) returns void
    language plpgsql stable set search_path = pg_catalog, pg_temp
    as $$
declare
    v_name text;
    v_verb text;
    v_adopted boolean;
begin
    select format('%I.%I', n.nspname, c.relname), r.verb, a.table_oid is not null
      into v_name, v_verb, v_adopted
      from rowhouse_private.reached(p_table, p_verb) r
      join pg_class c on c.oid = r.table_oid
      join pg_namespace n on n.oid = c.relnamespace
      left join rowhouse_private.adopted a on a.table_oid = r.table_oid
     where a.table_oid is null or not rowhouse_private.gate(r.table_oid, r.verb)
     order by 1 limit 1;
    if found then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = format('This would also %s rows of %s, which %s.', v_verb, v_name,
                case when v_adopted then 'your roles do not let you' else 'is not adopted' end);
    end if;
end $$;

-- Asks the same when the shared login changes a column that foreign keys follow.
create function rowhouse_private.check_key_change() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    perform rowhouse_private.check_reach(coalesce(pg_partition_root(tg_relid)::oid, tg_relid), 'update');
    return new;
end $$;

-- Deletes one record under guard: 1 when it is gone, 0 when it was not as the caller knew it.
-- PostgreSQL has no DELETE right on columns, and one on the table would let the shared login lock it.
create function rowhouse.record_delete(p_table oid, p_key text[], p_version bigint, p_xmin text)
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
    perform rowhouse_private.check_reach(p_table, 'delete');
    select string_agg(format('t.%I = %L', k.name, k.value), ' and ') into v_where
      from unnest(a.key_columns, p_key) k(name, value);
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
grant execute on function rowhouse.record_delete(oid, text[], bigint, text) to {{client}};
