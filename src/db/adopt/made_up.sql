-- An insert of a row with the least that a table demands, for trying. $1 oid of the table.
select format('insert into %I.%I %s', n.nspname, c.relname, coalesce(
    '(' || string_agg(quote_ident(a.attname), ', ' order by a.attnum) || ') values ('
        || string_agg(case t.typcategory
               when 'N' then '1' when 'B' then 'true' when 'D' then quote_literal('2000-01-01')
               when 'T' then quote_literal('1 day') when 'A' then quote_literal('{}')
               when 'R' then quote_literal('empty') when 'I' then quote_literal('127.0.0.1')
               when 'V' then quote_literal('0')
               when 'E' then (select quote_literal(e.enumlabel) from pg_enum e
                               where e.enumtypid = t.oid order by e.enumsortorder limit 1)
               when 'U' then case t.typname when 'uuid' then quote_literal(gen_random_uuid()::text)
                                            when 'bytea' then quote_literal('') else quote_literal('{}') end
               else quote_literal('x') end, ', ' order by a.attnum) || ')', 'default values'))
  from pg_class c
  join pg_namespace n on n.oid = c.relnamespace
  left join (pg_attribute a join pg_type t on t.oid = a.atttypid)
    on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attnotnull
   and not a.atthasdef and a.attidentity = ''
 where c.oid = $1
 group by n.nspname, c.relname
