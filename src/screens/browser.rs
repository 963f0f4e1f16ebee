//! The grid of rows of one table, and the record beside it: its state, and what the house calls.

mod act;
mod anyway;
mod arrange;
mod ask;
pub mod beside;
pub mod cell;
pub mod chips;
mod chooser;
mod click;
pub mod columns;
mod copy;
mod delete;
mod fetch;
mod find;
mod flags;
mod follow;
mod hints;
mod jump;
mod load;
mod marks;
mod names;
mod narrow;
mod over;
mod pane;
mod parts;
mod peek;
mod preset;
mod refer;
mod reply;
mod seek;
mod sort;
pub mod view;
mod views;
mod way;
mod whole;
pub mod window;
pub mod words;
mod write;

#[cfg(test)]
mod tests;

use std::collections::HashMap;
use std::sync::Arc;

use jiff::Timestamp;

use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::app::problem::Problem;
use crate::db::contract::QueryId;
use crate::domain::draft::NamedFilter;
use crate::domain::marks::Marks;
use crate::domain::query::{Filter, PageFrom, SortColumn};
use crate::domain::record::{RecordKey, Verb};
use crate::domain::table::{Shape, TableId};
use crate::domain::value::Value;
use crate::input::action::Scope;
use crate::input::event::Size;
use crate::input::line::TextField;

use chooser::Chooser;
use columns::Columns;
use delete::Deleting;
use fetch::Fetch;
use find::Find;
use jump::Landed;
use marks::Marking;
use over::Over;
use pane::RecordPane;
use seek::Seek;
use way::Way;
use whole::Whole;
use window::{Edge, Window};
use write::RowsFile;

/// The grid of rows of one table, and the record beside it.
#[derive(Debug, Default)]
pub struct Browser {
    table: Option<TableId>,
    shape: Option<Arc<Shape>>,
    columns: Columns,
    /// The rows; `None` until the first ones are here.
    window: Option<Window>,
    /// How the rows that are shown are sorted and filtered.
    shown: View,
    /// How the person wants them; different from `shown` while they are on their way.
    wanted: View,
    /// The question about shape or rows that is under way; never more than one.
    load: Option<Load>,
    /// Lines still to move once more rows are here.
    owed: isize,
    /// Whether others changed something since the last question about rows was put.
    stale: bool,
    /// Why nothing is shown.
    problem: Option<Problem>,
    /// The first rows that were refused because the table had changed.
    refused: Option<beside::Refused>,
    count: Count,
    find: Option<Find>,
    /// What lies over the grid and takes the keys.
    over: Option<Over>,
    pane: RecordPane,
    deleting: Option<Deleting>,
    /// The record that the cursor is to stand on once the rows are read again.
    seek: Option<Seek>,
    /// The line in which is typed where to jump.
    asking: Option<TextField>,
    /// The key that was jumped to, until rows from it on are here.
    sought: Option<RecordKey>,
    /// The share of the rows that was jumped to.
    landed: Option<Landed>,
    /// A row without a key that is read whole, over the grid.
    whole: Option<Whole>,
    /// The list of all columns, over the grid.
    chooser: Option<Chooser>,
    /// Values that are on their way, whole.
    fetch: Option<Fetch>,
    /// A value that is looked into, over the grid.
    peek: Option<crate::app::looking::Looking>,
    /// The question what the records are called that rows refer to, once it was put.
    names_asked: Option<QueryId>,
    /// What others did to rows that are held, until it was seen.
    changes: HashMap<RecordKey, Change>,
    /// Marked rows, by table: they stay marked while another table is shown.
    marks: HashMap<TableId, Marks>,
    /// A file that rows are written to.
    file: Option<RowsFile>,
    /// All rows of a filter that are being marked.
    marking: Option<Marking>,
    /// The filter to begin with, by the columns' numbers, until the columns are known.
    preset: Vec<(i16, Value)>,
    /// The filter of a draft to begin with, for the table it is of.
    kept: Option<(TableId, NamedFilter)>,
    /// Where one was before.
    way: Way,
    /// The rows of another table as they were shown before a few of this one were asked for.
    before: Option<Box<Self>>,
}

/// How rows are sorted and filtered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct View {
    sort: Vec<SortColumn>,
    filter: Filter,
}

/// A question under way.
#[derive(Debug)]
struct Load {
    query: QueryId,
    purpose: Purpose,
    /// Whether keys are held until it is answered.
    holding: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Purpose {
    /// The columns; the first rows are asked for next.
    Shape,
    /// Rows instead of those that are shown.
    Anew(PageFrom),
    /// Where a record stands that is jumped to.
    Find(RecordKey),
    /// Rows from a share of all on, in millionths, instead of those that are shown.
    Share(u32),
    /// More rows at one end.
    Extend(Edge),
    /// The same rows, read again.
    Refresh {
        /// Whether the person asked for it.
        asked: bool,
    },
}

/// How many rows there are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Count {
    /// Not counted, or no longer true.
    #[default]
    Unknown,
    /// Being counted.
    Waiting(QueryId),
    /// Counted.
    Exact(u64),
}

/// What somebody else did to a row.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Change {
    verb: Verb,
    username: String,
    at: Timestamp,
}

/// How the room of the place is shared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// The columns of the grid.
    pub grid: u16,
    /// The rows of the grid, without its heading.
    pub rows: u16,
    /// The columns of the record beside it, with its border; none when there is no room.
    pub record: u16,
}

/// From this width on the record is shown beside the grid.
const WIDE: u16 = 120;
/// The title, the heading, and the line below the rows.
const AROUND: u16 = 3;

impl Browser {
    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        if let Some(peek) = &self.peek {
            return peek.scopes();
        }
        if let Some(scopes) = self.scopes_over() {
            return scopes;
        }
        if let Some(chooser) = &self.chooser {
            return chooser.scopes();
        }
        if self.asking.is_some() {
            return &[Scope::Find];
        }
        match (&self.find, &self.whole) {
            (Some(_), _) => &[Scope::Find],
            (None, Some(_)) => &[Scope::List, Scope::AppList],
            (None, None) => &[Scope::Grid, Scope::List, Scope::AppList],
        }
    }

    /// The person came here.
    pub fn arrived(&mut self, table: TableId, cx: &Context, out: &mut Outbox) {
        let elsewhere = self.table != Some(table);
        if !self.is_landing() {
            if !elsewhere && self.window.is_some() {
                self.find = None;
                self.asking = None;
                self.chooser = None;
                self.over = None;
                return self.refresh(false, cx, out);
            }
            if elsewhere && !self.is_coming_back() {
                self.leave_stop();
            }
            if self.return_to(table) {
                return self.refresh(false, cx, out);
            }
        }
        *self = Self {
            table: Some(table),
            preset: std::mem::take(&mut self.preset),
            kept: self.kept.take(),
            marks: std::mem::take(&mut self.marks),
            before: self.before.take(),
            way: std::mem::take(&mut self.way),
            pane: self.pane.for_another_table(),
            // What came of it is told wherever the person is.
            deleting: self.deleting.take(),
            file: self.file.take(),
            ..Self::default()
        };
        self.open(cx, out);
    }

    /// The place has another size.
    pub fn resized(&mut self, cx: &Context, out: &mut Outbox) {
        let parts = self.parts(cx.room);
        self.columns.fit(parts.grid);
        if let Some(peek) = &mut self.peek {
            peek.resize(cx.room);
        }
        if let Some(window) = &mut self.window {
            window.resize(usize::from(parts.rows));
            self.prefetch(cx, out);
            self.rest(cx, out);
        }
        self.list_columns(cx);
        self.follow_columns(cx, out);
    }

    /// Keys have rested: the filter that is being typed is applied, and the record beside the
    /// grid follows.
    pub fn rested(&mut self, cx: &Context, out: &mut Outbox) {
        if self.find.is_some() {
            self.apply_typed(false, cx, out);
        } else {
            self.load_record(cx, out);
        }
    }

    /// The server answers again after the connection was lost.
    pub fn link_restored(&mut self, cx: &Context, out: &mut Outbox) {
        self.delete_again(out);
        if self.table.is_none() || self.load.is_some() {
            return;
        }
        match self.window {
            Some(_) => {
                self.pane.forget();
                self.refresh(false, cx, out);
            }
            None => self.open(cx, out),
        }
    }

    /// Shares the room of the place.
    pub fn parts(&self, room: Size) -> Parts {
        let record = match room.columns >= WIDE && self.pane.is_wanted() {
            true => (room.columns * 2 / 5).max(44),
            false => 0,
        };
        Parts {
            grid: room.columns - record,
            rows: room.rows.saturating_sub(AROUND).max(1),
            record,
        }
    }

    /// Returns the key of the record under the cursor, if it has one and is still there.
    pub fn current_key(&self) -> Option<&RecordKey> {
        let window = self.window.as_ref()?;
        window.current()?.key.as_ref()
    }
}
