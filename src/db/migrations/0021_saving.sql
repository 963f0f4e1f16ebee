-- What saving costs: one call that opens the transaction and the save, one row per request that is
-- written once, with its outcome, and a trail that looks its author up once.

set local role {{auth}};

-- Whose session a change is written under, as the trail names them; nulls where nobody is signed in.
-- It judges nothing: the gate and the policies have spoken by then, or another program writes.
create function rowhouse_private.author(out session_id bigint, out account_id bigint, out tenant_id bigint,
        out username text, out station text)
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    set random_page_cost = 0.1
    as $$
declare
    v_token text := nullif(current_setting('rowhouse.session', true), '');
begin
    if v_token is null then
        return;
    end if;
    select s.session_id, s.account_id, s.tenant_id,
           (select n.username from rowhouse_private.account n where n.account_id = s.account_id),
           coalesce(s.client ->> 'host', s.address)
      into session_id, account_id, tenant_id, username, station
      from rowhouse_private.session s
     where s.token_hash = sha256(convert_to(v_token, 'UTF8'))
       and s.ended_at is null and not s.restricted and s.tenant_id is not null;
end $$;
grant execute on function rowhouse_private.author() to {{owner}}, {{trail}};
grant execute on function rowhouse.tx_open(text, integer) to {{owner}};

set local role {{trail}};

-- Writes what happened to a record; called by the generated triggers in the writing transaction.
create function rowhouse_trail.write(p_table oid, p_key text[], p_verb text, p_version bigint,
        p_columns text[], p_old jsonb, p_new jsonb, p_new_key text[]) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    w record := rowhouse_private.author();
    v_request text := current_setting('rowhouse.request', true);
begin
    if session_user = {{client_name}}
            and current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
        -- An older snapshot would still see a session that has ended.
        raise exception using errcode = 'RH422', message = 'Write in READ COMMITTED.';
    end if;
    insert into rowhouse_trail.entry (tenant_id, table_oid, table_name, record_key, verb, version,
            columns, old_values, new_values, account_id, username, session_id, station, request_id, new_key)
        values (coalesce(w.tenant_id, 1), p_table, p_table::regclass::text, p_key, p_verb, p_version,
            p_columns, p_old, p_new, w.account_id, w.username, w.session_id,
            coalesce(w.station, host(inet_client_addr()), current_setting('application_name')),
            case when v_request ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then v_request::uuid end,
            p_new_key);
end $$;
grant execute on function rowhouse_trail.write(oid, text[], text, bigint, text[], jsonb, jsonb, text[])
    to {{owner}};

-- The key a row is changed to; null where no column of the key is among those that changed.
create function rowhouse_trail.renamed(p_names text[], p_key text[], p_columns text[], p_new jsonb) returns text[]
    language sql immutable parallel safe
    as $$ select case when p_names && p_columns then (
            select array_agg(case when p_new ? n.name then p_new ->> n.name else p_key[n.place] end order by n.place)
              from unnest(p_names) with ordinality n(name, place)) end $$;

-- The same for triggers that adopting made before, and for TRUNCATE.
create or replace function rowhouse_trail.record(p_table oid, p_key text[], p_verb text, p_version bigint,
        p_columns text[], p_old jsonb, p_new jsonb) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_names text[];
begin
    if p_verb = 'update' and p_key is not null then
        select a.key_columns into v_names from rowhouse_private.adopted a where a.table_oid = p_table;
    end if;
    perform rowhouse_trail.write(p_table, p_key, p_verb, p_version, p_columns, p_old, p_new,
        rowhouse_trail.renamed(v_names, p_key, p_columns, p_new));
end $$;

set local role {{owner}};

-- How many outcomes are kept of one person: more than anybody saves in the time they are kept for,
-- and few enough that one who floods the server fills no disk.
create index request_account on rowhouse_private.request (tenant_id, account_id, at);
drop index rowhouse_private.request_age;
create function rowhouse_private.requests_most() returns integer
    language sql immutable parallel safe as 'select 50000';
grant execute on function rowhouse_private.requests_most() to {{auth}};

-- Forgets the outcomes of one person beyond the newest so many.
create function rowhouse_private.trim_requests(p_tenant bigint, p_account bigint) returns void
    language sql volatile
    as $$ delete from rowhouse_private.request q
           where q.tenant_id = p_tenant and q.account_id = p_account
             and q.at < (select n.at from rowhouse_private.request n
                          where n.tenant_id = p_tenant and n.account_id = p_account
                          order by n.at desc offset rowhouse_private.requests_most() limit 1) $$;

-- Forgets the outcomes that are older than they are kept, person by person along the index.
create function rowhouse_private.forget_requests(p_now timestamptz) returns void
    language sql volatile
    as $$ delete from rowhouse_private.request q
           using rowhouse_private.policy l, rowhouse_private.account a
           where q.tenant_id = l.tenant_id and q.account_id = a.account_id
             and q.at < p_now - l.requests_kept $$;

-- Begins a save. A repeated id waits for the original to end, which holds a lock of its number; then
-- RH208 tells its outcome. What is begun is only noted for this transaction: the row comes with the
-- outcome.
create function rowhouse_private.begin_save(p_tenant bigint, p_account bigint, p_request text, p_hash bytea)
    returns void
    language plpgsql volatile set search_path = pg_catalog, pg_temp
    as $$
declare
    v_id uuid := rowhouse_private.request_uuid(p_request);
    r rowhouse_private.request;
begin
    if p_hash is null or octet_length(p_hash) > 64 then
        perform rowhouse_private.bad('A change has a hash of at most 64 bytes.');
    end if;
    perform pg_advisory_xact_lock(hashtextextended(v_id::text, p_tenant));
    select * into r from rowhouse_private.request q where q.tenant_id = p_tenant and q.request_id = v_id;
    if not found then
        perform set_config('rowhouse.request', v_id::text, true),
                set_config('rowhouse.request_hash', encode(p_hash, 'hex'), true);
        return;
    end if;
    if r.account_id is distinct from p_account or r.void or r.hash <> p_hash then
        raise exception using errcode = 'RH409', message = 'This request id is spent.';
    end if;
    raise exception using errcode = 'RH208', message = 'This save was carried out already.',
        detail = jsonb_build_object('rows', r.row_count, 'key', r.record_key, 'version', r.version)::text;
end $$;

create or replace function rowhouse.save_open(p_request text, p_hash bytea) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
begin
    perform rowhouse_private.begin_save(c.tenant_id, c.account_id, p_request, p_hash);
end $$;

-- Opens the transaction and begins a save in it, in one call.
create function rowhouse.save_begin(p_token text, p_client integer, p_request text, p_hash bytea)
    returns timestamptz
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_now timestamptz := rowhouse.tx_open(p_token, p_client);
    -- The gate has just judged the session.
    w record := rowhouse_private.author();
begin
    perform rowhouse_private.begin_save(w.tenant_id, w.account_id, p_request, p_hash);
    return v_now;
end $$;

-- Completes a save, inside the saving statement, for the row that it changed: a second row finds it
-- complete, which undoes everything. Where no row was changed nothing is stored, or that none was.
create or replace function rowhouse.save_done(p_request text, p_rows integer, p_key text[], p_version bigint)
    returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
    v_id uuid := rowhouse_private.request_uuid(p_request);
begin
    if p_rows is null or p_rows not between 0 and 1 then
        raise exception using errcode = 'RH422',
            message = format('The save would have changed %s rows; nothing was saved.', p_rows);
    end if;
    if current_setting('rowhouse.request', true) is distinct from v_id::text then
        perform rowhouse_private.bad('This save was not begun in this transaction.');
    end if;
    if pg_column_size(p_key) > 100000 then
        perform rowhouse_private.bad('A key has at most 100 kB.');
    end if;
    insert into rowhouse_private.request (tenant_id, request_id, account_id, hash, row_count, record_key, version)
        values (c.tenant_id, v_id, c.account_id,
            decode(left(current_setting('rowhouse.request_hash', true), 128), 'hex'), p_rows,
            case when p_rows > 0 then p_key end, case when p_rows > 0 then p_version end)
        on conflict (tenant_id, request_id) do nothing;
    if not found then
        if exists (select from rowhouse_private.request q where q.tenant_id = c.tenant_id
                      and q.request_id = v_id and q.xact = pg_current_xact_id()) then
            raise exception using errcode = 'RH422',
                message = 'The save would have changed more than one row; nothing was saved.';
        end if;
        raise exception using errcode = 'RH409', message = 'This request id is spent.';
    end if;
    -- Seldom, but often enough for who saves without end.
    if random() < 0.001 then
        perform rowhouse_private.trim_requests(c.tenant_id, c.account_id);
    end if;
    return p_rows;
end $$;

-- What became of a save whose reply was lost. Waits while it still runs; one that never arrived is
-- made void, so that it cannot be carried out after we said that it was not. Its id is spent then.
create or replace function rowhouse.save_outcome(p_request text, out known boolean, out rows integer,
        out record_key text[], out version bigint)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
    v_id uuid;
    r rowhouse_private.request;
begin
    v_id := rowhouse_private.request_uuid(p_request);
    perform pg_advisory_xact_lock(hashtextextended(v_id::text, c.tenant_id));
    insert into rowhouse_private.request (tenant_id, request_id, account_id, hash, void)
        values (c.tenant_id, v_id, c.account_id, '', true)
        on conflict (tenant_id, request_id) do nothing;
    if found and random() < 0.001 then
        perform rowhouse_private.trim_requests(c.tenant_id, c.account_id);
    end if;
    select * into r from rowhouse_private.request q
     where q.tenant_id = c.tenant_id and q.request_id = v_id and q.account_id = c.account_id;
    known := found and not r.void;
    if known then
        rows := r.row_count;
        record_key := r.record_key;
        version := r.version;
    end if;
end $$;

grant execute on function rowhouse.save_begin(text, integer, text, bytea) to {{client}};
grant execute on function rowhouse_private.forget_requests(timestamptz) to {{auth}};
