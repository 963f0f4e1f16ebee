//! The configured flags of a table: which rules are of which columns, and which are in vain. Whether
//! one holds is said by the rule.

use super::context::Context;
use crate::domain::flag::FlagRule;
use crate::domain::nearest::nearest;
use crate::domain::table::{Shape, TableSummary};
use crate::domain::text;

/// Returns the rules of a table, each with the position of its column.
pub fn of<'a>(shape: &Shape, cx: &'a Context) -> Vec<(usize, &'a FlagRule)> {
    let meant = cx
        .flags
        .iter()
        .filter(|rule| shape.name.is_meant(&rule.table));
    meant
        .filter_map(|rule| Some((shape.column_named(&rule.column)?, rule)))
        .collect()
}

/// Names what is configured for a table in vain: columns that it does not have, values that its
/// columns cannot be compared with.
pub fn unknown_fields(shape: &Shape, cx: &Context) -> Vec<String> {
    let names: Vec<&str> = shape
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    let now = cx.now.to_zoned(cx.zone.clone());
    let meant = cx
        .flags
        .iter()
        .filter(|rule| shape.name.is_meant(&rule.table));
    let faults = meant.filter_map(|rule| {
        let Some(at) = shape.column_named(&rule.column) else {
            let (field, table) = (text::line(&rule.column), text::line(&rule.table));
            let what = format!("field \"{field}\" in {table}");
            return Some(vain(rule, &what, &rule.column, &names));
        };
        if rule.beside(|name| shape.column_named(name)).is_some() {
            return None;
        }
        let fault = rule.fault(&shape.columns[at], &now)?;
        Some(format!("{}: [[flag]]: {}", rule.place, text::line(&fault)))
    });
    faults.collect()
}

/// Names the tables that are configured and that are not there.
pub fn unknown_tables(tables: &[TableSummary], cx: &Context) -> Vec<String> {
    let names: Vec<String> = tables.iter().map(|table| table.name.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let there = |rule: &&FlagRule| tables.iter().any(|table| table.name.is_meant(&rule.table));
    let missing = cx.flags.iter().filter(|rule| !there(rule));
    missing
        .map(|rule| {
            let what = format!("table \"{}\" that you may see", text::line(&rule.table));
            vain(rule, &what, &rule.table, &names)
        })
        .collect()
}

fn vain(rule: &FlagRule, what: &str, name: &str, known: &[&str]) -> String {
    let near = nearest(name, known).map_or(String::new(), |near| {
        format!("; the nearest is \"{}\"", text::line(near))
    });
    format!("{}: [[flag]]: there is no {what}{near}", rule.place)
}
