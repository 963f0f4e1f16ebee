-- Presence and the list of sessions: who is here, on which record, and ending somebody's session.
-- Away, idle and expired are computed when read; maintain() only records them.

set local role {{auth}};
grant references (session_id), select (session_id, account_id, tenant_id, restricted, last_seen_at,
        last_active_at, idle_limit, expires_at, ended_at),
    update (last_seen_at, last_active_at, place) on rowhouse_private.session to {{owner}};
grant select (account_id, tenant_id, username, display_name) on rowhouse_private.account to {{owner}};
grant select on rowhouse_private.policy to {{owner}};

set local role {{owner}};

-- Which records a session has open now; replaced by every heartbeat.
create table rowhouse_private.presence (
    tenant_id   bigint not null,
    session_id  bigint not null,         -- whose claim
    table_oid   oid not null,            -- the adopted table
    record_key  text[] not null,         -- the record's key in text form
    mode        text not null check (mode in ('view', 'edit')),
    dirty       boolean not null,        -- typed and not saved
    since       timestamptz not null,    -- when this session began to do so
    primary key (tenant_id, table_oid, record_key, session_id)
) with (fillfactor = 70);
create index presence_session on rowhouse_private.presence (tenant_id, session_id);
grant select, delete on rowhouse_private.presence to {{auth}};

-- The heartbeat, every 30 seconds and when the open record changes: replaces this session's claims.
-- Records of tables that are not adopted or may not be viewed are left out, as are absurd ones.
create function rowhouse.touch(p_active boolean, p_place text, p_records_json text,
        out server_time timestamptz)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
    v_wanted jsonb := coalesce(nullif(p_records_json, ''), '[]')::jsonb;
begin
    server_time := rowhouse_private.now();
    if jsonb_typeof(v_wanted) <> 'array' or jsonb_array_length(v_wanted) > 64 then
        perform rowhouse_private.bad('Records are a list of at most 64.');
    end if;
    update rowhouse_private.session s
       set last_seen_at = greatest(s.last_seen_at, server_time), place = left(p_place, 200),
           last_active_at = case when p_active then server_time else s.last_active_at end
     where s.session_id = c.session_id;
    if v_wanted = '[]' then
        delete from rowhouse_private.presence x
         where x.tenant_id = c.tenant_id and x.session_id = c.session_id;
        return;
    end if;
    with wanted as materialized (
        select distinct on (d.table_oid, k.record_key) d.table_oid, k.record_key,
               case when r ->> 'mode' = 'edit' then 'edit' else 'view' end as mode,
               coalesce((r ->> 'dirty')::boolean, false) as dirty
          from jsonb_array_elements(v_wanted) r
          join rowhouse_private.adopted d on d.table_oid::text = r ->> 'table'
          cross join lateral (select array(select jsonb_array_elements_text(r -> 'key')) as record_key) k
         where jsonb_typeof(r -> 'key') = 'array' and length(k.record_key::text) between 3 and 1000
           and rowhouse.may(d.table_oid, 'view')
         order by d.table_oid, k.record_key, r ->> 'mode'
    ), dropped as (
        delete from rowhouse_private.presence x
         where x.tenant_id = c.tenant_id and x.session_id = c.session_id
           and not exists (select from wanted w where w.table_oid = x.table_oid
                              and w.record_key = x.record_key)
    )
    insert into rowhouse_private.presence as x
            (tenant_id, session_id, table_oid, record_key, mode, dirty, since)
        select c.tenant_id, c.session_id, w.table_oid, w.record_key, w.mode, w.dirty, server_time from wanted w
        on conflict (tenant_id, table_oid, record_key, session_id) do update
           set mode = excluded.mode, dirty = excluded.dirty,
               since = case when x.mode = excluded.mode then x.since else excluded.since end
         where (x.mode, x.dirty) is distinct from (excluded.mode, excluded.dirty);
end $$;

-- Who has which record of a table open. Claims of sessions that are away are released; "away" marks
-- one that has missed a heartbeat and is about to be.
create function rowhouse.presence(p_table oid) returns table (record_key text[], username text,
        display_name text, session_id bigint, mine boolean, same_person boolean, mode text,
        dirty boolean, since timestamptz, away boolean)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
    v_now timestamptz := rowhouse_private.now();
begin
    if not rowhouse.may(p_table, 'view') then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'Your roles do not let you view this table.';
    end if;
    return query
        select x.record_key, a.username, a.display_name, x.session_id, x.session_id = c.session_id,
               s.account_id = c.account_id, x.mode, x.dirty, x.since,
               s.last_seen_at < v_now - l.away_after / 2
          from rowhouse_private.presence x
          join rowhouse_private.session s on s.session_id = x.session_id
          join rowhouse_private.account a on a.account_id = s.account_id
          join rowhouse_private.policy l on l.tenant_id = x.tenant_id
         where x.tenant_id = c.tenant_id and x.table_oid = p_table and s.ended_at is null
           and s.last_seen_at >= v_now - l.away_after
           and v_now < rowhouse_private.live_until(s.expires_at, s.last_seen_at, s.last_active_at,
                   s.idle_limit, v_now)
         order by x.record_key, x.since;
end $$;

set local role {{auth}};

-- Live sessions of a tenant and those that ended in the last day.
create function rowhouse_private.list_sessions(p_tenant bigint, p_session bigint)
    returns table (session_id bigint, username text, display_name text, roles text[],
        started timestamptz, last_seen timestamptz, last_active timestamptz, state text,
        ended_at timestamptz, end_reason text, addr text, client_json text, place text,
        table_name text, record_key text[], dirty boolean, record_count integer, mine boolean)
    language sql stable
    as $$
    with clock as materialized (select rowhouse_private.now() as now),
    seen as (
        select s.*, k.now, l.away_after, l.idle_after,
               rowhouse_private.live_until(s.expires_at, s.last_seen_at, s.last_active_at, s.idle_limit,
                                           k.now) as live_until
          from rowhouse_private.session s
          cross join clock k
          join rowhouse_private.policy l on l.tenant_id = coalesce(s.tenant_id, 1)
         where (p_tenant is null or s.tenant_id = p_tenant)
           and (s.ended_at is null or s.ended_at > k.now - interval '24 hours')
    ), ended as (
        select e.*, coalesce(e.ended_at, case when e.now >= e.live_until then e.live_until end) as over_at
          from seen e
    )
    select e.session_id, a.username, a.display_name,
           array(select r.name from rowhouse_private.account_role ar
                   join rowhouse_private.role r using (tenant_id, role_id)
                  where ar.tenant_id = e.tenant_id and ar.account_id = e.account_id order by r.name),
           e.started_at, e.last_seen_at, e.last_active_at,
           case when e.over_at is not null then 'ended'
                when e.last_seen_at < e.now - e.away_after then 'away'
                when e.last_active_at < e.now - e.idle_after then 'idle'
                else 'active' end,
           e.over_at,
           case when e.ended_at is not null then e.end_reason
                when e.over_at is null then null
                when e.over_at >= e.expires_at then 'its longest time was reached'
                else 'idle for too long' end,
           e.address, e.client::text, e.place, o.table_name, o.record_key, coalesce(o.any_dirty, false),
           coalesce(o.records, 0)::integer, e.session_id is not distinct from p_session
      from ended e
      join rowhouse_private.account a on a.account_id = e.account_id
      left join lateral (
           select d.schema_name || '.' || d.table_name as table_name, x.record_key,
                  bool_or(x.dirty) over () as any_dirty, count(*) over () as records
             from rowhouse_private.presence x
             join rowhouse_private.adopted d on d.table_oid = x.table_oid
            where x.tenant_id = e.tenant_id and x.session_id = e.session_id and e.over_at is null
            order by x.dirty desc, x.mode, x.since desc limit 1) o on true
     where e.over_at is null or e.over_at > e.now - interval '24 hours'
     order by e.over_at is not null, e.over_at desc, e.started_at desc $$;

-- Ends one live session of a tenant and says whether it was still open.
create function rowhouse_private.end_session_as(p_by bigint, p_by_name text, p_tenant bigint,
        p_session bigint, p_reason text) returns boolean
    language plpgsql volatile
    as $$
declare
    v_now timestamptz := rowhouse_private.now();
    v_reason text := btrim(p_reason);
    v_account bigint;
    v_tenant bigint;
    v_username text;
begin
    if coalesce(v_reason, '') = '' or length(v_reason) > 200 or v_reason ~ '[[:cntrl:]]' then
        perform rowhouse_private.bad('A reason is a sentence of at most 200 characters.');
    end if;
    update rowhouse_private.session s
       set ended_at = v_now, end_reason = v_reason, ended_by = p_by
     where s.session_id = p_session and s.ended_at is null
       and (p_tenant is null or s.tenant_id = p_tenant)
       and v_now < rowhouse_private.live_until(s.expires_at, s.last_seen_at, s.last_active_at,
               s.idle_limit, v_now)
    returning s.account_id, s.tenant_id into v_account, v_tenant;
    if not found then
        return false;
    end if;
    select a.username into v_username from rowhouse_private.account a where a.account_id = v_account;
    delete from rowhouse_private.presence x where x.tenant_id = v_tenant and x.session_id = p_session;
    perform rowhouse_trail.note(v_tenant, p_by, p_by_name, p_session, null, 'session ended',
        format('of %s: %s', v_username, v_reason));
    return true;
end $$;

-- The sessions, for those who may see them.
create function rowhouse.sessions()
    returns table (session_id bigint, username text, display_name text, roles text[],
        started timestamptz, last_seen timestamptz, last_active timestamptz, state text,
        ended_at timestamptz, end_reason text, addr text, client_json text, place text,
        table_name text, record_key text[], dirty boolean, record_count integer, mine boolean)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
begin
    perform rowhouse_private.need('see sessions');
    return query select * from rowhouse_private.list_sessions(c.tenant_id, c.session_id);
end $$;

-- Ends somebody's session with a reason that they read; cuts it at its next statement.
create function rowhouse.session_end(p_session bigint, p_reason text) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
begin
    perform rowhouse_private.need('end sessions');
    return rowhouse_private.end_session_as(c.account_id, c.username, c.tenant_id, p_session, p_reason);
end $$;

-- Ends my own session, also a restricted one; a session that is over already stays so.
create function rowhouse.sign_out(p_reason text) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_now timestamptz := rowhouse_private.now();
    s record;
begin
    update rowhouse_private.session x
       set ended_at = v_now, ended_by = x.account_id,
           end_reason = left(coalesce(nullif(regexp_replace(p_reason, '[[:cntrl:]]', '', 'g'), ''), 'signed out'), 200)
     where x.token_hash = rowhouse_private.token_hash(current_setting('rowhouse.session', true))
       and x.ended_at is null
       and v_now < rowhouse_private.live_until(x.expires_at, x.last_seen_at, x.last_active_at,
               x.idle_limit, v_now)
    returning x.session_id, x.account_id, x.tenant_id, x.end_reason into s;
    if found then
        delete from rowhouse_private.presence x
         where x.tenant_id = s.tenant_id and x.session_id = s.session_id;
        perform rowhouse_trail.note(s.tenant_id, s.account_id,
            (select a.username from rowhouse_private.account a where a.account_id = s.account_id),
            s.session_id, null, 'sign-out', s.end_reason);
    end if;
end $$;

grant execute on function rowhouse.sessions(), rowhouse.session_end(bigint, text),
    rowhouse.sign_out(text) to {{client}};
set local role {{owner}};
grant execute on function rowhouse.touch(boolean, text, text), rowhouse.presence(oid) to {{client}};
