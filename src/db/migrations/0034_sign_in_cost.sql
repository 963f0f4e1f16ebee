-- What signing in costs: whatever can be had in mind before a name is typed is (rowhouse.ready), what is
-- asked is planned once, and whether a backup was brought back is asked of a few numbers, not of all tables.

set local role {{owner}};

-- The numbers of this database when all adopted tables were last found to be those that were adopted.
alter table rowhouse_private.installation add column numbers_seen text;

-- What nothing that comes out of a backup has in common with what it came from: the server and the database,
-- a table of ours, and the newest policy. A table that is brought back brings a new policy.
create function rowhouse_private.numbers_of_now() returns text
    language plpgsql stable
    as $$
begin
    return concat_ws(' ',
        case when has_function_privilege('pg_catalog.pg_control_system()', 'execute')
             then (select c.system_identifier from pg_control_system() c) end,
        (select d.oid from pg_database d where d.datname = current_database()),
        'rowhouse_private.adopted'::regclass::oid,
        (select max(p.oid) from pg_policy p));
end $$;

-- Raises where a backup was brought back and the tables were not found again yet: asks every table.
create function rowhouse_private.check_numbers_by_tables() returns void
    language plpgsql stable
    as $$
begin
    if exists (select from rowhouse_private.adopted a
                 join pg_namespace n on n.nspname = a.schema_name
                 join pg_class c on c.relnamespace = n.oid and c.relname = a.table_name
                 join pg_policy p on p.polrelid = c.oid and p.polname = 'rowhouse_gate'
                where c.oid <> a.table_oid
                  and not exists (select from rowhouse_private.adopted b where b.table_oid = c.oid)) then
        raise exception using errcode = 'RH403', detail = 'restored',
            message = 'A backup was brought back here: the database''s owner runs "rowhouse init" before anybody signs in.';
    end if;
end $$;

-- The same, where the numbers are not those that were seen; before every sign-in.
create or replace function rowhouse_private.check_numbers() returns void
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    perform from rowhouse_private.installation i
      where i.only_one and i.numbers_seen = rowhouse_private.numbers_of_now();
    if not found then
        perform rowhouse_private.check_numbers_by_tables();
    end if;
end $$;

-- Notes that all tables are those that were adopted. Not while a table that is not one of them has our
-- policy: it may be given the name of one of them later.
create function rowhouse_private.see_numbers() returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_now constant text := rowhouse_private.numbers_of_now();
begin
    perform from rowhouse_private.installation i where i.only_one and i.numbers_seen = v_now;
    if found or exists (select from pg_policy p
                         where p.polname = 'rowhouse_gate'
                           and not exists (select from rowhouse_private.adopted a where a.table_oid = p.polrelid)) then
        return;
    end if;
    perform rowhouse_private.check_numbers_by_tables();
    update rowhouse_private.installation i set numbers_seen = v_now where i.only_one;
end $$;
grant execute on function rowhouse_private.see_numbers() to {{auth}};

set local role {{trail}};

-- As before; its plan is kept. Without a verb nothing is noted.
create or replace function rowhouse_trail.note(p_tenant bigint, p_account bigint, p_username text,
        p_session bigint, p_station text, p_verb text, p_note text) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    insert into rowhouse_trail.entry (tenant_id, account_id, username, session_id, station, verb, note, kind)
        select coalesce(p_tenant, 1), p_account, p_username, p_session,
               coalesce(p_station, host(inet_client_addr())), p_verb, p_note, 'security'
         where p_verb is not null;
end $$;

set local role {{auth}};

-- Does what somebody has to do now and then, as before, and sees whether all tables are those that were adopted.
create or replace function rowhouse.maintain() returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_now timestamptz := rowhouse_private.now();
    o record;
begin
    if not pg_try_advisory_xact_lock(5938411847226783587) then
        return false;
    end if;
    for o in update rowhouse_private.session x
                set ended_at = rowhouse_private.live_until(x.expires_at, x.last_seen_at, x.last_active_at,
                        x.idle_limit, v_now),
                    end_reason = case when x.expires_at <= v_now then 'its longest time was reached'
                                      else 'idle for too long' end
              where x.ended_at is null and v_now >= rowhouse_private.live_until(x.expires_at, x.last_seen_at,
                        x.last_active_at, x.idle_limit, v_now)
             returning x.tenant_id, x.account_id, x.session_id, x.ended_at, x.end_reason loop
        perform rowhouse_trail.note(o.tenant_id, o.account_id,
            (select a.username from rowhouse_private.account a where a.account_id = o.account_id), o.session_id,
            null, 'session over', format('%s, since %s', o.end_reason,
                to_char(o.ended_at at time zone 'UTC', 'YYYY-MM-DD HH24:MI "UTC"')));
    end loop;
    delete from rowhouse_private.presence x using rowhouse_private.session s
     where s.session_id = x.session_id and s.ended_at is not null;
    update rowhouse_private.attempt set name_sent = null, proof = null
     where outcome is null and name_sent is not null and at < v_now - interval '1 hour';
    delete from rowhouse_private.attempt a using rowhouse_private.policy l
     where l.tenant_id = a.tenant_id and a.at < v_now - l.attempts_kept;
    perform rowhouse_private.forget_requests(v_now);
    delete from rowhouse_private.message m where m.sent_at < v_now - interval '1 day';
    perform rowhouse_trail.make_partitions();
    perform rowhouse_private.see_numbers();
    return true;
end $$;

-- What a session notes of its rights, as before: the row with it. A function of its own, so that it is ready
-- before there is a session.
create function rowhouse_private.with_pass(s rowhouse_private.session, o rowhouse_private.session)
    returns rowhouse_private.session
    language plpgsql volatile
    as $$
begin
    -- Who looks across tenants is asked for at every statement.
    if s.ended_at is not null or s.restricted or s.tenant_id is null or s.across then
        s.pass_version := null;
        return s;
    end if;
    select i.rights_version, s.tenant_id,
           -- A server that was down makes it later, which the tables know.
           least(t.valid_until, s.expires_at, s.last_active_at + s.idle_limit), a.username,
           coalesce(s.client ->> 'host', s.address)
      into s.pass_version, s.pass_tenant, s.pass_until, s.pass_name, s.pass_station
      from rowhouse_private.installation i, rowhouse_private.account a, rowhouse_private.tenant t
     where i.only_one and a.account_id = s.account_id and a.deactivated_at is null
       and t.tenant_id = s.tenant_id and t.active;
    if s.pass_tenant = o.pass_tenant and s.pass_version = o.pass_version then
        return s;
    end if;
    -- Of another tenant than the first it depends on the table whether it is open to it at all.
    with given as (
        select p.table_oid, p.verb, count(*) over () as number
          from rowhouse_private.account_role r
          join rowhouse_private.permission p on p.tenant_id = r.tenant_id and p.role_id = r.role_id
         where r.tenant_id = s.tenant_id and r.account_id = s.account_id and s.tenant_id = 1
           and p.scope is null and p.columns is null
    ), whole as (
        select g.* from given g
         where g.verb in ('view', 'insert')
            or exists (select from given v
                        where v.verb = 'view' and (v.table_oid is null or v.table_oid = g.table_oid)))
    select i.rights_version,
           (select array_agg(distinct w.verb) from whole w where w.table_oid is null),
           (select array_agg(distinct w.table_oid || ':' || w.verb) from whole w
             where w.table_oid is not null and w.number <= 400)
      into s.pass_version, s.pass, s.pass_some
      from rowhouse_private.installation i
     where i.only_one and i.rights_version = s.pass_version;
    return s;
end $$;

create or replace function rowhouse_private.set_pass() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    return rowhouse_private.with_pass(new, old);
end $$;

-- Keeps a try, once for its nonce; nothing without one.
create function rowhouse_private.put_try(p_name text, p_nonce text, p_sent text, p_proof bytea, p_finish_hash bytea,
        p_now timestamptz) returns boolean
    language plpgsql volatile
    as $$
begin
    insert into rowhouse_private.attempt (nonce, name_key, name_sent, address, at, proof, finish_hash)
        select p_nonce, rowhouse_private.keyed('salt', 'attempt ' || p_name), p_sent,
               rowhouse_private.client_address(), p_now, p_proof, p_finish_hash
         where p_nonce is not null
        on conflict (nonce) do nothing;
    return found;
end $$;

-- Second call: records the answer and nothing else; must be committed before the third.
create or replace function rowhouse.login_submit(p_username text, p_nonce text, p_proof bytea,
        p_finish_hash bytea) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
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
    if not rowhouse_private.put_try(v_name, p_nonce, p_username, p_proof, p_finish_hash, v_now) then
        perform rowhouse_private.bad('The challenge was answered already.');
    end if;
end $$;

-- A committed try that is judged now, locked; only who knows the finish secret gets it, and once.
create function rowhouse_private.taken_try(p_nonce text, p_finish_secret bytea) returns rowhouse_private.attempt
    language plpgsql volatile
    as $$
declare
    y rowhouse_private.attempt;
begin
    select * into y from rowhouse_private.attempt a where a.nonce = p_nonce for update;
    if not found or y.finish_hash is distinct from sha256(p_finish_secret) then
        perform rowhouse_private.bad('This sign-in is not known.');
    elsif y.xact = pg_current_xact_id() then
        perform rowhouse_private.bad('The answer must be committed before it is judged.');
    elsif y.outcome is not null then
        perform rowhouse_private.bad('This sign-in was judged already.');
    elsif y.at < rowhouse_private.now() - interval '60 seconds' then
        perform rowhouse_private.bad('This sign-in took too long.');
    end if;
    return y;
end $$;

drop function rowhouse_private.judge(text, bytea, bigint);

-- Judges a try that was taken. Every branch does the same work for names that nobody has. p_account: whose
-- password it must be; null: anybody's. Without a try it judges nothing.
create function rowhouse_private.judge(y rowhouse_private.attempt, p_account bigint, p_now timestamptz,
        out status text, out server_signature bytea, out wait_s integer, out left_over integer,
        out attempt_id bigint, out name_key bytea, out account_id bigint, out tenant_id bigint,
        out username text, out one_time boolean, out expires_at timestamptz,
        out last_sign_in_at timestamptz, out created_at timestamptz)
    language plpgsql volatile
    as $$
#variable_conflict use_column
declare
    v_message bytea;
    v_name text := rowhouse_private.plain_name(y.name_sent);
    -- Before the look-up, not inside it: there it would be computed for unknown names only.
    v_draw bytea := rowhouse_private.keyed('salt', 'key ' || v_name);
    n record;
    c record;
begin
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
    n := rowhouse_private.tries(y.name_key, y.address, y.attempt_id, c.unlocked_at, p_now, c.tenant_id);
    wait_s := n.wait_s;
    left_over := n.left_over;
    v_message := convert_to(E'rowhouse-login-v1\n' || y.name_sent || E'\n' || y.nonce, 'UTF8');
    status := case when n.wait_s > 0 then 'wait'
        when sha256(rowhouse_private.xor32(y.proof, rowhouse_private.hmac(c.stored_key, v_message))) = c.stored_key
             and c.active is true then 'ok'
        else 'refused' end;
    update rowhouse_private.attempt as a
       set outcome = judge.status, judged_at = p_now, proof = null, name_sent = null
     where a.attempt_id = y.attempt_id;
    if not found or status = 'wait' then
        return;
    elsif status = 'ok' then
        server_signature := rowhouse_private.hmac(c.server_key, v_message);
        return;
    end if;
    perform rowhouse_trail.note(c.tenant_id, c.account_id, c.username, null, null,
        case when p_account is null then 'sign-in refused' else 'password refused' end, null);
    n := rowhouse_private.tries(y.name_key, y.address, null, c.unlocked_at, p_now, c.tenant_id);
    wait_s := n.wait_s;
    left_over := n.left_over;
end $$;

-- Opens a session, as before; nothing for nobody.
create or replace function rowhouse_private.open_session(p_account bigint, p_tenant bigint, p_restricted boolean,
        p_client_json text, p_now timestamptz, out token text, out session_id bigint)
    language plpgsql volatile
    as $$
declare
    v_client jsonb := coalesce(nullif(p_client_json, ''), '{}')::jsonb;
    v_across boolean := rowhouse_private.is_super(p_account)
        and (select count(*) > 1 from rowhouse_private.tenant);
begin
    perform rowhouse_private.check_numbers();
    token := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
    insert into rowhouse_private.session as s (tenant_id, across, account_id, token_hash, restricted, started_at,
            proved_at, last_seen_at, last_active_at, idle_limit, expires_at, address, client)
        select case when not v_across then p_tenant end, v_across, p_account, rowhouse_private.token_hash(token),
               p_restricted, p_now, p_now, p_now, p_now, l.idle_limit, p_now + l.absolute_limit,
               host(inet_client_addr()),
               jsonb_strip_nulls(jsonb_build_object(
                   'host', left(v_client ->> 'host', 100), 'tty', left(v_client ->> 'tty', 100),
                   'version', left(v_client ->> 'version', 50), 'pid', left(v_client ->> 'pid', 20)))
          from rowhouse_private.policy l
         where l.tenant_id = coalesce(p_tenant, 1) and p_account is not null
        returning s.session_id into session_id;
    update rowhouse_private.account set last_sign_in_at = p_now where account_id = p_account;
    if v_across then
        perform rowhouse_private.note_across(p_account,
            (select a.username from rowhouse_private.account a where a.account_id = p_account), session_id);
    end if;
end $$;

-- What is told to who was let in: tries before, and what new passwords are to cost.
create function rowhouse_private.told_of(p_tenant bigint, p_name_key bytea, p_except bigint, p_since timestamptz,
        out failed_since integer, out cost_m integer, out cost_t integer, out cost_p integer)
    language plpgsql stable
    as $$
begin
    select (select count(*) from rowhouse_private.attempt a
             where a.name_key = p_name_key and a.at > p_since and a.attempt_id <> p_except
               and (a.outcome is null or a.outcome = 'refused')), l.argon_m, l.argon_t, l.argon_p
      into failed_since, cost_m, cost_t, cost_p
      from rowhouse_private.policy l where l.tenant_id = coalesce(p_tenant, 1);
end $$;

-- Third call: opens the session of who proved a password, and says what new passwords are to cost.
create or replace function rowhouse.login_finish(p_nonce text, p_finish_secret bytea, p_client_json text,
        out status text, out token text, out server_signature bytea, out must_change boolean,
        out failed_since integer, out last_sign_in timestamptz, out retry_after_s integer,
        out tries_left integer, out cost_m integer, out cost_t integer, out cost_p integer)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
    as $$
declare
    v_now timestamptz := rowhouse_private.now();
    y rowhouse_private.attempt := rowhouse_private.taken_try(p_nonce, p_finish_secret);
    j record := rowhouse_private.judge(y, null, v_now);
    o record;
    t record;
begin
    status := j.status;
    retry_after_s := j.wait_s;
    tries_left := j.left_over;
    if j.status <> 'ok' then
        return;
    elsif j.one_time and v_now >= j.expires_at then
        raise exception using errcode = 'RH403', detail = 'code expired',
            message = 'This one-time code has expired: ask for a new one.';
    end if;
    o := rowhouse_private.open_session(j.account_id, j.tenant_id, j.one_time, p_client_json, v_now);
    t := rowhouse_private.told_of(j.tenant_id, j.name_key, j.attempt_id, coalesce(j.last_sign_in_at, j.created_at));
    perform rowhouse_trail.note(j.tenant_id, j.account_id, j.username, o.session_id, null, 'sign-in',
        case when j.one_time then 'with a one-time code' end);
    token := o.token;
    server_signature := j.server_signature;
    must_change := j.one_time;
    failed_since := t.failed_since;
    last_sign_in := j.last_sign_in_at;
    retry_after_s := 0;
    cost_m := t.cost_m;
    cost_t := t.cost_t;
    cost_p := t.cost_p;
end $$;

-- Proves the password of an open session again, after login_challenge and login_submit.
create or replace function rowhouse.prove(p_token text, p_nonce text, p_finish_secret bytea, out status text,
        out server_signature bytea, out retry_after_s integer, out tries_left integer)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    y rowhouse_private.attempt;
    c record;
    j record;
begin
    perform set_config('rowhouse.session', coalesce(p_token, ''), true);
    c := rowhouse_private.viewer();
    y := rowhouse_private.taken_try(p_nonce, p_finish_secret);
    j := rowhouse_private.judge(y, c.account_id, rowhouse_private.now());
    status := j.status;
    server_signature := j.server_signature;
    retry_after_s := j.wait_s;
    tries_left := j.left_over;
    if j.status = 'ok' then
        update rowhouse_private.session s set proved_at = rowhouse_private.now() where s.session_id = c.session_id;
    end if;
end $$;

alter function rowhouse.login_challenge(text) set plan_cache_mode = force_generic_plan;

-- Does what signing in does, for nobody, so that a connection has it in memory before a name is typed: the
-- first time takes most of what signing in takes. Tells nothing and writes nothing.
create or replace function rowhouse.ready() returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    set plan_cache_mode = force_generic_plan
    as $$
declare
    v_now timestamptz := rowhouse_private.now();
    v_none constant bytea := sha256('');
    v_gone rowhouse_private.attempt;
    v_session rowhouse_private.session;
begin
    perform rowhouse.login_challenge('');
    perform rowhouse_trail.touch_month();
    begin
        perform rowhouse.login_submit('', floor(extract(epoch from v_now)) || '.a.b', v_none, v_none);
    exception when others then
        null; -- there is no such challenge
    end;
    begin
        perform rowhouse.login_finish('', v_none, '');
    exception when others then
        null; -- there is no such try, and nothing can be locked on a server that only reads
    end;
    perform rowhouse_private.put_try('', null, '', v_none, v_none, v_now);
    perform rowhouse_private.judge(v_gone, null, v_now);
    perform rowhouse_private.hmac(v_none, v_none);
    perform rowhouse_private.open_session(null, 1, false, '', v_now);
    -- A name is looked at again whenever its account is written.
    perform from rowhouse_private.account a where 'a' ~ '^[a-z0-9][a-z0-9._@/-]{0,63}$' and 'a' !~ '[[:cntrl:]]' limit 1;
    v_session.tenant_id := 1;
    v_session.restricted := false;
    v_session.across := false;
    perform rowhouse_private.with_pass(v_session, null);
    perform rowhouse_private.told_of(1, v_none, 0, v_now);
    perform rowhouse_trail.note(1, null, null, null, null, null, null);
exception when others then
    null; -- on a server that only reads, and where a backup was brought back: the sign-in says so
end $$;
