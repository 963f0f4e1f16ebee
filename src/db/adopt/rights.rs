//! Who may do what with an adopted table: policies, grants, revokes. Text only.

use super::facts::{Column, TableFacts};
use super::quote::{ident, literal};
use super::roles::Roles;
use super::statements::Choice;

/// Policies of ours on a table.
pub const POLICIES: [&str; 6] = [
    "rowhouse_gate",
    "rowhouse_insert",
    "rowhouse_update",
    "rowhouse_delete",
    "rowhouse_open",
    "rowhouse_others",
];

/// The policies: a restrictive gate and a rule per verb for us, an open door for others.
pub fn policies(facts: &TableFacts, roles: &Roles) -> Vec<String> {
    let table = &facts.quoted;
    let ours = format!("{}, {}", ident(&roles.client), ident(&roles.owner));
    let may = |verb: &str| {
        format!(
            "(select rowhouse.may({}::regclass::oid, '{verb}'))",
            literal(table)
        )
    };
    let mut list = vec![
        format!(
            "create policy rowhouse_gate on {table} as restrictive for all to {ours} \
             using ({}) with check (true)",
            may("view")
        ),
        format!(
            "create policy rowhouse_insert on {table} as restrictive for insert to {ours} with check ({})",
            may("insert")
        ),
        format!(
            "create policy rowhouse_update on {table} as restrictive for update to {ours} \
             using ({}) with check (true)",
            may("update")
        ),
        format!(
            "create policy rowhouse_delete on {table} as restrictive for delete to {ours} using ({})",
            may("delete")
        ),
        format!("create policy rowhouse_open on {table} to {ours} using (true) with check (true)"),
    ];
    if !facts.row_security {
        list.push(format!(
            "create policy rowhouse_others on {table} to public using (true) with check (true)"
        ));
    }
    list
}

/// Clears what our roles hold on the table, by table and by column.
pub fn revokes(facts: &TableFacts, roles: &Roles) -> Vec<String> {
    [&roles.client, &roles.owner]
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
    list
}

/// Whether our login may write a column at all: not computed ones, and never the version.
fn is_written(column: &Column, choice: &Choice) -> bool {
    !column.generated
        && column.identity != "a"
        && choice.version.as_deref() != Some(column.name.as_str())
}
