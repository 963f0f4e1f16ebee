-- Receipts of automatic merges: base, both sides and the result, to be looked at and taken back.
--
-- One is written in the transaction of the save, and only for a record that this save changed. Who
-- may not view the record now, or not read a column, is told nothing of it.

set local role {{owner}};

create table rowhouse_private.receipt (
    tenant_id   bigint not null,
    receipt_id  bigint generated always as identity,
    at          timestamptz not null default rowhouse_private.now(),
    account_id  bigint not null,         -- whose save was merged
    table_oid   oid not null,
    record_key  text[] not null,         -- the record's key then
    entry_id    bigint not null,         -- the save in the trail
    theirs_by   text,                    -- whose change it was merged with, by the trail
    theirs_at   timestamptz,
    -- A list of {"column", "base", "theirs", "yours", "took"}: the values as text, null for NULL, and
    -- which of the three was taken. "yours" is missing where the default was taken.
    fields      jsonb not null,
    primary key (tenant_id, receipt_id)
);
create index receipt_table on rowhouse_private.receipt (tenant_id, table_oid, receipt_id);
create index receipt_account on rowhouse_private.receipt (tenant_id, account_id, receipt_id);
grant select, delete on rowhouse_private.receipt to {{auth}};

-- The fields of a receipt that may be shown: of columns that the shared login may read, and of the
-- kinds that we write.
create function rowhouse_private.receipt_fields(p_fields jsonb, p_columns text[]) returns jsonb
    language sql immutable
    as $$ select coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object('column', f -> 'column', 'took', f -> 'took'))
                          || case when f ? 'base' then jsonb_build_object('base', f -> 'base') else '{}' end
                          || case when f ? 'theirs' then jsonb_build_object('theirs', f -> 'theirs') else '{}' end
                          || case when f ? 'yours' then jsonb_build_object('yours', f -> 'yours') else '{}' end
                          order by n), '[]')
            from jsonb_array_elements(case jsonb_typeof(p_fields) when 'array' then p_fields else '[]' end)
                 with ordinality l(f, n)
           where f ->> 'column' = any (p_columns) and f ->> 'took' in ('was', 'theirs', 'yours')
             and coalesce(jsonb_typeof(f -> 'base'), 'null') in ('string', 'null')
             and coalesce(jsonb_typeof(f -> 'theirs'), 'null') in ('string', 'null')
             and coalesce(jsonb_typeof(f -> 'yours'), 'null') in ('string', 'null') $$;

-- Writes receipts for the save of this transaction; without a changed record nothing is written.
-- Whose change it was merged with is read from the trail. Old ones go as new ones come.
create function rowhouse.receipt_add(p_request text, p_table oid, p_merges text) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
    v_request uuid := rowhouse_private.request_uuid(p_request);
    v_key text[];
    v_fields jsonb;
    e record;
    m jsonb;
    t record;
begin
    if p_merges is null or octet_length(p_merges) > 4000000 then
        perform rowhouse_private.bad('A receipt has at most 4 MB.');
    end if;
    select q.record_key into v_key from rowhouse_private.request q
     where q.tenant_id = c.tenant_id and q.request_id = v_request and q.account_id = c.account_id
       and q.row_count = 1 and q.xact = pg_current_xact_id();
    if not found or v_key is null or not rowhouse_private.gate(p_table, 'view') then
        return;
    end if;
    select x.id, x.record_key into e from rowhouse_trail.entry x
     where x.tenant_id = c.tenant_id and x.xact = pg_current_xact_id() and x.kind = 'record'
       and x.table_oid = p_table and x.verb = 'update' and coalesce(x.new_key, x.record_key) = v_key
     order by x.id desc limit 1;
    if not found then
        return;
    end if;
    for m in select l from jsonb_array_elements(p_merges::jsonb) l limit 20 loop
        v_fields := rowhouse_private.receipt_fields(m -> 'fields', rowhouse_private.readable(p_table));
        continue when v_fields = '[]';
        select y.at, coalesce(y.username, y.db_user) as author into t from rowhouse_trail.entry y
         where y.tenant_id = c.tenant_id and y.table_oid = p_table and y.kind = 'record' and y.id < e.id
           and hash_array_extended(y.record_key, 0) = hash_array_extended(e.record_key, 0)
           and y.record_key = e.record_key
           and (jsonb_typeof(m -> 'version') is distinct from 'number'
                or y.version = (m ->> 'version')::numeric)
         order by y.id desc limit 1;
        insert into rowhouse_private.receipt (tenant_id, account_id, table_oid, record_key, entry_id,
                theirs_by, theirs_at, fields)
            values (c.tenant_id, c.account_id, p_table, v_key, e.id, t.author, t.at, v_fields);
    end loop;
    delete from rowhouse_private.receipt r
     where r.tenant_id = c.tenant_id and r.receipt_id in (
               select o.receipt_id from rowhouse_private.receipt o where o.tenant_id = c.tenant_id
                order by o.receipt_id limit 20)
       and r.at < rowhouse_private.now() - interval '90 days';
end $$;

-- One's own receipts and those of a table, or of one record alone; the newest first. Only of records
-- that the asking person may view now.
create function rowhouse.receipts(p_table oid, p_key text[], p_before bigint, p_limit integer)
    returns table (receipt_id bigint, at timestamptz, table_oid oid, record_key text[], username text,
        display_name text, mine boolean, theirs_by text, theirs_at timestamptz, fields text)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
    v_limit integer := least(greatest(coalesce(p_limit, 50), 1), 200);
    v_tables oid[] := rowhouse_private.viewable();
    v_found integer := 0;
    v_fields jsonb;
    v_now text[];
    r record;
begin
    for r in
        select q.*, a.username, a.display_name
          from rowhouse_private.receipt q
          join rowhouse_private.account a on a.account_id = q.account_id
         where q.tenant_id = c.tenant_id and q.table_oid = any (v_tables)
           and q.receipt_id < coalesce(p_before, 9223372036854775807)
           and (q.table_oid = p_table or p_key is null and q.account_id = c.account_id)
         order by q.receipt_id desc
    loop
        exit when v_found >= v_limit;
        v_now := rowhouse_private.key_now(c.tenant_id, r.table_oid, r.record_key, r.entry_id);
        continue when p_key is not null and v_now is distinct from p_key
            or not rowhouse_private.may_read_line(c.tenant_id, r.table_oid, v_now);
        v_fields := rowhouse_private.receipt_fields(r.fields, rowhouse_private.readable(r.table_oid));
        continue when v_fields = '[]';
        v_found := v_found + 1;
        return query select r.receipt_id, r.at, r.table_oid, v_now, r.username, r.display_name,
                            r.account_id = c.account_id, r.theirs_by, r.theirs_at, v_fields::text;
    end loop;
end $$;

grant execute on function rowhouse.receipt_add(text, oid, text),
    rowhouse.receipts(oid, text[], bigint, integer) to {{client}};
