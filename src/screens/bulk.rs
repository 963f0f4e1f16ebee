//! One change of many rows: what would change row by row, then carried out row by row under guard,
//! then what came of each, until the person leaves it.

mod act;
mod read;
mod restore;
mod resume;
mod run;
#[cfg(test)]
mod tests;
mod trace;
pub mod view;
mod whole;
mod words;

use std::sync::Arc;

use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::FormId;
use crate::app::problem::Problem;
use crate::db::contract::QueryId;
use crate::domain::bulk::{Deed, Item};
use crate::domain::dependents::Dependents;
use crate::domain::draft::{Draft, DraftId, Run};
use crate::domain::record::{FieldChange, RecordKey, RequestId};
use crate::domain::table::{Shape, TableId};
use crate::domain::value::Value;
use crate::input::action::Scope;

/// One change of many rows.
#[derive(Debug, Default)]
pub struct Bulk {
    work: Option<Work>,
    /// The line under the cursor.
    selected: usize,
    /// The row that is shown whole, over the list.
    whole: Option<whole::Whole>,
    /// What is taken up again, until its table's columns are known.
    waiting: Option<resume::Waiting>,
    /// The run whose rows are read, to be taken back.
    tracing: Option<trace::Tracing>,
    /// Rows that were deleted and that nobody else was told of yet.
    gone: Vec<RecordKey>,
}

/// The change that is shown.
#[derive(Debug)]
struct Work {
    table: TableId,
    shape: Arc<Shape>,
    deed: Deed,
    /// The form in which the fields were set.
    form: Option<FormId>,
    /// The draft of those fields, which stays on disk until it is known what became of each row.
    draft: Option<Draft>,
    /// The number of the first row's save; those of the others follow it.
    first: RequestId,
    /// What was begun by a program that is gone, as far as it is known what became of it.
    again: Option<Run>,
    /// Whether that is to be asked first.
    unsettled: bool,
    /// Whether nothing but the rows themselves can tell.
    is_plain: bool,
    /// The rows and what each is to become.
    todo: Vec<Todo>,
    /// The rows as far as they were read, in the same order.
    items: Vec<Item>,
    /// What hangs on rows that are to be deleted, as far as it was looked for.
    hanging: Dependents,
    phase: Phase,
}

/// A row, and what its fields are to become.
#[derive(Clone, Debug)]
struct Todo {
    key: RecordKey,
    wanted: Vec<FieldChange>,
    /// What those fields still have to hold, where they are taken back after a while.
    over: Vec<(usize, Value)>,
    /// Why nothing is to be done to it.
    barred: Option<String>,
}

impl Todo {
    fn new(key: RecordKey, wanted: Vec<FieldChange>) -> Self {
        Self {
            key,
            wanted,
            over: Vec::new(),
            barred: None,
        }
    }
}

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Phase {
    /// It is asked what became of rows that were sent by a program that is gone.
    Settling(QueryId),
    /// What is begun is written to disk; the first rows follow.
    Keeping,
    /// Rows are read for the dry run.
    Reading(QueryId),
    /// What hangs on the rows just read is looked for.
    Looking(QueryId),
    /// They could not be read.
    Failed(Problem),
    /// The dry run is shown; nothing was written.
    Ready,
    /// Some rows are under way.
    Running {
        query: QueryId,
        /// Their positions.
        rows: Vec<usize>,
        /// Whether to go on with the next ones.
        stop: bool,
    },
    /// The connection was lost in the middle: it goes on, or stops, by choice.
    Paused,
    /// What came of each row is shown.
    Over,
}

impl Bulk {
    /// Returns the scopes of its keys, innermost first.
    pub fn scopes(&self) -> &'static [Scope] {
        &[Scope::Bulk, Scope::List, Scope::AppList]
    }

    /// Begins to set fields of rows: they are read first, and nothing is written.
    pub fn change(
        &mut self,
        (table, form): (TableId, FormId),
        keys: Vec<RecordKey>,
        changes: &[FieldChange],
        cx: &Context,
        out: &mut Outbox,
    ) {
        let todo = keys.into_iter();
        let todo = todo.map(|key| Todo::new(key, changes.to_vec()));
        self.begin(table, Deed::Change, Some(form), todo.collect(), cx, out);
    }

    /// Begins to delete rows: they and what hangs on them are read first.
    pub fn delete(&mut self, table: TableId, keys: Vec<RecordKey>, cx: &Context, out: &mut Outbox) {
        let todo = keys.into_iter().map(|key| Todo::new(key, Vec::new()));
        self.begin(table, Deed::Delete, None, todo.collect(), cx, out);
    }

    /// The table of the rows.
    pub fn table(&self) -> Option<TableId> {
        self.work.as_ref().map(|work| work.table)
    }

    /// Whether rows are being written.
    pub fn is_running(&self) -> bool {
        let phase = self.work.as_ref().map(|work| &work.phase);
        matches!(phase, Some(Phase::Running { .. }))
    }

    /// The draft of what is under way here.
    pub fn draft(&self) -> Option<&DraftId> {
        let draft = self.work.as_ref().and_then(|work| work.draft.as_ref());
        draft.map(|draft| &draft.id)
    }

    /// Whether it waits for the person to say whether it goes on.
    pub fn is_paused(&self) -> bool {
        self.work
            .as_ref()
            .is_some_and(|work| work.phase == Phase::Paused)
    }

    /// Returns the rows that were deleted since this was asked last, with their table.
    pub fn take_gone(&mut self) -> Option<(TableId, Vec<RecordKey>)> {
        let table = self.work.as_ref()?.table;
        let gone = std::mem::take(&mut self.gone);
        (!gone.is_empty()).then_some((table, gone))
    }

    /// The person came here.
    pub fn arrived(&mut self, _cx: &Context, _out: &mut Outbox) {}

    fn begin(
        &mut self,
        table: TableId,
        deed: Deed,
        form: Option<FormId>,
        todo: Vec<Todo>,
        cx: &Context,
        out: &mut Outbox,
    ) {
        if self.is_running() || self.is_paused() {
            return out.tell(Mood::Warning, "The rows before are not done yet");
        }
        let Some(shape) = cx.shapes.get(&table).cloned() else {
            return;
        };
        self.selected = 0;
        self.whole = None;
        self.work = Some(Work {
            table,
            shape,
            deed,
            form,
            draft: None,
            first: RequestId(0),
            again: None,
            unsettled: false,
            is_plain: false,
            items: Vec::with_capacity(todo.len()),
            todo,
            hanging: Dependents::default(),
            phase: Phase::Over,
        });
        self.read_on(cx, out);
    }

    /// The positions of the rows in the order in which they are shown: when it is over, what asks for
    /// attention first.
    fn shown(&self) -> Vec<usize> {
        let Some(work) = &self.work else {
            return Vec::new();
        };
        let mut order: Vec<usize> = (0..work.items.len()).collect();
        if matches!(work.phase, Phase::Over | Phase::Paused) {
            order.sort_by_key(|at| work.items[*at].concern());
        }
        order
    }
}
