-- Roles are the owner's, the same in every tenant: what is done with one is done in all of them at once.
-- And smaller mends: values are read in a column's own length, scopes compare as the column's type does.

set local role {{auth}};

-- Waits its turn, and says which tenants have somebody who may manage accounts.
create function rowhouse_private.begin_roles() returns bigint[]
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    perform rowhouse_private.begin_people(1);
    return array(select t.tenant_id from rowhouse_private.tenant t where rowhouse_private.is_managed(t.tenant_id));
end $$;

-- Raises where a tenant that had somebody to manage its accounts would have nobody.
create function rowhouse_private.end_roles(p_managed bigint[]) returns void
    language plpgsql volatile
    as $$
declare
    v_alone constant boolean := (select count(*) = 1 from rowhouse_private.tenant);
    v_name text := (select min(t.name) from rowhouse_private.tenant t
                     where t.tenant_id = any (p_managed) and not rowhouse_private.is_managed(t.tenant_id));
begin
    if v_name is not null then
        perform rowhouse_private.bad(case when v_alone then 'Nobody would be left who may manage accounts.'
            else format('Nobody would be left in %s who may manage accounts.', v_name) end);
    end if;
end $$;

-- The role of a name in every tenant; raises where there is none, or it is built in.
create function rowhouse_private.roles_named(p_name text) returns setof rowhouse_private.role
    language plpgsql stable
    as $$
begin
    return query select x.* from rowhouse_private.role x where x.name = p_name order by x.tenant_id;
    if not found then
        perform rowhouse_private.bad(format('There is no role %s.', p_name));
    elsif exists (select from rowhouse_private.role x where x.name = p_name and x.built_in) then
        perform rowhouse_private.bad(format('The role %s is built in and stays as it is.', p_name));
    end if;
end $$;

create or replace function rowhouse_private.owner_role_list() returns table (role_id bigint, name text, description text,
        built_in boolean, abilities text[], people text[])
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select l.role_id, l.name, l.description, l.built_in, l.abilities,
                 array(select a.username from rowhouse_private.role r
                         join rowhouse_private.account_role x on x.tenant_id = r.tenant_id and x.role_id = r.role_id
                         join rowhouse_private.account a on a.account_id = x.account_id
                        where r.name = l.name order by a.username)
            from rowhouse_private.role_list(1) l $$;

-- Makes a role in every tenant, or changes its name, description and abilities in each; what is null stays.
-- Only in the first tenant is there one that sees all of them.
create or replace function rowhouse_private.owner_role_put(p_name text, p_new boolean, p_rename text,
        p_description text, p_abilities text[]) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_managed bigint[] := rowhouse_private.begin_roles();
    v_known constant text[] := '{see all tenants,manage accounts,see sessions,end sessions,see audit}';
    r rowhouse_private.role;
begin
    if coalesce(p_rename, p_name) !~ '^[[:alnum:]][[:alnum:] ._-]{0,63}$' then
        perform rowhouse_private.bad('A role''s name has letters, digits, spaces and . _ -, at most 64.');
    elsif exists (select from rowhouse_private.role x where x.name = case when p_new then p_name else p_rename end) then
        perform rowhouse_private.bad(format('There is a role %s already.', coalesce(p_rename, p_name)));
    elsif p_new then
        insert into rowhouse_private.role (tenant_id, name)
            select t.tenant_id, p_name from rowhouse_private.tenant t order by t.tenant_id;
    end if;
    for r in select * from rowhouse_private.roles_named(p_name) loop
        update rowhouse_private.role x
           set name = coalesce(p_rename, x.name), description = coalesce(p_description, x.description)
         where x.tenant_id = r.tenant_id and x.role_id = r.role_id
           and (p_rename is not null or p_description is not null);
        if p_abilities is not null then
            update rowhouse_private.role x
               set all_tenants = x.tenant_id = 1 and 'see all tenants' = any (p_abilities),
                   may_manage_accounts = 'manage accounts' = any (p_abilities),
                   may_see_sessions = 'see sessions' = any (p_abilities),
                   may_end_sessions = 'end sessions' = any (p_abilities),
                   may_see_audit = 'see audit' = any (p_abilities),
                   abilities = array(select distinct a from unnest(p_abilities) a where a <> all (v_known) order by a)
             where x.tenant_id = r.tenant_id and x.role_id = r.role_id;
        end if;
    end loop;
    perform rowhouse_private.end_roles(v_managed);
end $$;

-- Gives a role, in every tenant, a verb on a table (null: all, those adopted later too), in place of what it
-- had there, or beside it. The caller has read columns and values as the database's owner.
create or replace function rowhouse_private.owner_role_give(p_name text, p_table oid, p_verb text, p_columns text[],
        p_scope text, p_beside boolean) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    r rowhouse_private.role;
    v_scope jsonb := p_scope::jsonb;
begin
    perform rowhouse_private.begin_roles();
    if p_table is not null and not exists (select from rowhouse_private.adopted a where a.table_oid = p_table) then
        perform rowhouse_private.bad(format('%s is not adopted.', p_table::regclass));
    elsif p_columns is not null and (p_verb not in ('insert', 'update') or cardinality(p_columns) = 0
                                     or array_position(p_columns, null) is not null) then
        perform rowhouse_private.bad('Columns are named for insert and update only.');
    elsif v_scope is not null and (jsonb_typeof(v_scope) <> 'object' or v_scope = '{}' or exists (
            select from jsonb_each(v_scope) s
             where jsonb_typeof(s.value) <> 'array' or s.value = '[]' or exists (
                   select from jsonb_array_elements(s.value) v where jsonb_typeof(v) <> 'string'))) then
        perform rowhouse_private.bad('Rows are chosen by columns and lists of values.');
    end if;
    for r in select * from rowhouse_private.roles_named(p_name) loop
        if not p_beside then
            delete from rowhouse_private.permission p
             where p.tenant_id = r.tenant_id and p.role_id = r.role_id and p.verb = p_verb
               and p.table_oid is not distinct from p_table
               and (p.columns, p.scope) is distinct from (p_columns, v_scope);
        end if;
        insert into rowhouse_private.permission (tenant_id, role_id, table_oid, verb, columns, scope)
            select r.tenant_id, r.role_id, p_table, p_verb, p_columns, v_scope
             where not exists (select from rowhouse_private.permission p
                                where p.tenant_id = r.tenant_id and p.role_id = r.role_id and p.verb = p_verb
                                  and p.table_oid is not distinct from p_table
                                  and (p.columns, p.scope) is not distinct from (p_columns, v_scope));
    end loop;
end $$;

-- Takes a verb on a table from a role in every tenant (verb null: all verbs); says how much that was.
create or replace function rowhouse_private.owner_role_take(p_name text, p_table oid, p_verb text) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_taken bigint;
begin
    perform rowhouse_private.begin_roles();
    -- Asked by itself: a join that finds nothing else need not ask it at all.
    perform from rowhouse_private.roles_named(p_name);
    delete from rowhouse_private.permission p using rowhouse_private.roles_named(p_name) r
     where p.tenant_id = r.tenant_id and p.role_id = r.role_id and p.table_oid is not distinct from p_table
       and (p_verb is null or p.verb = p_verb);
    get diagnostics v_taken = row_count;
    return v_taken;
end $$;

-- Removes a role that nobody has, in every tenant.
create or replace function rowhouse_private.owner_role_remove(p_name text) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_people text;
begin
    perform rowhouse_private.begin_roles();
    perform from rowhouse_private.roles_named(p_name);
    select string_agg(a.username, ', ' order by a.username) into v_people
      from rowhouse_private.roles_named(p_name) r
      join rowhouse_private.account_role x on x.tenant_id = r.tenant_id and x.role_id = r.role_id
      join rowhouse_private.account a on a.account_id = x.account_id;
    if v_people is not null then
        perform rowhouse_private.bad(format('The role %s is given to %s; give them another first.', p_name, v_people));
    end if;
    delete from rowhouse_private.role x where x.name = p_name;
end $$;

-- Gives a tenant the first one's roles: those it has by name become as they are there, others are added.
create function rowhouse_private.copy_roles(p_from bigint, p_to bigint) returns void
    language plpgsql volatile
    as $$
declare
    r rowhouse_private.role;
    v_role bigint;
begin
    for r in select * from rowhouse_private.role x where x.tenant_id = p_from order by x.role_id loop
        select x.role_id into v_role from rowhouse_private.role x where x.tenant_id = p_to and x.name = r.name;
        if not found then
            insert into rowhouse_private.role (tenant_id, name, built_in) values (p_to, r.name, r.built_in)
                returning role_id into v_role;
        end if;
        update rowhouse_private.role x
           set may_see_sessions = r.may_see_sessions, may_end_sessions = r.may_end_sessions,
               may_manage_accounts = r.may_manage_accounts, may_see_audit = r.may_see_audit,
               abilities = r.abilities, description = r.description
         where x.tenant_id = p_to and x.role_id = v_role
           and (x.may_see_sessions, x.may_end_sessions, x.may_manage_accounts, x.may_see_audit, x.abilities,
                x.description) is distinct from (r.may_see_sessions, r.may_end_sessions, r.may_manage_accounts,
                r.may_see_audit, r.abilities, r.description);
        delete from rowhouse_private.permission p
         where p.tenant_id = p_to and p.role_id = v_role
           and not exists (select from rowhouse_private.permission f
                            where f.tenant_id = p_from and f.role_id = r.role_id
                              and (f.table_oid, f.verb, f.columns, f.scope)
                                  is not distinct from (p.table_oid, p.verb, p.columns, p.scope));
        insert into rowhouse_private.permission (tenant_id, role_id, table_oid, verb, columns, scope)
            select p_to, v_role, f.table_oid, f.verb, f.columns, f.scope
              from rowhouse_private.permission f
             where f.tenant_id = p_from and f.role_id = r.role_id
               and not exists (select from rowhouse_private.permission p
                                where p.tenant_id = p_to and p.role_id = v_role
                                  and (f.table_oid, f.verb, f.columns, f.scope)
                                      is not distinct from (p.table_oid, p.verb, p.columns, p.scope))
             order by f.permission_id;
    end loop;
end $$;

-- Makes a tenant. It begins with the limits and the roles of tenant 1.
create or replace function rowhouse_private.owner_tenant_add(p_name text, p_value text, p_until timestamptz)
    returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_tenant bigint;
    v_policy rowhouse_private.policy;
begin
    -- A role that changes meanwhile is copied as it was before, or as it is after, never half.
    perform rowhouse_private.begin_roles();
    perform rowhouse_private.check_value(p_value);
    insert into rowhouse_private.tenant (name, value, valid_until) values (btrim(p_name), p_value, p_until)
        on conflict do nothing returning tenant_id into v_tenant;
    if v_tenant is null then
        perform rowhouse_private.bad('Another tenant has this name or this value.');
    end if;
    select * into v_policy from rowhouse_private.policy l where l.tenant_id = 1;
    v_policy.tenant_id := v_tenant;
    insert into rowhouse_private.policy select v_policy.*;
    perform rowhouse_private.copy_roles(1, v_tenant);
end $$;

-- Gives an account another tenant, with roles of that one, and another name that others see, all of it or
-- nothing; what is null stays, roles being those of the same names. Its sessions end.
create function rowhouse_private.owner_account_move_as(p_username text, p_tenant text, p_roles text[], p_display text)
    returns void
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$ select rowhouse_private.owner_account_move(p_username, p_tenant, p_roles);
          select rowhouse_private.owner_account_edit(p_username, p_display, null) where p_display is not null $$;

grant execute on function rowhouse_private.begin_roles(),
    rowhouse_private.owner_account_move_as(text, text, text[], text) to {{owner}};

-- Until now only the first tenant's roles were changed, so a right that was taken there stayed elsewhere.
do $$
declare
    t bigint;
    r rowhouse_private.role;
    v_role bigint;
begin
    -- Renamed or removed in the first tenant: what nobody has goes, the rest can be seen there again.
    delete from rowhouse_private.role x
     where x.tenant_id <> 1 and not x.built_in
       and not exists (select from rowhouse_private.role f where f.tenant_id = 1 and f.name = x.name)
       and not exists (select from rowhouse_private.account_role h
                        where h.tenant_id = x.tenant_id and h.role_id = x.role_id);
    for r in select distinct on (x.name) x.* from rowhouse_private.role x
              where not exists (select from rowhouse_private.role f where f.tenant_id = 1 and f.name = x.name)
              order by x.name, x.tenant_id loop
        insert into rowhouse_private.role (tenant_id, name, may_see_sessions, may_end_sessions,
                may_manage_accounts, may_see_audit, abilities, description)
            values (1, r.name, r.may_see_sessions, r.may_end_sessions, r.may_manage_accounts, r.may_see_audit,
                r.abilities, r.description)
            returning role_id into v_role;
        insert into rowhouse_private.permission (tenant_id, role_id, table_oid, verb, columns, scope)
            select 1, v_role, p.table_oid, p.verb, p.columns, p.scope
              from rowhouse_private.permission p where p.tenant_id = r.tenant_id and p.role_id = r.role_id
             order by p.permission_id;
    end loop;
    for t in select x.tenant_id from rowhouse_private.tenant x where x.tenant_id <> 1 order by 1 loop
        perform rowhouse_private.copy_roles(1, t);
    end loop;
end $$;

-- Stores the same password at a higher cost, right after it was typed to sign in; for accounts without a
-- tenant too.
create or replace function rowhouse.password_upgrade(p_token text, p_salt bytea, p_m integer, p_t integer,
        p_p integer, p_stored_key bytea, p_server_key bytea) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_now timestamptz := rowhouse_private.now();
    c record;
begin
    perform set_config('rowhouse.session', coalesce(p_token, ''), true);
    c := rowhouse_private.viewer();
    perform rowhouse_private.check_verifier(p_salt, p_m, p_t, p_p, p_stored_key, p_server_key);
    update rowhouse_private.credential x
       set salt = p_salt, m = p_m, t = p_t, p = p_p, stored_key = p_stored_key, server_key = p_server_key,
           set_at = v_now
      from rowhouse_private.session s, rowhouse_private.policy l
     where x.account_id = c.account_id and s.session_id = c.session_id
       and l.tenant_id = coalesce(x.tenant_id, 1)
       and s.started_at > v_now - interval '1 minute' and x.salt <> p_salt and not x.one_time
       and x.m::bigint * x.t < l.argon_m::bigint * l.argon_t
       and (p_m, p_t, p_p) = (l.argon_m, l.argon_t, l.argon_p);
    if found then
        perform rowhouse_trail.note(c.tenant_id, c.account_id, c.username, c.session_id, null,
            'password kept at a higher cost', null);
    end if;
    return found;
end $$;

-- Whether a value is one that a column of a table holds, written in the way in which the column shows it:
-- in the column's own length, or its domain's, which would cut or round another.
create or replace function rowhouse_private.reads_as(p_table oid, p_column text, p_value text) returns boolean
    language plpgsql stable
    as $$
declare
    v_type text;
    v_same boolean;
begin
    with recursive up(oid, typmod) as (
        select a.atttypid, a.atttypmod from pg_attribute a
         where a.attrelid = p_table and a.attname = p_column and a.attnum > 0 and not a.attisdropped
        union all
        select t.typbasetype, t.typtypmod from up join pg_type t on t.oid = up.oid where t.typtype = 'd')
    select format_type(t.oid, up.typmod) into v_type from up join pg_type t on t.oid = up.oid where t.typtype <> 'd';
    execute format('select %L::%s::text = %L', p_value, v_type, p_value) into v_same;
    return coalesce(v_same, false);
exception when others then
    return false;
end $$;

-- What one scope asks of a row, as SQL; a column that is not there lets nothing by. Values are compared by
-- the equality of the column's own type, wherever that is: citext has one of its own.
create or replace function rowhouse_private.scope_term(p_table oid, p_scope jsonb) returns text
    language sql stable set search_path = pg_catalog, pg_temp
    as $$ select case when p_scope is null then 'true' else '(' || coalesce((
            select string_agg(case when a.attname is null then 'false'
                       else format('%I operator(%s) any (%L::text[]::%s[])', a.attname, k.equal,
                                   array(select jsonb_array_elements_text(s.value)), k.type) end,
                       ' and ' order by s.key)
              from jsonb_each(p_scope) s
              left join pg_attribute a on a.attrelid = p_table and a.attname = s.key
               and a.attnum > 0 and not a.attisdropped
              left join lateral (
                   with recursive up(oid) as (
                        select a.atttypid
                        union all
                        select t.typbasetype from up join pg_type t on t.oid = up.oid where t.typtype = 'd')
                   select format_type(t.oid, -1) as type,
                          coalesce((select format('%I.%s', n.nspname, o.oprname)
                                      from pg_opclass c
                                      join pg_am m on m.oid = c.opcmethod and m.amname = 'btree'
                                      join pg_amop q on q.amopfamily = c.opcfamily and q.amopstrategy = 3
                                       and q.amoplefttype = t.oid and q.amoprighttype = t.oid
                                      join pg_operator o on o.oid = q.amopopr
                                      join pg_namespace n on n.oid = o.oprnamespace
                                     where c.opcdefault and c.opcintype = t.oid), 'pg_catalog.=') as equal
                     from up join pg_type t on t.oid = up.oid where t.typtype <> 'd') k on true), 'false') || ')' end $$;

set local role {{owner}};

-- Which of some columns the asking person may not give in a new row: those that no permission names which
-- lets them make it.
create function rowhouse.not_given(p_table oid, p_columns text[], p_row anyelement) returns text[]
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_allowed text[] := '{}';
    v_here boolean;
    g record;
begin
    for g in select * from rowhouse_private.given(p_table, 'insert') loop
        execute rowhouse_private.row_test(rowhouse_private.scope_term(p_table, g.scope)) into v_here using p_row;
        continue when not v_here;
        if g.columns is null then
            return '{}';
        end if;
        v_allowed := v_allowed || g.columns;
    end loop;
    return array(select x from unnest(p_columns) x where x <> all (v_allowed));
end $$;
grant execute on function rowhouse.not_given(oid, text[], anyelement) to {{client}};

-- Where a column is none that a person's roles give, and the database works its default out anew each time,
-- nothing tells a value that was given from that default: it is worked out once more, with the rights and on
-- the path of who inserts, as the default itself is. A number that was just drawn from its sequence stays.
create function rowhouse_private.keep_defaults() returns trigger
    language plpgsql
    as $$
declare
    v_table constant oid := coalesce(pg_catalog.pg_partition_root(tg_relid)::oid, tg_relid);
    v_columns text[];
    v_given text[];
    v_anew text[] := '{}';
    v_row text;
    d record;
begin
    select pg_catalog.array_agg(a.attname::text) into v_columns
      from pg_catalog.pg_attribute a join pg_catalog.pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum
     where a.attrelid = tg_relid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
       and pg_catalog.pg_get_expr(f.adbin, f.adrelid) !~
           $r$^('([^']|'')*'|\(?-?[0-9.]+\)?|true|false|now\(\)|CURRENT_TIMESTAMP|CURRENT_DATE|LOCALTIMESTAMP)(::[[:alnum:]_. "]+(\([0-9, ]+\))?)?\Z$r$;
    if v_columns is null then
        return new;
    end if;
    v_given := rowhouse.not_given(v_table, v_columns, new);
    if v_given = '{}' then
        return new;
    end if;
    for d in select a.attname, pg_catalog.pg_get_expr(f.adbin, f.adrelid) as text
               from pg_catalog.pg_attribute a join pg_catalog.pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum
              where a.attrelid = tg_relid and a.attname = any (v_given) loop
        begin
            if d.text ~ '^nextval\(' then
                execute pg_catalog.format('select ($1).%I = currval%s', d.attname, pg_catalog.substr(d.text, 8))
                    into v_row using new;
                continue when v_row::boolean;
            end if;
        exception when object_not_in_prerequisite_state then
            null; -- nothing was drawn from it here
        end;
        v_anew := v_anew || d.attname::text;
    end loop;
    if v_anew = '{}' then
        return new;
    end if;
    select pg_catalog.string_agg(case when a.attname = any (v_anew) then pg_catalog.pg_get_expr(f.adbin, f.adrelid)
                                      else pg_catalog.format('($1).%I', a.attname) end, ', ' order by a.attnum)
      into v_row
      from pg_catalog.pg_attribute a
      left join pg_catalog.pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum
     where a.attrelid = tg_relid and a.attnum > 0 and not a.attisdropped;
    execute pg_catalog.format('select (row(%s)::%s).*', v_row, tg_relid::pg_catalog.regclass) into new using new;
    return new;
end $$;
