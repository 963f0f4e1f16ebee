//! Keys and actions of what lies over a place: help, palette, messages, questions, prompts.

use super::super::App;
use super::{ask, claims, keys, leave, palette, password, tenants, writing};
use crate::app::effect::Effect;
use crate::app::outbox::Asker;
use crate::app::overlay::{About, Confirmed, Overlay, Prompted};
use crate::app::place::Place;
use crate::domain::wrap;
use crate::input::action::{Action, ClaimsAction, DialogAction, ListAction, RowsAction, Scope};
use crate::input::event::{Key, Size};
use crate::screens::help::{self, Help};

/// Opens help over what is there.
pub fn open_help(app: &mut App) {
    let beneath = keys::scopes(app);
    app.overlay = Some(Overlay::Help(Help::open(beneath)));
}

/// Returns the scopes of an overlay, innermost first.
pub fn scopes(overlay: &Overlay) -> &'static [Scope] {
    match overlay {
        Overlay::Help(help) => help.scopes(),
        Overlay::Messages { .. } | Overlay::About(_) => &[Scope::Help],
        Overlay::Palette(_) | Overlay::Tenants(_) => &[Scope::Palette],
        Overlay::Confirm(_) => &[Scope::Confirm],
        Overlay::Anyway(_) => &[Scope::Anyway],
        Overlay::Prompt(_) => &[Scope::Prompt],
        Overlay::Answer(_) => &[Scope::Answer],
        Overlay::WriteRows(_) => &[Scope::Write],
        Overlay::CopyRow => &[Scope::CopyRow],
        Overlay::NewPassword(_) => &[Scope::Proof],
    }
}

/// Does what was asked for in an overlay.
pub fn act(app: &mut App, action: Action, effects: &mut Vec<Effect>) {
    let Some(overlay) = app.overlay.take() else {
        return;
    };
    match overlay {
        Overlay::Help(mut help) => {
            let chosen = help.act(action, &app.context);
            after_help(app, help, &chosen);
        }
        Overlay::Palette(palette) => palette::act(app, palette, action, effects),
        Overlay::Messages { scroll } => {
            let scroll = match action {
                Action::List(ListAction::Up) => scroll.saturating_add(1),
                Action::List(ListAction::Down) => scroll.saturating_sub(1),
                _ => return,
            };
            app.overlay = Some(Overlay::Messages { scroll });
        }
        Overlay::About(mut about) => {
            if scroll_about(&mut about, action, app.context.size) {
                app.overlay = Some(Overlay::About(about));
            }
        }
        // A key that was typed before the question was there was not meant for it.
        Overlay::Confirm(confirm) if confirm.danger && !app.question_seen => {
            app.overlay = Some(Overlay::Confirm(confirm));
        }
        Overlay::Anyway(confirm) if !app.question_seen => {
            app.overlay = Some(Overlay::Anyway(confirm));
        }
        Overlay::Anyway(confirm) => {
            if action == Action::Dialog(DialogAction::Anyway) {
                confirmed(app, &confirm.then, effects);
            }
        }
        Overlay::Confirm(confirm) => {
            if action == Action::Dialog(DialogAction::Yes) {
                confirmed(app, &confirm.then, effects);
            }
        }
        Overlay::NewPassword(dialog) => password::act(app, dialog, action, effects),
        Overlay::WriteRows(dialog) => writing::act(app, dialog, action, effects),
        Overlay::Tenants(list) => tenants::act(app, list, action, effects),
        Overlay::CopyRow => writing::copy_row(app, action, effects),
        Overlay::Answer(answering) => match action {
            Action::Claims(action) => claims::answer(app, answering.line, action, effects),
            _ => app.overlay = Some(Overlay::Answer(answering)),
        },
        Overlay::Prompt(prompt) => match action {
            Action::Dialog(DialogAction::Accept) => {
                prompted(app, &prompt.then, prompt.line.text(), effects);
            }
            Action::Dialog(DialogAction::Close) => {}
            _ => app.overlay = Some(Overlay::Prompt(prompt)),
        },
    }
}

/// Scrolls a text that is read; says whether it stays open.
fn scroll_about(about: &mut About, action: Action, size: Size) -> bool {
    let (lines, page) = about_lines(about, size);
    let last = lines.len().saturating_sub(page);
    let to = match action {
        Action::List(ListAction::Up) => about.scroll.saturating_sub(1),
        Action::List(ListAction::Down) => about.scroll + 1,
        Action::List(ListAction::PageUp) => about.scroll.saturating_sub(page),
        Action::List(ListAction::PageDown) => about.scroll + page,
        Action::List(ListAction::First) => 0,
        Action::List(ListAction::Last) => last,
        _ => return false,
    };
    about.scroll = to.min(last);
    true
}

/// The lines of a text that is read, at this size of the screen, and how many are shown at once.
pub fn about_lines(about: &About, size: Size) -> (Vec<String>, usize) {
    // Without the border and a blank column at both sides; without header, hints and border.
    let room = usize::from(size.columns.saturating_sub(4)).max(1);
    let page = usize::from(size.rows.saturating_sub(4)).max(1);
    let own = |line: &String| wrap::first_lines(line, room, usize::MAX).0;
    (about.lines.iter().flat_map(own).collect(), page)
}

/// Takes a key that is text in an overlay.
pub fn key(app: &mut App, key: Key, effects: &mut Vec<Effect>) {
    match app.overlay.take() {
        Some(Overlay::Help(mut help)) => {
            help.key(key);
            app.overlay = Some(Overlay::Help(help));
        }
        Some(Overlay::Palette(palette)) => palette::key(app, palette, key, effects),
        Some(Overlay::Tenants(mut list)) => {
            tenants::key(&mut list, key);
            app.overlay = Some(Overlay::Tenants(list));
        }
        Some(Overlay::Prompt(mut prompt)) => {
            prompt.line.press(key);
            app.overlay = Some(Overlay::Prompt(prompt));
        }
        Some(Overlay::WriteRows(mut dialog)) => {
            dialog.said = None;
            dialog.file.press(key);
            app.overlay = Some(Overlay::WriteRows(dialog));
        }
        Some(Overlay::NewPassword(mut dialog)) => {
            dialog.said = None;
            dialog.field().press(key);
            app.overlay = Some(Overlay::NewPassword(dialog));
        }
        other => app.overlay = other,
    }
}

/// Takes a paste in an overlay: only lines to fill in take it.
pub fn paste(app: &mut App, text: &str, effects: &mut Vec<Effect>) {
    match &mut app.overlay {
        Some(Overlay::Prompt(prompt)) => {
            prompt.line.insert(text);
        }
        Some(Overlay::Palette(_)) => palette::paste(app, text, effects),
        Some(Overlay::Help(help)) => help.paste(text),
        Some(Overlay::WriteRows(dialog)) => {
            dialog.file.insert(text);
        }
        Some(Overlay::Tenants(list)) => {
            list.typed.insert(text);
            list.selected = 0;
        }
        Some(Overlay::NewPassword(dialog)) => {
            dialog.field().insert(text.trim_end_matches('\n'));
        }
        _ => {}
    }
}

fn after_help(app: &mut App, help: Help, chosen: &help::Chosen) {
    match chosen {
        help::Chosen::Open => app.overlay = Some(Overlay::Help(help)),
        help::Chosen::Close => {}
    }
}

fn confirmed(app: &mut App, then: &Confirmed, effects: &mut Vec<Effect>) {
    let asker = match then {
        Confirmed::Leave => return leave::quit_anyway(app, effects),
        Confirmed::SignOut => return leave::sign_out_anyway(app, effects),
        Confirmed::TakeOver { .. }
        | Confirmed::ReleaseRecord { .. }
        | Confirmed::ReleaseSession(_) => return claims::confirmed(app, then, effects),
        Confirmed::DeleteRow { .. } => Asker::Browser,
        Confirmed::DeleteRecord(id) | Confirmed::Recreate(id) | Confirmed::DiscardEdits(id) => {
            Asker::Form(*id)
        }
        Confirmed::WriteOver => Asker::Rows,
        Confirmed::TakeRowsBack => Asker::Bulk,
        Confirmed::ResetAccount(_) | Confirmed::DeactivateAccount(_) => Asker::Accounts,
        Confirmed::DiscardDraft(_) => Asker::Drafts,
    };
    ask::with(app, asker, effects, |h| match then {
        Confirmed::DeleteRow { table, key } => {
            h.screens.browser.delete_confirmed(*table, key, h.cx, h.out);
        }
        Confirmed::DeleteRecord(id) => h.forms.delete_confirmed(*id, h.cx, h.out),
        Confirmed::Recreate(id) => h.forms.recreate_confirmed(*id, h.out),
        Confirmed::DiscardEdits(id) => h.forms.discard_confirmed(*id, h.cx, h.out),
        Confirmed::WriteOver => h.screens.browser.write_over_confirmed(h.out),
        Confirmed::TakeRowsBack => h.screens.bulk.take_back_confirmed(h.forms, h.cx, h.out),
        Confirmed::DiscardDraft(id) => h.screens.drafts.discard_confirmed(id, h.cx, h.out),
        Confirmed::ResetAccount(_) | Confirmed::DeactivateAccount(_) => {
            h.screens.accounts.confirmed(then, h.out);
        }
        _ => {}
    });
    if let Confirmed::DiscardDraft(id) = then {
        app.forms.forget_draft(id);
        app.context.drafts.retain(|draft| draft.id != *id);
    }
}

fn prompted(app: &mut App, then: &Prompted, text: &str, effects: &mut Vec<Effect>) {
    match then {
        Prompted::EndSession(session) => ask::with(app, Asker::Sessions, effects, |h| {
            h.screens.sessions.end_confirmed(*session, text, h.out);
        }),
        Prompted::WriteValue => {
            let place = app.place;
            ask::with(app, ask::asker(place), effects, |h| {
                let busy = h.screens.audit.is_writing();
                match place {
                    Place::Record(_) => h.screens.editor.write_value(text, busy, h.out),
                    _ => h.screens.browser.write_value(text, busy, h.out),
                }
            });
        }
        Prompted::ExportAudit => ask::with(app, Asker::Audit, effects, |h| {
            h.screens.audit.export_confirmed(text, h.out);
        }),
        Prompted::CountOfRows => ask::with(app, Asker::Bulk, effects, |h| {
            h.screens.bulk.count_typed(text, h.forms, h.cx, h.out);
        }),
        Prompted::CountToBringBack => ask::with(app, Asker::Restore, effects, |h| {
            h.screens.restore.count_typed(text, h.cx, h.out);
        }),
    }
}

/// Returns the actions for the hint bar while an overlay is open.
pub fn hints(overlay: &Overlay) -> Vec<Action> {
    match overlay {
        // The latest message stands at the bottom: what is older is above.
        Overlay::Messages { .. } => vec![
            Action::List(ListAction::Back),
            Action::List(ListAction::Up),
            Action::List(ListAction::Down),
        ],
        Overlay::Help(help) => help.hints(),
        Overlay::About(_) => vec![
            Action::List(ListAction::Back),
            Action::List(ListAction::Down),
            Action::List(ListAction::PageDown),
        ],
        Overlay::Palette(_) | Overlay::Tenants(_) => [DialogAction::Choose, DialogAction::Close]
            .map(Action::Dialog)
            .into(),
        Overlay::Confirm(_) => [DialogAction::Yes, DialogAction::No]
            .map(Action::Dialog)
            .into(),
        Overlay::Anyway(_) => [DialogAction::Anyway, DialogAction::No]
            .map(Action::Dialog)
            .into(),
        Overlay::Answer(answering) => [
            ClaimsAction::SaveAndYield,
            ClaimsAction::Yield,
            ClaimsAction::FiveMinutes,
            ClaimsAction::Give,
            ClaimsAction::NotNow,
        ]
        .into_iter()
        .filter(|action| answering.saves || *action != ClaimsAction::SaveAndYield)
        .map(Action::Claims)
        .collect(),
        Overlay::Prompt(_) => [DialogAction::Accept, DialogAction::Close]
            .map(Action::Dialog)
            .into(),
        Overlay::CopyRow => vec![
            Action::Rows(RowsAction::CopyTabbed),
            Action::Rows(RowsAction::CopyObject),
            Action::Dialog(DialogAction::Close),
        ],
        Overlay::WriteRows(_) => vec![
            Action::Dialog(DialogAction::Choose),
            Action::Rows(RowsAction::SwitchColumns),
            Action::Dialog(DialogAction::Close),
        ],
        Overlay::NewPassword(_) => [DialogAction::Prove, DialogAction::Close]
            .map(Action::Dialog)
            .into(),
    }
}
