-- Who holds up a save that waits: for signed-in people, also where nobody may look at others' processes.

-- The processes that hold up one of the shared login's, by what they are called and their role. Asked
-- of another connection of the same client only.
set local role {{auth}};
create function rowhouse.lock_holders(p_pid integer) returns table (program text, db_user text)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
begin
    return query
        select distinct a.application_name, coalesce(r.rolname::text, '')
          from pg_stat_get_activity(null) w
          cross join lateral unnest(pg_blocking_pids(w.pid)) b(pid)
          join pg_stat_get_activity(null) a on a.pid = b.pid
          left join pg_roles r on r.oid = a.usesysid
         where w.pid = p_pid and w.usesysid = {{client_name}}::regrole
           and w.application_name = current_setting('application_name')
         order by 1, 2 limit 3;
exception when insufficient_privilege then
    return; -- The database keeps it from us too: the save waits for somebody who is not named.
end $$;
grant execute on function rowhouse.lock_holders(integer) to {{client}};
