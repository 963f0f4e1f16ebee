//! Which rows are wanted, from the words of the command line and the table's columns.

use super::super::CommandError;
use super::Args;
use crate::db::Database;
use crate::db::contract::rows::{Extract, Which};
use crate::db::contract::{CatalogReply, CatalogRequest, Reply, Request};
use crate::domain::export::Form;
use crate::domain::nearest::nearest_of;
use crate::domain::query::{Condition, Direction, Filter, SortColumn, Test};
use crate::domain::table::{Shape, TableId};
use crate::domain::value::Value;
use std::sync::Arc;

/// Finds the table and reads what is wanted of it.
///
/// # Errors
/// A table or column that is not there, or cannot be read from the words.
pub async fn extract(
    database: &Database,
    args: &Args,
    form: Form,
) -> Result<Extract, CommandError> {
    let table = find(database, &args.table).await?;
    let shape = shape(database, table).await?;
    read(&shape, args, form)
}

async fn find(database: &Database, name: &str) -> Result<TableId, CommandError> {
    let tables = match ask(database, CatalogRequest::ListTables).await? {
        CatalogReply::TablesListed(tables) => tables,
        CatalogReply::ShapeLoaded(_) => Arc::from([]),
    };
    let meant: Vec<_> = tables
        .iter()
        .filter(|table| table.name.is_meant(name) || table.name.name == name)
        .collect();
    let exact = meant.iter().find(|table| table.name.is_meant(name));
    match (exact, meant.as_slice()) {
        (Some(table), _) | (None, [table]) => Ok(table.id),
        (None, []) => {
            let near = nearest_of(name, tables.iter().map(|table| table.name.to_string()));
            Err(CommandError::Failed(format!(
                "there is no table {name} here, or none that you may see{near}"
            )))
        }
        (None, many) => {
            let names: Vec<String> = many.iter().map(|table| table.name.to_string()).collect();
            Err(CommandError::Usage(format!(
                "{name} may be {}: name its schema",
                names.join(" or ")
            )))
        }
    }
}

async fn shape(database: &Database, table: TableId) -> Result<Arc<Shape>, CommandError> {
    match ask(database, CatalogRequest::LoadShape { table }).await? {
        CatalogReply::ShapeLoaded(shape) => Ok(shape),
        CatalogReply::TablesListed(_) => Err(CommandError::Failed("no columns".into())),
    }
}

async fn ask(database: &Database, request: CatalogRequest) -> Result<CatalogReply, CommandError> {
    let reply = database.perform(Request::Catalog(request)).await;
    match reply.map_err(CommandError::failed)? {
        Reply::Catalog(reply) => Ok(reply),
        _ => Err(CommandError::Failed("the database did not answer".into())),
    }
}

/// Reads what is wanted.
fn read(shape: &Shape, args: &Args, form: Form) -> Result<Extract, CommandError> {
    let mut filter = Filter {
        quick: args.find.clone().unwrap_or_default(),
        conditions: Vec::new(),
    };
    for text in &args.rows {
        filter.conditions.push(condition(shape, text)?);
    }
    let sort = names(args.sort.as_deref());
    let sort: Vec<SortColumn> = sort
        .map(|name| sorted(shape, name))
        .collect::<Result<_, _>>()?;
    let columns: Vec<usize> = match &args.columns {
        None => (0..shape.columns.len()).collect(),
        Some(_) => names(args.columns.as_deref())
            .map(|name| column(shape, name))
            .collect::<Result<_, _>>()?,
    };
    Ok(Extract {
        table: shape.id,
        which: Which::Filtered(filter),
        sort,
        columns,
        form,
        raw: args.raw,
        words: in_words(args),
    })
}

/// What the trail is told.
fn in_words(args: &Args) -> String {
    let find = args.find.iter().map(|text| format!("/ {text}"));
    let parts: Vec<String> = find.chain(args.rows.iter().cloned()).collect();
    let rows = match parts.is_empty() {
        true => "the whole table".to_owned(),
        false => parts.join(", "),
    };
    match &args.sort {
        Some(sort) => format!("{rows}; sorted by {sort}; by command"),
        None => format!("{rows}; by command"),
    }
}

fn names(list: Option<&str>) -> impl Iterator<Item = &str> {
    let list = list.into_iter().flat_map(|list| list.split(','));
    list.map(str::trim).filter(|name| !name.is_empty())
}

fn condition(shape: &Shape, text: &str) -> Result<Condition, CommandError> {
    // A column's name may hold an equals sign itself.
    let cuts = text.match_indices('=').map(|(at, _)| at);
    let fits = |at: usize| shape.column_named(&text[..at]).map(|column| (column, at));
    let Some((column, at)) = cuts.clone().find_map(fits) else {
        return match cuts.clone().next() {
            Some(at) => Err(unknown(shape, &text[..at])),
            None => Err(CommandError::Usage(format!(
                "--where {text}: a column, an equals sign and a value"
            ))),
        };
    };
    Ok(Condition::new(
        column,
        Test::Equals(Value::text(&text[at + 1..])),
    ))
}

fn sorted(shape: &Shape, name: &str) -> Result<SortColumn, CommandError> {
    let (column, direction) = match (shape.column_named(name), name.strip_prefix('-')) {
        (Some(column), _) => (column, Direction::Ascending),
        (None, Some(name)) => (self::column(shape, name)?, Direction::Descending),
        (None, None) => return Err(unknown(shape, name)),
    };
    Ok(SortColumn { column, direction })
}

fn column(shape: &Shape, name: &str) -> Result<usize, CommandError> {
    shape.column_named(name).ok_or_else(|| unknown(shape, name))
}

fn unknown(shape: &Shape, name: &str) -> CommandError {
    let columns = shape.columns.iter().map(|column| column.name.as_str());
    let columns: Vec<&str> = columns.take(20).collect();
    let more = if shape.columns.len() > 20 {
        ", …"
    } else {
        ""
    };
    CommandError::Usage(format!(
        "{} has no column {name}; it has {}{more}",
        shape.name,
        columns.join(", ")
    ))
}
