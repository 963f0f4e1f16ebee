//! Tables that are altered while they are shown: their columns are read again, and grid and forms
//! take them over, so that no value ever goes to a column that was not meant.

use std::sync::Arc;

use super::super::App;
use super::{ask, drafts};
use crate::app::effect::Effect;
use crate::app::flags;
use crate::app::forms::couple;
use crate::app::notice::Mood;
use crate::app::outbox::Asker;
use crate::app::place::Place;
use crate::db::contract::{CatalogRequest, Fault, QueryId, Request};
use crate::domain::table::{Shape, TableId, TableSummary};

/// A question was refused because the table has other columns by now: asks for them, once. Where they
/// are refused too nothing of the table may be shown.
pub fn ask(app: &mut App, asker: Asker, query: QueryId, fault: &Fault, effects: &mut Vec<Effect>) {
    let again = app.following.altered.take() == Some(query);
    let Some(table) = table(app, asker) else {
        return;
    };
    if again {
        app.context.shapes.remove(&table);
        return ask::with(app, Asker::Browser, effects, |h| {
            h.screens.browser.lost(table, fault);
        });
    }
    let mut out = app.outbox(Asker::Browser);
    let request = Request::Catalog(CatalogRequest::LoadShape { table });
    app.following.altered = Some(out.ask(request));
    app.carry_out(out, effects);
}

/// Learns the columns of a table; what is open of it and had others is told.
pub fn learn(app: &mut App, shape: Arc<Shape>, effects: &mut Vec<Effect>) {
    let before = app.context.shapes.insert(shape.id, shape.clone());
    let refused = app.following.altered.take().is_some();
    if app.place != Place::Tables {
        introduce(app, shape.id);
    }
    if before.is_none_or(|before| before.has_columns_of(&shape)) {
        if refused {
            ask_again(app, &shape, effects);
        }
        return;
    }
    ask::with(app, Asker::Browser, effects, |h| {
        h.screens.browser.altered(shape.id, h.cx, h.out);
        h.forms.altered(&shape, h.cx, h.out);
    });
}

/// Tells once, where a table is opened, what is configured for it in vain.
pub fn introduce(app: &mut App, table: TableId) {
    let Some(shape) = app.context.shapes.get(&table) else {
        return;
    };
    if app.following.introduced.insert(table) {
        let lines = couple::unknown_fields(shape, &app.context).into_iter();
        for line in lines.chain(flags::unknown_fields(shape, &app.context)) {
            app.tell(Mood::Warning, line);
        }
    }
}

/// The columns are the same, but a question was refused: rights were given or taken, for example. What
/// is shown of the table is asked for again, once until something of it is answered.
fn ask_again(app: &mut App, shape: &Arc<Shape>, effects: &mut Vec<Effect>) {
    if app.following.asked_again.replace(shape.id) == Some(shape.id) {
        return;
    }
    ask::with(app, Asker::Browser, effects, |h| {
        h.screens.browser.learned_again(shape.id, h.cx, h.out);
        h.forms.learned_again(shape, h.cx, h.out);
    });
}

/// Learns which tables there are; those that the configuration names in vain are told once.
pub fn listed(app: &mut App, tables: &Arc<[TableSummary]>) {
    let first = app.context.tables.is_empty();
    app.context.tables = tables.clone();
    drafts::follow_renamed(&mut app.context);
    if first {
        let lines = couple::unknown_tables(tables, &app.context).into_iter();
        for line in lines.chain(flags::unknown_tables(tables, &app.context)) {
            app.tell(Mood::Warning, line);
        }
    }
}

fn table(app: &App, asker: Asker) -> Option<TableId> {
    match asker {
        Asker::Form(id) => app.forms.table(id),
        Asker::Browser => match app.place {
            Place::Browser(table) => Some(table),
            Place::Record(id) | Place::Conflict(id) => app.forms.table(id),
            _ => None,
        },
        _ => None,
    }
}
