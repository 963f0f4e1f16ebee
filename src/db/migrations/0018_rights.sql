-- What roles let people do: verbs, columns and rows, as data that policies, functions and clients read.
--
-- A permission of a role gives a verb on a table (or on all): for all rows, or for those whose columns
-- have one of the values of its scope; for all columns, or for some. Several add up. One that limits
-- rows or columns counts only where the table's policies and trigger hold people to it: `rowhouse adopt`,
-- `init` and `role` write them, see src/db/adopt/rights.rs.

set local role {{owner}};

-- What the policies and the trigger of a table hold people to.
alter table rowhouse_private.adopted
    add column scoped text[] not null default '{}', -- the sets of columns that policies compare with scopes
    add column limited boolean not null default false; -- whether the trigger that asks for columns is there

set local role {{auth}};
grant select on rowhouse_private.permission to {{owner}};

-- The columns of a scope as one text, by which permissions, policies and tables mean the same set.
create function rowhouse_private.scope_key(p_scope jsonb) returns text
    language sql immutable parallel safe
    as $$ select coalesce(jsonb_agg(k order by k collate "C"), '[]')::text from jsonb_object_keys(p_scope) k $$;

-- Whether a permission that limits rows or columns is one that the table holds people to. A policy that
-- is gone, because a column it names was dropped, takes the permission with it.
create function rowhouse_private.holds(p_table oid, p_verb text, p_columns text[], p_scope jsonb) returns boolean
    language sql stable parallel safe
    as $$ select exists (
            select from rowhouse_private.adopted a
             where a.table_oid = p_table
               and (p_columns is null or a.limited and p_verb in ('insert', 'update'))
               and (p_scope is null or a.limited and rowhouse_private.scope_key(p_scope) = any (a.scoped)
                    and (select count(*) from pg_catalog.pg_policy y
                          where y.polrelid = p_table and not y.polpermissive
                            and y.polname in ('rowhouse_scope_view', 'rowhouse_scope_insert',
                                              'rowhouse_scope_update', 'rowhouse_scope_delete')) = 4)) $$;

-- Whether the rows of a table are split among the tenants.
create function rowhouse_private.is_split(p_table oid) returns boolean
    language sql stable parallel safe
    as $$ select exists (select from rowhouse_private.adopted a
                          where a.table_oid = p_table and a.tenant_column is not null) $$;

-- Whether others than tenant 1 get at a table at all: only where its rows are split among the tenants.
-- All rows of the rest are tenant 1's.
create function rowhouse_private.open_to_tenants(p_table oid) returns boolean
    language sql stable parallel safe
    as $$ select rowhouse_private.is_split(p_table) $$;

-- The gate. Raises when the session is not valid, else says whether the verb is given on the table, be it
-- for some rows or columns only. Who may not view may not update or delete either, so that the rule of
-- each verb is enough by itself.
-- Policies call it as (select rowhouse.may(<oid>, 'view')): once per statement, not once per row.
create or replace function rowhouse.may(p_table oid, p_verb text) returns boolean
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    set random_page_cost = 0.1
    as $$
declare
    v_hash bytea := sha256(convert_to(nullif(current_setting('rowhouse.session', true), ''), 'UTF8'));
    v_given boolean;
begin
    select (select bool_or(p.verb = p_verb)
                   and (p_verb not in ('update', 'delete') or bool_or(p.verb = 'view'))
              from rowhouse_private.account_role r
              join rowhouse_private.permission p
                on p.tenant_id = r.tenant_id and p.role_id = r.role_id
             where r.tenant_id = s.tenant_id and r.account_id = s.account_id
               and p.verb in (p_verb, 'view') and (p.table_oid is null or p.table_oid = p_table)
               and (p.scope is null and p.columns is null
                    or rowhouse_private.holds(p_table, p.verb, p.columns, p.scope)))
               -- Tenant 1 is asked nothing: it is the only one there is nearly everywhere.
               and (s.tenant_id = 1 or rowhouse_private.open_to_tenants(p_table))
      into v_given
      from rowhouse_private.session s
     where s.token_hash = v_hash and s.ended_at is null and not s.restricted and s.tenant_id is not null
       and (select a.deactivated_at is null from rowhouse_private.account a where a.account_id = s.account_id)
       and rowhouse_private.now() < least(
               (select case when t.active then coalesce(t.valid_until, 'infinity') else '-infinity' end
                  from rowhouse_private.tenant t where t.tenant_id = s.tenant_id),
               rowhouse_private.live_until(s.expires_at, s.last_seen_at, s.last_active_at, s.idle_limit,
                                           rowhouse_private.now()));
    if not found then
        perform rowhouse_private.refuse_session(v_hash);
    end if;
    return coalesce(v_given, false);
end $$;

-- The permissions of the asking person for a verb on a table that count; raises when nobody is signed in.
create function rowhouse_private.given(p_table oid, p_verb text)
    returns table (permission_id bigint, columns text[], scope jsonb)
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    set random_page_cost = 0.1
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
begin
    return query
        select p.permission_id, p.columns, p.scope
          from rowhouse_private.account_role r
          join rowhouse_private.permission p on p.tenant_id = r.tenant_id and p.role_id = r.role_id
         where r.tenant_id = c.tenant_id and r.account_id = c.account_id
           and p.verb = p_verb and (p.table_oid is null or p.table_oid = p_table)
           and (p.scope is null and p.columns is null
                or rowhouse_private.holds(p_table, p.verb, p.columns, p.scope))
           and (c.tenant_id = 1 or rowhouse_private.open_to_tenants(p_table));
end $$;

-- Whether the asking person has a verb on all rows of a table; for policies, like rowhouse.may.
create function rowhouse.whole(p_table oid, p_verb text) returns boolean
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    return exists (select from rowhouse_private.given(p_table, p_verb) g where g.scope is null);
end $$;

-- The values that the asking person's scopes give to a set of columns, one row for each combination;
-- for policies. Values of different permissions are never mixed.
create function rowhouse.allowed(p_table oid, p_verb text, p_columns text[]) returns table (v text[])
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    return query
    with recursive mine as materialized (
        select g.permission_id, g.scope from rowhouse_private.given(p_table, p_verb) g
         where g.scope is not null and rowhouse_private.scope_key(g.scope) = rowhouse_private.scope_key(
                   (select jsonb_object_agg(c, 1) from unnest(p_columns) c))
    ), grown as (
        select m.permission_id, m.scope, 0 as n, '{}'::text[] as v from mine m
        union all
        select g.permission_id, g.scope, g.n + 1, g.v || x.value
          from grown g
         cross join lateral jsonb_array_elements_text(g.scope -> p_columns[g.n + 1]) x(value)
         where g.n < cardinality(p_columns)
    )
    select distinct g.v from grown g where g.n = cardinality(p_columns);
end $$;

-- What one scope asks of a row, as SQL; a column that is not there lets nothing by.
create function rowhouse_private.scope_term(p_table oid, p_scope jsonb) returns text
    language sql stable set search_path = pg_catalog, pg_temp
    as $$ select case when p_scope is null then 'true' else '(' || coalesce((
            select string_agg(coalesce(format('%I = any (%L::text[]::%s[])', a.attname,
                       array(select jsonb_array_elements_text(s.value)),
                       (with recursive up(oid) as (
                            select a.atttypid
                            union all
                            select t.typbasetype from up join pg_type t on t.oid = up.oid where t.typtype = 'd')
                        select format_type(t.oid, -1) from up join pg_type t on t.oid = up.oid
                         where t.typtype <> 'd')), 'false'), ' and ' order by s.key)
              from jsonb_each(p_scope) s
              left join pg_attribute a on a.attrelid = p_table and a.attname = s.key
               and a.attnum > 0 and not a.attisdropped), 'false') || ')' end $$;

-- What the asking person's permissions for a verb ask of a row, as SQL over the table's columns: for
-- functions of ours that look where no policy does. "true": all rows.
create function rowhouse_private.scope_sql(p_table oid, p_verb text) returns text
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select coalesce(string_agg(rowhouse_private.scope_term(p_table, g.scope), ' or '), 'false')
            from rowhouse_private.given(p_table, p_verb) g $$;

-- Whether the values recorded of a row are such that the asking person's permissions reach it. Compared
-- as text, because a value may have been recorded when the column had another type.
create function rowhouse_private.fits(p_table oid, p_verb text, p_values jsonb) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select exists (
            select from rowhouse_private.given(p_table, p_verb) g
             where g.scope is null
                or not exists (select from jsonb_each(g.scope) s
                                where not coalesce(s.value ? (p_values ->> s.key), false))) $$;

-- What the tables' policies and triggers have to hold people to, by the permissions that there are: the
-- sets of columns, and whether anything is limited at all.
create function rowhouse_private.needed(p_table oid, out scoped text[], out limited boolean)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select coalesce(array_agg(distinct rowhouse_private.scope_key(p.scope))
                              filter (where p.scope is not null), '{}'), count(*) > 0
            from rowhouse_private.permission p
           where (p.table_oid = p_table or p.table_oid is null)
             and (p.scope is not null or p.columns is not null)
             and not exists (select from jsonb_object_keys(coalesce(p.scope, '{}')) k
                              where not exists (select from pg_attribute a
                                                 where a.attrelid = p_table and a.attname = k
                                                   and a.attnum > 0 and not a.attisdropped)) $$;

grant execute on function rowhouse_private.is_split(oid), rowhouse_private.open_to_tenants(oid),
    rowhouse_private.scope_key(jsonb), rowhouse_private.given(oid, text),
    rowhouse_private.scope_sql(oid, text), rowhouse_private.scope_term(oid, jsonb),
    rowhouse_private.fits(oid, text, jsonb), rowhouse_private.needed(oid) to {{owner}}, {{trail}}, {{search}};
grant execute on function rowhouse.whole(oid, text), rowhouse.allowed(oid, text, text[])
    to {{client}}, {{owner}}, {{trail}}, {{search}};

-- The adopted tables and what I may do with each; those I may do nothing with are left out. Of limits:
-- the columns that may be written (null: all), and the rows by verb (null: all), as lists of scopes.
drop function rowhouse.my_tables();
create function rowhouse.my_tables() returns table (table_oid oid, can_view boolean,
        can_insert boolean, can_update boolean, can_delete boolean, version_column text,
        insert_columns text[], update_columns text[], scopes jsonb)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
    with mine as materialized (
        select d.table_oid, p.verb, p.columns, p.scope
          from rowhouse_private.ctx() c
         cross join rowhouse_private.adopted d
          join pg_class k on k.oid = d.table_oid
          join rowhouse_private.account_role ar on ar.tenant_id = c.tenant_id and ar.account_id = c.account_id
          join rowhouse_private.permission p
            on p.tenant_id = ar.tenant_id and p.role_id = ar.role_id
           and (p.table_oid is null or p.table_oid = d.table_oid)
         where (p.scope is null and p.columns is null
                or rowhouse_private.holds(d.table_oid, p.verb, p.columns, p.scope))
           and (c.tenant_id = 1 or rowhouse_private.open_to_tenants(d.table_oid))
    ), verbs as (
        select m.table_oid, bool_or(m.verb = 'view') as v, bool_or(m.verb = 'insert') as i,
               bool_or(m.verb = 'update') as u, bool_or(m.verb = 'delete') as d
          from mine m group by m.table_oid
    )
    select g.table_oid, g.v, g.i, g.u and g.v, g.d and g.v, d.version_column,
           (select array_agg(distinct x order by x) filter (where x is not null)
              from mine m left join unnest(m.columns) x on true
             where m.table_oid = g.table_oid and m.verb = 'insert'
            having not bool_or(m.columns is null)),
           (select array_agg(distinct x order by x) filter (where x is not null)
              from mine m left join unnest(m.columns) x on true
             where m.table_oid = g.table_oid and m.verb = 'update'
            having not bool_or(m.columns is null)),
           (select jsonb_object_agg(z.verb, z.scopes)
              from (select m.verb, jsonb_agg(distinct m.scope) as scopes
                      from mine m where m.table_oid = g.table_oid
                     group by m.verb having bool_and(m.scope is not null)) z)
      from verbs g
      join rowhouse_private.adopted d on d.table_oid = g.table_oid
     where g.v or g.i or g.u or g.d $$;
revoke all on function rowhouse.my_tables() from public;
grant execute on function rowhouse.my_tables() to {{client}}, {{owner}};

set local role {{owner}};

-- The names of the restrictive policies of ours.
create function rowhouse_private.policy_names() returns name[]
    language sql immutable parallel safe
    as $$ select '{rowhouse_gate,rowhouse_insert,rowhouse_update,rowhouse_delete,rowhouse_scope_view,
                   rowhouse_scope_insert,rowhouse_scope_update,rowhouse_scope_delete,rowhouse_tenant}'::name[] $$;

-- Whether something of the database's own, a restrictive policy or a right that was taken from a key
-- column, decides which rows of a table are seen. What it would have said of a row that is gone cannot
-- be known.
create function rowhouse_private.judged_elsewhere(p_table oid) returns boolean
    language sql stable
    as $$ select not rowhouse_private.key_readable(p_table)
              or exists (select from pg_catalog.pg_policy p
                          where p.polrelid = p_table and not p.polpermissive
                            and p.polname <> all (rowhouse_private.policy_names())) $$;

-- Whether each row of a table has to be looked at before something is told of it: others judge it, the
-- asking person's roles reach some rows only, or the rows are split among tenants.
create or replace function rowhouse_private.judged_by_others(p_table oid) returns boolean
    language sql stable
    as $$ select rowhouse_private.judged_elsewhere(p_table) or rowhouse_private.is_split(p_table)
              or not rowhouse.whole(p_table, 'view') $$;

-- Whether the asking person could see a row that is gone, by the values recorded.
create function rowhouse_private.could_see(p_table oid, p_values jsonb) returns boolean
    language sql stable
    as $$ select p_values is not null and not rowhouse_private.judged_elsewhere(p_table)
             and rowhouse_private.fits(p_table, 'view', p_values) $$;

-- Whether the record is there, and the asking person may do this with it.
create function rowhouse_private.sees(p_table oid, p_key text[], p_verb text default 'view') returns boolean
    language plpgsql stable
    set datestyle = 'ISO, YMD' set timezone = 'UTC' set intervalstyle = 'postgres'
    set extra_float_digits = '1' set lc_monetary = 'C' set bytea_output = 'hex'
    as $$
declare
    v_text text;
    v_seen boolean;
begin
    if not rowhouse_private.is_seen(p_table, p_key) or not rowhouse.may(p_table, p_verb) then
        return false;
    elsif p_verb = 'view' or rowhouse.whole(p_table, p_verb) then
        return true;
    end if;
    select string_agg(format('%I::text = %L', k.name, k.value), ' and ') into v_text
      from rowhouse_private.adopted a, unnest(a.key_columns, p_key) k(name, value)
     where a.table_oid = p_table and cardinality(a.key_columns) = cardinality(p_key);
    execute format('select exists (select from %s where (%s) and %s)', p_table::regclass,
                   rowhouse_private.scope_sql(p_table, p_verb), v_text) into v_seen;
    return v_seen;
end $$;

-- The same for a function of the owner of accounts, which may not look into tables.
create function rowhouse_private.shows(p_table oid, p_key text[]) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select rowhouse_private.gate(p_table, 'view') and rowhouse_private.is_seen(p_table, p_key) $$;
grant execute on function rowhouse_private.shows(oid, text[]) to {{auth}};

-- The functions of before, which now also ask for scopes.

-- What restrictive policies ask of the shared login and not of the role that owns these functions:
-- those for the login alone, and those that ask who the current user is. Null when there are none.
-- One whose answer hangs on the current user in a way that cannot be put for another lets nothing by.
create or replace function rowhouse_private.asked_of_login(p_table oid, p_verbs text) returns text
    language sql stable
    as $$ select string_agg(case when h.hidden then 'false'
                 when w.words !~ '\m(CURRENT_USER|CURRENT_ROLE|USER)\M' then '(' || e.text || ')'
                 else '(' || regexp_replace(e.text, '\m(CURRENT_USER|CURRENT_ROLE|USER)\M',
                                            quote_literal({{client_name}}) || '::name', 'g') || ')' end, ' and ')
            from pg_catalog.pg_policy p
           cross join lateral (select pg_get_expr(p.polqual, p.polrelid) as text) e
           cross join lateral (
                 select regexp_replace(e.text, $r$'([^']|'')*'|"([^"]|"")*"$r$, '', 'g') as words) w
           cross join lateral (
                 select w.words ~ '\m(pg_has_role|has_[a-z_]+_privilege|row_security_active)\M'
                     or exists (
                        select from pg_catalog.pg_depend d
                          join pg_catalog.pg_proc f on f.oid = d.refobjid
                         where d.classid = 'pg_catalog.pg_policy'::regclass and d.objid = p.oid
                           and d.refclassid = 'pg_catalog.pg_proc'::regclass
                           and not f.prosecdef and f.prokind = 'f'
                           and pg_get_functiondef(f.oid) ~* '\m(current_user|current_role|pg_has_role|has_[a-z_]+_privilege)\M')
                     as hidden) h
           where p.polrelid = p_table and not p.polpermissive
             and position(p.polcmd::text in p_verbs) > 0
             and p.polname <> all (rowhouse_private.policy_names())
             and (0 = any (p.polroles)
                  or exists (select from unnest(p.polroles) r where pg_has_role({{client_name}}, r, 'usage')))
             and (h.hidden or w.words ~ '\m(CURRENT_USER|CURRENT_ROLE|USER)\M'
                  or not (0 = any (p.polroles)
                          or exists (select from unnest(p.polroles) r where pg_has_role(current_user, r, 'usage')))) $$;

-- The names under which a record's entries stand, the present one first: those of an earlier name
-- up to the change of the key. Where each row is judged, what had the name before and was deleted is another
-- record, of which nobody knows whether it was to be seen.
create or replace function rowhouse_private.record_line(p_tenant bigint, p_table oid, p_key text[])
    returns table (record_key text[], after_id bigint, upto_id bigint)
    language plpgsql stable
    as $$
#variable_conflict use_column
declare
    v_key text[] := p_key;
    v_upto bigint := 9223372036854775807;
    v_id bigint;
    v_old text[];
    v_end bigint;
    v_judged boolean := rowhouse_private.judged_by_others(p_table);
begin
    for hop in 1 .. 50 loop
        select e.id, e.record_key into v_id, v_old
          from rowhouse_trail.entry e
         where e.tenant_id = p_tenant and e.table_oid = p_table and e.new_key is not null
           and hash_array_extended(e.new_key, 0) = hash_array_extended(v_key, 0)
           and e.new_key = v_key and e.id <= v_upto
         order by e.id desc limit 1;
        if v_judged then
            select max(e.id) into v_end from rowhouse_trail.entry e
             where e.tenant_id = p_tenant and e.table_oid = p_table and e.kind = 'record'
               and (hash_array_extended(e.record_key, 0) = hash_array_extended(v_key, 0) and e.record_key = v_key
                       and e.verb = 'delete'
                    or e.verb = 'truncate' and hash_array_extended(e.record_key, 0) is null)
               and e.id > coalesce(v_id, 0) and e.id <= v_upto
               -- Of a record that is gone, its own deletion ends nothing.
               and (hop > 1 or e.id < (
                    select max(n.id) from rowhouse_trail.entry n
                     where n.tenant_id = p_tenant and n.table_oid = p_table and n.kind = 'record'
                       and hash_array_extended(n.record_key, 0) = hash_array_extended(v_key, 0)
                       and n.record_key = v_key and n.id <= v_upto));
        end if;
        return query select v_key, coalesce(v_end, v_id, 0), v_upto;
        exit when v_id is null or v_end is not null;
        v_key := v_old;
        v_upto := v_id;
    end loop;
end $$;

-- Whether the asking person may read the entries of a record: they see it, or it is gone
-- and was one that they could see.
create or replace function rowhouse_private.may_read_line(p_tenant bigint, p_table oid, p_key text[]) returns boolean
    language plpgsql stable
    as $$
declare
    e record;
begin
    if rowhouse_private.is_seen(p_table, p_key) then
        return true;
    end if;
    select x.verb, x.new_key, x.old_values into e
      from rowhouse_trail.entry x
     where x.tenant_id = p_tenant and x.table_oid = p_table and x.kind = 'record'
       and hash_array_extended(x.record_key, 0) = hash_array_extended(p_key, 0) and x.record_key = p_key
     order by x.id desc limit 1;
    if not found then
        return false;
    end if;
    return e.verb = 'delete' and rowhouse_private.could_see(p_table, e.old_values)
        or e.new_key is not null and not rowhouse_private.judged_elsewhere(p_table)
           and rowhouse_private.may_read_line(p_tenant, p_table, e.new_key);
end $$;

-- The deleted records of a table that are still gone, the newest first, with how many others went
-- with each.
create or replace function rowhouse.deleted_records(p_table oid, p_before bigint, p_limit integer)
    returns table (id bigint, at timestamptz, record_key text[], version bigint, old_values jsonb,
        withheld integer, username text, display_name text, station text, db_user text, mine boolean,
        dependents jsonb)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
    v_limit integer := least(greatest(coalesce(p_limit, 30), 1), 200);
    v_before bigint := coalesce(p_before, 9223372036854775807);
    v_readable text[];
    v_tables oid[];
    v_whole boolean := rowhouse.whole(p_table, 'view') and not rowhouse_private.is_split(p_table);
begin
    perform rowhouse_private.need_view(p_table);
    if rowhouse_private.judged_elsewhere(p_table) then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'A policy or a right of the database decides which records you see here, and what it '
                      'would say of deleted ones cannot be known.';
    end if;
    v_readable := rowhouse_private.readable(p_table);
    v_tables := rowhouse_private.viewable();
    return query
        with gone as materialized (
            select e.* from rowhouse_trail.entry e
             where e.tenant_id = c.tenant_id and e.table_oid = p_table and e.kind = 'record'
               and e.verb = 'delete' and e.record_key is not null and e.id < v_before
               and (v_whole or rowhouse_private.could_see(p_table, e.old_values))
               and not exists (
                   select from rowhouse_trail.entry n
                    where n.tenant_id = c.tenant_id and n.table_oid = p_table and n.kind = 'record'
                      and hash_array_extended(n.record_key, 0) = hash_array_extended(e.record_key, 0)
                      and n.record_key = e.record_key and n.id > e.id)
             order by e.id desc limit v_limit
        )
        select g.id, g.at, g.record_key, g.version, rowhouse_private.shown(g.old_values, v_readable, 200),
               rowhouse_private.withheld(g.columns, g.old_values, v_readable),
               g.username, coalesce(a.display_name, g.username, ''), coalesce(g.station, ''), g.db_user,
               g.account_id is not distinct from c.account_id,
               (select jsonb_object_agg(w.table_oid::text, w.n)
                  from (select x.table_oid, count(*) as n
                          from rowhouse_private.gone_with(c.tenant_id, p_table, g.record_key, g.id) x
                         where x.depth > 0 and x.table_oid = any (v_tables)
                           and rowhouse_private.could_see(x.table_oid, x.old_values)
                         group by x.table_oid) w)
          from gone g
          left join rowhouse_private.account a on a.account_id = g.account_id
         order by g.id desc;
end $$;

-- A deleted record with all its values, and what was deleted with it, in the order in which they can
-- be created again.
create or replace function rowhouse.deleted_record(p_table oid, p_key text[], p_id bigint)
    returns table (table_oid oid, record_key text[], old_values jsonb, withheld integer, depth integer)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
    v_tables oid[];
begin
    perform rowhouse_private.need_view(p_table);
    if not rowhouse_private.may_read_line(c.tenant_id, p_table, p_key) then
        return;
    end if;
    v_tables := rowhouse_private.viewable();
    return query
        select x.table_oid, x.record_key, rowhouse_private.shown(x.old_values, r.readable, 2147483647),
               rowhouse_private.withheld(null, x.old_values, r.readable), x.depth
          from rowhouse_private.gone_with(c.tenant_id, p_table, p_key, p_id) x
         cross join lateral (select rowhouse_private.readable(x.table_oid) as readable) r
         where x.table_oid = any (v_tables) and rowhouse_private.could_see(x.table_oid, x.old_values)
         order by x.depth, x.table_oid, x.record_key
         limit 1000;
end $$;

-- Whether a change may be told to the asking person where each row is judged: they see the record, or it
-- is gone and they could see it.
create function rowhouse_private.told(p_table oid, p_key text[], p_verb text, p_old jsonb) returns boolean
    language sql stable
    as $$ select rowhouse_private.is_seen(p_table, p_key)
              or p_verb = 'delete' and rowhouse_private.could_see(p_table, p_old) $$;

-- Whether a change of a record that is not told may have taken one away that was seen: its key changed,
-- or a column that scopes or tenants ask for; of what others judge nothing is known.
create function rowhouse_private.may_vanish(p_table oid, p_verb text, p_columns text[], p_new_key text[])
    returns boolean
    language sql stable
    as $$ select case when p_verb in ('insert', 'delete') then rowhouse_private.judged_elsewhere(p_table)
            else p_columns is null or p_new_key is not null or rowhouse_private.judged_elsewhere(p_table)
                 or exists (select from rowhouse_private.adopted a
                             where a.table_oid = p_table and a.tenant_column = any (p_columns))
                 or exists (select from rowhouse_private.adopted a, unnest(a.scoped) s,
                                        jsonb_array_elements_text(s::jsonb) c
                             where a.table_oid = p_table and c = any (p_columns)) end $$;

-- Everything committed since the cursor on tables the person may view. Gives at least one row: the
-- new cursor. A cursor of before a restore, or more than p_limit changes, gives "truncate" without a
-- key, which means: read again (without a table: everything); so does a change that may have taken a
-- record out of what is seen.
create or replace function rowhouse.feed(p_cursor text, p_limit integer) returns table (cursor text, table_oid oid,
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
    v_judged oid[];
    v_hidden bigint[] := '{}';
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
        -- Only where rows are judged one by one is each looked at, once; the rest costs what it did.
        v_judged := array(select t from unnest(v_tables) t where rowhouse_private.judged_by_others(t));
        if cardinality(v_judged) > 0 then
            v_hidden := array(
                select e.id from rowhouse_trail.entry e
                 where e.tenant_id = c.tenant_id and e.xact >= pg_snapshot_xmin(v_before)
                   and not pg_visible_in_snapshot(e.xact, v_before) and e.kind = 'record'
                   and e.table_oid = any (v_judged)
                   and rowhouse_private.told(e.table_oid, e.record_key, e.verb, e.old_values) is not true);
        end if;
        return query
            select distinct v_cursor, e.table_oid, null::text[], 'truncate', null::text, null::text,
                   null::timestamptz, null::bigint, false
              from rowhouse_trail.entry e
             where cardinality(v_hidden) > 0 and e.tenant_id = c.tenant_id
               and e.xact >= pg_snapshot_xmin(v_before) and e.id = any (v_hidden)
               and rowhouse_private.may_vanish(e.table_oid, e.verb, e.columns, e.new_key);
        return query
            select v_cursor, e.table_oid, e.record_key, e.verb, coalesce(e.username, e.db_user),
                   coalesce(a.display_name, e.username, e.db_user), e.at, e.version,
                   e.session_id is not distinct from c.session_id
              from rowhouse_trail.entry e
              left join rowhouse_private.account a on a.account_id = e.account_id
             where e.tenant_id = c.tenant_id and e.xact >= pg_snapshot_xmin(v_before)
               and not pg_visible_in_snapshot(e.xact, v_before) and e.kind = 'record'
               and e.table_oid = any (v_tables) and e.id <> all (v_hidden)
             order by e.id;
    end if;
end $$;

-- The newest change of one record, deleted ones too; no row when there is none.
create or replace function rowhouse.last_change(p_table oid, p_key text[]) returns table (verb text, username text,
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
    elsif rowhouse_private.judged_by_others(p_table)
            and not rowhouse_private.may_read_line(c.tenant_id, p_table, p_key) then
        return;
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

-- Raises unless the record may be claimed: a record of an adopted table that I may view and change.
create or replace function rowhouse_private.check_claim(p_table oid, p_key text[]) returns void
    language plpgsql stable
    as $$
begin
    if not coalesce(rowhouse.may(p_table, 'view') and rowhouse.may(p_table, 'update'), false) then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'Your roles do not let you change records of this table.';
    elsif not exists (select from rowhouse_private.adopted d where d.table_oid = p_table
                         and cardinality(d.key_columns) = cardinality(p_key)
                         and array_position(p_key, null) is null and length(p_key::text) <= 1000) then
        perform rowhouse_private.bad('This is not a record of an adopted table.');
    elsif not rowhouse_private.is_seen(p_table, p_key) then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'There is no such record, or you may not see it.';
    elsif not rowhouse_private.sees(p_table, p_key, 'update') then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'Your roles do not let you change this record.';
    end if;
end $$;

-- What became of a record since somebody read it, by the trail. One row "now": under which key it is,
-- its newest change since (verb null: none), "delete" or "truncate" when it is gone. A second row
-- "after" when another record was created under its old key since. One row "denied" where the asking
-- person may not view the table, or may not see the record as it is now. p_xmin names the state that was
-- read; it can be guessed, so it proves nothing.
create or replace function rowhouse.what_became(p_table oid, p_key text[], p_xmin text)
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
    v_old jsonb;
    v_gone boolean := false;
    v_told boolean := false;
    v_judged boolean := rowhouse_private.judged_by_others(p_table);
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
        select x.id, x.verb, x.columns, x.old_values, x.new_values, x.account_id, x.username, x.db_user, x.station, x.at
          into e from rowhouse_trail.entry x
         where x.tenant_id = c.tenant_id and x.table_oid = p_table and x.kind = 'record'
           and (hash_array_extended(x.record_key, 0) = hash_array_extended(v_key, 0) and x.record_key = v_key
                or x.record_key is null and hash_array_extended(x.record_key, 0) is null)
           and case when v_since is null then x.xact > v_read else x.id > v_since end
         order by x.id limit 1;
        exit when not found;
        v_since := e.id;
        l := e;
        v_told := true;
        v_old := e.old_values;
        v_gone := e.verb in ('delete', 'truncate');
        exit when v_gone;
        if e.columns && v_names then
            v_left := coalesce(v_left, e.id);
            v_key := rowhouse_private.key_after(v_key, e.new_values, v_names);
        end if;
    end loop;
    -- Where rows are judged, it is told only of a record that is there and seen, or could be seen.
    if v_judged and (v_gone and not rowhouse_private.could_see(p_table, v_old)
                     or not v_gone and not rowhouse_private.is_seen(p_table, v_key)) then
        return query select 'denied', null::text[], null::text, null::text, null::text, null::text,
                            null::timestamptz;
        return;
    end if;
    if not v_told then
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
           and (not v_judged or rowhouse_private.is_seen(p_table, p_key))
         order by x.id desc limit 1;
end $$;

-- Holds the shared login to what its person's roles give on a table where roles limit columns or rows:
-- refuses a change of other columns, and of records out of reach, with a sentence. Policies hold for
-- statements; this also for what foreign keys and functions of the table's owner write. A column that is
-- not given on insert may have its default: one that the database works out anew each time is not judged.
create function rowhouse_private.check_rights() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_table constant oid := coalesce(pg_partition_root(tg_relid)::oid, tg_relid);
    v_verb constant text := lower(tg_op);
    v_changed text[] := '{}';
    v_allowed text[] := '{}';
    v_all boolean := false;
    v_from boolean;
    v_reached boolean := false;
    v_kept boolean := false;
    v_text text;
    g record;
begin
    if exists (select from rowhouse_private.given(v_table, v_verb) x where x.scope is null and x.columns is null)
            and (v_verb = 'insert' or rowhouse.whole(v_table, 'view')) then
        return coalesce(new, old);
    end if;
    if v_verb <> 'insert' then
        execute rowhouse_private.row_test(rowhouse_private.scope_sql(v_table, 'view')) into v_from using old;
        if not v_from then
            perform rowhouse_private.refuse_row(v_table, v_verb);
        end if;
    end if;
    for g in select * from rowhouse_private.given(v_table, v_verb) loop
        v_text := rowhouse_private.row_test(rowhouse_private.scope_term(v_table, g.scope));
        if v_verb <> 'insert' then
            execute v_text into v_from using old;
            continue when not v_from;
            v_reached := true;
        end if;
        if v_verb <> 'delete' then
            execute v_text into v_from using new;
            continue when not v_from;
        end if;
        v_reached := true;
        v_kept := true;
        v_all := v_all or g.columns is null;
        v_allowed := v_allowed || g.columns;
    end loop;
    if not v_reached then
        perform rowhouse_private.refuse_row(v_table, v_verb);
    elsif v_verb = 'delete' then
        return old;
    elsif not v_kept then
        perform rowhouse_private.refuse_move(v_table);
    end if;
    if v_verb = 'update' then
        execute rowhouse_private.row_test(rowhouse_private.scope_sql(v_table, 'view')) into v_from using new;
        if not v_from then
            perform rowhouse_private.refuse_move(v_table);
        end if;
    end if;
    if not v_all then
        execute rowhouse_private.changed_sql(tg_relid, v_verb, v_allowed) into v_changed
            using case when v_verb = 'update' then old else new end, new;
        if cardinality(v_changed) > 0 then
            raise exception using errcode = 'RH403', detail = 'permission', column = v_changed[1],
                message = format(case v_verb when 'insert' then 'Your roles do not let you give %s in %s.'
                                             else 'Your roles do not let you change %s in %s.' end,
                                 array_to_string(v_changed, ', '), rowhouse_private.table_text(v_table));
        end if;
    end if;
    return new;
end $$;

-- A condition over the table's columns, asked of one row.
create function rowhouse_private.row_test(p_condition text) returns text
    language sql immutable
    as $$ select 'select coalesce((select ' || p_condition || ' from (select ($1).*) t), false)' $$;

-- The statement that tells which columns differ between two rows and are not among some; for a new row
-- those that were given something else than nothing or a default that stays the same.
create function rowhouse_private.changed_sql(p_relation oid, p_verb text, p_allowed text[]) returns text
    language sql stable set search_path = pg_catalog, pg_temp
    as $$ select format('select array_remove(array[%s]::text[], null)', string_agg(case p_verb
                when 'update' then format('case when not record_image_eq(row(($1).%1$I), row(($2).%1$I)) then %1$L end',
                                          a.attname)
                else format('case when ($2).%1$I is not null %2$s then %1$L end', a.attname,
                       case when d.steady then format('and not record_image_eq(row(($2).%I), row((%s)::%s))',
                                           a.attname, d.text, format_type(a.atttypid, a.atttypmod)) else '' end)
                end, ', ' order by a.attnum))
            from pg_attribute a
            left join lateral (
                 select pg_get_expr(f.adbin, f.adrelid) as text,
                        pg_get_expr(f.adbin, f.adrelid) ~
                            $r$^('([^']|'')*'|\(?-?[0-9.]+\)?|true|false|now\(\)|CURRENT_TIMESTAMP|CURRENT_DATE|LOCALTIMESTAMP)(::[[:alnum:]_. "]+(\([0-9, ]+\))?)?\Z$r$
                            as steady
                   from pg_attrdef f where f.adrelid = a.attrelid and f.adnum = a.attnum) d on true
           where a.attrelid = p_relation and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
             and a.attname <> all (p_allowed)
             and a.attname is distinct from (select x.version_column from rowhouse_private.adopted x
                                              where x.table_oid = coalesce(pg_partition_root(p_relation)::oid, p_relation))
             and (p_verb = 'update' or d.steady or d.text is null and a.attidentity = '') $$;

-- A table's name in a sentence.
create function rowhouse_private.table_text(p_table oid) returns text
    language sql stable set search_path = pg_catalog, pg_temp
    as $$ select case when n.nspname = 'public' then c.relname::text else n.nspname || '.' || c.relname end
            from pg_class c join pg_namespace n on n.oid = c.relnamespace where c.oid = p_table $$;

create function rowhouse_private.refuse_row(p_table oid, p_verb text) returns void
    language plpgsql stable set search_path = pg_catalog, pg_temp
    as $$
begin
    raise exception using errcode = 'RH403', detail = 'permission',
        message = format(case p_verb
            when 'insert' then 'Your roles do not let you create such a record in %s: %s.'
            else 'Your roles do not let you ' || p_verb || ' this record of %s: %s.' end, rowhouse_private.table_text(p_table),
            rowhouse_private.reach_text(p_table, p_verb));
end $$;

create function rowhouse_private.refuse_move(p_table oid) returns void
    language plpgsql stable set search_path = pg_catalog, pg_temp
    as $$
begin
    raise exception using errcode = 'RH403', detail = 'moved',
        message = format('This would move the record out of what your roles reach in %s: %s.', rowhouse_private.table_text(p_table),
                         rowhouse_private.reach_text(p_table, 'update'));
end $$;

-- The rows that the asking person's roles reach, in words.
create function rowhouse_private.reach_text(p_table oid, p_verb text) returns text
    language sql stable set search_path = pg_catalog, pg_temp
    as $$ select coalesce(string_agg(distinct (
                 select string_agg(k.key || ' is ' || (select string_agg(v, ' or ')
                                     from jsonb_array_elements_text(k.value) v), ' and ' order by k.key)
                   from jsonb_each(g.scope) k), '; or '), 'none')
            from rowhouse_private.given(p_table, p_verb) g where g.scope is not null $$;

set local role {{auth}};

-- The sessions, for those who may see sessions: which record each has open only where they may see it.
create or replace function rowhouse.sessions()
    returns table (session_id bigint, username text, display_name text, roles text[],
        started timestamptz, last_seen timestamptz, last_active timestamptz, state text,
        ended_at timestamptz, end_reason text, addr text, client_json text, place text,
        table_name text, record_key text[], dirty boolean, record_count integer, mine boolean)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
begin
    perform rowhouse_private.need('see sessions');
    return query
        select s.session_id, s.username, s.display_name, s.roles, s.started, s.last_seen, s.last_active,
               s.state, s.ended_at, s.end_reason, s.addr, s.client_json, s.place,
               case when v.shown then s.table_name end, case when v.shown then s.record_key end,
               s.dirty, s.record_count, s.mine
          from rowhouse_private.list_sessions(c.tenant_id, c.session_id) s
          left join rowhouse_private.adopted d on d.schema_name || '.' || d.table_name = s.table_name
         cross join lateral (
               select s.mine or coalesce(rowhouse_private.shows(d.table_oid, s.record_key), false) as shown) v
         -- Those that began at the same moment stand in one order too.
         order by s.ended_at is not null, s.ended_at desc, s.started desc, s.session_id;
end $$;

-- Roles as data, written by the database's owner; accounts, written by managers and by the owner. Nobody
-- changes their own, nobody gives more than they have, and somebody is left who may manage accounts.

-- The role of a tenant by name; raises where there is none.
create function rowhouse_private.role_named(p_tenant bigint, p_name text) returns rowhouse_private.role
    language plpgsql stable
    as $$
declare
    r rowhouse_private.role;
begin
    select * into r from rowhouse_private.role x where x.tenant_id = p_tenant and x.name = p_name;
    if not found then
        perform rowhouse_private.bad(format('There is no role %s.', p_name));
    end if;
    return r;
end $$;

-- What a role gives, by table: those of all tables have none.
create function rowhouse_private.matrix(p_tenant bigint, p_name text)
    returns table (table_oid oid, table_name text, verb text, columns text[], scope text, held boolean)
    language sql stable
    as $$
    select p.table_oid, case when n.nspname = 'public' then c.relname::text else n.nspname || '.' || c.relname end,
           p.verb, p.columns, p.scope::text,
           p.scope is null and p.columns is null or p.table_oid is null
               or rowhouse_private.holds(p.table_oid, p.verb, p.columns, p.scope)
      from rowhouse_private.role_named(p_tenant, p_name) r
      join rowhouse_private.permission p on p.tenant_id = r.tenant_id and p.role_id = r.role_id
      left join pg_class c on c.oid = p.table_oid
      left join pg_namespace n on n.oid = c.relnamespace
     where p.table_oid is null or c.oid is not null
     order by p.table_oid is not null, 2, array_position('{view,insert,update,delete}', p.verb), p.permission_id $$;

-- The roles of a tenant, and who has them.
create function rowhouse_private.role_list(p_tenant bigint)
    returns table (role_id bigint, name text, description text, built_in boolean, abilities text[], people text[])
    language sql stable
    as $$
    select r.role_id, r.name, r.description, r.built_in,
           array(select a from unnest(array[case when r.all_tenants then 'see all tenants' end,
                                            case when r.may_manage_accounts then 'manage accounts' end,
                                            case when r.may_see_sessions then 'see sessions' end,
                                            case when r.may_end_sessions then 'end sessions' end,
                                            case when r.may_see_audit then 'see audit' end] || r.abilities) a
                  where a is not null),
           array(select a.username from rowhouse_private.account_role x
                   join rowhouse_private.account a on a.account_id = x.account_id
                  where x.tenant_id = r.tenant_id and x.role_id = r.role_id order by a.username)
      from rowhouse_private.role r where r.tenant_id = p_tenant
     order by not r.built_in, r.name $$;

-- Whether somebody active may manage the accounts of a tenant.
create function rowhouse_private.is_managed(p_tenant bigint) returns boolean
    language sql stable
    as $$ select exists (select from rowhouse_private.account_role ar
                           join rowhouse_private.role r
                             on r.tenant_id = ar.tenant_id and r.role_id = ar.role_id and r.may_manage_accounts
                           join rowhouse_private.account a
                             on a.account_id = ar.account_id and a.deactivated_at is null
                          where ar.tenant_id = p_tenant) $$;

-- Begins a change of who may do what: one at a time, so that two managers cannot take it from each other.
create function rowhouse_private.begin_people(p_tenant bigint) returns boolean
    language plpgsql volatile
    as $$
begin
    perform pg_advisory_xact_lock(5938411847226783600);
    return rowhouse_private.is_managed(p_tenant);
end $$;

-- Ends it.
create function rowhouse_private.end_people(p_tenant bigint, p_managed boolean) returns void
    language plpgsql volatile
    as $$
begin
    if p_managed and not rowhouse_private.is_managed(p_tenant) then
        perform rowhouse_private.bad('Nobody would be left who may manage accounts.');
    end if;
end $$;

-- An account of a tenant that somebody else may change: not their own, and none with more rights.
create function rowhouse_private.account_for(p_actor bigint, p_tenant bigint, p_username text)
    returns rowhouse_private.account
    language plpgsql volatile
    as $$
declare
    a rowhouse_private.account;
begin
    select * into a from rowhouse_private.account x
     where x.username = p_username and x.tenant_id = p_tenant for update;
    if not found then
        perform rowhouse_private.bad(format('There is no account %s.', p_username));
    elsif a.account_id = p_actor then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'Nobody changes their own roles or account.';
    elsif p_actor is not null and not rowhouse_private.covers(p_tenant, p_actor,
            array(select ar.role_id from rowhouse_private.account_role ar
                   where ar.tenant_id = p_tenant and ar.account_id = a.account_id)) then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'This account has more rights than yours.';
    end if;
    return a;
end $$;

-- Gives an account another name to be seen by, and other roles, in place of those it had when looked at.
create function rowhouse_private.account_edit_as(p_actor bigint, p_tenant bigint, p_username text,
        p_display text, p_roles text[], p_before text[]) returns void
    language plpgsql volatile
    as $$
declare
    v_managed boolean := rowhouse_private.begin_people(p_tenant);
    a rowhouse_private.account := rowhouse_private.account_for(p_actor, p_tenant, p_username);
    v_now timestamptz := rowhouse_private.now();
    v_roles bigint[];
begin
    if p_display is not null then
        if length(btrim(p_display)) not between 1 and 100 or p_display ~ '[[:cntrl:]]' then
            perform rowhouse_private.bad('The name that others see has 1 to 100 characters.');
        end if;
        update rowhouse_private.account x set display_name = btrim(p_display)
         where x.account_id = a.account_id and x.display_name <> btrim(p_display);
    end if;
    if p_roles is not null then
        v_roles := rowhouse_private.role_ids(p_tenant, p_roles);
        if p_before is not null and exists (
                select from (select r.name from rowhouse_private.account_role ar
                               join rowhouse_private.role r using (tenant_id, role_id)
                              where ar.tenant_id = p_tenant and ar.account_id = a.account_id) h
                  full join (select distinct unnest(p_before) as name) b using (name)
                 where h is null or b is null) then
            raise exception using errcode = 'RH409', detail = 'changed',
                message = format('The roles of %s were changed meanwhile; look again.', p_username);
        elsif p_actor is not null and not rowhouse_private.covers(p_tenant, p_actor, v_roles) then
            raise exception using errcode = 'RH403', detail = 'permission',
                message = 'Nobody can give more rights than they have.';
        end if;
        delete from rowhouse_private.account_role ar
         where ar.tenant_id = p_tenant and ar.account_id = a.account_id and ar.role_id <> all (v_roles);
        insert into rowhouse_private.account_role (tenant_id, account_id, role_id, granted_at, granted_by)
            select p_tenant, a.account_id, r, v_now, p_actor from unnest(v_roles) r
            on conflict do nothing;
    end if;
    perform rowhouse_private.end_people(p_tenant, v_managed);
end $$;

-- Lets an account sign in no more, or again; ends its sessions.
create function rowhouse_private.account_active_as(p_actor bigint, p_tenant bigint, p_username text,
        p_active boolean) returns boolean
    language plpgsql volatile
    as $$
declare
    v_managed boolean := rowhouse_private.begin_people(p_tenant);
    a rowhouse_private.account := rowhouse_private.account_for(p_actor, p_tenant, p_username);
    v_now timestamptz := rowhouse_private.now();
begin
    if p_active is null or (a.deactivated_at is null) = p_active then
        return false;
    end if;
    update rowhouse_private.account x set deactivated_at = case when not p_active then v_now end
     where x.account_id = a.account_id;
    if not p_active then
        perform rowhouse_private.end_sessions(a.account_id, null, 'the account was deactivated', p_actor, v_now);
    end if;
    perform rowhouse_private.end_people(p_tenant, v_managed);
    return true;
end $$;

-- For managers, under a session.

-- The accounts with what a manager wants to know of each: tries that failed since it was last opened, and
-- whether its rights are within one's own.
create function rowhouse.people() returns table (username text, display_name text, roles text[],
        active boolean, state text, last_sign_in timestamptz, created timestamptz,
        locked_until timestamptz, failed integer, code_until timestamptz, mine boolean, within boolean)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
begin
    perform rowhouse_private.need('manage accounts');
    return query
        select l.username, l.display_name, l.roles, l.active, l.state, l.last_sign_in, l.created, l.locked_until,
               (select count(*)::integer from rowhouse_private.attempt t
                 where t.name_key = rowhouse_private.keyed('salt', 'attempt ' || l.username)
                   and t.outcome is distinct from 'ok'
                   and t.at > greatest(coalesce(l.last_sign_in, '-infinity'), coalesce(a.unlocked_at, '-infinity'))),
               case when k.one_time then k.expires_at end, l.account_id = c.account_id,
               rowhouse_private.covers(c.tenant_id, c.account_id,
                   array(select ar.role_id from rowhouse_private.account_role ar
                          where ar.tenant_id = c.tenant_id and ar.account_id = l.account_id))
          from rowhouse_private.list_accounts(c.tenant_id) l
          join rowhouse_private.account a on a.account_id = l.account_id
          join rowhouse_private.credential k on k.account_id = l.account_id
         order by l.username;
end $$;

-- The roles, and whether one may give them.
create function rowhouse.roles() returns table (name text, description text, built_in boolean,
        abilities text[], people text[], may_give boolean)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
begin
    perform rowhouse_private.need('manage accounts');
    return query
        select l.name, l.description, l.built_in, l.abilities, l.people,
               rowhouse_private.covers(c.tenant_id, c.account_id, array[l.role_id])
          from rowhouse_private.role_list(c.tenant_id) l;
end $$;

-- What each role gives, table by table.
create function rowhouse.role_matrix(p_role text) returns table (table_oid oid, table_name text, verb text,
        columns text[], scope text, held boolean)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
begin
    perform rowhouse_private.need('manage accounts');
    return query select * from rowhouse_private.matrix(c.tenant_id, p_role);
end $$;

create function rowhouse.account_edit(p_username text, p_display text, p_roles text[], p_before text[])
    returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
begin
    perform rowhouse_private.need('manage accounts');
    perform rowhouse_private.account_edit_as(c.account_id, c.tenant_id, p_username, p_display, p_roles, p_before);
end $$;

create function rowhouse.account_active(p_username text, p_active boolean) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
begin
    perform rowhouse_private.need('manage accounts');
    return rowhouse_private.account_active_as(c.account_id, c.tenant_id, p_username, p_active);
end $$;

grant execute on function rowhouse.people(), rowhouse.roles(), rowhouse.role_matrix(text),
    rowhouse.account_edit(text, text, text[], text[]), rowhouse.account_active(text, boolean) to {{client}};

-- For the database's owner, without a session.

create function rowhouse_private.owner_account_edit(p_username text, p_display text, p_roles text[])
    returns void
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$ select rowhouse_private.account_edit_as(null, coalesce((select a.tenant_id from rowhouse_private.account a
                                                                   where a.username = p_username), 1),
              p_username, p_display, p_roles, null) $$;

create function rowhouse_private.owner_account_active(p_username text, p_active boolean) returns boolean
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$ select rowhouse_private.account_active_as(null, coalesce((select a.tenant_id from rowhouse_private.account a
                                                                     where a.username = p_username), 1),
              p_username, p_active) $$;

create function rowhouse_private.owner_role_list() returns table (role_id bigint, name text, description text,
        built_in boolean, abilities text[], people text[])
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select * from rowhouse_private.role_list(1) $$;

create function rowhouse_private.owner_role_matrix(p_name text) returns table (table_oid oid, table_name text,
        verb text, columns text[], scope text, held boolean)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select * from rowhouse_private.matrix(1, p_name) $$;

-- Makes a role, or changes its name, description and abilities; what is null stays.
create function rowhouse_private.owner_role_put(p_name text, p_new boolean, p_rename text, p_description text,
        p_abilities text[]) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_managed boolean := rowhouse_private.begin_people(1);
    v_known constant text[] := '{see all tenants,manage accounts,see sessions,end sessions,see audit}';
    r rowhouse_private.role;
begin
    if coalesce(p_rename, p_name) !~ '^[[:alnum:]][[:alnum:] ._-]{0,63}$' then
        perform rowhouse_private.bad('A role''s name has letters, digits, spaces and . _ -, at most 64.');
    elsif exists (select from rowhouse_private.role x where x.tenant_id = 1
                     and x.name = case when p_new then p_name else p_rename end) then
        perform rowhouse_private.bad(format('There is a role %s already.', coalesce(p_rename, p_name)));
    elsif p_new then
        insert into rowhouse_private.role (tenant_id, name) values (1, p_name);
    end if;
    r := rowhouse_private.role_named(1, p_name);
    if r.built_in then
        perform rowhouse_private.bad(format('The role %s is built in and stays as it is.', p_name));
    end if;
    update rowhouse_private.role x
       set name = coalesce(p_rename, x.name), description = coalesce(p_description, x.description)
     where x.tenant_id = 1 and x.role_id = r.role_id
       and (p_rename is not null or p_description is not null);
    if p_abilities is not null then
        update rowhouse_private.role x
           set all_tenants = 'see all tenants' = any (p_abilities),
               may_manage_accounts = 'manage accounts' = any (p_abilities),
               may_see_sessions = 'see sessions' = any (p_abilities),
               may_end_sessions = 'end sessions' = any (p_abilities),
               may_see_audit = 'see audit' = any (p_abilities),
               abilities = array(select distinct a from unnest(p_abilities) a where a <> all (v_known) order by a)
         where x.tenant_id = 1 and x.role_id = r.role_id;
    end if;
    perform rowhouse_private.end_people(1, v_managed);
end $$;

-- Gives a role a verb on a table (null: all, those adopted later too), in place of what it had there, or
-- beside it. The caller has read columns and values as the database's owner.
create function rowhouse_private.owner_role_give(p_name text, p_table oid, p_verb text, p_columns text[],
        p_scope text, p_beside boolean) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    r rowhouse_private.role := rowhouse_private.role_named(1, p_name);
    v_scope jsonb := p_scope::jsonb;
begin
    perform rowhouse_private.begin_people(1);
    if r.built_in then
        perform rowhouse_private.bad(format('The role %s is built in and stays as it is.', p_name));
    elsif p_table is not null and not exists (select from rowhouse_private.adopted a where a.table_oid = p_table) then
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
    if not p_beside then
        delete from rowhouse_private.permission p
         where p.tenant_id = 1 and p.role_id = r.role_id and p.verb = p_verb
           and p.table_oid is not distinct from p_table
           and (p.columns, p.scope) is distinct from (p_columns, v_scope);
    end if;
    insert into rowhouse_private.permission (tenant_id, role_id, table_oid, verb, columns, scope)
        select 1, r.role_id, p_table, p_verb, p_columns, v_scope
         where not exists (select from rowhouse_private.permission p
                            where p.tenant_id = 1 and p.role_id = r.role_id and p.verb = p_verb
                              and p.table_oid is not distinct from p_table
                              and (p.columns, p.scope) is not distinct from (p_columns, v_scope));
end $$;

-- Takes a verb on a table from a role (verb null: all verbs); says how much that was.
create function rowhouse_private.owner_role_take(p_name text, p_table oid, p_verb text) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    r rowhouse_private.role := rowhouse_private.role_named(1, p_name);
    v_taken bigint;
begin
    perform rowhouse_private.begin_people(1);
    if r.built_in then
        perform rowhouse_private.bad(format('The role %s is built in and stays as it is.', p_name));
    end if;
    delete from rowhouse_private.permission p
     where p.tenant_id = 1 and p.role_id = r.role_id and p.table_oid is not distinct from p_table
       and (p_verb is null or p.verb = p_verb);
    get diagnostics v_taken = row_count;
    return v_taken;
end $$;

-- Removes a role that nobody has.
create function rowhouse_private.owner_role_remove(p_name text) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    r rowhouse_private.role := rowhouse_private.role_named(1, p_name);
    v_people text;
begin
    perform rowhouse_private.begin_people(1);
    select string_agg(a.username, ', ' order by a.username) into v_people
      from rowhouse_private.account_role x join rowhouse_private.account a on a.account_id = x.account_id
     where x.tenant_id = 1 and x.role_id = r.role_id;
    if r.built_in then
        perform rowhouse_private.bad(format('The role %s is built in and stays as it is.', p_name));
    elsif v_people is not null then
        perform rowhouse_private.bad(format('The role %s is given to %s; give them another first.', p_name, v_people));
    end if;
    delete from rowhouse_private.role x where x.tenant_id = 1 and x.role_id = r.role_id;
end $$;

grant execute on function rowhouse_private.owner_account_edit(text, text, text[]),
    rowhouse_private.owner_account_active(text, boolean), rowhouse_private.owner_role_list(),
    rowhouse_private.owner_role_matrix(text),
    rowhouse_private.owner_role_put(text, boolean, text, text, text[]),
    rowhouse_private.owner_role_give(text, oid, text, text[], text, boolean),
    rowhouse_private.owner_role_take(text, oid, text), rowhouse_private.owner_role_remove(text) to {{owner}};
