//! The mouse in the grid: a click goes to a row or sorts, the wheel moves; nothing else.

use super::plant::Plant;
use crate::app::message::Message;
use crate::input::event::{Event, Mouse, MouseKind};

/// Uses the mouse at a cell of the screen.
fn mouse(plant: &mut Plant, kind: MouseKind, x: u16, y: u16) {
    let used = Event::Mouse(Mouse { kind, x, y });
    plant.bench.take(Message::Event(used));
    plant.settle();
}

/// The line of the row under the cursor; the heading may have the same sign.
fn row(plant: &mut Plant) -> String {
    let screen = plant.bench.screen();
    let line = screen.lines().find_map(|line| line.strip_prefix(" ▌ "));
    line.unwrap_or_default().to_owned()
}

#[test]
fn a_click_goes_to_the_row_and_column() {
    let mut plant = Plant::at_equipment(60);
    // Header, title and headings stand above the rows.
    mouse(&mut plant, MouseKind::Click, 20, 3 + 6);
    assert!(row(&mut plant).starts_with("BFM-007"));
    plant.press("s");
    assert!(plant.bench.screen().contains("description ▲"));
    // Beside the rows, on the lines of the house and over a dialog nothing happens.
    let before = plant.bench.screen();
    for (x, y) in [(20, 0), (20, 1), (20, 22), (20, 23), (79, 90)] {
        mouse(&mut plant, MouseKind::Click, x, y);
    }
    assert_eq!(plant.bench.screen(), before);
    plant.press("f");
    let before = plant.bench.screen();
    mouse(&mut plant, MouseKind::Click, 20, 5);
    mouse(&mut plant, MouseKind::WheelDown, 20, 5);
    assert_eq!(plant.bench.screen(), before);
}

#[test]
fn a_click_on_a_heading_sorts_by_it() {
    let mut plant = Plant::at_equipment(60);
    mouse(&mut plant, MouseKind::Click, 20, 2);
    assert!(plant.bench.screen().contains("description ▲"));
    mouse(&mut plant, MouseKind::Click, 20, 2);
    assert!(plant.bench.screen().contains("description ▼"));
}

#[test]
fn the_wheel_moves_in_lists_and_never_in_texts() {
    let mut plant = Plant::at_equipment(60);
    mouse(&mut plant, MouseKind::WheelDown, 20, 5);
    assert!(row(&mut plant).starts_with("BFM-004"));
    mouse(&mut plant, MouseKind::WheelUp, 20, 5);
    assert!(row(&mut plant).starts_with("BFM-001"));
    plant.press("/");
    let before = plant.bench.screen();
    mouse(&mut plant, MouseKind::WheelDown, 20, 5);
    assert_eq!(plant.bench.screen(), before);
}
