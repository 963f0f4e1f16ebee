-- The table that a name means, most literal reading first. $1 the name as typed.
select coalesce(
  (select c.oid from pg_class c
    where c.relname = $1::name and pg_table_is_visible(c.oid) and c.relkind not in ('i', 'I', 't')),
  (select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname || '.' || c.relname = $1 and c.relkind not in ('i', 'I', 't') limit 1),
  (select min(c.oid::int8)::oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where c.relname = $1::name and c.relkind in ('r', 'p') and n.nspname !~ '^pg_'
   having count(*) = 1),
  to_regclass($1)::oid)
