-- The trail sealed, archived and kept.
--
-- Entries are sealed after they were committed, in the order of transactions, so that no save waits: a
-- link holds number, time and hash of each of its entries and a digest over them and the digest before.
-- An entry that is edited, removed or put in between no longer fits, and is named. Who can change the
-- links as well is found by a digest that was kept outside. Only entries of transactions below every
-- running one are sealed: those are all there, and none can come between any more.

set local role {{trail}};

-- One link of a tenant's chain.
create table rowhouse_trail.seal (
    tenant_id   bigint not null,
    no          bigint not null,         -- counts up from 1, without gaps
    segment     integer not null,        -- of the numbering of transactions; another one after a restore
    epoch       uuid not null,           -- the installation's epoch then
    base_id     bigint not null,         -- entries of this segment have greater numbers
    upto_xact   xid8 not null,           -- the last entry's transaction
    upto_id     bigint not null,         -- and its number
    max_id      bigint not null,         -- the greatest number sealed so far
    ids         bigint[] not null,       -- the entries, in the order of transactions
    ats         timestamptz[] not null,  -- when each was written
    hashes      bytea[] not null,        -- SHA-256 of each one's text
    previous    bytea not null check (octet_length(previous) = 32), -- the digest before
    digest      bytea not null check (octet_length(digest) = 32),   -- over all this
    sealed_at   timestamptz not null default rowhouse_private.now(),
    primary key (tenant_id, no)
);

-- What was written to files and taken out of the trail.
create table rowhouse_trail.archived (
    tenant_id   bigint not null default 1,
    archive_id  bigint generated always as identity,
    done        text not null check (done in ('written', 'dropped')),
    part        text not null,           -- the partition
    from_at     timestamptz not null,    -- the times of its entries
    before_at   timestamptz not null,
    entries     bigint not null,
    file_name   text not null,
    sha256      text not null,           -- of the file
    at          timestamptz not null default rowhouse_private.now(),
    db_user     text not null default session_user,
    primary key (tenant_id, archive_id)
);

create trigger append_only before update or delete on rowhouse_trail.seal
    for each row execute function rowhouse_trail.refuse_change();
create trigger append_only_truncate before truncate on rowhouse_trail.seal
    for each statement execute function rowhouse_trail.refuse_change();
create trigger append_only before update or delete on rowhouse_trail.archived
    for each row execute function rowhouse_trail.refuse_change();
create trigger append_only_truncate before truncate on rowhouse_trail.archived
    for each statement execute function rowhouse_trail.refuse_change();

-- An entry as one line of text, the same whatever the settings are: what is hashed, and what an archive
-- holds. `rowhouse audit verify` has the same expression of its own and does not ask this function.
create function rowhouse_trail.text_of(e rowhouse_trail.entry) returns text
    language sql stable parallel safe
    as $$ select jsonb_build_object('id', e.id, 'tenant_id', e.tenant_id, 'xact', e.xact::text,
              'at', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
              'table_oid', e.table_oid::bigint, 'table_name', e.table_name, 'record_key', to_jsonb(e.record_key),
              'new_key', to_jsonb(e.new_key), 'verb', e.verb, 'version', e.version, 'columns', to_jsonb(e.columns),
              'old_values', e.old_values, 'new_values', e.new_values, 'account_id', e.account_id,
              'username', e.username, 'session_id', e.session_id, 'station', e.station, 'db_user', e.db_user,
              'request_id', e.request_id, 'kind', e.kind, 'note', e.note)::text $$;

-- The digest of a link.
create function rowhouse_trail.digest_of(p_tenant bigint, p_no bigint, p_segment integer, p_ids bigint[],
        p_ats timestamptz[], p_hashes bytea[], p_previous bytea) returns bytea
    language sql immutable parallel safe
    as $$ select sha256(p_previous
              || convert_to(format('%s/%s/%s/%s', p_tenant, p_no, p_segment, cardinality(p_ids)), 'UTF8')
              || coalesce((select string_agg(int8send(u.id) || timestamptz_send(u.at) || u.hash, '' order by u.n)
                             from unnest(p_ids, p_ats, p_hashes) with ordinality u(id, at, hash, n)), '')) $$;

-- Adds a link to a tenant's chain.
create function rowhouse_trail.add_link(p_before rowhouse_trail.seal, p_tenant bigint, p_segment integer,
        p_base bigint, p_xact xid8, p_ids bigint[], p_ats timestamptz[], p_hashes bytea[])
    returns rowhouse_trail.seal
    language plpgsql volatile
    as $$
declare
    v_previous bytea := coalesce(p_before.digest, sha256(convert_to('rowhouse seal 1/' || p_tenant || '/'
        || (select i.installation_id from rowhouse_private.installation i), 'UTF8')));
    v_no bigint := coalesce(p_before.no, 0) + 1;
    s rowhouse_trail.seal;
begin
    insert into rowhouse_trail.seal (tenant_id, no, segment, epoch, base_id, upto_xact, upto_id, max_id, ids,
            ats, hashes, previous, digest)
        select p_tenant, v_no, p_segment, i.epoch, p_base, p_xact, p_ids[cardinality(p_ids)],
               greatest(coalesce(p_before.max_id, 0), (select max(x) from unnest(p_ids) x)), p_ids, p_ats, p_hashes,
               v_previous, rowhouse_trail.digest_of(p_tenant, v_no, p_segment, p_ids, p_ats, p_hashes, v_previous)
          from rowhouse_private.installation i
        returning * into s;
    return s;
end $$;

-- Seals so many entries of a tenant at most, a thousand to a link; returns how many.
create function rowhouse_trail.seal_tenant(p_tenant bigint, p_most integer) returns integer
    language plpgsql volatile
    as $$
declare
    v_snapshot pg_snapshot := pg_current_snapshot();
    v_below xid8 := pg_snapshot_xmin(v_snapshot);
    l rowhouse_trail.seal;
    v_segment integer;
    v_base bigint;
    v_xact xid8;
    v_id bigint;
    v_last xid8;
    v_ids bigint[] := '{}';
    v_ats timestamptz[] := '{}';
    v_hashes bytea[] := '{}';
    v_sealed integer := 0;
    e record;
begin
    select * into l from rowhouse_trail.seal s where s.tenant_id = p_tenant order by s.no desc limit 1;
    v_segment := coalesce(l.segment, 1);
    v_base := coalesce(l.base_id, 0);
    v_xact := coalesce(l.upto_xact, '0'::xid8);
    v_id := coalesce(l.upto_id, 0);
    if l.no is not null and pg_snapshot_xmax(v_snapshot) <= l.upto_xact then
        -- The numbering of transactions began anew: the database was restored on another server. What
        -- was left of the numbering before is all there; then a segment begins.
        if exists (select from rowhouse_trail.entry x where x.tenant_id = p_tenant
                      and x.xact >= v_xact and (x.xact, x.id) > (v_xact, v_id) and x.id > v_base) then
            v_below := '18446744073709551615';
        else
            v_segment := v_segment + 1;
            v_base := l.max_id;
            v_xact := '0';
            v_id := 0;
        end if;
    end if;
    for e in select x.id, x.at, x.xact, sha256(convert_to(rowhouse_trail.text_of(x), 'UTF8')) as hash
               from rowhouse_trail.entry x
              where x.tenant_id = p_tenant and x.xact >= v_xact and (x.xact, x.id) > (v_xact, v_id)
                and x.xact < v_below and x.id > v_base
              order by x.xact, x.id limit p_most loop
        v_ids := v_ids || e.id;
        v_ats := v_ats || e.at;
        v_hashes := v_hashes || e.hash;
        v_last := e.xact;
        v_sealed := v_sealed + 1;
        if cardinality(v_ids) = 1000 then
            l := rowhouse_trail.add_link(l, p_tenant, v_segment, v_base, v_last, v_ids, v_ats, v_hashes);
            v_ids := '{}';
            v_ats := '{}';
            v_hashes := '{}';
        end if;
    end loop;
    if cardinality(v_ids) > 0 then
        perform rowhouse_trail.add_link(l, p_tenant, v_segment, v_base, v_last, v_ids, v_ats, v_hashes);
    end if;
    return v_sealed;
end $$;

-- Seals what can be sealed, so many entries at most; one at a time, who comes second seals nothing.
create function rowhouse_trail.seal_some(p_most integer) returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_sealed integer := 0;
    t record;
begin
    if not pg_try_advisory_xact_lock(5938411847226783588) then
        return 0;
    end if;
    for t in select x.tenant_id from rowhouse_private.tenant x order by x.tenant_id loop
        exit when v_sealed >= p_most;
        v_sealed := v_sealed + rowhouse_trail.seal_tenant(t.tenant_id, p_most - v_sealed);
    end loop;
    return v_sealed;
end $$;
grant execute on function rowhouse_trail.seal_some(integer) to {{auth}}, {{owner}};

-- Makes the partitions of this month and the three after it; returns how many are new. A month of
-- which the default partition already holds rows stays there. A month that was archived is not made
-- again: a clock that was set back writes into the default partition.
create or replace function rowhouse_trail.make_partitions() returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    set lock_timeout = '2s' set timezone = 'UTC'
    as $$
declare
    v_from timestamptz;
    v_name text;
    v_made integer := 0;
begin
    for ahead in 0 .. 3 loop
        v_from := date_trunc('month', rowhouse_private.now()) + make_interval(months => ahead);
        v_name := to_char(v_from, '"entry_"YYYY_MM');
        continue when to_regclass('rowhouse_trail.' || v_name) is not null
            or exists (select from rowhouse_trail.archived a where a.done = 'dropped' and a.part = v_name);
        begin
            execute format('create table rowhouse_trail.%I (like rowhouse_trail.entry including defaults
                            including constraints)', v_name);
            execute format('create trigger append_only_truncate before truncate on rowhouse_trail.%I
                            for each statement execute function rowhouse_trail.refuse_change()', v_name);
            execute format('alter table rowhouse_trail.entry attach partition rowhouse_trail.%I
                            for values from (%L) to (%L)', v_name, v_from, v_from + interval '1 month');
            v_made := v_made + 1;
        exception when check_violation or lock_not_available then
            null;
        end;
    end loop;
    return v_made;
end $$;

set local role {{auth}};

-- Seals what can be sealed, for whoever is signed in; nobody waits for it.
create function rowhouse.seal() returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
begin
    return rowhouse_trail.seal_some(5000);
end $$;
grant execute on function rowhouse.seal() to {{client}};

-- The upkeep as before, and it notes the sessions that ended by time.
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
    return true;
end $$;
