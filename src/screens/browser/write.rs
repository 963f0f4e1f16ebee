//! Rows to a file: which, under which name; how far it is, and what became of it. The rows themselves
//! never come here.

use super::{Browser, chips, words};
use crate::app::context::Context;
use crate::app::forms;
use crate::app::notice::Mood;
use crate::app::outbox::{Asker, Outbox};
use crate::app::overlay::{Confirm, Confirmed, Overlay};
use crate::app::problem::Problem;
use crate::app::writing::{Wanted, What, WriteRows};
use crate::db::contract::rows::{Extract, RowsRequest, Which, Writing};
use crate::db::contract::{Fault, QueryId, Reply, Request, RowsReply};
use crate::domain::number::grouped;
use crate::domain::query::{Direction, Filter, SortColumn};
use crate::domain::table::Shape;
use crate::domain::text;
use crate::input::action::{Action, AppAction, RowsAction, Scope};

/// A file that is being written, or waits for an answer.
#[derive(Debug)]
pub(super) struct RowsFile {
    /// The question under way; none while the person is asked whether to write over another file.
    query: Option<QueryId>,
    writing: Writing,
    rows: u64,
}

impl Browser {
    /// Does what takes something out of the grid.
    pub(super) fn act_rows(&mut self, action: RowsAction, cx: &Context, out: &mut Outbox) {
        match action {
            RowsAction::WriteRows => self.ask_what_to_write(cx, out),
            RowsAction::FollowReference => self.follow_reference(cx, out),
            RowsAction::WayBack => self.go_along(false, cx, out),
            RowsAction::WayForward => self.go_along(true, cx, out),
            RowsAction::Peek => self.peek(cx, out),
            RowsAction::CopyValue => self.copy_value(cx, out),
            RowsAction::CopyRow => self.ask_how_to_copy(out),
            // Of dialogs, and of values that are looked into.
            RowsAction::Fold
            | RowsAction::NextMatch
            | RowsAction::WriteValue
            | RowsAction::SwitchColumns
            | RowsAction::CopyTabbed
            | RowsAction::CopyObject => {}
        }
    }

    /// Asks which rows go to which file.
    fn ask_what_to_write(&self, cx: &Context, out: &mut Outbox) {
        let (Some(shape), Some(_)) = (&self.shape, &self.window) else {
            return;
        };
        if self.file.as_ref().is_some_and(|file| file.query.is_some()) {
            let stops = self.stops_file(cx);
            let line = format!("A file is being written already; {stops}");
            return out.tell(Mood::Told, line);
        }
        if !shape.rights.view {
            return out.tell(Mood::Warning, "You see no rows of this table to write");
        }
        let mut choices = Vec::new();
        if let Some(marks) = self.marks() {
            choices.push((What::Marked, marked(marks.count())));
        }
        if self.shown != super::View::default() {
            let these = self.these_rows(shape);
            choices.push((What::Shown, format!("these rows: {these}")));
        }
        choices.push((What::Whole, whole_table(shape)));
        if let Some(key) = self.current_key() {
            let name = words::record(shape, key);
            choices.push((What::Row, format!("this row alone: {name}")));
        }
        let day = cx.now.to_zoned(cx.zone.clone()).strftime("%Y-%m-%d");
        let name = format!("{}-{day}.csv", text::file_name(&shape.name.name));
        let columns = (self.columns.shown().len(), shape.columns.len());
        out.overlay(Overlay::WriteRows(WriteRows::new(choices, columns, &name)));
    }

    /// Writes what was chosen.
    pub fn write_rows(&mut self, wanted: Wanted, cx: &Context, out: &mut Outbox) {
        let (Some(table), Some(shape)) = (self.table, &self.shape) else {
            return;
        };
        let keys = self.marks().map(|marks| marks.keys().to_vec());
        let here = self.current_key().cloned();
        let (which, sort, words) = match (wanted.what, keys) {
            (What::Row, _) => {
                let words = "one row".to_owned();
                (Which::Keys(here.into_iter().collect()), Vec::new(), words)
            }
            (What::Marked, keys) => {
                let keys = keys.unwrap_or_default();
                let words = marked(keys.len());
                (Which::Keys(keys), self.shown.sort.clone(), words)
            }
            (What::Shown, _) => (
                Which::Filtered(self.asked(&self.shown.filter, cx)),
                self.shown.sort.clone(),
                self.these_rows(shape),
            ),
            (What::Whole, _) => (
                Which::Filtered(Filter::default()),
                Vec::new(),
                "the whole table".to_owned(),
            ),
        };
        // They went while it was asked: what was not chosen is not written in their stead.
        if which == Which::Keys(Vec::new()) {
            return out.tell(Mood::Warning, "Nothing was written: these rows are gone");
        }
        let columns = match wanted.all_columns {
            true => (0..shape.columns.len()).collect(),
            false => self.columns.shown().to_vec(),
        };
        let rows = Extract {
            table,
            which,
            sort,
            columns,
            form: wanted.form,
            raw: false,
            words,
        };
        self.begin_file(
            Writing {
                rows,
                file: wanted.file,
                over: false,
            },
            out,
        );
    }

    /// The person wants the file that is there to be replaced.
    pub fn write_over_confirmed(&mut self, out: &mut Outbox) {
        let Some(file) = self.file.take_if(|file| file.query.is_none()) else {
            return;
        };
        let writing = Writing {
            over: true,
            ..file.writing
        };
        self.begin_file(writing, out);
    }

    fn begin_file(&mut self, writing: Writing, out: &mut Outbox) {
        let query = out.write_rows(writing.clone());
        self.file = Some(RowsFile {
            query: Some(query),
            writing,
            rows: 0,
        });
    }

    /// So many rows are written.
    pub fn rows_told(&mut self, query: QueryId, rows: u64) {
        if let Some(file) = &mut self.file
            && file.query == Some(query)
        {
            file.rows = rows;
        }
    }

    /// The file is whole, or is not.
    pub fn rows_answered(&mut self, query: QueryId, reply: Result<Reply, Fault>, out: &mut Outbox) {
        let Some(mut file) = self.file.take_if(|file| file.query == Some(query)) else {
            return;
        };
        match reply {
            Ok(Reply::Rows(RowsReply::Written { path, rows, .. })) => {
                let path = text::line(&path).into_owned();
                out.tell(Mood::Done, format!("Wrote {} to {path}", counted(rows)));
            }
            Ok(Reply::Rows(RowsReply::IsThere { path })) => {
                file.query = None;
                self.file = Some(file);
                ask_to_write_over(&path, out);
            }
            Ok(Reply::Rows(RowsReply::NotWritten(why))) => {
                note_stopped(&file, out);
                out.tell(Mood::Failed, text::line(&why));
            }
            Ok(_) => {}
            Err(Fault::Cancelled) => stopped(&file, out),
            Err(fault) => {
                note_stopped(&file, out);
                out.tell_problem(&Problem::from(fault).kept("no file is left"));
            }
        }
    }

    /// Stops the file of the rows that are shown; says whether one was being written. In another
    /// table the key goes back, as it does everywhere.
    pub(super) fn stop_file(&mut self, out: &mut Outbox) -> bool {
        let here = self.table;
        let of_here =
            |file: &mut RowsFile| file.query.is_some() && Some(file.writing.rows.table) == here;
        let Some(file) = self.file.take_if(of_here) else {
            return false;
        };
        if let Some(query) = file.query {
            out.cancel(query);
        }
        stopped(&file, out);
        true
    }

    /// Says how far the file is.
    pub(super) fn file_standing(&self, cx: &Context) -> Option<String> {
        let file = self.file.as_ref().filter(|file| file.query.is_some())?;
        let name = text::line(&file.writing.file);
        let rows = counted(file.rows);
        Some(match file.rows {
            0 => format!("Writing to {name}; {}", self.stops_file(cx)),
            _ => format!("{rows} written to {name}; {}", self.stops_file(cx)),
        })
    }

    /// Says which key stops the file: the one that goes back where its rows are shown.
    fn stops_file(&self, cx: &Context) -> String {
        let file = self.file.as_ref();
        let key = match file.map(|file| file.writing.rows.table) == self.table {
            true => forms::words::way_back(cx),
            false => forms::words::key(Action::App(AppAction::Cancel), Scope::App, cx),
        };
        format!("{key} stops it")
    }

    /// Which rows are shown, in words.
    fn these_rows(&self, shape: &Shape) -> String {
        let filter = &self.shown.filter;
        let parts = chips::all(filter, Some(shape));
        let rows = match parts.is_empty() {
            true => "all".to_owned(),
            false => parts.join(", "),
        };
        format!("{rows}{}", sorted(&self.shown.sort, shape))
    }
}

fn ask_to_write_over(path: &str, out: &mut Outbox) {
    out.overlay(Overlay::Confirm(Confirm {
        title: "that file is there already".into(),
        lines: vec![
            text::line(path).into_owned(),
            "It stays as it is until the new one is whole.".into(),
        ],
        yes: "write over it".into(),
        then: Confirmed::WriteOver,
        danger: true,
    }));
}

/// Says that a file was stopped, here and in the trail.
fn stopped(file: &RowsFile, out: &mut Outbox) {
    note_stopped(file, out);
    let name = text::line(&file.writing.file);
    out.tell(Mood::Told, format!("Stopped; nothing of {name} is left"));
}

fn note_stopped(file: &RowsFile, out: &mut Outbox) {
    let rows = &file.writing.rows;
    let request = RowsRequest::NoteStopped {
        table: rows.table,
        form: rows.form,
        rows: file.rows,
    };
    out.ask_as(Asker::Rows, Request::Rows(request));
}

fn sorted(sort: &[SortColumn], shape: &Shape) -> String {
    let names = sort.iter().filter_map(|one| {
        let name = text::line(&shape.columns.get(one.column)?.name);
        Some(match one.direction {
            Direction::Ascending => name.into_owned(),
            Direction::Descending => format!("{name} downwards"),
        })
    });
    let names: Vec<String> = names.collect();
    match names.is_empty() {
        true => String::new(),
        false => format!("; sorted by {}", names.join(", ")),
    }
}

fn marked(count: usize) -> String {
    match count {
        1 => "the marked row".to_owned(),
        _ => format!(
            "the {} marked rows",
            grouped(u64::try_from(count).unwrap_or(u64::MAX))
        ),
    }
}

fn counted(rows: u64) -> String {
    match rows {
        1 => "1 row".to_owned(),
        _ => format!("{} rows", grouped(rows)),
    }
}

/// All rows of the table, and in which order.
fn whole_table(shape: &Shape) -> String {
    match shape.key.as_slice() {
        [] => "the whole table, in no order".to_owned(),
        _ => "the whole table, by key".to_owned(),
    }
}
