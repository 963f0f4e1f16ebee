-- Searching, filtering and sorting where a policy would cost the index.
--
-- Operators of numeric, enum, range, array and jsonb, and LIKE, are not leakproof: under a policy no
-- index serves them. So a function of a role that no policy of ours binds looks for the keys, under the
-- same rules; the rows are then read from the table under its policies. Columns come by number,
-- operators from the column type's own operator class or a fixed list, values only as parameters.

set local role {{auth}};
grant execute on function rowhouse.may(oid, text), rowhouse_private.scope_sql(oid, text),
    rowhouse_private.bad(text) to {{search}};

set local role {{search}};

-- What the asking person may view of a table, as SQL over its columns: the rule of its policies.
create function rowhouse_private.search_rule(p_table oid) returns text
    language plpgsql stable set search_path = pg_catalog, pg_temp
    as $$
begin
    -- Where no policy asks for rows and all are one tenant's, no permission gives only some of them.
    if exists (select from rowhouse_private.adopted a
                where a.table_oid = p_table and a.scoped = '{}' and a.tenant_column is null) then
        return 'true';
    end if;
    return '(' || coalesce(rowhouse_private.scope_sql(p_table, 'view'), 'false') || ')';
end $$;

-- Whether a table is searched so: adopted, open to our role, and judged by no policy but ours.
create function rowhouse.searches(p_table oid) returns boolean
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    return rowhouse.may(p_table, 'view') and exists (
        select from rowhouse_private.adopted a join pg_class c on c.oid = a.table_oid
         where a.table_oid = p_table and c.relkind in ('r', 'p')
           and has_table_privilege(c.oid, 'select') and has_schema_privilege(c.relnamespace, 'usage')
           and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname !~ '^rowhouse_'));
end $$;

-- A column by its number, as it is compared: by its type's own order (403 is btree, everywhere), or where
-- it has none, by its text.
create function rowhouse_private.search_column(p_table oid, p_number integer, out name text, out expression text,
        out type text, out below text, out at_most text, out same text, out at_least text, out above text, out is_null_free boolean,
        out label_type oid, out pattern_text text, out is_builtin boolean)
    language plpgsql stable set search_path = pg_catalog, pg_temp
    as $$
declare
    c record;
    v_kinds oid[];
    v_family oid;
    v_compared oid;
begin
    select a.attname, a.attnotnull, b.oid as base, b.typtype, b.typelem, b.typcategory, b.typbasetype,
           coalesce(l.collisdeterministic, true) as by_signs
      into c
      from pg_attribute a
      join pg_type b on b.oid = a.atttypid
      left join pg_collation l on l.oid = a.attcollation
     where a.attrelid = p_table and a.attnum = p_number and a.attnum > 0 and not a.attisdropped
       and has_column_privilege({{client_name}}, p_table, a.attnum, 'select');
    if not found then
        perform rowhouse_private.bad('A column is named by the number of one that may be read.');
    end if;
    while c.typtype = 'd' loop
        select c.attname, c.attnotnull, b.oid as base, b.typtype, b.typelem, b.typcategory, b.typbasetype,
               c.by_signs
          into c from pg_type b where b.oid = c.typbasetype;
    end loop;
    -- Its own class, that of its kind, or that of a type it is stored like.
    v_kinds := array[c.base, (case when c.typtype = 'e' then 'anyenum' when c.typtype = 'r' then 'anyrange'
            when c.typtype = 'm' then 'anymultirange'
            when c.typcategory = 'A' and c.typelem <> 0 and rowhouse_private.is_ordered(c.typelem)
            then 'anyarray' end)::regtype]
        || array(select k.casttarget from pg_cast k
                  where k.castsource = c.base and k.castmethod = 'b' and k.castcontext = 'i');
    select o.opcfamily, o.opcintype into v_family, v_compared
      from pg_opclass o
     where o.opcmethod = 403 and o.opcdefault and o.opcintype = any (v_kinds)
     order by o.opcintype = c.base desc, o.oid limit 1;
    name := c.attname;
    is_null_free := c.attnotnull;
    label_type := case when c.typtype = 'e' then c.base end;
    pattern_text := format(case when c.by_signs then '(t.%I)::pg_catalog.text'
                                else '(t.%I)::pg_catalog.text collate pg_catalog."default"' end, c.attname);
    expression := format(case when v_family is null then '(t.%I)::pg_catalog.text' else 't.%I' end, c.attname);
    type := case when v_family is null then 'pg_catalog.text' else format_type(c.base, -1) end;
    if v_family is null then
        select o.opcfamily, o.opcintype into v_family, v_compared
          from pg_opclass o
         where o.opcmethod = 403 and o.opcdefault and o.opcintype = 'text'::regtype;
    end if;
    select max(o.sql) filter (where o.strategy = 1), max(o.sql) filter (where o.strategy = 2),
           max(o.sql) filter (where o.strategy = 3), max(o.sql) filter (where o.strategy = 4),
           max(o.sql) filter (where o.strategy = 5), bool_and(o.nspname = 'pg_catalog')
      into below, at_most, same, at_least, above, is_builtin
      from (select f.amopstrategy as strategy, n.nspname, format('operator(%I.%s)', n.nspname, p.oprname) as sql
              from pg_amop f join pg_operator p on p.oid = f.amopopr join pg_namespace n on n.oid = p.oprnamespace
             where f.amopfamily = v_family and f.amoplefttype = v_compared and f.amoprighttype = v_compared) o;
end $$;

-- Whether a type has an order of its own.
create function rowhouse_private.is_ordered(p_type oid) returns boolean
    language sql stable set search_path = pg_catalog, pg_temp
    as $$ select exists (select from pg_type t where t.oid = p_type and t.typtype in ('e', 'r', 'm'))
              or exists (
                  select from pg_opclass o join pg_am m on m.oid = o.opcmethod and m.amname = 'btree'
                   where o.opcdefault and (o.opcintype = p_type or o.opcintype in (
                             select k.casttarget from pg_cast k where k.castsource = p_type
                                and k.castmethod = 'b' and k.castcontext = 'i'))) $$;

-- What finds a text somewhere or at the beginning: its own signs mean themselves.
create function rowhouse_private.search_pattern(p_text text, p_begins boolean) returns text
    language sql immutable set search_path = pg_catalog, pg_temp
    as $$ select case when p_begins then '' else '%' end
              || replace(replace(replace(p_text, '\', '\\'), '%', '\%'), '_', '\_') || '%' $$;

-- That a column contains a text. Names of an enum are compared here, so that its index can serve.
create function rowhouse_private.search_contains(c record, p_pattern text, p_place integer) returns text
    language plpgsql stable set search_path = pg_catalog, pg_temp
    as $$
begin
    if c.label_type is null then
        return format('%s operator(pg_catalog.~~*) ($1)[%s]', c.pattern_text, p_place);
    end if;
    return format('%s operator(pg_catalog.=) any (%L::%s[])', c.expression,
        array(select e.enumlabel from pg_enum e
               where e.enumtypid = c.label_type and e.enumlabel::text ~~* p_pattern), c.type);
end $$;

-- The conditions of a search, each with its value's place among the parameters.
create function rowhouse_private.search_filter(p_table oid, p_what jsonb, inout p_values text[], out filter text)
    language plpgsql stable set search_path = pg_catalog, pg_temp
    as $$
declare
    v_one jsonb;
    v_pattern text;
    v_parts text[] := '{}';
    c record;
begin
    filter := 'true';
    if p_what ->> 'words' <> '' then
        v_pattern := rowhouse_private.search_pattern(p_what ->> 'words', coalesce((p_what ->> 'begins')::boolean, false));
        p_values := p_values || v_pattern;
        for v_one in select x from jsonb_array_elements(p_what -> 'in') x loop
            c := rowhouse_private.search_column(p_table, v_one::text::integer);
            v_parts := v_parts || rowhouse_private.search_contains(c, v_pattern, cardinality(p_values));
        end loop;
        filter := '(' || coalesce(nullif(array_to_string(v_parts, ' or '), ''), 'false') || ')';
    end if;
    for v_one in select x from jsonb_array_elements(coalesce(p_what -> 'all', '[]')) x loop
        c := rowhouse_private.search_column(p_table, (v_one ->> 'c')::integer);
        if v_one ->> 'v' is not null then
            p_values := p_values || (v_one ->> 'v');
        end if;
        filter := filter || ' and ' || case v_one ->> 'op'
            when 'null' then c.expression || ' is null'
            when 'some' then c.expression || ' is not null'
            when 'has' then rowhouse_private.search_contains(c,
                rowhouse_private.search_pattern(v_one ->> 'v', false), cardinality(p_values))
            when 'eq' then format('%s %s ($1)[%s]::%s', c.expression, c.same, cardinality(p_values), c.type)
            when 'ne' then format('(%s %s ($1)[%s]::%s) is not true', c.expression, c.same, cardinality(p_values), c.type)
            when 'ge' then format('%s %s ($1)[%s]::%s', c.expression, c.at_least, cardinality(p_values), c.type)
            when 'le' then format('%s %s ($1)[%s]::%s', c.expression, c.at_most, cardinality(p_values), c.type)
            else 'unknown' end;
        if v_one ->> 'op' = 'has' then
            p_values[cardinality(p_values)] := rowhouse_private.search_pattern(v_one ->> 'v', false);
        end if;
        if v_one ->> 'op' not in ('null', 'some', 'has', 'eq', 'ne', 'ge', 'le') or v_one ->> 'op' is null
                or (v_one ->> 'op' in ('null', 'some')) <> (v_one ->> 'v' is null) then
            perform rowhouse_private.bad('A condition is one of those that a search knows, with its value.');
        end if;
    end loop;
end $$;

-- What a page is ordered by: the columns in their order, seen forwards or backwards, and what stands
-- beyond a position in that order (or at it too). NULL is last upwards and first downwards.
create function rowhouse_private.search_order(p_table oid, p_what jsonb, inout p_values text[], out sorted text,
        out beyond text)
    language plpgsql stable set search_path = pg_catalog, pg_temp
    as $$
declare
    v_back constant boolean := coalesce((p_what ->> 'back')::boolean, false);
    v_with constant boolean := coalesce((p_what ->> 'with')::boolean, false);
    v_from constant jsonb := p_what -> 'from';
    v_one jsonb;
    v_place integer := 0;
    v_value text;
    v_further text;
    v_equal text[] := '{}';
    v_order text[] := '{}';
    v_steps text[] := '{}';
    v_left text[] := '{}';
    v_right text[] := '{}';
    v_first text;
    v_way boolean;
    v_whole boolean := true;
    up boolean;
    c record;
begin
    for v_one in select x from jsonb_array_elements(p_what -> 'sort') x loop
        c := rowhouse_private.search_column(p_table, (v_one ->> 'c')::integer);
        up := coalesce((v_one ->> 'desc')::boolean, false) = v_back;
        v_order := v_order || (c.expression || case when up then ' asc' else ' desc' end);
        v_way := coalesce(v_way, up);
        if v_from is not null then
            v_value := null;
            if v_from ->> v_place is not null then
                p_values := p_values || (v_from ->> v_place);
                v_value := format('($1)[%s]::%s', cardinality(p_values), c.type);
            end if;
            v_whole := v_whole and v_value is not null and c.is_null_free and c.is_builtin and up = v_way;
            v_left := v_left || c.expression;
            v_right := v_right || v_value;
            -- Behind NULL, the last one, there is nothing upwards; before it, all others downwards.
            v_further := case
                when v_value is null and up then null
                when v_value is null then c.expression || ' is not null'
                when up and not c.is_null_free then
                    format('(%1$s %2$s %3$s or %1$s is null)', c.expression, c.above, v_value)
                when up then format('%s %s %s', c.expression, c.above, v_value)
                else format('%s %s %s', c.expression, c.below, v_value) end;
            if v_further is not null then
                v_steps := v_steps || array_to_string(v_equal || v_further, ' and ');
            end if;
            v_equal := v_equal || case when v_value is null then c.expression || ' is null'
                                       else format('%s %s %s', c.expression, c.same, v_value) end;
            if v_place = 0 then
                -- Said once more for the first column alone, which an index can use.
                v_first := case
                    when v_value is null and up then c.expression || ' is null'
                    when v_value is null then 'true'
                    when up and not c.is_null_free then
                        format('(%1$s %2$s %3$s or %1$s is null)', c.expression, c.at_least, v_value)
                    when up then format('%s %s %s', c.expression, c.at_least, v_value)
                    else format('%s %s %s', c.expression, c.at_most, v_value) end;
            end if;
        end if;
        v_place := v_place + 1;
    end loop;
    if v_place = 0 or v_from is not null and jsonb_array_length(v_from) <> v_place then
        perform rowhouse_private.bad('A search is sorted, and goes on from as many values.');
    end if;
    sorted := array_to_string(v_order, ', ');
    beyond := 'true';
    if v_from is null then
        return;
    end if;
    if v_whole then
        beyond := format('(%s) operator(pg_catalog.%s%s) (%s)', array_to_string(v_left, ', '),
            case when v_way then '>' else '<' end, case when v_with then '=' else '' end,
            array_to_string(v_right, ', '));
        return;
    end if;
    if v_with then
        v_steps := v_steps || array_to_string(v_equal, ' and ');
    end if;
    beyond := format('%s and (%s)', v_first, coalesce(nullif(array_to_string(v_steps, ' or '), ''), 'false'));
end $$;

-- The statement of a search. How usual a text is cannot be estimated under row security, so the first
-- rows in the order are looked through before the whole table is, where an index gives the order: a
-- usual text is among them, and of a rare one its own index knows.
create function rowhouse_private.search_statement(p_table oid, p_key text, p_filter text, p_beyond text,
        p_sorted text, p_limit integer, p_walks boolean) returns text
    language plpgsql stable set search_path = pg_catalog, pg_temp
    as $$
declare
    v_rule constant text := rowhouse_private.search_rule(p_table);
    v_whole constant text := format('select %s from %s t where %s and %s and %s order by %s limit %s',
        p_key, p_table::regclass, v_rule, p_filter, p_beyond, p_sorted, p_limit);
begin
    if not p_walks then
        return v_whole;
    end if;
    return format('with walk as materialized (select %s from (select * from %s t where %s and %s order by %s limit 2000) t
                                               where %s order by %s limit %s)
                   select * from walk where (select count(*) from walk) = %s
                   union all select * from (%s) whole where (select count(*) from walk) < %s',
        p_key, p_table::regclass, v_rule, p_beyond, p_sorted, p_filter, p_sorted, p_limit, p_limit, v_whole, p_limit);
end $$;

-- The keys of the rows of a page, in its order. p_what says by column numbers: key, sort (c, desc), from
-- (a value per sorted column), back, with, words to find in columns (in, begins), conditions (all: c, op,
-- v) and limit.
create function rowhouse.search(p_table oid, p_what jsonb) returns table (place bigint, key text[])
    language plpgsql stable security definer rows 50 set search_path = pg_catalog, pg_temp
    as $$
declare
    v_key text := '';
    v_number integer;
    v_walks boolean;
    v_filter record;
    v_order record;
begin
    if not coalesce(rowhouse.searches(p_table), false) then
        if not rowhouse.may(p_table, 'view') then
            return;
        end if;
        perform rowhouse_private.bad('This table is not searched so.');
    end if;
    if p_what is null or jsonb_typeof(p_what -> 'key') is distinct from 'array'
            or jsonb_typeof(p_what -> 'sort') is distinct from 'array' or octet_length(p_what::text) > 1000000
            or jsonb_array_length(p_what -> 'key') not between 1 and 32
            or jsonb_array_length(p_what -> 'sort') not between 1 and 64 then
        perform rowhouse_private.bad('A search says its key and its order by numbers of columns.');
    end if;
    for v_number in select x::integer from jsonb_array_elements_text(p_what -> 'key') x loop
        v_key := v_key || ', t.' || quote_ident((rowhouse_private.search_column(p_table, v_number)).name)
            || '::pg_catalog.text as k' || v_number;
    end loop;
    v_filter := rowhouse_private.search_filter(p_table, p_what, '{}');
    v_order := rowhouse_private.search_order(p_table, p_what, v_filter.p_values);
    v_walks := p_what ->> 'words' <> '' and exists (
        select from pg_index i join pg_class x on x.oid = i.indexrelid
          join pg_am m on m.oid = x.relam and m.amname = 'btree'
         where i.indrelid = p_table and i.indisvalid and i.indpred is null
           and i.indkey[0] = (p_what -> 'sort' -> 0 ->> 'c')::integer);
    return query execute format('select row_number() over (), array[%s] from (%s) t',
        (select string_agg('t.k' || x, ', ' order by n)
           from jsonb_array_elements_text(p_what -> 'key') with ordinality y(x, n)),
        rowhouse_private.search_statement(p_table, substr(v_key, 3), v_filter.filter, v_order.beyond,
            v_order.sorted, greatest(least(coalesce((p_what ->> 'limit')::integer, 50), 1001), 0),
            coalesce(v_walks, false)))
        using v_order.p_values;
end $$;

grant execute on function rowhouse.searches(oid), rowhouse.search(oid, jsonb) to {{client}};
