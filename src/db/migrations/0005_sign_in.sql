-- Signing in: challenge, submit, finish (SECURITY.md 2.2). A try is committed before it is judged,
-- so that no rollback, savepoint or parallel try buys a guess.

set local role {{auth}};

-- One answer to a challenge. The name is kept as a keyed hash, because people type passwords into
-- the name field; the text itself only until the try is judged.
create table rowhouse_private.attempt (
    attempt_id  bigint generated always as identity primary key,
    tenant_id   bigint not null default 1, -- no tenant is known yet
    nonce       text not null unique,    -- each challenge is answered once
    name_key    bytea not null,          -- keyed hash of the name
    name_sent   text,                    -- the name as sent, for the proof; null once judged
    address     text,                    -- where from; null where addresses are shared
    at          timestamptz not null,    -- when it was submitted
    xact        xid8 not null default pg_current_xact_id(), -- must be over before it is judged
    proof       bytea,                   -- null once judged
    finish_hash bytea not null check (octet_length(finish_hash) = 32), -- of the secret that may collect
    outcome     text check (outcome in ('ok', 'refused', 'wait')), -- null: not judged, counts as refused
    judged_at   timestamptz
) with (fillfactor = 70);
create index attempt_name on rowhouse_private.attempt (name_key, at);
create index attempt_address on rowhouse_private.attempt (address, at);

-- Raises our error for an argument that no client of ours sends.
create function rowhouse_private.bad(p_message text) returns void
    language plpgsql stable parallel safe
    as $$ begin raise exception using errcode = 'RH422', message = p_message; end $$;
grant execute on function rowhouse_private.bad(text) to {{owner}}, {{trail}};

-- Bitwise exclusive or of two values of 32 bytes.
create function rowhouse_private.xor32(a bytea, b bytea) returns bytea
    language plpgsql immutable parallel safe
    as $$
declare
    x bit(256) := ('x' || encode(a, 'hex'))::bit(256) # ('x' || encode(b, 'hex'))::bit(256);
begin
    return int8send(substring(x from 1 for 64)::bit(64)::bigint)
        || int8send(substring(x from 65 for 64)::bit(64)::bigint)
        || int8send(substring(x from 129 for 64)::bit(64)::bigint)
        || int8send(substring(x from 193 for 64)::bit(64)::bigint);
end $$;

-- HMAC-SHA-256 with a key of 32 bytes. In plpgsql, as what follows, because it keeps its plans.
create function rowhouse_private.hmac(p_key bytea, p_message bytea) returns bytea
    language plpgsql immutable parallel safe
    as $$
declare
    v_outer constant bytea := decode(repeat('5c', 32), 'hex');
    v_inner constant bytea := decode(repeat('36', 32), 'hex');
begin
    return sha256(rowhouse_private.xor32(p_key, v_outer) || v_outer
        || sha256(rowhouse_private.xor32(p_key, v_inner) || v_inner || p_message));
end $$;

-- The form in which a name is looked up.
create function rowhouse_private.plain_name(p_username text) returns text
    language sql immutable parallel safe
    as $$ select lower(btrim(p_username)) $$;

-- A value that only this server can compute for a message.
create function rowhouse_private.keyed(p_secret text, p_message text) returns bytea
    language plpgsql stable parallel safe
    as $$
begin
    return rowhouse_private.hmac((select s.value from rowhouse_private.secret s where s.name = p_secret),
                                 convert_to(p_message, 'UTF8'));
end $$;

-- The client's address where it says something about the client; null for sockets and this host,
-- where people or a pooler share it.
create function rowhouse_private.client_address() returns text
    language sql stable parallel safe
    as $$ select case when inet_client_addr() is null or inet_client_addr() <<= inet '127.0.0.0/8'
                        or inet_client_addr() = inet '::1' then null
                 else host(inet_client_addr()) end $$;

-- The cost a name that nobody has seems to have: drawn by name from those in use.
create function rowhouse_private.seeming_cost(p_draw bytea, out m integer, out t integer, out p integer)
    language plpgsql stable parallel safe
    as $$
#variable_conflict use_column
begin
    with used as (select u.m, u.t, u.p, row_number() over (order by u.m, u.t, u.p) - 1 as place,
                         count(*) over () as size
                    from (select distinct c.m, c.t, c.p from rowhouse_private.credential c) u)
    select u.m, u.t, u.p into m, t, p from used u
     where u.place = (get_byte(p_draw, 31) + 256 * get_byte(p_draw, 30)) % u.size;
    m := coalesce(m, 19456);
    t := coalesce(t, 2);
    p := coalesce(p, 1);
end $$;

-- First call: what to prove the password with. Writes nothing; unknown names get a salt too.
create function rowhouse.login_challenge(p_username text, out salt bytea, out m integer,
        out t integer, out p integer, out nonce text)
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
    select x.salt, x.m, x.t, x.p into c
      from rowhouse_private.account a join rowhouse_private.credential x using (account_id)
     where a.username = v_name;
    salt := coalesce(c.salt, substr(v_draw, 1, 16));
    m := coalesce(c.m, v_cost.m);
    t := coalesce(c.t, v_cost.t);
    p := coalesce(c.p, v_cost.p);
    v_fresh := floor(extract(epoch from rowhouse_private.now()))::bigint || '.'
        || replace(gen_random_uuid()::text, '-', '');
    nonce := v_fresh || '.' || encode(rowhouse_private.keyed('nonce', v_fresh || '.' || v_name), 'hex');
end $$;

-- Second call: records the answer and nothing else; must be committed before the third.
create function rowhouse.login_submit(p_username text, p_nonce text, p_proof bytea,
        p_finish_hash bytea) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_now timestamptz := rowhouse_private.now();
    v_name text := rowhouse_private.plain_name(p_username);
    v_parts text[] := string_to_array(p_nonce, '.');
begin
    if length(p_username) > 256 or octet_length(p_proof) <> 32 or octet_length(p_finish_hash) <> 32
            or p_username is null or p_proof is null or p_finish_hash is null then
        perform rowhouse_private.bad('This is not an answer to a challenge.');
    end if;
    if cardinality(v_parts) is distinct from 3 or length(p_nonce) > 200 or v_parts[1] !~ '^[0-9]{1,12}$'
            or v_parts[3] is distinct from encode(rowhouse_private.keyed('nonce',
                   v_parts[1] || '.' || v_parts[2] || '.' || v_name), 'hex')
            or v_now not between to_timestamp(v_parts[1]::bigint)
                             and to_timestamp(v_parts[1]::bigint) + interval '120 seconds' then
        perform rowhouse_private.bad('The challenge is not valid any more.');
    end if;
    insert into rowhouse_private.attempt (nonce, name_key, name_sent, address, at, proof, finish_hash)
        values (p_nonce, rowhouse_private.keyed('salt', 'attempt ' || v_name), p_username,
                rowhouse_private.client_address(), v_now, p_proof, p_finish_hash)
        on conflict (nonce) do nothing;
    if not found then
        perform rowhouse_private.bad('The challenge was answered already.');
    end if;
end $$;

-- How many tries of a name are used up and how long the next one must wait; one snapshot.
--
-- Counted are all committed tries but this one, judged wrong or not judged. A try is judged only in
-- a snapshot with fewer than the limit, so no order of parallel tries gets more judged.
create function rowhouse_private.tries(p_name_key bytea, p_address text, p_except bigint,
        p_unlocked timestamptz, p_now timestamptz, p_tenant bigint,
        out wait_s integer, out left_over integer)
    language plpgsql stable
    as $$
declare
    l rowhouse_private.policy;
    n record;
begin
    select * into l from rowhouse_private.policy where tenant_id = coalesce(p_tenant, 1);
    with mine as materialized (
        select a.at, a.outcome, a.judged_at, a.address is not distinct from p_address as here
          from rowhouse_private.attempt a
         where a.name_key = p_name_key and a.attempt_id is distinct from p_except
           and a.at > p_now - l.tries_window and a.at > coalesce(p_unlocked, '-infinity')
    ), bad as (
        select b.at, b.here and b.at > coalesce((select max(g.judged_at) from mine g
                                                  where g.here and g.outcome = 'ok'), '-infinity') as here
          from mine b where b.outcome is null or b.outcome = 'refused'
    )
    select count(*)::integer as account, (count(*) filter (where here))::integer as here,
           max(at) filter (where here) as newest,
           (array_agg(at order by at desc) filter (where here))[l.tries_here] as frees_here,
           (array_agg(at order by at desc))[l.tries_account] as frees_account
      into n from bad;
    wait_s := ceil(extract(epoch from greatest(n.frees_here + l.tries_window,
        n.frees_account + l.tries_window,
        case when n.here >= 3 then n.newest + make_interval(secs => 2 ^ (n.here - 1)) end) - p_now));
    if p_address is not null and l.address_limits and (
            select count(*) from rowhouse_private.attempt a
             where a.address = p_address and a.at > p_now - l.tries_window
               and a.attempt_id is distinct from p_except
               and (a.outcome is null or a.outcome = 'refused')) >= l.tries_address then
        wait_s := greatest(wait_s, 60);
    end if;
    wait_s := greatest(coalesce(wait_s, 0), 0);
    left_over := greatest(least(l.tries_here - n.here, l.tries_account - n.account), 0);
end $$;

-- Opens the session of somebody who proved who they are; returns its token.
create function rowhouse_private.open_session(p_account bigint, p_tenant bigint, p_restricted boolean,
        p_client_json text, p_now timestamptz, out token text, out session_id bigint)
    language plpgsql volatile
    as $$
declare
    l rowhouse_private.policy;
    v_client jsonb := coalesce(nullif(p_client_json, ''), '{}')::jsonb;
begin
    select * into l from rowhouse_private.policy where tenant_id = coalesce(p_tenant, 1);
    token := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
    insert into rowhouse_private.session as s (tenant_id, account_id, token_hash, restricted, started_at,
            proved_at, last_seen_at, last_active_at, idle_limit, expires_at, address, client)
        values (p_tenant, p_account, rowhouse_private.token_hash(token), p_restricted, p_now, p_now, p_now,
            p_now, l.idle_limit, p_now + l.absolute_limit, host(inet_client_addr()),
            jsonb_strip_nulls(jsonb_build_object(
                'host', left(v_client ->> 'host', 100), 'tty', left(v_client ->> 'tty', 100),
                'version', left(v_client ->> 'version', 50), 'pid', left(v_client ->> 'pid', 20))))
        returning s.session_id into session_id;
    update rowhouse_private.account set last_sign_in_at = p_now where account_id = p_account;
end $$;

-- Third call: judges a committed try; only who knows the finish secret collects the token. Every
-- branch does the same work for names that nobody has.
create function rowhouse.login_finish(p_nonce text, p_finish_secret bytea, p_client_json text,
        out status text, out token text, out server_signature bytea, out must_change boolean,
        out failed_since integer, out last_sign_in timestamptz, out retry_after_s integer,
        out tries_left integer)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_now timestamptz := rowhouse_private.now();
    v_message bytea;
    v_name text;
    v_draw bytea;
    v_good boolean;
    v_session bigint;
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
           a.deactivated_at is null and x.account_id is not null as active, x.one_time, x.expires_at,
           coalesce(x.stored_key, v_draw) as stored_key, coalesce(x.server_key, v_draw) as server_key
      into c
      from (select) d
      left join rowhouse_private.account a on a.username = v_name
      left join rowhouse_private.credential x on x.account_id = a.account_id;
    n := rowhouse_private.tries(y.name_key, y.address, y.attempt_id, c.unlocked_at, v_now, c.tenant_id);
    if n.wait_s > 0 then
        update rowhouse_private.attempt set outcome = 'wait', judged_at = v_now, proof = null, name_sent = null
         where attempt_id = y.attempt_id;
        status := 'wait';
        retry_after_s := n.wait_s;
        tries_left := n.left_over;
        return;
    end if;
    v_message := convert_to(E'rowhouse-login-v1\n' || y.name_sent || E'\n' || p_nonce, 'UTF8');
    v_good := sha256(rowhouse_private.xor32(y.proof, rowhouse_private.hmac(c.stored_key, v_message)))
        = c.stored_key and c.active is true;
    update rowhouse_private.attempt
       set outcome = case when v_good then 'ok' else 'refused' end, judged_at = v_now, proof = null,
           name_sent = null
     where attempt_id = y.attempt_id;
    if not v_good then
        perform rowhouse_trail.note(c.tenant_id, c.account_id, c.username, null, null, 'sign-in refused', null);
        n := rowhouse_private.tries(y.name_key, y.address, null, c.unlocked_at, v_now, c.tenant_id);
        status := 'refused';
        retry_after_s := n.wait_s;
        tries_left := n.left_over;
        return;
    end if;
    if c.one_time and v_now >= c.expires_at then
        raise exception using errcode = 'RH403', detail = 'code expired',
            message = 'This one-time code has expired: ask for a new one.';
    end if;
    select o.token, o.session_id into token, v_session
      from rowhouse_private.open_session(c.account_id, c.tenant_id, c.one_time, p_client_json, v_now) o;
    select count(*) into failed_since from rowhouse_private.attempt a
     where a.name_key = y.name_key and a.at > coalesce(c.last_sign_in_at, c.created_at)
       and a.attempt_id <> y.attempt_id and (a.outcome is null or a.outcome = 'refused');
    perform rowhouse_trail.note(c.tenant_id, c.account_id, c.username, v_session, null, 'sign-in',
        case when c.one_time then 'with a one-time code' end);
    status := 'ok';
    server_signature := rowhouse_private.hmac(c.server_key, v_message);
    must_change := c.one_time;
    last_sign_in := c.last_sign_in_at;
    retry_after_s := 0;
    tries_left := n.left_over;
end $$;

-- Raises unless these are the parts of a verifier of ours.
create function rowhouse_private.check_verifier(p_salt bytea, p_m integer, p_t integer, p_p integer,
        p_stored_key bytea, p_server_key bytea) returns void
    language plpgsql immutable
    as $$
begin
    if octet_length(p_salt) = 16 and octet_length(p_stored_key) = 32 and octet_length(p_server_key) = 32
            and p_m between 19456 and 1048576 and p_t between 2 and 64 and p_p between 1 and 16 then
        return;
    end if;
    perform rowhouse_private.bad('This is not a verifier of a password.');
end $$;

-- Ends sessions of an account, all but one; returns how many.
create function rowhouse_private.end_sessions(p_account bigint, p_except bigint, p_reason text,
        p_by bigint, p_now timestamptz) returns integer
    language sql volatile
    as $$ with ended as (update rowhouse_private.session s
                            set ended_at = p_now, end_reason = p_reason, ended_by = p_by
                          where s.account_id = p_account and s.ended_at is null
                            and s.session_id is distinct from p_except returning 1)
          select count(*)::integer from ended $$;

-- Stores a new password: in a session of a one-time code, or shortly after the password was proved.
create function rowhouse.password_choose(p_token text, p_salt bytea, p_m integer, p_t integer,
        p_p integer, p_stored_key bytea, p_server_key bytea) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_now timestamptz := rowhouse_private.now();
    v_hash bytea := rowhouse_private.token_hash(p_token);
    s record;
begin
    select x.session_id, x.account_id, x.tenant_id, x.restricted, x.proved_at, a.username, l.proof_fresh,
           x.ended_at is null and a.deactivated_at is null and v_now < rowhouse_private.live_until(
               x.expires_at, x.last_seen_at, x.last_active_at, x.idle_limit, v_now) as live
      into s
      from rowhouse_private.session x
      join rowhouse_private.account a using (account_id)
      join rowhouse_private.policy l on l.tenant_id = a.tenant_id
     where x.token_hash = v_hash
       for update of x;
    if s.live is not true then
        perform rowhouse_private.refuse_session(v_hash);
    elsif not s.restricted and v_now > s.proved_at + s.proof_fresh then
        raise exception using errcode = 'RH403', detail = 'proof',
            message = 'Sign in again to change the password.';
    end if;
    perform rowhouse_private.check_verifier(p_salt, p_m, p_t, p_p, p_stored_key, p_server_key);
    update rowhouse_private.credential c
       set scheme = 'argon2id', salt = p_salt, m = p_m, t = p_t, p = p_p, stored_key = p_stored_key,
           server_key = p_server_key, one_time = false, expires_at = null, set_at = v_now
     where c.account_id = s.account_id and c.salt <> p_salt;
    if not found then
        perform rowhouse_private.bad('A new password needs a new salt.');
    end if;
    perform rowhouse_private.end_sessions(s.account_id, s.session_id, 'the password was changed',
        s.account_id, v_now);
    update rowhouse_private.session set restricted = false where session_id = s.session_id;
    perform rowhouse_trail.note(s.tenant_id, s.account_id, s.username, s.session_id, null,
        'password chosen', null);
end $$;

grant execute on function rowhouse.login_challenge(text), rowhouse.login_submit(text, text, bytea, bytea),
    rowhouse.login_finish(text, bytea, text),
    rowhouse.password_choose(text, bytea, integer, integer, integer, bytea, bytea) to {{client}};
