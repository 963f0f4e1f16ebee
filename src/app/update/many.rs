//! A change of many rows, as the house sees it: from the marked rows to the form, to the dry run, to
//! what came of it.

use super::super::App;
use super::{ask, navigate};
use crate::app::effect::Effect;
use crate::app::notice::Mood;
use crate::app::outbox::Asker;
use crate::app::place::{FormId, Go, Place};
use crate::db::contract::{Fault, QueryId, Reply};
use crate::domain::draft::{Draft, DraftId, Rows};
use crate::domain::record::RecordKey;
use crate::domain::run::{Gone, OwnRun};
use crate::domain::table::TableId;

/// Opens the form in which fields are set for the marked rows.
pub fn change(app: &mut App, table: TableId, rows: Rows, effects: &mut Vec<Effect>) {
    if still_writing(app, effects) {
        return;
    }
    let mut out = app.outbox(Asker::House);
    let form = app.forms.open_for_many(table, rows, &app.context, &mut out);
    app.carry_out(out, effects);
    if let Some(form) = form {
        navigate::go(app, Go::To(Place::Record(form)), effects);
    }
}

/// Opens the fields of a draft as they were, over the grid as it was: filter and marks.
pub fn go_on(app: &mut App, table: TableId, draft: DraftId, effects: &mut Vec<Effect>) {
    if still_writing(app, effects) {
        return;
    }
    let known = app.context.drafts.iter().find(|known| known.id == draft);
    let Some(known) = known.cloned() else {
        return;
    };
    let Some(rows) = known.rows.clone() else {
        return;
    };
    // Secrets are not kept: where some were set they are typed again first.
    if rows.run.is_some() && known.left_out.is_empty() {
        return take_up(app, table, &known, effects);
    }
    let mut out = app.outbox(Asker::Browser);
    let browser = &mut app.screens.browser;
    browser.mark_again(table, &rows, &app.context, &mut out);
    app.carry_out(out, effects);
    let mut out = app.outbox(Asker::House);
    let form = app
        .forms
        .open_draft_of_many(table, draft, rows, &app.context, &mut out);
    if app.place != Place::Browser(table) {
        app.trail.extend([app.place, Place::Browser(table)]);
    }
    app.carry_out(out, effects);
    navigate::go(app, Go::Instead(Place::Record(form)), effects);
}

/// Takes up a change that was begun and not ended.
fn take_up(app: &mut App, table: TableId, draft: &Draft, effects: &mut Vec<Effect>) {
    ask::with(app, Asker::Bulk, effects, |h| {
        h.screens.bulk.take_up(table, draft, h.cx, h.out);
    });
    navigate::go(app, Go::To(Place::Bulk), effects);
}

/// What is begun is on disk: its rows may be sent.
pub fn kept(app: &mut App, id: &DraftId, effects: &mut Vec<Effect>) {
    ask::with(app, Asker::Bulk, effects, |h| {
        h.screens.bulk.kept(id, h.out);
    });
}

/// Shows what deleting the marked rows would do.
pub fn delete(app: &mut App, table: TableId, keys: Vec<RecordKey>, effects: &mut Vec<Effect>) {
    if still_writing(app, effects) {
        return;
    }
    ask::with(app, Asker::Bulk, effects, |h| {
        h.screens.bulk.delete(table, keys, h.cx, h.out);
    });
    navigate::go(app, Go::To(Place::Bulk), effects);
}

/// Shows what taking a run of one's own back would do.
pub fn take_run_back(app: &mut App, run: OwnRun, effects: &mut Vec<Effect>) {
    if still_writing(app, effects) {
        return;
    }
    ask::with(app, Asker::Bulk, effects, |h| {
        h.screens.bulk.take_run_back(run, h.cx, h.out);
    });
    navigate::go(app, Go::To(Place::Bulk), effects);
}

/// Shows what bringing deleted records back with all that went along would do.
pub fn bring_back(app: &mut App, gone: Gone, effects: &mut Vec<Effect>) {
    if app.screens.restore.is_busy() {
        app.tell(
            Mood::Warning,
            "The records before are not back yet: here they are",
        );
        return navigate::go(app, Go::To(Place::Restore), effects);
    }
    // A run that was only read to see this has no list to come back to.
    let passing = app.place == Place::Bulk && app.screens.bulk.table().is_none();
    ask::with(app, Asker::Restore, effects, |h| {
        h.screens.restore.begin(gone, h.out)
    });
    let go = if passing { Go::Instead } else { Go::To };
    navigate::go(app, go(Place::Restore), effects);
}

/// Shows what the fields set in a form would change.
pub fn dry_run(app: &mut App, form: FormId, effects: &mut Vec<Effect>) {
    let Some(open) = app.forms.open.get(&form) else {
        return;
    };
    let (table, keys, changes) = (open.table, open.rows.keys.to_vec(), open.changes());
    ask::with(app, Asker::Bulk, effects, |h| {
        let bulk = &mut h.screens.bulk;
        bulk.change((table, form), keys, &changes, h.cx, h.out);
    });
    navigate::go(app, Go::Instead(Place::Bulk), effects);
}

/// Goes back to the fields that were set, if they are still there.
pub fn fields(app: &mut App, form: FormId, effects: &mut Vec<Effect>) {
    let go = match app.forms.open.contains_key(&form) {
        true => Go::Instead(Place::Record(form)),
        false => Go::Back,
    };
    navigate::go(app, go, effects);
}

/// Takes an answer; rows that are deleted lose their marks.
pub fn answered(
    app: &mut App,
    asker: Asker,
    query: QueryId,
    reply: Result<Reply, Fault>,
    effects: &mut Vec<Effect>,
) {
    ask::with(app, asker, effects, |h| {
        h.screens.bulk.reply(query, reply, h.cx, h.out);
        if let Some((table, gone)) = h.screens.bulk.take_gone() {
            h.screens.browser.unmark(table, &gone);
        }
    });
}

/// Goes to the change that is still under way, if one is.
fn still_writing(app: &mut App, effects: &mut Vec<Effect>) -> bool {
    let bulk = &app.screens.bulk;
    let busy = bulk.is_running() || bulk.is_paused();
    if busy {
        app.tell(
            Mood::Warning,
            "The rows before are not done yet: here they are",
        );
        navigate::go(app, Go::To(Place::Bulk), effects);
    }
    busy
}
