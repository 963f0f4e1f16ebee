-- The trail: what happened to records and to the door, append-only, in monthly partitions.

set local role {{trail}};

create table rowhouse_trail.entry (
    id          bigint generated always as identity, -- counts up, not in the order of commits
    tenant_id   bigint not null default 1, -- whose
    xact        xid8 not null default pg_current_xact_id(), -- by which the feed and the seal read
    at          timestamptz not null default rowhouse_private.now(),
    table_oid   oid,                     -- the table; null for the door
    table_name  text,                    -- its qualified name then
    record_key  text[],                  -- text form of the key, in key order; null: the whole table
    verb        text not null,           -- insert, update, delete, truncate; or what happened at the door
    version     bigint,                  -- the record's version afterwards
    columns     text[],                  -- the columns that changed
    old_values  jsonb,                   -- exact text form of each column before
    new_values  jsonb,                   -- and after
    account_id  bigint,                  -- who; null: another program, or nobody
    username    text,                    -- their name then
    session_id  bigint,                  -- in which session
    station     text,                    -- from which host, as far as known
    db_user     text not null default session_user, -- the database's login
    request_id  uuid,                    -- which save, as the client says
    kind        text not null default 'record' check (kind in ('record', 'security')),
    note        text,                    -- details of what happened at the door
    primary key (tenant_id, at, id)
) partition by range (at);
create index entry_xact on rowhouse_trail.entry (tenant_id, xact);
-- By hash, because a long key does not fit into an index row, and other programs' writes would fail.
create index entry_record on rowhouse_trail.entry
    (tenant_id, table_oid, hash_array_extended(record_key, 0), id) where kind = 'record';
create index entry_security on rowhouse_trail.entry (tenant_id, at) where kind = 'security';
grant select on rowhouse_trail.entry to {{owner}};

-- Nobody changes the trail, its owner included; retention takes whole partitions.
create function rowhouse_trail.refuse_change() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp
    as $$
begin
    raise exception using errcode = 'RH403', detail = 'permission',
        message = 'The trail is append-only.';
end $$;
create trigger append_only before update or delete on rowhouse_trail.entry
    for each row execute function rowhouse_trail.refuse_change();
create trigger append_only_truncate before truncate on rowhouse_trail.entry
    for each statement execute function rowhouse_trail.refuse_change();

create table rowhouse_trail.entry_rest partition of rowhouse_trail.entry default;
create trigger append_only_truncate before truncate on rowhouse_trail.entry_rest
    for each statement execute function rowhouse_trail.refuse_change();

-- Makes the partitions of this month and the three after it; returns how many are new. A month of
-- which the default partition already holds rows stays there.
create function rowhouse_trail.make_partitions() returns integer
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
        continue when to_regclass('rowhouse_trail.' || v_name) is not null;
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
grant execute on function rowhouse_trail.make_partitions() to {{auth}}, {{owner}};
select rowhouse_trail.make_partitions();

-- Writes what happened to a record; called by the generated triggers in the writing transaction.
create function rowhouse_trail.record(p_table oid, p_key text[], p_verb text, p_version bigint,
        p_columns text[], p_old jsonb, p_new jsonb) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    w record := rowhouse_private.who();
    v_request text := current_setting('rowhouse.request', true);
begin
    if session_user = {{client_name}}
            and current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
        -- An older snapshot would still see a session that has ended.
        raise exception using errcode = 'RH422', message = 'Write in READ COMMITTED.';
    end if;
    insert into rowhouse_trail.entry (tenant_id, table_oid, table_name, record_key, verb, version,
            columns, old_values, new_values, account_id, username, session_id, station, request_id)
        values (coalesce(w.tenant_id, 1), p_table, p_table::regclass::text, p_key, p_verb, p_version,
            p_columns, p_old, p_new, w.account_id, w.username, w.session_id,
            coalesce(w.station, host(inet_client_addr()), current_setting('application_name')),
            case when v_request ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then v_request::uuid end);
end $$;
grant execute on function rowhouse_trail.record(oid, text[], text, bigint, text[], jsonb, jsonb)
    to {{owner}};

-- Writes what happened at the door: sign-ins, refusals, ended sessions, accounts.
create function rowhouse_trail.note(p_tenant bigint, p_account bigint, p_username text,
        p_session bigint, p_station text, p_verb text, p_note text) returns void
    language sql volatile security definer set search_path = pg_catalog, pg_temp
    as $$ insert into rowhouse_trail.entry (tenant_id, account_id, username, session_id, station, verb,
                  note, kind)
              values (coalesce(p_tenant, 1), p_account, p_username, p_session,
                  coalesce(p_station, host(inet_client_addr())), p_verb, p_note, 'security') $$;
grant execute on function rowhouse_trail.note(bigint, bigint, text, bigint, text, text, text)
    to {{auth}}, {{owner}};
