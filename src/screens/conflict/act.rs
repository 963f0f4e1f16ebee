//! What the keys of the conflict screen do.

mod whole;

use super::{Conflict, rest};
use crate::app::context::Context;
use crate::app::forms::conflict::{self, Choice, TakenBack};
use crate::app::forms::gone;
use crate::app::forms::pick::{self, Step};
use crate::app::forms::{At, Form, calendar, dates, edit, finder, keep, leave, refused};
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::place::Go;
use crate::domain::value::Entry;
use crate::input::action::{Action, ConflictAction, DialogAction, FormAction, ListAction};

/// Does what was asked for.
pub fn act(screen: &mut Conflict, action: Action, form: &mut Form, cx: &Context, out: &mut Outbox) {
    match action {
        Action::Conflict(action) => decide(screen, action, form, cx, out),
        Action::Form(action) if screen.typing => typing(screen, action, form, cx, out),
        Action::Form(FormAction::Save) => save(screen, form, cx, out),
        Action::Form(FormAction::AboutField) if !conflict::is_deleted(form) => {
            form.focus = screen.column;
            out.overlay(edit::about_field(form, cx));
        }
        Action::Form(FormAction::Discard) => leave::ask_discard(form, out),
        Action::List(action) => list(screen, action, form, cx),
        Action::Dialog(action) => dialog(screen, form, action, cx),
        Action::Form(_)
        | Action::App(_)
        | Action::Browser(_)
        | Action::Claims(_)
        | Action::Arrange(_)
        | Action::Bulk(_)
        | Action::Rows(_)
        | Action::Filter(_)
        | Action::Sessions(_)
        | Action::Accounts(_)
        | Action::History(_)
        | Action::Audit(_)
        | Action::SignIn(_) => {}
    }
}

fn decide(
    screen: &mut Conflict,
    action: ConflictAction,
    form: &mut Form,
    cx: &Context,
    out: &mut Outbox,
) {
    match action {
        ConflictAction::TakeYours => take(screen, form, Choice::Yours),
        ConflictAction::TakeTheirs => take(screen, form, Choice::Theirs),
        ConflictAction::TakeWas => take(screen, form, Choice::Was),
        ConflictAction::EditValue => begin_typing(screen, form, cx, out),
        ConflictAction::AllYours => take_all(form, Choice::Yours),
        ConflictAction::AllTheirs => take_all(form, Choice::Theirs),
        ConflictAction::NextUndecided => to_undecided(screen, form, true, out),
        ConflictAction::PreviousUndecided => to_undecided(screen, form, false, out),
        ConflictAction::ShowMerged => show_merged(screen, form, out),
        ConflictAction::ShowUnchanged => rest::toggle(screen, form, out),
        ConflictAction::TakeBack => take_back(screen, form, out),
        ConflictAction::ShowAll => whole::toggle(screen, form, cx),
        ConflictAction::NextDifference => whole::jump(screen, form, true, cx, out),
        ConflictAction::PreviousDifference => whole::jump(screen, form, false, cx, out),
        ConflictAction::OpenOther => refused::open_other(form, out),
        ConflictAction::TakeBoth => take_both(screen, form, cx, out),
        ConflictAction::KeepYours => keep::keep(form, cx, out),
        ConflictAction::Recreate => gone::ask_to_recreate(form, out),
        ConflictAction::Leave if screen.whole.is_some() => screen.whole = None,
        ConflictAction::Leave => out.go(Go::Back),
    }
}

/// Keys while your value is typed: leaving the field keeps what was typed.
fn typing(
    screen: &mut Conflict,
    action: FormAction,
    form: &mut Form,
    cx: &Context,
    out: &mut Outbox,
) {
    let long = form.fields[screen.column].is_long();
    match action {
        FormAction::Leave => stop_typing(screen, form, cx, out),
        FormAction::Save => {
            stop_typing(screen, form, cx, out);
            save(screen, form, cx, out);
        }
        FormAction::Enter if !long => {
            stop_typing(screen, form, cx, out);
            to_undecided(screen, form, true, out);
        }
        FormAction::NextField | FormAction::PreviousField if !long => {
            stop_typing(screen, form, cx, out);
            step(screen, form, action == FormAction::NextField);
        }
        FormAction::Discard => {}
        FormAction::PickValue | FormAction::CreateReferred
            if finder::of(form, form.focus).is_some() =>
        {
            out.tell(
                Mood::Told,
                "Type the key here; records are found in the form itself",
            );
        }
        FormAction::PickValue if calendar::is_offered(form, form.focus) => {
            out.tell(
                Mood::Told,
                "Type the day here, or a word: today, +3d; the calendar is in the form itself",
            );
        }
        _ => {
            edit::act(form, action, cx, out);
            // Moving past the first or last line of a text ends the typing, nothing more.
            if form.focus != screen.column {
                form.focus = screen.column;
                screen.typing = false;
            }
        }
    }
}

fn begin_typing(screen: &mut Conflict, form: &mut Form, cx: &Context, out: &mut Outbox) {
    let items = screen.items(form);
    let Some(item) = items.iter().find(|item| item.column == screen.column) else {
        return;
    };
    let theirs = form
        .conflict
        .as_ref()
        .and_then(|conflict| conflict.theirs.as_ref());
    let theirs = theirs
        .and_then(|record| record.values.get(item.column))
        .cloned();
    let start = match item.choice {
        Some(Choice::Theirs) => theirs,
        // What was there before both is no change: begun from it, the form would count as untouched
        // and what was typed would go without a question. So yours is what is edited.
        Some(Choice::Was | Choice::Yours) | None => None,
    };
    form.focus = item.column;
    if let Some(why) = edit::locked(form) {
        return out.tell(Mood::Warning, why);
    }
    if let Some(value) = start {
        form.fields[item.column].put(&Entry::Value(value));
        edit::edited(form, cx);
    }
    form.fields[item.column].text.place_cursor(usize::MAX);
    conflict::choose(form, item.column, Choice::Yours);
    screen.whole = None;
    screen.typing = true;
    if pick::choices(form, item.column).is_some() {
        pick::open(form, out);
    }
}

fn stop_typing(screen: &mut Conflict, form: &mut Form, cx: &Context, out: &mut Outbox) {
    pick::settle(form, cx, out);
    dates::settle(form, cx);
    screen.typing = false;
}

/// Keys in the list of values; with the list the typing ends.
fn dialog(screen: &mut Conflict, form: &mut Form, action: DialogAction, cx: &Context) {
    let column = form.focus;
    match action {
        DialogAction::Choose => pick::step(form, Step::Choose, cx),
        DialogAction::Close | DialogAction::No => pick::step(form, Step::Close, cx),
        DialogAction::Up => pick::step(form, Step::Up, cx),
        DialogAction::Down => pick::step(form, Step::Down, cx),
        DialogAction::Yes | DialogAction::Anyway | DialogAction::Accept | DialogAction::Prove => {}
    }
    form.focus = column;
    screen.typing = form.picker.is_some();
}

fn save(screen: &mut Conflict, form: &mut Form, cx: &Context, out: &mut Outbox) {
    if let Some(column) = conflict::save(form, At::Conflict, cx, out) {
        screen.whole = None;
        screen.column = column;
        let clashes = conflict::clashing(form);
        screen.shows_merged |= !clashes.iter().any(|item| item.column == column);
    }
}

fn take(screen: &Conflict, form: &mut Form, choice: Choice) {
    let listed = screen
        .items(form)
        .iter()
        .any(|item| item.column == screen.column);
    if listed {
        conflict::choose(form, screen.column, choice);
    }
}

/// Takes a decision back, or what was merged without asking.
fn take_back(screen: &Conflict, form: &mut Form, out: &mut Outbox) {
    let items = screen.items(form);
    let Some(item) = items.iter().find(|item| item.column == screen.column) else {
        return;
    };
    let name = form.column_name(item.column);
    let line = match conflict::take_back(form, item.column) {
        Some(TakenBack::Kept(Choice::Yours)) => format!("{name}: as you had it"),
        Some(TakenBack::Kept(_)) => format!("{name}: as it was saved"),
        Some(TakenBack::Merged) => format!("{name}: merged as before"),
        Some(TakenBack::Open) => format!("{name} is to be decided again"),
        None => format!("Nothing was decided about {name} yet"),
    };
    out.tell(Mood::Told, line);
}

fn take_all(form: &mut Form, choice: Choice) {
    for item in conflict::clashing(form) {
        if item.choice.is_none() {
            conflict::choose(form, item.column, choice);
        }
    }
}

fn show_merged(screen: &mut Conflict, form: &Form, out: &mut Outbox) {
    if conflict::merged(form).is_empty() {
        return out.tell(Mood::Told, "Nothing was merged without asking");
    }
    screen.shows_merged = !screen.shows_merged;
    // They stand below all that is to be decided, which may be more than fits.
    let first = match screen.shows_merged {
        true => conflict::merged(form).first().map(|item| item.column),
        false => None,
    };
    let items = screen.items(form);
    let here = |item: &conflict::Item| item.column == screen.column;
    let kept = items.iter().any(here).then_some(screen.column);
    let first = first.or(kept).or(items.first().map(|item| item.column));
    screen.column = first.unwrap_or(0);
}

/// Puts what both changed together as yours, where their changes do not meet.
fn take_both(screen: &Conflict, form: &mut Form, cx: &Context, out: &mut Outbox) {
    form.focus = screen.column;
    if let Some(why) = edit::locked(form) {
        return out.tell(Mood::Warning, why);
    }
    let name = form.column_name(screen.column);
    match conflict::take_both(form, screen.column) {
        Ok(()) => {
            edit::edited(form, cx);
            let line = format!("{name}: both changes together, as yours; u takes it back");
            out.tell(Mood::Told, line);
        }
        Err(why) => out.tell(Mood::Warning, format!("{name}: {why}")),
    }
}

/// Goes to the nearest field in that direction that is not decided, in a circle.
fn to_undecided(screen: &mut Conflict, form: &Form, forward: bool, out: &mut Outbox) {
    let items = conflict::clashing(form);
    let open: Vec<usize> = items
        .iter()
        .filter(|item| item.choice.is_none())
        .map(|item| item.column)
        .collect();
    let found = if forward {
        open.iter()
            .find(|column| **column > screen.column)
            .or(open.first())
    } else {
        open.iter()
            .rfind(|column| **column < screen.column)
            .or(open.last())
    };
    match found {
        Some(column) => screen.column = *column,
        None => out.tell(Mood::Told, "All fields are decided: save"),
    }
    screen.whole = screen.whole.map(|_| 0);
}

fn list(screen: &mut Conflict, action: ListAction, form: &Form, cx: &Context) {
    if screen.whole.is_some() {
        return whole::scroll(screen, action, form, cx);
    }
    let page = usize::from(cx.room.rows).saturating_sub(3).max(1);
    let count = rest::stops(screen, form).len();
    match action {
        ListAction::Up => step(screen, form, false),
        ListAction::Down => step(screen, form, true),
        ListAction::PageUp => (0..page).for_each(|_| step(screen, form, false)),
        ListAction::PageDown => (0..page).for_each(|_| step(screen, form, true)),
        ListAction::First => (0..count).for_each(|_| step(screen, form, false)),
        ListAction::Last => (0..count).for_each(|_| step(screen, form, true)),
        ListAction::Left | ListAction::Right | ListAction::Back | ListAction::Find => {}
    }
}

/// To the next or the field before, as they are listed.
fn step(screen: &mut Conflict, form: &Form, forward: bool) {
    let stops = rest::stops(screen, form);
    let here = stops.iter().position(|column| *column == screen.column);
    let to = match (here, forward) {
        (None, _) => 0,
        (Some(here), true) => (here + 1).min(stops.len().saturating_sub(1)),
        (Some(here), false) => here.saturating_sub(1),
    };
    if let Some(column) = stops.get(to) {
        screen.column = *column;
    }
}
