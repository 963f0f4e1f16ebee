//! Fields set for many rows as a draft: on disk like that of a record, with its rows; continued as it
//! was, thrown away only by its own key.

use super::play::{Play, TABLE};
use super::workshop::{shape, summary};
use crate::app::message::Message;
use crate::app::place::{Go, Place};
use crate::db::contract::{ManyRequest, Request};
use crate::domain::draft::{DraftRules, NamedFilter, Rows};
use crate::domain::marks::MOST;
use crate::domain::named::NamedCondition;
use crate::domain::query::{Condition, Filter, Test};
use crate::domain::record::RecordKey;
use crate::domain::value::{Entry, Value};

fn key(number: usize) -> RecordKey {
    RecordKey(vec![format!("BFM-{number:03}")])
}

fn rows(count: usize) -> Rows {
    Rows {
        keys: (1..=count).map(key).collect(),
        filter: NamedFilter {
            quick: "compressor".into(),
            conditions: vec![NamedCondition {
                column: "status".into(),
                test: Test::Equals("Active".into()),
                or: false,
                off: false,
            }],
        },
        run: None,
    }
}

/// A seat that sets the status of so many rows; what it typed is on disk.
fn set(count: usize) -> Play {
    let mut play = Play::new();
    play.app.context.tables = [summary()].into();
    let rows = rows(count);
    play.go(Go::ChangeMarked { table: TABLE, rows });
    play.keys("tab f4 3").rest();
    play
}

/// The next start of the program, with what the disk has.
fn after(killed: &Play) -> Play {
    let mut play = Play::new();
    play.app.context.tables = [summary()].into();
    play.disk = killed.disk.clone();
    play.send(Message::DraftsRead(play.disk.clone()));
    play
}

#[test]
fn what_is_set_for_many_rows_is_on_disk_with_its_rows_and_nothing_else() {
    let play = set(4);
    let draft = &play.disk[0];
    assert_eq!(draft.rows.as_ref(), Some(&rows(4)));
    let fields: Vec<_> = draft.fields.iter().map(|field| &field.column).collect();
    assert_eq!(fields, ["status"], "nothing was read of the other fields");
    assert!(
        draft.id.0.starts_with("equipment-4-rows-"),
        "{:?}",
        draft.id
    );
    assert!(!play.app.forms.unwritten());
}

#[test]
fn after_a_kill_the_list_says_what_it_is_and_opens_it_as_it_was() {
    let killed = set(4);
    let mut play = after(&killed);
    assert_eq!(play.told(), "1 draft waits to be saved: f7 lists them");
    play.keys("f7");
    let screen = play.screen();
    for line in [
        "equipment · 4 rows  1 field         nothing written",
        "1 field for 4 rows of equipment; nothing of it is written yet",
        "status = Retired",
    ] {
        assert!(screen.contains(line), "{screen}");
    }
    play.keys("enter");
    assert!(play.screen().contains("CHANGE 4 ROWS OF equipment"));
    assert_eq!(play.field("status"), "Retired");
    let told = "Draft of 09:12 continued: 1 field set for 4 rows, nothing written";
    assert_eq!(play.told(), told);
    // What is typed from here on is the same draft.
    play.keys("tab '9'").rest();
    assert_eq!(play.disk.len(), 1);
    assert_eq!(play.disk[0].id, killed.disk[0].id);
    assert_eq!(play.disk[0].fields.len(), 2);
    play.keys("ctrl-s");
    assert_eq!(play.app.place, Place::Bulk);
    let (_, asked) = play.asked.pop().expect("the rows are read");
    let Request::Many(ManyRequest::LoadMany { keys, .. }) = asked else {
        panic!("{asked:?}");
    };
    assert_eq!(keys, rows(4).keys.to_vec());
    // Back to the fields, and to the grid as it was: filter and marks.
    play.keys("esc esc");
    assert_eq!(play.app.place, Place::Browser(TABLE));
    let screen = play.screen();
    assert!(screen.contains("4 marked"), "{screen}");
    assert!(screen.contains("compressor"), "{screen}");
}

#[test]
fn the_columns_are_asked_for_where_they_are_not_known_and_keys_wait() {
    let mut play = after(&set(2));
    play.app.context.shapes.clear();
    play.keys("f7 enter tab '7'").rest();
    assert_eq!(play.disk[0].held.len(), 2, "they are on disk too");
    play.answer_shape();
    assert_eq!(play.field("status"), "Retired");
    assert_eq!(play.field("price"), "7");
    play.rest();
    assert!(play.disk[0].held.is_empty());
    assert_eq!(play.disk[0].fields.len(), 2);
}

#[test]
fn leaving_keeps_it_and_only_its_own_key_throws_it_away() {
    let mut play = set(2);
    play.keys("esc");
    assert_eq!(play.told(), "1 field for 2 rows kept as a draft; E goes on");
    assert_eq!(play.disk.len(), 1);
    // The same rows, marked in another order.
    let mut again = rows(2);
    again.keys = again.keys.iter().rev().cloned().collect();
    play.go(Go::ChangeMarked {
        table: TABLE,
        rows: again,
    });
    assert_eq!(play.told(), "1 field still set from before");
    play.keys("ctrl-x n");
    assert_eq!(play.disk.len(), 1);
    play.keys("ctrl-x y");
    assert!(play.disk.is_empty());
    assert_eq!(play.app.place, Place::Browser(TABLE));
}

#[test]
fn what_is_set_never_jumps_to_other_rows() {
    let mut play = set(2);
    play.keys("esc");
    let first = play.disk[0].clone();
    play.go(Go::ChangeMarked {
        table: TABLE,
        rows: rows(3),
    });
    let told = "1 field for 2 rows of equipment wait as a draft: f7 lists them";
    assert_eq!(play.told(), told);
    assert!(play.screen().contains("CHANGE 3 ROWS OF equipment"));
    play.keys("ctrl-s");
    assert!(
        play.told().starts_with("No field is set"),
        "{}",
        play.told()
    );
    play.keys("tab tab '9'").rest();
    assert_eq!(play.disk.len(), 2);
    assert_eq!(play.disk[0], first, "untouched, with its own rows");
    assert_eq!(play.disk[1].rows.as_ref(), Some(&rows(3)));
    play.keys("esc");
    // Each goes on over its own rows, with what was set for them.
    for (count, field) in [(2, "status"), (3, "price")] {
        let rows = rows(count);
        play.go(Go::ChangeMarked { table: TABLE, rows });
        assert_eq!(play.told(), "1 field still set from before");
        let Place::Record(id) = play.app.place else {
            panic!("{:?}", play.app.place);
        };
        let column = shape().column_named(field).unwrap();
        assert_eq!(play.app.forms.open[&id].changes()[0].column, column);
        assert_eq!(play.app.forms.open[&id].changed_count(), 1);
        play.keys("esc");
    }
}

#[test]
fn neither_a_new_record_nor_other_rows_take_it() {
    let mut play = after(&set(2));
    play.go(Go::Open {
        table: TABLE,
        key: None,
        edit: true,
    });
    assert_eq!(play.field("status"), "DEFAULT");
    play.keys("esc");
    play.app.forms = crate::app::forms::Forms::default();
    play.go(Go::ChangeMarked {
        table: TABLE,
        rows: rows(5),
    });
    let told = "1 field for 2 rows of equipment wait as a draft: f7 lists them";
    assert_eq!(play.told(), told);
    assert!(!play.form().is_changed());
    play.keys("'x'").rest();
    assert_eq!(play.disk.len(), 2);
}

#[test]
fn quitting_asks_nothing_and_keeps_all_but_secrets() {
    let mut play = set(2);
    play.keys("ctrl-q");
    assert!(play.app.overlay.is_none());
    assert_eq!(play.disk.len(), 1);

    let mut play = set(2);
    let secret_columns = vec!["price".into()];
    play.app.context.draft_rules = DraftRules {
        secret_columns,
        ..DraftRules::default()
    }
    .into();
    play.keys("tab '4711'").rest();
    let text = serde_json::to_string(&play.disk).expect("written");
    assert!(!text.contains("4711"), "{text}");
    play.keys("ctrl-q");
    assert!(
        play.screen()
            .contains("Leave without what you typed in price?")
    );
    play.keys("n");
    let mut next = after(&play);
    next.app.context.draft_rules = play.app.context.draft_rules.clone();
    next.keys("f7 enter");
    assert!(
        next.told().ends_with("; set price again"),
        "{}",
        next.told()
    );
    assert_eq!(next.field("status"), "Retired");
}

#[test]
fn a_table_that_was_altered_keeps_what_was_set() {
    let mut play = set(2);
    let mut other = shape();
    other.columns[6].name = "due_on".into();
    let mut out = Vec::new();
    crate::app::update::altered::learn(&mut play.app, other.into(), &mut out);
    assert_eq!(play.field("status"), "Retired");
    assert!(play.screen().contains("CHANGE 2 ROWS OF equipment"));
}

#[test]
fn a_filter_is_kept_by_names_and_without_secrets() {
    let filter = Filter {
        quick: "x".into(),
        conditions: [(3, "Active"), (4, "4711")]
            .map(|(column, value)| Condition::new(column, Test::Equals(Value::from(value))))
            .into(),
    };
    let named = NamedFilter::of(&filter, &shape(), |column| column == 4);
    assert_eq!(named.conditions.len(), 1);
    let mut other = shape();
    other.columns.swap(3, 4);
    assert_eq!(named.in_table(&other).conditions[0].column, 4);
    other.columns[4].name = "state".into();
    assert_eq!(named.in_table(&other).conditions, []);
    assert_eq!(named.in_table(&other).quick, "x");
}

#[test]
fn ten_thousand_rows_are_written_and_read_in_no_time() {
    let play = set(MOST);
    let began = std::time::Instant::now();
    let text = serde_json::to_vec(&play.disk[0]).expect("written");
    let draft: crate::domain::draft::Draft = serde_json::from_slice(&text).expect("read");
    assert_eq!(draft, play.disk[0]);
    eprintln!("{} bytes in {:?}", text.len(), began.elapsed());
    assert!(text.len() < 300_000, "{}", text.len());
}

/// What is set in a field of many rows by these keys, as it goes into the dry run.
fn dry_run(field: &str, keys: &str) -> Option<Entry> {
    let mut play = Play::new();
    let rows = rows(2);
    play.go(Go::ChangeMarked { table: TABLE, rows });
    let column = shape().column_named(field).expect("a column");
    while play.form().focus != column {
        play.keys("tab");
    }
    play.keys(keys).keys("ctrl-s");
    let form = play.form();
    let alone = form.changed_count() <= 1;
    assert!(alone, "{:?}", form.changes());
    (play.app.place == Place::Bulk).then(|| form.entry(column))?
}

#[test]
fn every_rule_of_a_form_holds_for_the_fields_of_many_rows_too() {
    let text = |text: &str| Some(Entry::Value(Value::from(text)));
    assert_eq!(dry_run("due", "'today'"), text("2026-03-04"));
    assert_eq!(dry_run("due", "'+3d'"), text("2026-03-07"));
    assert_eq!(dry_run("due", "'soon'"), None, "no day");
    assert_eq!(dry_run("price", "'12.5'"), text("12.5"));
    assert_eq!(dry_run("price", "'x'"), None, "no number");
    assert_eq!(dry_run("price", "ctrl-n"), Some(Entry::Value(Value::Null)));
    assert_eq!(dry_run("status", "ctrl-d"), Some(Entry::Default));
    assert_eq!(dry_run("status", "ctrl-n"), None, "it may not be NULL");
    assert_eq!(dry_run("status", "f4 3"), text("Retired"));
    assert_eq!(dry_run("description", "ctrl-k"), text(""));
    assert_eq!(dry_run("description", "'x' backspace"), None);
    let long = "'longer than twenty characters'";
    assert_eq!(dry_run("description", long), None);
    assert_eq!(dry_run("in_use", "'f'"), text("false"));
}

#[test]
fn what_words_mean_is_shown_and_the_empty_text_is_kept_as_what_it_is() {
    let mut play = Play::new();
    let rows = rows(2);
    play.go(Go::ChangeMarked { table: TABLE, rows });
    play.keys("ctrl-k");
    assert!(play.screen().contains("empty text"), "{}", play.screen());
    play.keys("tab tab tab tab '+3d'");
    assert!(play.screen().contains("= "), "{}", play.screen());
    assert!(play.screen().contains("2026-03-07"), "{}", play.screen());
    play.keys("esc");
    let mut play = after(&play);
    play.keys("f7 enter");
    let form = play.form();
    assert_eq!(form.entry(2), Some(Entry::Value(Value::from(""))));
    assert_eq!(
        play.field("due"),
        "2026-03-07",
        "that day, whenever it goes on"
    );
    play.keys("ctrl-u");
    assert!(!play.screen().contains("empty text"));
}
