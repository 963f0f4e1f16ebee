-- Conditions of a search that are joined by or, and more of them; then the views that people keep.

set local role {{search}};

-- One test of a column: its SQL, with its value's place among the parameters.
create function rowhouse_private.search_test(p_table oid, p_one jsonb, inout p_values text[], out test text)
    language plpgsql stable set search_path = pg_catalog, pg_temp
    as $$
declare
    v_op constant text := p_one ->> 'op';
    v_value text := p_one ->> 'v';
    v_at text;
    c record;
begin
    if v_op is null or v_op not in ('null', 'some', 'empty', 'has', 'lacks', 'begins', 'eq', 'ne', 'ge', 'le', 'gt', 'lt')
            or (v_op in ('null', 'some', 'empty')) <> (v_value is null) then
        perform rowhouse_private.bad('A condition is one of those that a search knows, with its value.');
    end if;
    c := rowhouse_private.search_column(p_table, (p_one ->> 'c')::integer);
    if v_op in ('has', 'lacks', 'begins') then
        v_value := rowhouse_private.search_pattern(v_value, v_op = 'begins');
    end if;
    if v_value is not null then
        p_values := p_values || v_value;
    end if;
    v_at := format('($1)[%s]::%s', cardinality(p_values), c.type);
    test := case v_op
        when 'null' then c.expression || ' is null'
        when 'some' then c.expression || ' is not null'
        when 'empty' then format('%s operator(pg_catalog.=) %L', c.pattern_text, '')
        when 'lacks' then format('(%s) is not true',
            rowhouse_private.search_contains(c, v_value, cardinality(p_values)))
        when 'eq' then format('%s %s %s', c.expression, c.same, v_at)
        when 'ne' then format('(%s %s %s) is not true', c.expression, c.same, v_at)
        when 'ge' then format('%s %s %s', c.expression, c.at_least, v_at)
        when 'le' then format('%s %s %s', c.expression, c.at_most, v_at)
        when 'gt' then format('%s %s %s', c.expression, c.above, v_at)
        when 'lt' then format('%s %s %s', c.expression, c.below, v_at)
        else rowhouse_private.search_contains(c, v_value, cardinality(p_values)) end;
end $$;

-- The conditions of a search: tests that must all hold, and lists (any) of which one must.
create or replace function rowhouse_private.search_filter(p_table oid, p_what jsonb, inout p_values text[], out filter text)
    language plpgsql stable set search_path = pg_catalog, pg_temp
    as $$
declare
    v_one jsonb;
    v_list jsonb;
    v_inner jsonb;
    v_pattern text;
    v_parts text[] := '{}';
    v_all text[];
    v_tests integer := 0;
    v_test record;
    c record;
begin
    filter := 'true';
    if p_what ->> 'words' <> '' then
        -- Its own signs mean themselves, as in rowhouse_private.search_pattern.
        v_pattern := case when coalesce((p_what ->> 'begins')::boolean, false) then '' else '%' end
            || replace(replace(replace(p_what ->> 'words', '\', '\\'), '%', '\%'), '_', '\_') || '%';
        p_values := p_values || v_pattern;
        filter := rowhouse_private.search_words(p_table, p_what -> 'in', v_pattern, cardinality(p_values));
        if filter is null then
            for v_one in select x from jsonb_array_elements(p_what -> 'in') x loop
                c := rowhouse_private.search_column(p_table, v_one::text::integer);
                v_parts := v_parts || rowhouse_private.search_contains(c, v_pattern, cardinality(p_values));
            end loop;
            filter := coalesce(nullif(array_to_string(v_parts, ' or '), ''), 'false');
        end if;
        filter := '(' || filter || ')';
    end if;
    for v_one in select x from jsonb_array_elements(coalesce(p_what -> 'all', '[]')) x loop
        v_parts := '{}';
        for v_list in select x from jsonb_array_elements(
                case when v_one ? 'any' then v_one -> 'any' else jsonb_build_array(jsonb_build_array(v_one)) end) x loop
            v_all := '{}';
            for v_inner in select x from jsonb_array_elements(v_list) x loop
                v_test := rowhouse_private.search_test(p_table, v_inner, p_values);
                p_values := v_test.p_values;
                v_all := v_all || v_test.test;
                v_tests := v_tests + 1;
            end loop;
            v_parts := v_parts || ('(' || coalesce(nullif(array_to_string(v_all, ' and '), ''), 'true') || ')');
        end loop;
        if v_tests > 1000 then
            perform rowhouse_private.bad('A search asks for a thousand conditions at most.');
        end if;
        filter := filter || ' and (' || coalesce(nullif(array_to_string(v_parts, ' or '), ''), 'false') || ')';
    end loop;
end $$;

set local role {{owner}};

-- What was shown of a table under a name: filter, sort and columns, by names of columns. Of one account
-- alone, or shared by all who may view the table.
create table rowhouse_private.view (
    tenant_id   bigint not null,
    view_id     bigint generated always as identity,
    table_oid   oid not null,
    account_id  bigint not null,         -- who made it
    name        text not null check (char_length(name) between 1 and 80),
    is_shared   boolean not null,
    body        jsonb not null check (jsonb_typeof(body) = 'object'),
    version     bigint not null default 1,
    changed_at  timestamptz not null default rowhouse_private.now(),
    changed_by  bigint not null,
    primary key (tenant_id, view_id)
);
create unique index view_own on rowhouse_private.view (tenant_id, table_oid, account_id, name) where not is_shared;
create unique index view_shared on rowhouse_private.view (tenant_id, table_oid, name) where is_shared;

-- The views of a table that the asking person may use: their own, and those that are shared.
create function rowhouse.views(p_table oid)
    returns table (view_id bigint, name text, is_shared boolean, is_mine boolean, username text,
        changed_at timestamptz, changed_by text, version bigint, may_change boolean, body text)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
    v_manages constant boolean := rowhouse_private.able('manage accounts');
begin
    -- A view holds what was typed of rows; it waits while the table is not adopted.
    if not coalesce(rowhouse_private.gate(p_table, 'view'), false)
            or not exists (select from rowhouse_private.adopted d where d.table_oid = p_table) then
        return;
    end if;
    return query
        select v.view_id, v.name, v.is_shared, v.account_id = c.account_id, a.username, v.changed_at, b.username,
               v.version, v.account_id = c.account_id or v_manages, v.body::text
          from rowhouse_private.view v
          join rowhouse_private.account a on a.account_id = v.account_id
          join rowhouse_private.account b on b.account_id = v.changed_by
         where v.tenant_id = c.tenant_id and v.table_oid = p_table
           and (v.is_shared or v.account_id = c.account_id)
         order by v.is_shared, v.name, v.view_id
         limit 500;
end $$;

-- Keeps a view, or changes the one of this number if nobody changed it since that version. What came of
-- it: saved, taken (the name), changed (by whom), gone.
create function rowhouse.view_save(p_table oid, p_view bigint, p_version bigint, p_name text, p_shared boolean,
        p_body text, out outcome text, out by_whom text, out at timestamptz)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
    v record;
begin
    if c.tenant_id is null or not coalesce(rowhouse_private.gate(p_table, 'view'), false)
            or not exists (select from rowhouse_private.adopted d where d.table_oid = p_table) then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'Your roles do not let you view this table.';
    end if;
    if p_name is null or p_shared is null or char_length(p_name) not between 1 and 80 then
        perform rowhouse_private.bad('A view has a name of 80 signs at most.');
    end if;
    if p_body is null or octet_length(p_body) > 200000 or jsonb_typeof(p_body::jsonb) is distinct from 'object' then
        perform rowhouse_private.bad('A view is kept with 200 kB at most.');
    end if;
    if p_view is null then
        if (select count(*) from rowhouse_private.view o where o.tenant_id = c.tenant_id
               and o.table_oid = p_table and o.account_id = c.account_id) >= 100 then
            perform rowhouse_private.bad('You have a hundred views of this table: delete one first.');
        end if;
        insert into rowhouse_private.view (tenant_id, table_oid, account_id, name, is_shared, body, changed_by)
            values (c.tenant_id, p_table, c.account_id, p_name, p_shared, p_body::jsonb, c.account_id)
            on conflict do nothing;
        outcome := case when found then 'saved' else 'taken' end;
        return;
    end if;
    select o.* into v from rowhouse_private.view o
     where o.tenant_id = c.tenant_id and o.view_id = p_view and o.table_oid = p_table
       and (o.is_shared or o.account_id = c.account_id)
       for update;
    if not found then
        outcome := 'gone';
        return;
    end if;
    if v.account_id <> c.account_id and not rowhouse_private.able('manage accounts') then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'A shared view is changed by who made it, or by who manages accounts.';
    end if;
    if v.version is distinct from p_version then
        outcome := 'changed';
        at := v.changed_at;
        by_whom := (select a.username from rowhouse_private.account a where a.account_id = v.changed_by);
        return;
    end if;
    update rowhouse_private.view o
       set name = p_name, is_shared = p_shared, body = p_body::jsonb, version = o.version + 1,
           changed_at = rowhouse_private.now(), changed_by = c.account_id
     where o.tenant_id = c.tenant_id and o.view_id = p_view;
    outcome := 'saved';
exception when unique_violation then
    outcome := 'taken';
end $$;

-- Deletes a view if nobody changed it since that version; what came of it as above.
create function rowhouse.view_drop(p_table oid, p_view bigint, p_version bigint, out outcome text, out by_whom text,
        out at timestamptz)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
    v record;
begin
    select o.* into v from rowhouse_private.view o
     where o.tenant_id = c.tenant_id and o.view_id = p_view and o.table_oid = p_table
       and (o.is_shared or o.account_id = c.account_id)
       for update;
    if not found or not coalesce(rowhouse_private.gate(p_table, 'view'), false) then
        outcome := 'gone';
        return;
    end if;
    if v.account_id <> c.account_id and not rowhouse_private.able('manage accounts') then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'A shared view is deleted by who made it, or by who manages accounts.';
    end if;
    if v.version is distinct from p_version then
        outcome := 'changed';
        at := v.changed_at;
        by_whom := (select a.username from rowhouse_private.account a where a.account_id = v.changed_by);
        return;
    end if;
    delete from rowhouse_private.view o where o.tenant_id = c.tenant_id and o.view_id = p_view;
    outcome := 'saved';
end $$;

grant execute on function rowhouse.views(oid),
    rowhouse.view_save(oid, bigint, bigint, text, boolean, text),
    rowhouse.view_drop(oid, bigint, bigint) to {{client}};
