//! Draws: a record that is read or edited: a view of a form.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Editor;
use super::help;
use super::rows::{self, Row};
use crate::app::context::Context;
use crate::app::forms::about::is_needed;
use crate::app::forms::edit::BESIDE;
use crate::app::forms::field::Lock;
use crate::app::forms::{Form, Forms, Mode, blame, claim, conflict, edit, follow, many, words};
use crate::app::loadable::Loadable;
use crate::app::place::FormId;
use crate::domain::{scroll, wrap};
use crate::input::event::Size;
use crate::theme::{Mark, Role, Theme};
use crate::widgets::status::{self, Piece};
use crate::widgets::{form as widget, text};

/// The most lines of one thing that is said above the fields.
const MOST_LINES: usize = 3;

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    editor: &Editor,
    forms: &Forms,
    id: FormId,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    text::fill(Role::Text, theme, area, buffer);
    if let Some(look) = &editor.look {
        return crate::app::looking::view::draw(look, theme, area, buffer);
    }
    let form = forms.open.get(&id)?;
    title(form, cx, theme, text::line(area, 0), buffer);
    let mut banners = banners(form, cx);
    banners.extend(asked_by(forms, form));
    let mut top = 1;
    for (line, role) in &banners {
        let room = usize::from(area.width.saturating_sub(1));
        for line in wrap::first_lines(line, room, MOST_LINES).0 {
            let place = text::moved(text::line(area, top), 1);
            text::put_cut(&line, *role, theme, place, buffer);
            top += 1;
        }
    }
    if form.base.ready().is_none() {
        return waiting(form, theme, text::line(area, top + 1), buffer);
    }
    // Editing goes past what roles keep; why, is said where it is read.
    let field = form.fields.get(form.focus);
    let kept = field.is_some_and(|field| field.locked == Some(Lock::Role));
    let below = match form.mode != Mode::Read || form.picker.is_some() || kept {
        true => help::lines(form, cx),
        false => Vec::new(),
    };
    let bottom = below.len();
    let height = usize::from(area.height).saturating_sub(top + bottom);
    let body = Rect {
        y: area.y + u16::try_from(top).unwrap_or(0).min(area.height),
        height: u16::try_from(height).unwrap_or(0),
        ..area
    };
    for (number, line) in below.iter().enumerate() {
        let at = usize::from(area.height).saturating_sub(bottom) + number;
        let place = text::moved(text::line(area, at), 1);
        text::put_cut(line, Role::Muted, theme, place, buffer);
    }
    fields(editor, form, cx, theme, body, buffer)
}

fn title(form: &Form, cx: &Context, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let table = cx.table(form.table).map(|table| table.name.to_string());
    let table = table.unwrap_or_else(|| form.table_label());
    let many = form.mode == Mode::Many;
    let left = match many {
        true => many::title(form),
        false => format!("{} · {}", crate::domain::text::line(&table), form.label()),
    };
    let piece = Piece {
        text: &left,
        role: if many {
            Role::StatusWarning
        } else {
            Role::TitleFocused
        },
    };
    let state = state(form, cx);
    let role = if form.is_changed() {
        Role::Dirty
    } else {
        Role::Muted
    };
    let right = Piece { text: &state, role };
    status::draw(&[piece], &right, Role::Text, theme, line, buffer);
}

/// Says how the form stands: `editing · 2 changes · since 09:12`.
fn state(form: &Form, cx: &Context) -> String {
    let mut parts = Vec::new();
    if form.saving.is_some() {
        parts.push("saving".to_owned());
    }
    let changes = form.changed_count();
    parts.push(match (form.mode, changes) {
        (Mode::Read, 0) => "reading".into(),
        (Mode::Read, _) => "draft, not saved".into(),
        (Mode::Edit, _) if form.lost.is_some() => "draft".into(),
        (Mode::Edit, _) => "editing".into(),
        (Mode::Create, _) => "new record".into(),
        (Mode::Many, _) => "setting fields".into(),
    });
    if changes > 0 {
        parts.push(words::count(changes, "change"));
        if let Some(since) = form.since {
            parts.push(format!("since {}", words::clock(since, cx)));
        }
    }
    parts.join(" · ")
}

/// The lines between title and fields: others at the record, what is known of them, what is wrong.
fn banners(form: &Form, cx: &Context) -> Vec<(String, Role)> {
    let mut lines = Vec::new();
    if form.mode == Mode::Many {
        let line = "Only fields that you set are changed; saving shows first what would change";
        lines.push((line.to_owned(), Role::Muted));
    }
    let others = cx
        .presence
        .iter()
        .filter(|one| Some(&one.key) == form.key.as_ref() && !one.mine);
    for other in others.take(2) {
        lines.push((words::presence(other, cx), Role::Presence));
    }
    if let Some(lost) = &form.lost {
        lines.push((claim::line(lost, form, cx), Role::StatusWarning));
    }
    if let Some(newer) = form.newer.as_ref().filter(|_| form.conflict.is_none()) {
        lines.push((follow::line(form, newer, cx), Role::StatusWarning));
    }
    if let Some(receipt) = &form.refreshed {
        let at = words::when(receipt.at, receipt.about, cx);
        let columns = words::columns(form, &receipt.columns);
        lines.push((
            format!("{} changed {columns}{at}", receipt.who),
            Role::StatusWarning,
        ));
    }
    if form.conflict.is_some() {
        let line = match conflict::clashing(form).len() {
            _ if conflict::is_deleted(form) => "it is gone: save again to decide".to_owned(),
            0 => "somebody saved this meanwhile; save again to merge".to_owned(),
            fields => match fields - conflict::decided(form) {
                0 => format!("{fields} of {fields} decided: save again"),
                open => format!("{} to decide: save again", words::count(open, "field")),
            },
        };
        lines.push((line, Role::Undecided));
    }
    if let Some(problem) = &form.problem {
        let kept = problem.kept.iter().map(String::as_str);
        let both = [problem.what.as_str()].into_iter().chain(kept);
        let both = both.collect::<Vec<_>>().join("; ");
        match crate::domain::glyph::width(&both) + 3 > usize::from(cx.room.columns) {
            true => {
                lines.push((problem.what.clone(), Role::StatusError));
                lines.extend(problem.kept.clone().map(|kept| (kept, Role::StatusError)));
            }
            false => lines.push((both, Role::StatusError)),
        }
    }
    lines
}

/// Says for which record this one is being created.
fn asked_by(forms: &Forms, form: &Form) -> Option<(String, Role)> {
    let asking = forms.open.get(&form.asked_by?.form)?;
    let name = format!("{} · {}", asking.table_label(), asking.label());
    let line = format!("saving it goes back to {name}");
    Some((line, Role::StatusWarning))
}

fn waiting(form: &Form, theme: &Theme, line: Rect, buffer: &mut Buffer) -> Option<Position> {
    let place = text::moved(line, 3);
    match &form.base {
        Loadable::Failed(problem) => {
            text::put_cut(&problem.what, Role::StatusError, theme, place, buffer)
        }
        _ => text::put("reading…", Role::Muted, theme, place, buffer),
    };
    (!place.is_empty()).then(|| Position::new(place.x, place.y))
}

/// Draws the page of fields on which the cursor is.
fn fields(
    editor: &Editor,
    form: &Form,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let room = Size {
        columns: area.width,
        rows: cx.room.rows,
    };
    let all: Vec<Vec<Row>> = (0..form.fields.len())
        .map(|column| rows::of(form, column, editor.scrolled, room, cx))
        .collect();
    let heights: Vec<usize> = all.iter().map(Vec::len).collect();
    let shown = scroll::page(&heights, form.focus, usize::from(area.height));
    let blamed = u16::try_from(blame::room(form, area.width, cx)).unwrap_or(0);
    let mut top = 0;
    let mut cursor = None;
    for column in shown.clone() {
        for (number, row) in all[column].iter().enumerate() {
            let line = text::line(area, top);
            if line.is_empty() {
                break;
            }
            let at = draw_row(
                form,
                column,
                number,
                row,
                theme,
                narrow(line, blamed),
                buffer,
            );
            if number == 0 && blamed > 0 {
                let place = text::moved(line, line.width.saturating_sub(blamed));
                blame_line(form, column, cx, theme, place, buffer);
            }
            cursor = at.or(cursor);
            top += 1;
        }
    }
    more(shown.start > 0, shown.end < all.len(), theme, area, buffer);
    cursor
}

fn draw_row(
    form: &Form,
    column: usize,
    number: usize,
    row: &Row,
    theme: &Theme,
    line: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let labels = u16::try_from(edit::label_room(form, line.width)).unwrap_or(0);
    let focused = column == form.focus;
    if number == 0 {
        label(form, column, labels, theme, line, buffer);
    }
    let value = Rect {
        width: line.width.saturating_sub(labels + BESIDE + 1),
        ..text::moved(line, labels + BESIDE)
    };
    let typed = row.edited.then(|| &form.fields[column].text);
    let cursor = match typed {
        Some(edited) => widget::edited_line(edited, row.role, theme, value, buffer),
        None => {
            text::put_cut(&row.text, row.role, theme, value, buffer);
            let x = row.cursor.and_then(|x| u16::try_from(x).ok());
            x.map(|x| Position::new(value.x + x.min(value.width.saturating_sub(1)), value.y))
        }
    };
    if let Some(name) = &row.beside {
        beside(form, column, row, name, theme, value, buffer);
    }
    let is_value = number == 0 || row.role == rows::role(form, &form.fields[column], column);
    if row.selected {
        text::lay_over(Role::DialogSelected, theme, value, buffer);
        let gutter = narrow(text::moved(line, labels + BESIDE - 2), 1);
        text::put(
            theme.mark(Mark::Gutter),
            Role::Gutter,
            theme,
            gutter,
            buffer,
        );
    } else if focused && is_value {
        text::lay_over(Role::FieldFocused, theme, value, buffer);
    }
    cursor
}

fn narrow(line: Rect, by: u16) -> Rect {
    Rect {
        width: line.width.saturating_sub(by),
        ..line
    }
}

/// Draws who gave a field its value, and when.
fn blame_line(
    form: &Form,
    column: usize,
    cx: &Context,
    theme: &Theme,
    place: Rect,
    buffer: &mut Buffer,
) {
    let line = blame::line(form, column, cx).unwrap_or_default();
    let role = match line.starts_with("you ") {
        true => Role::Mine,
        false => Role::Theirs,
    };
    let place = narrow(text::moved(place, 1), 1);
    text::put_cut(&line, role, theme, place, buffer);
}

/// Draws what the record is called that a field refers to, where there is room beside the value.
fn beside(
    form: &Form,
    column: usize,
    row: &Row,
    name: &str,
    theme: &Theme,
    value: Rect,
    buffer: &mut Buffer,
) {
    let shown = match row.edited {
        true => crate::domain::text::line(form.fields[column].text.text()),
        false => row.text.as_str().into(),
    };
    let taken = u16::try_from(crate::domain::glyph::width(&shown) + 2).unwrap_or(u16::MAX);
    if taken.saturating_add(4) < value.width {
        let place = text::moved(value, taken);
        text::put_cut(name, Role::Muted, theme, place, buffer);
    }
}

/// Draws what stands left of a value: gutter, label, mark.
fn label(form: &Form, column: usize, labels: u16, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    if column == form.focus {
        let gutter = text::moved(line, 1);
        text::put(
            theme.mark(Mark::Gutter),
            Role::Gutter,
            theme,
            gutter,
            buffer,
        );
    }
    let room = Rect {
        width: labels,
        ..text::moved(line, 3)
    };
    let name = form.column_name(column);
    text::put_cut(&name, Role::FieldLabel, theme, room, buffer);
    let mark = text::moved(line, labels + 4);
    let field = &form.fields[column];
    if field.error.is_some() {
        text::put("!", Role::FieldError, theme, mark, buffer);
    } else if form.entry(column).is_some() {
        text::put(
            theme.mark(Mark::Changed),
            Role::FieldChanged,
            theme,
            mark,
            buffer,
        );
    } else if is_needed(form, column) {
        text::put("*", Role::Placeholder, theme, mark, buffer);
    }
}

/// Marks at the right edge that there are fields above and below.
fn more(above: bool, below: bool, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let edge = text::moved(area, area.width.saturating_sub(1));
    if above {
        let first = text::line(edge, 0);
        text::put(
            theme.mark(Mark::MoreAbove),
            Role::Muted,
            theme,
            first,
            buffer,
        );
    }
    if below && area.height > 0 {
        let last = text::line(edge, usize::from(area.height) - 1);
        text::put(
            theme.mark(Mark::MoreBelow),
            Role::Muted,
            theme,
            last,
            buffer,
        );
    }
}
