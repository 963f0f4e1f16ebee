//! What can follow the keys pressed so far: shown at once, above the hints, until the next key.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::super::App;
use super::super::possible;
use super::super::update::keys;
use crate::domain::glyph::width;
use crate::theme::{Role, Theme};
use crate::widgets::dialog::{self, Frame};
use crate::widgets::text;

/// The cells of a key and what it does, at the most, with the blanks after it.
const CELL: u16 = 26;
/// What stands for more keys.
const MORE: &str = "more keys";

/// Draws what can follow into the bottom of an area.
pub fn view(app: &App, theme: &Theme, area: Rect, buffer: &mut Buffer) {
    let begun: Vec<String> = app.pending.iter().map(ToString::to_string).collect();
    let keymap = &app.context.keymap;
    let mut all = keymap.following(&keys::scopes(app), &app.pending);
    let is_possible = |action| possible::is_possible(action, &app.context);
    all.retain(|one| one.action.is_none_or(is_possible));
    let across = (area.width.saturating_sub(4) / CELL).max(1);
    let lines = u16::try_from(all.len())
        .unwrap_or(u16::MAX)
        .div_ceil(across);
    let height = lines.saturating_add(2).min(area.height);
    let outer = Rect {
        y: area.bottom().saturating_sub(height),
        height,
        ..area
    };
    let title = format!("{} and then", begun.join(" "));
    let inner = dialog::draw(&Frame::dialog(&title), theme, outer, buffer);
    for (number, one) in all.iter().enumerate() {
        let number = u16::try_from(number).unwrap_or(u16::MAX);
        let (column, line) = (number / lines.max(1), number % lines.max(1));
        let place = text::moved(text::line(inner, line.into()), column.saturating_mul(CELL));
        let key = one.key.to_string();
        text::put(&key, Role::HintKey, theme, place, buffer);
        let what = one
            .action
            .map_or(MORE, |action| action.row().map_or("", |row| row.hint));
        let after = u16::try_from(width(&key)).unwrap_or(0) + 2;
        let place = text::moved(place, after);
        let room = CELL.saturating_sub(after + 2);
        let place = Rect {
            width: place.width.min(room),
            ..place
        };
        text::put_cut(what, Role::HintText, theme, place, buffer);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use crate::app::bench::{Bench, session};
    use crate::app::update::{palette, replies};
    use crate::input::keymap::Keymap;
    use crate::input::preset::Preset;

    fn with_vim() -> Bench {
        let mut bench = Bench::at_sign_in();
        replies::signed_in(&mut bench.app, session("anna"), &mut bench.effects);
        let keymap = Keymap::of(Preset::Vim, &[], false).unwrap();
        bench.app.context.keymap = Arc::new(keymap);
        bench
    }

    #[test]
    fn what_can_follow_is_shown_until_the_next_key() {
        let mut bench = with_vim();
        bench.press("g");
        let screen = bench.screen();
        assert!(screen.contains("g and then"), "{screen}");
        assert!(screen.contains("d  drafts"), "{screen}");
        bench.press("d");
        let screen = bench.screen();
        assert!(!screen.contains("g and then"), "{screen}");
        assert!(screen.contains("edits not yet saved"), "{screen}");
    }

    #[test]
    fn what_cannot_follow_is_said_and_esc_ends_it() {
        let mut bench = with_vim();
        bench.press("g x");
        assert!(bench.screen().contains("g x does nothing here"));
        bench.press("g esc");
        let screen = bench.screen();
        let begun = screen.contains("and then") || screen.contains("nothing here");
        assert!(!begun, "{screen}");
    }

    #[test]
    fn a_field_that_came_meanwhile_gets_its_first_letter() {
        let mut bench = with_vim();
        bench.press("g");
        palette::open(&mut bench.app);
        bench.press("d");
        let screen = bench.screen();
        assert!(!screen.contains("nothing here"), "{screen}");
        bench.press("r a f t s");
        assert!(bench.screen().contains("drafts"), "{screen}");
    }
}
