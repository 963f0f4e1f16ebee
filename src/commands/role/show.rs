//! What `rowhouse role` writes: the roles, what one of them gives, the presets.

use serde_json::{Value, json};

use super::super::CommandError;
use super::super::owner::{write_json, write_line, write_table};
use crate::db::Client;
use crate::db::roles::{self, PermissionRow, RoleRow};
use crate::domain::role::{PRESETS, Verb, rows_in_words};

/// Lists the roles.
pub async fn list(client: &Client, json: bool) -> Result<(), CommandError> {
    let all = roles::list(client).await.map_err(CommandError::failed)?;
    if json {
        return write_json(&json!(all.iter().map(role_value).collect::<Vec<_>>()));
    }
    let rows: Vec<_> = all
        .iter()
        .map(|role| {
            vec![
                role.name.clone(),
                role.people.join(", "),
                role.abilities.join(", "),
                role.description.clone(),
            ]
        })
        .collect();
    write_table(&["role", "given to", "may also", "what for"], &rows)
}

fn role_value(role: &RoleRow) -> Value {
    json!({
        "name": role.name,
        "description": role.description,
        "built_in": role.built_in,
        "abilities": role.abilities,
        "people": role.people,
    })
}

/// Shows what a role gives.
pub async fn show(client: &Client, name: &str, json: bool) -> Result<(), CommandError> {
    let all = roles::list(client).await.map_err(CommandError::failed)?;
    let Some(role) = all.iter().find(|role| role.name == name) else {
        return Err(CommandError::failed(format!("There is no role {name}.")));
    };
    let given = roles::permissions(client, name)
        .await
        .map_err(CommandError::failed)?;
    if json {
        let mut value = role_value(role);
        value["permissions"] = given.iter().map(permission_value).collect();
        return write_json(&value);
    }
    let kind = if role.built_in { "built in" } else { "" };
    let title = [role.name.as_str(), role.description.as_str(), kind];
    write_line(
        &title
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(" · "),
    )?;
    if !role.abilities.is_empty() {
        write_line(&format!("may also {}", role.abilities.join(", ")))?;
    }
    if !role.people.is_empty() {
        write_line(&format!("given to {}", role.people.join(", ")))?;
    }
    if given.is_empty() {
        return write_line("gives nothing on any table");
    }
    let rows: Vec<_> = given.iter().map(permission_row).collect();
    write_table(&["table", "may", "columns", "rows"], &rows)
}

fn permission_value(one: &PermissionRow) -> Value {
    let scope = one
        .scope
        .as_deref()
        .and_then(|text| serde_json::from_str::<Value>(text).ok());
    json!({
        "table": one.table,
        "verb": one.verb,
        "columns": one.columns,
        "where": scope,
        "held": one.held,
    })
}

fn permission_row(one: &PermissionRow) -> Vec<String> {
    let rows = rows_in_words(one.scope.as_deref());
    vec![
        one.table.clone().unwrap_or_else(|| "all tables".to_owned()),
        match one.verb == Verb::NoExport.word() {
            true => "not write to files".to_owned(),
            false => one.verb.clone(),
        },
        one.columns
            .as_ref()
            .map_or("all".to_owned(), |list| list.join(", ")),
        match one.held {
            true => rows,
            false => format!("{rows} (not held yet: gives nothing)"),
        },
    ]
}

/// Lists the presets.
pub fn presets(json: bool) -> Result<(), CommandError> {
    let words = |verbs: &[Verb]| verbs.iter().map(|verb| verb.word()).collect::<Vec<_>>();
    if json {
        let all = PRESETS.iter().map(|preset| {
            json!({
                "name": preset.name,
                "about": preset.about,
                "everywhere": words(preset.everywhere),
                "on_tables": words(preset.on_tables),
                "abilities": preset.abilities,
            })
        });
        return write_json(&json!(all.collect::<Vec<_>>()));
    }
    let rows: Vec<_> = PRESETS
        .iter()
        .map(|preset| {
            vec![
                preset.name.to_owned(),
                words(preset.everywhere).join(", "),
                words(preset.on_tables).join(", "),
                preset.about.to_owned(),
            ]
        })
        .collect();
    write_table(
        &["preset", "on all tables", "on --tables", "what for"],
        &rows,
    )
}
