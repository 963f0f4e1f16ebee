//! Who may do what with an adopted table: policies, grants, revokes. Text only.

use super::facts::{Column, TableFacts};
use super::quote::{ident, literal, text_array};
use super::roles::Roles;
use super::statements::Choice;

/// Policies of ours on a table.
pub const POLICIES: [&str; 11] = [
    "rowhouse_gate",
    "rowhouse_insert",
    "rowhouse_update",
    "rowhouse_delete",
    "rowhouse_scope_view",
    "rowhouse_scope_insert",
    "rowhouse_scope_update",
    "rowhouse_scope_delete",
    super::tenants::POLICY,
    "rowhouse_open",
    "rowhouse_others",
];

/// The policies: restrictive rules for us, one for each verb, and an open door for others. The rule of a
/// verb is enough by itself: a statement that reads nothing is asked for no other.
pub fn policies(facts: &TableFacts, roles: &Roles, choice: &Choice) -> Vec<String> {
    let table = &facts.quoted;
    let ours = ours(roles);
    let mut list = rules(facts, roles, choice);
    list.push(format!(
        "create policy rowhouse_open on {table} to {ours} using (true) with check (true)"
    ));
    if !facts.row_security {
        list.push(format!(
            "create policy rowhouse_others on {table} to public using (true) with check (true)"
        ));
    }
    list
}

/// The restrictive ones anew, in place of those of before.
pub fn renew(facts: &TableFacts, roles: &Roles, choice: &Choice) -> Vec<String> {
    let kept = ["rowhouse_open", "rowhouse_others"];
    let mut list: Vec<String> = POLICIES
        .iter()
        .filter(|name| !kept.contains(name))
        .map(|name| format!("drop policy if exists {name} on {}", facts.quoted))
        .collect();
    list.extend(rules(facts, roles, choice));
    list
}

fn ours(roles: &Roles) -> String {
    format!("{}, {}", ident(&roles.client), ident(&roles.owner))
}

/// The rules: may a verb be done here at all, and where scopes are in use, with which rows.
fn rules(facts: &TableFacts, roles: &Roles, choice: &Choice) -> Vec<String> {
    let table = &facts.quoted;
    let ours = ours(roles);
    let may = |verb: &str| {
        format!(
            "(select rowhouse.may({}::regclass::oid, '{verb}'))",
            literal(table)
        )
    };
    let rule = |name: &str, verb: &str, test: &str| {
        format!(
            "create policy rowhouse_{name} on {table} as restrictive for {verb} to {ours} {test}"
        )
    };
    let mut list = vec![
        rule("gate", "select", &format!("using ({})", may("view"))),
        rule(
            "insert",
            "insert",
            &format!("with check ({})", may("insert")),
        ),
        rule(
            "update",
            "update",
            &format!("using ({}) with check (true)", may("update")),
        ),
        rule("delete", "delete", &format!("using ({})", may("delete"))),
    ];
    if let Some((seen, own)) = super::tenants::rules(facts, choice) {
        list.push(rule(
            "tenant",
            "all",
            &format!("using ({seen}) with check ({own})"),
        ));
    }
    if choice.limits.scoped.is_empty() {
        return list;
    }
    let view = reach(facts, choice, "view");
    let both = |verb: &str| format!("({}) and ({view})", reach(facts, choice, verb));
    let (insert, update) = (reach(facts, choice, "insert"), both("update"));
    list.extend([
        rule("scope_view", "select", &format!("using ({view})")),
        rule("scope_insert", "insert", &format!("with check ({insert})")),
        // A row that leaves what may be seen or changed is refused, whether it is read back or not.
        rule(
            "scope_update",
            "update",
            &format!("using ({update}) with check ({update})"),
        ),
        rule(
            "scope_delete",
            "delete",
            &format!("using ({})", both("delete")),
        ),
    ]);
    list
}

/// The rows that a verb reaches: all, or those whose columns have values of one scope. Asked once for
/// each statement. Values are compared in the column's type, without its length, which would cut them.
fn reach(facts: &TableFacts, choice: &Choice, verb: &str) -> String {
    let table = literal(&facts.quoted);
    let mut parts = vec![format!(
        "(select rowhouse.whole({table}::regclass::oid, '{verb}'))"
    )];
    for set in choice.limits.sets() {
        let columns: Vec<&Column> = set.iter().filter_map(|name| facts.column(name)).collect();
        if columns.len() != set.len() || columns.is_empty() {
            continue;
        }
        let names: Vec<&str> = columns
            .iter()
            .map(|column| column.quoted.as_str())
            .collect();
        let values: Vec<String> = columns
            .iter()
            .enumerate()
            .map(|(place, column)| format!("a.v[{}]::{}", place + 1, column.base))
            .collect();
        let allowed = format!(
            "select {} from rowhouse.allowed({table}::regclass::oid, '{verb}', {}) a",
            values.join(", "),
            text_array(&set)
        );
        parts.push(match names.as_slice() {
            [name] => format!("{name} = any (array({allowed}))"),
            _ => format!("({}) in ({allowed})", names.join(", ")),
        });
    }
    parts.join(" or ")
}

/// Clears what our roles hold on the table, by table and by column.
pub fn revokes(facts: &TableFacts, roles: &Roles) -> Vec<String> {
    [&roles.client, &roles.owner, &roles.search]
        .into_iter()
        .filter(|role| **role != facts.owner)
        .map(|role| format!("revoke all on {} from {}", facts.quoted, ident(role)))
        .collect()
}

/// Column rights, and nothing on the whole table, for the shared login.
pub fn grants(facts: &TableFacts, roles: &Roles, choice: &Choice) -> Vec<String> {
    let table = &facts.quoted;
    let client = ident(&roles.client);
    let mut all: Vec<String> = facts
        .columns
        .iter()
        .map(|column| column.quoted.clone())
        .collect();
    if let (true, Some(version)) = (choice.adds_column, &choice.version) {
        all.push(ident(version));
    }
    let written: Vec<&str> = facts
        .columns
        .iter()
        .filter(|column| is_written(column, choice))
        .map(|column| column.quoted.as_str())
        .collect();
    let mut list = vec![
        format!(
            "grant usage on schema {} to {client}, {}",
            facts.schema_quoted,
            ident(&roles.owner)
        ),
        format!(
            "grant select ({}, xmin) on {table} to {client}",
            all.join(", ")
        ),
    ];
    if !written.is_empty() {
        let columns = written.join(", ");
        list.push(format!(
            "grant insert ({columns}), update ({columns}) on {table} to {client}"
        ));
    }
    if facts.owner != roles.owner {
        list.push(format!(
            "grant select, delete on {table} to {}",
            ident(&roles.owner)
        ));
    }
    for sequence in &facts.sequences {
        list.push(format!("grant usage on sequence {sequence} to {client}"));
    }
    list.extend(searched(facts, roles));
    list
}

/// What the search may read: the table, bound by none of our policies, and by none of its own, because
/// it serves no table that has such.
pub fn searched(facts: &TableFacts, roles: &Roles) -> [String; 2] {
    let search = ident(&roles.search);
    [
        format!("grant usage on schema {} to {search}", facts.schema_quoted),
        format!("grant select on {} to {search}", facts.quoted),
    ]
}

/// Whether our login may write a column at all: not computed ones, and never the version or the tenant.
fn is_written(column: &Column, choice: &Choice) -> bool {
    !column.generated
        && column.identity != "a"
        && choice.version.as_deref() != Some(column.name.as_str())
        && choice.tenant.as_deref() != Some(column.name.as_str())
}
