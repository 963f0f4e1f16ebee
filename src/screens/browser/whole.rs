//! A row without a key, read whole over the grid: nothing names it, so it can only be looked at.

use super::{Browser, words};
use crate::app::context::Context;
use crate::app::outbox::Outbox;
use crate::db::contract::{Fault, QueryId, RecordsReply, RecordsRequest, Reply, Request};
use crate::domain::query::{Condition, Filter, PageFrom, PageQuery, Row, Test};
use crate::domain::table::TableKind;
use crate::input::action::ListAction;

/// A row without a key that is read whole.
#[derive(Debug)]
pub(super) struct Whole {
    /// The row as the grid has it, or with its long values once they are here.
    pub row: Row,
    /// Lines scrolled.
    pub scroll: usize,
    /// The question for the long values.
    waiting: Option<QueryId>,
    /// Why long values stay cut, if they do.
    pub note: Option<String>,
}

impl Browser {
    /// Shows the row under the cursor over the grid; asks for its long values where some are cut.
    pub(super) fn read_whole(&mut self, row: Row, out: &mut Outbox) {
        let is_cut =
            row.columns.is_some() || row.cells.iter().any(|cell| cell.whole_chars.is_some());
        let waiting = is_cut.then(|| self.ask_whole(&row, out)).flatten();
        self.whole = Some(Whole {
            row,
            scroll: 0,
            waiting,
            note: None,
        });
    }

    /// Moves in the row that is read whole, or closes it; says whether there was one.
    pub(super) fn act_whole(&mut self, action: ListAction, cx: &Context, out: &mut Outbox) -> bool {
        let page = usize::from(cx.room.rows.saturating_sub(2)).max(1);
        let Some(whole) = &mut self.whole else {
            return false;
        };
        whole.scroll = match action {
            ListAction::Up => whole.scroll.saturating_sub(1),
            ListAction::Down => whole.scroll.saturating_add(1),
            ListAction::PageUp => whole.scroll.saturating_sub(page),
            ListAction::PageDown => whole.scroll.saturating_add(page),
            ListAction::First => 0,
            ListAction::Last => usize::MAX,
            ListAction::Back => {
                if let Some(query) = self.whole.take().and_then(|whole| whole.waiting) {
                    out.cancel(query);
                }
                return true;
            }
            ListAction::Left | ListAction::Right | ListAction::Find => return true,
        };
        let lines = self.whole_lines(cx.room.columns);
        let rows = usize::from(cx.room.rows.saturating_sub(2));
        if let Some(whole) = &mut self.whole {
            whole.scroll = whole.scroll.min(lines.saturating_sub(rows));
        }
        true
    }

    /// Takes the long values; says whether they were asked for here.
    pub(super) fn whole_answered(&mut self, query: QueryId, reply: &Result<Reply, Fault>) -> bool {
        let is_it = |whole: &&mut Whole| whole.waiting == Some(query);
        let Some(whole) = self.whole.as_mut().filter(is_it) else {
            return false;
        };
        whole.waiting = None;
        let found = match reply {
            Ok(Reply::Records(RecordsReply::PageLoaded(page))) => page.rows.as_slice(),
            Ok(_) => &[],
            Err(fault) => {
                whole.note = Some(format!("Long values are cut: {fault}"));
                return true;
            }
        };
        match found {
            [row] => whole.row = row.clone(),
            [row, other] if row.cells == other.cells => whole.row = row.clone(),
            [] => whole.note = Some("It is not there any more; long values are cut".into()),
            _ => whole.note = Some("Several rows begin alike; long values are cut".into()),
        }
        true
    }

    /// Asks for the rows that show what this one shows, with long values whole.
    fn ask_whole(&self, row: &Row, out: &mut Outbox) -> Option<QueryId> {
        let (table, shape) = (self.table?, self.shape.as_ref()?);
        let addressed = shape.kind == TableKind::Table;
        let alike = row.read().filter(|(_, cell)| cell.whole_chars.is_none());
        let conditions =
            alike.map(|(column, cell)| Condition::new(column, Test::Equals(cell.value.clone())));
        let (from, filter, limit) = match addressed {
            true => (PageFrom::From(row.cursor.clone()), Filter::default(), 1),
            false => (
                PageFrom::First,
                Filter {
                    quick: String::new(),
                    conditions: conditions.collect(),
                },
                2,
            ),
        };
        let request = RecordsRequest::LoadPage(PageQuery {
            table,
            columns: (0..shape.columns.len()).collect(),
            sort: if addressed {
                self.shown.sort.clone()
            } else {
                Vec::new()
            },
            filter,
            from,
            limit,
            cell_chars: u16::MAX,
        });
        Some(out.ask(Request::Records(request)))
    }

    /// Says below the row why it can only be read.
    pub(super) fn whole_in_words(&self) -> String {
        let note = self.whole.as_ref().and_then(|whole| whole.note.clone());
        let reason = self
            .shape
            .as_ref()
            .and_then(|shape| shape.read_only.as_ref());
        let reason = reason.map_or("it has no key", |reason| words::why_read_only(reason));
        note.unwrap_or_else(|| format!("Read-only: {reason}"))
    }
}
