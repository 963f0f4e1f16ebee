-- Reading the trail across records, for those who may; and what happens at the door, all of it.
--
-- Who may see the audit is told that something was done, by whom and when. Keys, columns and values are
-- told only of records and columns that they may view themselves: the same rules as for the timeline of
-- one record, so that the audit shows nobody more than the screens do.

-- What happens at the door is recorded where it is kept, whoever changes it: by a function of ours, or
-- by hand.

set local role {{auth}};

-- Writes a note about something at the door, by whoever is signed in in this transaction.
create function rowhouse_private.note_event(p_tenant bigint, p_verb text, p_note text) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    w record := rowhouse_private.who();
begin
    perform rowhouse_trail.note(coalesce(p_tenant, w.tenant_id), w.account_id, w.username, w.session_id,
        w.station, p_verb, left(p_note, 2000));
end $$;

-- Which fields of a row of ours changed, in words: `name: a -> b`.
create function rowhouse_private.changed_in_words(p_old jsonb, p_new jsonb) returns text
    language sql immutable
    as $$ select string_agg(format('%s: %s -> %s', n.key, coalesce(p_old ->> n.key, 'none'),
                                   coalesce(n.value #>> '{}', 'none')), ', ' order by n.key)
            from jsonb_each(p_new) n where p_old -> n.key is distinct from n.value $$;
grant execute on function rowhouse_private.note_event(bigint, text, text),
    rowhouse_private.changed_in_words(jsonb, jsonb) to {{owner}};

create function rowhouse_private.note_account() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_plain constant text[] := array['deactivated_at', 'unlocked_at', 'last_sign_in_at', 'account_id'];
    v_said text;
begin
    if tg_op = 'DELETE' then
        perform rowhouse_private.note_event(old.tenant_id, 'account removed', old.username);
        return null;
    end if;
    v_said := rowhouse_private.changed_in_words(to_jsonb(old) - v_plain, to_jsonb(new) - v_plain);
    if v_said is not null then
        perform rowhouse_private.note_event(new.tenant_id, 'account edited', old.username || ': ' || v_said);
    end if;
    if old.deactivated_at is null and new.deactivated_at is not null then
        perform rowhouse_private.note_event(new.tenant_id, 'account deactivated', new.username);
    elsif old.deactivated_at is not null and new.deactivated_at is null then
        perform rowhouse_private.note_event(new.tenant_id, 'account activated', new.username);
    end if;
    -- A new code forgets failed tries as well, and is noted as what it is.
    if new.unlocked_at is distinct from old.unlocked_at
            and not exists (select from rowhouse_private.credential c
                             where c.account_id = new.account_id and c.set_at = new.unlocked_at) then
        perform rowhouse_private.note_event(new.tenant_id, 'account unlocked', new.username);
    end if;
    return null;
end $$;
create trigger note_account
    after update of tenant_id, username, display_name, created_by, deactivated_at, unlocked_at, options
    on rowhouse_private.account for each row execute function rowhouse_private.note_account();
create trigger note_account_removed after delete on rowhouse_private.account
    for each row execute function rowhouse_private.note_account();

-- The name of a role, or its number where it is gone already.
create function rowhouse_private.role_name(p_tenant bigint, p_role bigint) returns text
    language sql stable
    as $$ select coalesce((select r.name from rowhouse_private.role r
                            where r.tenant_id = p_tenant and r.role_id = p_role), 'role ' || p_role) $$;

create function rowhouse_private.note_account_role() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    r rowhouse_private.account_role := case tg_op when 'DELETE' then old else new end;
    a rowhouse_private.account;
begin
    select * into a from rowhouse_private.account x where x.account_id = r.account_id;
    -- The roles of a new account are told with it; those of one that is removed, by that.
    if a.account_id is null or tg_op = 'INSERT' and r.granted_at = a.created_at then
        return null;
    end if;
    perform rowhouse_private.note_event(r.tenant_id,
        case tg_op when 'DELETE' then 'role taken' else 'role given' end,
        format(case tg_op when 'DELETE' then '%s from %s' else '%s to %s' end,
               rowhouse_private.role_name(r.tenant_id, r.role_id), a.username));
    return null;
end $$;
create trigger note_account_role after insert or update or delete on rowhouse_private.account_role
    for each row execute function rowhouse_private.note_account_role();

create function rowhouse_private.note_role() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    if tg_op = 'INSERT' then
        perform rowhouse_private.note_event(new.tenant_id, 'role made', new.name);
    elsif tg_op = 'DELETE' then
        perform rowhouse_private.note_event(old.tenant_id, 'role removed', old.name);
    elsif to_jsonb(new) <> to_jsonb(old) then
        perform rowhouse_private.note_event(new.tenant_id, 'role changed',
            old.name || ': ' || rowhouse_private.changed_in_words(to_jsonb(old), to_jsonb(new)));
    end if;
    return null;
end $$;
create trigger note_role after insert or update or delete on rowhouse_private.role
    for each row execute function rowhouse_private.note_role();

-- A permission in words: `update equipment (status, notes) where {...} for technician`.
create function rowhouse_private.permission_in_words(p rowhouse_private.permission) returns text
    language sql stable
    as $$ select format('%s %s', p.verb, coalesce(p.table_oid::regclass::text, 'every table'))
              || coalesce(' (' || array_to_string(p.columns, ', ') || ')', '')
              || coalesce(' where ' || p.scope::text, '')
              || ' for ' || rowhouse_private.role_name(p.tenant_id, p.role_id) $$;

create function rowhouse_private.note_permission() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    if tg_op = 'INSERT' then
        perform rowhouse_private.note_event(new.tenant_id, 'permission given',
            rowhouse_private.permission_in_words(new));
    elsif tg_op = 'DELETE' then
        perform rowhouse_private.note_event(old.tenant_id, 'permission taken',
            rowhouse_private.permission_in_words(old));
    elsif to_jsonb(new) <> to_jsonb(old) then
        perform rowhouse_private.note_event(new.tenant_id, 'permission changed', format('%s -> %s',
            rowhouse_private.permission_in_words(old), rowhouse_private.permission_in_words(new)));
    end if;
    return null;
end $$;
create trigger note_permission after insert or update or delete on rowhouse_private.permission
    for each row execute function rowhouse_private.note_permission();

-- Notes that a name, known or not, has used up its tries: told once, by the try that used up the last.
create function rowhouse_private.note_lock() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_name text := rowhouse_private.plain_name(old.name_sent);
    a record;
    n record;
begin
    select x.account_id, x.tenant_id, x.username, x.unlocked_at into a
      from (select) d left join rowhouse_private.account x on x.username = v_name;
    n := rowhouse_private.tries(new.name_key, new.address, null, a.unlocked_at, new.judged_at, a.tenant_id);
    if n.left_over = 0 then
        perform rowhouse_trail.note(a.tenant_id, a.account_id, a.username, null, null, 'sign-in locked',
            format('for %s', make_interval(secs => n.wait_s)));
    end if;
    return null;
end $$;
create trigger note_lock after update of outcome on rowhouse_private.attempt
    for each row when (new.outcome = 'refused' and old.outcome is null)
    execute function rowhouse_private.note_lock();

-- Ends sessions of an account, all but one; returns how many. Each is noted.
create or replace function rowhouse_private.end_sessions(p_account bigint, p_except bigint, p_reason text,
        p_by bigint, p_now timestamptz) returns integer
    language plpgsql volatile
    as $$
declare
    s record;
    v_ended integer := 0;
begin
    for s in update rowhouse_private.session x
                set ended_at = p_now, end_reason = p_reason, ended_by = p_by
              where x.account_id = p_account and x.ended_at is null
                and x.session_id is distinct from p_except
             returning x.session_id, x.tenant_id loop
        perform rowhouse_trail.note(s.tenant_id, p_by,
            (select a.username from rowhouse_private.account a where a.account_id = p_by), s.session_id, null,
            'session ended', format('of %s: %s',
                (select a.username from rowhouse_private.account a where a.account_id = p_account), p_reason));
        v_ended := v_ended + 1;
    end loop;
    return v_ended;
end $$;

set local role {{owner}};

create function rowhouse_private.note_policy() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    if to_jsonb(new) <> to_jsonb(old) then
        perform rowhouse_private.note_event(new.tenant_id, 'limits changed',
            rowhouse_private.changed_in_words(to_jsonb(old), to_jsonb(new)));
    end if;
    return null;
end $$;
create trigger note_policy after update on rowhouse_private.policy
    for each row execute function rowhouse_private.note_policy();

create function rowhouse_private.note_tenant() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    if tg_op = 'INSERT' then
        perform rowhouse_private.note_event(new.tenant_id, 'tenant made', new.name);
    elsif to_jsonb(new) <> to_jsonb(old) then
        perform rowhouse_private.note_event(new.tenant_id, 'tenant changed',
            old.name || ': ' || rowhouse_private.changed_in_words(to_jsonb(old), to_jsonb(new)));
    end if;
    return null;
end $$;
create trigger note_tenant after insert or update on rowhouse_private.tenant
    for each row execute function rowhouse_private.note_tenant();

-- Notes tables that begin or cease to take part, and their hard locks.
create function rowhouse_private.note_adopted() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    d rowhouse_private.adopted := case tg_op when 'DELETE' then old else new end;
    v_name text := format('%s.%s', d.schema_name, d.table_name);
    v_locks boolean := coalesce((new.options ->> 'hard_locks')::boolean, false);
begin
    if tg_op = 'INSERT' then
        perform rowhouse_private.note_event(d.tenant_id, 'table adopted', v_name);
    elsif tg_op = 'DELETE' then
        perform rowhouse_private.note_event(d.tenant_id, 'table let go', v_name);
    elsif v_locks <> coalesce((old.options ->> 'hard_locks')::boolean, false) then
        perform rowhouse_private.note_event(d.tenant_id,
            case when v_locks then 'hard locks on' else 'hard locks off' end, v_name);
    elsif new.options <> old.options then
        perform rowhouse_private.note_event(d.tenant_id, 'table options changed',
            v_name || ': ' || rowhouse_private.changed_in_words(old.options, new.options));
    end if;
    return null;
end $$;
create trigger note_adopted after insert or update or delete on rowhouse_private.adopted
    for each row execute function rowhouse_private.note_adopted();

create function rowhouse_private.note_migration() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    perform rowhouse_private.note_event(1, 'migration applied', format('%s %s', new.version, new.name));
    return null;
end $$;
create trigger note_migration after insert on rowhouse_private.schema_history
    for each row execute function rowhouse_private.note_migration();

-- Whether the asking person may know which record an entry is about. Where each row is judged, only of
-- a record that is there and seen, and of what that record was called since; of one that was deleted, by
-- the values recorded.
create function rowhouse_private.audit_sees(p_tenant bigint, p_table oid, p_key text[], p_id bigint,
        p_verb text, p_old jsonb)
    returns boolean
    language plpgsql stable
    as $$
declare
    v_now text[];
begin
    if not rowhouse_private.judged_by_others(p_table) then
        return true;
    elsif p_key is null then
        return false;
    elsif p_verb = 'delete' then
        return rowhouse_private.could_see(p_table, p_old);
    end if;
    v_now := rowhouse_private.key_now(p_tenant, p_table, p_key, p_id - 1);
    return rowhouse_private.is_seen(p_table, v_now)
       and exists (select from rowhouse_private.record_line(p_tenant, p_table, v_now) l
                    where l.record_key = p_key and p_id > l.after_id and p_id <= l.upto_id);
end $$;

-- A text as a pattern that is found anywhere.
create function rowhouse_private.anywhere(p_text text) returns text
    language sql immutable
    as $$ select '%' || replace(replace(replace(p_text, '\', '\\'), '%', '\%'), '_', '\_') || '%' $$;

-- Finds entries of a tenant from a place on, backwards or forwards, by (at, id). A call looks at so many
-- entries at most, whatever is asked for: stop_at and stop_id say where it stopped looking, and are null
-- when it came to the end. p_shown are the tables whose keys may be asked for, null for the owner; of
-- p_judged among them each record is looked at.
create function rowhouse_private.audit_find(p_tenant bigint, p_person text, p_table text, p_key text,
        p_verbs text[], p_from timestamptz, p_until timestamptz, p_at timestamptz, p_id bigint,
        p_older boolean, p_limit integer, p_shown oid[], p_judged oid[],
        out entries rowhouse_trail.entry[], out stop_at timestamptz, out stop_id bigint)
    language plpgsql stable
    as $$
declare
    c_look constant integer := 50000;
    v_way text := case when p_older then 'desc' else 'asc' end;
    v_in text := 'e.tenant_id = $1';
    v_out text := 'true';
    v_tables oid[];
    v_names text[];
begin
    if p_at is not null then
        v_in := v_in || case when p_older then ' and e.at <= $2 and (e.at, e.id) < ($2, $3)'
                                         else ' and e.at >= $2 and (e.at, e.id) > ($2, $3)' end;
    end if;
    v_in := v_in || case when p_from is not null then ' and e.at >= $4' else '' end
                 || case when p_until is not null then ' and e.at < $5' else '' end;
    if p_verbs is not null then
        v_out := v_out || ' and x.verb = any ($6)';
        if not p_verbs && array['insert', 'update', 'delete', 'truncate'] then
            v_in := v_in || ' and e.kind = ''security'''; -- an index has them alone
        end if;
    end if;
    if p_person is not null then
        v_out := v_out || ' and (x.username ilike $7 or x.username is null and x.db_user ilike $7)';
    end if;
    if p_table is not null then
        select array_agg(a.table_oid) into v_tables
          from rowhouse_private.adopted a
          left join pg_class r on r.oid = a.table_oid
          left join pg_namespace n on n.oid = r.relnamespace
         where lower(p_table) in (lower(a.table_name), lower(a.schema_name || '.' || a.table_name),
                                  lower(r.relname), lower(n.nspname || '.' || r.relname));
        v_names := array[lower(p_table), 'public.' || lower(p_table)];
        v_out := v_out || ' and (x.table_oid = any ($8) or lower(x.table_name) = any ($9))';
    end if;
    if p_key is not null then
        v_out := v_out || ' and x.record_key is not null
            and (array_to_string(x.record_key, '' · '') ilike $10 or array_to_string(x.new_key, '' · '') ilike $10)';
        if p_shown is not null then
            -- Whether something is found tells as much as showing it.
            v_out := v_out || ' and x.table_oid = any ($11) and case when x.table_oid = any ($12)
                then rowhouse_private.audit_sees($1, x.table_oid, x.record_key, x.id, x.verb, x.old_values) else true end';
        end if;
    end if;
    execute format('select array_agg(f.x order by (f.x).at %1$s, (f.x).id %1$s) from (
                        select x from (select e.* from rowhouse_trail.entry e where %2$s
                                        order by e.at %1$s, e.id %1$s limit %3$s) x
                         where %4$s order by x.at %1$s, x.id %1$s limit $13) f', v_way, v_in, c_look, v_out)
       into entries
      using p_tenant, p_at, p_id, p_from, p_until, p_verbs, rowhouse_private.anywhere(p_person), v_tables,
            v_names, rowhouse_private.anywhere(p_key), p_shown, p_judged, p_limit;
    entries := coalesce(entries, '{}');
    if cardinality(entries) < p_limit then
        execute format('select e.at, e.id from rowhouse_trail.entry e where %2$s
                         order by e.at %1$s, e.id %1$s offset %3$s limit 1', v_way, v_in, c_look - 1)
           into stop_at, stop_id
          using p_tenant, p_at, p_id, p_from, p_until;
    else
        stop_at := entries[p_limit].at;
        stop_id := entries[p_limit].id;
    end if;
end $$;

-- The entries of the trail, across records, for those who may see the audit. One more row, of the kind
-- 'end', says where looking stopped; its place is null when there is nothing beyond.
create function rowhouse.audit_entries(p_person text, p_table text, p_key text, p_verbs text[],
        p_from timestamptz, p_until timestamptz, p_at timestamptz, p_id bigint, p_older boolean,
        p_limit integer, p_values boolean)
    returns table (id bigint, at timestamptz, kind text, verb text, version bigint, table_oid oid,
        table_name text, record_key text[], new_key text[], columns text[], old_values jsonb,
        new_values jsonb, withheld integer, hidden boolean, note text, username text, display_name text,
        station text, db_user text, mine boolean, session_id bigint, request_id text, xact text)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.ctx();
    v_limit integer := least(greatest(coalesce(p_limit, 50), 1), 500);
    v_shown oid[];
    v_judged oid[];
    f record;
begin
    perform rowhouse_private.need('see audit');
    if length(p_person) > 200 or length(p_table) > 200 or length(p_key) > 1000 or cardinality(p_verbs) > 100 then
        perform rowhouse_private.bad('This is more than a filter of the audit can hold.');
    end if;
    v_shown := rowhouse_private.viewable();
    if p_key is not null then
        v_judged := array(select t from unnest(v_shown) t where rowhouse_private.judged_by_others(t));
    end if;
    select * into f from rowhouse_private.audit_find(c.tenant_id, p_person, p_table, p_key, p_verbs, p_from,
        p_until, p_at, p_id, coalesce(p_older, true), v_limit, v_shown, v_judged);
    return query
        with tables as materialized (
            select t.oid, rowhouse_private.readable(t.oid) as readable
              from (select distinct e.table_oid as oid from unnest(f.entries) e
                     where e.table_oid = any (v_shown)) t
        ), seen as materialized (
            select e.*, t.readable,
                   e.table_oid is null or t.oid is not null
                       and rowhouse_private.audit_sees(c.tenant_id, e.table_oid, e.record_key, e.id, e.verb,
                                                       e.old_values) as sees
              from unnest(f.entries) e left join tables t on t.oid = e.table_oid
        )
        select s.id, s.at, s.kind, s.verb, case when s.sees then s.version end, s.table_oid, s.table_name,
               case when s.sees then s.record_key end, case when s.sees then s.new_key end,
               case when s.sees then array(select n from unnest(s.columns) n where n = any (s.readable)) end,
               case when s.sees and p_values then rowhouse_private.shown(s.old_values, s.readable, 2147483647) end,
               case when s.sees and p_values then rowhouse_private.shown(s.new_values, s.readable, 2147483647) end,
               case when s.sees and s.kind = 'record' then
                    rowhouse_private.withheld(s.columns, coalesce(s.new_values, s.old_values), s.readable)
                    else 0 end,
               not s.sees, s.note, s.username, coalesce(a.display_name, s.username, ''),
               coalesce(s.station, ''), s.db_user, s.account_id is not distinct from c.account_id,
               s.session_id, s.request_id::text, s.xact::text
          from seen s
          left join rowhouse_private.account a on a.account_id = s.account_id
         order by case when coalesce(p_older, true) then s.at end desc, s.at,
                  case when coalesce(p_older, true) then s.id end desc, s.id;
    return query select f.stop_id, f.stop_at, 'end', null, null::bigint, null::oid, null, null::text[],
        null::text[], null::text[], null::jsonb, null::jsonb, 0, false, null, null, null, null, null, false,
        null::bigint, null, null;
end $$;

-- Notes that what a filter finds is being written to a file; called before the first of it is read.
create function rowhouse.audit_exported(p_filter text, p_form text) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
begin
    perform rowhouse_private.need('see audit');
    perform rowhouse_private.note_event(c.tenant_id, 'audit exported',
        format('as %s: %s', left(regexp_replace(coalesce(p_form, ''), '[[:cntrl:]]', '', 'g'), 10),
               coalesce(nullif(left(regexp_replace(coalesce(p_filter, ''), '[[:cntrl:]]', ' ', 'g'), 1500), ''),
                        'everything')));
end $$;

grant execute on function rowhouse.audit_entries(text, text, text, text[], timestamptz, timestamptz,
        timestamptz, bigint, boolean, integer, boolean),
    rowhouse.audit_exported(text, text) to {{client}};

-- The same for the database's owner, of one tenant, with nothing withheld.
create function rowhouse_private.audit_of(p_tenant bigint, p_person text, p_table text, p_key text,
        p_verbs text[], p_from timestamptz, p_until timestamptz, p_at timestamptz, p_id bigint,
        p_limit integer)
    returns table (id bigint, at timestamptz, kind text, verb text, version bigint, table_name text,
        record_key text[], new_key text[], columns text[], old_values text, new_values text, note text,
        username text, station text, db_user text, session_id bigint, request_id text, xact text)
    language plpgsql stable
    as $$
#variable_conflict use_column
declare
    f record;
begin
    select * into f from rowhouse_private.audit_find(p_tenant, p_person, p_table, p_key, p_verbs, p_from,
        p_until, p_at, p_id, true, p_limit, null, null);
    return query
        select e.id, e.at, e.kind, e.verb, e.version, e.table_name, e.record_key, e.new_key, e.columns,
               e.old_values::text, e.new_values::text, e.note, e.username, e.station, e.db_user,
               e.session_id, e.request_id::text, e.xact::text
          from unnest(f.entries) e order by e.at desc, e.id desc;
    return query select f.stop_id, f.stop_at, 'end', null, null::bigint, null, null::text[], null::text[],
        null::text[], null, null, null, null, null, null, null::bigint, null, null;
end $$;
