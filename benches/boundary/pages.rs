//! Pages of the grid under the policies against the same pages without: by key, sorted, searched.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rowhouse::db::Database;
use rowhouse::db::contract::{RecordsReply, RecordsRequest, Reply, Request};
use rowhouse::domain::query::{Cursor, Direction, Filter, Page, PageFrom, PageQuery, SortColumn};
use rowhouse::domain::table::Shape;
use rowhouse::domain::value::Value;
use tokio_postgres::types::{ToSql, Type};

use super::lab::{Got, Lab, shape};
use super::report::{Promise, Report, median};

/// The rows of a page.
const LIMIT: u16 = 50;

/// The name of the page that few rows are found for.
const RARE: &str = "search for a rare text";

/// How long one kind of page is measured at most.
const LONGEST: Duration = Duration::from_secs(15);

/// A page that is measured: its name, the sorted column, the words, and where it begins.
///
/// Without the boundary the same client asks for the same page. Only a rare text is looked for by hand there: the
/// client looks into a column too that has no index, and would read the whole table.
type Wanted<'a> = (&'a str, Option<&'a str>, String, PageFrom);

/// Measures all kinds of pages.
pub async fn measure(lab: &Lab, report: &mut Report) -> Got<()> {
    let within = Seat::new(lab.within(0).await?).await?;
    let without = Seat::new(lab.without().await?).await?;
    // Pages go on from rows that are there: the filling says what is in a row.
    let middle = lab.scale.rows / 2 / 4 * 4;
    let price = format!("{:.2}", (middle % 9_973) as f64 * 1.25);
    let down = (middle + 2).to_string();
    let middle = middle.to_string();
    let after = |values: &[&str]| {
        let values = values.iter().map(|value| Value::text(*value)).collect();
        PageFrom::After(Cursor { values })
    };
    // Few rows hold the first text, many the second.
    let rare = "Machine 1234".to_owned();
    let usual = "by hand".to_owned();
    let mut wanted: Vec<Wanted<'_>> = vec![
        ("first page by key", None, String::new(), PageFrom::First),
        ("page by key", None, String::new(), after(&[&middle])),
        ("last page by key", None, String::new(), PageFrom::Last),
        (
            "page by a numeric column",
            Some("price"),
            String::new(),
            after(&[&price, &middle]),
        ),
        (
            "page by an enum column",
            Some("status"),
            String::new(),
            after(&["Down", &down]),
        ),
    ];
    if lab.trigrams {
        wanted.push((RARE, None, rare, PageFrom::First));
        wanted.push(("search for a usual text", None, usual, PageFrom::First));
    } else {
        let why = "not measured: pg_trgm is not installed on this machine";
        report.note("search for a text", String::new(), why);
    }
    for one in &wanted {
        compare(lab, report, one, [&within, &without]).await?;
    }
    Ok(())
}

async fn compare(
    lab: &Lab,
    report: &mut Report,
    wanted: &Wanted<'_>,
    [within, without]: [&Seat; 2],
) -> Got<()> {
    let (name, column, words, from) = wanted;
    let mut times = [Vec::new(), Vec::new()];
    let began = Instant::now();
    // Often enough for a median, and no longer than somebody waits for it.
    while times[0].len() < lab.scale.pages && began.elapsed() < LONGEST {
        let query = within.query(*column, words, from)?;
        let started = Instant::now();
        let page = within.page(query).await?;
        times[0].push(started.elapsed().as_secs_f64() * 1_000.0);
        let ours = page.rows.iter().filter_map(|row| row.key.as_ref());
        let ours: Vec<String> = ours.map(|key| key.0[0].clone()).collect();
        let started = Instant::now();
        let theirs = match *name != RARE {
            true => {
                let page = without.page(without.query(*column, words, from)?).await?;
                let rows = page.rows.into_iter().filter_map(|row| row.key);
                rows.map(|key| key.0[0].clone()).collect()
            }
            false => by_hand(lab, words).await?,
        };
        times[1].push(started.elapsed().as_secs_f64() * 1_000.0);
        if ours != theirs || ours.is_empty() {
            return Err(format!("{name}: not the same rows on both sides").into());
        }
    }
    let medians = times.each_mut().map(|times| median(times));
    let told = |ms: f64| (format!("{ms:.2} ms"), ms);
    let promised = Some(Promise::AtMost(2.0));
    let rows = format!("{name}, {} rows", lab.scale.rows);
    report.compare(
        rows,
        told(medians[0]),
        "without policy",
        told(medians[1]),
        promised,
    );
    Ok(())
}

/// The same search as somebody writes it by hand who knows the indexes, without policy; sent as a page
/// is, in one pipelined transaction.
async fn by_hand(lab: &Lab, words: &str) -> Got<Vec<String>> {
    let sql = "select t.id::text, t.name, t.status::text, t.price::text, t.since::text, t.notes, \
                      t.rowhouse_version::text, t.xmin::text \
                 from stock t where t.name ilike $1 or t.notes ilike $1 or t.id::text ilike $1 \
                order by t.id limit 51";
    let pattern = format!("%{words}%");
    let params: [(&(dyn ToSql + Sync), Type); 1] = [(&pattern, Type::TEXT)];
    let (begun, rows, ended) = tokio::join!(
        biased;
        lab.owner
            .query_typed("BEGIN ISOLATION LEVEL READ COMMITTED READ ONLY", &[]),
        lab.owner.query_typed(sql, &params),
        lab.owner.query_typed("COMMIT", &[]),
    );
    begun?;
    ended?;
    Ok(rows?
        .iter()
        .take(LIMIT.into())
        .map(|row| row.get(0))
        .collect())
}

/// One client and what it knows of the table.
struct Seat {
    database: Database,
    shape: Arc<Shape>,
}

impl Seat {
    async fn new(database: Database) -> Got<Self> {
        let shape = shape(&database, "stock").await?;
        Ok(Self { database, shape })
    }

    fn query(&self, column: Option<&str>, words: &str, from: &PageFrom) -> Got<PageQuery> {
        let sort = match column {
            None => Vec::new(),
            Some(column) => vec![SortColumn {
                column: self.shape.column_named(column).ok_or("no such column")?,
                direction: Direction::Ascending,
            }],
        };
        Ok(PageQuery {
            table: self.shape.id,
            columns: (0..self.shape.columns.len()).collect(),
            sort,
            filter: Filter {
                quick: words.to_owned(),
                conditions: Vec::new(),
            },
            from: from.clone(),
            limit: LIMIT,
            cell_chars: 80,
        })
    }

    async fn page(&self, query: PageQuery) -> Got<Page> {
        let request = Request::Records(RecordsRequest::LoadPage(query));
        match self.database.perform(request).await? {
            Reply::Records(RecordsReply::PageLoaded(page)) => Ok(page),
            other => Err(format!("no page: {other:?}").into()),
        }
    }
}
