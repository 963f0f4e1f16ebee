-- The pages that are asked for most are found by statements that are made when a table is adopted: to put one
-- together and to plan it took longer than to carry it out. Whatever else is asked is put together as before.

set local role {{search}};

-- Which searches of a table its function rowhouse_private.find_OID knows, by their numbers there.
create table rowhouse_private.search_made (
    table_oid   oid not null references rowhouse_private.adopted on update cascade on delete cascade,
    number      integer not null,
    made_for    oid not null,            -- the number of the table in the function's name
    shape       jsonb not null,          -- what is asked, but for words, position and limit
    with_words  boolean not null,
    goes_on     boolean not null,        -- whether a position is given
    columns     smallint[] not null,     -- what it was made from; where one has changed, it is not used
    names       name[] not null,         -- of all columns, by their numbers, as they were
    types       oid[] not null,
    collations  oid[] not null,
    null_free   boolean[] not null,
    primary key (table_oid, number)
);
create unique index search_made_shape on rowhouse_private.search_made (table_oid, shape, with_words, goes_on);

-- The columns that a search for words looks through, and those that a page may be sorted by where a policy
-- would cost the index: the types that the server trusts to tell nothing are sorted under the policy.
create function rowhouse_private.finder_columns(p_table oid, out key integer[], out words integer[],
        out sorted integer[])
    language sql stable set search_path = pg_catalog, pg_temp
    as $$
    with one as (
        select d.number, b.typname, b.typtype, array_position(a.key_columns, d.name) as in_key
          from rowhouse_private.search_shape d
          join rowhouse_private.adopted a on a.table_oid = d.table_oid
          join pg_type t on t.oid = d.type_oid
          join pg_type b on b.oid = case when t.typtype = 'd' then t.typbasetype else t.oid end
         where d.table_oid = p_table)
    select array_agg(o.number order by o.in_key) filter (where o.in_key is not null),
           array_agg(o.number order by o.number) filter (
               where o.in_key is not null or o.typtype = 'e'
                  or o.typname in ('text', 'citext', 'name', 'varchar', 'bpchar')),
           (array_agg(o.number order by o.number) filter (
               where o.in_key is null and o.typname <> all ('{bit,bool,bpchar,bytea,char,date,float4,float8,inet,int2,
                         int4,int8,interval,macaddr,macaddr8,money,name,oid,text,time,timestamp,timestamptz,timetz,
                         uuid,varbit,varchar}'::text[])
                 and exists (select from pg_index i join pg_class x on x.oid = i.indexrelid
                              where i.indrelid = p_table and i.indisvalid and i.indpred is null
                                and i.indkey[0] = o.number and x.relam = 403)))[:16] -- btree, everywhere
      from one o $$;

-- One search as a statement that gives the keys, in their order: of the first rows in the order where words
-- are looked for, as a usual text is among them. Its values come as the elements of one parameter.
create function rowhouse_private.finder_statement(p_table oid, p_what jsonb) returns text
    language plpgsql stable set search_path = pg_catalog, pg_temp
    as $$
declare
    v_words constant boolean := p_what ->> 'words' <> '';
    v_filter text;
    v_key text;
    v_one text;
    v_order record := rowhouse_private.search_order(p_table, p_what, case when v_words then array[''] else '{}' end);
begin
    select string_agg(format('(t.%I)::pg_catalog.text as k%s', d.name, u.n), ', ' order by u.n),
           string_agg(format('t.k%s', u.n), ', ' order by u.n)
      into v_key, v_one
      from jsonb_array_elements_text(p_what -> 'key') with ordinality u(x, n)
      join rowhouse_private.search_shape d on d.table_oid = p_table and d.number = u.x::integer;
    if not v_words then
        return format('select pg_catalog.array_agg(array[%s]) from (
                select * from (select %s from %s t where %s order by %s limit 1001) t limit p_limit) t',
            v_one, v_key, p_table::regclass, v_order.beyond, v_order.sorted);
    end if;
    select string_agg(case when d.label_type is null
                then format('%s operator(pg_catalog.~~*) ($1)[1]', d.pattern_text)
                else format('%s operator(pg_catalog.=) any (array(
                        select (e.enumlabel)::pg_catalog.text::%s from pg_catalog.pg_enum e
                         where e.enumtypid operator(pg_catalog.=) %s
                           and (e.enumlabel)::pg_catalog.text operator(pg_catalog.~~*) ($1)[1]))',
                    d.expression, d.type, d.label_type) end, ' or ' order by u.n)
      into v_filter
      from jsonb_array_elements_text(p_what -> 'in') with ordinality u(x, n)
      join rowhouse_private.search_shape d on d.table_oid = p_table and d.number = u.x::integer;
    return format('select pg_catalog.array_agg(array[%1$s]) from (
            select %2$s from (select * from %3$s t where %4$s order by %5$s limit 2000) t
             where %6$s order by %5$s limit p_limit) t',
        v_one, v_key, p_table::regclass, v_order.beyond, v_order.sorted, v_filter);
end $$;

-- Makes the function of a table: pages by its key with words, and by one column without, from the beginning,
-- from the end and from a position, each way.
create function rowhouse_private.make_finder(p_table oid) returns void
    language plpgsql volatile set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.finder_columns(p_table);
    v_number integer := 0;
    v_branches text := '';
    v_what jsonb;
    o record;
begin
    delete from rowhouse_private.search_made m where m.table_oid = p_table;
    for o in
        select s.words, s.sort, s.columns, w.goes_on, w.back, w.inclusive
          from (select true as words, 0 as place,
                       (select jsonb_agg(jsonb_build_object('c', k, 'desc', false) order by n)
                          from unnest(c.key) with ordinality u(k, n)) as sort, c.words || c.key as columns
                union all
                select false, f.column_number,
                       (select jsonb_agg(jsonb_build_object('c', k, 'desc', d.descends) order by n)
                          from unnest(f.column_number || c.key) with ordinality u(k, n)), f.column_number || c.key
                  from unnest(c.sorted) f(column_number), (values (false), (true)) d(descends)) s,
               (values (false, false, false), (false, true, false), (true, false, false), (true, true, true),
                       (true, true, false), (true, false, true)) w(goes_on, back, inclusive)
         where c.key is not null and c.words is not null
         order by s.place, w.goes_on, w.back
    loop
        v_number := v_number + 1;
        v_what := jsonb_build_object('key', c.key, 'sort', o.sort, 'back', o.back, 'with', o.inclusive,
            'in', c.words, 'all', '[]'::jsonb);
        insert into rowhouse_private.search_made (table_oid, number, made_for, shape, with_words, goes_on, columns,
                names, types, collations, null_free)
            select p_table, v_number, p_table, v_what, o.words, o.goes_on,
                   array(select distinct x::smallint from unnest(o.columns) x),
                   array_agg(d.name::name order by n), array_agg(coalesce(d.type_oid, 0) order by n),
                   array_agg(coalesce(d.collation_oid, 0) order by n), array_agg(d.is_null_free order by n)
              from generate_series(1, (select max(x) from unnest(o.columns) x)) n
              left join rowhouse_private.search_shape d on d.table_oid = p_table and d.number = n;
        v_what := v_what || jsonb_build_object('words', case when o.words then '.' else '' end);
        if o.goes_on then
            v_what := v_what || jsonb_build_object('from',
                (select jsonb_agg('.'::text) from jsonb_array_elements(o.sort)));
        end if;
        v_branches := v_branches || format(E'    when %s then\n        return (%s);\n', v_number,
            rowhouse_private.finder_statement(p_table, v_what));
    end loop;
    if v_number = 0 then
        return;
    end if;
    -- Only the order of an index is wanted: where there is none, nothing is made.
    execute format(E'create or replace function rowhouse_private.find_%s(p_values pg_catalog.text[], p_limit integer,
            p_number integer) returns pg_catalog.text[]\n    language plpgsql stable set enable_sort = off\n    as %L',
        p_table, E'begin\n    case p_number\n' || v_branches || E'    end case;\nend ');
    execute format('comment on function rowhouse_private.find_%s(text[], integer, integer) is %L', p_table,
        format('Finds the keys of pages of %s.', p_table::regclass));
end $$;

-- Notes the columns of a table, as before, and makes its function.
create or replace function rowhouse_private.note_columns(p_table oid) returns void
    language sql volatile set search_path = pg_catalog, pg_temp
    as $$
    delete from rowhouse_private.search_shape d where d.table_oid = p_table;
    insert into rowhouse_private.search_shape (table_oid, number, type_oid, collation_oid, name, expression, type,
            below, at_most, same, at_least, above, is_null_free, label_type, pattern_text, is_builtin)
        select p_table, a.attnum, a.atttypid, a.attcollation, c.*
          from pg_attribute a
         cross join lateral rowhouse_private.search_column_by_catalog(p_table, a.attnum) c
         where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped
           and has_column_privilege({{client_name}}, p_table, a.attnum, 'select');
    select rowhouse_private.make_finder(p_table);
    $$;

-- A search put together and planned anew, as rowhouse.search did. How usual a text is cannot be estimated under
-- row security, so the first rows in the order are looked through before the whole table is (p_walks), where an
-- index gives the order: a usual text is among them, and of a rare one its own index knows. They are two
-- statements, because to plan the second takes longer than to carry out the first.
create function rowhouse_private.search_composed(p_table oid, p_what jsonb, p_rule text, p_limit integer,
        p_walks boolean) returns table (place bigint, key text[])
    language plpgsql stable rows 50 set search_path = pg_catalog, pg_temp
    as $$
declare
    v_key text := '';
    v_one text := '';
    v_number integer;
    v_walks boolean := false;
    v_filter record;
    v_order record;
    v_found text[];
begin
    for v_place in 0 .. jsonb_array_length(p_what -> 'key') - 1 loop
        v_number := (p_what -> 'key' ->> v_place)::integer;
        v_key := v_key || ', t.' || quote_ident((rowhouse_private.search_column(p_table, v_number)).name)
            || '::pg_catalog.text as k' || v_number;
        v_one := v_one || ', t.k' || v_number;
    end loop;
    v_key := substr(v_key, 3);
    v_one := substr(v_one, 3);
    v_filter := rowhouse_private.search_filter(p_table, p_what, '{}');
    v_order := rowhouse_private.search_order(p_table, p_what, v_filter.p_values);
    if p_walks and p_what ->> 'words' <> '' and p_limit > 0 then
        perform from pg_index i join pg_class x on x.oid = i.indexrelid
          where i.indrelid = p_table and i.indisvalid and i.indpred is null
            and i.indkey[0] = (p_what -> 'sort' -> 0 ->> 'c')::integer
            and x.relam = 403; -- btree, everywhere
        v_walks := found;
    end if;
    if v_walks then
        execute format('select array_agg(array[%1$s]) from (
                    select %2$s from (select * from %3$s t where %4$s and %6$s order by %7$s limit 2000) t
                     where %5$s order by %7$s limit %8$s) t',
                v_one, v_key, p_table::regclass, p_rule, v_filter.filter, v_order.beyond, v_order.sorted, p_limit)
            into v_found using v_order.p_values;
        if array_length(v_found, 1) = p_limit then
            return query
                select i::bigint, array(select v_found[i][j] from generate_subscripts(v_found, 2) j order by j)
                  from generate_subscripts(v_found, 1) i;
            return;
        end if;
    end if;
    return query execute format('select row_number() over (), array[%1$s] from (
                select %2$s from %3$s t where %4$s and %5$s and %6$s order by %7$s limit %8$s) t',
            v_one, v_key, p_table::regclass, p_rule, v_filter.filter, v_order.beyond, v_order.sorted, p_limit)
        using v_order.p_values;
end $$;

-- The values of a search that is made: the pattern of its words, and the position, which holds no NULL.
create function rowhouse_private.search_values(p_what jsonb) returns text[]
    language plpgsql stable set search_path = pg_catalog, pg_temp
    as $$
declare
    v_values text[] := '{}';
begin
    if p_what ? 'from' then
        if jsonb_typeof(p_what -> 'from') <> 'array'
                or jsonb_array_length(p_what -> 'from') <> jsonb_array_length(p_what -> 'sort') then
            return null;
        end if;
        v_values := array(select x from jsonb_array_elements_text(p_what -> 'from') x);
        if array_position(v_values, null) is not null then
            return null;
        end if;
    end if;
    if p_what ->> 'words' <> '' then
        return rowhouse_private.search_pattern(p_what ->> 'words', false) || v_values;
    end if;
    return v_values;
end $$;

-- The keys of the rows of a page, as before; by a statement that is made where there is one.
create or replace function rowhouse.search(p_table oid, p_what jsonb) returns table (place bigint, key text[])
    language plpgsql stable security definer rows 50 set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
    as $$
declare
    v_number integer;
    v_limit integer;
    v_walks boolean := true;
    v_rule text;
    v_values text[];
    v_found text[];
begin
    if not coalesce(rowhouse.may(p_table, 'view'), false) then
        return;
    end if;
    -- As rowhouse.searches and rowhouse_private.search_rule say, in one statement: where no policy asks for
    -- rows and all are one tenant's, no permission gives only some of them. A statement that is made serves
    -- while its columns are as they were.
    select case when a.scoped = '{}' and a.tenant_column is null then 'true' else '' end,
           (select m.number from rowhouse_private.search_made m
             where m.table_oid = p_table and m.made_for = p_table
               and m.shape = p_what - '{from,words,limit}'::text[]
               and m.with_words = (p_what ->> 'words' <> '') and m.goes_on = (p_what ? 'from')
               and cardinality(m.columns) = (
                   select count(*) from pg_attribute x
                    where x.attrelid = p_table and x.attnum = any (m.columns) and not x.attisdropped
                      and x.attname = m.names[x.attnum] and x.atttypid = m.types[x.attnum]
                      and x.attcollation = m.collations[x.attnum] and x.attnotnull = m.null_free[x.attnum]
                      and has_column_privilege({{client_name}}, p_table, x.attnum, 'select')))
      into v_rule, v_number
      from rowhouse_private.adopted a join pg_class c on c.oid = a.table_oid
     where a.table_oid = p_table and c.relkind in ('r', 'p')
       and has_table_privilege(c.oid, 'select') and has_schema_privilege(c.relnamespace, 'usage')
       and not exists (select from pg_policy p
                        where p.polrelid = c.oid and not starts_with(p.polname::text, 'rowhouse_'));
    if not found then
        perform rowhouse_private.bad('This table is not searched so.');
    elsif v_rule = '' then
        v_rule := rowhouse_private.search_rule(p_table);
    end if;
    if p_what is null or jsonb_typeof(p_what -> 'key') is distinct from 'array'
            or jsonb_typeof(p_what -> 'sort') is distinct from 'array' or pg_column_size(p_what) > 1000000
            or jsonb_array_length(p_what -> 'key') not between 1 and 32
            or jsonb_array_length(p_what -> 'sort') not between 1 and 64 then
        perform rowhouse_private.bad('A search says its key and its order by numbers of columns.');
    end if;
    v_limit := greatest(least(coalesce((p_what ->> 'limit')::integer, 50), 1001), 0);
    if v_number is not null and v_rule = 'true' and v_limit > 0 then
        v_values := rowhouse_private.search_values(p_what);
    end if;
    if v_values is not null then
        execute format('select rowhouse_private.find_%s($1, $2, $3)', p_table)
           into v_found using v_values, v_limit, v_number;
        if p_what ->> 'words' <> '' and array_length(v_found, 1) is distinct from v_limit then
            v_walks := false;
        elsif jsonb_array_length(p_what -> 'key') = 1 then
            return query select u.n, array[u.x] from unnest(v_found) with ordinality u(x, n);
            return;
        else
            return query
                select i::bigint, array(select v_found[i][j] from generate_subscripts(v_found, 2) j order by j)
                  from generate_subscripts(v_found, 1) i;
            return;
        end if;
    end if;
    return query select s.place, s.key
                   from rowhouse_private.search_composed(p_table, p_what, v_rule, v_limit, v_walks) s;
end $$;

-- ---------------------------------------------------------------- signing in

-- What the three calls of signing in do is apart from the calls, so that a connection can get ready without
-- them, and the time of each is its own.
set local role {{auth}};
revoke execute on function rowhouse.login_challenge(text), rowhouse.login_submit(text, text, bytea, bytea),
    rowhouse.login_finish(text, bytea, text) from {{client}};
alter function rowhouse.login_challenge(text) set schema rowhouse_private;
alter function rowhouse.login_submit(text, text, bytea, bytea) set schema rowhouse_private;
alter function rowhouse.login_finish(text, bytea, text) set schema rowhouse_private;

-- First call: what to prove the password with.
create function rowhouse.login_challenge(p_username text, out salt bytea, out m integer,
        out t integer, out p integer, out nonce text, out legacy text)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    r record := rowhouse_private.login_challenge(p_username);
begin
    salt := r.salt;
    m := r.m;
    t := r.t;
    p := r.p;
    nonce := r.nonce;
    legacy := r.legacy;
end $$;

-- Second call: records the answer and nothing else; must be committed before the third.
create function rowhouse.login_submit(p_username text, p_nonce text, p_proof bytea, p_finish_hash bytea) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    perform rowhouse_private.login_submit(p_username, p_nonce, p_proof, p_finish_hash);
end $$;

-- Third call: opens the session of who proved a password, and says what new passwords are to cost.
create function rowhouse.login_finish(p_nonce text, p_finish_secret bytea, p_client_json text,
        out status text, out token text, out server_signature bytea, out must_change boolean,
        out failed_since integer, out last_sign_in timestamptz, out retry_after_s integer,
        out tries_left integer, out cost_m integer, out cost_t integer, out cost_p integer)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    r record := rowhouse_private.login_finish(p_nonce, p_finish_secret, p_client_json);
begin
    status := r.status;
    token := r.token;
    server_signature := r.server_signature;
    must_change := r.must_change;
    failed_since := r.failed_since;
    last_sign_in := r.last_sign_in;
    retry_after_s := r.retry_after_s;
    tries_left := r.tries_left;
    cost_m := r.cost_m;
    cost_t := r.cost_t;
    cost_p := r.cost_p;
end $$;
grant execute on function rowhouse.login_challenge(text), rowhouse.login_submit(text, text, bytea, bytea),
    rowhouse.login_finish(text, bytea, text) to {{client}};

-- Gets a connection ready for signing in, as before.
create or replace function rowhouse.ready() returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
    as $$
declare
    v_now timestamptz := rowhouse_private.now();
    v_none constant bytea := sha256('');
    v_gone rowhouse_private.attempt;
    v_session rowhouse_private.session;
begin
    perform rowhouse_private.login_challenge('');
    perform rowhouse_trail.touch_month();
    begin
        perform rowhouse_private.login_submit('', floor(extract(epoch from v_now)) || '.a.b', v_none, v_none);
    exception when others then
        null; -- there is no such challenge
    end;
    begin
        perform rowhouse_private.login_finish('', v_none, '');
    exception when others then
        null; -- there is no such try, and nothing can be locked on a server that only reads
    end;
    perform rowhouse_private.put_try('', null, '', v_none, v_none, v_now);
    perform rowhouse_private.judge(v_gone, null, v_now);
    perform rowhouse_private.hmac(v_none, v_none);
    perform rowhouse_private.open_session(null, 1, false, '', v_now);
    -- A name is looked at again whenever its account is written.
    perform from rowhouse_private.account a where 'a' ~ '^[a-z0-9][a-z0-9._@/-]{0,63}$' and 'a' !~ '[[:cntrl:]]' limit 1;
    v_session.tenant_id := 1;
    v_session.restricted := false;
    v_session.across := false;
    perform rowhouse_private.with_pass(v_session, null);
    perform rowhouse_private.told_of(1, v_none, 0, v_now);
    perform rowhouse_trail.note(1, null, null, null, null, null, null);
exception when others then
    null; -- on a server that only reads, and where a backup was brought back: the sign-in says so
end $$;
