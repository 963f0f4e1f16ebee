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
