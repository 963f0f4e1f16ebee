//! The columns that a person's roles give them, where they give some only; nothing is asked here.

use tokio_postgres::Row;

use crate::db::contract::Fault;
use crate::db::row;
use crate::domain::table::{Column, ReadOnly, Shape};
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
