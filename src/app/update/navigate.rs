//! Going from place to place, and the panes beside.

use super::super::{App, Pane};
use super::{across, altered, ask, many, memory, timers};
use crate::app::context::Context;
use crate::app::effect::{Effect, Timer};
use crate::app::forms::{AskedBy, Forms, words};
use crate::app::notice::Mood;
use crate::app::outbox::{Asker, Outbox};
use crate::app::place::{FormId, Go, Place};
use crate::domain::table::TableId;
use crate::domain::value::Value;
use crate::input::action::{Action, HistoryAction, Scope};
use crate::screens::browser::beside::Beside;

/// Goes somewhere.
pub fn go(app: &mut App, go: Go, effects: &mut Vec<Effect>) {
    match go {
        Go::To(place) if across::lacks_one(app, place) => across::choose_first(app, effects),
        Go::To(place) => {
            if place != app.place {
                app.trail.push(app.place);
            }
            arrive(app, place, effects);
        }
        Go::Instead(place) => arrive(app, place, effects),
        Go::Back => back(app, effects),
        Go::History(of) => {
            if !app.context.is_shared() {
                return app.tell(Mood::Warning, crate::app::past::NEEDS_LAYER);
            }
            app.screens.history.turn_to(of);
            self::go(app, Go::To(Place::History), effects);
        }
        Go::Beside { forward } => beside(app, forward, false, effects),
        Go::NextToEdit => beside(app, true, true, effects),
        Go::ClosePane => close_pane(app, effects),
        Go::Dependents {
            table,
            key,
            refused,
        } => {
            let dependents = &mut app.screens.dependents;
            dependents.about(table, key, refused.map(|known| *known));
            self::go(app, Go::To(Place::Dependents), effects);
        }
        Go::ChangeMarked { table, rows } => many::change(app, table, rows, effects),
        Go::ContinueMany { table, draft } => many::go_on(app, table, draft, effects),
        Go::DeleteMarked { table, keys } => many::delete(app, table, keys, effects),
        Go::TakeRunBack(run) => many::take_run_back(app, *run, effects),
        Go::BringBack(gone) => many::bring_back(app, *gone, effects),
        Go::DryRun(form) => many::dry_run(app, form, effects),
        Go::FieldsOfMany(form) => many::fields(app, form, effects),
        Go::Filtered { table, columns } => filtered(app, table, columns, effects),
        Go::Follow { table, values } => follow(app, table, values, effects),
        Go::NewInstead { table } => {
            let id = opened(app, effects, |forms, cx, out| {
                forms.open(table, None, true, cx, out)
            });
            arrive(app, Place::Record(id), effects);
        }
        record => {
            let id = opened(app, effects, |forms, cx, out| {
                open_record(forms, record, cx, out)
            });
            if let Some(id) = id {
                to_record(app, id, effects);
            }
        }
    }
}

/// Shows the rows of a table that have these values.
fn filtered(app: &mut App, table: TableId, columns: Vec<(i16, Value)>, effects: &mut Vec<Effect>) {
    let mut out = app.outbox(Asker::Browser);
    let browser = &mut app.screens.browser;
    browser.show_only(table, columns, &app.context, &mut out);
    app.carry_out(out, effects);
    go(app, Go::To(Place::Browser(table)), effects);
}

/// Shows the record that a reference names.
fn follow(app: &mut App, table: TableId, values: Vec<(String, String)>, effects: &mut Vec<Effect>) {
    ask::with(app, Asker::Browser, effects, |h| {
        h.screens.browser.follow_to(table, values, h.cx, h.out);
    });
    if app.place != Place::Browser(table) {
        go(app, Go::To(Place::Browser(table)), effects);
    }
}

/// Opens the form that a wish to go somewhere names, if it names one.
fn open_record(forms: &mut Forms, go: Go, cx: &Context, out: &mut Outbox) -> Option<FormId> {
    Some(match go {
        Go::Open { table, key, edit } => forms.open(table, key, edit, cx, out),
        Go::OpenWith { table, key, wish } => forms.open_with(table, key, *wish, cx, out),
        Go::Continue { table, key, draft } => forms.open_draft(table, key, draft, cx, out),
        Go::Copy { table, key } => forms.copy(table, key, cx, out),
        Go::CreateFor {
            table,
            form,
            reference,
            typed,
        } => forms.create_for(table, AskedBy { form, reference }, typed, cx, out),
        _ => return None,
    })
}

fn to_record(app: &mut App, id: FormId, effects: &mut Vec<Effect>) {
    if app.place != Place::Record(id) {
        app.trail.push(app.place);
    }
    arrive(app, Place::Record(id), effects);
}

/// Opens a form, and carries out what it asks for.
fn opened<T>(
    app: &mut App,
    effects: &mut Vec<Effect>,
    open: impl FnOnce(&mut Forms, &Context, &mut Outbox) -> T,
) -> T {
    let mut out = app.outbox(Asker::House);
    let id = open(&mut app.forms, &app.context, &mut out);
    app.carry_out(out, effects);
    id
}

/// Goes to a place that only somebody signed in may see.
pub fn to_signed_in(app: &mut App, place: Place, effects: &mut Vec<Effect>) {
    if app.context.person().is_none() || app.context.ended.is_some() {
        return app.tell(Mood::Warning, "Sign in first");
    }
    app.overlay = None;
    go(app, Go::To(place), effects);
}

/// Goes to the person's own last changes, where they are kept.
pub fn to_undo(app: &mut App, effects: &mut Vec<Effect>) {
    if !app.context.is_shared() {
        return app.tell(Mood::Warning, crate::app::past::NEEDS_LAYER);
    }
    to_signed_in(app, Place::Undo, effects);
}

/// Goes to the audit; only those who may see it can.
pub fn to_audit(app: &mut App, effects: &mut Vec<Effect>) {
    if app.context.ended.is_none() && app.context.person().is_some() {
        if !app.context.is_shared() {
            let line = "The audit is kept only by the shared layer: see rowhouse init";
            return app.tell(Mood::Warning, line);
        }
        if across::looks_across(app) {
            return across::choose_first(app, effects);
        }
        if !app.context.person().is_some_and(|one| one.may_see_audit) {
            let history = Action::History(HistoryAction::ShowHistory);
            let key = words::key(history, Scope::Grid, &app.context);
            let line =
                format!("Your roles do not let you see the audit; {key} shows a record's history");
            return app.tell(Mood::Warning, line);
        }
    }
    to_signed_in(app, Place::Audit, effects);
}

/// Goes to the accounts, for those who may manage them.
pub fn to_accounts(app: &mut App, effects: &mut Vec<Effect>) {
    if app.context.ended.is_none() && !app.context.is_shared() {
        return app.tell(
            Mood::Warning,
            "Accounts need the shared layer: see rowhouse init",
        );
    }
    match app.context.person() {
        Some(_) if across::looks_across(app) => across::choose_first(app, effects),
        Some(person) if !person.may_manage_accounts => app.tell(
            Mood::Warning,
            "Only people who may manage accounts can see them",
        ),
        _ if app.place == Place::Accounts => {}
        _ => to_signed_in(app, Place::Accounts, effects),
    }
}

/// Goes to the receipts of merges: one's own, and those of the table or record that is open.
pub fn to_receipts(app: &mut App, effects: &mut Vec<Effect>) {
    let form = |id: FormId| app.forms.open.get(&id);
    let about = match app.place {
        Place::Browser(table) => (Some(table), None),
        Place::Record(id) | Place::Conflict(id) => match form(id) {
            Some(form) => (Some(form.table), form.key.clone()),
            None => (None, None),
        },
        _ => (None, None),
    };
    app.screens.receipts.turn_to(about);
    to_signed_in(app, Place::Receipts, effects);
}

/// Opens or closes the sessions pane; only those who may see sessions can.
pub fn toggle_sessions(app: &mut App, effects: &mut Vec<Effect>) {
    if app.sessions_pane.is_some() {
        return close_pane(app, effects);
    }
    if app.context.ended.is_none() && !app.context.is_shared() {
        return app.tell(
            Mood::Warning,
            "Sessions need the shared layer: see rowhouse init",
        );
    }
    match app.context.person() {
        Some(_) if across::looks_across(app) => across::choose_first(app, effects),
        Some(person) if person.may_see_sessions => {
            app.sessions_pane = Some(Pane { focused: true });
            ask::with(app, Asker::Sessions, effects, |h| {
                h.screens.sessions.opened(h.cx, h.out);
            });
        }
        Some(_) => app.tell(
            Mood::Warning,
            "Only people who may see sessions can open them",
        ),
        None => app.tell(Mood::Warning, "Sign in first"),
    }
}

/// Moves the focus between the place and the pane beside it.
pub fn next_pane(app: &mut App) {
    if let Some(pane) = &mut app.sessions_pane {
        pane.focused = !pane.focused;
    }
}

/// Forgets everything that belongs to the person who was signed in; drafts are on disk.
pub fn forget_person(app: &mut App) {
    app.trail.clear();
    app.overlay = None;
    app.proof = None;
    app.sensitive.clear();
    app.forms = crate::app::forms::Forms::default();
    app.screens = crate::app::Screens::default();
    app.sessions_pane = None;
    app.held = None;
    app.following = crate::app::Following::default();
    app.claims = crate::app::claims::Claims::default();
    app.questions.clear();
    app.context.shapes.clear();
    app.context.tables = std::sync::Arc::from([]);
    app.context.presence.clear();
    app.context.drafts.clear();
    app.context.remembered = crate::app::remembered::Remembered::default();
    app.context.session = None;
}

fn close_pane(app: &mut App, effects: &mut Vec<Effect>) {
    app.sessions_pane = None;
    effects.push(Effect::Unset(Timer::Sessions));
}

/// Goes to the record after or before the one that is read, in the order of its list.
fn beside(app: &mut App, forward: bool, edit: bool, effects: &mut Vec<Effect>) {
    let Place::Record(id) = app.place else { return };
    let form = app.forms.open.get(&id);
    let here = form.and_then(|form| Some((form.table, form.key.clone()?)));
    let mut found = Beside::Nothing;
    let table = here.as_ref().map(|(table, _)| *table);
    if let Some((table, key)) = here {
        ask::with(app, Asker::Browser, effects, |h| {
            let browser = &mut h.screens.browser;
            found = browser.beside((table, &key), forward, h.cx, h.out);
        });
    }
    let (Some(table), Beside::Found(key)) = (table, &found) else {
        let line = match (&found, forward) {
            (Beside::Coming, _) => "The next rows are on their way; press the key again",
            (_, true) => "No record follows in the list",
            (_, false) => "No record comes before in the list",
        };
        // What was typed for the next record must not go into this one.
        app.drop_held();
        return app.tell(Mood::Told, line);
    };
    let key = key.clone();
    if let Some(form) = app.forms.open.get_mut(&id) {
        form.left = true;
        effects.extend(form.draft.id.clone().map(Effect::ReleaseDraft));
    }
    let mut out = app.outbox(Asker::House);
    let next = app
        .forms
        .open(table, Some(key), edit, &app.context, &mut out);
    app.carry_out(out, effects);
    arrive(app, Place::Record(next), effects);
}

fn back(app: &mut App, effects: &mut Vec<Effect>) {
    match app.trail.pop() {
        Some(place) => {
            if let Place::Browser(table) = place {
                app.screens.browser.come_back(table);
            }
            arrive(app, place, effects);
        }
        None => {
            let line = match app.place {
                Place::Browser(_)
                | Place::Record(_)
                | Place::Drafts
                | Place::Conflict(_)
                | Place::Receipts
                | Place::Accounts
                | Place::Dependents
                | Place::Bulk
                | Place::History
                | Place::Undo
                | Place::Audit
                | Place::Restore
                | Place::Bin(_) => {
                    return arrive(app, Place::Tables, effects);
                }
                _ => "This is the first screen; ctrl-q leaves, drafts are kept",
            };
            app.tell(Mood::Told, line);
        }
    }
}

fn arrive(app: &mut App, place: Place, effects: &mut Vec<Effect>) {
    app.place = place;
    app.forms.shown = Some(place);
    app.forms.close_finished();
    if let Place::Browser(table) = place {
        timers::follow_table(app, table, effects);
        memory::opened(app, table, effects);
        altered::introduce(app, table);
    }
    app.held = app
        .held
        .take()
        .filter(|_| matches!(place, Place::Record(_) | Place::Browser(_)));
    ask::with(app, ask::asker(place), effects, |h| match place {
        Place::Connect => h.screens.connect.arrived(h.cx, h.out),
        Place::Login => h.screens.login.arrived(h.cx, h.out),
        Place::Tables => h.screens.tables.arrived(h.cx, h.out),
        Place::Browser(table) => h.screens.browser.arrived(table, h.cx, h.out),
        Place::Record(id) => h.screens.editor.arrived(h.forms, id, h.cx, h.out),
        Place::Conflict(id) => h.screens.conflict.arrived(h.forms, id, h.cx, h.out),
        Place::Drafts => h.screens.drafts.arrived(h.cx, h.out),
        Place::Receipts => {
            let kept = &h.forms.receipts;
            h.screens.receipts.arrived(kept, h.cx, h.out);
        }
        Place::Accounts => h.screens.accounts.arrived(h.cx, h.out),
        Place::Dependents => h.screens.dependents.arrived(h.cx, h.out),
        Place::Bulk => h.screens.bulk.arrived(h.cx, h.out),
        Place::History => h.screens.history.arrived(h.cx, h.out),
        Place::Undo => h.screens.undo.arrived(h.cx, h.out),
        Place::Restore => h.screens.restore.arrived(h.cx, h.out),
        Place::Bin(table) => h.screens.bin.arrived(table, h.cx, h.out),
        Place::Audit => h.screens.audit.arrived(h.cx, h.out),
    });
}
