//! Tests of widgets: text and roles as they would be seen, and nothing outside the area.

use proptest::prelude::*;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::dialog::{self, Frame};
use super::form::{self, Field, Form, Shown};
use super::grid::{self, Cell, Column, Grid, Row, RowState, Sort};
use super::hints::{self, Hint};
use super::list::{self, Entry};
use super::status::{self, Piece};
use super::text::{self, Align};
use crate::domain::glyph::width;
use crate::input::line::{Mode, TextField};
use crate::terminal::picture;
use crate::theme::{Charset, Painted, Role, Theme};

/// What is drawn, line by line, without blanks at the ends.
fn lines(buffer: &Buffer) -> Vec<String> {
    let line = |y| {
        let mut line = String::new();
        picture::each(buffer, y, |spot| line.push_str(spot.text));
        line.trim_end().to_string()
    };
    (0..buffer.area.height).map(line).collect()
}

/// The roles that the cells at a text's first place are painted with.
fn roles_at(buffer: &Buffer, text: &str) -> Painted {
    for y in 0..buffer.area.height {
        let mut whole = String::new();
        let mut found = None;
        picture::each(buffer, y, |spot| whole.push_str(spot.text));
        let Some(at) = whole.find(text) else { continue };
        let x = width(&whole[..at]);
        picture::each(buffer, y, |spot| {
            if spot.x == x {
                found = Some(Painted::read(spot.cell.fg, spot.cell.bg));
            }
        });
        return found.unwrap();
    }
    panic!("{text} is not drawn in {:#?}", lines(buffer));
}

fn painted(base: Role, over: Option<Role>) -> Painted {
    Painted {
        base: Some(base),
        over,
    }
}

fn empty(columns: u16, rows: u16) -> Buffer {
    Buffer::empty(Rect::new(0, 0, columns, rows))
}

fn theme() -> Theme {
    Theme::for_snapshots()
}

fn equipment() -> (Vec<Column<'static>>, Vec<Row<'static>>) {
    let column = |title, width, align, sort| Column {
        title,
        width,
        align,
        sort,
    };
    let columns = vec![
        column("BFM no", 8, Align::Left, Some(Sort::Ascending)),
        column("description", 14, Align::Left, None),
        column("hours", 7, Align::Right, None),
    ];
    let row = |cells| Row {
        cells,
        ..Row::default()
    };
    let rows = vec![
        row(vec![
            Cell::Text("BFM-001"),
            Cell::Text("Compressor #1"),
            Cell::Text("12.50"),
        ]),
        Row {
            dirty: true,
            ..row(vec![
                Cell::Text("BFM-002"),
                Cell::Text("Chiller loop in the cellar"),
                Cell::Null,
            ])
        },
        Row {
            presence: true,
            state: RowState::Changed,
            ..row(vec![
                Cell::Text("BFM-003"),
                Cell::Text("日本太郎の空調機械"),
                Cell::Text("7"),
            ])
        },
        row(vec![
            Cell::Text(""),
            Cell::Beginning("a\nb"),
            Cell::Text("1"),
        ]),
    ];
    (columns, rows)
}

#[test]
fn a_grid_shows_marks_cuts_and_null() {
    let (columns, rows) = equipment();
    let grid = Grid {
        columns: &columns,
        rows: &rows,
        selected: Some(1),
    };
    let mut buffer = empty(40, 6);
    let cursor = grid::draw(&grid, &theme(), buffer.area, &mut buffer);
    assert_eq!(cursor, Some(Position::new(1, 2)));
    assert_eq!(
        lines(&buffer),
        [
            "   BFM no ▲   description       hours",
            "   BFM-001    Compressor #1     12.50",
            " ▌ BFM-002  ✎ Chiller loop …        ∅",
            "   BFM-003  ● 日本太郎の空…         7",
            "              a↵b…                  1",
            "",
        ]
    );
    assert_eq!(
        roles_at(&buffer, "∅"),
        painted(Role::ValueNull, Some(Role::RowSelected))
    );
    assert_eq!(
        roles_at(&buffer, "Chiller"),
        painted(Role::Row, Some(Role::RowSelected))
    );
    assert_eq!(roles_at(&buffer, "日本"), painted(Role::RowChanged, None));
    assert_eq!(
        roles_at(&buffer, "BFM no"),
        painted(Role::ColumnSorted, None)
    );
    assert_eq!(
        roles_at(&buffer, "✎"),
        painted(Role::Dirty, Some(Role::RowSelected))
    );
    assert_eq!(roles_at(&buffer, "▌"), painted(Role::Gutter, None));
}

#[test]
fn a_grid_in_ascii_has_no_other_characters_of_its_own() {
    let (columns, rows) = equipment();
    let grid = Grid {
        columns: &columns,
        rows: &rows[..2],
        selected: Some(1),
    };
    let mut buffer = empty(40, 3);
    grid::draw(
        &grid,
        &theme().with_charset(Charset::Ascii),
        buffer.area,
        &mut buffer,
    );
    assert_eq!(lines(&buffer)[2], " > BFM-002  * Chiller loop ~        -");
    assert!(lines(&buffer).concat().is_ascii());
}

#[test]
fn columns_share_the_room() {
    // All fit; the one that wants more than its share gets the rest.
    assert_eq!(
        grid::share(&[8, 60, 7], 1, 0, 80),
        [(0, 8), (1, 57), (2, 7)]
    );
    // Pinned ones stay when others are scrolled away.
    assert_eq!(grid::share(&[8, 20, 20, 20], 1, 3, 40), [(0, 8), (3, 20)]);
    // The last one may be cut, but not below what can be read.
    assert_eq!(
        grid::share(&[8, 20, 20], 1, 0, 45),
        [(0, 8), (1, 20), (2, 9)]
    );
    assert_eq!(grid::share(&[8, 20, 20], 1, 0, 40), [(0, 8), (1, 20)]);
    assert_eq!(grid::share(&[90], 1, 0, 20), [(0, 17)]);
    assert_eq!(grid::share(&[], 1, 0, 20), []);
}

#[test]
fn a_form_shows_changes_faults_and_the_field_under_the_cursor() {
    let notes = TextField::new(Mode::Lines, "first line\nsecond line that is long");
    let status = TextField::new(Mode::Line, "Down");
    let fields = [
        Field {
            readonly: true,
            ..Field::new("BFM no", Shown::Text("BFM-002"))
        },
        Field {
            changed: true,
            fault: Some("not one of Active, Down"),
            ..Field::new("status", Shown::Editing(&status))
        },
        Field {
            lines: 3,
            ..Field::new("notes", Shown::Editing(&notes))
        },
        Field {
            note: "date",
            ..Field::new("installed", Shown::Null)
        },
    ];
    let form = Form {
        fields: &fields,
        focused: Some(1),
    };
    let mut buffer = empty(36, 8);
    let cursor = form::draw(&form, &theme(), buffer.area, &mut buffer);
    assert_eq!(
        lines(&buffer),
        [
            "   BFM no       BFM-002",
            " ▌ status     • Down",
            "                not one of Active, …",
            "   notes        first line",
            "                second line that is",
            "                 long",
            "   installed    ∅ date",
            "",
        ]
    );
    assert_eq!(cursor, Some(Position::new(20, 1)));
    assert_eq!(
        roles_at(&buffer, "Down"),
        painted(Role::FieldChanged, Some(Role::FieldFocused))
    );
    assert_eq!(
        roles_at(&buffer, "BFM-002"),
        painted(Role::FieldReadonly, None)
    );
    assert_eq!(
        roles_at(&buffer, "not one"),
        painted(Role::FieldError, None)
    );
    assert_eq!(roles_at(&buffer, "first"), painted(Role::FieldValue, None));
}

#[test]
fn a_form_that_is_too_long_is_shown_by_pages() {
    let names: Vec<String> = (0..10).map(|n| format!("field {n}")).collect();
    let fields: Vec<Field> = names
        .iter()
        .map(|name| Field::new(name, Shown::Text(name)))
        .collect();
    let mut buffer = empty(36, 4);
    form::draw(
        &Form {
            fields: &fields,
            focused: Some(5),
        },
        &theme(),
        buffer.area,
        &mut buffer,
    );
    assert_eq!(lines(&buffer)[0], "   field 4    field 4              ↑");
    assert_eq!(lines(&buffer)[1], " ▌ field 5    field 5");
    assert_eq!(lines(&buffer)[3], "   field 7    field 7              ↓");
}

#[test]
fn a_secret_shows_only_how_long_it_is() {
    let secret = TextField::new(Mode::Secret, "hunter2");
    let fields = [Field::new("password", Shown::Editing(&secret))];
    for focused in [None, Some(0)] {
        let mut buffer = empty(40, 1);
        form::draw(
            &Form {
                fields: &fields,
                focused,
            },
            &theme(),
            buffer.area,
            &mut buffer,
        );
        assert!(
            lines(&buffer)[0].ends_with("•••••••"),
            "{:?}",
            lines(&buffer)
        );
    }
}

#[test]
fn a_long_line_is_scrolled_to_its_cursor() {
    let mut field = TextField::new(Mode::Line, "0123456789");
    let shown = |field: &TextField| {
        let mut buffer = empty(6, 1);
        let at = form::edited_line(field, Role::FieldValue, &theme(), buffer.area, &mut buffer);
        (lines(&buffer)[0].clone(), at.unwrap().x)
    };
    assert_eq!(shown(&field), ("…6789".to_string(), 5));
    field.press("home".parse().unwrap());
    assert_eq!(shown(&field), ("012345".to_string(), 0));
}

#[test]
fn an_area_keeps_its_cursor_in_sight() {
    let text = "one\ntwo 日本 three\nfour\nfive";
    let shown = |cursor: &str| {
        let mut buffer = empty(8, 3);
        let at = text.find(cursor).unwrap();
        let place = super::area::draw(
            text,
            Some(at),
            Role::Text,
            &theme(),
            buffer.area,
            &mut buffer,
        );
        (lines(&buffer), place.unwrap())
    };
    let (drawn, at) = shown("three");
    assert_eq!(drawn, ["one", "two 日本", " three"]);
    assert_eq!(at, Position::new(1, 2));
    let (drawn, at) = shown("ve");
    assert_eq!(drawn, [" three", "four", "five"]);
    assert_eq!(at, Position::new(2, 2));
}

#[test]
fn a_list_marks_what_was_found() {
    let entries = [
        Entry {
            text: "equipment",
            found: vec![0, 2],
            note: "≈ 651",
        },
        Entry {
            text: "日本 parts with a name that is long",
            found: vec![7],
            note: "12",
        },
    ];
    let mut buffer = empty(30, 3);
    let cursor = list::draw(&entries, Some(1), &theme(), buffer.area, &mut buffer);
    assert_eq!(cursor, Some(Position::new(1, 1)));
    assert_eq!(
        lines(&buffer),
        [
            "   equipment             ≈ 651",
            " ▌ 日本 parts with a name…  12",
            ""
        ]
    );
    assert_eq!(roles_at(&buffer, "quip"), painted(Role::Row, None));
    assert_eq!(
        roles_at(&buffer, "equip"),
        painted(Role::Row, Some(Role::ValueMatch))
    );
    assert_eq!(roles_at(&buffer, "≈"), painted(Role::Muted, None));
}

#[test]
fn hints_give_way_whole_and_help_stays() {
    let hint = |key: &str, text| Hint {
        key: key.to_string(),
        text,
    };
    let hints = [
        hint("enter", "open"),
        hint("f2", "edit"),
        hint("/", "filter"),
        hint("?", "help"),
    ];
    let drawn = |columns| {
        let mut buffer = empty(columns, 1);
        hints::draw(&hints, 1, &theme(), buffer.area, &mut buffer);
        lines(&buffer)[0].clone()
    };
    assert_eq!(drawn(40), " enter open  f2 edit  / filter  ? help");
    assert_eq!(drawn(32), " enter open  f2 edit  ? help");
    assert_eq!(drawn(12), " ? help");
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

    #[test]
    fn an_area_takes_any_text_and_any_cursor(
        text in "(\\PC|[日本👍🏽🇩🇪\u{301}\u{200d}\t\n ]){0,40}",
        cursor in any::<prop::sample::Index>(),
        columns in 1_u16..12,
        rows in 1_u16..5,
    ) {
        let boundaries: Vec<usize> = (0..=text.len()).filter(|at| text.is_char_boundary(*at)).collect();
        let at = boundaries[cursor.index(boundaries.len())];
        let mut buffer = empty(20, 8);
        let area = Rect::new(3, 2, columns, rows);
        let place = super::area::draw(&text, Some(at), Role::Text, &theme(), area, &mut buffer);
        prop_assert!(area.contains(place.unwrap()), "{:?}", place);
    }
}
