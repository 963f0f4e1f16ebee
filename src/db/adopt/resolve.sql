-- The table that a name means, most literal reading first. $1 the name as typed.
select coalesce(
  (select c.oid from pg_class c
    where c.relname = $1 and pg_table_is_visible(c.oid) limit 1),
  (select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname || '.' || c.relname = $1 and c.relkind not in ('i', 'I', 't') limit 1),
  case when $1 !~ '[^a-zA-Z0-9_."$[:alpha:]]' or $1 like '%"%' then to_regclass($1)::oid end)
