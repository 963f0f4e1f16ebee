//! Shapes: what is known of one table, for the screens and for the statements; and the cache.

mod catalog;
mod couple;
mod fresh;
mod given;
mod load;
mod rules;

use std::collections::{BTreeSet, HashMap};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::contract::Fault;
use super::open::Open;
use super::sql::Sql;
use super::tx::Param;
use crate::domain::table::{Shape, TableId};
use tokio::sync::OwnedMutexGuard;

pub(super) use fresh::{check_mark, check_same, check_table, mark};
pub(super) use load::{all, current, load, tell};

/// Held by the one who asks for a table.
type Alone = tokio::sync::Mutex<()>;

/// The shapes known so far.
#[derive(Default)]
pub(super) struct Shapes {
    known: Mutex<HashMap<TableId, Arc<Known>>>,
    /// How often all were forgotten.
    era: AtomicU64,
    /// The shapes that were answered last: the positions in questions are those of these.
    told: Mutex<HashMap<TableId, Arc<Shape>>>,
    /// Held while one is asked for, so that none is asked for twice at the same time.
    loading: Mutex<HashMap<TableId, Arc<Alone>>>,
    /// Tables that were learned of ahead, and by which no row has been named yet.
    late: Mutex<BTreeSet<TableId>>,
}

impl Shapes {
    /// A table that is known.
    pub(super) fn find(&self, table: TableId) -> Option<Arc<Known>> {
        self.lock().get(&table).cloned()
    }

    /// A table that is known, also where it is just being asked for: who opens one that is asked for
    /// ahead gets that answer. Else nobody asks for it while what is returned is kept.
    pub(super) async fn find_or_alone(
        &self,
        table: TableId,
    ) -> Result<Arc<Known>, OwnedMutexGuard<()>> {
        if let Some(known) = self.find(table) {
            return Ok(known);
        }
        let alone = {
            let mut loading = self.loading.lock().unwrap_or_else(PoisonError::into_inner);
            loading.entry(table).or_default().clone()
        };
        let alone = alone.lock_owned().await;
        self.find(table).ok_or(alone)
    }

    /// Notes tables that rows on their way may not be named by.
    pub(super) fn add_late(&self, tables: &[TableId]) {
        self.late().extend(tables);
    }

    /// Rows are named by a table.
    pub(super) fn names_rows(&self, table: TableId) {
        self.late().remove(&table);
    }

    /// Whether rows may have come without the names of one of these tables; told once.
    pub(super) fn take_late(&self, tables: &[TableId]) -> bool {
        let mut late = self.late();
        tables.iter().filter(|table| late.remove(table)).count() > 0
    }

    fn late(&self) -> MutexGuard<'_, BTreeSet<TableId>> {
        self.late.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// How often all were forgotten: told before a question, and when its answer is kept.
    pub(super) fn era(&self) -> u64 {
        self.era.load(Ordering::Relaxed)
    }

    /// Keeps a table, unless all were forgotten since it was asked for: the answer to a question that
    /// was put ahead may be on its way while another tenant is chosen, or somebody else signs in.
    pub(super) fn keep(&self, era: u64, known: Arc<Known>) {
        let mut all = self.lock();
        if era == self.era() {
            all.insert(known.shape.id, known);
        }
    }

    /// Forgets a table that is not as it was.
    pub(super) fn forget(&self, table: TableId) {
        self.lock().remove(&table);
    }

    /// The tables that are known.
    pub(super) fn tables(&self) -> Vec<TableId> {
        self.lock().keys().copied().collect()
    }

    /// Forgets all: another person may have other rights.
    pub(super) fn clear(&self) {
        let mut all = self.lock();
        self.era.fetch_add(1, Ordering::Relaxed);
        all.clear();
    }

    /// Keeps what was answered about a table.
    pub(super) fn tell(&self, shape: Arc<Shape>) {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        told.insert(shape.id, shape);
    }

    /// Whether positions in questions about a table still mean the columns that were answered.
    pub(super) fn means_what_was_told(&self, shape: &Shape) -> bool {
        let told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let told = told.get(&shape.id);
        told.is_none_or(|told| told.has_columns_of(shape))
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<TableId, Arc<Known>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The fault of a question about a table that is not as it was.
pub(super) fn outdated() -> Fault {
    Fault::Outdated {
        message: "the table was altered meanwhile; it is read again".into(),
    }
}

/// Passes an answer on, and forgets the table when the server says that it is another by now.
pub(super) fn forgetting<T>(
    open: &Open,
    table: TableId,
    answer: Result<T, Fault>,
) -> Result<T, Fault> {
    if let Err(Fault::Outdated { .. }) = answer {
        open.shapes.forget(table);
    }
    answer
}

/// One table as the data layer knows it.
#[derive(Debug)]
pub(super) struct Known {
    /// What the screens know of it.
    pub shape: Arc<Shape>,
    /// Schema and name, quoted.
    pub table: String,
    /// The name alone, exactly.
    pub bare_name: String,
    /// More about each column of the shape.
    pub columns: Vec<Detail>,
    /// Our version column, quoted.
    pub version: Option<String>,
    /// Whether the rows' `xmin` can be read.
    pub xmin: bool,
    /// What orders the rows where there is no key; empty where nothing does.
    pub row_address: &'static [&'static str],
    /// Whether changes go through a function of the table's owner.
    pub through: bool,
    /// Whether the shared layer finds its rows where a policy would cost an index.
    pub searches: bool,
    /// Whether a rule rewrites changes, so that no statement may be wrapped around them.
    pub has_rules: bool,
    /// Whether it has columns at all, be it some that may not be read.
    pub has_columns: bool,
    /// The constraints and unique indexes by name, with their columns' positions in the shape.
    pub constraints: Vec<Constraint>,
    /// Differs when the table was altered or its rights were.
    pub mark: String,
    /// What the shared layer lets the person do, and when that was asked.
    rights: Option<fresh::Rights>,
}

/// What the statements must know of a column.
#[derive(Debug)]
pub(super) struct Detail {
    /// The name, quoted.
    pub name: String,
    /// The name, exactly.
    pub bare_name: String,
    /// Its type as a cast names it.
    pub cast: String,
    /// Whether the person may read it.
    pub readable: bool,
    /// Whether it holds no NULL for certain.
    pub not_null: bool,
    /// Whether its type has an order of its own; else the text is ordered.
    pub ordered: bool,
    /// Whether an index begins with it, so that rows can be walked in its order.
    pub indexed: bool,
    /// Whether its type knows equality; else the text is compared.
    pub equal: bool,
    /// How a page shows it.
    pub cut: Cut,
    /// How the quick filter looks into it.
    pub search: Search,
    /// Whether its text names something that is found by the search path: a table, a type, a function.
    pub by_path: bool,
}

impl Detail {
    /// Binds a value that the column, whose type knows equality, is compared with. Names of tables,
    /// types and the like are compared as numbers, and would be read as such.
    pub(super) fn bind(&self, sql: &mut Sql, text: Option<&str>) -> String {
        let value = sql.bind(Param::untyped(text));
        format!("{value}{}", self.as_name())
    }

    /// The cast that such a value needs, else nothing.
    pub(super) fn as_name(&self) -> String {
        match self.by_path && self.equal {
            true => format!("::{}", self.cast),
            false => String::new(),
        }
    }
}

/// Whether values of a type, or of lists of it, name something that is found by the search path.
fn is_by_path(base: &str) -> bool {
    let kind = base.strip_prefix('_').unwrap_or(base).strip_prefix("reg");
    let kinds = [
        "class",
        "collation",
        "config",
        "dictionary",
        "namespace",
        "oper",
        "operator",
        "proc",
        "procedure",
        "role",
        "type",
    ];
    kind.is_some_and(|kind| kinds.contains(&kind))
}

/// How a long value is shortened on the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Cut {
    /// It is never long.
    Never,
    /// By characters of its text.
    Text,
    /// By bytes before it becomes text.
    Bytes,
}

/// How the quick filter looks into a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Search {
    /// Not at all.
    No,
    /// As it is, so that an index can help.
    Plain,
    /// By another collation than its own, which knows no patterns.
    Recollated,
    /// Its text form.
    AsText,
}

/// A constraint or unique index.
#[derive(Debug)]
pub(super) struct Constraint {
    /// Its name.
    pub name: String,
    /// Positions in the shape's columns.
    pub columns: Vec<usize>,
    /// What kind it is, as the catalog says: `c` a check, `f` a foreign key, `u` unique.
    pub kind: String,
}

impl Known {
    /// Whether rows have neither a key nor an address, so that a page cannot be followed.
    pub(super) fn is_unordered(&self) -> bool {
        self.shape.key.is_empty() && self.row_address.is_empty()
    }

    /// The position of the column with this exact name.
    pub(super) fn position(&self, name: &str) -> Option<usize> {
        self.columns
            .iter()
            .position(|column| column.bare_name == name)
    }

    /// A column of the row as text: `t."name"::text`.
    pub(super) fn text(&self, column: usize) -> String {
        format!("t.{}::text", self.columns[column].name)
    }

    /// A column as it is sorted and compared by.
    pub(super) fn sortable(&self, column: usize) -> String {
        let detail = &self.columns[column];
        match detail.ordered {
            true => format!("t.{}", detail.name),
            false => format!("(t.{}::text)", detail.name),
        }
    }
}
