//! What a person's roles give them, and the columns where they give some only; nothing is asked here.

use tokio_postgres::Row;

use super::catalog::TableRow;
use crate::db::contract::Fault;
use crate::db::row;
use crate::domain::table::{Column, ReadOnly, Rights, Shape};
use crate::domain::text;

/// The columns that the person's roles let them write; none for all.
#[derive(Default)]
pub(super) struct Given {
    insert: Option<Vec<String>>,
    update: Option<Vec<String>>,
    /// Nothing, because all tenants are looked at.
    across: bool,
}

impl Given {
    /// Reads them from what the shared layer adds.
    pub(super) fn read(row: &Row) -> Result<Self, Fault> {
        Ok(Self {
            insert: row::column(row, 8)?,
            update: row::column(row, 9)?,
            across: row::column(row, 11)?,
        })
    }

    /// Keeps from the person what their roles do not give.
    pub(super) fn keep(&self, shape: &mut Shape) {
        if self.across && shape.read_only == Some(ReadOnly::NoRight) {
            shape.read_only = Some(ReadOnly::AllTenants);
        }
        let gives = |list: &Option<Vec<String>>, column: &Column| {
            list.as_ref()
                .is_none_or(|list| list.iter().any(|name| text::line(name) == column.name))
        };
        for column in &mut shape.columns {
            let (insert, update) = (gives(&self.insert, column), gives(&self.update, column));
            column.facts.kept = column.may_insert && !insert || column.may_update && !update;
            column.may_insert &= insert;
            column.may_update &= update;
        }
    }
}

/// What the person may do with the table: what is granted to the connection, and given by roles.
pub(super) fn rights(table: &TableRow, adopted: Option<&Row>) -> Result<Rights, Fault> {
    let granted = Rights {
        view: table.view,
        insert: table.insert,
        update: table.update,
        delete: table.delete,
        partly: false,
    };
    let Some(row) = adopted else {
        return Ok(granted);
    };
    Ok(Rights {
        view: granted.view && row::column(row, 0)?,
        insert: granted.insert && row::column(row, 1)?,
        update: granted.update && row::column(row, 2)?,
        // Deleting may go through a function of the shared layer instead of a grant.
        delete: row::column(row, 3)?,
        partly: row::column(row, 10)?,
    })
}
