//! Moving, sorting, filtering, counting, opening and deleting by keys.

use super::plant::{EQUIPMENT, Plant};
use crate::app::effect::{Effect, Timer};
use crate::app::message::Message;
use crate::app::place::Place;
use crate::db::contract::records::SaveOutcome;
use crate::db::contract::{Fault, RecordsReply, Reply};
use crate::domain::table::{ReadOnly, TableKind};
use crate::input::event::{Event, Size};

/// Presses keys in a table of so many rows; the database must be asked this and the screen show
/// that.
fn check(rows: usize, keys: &str, asked: &[&str], shown: &[&str]) {
    let mut plant = Plant::at_equipment(rows);
    plant.press(keys);
    assert_eq!(plant.asked, asked, "asked after {keys}");
    let screen = plant.bench.screen();
    for text in shown {
        assert!(screen.contains(text), "{text:?} after {keys}:\n{screen}");
    }
}

#[test]
fn opening_takes_two_questions_the_first_time_and_one_afterwards() {
    let mut plant = Plant::begin(40);
    assert_eq!(plant.asked, ["tables"]);
    plant.press("enter");
    assert_eq!(plant.asked, ["tables", "shape", "first"]);
    plant.press("q down enter q up enter");
    let again = &plant.asked[3..];
    assert_eq!(again, ["tables", "shape", "first", "tables", "first"]);
}

#[test]
fn keys_move_by_line_page_and_end_and_ask_only_for_what_is_missing() {
    check(10, "j j k", &[], &[" ▌ BFM-002", "10 rows"]);
    check(200, "pgdn", &["after"], &[" ▌ BFM-019", "≈ 651 rows"]);
    check(200, "pgdn pgdn pgup", &["after"], &[" ▌ BFM-019"]);
    check(200, "G", &["last"], &[" ▌ BFM-200"]);
    check(200, "end home", &["last", "first"], &[" ▌ BFM-001"]);
    check(30, "G g", &[], &[" ▌ BFM-001", "30 rows"]);
    check(
        0,
        "j G pgdn enter D",
        &[],
        &["The table has no rows", "0 rows"],
    );
}

#[test]
fn keys_typed_while_rows_are_on_their_way_wait_for_them() {
    let mut plant = Plant::at_equipment(200);
    plant.press_ahead("G k k");
    assert_eq!(plant.asked, ["last"]);
    assert!(plant.cursor_line().starts_with("BFM-001"));
    plant.settle();
    assert!(plant.cursor_line().starts_with("BFM-198"));
    plant.press_ahead("g G");
    plant.settle();
    assert!(plant.cursor_line().starts_with("BFM-200"));
}

#[test]
fn ten_pages_typed_ahead_are_ten_pages() {
    let mut plant = Plant::at_equipment(400);
    plant.press_ahead("pgdn pgdn pgdn pgdn pgdn pgdn pgdn pgdn pgdn pgdn");
    plant.settle();
    assert!(plant.cursor_line().starts_with("BFM-181"));
}

#[test]
fn esc_stops_what_the_person_waits_for_and_nothing_is_lost() {
    let mut plant = Plant::at_equipment(200);
    plant.press_ahead("G esc");
    let cancelled = |effect: &Effect| matches!(effect, Effect::Cancel(_));
    assert!(plant.open.len() == 1 || plant.bench.effects.iter().any(cancelled));
    plant.settle();
    assert_eq!(plant.bench.app.place, Place::Browser(EQUIPMENT));
    assert!(plant.cursor_line().starts_with("BFM-001"));
    plant.press_ahead("c esc");
    plant.settle();
    assert!(plant.bench.screen().contains("≈ 651 rows"));
    assert!(plant.bench.app.is_idle());
    plant.press("esc");
    assert_eq!(plant.bench.app.place, Place::Tables);
}

#[test]
fn sorting_goes_up_down_and_back_to_the_key() {
    check(50, "right right s", &["first"], &["hours ▲", " ▌ BFM-050"]);
    check(
        50,
        "right right s s",
        &["first"; 2],
        &["hours ▼", " ▌ BFM-001"],
    );
    let mut plant = Plant::at_equipment(50);
    plant.press("right right s s s");
    let screen = plant.bench.screen();
    assert!(!screen.contains('▲') && !screen.contains('▼'), "{screen}");
    check(50, "right s x", &["first"; 2], &[" ▌ BFM-001"]);
}

#[test]
fn a_filter_is_applied_when_keys_rest_and_esc_returns_the_one_before() {
    let mut plant = Plant::at_equipment(70);
    plant.press("/");
    plant.bench.type_text("machine 3");
    plant.settle();
    assert!(plant.asked.is_empty(), "no question for each key");
    plant.rest();
    assert_eq!(plant.asked, ["first"]);
    let screen = plant.bench.screen();
    assert!(screen.contains("/machine 3"), "{screen}");
    assert!(screen.contains("10 of ≈ 651 rows"), "{screen}");
    assert_eq!(plant.bench.cursor().map(|at| at.1), Some(1), "in the line");
    plant.press("esc");
    assert_eq!(plant.asked, ["first", "first"]);
    assert!(plant.bench.screen().contains("≈ 651 rows"));
}

#[test]
fn a_filter_is_kept_by_enter_and_taken_away_by_its_key() {
    let mut plant = Plant::at_equipment(70);
    plant.press("/");
    plant.bench.type_text("machine 3");
    plant.press("enter j");
    assert!(plant.cursor_line().starts_with("BFM-010"));
    assert!(plant.bench.screen().contains("/ machine 3"));
    plant.press("/ backspace 9 enter");
    let screen = plant.bench.screen();
    assert!(screen.contains("No row matches the filter"), "{screen}");
    assert!(screen.contains("0 of ≈ 651 rows"), "{screen}");
    plant.press("x");
    assert!(plant.cursor_line().starts_with("BFM-001"));
}

#[test]
fn counting_is_asked_for_and_says_so() {
    check(200, "c", &["count"], &["counted 200 rows"]);
    check(10, "", &[], &["10 rows"]);
    let mut plant = Plant::at_equipment(200);
    plant.shape.estimated_rows = None;
    assert!(!plant.bench.screen().contains("counted"));
    plant.press("c / 1 enter");
    assert!(plant.bench.screen().contains("more than 36 of ≈ 651 rows"));
}

#[test]
fn a_record_is_opened_to_read_to_edit_and_anew() {
    for (keys, edit) in [("enter", false), ("e", true), ("f2", true), ("n", true)] {
        let mut plant = Plant::at_equipment(5);
        plant.press(keys);
        let Place::Record(form) = plant.bench.app.place else {
            panic!("{keys} opens no record");
        };
        assert_eq!(
            plant.bench.app.forms.table(form),
            Some(EQUIPMENT),
            "{keys} {edit}"
        );
    }
}

#[test]
fn deleting_asks_and_deletes_what_was_seen() {
    let mut plant = Plant::at_equipment(5);
    plant.press("j D");
    let screen = plant.bench.screen();
    assert!(screen.contains("Delete BFM-002?"), "{screen}");
    assert!(screen.contains("description: machine 2"), "{screen}");
    plant.press("enter");
    assert!(plant.asked.is_empty(), "enter deletes nothing");
    plant.press("n D y");
    assert_eq!(plant.asked[0], "delete BFM-002 1");
    assert_eq!(plant.bench.told(), "BFM-002 is deleted");
    assert!(plant.cursor_line().starts_with("BFM-003"));
    assert!(plant.bench.screen().contains("4 rows"));
}

#[test]
fn a_key_typed_before_the_question_is_seen_answers_nothing() {
    let mut plant = Plant::at_equipment(5);
    plant.press_ahead("D y");
    plant.settle();
    assert!(plant.bench.screen().contains("Delete BFM-001?"));
    let told = "What was typed meanwhile was dropped";
    assert_eq!(plant.bench.told(), told);
    assert_eq!(plant.rows.len(), 5);
}

#[test]
fn deleting_what_somebody_changed_deletes_nothing_and_says_who() {
    let mut plant = Plant::at_equipment(5);
    plant.press("j D");
    plant.other(crate::domain::record::Verb::Update, "BFM-002", "changed");
    plant.press("y");
    let told = "BFM-002 was changed by jhymel at 09:12; nothing was deleted. Look at it first";
    assert_eq!(plant.bench.told(), told);
    assert_eq!(plant.rows.len(), 5);
}

#[test]
fn what_cannot_be_done_is_not_offered_and_says_why() {
    let mut plant = Plant::begin(5);
    plant.shape.read_only = Some(ReadOnly::View);
    plant.press("enter");
    let screen = plant.bench.screen();
    let hints = screen.lines().last().unwrap_or_default();
    assert!(hints.contains("open") && !hints.contains("edit"), "{hints}");
    assert!(
        !hints.contains("new") && !hints.contains("delete"),
        "{hints}"
    );
    assert!(screen.contains("Read-only: this is a view"), "{screen}");
    plant.press("e");
    let why = "Nothing can be changed here: this is a view";
    assert_eq!(plant.bench.told(), why);
    plant.press("D");
    assert!(plant.bench.app.overlay.is_none());
}

#[test]
fn a_fault_leaves_the_rows_and_the_first_one_says_what_helps() {
    let mut plant = Plant::at_equipment(60);
    plant.press_ahead("right s");
    let (query, _) = plant.open.remove(0);
    plant.bench.answer_to(query, Err(Fault::TooSlow));
    plant.settle();
    let screen = plant.bench.screen();
    assert!(
        screen.contains(" ▌ BFM-001") && !screen.contains('▲'),
        "{screen}"
    );
    assert_eq!(
        plant.bench.told(),
        "It took longer than the limit and was stopped"
    );

    let mut plant = Plant::begin(60);
    plant.press_ahead("enter");
    let (query, _) = plant.open.remove(0);
    plant.bench.answer_to(query, Err(Fault::TooSlow));
    let screen = plant.bench.screen();
    assert!(screen.contains("It took longer than the limit"), "{screen}");
    assert!(screen.contains("reload"), "{screen}");
    plant.press("r");
    assert!(plant.cursor_line().starts_with("BFM-001"));
}

#[test]
fn the_record_stands_beside_the_grid_when_keys_rest() {
    let mut plant = Plant::at_equipment(60);
    let size = Size {
        columns: 120,
        rows: 30,
    };
    plant.bench.take(Message::Event(Event::Resize(size)));
    plant.settle();
    plant.asked.clear();
    plant.press("j j");
    assert!(plant.asked.is_empty(), "no key waits for the record");
    plant.rest();
    assert_eq!(plant.asked, ["record BFM-003"]);
    let screen = plant.bench.screen();
    assert!(screen.contains("description  machine 3"), "{screen}");
    plant.press("v");
    assert!(!plant.bench.screen().contains("description  machine 3"));
}

#[test]
fn a_wait_is_said_after_half_a_second_and_can_be_stopped() {
    let mut plant = Plant::at_equipment(200);
    plant.press_ahead("c");
    assert!(!plant.bench.screen().contains("…"));
    plant.bench.now += jiff::SignedDuration::from_millis(500);
    plant.bench.take(Message::Wake(Timer::Elapsed));
    let screen = plant.bench.screen();
    let said = "count … 0.5 s  esc cancels";
    assert!(screen.contains(said), "{screen}");
    plant.press_ahead("esc");
    assert_eq!(plant.bench.told(), "Cancelled");
    assert!(!plant.bench.screen().contains("…"));
}

#[test]
fn a_deletion_under_way_is_never_given_up() {
    let mut plant = Plant::at_equipment(5);
    plant.press("j D");
    plant.press_ahead("y");
    assert_eq!(plant.asked, ["delete BFM-002 1"]);
    let (query, _) = plant.open.remove(0);
    plant.bench.answer_to(query, Err(Fault::OutcomeUnknown));
    let told = "The connection broke while BFM-002 was being deleted; it is asked again";
    assert_eq!(plant.bench.told(), told);
    plant.asked.clear();
    plant.bench.take(Message::Wake(Timer::Reconnect));
    plant.settle();
    assert!(
        plant.asked.contains(&"delete BFM-002 1".to_owned()),
        "{:?}",
        plant.asked
    );
    assert_eq!(plant.bench.told(), "BFM-002 is deleted");
}

#[test]
fn a_deletion_that_is_stopped_is_asked_about() {
    for (answer, told) in [
        (Err(Fault::Cancelled), "BFM-002 is not deleted"),
        (Ok(deleted()), "BFM-002 is deleted"),
    ] {
        let mut plant = Plant::at_equipment(5);
        plant.press("j D");
        plant.press_ahead("y ctrl-c ctrl-c");
        assert_eq!(plant.asked, ["delete BFM-002 1", "settle"], "stopped once");
        let (late, _) = plant.open.remove(0);
        plant.bench.answer_to(late, Ok(deleted()));
        let (query, _) = plant.open.remove(0);
        plant.bench.answer_to(query, answer);
        assert_eq!(plant.bench.told(), told);
    }
}

fn deleted() -> Reply {
    Reply::Records(RecordsReply::Finished(SaveOutcome::Deleted))
}

#[test]
fn a_view_without_a_key_shows_its_first_rows_and_says_so() {
    let mut plant = Plant::begin(600);
    plant.shape.key.clear();
    plant.shape.kind = TableKind::View;
    plant.shape.read_only = Some(ReadOnly::View);
    plant.press("enter");
    let screen = plant.bench.screen();
    assert!(screen.contains("only the first 500 rows"), "{screen}");
    plant.asked.clear();
    plant.press("G pgdn pgup j");
    assert!(plant.asked.is_empty(), "{:?}", plant.asked);
    assert!(plant.cursor_line().starts_with("BFM-483"));
}
