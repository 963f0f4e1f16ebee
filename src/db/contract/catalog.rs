//! Tables and columns asked for, as plain data.

use std::sync::Arc;

use crate::domain::table::{Shape, TableId, TableSummary};

/// Asks about tables.
#[derive(Clone, Debug)]
pub enum CatalogRequest {
    /// The tables that the person may see, without their columns.
    ListTables,
    /// One table's columns, key, guard and rights.
    LoadShape {
        /// The table.
        table: TableId,
    },
}

/// What was found.
#[derive(Clone, Debug)]
pub enum CatalogReply {
    /// The tables, by schema and name.
    TablesListed(Arc<[TableSummary]>),
    /// One table.
    ShapeLoaded(Arc<Shape>),
}
