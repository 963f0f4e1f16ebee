//! Draws: a save that met somebody else's: three values per field, decided in place.

mod deleted;
mod refused;
mod whole;

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::Conflict;
use super::rows::{self, Line, Widths};
use crate::app::context::Context;
use crate::app::forms::{Form, Forms, conflict, missed, words};
use crate::app::place::FormId;
use crate::db::contract::records::Miss;
use crate::domain::glyph::width;
use crate::domain::scroll;
use crate::input::action::{Action, ConflictAction, FormAction, Scope};
use crate::input::event::Size;
use crate::theme::{Mark, Role, Theme};
use crate::widgets::status::{self, Piece};
use crate::widgets::text::Align;
use crate::widgets::{form as widget, text};

/// Draws the screen and returns where the cursor belongs.
pub fn view(
    screen: &Conflict,
    forms: &Forms,
    id: FormId,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    text::fill(Role::Text, theme, area, buffer);
    let form = forms.open.get(&id)?;
    let met = form.conflict.as_ref()?;
    let who = words::who(met.by.as_ref(), cx);
    title(form, &who, cx, theme, text::line(area, 0), buffer);
    let above = 1 + another(met, cx, theme, text::line(area, 1), buffer);
    let below = Rect {
        y: area.y + above.min(area.height),
        height: area.height.saturating_sub(above),
        ..area
    };
    let above = above + refused::reason(form, cx, theme, below, buffer);
    let body = Rect {
        y: area.y + above.min(area.height),
        height: area.height.saturating_sub(above),
        ..area
    };
    if met.theirs.is_none() {
        return deleted::deleted(form, cx, theme, body, buffer);
    }
    if let Some(scrolled) = screen.whole {
        let who = conflict::who(form, screen.column, cx);
        return whole::whole(screen, form, &who, scrolled, theme, body, buffer);
    }
    let merged = conflict::merged(form).len();
    let foot = u16::from(merged > 0 && !screen.shows_merged);
    let list = Rect {
        height: body.height.saturating_sub(foot + 1),
        ..body
    };
    let who = |column| conflict::who(form, column, cx);
    let (cursor, used) = fields((screen, cx), form, &who, theme, list, buffer);
    if foot > 0 {
        let fields = words::count(merged, "field");
        let line = format!("merged without asking: {fields} (m)");
        let place = text::moved(text::line(body, used), 1);
        text::put_cut(&line, Role::Merged, theme, place, buffer);
    }
    let last = text::line(body, usize::from(body.height).saturating_sub(1));
    let inside = Rect {
        width: last.width.saturating_sub(2),
        ..last
    };
    let save = key(cx, Action::Form(FormAction::Save));
    let back = key(cx, Action::Conflict(ConflictAction::Leave));
    let kept = format!("{save}: save   {back}: back to the form, typing kept");
    text::put_in(
        &kept,
        false,
        Align::Right,
        Role::Muted,
        theme,
        inside,
        buffer,
    );
    cursor
}

/// Says that this is another record than the one which was read; returns the lines it takes.
fn another(
    met: &conflict::Conflict,
    cx: &Context,
    theme: &Theme,
    line: Rect,
    buffer: &mut Buffer,
) -> u16 {
    let Some(Miss::Replaced { deleted, by, .. }) = &met.miss else {
        return 0;
    };
    let (gone, made) = (
        missed::by_whom(deleted.as_ref(), cx),
        missed::by_whom(by.as_ref(), cx),
    );
    let say = format!("Yours was deleted{gone}, this one created{made}");
    text::put_cut(&say, Role::Undecided, theme, text::moved(line, 1), buffer);
    1
}

/// The first key of an action here.
fn key(cx: &Context, action: Action) -> String {
    let keys = cx.keymap.keys(action, &[Scope::Conflict]);
    keys.first().map_or(String::new(), ToString::to_string)
}

fn title(form: &Form, who: &str, cx: &Context, theme: &Theme, line: Rect, buffer: &mut Buffer) {
    let met = form.conflict.as_ref();
    let at = met.and_then(|met| met.by.as_ref()).map(|by| by.at);
    let at = at.map_or(String::new(), |at| format!(" at {}", words::clock(at, cx)));
    let label = form.label();
    let into = met.is_some_and(|met| met.into);
    let left = match met.and_then(|met| met.miss.as_ref()) {
        Some(Miss::Replaced { .. }) => format!("{label} was deleted and created again"),
        Some(miss) => missed::gone(miss, &label, cx),
        None if into => format!("{label}, and what you typed for a new record"),
        None if conflict::is_deleted(form) => format!("{label} was deleted by {who}{at}"),
        // Without a trail a record that was created again looks like one that was changed.
        None if !cx.is_shared() => format!("{label} was saved, or created again, by {who}"),
        None => format!("{label} was saved by {who}{at}"),
    };
    let tail = if into { "" } else { " while you were editing" };
    let items = conflict::clashing(form).len();
    let decided = conflict::decided(form);
    let right = match (conflict::is_deleted(form), form.saving.is_some()) {
        (_, true) => "saving".to_owned(),
        (true, false) => String::new(),
        (false, false) => format!("{decided} of {items} decided"),
    };
    let role = if decided < items {
        Role::Undecided
    } else {
        Role::Choice
    };
    let fits = width(&left) + tail.len() + width(&right) + 4 <= usize::from(line.width);
    let left = format!("{left}{}", if fits { tail } else { "" });
    let piece = Piece {
        text: &left,
        role: Role::TitleFocused,
    };
    let right = Piece { text: &right, role };
    status::draw(&[piece], &right, Role::Text, theme, line, buffer);
}

/// Draws the page of fields on which the cursor is; returns the cursor and how many lines are used.
fn fields(
    (screen, cx): (&Conflict, &Context),
    form: &Form,
    who: &dyn Fn(usize) -> String,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> (Option<Position>, usize) {
    let room = Size {
        columns: area.width,
        rows: area.height,
    };
    let widths = rows::widths(screen, form, who, area.width);
    let blocks = rows::all(screen, form, who, room, cx);
    let heights: Vec<usize> = blocks.iter().map(|block| block.lines.len()).collect();
    let here = blocks
        .iter()
        .position(|block| block.column == Some(screen.column));
    let shown = scroll::page(&heights, here.unwrap_or(0), usize::from(area.height));
    let mut cursor = None;
    let mut top = 0;
    for line in blocks[shown.clone()].iter().flat_map(|block| &block.lines) {
        let place = text::line(area, top);
        if place.is_empty() {
            break;
        }
        cursor = draw(line, screen, form, widths, theme, place, buffer).or(cursor);
        top += 1;
    }
    more(
        shown.start > 0,
        shown.end < blocks.len(),
        theme,
        area,
        buffer,
    );
    (cursor, top)
}

fn draw(
    line: &Line,
    screen: &Conflict,
    form: &Form,
    widths: Widths,
    theme: &Theme,
    place: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let fit = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    if line.focused {
        let gutter = text::moved(place, 1);
        text::put(
            theme.mark(Mark::Gutter),
            Role::Gutter,
            theme,
            gutter,
            buffer,
        );
    }
    if line.tied {
        let tie = text::moved(place, 2);
        text::put(theme.mark(Mark::Down), Role::Muted, theme, tie, buffer);
    }
    let label = Rect {
        width: fit(widths.label).min(place.width.saturating_sub(3)),
        ..text::moved(place, 3)
    };
    text::put_cut(&line.label, Role::FieldLabel, theme, label, buffer);
    let sides = text::moved(place, fit(3 + widths.label + 2));
    if let Some(end) = line.end {
        draw_short(line, end, sides, theme, buffer);
        return None;
    }
    let heading = line.pieces.is_empty() && !line.typed;
    let side = Rect {
        width: if heading {
            sides.width
        } else {
            fit(widths.side)
        },
        ..sides
    };
    let side = if heading { text::moved(place, 1) } else { side };
    text::put_cut(&line.side, Role::Muted, theme, side, buffer);
    let mark = text::moved(sides, fit(widths.side + 1));
    if line.chosen {
        text::put(theme.mark(Mark::Choice), Role::Choice, theme, mark, buffer);
    }
    let value = Rect {
        width: fit(widths.value),
        ..text::moved(mark, 3)
    };
    if line.typed {
        let typed = &form.fields[screen.column].text;
        text::lay_over(Role::FieldFocused, theme, value, buffer);
        return widget::edited_line(typed, Role::FieldValue, theme, value, buffer);
    }
    put_pieces(&line.pieces, theme, value, buffer);
    if line.selected {
        text::lay_over(Role::DialogSelected, theme, value, buffer);
        text::put(theme.mark(Mark::Gutter), Role::Gutter, theme, mark, buffer);
    }
    let x = line.cursor.map(fit)?;
    Some(Position::new(
        value.x + x.min(value.width.saturating_sub(1)),
        value.y,
    ))
}

/// Draws a field that the cursor is not on, from where the sides stand.
fn draw_short(line: &Line, end: Mark, sides: Rect, theme: &Theme, buffer: &mut Buffer) {
    let room = Rect {
        width: sides.width.saturating_sub(4),
        ..sides
    };
    put_pieces(&line.pieces, theme, room, buffer);
    let role = match end {
        Mark::Undecided => Role::Undecided,
        _ => Role::Choice,
    };
    let edge = text::moved(sides, sides.width.saturating_sub(3));
    text::put(theme.mark(end), role, theme, edge, buffer);
}

/// Draws pieces one after another; the last one that does not fit is cut.
fn put_pieces(pieces: &[(String, Role)], theme: &Theme, mut room: Rect, buffer: &mut Buffer) {
    for (piece, role) in pieces {
        let after = text::put_cut(piece, *role, theme, room, buffer);
        room = text::moved(room, after - room.x);
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
