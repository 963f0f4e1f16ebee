//! The cursor stays on its row when other rows of the table are asked for.

use super::plant::Plant;

/// Types a text to filter by and lets keys rest.
fn find(plant: &mut Plant, text: &str) {
    plant.press("/");
    plant.bench.type_text(text);
    plant.rest();
}

#[test]
fn a_row_that_fits_the_filter_keeps_the_cursor() {
    let mut plant = Plant::at_equipment(60);
    plant.press("down down down down down down down down down");
    assert!(plant.cursor_line().starts_with("BFM-010"));
    // Machines 3: 3, 10, 17 and so on.
    find(&mut plant, "machine 3");
    assert_eq!(plant.asked[0], "row");
    assert!(plant.cursor_line().starts_with("BFM-010"));
    plant.press("enter up");
    assert!(plant.cursor_line().starts_with("BFM-003"));
}

#[test]
fn where_it_does_not_fit_the_first_row_has_the_cursor_and_nothing_is_said() {
    let mut plant = Plant::at_equipment(60);
    plant.press("down down down");
    find(&mut plant, "machine 3");
    assert!(plant.cursor_line().starts_with("BFM-003"));
    assert!(!plant.bench.screen().contains("leaves it out"));
}

#[test]
fn what_is_typed_and_taken_back_leads_to_the_row_again() {
    let mut plant = Plant::at_equipment(60);
    plant.press("down down down down");
    find(&mut plant, "machine 3");
    plant.press("backspace");
    plant.rest();
    assert!(plant.cursor_line().starts_with("BFM-005"));
    plant.bench.type_text("3");
    plant.rest();
    plant.press("esc");
    assert!(plant.cursor_line().starts_with("BFM-005"));
    // Unless the cursor was moved meanwhile.
    find(&mut plant, "machine 3");
    plant.press("down esc");
    assert!(plant.cursor_line().starts_with("BFM-010"));
}

#[test]
fn showing_all_rows_again_stays_on_the_row_that_was_found() {
    let mut plant = Plant::at_equipment(60);
    find(&mut plant, "BFM-04");
    plant.press("enter down down");
    assert!(plant.cursor_line().starts_with("BFM-042"));
    plant.asked.clear();
    plant.press("x");
    assert_eq!(plant.asked[0], "from");
    assert!(plant.cursor_line().starts_with("BFM-042"));
    plant.press("up up up");
    assert!(plant.cursor_line().starts_with("BFM-039"));
}

#[test]
fn who_looks_at_the_beginning_of_all_rows_sees_the_beginning_of_those_that_fit() {
    let mut plant = Plant::at_equipment(60);
    find(&mut plant, "machine 1");
    assert_eq!(plant.asked, ["first"]);
    assert!(plant.cursor_line().starts_with("BFM-001"));
}
