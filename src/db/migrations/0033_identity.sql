-- Numbers of an identity BY DEFAULT are judged like those of a serial column.

set local role {{owner}};

-- Where a column is none that a person's roles give, and the database works its default out anew each time,
-- nothing tells a value that was given from that default: it is worked out once more, with the rights and on
-- the path of who inserts, as the default itself is. A number that was just drawn from its sequence stays. An
-- identity of a table that was adopted before we asked for its sequence stays, too, until it is adopted again.
create or replace function rowhouse_private.keep_defaults() returns trigger
    language plpgsql
    as $$
declare
    v_table constant oid := coalesce(pg_catalog.pg_partition_root(tg_relid)::oid, tg_relid);
    v_names text[];
    v_texts text[];
    v_given text[];
    v_drawn boolean;
    v_row text;
begin
    select pg_catalog.array_agg(x.name), pg_catalog.array_agg(x.text) into v_names, v_texts
      from (select a.attname::text as name, pg_catalog.pg_get_expr(f.adbin, f.adrelid) as text
              from pg_catalog.pg_attribute a
              join pg_catalog.pg_attrdef f on f.adrelid = a.attrelid and f.adnum = a.attnum
             where a.attrelid = tg_relid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
             union all
            select a.attname, pg_catalog.format('nextval(%L::pg_catalog.regclass)', s.name)
              from pg_catalog.pg_attribute a
             cross join pg_catalog.pg_get_serial_sequence(
                       v_table::pg_catalog.regclass::pg_catalog.text, a.attname) s (name)
             where a.attrelid = v_table and a.attidentity = 'd'
               and pg_catalog.has_sequence_privilege(s.name, 'usage')) x
     where x.text !~
           $r$^('([^']|'')*'|\(?-?[0-9.]+\)?|true|false|now\(\)|CURRENT_TIMESTAMP|CURRENT_DATE|LOCALTIMESTAMP)(::[[:alnum:]_. "]+(\([0-9, ]+\))?)?\Z$r$;
    if v_names is null then
        return new;
    end if;
    v_given := rowhouse.not_given(v_table, v_names, new);
    if v_given = '{}' then
        return new;
    end if;
    for i in reverse pg_catalog.cardinality(v_names) .. 1 loop
        v_drawn := false;
        begin
            if v_names[i] = any (v_given) and v_texts[i] ~ '^nextval\(' then
                execute pg_catalog.format('select ($1).%I = currval%s', v_names[i], pg_catalog.substr(v_texts[i], 8))
                    into v_drawn using new;
            end if;
        exception when object_not_in_prerequisite_state then
            null; -- nothing was drawn from it here
        end;
        if v_drawn or v_names[i] <> all (v_given) then
            v_names := v_names[:i - 1] || v_names[i + 1:];
            v_texts := v_texts[:i - 1] || v_texts[i + 1:];
        end if;
    end loop;
    if v_names = '{}' then
        return new;
    end if;
    select pg_catalog.string_agg(coalesce(v_texts[pg_catalog.array_position(v_names, a.attname::text)],
                                          pg_catalog.format('($1).%I', a.attname)), ', ' order by a.attnum)
      into v_row
      from pg_catalog.pg_attribute a
     where a.attrelid = tg_relid and a.attnum > 0 and not a.attisdropped;
    execute pg_catalog.format('select (row(%s)::%s).*', v_row, tg_relid::pg_catalog.regclass) into new using new;
    return new;
end $$;
