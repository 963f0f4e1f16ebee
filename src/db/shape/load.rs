//! Loads a shape in one round trip and decides key, guard and rights.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use super::catalog::{self, ColumnRow, TableRow};
use super::couple;
use super::given::{self, Given};
use super::{Constraint, Cut, Detail, Known, Search, fresh, rules};
use crate::db::contract::Fault;
use crate::db::open::Open;
use crate::db::row;
use crate::db::sql::quoted;
use crate::db::tx::Statement;
use crate::domain::table::{
    Column, ColumnFacts, ColumnKind, GuardKind, ReadOnly, Rights, Shape, TableId, TableKind,
    TableName,
};
use crate::domain::text;

/// The name of our version column where nothing else is said.
const VERSION_COLUMN: &str = "rowhouse_version";

/// Returns a table's shape for a question about its rows. A question counts columns as they were
/// told last: when the table has others by now, it is refused until they were told.
pub(in crate::db) async fn load(open: &Open, table: TableId) -> Result<Arc<Known>, Fault> {
    let known = current(open, table).await?;
    match open.shapes.means_what_was_told(&known.shape) {
        true => Ok(known),
        false => Err(super::outdated()),
    }
}

/// Returns a table's shape to be told; questions mean these columns from here on.
pub(in crate::db) async fn tell(open: &Open, table: TableId) -> Result<Arc<Shape>, Fault> {
    let known = current(open, table).await?;
    open.shapes.tell(known.shape.clone());
    Ok(known.shape.clone())
}

/// Returns the shapes of several tables; those that are not known yet are asked for together. A
/// table that is gone is in no one's way.
pub(in crate::db) async fn all(
    open: &Open,
    tables: &BTreeSet<TableId>,
) -> Result<BTreeMap<TableId, Arc<Known>>, Fault> {
    let mut found = BTreeMap::new();
    let mut unknown = Vec::new();
    for table in tables {
        match open.shapes.find(*table) {
            Some(known) => drop(found.insert(*table, known)),
            None => unknown.push(*table),
        }
    }
    if unknown.is_empty() {
        return Ok(found);
    }
    let questions = |table: &TableId| catalog::questions(*table, open.is_shared());
    let asked: Vec<Statement> = unknown.iter().flat_map(questions).collect();
    let each = asked.len() / unknown.len();
    let era = open.shapes.era();
    let answers = open.read(asked).await?;
    for (table, answers) in unknown.into_iter().zip(answers.chunks(each)) {
        if let Ok(known) = known(table, open.is_shared(), answers) {
            let known = Arc::new(known);
            open.shapes.keep(era, known.clone());
            found.insert(table, known);
        }
    }
    Ok(found)
}

/// Returns a table's shape for a question that names columns and not their places.
pub(in crate::db) async fn current(open: &Open, table: TableId) -> Result<Arc<Known>, Fault> {
    let _alone = match open.shapes.find_or_alone(table).await {
        Ok(known) => return Ok(known),
        Err(alone) => alone,
    };
    let questions = catalog::questions(table, open.is_shared());
    let era = open.shapes.era();
    let known = Arc::new(known(
        table,
        open.is_shared(),
        &open.read(questions).await?,
    )?);
    open.shapes.keep(era, known.clone());
    Ok(known)
}

fn known(id: TableId, shared: bool, answers: &[Vec<Row>]) -> Result<Known, Fault> {
    let [
        tables,
        columns,
        keys,
        constraints,
        marks,
        references,
        rules,
        ..,
    ] = answers
    else {
        return Err(gone());
    };
    let table = TableRow::read(tables.first().ok_or_else(gone)?)?;
    let adopted = answers.get(7).and_then(|rows| rows.first());
    if shared && adopted.is_none() {
        return Err(gone());
    }
    let (rows, version) = visible(&table, columns, adopted)?;
    let places = Places(rows.iter().map(|row| row.number).collect());
    let key = match table.parent {
        true => Vec::new(),
        false => key(keys, &places, &rows)?,
    };
    let rights = given::rights(&table, adopted)?;
    let constraints: Vec<Constraint> = constraints
        .iter()
        .map(|row| constraint(row, &places))
        .collect::<Result<_, _>>()?;
    let given = adopted.map(Given::read).transpose()?.unwrap_or_default();
    let mut shape = shape(id, &table, &rows, key, version.as_ref(), rights)?;
    given.keep(&mut shape);
    shape.couples = couple::couples(&constraints);
    if let Some(row) = adopted {
        shape.hard_locks = row::column(row, 6)?;
    }
    rules::learn(&mut shape, &rows, rules)?;
    shape.references = rules::references(references, &places)?;
    let detail = |(place, row)| detail(row, shape.key.contains(&place));
    Ok(Known {
        table: format!("{}.{}", quoted(&table.schema), quoted(&table.name)),
        columns: rows.iter().enumerate().map(detail).collect(),
        version: version.as_deref().map(quoted),
        xmin: table.xmin,
        row_address: row_address(&table, shape.kind),
        through: or_none(adopted, 5)?,
        searches: or_none(adopted, 7)?,
        has_rules: table.rules,
        has_columns: !columns.is_empty(),
        constraints,
        mark: or_none(marks.first(), 0)?,
        rights: marks
            .first()
            .zip(adopted)
            .map(fresh::Rights::read)
            .transpose()?,
        bare_name: table.name,
        shape: Arc::new(shape),
    })
}

/// A column of a row that may not be there.
fn or_none<T: Default + for<'a> FromSql<'a>>(row: Option<&Row>, place: usize) -> Result<T, Fault> {
    row.map_or_else(|| Ok(T::default()), |row| row::column(row, place))
}

/// The columns that name a row for as long as a statement runs, where there are any.
fn row_address(table: &TableRow, kind: TableKind) -> &'static [&'static str] {
    match (table.ctid, table.parent, kind) {
        (false, _, _) => &[],
        (true, false, TableKind::Table | TableKind::MaterialisedView) => &["ctid"],
        (true, _, _) => &["tableoid", "ctid"],
    }
}

/// The columns that the screens show, and apart from them our version column.
fn visible(
    table: &TableRow,
    columns: &[Row],
    adopted: Option<&Row>,
) -> Result<(Vec<ColumnRow>, Option<String>), Fault> {
    let named = match adopted {
        Some(row) => row::raw(row, 4)?,
        None => Some(VERSION_COLUMN.to_owned()),
    };
    let rows: Vec<ColumnRow> = columns
        .iter()
        .map(ColumnRow::read)
        .collect::<Result<_, _>>()?;
    let (ours, mut rows): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| {
        named.as_deref() == Some(row.name.as_str()) && row.base == "int8" && row.readable
    });
    rows.retain(|row| row.readable || (!table.view && row.insertable));
    let version = ours.into_iter().next().map(|row| row.name);
    Ok((rows, version.filter(|_| table.xmin)))
}

fn shape(
    id: TableId,
    table: &TableRow,
    rows: &[ColumnRow],
    key: Vec<usize>,
    version: Option<&String>,
    rights: Rights,
) -> Result<Shape, Fault> {
    let kind = kind(&table.kind)?;
    Ok(Shape {
        id,
        name: TableName {
            schema: text::line(&table.schema).into_owned(),
            name: text::line(&table.name).into_owned(),
        },
        kind,
        comment: table.comment.clone(),
        columns: rows.iter().map(|row| column(row, rights)).collect(),
        read_only: read_only(table, kind, &key, rights),
        key,
        guard: guard(version, table.xmin),
        hard_locks: false,
        rights,
        // What there is in all is not what there is for somebody who reaches some rows.
        estimated_rows: table
            .estimated
            .filter(|_| !rights.partly && rights.view)
            .and_then(|rows| u64::try_from(rows).ok()),
        couples: Vec::new(),
        references: Vec::new(),
        uniques: Vec::new(),
    })
}

/// Catalog numbers of the visible columns, by position.
pub(super) struct Places(Vec<i16>);

impl Places {
    pub(super) fn of(&self, number: i16) -> Option<usize> {
        self.0.iter().position(|one| *one == number)
    }
}

fn gone() -> Fault {
    Fault::Outdated {
        message: "the table is gone, or it may no longer be seen; the list of tables is read again"
            .into(),
    }
}

/// The first key of which every column can be seen.
fn key(keys: &[Row], places: &Places, rows: &[ColumnRow]) -> Result<Vec<usize>, Fault> {
    for key in keys {
        let numbers: Vec<i16> = row::column(key, 0)?;
        let found: Option<Vec<usize>> = numbers
            .iter()
            .map(|number| places.of(*number).filter(|place| rows[*place].readable))
            .collect();
        if let Some(found) = found {
            return Ok(found);
        }
    }
    Ok(Vec::new())
}

fn kind(kind: &str) -> Result<TableKind, Fault> {
    match kind {
        "r" => Ok(TableKind::Table),
        "p" => Ok(TableKind::Partitioned),
        "v" => Ok(TableKind::View),
        "m" => Ok(TableKind::MaterialisedView),
        "f" => Ok(TableKind::Foreign),
        _ => Err(gone()),
    }
}

fn guard(version: Option<&String>, xmin: bool) -> GuardKind {
    match version {
        Some(column) => GuardKind::Version {
            column: column.clone(),
        },
        None if xmin => GuardKind::Xmin,
        None => GuardKind::OldValues,
    }
}

fn read_only(table: &TableRow, kind: TableKind, key: &[usize], rights: Rights) -> Option<ReadOnly> {
    match kind {
        TableKind::View => Some(ReadOnly::View),
        TableKind::MaterialisedView => Some(ReadOnly::MaterialisedView),
        TableKind::Foreign => Some(ReadOnly::Foreign),
        _ if table.server_read_only => Some(ReadOnly::Server),
        _ if key.is_empty() => Some(ReadOnly::NoKey),
        _ if !(rights.insert || rights.update || rights.delete) => Some(ReadOnly::NoRight),
        _ => None,
    }
}

fn column(row: &ColumnRow, rights: Rights) -> Column {
    Column {
        number: row.number,
        name: text::line(&row.name).into_owned(),
        comment: row.comment.clone(),
        type_name: row.type_name.clone(),
        kind: column_kind(row),
        not_null: row.refuses_null,
        default: row.default.clone(),
        generated: row.generated,
        may_insert: rights.insert && row.insertable && !row.generated,
        may_update: rights.update && row.updatable && !row.generated,
        facts: ColumnFacts {
            base: row.base.clone(),
            modifier: row.modifier,
            identity: row.default.as_deref() == Some("identity"),
            ..ColumnFacts::default()
        },
    }
}

fn column_kind(row: &ColumnRow) -> ColumnKind {
    if let Some(labels) = &row.labels {
        let labels = labels.clone();
        return ColumnKind::Enum { labels };
    }
    match row.base.as_str() {
        "text" | "citext" | "name" | "varchar" | "bpchar" => ColumnKind::Text {
            // The modifier counts four bytes of header.
            max_chars: match row.base.as_str() {
                "varchar" | "bpchar" => u32::try_from(row.modifier - 4).ok(),
                _ => None,
            },
        },
        "bool" => ColumnKind::Boolean,
        "date" => ColumnKind::Date,
        "time" | "timetz" | "timestamp" | "timestamptz" | "interval" => ColumnKind::Time,
        "json" | "jsonb" => ColumnKind::Json,
        "bytea" => ColumnKind::Bytes,
        "int2" | "int4" | "int8" | "float4" | "float8" | "numeric" => ColumnKind::Number,
        _ => ColumnKind::Other,
    }
}

fn detail(row: &ColumnRow, in_key: bool) -> Detail {
    let kind = column_kind(row);
    Detail {
        name: quoted(&row.name),
        bare_name: row.name.clone(),
        cast: row.cast.clone(),
        readable: row.readable,
        not_null: row.never_null,
        ordered: row.ordered,
        by_path: super::is_by_path(&row.base),
        indexed: row.indexed,
        equal: row.ordered,
        cut: match &kind {
            ColumnKind::Text {
                max_chars: Some(0..=64),
            }
            | ColumnKind::Number
            | ColumnKind::Boolean
            | ColumnKind::Date
            | ColumnKind::Time
            | ColumnKind::Enum { .. } => match row.base.as_str() {
                "numeric" => Cut::Text,
                _ => Cut::Never,
            },
            ColumnKind::Bytes => Cut::Bytes,
            _ if matches!(
                row.base.as_str(),
                "uuid" | "inet" | "cidr" | "macaddr" | "oid"
            ) =>
            {
                Cut::Never
            }
            _ => Cut::Text,
        },
        search: match kind {
            ColumnKind::Text { .. } if row.loose => Search::Recollated,
            ColumnKind::Text { .. } => Search::Plain,
            ColumnKind::Enum { .. } => Search::AsText,
            _ if in_key => Search::AsText,
            _ => Search::No,
        },
    }
}

fn constraint(row: &Row, places: &Places) -> Result<Constraint, Fault> {
    let numbers: Vec<i16> = row::column(row, 1)?;
    Ok(Constraint {
        name: row::column(row, 0)?,
        columns: numbers
            .iter()
            .filter_map(|number| places.of(*number))
            .collect(),
        kind: row::column(row, 2)?,
    })
}
