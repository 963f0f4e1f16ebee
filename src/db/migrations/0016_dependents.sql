-- What hangs on a record: who refers to it, and what deleting it would take along.

set local role {{owner}};

-- What foreign keys would do, if a record of this table were deleted, that the asking person may not:
-- the same question that rowhouse.record_delete asks, so that it can be told beforehand. Only the
-- names of tables are told, which the catalog tells everybody.
create function rowhouse.delete_denied(p_table oid)
    returns table (table_name text, verb text, adopted boolean)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    if not rowhouse_private.gate(p_table, 'view') then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'Your roles do not let you view this.';
    end if;
    return query
        select case when n.nspname = 'public' then c.relname::text
                    else n.nspname || '.' || c.relname end,
               r.verb, a.table_oid is not null
          from rowhouse_private.reached(p_table, 'delete') r
          join pg_class c on c.oid = r.table_oid
          join pg_namespace n on n.oid = c.relnamespace
          left join rowhouse_private.adopted a on a.table_oid = r.table_oid
         where a.table_oid is null or not rowhouse_private.gate(r.table_oid, r.verb)
         order by 1, 2;
end $$;
grant execute on function rowhouse.delete_denied(oid) to {{client}};
