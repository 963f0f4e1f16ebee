//! Tests of the screen writer against a terminal emulator: what was drawn is what it shows.

use proptest::prelude::*;
use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::{Position, Rect};
use ratatui::style::{Color, Modifier, Style};
use unicode_width::UnicodeWidthStr;

use super::{Manner, Screen};
use crate::domain::glyph::glyphs;
use crate::input::event::Size;
use crate::theme::Depth;
use crate::theme::depth::index_of;

mod part;
mod plain;
mod scrolling;

/// An emulator, and a screen that writes to it.
struct Rig {
    emulator: vt100::Parser,
    screen: Screen,
}

impl Rig {
    fn new(size: Size, thin: bool) -> Rig {
        let manner = Manner {
            depth: Depth::True,
            thin,
            scrolls: true,
            fills: true,
            ascii: false,
            wide: false,
        };
        let mut emulator = emulator(size);
        // What an earlier program left must not shine through.
        emulator.process("left over\x1b[1;31m日本".as_bytes());
        Rig {
            emulator,
            screen: Screen::new(size, manner),
        }
    }

    /// Draws and compares every cell; returns how many bytes it took.
    fn draw(&mut self, picture: &Buffer, cursor: Option<Position>) -> usize {
        let size = Size {
            columns: picture.area.width,
            rows: picture.area.height,
        };
        if size != self.screen.size {
            self.emulator = emulator(size);
        }
        let bytes = self.screen.draw(picture, cursor);
        self.emulator.process(&bytes);
        let shown = self.emulator.screen();
        for y in 0..size.rows {
            for (x, expected) in expected_row(picture, y).iter().enumerate() {
                let cell = shown.cell(y, u16::try_from(x).unwrap()).unwrap();
                assert_eq!(&look(cell), expected, "row {y} column {x}, {:?}", picture);
            }
        }
        assert_eq!(shown.hide_cursor(), cursor.is_none());
        if let Some(at) = cursor {
            assert_eq!(shown.cursor_position(), (at.y, at.x));
        }
        bytes.len()
    }
}

fn emulator(size: Size) -> vt100::Parser {
    vt100::Parser::new(
        size.rows.try_into().unwrap(),
        size.columns.try_into().unwrap(),
        0,
    )
}

/// A cell as the emulator shows it, in words.
fn look(cell: &vt100::Cell) -> String {
    let text = if cell.has_contents() {
        cell.contents()
    } else {
        " "
    };
    if cell.is_wide_continuation() {
        return "rest".to_string();
    }
    let modifiers = [
        (cell.bold(), Modifier::BOLD),
        (cell.dim(), Modifier::DIM),
        (cell.italic(), Modifier::ITALIC),
        (cell.underline(), Modifier::UNDERLINED),
        (cell.inverse(), Modifier::REVERSED),
    ];
    let held = modifiers
        .iter()
        .filter(|(on, _)| *on)
        .map(|(_, modifier)| *modifier)
        .collect();
    let color = |color| match color {
        vt100::Color::Default => Color::Reset,
        vt100::Color::Idx(n) => Color::Indexed(n),
        vt100::Color::Rgb(r, g, b) => Color::Rgb(r, g, b),
    };
    visible(text, color(cell.fgcolor()), color(cell.bgcolor()), held)
}

/// What can be seen of a cell. Of a blank one that is less.
fn visible(text: &str, fg: Color, bg: Color, modifier: Modifier) -> String {
    let mut modifier = modifier;
    if modifier.contains(Modifier::BOLD) {
        modifier.remove(Modifier::DIM);
    }
    if text != " " {
        return format!("{text} {fg} on {bg} {modifier:?}");
    }
    let lines = modifier & (Modifier::UNDERLINED | Modifier::REVERSED);
    match (
        lines.contains(Modifier::UNDERLINED),
        lines.contains(Modifier::REVERSED),
    ) {
        (true, _) => format!("blank {fg} on {bg} {:?}", modifier - Modifier::ITALIC),
        (false, true) => format!("blank on {fg}"),
        (false, false) => format!("blank on {bg}"),
    }
}

fn expected_row(picture: &Buffer, y: u16) -> Vec<String> {
    let mut row = Vec::new();
    let columns = usize::from(picture.area.width);
    while row.len() < columns {
        let x = row.len();
        let cell = &picture[(u16::try_from(x).unwrap(), y)];
        let shown = Modifier::all() - Modifier::HIDDEN - Modifier::CROSSED_OUT;
        let shown = shown - Modifier::SLOW_BLINK - Modifier::RAPID_BLINK;
        let color = |color| index_of(color).map_or(color, Color::Indexed);
        let look =
            |text: &str| visible(text, color(cell.fg), color(cell.bg), cell.modifier & shown);
        let hidden = cell.modifier.contains(Modifier::HIDDEN);
        // What ratatui takes to be wide covers its cells with as many glyphs as fit.
        let room = (cell.symbol().width().max(1)).min(columns - x);
        let begin = row.len();
        for glyph in glyphs(cell.symbol()) {
            if !hidden && row.len() - begin + glyph.width <= room {
                row.push(look(glyph.text));
                row.extend((glyph.width == 2).then(|| "rest".to_string()));
            }
        }
        if row.len() == begin {
            row.push(look(" "));
        }
    }
    row
}

const SMALL: Size = Size {
    columns: 14,
    rows: 4,
};

fn empty(size: Size) -> Buffer {
    Buffer::empty(Rect::new(0, 0, size.columns, size.rows))
}

fn with(text: &str, style: Style) -> Buffer {
    let mut picture = empty(SMALL);
    picture.set_string(0, 1, text, style);
    picture
}

#[test]
fn a_packed_cell_is_small() {
    assert!(size_of::<super::Cell>() <= 16);
}

#[test]
fn a_picture_that_is_shown_already_costs_nothing() {
    let mut rig = Rig::new(SMALL, false);
    let picture = with("日本 e\u{301}x", Style::new().fg(Color::Red));
    let at = Some(Position::new(3, 1));
    assert!(rig.draw(&picture, at) > 0);
    assert_eq!(rig.draw(&picture, at), 0);
}

#[test]
fn a_change_of_style_sends_the_whole_wide_glyph() {
    let mut rig = Rig::new(SMALL, false);
    rig.draw(&with("日本太郎日本太", Style::new()), None);
    rig.draw(&with("日本太郎日本太", Style::new().reversed()), None);
    rig.draw(&with("x", Style::new()), None);
}

#[test]
fn half_a_wide_glyph_at_the_edge_is_blank() {
    let mut rig = Rig::new(SMALL, false);
    let mut picture = empty(SMALL);
    picture[(13, 0)]
        .set_symbol("日")
        .set_style(Style::new().bg(Color::Blue));
    picture[(13, 3)]
        .set_symbol("日")
        .set_style(Style::new().bg(Color::Blue));
    rig.draw(&picture, None);
}

#[test]
fn control_characters_never_reach_the_terminal() {
    let mut rig = Rig::new(SMALL, true);
    let mut picture = empty(SMALL);
    for (x, symbol) in ["\x1b", "\r", "\u{9b}", "", "\u{301}", "a\nb"]
        .iter()
        .enumerate()
    {
        picture[(u16::try_from(x).unwrap(), 0)].set_symbol(symbol);
    }
    let bytes = rig.screen.draw(&picture, None);
    assert!(
        !bytes
            .windows(2)
            .any(|pair| pair == b"\x1b\r" || pair == b"\xc2\x9b")
    );
    rig.screen.forget();
    rig.draw(&picture, None);
}

#[test]
fn a_thin_line_gets_no_marks_and_little_else() {
    let mut rig = Rig::new(SMALL, true);
    rig.draw(&with("one two three", Style::new()), None);
    // The last letter only: a move of five bytes and the letter.
    assert!(rig.draw(&with("one two threx", Style::new()), None) <= 8);
    // An emptied row is erased.
    assert!(rig.draw(&empty(SMALL), None) <= 9);
}

#[test]
fn a_new_size_is_drawn_from_nothing() {
    let mut rig = Rig::new(SMALL, false);
    rig.draw(&with("one", Style::new().bg(Color::Blue)), None);
    let mut larger = empty(Size {
        columns: 20,
        rows: 6,
    });
    larger.set_string(15, 5, "two", Style::new());
    rig.draw(&larger, Some(Position::new(19, 5)));
}

#[test]
fn without_colours_none_are_sent() {
    let manner = Manner {
        depth: Depth::None,
        thin: true,
        scrolls: false,
        fills: false,
        ascii: false,
        wide: false,
    };
    let mut screen = Screen::new(SMALL, manner);
    let style = Style::new().fg(Color::Rgb(1, 2, 3)).bg(Color::Blue).bold();
    let bytes = screen.draw(&with("x", style), None);
    let text = String::from_utf8(bytes).unwrap();
    assert!(text.ends_with("\x1b[2H\x1b[1mx"), "{text:?}");
}

fn any_color() -> impl Strategy<Value = Color> {
    prop_oneof![
        Just(Color::Reset),
        Just(Color::Red),
        Just(Color::White),
        any::<u8>().prop_map(Color::Indexed),
        any::<[u8; 3]>().prop_map(|[r, g, b]| Color::Rgb(r, g, b)),
    ]
}

fn any_style() -> impl Strategy<Value = Style> {
    let bits = prop_oneof![Just(0_u16), Just(64), Just(1), Just(65), 0..512_u16];
    (any_color(), any_color(), bits).prop_map(|(fg, bg, bits)| {
        Style::reset()
            .fg(fg)
            .bg(bg)
            .add_modifier(Modifier::from_bits_truncate(bits))
    })
}

/// Texts laid over one another, half glyphs and all.
fn any_picture(size: Size) -> impl Strategy<Value = Buffer> {
    let text = proptest::collection::vec(
        prop_oneof![
            Just("a"),
            Just(" "),
            Just("  "),
            Just("│"),
            Just("é"),
            Just("e\u{301}"),
            Just("日"),
            Just("本語"),
            Just("😀"),
            Just("한"),
            Just("กำ"),
            Just("🇩🇪"),
            Just("❤\u{fe0f}"),
            Just("👨\u{200d}👩\u{200d}👧"),
            Just("plain text"),
        ],
        1..9,
    );
    let one = (
        0..size.columns,
        0..size.rows,
        text,
        any_style(),
        any::<bool>(),
    );
    proptest::collection::vec(one, 0..24).prop_map(move |pieces| {
        let mut picture = empty(size);
        for (x, y, text, style, scattered) in pieces {
            if scattered {
                let last = size.columns - 1;
                for (step, symbol) in text.iter().enumerate() {
                    let x = (x + u16::try_from(step).unwrap()).min(last);
                    let mut cell = Cell::default();
                    cell.set_symbol(symbol).set_style(style);
                    picture[(x, y)] = cell;
                }
            } else {
                picture.set_string(x, y, text.concat(), style);
            }
        }
        picture
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_is_drawn_is_what_the_terminal_shows(
        pictures in proptest::collection::vec(any_picture(SMALL), 1..6),
        places in proptest::collection::vec(proptest::option::of((0..14_u16, 0..4_u16)), 6),
        thin in any::<bool>(),
    ) {
        let mut rig = Rig::new(SMALL, thin);
        for (picture, place) in pictures.iter().zip(places) {
            rig.draw(picture, place.map(Position::from));
        }
    }
}
