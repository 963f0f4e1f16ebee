//! Which fields of a form belong together: by the table's constraints, and as configured; and what
//! the configuration names in vain.

use crate::app::context::Context;
use crate::domain::nearest::nearest;
use crate::domain::table::{Couple, CoupleRule, Shape, TableSummary};
use crate::domain::text;

/// Returns the couples of a table: those of its constraints, then the configured ones.
pub fn of(shape: &Shape, cx: &Context) -> Vec<Couple> {
    let meant = cx
        .couples
        .iter()
        .filter(|rule| shape.name.is_meant(&rule.table));
    let configured = meant.map(|rule| Couple {
        columns: columns(rule, shape),
        reason: "as configured".into(),
    });
    let all = shape.couples.iter().cloned().chain(configured);
    all.filter(|couple| couple.columns.len() > 1).collect()
}

/// The columns of a rule; of all of them those that somebody can change.
fn columns(rule: &CoupleRule, shape: &Shape) -> Vec<usize> {
    if rule.is_of_all() {
        let columns = shape.columns.iter().enumerate();
        let open = columns.filter(|(_, column)| column.may_update && !column.generated);
        return open.map(|(at, _)| at).collect();
    }
    let named = rule.fields.iter();
    named
        .filter_map(|field| shape.column_named(field))
        .collect()
}

/// Names the fields that are configured and that the table does not have.
pub fn unknown_fields(shape: &Shape, cx: &Context) -> Vec<String> {
    let columns: Vec<&str> = shape
        .columns
        .iter()
        .map(|column| column.name.as_str())
        .collect();
    let meant = cx
        .couples
        .iter()
        .filter(|rule| shape.name.is_meant(&rule.table));
    let missing = |rule: &CoupleRule| -> Vec<String> {
        let fields = rule.fields.iter().filter(|_| !rule.is_of_all());
        let missing = fields.filter(|field| shape.column_named(field).is_none());
        missing
            .map(|field| {
                let table = text::line(&rule.table).into_owned();
                vain(
                    rule,
                    &format!("field \"{}\" in {table}", text::line(field)),
                    field,
                    &columns,
                )
            })
            .collect()
    };
    meant.flat_map(missing).collect()
}

/// Names the tables that are configured and that are not there.
pub fn unknown_tables(tables: &[TableSummary], cx: &Context) -> Vec<String> {
    let names: Vec<String> = tables.iter().map(|table| table.name.to_string()).collect();
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let there = |rule: &&CoupleRule| tables.iter().any(|table| table.name.is_meant(&rule.table));
    let missing = cx.couples.iter().filter(|rule| !there(rule));
    missing
        .map(|rule| {
            let what = format!("table \"{}\" that you may see", text::line(&rule.table));
            vain(rule, &what, &rule.table, &names)
        })
        .collect()
}

fn vain(rule: &CoupleRule, what: &str, name: &str, known: &[&str]) -> String {
    let near = nearest(name, known).map_or(String::new(), |near| {
        format!("; the nearest is \"{}\"", text::line(near))
    });
    format!("{}: [[couple]]: there is no {what}{near}", rule.place)
}
