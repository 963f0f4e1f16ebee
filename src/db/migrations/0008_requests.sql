-- Saves by request id: each is done once, and its outcome can be asked for when the reply was lost.

set local role {{owner}};

-- One save: written first, completed in the same transaction with what it did.
create table rowhouse_private.request (
    tenant_id   bigint not null,
    request_id  uuid not null,           -- made by the client, once per save
    account_id  bigint not null,         -- who saved
    xact        xid8 not null default pg_current_xact_id(), -- the transaction that saves
    hash        bytea not null,          -- of the change; the same id with another change is an error
    at          timestamptz not null default rowhouse_private.now(),
    row_count   integer not null default 0, -- rows changed: 0 means nothing was, never "saved"
    record_key  text[],                  -- the record's key afterwards
    version     bigint,                  -- and its version
    void        boolean not null default false, -- asked about before it arrived: never carried out
    primary key (tenant_id, request_id)
) with (fillfactor = 70);
create index request_age on rowhouse_private.request (tenant_id, at);
grant select, delete on rowhouse_private.request to {{auth}};

-- Reads a request's id; raises our error for what is none.
create function rowhouse_private.request_uuid(p_request text) returns uuid
    language plpgsql immutable
    as $$
begin
    if p_request ~* '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
        return p_request::uuid;
    end if;
    perform rowhouse_private.bad('A request is named by a UUID.');
end $$;

-- Begins a save. A repeated id waits for the original to end; then RH208 tells its outcome.
create function rowhouse.save_open(p_request text, p_hash bytea) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
    v_id uuid := rowhouse_private.request_uuid(p_request);
    r rowhouse_private.request;
begin
    if p_hash is null or octet_length(p_hash) > 64 then
        perform rowhouse_private.bad('A change has a hash of at most 64 bytes.');
    end if;
    insert into rowhouse_private.request (tenant_id, request_id, account_id, hash)
        values (c.tenant_id, v_id, c.account_id, p_hash)
        on conflict (tenant_id, request_id) do nothing;
    if found then
        perform set_config('rowhouse.request', v_id::text, true);
        return;
    end if;
    select * into r from rowhouse_private.request q where q.tenant_id = c.tenant_id and q.request_id = v_id;
    if r.account_id is distinct from c.account_id or r.void or r.hash <> p_hash then
        raise exception using errcode = 'RH409', message = 'This request id is spent.';
    end if;
    raise exception using errcode = 'RH208', message = 'This save was carried out already.',
        detail = jsonb_build_object('rows', r.row_count, 'key', r.record_key, 'version', r.version)::text;
end $$;

-- Completes a save, inside the saving statement: more than one changed row undoes everything.
create function rowhouse.save_done(p_request text, p_rows integer, p_key text[], p_version bigint)
    returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
begin
    if p_rows is null or p_rows not between 0 and 1 then
        raise exception using errcode = 'RH422',
            message = format('The save would have changed %s rows; nothing was saved.', p_rows);
    end if;
    if p_rows > 0 then
        update rowhouse_private.request q
           set row_count = p_rows, record_key = p_key, version = p_version
         where q.tenant_id = c.tenant_id and q.request_id = rowhouse_private.request_uuid(p_request)
           and q.account_id = c.account_id and q.row_count = 0 and not q.void
           and q.xact = pg_current_xact_id();
        if not found then
            perform rowhouse_private.bad('This save was not begun in this transaction.');
        end if;
    end if;
    return p_rows;
end $$;

-- What became of a save whose reply was lost. Waits while it still runs; one that never arrived is
-- made void, so that it cannot be carried out after we said that it was not. Its id is spent then.
create function rowhouse.save_outcome(p_request text, out known boolean, out rows integer,
        out record_key text[], out version bigint)
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
    v_id uuid := rowhouse_private.request_uuid(p_request);
    r rowhouse_private.request;
begin
    insert into rowhouse_private.request (tenant_id, request_id, account_id, hash, void)
        values (c.tenant_id, v_id, c.account_id, '', true)
        on conflict (tenant_id, request_id) do nothing;
    select * into r from rowhouse_private.request q
     where q.tenant_id = c.tenant_id and q.request_id = v_id and q.account_id = c.account_id;
    known := found and not r.void;
    if known then
        rows := r.row_count;
        record_key := r.record_key;
        version := r.version;
    end if;
end $$;

grant execute on function rowhouse.save_open(text, bytea),
    rowhouse.save_done(text, integer, text[], bigint), rowhouse.save_outcome(text) to {{client}};
