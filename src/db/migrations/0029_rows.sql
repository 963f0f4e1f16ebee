-- Rows that people write to files: who may, and what the trail says of it.
--
-- Whoever may view rows can copy them by hand; what is asked here keeps nobody from that. It lets the owner
-- say for whom files are not meant, and lets the audit say who wrote which rows where they are honest.

set local role {{auth}};

-- Whether the asking person may write rows of a table to a file. A role keeps its people from it by the
-- verb no_export, for the rows that it lets them view: another role that lets them view all of them lets
-- them write them too, one for some rows does not, as a file has what is viewed.
create function rowhouse_private.may_export(p_table oid) returns boolean
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select coalesce(not bool_or(x.kept) or bool_or(not x.kept and x.scope is null), false)
            from (select g.scope, exists (
                         select from rowhouse_private.permission n
                          where n.tenant_id = p.tenant_id and n.role_id = p.role_id and n.verb = 'no_export'
                            and (n.table_oid is null or n.table_oid = p_table)) as kept
                    from rowhouse_private.given(p_table, 'view') g
                    join rowhouse_private.permission p on p.permission_id = g.permission_id) x $$;

-- The name under which the trail knows a table.
create function rowhouse_private.export_name(p_table oid) returns text
    language sql stable security definer set search_path = pg_catalog, pg_temp
    as $$ select format('%s.%s', d.schema_name, d.table_name)
            from rowhouse_private.adopted d where d.table_oid = p_table $$;

-- A text as a note holds it: one line, not too long.
create function rowhouse_private.note_line(p_text text, p_most integer) returns text
    language sql immutable
    as $$ select left(regexp_replace(coalesce(p_text, ''), '[[:cntrl:]]', ' ', 'g'), p_most) $$;

-- Notes that rows are going to be written to a file; called before the first of them is read.
create function rowhouse.export_begun(p_table oid, p_form text, p_what text) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
    v_name text := rowhouse_private.export_name(p_table);
begin
    if v_name is null or not rowhouse.may(p_table, 'view') then
        raise exception using errcode = 'RH403', message = 'You have no right to see this table.';
    elsif not rowhouse_private.may_export(p_table) then
        raise exception using errcode = 'RH403',
            message = format('Your roles do not let you write rows of %s to a file.', v_name);
    end if;
    perform rowhouse_private.note_event(c.tenant_id, 'table export begun', format('%s as %s: %s', v_name,
        rowhouse_private.note_line(p_form, 10), rowhouse_private.note_line(p_what, 1500)));
end $$;

-- Notes how many rows were written, to the end or until it was stopped, as the client says.
create function rowhouse.export_ended(p_table oid, p_form text, p_rows bigint, p_whole boolean) returns void
    language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
    as $$
declare
    c record := rowhouse_private.ctx();
    v_name text := rowhouse_private.export_name(p_table);
begin
    if v_name is null or not rowhouse_private.may_export(p_table) then
        raise exception using errcode = 'RH403', message = 'You have no right to see this table.';
    end if;
    perform rowhouse_private.note_event(c.tenant_id, 'table exported', format('%s as %s: %s%s', v_name,
        rowhouse_private.note_line(p_form, 10),
        case when p_whole then '' else 'stopped, at least ' end,
        case p_rows when 1 then '1 row' else greatest(coalesce(p_rows, 0), 0) || ' rows' end));
end $$;
grant execute on function rowhouse.export_begun(oid, text, text),
    rowhouse.export_ended(oid, text, bigint, boolean) to {{client}};
