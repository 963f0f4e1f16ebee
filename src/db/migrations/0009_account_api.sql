-- Making, listing and resetting accounts: for managers under a session, and for the database's owner
-- from the command line. Also the maintenance that any client may call.

set local role {{auth}};

-- The roles of a tenant by name; raises for names that are none.
create function rowhouse_private.role_ids(p_tenant bigint, p_roles text[]) returns bigint[]
    language plpgsql stable
    as $$
declare
    v_ids bigint[];
    v_unknown text;
begin
    select array_agg(r.role_id), min(n.name) filter (where r.role_id is null) into v_ids, v_unknown
      from (select distinct unnest(p_roles) as name) n
      left join rowhouse_private.role r on r.tenant_id = p_tenant and r.name = n.name;
    if v_ids is null then
        perform rowhouse_private.bad('An account needs a role.');
    elsif v_unknown is not null or array_position(v_ids, null) is not null then
        perform rowhouse_private.bad(format('There is no role %s.', v_unknown));
    end if;
    return v_ids;
end $$;

-- Whether an account has everything that these roles give: nobody gives away more than they have.
create function rowhouse_private.covers(p_tenant bigint, p_account bigint, p_roles bigint[]) returns boolean
    language sql stable
    as $$
    with own as (select r.* from rowhouse_private.account_role ar
                   join rowhouse_private.role r using (tenant_id, role_id)
                  where ar.tenant_id = p_tenant and ar.account_id = p_account),
    wanted as (select r.* from rowhouse_private.role r
                where r.tenant_id = p_tenant and r.role_id = any (p_roles))
    select not exists (
        select from wanted w where w.role_id not in (select o.role_id from own o) and (
            w.may_see_sessions and not exists (select from own o where o.may_see_sessions)
            or w.may_end_sessions and not exists (select from own o where o.may_end_sessions)
            or w.may_manage_accounts and not exists (select from own o where o.may_manage_accounts)
            or w.may_see_audit and not exists (select from own o where o.may_see_audit)
            or w.all_tenants and not exists (select from own o where o.all_tenants)
            or exists (select from unnest(w.abilities) a
                        where not exists (select from own o where a = any (o.abilities)))
            or exists (select from rowhouse_private.permission p
                        where p.tenant_id = p_tenant and p.role_id = w.role_id
                          and not exists (select from own o
                                            join rowhouse_private.permission q
                                              on q.tenant_id = o.tenant_id and q.role_id = o.role_id
                                           where q.verb = p.verb and q.columns is null and q.scope is null
                                             and (q.table_oid is null or q.table_oid = p.table_oid))))) $$;

-- Makes an account with a one-time code. p_actor null: the database's owner.
create function rowhouse_private.account_add_as(p_actor bigint, p_actor_name text, p_tenant bigint,
        p_username text, p_display text, p_roles text[], p_salt bytea, p_m integer, p_t integer,
        p_p integer, p_stored_key bytea, p_server_key bytea) returns bigint
    language plpgsql volatile
    as $$
declare
    v_now timestamptz := rowhouse_private.now();
    v_roles bigint[] := rowhouse_private.role_ids(p_tenant, p_roles);
    v_account bigint;
begin
    perform rowhouse_private.check_verifier(p_salt, p_m, p_t, p_p, p_stored_key, p_server_key);
    if p_username is null or p_username !~ '^[a-z0-9][a-z0-9._@/-]{0,63}$' then
        perform rowhouse_private.bad('A name has letters a to z, digits and . _ @ / -, at most 64.');
    elsif length(btrim(p_display)) not between 1 and 100 or p_display is null or p_display ~ '[[:cntrl:]]' then
        perform rowhouse_private.bad('The name that others see has 1 to 100 characters.');
    elsif p_actor is not null and not rowhouse_private.covers(p_tenant, p_actor, v_roles) then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'Nobody can give more rights than they have.';
    end if;
    insert into rowhouse_private.account as a (tenant_id, username, display_name, created_at, created_by)
        values (p_tenant, p_username, btrim(p_display), v_now, p_actor)
        on conflict (username) do nothing
        returning a.account_id into v_account;
    if v_account is null then
        perform rowhouse_private.bad(format('There is an account %s already.', p_username));
    end if;
    insert into rowhouse_private.credential (account_id, tenant_id, salt, m, t, p, stored_key, server_key,
            one_time, set_at, expires_at)
        select v_account, p_tenant, p_salt, p_m, p_t, p_p, p_stored_key, p_server_key, true, v_now,
               v_now + l.code_valid
          from rowhouse_private.policy l where l.tenant_id = p_tenant;
    insert into rowhouse_private.account_role (tenant_id, account_id, role_id, granted_at, granted_by)
        select p_tenant, v_account, r, v_now, p_actor from unnest(v_roles) r;
    perform rowhouse_trail.note(p_tenant, p_actor, p_actor_name, null, null, 'account added',
        format('%s: %s', p_username, array_to_string(p_roles, ', ')));
    return v_account;
end $$;

-- Gives an account a new one-time code: ends its sessions, forgets its failed tries.
create function rowhouse_private.account_reset_as(p_actor bigint, p_actor_name text, p_tenant bigint,
        p_username text, p_salt bytea, p_m integer, p_t integer, p_p integer, p_stored_key bytea,
        p_server_key bytea) returns void
    language plpgsql volatile
    as $$
declare
    v_now timestamptz := rowhouse_private.now();
    v_account bigint;
begin
    perform rowhouse_private.check_verifier(p_salt, p_m, p_t, p_p, p_stored_key, p_server_key);
    select a.account_id into v_account from rowhouse_private.account a
     where a.username = p_username and (p_tenant is null or a.tenant_id = p_tenant) for update;
    if v_account is null then
        perform rowhouse_private.bad(format('There is no account %s.', p_username));
    elsif v_account = p_actor then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'Nobody resets their own account: choose a new password instead.';
    elsif p_actor is not null and not rowhouse_private.covers(p_tenant, p_actor,
            array(select ar.role_id from rowhouse_private.account_role ar
                   where ar.tenant_id = p_tenant and ar.account_id = v_account)) then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'This account has more rights than yours.';
    end if;
    update rowhouse_private.credential c
       set scheme = 'argon2id', salt = p_salt, m = p_m, t = p_t, p = p_p, stored_key = p_stored_key,
           server_key = p_server_key, one_time = true, set_at = v_now, expires_at = v_now + l.code_valid
      from rowhouse_private.policy l
     where c.account_id = v_account and l.tenant_id = c.tenant_id;
    update rowhouse_private.account a set unlocked_at = v_now where a.account_id = v_account;
    perform rowhouse_private.end_sessions(v_account, null, 'the account got a new one-time code', p_actor, v_now);
    perform rowhouse_trail.note(p_tenant, p_actor, p_actor_name, null, null, 'account reset', p_username);
end $$;

-- The accounts of a tenant (null: all).
create function rowhouse_private.list_accounts(p_tenant bigint) returns table (account_id bigint,
        username text, display_name text, roles text[], active boolean, state text,
        last_sign_in timestamptz, created timestamptz, locked_until timestamptz)
    language sql stable
    as $$
    with clock as materialized (select rowhouse_private.now() as now)
    select a.account_id, a.username, a.display_name,
           array(select r.name from rowhouse_private.account_role ar
                   join rowhouse_private.role r using (tenant_id, role_id)
                  where ar.tenant_id = a.tenant_id and ar.account_id = a.account_id order by r.name),
           a.deactivated_at is null, case when c.one_time then 'code' else 'password' end,
           a.last_sign_in_at, a.created_at,
           case when n.wait_s > 0 then k.now + make_interval(secs => n.wait_s) end
      from rowhouse_private.account a
      join rowhouse_private.credential c using (account_id)
      cross join clock k
      cross join lateral (select max(t.wait_s) as wait_s
                            from (select null::text as address union
                                  select distinct x.address from rowhouse_private.attempt x
                                   where x.name_key = rowhouse_private.keyed('salt', 'attempt ' || a.username)
                                     and x.at > k.now - interval '1 hour') w
                           cross join lateral rowhouse_private.tries(
                                  rowhouse_private.keyed('salt', 'attempt ' || a.username), w.address, null,
                                  a.unlocked_at, k.now, a.tenant_id) t) n
     where p_tenant is null or a.tenant_id = p_tenant
     order by a.username $$;

-- For managers, under a session.
create function rowhouse.account_list() returns table (account_id bigint, username text,
        display_name text, roles text[], active boolean, state text, last_sign_in timestamptz,
        created timestamptz, locked_until timestamptz)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
begin
    perform rowhouse_private.need('manage accounts');
    return query select * from rowhouse_private.list_accounts(c.tenant_id);
end $$;

create function rowhouse.account_add(p_username text, p_display text, p_roles text[], p_salt bytea,
        p_m integer, p_t integer, p_p integer, p_stored_key bytea, p_server_key bytea) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
begin
    perform rowhouse_private.need('manage accounts');
    return rowhouse_private.account_add_as(c.account_id, c.username, c.tenant_id, p_username, p_display,
        p_roles, p_salt, p_m, p_t, p_p, p_stored_key, p_server_key);
end $$;

create function rowhouse.account_reset(p_username text, p_salt bytea, p_m integer, p_t integer,
        p_p integer, p_stored_key bytea, p_server_key bytea) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
begin
    perform rowhouse_private.need('manage accounts');
    perform rowhouse_private.account_reset_as(c.account_id, c.username, c.tenant_id, p_username, p_salt,
        p_m, p_t, p_p, p_stored_key, p_server_key);
end $$;

-- For the database's owner, without a session.
create function rowhouse_private.owner_account_list() returns table (account_id bigint, username text,
        display_name text, roles text[], active boolean, state text, last_sign_in timestamptz,
        created timestamptz, locked_until timestamptz)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select * from rowhouse_private.list_accounts(null) $$;

create function rowhouse_private.owner_account_add(p_username text, p_display text, p_roles text[],
        p_salt bytea, p_m integer, p_t integer, p_p integer, p_stored_key bytea,
        p_server_key bytea) returns bigint
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$ select rowhouse_private.account_add_as(null, null, 1, p_username, p_display, p_roles, p_salt,
              p_m, p_t, p_p, p_stored_key, p_server_key) $$;

create function rowhouse_private.owner_account_reset(p_username text, p_salt bytea, p_m integer,
        p_t integer, p_p integer, p_stored_key bytea, p_server_key bytea) returns void
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$ select rowhouse_private.account_reset_as(null, null, null, p_username, p_salt, p_m, p_t, p_p,
              p_stored_key, p_server_key) $$;

create function rowhouse_private.owner_has_manager() returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select exists (select from rowhouse_private.account a
                           join rowhouse_private.account_role ar using (account_id)
                           join rowhouse_private.role r
                             on r.tenant_id = ar.tenant_id and r.role_id = ar.role_id
                          where a.deactivated_at is null and r.may_manage_accounts) $$;

create function rowhouse_private.owner_sessions()
    returns table (session_id bigint, username text, display_name text, roles text[],
        started timestamptz, last_seen timestamptz, last_active timestamptz, state text,
        ended_at timestamptz, end_reason text, addr text, client_json text, place text,
        table_name text, record_key text[], dirty boolean, record_count integer, mine boolean)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select * from rowhouse_private.list_sessions(null, null) $$;

create function rowhouse_private.owner_session_end(p_session bigint, p_reason text) returns boolean
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$ select rowhouse_private.end_session_as(null, null, null, p_session, p_reason) $$;

-- After a restore: ends every session, voids every cursor and makes new secrets.
create function rowhouse_private.owner_new_epoch(p_reason text) returns text
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_now timestamptz := rowhouse_private.now();
    v_epoch uuid := gen_random_uuid();
begin
    update rowhouse_private.installation set epoch = v_epoch;
    insert into rowhouse_private.epoch (epoch, started_at, reason) values (v_epoch, v_now, p_reason);
    update rowhouse_private.session set ended_at = v_now, end_reason = p_reason where ended_at is null;
    update rowhouse_private.secret
       set value = sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())
                          || uuid_send(gen_random_uuid()));
    delete from rowhouse_private.attempt;
    delete from rowhouse_private.presence;
    perform rowhouse_trail.note(1, null, null, null, null, 'new epoch', p_reason);
    return v_epoch::text;
end $$;

-- What any client may do for all, a few times an hour: records ends that time brought, forgets what is
-- old, makes partitions. One at a time; who comes second does nothing.
create function rowhouse.maintain() returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_now timestamptz := rowhouse_private.now();
begin
    if not pg_try_advisory_xact_lock(5938411847226783587) then
        return false;
    end if;
    update rowhouse_private.session s
       set ended_at = rowhouse_private.live_until(s.expires_at, s.last_seen_at, s.last_active_at,
               s.idle_limit, v_now),
           end_reason = case when s.expires_at <= v_now then 'its longest time was reached'
                             else 'idle for too long' end
     where s.ended_at is null and v_now >= rowhouse_private.live_until(s.expires_at, s.last_seen_at,
               s.last_active_at, s.idle_limit, v_now);
    delete from rowhouse_private.presence x using rowhouse_private.session s
     where s.session_id = x.session_id and s.ended_at is not null;
    update rowhouse_private.attempt set name_sent = null, proof = null
     where outcome is null and name_sent is not null and at < v_now - interval '1 hour';
    delete from rowhouse_private.attempt a using rowhouse_private.policy l
     where l.tenant_id = a.tenant_id and a.at < v_now - l.attempts_kept;
    delete from rowhouse_private.request q using rowhouse_private.policy l
     where l.tenant_id = q.tenant_id and q.at < v_now - l.requests_kept;
    perform rowhouse_trail.make_partitions();
    return true;
end $$;

grant execute on function rowhouse.account_list(), rowhouse.maintain(),
    rowhouse.account_add(text, text, text[], bytea, integer, integer, integer, bytea, bytea),
    rowhouse.account_reset(text, bytea, integer, integer, integer, bytea, bytea) to {{client}};
grant execute on function rowhouse_private.owner_account_list(), rowhouse_private.owner_has_manager(),
    rowhouse_private.owner_account_add(text, text, text[], bytea, integer, integer, integer, bytea, bytea),
    rowhouse_private.owner_account_reset(text, bytea, integer, integer, integer, bytea, bytea),
    rowhouse_private.owner_sessions(), rowhouse_private.owner_session_end(bigint, text),
    rowhouse_private.owner_new_epoch(text) to {{owner}};
