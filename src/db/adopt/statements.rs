//! The SQL of one adoption and of its undoing. Text only, nothing is run here.

use super::facts::TableFacts;
use super::limits::Limits;
use super::quote::{body, ident, literal, text_array};
use super::rights::{POLICIES, grants, policies, renew, revokes, searched};
use super::roles::Roles;
use super::{tenants, through, trail, triggers};

/// What was decided about one table, beyond what the catalog says.
#[derive(Debug, Clone)]
pub struct Choice {
    /// Columns that name one record.
    pub key: Vec<String>,
    /// The version column, stored name.
    pub version: Option<String>,
    /// Whether that column has to be added.
    pub adds_column: bool,
    /// Whether row security binds the owner too.
    pub force: bool,
    /// Whether it is adopted already.
    pub again: bool,
    /// Whether it is written through a function of its owner.
    pub through: bool,
    /// The path that the table's own triggers rely on.
    pub search_path: String,
    /// Columns that foreign keys with an action follow, besides the key.
    pub followed: Vec<String>,
    /// The column that holds each row's tenant, stored name.
    pub tenant: Option<String>,
    /// Whether all tenants share it.
    pub shared: bool,
    /// What roles limit here.
    pub limits: Limits,
}

impl Choice {
    /// Who is told of a change here.
    fn told(&self) -> trail::Told<'_> {
        match &self.tenant {
            Some(column) => trail::Told::OfRow(column),
            None if self.shared => trail::Told::All,
            None => trail::Told::NoOther,
        }
    }
}

/// The statements that adopt a table, in order.
pub fn adopt(facts: &TableFacts, roles: &Roles, choice: &Choice) -> Vec<String> {
    let mut list = Vec::new();
    if let (true, Some(version)) = (choice.adds_column, &choice.version) {
        list.push(format!(
            "alter table {} add column {} bigint not null default 1",
            facts.quoted,
            ident(version)
        ));
    }
    if choice.again {
        list.extend(refresh(facts, roles, choice));
    } else {
        list.extend(code(facts, roles, choice));
        list.extend(policies(facts, roles, choice));
        list.push(format!(
            "alter table {} enable row level security",
            facts.quoted
        ));
        if choice.force {
            list.push(format!(
                "alter table {} force row level security",
                facts.quoted
            ));
        }
    }
    list.extend(revokes(facts, roles));
    list.extend(grants(facts, roles, choice));
    list
}

/// The statements that bring an adopted table up to date: its functions, triggers, rules, and what the
/// search may read. What else was granted stays as it is.
pub fn refresh(facts: &TableFacts, roles: &Roles, choice: &Choice) -> Vec<String> {
    let mut list = triggers::drop(facts, choice);
    list.extend(code(facts, roles, choice));
    list.extend(renew(facts, roles, choice));
    list.extend(searched(facts, roles));
    list
}

fn code(facts: &TableFacts, roles: &Roles, choice: &Choice) -> Vec<String> {
    let mut list = functions(facts, roles, choice);
    if choice.through {
        list.extend(through::functions(facts, roles, choice));
    }
    list.extend(triggers::create(facts, roles, choice));
    list
}

/// The statements that take an adoption back, in order.
pub fn undo(facts: &TableFacts, roles: &Roles, choice: &Choice) -> Vec<String> {
    let table = &facts.quoted;
    let mut list = triggers::drop(facts, choice);
    for policy in POLICIES
        .iter()
        .filter(|name| **name != "rowhouse_others" || !facts.row_security)
    {
        list.push(format!("drop policy if exists {policy} on {table}"));
    }
    if !facts.row_security {
        list.push(format!("alter table {table} disable row level security"));
    }
    if choice.force && !facts.forced {
        list.push(format!("alter table {table} no force row level security"));
    }
    list.extend(revokes(facts, roles));
    for granted in &facts.our_grants {
        let column = granted
            .column
            .as_ref()
            .map_or(String::new(), |name| format!(" ({name})"));
        let option = if granted.grantable {
            " with grant option"
        } else {
            ""
        };
        list.push(format!(
            "grant {}{column} on {table} to {}{option}",
            granted.right,
            ident(&granted.role)
        ));
    }
    if let (true, Some(version)) = (choice.adds_column, &choice.version) {
        list.push(format!(
            "alter table {table} drop column {}",
            ident(version)
        ));
    }
    list.push(format!(
        "drop function if exists {}()",
        trail::row_function_name(facts)
    ));
    list.push(through::drop(facts));
    list.push(format!(
        "drop function if exists {}()",
        version_function_name(facts)
    ));
    list.push(format!(
        "drop function if exists {}()",
        tenants::function_name(facts.oid)
    ));
    list
}

/// The schema-qualified name of the function that counts versions.
pub fn version_function_name(facts: &TableFacts) -> String {
    format!("rowhouse_private.version_{}", facts.oid)
}

fn functions(facts: &TableFacts, roles: &Roles, choice: &Choice) -> Vec<String> {
    let version = choice.version.as_deref();
    let mut list = vec![
        format!("set local role {}", ident(&roles.trail)),
        trail::row_function(facts, version, &choice.key, choice.told()),
        comment(
            &trail::row_function_name(facts),
            &format!("Records the rows of {}.", facts.quoted),
        ),
    ];
    if let Some(version) = version {
        let name = version_function_name(facts);
        let column = ident(version);
        // One expression, and no path of its own: both cost time with every row that is written.
        let text = format!(
            "begin\n  new.{column} := case when tg_op operator(pg_catalog.=) 'INSERT' then 1 \
             else coalesce(old.{column}, 0) operator(pg_catalog.+) 1 end;\n  return new;\nend\n"
        );
        list.push(format!("set local role {}", ident(&roles.owner)));
        list.push(format!(
            "create or replace function {name}() returns trigger\n\
             language plpgsql\nas {}",
            body(&text)
        ));
        list.push(comment(
            &name,
            &format!("Counts the versions of {}.", facts.quoted),
        ));
    }
    if let Some(function) = tenants::function(facts, choice) {
        list.push(format!("set local role {}", ident(&roles.owner)));
        list.push(function);
        list.push(comment(
            &tenants::function_name(facts.oid),
            &format!("Gives rows of {} their tenant.", facts.quoted),
        ));
    }
    list.push("set local role none".to_owned());
    list
}

fn comment(function: &str, text: &str) -> String {
    format!("comment on function {function}() is {}", literal(text))
}

/// The statements that note how the columns are compared, so that a search need not ask the catalog.
/// They come after the adoption is remembered.
pub fn note_columns(facts: &TableFacts, roles: &Roles) -> [String; 3] {
    [
        format!("set local role {}", ident(&roles.search)),
        format!(
            "select rowhouse_private.note_columns({}::regclass)",
            literal(&facts.quoted)
        ),
        "set local role none".to_owned(),
    ]
}

/// The statement that remembers the adoption; the newest state wins, what to restore stays.
pub fn remember(facts: &TableFacts, choice: &Choice, state: &str) -> String {
    let [version, tenant] = [&choice.version, &choice.tenant]
        .map(|name| name.as_deref().map_or("null".to_owned(), literal));
    let options = if choice.shared {
        r#"{"shared": true}"#
    } else {
        "{}"
    };
    format!(
        "insert into rowhouse_private.adopted \
         (table_oid, schema_name, table_name, key_columns, version_column, tenant_column, state, \
         scoped, limited, across, options)\n\
         values ({}::regclass, {}, {}, {}, {version}, {tenant}, {}::jsonb, {}, {}, {}, '{options}')\n\
         on conflict (table_oid) do update set schema_name = excluded.schema_name, \
         table_name = excluded.table_name, state = excluded.state, scoped = excluded.scoped, \
         limited = excluded.limited, across = excluded.across, \
         options = (rowhouse_private.adopted.options - 'shared') || excluded.options, \
         tenant_column = excluded.tenant_column",
        literal(&facts.quoted),
        literal(&facts.schema),
        literal(&facts.name),
        text_array(&choice.key),
        literal(state),
        text_array(&choice.limits.scoped),
        choice.limits.limited,
        choice.limits.across
    )
}
