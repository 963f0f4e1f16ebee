//! Typing in a form and moving among its fields; no saving.

use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::app::overlay::Overlay;
use crate::domain::text;
use crate::domain::value::{Entry, Value};
use crate::domain::wrap::{self, Spot};
use crate::input::action::FormAction;
use crate::input::event::{Key, KeyCode};
use crate::input::line::{Instead, Pressed};

use super::field::Lock;
use super::then::Then;
use super::{Form, Mode, draft, forecast, leave, pick, refused, save};
use super::{about, calendar, dates, external, finder, keep, merge_into, missing, names, then};

/// Does what was asked for in a form that is edited.
pub fn act(form: &mut Form, action: FormAction, cx: &Context, out: &mut Outbox) {
    if form.mode == Mode::Read || (form.fields.is_empty() && action != FormAction::Leave) {
        return;
    }
    if !stays_in_list(action) {
        let picked = pick::settle(form, cx, out) && calendar::settle(form, cx, out);
        let found = finder::settle(form, cx, out);
        // Saved without what was typed it would be lost, and nobody would see it.
        if !(picked && found) && saves(action) {
            return;
        }
    }
    if leaves_field(action) {
        dates::settle(form, cx);
    }
    match action {
        FormAction::Save => save::save(form, cx, out),
        FormAction::SaveNext => then::save(form, Then::Next, cx, out),
        FormAction::SaveNew => then::save(form, Then::New, cx, out),
        FormAction::NextField => next(form, cx),
        FormAction::PreviousField => previous(form, cx),
        FormAction::Enter => enter(form, cx),
        FormAction::Leave => leave::leave(form, cx, out),
        FormAction::PickValue if finder::of(form, form.focus).is_some() => finder::open(form, out),
        FormAction::PickValue if calendar::is_offered(form, form.focus) => {
            calendar::open(form, cx, out);
        }
        FormAction::PickValue => pick::open(form, out),
        FormAction::Calendar(action) => calendar::step(form, action, out),
        FormAction::CreateReferred => finder::create(form, out),
        FormAction::EditOutside => external::open(form, cx, out),
        FormAction::SetNull => set_null(form, cx, out),
        FormAction::SetEmpty => set_empty(form, cx, out),
        FormAction::SetDefault => set_default(form, cx, out),
        FormAction::ResetField => reset(form, cx, out),
        FormAction::Undo => undo(form, cx, out),
        FormAction::Redo => redo(form, cx, out),
        FormAction::Discard => leave::ask_discard(form, out),
        FormAction::OpenOther => refused::open_other(form, out),
        FormAction::NextSaved => next_saved(form, out),
        FormAction::CreateMissing => missing::begin(form, cx, out),
        FormAction::MergeInto => merge_into::begin(form, out),
        FormAction::AboutField => out.overlay(about_field(form, cx)),
        FormAction::KeepYours => keep::keep(form, cx, out),
        FormAction::PageUp => page(form, false, cx),
        FormAction::PageDown => page(form, true, cx),
    }
    names::ask(form, out);
}

/// All that is to be known of the field under the cursor.
pub fn about_field(form: &Form, cx: &Context) -> Overlay {
    Overlay::About(about::page(form, form.focus, cx))
}

/// Whether a list or a calendar under the field goes on after the action, or closes by it.
fn stays_in_list(action: FormAction) -> bool {
    matches!(
        action,
        FormAction::PickValue | FormAction::CreateReferred | FormAction::Calendar(_)
    )
}

fn saves(action: FormAction) -> bool {
    matches!(
        action,
        FormAction::Save | FormAction::SaveNext | FormAction::SaveNew
    )
}

/// Whether words typed in the field are made exact before the action: it goes on from there.
fn leaves_field(action: FormAction) -> bool {
    matches!(
        action,
        FormAction::Save
            | FormAction::SaveNext
            | FormAction::SaveNew
            | FormAction::NextField
            | FormAction::PreviousField
            | FormAction::Enter
            | FormAction::Leave
            | FormAction::PageUp
            | FormAction::PageDown
    )
}

/// Takes a key that no action has.
pub fn key(form: &mut Form, key: Key, cx: &Context, out: &mut Outbox) {
    if form.mode == Mode::Read || form.fields.is_empty() {
        return;
    }
    if form.picker.is_some() {
        return pick::key(form, key, cx);
    }
    if form.finder.is_some() {
        return finder::key(form, key, out);
    }
    // What is typed goes into the field, after the day that was gone to.
    calendar::settle(form, cx, out);
    if let Some(why) = locked(form) {
        if key.text().is_some() || matches!(key.code, KeyCode::Backspace | KeyCode::Delete) {
            out.tell(Mood::Warning, why);
        }
        return;
    }
    if key.text().is_some() && pick::choices(form, form.focus).is_some() {
        pick::open(form, out);
        return pick::key(form, key, cx);
    }
    if form.fields[form.focus].text.press(key) == Pressed::Edited {
        edited(form, cx);
    }
}

/// Takes a paste into the field under the cursor.
pub fn paste(form: &mut Form, text: &str, cx: &Context, out: &mut Outbox) {
    if form.mode == Mode::Read || form.fields.is_empty() {
        return;
    }
    if form.finder.is_some() {
        return finder::paste(form, text, out);
    }
    calendar::settle(form, cx, out);
    if let Some(why) = locked(form) {
        return out.tell(Mood::Warning, why);
    }
    if pick::choices(form, form.focus).is_some() {
        form.picker = None;
        form.fields[form.focus].put(&Entry::Value(Value::text(text.trim())));
        return edited(form, cx);
    }
    let several = text.trim_end_matches(['\r', '\n']).contains(['\r', '\n']);
    let lines = several && !pick::is_short(form);
    let field = &mut form.fields[form.focus];
    field.text.allow_lines(lines || field.is_long());
    field.text.insert(text);
    edited(form, cx);
}

/// Notes a change of the field under the cursor.
pub fn edited(form: &mut Form, cx: &Context) {
    form.fields[form.focus].error = None;
    form.fields[form.focus].made = None;
    form.problem = None;
    draft::typed(form, cx);
}

/// Puts the cursor on a field.
pub fn focus(form: &mut Form, column: usize) {
    form.picker = None;
    form.calendar = None;
    form.finder = None;
    form.focus = column.min(form.fields.len().saturating_sub(1));
}

/// The cells left of a value beside its label: gutter, marks and blanks.
pub const BESIDE: u16 = 6;
/// The widest a label gets.
const WIDEST_LABEL: usize = 24;

/// The cells that the text of a field has at this width of the place.
pub fn text_room(form: &Form, width: u16) -> usize {
    let taken = label_room(form, width) + usize::from(BESIDE) + 1;
    usize::from(width).saturating_sub(taken).clamp(10, 100)
}

/// The cells that the labels have: the longest one, within a third of the place.
pub fn label_room(form: &Form, width: u16) -> usize {
    let columns = form.shape.iter().flat_map(|shape| &shape.columns);
    let widths = columns.map(|column| crate::domain::glyph::width(&text::line(&column.name)));
    let longest = widths.max();
    let most = WIDEST_LABEL.min(usize::from(width) / 3).max(6);
    longest.unwrap_or(0).clamp(6, most)
}

/// To the next field that somebody else saved.
fn next_saved(form: &mut Form, out: &mut Outbox) {
    if !forecast::next(form) {
        out.tell(
            Mood::Told,
            "Nobody else saved anything here since you opened it",
        );
    }
}

/// To the next line of a long text, else to the next field.
fn next(form: &mut Form, cx: &Context) {
    if !move_line(form, true, cx) {
        step(form, true);
    }
}

fn previous(form: &mut Form, cx: &Context) {
    if !move_line(form, false, cx) {
        step(form, false);
    }
}

fn enter(form: &mut Form, cx: &Context) {
    let field = &mut form.fields[form.focus];
    if field.is_long() && field.locked.is_none() {
        field.text.insert("\n");
        edited(form, cx);
    } else {
        step(form, true);
    }
}

/// Goes to the nearest field that can be edited, in a circle.
pub fn step(form: &mut Form, forward: bool) {
    let count = form.fields.len();
    for by in 1..=count {
        let by = if forward { by } else { count - by };
        let column = (form.focus + by) % count;
        if form.fields[column].locked.is_none() {
            return focus(form, column);
        }
    }
}

/// Moves the cursor one shown line within a long text; says whether there was one.
fn move_line(form: &mut Form, down: bool, cx: &Context) -> bool {
    let room = text_room(form, cx.room.columns);
    let Some(field) = form
        .fields
        .get_mut(form.focus)
        .filter(|field| field.is_long())
    else {
        return false;
    };
    let text = field.text.text().to_owned();
    let lines = wrap::lines(&text, room);
    let here = wrap::spot(&text, &lines, field.text.cursor());
    let line = if down {
        here.line + 1
    } else {
        here.line.wrapping_sub(1)
    };
    if line >= lines.len() {
        return false;
    }
    let there = wrap::byte(&text, &lines, Spot { line, ..here });
    field.text.place_cursor(there);
    true
}

fn page(form: &mut Form, down: bool, cx: &Context) {
    let lines = usize::from(cx.room.rows).saturating_sub(4).max(1);
    for _ in 0..lines {
        if !move_line(form, down, cx) {
            let edge = if down { form.fields.len() - 1 } else { 0 };
            if form.focus == edge {
                return;
            }
            step(form, down);
        }
    }
}

fn set_null(form: &mut Form, cx: &Context, out: &mut Outbox) {
    if let Some(why) = locked(form) {
        return out.tell(Mood::Warning, why);
    }
    let nullable = form
        .column(form.focus)
        .is_some_and(|column| !column.not_null);
    let many = form.mode == Mode::Many;
    let field = &mut form.fields[form.focus];
    if field.text.instead() == Some(Instead::Null) || !nullable {
        field.put(&Entry::Value(Value::from("")));
        let what = match (nullable, field.content()) {
            (true, Entry::Value(Value::Null)) => return,
            (false, Entry::Value(Value::Null)) if many => {
                "This field cannot be NULL; it is not set"
            }
            (false, Entry::Value(Value::Null)) => {
                "This field cannot be NULL and knows no empty text; it needs a value now"
            }
            (true, _) => "The field holds the empty text now; again for NULL",
            (false, _) => "This field cannot be NULL; it is empty now",
        };
        out.tell(Mood::Told, what);
    } else {
        field.put(&Entry::Value(Value::Null));
    }
    edited(form, cx);
}

fn set_empty(form: &mut Form, cx: &Context, out: &mut Outbox) {
    if let Some(why) = locked(form) {
        return out.tell(Mood::Warning, why);
    }
    let name = form.column_name(form.focus);
    let field = &mut form.fields[form.focus];
    if !field.has_empty() {
        return out.tell(Mood::Warning, format!("{name} knows no empty text"));
    }
    field.put(&Entry::Value(Value::from("")));
    edited(form, cx);
}

fn set_default(form: &mut Form, cx: &Context, out: &mut Outbox) {
    if let Some(why) = locked(form) {
        return out.tell(Mood::Warning, why);
    }
    if form
        .column(form.focus)
        .is_none_or(|column| column.default.is_none())
    {
        return out.tell(Mood::Warning, "This field has no default");
    }
    form.fields[form.focus].put(&Entry::Default);
    edited(form, cx);
}

fn reset(form: &mut Form, cx: &Context, out: &mut Outbox) {
    let Some(field) = form.fields.get_mut(form.focus) else {
        return;
    };
    if !field.is_touched() {
        return out.tell(Mood::Told, "The field is as it was read");
    }
    field.reset();
    edited(form, cx);
}

fn undo(form: &mut Form, cx: &Context, out: &mut Outbox) {
    match form
        .fields
        .get_mut(form.focus)
        .map(|field| field.text.undo())
    {
        Some(true) => edited(form, cx),
        _ => out.tell(Mood::Told, "Nothing to undo in this field"),
    }
}

fn redo(form: &mut Form, cx: &Context, out: &mut Outbox) {
    match form
        .fields
        .get_mut(form.focus)
        .map(|field| field.text.redo())
    {
        Some(true) => edited(form, cx),
        _ => out.tell(Mood::Told, "Nothing to do again in this field"),
    }
}

/// Says why the field under the cursor cannot be edited.
pub fn locked(form: &Form) -> Option<String> {
    let name = form.column_name(form.focus);
    form.fields.get(form.focus)?.locked.map(|lock| match lock {
        Lock::Generated => format!("{name} is filled by the server"),
        Lock::Numbered => format!("{name} is numbered by the server"),
        Lock::NoRight => format!("You may not change {name}"),
        Lock::Role => format!("Your roles do not let you change {name}"),
    })
}
