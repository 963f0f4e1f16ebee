//! Tests of pictures that are drawn in parts: little at once, the row with the cursor first, nothing
//! shown that is long past, and in the end the whole of it.

use super::*;

/// As wide as a usual terminal.
const LIST: Size = Size {
    columns: 80,
    rows: 24,
};
/// What a line of 9,600 baud carries in a moment.
const ROOM: usize = 180;
/// What the row with the cursor, the marks and the moves may take beyond that.
const ROW: usize = 160;

/// A list of rows of which no two are alike, with a mark at the one under the cursor.
fn list(first: usize, selected: usize) -> (Buffer, Option<Position>) {
    let mut picture = empty(LIST);
    picture.set_string(0, 0, "heading", Style::new().bold());
    for y in 1..23_u16 {
        let number = first + usize::from(y);
        let text = number * number * 7_919;
        let row = format!("{number:06} 日本 {text:<30} 👩‍🔬 {:>8}", number * 37);
        picture.set_string(2, y, row, Style::new());
        if number == selected {
            picture.set_string(0, y, ">", Style::new());
        }
    }
    picture.set_string(0, 23, format!("row {selected}"), Style::new());
    let y = u16::try_from(selected - first).unwrap();
    (picture, Some(Position::new(0, y)))
}

impl Rig {
    /// Draws a part; returns how many bytes it took.
    fn draw_part(&mut self, (picture, cursor): &(Buffer, Option<Position>), most: usize) -> usize {
        let bytes = self.screen.draw_part(picture, *cursor, most);
        self.emulator.process(&bytes);
        bytes.len()
    }

    /// The text of a row.
    fn row(&self, y: u16) -> String {
        let rows: Vec<String> = self.emulator.screen().rows(0, LIST.columns).collect();
        rows[usize::from(y)].trim_end().to_owned()
    }

    /// Draws the rest, and compares every cell.
    fn draw_rest(&mut self, picture: &(Buffer, Option<Position>)) -> usize {
        let mut bytes = 0;
        while self.screen.is_behind() {
            let more = self.draw_part(picture, ROOM);
            assert!(more > 0, "nothing goes on");
            bytes += more;
        }
        assert_eq!(self.draw(&picture.0, picture.1), 0, "all of it is shown");
        bytes
    }
}

#[test]
fn the_row_under_the_cursor_comes_first_and_the_rest_follows() {
    let mut rig = Rig::new(LIST, true);
    let picture = list(100, 110);
    let bytes = rig.draw_part(&picture, ROOM);
    assert!(bytes < ROOM + ROW, "{bytes}");
    assert!(rig.screen.is_behind());
    assert!(rig.row(10).starts_with("> 000110"), "{}", rig.row(10));
    assert_eq!(rig.row(20), "");
    rig.draw_rest(&picture);
}

#[test]
fn a_key_held_down_shows_where_the_cursor_is_and_nothing_that_is_past() {
    let mut rig = Rig::new(LIST, true);
    let (start, cursor) = list(100, 122);
    rig.draw(&start, cursor);
    // So many rows further in each part: the line cannot carry them all.
    for step in (5..60).step_by(5) {
        let picture = list(100 + step, 122 + step);
        let bytes = rig.draw_part(&picture, ROOM);
        assert!(bytes < ROOM + ROW, "{bytes}");
        for y in 1..23 {
            let number = 100 + step + usize::from(y);
            let mark = if y == 22 { ">" } else { " " };
            let right = format!("{mark} {number:06}");
            let row = rig.row(y);
            assert!(row.is_empty() || row.starts_with(&right), "{y}: {row}");
        }
        assert!(!rig.row(22).is_empty());
        assert_eq!(rig.row(23), format!("row {}", 122 + step));
    }
    rig.draw_rest(&list(155, 177));
}

#[test]
fn of_a_page_that_is_not_shown_yet_no_row_of_the_last_one_stays() {
    for scrolls in [true, false] {
        let mut rig = Rig::new(LIST, true);
        rig.screen.manner.scrolls = scrolls;
        let (start, cursor) = list(100, 110);
        rig.draw(&start, cursor);
        let picture = list(300, 310);
        rig.draw_part(&picture, ROOM);
        let shown: Vec<String> = (1..23).map(|y| rig.row(y)).collect();
        assert!(shown.iter().all(|row| !row.contains(" 0001")), "{shown:?}");
        assert!(shown[9].starts_with("> 000310"), "{shown:?}");
        rig.draw_rest(&picture);
    }
}

#[test]
fn what_the_line_carries_is_drawn_at_once() {
    let mut rig = Rig::new(LIST, true);
    let (start, cursor) = list(100, 110);
    rig.draw(&start, cursor);
    let bytes = rig.draw_part(&list(100, 111), ROOM);
    assert!(!rig.screen.is_behind());
    assert!(bytes < 40, "{bytes}");
    rig.draw_part(&list(101, 123), ROOM);
    assert!(!rig.screen.is_behind(), "one row that comes in");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn parts_of_any_pictures_end_in_the_last(
        moves in proptest::collection::vec((100_usize..180, 1_usize..23, 0_usize..900), 1..8),
    ) {
        let mut rig = Rig::new(LIST, true);
        let mut last = list(100, 101);
        for (first, at, most) in moves {
            last = list(first, first + at);
            rig.draw_part(&last, most);
        }
        rig.draw_rest(&last);
    }
}
