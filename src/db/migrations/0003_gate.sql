-- Sessions and the gate: who is asking, and may they.

set local role {{auth}};

-- One sign-in. The token is known to its client only; here is its hash.
create table rowhouse_private.session (
    session_id      bigint generated always as identity primary key,
    tenant_id       bigint references rowhouse_private.tenant, -- acts in; null: all, reading only
    account_id      bigint not null references rowhouse_private.account,
    token_hash      bytea not null unique check (octet_length(token_hash) = 32),
    restricted      boolean not null,    -- may only choose a password
    started_at      timestamptz not null,
    proved_at       timestamptz not null, -- when a password was last proved in it
    last_seen_at    timestamptz not null, -- newest heartbeat
    last_active_at  timestamptz not null, -- newest heartbeat with keys pressed
    idle_limit      interval not null,   -- ends after so long without a key
    expires_at      timestamptz not null, -- ends then whatever happens
    ended_at        timestamptz,         -- recorded end; ends by time are computed when read
    end_reason      text,                -- the sentence the person reads
    ended_by        bigint references rowhouse_private.account, -- who ended it; null: itself, time, owner
    address         text,                -- network address it began from; null: a socket
    client          jsonb not null,      -- host, tty, version, pid as the client says
    place           text                 -- which screen, as the client says
) with (fillfactor = 70);
create index session_live on rowhouse_private.session (account_id) where ended_at is null;
create index session_ended on rowhouse_private.session (tenant_id, ended_at);

-- When a session ends by itself. Time in which the server was down does not count as idle.
create function rowhouse_private.live_until(p_expires timestamptz, p_seen timestamptz,
        p_active timestamptz, p_idle interval, p_now timestamptz) returns timestamptz
    language sql stable parallel safe
    as $$ select least(p_expires, p_idle - (p_seen - p_active)
            + case when pg_postmaster_start_time() between p_seen and p_now
                   then pg_postmaster_start_time() else p_seen end) $$;
grant execute on function rowhouse_private.live_until(timestamptz, timestamptz, timestamptz,
    interval, timestamptz) to {{owner}};

-- Every gate below asks the same of a session: live, not restricted, its account active, its tenant
-- open. As scalar subqueries and with cheap index pages, so that they stay index look-ups: the
-- tables are small, so the planner chose hash joins and scans, which cost twice as much per
-- statement. A session without a tenant passes none of them yet.

-- The hash under which a token is kept; null when there is none.
create function rowhouse_private.token_hash(p_token text) returns bytea
    language sql stable parallel safe
    as $$ select sha256(convert_to(nullif(p_token, ''), 'UTF8')) $$;

-- Says why a session is not let through: always raises.
create function rowhouse_private.refuse_session(p_hash bytea) returns void
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_now timestamptz := rowhouse_private.now();
    s record;
begin
    select x.*, a.deactivated_at, t.name as tenant_name, t.closed_note,
           coalesce(t.active and (t.valid_until is null or v_now < t.valid_until), true) as open
      into s
      from rowhouse_private.session x
      join rowhouse_private.account a using (account_id)
      left join rowhouse_private.tenant t on t.tenant_id = x.tenant_id
     where x.token_hash = p_hash;
    if not found then
        raise exception using errcode = 'RH401', message = 'Nobody is signed in here.', detail = 'unknown';
    elsif s.ended_at is not null then
        raise exception using errcode = 'RH401', message = 'This session was ended.',
            detail = 'ended', hint = coalesce(s.end_reason, '');
    elsif s.deactivated_at is not null then
        raise exception using errcode = 'RH401', message = 'This session was ended.',
            detail = 'ended', hint = 'the account was deactivated';
    elsif v_now >= s.expires_at then
        raise exception using errcode = 'RH401', message = 'This session has reached its longest time.',
            detail = 'expired';
    elsif v_now >= rowhouse_private.live_until(s.expires_at, s.last_seen_at, s.last_active_at,
                                               s.idle_limit, v_now) then
        raise exception using errcode = 'RH401', message = 'This session was idle for too long.',
            detail = 'idle';
    elsif not s.open then
        raise exception using errcode = 'RH403', detail = 'tenant',
            message = coalesce(s.closed_note, s.tenant_name || ' is closed.');
    elsif s.restricted then
        raise exception using errcode = 'RH403', detail = 'restricted',
            message = 'This session may only choose a password.';
    end if;
    raise exception using errcode = 'RH401', message = 'Nobody is signed in here.', detail = 'unknown';
end $$;

-- Who asks, or an error: the session behind the token of this transaction.
create function rowhouse_private.ctx(out session_id bigint, out account_id bigint, out tenant_id bigint,
        out username text, out display_name text, out station text)
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    set random_page_cost = 0.1
    as $$
declare
    v_hash bytea := rowhouse_private.token_hash(current_setting('rowhouse.session', true));
begin
    select s.session_id, s.account_id, s.tenant_id,
           (select n.username from rowhouse_private.account n where n.account_id = s.account_id),
           (select n.display_name from rowhouse_private.account n where n.account_id = s.account_id),
           coalesce(s.client ->> 'host', s.address)
      into session_id, account_id, tenant_id, username, display_name, station
      from rowhouse_private.session s
     where s.token_hash = v_hash and s.ended_at is null and not s.restricted and s.tenant_id is not null
       and (select a.deactivated_at is null from rowhouse_private.account a where a.account_id = s.account_id)
       and rowhouse_private.now() < least(
               (select case when t.active then coalesce(t.valid_until, 'infinity') else '-infinity' end
                  from rowhouse_private.tenant t where t.tenant_id = s.tenant_id),
               rowhouse_private.live_until(s.expires_at, s.last_seen_at, s.last_active_at, s.idle_limit,
                                           rowhouse_private.now()));
    if not found then
        perform rowhouse_private.refuse_session(v_hash);
    end if;
end $$;

-- Who asks, or nulls where nobody is signed in: other programs write too.
create function rowhouse_private.who(out session_id bigint, out account_id bigint, out tenant_id bigint,
        out username text, out station text)
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    set random_page_cost = 0.1
    as $$
declare
    v_hash bytea := rowhouse_private.token_hash(current_setting('rowhouse.session', true));
begin
    if v_hash is null then
        return;
    end if;
    select s.session_id, s.account_id, s.tenant_id,
           (select n.username from rowhouse_private.account n where n.account_id = s.account_id),
           coalesce(s.client ->> 'host', s.address)
      into session_id, account_id, tenant_id, username, station
      from rowhouse_private.session s
     where s.token_hash = v_hash and s.ended_at is null and not s.restricted and s.tenant_id is not null
       and (select a.deactivated_at is null from rowhouse_private.account a where a.account_id = s.account_id)
       and rowhouse_private.now() < least(
               (select case when t.active then coalesce(t.valid_until, 'infinity') else '-infinity' end
                  from rowhouse_private.tenant t where t.tenant_id = s.tenant_id),
               rowhouse_private.live_until(s.expires_at, s.last_seen_at, s.last_active_at, s.idle_limit,
                                           rowhouse_private.now()));
end $$;

create function rowhouse_private.current_tenant() returns bigint
    language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    as $$ select w.tenant_id from rowhouse_private.who() w $$;
create function rowhouse_private.current_account() returns bigint
    language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    as $$ select w.account_id from rowhouse_private.who() w $$;
create function rowhouse_private.current_session() returns bigint
    language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    as $$ select w.session_id from rowhouse_private.who() w $$;

-- The gate. Raises when the session is not valid, else says whether the verb is given on the table.
-- Policies call it as (select rowhouse.may(<oid>, 'view')): once per statement, not once per row.
create function rowhouse.may(p_table oid, p_verb text) returns boolean
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    set random_page_cost = 0.1
    as $$
declare
    v_hash bytea := rowhouse_private.token_hash(current_setting('rowhouse.session', true));
    v_given boolean;
begin
    select exists (select from rowhouse_private.account_role r
                     join rowhouse_private.permission p
                       on p.tenant_id = r.tenant_id and p.role_id = r.role_id
                    where r.tenant_id = s.tenant_id and r.account_id = s.account_id
                      and p.verb = p_verb and (p.table_oid is null or p.table_oid = p_table))
      into v_given
      from rowhouse_private.session s
     where s.token_hash = v_hash and s.ended_at is null and not s.restricted and s.tenant_id is not null
       and (select a.deactivated_at is null from rowhouse_private.account a where a.account_id = s.account_id)
       and rowhouse_private.now() < least(
               (select case when t.active then coalesce(t.valid_until, 'infinity') else '-infinity' end
                  from rowhouse_private.tenant t where t.tenant_id = s.tenant_id),
               rowhouse_private.live_until(s.expires_at, s.last_seen_at, s.last_active_at, s.idle_limit,
                                           rowhouse_private.now()));
    if not found then
        perform rowhouse_private.refuse_session(v_hash);
    end if;
    return v_given;
end $$;

-- The gate by its inner name, for functions of ours.
create function rowhouse_private.gate(p_table oid, p_verb text) returns boolean
    language sql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    as $$ select rowhouse.may(p_table, p_verb) $$;

-- Opens every transaction: puts the token in place for this transaction only and raises unless it is
-- good, so that a dead session never looks like an empty table. Gives the server's time.
create function rowhouse.tx_open(p_token text, p_client integer) returns timestamptz
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    set random_page_cost = 0.1
    as $$
declare
    v_now timestamptz := rowhouse_private.now();
    v_hash bytea := rowhouse_private.token_hash(p_token);
    v_schema integer;
    v_oldest integer;
begin
    perform set_config('rowhouse.session', coalesce(p_token, ''), true);
    select i.schema_version, i.min_client into v_schema, v_oldest from rowhouse_private.installation i where i.only_one;
    if p_client is null or p_client < v_oldest or p_client > v_schema then
        raise exception using errcode = 'RH426', detail = v_schema::text,
            message = case when p_client > v_schema
                then 'This client is newer than the database: its owner runs "rowhouse init" again.'
                else 'This client is older than the database allows: install a newer one.' end;
    end if;
    perform from rowhouse_private.session s
     where s.token_hash = v_hash and s.ended_at is null and not s.restricted and s.tenant_id is not null
       and (select a.deactivated_at is null from rowhouse_private.account a where a.account_id = s.account_id)
       and v_now < least(
               (select case when t.active then coalesce(t.valid_until, 'infinity') else '-infinity' end
                  from rowhouse_private.tenant t where t.tenant_id = s.tenant_id),
               rowhouse_private.live_until(s.expires_at, s.last_seen_at, s.last_active_at, s.idle_limit,
                                           v_now));
    if not found then
        perform rowhouse_private.refuse_session(v_hash);
    end if;
    return v_now;
end $$;

-- Whether the asking person has an ability; raises when nobody is signed in.
create function rowhouse_private.able(p_ability text) returns boolean
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
begin
    return exists (select from rowhouse_private.account_role ar
                     join rowhouse_private.role r using (tenant_id, role_id)
                    where ar.tenant_id = c.tenant_id and ar.account_id = c.account_id
                      and case p_ability when 'see sessions' then r.may_see_sessions
                                         when 'end sessions' then r.may_end_sessions
                                         when 'manage accounts' then r.may_manage_accounts
                                         when 'see audit' then r.may_see_audit
                                         else p_ability = any (r.abilities) end);
end $$;

-- Raises unless the asking person has an ability.
create function rowhouse_private.need(p_ability text) returns void
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    if not rowhouse_private.able(p_ability) then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = format('Your roles do not let you %s.', p_ability);
    end if;
end $$;

-- Who I am and what I may do.
create function rowhouse.me(out session_id bigint, out account_id bigint, out username text,
        out display_name text, out roles text[], out tenant_id bigint, out tenant_name text,
        out may_see_sessions boolean, out may_end_sessions boolean, out may_manage_accounts boolean,
        out may_see_audit boolean, out idle_limit_s integer, out expires_at timestamptz)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select c.session_id, c.account_id, c.username, c.display_name, g.roles, c.tenant_id, t.name,
                 g.see, g.finish, g.manage, g.audit,
                 extract(epoch from s.idle_limit)::integer, s.expires_at
            from rowhouse_private.ctx() c
            join rowhouse_private.session s on s.session_id = c.session_id
            join rowhouse_private.tenant t on t.tenant_id = c.tenant_id
            cross join lateral (
                 select coalesce(array_agg(r.name order by r.name), '{}') as roles,
                        coalesce(bool_or(r.may_see_sessions), false) as see,
                        coalesce(bool_or(r.may_end_sessions), false) as finish,
                        coalesce(bool_or(r.may_manage_accounts), false) as manage,
                        coalesce(bool_or(r.may_see_audit), false) as audit
                   from rowhouse_private.account_role ar
                   join rowhouse_private.role r using (tenant_id, role_id)
                  where ar.tenant_id = c.tenant_id and ar.account_id = c.account_id) g $$;

-- The adopted tables and what I may do with each; those I may do nothing with are left out.
create function rowhouse.my_tables() returns table (table_oid oid, can_view boolean,
        can_insert boolean, can_update boolean, can_delete boolean, version_column text)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select d.table_oid, g.v, g.i, g.u, g.d, d.version_column
            from rowhouse_private.ctx() c
            cross join rowhouse_private.adopted d
            join pg_class k on k.oid = d.table_oid
            cross join lateral (
                 select coalesce(bool_or(p.verb = 'view'), false) as v,
                        coalesce(bool_or(p.verb = 'insert'), false) as i,
                        coalesce(bool_or(p.verb = 'update'), false) as u,
                        coalesce(bool_or(p.verb = 'delete'), false) as d
                   from rowhouse_private.account_role ar
                   join rowhouse_private.permission p
                     on p.tenant_id = ar.tenant_id and p.role_id = ar.role_id
                  where ar.tenant_id = c.tenant_id and ar.account_id = c.account_id
                    and (p.table_oid is null or p.table_oid = d.table_oid)) g
           where g.v or g.i or g.u or g.d $$;

grant execute on function rowhouse_private.ctx(), rowhouse_private.who(),
    rowhouse_private.able(text), rowhouse_private.need(text), rowhouse_private.gate(oid, text),
    rowhouse_private.current_tenant(), rowhouse_private.current_account(),
    rowhouse_private.current_session() to {{owner}}, {{trail}}, {{search}};
grant execute on function rowhouse.may(oid, text) to {{client}}, {{owner}}, {{trail}}, {{search}};
grant execute on function rowhouse.tx_open(text, integer), rowhouse.me(), rowhouse.my_tables()
    to {{client}};
grant execute on function rowhouse.my_tables() to {{owner}};
