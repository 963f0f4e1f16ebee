//! Answers to forms; where a record has another key than before, its draft and the grid go with it.

use super::super::App;
use super::ask;
use crate::app::effect::Effect;
use crate::app::outbox::Asker;
use crate::app::place::{FormId, Place};
use crate::db::contract::{Fault, QueryId, Reply};

/// Hands an answer to a form, and follows the record's key.
pub fn answered(
    app: &mut App,
    id: FormId,
    query: QueryId,
    reply: Result<Reply, Fault>,
    effects: &mut Vec<Effect>,
) {
    let shown = matches!(app.place, Place::Record(place) | Place::Conflict(place) if place == id);
    let before = app.forms.open.get(&id).map(|form| form.key.clone());
    ask::with(app, Asker::Form(id), effects, |h| {
        h.forms.reply(id, query, reply, h.cx, h.out);
    });
    let (Some(before), Some(form)) = (before, app.forms.open.get_mut(&id)) else {
        return;
    };
    if form.key == before || form.key.is_none() {
        return;
    }
    // A draft names the record that it belongs to.
    form.draft.unwritten |= form.is_changed();
    let table = form.table;
    let Some(record) = form.base.ready() else {
        return;
    };
    if shown || before.is_some() {
        let browser = &mut app.screens.browser;
        browser.follow_record(table, before.as_ref(), record);
    }
}
