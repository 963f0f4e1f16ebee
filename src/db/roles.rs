//! What the owner of the database does with roles: reads them, makes them, and says what each gives.
//! Names and values are read as the tables read them. For the command line.

use tokio_postgres::Client;

use super::adopt::facts;
use super::owner::{OwnerError, as_owner};
use crate::domain::role::{Grant, Verb};

/// One role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleRow {
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// Whether it stays as it is.
    pub built_in: bool,
    /// What it gives beyond tables, in words.
    pub abilities: Vec<String>,
    /// Names of the accounts that have it.
    pub people: Vec<String>,
}

/// One thing that a role gives.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PermissionRow {
    /// The table; none for all.
    pub table: Option<String>,
    /// The verb, as the database names it.
    pub verb: String,
    /// Only these columns.
    pub columns: Option<Vec<String>>,
    /// Only rows whose columns have one of these values, as JSON.
    pub scope: Option<String>,
    /// Whether the table holds people to it; until then it gives nothing.
    pub held: bool,
}

/// What is to become of a role; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct RoleChange<'a> {
    /// Its name now.
    pub name: &'a str,
    /// Whether it is to be made.
    pub new: bool,
    /// Its name from now on.
    pub rename: Option<&'a str>,
    /// What it is for.
    pub description: Option<&'a str>,
    /// Abilities that it gets.
    pub may: &'a [String],
    /// Abilities that are taken from it.
    pub may_not: &'a [String],
    /// Verbs that are taken from it, and where (none: on all tables).
    pub taken: &'a [(Option<Verb>, Option<String>)],
    /// Verbs that it gets.
    pub given: &'a [Grant],
    /// The rows for which it gets them: columns and their values.
    pub rows: &'a [(String, Vec<String>)],
    /// Whether what it gets stands beside what it had for the same verb and table.
    pub beside: bool,
}

/// Lists the roles.
///
/// # Errors
/// When the layer is missing or we are not its owner.
pub async fn list(client: &Client) -> Result<Vec<RoleRow>, OwnerError> {
    as_owner(client, async || read_roles(client).await).await
}

async fn read_roles(client: &Client) -> Result<Vec<RoleRow>, OwnerError> {
    let list = "select name, description, built_in, abilities, people
                  from rowhouse_private.owner_role_list()";
    let rows = client.query(list, &[]).await?;
    let roles = rows.iter().map(|row| RoleRow {
        name: row.get(0),
        description: row.get(1),
        built_in: row.get(2),
        abilities: row.get(3),
        people: row.get(4),
    });
    Ok(roles.collect())
}

/// Says what a role gives.
///
/// # Errors
/// When there is no such role, or we are not the owner.
pub async fn permissions(client: &Client, name: &str) -> Result<Vec<PermissionRow>, OwnerError> {
    as_owner(client, async || {
        let matrix = "select table_name, verb, columns, scope, held
                        from rowhouse_private.owner_role_matrix($1)";
        let rows = client.query(matrix, &[&name]).await?;
        let permissions = rows.iter().map(|row| PermissionRow {
            table: row.get(0),
            verb: row.get(1),
            columns: row.get(2),
            scope: row.get(3),
            held: row.get(4),
        });
        Ok(permissions.collect())
    })
    .await
}

/// Makes or changes a role in every tenant, all of it or nothing. What limits rows or columns gives nothing until
/// [`super::adopt::refresh()`] has had the tables hold people to it.
///
/// # Errors
/// When a table, column, value or role is not there, when it would leave nobody to manage accounts, or
/// when we are not the owner.
pub async fn change(client: &Client, change: &RoleChange<'_>) -> Result<(), OwnerError> {
    as_owner(client, async || {
        put(client, change).await?;
        for (verb, table) in change.taken {
            take(client, change.name, *verb, table.as_deref()).await?;
        }
        // What is given twice in one change stands beside itself, not in its own place.
        let mut seen: Vec<(Verb, Option<u32>)> = Vec::new();
        for grant in change.given {
            let table = resolve(client, grant.table.as_deref()).await?;
            let beside = change.beside || seen.contains(&(grant.verb, table));
            seen.push((grant.verb, table));
            give(client, change, grant, table, beside).await?;
        }
        if let Some(name) = change.rename {
            let rename = "select rowhouse_private.owner_role_put($1, false, $2, null, null)";
            client.execute(rename, &[&change.name, &name]).await?;
        }
        Ok(())
    })
    .await
}

/// Removes a role that nobody has, in every tenant.
///
/// # Errors
/// When somebody has it, when it is built in, or when we are not the owner.
pub async fn remove(client: &Client, name: &str) -> Result<(), OwnerError> {
    as_owner(client, async || {
        let remove = "select rowhouse_private.owner_role_remove($1)";
        client.execute(remove, &[&name]).await?;
        Ok(())
    })
    .await
}

async fn put(client: &Client, change: &RoleChange<'_>) -> Result<(), OwnerError> {
    // What it may do is read once nobody else changes it any more.
    client
        .execute("select rowhouse_private.begin_roles()", &[])
        .await?;
    let before = match change.new {
        true => Vec::new(),
        false => {
            let roles = read_roles(client).await?;
            let role = roles.into_iter().find(|role| role.name == change.name);
            role.map(|role| role.abilities).unwrap_or_default()
        }
    };
    let abilities = (!change.may.is_empty() || !change.may_not.is_empty()).then(|| {
        let all = before.iter().chain(change.may);
        all.filter(|ability| !change.may_not.contains(ability))
            .cloned()
            .collect::<Vec<String>>()
    });
    let put = "select rowhouse_private.owner_role_put($1, $2, null, $3, $4)";
    client
        .execute(
            put,
            &[&change.name, &change.new, &change.description, &abilities],
        )
        .await?;
    Ok(())
}

async fn take(
    client: &Client,
    name: &str,
    verb: Option<Verb>,
    table: Option<&str>,
) -> Result<(), OwnerError> {
    let oid = resolve(client, table).await?;
    let row = client
        .query_one(
            "select rowhouse_private.owner_role_take($1, $2, $3)",
            &[&name, &oid, &verb.map(Verb::word)],
        )
        .await?;
    match row.get::<_, i64>(0) {
        0 => Err(OwnerError::Refused(format!(
            "{name} was not given {} on {}",
            verb.map_or("anything", Verb::word),
            table.unwrap_or("all tables")
        ))),
        _ => Ok(()),
    }
}

async fn resolve(client: &Client, table: Option<&str>) -> Result<Option<u32>, OwnerError> {
    match table {
        None => Ok(None),
        Some(name) => facts::resolve(client, name)
            .await
            .map(Some)
            .map_err(|error| OwnerError::Refused(error.to_string())),
    }
}

async fn give(
    client: &Client,
    change: &RoleChange<'_>,
    grant: &Grant,
    table: Option<u32>,
    beside: bool,
) -> Result<(), OwnerError> {
    if let (Some(oid), Some(columns)) = (table, &grant.columns) {
        for column in columns {
            type_of(client, oid, grant, column).await?;
        }
    }
    if grant.columns.is_some() && table.is_none() {
        return Err(OwnerError::Refused(
            "columns are named for one table, not for all".into(),
        ));
    }
    let mut scope = serde_json::Map::new();
    for (column, values) in change.rows {
        let values = match table {
            Some(oid) => as_read(client, oid, grant, column, values).await?,
            None => values.clone(),
        };
        scope.insert(column.clone(), values.into());
    }
    let scope = (!scope.is_empty()).then(|| serde_json::Value::Object(scope).to_string());
    client
        .execute(
            "select rowhouse_private.owner_role_give($1, $2, $3, $4, $5, $6)",
            &[
                &change.name,
                &table,
                &grant.verb.word(),
                &grant.columns,
                &scope,
                &beside,
            ],
        )
        .await?;
    Ok(())
}

/// A column's type for SQL, without its length, which would cut values.
async fn type_of(
    client: &Client,
    table: u32,
    grant: &Grant,
    column: &str,
) -> Result<String, OwnerError> {
    let rows = client
        .query(
            "select format_type(a.atttypid, -1) from pg_catalog.pg_attribute a
              where a.attrelid = $1 and a.attname = $2 and a.attnum > 0 and not a.attisdropped",
            &[&table, &column],
        )
        .await?;
    match rows.first() {
        Some(row) => Ok(row.get(0)),
        None => Err(OwnerError::Refused(format!(
            "there is no column {column} in {}",
            grant.table.as_deref().unwrap_or_default()
        ))),
    }
}

/// Values as a column reads and writes them; one that it cannot read is refused.
async fn as_read(
    client: &Client,
    table: u32,
    grant: &Grant,
    column: &str,
    values: &[String],
) -> Result<Vec<String>, OwnerError> {
    let kind = type_of(client, table, grant, column).await?;
    let set =
        "select set_config('datestyle', 'ISO, YMD', true), set_config('timezone', 'UTC', true),
                      set_config('intervalstyle', 'postgres', true)";
    client.query(set, &[]).await?;
    let mut read = Vec::new();
    for value in values {
        let question = format!(
            "select v::text from (select $1::text::{kind} as v) x where v = any (array[v]::{kind}[])"
        );
        let row = client
            .query_one(&question, &[value])
            .await
            .map_err(|error| {
                let said = error
                    .as_db_error()
                    .map_or_else(|| error.to_string(), |said| said.message().to_owned());
                OwnerError::Refused(format!("{value:?} is no value of {column}: {said}"))
            })?;
        read.push(row.get(0));
    }
    Ok(read)
}
