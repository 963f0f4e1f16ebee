//! Tests of the grid and of lists.

use ratatui::layout::Position;

use super::{empty, lines, painted, roles_at, theme};
use crate::theme::{Charset, Role};
use crate::widgets::grid::{self, Cell, Column, Grid, Row, RowState, Sort};
use crate::widgets::list::{self, Entry};
use crate::widgets::text::Align;

fn equipment() -> (Vec<Column<'static>>, Vec<Row<'static>>) {
    let column = |title, width, align, sort| Column {
        title,
        width,
        align,
        sort,
        rank: None,
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
            presence: Some(grid::At::Reading),
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
fn a_flagged_value_has_a_sign_before_it_whatever_the_colours() {
    let (columns, mut rows) = equipment();
    rows[0].signs = vec![Some('!'), None, Some('▼')];
    rows[1].signs = vec![None, Some('!'), Some('?')];
    let grid = Grid {
        columns: &columns,
        rows: &rows,
        selected: Some(1),
        column: None,
        frozen: 0,
        found: "",
    };
    let mut buffer = empty(40, 6);
    grid::draw(&grid, &theme(), buffer.area, &mut buffer);
    let lines = lines(&buffer);
    assert_eq!(lines[1], "  !BFM-001    Compressor #1    ▼12.50");
    assert_eq!(lines[2], " ▌ BFM-002  ✎!Chiller loop …       ?∅");
    assert_eq!(
        roles_at(&buffer, "12.50"),
        painted(Role::StatusWarning, None)
    );
}

#[test]
fn a_grid_shows_marks_cuts_and_null() {
    let (columns, rows) = equipment();
    let grid = Grid {
        columns: &columns,
        rows: &rows,
        selected: Some(1),
        column: None,
        frozen: 0,
        found: "",
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
            "•  BFM-003  ● 日本太郎の空…         7",
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
        column: None,
        frozen: 0,
        found: "",
    };
    let mut buffer = empty(40, 3);
    grid::draw(
        &grid,
        &theme().with_charset(Charset::Ascii),
        buffer.area,
        &mut buffer,
    );
    assert_eq!(lines(&buffer)[2], " > BFM-002  * Chiller loop ~       \\N");
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
fn what_was_searched_for_is_marked_where_a_value_has_it() {
    let (columns, rows) = equipment();
    let grid = Grid {
        columns: &columns,
        rows: &rows,
        selected: None,
        column: None,
        frozen: 0,
        found: "LOOP",
    };
    let mut buffer = empty(40, 6);
    grid::draw(&grid, &theme(), buffer.area, &mut buffer);
    let found = painted(Role::Row, Some(Role::ValueMatch));
    assert_eq!(roles_at(&buffer, "loop"), found);
    assert_eq!(roles_at(&buffer, "Chiller"), painted(Role::Row, None));
    let number = Grid {
        found: "2.5",
        ..grid
    };
    grid::draw(&number, &theme(), buffer.area, &mut buffer);
    let found = painted(Role::ValueNumber, Some(Role::ValueMatch));
    assert_eq!(roles_at(&buffer, "2.50"), found);
    assert_eq!(roles_at(&buffer, "12.50"), painted(Role::ValueNumber, None));
}
