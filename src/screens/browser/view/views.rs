//! Draws the list of a table's views, and the line in which one is named.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::super::Browser;
use super::super::views::list::{Views, whether_to_delete};
use crate::app::context::Context;
use crate::app::forms::words::key;
use crate::domain::text::line;
use crate::domain::view::ListedView;
use crate::input::action::{Action, FilterAction, Scope};
use crate::theme::{Role, Theme};
use crate::widgets::dialog::{self, Frame};
use crate::widgets::form::edited_line;
use crate::widgets::list::{self, Entry};
use crate::widgets::{more, text};

/// The widest the list gets.
const WIDEST: u16 = 72;
/// How many views are shown at once, at most.
const MOST: u16 = 12;

/// Draws the list and returns where the cursor belongs.
pub(super) fn draw(
    browser: &Browser,
    views: &Views,
    cx: &Context,
    theme: &Theme,
    area: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    let shape = browser.shape.as_deref()?;
    let title = format!("Views of {}", line(&shape.name.to_string()));
    let count = u16::try_from(views.list.len())
        .unwrap_or(MOST)
        .clamp(1, MOST);
    let height = (count + 5).min(area.height.saturating_sub(1));
    let place = dialog::middle(WIDEST.min(area.width.saturating_sub(2)), height, area);
    let inside = dialog::draw(&Frame::dialog(&title), theme, place, buffer);
    let room = Rect {
        height: inside.height.saturating_sub(3),
        ..inside
    };
    let first = cx
        .memory()
        .first(&shape.name)
        .map(|view| view.name.as_str());
    let cursor = entries(views, first, cx, theme, room, buffer);
    let about = match views.here() {
        Some(here) => Browser::view_in_words(&here.view, shape),
        None => String::new(),
    };
    let below = |number: usize| text::line(inside, usize::from(room.height) + number);
    text::put_cut(&line(&about), Role::Muted, theme, below(1), buffer);
    let Some((field, shared)) = &views.naming else {
        let said = match (&views.said, views.dropping) {
            (_, true) => views.here().map_or(String::new(), whether_to_delete),
            (said, false) => said.clone().unwrap_or_default(),
        };
        text::put_cut(&line(&said), Role::Text, theme, below(2), buffer);
        return cursor;
    };
    let label = match shared {
        true => "Name, for all: ",
        false => "Name, for you: ",
    };
    if let Some(said) = &views.said {
        let row = below(0);
        text::put_cut(&line(said), Role::FieldError, theme, row, buffer);
    }
    let after = text::put(label, Role::FieldLabel, theme, below(2), buffer);
    let rest = text::moved(below(2), after - inside.x);
    text::lay_over(Role::FieldFocused, theme, rest, buffer);
    edited_line(field, Role::FieldValue, theme, rest, buffer)
}

fn entries(
    views: &Views,
    first: Option<&str>,
    cx: &Context,
    theme: &Theme,
    room: Rect,
    buffer: &mut Buffer,
) -> Option<Position> {
    if views.list.is_empty() {
        let none = match views.listing {
            Some(_) => "Reading the views".to_owned(),
            None => {
                let save = Action::Filter(FilterAction::SaveView);
                let key = key(save, Scope::Views, cx);
                format!("No view is kept yet: {key} keeps what is shown under a name")
            }
        };
        text::put_cut(&none, Role::Muted, theme, room, buffer);
        return Some(Position::new(room.x, room.y));
    }
    let high = usize::from(room.height);
    let from = (views.at + 1).saturating_sub(high);
    let texts: Vec<(String, String)> = views
        .list
        .iter()
        .map(|one| {
            let name = line(&one.view.name).into_owned();
            (name, whose(one, first))
        })
        .collect();
    let shown = texts.iter().skip(from).take(high);
    let entries: Vec<Entry<'_>> = shown
        .map(|(name, note)| Entry {
            text: name,
            note,
            ..Entry::default()
        })
        .collect();
    let cursor = list::draw(&entries, Some(views.at - from), theme, room, buffer);
    more::draw(from > 0, from + high < texts.len(), theme, room, buffer);
    cursor
}

fn whose(one: &ListedView, first: Option<&str>) -> String {
    let whose = match (one.shared, one.mine) {
        (true, true) => "shared by you".to_owned(),
        (true, false) => format!("shared by {}", line(&one.made_by)),
        (false, _) => "yours".to_owned(),
    };
    match first == Some(one.view.name.as_str()) {
        true => format!("opens with it · {whose}"),
        false => whose,
    }
}
