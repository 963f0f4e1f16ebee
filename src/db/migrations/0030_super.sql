-- Looking across tenants: who has a role that sees all of them signs in looking at all, reading only, and
-- chooses one to write in. The right is looked up at every statement, so that it ends when it is taken.
--
-- Only roles of the first tenant give it (role.all_tenants), and only the database's owner gives such a
-- role: nobody who manages accounts makes themselves, or somebody else, see more than one tenant.

set local role {{auth}};

update rowhouse_private.role set all_tenants = false where all_tenants and tenant_id <> 1;
alter table rowhouse_private.role add check (not all_tenants or tenant_id = 1);

-- Puts other words in the place of some in a function that is there, and nothing else: a function is
-- written once, and what asks it changes here. Raises where the words are not there exactly so often.
create function rowhouse_private.reworded(p_function text, p_from text, p_to text, p_times integer) returns void
    language plpgsql
    as $$
declare
    v_text text := pg_get_functiondef(p_function::regprocedure);
    v_found integer := (length(v_text) - length(replace(v_text, p_from, ''))) / length(p_from);
begin
    if v_found <> p_times then
        raise exception '% holds "%" % times', p_function, p_from, v_found;
    end if;
    execute replace(v_text, p_from, p_to);
end $$;
grant execute on function rowhouse_private.reworded(text, text, text, integer) to {{owner}};

-- Says why a session is not let through, as before: always raises.
create or replace function rowhouse_private.refuse_session(p_hash bytea) returns void
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_now timestamptz := rowhouse_private.now();
    s record;
begin
    select x.*, a.deactivated_at, rowhouse_private.closed_text(t.tenant_id) as closed
      into s
      from rowhouse_private.session x
      join rowhouse_private.account a using (account_id)
      left join rowhouse_private.tenant t on t.tenant_id = x.tenant_id
     where x.token_hash = p_hash;
    if not found then
        raise exception using errcode = 'RH401', message = 'Nobody is signed in here.', detail = 'unknown';
    elsif s.ended_at is not null then
        raise exception using errcode = 'RH401', message = 'This session was ended.',
            detail = 'ended', hint = coalesce(s.end_reason, '');
    elsif s.deactivated_at is not null then
        raise exception using errcode = 'RH401', message = 'This session was ended.',
            detail = 'ended', hint = 'the account was deactivated';
    elsif v_now >= s.expires_at then
        raise exception using errcode = 'RH401', message = 'This session has reached its longest time.',
            detail = 'expired';
    elsif v_now >= rowhouse_private.live_until(s.expires_at, s.last_seen_at, s.last_active_at,
                                               s.idle_limit, v_now) then
        raise exception using errcode = 'RH401', message = 'This session was idle for too long.',
            detail = 'idle';
    elsif s.across and not rowhouse_private.is_super(s.account_id) then
        raise exception using errcode = 'RH401', message = 'This session was ended.',
            detail = 'ended', hint = 'the right to see all tenants was taken from the account';
    elsif s.closed is not null then
        raise exception using errcode = 'RH403', detail = 'tenant', message = s.closed;
    elsif s.restricted then
        raise exception using errcode = 'RH403', detail = 'restricted',
            message = 'This session may only choose a password.';
    elsif s.tenant_id is null and s.across then
        raise exception using errcode = 'RH403', detail = 'all tenants',
            message = 'You look across all tenants; choose one tenant first.';
    elsif s.tenant_id is null then
        raise exception using errcode = 'RH403', detail = 'tenant',
            message = 'This account belongs to no tenant, so there are no records for it; a manager can give it one.';
    end if;
    raise exception using errcode = 'RH401', message = 'Nobody is signed in here.', detail = 'unknown';
end $$;

-- Who asks and acts in one tenant, or an error: the session behind the token of this transaction.
create or replace function rowhouse_private.ctx(out session_id bigint, out account_id bigint, out tenant_id bigint,
        out username text, out display_name text, out station text)
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    set random_page_cost = 0.1
    as $$
declare
    v_hash bytea := rowhouse_private.token_hash(current_setting('rowhouse.session', true));
begin
    if rowhouse_private.is_late() then
        raise exception using errcode = 'RH422', message = 'Write in READ COMMITTED.';
    end if;
    select s.session_id, s.account_id, s.tenant_id,
           (select n.username from rowhouse_private.account n where n.account_id = s.account_id),
           (select n.display_name from rowhouse_private.account n where n.account_id = s.account_id),
           coalesce(s.client ->> 'host', s.address)
      into session_id, account_id, tenant_id, username, display_name, station
      from rowhouse_private.session s
     where s.token_hash = v_hash and s.ended_at is null and not s.restricted and s.tenant_id is not null
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

-- Who asks, also who looks across all tenants: their tenant is null then. `home` is the tenant whose roles
-- the account has. For what only reads: whatever else asks rowhouse_private.ctx.
create function rowhouse_private.viewer(out session_id bigint, out account_id bigint, out tenant_id bigint,
        out home bigint, out across boolean, out username text, out display_name text, out station text)
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    set random_page_cost = 0.1
    as $$
declare
    v_hash bytea := rowhouse_private.token_hash(current_setting('rowhouse.session', true));
begin
    if rowhouse_private.is_late() then
        raise exception using errcode = 'RH422', message = 'Write in READ COMMITTED.';
    end if;
    select s.session_id, s.account_id, s.tenant_id, case when s.across then 1 else s.tenant_id end, s.across,
           (select n.username from rowhouse_private.account n where n.account_id = s.account_id),
           (select n.display_name from rowhouse_private.account n where n.account_id = s.account_id),
           coalesce(s.client ->> 'host', s.address)
      into session_id, account_id, tenant_id, home, across, username, display_name, station
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
end $$;
grant execute on function rowhouse_private.viewer() to {{owner}}, {{trail}}, {{search}};

-- Who asks and acts in one tenant, or nulls where nobody does: other programs write too.
create or replace function rowhouse_private.who(out session_id bigint, out account_id bigint, out tenant_id bigint,
        out username text, out station text)
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    set random_page_cost = 0.1
    as $$
declare
    v_hash bytea := rowhouse_private.token_hash(current_setting('rowhouse.session', true));
begin
    if v_hash is null then
        return;
    end if;
    select s.session_id, s.account_id, s.tenant_id,
           (select n.username from rowhouse_private.account n where n.account_id = s.account_id),
           coalesce(s.client ->> 'host', s.address)
      into session_id, account_id, tenant_id, username, station
      from rowhouse_private.session s
     where s.token_hash = v_hash and s.ended_at is null and not s.restricted and s.tenant_id is not null
       and (not s.across or rowhouse_private.is_super(s.account_id))
       and (select a.deactivated_at is null from rowhouse_private.account a where a.account_id = s.account_id)
       and rowhouse_private.now() < least(
               (select case when t.active then coalesce(t.valid_until, 'infinity') else '-infinity' end
                  from rowhouse_private.tenant t where t.tenant_id = s.tenant_id),
               rowhouse_private.live_until(s.expires_at, s.last_seen_at, s.last_active_at, s.idle_limit,
                                           rowhouse_private.now()));
end $$;

-- Whether the asking person has an ability; nobody has one while looking across all tenants.
create or replace function rowhouse_private.able(p_ability text) returns boolean
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.viewer();
begin
    return c.tenant_id is not null
       and exists (select from rowhouse_private.account_role ar
                     join rowhouse_private.role r using (tenant_id, role_id)
                    where ar.tenant_id = c.home and ar.account_id = c.account_id
                      and case p_ability when 'see sessions' then r.may_see_sessions
                                         when 'end sessions' then r.may_end_sessions
                                         when 'manage accounts' then r.may_manage_accounts
                                         when 'see audit' then r.may_see_audit
                                         else p_ability = any (r.abilities) end);
end $$;

-- Raises unless the asking person has an ability, and acts in a tenant.
create or replace function rowhouse_private.need(p_ability text) returns void
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    perform rowhouse_private.ctx();
    if not rowhouse_private.able(p_ability) then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = format('Your roles do not let you %s.', p_ability);
    end if;
end $$;

-- The permissions of the asking person for a verb on a table that count; raises when nobody is signed in.
create or replace function rowhouse_private.given(p_table oid, p_verb text)
    returns table (permission_id bigint, columns text[], scope jsonb)
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    set random_page_cost = 0.1
    as $$
#variable_conflict use_column
declare
    c record := rowhouse_private.viewer();
begin
    return query
        select p.permission_id, p.columns, p.scope
          from rowhouse_private.account_role r
          join rowhouse_private.permission p on p.tenant_id = r.tenant_id and p.role_id = r.role_id
         where r.tenant_id = c.home and r.account_id = c.account_id
           and p.verb = p_verb and (p.table_oid is null or p.table_oid = p_table)
           and (p.scope is null and p.columns is null
                or rowhouse_private.holds(p_table, p.verb, p.columns, p.scope))
           and case when c.tenant_id = 1 then true
                    when c.tenant_id is null then p_verb = 'view'
                    else rowhouse_private.open_to_tenants(p_table) end;
end $$;

-- The adopted tables and what I may do with each, as before; across all tenants that is viewing.
create or replace function rowhouse.my_tables() returns table (table_oid oid, can_view boolean,
        can_insert boolean, can_update boolean, can_delete boolean, version_column text,
        insert_columns text[], update_columns text[], scopes jsonb)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$
    with mine as materialized (
        select d.table_oid, p.verb, p.columns, p.scope
          from rowhouse_private.viewer() c
         cross join rowhouse_private.adopted d
          join pg_class k on k.oid = d.table_oid
          join rowhouse_private.account_role ar on ar.tenant_id = c.home and ar.account_id = c.account_id
          join rowhouse_private.permission p
            on p.tenant_id = ar.tenant_id and p.role_id = ar.role_id
           and (p.table_oid is null or p.table_oid = d.table_oid)
         where (p.scope is null and p.columns is null
                or rowhouse_private.holds(d.table_oid, p.verb, p.columns, p.scope))
           and case when c.tenant_id = 1 then true
                    when c.tenant_id is null then p.verb = 'view'
                    else rowhouse_private.open_to_tenants(d.table_oid) end
    ), verbs as (
        select m.table_oid, bool_or(m.verb = 'view') as v, bool_or(m.verb = 'insert') as i,
               bool_or(m.verb = 'update') as u, bool_or(m.verb = 'delete') as d
          from mine m group by m.table_oid
    )
    select g.table_oid, g.v, g.i, g.u and g.v, g.d and g.v, d.version_column,
           (select array_agg(distinct x order by x) filter (where x is not null)
              from mine m left join unnest(m.columns) x on true
             where m.table_oid = g.table_oid and m.verb = 'insert'
            having not bool_or(m.columns is null)),
           (select array_agg(distinct x order by x) filter (where x is not null)
              from mine m left join unnest(m.columns) x on true
             where m.table_oid = g.table_oid and m.verb = 'update'
            having not bool_or(m.columns is null)),
           (select jsonb_object_agg(z.verb, z.scopes)
              from (select m.verb, jsonb_agg(distinct m.scope) as scopes
                      from mine m where m.table_oid = g.table_oid
                     group by m.verb having bool_and(m.scope is not null)) z)
      from verbs g
      join rowhouse_private.adopted d on d.table_oid = g.table_oid
     where g.v or g.i or g.u or g.d $$;

-- Who I am and what I may do; who may choose among tenants has no tenant until one is chosen, and nothing
-- beyond viewing.
drop function rowhouse.me();
create function rowhouse.me(out session_id bigint, out account_id bigint, out username text,
        out display_name text, out roles text[], out tenant_id bigint, out tenant_name text,
        out may_see_sessions boolean, out may_end_sessions boolean, out may_manage_accounts boolean,
        out may_see_audit boolean, out idle_limit_s integer, out expires_at timestamptz,
        out may_choose_tenant boolean)
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select c.session_id, c.account_id, c.username, c.display_name, g.roles, c.tenant_id, t.name,
                 g.see and c.tenant_id is not null, g.finish and c.tenant_id is not null,
                 g.manage and c.tenant_id is not null, g.audit and c.tenant_id is not null,
                 extract(epoch from s.idle_limit)::integer, s.expires_at, c.across
            from rowhouse_private.viewer() c
            join rowhouse_private.session s on s.session_id = c.session_id
            left join rowhouse_private.tenant t on t.tenant_id = c.tenant_id
            cross join lateral (
                 select coalesce(array_agg(r.name order by r.name), '{}') as roles,
                        coalesce(bool_or(r.may_see_sessions), false) as see,
                        coalesce(bool_or(r.may_end_sessions), false) as finish,
                        coalesce(bool_or(r.may_manage_accounts), false) as manage,
                        coalesce(bool_or(r.may_see_audit), false) as audit
                   from rowhouse_private.account_role ar
                   join rowhouse_private.role r using (tenant_id, role_id)
                  where ar.tenant_id = c.home and ar.account_id = c.account_id) g $$;
revoke all on function rowhouse.me() from public;
grant execute on function rowhouse.me() to {{client}};

-- ---------------------------------------------------------------- whose rows

-- The value of the asking person's tenant, null across all of them; raises when nobody is signed in. For
-- policies, which call it once per statement.
create or replace function rowhouse.tenant_value() returns text
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.viewer();
begin
    return (select t.value from rowhouse_private.tenant t where t.tenant_id = c.tenant_id);
end $$;

-- Whether the asking person looks across all tenants.
create function rowhouse.looks_across() returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select c.tenant_id is null from rowhouse_private.viewer() c $$;
grant execute on function rowhouse.looks_across() to {{client}};

-- The values of the tenants whose rows the asking person views: their own, or all. For policies, where
-- somebody may look across.
create function rowhouse.tenant_values() returns text[]
    language plpgsql stable parallel safe security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.viewer();
begin
    return array(select t.value from rowhouse_private.tenant t
                  where t.value is not null and (c.tenant_id is null or t.tenant_id = c.tenant_id));
end $$;
grant execute on function rowhouse.tenant_values() to {{client}}, {{owner}}, {{search}};

-- What a table's rows must be like to be the asking person's tenants', in the form of a scope; null
-- where rows are not split.
create or replace function rowhouse_private.tenant_scope(p_table oid) returns jsonb
    language sql stable
    as $$ select jsonb_build_object(a.tenant_column, to_jsonb(rowhouse.tenant_values()))
            from rowhouse_private.adopted a
           where a.table_oid = p_table and a.tenant_column is not null $$;

-- Whether any role lets people look across tenants; the policies of tables are written for it.
create function rowhouse_private.some_look_across() returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select exists (select from rowhouse_private.role r where r.tenant_id = 1 and r.all_tenants) $$;
grant execute on function rowhouse_private.some_look_across() to {{owner}};

-- ---------------------------------------------------------------- choosing

-- The tenants that the asking person may choose from, with why one is closed.
create function rowhouse.tenants() returns table (name text, value text, closed text, chosen boolean)
    language plpgsql stable security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.viewer();
begin
    if not c.across then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'Your roles do not let you choose among tenants.';
    end if;
    return query select t.name, t.value, rowhouse_private.closed_text(t.tenant_id),
                        t.tenant_id is not distinct from c.tenant_id
                   from rowhouse_private.tenant t order by t.name;
end $$;

-- Notes in every tenant that somebody looks across them all.
create function rowhouse_private.note_across(p_account bigint, p_username text, p_session bigint) returns void
    language plpgsql volatile
    as $$
begin
    perform rowhouse_trail.note(t.tenant_id, p_account, p_username, p_session, null, 'all tenants',
        'looks across all tenants, reading only')
       from rowhouse_private.tenant t order by t.tenant_id;
end $$;

-- Acts in one tenant from now on, or looks across all of them again (null). Both sides read of it.
create function rowhouse.choose_tenant(p_name text) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.viewer();
    v_tenant bigint;
    v_closed text;
begin
    if not c.across then
        raise exception using errcode = 'RH403', detail = 'permission',
            message = 'Your roles do not let you choose among tenants.';
    end if;
    if p_name is not null then
        v_tenant := rowhouse_private.tenant_named(p_name);
        v_closed := rowhouse_private.closed_text(v_tenant);
        if v_closed is not null then
            raise exception using errcode = 'RH403', detail = 'tenant', message = v_closed;
        end if;
    end if;
    if v_tenant is not distinct from c.tenant_id then
        return;
    end if;
    delete from rowhouse_private.presence x where x.tenant_id = c.tenant_id and x.session_id = c.session_id;
    delete from rowhouse_private.message m where m.tenant_id = c.tenant_id and m.to_session = c.session_id;
    update rowhouse_private.session s set tenant_id = v_tenant where s.session_id = c.session_id;
    if v_tenant is null then
        perform rowhouse_private.note_across(c.account_id, c.username, c.session_id);
        return;
    end if;
    -- The tenant reads of it, the one that was left, and the first one, where the account is.
    perform rowhouse_trail.note(t, c.account_id, c.username, c.session_id, c.station, 'tenant chosen', 'acts in ' || p_name)
       from unnest(array[1, v_tenant]) t group by t order by t;
    if c.tenant_id > 1 then
        perform rowhouse_trail.note(c.tenant_id, c.account_id, c.username, c.session_id, c.station,
            'tenant left', 'acts in another tenant');
    end if;
end $$;
grant execute on function rowhouse.tenants(), rowhouse.choose_tenant(text) to {{client}};

-- Opens a session; of who may look across tenants, where there are some, across all of them.
create or replace function rowhouse_private.open_session(p_account bigint, p_tenant bigint, p_restricted boolean,
        p_client_json text, p_now timestamptz, out token text, out session_id bigint)
    language plpgsql volatile
    as $$
declare
    l rowhouse_private.policy;
    v_client jsonb := coalesce(nullif(p_client_json, ''), '{}')::jsonb;
    v_across boolean := rowhouse_private.is_super(p_account)
        and (select count(*) > 1 from rowhouse_private.tenant);
begin
    perform rowhouse_private.check_numbers();
    select * into l from rowhouse_private.policy where tenant_id = coalesce(p_tenant, 1);
    token := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
    insert into rowhouse_private.session as s (tenant_id, across, account_id, token_hash, restricted, started_at,
            proved_at, last_seen_at, last_active_at, idle_limit, expires_at, address, client)
        values (case when not v_across then p_tenant end, v_across, p_account, rowhouse_private.token_hash(token),
            p_restricted, p_now, p_now, p_now, p_now, l.idle_limit, p_now + l.absolute_limit,
            host(inet_client_addr()),
            jsonb_strip_nulls(jsonb_build_object(
                'host', left(v_client ->> 'host', 100), 'tty', left(v_client ->> 'tty', 100),
                'version', left(v_client ->> 'version', 50), 'pid', left(v_client ->> 'pid', 20))))
        returning s.session_id into session_id;
    update rowhouse_private.account set last_sign_in_at = p_now where account_id = p_account;
    if v_across then
        perform rowhouse_private.note_across(p_account,
            (select a.username from rowhouse_private.account a where a.account_id = p_account), session_id);
    end if;
end $$;

-- ---------------------------------------------------------------- who gives it

-- Whether an account has everything that these roles give: nobody gives away more than they have, and
-- nobody but the database's owner what sees all tenants.
create or replace function rowhouse_private.covers(p_tenant bigint, p_account bigint, p_roles bigint[]) returns boolean
    language sql stable
    as $$
    with own as (select r.* from rowhouse_private.account_role ar
                   join rowhouse_private.role r using (tenant_id, role_id)
                  where ar.account_id = p_account),
    wanted as (select r.* from rowhouse_private.role r
                where r.tenant_id = p_tenant and r.role_id = any (p_roles))
    select not exists (
        select from wanted w where w.all_tenants or w.role_id not in (select o.role_id from own o) and (
            w.may_see_sessions and not exists (select from own o where o.may_see_sessions)
            or w.may_end_sessions and not exists (select from own o where o.may_end_sessions)
            or w.may_manage_accounts and not exists (select from own o where o.may_manage_accounts)
            or w.may_see_audit and not exists (select from own o where o.may_see_audit)
            or exists (select from unnest(w.abilities) a
                        where not exists (select from own o where a = any (o.abilities)))
            or exists (select from rowhouse_private.permission p
                        where p.tenant_id = p_tenant and p.role_id = w.role_id
                          and not exists (select from own o
                                            join rowhouse_private.permission q
                                              on q.tenant_id = o.tenant_id and q.role_id = o.role_id
                                           where q.verb = p.verb and q.columns is null and q.scope is null
                                             and (q.table_oid is null or q.table_oid = p.table_oid))))) $$;

-- ---------------------------------------------------------------- functions as before, with another asker

-- What reads, or keeps the session alive, may be asked while looking across all tenants.
select rowhouse_private.reworded(f, 'rowhouse_private.ctx()', 'rowhouse_private.viewer()', 1)
  from unnest(array['rowhouse.seal()', 'rowhouse.prove(text, text, bytea)']) f;
-- Managers of the first tenant see who looks across, and roles are those of the account.
select rowhouse_private.reworded('rowhouse_private.list_sessions(bigint, bigint)', '(p_tenant is null or s.tenant_id = p_tenant)',
    '(p_tenant is null or s.tenant_id = p_tenant or s.tenant_id is null and s.across and p_tenant = 1)', 1);
select rowhouse_private.reworded('rowhouse_private.list_sessions(bigint, bigint)',
    'ar.tenant_id = e.tenant_id and ar.account_id', 'ar.account_id', 1);
select rowhouse_private.reworded('rowhouse_private.end_session_as(bigint, text, bigint, bigint, text)',
    '(p_tenant is null or s.tenant_id = p_tenant)',
    '(p_tenant is null or s.tenant_id = p_tenant or s.tenant_id is null and s.across and p_tenant = 1)', 1);

set local role {{owner}};

select rowhouse_private.reworded(f, 'rowhouse_private.ctx()', 'rowhouse_private.viewer()', 1)
  from unnest(array['rowhouse.hard_locks(oid)', 'rowhouse.writes_through(oid)', 'rowhouse.presence(oid)',
      'rowhouse.claimed(oid)', 'rowhouse.messages()', 'rowhouse.touch(boolean, text, text, bigint[])',
      'rowhouse.feed(text, integer)']) f;
-- Nobody is seen at a record while looking across.
select rowhouse_private.reworded('rowhouse.touch(boolean, text, text, bigint[])', 'if v_wanted = ''[]'' then',
    'if v_wanted = ''[]'' or c.tenant_id is null then', 1);

-- The feed across all tenants: which tables are to be read again.
create function rowhouse_private.feed_across(p_cursor text, p_before pg_snapshot, p_tables oid[])
    returns table (cursor text, table_oid oid, verb text)
    language sql stable
    as $$ select p_cursor, null::oid, null::text
          union all
          select p_cursor, f.table_oid, 'truncate'
            from (select distinct e.table_oid
                    from rowhouse_private.tenant t
                   cross join lateral (
                         select x.table_oid from rowhouse_trail.entry x
                          where x.tenant_id = t.tenant_id and x.xact >= pg_snapshot_xmin(p_before)
                            and not pg_visible_in_snapshot(x.xact, p_before) and x.kind = 'record'
                            and x.table_oid = any (p_tables)) e) f $$;
select rowhouse_private.reworded('rowhouse.feed(text, integer)', 'v_tables := rowhouse_private.viewable();',
    'v_tables := rowhouse_private.viewable();
    if c.tenant_id is null then
        return query select f.cursor, f.table_oid, null::text[], f.verb, null::text, null::text,
                            null::timestamptz, null::bigint, false
                       from rowhouse_private.feed_across(v_cursor, v_before, v_tables) f;
        return;
    end if;', 1);

-- Refuses the shared login a row of another tenant, as before; who looks across all is told to choose one.
create or replace function rowhouse_private.refuse_tenant(p_table oid) returns void
    language plpgsql stable set search_path = pg_catalog, pg_temp
    as $$
begin
    perform rowhouse_private.ctx();
    raise exception using errcode = 'RH403', detail = 'permission',
        message = case when rowhouse.tenant_value() is null
            then format('Your tenant has no value for its rows in %s yet; the database''s owner gives it one.',
                        rowhouse_private.table_text(p_table))
            else format('This would reach rows of %s that are not your tenant''s.', rowhouse_private.table_text(p_table)) end;
end $$;

-- Whether the policies of a table are written for people who look across tenants.
alter table rowhouse_private.adopted add column across boolean not null default false;

set local role {{auth}};
drop function rowhouse_private.reworded(text, text, text, integer);

-- ---------------------------------------------------------------- tables that tenants share

set local role {{auth}};

-- Whether others than tenant 1 get at a table at all: where its rows are split among the tenants, or the
-- owner shares it with all of them. All rows of the rest are tenant 1's.
create or replace function rowhouse_private.open_to_tenants(p_table oid) returns boolean
    language sql stable parallel safe
    as $$ select exists (select from rowhouse_private.adopted a
                          where a.table_oid = p_table
                            and (a.tenant_column is not null or (a.options ->> 'shared')::boolean)) $$;

set local role {{trail}};

-- Tells the other tenants of a change in a table that they share: each reads its own trail. Who it was is
-- told as somebody of their tenant.
create function rowhouse_trail.tell_others(p_table oid, p_key text[], p_verb text, p_version bigint,
        p_columns text[], p_old jsonb, p_new jsonb, p_new_key text[]) returns void
    language sql volatile
    as $$ insert into rowhouse_trail.entry (tenant_id, table_oid, table_name, record_key, verb, version, columns,
                  old_values, new_values, username, station, new_key)
          select t.tenant_id, p_table, p_table::regclass::text, p_key, p_verb, p_version, p_columns, p_old, p_new,
                 case when w.account_id is not null then 'somebody of ' || h.name end, '', p_new_key
            from rowhouse_private.author() w
            join rowhouse_private.tenant h on h.tenant_id = coalesce(w.tenant_id, 1)
            join rowhouse_private.tenant t on t.tenant_id <> h.tenant_id
           order by t.tenant_id $$;

-- The same as rowhouse_trail.write for a table that tenants share.
create function rowhouse_trail.write_shared(p_table oid, p_key text[], p_verb text, p_version bigint,
        p_columns text[], p_old jsonb, p_new jsonb, p_new_key text[]) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
begin
    perform rowhouse_trail.write(p_table, p_key, p_verb, p_version, p_columns, p_old, p_new, p_new_key);
    perform rowhouse_trail.tell_others(p_table, p_key, p_verb, p_version, p_columns, p_old, p_new, p_new_key);
end $$;
grant execute on function rowhouse_trail.write_shared(oid, text[], text, bigint, text[], jsonb, jsonb, text[])
    to {{owner}};

-- As before; that a shared table was emptied is told to every tenant.
create or replace function rowhouse_trail.record_truncate() returns trigger
    language plpgsql security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    v_root constant oid := coalesce(pg_partition_root(tg_relid)::oid, tg_relid);
    v_mark constant text := v_root || ':' || txid_current();
    v_value text;
begin
    if current_setting('rowhouse.truncated', true) is distinct from v_mark then
        perform set_config('rowhouse.truncated', v_mark, true);
        perform rowhouse_trail.record(v_root, null, 'truncate', null, null, null, null);
        if exists (select from rowhouse_private.adopted a
                    where a.table_oid = v_root and (a.options ->> 'shared')::boolean) then
            perform rowhouse_trail.tell_others(v_root, null, 'truncate', null, null, null, null, null);
        end if;
        for v_value in select t.value from rowhouse_private.tenant t
                        where t.tenant_id <> 1 and t.value is not null and exists (
                              select from rowhouse_private.adopted a
                               where a.table_oid = v_root and a.tenant_column is not null) loop
            perform rowhouse_trail.write_of(v_value, v_root, null, 'truncate', null, null, null, null, null);
        end loop;
    end if;
    return null;
end $$;
