-- What the gate and a save cost: each asks one small question where it asked five tables before, and a
-- save writes its trail and its outcome with as few calls as there can be.

set local role {{owner}};

-- Counted up with every change of what somebody may do. What a session has noted of its rights counts
-- only while it carries this number, so that a change holds from the moment it is committed.
alter table rowhouse_private.installation add column rights_version bigint not null default 1;

-- Counts it up, in the transaction that changes something.
create function rowhouse_private.count_rights() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    update rowhouse_private.installation i set rights_version = i.rights_version + 1 where i.only_one;
    return null;
end $$;
grant execute on function rowhouse_private.count_rights() to {{auth}};

create trigger count_rights after update of active, valid_until or delete on rowhouse_private.tenant
    for each statement execute function rowhouse_private.count_rights();
-- Always, as all of these: also where rows come by replication, or somebody keeps triggers from firing.
alter table rowhouse_private.tenant enable always trigger count_rights;

-- Whether a text is a UUID as PostgreSQL writes it: without a regular expression, which costs more than
-- all else here.
create function rowhouse_private.is_request(p_request text) returns boolean
    language sql immutable parallel safe
    as $$ select p_request like '________-____-____-____-____________'
             and length(replace(p_request, '-', '')) = 32
             and translate(p_request, '-0123456789abcdef', '') = '' $$;
grant execute on function rowhouse_private.is_request(text) to {{auth}}, {{trail}};

-- They read the session themselves now, so they are its owner's.
drop function rowhouse.save_begin(text, integer, text, bytea);
drop function rowhouse.save_done(text, integer, text[], bigint);
grant select, insert on rowhouse_private.request to {{auth}};

-- Only who asks for it uses it: for a number, the planner took it in place of the key's index where it
-- had counted no rows yet, and looked through all that came since.
drop index rowhouse_private.request_account;
create index request_account on rowhouse_private.request (tenant_id, account_id, at) where row_count >= 0;

-- As before, by that index.
create or replace function rowhouse_private.trim_requests(p_tenant bigint, p_account bigint) returns void
    language sql volatile
    as $$ delete from rowhouse_private.request q
           where q.tenant_id = p_tenant and q.account_id = p_account and q.row_count >= 0
             and q.at < (select n.at from rowhouse_private.request n
                          where n.tenant_id = p_tenant and n.account_id = p_account and n.row_count >= 0
                          order by n.at desc offset rowhouse_private.requests_most() limit 1) $$;
create or replace function rowhouse_private.forget_requests(p_now timestamptz) returns void
    language sql volatile
    as $$ delete from rowhouse_private.request q
           using rowhouse_private.policy l, rowhouse_private.account a
           where q.tenant_id = l.tenant_id and q.account_id = a.account_id and q.row_count >= 0
             and q.at < p_now - l.requests_kept $$;
grant execute on function rowhouse_private.request_uuid(text),
    rowhouse_private.trim_requests(bigint, bigint), rowhouse_private.bad(text) to {{auth}};

grant select (only_one, rights_version) on rowhouse_private.installation to {{trail}};

set local role {{auth}};

create trigger count_rights after update of tenant_id, username, deactivated_at or delete on rowhouse_private.account
    for each statement execute function rowhouse_private.count_rights();
create trigger count_rights after insert or update or delete on rowhouse_private.account_role
    for each statement execute function rowhouse_private.count_rights();
create trigger count_rights_truncate after truncate on rowhouse_private.account_role
    for each statement execute function rowhouse_private.count_rights();
create trigger count_rights after insert or update or delete on rowhouse_private.permission
    for each statement execute function rowhouse_private.count_rights();
create trigger count_rights_truncate after truncate on rowhouse_private.permission
    for each statement execute function rowhouse_private.count_rights();
create trigger count_rights after insert or update or delete on rowhouse_private.role
    for each statement execute function rowhouse_private.count_rights();
alter table rowhouse_private.account enable always trigger count_rights;
alter table rowhouse_private.account_role enable always trigger count_rights,
    enable always trigger count_rights_truncate;
alter table rowhouse_private.permission enable always trigger count_rights,
    enable always trigger count_rights_truncate;
alter table rowhouse_private.role enable always trigger count_rights;

-- Whether the shared login would write by a snapshot in which a session that has ended is still there.
create function rowhouse_private.is_late() returns boolean
    language sql stable parallel safe
    as $$ select session_user = {{client_name}} and current_setting('transaction_read_only') = 'off'
             and current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') $$;
grant execute on function rowhouse_private.is_late() to {{trail}};

-- Whether an account may look across tenants: by a role of the first one.
create function rowhouse_private.is_super(p_account bigint) returns boolean
    language sql stable parallel safe
    as $$ select exists (select from rowhouse_private.account_role ar
                           join rowhouse_private.role r on r.tenant_id = ar.tenant_id and r.role_id = ar.role_id
                          where ar.tenant_id = 1 and ar.account_id = p_account and r.all_tenants) $$;

-- What a session has noted, so that the gate reads its row alone. It gives nothing that the tables do
-- not give: where it does not carry the newest number, or its time is up, the tables are asked.
alter table rowhouse_private.session
    add column across boolean not null default false, -- may choose among tenants; then a tenant of null is all
    add column pass_version bigint,      -- the number of the rights that it was noted under; null: none
    add column pass_tenant bigint,       -- for acting in this tenant
    add column pass_until timestamptz,   -- until it ends by itself, or the tenant's door closes
    add column pass text[],              -- verbs given on all rows and columns of every table
    add column pass_some text[],         -- and of one table, as oid:verb
    add column pass_name text,           -- the account's name, for the trail
    add column pass_station text;        -- and from where
-- Few rows on a page: heartbeats find room beside the row, and the planner takes the index.
alter table rowhouse_private.session set (fillfactor = 10);

-- Notes it, when somebody signs in, with each heartbeat, and with whatever else changes a session. All that
-- it follows from is read in one statement, so that it is of one moment.
create function rowhouse_private.set_pass() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    -- Who looks across tenants is asked for at every statement.
    if new.ended_at is not null or new.restricted or new.tenant_id is null or new.across then
        new.pass_version := null;
        return new;
    end if;
    select i.rights_version, new.tenant_id,
           -- A server that was down makes it later, which the tables know.
           least(t.valid_until, new.expires_at, new.last_active_at + new.idle_limit), a.username,
           coalesce(new.client ->> 'host', new.address)
      into new.pass_version, new.pass_tenant, new.pass_until, new.pass_name, new.pass_station
      from rowhouse_private.installation i, rowhouse_private.account a, rowhouse_private.tenant t
     where i.only_one and a.account_id = new.account_id and a.deactivated_at is null
       and t.tenant_id = new.tenant_id and t.active;
    if tg_op = 'UPDATE' and new.pass_tenant = old.pass_tenant and new.pass_version = old.pass_version then
        return new;
    end if;
    -- Of another tenant than the first it depends on the table whether it is open to it at all.
    with given as (
        select p.table_oid, p.verb, count(*) over () as number
          from rowhouse_private.account_role r
          join rowhouse_private.permission p on p.tenant_id = r.tenant_id and p.role_id = r.role_id
         where r.tenant_id = new.tenant_id and r.account_id = new.account_id and new.tenant_id = 1
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
      into new.pass_version, new.pass, new.pass_some
      from rowhouse_private.installation i
     where i.only_one and i.rights_version = new.pass_version;
    return new;
end $$;
create trigger set_pass before insert or update on rowhouse_private.session
    for each row execute function rowhouse_private.set_pass();
alter table rowhouse_private.session enable always trigger set_pass;
update rowhouse_private.session s set pass_version = null where s.ended_at is null;

-- The gate, as before, in two steps: what the session has noted, and where that does not say yes, what
-- the tables say.
create function rowhouse_private.may_by_tables(p_table oid, p_verb text) returns boolean
    language plpgsql stable parallel safe set search_path = pg_catalog, pg_temp
    set random_page_cost = 0.1
    as $$
declare
    v_hash bytea := sha256(convert_to(nullif(current_setting('rowhouse.session', true), ''), 'UTF8'));
    v_given boolean;
begin
    select (select bool_or(p.verb = p_verb)
                   and (p_verb not in ('update', 'delete') or bool_or(p.verb = 'view'))
              from rowhouse_private.account_role r
              join rowhouse_private.permission p
                on p.tenant_id = r.tenant_id and p.role_id = r.role_id
             where r.tenant_id = case when s.across then 1 else s.tenant_id end and r.account_id = s.account_id
               and p.verb in (p_verb, 'view') and (p.table_oid is null or p.table_oid = p_table)
               and (p.scope is null and p.columns is null
                    or rowhouse_private.holds(p_table, p.verb, p.columns, p.scope)))
               -- Tenant 1 is asked nothing: it is the only one there is nearly everywhere. All are viewed only.
               and case when s.tenant_id = 1 then true
                        when s.tenant_id is null then p_verb = 'view'
                        else rowhouse_private.open_to_tenants(p_table) end
      into v_given
      from rowhouse_private.session s
     where s.token_hash = v_hash and s.ended_at is null and not s.restricted
       and (s.tenant_id is not null or s.across)
       and (not s.across or rowhouse_private.is_super(s.account_id))
       and (select a.deactivated_at is null from rowhouse_private.account a where a.account_id = s.account_id)
       and rowhouse_private.now() < least(
               (select case when t.active then coalesce(t.valid_until, 'infinity') else '-infinity' end
                  from rowhouse_private.tenant t where t.tenant_id = s.tenant_id),
               rowhouse_private.live_until(s.expires_at, s.last_seen_at, s.last_active_at, s.idle_limit,
                                           rowhouse_private.now()));
    if not found then
        perform rowhouse_private.refuse_session(v_hash);
    end if;
    return coalesce(v_given, false);
end $$;

create or replace function rowhouse.may(p_table oid, p_verb text) returns boolean
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    -- A statement of its own: within an expression the same question costs twice as much.
    perform from rowhouse_private.session s, rowhouse_private.installation i
      where s.token_hash = sha256(convert_to(current_setting('rowhouse.session', true), 'UTF8'))
        and i.only_one and s.pass_version = i.rights_version and s.ended_at is null
        and rowhouse_private.now() < s.pass_until
        and (p_verb = any (s.pass) or p_table || ':' || p_verb = any (s.pass_some));
    return found or rowhouse_private.may_by_tables(p_table, p_verb);
end $$;

-- Opens every transaction, as before: in one question where the session has noted that it is good.
create or replace function rowhouse.tx_open(p_token text, p_client integer) returns timestamptz
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_hash constant bytea :=
        sha256(convert_to(set_config('rowhouse.session', coalesce(p_token, ''), true), 'UTF8'));
    v_schema integer;
    v_oldest integer;
    v_session bigint;
begin
    select i.schema_version, i.min_client, s.session_id into v_schema, v_oldest, v_session
      from rowhouse_private.installation i
      left join rowhouse_private.session s
        on s.token_hash = v_hash and s.pass_version = i.rights_version and s.ended_at is null
           and rowhouse_private.now() < s.pass_until
     where i.only_one;
    if p_client is null or p_client < v_oldest or p_client > v_schema then
        raise exception using errcode = 'RH426', detail = v_schema::text,
            message = case when p_client > v_schema
                then 'This client is newer than the database: its owner runs "rowhouse init" again.'
                else 'This client is older than the database allows: install a newer one.' end;
    end if;
    if v_session is null then
        perform rowhouse_private.check_session();
    end if;
    return rowhouse_private.now();
end $$;

-- Raises unless the session of this transaction is good, by what the tables say.
create function rowhouse_private.check_session() returns void
    language plpgsql stable parallel safe set search_path = pg_catalog, pg_temp
    set random_page_cost = 0.1
    as $$
declare
    v_hash bytea := rowhouse_private.token_hash(current_setting('rowhouse.session', true));
begin
    perform from rowhouse_private.session s
     where s.token_hash = v_hash and s.ended_at is null and not s.restricted
       and (s.tenant_id is not null or s.across)
       and (not s.across or rowhouse_private.is_super(s.account_id))
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

-- Opens the transaction and begins a save in it, in one call: a repeated id waits for the original to end,
-- which holds a lock of its number; then RH208 tells its outcome. What is begun is only noted for this
-- transaction: the row comes with the outcome.
create function rowhouse.save_begin(p_token text, p_client integer, p_request text, p_hash bytea)
    returns timestamptz
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    -- The plan of a day without saves would look through all of them.
    set enable_seqscan = off
    as $$
declare
    v_hash constant bytea :=
        sha256(convert_to(set_config('rowhouse.session', coalesce(p_token, ''), true), 'UTF8'));
    v_tenant bigint;
    v_locked boolean;
begin
    -- Asked here and not in the statement, which would need a step of its own for what is not of a row.
    if rowhouse_private.is_request(p_request) and octet_length(p_hash) <= 64 then
        select s.tenant_id, pg_advisory_xact_lock(hashtextextended(p_request, s.tenant_id)) is not null
          into v_tenant, v_locked
          from rowhouse_private.session s, rowhouse_private.installation i
         where s.token_hash = v_hash and i.only_one and s.pass_version = i.rights_version
           and i.schema_version = p_client and s.ended_at is null and rowhouse_private.now() < s.pass_until;
        if found then
            -- The lock is held, so that this sees whatever an original has committed.
            perform from rowhouse_private.request q
              where q.tenant_id = v_tenant and q.request_id = p_request::uuid;
            if not found and set_config('rowhouse.request', p_request, true) is not null
                    and set_config('rowhouse.request_hash', encode(p_hash, 'hex'), true) is not null then
                return rowhouse_private.now();
            end if;
        end if;
    end if;
    return rowhouse_private.save_begin_by_tables(p_token, p_client, p_request, p_hash);
end $$;

-- The same by what the tables say, and what there is to say of a number that is spent.
create function rowhouse_private.save_begin_by_tables(p_token text, p_client integer, p_request text, p_hash bytea)
    returns timestamptz
    language plpgsql volatile set search_path = pg_catalog, pg_temp
    as $$
declare
    v_now timestamptz := rowhouse.tx_open(p_token, p_client);
    -- The gate has just judged the session.
    w record := rowhouse_private.author();
    v_id uuid := rowhouse_private.request_uuid(p_request);
    r rowhouse_private.request;
begin
    if w.tenant_id is null then
        -- Nothing is saved while looking across, which is said before anything is sent.
        perform rowhouse_private.ctx();
    end if;
    if p_hash is null or octet_length(p_hash) > 64 then
        perform rowhouse_private.bad('A change has a hash of at most 64 bytes.');
    end if;
    perform pg_advisory_xact_lock(hashtextextended(v_id::text, w.tenant_id));
    select * into r from rowhouse_private.request q where q.tenant_id = w.tenant_id and q.request_id = v_id;
    if not found then
        perform set_config('rowhouse.request', v_id::text, true),
                set_config('rowhouse.request_hash', encode(p_hash, 'hex'), true);
        return v_now;
    end if;
    if r.account_id is distinct from w.account_id or r.void or r.hash <> p_hash then
        raise exception using errcode = 'RH409', message = 'This request id is spent.';
    end if;
    raise exception using errcode = 'RH208', message = 'This save was carried out already.',
        detail = jsonb_build_object('rows', r.row_count, 'key', r.record_key, 'version', r.version)::text;
end $$;

-- Completes a save, inside the saving statement, for the row that it changed: a second row finds it
-- complete, which undoes everything. Where no row was changed nothing is stored, or that none was.
create function rowhouse.save_done(p_request text, p_rows integer, p_key text[], p_version bigint)
    returns integer
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    if p_rows between 0 and 1 and current_setting('rowhouse.request', true) = p_request
            and coalesce(pg_column_size(p_key), 0) <= 100000 then
        insert into rowhouse_private.request (tenant_id, request_id, account_id, hash, row_count, record_key,
                version)
            select s.tenant_id, p_request::uuid, s.account_id,
                   decode(left(current_setting('rowhouse.request_hash', true), 128), 'hex'), p_rows,
                   case when p_rows > 0 then p_key end, case when p_rows > 0 then p_version end
              from rowhouse_private.session s, rowhouse_private.installation i
             where s.token_hash = sha256(convert_to(current_setting('rowhouse.session', true), 'UTF8'))
               and i.only_one and s.pass_version = i.rights_version and s.ended_at is null
               and rowhouse_private.now() < s.pass_until
            on conflict (tenant_id, request_id) do nothing;
        -- Seldom also by the tables, which trims: often enough for who saves without end.
        if found and random() > 0.001 then
            return p_rows;
        end if;
    end if;
    return rowhouse_private.save_done_by_tables(p_request, p_rows, p_key, p_version, found);
end $$;

-- The same by what the tables say, and why it cannot be completed.
create function rowhouse_private.save_done_by_tables(p_request text, p_rows integer, p_key text[],
        p_version bigint, p_stored boolean)
    returns integer
    language plpgsql volatile set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
    v_id uuid := rowhouse_private.request_uuid(p_request);
begin
    if p_stored then
        perform rowhouse_private.trim_requests(c.tenant_id, c.account_id);
        return p_rows;
    end if;
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
    if random() < 0.001 then
        perform rowhouse_private.trim_requests(c.tenant_id, c.account_id);
    end if;
    return p_rows;
end $$;
grant execute on function rowhouse.save_begin(text, integer, text, bytea),
    rowhouse.save_done(text, integer, text[], bigint) to {{client}};

grant select (session_id, account_id, tenant_id, token_hash, pass_version, pass_name, pass_station)
    on rowhouse_private.session to {{trail}};

set local role {{trail}};

-- Where a run begins is noted where entries are written, because a trigger cost as much for all others.
drop trigger note_run on rowhouse_trail.entry;
drop function rowhouse_trail.note_run();

-- Writes what happened to a record; called by the generated triggers, which run as this role and with a
-- fixed path.
create function rowhouse_trail.keep(p_table oid, p_key text[], p_verb text, p_version bigint, p_columns text[],
        p_old jsonb, p_new jsonb, p_new_key text[]) returns void
    language plpgsql volatile
    as $$
declare
    v_request constant text := current_setting('rowhouse.request', true);
begin
    if rowhouse_private.is_late() then
        raise exception using errcode = 'RH422', message = 'Write in READ COMMITTED.';
    end if;
    if current_setting('rowhouse.session', true) <> '' then
        insert into rowhouse_trail.entry (tenant_id, table_oid, table_name, record_key, verb, version, columns,
                old_values, new_values, account_id, username, session_id, station, request_id, new_key)
            select s.tenant_id, p_table, p_table::regclass::text, p_key, p_verb, p_version, p_columns,
                   p_old, p_new, s.account_id, s.pass_name, s.session_id, s.pass_station,
                   case when rowhouse_private.is_request(v_request) then v_request::uuid end, p_new_key
              from rowhouse_private.session s, rowhouse_private.installation i
             where s.token_hash = sha256(convert_to(current_setting('rowhouse.session', true), 'UTF8'))
               -- Noted since the last change of a right or a name.
               and i.only_one and s.pass_version = i.rights_version and s.pass_station is not null;
    end if;
    if not found then
        insert into rowhouse_trail.entry (tenant_id, table_oid, table_name, record_key, verb, version, columns,
                old_values, new_values, account_id, username, session_id, station, request_id, new_key)
            select coalesce(w.tenant_id, 1), p_table, p_table::regclass::text, p_key, p_verb, p_version,
                   p_columns, p_old, p_new, w.account_id, w.username, w.session_id,
                   coalesce(w.station, host(inet_client_addr()), current_setting('application_name')),
                   case when rowhouse_private.is_request(v_request) then v_request::uuid end, p_new_key
              from rowhouse_private.author() w;
    end if;
    if v_request like '________-____-8___-8%' and rowhouse_private.is_request(v_request) then
        -- One trigger is above a row that was asked for: the table's.
        insert into rowhouse_trail.run (tenant_id, account_id, run, table_oid, verb, entry_id, depth, at)
            select coalesce(w.tenant_id, 1), w.account_id, rowhouse_trail.run_of(v_request::uuid), p_table, p_verb,
                   currval('rowhouse_trail.entry_id_seq'), pg_trigger_depth() - 1, rowhouse_private.now()
              from rowhouse_private.author() w where w.account_id is not null
            on conflict do nothing;
    end if;
end $$;

-- The same for triggers that adopting made before, for TRUNCATE, and for rows that are told in full.
create or replace function rowhouse_trail.write(p_table oid, p_key text[], p_verb text, p_version bigint,
        p_columns text[], p_old jsonb, p_new jsonb, p_new_key text[]) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    perform rowhouse_trail.keep(p_table, p_key, p_verb, p_version, p_columns, p_old, p_new, p_new_key);
end $$;

set local role {{owner}};
grant references (table_oid) on rowhouse_private.adopted to {{search}};

set local role {{search}};

-- How the columns of adopted tables are compared, as the catalog said when they were adopted: to ask it
-- anew for every column of every search took longer than the search.
create table rowhouse_private.search_shape (
    table_oid       oid not null references rowhouse_private.adopted on update cascade on delete cascade,
    number          smallint not null,   -- the column's
    type_oid        oid not null,        -- what it was made from: where this differs now, the catalog is asked
    collation_oid   oid not null,
    name            text not null,
    is_null_free    boolean not null,
    expression      text not null,       -- the rest as rowhouse_private.search_column gives it
    type            text not null,
    below           text,
    at_most         text,
    same            text,
    at_least        text,
    above           text,
    label_type      oid,
    pattern_text    text not null,
    is_builtin      boolean,
    primary key (table_oid, number)
);

-- What rowhouse_private.search_column was: asks the catalog.
alter function rowhouse_private.search_column(oid, integer) rename to search_column_by_catalog;

-- A column by its number, as it is compared.
create function rowhouse_private.search_column(p_table oid, p_number integer, out name text, out expression text,
        out type text, out below text, out at_most text, out same text, out at_least text, out above text,
        out is_null_free boolean, out label_type oid, out pattern_text text, out is_builtin boolean)
    language plpgsql stable
    as $$
begin
    select d.name, d.expression, d.type, d.below, d.at_most, d.same, d.at_least, d.above, d.is_null_free,
           d.label_type, d.pattern_text, d.is_builtin
      into name, expression, type, below, at_most, same, at_least, above, is_null_free, label_type,
           pattern_text, is_builtin
      from rowhouse_private.search_shape d
      join pg_attribute a on a.attrelid = d.table_oid and a.attnum = d.number
     where d.table_oid = p_table and d.number = p_number
       and a.attname = d.name and a.atttypid = d.type_oid and a.attcollation = d.collation_oid
       and a.attnotnull = d.is_null_free and not a.attisdropped
       and has_column_privilege({{client_name}}, p_table, a.attnum, 'select');
    if not found then
        select c.* into name, expression, type, below, at_most, same, at_least, above, is_null_free, label_type,
                        pattern_text, is_builtin
          from rowhouse_private.search_column_by_catalog(p_table, p_number) c;
    end if;
end $$;

-- Notes the columns of a table; adopting and bringing up to date call it.
create function rowhouse_private.note_columns(p_table oid) returns void
    language sql volatile set search_path = pg_catalog, pg_temp
    as $$
    delete from rowhouse_private.search_shape d where d.table_oid = p_table;
    insert into rowhouse_private.search_shape (table_oid, number, type_oid, collation_oid, name, expression, type,
            below, at_most, same, at_least, above, is_null_free, label_type, pattern_text, is_builtin)
        select p_table, a.attnum, a.atttypid, a.attcollation, c.*
          from pg_attribute a
         cross join lateral rowhouse_private.search_column_by_catalog(p_table, a.attnum) c
         where a.attrelid = p_table and a.attnum > 0 and not a.attisdropped
           and has_column_privilege({{client_name}}, p_table, a.attnum, 'select')
    $$;

-- The columns that contain a text, in one statement; null where one of them has changed since it was noted.
create function rowhouse_private.search_words(p_table oid, p_columns jsonb, p_pattern text, p_place integer)
    returns text
    language plpgsql stable
    as $$
begin
    return (select case when count(*) = jsonb_array_length(p_columns) then
                 string_agg(case when d.label_type is null
                         then format('%s operator(pg_catalog.~~*) ($1)[%s]', d.pattern_text, p_place)
                         else format('%s operator(pg_catalog.=) any (%L::%s[])', d.expression,
                              array(select e.enumlabel from pg_enum e
                                     where e.enumtypid = d.label_type and e.enumlabel::text ~~* p_pattern), d.type)
                         end, ' or ' order by u.n) end
            from jsonb_array_elements_text(p_columns) with ordinality u(x, n)
            join rowhouse_private.search_shape d on d.table_oid = p_table and d.number = u.x::integer
            join pg_attribute a on a.attrelid = p_table and a.attnum = d.number
             and a.attname = d.name and a.atttypid = d.type_oid and a.attcollation = d.collation_oid
             and a.attnotnull = d.is_null_free and not a.attisdropped
             and has_column_privilege({{client_name}}, p_table, a.attnum, 'select'));
end $$;

drop function rowhouse_private.search_statement(oid, text, text, text, text, integer, boolean);

-- The keys of the rows of a page, as before. How usual a text is cannot be estimated under row security, so
-- the first rows in the order are looked through before the whole table is, where an index gives the order:
-- a usual text is among them, and of a rare one its own index knows. They are two statements, because to
-- plan the second takes longer than to carry out the first.
create or replace function rowhouse.search(p_table oid, p_what jsonb) returns table (place bigint, key text[])
    language plpgsql stable security definer rows 50 set search_path = pg_catalog, pg_temp
    as $$
declare
    v_key text := '';
    v_one text := '';
    v_number integer;
    v_limit integer;
    v_walks boolean := false;
    v_rule text;
    v_filter record;
    v_order record;
    v_found text[];
begin
    if not coalesce(rowhouse.may(p_table, 'view'), false) then
        return;
    end if;
    -- As rowhouse.searches and rowhouse_private.search_rule say, in one statement: where no policy asks for
    -- rows and all are one tenant's, no permission gives only some of them.
    select case when a.scoped = '{}' and a.tenant_column is null then 'true' else '' end into v_rule
      from rowhouse_private.adopted a join pg_class c on c.oid = a.table_oid
     where a.table_oid = p_table and c.relkind in ('r', 'p')
       and has_table_privilege(c.oid, 'select') and has_schema_privilege(c.relnamespace, 'usage')
       and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname !~ '^rowhouse_');
    if not found then
        perform rowhouse_private.bad('This table is not searched so.');
    elsif v_rule = '' then
        v_rule := rowhouse_private.search_rule(p_table);
    end if;
    if p_what is null or jsonb_typeof(p_what -> 'key') is distinct from 'array'
            or jsonb_typeof(p_what -> 'sort') is distinct from 'array' or octet_length(p_what::text) > 1000000
            or jsonb_array_length(p_what -> 'key') not between 1 and 32
            or jsonb_array_length(p_what -> 'sort') not between 1 and 64 then
        perform rowhouse_private.bad('A search says its key and its order by numbers of columns.');
    end if;
    for v_place in 0 .. jsonb_array_length(p_what -> 'key') - 1 loop
        v_number := (p_what -> 'key' ->> v_place)::integer;
        v_key := v_key || ', t.' || quote_ident((rowhouse_private.search_column(p_table, v_number)).name)
            || '::pg_catalog.text as k' || v_number;
        v_one := v_one || ', t.k' || v_number;
    end loop;
    v_key := substr(v_key, 3);
    v_one := substr(v_one, 3);
    v_filter := rowhouse_private.search_filter(p_table, p_what, '{}');
    v_order := rowhouse_private.search_order(p_table, p_what, v_filter.p_values);
    v_limit := greatest(least(coalesce((p_what ->> 'limit')::integer, 50), 1001), 0);
    if p_what ->> 'words' <> '' and v_limit > 0 then
        perform from pg_index i join pg_class x on x.oid = i.indexrelid
          where i.indrelid = p_table and i.indisvalid and i.indpred is null
            and i.indkey[0] = (p_what -> 'sort' -> 0 ->> 'c')::integer
            and x.relam = 403; -- btree, everywhere
        v_walks := found;
    end if;
    if v_walks then
        execute format('select array_agg(array[%1$s]) from (
                    select %2$s from (select * from %3$s t where %4$s and %6$s order by %7$s limit 2000) t
                     where %5$s order by %7$s limit %8$s) t',
                v_one, v_key, p_table::regclass, v_rule, v_filter.filter, v_order.beyond, v_order.sorted, v_limit)
            into v_found using v_order.p_values;
        if array_length(v_found, 1) = v_limit then
            return query
                select i::bigint, array(select v_found[i][j] from generate_subscripts(v_found, 2) j order by j)
                  from generate_subscripts(v_found, 1) i;
            return;
        end if;
    end if;
    return query execute format('select row_number() over (), array[%1$s] from (
                select %2$s from %3$s t where %4$s and %5$s and %6$s order by %7$s limit %8$s) t',
            v_one, v_key, p_table::regclass, v_rule, v_filter.filter, v_order.beyond, v_order.sorted, v_limit)
        using v_order.p_values;
end $$;

-- Touches what signing in reads and calls, so that a connection has it in memory before a name is typed:
-- the first time takes most of what signing in takes. Tells nothing and writes nothing.
set local role {{trail}};
create function rowhouse_trail.touch_month() returns void
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    -- Literals, because only these leave out the other months while the statement is planned.
    execute format('select from rowhouse_trail.entry e where e.tenant_id = 1 and e.at between %L and %1$L limit 0',
                   rowhouse_private.now());
end $$;
grant execute on function rowhouse_trail.touch_month() to {{auth}};

set local role {{auth}};
create function rowhouse.ready() returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    perform rowhouse_private.seeming_cost(rowhouse_private.keyed('salt', rowhouse_private.plain_name('')));
    perform floor(extract(epoch from rowhouse_private.now()))::bigint || '.'
            || replace(gen_random_uuid()::text, '-', ''), encode(sha256(''), 'hex');
    perform from rowhouse_private.account a join rowhouse_private.credential x using (account_id)
      where a.username = '';
    perform rowhouse_trail.touch_month();
    perform rowhouse_private.tries('', null, null, null, rowhouse_private.now(), 1);
    perform rowhouse_private.xor32(d, rowhouse_private.hmac(d, d)) from (select sha256('') as d) x;
    perform from rowhouse_private.session s where s.token_hash = '' and s.account_id = 0;
    perform from rowhouse_private.account_role r join rowhouse_private.permission p using (tenant_id, role_id)
      where r.tenant_id = 1 and r.account_id = 0;
    perform from rowhouse_private.installation i, rowhouse_private.tenant t where i.only_one and t.tenant_id = 1;
    perform rowhouse_private.check_numbers();
    perform rowhouse_private.judge('', '', null);
exception when others then
    null; -- there is no such try, and nothing can be locked on a server that only reads
end $$;
grant execute on function rowhouse.ready() to {{client}};
