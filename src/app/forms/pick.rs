//! The list of values under a field: enums and booleans; a long text opens into several lines
//! instead.

use crate::app::context::Context;
use crate::app::notice::Mood;
use crate::app::outbox::Outbox;
use crate::domain::table::ColumnKind;
use crate::domain::text;
use crate::domain::value::{Entry, Value};
use crate::input::event::{Key, KeyCode};

use super::{Form, edit};

/// The list that is open under the field with the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Picker {
    /// What was typed to find a value.
    pub typed: String,
    /// The entry under the cursor, among those that fit.
    pub selected: usize,
    /// Whether something was chosen by typing or moving, so that leaving the list takes it.
    pub moved: bool,
}

/// What a key does in a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// One up.
    Up,
    /// One down.
    Down,
    /// Takes the entry under the cursor.
    Choose,
    /// Closes without taking anything.
    Close,
}

/// Returns the values a field can have, where they are few.
pub fn choices(form: &Form, column: usize) -> Option<Vec<Value>> {
    let column = form.column(column)?;
    let mut values: Vec<Value> = match &column.kind {
        ColumnKind::Boolean => vec![Value::from("true"), Value::from("false")],
        ColumnKind::Enum { labels } => labels.iter().map(Value::text).collect(),
        _ => return None,
    };
    if !column.not_null {
        values.push(Value::Null);
    }
    Some(values)
}

/// Returns the values that fit what was typed.
pub fn fitting(form: &Form, picker: &Picker) -> Vec<Value> {
    let typed = picker.typed.to_lowercase();
    let all = choices(form, form.focus).unwrap_or_default();
    let shown = |value: &Value| value.as_text().unwrap_or("NULL").to_lowercase();
    if typed.is_empty() {
        return all;
    }
    let (mut begins, others): (Vec<_>, Vec<_>) = all
        .into_iter()
        .partition(|value| shown(value).starts_with(&typed));
    begins.extend(
        others
            .into_iter()
            .filter(|value| shown(value).contains(&typed)),
    );
    begins
}

/// Whether the field takes one line whatever is pasted: numbers, dates, choices.
pub fn is_short(form: &Form) -> bool {
    let kind = form.column(form.focus).map(|column| &column.kind);
    !matches!(
        kind,
        Some(ColumnKind::Text { .. } | ColumnKind::Json | ColumnKind::Other)
    )
}

/// Opens the list of values; where there is none, a text opens into several lines and back.
pub fn open(form: &mut Form, out: &mut Outbox) {
    if form.picker.take().is_some() {
        return;
    }
    if let Some(why) = edit::locked(form) {
        return out.tell(Mood::Warning, why);
    }
    if let Some(choices) = choices(form, form.focus) {
        let now = form.fields[form.focus].content();
        let selected = choices
            .iter()
            .position(|value| Entry::Value(value.clone()) == now);
        form.picker = Some(Picker {
            selected: selected.unwrap_or(0),
            ..Picker::default()
        });
    } else if is_short(form) {
        out.tell(Mood::Told, "This field has no list of values");
    } else {
        let field = &mut form.fields[form.focus];
        let open = !field.is_long();
        field.text.allow_lines(open);
        let line = match (open, field.is_long()) {
            (true, _) => "Several lines: enter begins a new one, tab goes on",
            (false, false) => "One line: enter goes on",
            (false, true) => "The text has several lines and keeps them",
        };
        out.tell(Mood::Told, line);
    }
}

/// Moves in the list, takes an entry, or closes it.
pub fn step(form: &mut Form, step: Step, cx: &Context) {
    let Some(mut picker) = form.picker.take() else {
        return;
    };
    let fitting = fitting(form, &picker);
    match step {
        Step::Close => return,
        Step::Choose => {
            if let Some(value) = fitting.into_iter().nth(picker.selected) {
                choose(form, value, cx);
                edit::step(form, true);
            }
            return;
        }
        Step::Up => picker.selected = picker.selected.saturating_sub(1),
        Step::Down => {
            picker.selected = (picker.selected + 1).min(fitting.len().saturating_sub(1));
        }
    }
    picker.moved = true;
    form.picker = Some(picker);
}

/// Takes a key in the list: a digit chooses, text finds.
pub fn key(form: &mut Form, key: Key, cx: &Context) {
    let Some(mut picker) = form.picker.take() else {
        return;
    };
    let all = choices(form, form.focus).unwrap_or_default();
    match (key.text(), key.code) {
        (Some(sign @ '1'..='9'), _) if picker.typed.is_empty() && !begins(&all, sign) => {
            let number = sign as usize - '1' as usize;
            if let Some(value) = all.into_iter().nth(number) {
                return choose(form, value, cx);
            }
        }
        (Some(sign), _) => {
            picker.typed.push(sign);
            picker.selected = 0;
            picker.moved = true;
        }
        (None, KeyCode::Backspace) => {
            picker.typed.pop();
            picker.selected = 0;
        }
        _ => {}
    }
    form.picker = Some(picker);
}

/// Closes the list before something else is done; what typing or moving found is taken. Returns
/// whether that is all that was meant: nothing was typed that no value has.
pub fn settle(form: &mut Form, cx: &Context, out: &mut Outbox) -> bool {
    let Some(picker) = form.picker.take().filter(|picker| picker.moved) else {
        return true;
    };
    let found = fitting(form, &picker).into_iter().nth(picker.selected);
    let Some(value) = found else {
        let name = form.column_name(form.focus);
        let typed = text::line(&picker.typed);
        let line = format!("{name} has no value {typed}; it is as before");
        out.tell(Mood::Warning, line);
        return false;
    };
    choose(form, value, cx);
    true
}

fn choose(form: &mut Form, value: Value, cx: &Context) {
    let entry = Entry::Value(value);
    if form.fields[form.focus].content() != entry {
        form.fields[form.focus].put(&entry);
        edit::edited(form, cx);
    }
}

fn begins(all: &[Value], sign: char) -> bool {
    all.iter()
        .any(|value| value.as_text().is_some_and(|text| text.starts_with(sign)))
}
