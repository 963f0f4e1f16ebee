//! Pages by keyset: one statement for the rows, one for whether others stand beyond the start.

mod among;
mod cells;
pub(super) mod cursor;
mod labels;
mod others;
mod position;
mod search;
pub(super) mod share;

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio_postgres::Row as Answer;

use super::contract::Fault;
use super::filter;
use super::open::Open;
use super::row;
use super::shape::{self, Cut, Known};
use super::sql::Sql;
use super::tx::Statement;
use crate::domain::query::{Cursor, Filter, Page, PageFrom, PageQuery, Row};
use crate::domain::record::{Guard, RecordKey};
use crate::domain::table::TableId;
use crate::domain::value::Value;
use cells::cell;
use labels::Label;
use position::{Look, Rank};

/// Loads one page.
pub(super) async fn load(open: &Open, query: PageQuery) -> Result<Page, Fault> {
    let known = shape::load(open, query.table).await?;
    let labels = labels::of(open, &known, &query.columns);
    let page = load_with(open, &known, &query, &labels).await;
    match page {
        // A table that is referred to was altered, or may be read no more: the rows alone, then.
        Err(Fault::Outdated { .. } | Fault::NotPermitted { .. }) if !labels.is_empty() => {
            labels.iter().for_each(|one| open.shapes.forget(one.table));
            let again = shape::load(open, query.table).await?;
            shape::check_same(&known, &again)?;
            load_with(open, &again, &query, &[]).await
        }
        page => page,
    }
}

async fn load_with(
    open: &Open,
    known: &Known,
    query: &PageQuery,
    labels: &[Label],
) -> Result<Page, Fault> {
    if let PageFrom::Row(cursor) = &query.from {
        return among::load(open, known, query, cursor, labels).await;
    }
    let mut plan = Plan::new(known, query, labels)?;
    let rows = std::mem::take(&mut plan.rows);
    let mut statements = vec![rows, shape::mark(query.table, open.is_shared())];
    statements.extend(plan.others.take());
    let answers = shape::forgetting(open, query.table, open.read(statements).await)?;
    let [rows, mark, others @ ..] = answers.as_slice() else {
        return Err(shape::outdated());
    };
    shape::check_mark(open, known, mark).await?;
    plan.page(known, query, rows, others.first().map(Vec::as_slice))
}

/// Counts the rows of a filter exactly.
pub(super) async fn count(open: &Open, table: TableId, wanted: &Filter) -> Result<u64, Fault> {
    let known = shape::load(open, table).await?;
    let mut sql = Sql::new("select count(*) from ");
    sql.push(&known.table).push(" t");
    filter::push(&mut sql, &known, wanted)?;
    let answers = shape::forgetting(open, table, open.read(vec![sql.finish()]).await)?;
    let count: i64 = row::column(row::only(answers.first().map_or(&[], Vec::as_slice))?, 0)?;
    Ok(count.unsigned_abs())
}

/// A page's statements.
struct Plan {
    rows: Statement,
    list: List,
    /// Whether each answer names its place in the order, behind all else.
    placed: bool,
    others: Option<Statement>,
    ranks: Vec<Rank>,
    look: Look,
}

impl Plan {
    fn new(known: &Known, query: &PageQuery, labels: &[Label]) -> Result<Self, Fault> {
        let ranks = position::ranks(known, &query.sort)?;
        // Without a key or an address there is no position to start from: only the first rows.
        let from = match &query.from {
            PageFrom::After(_) | PageFrom::Before(_) | PageFrom::From(_) | PageFrom::Row(_)
                if known.is_unordered() =>
            {
                &PageFrom::First
            }
            from => from,
        };
        let (look, start) = match from {
            PageFrom::First => (Look::Forward, None),
            PageFrom::Last => (Look::Backward, None),
            PageFrom::After(cursor) => (Look::Forward, Some((cursor, false))),
            PageFrom::Before(cursor) => (Look::Backward, Some((cursor, false))),
            PageFrom::From(cursor) | PageFrom::Row(cursor) => (Look::Forward, Some((cursor, true))),
        };
        let list = List::new(known, query, &ranks, labels)?;
        let begin = search::Start {
            cursor: start.map(|(cursor, _)| cursor),
            inclusive: start.is_some_and(|(_, inclusive)| inclusive),
            look,
        };
        let searched = search::serves(known, query, &ranks);
        let statement = match searched {
            true => {
                let texts = (list.text(), list.sources(known));
                search::rows(known, query, &ranks, begin, (&texts.0, &texts.1))?
            }
            false => under_policy(known, query, &ranks, &list, begin)?,
        };
        let others = start
            .map(|(cursor, inclusive)| match searched {
                true => search::others(known, query, &ranks, begin.other_side()),
                false => others::others(known, query, &ranks, cursor, look, !inclusive),
            })
            .transpose()?;
        Ok(Self {
            rows: statement,
            list,
            placed: searched,
            others,
            ranks,
            look,
        })
    }

    /// Reads the page from its answers: the rows, and whether others stand beyond its start.
    fn page(
        &self,
        known: &Known,
        query: &PageQuery,
        rows: &[Answer],
        others: Option<&[Answer]>,
    ) -> Result<Page, Fault> {
        let beyond_start = match others {
            Some(found) => row::column(row::only(found)?, 0)?,
            None => false,
        };
        let limit = usize::from(query.limit);
        let all = query.columns.iter().copied().eq(0..known.columns.len());
        let columns: Option<Arc<[usize]>> = (!all).then(|| query.columns.clone().into());
        let mut page = Page {
            rows: self
                .in_order(rows)?
                .into_iter()
                .take(limit)
                .map(|answer| self.list.read(answer, query, columns.clone()))
                .collect::<Result<_, _>>()?,
            more_before: beyond_start,
            more_after: rows.len() > limit,
            partial: self.ranks.is_empty() || known.is_unordered(),
        };
        if self.look == Look::Backward {
            page.rows.reverse();
            std::mem::swap(&mut page.more_before, &mut page.more_after);
        }
        Ok(page)
    }
}

impl Plan {
    /// The answers in the order of the page.
    fn in_order<'a>(&self, rows: &'a [Answer]) -> Result<Vec<&'a Answer>, Fault> {
        if !self.placed {
            return Ok(rows.iter().collect());
        }
        let behind = self.list.expressions.len();
        let placed = rows
            .iter()
            .map(|row| Ok((row::column::<i64>(row, behind)?, row)));
        let mut placed = placed.collect::<Result<Vec<_>, Fault>>()?;
        placed.sort_by_key(|(place, _)| *place);
        Ok(placed.into_iter().map(|(_, row)| row).collect())
    }
}

/// The rows of a page, read in one go as the table and its policies let them.
fn under_policy(
    known: &Known,
    query: &PageQuery,
    ranks: &[Rank],
    list: &List,
    start: search::Start<'_>,
) -> Result<Statement, Fault> {
    // Sorted and limited inside, made into text outside: else every row of the table is.
    let mut sql = Sql::new("select ");
    sql.push(&list.text()).push(" from (select ");
    sql.push(&list.sources(known)).push(" from ");
    sql.push(&known.table).push(" t");
    filter::push(&mut sql, known, &query.filter)?;
    if let Some(cursor) = start.cursor {
        let beyond = position::beyond(&mut sql, ranks, cursor, start.look, start.inclusive)?;
        sql.push(" and ").push(&beyond);
    }
    let order = position::order_by(ranks, start.look);
    sql.push(&order);
    sql.push(&format!(" limit {}) t{order}", u32::from(query.limit) + 1));
    Ok(sql.finish())
}

/// What a page's statement returns, and where in each answer it stands.
struct List {
    expressions: Vec<String>,
    /// The columns that the expressions are made of, by position.
    columns: BTreeSet<usize>,
    key: Option<Vec<usize>>,
    cursor: Vec<usize>,
    version: Option<usize>,
    xmin: Option<usize>,
    /// The cells, and the names of what they refer to.
    cells: Vec<(Place, Option<usize>)>,
}

/// Where a cell stands in an answer.
#[derive(Clone, Copy)]
enum Place {
    /// Nowhere: the person may not read it.
    Hidden,
    /// The whole value.
    Whole(usize),
    /// The beginning, and the whole length where it was cut.
    Cut(usize, usize),
}

impl List {
    fn new(
        known: &Known,
        query: &PageQuery,
        ranks: &[Rank],
        labels: &[Label],
    ) -> Result<Self, Fault> {
        let sorted = ranks.iter().filter_map(|rank| rank.column);
        let mut list = Self {
            expressions: Vec::new(),
            columns: sorted.chain(known.shape.key.iter().copied()).collect(),
            key: None,
            cursor: Vec::new(),
            version: None,
            xmin: None,
            cells: Vec::new(),
        };
        let key = &known.shape.key;
        if !key.is_empty() {
            let places = key.iter().map(|column| list.add(known.text(*column)));
            list.key = Some(places.collect());
        }
        list.cursor = ranks
            .iter()
            .map(|rank| list.add(rank.text.clone()))
            .collect();
        if let Some(version) = &known.version {
            list.version = Some(list.add(format!("t.{version}::text")));
        }
        if known.xmin {
            list.xmin = Some(list.add("t.xmin::text".into()));
        }
        for column in &query.columns {
            let place = list.cell(known, *column, query.cell_chars)?;
            let label = labels.iter().find(|label| label.column == *column);
            let label = label.map(|label| list.add(label.expression.clone()));
            list.cells.push((place, label));
        }
        Ok(list)
    }

    fn add(&mut self, expression: String) -> usize {
        let known = self.expressions.iter().position(|one| *one == expression);
        known.unwrap_or_else(|| {
            self.expressions.push(expression);
            self.expressions.len() - 1
        })
    }

    fn cell(&mut self, known: &Known, column: usize, most: u16) -> Result<Place, Fault> {
        let detail = known.columns.get(column).ok_or_else(shape::outdated)?;
        let text = known.text(column);
        if !detail.readable {
            return Ok(Place::Hidden);
        }
        self.columns.insert(column);
        if detail.cut == Cut::Never || self.expressions.contains(&text) {
            return Ok(Place::Whole(self.add(text)));
        }
        let (length, beginning) = match detail.cut {
            // Two digits for a byte, after `\x`; cut before it is made longer.
            Cut::Bytes => (
                format!("pg_catalog.octet_length(t.{}) * 2 + 2", detail.name),
                format!(
                    "left(pg_catalog.substring(t.{}, 1, {})::text, {most})",
                    detail.name,
                    most / 2 + 1
                ),
            ),
            Cut::Text | Cut::Never => (
                format!("pg_catalog.length({text})"),
                format!("left({text}, {most})"),
            ),
        };
        let beginning = self.add(beginning);
        let whole = self.add(format!("nullif(greatest({length}, {most}), {most})"));
        Ok(Place::Cut(beginning, whole))
    }

    /// The bare columns, system columns under their own names.
    fn sources(&self, known: &Known) -> String {
        let columns = self
            .columns
            .iter()
            .map(|column| &known.columns[*column].name);
        let version = known.version.iter();
        let mut sources: Vec<String> = columns
            .chain(version)
            .map(|name| format!("t.{name}"))
            .collect();
        if known.xmin {
            sources.push("t.xmin".into());
        }
        if known.shape.key.is_empty() {
            sources.extend(known.row_address.iter().map(|name| format!("t.{name}")));
        }
        match sources.is_empty() {
            true => "1".into(),
            false => sources.join(", "),
        }
    }

    fn text(&self) -> String {
        let named: Vec<String> = self
            .expressions
            .iter()
            .enumerate()
            .map(|(place, expression)| format!("{expression} as c{place}"))
            .collect();
        match named.is_empty() {
            true => "null::text".into(),
            false => named.join(", "),
        }
    }

    fn read(
        &self,
        answer: &Answer,
        query: &PageQuery,
        columns: Option<Arc<[usize]>>,
    ) -> Result<Row, Fault> {
        let value = |place: &usize| row::raw(answer, *place).map(Value::from);
        let key = match &self.key {
            None => None,
            Some(places) => Some(RecordKey(
                places
                    .iter()
                    .map(|place| row::raw(answer, *place).map(Option::unwrap_or_default))
                    .collect::<Result<_, _>>()?,
            )),
        };
        Ok(Row {
            key,
            cursor: Cursor {
                values: self.cursor.iter().map(value).collect::<Result<_, _>>()?,
            },
            guard: Guard {
                version: row::version(answer, self.version)?,
                xmin: self
                    .xmin
                    .map_or(Ok(None), |place| row::raw(answer, place))?,
            },
            cells: self
                .cells
                .iter()
                .map(|(place, label)| {
                    let mut cell = cell(answer, *place, query.cell_chars)?;
                    if let Some(label) = label {
                        let named = row::shown_or_null(answer, *label)?;
                        cell.label = named.filter(|name| !name.is_empty());
                    }
                    Ok(cell)
                })
                .collect::<Result<_, _>>()?,
            columns,
        })
    }
}
