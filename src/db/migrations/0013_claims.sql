-- Claims on records: asking to yield, releasing, hard locks, and the lines that people send each other
-- about them. A claim is a row of presence in mode 'edit'. It stays soft, except in tables whose owner
-- wants hard locks: there one session at most holds a record, and only it may save.

set local role {{auth}};
grant select (client, address) on rowhouse_private.session to {{owner}};

set local role {{trail}};

-- Writes what was done about a claim: by whom, to which record; both sides carry the same link.
create function rowhouse_trail.claim(p_tenant bigint, p_account bigint, p_username text, p_session bigint,
        p_station text, p_verb text, p_note text, p_table oid, p_key text[], p_link uuid) returns void
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$ insert into rowhouse_trail.entry (tenant_id, table_oid, table_name, record_key, verb, account_id,
                  username, session_id, station, request_id, kind, note)
              values (p_tenant, p_table, p_table::regclass::text, p_key, p_verb, p_account, p_username,
                  p_session, coalesce(p_station, host(inet_client_addr())), p_link, 'security', p_note) $$;
grant execute on function rowhouse_trail.claim(bigint, bigint, text, bigint, text, text, text, oid, text[], uuid)
    to {{owner}};

set local role {{owner}};

-- Who was asked to yield and gave no answer for so long may be taken over.
alter table rowhouse_private.policy add column yield_after interval not null default '60 seconds'
    check (yield_after between interval '5 seconds' and interval '1 day');

-- A claim in a table with hard locks: one at most for each record.
alter table rowhouse_private.presence add column hard boolean not null default false
    check (mode = 'edit' or not hard);
create unique index presence_hard on rowhouse_private.presence (tenant_id, table_oid, record_key) where hard;

-- Lines from one session to another about a claim. Delivered by the poll, forgotten after a day.
create table rowhouse_private.message (
    tenant_id    bigint not null,
    message_id   bigint not null generated always as identity,
    to_session   bigint not null,         -- who reads it
    from_session bigint not null,         -- who sent it; of an open question, where the answer goes
    from_account bigint not null,
    kind         text not null check (kind in ('asked', 'done', 'later', 'given', 'taken', 'released')),
    table_oid    oid not null,            -- about which record
    record_key   text[] not null,
    link         uuid not null,           -- ties what follows from one question together, in the trail too
    sent_at      timestamptz not null,
    due_at       timestamptz,             -- from when whoever asked may take it over
    put_off      boolean not null default false, -- more time was asked for once
    over_at      timestamptz,             -- of a question: since when nothing more comes of it
    seen_at      timestamptz,             -- since when the session has it
    primary key (tenant_id, message_id)
) with (fillfactor = 70);
create index message_unread on rowhouse_private.message (tenant_id, to_session) where seen_at is null;
create index message_open on rowhouse_private.message (tenant_id, table_oid, to_session)
    where kind = 'asked' and over_at is null;
create index message_age on rowhouse_private.message (tenant_id, sent_at);
grant select, delete on rowhouse_private.message to {{auth}};

-- Whether the owner wants hard locks on a table; raises when nobody is signed in.
create function rowhouse.hard_locks(p_table oid) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select coalesce((select (d.options ->> 'hard_locks')::boolean from rowhouse_private.adopted d
                            where d.table_oid = p_table), false)
            from rowhouse_private.ctx() $$;

-- Where a session sits, in words: host/tty.
create function rowhouse_private.seat_of(p_client jsonb, p_address text) returns text
    language sql immutable parallel safe
    as $$ select concat_ws('/', coalesce(nullif(p_client ->> 'host', ''), p_address),
                           nullif(p_client ->> 'tty', '')) $$;

-- The sessions that edit a record now: those that are away or over have let it go.
create function rowhouse_private.editors(p_tenant bigint, p_table oid, p_key text[], p_now timestamptz)
    returns table (session_id bigint, account_id bigint, username text, seat text)
    language sql stable
    as $$
    select x.session_id, s.account_id, a.username, rowhouse_private.seat_of(s.client, s.address)
      from rowhouse_private.presence x
      join rowhouse_private.session s on s.session_id = x.session_id
      join rowhouse_private.account a on a.account_id = s.account_id
      join rowhouse_private.policy l on l.tenant_id = x.tenant_id
     where x.tenant_id = p_tenant and x.table_oid = p_table and x.record_key = p_key and x.mode = 'edit'
       and s.ended_at is null and s.last_seen_at >= p_now - l.away_after
       and p_now < rowhouse_private.live_until(s.expires_at, s.last_seen_at, s.last_active_at, s.idle_limit,
               p_now)
     order by x.since, x.session_id $$;

-- Raises unless the record may be claimed: a record of an adopted table that I may view and change.
create function rowhouse_private.check_claim(p_table oid, p_key text[]) returns void
    language plpgsql stable
    as $$
begin
    if not coalesce(rowhouse.may(p_table, 'view') and rowhouse.may(p_table, 'update'), false) then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'Your roles do not let you change records of this table.';
    elsif not exists (select from rowhouse_private.adopted d where d.table_oid = p_table
                         and cardinality(d.key_columns) = cardinality(p_key)
                         and array_position(p_key, null) is null and length(p_key::text) <= 1000) then
        perform rowhouse_private.bad('This is not a record of an adopted table.');
    elsif not rowhouse_private.is_seen(p_table, p_key) then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'There is no such record, or you may not see it.';
    end if;
end $$;

-- Raises when a session edits as many other records as a heartbeat may name: who only claims would otherwise
-- keep everybody from everything.
create function rowhouse_private.check_holds(p_tenant bigint, p_session bigint, p_table oid, p_key text[])
    returns void
    language plpgsql stable
    as $$
begin
    if (select count(*) from rowhouse_private.presence x
         where x.tenant_id = p_tenant and x.session_id = p_session and x.mode = 'edit'
           and (x.table_oid, x.record_key) <> (p_table, p_key)) >= 64 then
        raise exception using errcode = 'RH409', detail = 'claim',
            message = 'you edit 64 records already; close some first';
    end if;
end $$;

-- Raises when a person sends lines faster than anybody types.
create function rowhouse_private.check_lines(p_tenant bigint, p_account bigint, p_now timestamptz) returns void
    language plpgsql stable
    as $$
begin
    if (select count(*) from rowhouse_private.message m
         where m.tenant_id = p_tenant and m.sent_at > p_now - interval '1 minute'
           and m.from_account = p_account) >= 60 then
        raise exception using errcode = 'RH409', detail = 'claim',
            message = 'you asked or took over 60 times within a minute; wait a little';
    end if;
end $$;

-- Whoever claims is there: a terminal that was asleep has not told so yet.
create function rowhouse_private.seen(p_session bigint, p_now timestamptz) returns void
    language sql volatile
    as $$ update rowhouse_private.session s set last_seen_at = greatest(s.last_seen_at, p_now)
           where s.session_id = p_session $$;

-- Takes the hard lock of a record for a session; false when another session that lives has it.
create function rowhouse_private.take_hold(p_tenant bigint, p_session bigint, p_table oid, p_key text[],
        p_dirty boolean, p_now timestamptz) returns boolean
    language plpgsql volatile
    as $$
begin
    delete from rowhouse_private.presence x
     where x.tenant_id = p_tenant and x.table_oid = p_table and x.record_key = p_key and x.hard
       and x.session_id <> p_session
       and x.session_id not in (select e.session_id
                                  from rowhouse_private.editors(p_tenant, p_table, p_key, p_now) e);
    insert into rowhouse_private.presence as x
            (tenant_id, session_id, table_oid, record_key, mode, dirty, since, hard)
        values (p_tenant, p_session, p_table, p_key, 'edit', p_dirty, p_now, true)
        on conflict (tenant_id, table_oid, record_key, session_id) do update
           set mode = 'edit', hard = true, dirty = excluded.dirty,
               since = case when x.mode = 'edit' then x.since else excluded.since end;
    return true;
exception when unique_violation then
    return false;
end $$;

-- Claims a record before it is edited. In a table with hard locks another session may have it: then
-- nothing is claimed, and the answer says who it is.
create function rowhouse.claim(p_table oid, p_key text[], out held boolean, out username text,
        out same_person boolean, out seat text)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
    v_now timestamptz := rowhouse_private.now();
begin
    perform rowhouse_private.check_claim(p_table, p_key);
    perform rowhouse_private.check_holds(c.tenant_id, c.session_id, p_table, p_key);
    perform rowhouse_private.seen(c.session_id, v_now);
    held := not rowhouse.hard_locks(p_table)
        or rowhouse_private.take_hold(c.tenant_id, c.session_id, p_table, p_key, false, v_now);
    if not held then
        select e.username, e.account_id = c.account_id, case when e.account_id = c.account_id then e.seat end
          into username, same_person, seat
          from rowhouse_private.editors(c.tenant_id, p_table, p_key, v_now) e
         where e.session_id <> c.session_id limit 1;
    end if;
end $$;

-- Refuses a change of a record that another session holds. A record that nobody holds is held for the
-- length of the change. Arguments: the key columns. On tables with hard locks only.
create function rowhouse_private.need_claim() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    set datestyle = 'ISO, YMD' set timezone = 'UTC' set intervalstyle = 'postgres'
    set extra_float_digits = '1' set lc_monetary = 'C' set bytea_output = 'hex'
    as $$
declare
    c record := rowhouse_private.ctx();
    v_now timestamptz := rowhouse_private.now();
    v_table oid := coalesce(pg_partition_root(tg_relid)::oid, tg_relid);
    v_list text;
    v_key text[];
    v_held boolean;
    e record;
begin
    select string_agg(case when b.typnamespace = 'pg_catalog'::regnamespace
                           then format('($1).%I::text', a.attname)
                           else format('format(''%%s'', ($1).%I)', a.attname) end, ', ' order by u.n)
      into v_list
      from unnest(tg_argv[0:]) with ordinality u(name, n)
      join pg_attribute a on a.attrelid = tg_relid and a.attname = u.name
      join pg_type t on t.oid = a.atttypid
      join pg_type b on b.oid = coalesce(nullif(t.typbasetype, 0), t.oid);
    execute format('select array[%s]', v_list) into v_key using old;
    select true into v_held from rowhouse_private.presence x
     where x.tenant_id = c.tenant_id and x.table_oid = v_table and x.record_key = v_key
       and x.session_id = c.session_id and x.hard;
    if v_held is null then
        if not rowhouse_private.take_hold(c.tenant_id, c.session_id, v_table, v_key, false, v_now) then
            select * into e from rowhouse_private.editors(c.tenant_id, v_table, v_key, v_now) x
             where x.session_id <> c.session_id limit 1;
            raise exception using errcode = 'RH423', detail = 'claim', message = case
                when e.account_id = c.account_id then format('you hold this record at %s', e.seat)
                else format('%s holds this record', coalesce(e.username, 'somebody')) end;
        end if;
        delete from rowhouse_private.presence x
         where x.tenant_id = c.tenant_id and x.table_oid = v_table and x.record_key = v_key
           and x.session_id = c.session_id;
    end if;
    return case tg_op when 'DELETE' then old else new end;
end $$;

-- The heartbeat: replaces this session's claims, and notes which lines it has. Records of tables that
-- are not adopted, and records that may not be viewed, are left out; who may not change one, or was just told that the
-- claim is gone, is there as a reader.
create function rowhouse.touch(p_active boolean, p_place text, p_records_json text, p_heard bigint[],
        out server_time timestamptz)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
    v_wanted jsonb := coalesce(nullif(p_records_json, ''), '[]')::jsonb;
    w record;
begin
    server_time := rowhouse_private.now();
    if jsonb_typeof(v_wanted) <> 'array' or jsonb_array_length(v_wanted) > 64
            or cardinality(p_heard) > 1000 then
        perform rowhouse_private.bad('Records are a list of at most 64.');
    end if;
    update rowhouse_private.session s
       set last_seen_at = greatest(s.last_seen_at, server_time), place = left(p_place, 200),
           last_active_at = case when p_active then server_time else s.last_active_at end
     where s.session_id = c.session_id;
    if cardinality(p_heard) > 0 then
        update rowhouse_private.message m set seen_at = server_time
         where m.tenant_id = c.tenant_id and m.to_session = c.session_id and m.seen_at is null
           and m.message_id = any (p_heard);
    end if;
    if v_wanted = '[]' then
        delete from rowhouse_private.presence x
         where x.tenant_id = c.tenant_id and x.session_id = c.session_id;
        return;
    end if;
    with wanted as materialized (
        select k.table_oid, k.record_key from rowhouse_private.wanted(v_wanted, c.tenant_id, c.session_id) k)
    delete from rowhouse_private.presence x
     where x.tenant_id = c.tenant_id and x.session_id = c.session_id
       and not exists (select from wanted k where k.table_oid = x.table_oid and k.record_key = x.record_key);
    for w in select * from rowhouse_private.wanted(v_wanted, c.tenant_id, c.session_id) loop
        continue when exists (select from rowhouse_private.presence x
             where x.tenant_id = c.tenant_id and x.table_oid = w.table_oid and x.record_key = w.record_key
               and x.session_id = c.session_id
               and (x.mode, x.dirty, x.hard) = (w.mode, w.dirty, w.hard and w.mode = 'edit'));
        continue when w.hard and w.mode = 'edit' and rowhouse_private.take_hold(c.tenant_id, c.session_id,
             w.table_oid, w.record_key, w.dirty, server_time);
        insert into rowhouse_private.presence as x
                (tenant_id, session_id, table_oid, record_key, mode, dirty, since, hard)
            values (c.tenant_id, c.session_id, w.table_oid, w.record_key,
                case when w.hard then 'view' else w.mode end, w.dirty, server_time, false)
            on conflict (tenant_id, table_oid, record_key, session_id) do update
               set mode = excluded.mode, dirty = excluded.dirty, hard = false,
                   since = case when x.mode = excluded.mode then x.since else excluded.since end;
    end loop;
end $$;

-- What a heartbeat may say, out of what it says.
create function rowhouse_private.wanted(p_wanted jsonb, p_tenant bigint, p_session bigint)
    returns table (table_oid oid, record_key text[], mode text, dirty boolean, hard boolean)
    language sql stable
    as $$
    select distinct on (d.table_oid, k.record_key) d.table_oid, k.record_key,
           case when r ->> 'mode' = 'edit' and rowhouse.may(d.table_oid, 'update')
                     and not exists (select from rowhouse_private.message m
                          where m.tenant_id = p_tenant and m.to_session = p_session and m.seen_at is null
                            and m.kind in ('taken', 'released') and m.table_oid = d.table_oid
                            and m.record_key = k.record_key)
                then 'edit' else 'view' end,
           coalesce((r ->> 'dirty')::boolean, false),
           coalesce((d.options ->> 'hard_locks')::boolean, false)
      from jsonb_array_elements(p_wanted) r
      join rowhouse_private.adopted d on d.table_oid::text = r ->> 'table'
      cross join lateral (select array(select jsonb_array_elements_text(r -> 'key')) as record_key) k
     where jsonb_typeof(r -> 'key') = 'array' and length(k.record_key::text) between 3 and 1000
       and rowhouse.may(d.table_oid, 'view')
       -- Looked at once: what is told again was seen before.
       and (exists (select from rowhouse_private.presence x
                     where x.tenant_id = p_tenant and x.table_oid = d.table_oid
                       and x.record_key = k.record_key and x.session_id = p_session)
            or rowhouse_private.is_seen(d.table_oid, k.record_key))
     order by d.table_oid, k.record_key, r ->> 'mode' $$;

-- The heartbeat of older clients.
create or replace function rowhouse.touch(p_active boolean, p_place text, p_records_json text,
        out server_time timestamptz)
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$ select t.server_time from rowhouse.touch(p_active, p_place, p_records_json, null::bigint[]) t $$;

-- Who has which record of a table open: like presence, and where my own other terminals are, which
-- claims are hard, and for those who may release them the last key.
create function rowhouse.claimed(p_table oid) returns table (record_key text[], username text,
        display_name text, mine boolean, same_person boolean, mode text, dirty boolean,
        since timestamptz, away boolean, seat text, hard boolean, last_active timestamptz)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
    v_now timestamptz := rowhouse_private.now();
    v_manages boolean;
    v_judged boolean := rowhouse_private.judged_by_others(p_table);
begin
    if not rowhouse.may(p_table, 'view') then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'Your roles do not let you view this table.';
    end if;
    v_manages := rowhouse_private.able('end sessions');
    return query
        select x.record_key, a.username, a.display_name, x.session_id = c.session_id,
               s.account_id = c.account_id, x.mode, x.dirty, x.since,
               s.last_seen_at < v_now - l.away_after / 2,
               case when s.account_id = c.account_id
                    then rowhouse_private.seat_of(s.client, s.address) end,
               x.hard, case when v_manages then s.last_active_at end
          from rowhouse_private.presence x
          join rowhouse_private.session s on s.session_id = x.session_id
          join rowhouse_private.account a on a.account_id = s.account_id
          join rowhouse_private.policy l on l.tenant_id = x.tenant_id
         where x.tenant_id = c.tenant_id and x.table_oid = p_table and s.ended_at is null
           and s.last_seen_at >= v_now - l.away_after
           and v_now < rowhouse_private.live_until(s.expires_at, s.last_seen_at, s.last_active_at,
                   s.idle_limit, v_now)
           and (not v_judged or rowhouse_private.is_seen(p_table, x.record_key))
         order by x.record_key, x.mode, x.since;
end $$;

-- The same for older clients. Claims of sessions that are away are released; "away" marks
-- one that has missed a heartbeat and is about to be.
create or replace function rowhouse.presence(p_table oid) returns table (record_key text[], username text,
        display_name text, session_id bigint, mine boolean, same_person boolean, mode text,
        dirty boolean, since timestamptz, away boolean)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
    v_now timestamptz := rowhouse_private.now();
    v_judged boolean := rowhouse_private.judged_by_others(p_table);
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
           and (not v_judged or rowhouse_private.is_seen(p_table, x.record_key))
         order by x.record_key, x.since;
end $$;

-- Sends a line about a claim.
create function rowhouse_private.send(p_tenant bigint, p_to bigint, p_from bigint, p_account bigint,
        p_kind text, p_table oid, p_key text[], p_link uuid, p_now timestamptz, p_due timestamptz)
    returns bigint
    language sql volatile
    as $$ insert into rowhouse_private.message (tenant_id, to_session, from_session, from_account, kind,
                  table_oid, record_key, link, sent_at, due_at)
              values (p_tenant, p_to, p_from, p_account, p_kind, p_table, p_key, p_link, p_now, p_due)
              returning message_id $$;

-- Asks everybody else who edits a record to yield it: who was asked, and from when their claims may be
-- taken over. Asking again while a question is open only tells that. No row when nobody else edits it.
create function rowhouse.claim_ask(p_table oid, p_key text[])
    returns table (username text, asked_at timestamptz, due_at timestamptz)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
    v_now timestamptz := rowhouse_private.now();
    v_due timestamptz;
    v_link uuid;
    e record;
    m record;
begin
    perform rowhouse_private.check_claim(p_table, p_key);
    perform rowhouse_private.check_lines(c.tenant_id, c.account_id, v_now);
    select v_now + l.yield_after into v_due from rowhouse_private.policy l where l.tenant_id = c.tenant_id;
    for e in select * from rowhouse_private.editors(c.tenant_id, p_table, p_key, v_now) x
              where x.account_id <> c.account_id loop
        update rowhouse_private.message q set from_session = c.session_id
         where q.tenant_id = c.tenant_id and q.table_oid = p_table and q.to_session = e.session_id
           and q.kind = 'asked' and q.over_at is null and q.record_key = p_key
           and q.from_account = c.account_id
        returning q.sent_at, q.due_at into m;
        if found then
            return query select e.username, m.sent_at, m.due_at;
            continue;
        end if;
        v_link := gen_random_uuid();
        perform rowhouse_private.send(c.tenant_id, e.session_id, c.session_id, c.account_id, 'asked',
            p_table, p_key, v_link, v_now, v_due);
        perform rowhouse_trail.claim(c.tenant_id, c.account_id, c.username, c.session_id, c.station,
            'claim asked for', format('of %s', e.username), p_table, p_key, v_link);
        return query select e.username, v_now, v_due;
    end loop;
end $$;

-- Answers a question that was put to this session: 'done' and 'given' let the record go, 'later' takes
-- five minutes more, once. False when nothing was open any more.
create function rowhouse.claim_answer(p_message bigint, p_answer text) returns boolean
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
    v_now timestamptz := rowhouse_private.now();
    m rowhouse_private.message;
begin
    if p_answer is null or p_answer not in ('done', 'later', 'given') then
        perform rowhouse_private.bad('An answer is done, later or given.');
    end if;
    select * into m from rowhouse_private.message q
     where q.tenant_id = c.tenant_id and q.message_id = p_message and q.to_session = c.session_id
       and q.kind = 'asked' for update;
    if not found then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'This was not asked of you.';
    elsif m.over_at is not null or (p_answer = 'later' and m.put_off) then
        return false;
    end if;
    m.due_at := case p_answer when 'later' then v_now + interval '5 minutes' end;
    update rowhouse_private.message q
       set due_at = coalesce(m.due_at, q.due_at), put_off = p_answer = 'later',
           over_at = case when p_answer <> 'later' then v_now end
     where q.tenant_id = c.tenant_id and q.message_id = p_message;
    if p_answer <> 'later' then
        delete from rowhouse_private.presence x
         where x.tenant_id = c.tenant_id and x.session_id = c.session_id and x.table_oid = m.table_oid
           and x.record_key = m.record_key;
    end if;
    perform rowhouse_private.send(c.tenant_id, m.from_session, c.session_id, c.account_id, p_answer,
        m.table_oid, m.record_key, m.link, v_now, m.due_at);
    perform rowhouse_trail.claim(c.tenant_id, c.account_id, c.username, c.session_id, c.station,
        'claim answered', case p_answer when 'done' then 'done' when 'given' then 'take it'
                                        else 'five more minutes' end, m.table_oid, m.record_key, m.link);
    return true;
end $$;

-- Takes somebody's claim away: a line for them, and an entry in the trail for either side.
create function rowhouse_private.take_away(p_session bigint, p_table oid, p_key text[], p_kind text,
        p_now timestamptz) returns void
    language plpgsql volatile
    as $$
declare
    c record := rowhouse_private.ctx();
    v_link uuid := gen_random_uuid();
    h record;
begin
    select s.account_id, a.username into h
      from rowhouse_private.session s
      join rowhouse_private.account a on a.account_id = s.account_id
     where s.session_id = p_session;
    delete from rowhouse_private.presence x
     where x.tenant_id = c.tenant_id and x.session_id = p_session and x.table_oid = p_table
       and x.record_key = p_key;
    if p_kind = 'taken' then
        select q.link into v_link from rowhouse_private.message q
         where q.tenant_id = c.tenant_id and q.table_oid = p_table and q.to_session = p_session
           and q.kind = 'asked' and q.over_at is null and q.record_key = p_key
           and q.from_account = c.account_id;
        v_link := coalesce(v_link, gen_random_uuid());
    end if;
    update rowhouse_private.message q set over_at = p_now
     where q.tenant_id = c.tenant_id and q.table_oid = p_table and q.to_session = p_session
       and q.kind = 'asked' and q.over_at is null and q.record_key = p_key;
    perform rowhouse_private.send(c.tenant_id, p_session, c.session_id, c.account_id, p_kind, p_table,
        p_key, v_link, p_now, null);
    perform rowhouse_trail.claim(c.tenant_id, c.account_id, c.username, c.session_id, c.station,
        case p_kind when 'taken' then 'claim taken over' else 'claim released' end,
        format('of %s', h.username), p_table, p_key, v_link);
    perform rowhouse_trail.claim(c.tenant_id, h.account_id, h.username, p_session, null, 'claim lost',
        format(case p_kind when 'taken' then 'taken over by %s' else 'released by %s' end, c.username),
        p_table, p_key, v_link);
end $$;

-- Takes a record over: from my own other terminals at once, from others when they were asked and their
-- time is over. How many claims were taken; in a table with hard locks it is held then.
create function rowhouse.claim_take(p_table oid, p_key text[]) returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
    v_now timestamptz := rowhouse_private.now();
    v_taken integer := 0;
    e record;
begin
    perform rowhouse_private.check_claim(p_table, p_key);
    perform rowhouse_private.check_holds(c.tenant_id, c.session_id, p_table, p_key);
    perform rowhouse_private.check_lines(c.tenant_id, c.account_id, v_now);
    perform rowhouse_private.seen(c.session_id, v_now);
    for e in select * from rowhouse_private.editors(c.tenant_id, p_table, p_key, v_now) x
              where x.session_id <> c.session_id loop
        if e.account_id <> c.account_id and not exists (select from rowhouse_private.message q
                where q.tenant_id = c.tenant_id and q.table_oid = p_table and q.to_session = e.session_id
                  and q.kind = 'asked' and q.over_at is null and q.record_key = p_key
                  and q.from_account = c.account_id and q.due_at <= v_now) then
            raise exception using errcode = 'RH409', detail = 'claim',
                message = format('%s edits this record and was not asked, or has time left to answer', e.username);
        end if;
        perform rowhouse_private.take_away(e.session_id, p_table, p_key, 'taken', v_now);
        v_taken := v_taken + 1;
    end loop;
    if rowhouse.hard_locks(p_table) and not rowhouse_private.take_hold(c.tenant_id, c.session_id, p_table,
            p_key, false, v_now) then
        raise exception using errcode = 'RH409', detail = 'claim',
            message = 'somebody else was quicker and edits this record now';
    end if;
    return v_taken;
end $$;

-- Releases claims for those who may end sessions: of one record, by whomever (or by one session), or
-- without a table all that a session edits. How many were released; those of sessions that are away too.
create function rowhouse.claim_release(p_table oid, p_key text[], p_session bigint) returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
    v_released integer := 0;
    x record;
begin
    perform rowhouse_private.need('end sessions');
    if p_table is null and p_session is null then
        perform rowhouse_private.bad('Say whose claims are to be released, or of which record.');
    elsif p_table is not null and not coalesce(rowhouse.may(p_table, 'view'), false) then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'Your roles do not let you view this table.';
    elsif p_table is not null and rowhouse_private.judged_by_others(p_table)
            and not rowhouse_private.is_seen(p_table, p_key) then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'There is no such record, or you may not see it.';
    end if;
    for x in select p.session_id, p.table_oid, p.record_key from rowhouse_private.presence p
              where p.tenant_id = c.tenant_id and p.mode = 'edit' and p.session_id <> c.session_id
                and (p_session is null or p.session_id = p_session)
                and (p_table is null or (p.table_oid, p.record_key) = (p_table, p_key))
              order by p.table_oid, p.record_key, p.session_id loop
        if p_table is null and not rowhouse.may(x.table_oid, 'view') then
            raise exception using errcode = 'RH403', detail = 'permission',
                message = 'Your roles do not let you view a table in which this session edits.';
        end if;
        perform rowhouse_private.take_away(x.session_id, x.table_oid, x.record_key, 'released',
            rowhouse_private.now());
        v_released := v_released + 1;
    end loop;
    return v_released;
end $$;

-- The lines for this session that it does not have yet; a question that is over is not put any more.
create function rowhouse.messages() returns table (message_id bigint, kind text, username text,
        table_oid oid, record_key text[], sent_at timestamptz, due_at timestamptz)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
begin
    return query
        select m.message_id, m.kind, a.username, m.table_oid, m.record_key, m.sent_at, m.due_at
          from rowhouse_private.message m
          join rowhouse_private.account a on a.account_id = m.from_account
         where m.tenant_id = c.tenant_id and m.to_session = c.session_id and m.seen_at is null
           and m.over_at is null
         order by m.message_id limit 200;
end $$;

-- What every session has open, for those who may see sessions: of the records that they may see.
create function rowhouse.session_claims() returns table (session_id bigint, table_name text,
        record_key text[], mode text, dirty boolean, since timestamptz)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
begin
    perform rowhouse_private.need('see sessions');
    return query
        with viewed as materialized (
            select d.table_oid, d.schema_name || '.' || d.table_name as name,
                   rowhouse_private.judged_by_others(d.table_oid) as judged
              from rowhouse_private.adopted d where d.table_oid = any (rowhouse_private.viewable())
        )
        select x.session_id, d.name, x.record_key, x.mode, x.dirty, x.since
          from rowhouse_private.presence x
          join viewed d on d.table_oid = x.table_oid
         where x.tenant_id = c.tenant_id
           and (not d.judged or rowhouse_private.is_seen(x.table_oid, x.record_key))
         order by x.session_id, x.dirty desc, x.mode, x.since desc limit 5000;
end $$;

grant execute on function rowhouse.hard_locks(oid), rowhouse.claim(oid, text[]),
    rowhouse.touch(boolean, text, text, bigint[]), rowhouse.claimed(oid), rowhouse.claim_ask(oid, text[]),
    rowhouse.claim_answer(bigint, text), rowhouse.claim_take(oid, text[]),
    rowhouse.claim_release(oid, text[], bigint), rowhouse.messages(), rowhouse.session_claims()
    to {{client}};

set local role {{auth}};

-- The upkeep as before, and it forgets old lines.
create or replace function rowhouse.maintain() returns boolean
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
    delete from rowhouse_private.message m where m.sent_at < v_now - interval '1 day';
    perform rowhouse_trail.make_partitions();
    return true;
end $$;
