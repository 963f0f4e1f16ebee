//! What a person asks of a table: filter, sort, page; keyset cursors; no SQL and no OFFSET.

use std::sync::Arc;

use super::record::{Guard, RecordKey};
use super::table::TableId;
use super::value::{Cell, Value};

mod filter;

pub use filter::{Condition, Filter, Test};

/// Which way a column is sorted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Direction {
    /// Smallest first, NULL last.
    #[default]
    Ascending,
    /// Largest first, NULL first.
    Descending,
}

/// One column of a sort.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SortColumn {
    /// The position in the shape's columns.
    pub column: usize,
    /// The direction.
    pub direction: Direction,
}

/// A position in a sorted table: the sort columns' values, then the key's.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Cursor {
    /// A value per sort column, then one per key column that is not sorted by already.
    pub values: Vec<Value>,
}

/// Where a page begins.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum PageFrom {
    /// The first rows.
    First,
    /// The last rows.
    Last,
    /// The rows after a position.
    After(Cursor),
    /// The rows before a position.
    Before(Cursor),
    /// The rows from a position on, that row included: a page read again.
    From(Cursor),
    /// The same where the row at the position is among the rows, else the first rows. The position
    /// names the key whole.
    Row(Cursor),
}

/// One page asked for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageQuery {
    /// The table.
    pub table: TableId,
    /// Positions in the shape's columns, of those to read.
    pub columns: Vec<usize>,
    /// The sort; ties are broken by the key.
    pub sort: Vec<SortColumn>,
    /// The filter.
    pub filter: Filter,
    /// Where the page begins.
    pub from: PageFrom,
    /// The most rows to return.
    pub limit: u16,
    /// The most characters of one value; longer ones arrive cut.
    pub cell_chars: u16,
}

/// One row of a page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The key; `None` where the table has none.
    pub key: Option<RecordKey>,
    /// Where the row stands in the page's sort.
    pub cursor: Cursor,
    /// The row's guard when it was read.
    pub guard: Guard,
    /// A cell per column asked for, in the order asked.
    pub cells: Vec<Cell>,
    /// Which columns the cells are of, by their positions in the shape; nothing where they are of all,
    /// in the shape's order.
    pub columns: Option<Arc<[usize]>>,
}

impl Row {
    /// Returns the cell of a column, by its position in the shape, if that column was read.
    pub fn cell(&self, position: usize) -> Option<&Cell> {
        match self.columns.as_deref() {
            None => self.cells.get(position),
            Some(columns) => {
                let at = columns.iter().position(|column| *column == position)?;
                self.cells.get(at)
            }
        }
    }

    /// Returns the cells that were read, with their columns' positions in the shape.
    pub fn read(&self) -> impl Iterator<Item = (usize, &Cell)> {
        let columns = self.columns.as_deref();
        let position = move |at| columns.map_or(Some(at), |columns| columns.get(at).copied());
        let cells = self.cells.iter().enumerate();
        cells.filter_map(move |(at, cell)| Some((position(at)?, cell)))
    }
}

/// One page of rows, in the sort's order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The rows.
    pub rows: Vec<Row>,
    /// Whether rows stand before the first.
    pub more_before: bool,
    /// Whether rows stand after the last.
    pub more_after: bool,
    /// Whether these are only some rows, which cannot be paged on from: a view without a key.
    pub partial: bool,
}
