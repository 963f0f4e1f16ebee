//! Rows to a file beside everything else: what is written when what was chosen is gone, and which key
//! stops it where. And what a stopped jump or sort leaves behind.

use super::plant::{EQUIPMENT, Plant};
use crate::app::effect::Effect;
use crate::app::place::{Go, Place};
use crate::app::update::navigate;
use crate::db::contract::rows::Which;
use crate::domain::record::RecordKey;
use crate::domain::table::TableId;

/// Which rows were asked to be written since this was asked last.
fn written(plant: &mut Plant) -> Vec<Which> {
    let effects = std::mem::take(&mut plant.bench.effects);
    let which = effects.into_iter().filter_map(|effect| match effect {
        Effect::WriteRows { writing, .. } => Some(writing.rows.which),
        _ => None,
    });
    which.collect()
}

fn key(name: &str) -> RecordKey {
    RecordKey(vec![name.into()])
}

#[test]
fn marked_rows_that_went_while_it_was_asked_are_not_the_whole_table() {
    let mut plant = Plant::at_equipment(5);
    plant.press("m w");
    plant.bench.press("enter");
    assert_eq!(written(&mut plant), [Which::Keys(vec![key("BFM-001")])]);
    let mut plant = Plant::at_equipment(5);
    plant.press("m w");
    let browser = &mut plant.bench.app.screens.browser;
    browser.unmark(EQUIPMENT, &[key("BFM-001")]);
    plant.bench.press("enter");
    assert_eq!(written(&mut plant), []);
    assert_eq!(
        plant.bench.told(),
        "Nothing was written: these rows are gone"
    );
}

#[test]
fn a_file_goes_on_when_another_table_is_left() {
    let mut plant = Plant::at_equipment(5);
    plant.bench.press("w enter");
    assert!(plant.bench.screen().contains("esc stops it"));
    let (parts, bench) = (Place::Browser(TableId(9)), &mut plant.bench);
    navigate::go(&mut bench.app, Go::To(parts), &mut bench.effects);
    plant.settle();
    let screen = plant.bench.screen();
    assert!(screen.contains("ctrl-c stops it"), "{screen}");
    plant.press("esc");
    assert_eq!(plant.bench.app.place, Place::Browser(EQUIPMENT));
    assert!(plant.bench.screen().contains("esc stops it"));
    plant.press("esc");
    assert_eq!(plant.bench.app.place, Place::Browser(EQUIPMENT));
    assert!(plant.bench.told().starts_with("Stopped; nothing of "));
}

#[test]
fn what_a_stopped_jump_looked_for_is_not_missed_among_other_rows() {
    let mut plant = Plant::at_equipment(400);
    plant.press("J");
    plant.bench.type_text("BFM-300");
    plant.press_ahead("enter esc");
    assert_eq!(plant.bench.told(), "Cancelled");
    plant.open.clear();
    plant.press("s");
    assert_eq!(plant.bench.told(), "");
    assert!(plant.cursor_line().starts_with("BFM-001"));
}

#[test]
fn a_stopped_sort_leaves_the_cursor_where_it_goes_next() {
    let mut plant = Plant::at_equipment(400);
    plant.press("j j");
    plant.press_ahead("s esc");
    assert_eq!(plant.bench.told(), "Cancelled");
    plant.open.clear();
    plant.press("j r");
    assert!(
        plant.cursor_line().starts_with("BFM-004"),
        "{}",
        plant.cursor_line()
    );
}
