//! The function through which a table is written with its owner's rights, where the table's own
//! triggers need rights that our login must not have. Text only, nothing is run here.
//!
//! It knows one table and three verbs. Who may call it with what is decided before, in
//! `rowhouse.record_write`, because the owner is bound by no policy.

use super::facts::TableFacts;
use super::quote::{body, ident, literal};
use super::roles::Roles;
use super::statements::Choice;

/// The statements that make it and give it to the table's owner.
pub fn functions(facts: &TableFacts, roles: &Roles, choice: &Choice) -> Vec<String> {
    let name = name(facts);
    let arguments = "text, text[], bigint, text, text[], text[], text[], text[]";
    let owner = ident(&facts.owner);
    let ours = ident(&roles.owner);
    // Only who may create in a schema can be given a function in it.
    let schema = "create on schema rowhouse_private";
    let lent = facts.owner != roles.owner;
    let mut list = vec![
        format!("set local role {ours}"),
        format!(
            "create or replace function {name}(p_verb text, p_key text[], p_version bigint, p_xmin text, \
             p_columns text[], p_values text[], p_defaults text[], p_returning text[])\n\
             returns table (row_version text, row_xmin text, row_values text[])\n\
             language plpgsql volatile security definer\nset search_path = pg_catalog, pg_temp\nas {}",
            body(&text(facts, choice))
        ),
        format!(
            "comment on function {name}({arguments}) is {}",
            literal(&format!(
                "Writes {} for rowhouse.record_write.",
                facts.quoted
            ))
        ),
    ];
    if lent {
        list.push(format!("grant {schema} to {owner}"));
        list.push("set local role none".to_owned());
        list.push(format!(
            "alter function {name}({arguments}) owner to {owner}"
        ));
        list.push(format!(
            "revoke all on function {name}({arguments}) from public"
        ));
        list.push(format!(
            "grant execute on function {name}({arguments}) to {ours}"
        ));
        list.push(format!("set local role {ours}"));
        list.push(format!("revoke {schema} from {owner}"));
    }
    list.push("set local role none".to_owned());
    list
}

/// The statement that removes it.
pub fn drop(facts: &TableFacts) -> String {
    format!(
        "drop function if exists {}(text, text[], bigint, text, text[], text[], text[], text[])",
        name(facts)
    )
}

fn name(facts: &TableFacts) -> String {
    format!("rowhouse_private.write_{}", facts.oid)
}

fn text(facts: &TableFacts, choice: &Choice) -> String {
    let table = literal(&facts.quoted);
    let keys: Vec<String> = choice
        .key
        .iter()
        .enumerate()
        .map(|(place, column)| {
            format!(
                "format('t.%I = %L', {}, p_key[{}])",
                literal(column),
                place + 1
            )
        })
        .collect();
    let version = match &choice.version {
        Some(column) => format!(
            "\n      v_guard := v_guard || format(' and t.%I is not distinct from %L', {}, p_version);",
            literal(column)
        ),
        None => String::new(),
    };
    let counted = match &choice.version {
        Some(column) => literal(&format!("t.{}::text", ident(column))),
        None => "'null::text'".to_owned(),
    };
    format!(
        "declare
  v_guard text;
  v_names text;
  v_values text;
  v_sets text;
  v_sql text;
begin
  select string_agg(format('%I', x.c), ', '), string_agg(x.v, ', '), string_agg(format('%I = %s', x.c, x.v), ', ')
    into v_names, v_values, v_sets
    from (select u.c, format('%L', u.v) as v from unnest(p_columns, p_values) u(c, v)
          union all select d, 'default' from unnest(p_defaults) d) x;
  if p_verb = 'insert' then
    v_sql := format('insert into %s as t %s', {table}, case when v_names is null then 'default values'
      else format('(%s) values (%s)', v_names, v_values) end);
  else
      v_guard := {} || format(' and t.xmin::text = %L', p_xmin);{version}
    v_sql := case p_verb when 'delete' then format('delete from %s as t where %s', {table}, v_guard)
      else format('update %s as t set %s where %s', {table}, v_sets, v_guard) end;
  end if;
  v_sql := v_sql || format(' returning %s, pg_catalog.pg_current_xact_id()::xid::text, array[%s]::text[]', {counted},
    (select string_agg(format('t.%I::text', r.c), ', ' order by r.n) from unnest(p_returning) with ordinality r(c, n)));
  -- The table's own triggers rely on a path, and the caller's is not to be trusted: the owner's.
  perform set_config('search_path', {}, true);
  return query execute v_sql;
end
",
        keys.join(" || ' and ' || "),
        literal(&format!("{}, pg_temp", choice.search_path)),
    )
}
