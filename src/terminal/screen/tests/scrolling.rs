//! Tests of rows that only moved: fewer bytes, the same picture.

use super::*;

/// As wide as a usual terminal.
const LIST: Size = Size {
    columns: 80,
    rows: 24,
};

/// A list below a heading, with the row under the cursor reversed and what stands beside it.
fn list(first: usize, selected: usize, beside: &str) -> Buffer {
    let mut picture = empty(LIST);
    picture.set_string(0, 0, "heading", Style::new().bold());
    for y in 1..23_u16 {
        let number = first + usize::from(y);
        let text = format!("text {}", number * number * 7_919);
        let row = format!("{number:06} 日本 {text:<30}{:>8}", number * 37);
        let style = match number == selected {
            true => Style::new().reversed(),
            false => Style::new(),
        };
        picture.set_string(2, y, row, style);
        picture.set_string(60, y, beside, Style::new().fg(Color::Red));
    }
    picture.set_string(0, 23, "status", Style::new());
    picture
}

#[test]
fn a_list_that_moves_by_a_row_is_scrolled() {
    let mut rig = Rig::new(LIST, false);
    rig.draw(&list(100, 122, ""), Some(Position::new(1, 22)));
    for step in 1..6 {
        let bytes = rig.draw(
            &list(100 + step, 122 + step, ""),
            Some(Position::new(1, 22)),
        );
        assert!(bytes < 250, "{bytes}");
    }
    for step in (0..5).rev() {
        let bytes = rig.draw(&list(100 + step, 101 + step, ""), Some(Position::new(1, 1)));
        assert!(bytes < 300, "{bytes}");
    }
}

#[test]
fn a_list_that_moves_by_many_rows_is_scrolled_too() {
    let mut rig = Rig::new(LIST, false);
    rig.draw(&list(100, 0, ""), None);
    let scrolled = rig.draw(&list(104, 0, ""), None);
    let mut rig = Rig::new(LIST, false);
    rig.draw(&list(100, 0, ""), None);
    let anew = rig.draw(&list(800, 0, ""), None);
    assert!(scrolled * 3 < anew * 2, "{scrolled} of {anew}");
}

#[test]
fn a_row_that_comes_in_moves_those_below() {
    let mut rig = Rig::new(LIST, false);
    let before = list(100, 0, "");
    let mut after = empty(LIST);
    for y in 0..24_u16 {
        let from = match y {
            0..10 | 23 => y,
            _ => y - 1,
        };
        for x in 0..80 {
            after[(x, y)] = before[(x, from)].clone();
        }
    }
    after.set_string(0, 10, "new row", Style::new());
    rig.draw(&before, None);
    assert!(rig.draw(&after, None) < 150);
}

#[test]
fn what_stands_beside_is_not_scrolled_away_for_little() {
    let mut rig = Rig::new(LIST, false);
    rig.draw(&list(100, 0, "a pane beside it"), None);
    let scrolled = rig.draw(&list(101, 0, "a pane beside it"), None);
    let mut without = Rig::new(LIST, false);
    without.screen.manner.scrolls = false;
    without.draw(&list(100, 0, "a pane beside it"), None);
    let anew = without.draw(&list(101, 0, "a pane beside it"), None);
    assert!(scrolled <= anew, "{scrolled} of {anew}");
}

#[test]
fn where_a_terminal_does_not_scroll_it_is_not_told_to() {
    let mut rig = Rig::new(LIST, true);
    rig.screen.manner.scrolls = false;
    rig.draw(&list(100, 0, ""), None);
    let picture = list(101, 0, "");
    let bytes = rig.screen.draw(&picture, None);
    assert!(!bytes.contains(&b'\n') || !String::from_utf8_lossy(&bytes).contains(";23r"));
    rig.screen.forget();
    rig.draw(&picture, None);
}

/// How the rows of a picture move on.
#[derive(Clone, Debug)]
struct Move {
    top: usize,
    end: usize,
    by: usize,
    up: bool,
}

fn moved(picture: &Buffer, step: &Move) -> Buffer {
    let mut after = picture.clone();
    let rows = usize::from(picture.area.height);
    let (top, end) = (step.top.min(rows), step.end.min(rows));
    for y in top..end {
        let from = match step.up {
            true => y + step.by,
            false => y.wrapping_sub(step.by),
        };
        if (top..end).contains(&from) {
            for x in 0..picture.area.width {
                let (y, from) = (u16::try_from(y).unwrap(), u16::try_from(from).unwrap());
                after[(x, y)] = picture[(x, from)].clone();
            }
        }
    }
    after
}

const TALL: Size = Size {
    columns: 16,
    rows: 12,
};

fn any_move() -> impl Strategy<Value = Move> {
    (0..12_usize, 0..13_usize, 1..6_usize, any::<bool>()).prop_map(|(top, end, by, up)| Move {
        top,
        end,
        by,
        up,
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn whatever_moves_is_what_the_terminal_shows(
        first in any_picture(TALL),
        steps in proptest::collection::vec((any_move(), proptest::option::of(any_picture(TALL))), 1..6),
        lay_over in any::<[u8; 4]>(),
        thin in any::<bool>(),
    ) {
        let mut rig = Rig::new(TALL, thin);
        let mut picture = first;
        // Rows that differ, so that it is seen which one moved.
        for y in 0..TALL.rows {
            picture.set_string(0, y, format!("row {y:>2} "), Style::new());
        }
        rig.draw(&picture, None);
        for (step, other) in steps {
            picture = moved(&picture, &step);
            if let Some(other) = other {
                // A little of another picture comes over it.
                let (x, y) = (u16::from(lay_over[0]) % 16, u16::from(lay_over[1]) % 12);
                for dx in 0..u16::from(lay_over[2]) % 5 {
                    let at = ((x + dx).min(15), y);
                    picture[at] = other[at].clone();
                }
            }
            rig.draw(&picture, Some(Position::new(u16::from(lay_over[3]) % 16, 3)));
        }
    }

    #[test]
    fn any_picture_after_any_other_is_what_the_terminal_shows(
        pictures in proptest::collection::vec(any_picture(TALL), 2..5),
        thin in any::<bool>(),
    ) {
        let mut rig = Rig::new(TALL, thin);
        for picture in &pictures {
            rig.draw(picture, None);
        }
    }
}
