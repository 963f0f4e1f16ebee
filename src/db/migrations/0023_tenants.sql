-- Tenants in shared tables: a column of the table says whose each row is, and people see and write only
-- the rows of their tenant. What is in that column for a tenant is the tenant's value. Policies and the
-- trigger of a table hold people to it (src/db/adopt/tenants.rs), and every function of ours that looks
-- where no policy does asks the same here.

set local role {{owner}};

-- What the rows of a tenant have in the column; null: none, its people see nothing in such tables.
alter table rowhouse_private.tenant
    add column value text unique check (value <> '' and value !~ '[[:cntrl:]]');
grant insert, update on rowhouse_private.tenant to {{auth}};
grant insert on rowhouse_private.policy to {{auth}};

set local role {{auth}};

-- The value of the asking person's tenant; raises when nobody is signed in. For policies, which call it
-- once per statement.
create function rowhouse.tenant_value() returns text
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
begin
    return (select t.value from rowhouse_private.tenant t where t.tenant_id = c.tenant_id);
end $$;

-- What a table's rows must be like to be the asking person's tenant's, in the form of a scope; null
-- where rows are not split.
create function rowhouse_private.tenant_scope(p_table oid) returns jsonb
    language sql stable
    as $$ select jsonb_build_object(a.tenant_column, jsonb_build_array(rowhouse.tenant_value()))
            from rowhouse_private.adopted a
           where a.table_oid = p_table and a.tenant_column is not null $$;

-- What the asking person's permissions for a verb ask of a row, and their tenant, as SQL over the
-- table's columns. "true": all rows.
create or replace function rowhouse_private.scope_sql(p_table oid, p_verb text) returns text
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select case when t.scope is null then g.term
                      else format('(%s) and %s', g.term, rowhouse_private.scope_term(p_table, t.scope)) end
            from (select coalesce(string_agg(rowhouse_private.scope_term(p_table, x.scope), ' or '), 'false') as term
                    from rowhouse_private.given(p_table, p_verb) x) g
           cross join (select rowhouse_private.tenant_scope(p_table) as scope) t $$;

-- Whether the values recorded of a row are such that the asking person's permissions and tenant reach it.
-- Compared as text, because a value may have been recorded when the column had another type.
create or replace function rowhouse_private.fits(p_table oid, p_verb text, p_values jsonb) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select not exists (
                select from jsonb_each(rowhouse_private.tenant_scope(p_table)) s
                 where not coalesce(s.value ? (p_values ->> s.key), false))
             and exists (
                select from rowhouse_private.given(p_table, p_verb) g
                 where g.scope is null
                    or not exists (select from jsonb_each(g.scope) s
                                    where not coalesce(s.value ? (p_values ->> s.key), false))) $$;

grant execute on function rowhouse_private.tenant_scope(oid) to {{owner}}, {{trail}}, {{search}};
grant execute on function rowhouse.tenant_value() to {{client}}, {{owner}}, {{search}};

-- Why a tenant's people are refused, in a sentence with the date; null while it is open.
create function rowhouse_private.closed_text(p_tenant bigint) returns text
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select case
                 when not t.active then coalesce(t.closed_note, t.name || ' is closed.')
                 when t.valid_until <= rowhouse_private.now()
                 then format('The licence of %s ended on %s.', t.name,
                             to_char(t.valid_until at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')) end
            from rowhouse_private.tenant t where t.tenant_id = p_tenant $$;

-- Says why a session is not let through, as before: always raises.
create or replace function rowhouse_private.refuse_session(p_hash bytea) returns void
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_now timestamptz := rowhouse_private.now();
    s record;
begin
    select x.*, a.deactivated_at, rowhouse_private.closed_text(t.tenant_id) as closed
      into s
      from rowhouse_private.session x
      join rowhouse_private.account a using (account_id)
      left join rowhouse_private.tenant t on t.tenant_id = x.tenant_id
     where x.token_hash = p_hash;
    if not found then
        raise exception using errcode = 'RH401', message = 'Nobody is signed in here.', detail = 'unknown';
    elsif s.ended_at is not null then
        raise exception using errcode = 'RH401', message = 'This session was ended.',
            detail = 'ended', hint = coalesce(s.end_reason, '');
    elsif s.deactivated_at is not null then
        raise exception using errcode = 'RH401', message = 'This session was ended.',
            detail = 'ended', hint = 'the account was deactivated';
    elsif v_now >= s.expires_at then
        raise exception using errcode = 'RH401', message = 'This session has reached its longest time.',
            detail = 'expired';
    elsif v_now >= rowhouse_private.live_until(s.expires_at, s.last_seen_at, s.last_active_at,
                                               s.idle_limit, v_now) then
        raise exception using errcode = 'RH401', message = 'This session was idle for too long.',
            detail = 'idle';
    elsif s.closed is not null then
        raise exception using errcode = 'RH403', detail = 'tenant', message = s.closed;
    elsif s.restricted then
        raise exception using errcode = 'RH403', detail = 'restricted',
            message = 'This session may only choose a password.';
    elsif s.tenant_id is null then
        raise exception using errcode = 'RH403', detail = 'tenant',
            message = 'This account belongs to no tenant, so there are no records for it; a manager can give it one.';
    end if;
    raise exception using errcode = 'RH401', message = 'Nobody is signed in here.', detail = 'unknown';
end $$;

-- Whether a value is one that a column of a table holds, written in the way in which the column shows it.
create function rowhouse_private.reads_as(p_table oid, p_column text, p_value text) returns boolean
    language plpgsql stable
    as $$
declare
    v_type text;
    v_same boolean;
begin
    with recursive up(oid) as (
        select a.atttypid from pg_attribute a
         where a.attrelid = p_table and a.attname = p_column and a.attnum > 0 and not a.attisdropped
        union all
        select t.typbasetype from up join pg_type t on t.oid = up.oid where t.typtype = 'd')
    select format_type(t.oid, null) into v_type from up join pg_type t on t.oid = up.oid where t.typtype <> 'd';
    execute format('select %L::%s::text = %L', p_value, v_type, p_value) into v_same;
    return coalesce(v_same, false);
exception when others then
    return false;
end $$;

-- Refuses a value that some table could never hold.
create function rowhouse_private.check_value(p_value text) returns void
    language plpgsql stable
    as $$
declare
    v_where text;
begin
    select format('%s of %s.%s', a.tenant_column, a.schema_name, a.table_name) into v_where
      from rowhouse_private.adopted a
     where a.tenant_column is not null and not rowhouse_private.reads_as(a.table_oid, a.tenant_column, p_value)
     order by a.schema_name, a.table_name limit 1;
    if p_value is not null and v_where is not null then
        perform rowhouse_private.bad(format('%s is no value of %s, as that column writes them.', p_value, v_where));
    end if;
end $$;

-- The number of a tenant; raises where there is none of that name.
create function rowhouse_private.tenant_named(p_name text) returns bigint
    language plpgsql stable
    as $$
declare
    v_tenant bigint := (select t.tenant_id from rowhouse_private.tenant t where t.name = p_name);
begin
    if v_tenant is null then
        perform rowhouse_private.bad(format('There is no tenant %s.', p_name));
    end if;
    return v_tenant;
end $$;

-- For the database's owner, without a session.
create function rowhouse_private.owner_tenants() returns table (name text, value text, active boolean,
        valid_until timestamptz, closed text, people bigint)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select t.name, t.value, t.active, t.valid_until, rowhouse_private.closed_text(t.tenant_id),
                 (select count(*) from rowhouse_private.account a
                   where a.tenant_id = t.tenant_id and a.deactivated_at is null)
            from rowhouse_private.tenant t order by t.tenant_id $$;

-- Makes a tenant. It begins with the limits and the roles of tenant 1.
create function rowhouse_private.owner_tenant_add(p_name text, p_value text, p_until timestamptz) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_tenant bigint;
    v_policy rowhouse_private.policy;
    r rowhouse_private.role;
    v_role bigint;
begin
    perform rowhouse_private.check_value(p_value);
    insert into rowhouse_private.tenant (name, value, valid_until) values (btrim(p_name), p_value, p_until)
        on conflict do nothing returning tenant_id into v_tenant;
    if v_tenant is null then
        perform rowhouse_private.bad('Another tenant has this name or this value.');
    end if;
    select * into v_policy from rowhouse_private.policy l where l.tenant_id = 1;
    v_policy.tenant_id := v_tenant;
    insert into rowhouse_private.policy select v_policy.*;
    for r in select * from rowhouse_private.role x where x.tenant_id = 1 order by x.role_id loop
        insert into rowhouse_private.role (tenant_id, name, built_in, may_see_sessions, may_end_sessions,
                may_manage_accounts, may_see_audit, abilities, description)
            values (v_tenant, r.name, r.built_in, r.may_see_sessions, r.may_end_sessions,
                r.may_manage_accounts, r.may_see_audit, r.abilities, r.description)
            returning role_id into v_role;
        insert into rowhouse_private.permission (tenant_id, role_id, table_oid, verb, columns, scope)
            select v_tenant, v_role, p.table_oid, p.verb, p.columns, p.scope
              from rowhouse_private.permission p where p.tenant_id = 1 and p.role_id = r.role_id
             order by p.permission_id;
    end loop;
end $$;

-- Changes a tenant; what is null stays. p_until 'infinity': no end.
create function rowhouse_private.owner_tenant_edit(p_name text, p_rename text, p_value text,
        p_until timestamptz) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_tenant bigint := rowhouse_private.tenant_named(p_name);
begin
    perform rowhouse_private.check_value(p_value);
    if exists (select from rowhouse_private.tenant t
                where t.tenant_id <> v_tenant and (t.name = p_rename or t.value = p_value)) then
        perform rowhouse_private.bad('Another tenant has this name or this value.');
    end if;
    update rowhouse_private.tenant as t
       set name = coalesce(btrim(p_rename), t.name), value = coalesce(p_value, t.value),
           valid_until = nullif(coalesce(p_until, t.valid_until), 'infinity')
     where t.tenant_id = v_tenant;
end $$;

-- Closes the door for a tenant's people, with the sentence that they read, or opens it again.
create function rowhouse_private.owner_tenant_close(p_name text, p_note text, p_open boolean) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_tenant bigint := rowhouse_private.tenant_named(p_name);
begin
    if p_note ~ '[[:cntrl:]]' or length(p_note) > 200 then
        perform rowhouse_private.bad('The sentence has at most 200 characters, on one line.');
    end if;
    update rowhouse_private.tenant as t
       set active = p_open, closed_note = case when p_open then null else nullif(btrim(p_note), '') end
     where t.tenant_id = v_tenant;
end $$;

-- Makes an account in a tenant.
create function rowhouse_private.owner_account_add_in(p_tenant text, p_username text, p_display text,
        p_roles text[], p_salt bytea, p_m integer, p_t integer, p_p integer, p_stored_key bytea,
        p_server_key bytea) returns bigint
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$ select rowhouse_private.account_add_as(null, null,
              case when p_tenant is null then 1 else rowhouse_private.tenant_named(p_tenant) end,
              p_username, p_display, p_roles, p_salt, p_m, p_t, p_p, p_stored_key, p_server_key) $$;

-- Gives an account another tenant, with roles of that one: those named, else those of the same names that
-- it has now. Its sessions end.
create function rowhouse_private.owner_account_move(p_username text, p_tenant text, p_roles text[]) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_tenant bigint := rowhouse_private.tenant_named(p_tenant);
    a rowhouse_private.account;
    v_managed boolean;
    v_roles bigint[];
begin
    select * into a from rowhouse_private.account x where x.username = p_username for update;
    if not found then
        perform rowhouse_private.bad(format('There is no account %s.', p_username));
    elsif a.tenant_id = v_tenant then
        perform rowhouse_private.bad(format('%s belongs to %s already.', p_username, p_tenant));
    end if;
    v_managed := rowhouse_private.begin_people(a.tenant_id);
    v_roles := rowhouse_private.role_ids(v_tenant, coalesce(p_roles, array(
        select r.name from rowhouse_private.account_role ar
          join rowhouse_private.role r on r.tenant_id = ar.tenant_id and r.role_id = ar.role_id
         where ar.account_id = a.account_id and ar.tenant_id = a.tenant_id)));
    perform rowhouse_private.end_sessions(a.account_id, null, 'the account belongs to another tenant now', null,
                                          rowhouse_private.now());
    delete from rowhouse_private.account_role ar where ar.account_id = a.account_id;
    update rowhouse_private.account x set tenant_id = v_tenant where x.account_id = a.account_id;
    update rowhouse_private.credential c set tenant_id = v_tenant where c.account_id = a.account_id;
    insert into rowhouse_private.account_role (tenant_id, account_id, role_id, granted_at)
        select v_tenant, a.account_id, r, rowhouse_private.now() from unnest(v_roles) r;
    perform rowhouse_private.end_people(a.tenant_id, v_managed);
end $$;

grant execute on function rowhouse_private.owner_tenants(), rowhouse_private.reads_as(oid, text, text),
    rowhouse_private.owner_tenant_add(text, text, timestamptz),
    rowhouse_private.owner_tenant_edit(text, text, text, timestamptz),
    rowhouse_private.owner_tenant_close(text, text, boolean), rowhouse_private.owner_account_move(text, text, text[]),
    rowhouse_private.owner_account_add_in(text, text, text, text[], bytea, integer, integer, integer, bytea, bytea)
    to {{owner}};

set local role {{owner}};

-- Refuses the shared login a row of another tenant, whatever way it came: policies hold for statements,
-- this also for what foreign keys and functions of the table's owner write.
create function rowhouse_private.refuse_tenant(p_table oid) returns void
    language plpgsql stable set search_path = pg_catalog, pg_temp
    as $$
begin
    raise exception using errcode = 'RH403', detail = 'permission',
        message = case when rowhouse.tenant_value() is null
            then format('Your tenant has no value for its rows in %s yet; the database''s owner gives it one.',
                        rowhouse_private.table_text(p_table))
            else format('This would reach rows of %s that are not your tenant''s.', rowhouse_private.table_text(p_table)) end;
end $$;

set local role {{trail}};

-- The same as rowhouse_trail.write for a table whose rows are split: what another program does is
-- recorded for the tenant whose row it is, or was before the change.
create function rowhouse_trail.write_of(p_value text, p_table oid, p_key text[], p_verb text, p_version bigint,
        p_columns text[], p_old jsonb, p_new jsonb, p_new_key text[]) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_request text := current_setting('rowhouse.request', true);
begin
    if session_user = {{client_name}} or nullif(current_setting('rowhouse.session', true), '') is not null then
        perform rowhouse_trail.write(p_table, p_key, p_verb, p_version, p_columns, p_old, p_new, p_new_key);
        return;
    end if;
    insert into rowhouse_trail.entry (tenant_id, table_oid, table_name, record_key, verb, version,
            columns, old_values, new_values, station, request_id, new_key)
        values (coalesce((select t.tenant_id from rowhouse_private.tenant t where t.value = p_value), 1), p_table,
            p_table::regclass::text, p_key, p_verb, p_version, p_columns, p_old, p_new,
            coalesce(host(inet_client_addr()), current_setting('application_name')),
            case when v_request ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then v_request::uuid end,
            p_new_key);
end $$;
grant execute on function rowhouse_trail.write_of(text, oid, text[], text, bigint, text[], jsonb, jsonb, text[])
    to {{owner}};

-- As before; that a table was emptied is told to every tenant that has rows there.
create or replace function rowhouse_trail.record_truncate() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_root constant oid := coalesce(pg_partition_root(tg_relid)::oid, tg_relid);
    v_mark constant text := v_root || ':' || txid_current();
    v_value text;
begin
    if current_setting('rowhouse.truncated', true) is distinct from v_mark then
        perform set_config('rowhouse.truncated', v_mark, true);
        perform rowhouse_trail.record(v_root, null, 'truncate', null, null, null, null);
        for v_value in select t.value from rowhouse_private.tenant t
                        where t.tenant_id <> 1 and t.value is not null and exists (
                              select from rowhouse_private.adopted a
                               where a.table_oid = v_root and a.tenant_column is not null) loop
            perform rowhouse_trail.write_of(v_value, v_root, null, 'truncate', null, null, null, null, null);
        end loop;
    end if;
    return null;
end $$;
