-- After a backup was brought back into another database. Tables have other numbers there, and whatever is
-- kept of a table by its number would be another's: rights, views, the past. `rowhouse init` finds the tables
-- again by the triggers that they have, and until then nobody signs in.

set local role {{trail}};

-- The number that an entry's table had when the entry was written, where it has another one now. This is
-- what the seal holds; which number became which is told by an entry of its own, which is sealed too.
alter table rowhouse_trail.entry add column sealed_oid oid;

-- As before, with that number.
create or replace function rowhouse_trail.text_of(e rowhouse_trail.entry) returns text
    language sql stable parallel safe
    as $$ select jsonb_build_object('id', e.id, 'tenant_id', e.tenant_id, 'xact', e.xact::text,
              'at', to_char(e.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
              'table_oid', coalesce(e.sealed_oid, e.table_oid)::bigint, 'table_name', e.table_name,
              'record_key', to_jsonb(e.record_key),
              'new_key', to_jsonb(e.new_key), 'verb', e.verb, 'version', e.version, 'columns', to_jsonb(e.columns),
              'old_values', e.old_values, 'new_values', e.new_values, 'account_id', e.account_id,
              'username', e.username, 'session_id', e.session_id, 'station', e.station, 'db_user', e.db_user,
              'request_id', e.request_id, 'kind', e.kind, 'note', e.note)::text $$;

-- Nobody changes the trail, its owner included; but an entry follows its table to another number.
create function rowhouse_trail.refuse_edit() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp
    as $$
declare
    v_old jsonb := to_jsonb(old);
    v_new jsonb := to_jsonb(new);
begin
    if v_new - '{table_oid,sealed_oid}'::text[] <> v_old - '{table_oid,sealed_oid}'::text[]
            or current_setting('rowhouse.renumbering', true) is distinct from txid_current()::text
            or v_old ->> 'table_oid' is null or v_new ->> 'table_oid' is null
            or v_old ? 'sealed_oid' and v_new ->> 'sealed_oid'
               is distinct from coalesce(v_old ->> 'sealed_oid', v_old ->> 'table_oid') then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'The trail is append-only.';
    end if;
    return new;
end $$;
drop trigger append_only on rowhouse_trail.entry;
create trigger append_only before delete on rowhouse_trail.entry
    for each row execute function rowhouse_trail.refuse_change();
create trigger append_only_update before update on rowhouse_trail.entry
    for each row execute function rowhouse_trail.refuse_edit();

-- Whether any entry of a run is still in the trail.
create function rowhouse_trail.is_run(r rowhouse_trail.run) returns boolean
    language sql stable
    as $$ select exists (select from rowhouse_trail.entry e
                          where e.tenant_id = r.tenant_id and e.account_id = r.account_id and e.kind = 'record'
                            and rowhouse_trail.run_of(e.request_id) is not null
                            and e.request_id between (r.run || '00000000')::uuid and (r.run || 'ffffffff')::uuid) $$;

-- Where a run began is known as long as an entry of it is there: it goes with the last month of it.
create function rowhouse_trail.refuse_early() returns trigger
    language plpgsql set search_path = pg_catalog, pg_temp
    as $$
begin
    if rowhouse_trail.is_run(old) then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'The trail is append-only.';
    end if;
    return old;
end $$;
drop trigger append_only on rowhouse_trail.run;
create trigger append_only before delete on rowhouse_trail.run
    for each row execute function rowhouse_trail.refuse_early();
create trigger append_only_update before update on rowhouse_trail.run
    for each row execute function rowhouse_trail.refuse_edit();

-- Gives what is kept of tables their new numbers. Of a table that is not there it is kept under none (0).
create function rowhouse_trail.renumber(p_old oid[], p_new oid[]) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    perform set_config('rowhouse.renumbering', txid_current()::text, true);
    update rowhouse_trail.entry e
       set sealed_oid = coalesce(e.sealed_oid, e.table_oid), table_oid = coalesce(p_new[k.place], 0)
      from (select t.table_oid, array_position(p_old, t.table_oid) as place
              from (select distinct x.table_oid from rowhouse_trail.entry x where x.table_oid is not null) t) k
     where e.table_oid = k.table_oid and e.table_oid <> coalesce(p_new[k.place], 0);
    -- First to numbers that no table has: two may have changed theirs with each other.
    update rowhouse_trail.run r set table_oid = (4294000000 + array_position(p_old, r.table_oid))::oid
     where r.table_oid = any (p_old);
    update rowhouse_trail.run r set table_oid = p_new[(r.table_oid::bigint - 4294000000)::integer]
     where r.table_oid::bigint > 4294000000;
    perform set_config('rowhouse.renumbering', '', true);
    perform rowhouse_trail.note(1, null, null, null, null, 'table found again',
                                format('%s is %s', e.sealed_oid, e.table_oid))
       from (select distinct x.sealed_oid, x.table_oid from rowhouse_trail.entry x where x.sealed_oid is not null) e;
end $$;
grant execute on function rowhouse_trail.renumber(oid[], oid[]) to {{owner}};

set local role {{auth}};

create function rowhouse_private.renumber_rights(p_old oid[], p_new oid[]) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    delete from rowhouse_private.permission p where p.table_oid is not null and p.table_oid <> all (p_old);
    update rowhouse_private.permission p set table_oid = p_new[array_position(p_old, p.table_oid)]
     where p.table_oid is not null;
end $$;
grant execute on function rowhouse_private.renumber_rights(oid[], oid[]) to {{owner}};

set local role {{owner}};

-- The adopted tables and the numbers that they have now. A table's trigger calls the function that was made
-- for it, which has the number of then in its name; of an older form the table is found by its own name.
create function rowhouse_private.numbers_now() returns table (table_oid oid, now_oid oid)
    language sql stable
    as $$ select a.table_oid, coalesce(
                     (select t.tgrelid from pg_trigger t join pg_proc f on f.oid = t.tgfoid
                       where t.tgname = '~rowhouse_trail' and t.tgparentid = 0
                         and f.pronamespace = 'rowhouse_trail'::regnamespace and f.proname = 'row_' || a.table_oid
                       order by t.tgrelid <> a.table_oid limit 1),
                     (select c.oid from pg_class c join pg_namespace n on n.oid = c.relnamespace
                        join pg_policy p on p.polrelid = c.oid and p.polname = 'rowhouse_gate'
                       where n.nspname = a.schema_name and c.relname = a.table_name))
            from rowhouse_private.adopted a $$;

-- Puts the numbers right where a backup was brought back, ends every session and makes new secrets; the
-- names of the tables that have another number. Nothing where all have their own, unless that is wished.
create function rowhouse_private.find_tables(p_wished boolean) returns text[]
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_old oid[];
    v_new oid[];
    v_theirs text;
    v_found text[];
begin
    lock table rowhouse_private.adopted in share row exclusive mode;
    select array_agg(n.table_oid), array_agg(n.now_oid), array_agg(n.now_oid::regclass::text order by n.now_oid::regclass::text)
               filter (where n.now_oid <> n.table_oid),
           string_agg(n.now_oid::regclass::text, ', ') filter (where n.now_oid <> n.table_oid and not exists (
               select from pg_class c where c.oid = n.now_oid and pg_has_role(session_user, c.relowner, 'member')))
      into v_old, v_new, v_found, v_theirs
      from rowhouse_private.numbers_now() n where n.now_oid is not null;
    if v_found is null then
        if p_wished then
            perform rowhouse_private.owner_new_epoch('a backup was brought back');
        end if;
        return '{}';
    elsif v_theirs is not null then
        perform rowhouse_private.bad(format('A backup was brought back; whoever owns %s as well runs this.', v_theirs));
    end if;
    delete from rowhouse_private.presence;
    delete from rowhouse_private.message;
    delete from rowhouse_private.adopted a where a.table_oid <> all (v_old);
    delete from rowhouse_private.receipt r where r.table_oid <> all (v_old);
    delete from rowhouse_private.view v where v.table_oid <> all (v_old);
    update rowhouse_private.receipt r set table_oid = v_new[array_position(v_old, r.table_oid)];
    -- What has a number in its name is made anew by `rowhouse init`, which sees it by the form of it.
    update rowhouse_private.adopted a
       set table_oid = (4294000000 + array_position(v_old, a.table_oid))::oid,
           state = jsonb_set(jsonb_set(a.state, '{undo}', (
               select coalesce(jsonb_agg(regexp_replace(u.line, '^(drop function if exists rowhouse_(trail|private)\.[a-z]+_)\d+\(',
                          '\1' || v_new[array_position(v_old, a.table_oid)] || '(') order by u.n), '[]')
                 from jsonb_array_elements_text(a.state -> 'undo') with ordinality u(line, n))), '{made}', '0');
    update rowhouse_private.view v set table_oid = (4294000000 + array_position(v_old, v.table_oid))::oid;
    update rowhouse_private.adopted a set table_oid = v_new[(a.table_oid::bigint - 4294000000)::integer];
    update rowhouse_private.view v set table_oid = v_new[(v.table_oid::bigint - 4294000000)::integer];
    perform rowhouse_private.renumber_rights(v_old, v_new);
    perform rowhouse_trail.renumber(v_old, v_new);
    perform rowhouse_private.owner_new_epoch('a backup was brought back');
    return v_found;
end $$;

-- Raises where a backup was brought back and the tables were not found again yet.
create function rowhouse_private.check_numbers() returns void
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
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
grant execute on function rowhouse_private.check_numbers() to {{auth}};
