-- What one may do with one table, asked when it is opened, and by what one knows that nothing of it changed.

set local role {{auth}};

-- What the asking person may do with one table, as rowhouse.my_tables says it of all, and how it is written
-- and searched; no row where that is nothing, or the table is not adopted. Raises when nobody is signed in.
create function rowhouse.my_table(p_table oid) returns table (can_view boolean, can_insert boolean,
        can_update boolean, can_delete boolean, version_column text, through boolean, hard_locks boolean,
        searches boolean, insert_columns text[], update_columns text[], is_partly boolean, across boolean)
    language plpgsql stable security definer rows 1 set search_path = pg_catalog, pg_temp
    as $$
declare
    v_account bigint;
    v_tenant bigint;
    v_home bigint;
    v_open boolean;
    v_some_insert boolean;
    v_some_update boolean;
begin
    -- What the session has noted says who it is; only where it does not count all tables are asked.
    select s.account_id, s.tenant_id, s.tenant_id, false into v_account, v_tenant, v_home, across
      from rowhouse_private.session s, rowhouse_private.installation i
     where s.token_hash = sha256(convert_to(current_setting('rowhouse.session', true), 'UTF8'))
       and i.only_one and s.pass_version = i.rights_version and s.ended_at is null
       and rowhouse_private.now() < s.pass_until;
    if not found then
        select c.account_id, c.tenant_id, c.home, c.tenant_id is null into v_account, v_tenant, v_home, across
          from rowhouse_private.viewer() c;
    end if;
    select d.version_column, coalesce((d.state ->> 'through')::boolean, false),
           coalesce((d.options ->> 'hard_locks')::boolean, false),
           d.tenant_column is not null or coalesce((d.options ->> 'shared')::boolean, false),
           c.relkind in ('r', 'p') and has_table_privilege({{search_name}}, c.oid, 'select')
               and has_schema_privilege({{search_name}}, c.relnamespace, 'usage')
               and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname !~ '^rowhouse_')
      into version_column, through, hard_locks, v_open, searches
      from rowhouse_private.adopted d join pg_class c on c.oid = d.table_oid
     where d.table_oid = p_table;
    if not found or v_tenant <> 1 and not v_open then
        return;
    end if;
    select coalesce(bool_or(p.verb = 'view'), false), coalesce(bool_or(p.verb = 'insert'), false),
           coalesce(bool_or(p.verb = 'update'), false), coalesce(bool_or(p.verb = 'delete'), false),
           coalesce(bool_and(p.scope is not null) filter (where p.verb = 'view'), false),
           bool_and(p.columns is not null) filter (where p.verb = 'insert'),
           bool_and(p.columns is not null) filter (where p.verb = 'update')
      into can_view, can_insert, can_update, can_delete, is_partly, v_some_insert, v_some_update
      from rowhouse_private.account_role r
      join rowhouse_private.permission p on p.tenant_id = r.tenant_id and p.role_id = r.role_id
     where r.tenant_id = v_home and r.account_id = v_account and (p.table_oid is null or p.table_oid = p_table)
       and (v_tenant is not null or p.verb = 'view')
       and (p.scope is null and p.columns is null or rowhouse_private.holds(p_table, p.verb, p.columns, p.scope));
    if v_some_insert or v_some_update then
        select array_agg(distinct x order by x) filter (where p.verb = 'insert' and v_some_insert),
               array_agg(distinct x order by x) filter (where p.verb = 'update' and v_some_update)
          into insert_columns, update_columns
          from rowhouse_private.account_role r
          join rowhouse_private.permission p on p.tenant_id = r.tenant_id and p.role_id = r.role_id
         cross join unnest(p.columns) x
         where r.tenant_id = v_home and r.account_id = v_account and (p.table_oid is null or p.table_oid = p_table)
           and rowhouse_private.holds(p_table, p.verb, p.columns, p.scope);
        insert_columns := case when v_some_insert then coalesce(insert_columns, '{}') end;
        update_columns := case when v_some_update then coalesce(update_columns, '{}') end;
    end if;
    can_update := can_update and can_view;
    can_delete := can_delete and can_view;
    searches := searches and can_view;
    if can_view or can_insert then
        return next;
    end if;
end $$;

-- Counted up with every change of what somebody may do: what one knows of it holds while this is the same.
-- Raises when nobody is signed in.
create function rowhouse.rights_number() returns bigint
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_number bigint;
begin
    select i.rights_version into v_number
      from rowhouse_private.session s, rowhouse_private.installation i
     where s.token_hash = sha256(convert_to(current_setting('rowhouse.session', true), 'UTF8'))
       and i.only_one and s.pass_version = i.rights_version and s.ended_at is null
       and rowhouse_private.now() < s.pass_until;
    if not found then
        perform rowhouse_private.viewer();
        select i.rights_version into v_number from rowhouse_private.installation i where i.only_one;
    end if;
    return v_number;
end $$;

revoke all on function rowhouse.my_table(oid), rowhouse.rights_number() from public;
grant execute on function rowhouse.my_table(oid), rowhouse.rights_number() to {{client}};
