//! From a key to an action to the screen that answers it; innermost scope first.

use super::super::{App, Held};
use super::{
    ask, beneath, claims, leave, navigate, overlay, palette, password, proof, tenants, waiting,
};
use crate::app::effect::Effect;
use crate::app::layout::is_too_small;
use crate::app::notice::Mood;
use crate::app::outbox::Asker;
use crate::app::place::{Go, Place};
use crate::input::action::{AccountsAction, Action, AppAction, HistoryAction, Scope};
use crate::input::event::{Key, KeyCode};
use crate::input::keymap::Pressed;

/// Takes a key press.
pub fn press(app: &mut App, key: Key, effects: &mut Vec<Effect>) {
    app.following.active = true;
    app.notices.showing = false;
    let stops = |action| {
        matches!(
            action,
            Some(Action::App(AppAction::Cancel | AppAction::Quit))
        )
    };
    if let Some(held) = &mut app.held {
        if key.code != KeyCode::Esc && !stops(app.context.keymap.action(&[Scope::App], key)) {
            held.keys.push(key);
            return;
        }
        cancel_held(app, effects);
        if key.code == KeyCode::Esc {
            return app.tell(Mood::Told, "Cancelled");
        }
    }
    if waiting::is_stopped_by(app, key) {
        app.pending.clear();
        if waiting::stop(app, effects) {
            return;
        }
        if cancel_questions(app, effects) {
            return app.tell(Mood::Told, "Cancelled");
        }
    }
    if let Some(beneath) = app.beneath {
        app.pending.clear();
        return beneath::press(app, beneath, key, effects);
    }
    let scopes = scopes(app);
    let is_text = scopes.first().is_some_and(|scope| scope.is_text());
    if is_too_small(app.context.size) && !is_text && !stops(app.context.keymap.action(&scopes, key))
    {
        // Nothing of what the key would act on can be seen: not a question, not a row.
        return;
    }
    let mut begun = std::mem::take(&mut app.pending);
    if is_text && begun.first().is_some_and(|first| first.text().is_some()) {
        // A field came meanwhile: what was begun in a list takes no letter from it.
        begun.clear();
    }
    let keys = [begun.as_slice(), &[key]].concat();
    match app.context.keymap.pressed(&scopes, &keys) {
        Pressed::Action(action) => act(app, action, effects),
        Pressed::Begun => app.pending = keys,
        Pressed::Nothing if begun.is_empty() => type_key(app, key, effects),
        Pressed::Nothing if key.code == KeyCode::Esc => {}
        Pressed::Nothing => {
            let keys: Vec<String> = keys.iter().map(ToString::to_string).collect();
            app.tell(
                Mood::Warning,
                format!("{} does nothing here", keys.join(" ")),
            );
        }
    }
}

/// Takes a paste; outside text it is refused with a line.
pub fn paste(app: &mut App, text: &str, effects: &mut Vec<Effect>) {
    app.following.active = true;
    if let Some(beneath) = app.beneath {
        return beneath::paste(app, beneath, text, effects);
    }
    if app.proof.is_some() {
        return proof::paste(app, text);
    }
    if app.overlay.is_some() {
        return overlay::paste(app, text, effects);
    }
    if app.held.is_some() {
        return app.tell(
            Mood::Warning,
            "Nothing was pasted: what you asked for is still on its way",
        );
    }
    let is_text = scopes(app).first().is_some_and(|scope| scope.is_text());
    if !is_text {
        return app.tell(
            Mood::Warning,
            "Nothing was pasted: no text field is open here",
        );
    }
    let place = shown(app);
    ask::with(app, ask::asker(place), effects, |h| match place {
        Place::Connect => h.screens.connect.paste(text, h.cx, h.out),
        Place::Login => h.screens.login.paste(text, h.cx, h.out),
        Place::Tables => h.screens.tables.paste(text, h.cx, h.out),
        Place::Browser(_) => h.screens.browser.paste(text, h.cx, h.out),
        Place::Record(id) => h.screens.editor.paste(text, h.forms, id, h.cx, h.out),
        Place::Conflict(id) => h.screens.conflict.paste(text, h.forms, id, h.cx, h.out),
        Place::Drafts => h.screens.drafts.paste(text, h.cx, h.out),
        Place::Receipts | Place::Dependents | Place::Bulk | Place::Restore => {}
        Place::Accounts => h.screens.accounts.paste(text, h.cx, h.out),
        Place::History => h.screens.history.paste(text, h.cx, h.out),
        Place::Undo => h.screens.undo.paste(text, h.cx, h.out),
        Place::Bin(_) => h.screens.bin.paste(text, h.cx, h.out),
        Place::Audit => h.screens.audit.paste(text, h.cx, h.out),
    });
}

/// Lets the keys go that were typed while a screen was on its way.
pub fn release_held(app: &mut App, held: Held, effects: &mut Vec<Effect>) {
    for key in held.keys {
        press(app, key, effects);
    }
}

/// The scopes in which a key is looked up, innermost first.
pub fn scopes(app: &App) -> Vec<Scope> {
    let over = app.context.ended.is_some();
    let mut scopes: Vec<Scope> = if app.proof.is_some() {
        vec![Scope::Proof]
    } else if let Some(overlay) = &app.overlay {
        overlay::scopes(overlay).to_vec()
    } else if over {
        place_scopes(app, shown(app)).to_vec()
    } else if app.sessions_pane.is_some_and(|pane| pane.focused) {
        app.screens.sessions.scopes().to_vec()
    } else {
        place_scopes(app, app.place).to_vec()
    };
    scopes.push(Scope::App);
    scopes
}

/// Does what a key or the palette asked for.
pub fn act(app: &mut App, action: Action, effects: &mut Vec<Effect>) {
    if let Action::App(action) = action {
        return act_app(app, action, effects);
    }
    if app.proof.is_some() {
        return proof::act(app, action, effects);
    }
    if app.overlay.is_some() {
        return overlay::act(app, action, effects);
    }
    if let Action::Claims(action) = action {
        return claims::act(app, action, effects);
    }
    if action == Action::Accounts(AccountsAction::Show) {
        return navigate::to_accounts(app, effects);
    }
    if action == Action::History(HistoryAction::ShowUndo) {
        return navigate::to_undo(app, effects);
    }
    if app.sessions_pane.is_some_and(|pane| pane.focused) && app.context.ended.is_none() {
        return ask::with(app, Asker::Sessions, effects, |h| {
            h.screens.sessions.act(action, h.cx, h.out);
        });
    }
    let place = shown(app);
    ask::with(app, ask::asker(place), effects, |h| match place {
        Place::Connect => h.screens.connect.act(action, h.cx, h.out),
        Place::Login => h.screens.login.act(action, h.cx, h.out),
        Place::Tables => h.screens.tables.act(action, h.cx, h.out),
        Place::Browser(_) => h.screens.browser.act(action, h.cx, h.out),
        Place::Record(id) => h.screens.editor.act(action, h.forms, id, h.cx, h.out),
        Place::Conflict(id) => h.screens.conflict.act(action, h.forms, id, h.cx, h.out),
        Place::Drafts => h.screens.drafts.act(action, h.cx, h.out),
        Place::Receipts => h.screens.receipts.act(action, h.cx, h.out),
        Place::Accounts => h.screens.accounts.act(action, h.cx, h.out),
        Place::Dependents => h.screens.dependents.act(action, h.cx, h.out),
        Place::Bulk => h.screens.bulk.act(action, h.forms, h.cx, h.out),
        Place::History => h.screens.history.act(action, h.cx, h.out),
        Place::Undo => h.screens.undo.act(action, h.cx, h.out),
        Place::Restore => h.screens.restore.act(action, h.cx, h.out),
        Place::Bin(_) => h.screens.bin.act(action, h.cx, h.out),
        Place::Audit => h.screens.audit.act(action, h.cx, h.out),
    });
}

/// The place whose screen is shown: the sign-in while the session is over.
pub fn shown(app: &App) -> Place {
    if app.context.ended.is_some() && app.place != Place::Connect {
        Place::Login
    } else {
        app.place
    }
}

fn place_scopes(app: &App, place: Place) -> &'static [Scope] {
    match place {
        Place::Connect => app.screens.connect.scopes(),
        Place::Login => app.screens.login.scopes(),
        Place::Tables => app.screens.tables.scopes(),
        Place::Browser(_) => app.screens.browser.scopes(),
        Place::Record(id) => app.screens.editor.scopes(&app.forms, id),
        Place::Conflict(id) => app.screens.conflict.scopes(&app.forms, id),
        Place::Drafts => app.screens.drafts.scopes(),
        Place::Receipts => app.screens.receipts.scopes(),
        Place::Accounts => app.screens.accounts.scopes(),
        Place::Dependents => app.screens.dependents.scopes(),
        Place::Bulk => app.screens.bulk.scopes(),
        Place::History => app.screens.history.scopes(),
        Place::Undo => app.screens.undo.scopes(),
        Place::Restore => app.screens.restore.scopes(),
        Place::Bin(_) => app.screens.bin.scopes(),
        Place::Audit => app.screens.audit.scopes(),
    }
}

fn type_key(app: &mut App, key: Key, effects: &mut Vec<Effect>) {
    if app.proof.is_some() {
        return proof::key(app, key);
    }
    if app.overlay.is_some() {
        return overlay::key(app, key, effects);
    }
    if app.sessions_pane.is_some_and(|pane| pane.focused) && app.context.ended.is_none() {
        return;
    }
    let place = shown(app);
    ask::with(app, ask::asker(place), effects, |h| match place {
        Place::Connect => h.screens.connect.key(key, h.cx, h.out),
        Place::Login => h.screens.login.key(key, h.cx, h.out),
        Place::Tables => h.screens.tables.key(key, h.cx, h.out),
        Place::Browser(_) => h.screens.browser.key(key, h.cx, h.out),
        Place::Record(id) => h.screens.editor.key(key, h.forms, id, h.cx, h.out),
        Place::Conflict(id) => h.screens.conflict.key(key, h.forms, id, h.cx, h.out),
        Place::Drafts => h.screens.drafts.key(key, h.cx, h.out),
        Place::Receipts | Place::Dependents | Place::Bulk | Place::Restore => {}
        Place::Accounts => h.screens.accounts.key(key, h.cx, h.out),
        Place::History => h.screens.history.key(key, h.cx, h.out),
        Place::Undo => h.screens.undo.key(key, h.cx, h.out),
        Place::Bin(_) => h.screens.bin.key(key, h.cx, h.out),
        Place::Audit => h.screens.audit.key(key, h.cx, h.out),
    });
}

fn act_app(app: &mut App, action: AppAction, effects: &mut Vec<Effect>) {
    let stays = [
        AppAction::Cancel,
        AppAction::Quit,
        AppAction::Redraw,
        AppAction::Suspend,
    ];
    if app.proof.is_some() && !stays.contains(&action) {
        return;
    }
    match action {
        AppAction::Help | AppAction::HelpInList => overlay::open_help(app),
        AppAction::Palette | AppAction::PaletteInList => palette::open(app),
        AppAction::Cancel => cancel(app, effects),
        AppAction::Quit => leave::quit(app, effects),
        AppAction::SignOut => leave::sign_out(app, effects),
        AppAction::ToggleSessions => navigate::toggle_sessions(app, effects),
        AppAction::NextPane => navigate::next_pane(app),
        AppAction::ShowTables => navigate::to_signed_in(app, Place::Tables, effects),
        AppAction::ShowReceipts => navigate::to_receipts(app, effects),
        AppAction::ShowAudit => navigate::to_audit(app, effects),
        AppAction::ShowDrafts => navigate::to_signed_in(app, Place::Drafts, effects),
        AppAction::ToggleThin => effects.push(Effect::ToggleThin),
        AppAction::ToggleMouse => effects.push(Effect::ToggleMouse),
        AppAction::ShowSent | AppAction::ShowSentInList => effects.push(Effect::CountSent),
        AppAction::ShowMessages | AppAction::ShowMessagesInList => {
            app.overlay = Some(crate::app::overlay::Overlay::Messages { scroll: 0 });
        }
        AppAction::EditConnection => navigate::go(app, Go::To(Place::Connect), effects),
        AppAction::ChangePassword => password::open(app),
        AppAction::ChooseTenant => tenants::open(app, effects),
        AppAction::Redraw => effects.push(Effect::Redraw),
        AppAction::Suspend => effects.push(Effect::Suspend),
    }
}

fn cancel(app: &mut App, effects: &mut Vec<Effect>) {
    if waiting::stop(app, effects) {
        return;
    }
    if cancel_held(app, effects) || cancel_questions(app, effects) {
        app.tell(Mood::Told, "Cancelled");
    } else if app.proof.is_some() {
        proof::close(app, effects);
    } else if app.overlay.is_some() {
        app.overlay = None;
    } else {
        let quit = Action::App(AppAction::Quit);
        let key = app
            .context
            .keymap
            .keys(quit, &[Scope::App])
            .first()
            .map(ToString::to_string);
        let how = key.map_or("the palette".to_owned(), |key| key);
        app.tell(
            Mood::Told,
            match &app.context.draft_fault {
                Some(_) => format!("Nothing runs. {how} leaves, and asks before anything is lost"),
                None => format!("Nothing runs. {how} leaves; drafts are kept"),
            },
        );
    }
}

fn cancel_held(app: &mut App, effects: &mut Vec<Effect>) -> bool {
    let Some(held) = app.held.take() else {
        return false;
    };
    stop(app, held.query, effects);
    true
}

/// Stops what the person waits for; a save under way is asked about, never forgotten.
fn cancel_questions(app: &mut App, effects: &mut Vec<Effect>) -> bool {
    let stoppable = |rows: bool| -> Vec<_> {
        app.questions
            .iter()
            .filter(|(_, asker)| asker.may_be_cancelled() && (**asker == Asker::Rows) == rows)
            .map(|(query, _)| *query)
            .collect()
    };
    // A file is written beside everything else: it goes on when something else is stopped.
    let mut waited = stoppable(false);
    if waited.is_empty() {
        waited = stoppable(true);
    }
    for query in &waited {
        stop(app, *query, effects);
    }
    !waited.is_empty()
}

/// Stops one question and tells the screen that asked it.
fn stop(app: &mut App, query: crate::db::contract::QueryId, effects: &mut Vec<Effect>) {
    effects.push(Effect::Cancel(query));
    super::replies::take(
        app,
        query,
        Err(crate::db::contract::Fault::Cancelled),
        effects,
    );
}
