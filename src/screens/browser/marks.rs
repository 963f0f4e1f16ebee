//! Marking rows: one by one, all that the filter finds, none; and on to what is done with them.

use super::{Browser, words};
use crate::app::context::Context;
use crate::app::forms::{self, draft};
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::Go;
use crate::db::contract::{Fault, QueryId, RecordsReply, RecordsRequest, Reply, Request};
use crate::domain::draft::{NamedFilter, Rows};
use crate::domain::marks::{MOST, Marks};
use crate::domain::number::grouped;
use crate::domain::query::{Filter, Page, PageFrom, PageQuery};
use crate::domain::record::RecordKey;
use crate::domain::table::TableId;
use crate::input::action::{Action, BulkAction, ListAction, Scope};

/// How many keys are read at once.
const AT_ONCE: u16 = 1_000;

/// The keys of all rows of a filter, while they are read.
#[derive(Debug)]
pub(super) struct Marking {
    query: QueryId,
    table: TableId,
    filter: Filter,
    found: Vec<RecordKey>,
}

impl Browser {
    /// Does what was asked for with marks.
    pub(super) fn act_marks(&mut self, action: BulkAction, cx: &Context, out: &mut Outbox) {
        match action {
            BulkAction::MarkRow => self.mark_row(cx, out),
            BulkAction::MarkAll => self.mark_all(cx, out),
            BulkAction::UnmarkAll => self.unmark_all(out),
            BulkAction::ChangeMarked => self.change_marked(cx, out),
            BulkAction::Apply
            | BulkAction::EditFields
            | BulkAction::Retry
            | BulkAction::TakeBack
            | BulkAction::ShowRow
            | BulkAction::OpenRow
            | BulkAction::Continue => {}
        }
    }

    /// The rows of this table that are marked.
    pub(super) fn marks(&self) -> Option<&Marks> {
        let marks = self.marks.get(&self.table?)?;
        (!marks.is_empty()).then_some(marks)
    }

    /// Whether a row is marked.
    pub(super) fn is_marked(&self, key: Option<&RecordKey>) -> bool {
        let marks = self.marks();
        key.is_some_and(|key| marks.is_some_and(|marks| marks.holds(key)))
    }

    /// Says how many rows are marked, before how many there are: `3 marked · `.
    pub(super) fn marked_in_words(&self) -> String {
        self.marks().map_or(String::new(), |marks| {
            let count = u64::try_from(marks.count()).unwrap_or(u64::MAX);
            format!("{} marked · ", grouped(count))
        })
    }

    /// Takes the marks of rows that are gone away.
    pub fn unmark(&mut self, table: TableId, gone: &[RecordKey]) {
        if let Some(marks) = self.marks.get_mut(&table) {
            marks.remove_all(gone);
        }
    }

    /// Whether the person waits for all rows of the filter to be marked.
    pub(super) fn is_marking(&self, query: QueryId) -> bool {
        let marking = self.marking.as_ref();
        marking.is_some_and(|marking| marking.query == query)
    }

    /// Stops marking all rows; says whether that was under way.
    pub(super) fn stop_marking(&mut self, out: &mut Outbox) -> bool {
        let Some(marking) = self.marking.take() else {
            return false;
        };
        out.cancel(marking.query);
        true
    }

    /// Takes keys for marking all rows; marks are set when all are here.
    pub(super) fn marking_answered(&mut self, reply: Result<Reply, Fault>, out: &mut Outbox) {
        let Some(mut marking) = self.marking.take() else {
            return;
        };
        let page = match reply {
            Ok(Reply::Records(RecordsReply::PageLoaded(page))) => page,
            Ok(_) | Err(Fault::Cancelled | Fault::SessionOver { .. }) => return,
            Err(fault) => {
                let problem = crate::app::problem::Problem::from(fault);
                return out.tell_problem(&problem.kept("no mark was set or taken away"));
            }
        };
        let next = page.rows.last().map(|row| row.cursor.clone());
        let more = page.more_after;
        marking.found.extend(keys(page));
        if marking.found.len() > MOST {
            let most = grouped(u64::try_from(MOST).unwrap_or(u64::MAX));
            let line = format!("More than {most} rows are too many to mark: filter them further");
            return out.tell(Mood::Warning, line);
        }
        if let (Some(next), true) = (next, more) {
            return self.ask_for_keys(marking, PageFrom::After(next), out);
        }
        let marks = self.marks.entry(marking.table).or_default();
        let all = marking.found.iter().all(|key| marks.add(key));
        let found = u64::try_from(marking.found.len()).unwrap_or(u64::MAX);
        match (all, found) {
            (false, _) => out.tell(
                Mood::Warning,
                "Not all rows were marked: there are too many",
            ),
            (true, 1) => out.tell(Mood::Done, "The one row found is marked"),
            (true, found) => {
                out.tell(
                    Mood::Done,
                    format!("All {} rows found are marked", grouped(found)),
                );
            }
        }
    }

    /// Marks the row under the cursor, or takes its mark away, and moves on.
    fn mark_row(&mut self, cx: &Context, out: &mut Outbox) {
        let row = self.window.as_ref().and_then(|window| window.current());
        let (Some(table), Some(row)) = (self.table, row) else {
            return out.tell(Mood::Told, "There is no record here");
        };
        let Some(key) = row.key.clone() else {
            return out.tell(Mood::Warning, words::no_key());
        };
        if self.is_gone() {
            return out.tell(Mood::Warning, self.gone_in_words(cx));
        }
        let marks = self.marks.entry(table).or_default();
        if marks.holds(&key) {
            marks.remove(&key);
        } else if !marks.add(&key) {
            return out.tell(Mood::Warning, "No more rows can be marked");
        }
        self.act(Action::List(ListAction::Down), cx, out);
    }

    fn mark_all(&mut self, cx: &Context, out: &mut Outbox) {
        let (Some(table), Some(shape), Some(_)) = (self.table, &self.shape, &self.window) else {
            return;
        };
        if shape.key.is_empty() {
            return out.tell(Mood::Warning, words::no_key());
        }
        if self.marking.is_some() {
            return;
        }
        let marking = Marking {
            query: QueryId(0),
            table,
            filter: self.asked(&self.shown.filter, cx),
            found: Vec::new(),
        };
        self.ask_for_keys(marking, PageFrom::First, out);
    }

    fn ask_for_keys(&mut self, marking: Marking, from: PageFrom, out: &mut Outbox) {
        let request = RecordsRequest::LoadPage(PageQuery {
            table: marking.table,
            columns: Vec::new(),
            sort: Vec::new(),
            filter: marking.filter.clone(),
            from,
            limit: AT_ONCE,
            cell_chars: 1,
        });
        let query = out.ask(Request::Records(request));
        self.marking = Some(Marking { query, ..marking });
    }

    fn unmark_all(&mut self, out: &mut Outbox) {
        let before = self.table.and_then(|table| self.marks.remove(&table));
        match before.map_or(0, |marks| marks.count()) {
            0 => out.tell(Mood::Told, "No row is marked"),
            1 => out.tell(Mood::Told, "The mark is taken away"),
            count => out.tell(Mood::Told, format!("{count} marks are taken away")),
        }
    }

    /// Marks the rows of a draft again, under the filter that they were marked under. Rows that are
    /// marked already stay as they are.
    pub fn mark_again(&mut self, table: TableId, rows: &Rows, cx: &Context, out: &mut Outbox) {
        let marks = self.marks.entry(table).or_default();
        if marks.is_empty() {
            rows.keys.iter().for_each(|key| {
                marks.add(key);
            });
        }
        self.show_filtered(table, &rows.filter, cx, out);
    }

    fn change_marked(&mut self, cx: &Context, out: &mut Outbox) {
        let (Some(table), Some(shape)) = (self.table, self.shape.clone()) else {
            return;
        };
        if !shape.may_update() {
            return out.tell(Mood::Warning, words::not_offered(&shape, "changed"));
        }
        match self.marks() {
            None => {
                let [one, all] = [BulkAction::MarkRow, BulkAction::MarkAll]
                    .map(|action| forms::words::key(Action::Bulk(action), Scope::Grid, cx));
                let line = format!("No row is marked: {one} marks one, {all} all that are found");
                out.tell(Mood::Told, line);
            }
            Some(marks) => {
                let is_secret = |column| draft::is_secret(&shape, column, cx);
                let rows = Rows {
                    keys: marks.keys().into(),
                    filter: NamedFilter::of(&self.shown.filter, &shape, is_secret),
                    run: None,
                };
                out.go(Go::ChangeMarked { table, rows });
            }
        }
    }

    /// Deletes the marked rows, after showing them and what hangs on them; says whether any is marked.
    pub(super) fn delete_marked(&mut self, out: &mut Outbox) -> bool {
        let (Some(table), Some(marks)) = (self.table, self.marks()) else {
            return false;
        };
        let keys = marks.keys().to_vec();
        out.go(Go::DeleteMarked { table, keys });
        true
    }
}

fn keys(page: Page) -> impl Iterator<Item = RecordKey> {
    page.rows.into_iter().filter_map(|row| row.key)
}
