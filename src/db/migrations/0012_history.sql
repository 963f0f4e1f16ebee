-- Reading the trail record by record: timelines, blame, one's own changes, the bin.
--
-- A person reads only of records that they may view now, and only columns that the shared login may
-- read. Nothing here needs the permission to search the trail.

set local role {{trail}};

-- The record's name after a change of its key. An entry stands under the name from before, so this
-- is the way back from a record to what it was called.
alter table rowhouse_trail.entry add column new_key text[];
create index entry_renamed on rowhouse_trail.entry
    (tenant_id, table_oid, hash_array_extended(new_key, 0), id) where new_key is not null;
create index entry_account on rowhouse_trail.entry (tenant_id, account_id, id)
    where kind = 'record' and account_id is not null;
create index entry_deleted on rowhouse_trail.entry (tenant_id, table_oid, id)
    where kind = 'record' and verb = 'delete';

-- Writes what happened to a record; called by the generated triggers in the writing transaction.
create or replace function rowhouse_trail.record(p_table oid, p_key text[], p_verb text, p_version bigint,
        p_columns text[], p_old jsonb, p_new jsonb) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    w record := rowhouse_private.who();
    v_request text := current_setting('rowhouse.request', true);
    v_names text[];
    v_new_key text[];
begin
    if session_user = {{client_name}}
            and current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
        -- An older snapshot would still see a session that has ended.
        raise exception using errcode = 'RH422', message = 'Write in READ COMMITTED.';
    end if;
    if p_verb = 'update' and p_key is not null then
        select a.key_columns into v_names from rowhouse_private.adopted a where a.table_oid = p_table;
        if v_names && p_columns then
            select array_agg(case when p_new ? n.name then p_new ->> n.name else p_key[n.place] end order by n.place)
              into v_new_key from unnest(v_names) with ordinality n(name, place);
        end if;
    end if;
    insert into rowhouse_trail.entry (tenant_id, table_oid, table_name, record_key, verb, version,
            columns, old_values, new_values, account_id, username, session_id, station, request_id, new_key)
        values (coalesce(w.tenant_id, 1), p_table, p_table::regclass::text, p_key, p_verb, p_version,
            p_columns, p_old, p_new, w.account_id, w.username, w.session_id,
            coalesce(w.station, host(inet_client_addr()), current_setting('application_name')),
            case when v_request ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then v_request::uuid end,
            v_new_key);
end $$;

set local role {{owner}};

-- The columns whose values may be shown: those that the shared login may read.
create function rowhouse_private.readable(p_table oid) returns text[]
    language sql stable
    as $$ select coalesce(array_agg(a.attname::text order by a.attnum), '{}')
            from pg_catalog.pg_attribute a
           where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped
             and pg_catalog.has_column_privilege({{client_name}}, p_table, a.attnum, 'select') $$;

-- Raises unless the table is adopted and the asking person may view it.
create function rowhouse_private.need_view(p_table oid) returns void
    language plpgsql stable
    as $$
begin
    if not coalesce(rowhouse_private.gate(p_table, 'view'), false)
            or not exists (select from rowhouse_private.adopted a
                             join pg_catalog.pg_class r on r.oid = a.table_oid where a.table_oid = p_table) then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'Your roles do not let you view this table.';
    end if;
end $$;

-- Some columns of recorded values; a text longer than p_most is shortened and says its length.
create function rowhouse_private.shown(p_values jsonb, p_columns text[], p_most integer) returns jsonb
    language sql immutable
    as $$ select case when p_values is not null then coalesce((
            select jsonb_object_agg(v.key, case
                       when jsonb_typeof(v.value) = 'string' and length(v.value #>> '{}') > p_most
                       then jsonb_build_object('short', left(v.value #>> '{}', p_most),
                                               'chars', length(v.value #>> '{}'))
                       else v.value end)
              from jsonb_each(p_values) v where v.key = any (p_columns)), '{}') end $$;

-- How many of an entry's columns are not shown.
create function rowhouse_private.withheld(p_columns text[], p_values jsonb, p_readable text[]) returns integer
    language sql immutable
    as $$ select count(*)::integer
            from unnest(coalesce(p_columns, array(select jsonb_object_keys(coalesce(p_values, '{}'))))) c
           where c <> all (p_readable) $$;

-- Whether the shared login may read the columns that name records.
create function rowhouse_private.key_readable(p_table oid) returns boolean
    language sql stable
    as $$ select coalesce((select a.key_columns <@ rowhouse_private.readable(p_table)
                             from rowhouse_private.adopted a where a.table_oid = p_table), false) $$;

-- Whether something of the database's own, a restrictive policy or a right that was taken from a key
-- column, decides which rows of a table are seen. What it would have said of a row that is gone cannot
-- be known.
create function rowhouse_private.judged_by_others(p_table oid) returns boolean
    language sql stable
    as $$ select not rowhouse_private.key_readable(p_table)
              or exists (select from pg_catalog.pg_policy p
                          where p.polrelid = p_table and not p.polpermissive
                            and p.polname not in ('rowhouse_gate', 'rowhouse_insert', 'rowhouse_update',
                                                  'rowhouse_delete')) $$;

-- The names under which a record's entries stand, the present one first: those of an earlier name
-- up to the change of the key. Where others judge, what had the name before and was deleted is another
-- record, of which nobody knows whether it was to be seen.
create function rowhouse_private.record_line(p_tenant bigint, p_table oid, p_key text[])
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
               and e.id > coalesce(v_id, 0) and e.id <= v_upto;
        end if;
        return query select v_key, coalesce(v_end, v_id, 0), v_upto;
        exit when v_id is null or v_end is not null;
        v_key := v_old;
        v_upto := v_id;
    end loop;
end $$;

-- What a record that had this name after an entry is called now.
create function rowhouse_private.key_now(p_tenant bigint, p_table oid, p_key text[], p_after bigint)
    returns text[]
    language plpgsql stable
    as $$
declare
    v_key text[] := p_key;
    v_id bigint := p_after;
    e record;
begin
    for hop in 1 .. 50 loop
        select x.id, x.new_key into e
          from rowhouse_trail.entry x
         where x.tenant_id = p_tenant and x.table_oid = p_table and x.kind = 'record'
           and hash_array_extended(x.record_key, 0) = hash_array_extended(v_key, 0)
           and x.record_key = v_key and x.id > v_id and x.new_key is not null
         order by x.id limit 1;
        exit when not found;
        v_key := e.new_key;
        v_id := e.id;
    end loop;
    return v_key;
end $$;

-- What restrictive policies ask of the shared login and not of the role that owns these functions:
-- those for the login alone, and those that ask who the current user is. Null when there are none.
-- One whose answer hangs on the current user in a way that cannot be put for another lets nothing by.
create function rowhouse_private.asked_of_login(p_table oid, p_verbs text) returns text
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
             and p.polname not in ('rowhouse_gate', 'rowhouse_insert', 'rowhouse_update', 'rowhouse_delete')
             and (0 = any (p.polroles)
                  or exists (select from unnest(p.polroles) r where pg_has_role({{client_name}}, r, 'usage')))
             and (h.hidden or w.words ~ '\m(CURRENT_USER|CURRENT_ROLE|USER)\M'
                  or not (0 = any (p.polroles)
                          or exists (select from unnest(p.polroles) r where pg_has_role(current_user, r, 'usage')))) $$;

-- Whether the record is there and its policies let the asking person see it. Keys are read as they
-- were written, whatever the caller has set.
create function rowhouse_private.is_seen(p_table oid, p_key text[], p_verbs text default '*r') returns boolean
    language plpgsql stable
    set datestyle = 'ISO, YMD' set timezone = 'UTC' set intervalstyle = 'postgres'
    set extra_float_digits = '1' set lc_monetary = 'C' set bytea_output = 'hex'
    as $$
declare
    v_plain text;
    v_text text;
    v_seen boolean;
    v_more text := coalesce(' and ' || rowhouse_private.asked_of_login(p_table, p_verbs), '');
begin
    select string_agg(format('%I = %L', k.name, k.value), ' and '),
           string_agg(format('%I::text = %L', k.name, k.value), ' and ')
      into v_plain, v_text
      from rowhouse_private.adopted a, unnest(a.key_columns, p_key) k(name, value)
     where a.table_oid = p_table and cardinality(a.key_columns) = cardinality(p_key)
       and rowhouse_private.key_readable(p_table);
    if v_plain is null then
        return false;
    end if;
    begin
        -- Without an alias: policies name the table.
        execute format('select exists (select from %s where %s%s)', p_table::regclass, v_plain, v_more) into v_seen;
    exception when others then
        -- A text that is no key of this table, or a type that takes no value whose type is not said.
        execute format('select exists (select from %s where %s%s)', p_table::regclass, v_text, v_more) into v_seen;
    end;
    return v_seen;
end $$;

-- Whether the asking person may read the entries of a record: they see it, or it is gone.
create function rowhouse_private.may_read_line(p_tenant bigint, p_table oid, p_key text[]) returns boolean
    language plpgsql stable
    as $$
declare
    e record;
begin
    if rowhouse_private.is_seen(p_table, p_key) then
        return true;
    end if;
    select x.verb, x.new_key into e
      from rowhouse_trail.entry x
     where x.tenant_id = p_tenant and x.table_oid = p_table and x.kind = 'record'
       and hash_array_extended(x.record_key, 0) = hash_array_extended(p_key, 0) and x.record_key = p_key
     order by x.id desc limit 1;
    if not found or rowhouse_private.judged_by_others(p_table) then
        return false;
    end if;
    return e.verb = 'delete' or e.new_key is not null
           and rowhouse_private.may_read_line(p_tenant, p_table, e.new_key);
end $$;

-- A record's entries, the newest first, before an entry or from the newest; of one column only
-- when it is named. Long values are shortened unless p_whole.
create function rowhouse.record_history(p_table oid, p_key text[], p_column text, p_before bigint,
        p_limit integer, p_whole boolean)
    returns table (id bigint, at timestamptz, verb text, version bigint, record_key text[], new_key text[],
        old_values jsonb, new_values jsonb, withheld integer, username text, display_name text,
        station text, db_user text, mine boolean)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    -- How many entries a record has is not known to the planner, which then reads all to sort them;
    -- the index gives them in order.
    set enable_sort = off set enable_bitmapscan = off
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
    v_limit integer := least(greatest(coalesce(p_limit, 50), 1), 500);
    v_before bigint := coalesce(p_before, 9223372036854775807);
    v_most integer := case when p_whole then 2147483647 else 2000 end;
    v_readable text[];
begin
    perform rowhouse_private.need_view(p_table);
    v_readable := rowhouse_private.readable(p_table);
    if p_column is not null and p_column <> all (v_readable) then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'This column may not be read.';
    elsif not rowhouse_private.may_read_line(c.tenant_id, p_table, p_key) then
        return;
    end if;
    return query
        with line as materialized (
            select * from rowhouse_private.record_line(c.tenant_id, p_table, p_key)
        ), found as (
            select e.* from line l cross join lateral (
                select x.* from rowhouse_trail.entry x
                 where x.tenant_id = c.tenant_id and x.table_oid = p_table and x.kind = 'record'
                   and hash_array_extended(x.record_key, 0) = hash_array_extended(l.record_key, 0)
                   and x.record_key = l.record_key
                   and x.id > l.after_id and x.id <= l.upto_id and x.id < v_before
                   and (p_column is null or p_column = any (x.columns)
                        or x.columns is null and coalesce(x.new_values, x.old_values) ? p_column)
                 order by x.id desc limit v_limit) e
             order by e.id desc limit v_limit
        )
        select f.id, f.at, f.verb, f.version, f.record_key, f.new_key,
               rowhouse_private.shown(f.old_values, v_readable, v_most),
               rowhouse_private.shown(f.new_values, v_readable, v_most),
               rowhouse_private.withheld(f.columns, coalesce(f.new_values, f.old_values), v_readable),
               f.username, coalesce(a.display_name, f.username, ''), coalesce(f.station, ''), f.db_user,
               f.account_id is not distinct from c.account_id
          from found f
          left join rowhouse_private.account a on a.account_id = f.account_id
         order by f.id desc;
end $$;

-- Who gave each column of a record its value, as far as it was recorded.
create function rowhouse.record_blame(p_table oid, p_key text[])
    returns table (column_name text, id bigint, at timestamptz, verb text, version bigint, username text,
        display_name text, station text, db_user text, mine boolean)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
    v_readable text[];
begin
    perform rowhouse_private.need_view(p_table);
    v_readable := rowhouse_private.readable(p_table);
    if not rowhouse_private.may_read_line(c.tenant_id, p_table, p_key) then
        return;
    end if;
    return query
        with line as materialized (
            select * from rowhouse_private.record_line(c.tenant_id, p_table, p_key)
        ), newest as (
            select n.name, max(x.id) as id
              from line l
              join rowhouse_trail.entry x
                on x.tenant_id = c.tenant_id and x.table_oid = p_table and x.kind = 'record'
               and hash_array_extended(x.record_key, 0) = hash_array_extended(l.record_key, 0)
               and x.record_key = l.record_key and x.id > l.after_id and x.id <= l.upto_id
             cross join lateral unnest(coalesce(x.columns,
                       array(select jsonb_object_keys(coalesce(x.new_values, '{}'))))) n(name)
             where x.verb in ('insert', 'update') and n.name = any (v_readable)
             group by n.name
        )
        select n.name, x.id, x.at, x.verb, x.version, x.username, coalesce(a.display_name, x.username, ''),
               coalesce(x.station, ''), x.db_user, x.account_id is not distinct from c.account_id
          from newest n
         cross join line l
          join rowhouse_trail.entry x
            on x.tenant_id = c.tenant_id and x.table_oid = p_table and x.kind = 'record'
           and hash_array_extended(x.record_key, 0) = hash_array_extended(l.record_key, 0)
           and x.record_key = l.record_key and x.id = n.id and x.id > l.after_id and x.id <= l.upto_id
          left join rowhouse_private.account a on a.account_id = x.account_id;
end $$;

-- What a record was after an entry, as far as it differs from now: the first value that each column
-- had before a later change. "beyond" says what holds for the others: present (the value now), gone
-- (a deletion or this entry recorded the whole row), lost (not recorded). "known" are the columns
-- that the record had then, where that was recorded.
create function rowhouse.record_as_of(p_table oid, p_key text[], p_id bigint,
        out beyond text, out recorded jsonb, out known text[])
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
    v_readable text[];
    v_end bigint;
    v_verb text;
begin
    perform rowhouse_private.need_view(p_table);
    v_readable := rowhouse_private.readable(p_table);
    if not rowhouse_private.may_read_line(c.tenant_id, p_table, p_key) then
        return;
    end if;
    select x.verb, case when x.verb = 'delete' then x.old_values end into v_verb, recorded
      from rowhouse_private.entries_of(c.tenant_id, p_table, p_key, p_id - 1) x where x.id = p_id;
    if not found then
        return;
    elsif v_verb = 'delete' then
        beyond := 'gone';
        recorded := rowhouse_private.shown(recorded, v_readable, 2147483647);
        return;
    end if;
    select x.id, x.verb into v_end, v_verb
      from rowhouse_private.entries_of(c.tenant_id, p_table, p_key, p_id) x
     where x.verb in ('insert', 'delete') order by x.id limit 1;
    beyond := case when not found then 'present' when v_verb = 'delete' then 'gone' else 'lost' end;
    select rowhouse_private.shown(jsonb_object_agg(v.key, v.value), v_readable, 2147483647) into recorded
      from (select distinct on (o.key) o.key, o.value
              from rowhouse_private.entries_of(c.tenant_id, p_table, p_key, p_id) x
             cross join lateral jsonb_each(x.old_values) o
             where x.id <= coalesce(v_end, 9223372036854775807)
             order by o.key, x.id) v;
    select array_agg(distinct n.name) into known
      from (select x.id, x.verb, x.columns, x.new_values
              from rowhouse_private.entries_of(c.tenant_id, p_table, p_key, 0) x where x.id <= p_id) b
     cross join lateral unnest(coalesce(b.columns,
                array(select jsonb_object_keys(coalesce(b.new_values, '{}'))))) n(name)
    having bool_or(b.verb = 'insert');
end $$;

-- A record's entries after one of them, under whatever name; for the functions here.
create function rowhouse_private.entries_of(p_tenant bigint, p_table oid, p_key text[], p_after bigint)
    returns setof rowhouse_trail.entry
    language sql stable
    as $$ select x.* from rowhouse_private.record_line(p_tenant, p_table, p_key) l
            join rowhouse_trail.entry x
              on x.tenant_id = p_tenant and x.table_oid = p_table and x.kind = 'record'
             and hash_array_extended(x.record_key, 0) = hash_array_extended(l.record_key, 0)
             and x.record_key = l.record_key and x.id > greatest(l.after_id, p_after)
             and x.id <= l.upto_id $$;

-- The columns that a change itself stamps with its time, such as "updated": nobody wants them taken
-- back, and they are touched by every other change.
create function rowhouse_private.stamps(p_values jsonb, p_at timestamptz) returns text[]
    language plpgsql stable set timezone = 'UTC' set datestyle = 'ISO, YMD'
    as $$
declare
    v record;
    v_found text[] := '{}';
begin
    for v in select e.key, e.value #>> '{}' as value from jsonb_each(p_values) e
              where e.value #>> '{}' ~ '^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d+)?([+-]\d\d(:\d\d)?)?$' loop
        begin
            if abs(extract(epoch from v.value::timestamptz - p_at)) < 5 then
                v_found := v_found || v.key;
            end if;
        exception when data_exception then
            null; -- a text that only looks like a time
        end;
    end loop;
    return v_found;
end $$;

-- The asking person's own changes, the newest first, and who touched the same since.
create function rowhouse.my_changes(p_before bigint, p_limit integer)
    returns table (id bigint, table_oid oid, at timestamptz, verb text, version bigint,
        record_key text[], old_values jsonb, new_values jsonb, withheld integer, station text,
        touched_verb text, touched_columns text[], touched_at timestamptz, touched_by text, touched_mine boolean)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
    v_limit integer := least(greatest(coalesce(p_limit, 20), 1), 100);
    v_before bigint := coalesce(p_before, 9223372036854775807);
    v_tables oid[] := rowhouse_private.viewable();
begin
    return query
        with own as materialized (
            select e.*, rowhouse_private.key_now(c.tenant_id, e.table_oid, coalesce(e.new_key, e.record_key),
                                                 e.id) as now_key
              from rowhouse_trail.entry e
             where e.tenant_id = c.tenant_id and e.account_id = c.account_id and e.kind = 'record'
               and e.id < v_before and e.table_oid = any (v_tables) and e.record_key is not null
             order by e.id desc limit v_limit
        ), mine as materialized (
            select o.*, r.readable, o.verb = 'update' and o.columns is not null as partial,
                   array(select x from unnest(r.readable) x where x <> all (s.stamps)) as wanted,
                   array(select x from unnest(o.columns) x where x <> all (s.stamps)) as meant
              from own o
             cross join lateral (select rowhouse_private.readable(o.table_oid) as readable) r
             cross join lateral (
                   select case when o.verb = 'update' and o.new_values is not null
                               then rowhouse_private.stamps(o.new_values, o.at) else '{}' end as stamps) s
             where rowhouse_private.may_read_line(c.tenant_id, o.table_oid, o.now_key)
        )
        select m.id, m.table_oid, m.at, m.verb, m.version, m.now_key,
               rowhouse_private.shown(m.old_values, m.wanted, 2147483647),
               rowhouse_private.shown(m.new_values, m.wanted, 2147483647),
               rowhouse_private.withheld(m.columns, coalesce(m.new_values, m.old_values), m.readable),
               coalesce(m.station, ''), t.verb,
               array(select x from unnest(t.columns) x
                      where x = any (m.wanted) and (not m.partial or x = any (m.meant))),
               t.at, coalesce(t.username, t.db_user), t.account_id is not distinct from c.account_id
          from mine m
          left join lateral (
                select x.* from rowhouse_private.entries_of(c.tenant_id, m.table_oid, m.now_key, m.id) x
                 where not m.partial or x.columns is null or x.columns && m.meant
                 order by x.id desc limit 1) t on true
         order by m.id desc;
end $$;

-- What was deleted with a record in the same transaction because it referred to it, and what
-- referred to that. The record itself comes first; a greater depth needs a smaller one to be there.
create function rowhouse_private.gone_with(p_tenant bigint, p_table oid, p_key text[], p_id bigint)
    returns table (id bigint, table_oid oid, record_key text[], old_values jsonb, depth integer)
    language sql stable
    as $$
    with recursive gone as (
        select e.id, e.table_oid, e.record_key, e.old_values, e.xact, 0 as depth
          from rowhouse_trail.entry e
         where e.tenant_id = p_tenant and e.table_oid = p_table and e.kind = 'record' and e.id = p_id
           and hash_array_extended(e.record_key, 0) = hash_array_extended(p_key, 0)
           and e.record_key = p_key and e.verb = 'delete'
        union
        select d.id, d.table_oid, d.record_key, d.old_values, d.xact, g.depth + 1
          from gone g
          join pg_catalog.pg_constraint k on k.contype = 'f' and k.confrelid = g.table_oid
          join rowhouse_trail.entry d
            on d.tenant_id = p_tenant and d.xact = g.xact and d.kind = 'record' and d.verb = 'delete'
           and d.table_oid = k.conrelid and d.id <> g.id
         where g.depth < 8 and (
               select coalesce(bool_and(d.old_values ->> ca.attname = g.old_values ->> pa.attname), false)
                 from unnest(k.conkey, k.confkey) u(child, parent)
                 join pg_catalog.pg_attribute ca on ca.attrelid = k.conrelid and ca.attnum = u.child
                 join pg_catalog.pg_attribute pa on pa.attrelid = k.confrelid and pa.attnum = u.parent)
    )
    select x.id, x.table_oid, x.record_key, x.old_values, x.depth
      from (select distinct on (g.id) g.* from gone g order by g.id, g.depth desc) x
     order by x.depth, x.table_oid, x.record_key $$;

-- The deleted records of a table that are still gone, the newest first, with how many others went
-- with each.
create function rowhouse.deleted_records(p_table oid, p_before bigint, p_limit integer)
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
begin
    perform rowhouse_private.need_view(p_table);
    if rowhouse_private.judged_by_others(p_table) then
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
                           and not rowhouse_private.judged_by_others(x.table_oid)
                         group by x.table_oid) w)
          from gone g
          left join rowhouse_private.account a on a.account_id = g.account_id
         order by g.id desc;
end $$;

-- A deleted record with all its values, and what was deleted with it, in the order in which they can
-- be created again.
create function rowhouse.deleted_record(p_table oid, p_key text[], p_id bigint)
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
         where x.table_oid = any (v_tables) and not rowhouse_private.judged_by_others(x.table_oid)
         order by x.depth, x.table_oid, x.record_key
         limit 1000;
end $$;

-- The functions of before, which now ask the same of policies for the shared login.

-- Deletes one record under guard: 1 when it is gone, 0 when it was not as the caller knew it.
-- PostgreSQL has no DELETE right on columns, and one on the table would let the shared login lock it.
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
-- Everything committed since the cursor on tables the person may view. Gives at least one row: the
-- new cursor. A cursor of before a restore, or more than p_limit changes, gives "truncate" without a
-- key, which means: read again (without a table: everything); so does a change of a record that may not
-- be seen, where others judge.
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
        -- Only where others judge the rows is each one looked at; the rest costs what it did.
        v_judged := array(select t from unnest(v_tables) t where rowhouse_private.judged_by_others(t));
        return query
            select distinct v_cursor, e.table_oid, null::text[], 'truncate', null::text, null::text,
                   null::timestamptz, null::bigint, false
              from rowhouse_trail.entry e
             where cardinality(v_judged) > 0 and e.tenant_id = c.tenant_id
               and e.xact >= pg_snapshot_xmin(v_before)
               and not pg_visible_in_snapshot(e.xact, v_before) and e.kind = 'record'
               and e.table_oid = any (v_judged)
               and not rowhouse_private.is_seen(e.table_oid, e.record_key);
        return query
            select v_cursor, e.table_oid, e.record_key, e.verb, coalesce(e.username, e.db_user),
                   coalesce(a.display_name, e.username, e.db_user), e.at, e.version,
                   e.session_id is not distinct from c.session_id
              from rowhouse_trail.entry e
              left join rowhouse_private.account a on a.account_id = e.account_id
             where e.tenant_id = c.tenant_id and e.xact >= pg_snapshot_xmin(v_before)
               and not pg_visible_in_snapshot(e.xact, v_before) and e.kind = 'record'
               and e.table_oid = any (v_tables)
               and (e.table_oid <> all (v_judged) or rowhouse_private.is_seen(e.table_oid, e.record_key))
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
    elsif rowhouse_private.judged_by_others(p_table) and not rowhouse_private.is_seen(p_table, p_key) then
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

grant execute on function rowhouse.record_history(oid, text[], text, bigint, integer, boolean),
    rowhouse.record_blame(oid, text[]), rowhouse.record_as_of(oid, text[], bigint),
    rowhouse.my_changes(bigint, integer), rowhouse.deleted_records(oid, bigint, integer),
    rowhouse.deleted_record(oid, text[], bigint) to {{client}};
