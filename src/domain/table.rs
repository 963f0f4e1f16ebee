//! Tables as the catalog describes them: names, columns, keys, what may be done; no SQL.

use serde::{Deserialize, Serialize};

use super::reference::Reference;

/// A table's object id in its database.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TableId(pub u32);

/// A table's schema and name, exactly as the catalog holds them.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct TableName {
    /// The schema.
    pub schema: String,
    /// The table.
    pub name: String,
}

/// What kind of relation a table is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableKind {
    /// An ordinary table.
    Table,
    /// A partitioned table (its root).
    Partitioned,
    /// A view.
    View,
    /// A materialised view.
    MaterialisedView,
    /// A foreign table.
    Foreign,
}

/// One line of the list of tables.
#[derive(Clone, Debug, PartialEq)]
pub struct TableSummary {
    /// The object id.
    pub id: TableId,
    /// Schema and name.
    pub name: TableName,
    /// The kind of relation.
    pub kind: TableKind,
    /// The comment in the catalog, shown as a label.
    pub comment: Option<String>,
    /// The planner's estimate of the number of rows, when it has one.
    pub estimated_rows: Option<u64>,
    /// What the person may do.
    pub rights: Rights,
    /// Whether nothing would name one of its rows.
    pub keyless: bool,
}

impl TableSummary {
    /// Why it can only be read, as far as the list tells.
    pub fn read_only(&self) -> Option<ReadOnly> {
        let rights = self.rights;
        match self.kind {
            TableKind::View => Some(ReadOnly::View),
            TableKind::MaterialisedView => Some(ReadOnly::MaterialisedView),
            TableKind::Foreign => Some(ReadOnly::Foreign),
            TableKind::Table | TableKind::Partitioned if self.keyless => Some(ReadOnly::NoKey),
            _ if !(rights.insert || rights.update || rights.delete) => Some(ReadOnly::NoRight),
            TableKind::Table | TableKind::Partitioned => None,
        }
    }
}

/// What the person may do with a table.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rights {
    /// May read rows.
    pub view: bool,
    /// May create rows.
    pub insert: bool,
    /// May change rows.
    pub update: bool,
    /// May delete rows.
    pub delete: bool,
    /// May do so with some rows only: their roles reach no others.
    pub partly: bool,
}

/// How a save of a table is guarded, best first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GuardKind {
    /// Our version column, together with `xmin`.
    Version {
        /// The name of the version column.
        column: String,
    },
    /// The row's `xmin` alone, with the old values where it cannot be read.
    Xmin,
    /// The old values of every column that the person could read.
    OldValues,
}

/// Why a table opens read-only.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReadOnly {
    /// No primary key and no unique key over columns that are never NULL.
    NoKey,
    /// A view.
    View,
    /// A materialised view.
    MaterialisedView,
    /// A foreign table: no key and no transaction of ours.
    Foreign,
    /// The person has no right to change anything.
    NoRight,
    /// The person looks across all tenants, and has to choose one first.
    AllTenants,
    /// The server takes no writes (a standby, or a read-only transaction default).
    Server,
}

impl ReadOnly {
    /// Says why, after "Read-only:".
    pub fn why(&self) -> &'static str {
        match self {
            Self::NoKey => "the table has no key that would name one row",
            Self::View => "this is a view",
            Self::MaterialisedView => "this is a materialised view",
            Self::Foreign => "this table lives on another server",
            Self::NoRight => "you may only read it",
            Self::AllTenants => "you look across all tenants; choose one first",
            Self::Server => "the server takes no writes",
        }
    }
}

/// Everything about a table that a grid and a form need.
#[derive(Clone, Debug, PartialEq)]
pub struct Shape {
    /// The object id.
    pub id: TableId,
    /// Schema and name.
    pub name: TableName,
    /// The kind of relation.
    pub kind: TableKind,
    /// The comment in the catalog.
    pub comment: Option<String>,
    /// The visible columns in catalog order; our version column is not among them.
    pub columns: Vec<Column>,
    /// Positions in `columns` of the key's columns, in key order; empty without a key.
    pub key: Vec<usize>,
    /// How saves are guarded.
    pub guard: GuardKind,
    /// Whether one person at a time holds a record, and only they may save it.
    pub hard_locks: bool,
    /// What the person may do.
    pub rights: Rights,
    /// Why nothing can be changed here, if so.
    pub read_only: Option<ReadOnly>,
    /// The planner's estimate of the number of rows.
    pub estimated_rows: Option<u64>,
    /// Columns that belong together: what is stored in one has to fit the others.
    pub couples: Vec<Couple>,
    /// Its foreign keys, those of the fewest columns first.
    pub references: Vec<Reference>,
    /// Sets of columns of which no two records may hold the same.
    pub uniques: Vec<Vec<usize>>,
}

/// Columns that belong together: a merge never takes one from here and another from there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Couple {
    /// Positions in the shape's columns, two at least.
    pub columns: Vec<usize>,
    /// What ties them, harmless: `check equipment_dates`.
    pub reason: String,
}

/// What the configuration says of columns that belong together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CoupleRule {
    /// The table as written: its name, or `schema.name`.
    pub table: String,
    /// The names of the columns.
    pub fields: Vec<String>,
    /// Where it stands, for faults: `config.toml:12`.
    pub place: String,
}

impl CoupleRule {
    /// Whether it is of all columns: nothing of the table is merged without asking.
    pub fn is_of_all(&self) -> bool {
        self.fields == ["*"]
    }
}

/// One column.
#[derive(Clone, Debug, PartialEq)]
pub struct Column {
    /// The column's number in the catalog (`attnum`).
    pub number: i16,
    /// The name, exactly.
    pub name: String,
    /// The comment in the catalog with all its lines, harmless; shown as help.
    pub comment: Option<String>,
    /// The type as PostgreSQL writes it, with its modifier: `numeric(12,2)`.
    pub type_name: String,
    /// What kind of type it is, for widths, alignment and pickers.
    pub kind: ColumnKind,
    /// Whether NULL is refused.
    pub not_null: bool,
    /// The default expression, as PostgreSQL writes it.
    pub default: Option<String>,
    /// Whether the server computes it (generated or identity always): never sent.
    pub generated: bool,
    /// Whether the person may send it when creating.
    pub may_insert: bool,
    /// Whether the person may change it.
    pub may_update: bool,
    /// What its type and its rules say beyond that.
    pub facts: ColumnFacts,
}

/// What the catalog says of a column's type and of the rules for it alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ColumnFacts {
    /// The name of the base type in the catalog, domains followed down: `int4`, `numeric`, `_text`.
    pub base: String,
    /// The modifier of the base type; -1 without one.
    pub modifier: i32,
    /// Whether the server numbers it by itself.
    pub identity: bool,
    /// Whether the person's roles keep it from them, where they may change others of the table.
    pub kept: bool,
    /// Whether no two records may hold the same value.
    pub unique: bool,
    /// The check constraints that concern it alone, as a person reads them: `cost >= 0`.
    pub checks: Vec<String>,
}

/// What kind of type a column has, as far as the screens care.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnKind {
    /// Text of any kind; `max_chars` from varchar(n) or char(n).
    Text {
        /// The most characters that fit.
        max_chars: Option<u32>,
    },
    /// Whole or decimal numbers.
    Number,
    /// true or false.
    Boolean,
    /// An enum with its labels in order.
    Enum {
        /// The labels, in the type's order.
        labels: Vec<String>,
    },
    /// A date without time.
    Date,
    /// A time, timestamp or interval.
    Time,
    /// json or jsonb.
    Json,
    /// bytea.
    Bytes,
    /// Any other type: its text form is shown and sent back byte for byte.
    Other,
}

impl std::fmt::Display for TableName {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.schema == "public" {
            f.write_str(&self.name)
        } else {
            write!(f, "{}.{}", self.schema, self.name)
        }
    }
}

impl TableName {
    /// Whether a person means this table by a name: `equipment`, or `public.equipment`.
    pub fn is_meant(&self, written: &str) -> bool {
        written == self.to_string() || written == format!("{}.{}", self.schema, self.name)
    }
}

impl Shape {
    /// Returns the position of the column with this name.
    pub fn column_named(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.name == name)
    }

    /// Whether another shape has the same columns at the same positions.
    pub fn has_columns_of(&self, other: &Self) -> bool {
        let names = |shape: &Self| -> Vec<(i16, String)> {
            let columns = shape.columns.iter();
            columns
                .map(|column| (column.number, column.name.clone()))
                .collect()
        };
        names(self) == names(other)
    }

    /// Whether existing records can be changed by this person.
    pub fn may_update(&self) -> bool {
        self.read_only.is_none() && self.rights.update
    }

    /// Whether records can be created by this person.
    pub fn may_insert(&self) -> bool {
        self.read_only.is_none() && self.rights.insert
    }

    /// Whether records can be deleted by this person.
    pub fn may_delete(&self) -> bool {
        self.read_only.is_none() && self.rights.delete
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A table of text columns with these names and numbers.
    pub fn shape(id: u32, columns: &[(&str, i16)]) -> Shape {
        let column = |(name, number): &(&str, i16)| Column {
            number: *number,
            name: (*name).into(),
            comment: None,
            type_name: "text".into(),
            kind: ColumnKind::Text { max_chars: None },
            not_null: false,
            default: None,
            generated: false,
            may_insert: true,
            may_update: true,
            facts: ColumnFacts::default(),
        };
        Shape {
            id: TableId(id),
            name: TableName {
                schema: "public".into(),
                name: "thing".into(),
            },
            kind: TableKind::Table,
            comment: None,
            columns: columns.iter().map(column).collect(),
            key: Vec::new(),
            guard: GuardKind::Xmin,
            hard_locks: false,
            rights: Rights::default(),
            read_only: None,
            estimated_rows: None,
            couples: Vec::new(),
            references: Vec::new(),
            uniques: Vec::new(),
        }
    }
}
