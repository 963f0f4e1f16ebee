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

-- ---------------------------------------------------------------- proof again

-- Accounts, roles and permissions change only in the hands of whoever proved their password a short
-- while ago, by whatever function; the database's owner is asked nothing.
create function rowhouse_private.ask_proof() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp
    as $$
begin
    if session_user = {{client_name}} then
        perform rowhouse_private.need_proof();
    end if;
    return null;
end $$;
create trigger ask_proof before insert or delete or update of tenant_id, username, display_name,
        deactivated_at, unlocked_at on rowhouse_private.account
    for each statement execute function rowhouse_private.ask_proof();
create trigger ask_proof before insert or update or delete on rowhouse_private.account_role
    for each statement execute function rowhouse_private.ask_proof();
create trigger ask_proof before insert or update or delete on rowhouse_private.role
    for each statement execute function rowhouse_private.ask_proof();
create trigger ask_proof before insert or update or delete on rowhouse_private.permission
    for each statement execute function rowhouse_private.ask_proof();

-- Ends somebody's session with a reason that they read; cuts it at its next statement.
create or replace function rowhouse.session_end(p_session bigint, p_reason text) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
begin
    perform rowhouse_private.need('end sessions');
    perform rowhouse_private.need_proof();
    return rowhouse_private.end_session_as(c.account_id, c.username, c.tenant_id, p_session, p_reason);
end $$;

-- ---------------------------------------------------------------- settings

set local role {{owner}};
alter table rowhouse_private.policy
    add column argon_m integer not null default 19456 check (argon_m between 19456 and 1048576), -- cost of new passwords
    add column argon_t integer not null default 2 check (argon_t between 2 and 64),
    add column argon_p integer not null default 1 check (argon_p between 1 and 16),
    add check (argon_m::bigint * argon_t <= 8388608);
grant update on rowhouse_private.policy to {{auth}};
set local role {{auth}};

-- How long sessions live, read or set by the database's owner; null keeps what is.
create function rowhouse_private.owner_session_limits(p_idle interval, p_absolute interval, p_away interval,
        out idle_s integer, out absolute_s integer, out away_s integer)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    l rowhouse_private.policy;
begin
    select * into l from rowhouse_private.policy where tenant_id = 1 for update;
    l.idle_limit := coalesce(p_idle, l.idle_limit);
    l.absolute_limit := coalesce(p_absolute, l.absolute_limit);
    l.away_after := coalesce(p_away, l.away_after);
    if l.away_after not between interval '1 minute' and interval '15 minutes' then
        perform rowhouse_private.bad('A session is away after 1 to 15 minutes without a sign of life.');
    elsif l.idle_limit not between interval '2 minutes' and interval '12 hours' then
        perform rowhouse_private.bad('A session may be idle for 2 minutes to 12 hours.');
    elsif l.absolute_limit not between interval '15 minutes' and interval '7 days' then
        perform rowhouse_private.bad('A session lasts 15 minutes to 7 days at the longest.');
    elsif l.idle_limit > l.absolute_limit then
        perform rowhouse_private.bad('A session cannot be idle for longer than it may last.');
    end if;
    if coalesce(p_idle, p_absolute, p_away) is not null then
        update rowhouse_private.policy
           set idle_limit = l.idle_limit, absolute_limit = l.absolute_limit, away_after = l.away_after,
               idle_after = least(idle_after, l.idle_limit);
    end if;
    idle_s := extract(epoch from l.idle_limit);
    absolute_s := extract(epoch from l.absolute_limit);
    away_s := extract(epoch from l.away_after);
end $$;

-- What one guess of a new password costs, read or set by the database's owner; null keeps what is.
create function rowhouse_private.owner_password_cost(p_m integer, p_t integer, p_p integer,
        out m integer, out t integer, out p integer)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    l rowhouse_private.policy;
begin
    select * into l from rowhouse_private.policy where tenant_id = 1 for update;
    m := coalesce(p_m, l.argon_m);
    t := coalesce(p_t, l.argon_t);
    p := coalesce(p_p, l.argon_p);
    if m not between 19456 and 1048576 or t not between 2 and 64 or p not between 1 and 16
            or m::bigint * t > 8388608 then
        perform rowhouse_private.bad('Memory is 19456 to 1048576 KiB, passes 2 to 64, lanes 1 to 16, and '
            'memory times passes at most 8388608.');
    end if;
    if coalesce(p_m, p_t, p_p) is not null then
        update rowhouse_private.policy as l set argon_m = owner_password_cost.m,
            argon_t = owner_password_cost.t, argon_p = owner_password_cost.p;
    end if;
end $$;

-- ---------------------------------------------------------------- unlocking

-- Forgets the failed tries of an account; says whether it had to wait.
create function rowhouse_private.account_unlock_as(p_tenant bigint, p_username text) returns boolean
    language plpgsql volatile
    as $$
declare
    v_until timestamptz;
begin
    select a.locked_until into v_until from rowhouse_private.list_accounts(p_tenant) a
     where a.username = p_username;
    if not found then
        perform rowhouse_private.bad(format('There is no account %s.', p_username));
    end if;
    update rowhouse_private.account a set unlocked_at = rowhouse_private.now() where a.username = p_username;
    return v_until is not null;
end $$;

create function rowhouse.account_unlock(p_username text) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
begin
    perform rowhouse_private.need('manage accounts');
    return rowhouse_private.account_unlock_as(c.tenant_id, p_username);
end $$;

create function rowhouse_private.owner_account_unlock(p_username text) returns boolean
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$ select rowhouse_private.account_unlock_as(null, p_username) $$;

-- ---------------------------------------------------------------- accounts taken over

comment on column rowhouse_private.credential.scheme is
    'argon2id; or, until a password is chosen, what an older program made of the old one: sha256, '
    'pbkdf2:sha256:N$salt, scrypt:N:r:p$salt';

-- Makes an account whose first sign-in asks for a one-time code and the password of an older program.
-- The verifier is one over both; what the older program stored is not here.
create function rowhouse_private.owner_account_import(p_username text, p_display text, p_roles text[],
        p_scheme text, p_salt bytea, p_m integer, p_t integer, p_p integer, p_stored_key bytea,
        p_server_key bytea) returns bigint
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_account bigint;
begin
    if p_scheme is null or p_scheme !~ ('^(sha256|pbkdf2:sha256:[0-9]{1,8}\$[^$[:cntrl:]]{1,64}'
            || '|scrypt:[0-9]{1,8}:[0-9]{1,3}:[0-9]{1,3}\$[^$[:cntrl:]]{1,64})$') then
        perform rowhouse_private.bad('This is not a kind of password that can be taken over.');
    end if;
    v_account := rowhouse_private.account_add_as(null, null, 1, p_username, p_display, p_roles, p_salt,
        p_m, p_t, p_p, p_stored_key, p_server_key);
    update rowhouse_private.credential c
       set scheme = p_scheme, expires_at = rowhouse_private.now() + interval '14 days'
     where c.account_id = v_account;
    return v_account;
end $$;

-- ---------------------------------------------------------------- signing in

drop function rowhouse.login_challenge(text);
drop function rowhouse.login_finish(text, bytea, text);
drop function rowhouse_private.seeming_cost(bytea);

-- What a name that nobody has seems to have: drawn by name from what is in use.
create function rowhouse_private.seeming_cost(p_draw bytea, out m integer, out t integer, out p integer,
        out legacy text)
    language plpgsql stable parallel safe
    as $$
#variable_conflict use_column
declare
    v_kind text;
    v_length integer;
begin
    with used as (select u.*, row_number() over (order by u.m, u.t, u.p, u.kind, u.size) - 1 as place,
                         count(*) over () as many
                    from (select distinct c.m, c.t, c.p, split_part(c.scheme, '$', 1) as kind,
                                 length(split_part(c.scheme, '$', 2)) as size
                            from rowhouse_private.credential c) u)
    select u.m, u.t, u.p, u.kind, u.size into m, t, p, v_kind, v_length from used u
     where u.place = (get_byte(p_draw, 31) + 256 * get_byte(p_draw, 30)) % u.many;
    m := coalesce(m, 19456);
    t := coalesce(t, 2);
    p := coalesce(p, 1);
    if v_kind <> 'argon2id' then
        legacy := v_kind || case when v_length > 0 then '$' || left(translate(encode(
            p_draw || sha256(p_draw), 'base64'), E'+/=\n', 'xyz'), v_length) else '' end;
    end if;
end $$;

-- First call: what to prove the password with. Writes nothing; unknown names get a salt too. `legacy`
-- is what an older program made of the password that is asked for beside the code.
create function rowhouse.login_challenge(p_username text, out salt bytea, out m integer,
        out t integer, out p integer, out nonce text, out legacy text)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_name text := rowhouse_private.plain_name(p_username);
    v_draw bytea;
    v_cost record;
    v_fresh text;
    c record;
begin
    if p_username is null or length(p_username) > 256 then
        perform rowhouse_private.bad('A name has at most 256 characters.');
    end if;
    v_draw := rowhouse_private.keyed('salt', v_name);
    v_cost := rowhouse_private.seeming_cost(v_draw);
    select x.salt, x.m, x.t, x.p, nullif(x.scheme, 'argon2id') as legacy into c
      from rowhouse_private.account a join rowhouse_private.credential x using (account_id)
     where a.username = v_name;
    salt := coalesce(c.salt, substr(v_draw, 1, 16));
    m := coalesce(c.m, v_cost.m);
    t := coalesce(c.t, v_cost.t);
    p := coalesce(c.p, v_cost.p);
    legacy := case when c.salt is null then v_cost.legacy else c.legacy end;
    v_fresh := floor(extract(epoch from rowhouse_private.now()))::bigint || '.'
        || replace(gen_random_uuid()::text, '-', '');
    nonce := v_fresh || '.' || encode(rowhouse_private.keyed('nonce', v_fresh || '.' || v_name), 'hex');
end $$;

-- Judges a committed try, once; only who knows the finish secret learns what came of it. Every branch
-- does the same work for names that nobody has. p_account: whose password it must be; null: anybody's.
create function rowhouse_private.judge(p_nonce text, p_finish_secret bytea, p_account bigint,
        out status text, out server_signature bytea, out wait_s integer, out left_over integer,
        out attempt_id bigint, out name_key bytea, out account_id bigint, out tenant_id bigint,
        out username text, out one_time boolean, out expires_at timestamptz,
        out last_sign_in_at timestamptz, out created_at timestamptz)
    language plpgsql volatile
    as $$
#variable_conflict use_column
declare
    v_now timestamptz := rowhouse_private.now();
    v_message bytea;
    v_name text;
    v_draw bytea;
    n record;
    c record;
    y rowhouse_private.attempt;
begin
    select * into y from rowhouse_private.attempt a where a.nonce = p_nonce for update;
    if not found or y.finish_hash is distinct from sha256(p_finish_secret) then
        perform rowhouse_private.bad('This sign-in is not known.');
    elsif y.xact = pg_current_xact_id() then
        perform rowhouse_private.bad('The answer must be committed before it is judged.');
    elsif y.outcome is not null then
        perform rowhouse_private.bad('This sign-in was judged already.');
    elsif y.at < v_now - interval '60 seconds' then
        perform rowhouse_private.bad('This sign-in took too long.');
    end if;
    v_name := rowhouse_private.plain_name(y.name_sent);
    -- Before the look-up, not inside it: there it would be computed for unknown names only.
    v_draw := rowhouse_private.keyed('salt', 'key ' || v_name);
    select a.account_id, a.tenant_id, a.username, a.last_sign_in_at, a.unlocked_at, a.created_at,
           a.deactivated_at is null and x.account_id is not null
               and (p_account is null or a.account_id = p_account) as active, x.one_time, x.expires_at,
           coalesce(x.stored_key, v_draw) as stored_key, coalesce(x.server_key, v_draw) as server_key
      into c
      from (select) d
      left join rowhouse_private.account a on a.username = v_name
      left join rowhouse_private.credential x on x.account_id = a.account_id;
    attempt_id := y.attempt_id;
    name_key := y.name_key;
    account_id := c.account_id;
    tenant_id := c.tenant_id;
    username := c.username;
    one_time := c.one_time;
    expires_at := c.expires_at;
    last_sign_in_at := c.last_sign_in_at;
    created_at := c.created_at;
    n := rowhouse_private.tries(y.name_key, y.address, y.attempt_id, c.unlocked_at, v_now, c.tenant_id);
    wait_s := n.wait_s;
    left_over := n.left_over;
    if n.wait_s > 0 then
        status := 'wait';
        update rowhouse_private.attempt as a set outcome = 'wait', judged_at = v_now, proof = null, name_sent = null
         where a.attempt_id = y.attempt_id;
        return;
    end if;
    v_message := convert_to(E'rowhouse-login-v1\n' || y.name_sent || E'\n' || p_nonce, 'UTF8');
    status := case when sha256(rowhouse_private.xor32(y.proof, rowhouse_private.hmac(c.stored_key, v_message)))
        = c.stored_key and c.active is true then 'ok' else 'refused' end;
    update rowhouse_private.attempt as a
       set outcome = judge.status, judged_at = v_now, proof = null, name_sent = null
     where a.attempt_id = y.attempt_id;
    if status = 'ok' then
        server_signature := rowhouse_private.hmac(c.server_key, v_message);
        return;
    end if;
    perform rowhouse_trail.note(c.tenant_id, c.account_id, c.username, null, null,
        case when p_account is null then 'sign-in refused' else 'password refused' end, null);
    n := rowhouse_private.tries(y.name_key, y.address, null, c.unlocked_at, v_now, c.tenant_id);
    wait_s := n.wait_s;
    left_over := n.left_over;
end $$;

-- Third call: opens the session of who proved a password, and says what new passwords are to cost.
create function rowhouse.login_finish(p_nonce text, p_finish_secret bytea, p_client_json text,
        out status text, out token text, out server_signature bytea, out must_change boolean,
        out failed_since integer, out last_sign_in timestamptz, out retry_after_s integer,
        out tries_left integer, out cost_m integer, out cost_t integer, out cost_p integer)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_now timestamptz := rowhouse_private.now();
    v_session bigint;
    j record;
begin
    j := rowhouse_private.judge(p_nonce, p_finish_secret, null);
    status := j.status;
    retry_after_s := j.wait_s;
    tries_left := j.left_over;
    if j.status <> 'ok' then
        return;
    elsif j.one_time and v_now >= j.expires_at then
        raise exception using errcode = 'RH403', detail = 'code expired',
            message = 'This one-time code has expired: ask for a new one.';
    end if;
    select o.token, o.session_id into token, v_session
      from rowhouse_private.open_session(j.account_id, j.tenant_id, j.one_time, p_client_json, v_now) o;
    select count(*) into failed_since from rowhouse_private.attempt a
     where a.name_key = j.name_key and a.at > coalesce(j.last_sign_in_at, j.created_at)
       and a.attempt_id <> j.attempt_id and (a.outcome is null or a.outcome = 'refused');
    perform rowhouse_trail.note(j.tenant_id, j.account_id, j.username, v_session, null, 'sign-in',
        case when j.one_time then 'with a one-time code' end);
    server_signature := j.server_signature;
    must_change := j.one_time;
    last_sign_in := j.last_sign_in_at;
    retry_after_s := 0;
    select l.argon_m, l.argon_t, l.argon_p into cost_m, cost_t, cost_p
      from rowhouse_private.policy l where l.tenant_id = coalesce(j.tenant_id, 1);
end $$;

-- Proves the password of an open session again, after login_challenge and login_submit.
create function rowhouse.prove(p_token text, p_nonce text, p_finish_secret bytea, out status text,
        out server_signature bytea, out retry_after_s integer, out tries_left integer)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record;
    j record;
begin
    perform set_config('rowhouse.session', coalesce(p_token, ''), true);
    c := rowhouse_private.ctx();
    j := rowhouse_private.judge(p_nonce, p_finish_secret, c.account_id);
    status := j.status;
    server_signature := j.server_signature;
    retry_after_s := j.wait_s;
    tries_left := j.left_over;
    if j.status = 'ok' then
        update rowhouse_private.session s set proved_at = rowhouse_private.now() where s.session_id = c.session_id;
    end if;
end $$;

-- Stores the same password at a higher cost, right after it was typed to sign in.
create function rowhouse.password_upgrade(p_token text, p_salt bytea, p_m integer, p_t integer,
        p_p integer, p_stored_key bytea, p_server_key bytea) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_now timestamptz := rowhouse_private.now();
    c record;
begin
    perform set_config('rowhouse.session', coalesce(p_token, ''), true);
    c := rowhouse_private.ctx();
    perform rowhouse_private.check_verifier(p_salt, p_m, p_t, p_p, p_stored_key, p_server_key);
    update rowhouse_private.credential x
       set salt = p_salt, m = p_m, t = p_t, p = p_p, stored_key = p_stored_key, server_key = p_server_key,
           set_at = v_now
      from rowhouse_private.session s, rowhouse_private.policy l
     where x.account_id = c.account_id and s.session_id = c.session_id and l.tenant_id = x.tenant_id
       and s.started_at > v_now - interval '1 minute' and x.salt <> p_salt and not x.one_time
       and x.m::bigint * x.t < l.argon_m::bigint * l.argon_t
       and (p_m, p_t, p_p) = (l.argon_m, l.argon_t, l.argon_p);
    if found then
        perform rowhouse_trail.note(c.tenant_id, c.account_id, c.username, c.session_id, null,
            'password kept at a higher cost', null);
    end if;
    return found;
end $$;

grant execute on function rowhouse.login_challenge(text), rowhouse.login_finish(text, bytea, text),
    rowhouse.prove(text, text, bytea), rowhouse.account_unlock(text),
    rowhouse.password_upgrade(text, bytea, integer, integer, integer, bytea, bytea) to {{client}};
grant execute on function rowhouse_private.owner_session_limits(interval, interval, interval),
    rowhouse_private.owner_password_cost(integer, integer, integer),
    rowhouse_private.owner_account_unlock(text),
    rowhouse_private.owner_account_import(text, text, text[], text, bytea, integer, integer, integer, bytea,
        bytea) to {{owner}};

-- Live sessions of a tenant and those that ended in the last day; always in the same order.
create or replace function rowhouse_private.list_sessions(p_tenant bigint, p_session bigint)
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
     order by e.over_at is not null, e.over_at desc, e.started_at desc, e.session_id $$;
