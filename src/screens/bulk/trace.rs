//! Taking a run of one's own back after its list was left: what it did is read record by record, and
//! becomes the rows of an ordinary dry run, guarded like any other. What somebody touched since is left
//! out and said.

use super::{Bulk, Todo, Work};
use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::{Asker, Outbox};
use crate::app::past;
use crate::app::place::Go;
use crate::app::problem::Problem;
use crate::db::contract::{
    CatalogRequest, Fault, HistoryReply, HistoryRequest, QueryId, Reply, Request,
};
use crate::domain::bulk::{Deed, Item, State};
use crate::domain::history::Kept;
use crate::domain::record::{FieldChange, Record, Verb};
use crate::domain::run::{Gone, OwnRun, RunPlace, RunRow, Which};
use crate::domain::table::Shape;
use crate::domain::text;
use crate::domain::value::Entry;

/// A run whose rows are read.
#[derive(Debug)]
pub(super) struct Tracing {
    /// The question that is not answered yet.
    pub query: QueryId,
    run: OwnRun,
    rows: Vec<RunRow>,
}

impl Bulk {
    /// Begins to take a run back: what it did is read first, and nothing is written.
    pub fn take_run_back(&mut self, run: OwnRun, cx: &Context, out: &mut Outbox) {
        out.speak_for(Asker::Bulk);
        self.work = None;
        self.whole = None;
        let table = run.table;
        let first = match cx.shapes.contains_key(&table) {
            true => of_run(&run, None),
            false => Request::Catalog(CatalogRequest::LoadShape { table }),
        };
        self.tracing = Some(Tracing {
            query: out.ask(first),
            run,
            rows: Vec::new(),
        });
    }

    /// Takes an answer about the run; gives back one that is about something else.
    pub(super) fn traced(
        &mut self,
        query: QueryId,
        reply: Result<Reply, Fault>,
        cx: &Context,
        out: &mut Outbox,
    ) -> Option<Result<Reply, Fault>> {
        let Some(mut tracing) = self.tracing.take_if(|tracing| tracing.query == query) else {
            return Some(reply);
        };
        let next = match reply {
            Ok(Reply::History(HistoryReply::RunLoaded { rows, next })) => {
                tracing.rows.extend(rows);
                next
            }
            Ok(Reply::Catalog(_)) if cx.shapes.contains_key(&tracing.run.table) => {
                self.read_run(tracing, None, out);
                return None;
            }
            Err(Fault::Cancelled) | Ok(_) => {
                out.go(Go::Back);
                return None;
            }
            Err(fault) => {
                out.tell_problem(&Problem::from(fault).kept("nothing was changed"));
                out.go(Go::Back);
                return None;
            }
        };
        match next {
            Some(place) => self.read_run(tracing, Some(place), out),
            None => self.run_read(tracing, cx, out),
        }
        None
    }

    fn read_run(&mut self, mut tracing: Tracing, after: Option<RunPlace>, out: &mut Outbox) {
        out.speak_for(Asker::Bulk);
        tracing.query = out.ask(of_run(&tracing.run, after));
        self.tracing = Some(tracing);
    }

    /// All that it did is known: what would be done now is read as at the first time.
    fn run_read(&mut self, tracing: Tracing, cx: &Context, out: &mut Outbox) {
        let Tracing { run, mut rows, .. } = tracing;
        let Some(shape) = cx.shapes.get(&run.table).cloned() else {
            return out.go(Go::Back);
        };
        let deed = match run.verb {
            Verb::Update => Deed::TakeBack,
            Verb::Insert => Deed::Delete,
            Verb::Delete | Verb::Truncate => Deed::Restore,
        };
        if let Some(why) = why_not(deed, &rows, &shape) {
            out.tell(Mood::Warning, why);
            return out.go(Go::Back);
        }
        if deed == Deed::Restore && rows.iter().any(|row| row.along) {
            let (table, which) = (run.table, Which::Run(run.run));
            return out.go(Go::BringBack(Box::new(Gone { table, which })));
        }
        if deed == Deed::Restore {
            // What was deleted last comes back first, because others may refer to it.
            rows.reverse();
        }
        let todo = rows.into_iter().map(|row| todo(row, deed, &shape, cx));
        self.begin(run.table, deed, None, todo.collect(), cx, out);
    }
}

impl Todo {
    /// Plans what is to be done to a row as it was read.
    pub(super) fn planned(&self, work: &Work, record: Option<Record>) -> Item {
        let (key, wanted) = (self.key.clone(), self.wanted.clone());
        let holds = record.as_ref().is_none_or(|record| {
            let same = |(at, value): &(usize, _)| record.values.get(*at) == Some(value);
            self.over.iter().all(same)
        });
        let mut item = match work.deed {
            Deed::Restore => Item::restored(key, record.as_ref(), wanted, work.shape.columns.len()),
            deed => Item::planned(deed, key, record, wanted),
        };
        if let Some(why) = &self.barred {
            item.state = State::Barred(why.clone());
        } else if !holds && item.state == State::Waiting {
            item.state = State::Barred("it does not hold what you had set any more".into());
        }
        item
    }
}

fn of_run(run: &OwnRun, after: Option<RunPlace>) -> Request {
    Request::History(HistoryRequest::LoadRun {
        table: run.table,
        verb: run.verb,
        run: run.run.clone(),
        after,
    })
}

/// Says why nothing of it can be taken back.
fn why_not(deed: Deed, rows: &[RunRow], shape: &Shape) -> Option<String> {
    if rows.is_empty() {
        return Some("None of these records may be seen by you any more".into());
    }
    let table = shape.name.to_string();
    let table = text::line(&table);
    (deed == Deed::Restore && !shape.may_insert())
        .then(|| format!("You may not create records in {table}"))
}

/// What is to become of a record of the run.
fn todo(row: RunRow, deed: Deed, shape: &Shape, cx: &Context) -> Todo {
    let since = row.touched.as_ref().map(|touched| past::since(touched, cx));
    let mut todo = Todo::new(row.key.clone(), Vec::new());
    let lost = match deed {
        Deed::Delete | Deed::Change => None,
        Deed::TakeBack => fill_back(&mut todo, &row, shape),
        Deed::Restore => fill_again(&mut todo, &row, shape),
    };
    todo.barred = since.or(lost);
    todo
}

/// Gives the fields what they held before; says what of it is not known.
fn fill_back(todo: &mut Todo, row: &RunRow, shape: &Shape) -> Option<String> {
    for field in &row.fields {
        let whole = |kept: &Option<Kept>| kept.as_ref().and_then(Kept::whole).cloned();
        let column = shape.column_named(&field.column);
        let (Some(column), Some(old)) = (column, whole(&field.old)) else {
            return Some(not_kept(&field.column));
        };
        todo.wanted.push(FieldChange {
            column,
            entry: Entry::Value(old),
        });
        todo.over.extend(whole(&field.new).map(|new| (column, new)));
    }
    withheld(row)
}

/// Gives a deleted record the values it had; says what of them is not known.
fn fill_again(todo: &mut Todo, row: &RunRow, shape: &Shape) -> Option<String> {
    for field in &row.fields {
        let Some(column) = shape.column_named(&field.column) else {
            return Some(not_kept(&field.column));
        };
        let facts = &shape.columns[column];
        if !facts.may_insert || facts.generated {
            continue;
        }
        let Some(value) = field.old.as_ref().and_then(Kept::whole).cloned() else {
            return Some(not_kept(&field.column));
        };
        todo.wanted.push(FieldChange {
            column,
            entry: Entry::Value(value),
        });
    }
    todo.wanted.sort_by_key(|change| change.column);
    withheld(row)
}

fn not_kept(column: &str) -> String {
    format!("what {} held is not kept whole", text::line(column))
}

fn withheld(row: &RunRow) -> Option<String> {
    (row.withheld > 0).then(|| "some of its columns may not be read or are gone".into())
}
