//! Columns that are renamed or dropped while something is typed for them: the typing goes with the
//! column, and what has no column any more stays in reach, whole.

use super::play::{Play, TABLE};
use super::workshop::{record, shape, summary};
use crate::db::contract::{Fault, RecordsReply, RecordsRequest, Request};
use crate::domain::record::Record;
use crate::domain::table::Shape;

/// The table after `description` was renamed to `label` and `price` was dropped.
fn altered() -> Shape {
    let mut shape = shape();
    shape.columns[2].name = "label".into();
    shape.columns.remove(4);
    shape
}

/// BFM-001 as that table has it.
fn now() -> Record {
    let mut record = record(5);
    record.values.remove(4);
    record
}

/// What a form holds in a column of the altered table.
fn holds(play: &Play, name: &str) -> String {
    let column = altered().column_named(name).unwrap();
    let content = play.form().fields[column].content();
    match content {
        crate::domain::value::Entry::Value(value) => value.as_text().unwrap_or("NULL").to_owned(),
        crate::domain::value::Entry::Default => "DEFAULT".into(),
    }
}

/// Typed in `description` and `price`, and left as a draft; then the table is altered.
fn left() -> Play {
    let mut before = Play::editing();
    before.keys("end ' mk2' tab tab ctrl-w '77' esc").rest();
    let mut play = Play::new();
    play.app.context.tables = [summary()].into();
    play.app.context.shapes.insert(TABLE, altered().into());
    play.app.context.drafts.clone_from(&before.disk);
    play.disk = before.disk;
    play
}

#[test]
fn an_open_form_follows_a_rename_and_says_so() {
    let mut play = Play::editing();
    play.keys("end ' mk2' ctrl-s");
    let message = "the table was altered".into();
    play.answer(Err(Fault::Outdated { message }));
    play.answer_shape_as(altered());
    play.answer_record(&now());
    assert_eq!(holds(&play, "label"), "Compressor #1 mk2");
    let altered = "(description is called label, price is gone)";
    assert!(play.screen().contains(altered), "{}", play.screen());
    play.keys("ctrl-s");
    let changes = &play.save().unwrap().changes;
    assert_eq!(changes.len(), 1);
    assert_eq!(changes[0].column, 2);
}

#[test]
fn a_draft_follows_a_rename_and_is_not_taken_for_changed_by_it() {
    let mut play = left();
    play.open(true);
    play.answer_record(&now());
    assert_eq!(holds(&play, "label"), "Compressor #1 mk2");
    assert!(play.form().newer.is_none(), "nobody saved it");
    let screen = play.screen();
    for line in [
        "price cannot be edited now: f7 shows it",
        "description is called label now",
    ] {
        assert!(screen.contains(line), "{screen}");
    }
}

#[test]
fn how_a_draft_stands_is_asked_by_the_columns_number_too() {
    let mut play = left();
    play.keys("f7");
    let Some((_, Request::Records(RecordsRequest::LookAtRecords(looks)))) = play.asked.last()
    else {
        panic!("nothing was looked at: {:?}", play.asked);
    };
    let asked = [
        ("description".to_owned(), Some(3)),
        ("price".to_owned(), Some(5)),
    ];
    assert_eq!(looks[0].columns, asked);
}

#[test]
fn what_has_no_column_any_more_is_shown_whole_and_kept_in_a_file() {
    let long = "a text of more than forty characters, which the list cuts but this does not";
    let mut play = Play::editing();
    play.keys(&format!("end ' {long}'")).rest();
    let mut draft = play.disk.remove(0);
    let field = draft.fields.iter_mut().find(|field| field.yours.is_some());
    field.unwrap().number = Some(99);
    let mut shape = altered();
    shape.columns.remove(2);
    let mut play = Play::new();
    play.app.context.tables = [summary()].into();
    play.app.context.shapes.insert(TABLE, shape.into());
    play.app.context.drafts = vec![draft.clone()];
    play.disk = vec![draft];
    play.keys("f7");
    play.answer(Ok(RecordsReply::RecordsLookedAt(Vec::new())));
    assert!(!play.screen().contains("but this does not"));
    play.keys("v");
    let screen = play.screen();
    let shown: Vec<&str> = screen.lines().map(str::trim).collect();
    let shown = shown.join(" ");
    assert!(shown.contains(long), "{screen}");
    assert!(
        screen.contains("description: there is no such column any more"),
        "{screen}"
    );
    assert!(screen.contains("was Compressor #1"), "{screen}");
    play.keys("f");
    let (name, text) = &play.kept[0];
    assert_eq!(name, "equipment-bfm-001-20260304-091200");
    assert!(text.contains(&format!("== description\nCompressor #1 {long}\n")));
    play.keys("v");
    assert!(play.screen().contains("drafts: edits not yet saved"));
    play.keys("v q");
    assert!(play.screen().contains("drafts: edits not yet saved"));
    assert_eq!(play.disk.len(), 1, "looking changed nothing");
}

/// Where a draft of `equipment` is found, among tables of these numbers and names.
fn found(tables: &[(u32, &str)]) -> String {
    let mut play = Play::new();
    let table = |(id, name): &(u32, &str)| {
        let mut table = summary();
        table.id = crate::domain::table::TableId(*id);
        table.name.name = (*name).into();
        table
    };
    play.app.context.tables = tables.iter().map(table).collect();
    play.app.context.drafts = left().disk;
    crate::app::update::drafts::follow_renamed(&mut play.app.context);
    play.app.context.drafts[0].table.name.clone()
}

#[test]
fn a_renamed_table_is_followed_and_a_name_that_is_there_is_meant() {
    let own = TABLE.0;
    assert_eq!(found(&[(own, "equipment")]), "equipment");
    assert_eq!(found(&[(1, "part"), (own, "machine")]), "machine");
    // Another table took the name, as where one is built anew beside the old one.
    assert_eq!(
        found(&[(own, "equipment_old"), (9, "equipment")]),
        "equipment"
    );
    assert_eq!(found(&[(9, "part")]), "equipment");
}
