-- The door: limits, growing waits, proving oneself again, old accounts taken over.

set local role {{owner}};

-- Which adopted tables are written through a function of their owner; asks for a session first.
create or replace function rowhouse.writes_through(p_table oid) returns boolean
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    perform rowhouse_private.ctx();
    return coalesce((select (a.state ->> 'through')::boolean from rowhouse_private.adopted a
                      where a.table_oid = p_table), false);
end $$;

set local role {{auth}};

-- Raises unless a password was proved in this session a short while ago: for what must not be done by
-- whoever finds a terminal left open.
create function rowhouse_private.need_proof() returns void
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
begin
    if not exists (select from rowhouse_private.session s
                     join rowhouse_private.policy l on l.tenant_id = coalesce(s.tenant_id, 1)
                    where s.session_id = c.session_id
                      and rowhouse_private.now() <= s.proved_at + l.proof_fresh) then
        raise exception using errcode = 'RH403', detail = 'proof',
            message = 'This asks for your password again.';
    end if;
end $$;
grant execute on function rowhouse_private.need_proof() to {{owner}}, {{trail}}, {{search}};
