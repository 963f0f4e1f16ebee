-- Pages that go on behind a value of a column that may hold NULL, by its index: the rows with a value and those
-- without are two statements, as no index serves both in one.

set local role {{search}};

-- The condition of rows behind a position in the order, compared as whole rows, of those that hold a value; null
-- where that is not all there is to say: where nothing is gone on from, or the key itself may hold NULL.
create function rowhouse_private.finder_beyond(p_table oid, p_what jsonb, out beyond text, out sorted text,
        out nulls_follow boolean)
    language sql stable set search_path = pg_catalog, pg_temp
    as $$
    with one as (
        select u.n, d.expression, d.type, d.is_null_free, d.is_builtin,
               (u.x ->> 'desc')::boolean = (p_what ->> 'back')::boolean as up
          from jsonb_array_elements(p_what -> 'sort') with ordinality u(x, n)
          join rowhouse_private.search_shape d on d.table_oid = p_table and d.number = (u.x ->> 'c')::integer)
    select case when p_what ->> 'words' = '' and p_what ? 'from' and bool_and(o.is_builtin)
                     and bool_and(o.is_null_free = (o.n > 1)) and count(distinct o.up) = 1
                then format('(%s) operator(pg_catalog.%s%s) (%s)', string_agg(o.expression, ', ' order by o.n),
                    case when bool_and(o.up) then '>' else '<' end,
                    case when (p_what ->> 'with')::boolean then '=' else '' end,
                    string_agg(format('($1)[%s]::%s', o.n, o.type), ', ' order by o.n)) end,
           string_agg(o.expression || case when o.up then ' asc' else ' desc' end, ', ' order by o.n),
           bool_and(o.up)
      from one o $$;

-- What a search does in the function that is made of it: its statement, or two of them. NULL is last upwards
-- and first downwards, so that behind a value only upwards those without one follow.
create function rowhouse_private.finder_branch(p_table oid, p_what jsonb) returns text
    language plpgsql stable set search_path = pg_catalog, pg_temp
    as $$
declare
    b record := rowhouse_private.finder_beyond(p_table, p_what);
    v_key text;
    v_one text;
    v_first text;
    v_keys constant text := 'select pg_catalog.array_agg(array[%s]) from (
                select * from (select %s from %s t where %s order by %s limit 1001) t limit %s) t';
begin
    if b.beyond is null then
        return format(E'        return (%s);\n', rowhouse_private.finder_statement(p_table, p_what));
    end if;
    select string_agg(format('(t.%I)::pg_catalog.text as k%s', d.name, u.n), ', ' order by u.n),
           string_agg(format('t.k%s', u.n), ', ' order by u.n)
      into v_key, v_one
      from jsonb_array_elements_text(p_what -> 'key') with ordinality u(x, n)
      join rowhouse_private.search_shape d on d.table_oid = p_table and d.number = u.x::integer;
    if not b.nulls_follow then
        return format(E'        return (%s);\n',
            format(v_keys, v_one, v_key, p_table::regclass, b.beyond, b.sorted, 'p_limit'));
    end if;
    select d.expression into v_first from rowhouse_private.search_shape d
     where d.table_oid = p_table and d.number = (p_what -> 'sort' -> 0 ->> 'c')::integer;
    return format(E'        v_found := (%s);\n'
               || E'        v_left := p_limit - coalesce(pg_catalog.array_length(v_found, 1), 0);\n'
               || E'        if v_left > 0 then\n            v_found := v_found || (%s);\n        end if;\n'
               || E'        return v_found;\n',
        format(v_keys, v_one, v_key, p_table::regclass, b.beyond, b.sorted, 'p_limit'),
        format(v_keys, v_one, v_key, p_table::regclass, v_first || ' is null', b.sorted, 'v_left'));
end $$;

-- Makes the function of a table, as before.
create or replace function rowhouse_private.make_finder(p_table oid) returns void
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
        v_branches := v_branches || format(E'    when %s then\n', v_number)
            || rowhouse_private.finder_branch(p_table, v_what);
    end loop;
    if v_number = 0 then
        return;
    end if;
    -- Only the order of an index is wanted: where there is none, nothing is made.
    execute format(E'create or replace function rowhouse_private.find_%s(p_values pg_catalog.text[], p_limit integer,
            p_number integer) returns pg_catalog.text[]\n    language plpgsql stable set enable_sort = off\n    as %L',
        p_table, E'declare\n    v_found pg_catalog.text[];\n    v_left integer;\nbegin\n    case p_number\n' || v_branches
            || E'    end case;\nend ');
    execute format('comment on function rowhouse_private.find_%s(text[], integer, integer) is %L', p_table,
        format('Finds the keys of pages of %s.', p_table::regclass));
end $$;
