//! Pages of the grid under the policies against the same pages without: by key, sorted, searched.

use std::sync::Arc;
use std::time::Instant;

use rowhouse::db::Database;
use rowhouse::db::contract::{RecordsReply, RecordsRequest, Reply, Request};
use rowhouse::domain::query::{Cursor, Direction, Filter, Page, PageFrom, PageQuery, SortColumn};
use rowhouse::domain::table::Shape;
use rowhouse::domain::value::Value;

use super::lab::{Got, Lab, shape};
use super::report::{Promise, Report, median};

/// The rows of a page.
const LIMIT: u16 = 50;

/// A page that is measured: its name, the sorted column, the words, and where it begins.
type Wanted<'a> = (&'a str, Option<&'a str>, String, PageFrom);

/// Measures all kinds of pages.
pub async fn measure(lab: &Lab, report: &mut Report) -> Got<()> {
    let within = Seat::new(lab.within(0).await?).await?;
    let without = Seat::new(lab.without().await?).await?;
    let middle = (lab.scale.rows / 2).to_string();
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
            after(&["1000.00", &middle]),
        ),
        (
            "page by an enum column",
            Some("status"),
            String::new(),
            after(&["Down", &middle]),
        ),
    ];
    if lab.trigrams {
        wanted.push(("search for a rare text", None, rare, PageFrom::First));
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
    let mut found = [Vec::new(), Vec::new()];
    for _ in 0..lab.scale.pages {
        for (place, seat) in [within, without].into_iter().enumerate() {
            let query = seat.query(*column, words, from)?;
            let started = Instant::now();
            let page = seat.page(query).await?;
            times[place].push(started.elapsed().as_secs_f64() * 1_000.0);
            found[place] = page.rows.iter().map(|row| row.key.clone()).collect();
        }
    }
    if found[0] != found[1] || found[0].is_empty() {
        return Err(format!("{name}: not the same rows on both sides").into());
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
