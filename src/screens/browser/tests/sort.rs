//! Sorting by one column and by several: what is asked, what the headings say, where the cursor is.

use super::plant::Plant;

fn heading(plant: &mut Plant) -> String {
    let screen = plant.bench.screen();
    let line = screen.lines().find(|line| line.contains("BFM no"));
    format!("{} ", line.unwrap_or_default())
}

/// The line of the row under the cursor; the heading may have the same sign.
fn row(plant: &mut Plant) -> String {
    let screen = plant.bench.screen();
    let line = screen.lines().find_map(|line| line.strip_prefix(" ▌ "));
    line.unwrap_or_default().to_owned()
}

/// Rows with many alike, so that a second column decides.
fn plant() -> Plant {
    let mut plant = Plant::at_equipment(60);
    for (at, row) in plant.rows.iter_mut().enumerate() {
        row.1 = (at % 4 > 0).then(|| format!("machine {}", at % 3));
        row.2 = i64::try_from(at % 5).unwrap_or(0);
    }
    plant.press("r");
    plant.asked.clear();
    plant
}

#[test]
fn headings_say_which_way_and_which_of_several_columns() {
    let mut plant = plant();
    plant.press("right s");
    assert!(heading(&mut plant).contains("description ▲  "));
    plant.press("right S");
    let line = heading(&mut plant);
    assert!(
        line.contains("description ▲1") && line.contains("hours ▲2"),
        "{line}"
    );
    plant.press("S");
    assert!(heading(&mut plant).contains("hours ▼2"));
    plant.press("left S");
    assert!(heading(&mut plant).contains("description ▼1"));
    plant.press("S");
    let line = heading(&mut plant);
    assert!(
        line.ends_with("hours ▼ ") && !line.contains("description ▼"),
        "{line}"
    );
    plant.press("right S");
    assert!(!heading(&mut plant).contains('▼'));
}

#[test]
fn one_column_alone_takes_the_place_of_several() {
    let mut plant = plant();
    plant.press("right s right S s");
    let line = heading(&mut plant);
    assert!(
        line.ends_with("hours ▲ ") && !line.contains("description ▲"),
        "{line}"
    );
}

#[test]
fn the_cursor_stays_on_its_row_when_the_order_changes() {
    let mut plant = plant();
    plant.press("down down down right right s");
    assert_eq!(plant.asked[0], "from");
    assert!(row(&mut plant).starts_with("BFM-004"));
    plant.press("left S");
    assert!(row(&mut plant).starts_with("BFM-004"));
    plant.press("S S s s s");
    assert!(row(&mut plant).starts_with("BFM-004"));
    plant.press("up up up");
    assert!(row(&mut plant).starts_with("BFM-001"));
}

#[test]
fn who_looks_at_the_beginning_goes_on_looking_at_it() {
    let mut plant = plant();
    plant.press("right right s s");
    assert_eq!(plant.asked, ["first", "first"]);
    assert!(row(&mut plant).contains(" 4"), "{}", row(&mut plant));
}

#[test]
fn a_row_that_was_deleted_meanwhile_is_not_looked_for_in_vain() {
    let mut plant = plant();
    plant.press("down down");
    plant.rows.remove(2);
    plant.press("right s");
    assert!(
        plant.bench.screen().contains(" ▌ "),
        "{}",
        plant.bench.screen()
    );
    assert!(plant.bench.app.is_idle());
}
