//! Tests of single lines, boxes and broken text.

use proptest::prelude::*;
use ratatui::layout::Rect;

use super::{empty, lines, theme};
use crate::domain::glyph::width;
use crate::theme::Role;
use crate::widgets::dialog::{self, Frame};
use crate::widgets::hints::{self, Hint, Rank};
use crate::widgets::status::{self, Piece};
use crate::widgets::text::{self, Align};

#[test]
fn hints_give_way_whole_and_what_leads_out_stays() {
    let hint = |key: &str, text, rank| Hint {
        key: key.to_string(),
        text,
        rank,
    };
    let hints = [
        hint("enter", "open", Rank::Usual),
        hint("f2", "edit", Rank::Usual),
        hint("/", "filter", Rank::Usual),
        hint("n", "new", Rank::Usual),
        hint("q", "back", Rank::Always),
        hint(":", "commands", Rank::Spare),
        hint("?", "help", Rank::Always),
    ];
    let drawn = |columns, enough| {
        let mut buffer = empty(columns, 1);
        hints::draw(&hints, enough, &theme(), buffer.area, &mut buffer);
        lines(&buffer)[0].clone()
    };
    assert_eq!(
        drawn(66, 1),
        " enter open  f2 edit  / filter  n new  q back  : commands  ? help"
    );
    // The last ones give way, and a short one may fill what is left.
    assert_eq!(
        drawn(60, 1),
        " enter open  f2 edit  / filter  q back  : commands  ? help"
    );
    assert_eq!(
        drawn(57, 1),
        " enter open  f2 edit  n new  q back  : commands  ? help"
    );
    // Commands give way where they would leave too few of the others.
    assert_eq!(
        drawn(57, 4),
        " enter open  f2 edit  / filter  n new  q back  ? help"
    );
    assert_eq!(drawn(30, 1), " enter open  q back  ? help");
    assert_eq!(drawn(16, 1), " q back  ? help");
}

#[test]
fn what_is_at_the_right_of_a_line_keeps_its_room() {
    let piece = |text| Piece {
        text,
        role: Role::Header,
    };
    let mut buffer = empty(24, 1);
    let right = piece("anna technician");
    status::draw(
        &[piece("plant · "), piece("workshop")],
        &right,
        Role::Header,
        &theme(),
        buffer.area,
        &mut buffer,
    );
    assert_eq!(lines(&buffer), [" plan…  anna technician"]);
}

#[test]
fn a_box_covers_what_is_below() {
    let mut buffer = empty(24, 5);
    text::put(
        "日本日本日本日本日本日本",
        Role::Text,
        &theme(),
        text::line(buffer.area, 2),
        &mut buffer,
    );
    let place = dialog::middle(13, 5, buffer.area);
    let inside = dialog::draw(&Frame::danger("delete"), &theme(), place, &mut buffer);
    let rest = dialog::paragraphs(
        &["really delete it?"],
        Role::Dialog,
        &theme(),
        inside,
        &mut buffer,
    );
    assert_eq!(rest.height, 0);
    assert_eq!(
        lines(&buffer),
        [
            "     ┌─ delete ──┐",
            "     │ really    │",
            "日本 │ delete    │本日本",
            "     │ it?       │",
            "     └───────────┘",
        ]
    );
    assert_eq!(
        dialog::size("x", &["really delete it?"], Rect::new(0, 0, 80, 24)),
        (21, 3)
    );
}

#[test]
fn text_is_broken_between_words() {
    let wrapped = |text: &'static str, room| -> Vec<&str> {
        text::wrap(text, room)
            .into_iter()
            .map(|range| &text[range])
            .collect()
    };
    assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
    assert_eq!(wrapped("one  two\n\nx ", 5), ["one", "two", "", "x"]);
    assert_eq!(wrapped("incomprehensible", 6), ["incomp", "rehens", "ible"]);
    assert_eq!(wrapped("日本太郎", 5), ["日本", "太郎"]);
    assert_eq!(wrapped(" ab日", 3), ["", "ab", "日"]);
    assert_eq!(wrapped("", 5), [""]);
}

proptest! {
    #[test]
    fn whatever_a_text_is_it_stays_in_its_area(
        text in "(\\PC|[日本👍🏽🇩🇪\u{301}\u{200d}\t\n]){0,30}",
        columns in 0_u16..14,
        right in any::<bool>(),
        cut in any::<bool>(),
    ) {
        let mut buffer = empty(20, 3);
        text::put(&"日".repeat(10), Role::Text, &theme(), text::line(buffer.area, 1), &mut buffer);
        text::fill(Role::Text, &theme(), Rect::new(2, 1, 16, 1), &mut buffer);
        let area = Rect::new(4, 1, columns, 1);
        let align = if right { Align::Right } else { Align::Left };
        let end = text::put_in(&text, cut, align, Role::Title, &theme(), area, &mut buffer);
        prop_assert!(end <= area.right());
        let line = lines(&buffer)[1].clone();
        prop_assert!(line.starts_with("日  "), "{line:?}");
        prop_assert_eq!(buffer[(18, 1)].symbol(), "日");
        let wrapped = text::wrap(&text, usize::from(columns));
        for range in wrapped {
            prop_assert!(width(&text[range]) <= usize::from(columns.max(2)));
        }
    }
}
