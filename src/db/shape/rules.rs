//! Foreign keys, unique columns and simple checks as the catalog tells them; no SQL.

use tokio_postgres::Row;

use super::catalog::ColumnRow;
use super::load::Places;
use crate::db::contract::Fault;
use crate::db::row;
use crate::domain::reference::{self, Reference};
use crate::domain::table::{Shape, TableId, TableName};

/// Reads the foreign keys whose columns can all be seen.
pub(super) fn references(rows: &[Row], places: &Places) -> Result<Vec<Reference>, Fault> {
    let mut found = Vec::new();
    for one in rows {
        let numbers: Vec<i16> = row::column(one, 0)?;
        let columns: Option<Vec<usize>> = numbers.iter().map(|number| places.of(*number)).collect();
        let Some(columns) = columns else { continue };
        found.push(Reference {
            columns,
            table: TableId(row::column(one, 1)?),
            name: TableName {
                schema: row::shown(one, 2)?,
                name: row::shown(one, 3)?,
            },
            theirs: row::column(one, 4)?,
            readable: row::column(one, 5)?,
        });
    }
    Ok(found)
}

/// Tells the columns what rules there are for each.
pub(super) fn learn(shape: &mut Shape, columns: &[ColumnRow], rules: &[Row]) -> Result<(), Fault> {
    for rule in rules {
        let numbers: Vec<i16> = row::column(rule, 0)?;
        let check: Option<String> = row::shown_or_null(rule, 1)?;
        let whole: bool = row::column(rule, 2)?;
        let place = |number: &i16| columns.iter().position(|column| column.number == *number);
        let Some(places) = numbers.iter().map(place).collect::<Option<Vec<usize>>>() else {
            continue;
        };
        match (check, places.as_slice()) {
            (Some(check), [one]) => {
                let simple = reference::simple_check(&check);
                shape.columns[*one].facts.checks.extend(simple);
            }
            (None, [one]) => shape.columns[*one].facts.unique |= whole,
            _ => {}
        }
        if numbers.iter().all(|number| *number > 0) && row::shown_or_null(rule, 1)?.is_none() {
            shape.uniques.push(places);
        }
    }
    Ok(())
}
