//! What the keys of a record do: reading, and on to the form where it is edited.

use super::Editor;
use super::look;
use super::rows;
use crate::app::context::Context;
use crate::app::forms::pick::Step;
use crate::app::forms::{Form, Mode, blame, delete, edit, follow, leave, open, pick};
use crate::app::forms::{calendar, finder};
use crate::app::loadable::Loadable;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::{Go, Past};
use crate::input::action::{
    Action, BrowserAction, DialogAction, FormAction, HistoryAction, ListAction, RowsAction,
};

/// Does what was asked for.
pub fn act(editor: &mut Editor, action: Action, form: &mut Form, cx: &Context, out: &mut Outbox) {
    match action {
        Action::Form(FormAction::AboutField) if !form.fields.is_empty() => {
            out.overlay(edit::about_field(form, cx));
        }
        Action::Form(action) => edit::act(form, action, cx, out),
        Action::Browser(action) => browser(form, action, cx, out),
        Action::List(action) => list(editor, form, action, cx, out),
        Action::Dialog(action) => dialog(form, action, cx, out),
        Action::App(_)
        | Action::Arrange(_)
        | Action::Claims(_)
        | Action::Bulk(_)
        | Action::Filter(_)
        | Action::Conflict(_)
        | Action::Sessions(_)
        | Action::Audit(_)
        | Action::Accounts(_)
        | Action::SignIn(_) => {}
        Action::Rows(action) => look::act(editor, form, action, cx, out),
        Action::History(action) => history(editor, form, action, cx, out),
    }
}

fn browser(form: &mut Form, action: BrowserAction, cx: &Context, out: &mut Outbox) {
    if form.mode != Mode::Read {
        return;
    }
    match action {
        BrowserAction::EditRecord => open::edit_now(form, out),
        BrowserAction::NewRecord => new(form, out),
        BrowserAction::DuplicateRecord => duplicate(form, out),
        BrowserAction::DeleteRecord => delete::ask(form, out),
        BrowserAction::Reload => reload(form, cx, out),
        BrowserAction::NextRecord => out.go(Go::Beside { forward: true }),
        BrowserAction::PreviousRecord => out.go(Go::Beside { forward: false }),
        BrowserAction::Open
        | BrowserAction::SortColumn
        | BrowserAction::SortAlso
        | BrowserAction::ClearFilter
        | BrowserAction::CountRows
        | BrowserAction::Jump
        | BrowserAction::Favourite
        | BrowserAction::ToggleRecordPane
        | BrowserAction::DiscardDraft
        | BrowserAction::ShowDraft => {}
        BrowserAction::ShowDependents => show_dependents(form, out),
    }
}

fn show_dependents(form: &Form, out: &mut Outbox) {
    if let (Some(key), Some(_)) = (form.key.clone(), form.base.ready()) {
        out.go(Go::Dependents {
            table: form.table,
            key,
            refused: None,
        });
    }
}

fn history(
    editor: &mut Editor,
    form: &mut Form,
    action: HistoryAction,
    cx: &Context,
    out: &mut Outbox,
) {
    let name = form.column(form.focus).map(|column| column.name.clone());
    let column = match action {
        // Without a past the key that opens a field's history opens the field.
        HistoryAction::BlamedHistory if !cx.is_shared() => {
            return look::act(editor, form, RowsAction::Peek, cx, out);
        }
        HistoryAction::Blame if form.mode == Mode::Read => {
            return blame::toggle(form, cx, out);
        }
        HistoryAction::ShowHistory => None,
        HistoryAction::BlamedHistory | HistoryAction::FieldHistory => name,
        _ => return,
    };
    let Some(key) = form.key.clone() else {
        return out.tell(Mood::Told, "A new record has no history yet");
    };
    let table = form.table;
    out.go(Go::History(Past { table, key, column }));
}

fn new(form: &Form, out: &mut Outbox) {
    match open::why_not(form, open::Right::Create) {
        Some(why) => out.tell(Mood::Warning, why),
        None => out.go(Go::Open {
            table: form.table,
            key: None,
            edit: true,
        }),
    }
}

fn duplicate(form: &Form, out: &mut Outbox) {
    match (open::why_not(form, open::Right::Create), form.key.clone()) {
        (Some(why), _) => out.tell(Mood::Warning, why),
        (None, Some(key)) => out.go(Go::Copy {
            table: form.table,
            key,
        }),
        (None, None) => {}
    }
}

fn reload(form: &mut Form, cx: &Context, out: &mut Outbox) {
    if form.base.ready().is_none() {
        if !matches!(form.base, Loadable::Waiting(_)) {
            open::begin(form, cx, out);
        }
    } else if form.is_changed() {
        follow::look(form, follow::Seen::default(), out);
        out.tell(
            Mood::Told,
            "Your edits are kept; looking whether it was saved since",
        );
    } else {
        form.refreshed = None;
        open::read(form, out);
    }
}

fn list(editor: &mut Editor, form: &mut Form, action: ListAction, cx: &Context, out: &mut Outbox) {
    let page = usize::from(cx.room.rows).saturating_sub(5).max(1);
    match action {
        ListAction::Up => go(editor, form, false, 1, cx),
        ListAction::Down => go(editor, form, true, 1, cx),
        ListAction::PageUp => go(editor, form, false, page, cx),
        ListAction::PageDown => go(editor, form, true, page, cx),
        ListAction::First => to(editor, form, 0),
        ListAction::Last => to(editor, form, usize::MAX),
        ListAction::Back => leave::close(form, cx, out),
        ListAction::Left | ListAction::Right | ListAction::Find => {}
    }
}

fn dialog(form: &mut Form, action: DialogAction, cx: &Context, out: &mut Outbox) {
    let step = match action {
        DialogAction::Choose => Step::Choose,
        DialogAction::Close | DialogAction::No => Step::Close,
        DialogAction::Up => Step::Up,
        DialogAction::Down => Step::Down,
        DialogAction::Yes | DialogAction::Anyway | DialogAction::Accept | DialogAction::Prove => {
            return;
        }
    };
    if form.calendar.is_some() {
        match step {
            Step::Choose => calendar::choose(form, cx, out),
            Step::Close => form.calendar = None,
            Step::Up | Step::Down => {}
        }
    } else if form.finder.is_some() {
        finder::step(form, step, cx, out);
    } else {
        pick::step(form, step, cx);
    }
}

/// Moves by lines: within a long text that does not fit first, then to the next field.
fn go(editor: &mut Editor, form: &mut Form, down: bool, lines: usize, cx: &Context) {
    for _ in 0..lines {
        let hidden = rows::hidden_lines(form, cx.room, cx);
        if down && editor.scrolled < hidden {
            editor.scrolled += 1;
        } else if !down && editor.scrolled > 0 {
            editor.scrolled -= 1;
        } else if down && form.focus + 1 < form.fields.len() {
            to(editor, form, form.focus + 1);
        } else if !down && form.focus > 0 {
            to(editor, form, form.focus - 1);
            editor.scrolled = rows::hidden_lines(form, cx.room, cx);
        } else {
            return;
        }
    }
}

fn to(editor: &mut Editor, form: &mut Form, column: usize) {
    editor.scrolled = 0;
    edit::focus(form, column);
}
