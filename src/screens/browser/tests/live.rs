//! Other people's changes while the grid is shown.

use super::plant::Plant;
use crate::domain::record::{RecordKey, Verb};
use crate::domain::session::{Presence, PresenceMode};

fn presence(plant: &Plant, key: &str, mode: PresenceMode) -> Presence {
    Presence {
        key: RecordKey(vec![key.into()]),
        username: "jhymel".into(),
        display_name: "J. Hymel".into(),
        mine: false,
        same_person: false,
        mode,
        dirty: false,
        since: plant.bench.now,
        away: false,
        here_before: false,
        seat: None,
        hard: false,
        last_active: None,
    }
}

fn line(plant: &mut Plant, text: &str) -> String {
    let screen = plant.bench.screen();
    let line = screen.lines().find(|line| line.contains(text));
    line.unwrap_or_default().to_owned()
}

#[test]
fn rows_follow_and_the_cursor_stays_on_its_row() {
    let mut plant = Plant::at_equipment(60);
    plant.press("j j j j");
    plant.other(Verb::Update, "BFM-003", "noisy");
    plant.other(Verb::Insert, "BFM-001a", "new");
    plant.other(Verb::Delete, "BFM-002", "");
    plant.asked.clear();
    plant.poll();
    assert_eq!(plant.asked, ["first"], "one question");
    assert!(plant.cursor_line().starts_with("BFM-005"));
    assert!(line(&mut plant, "noisy").starts_with("•  BFM-003"));
    assert!(line(&mut plant, "BFM-001a").starts_with('•'));
    assert_eq!(line(&mut plant, "BFM-002"), "");
}

#[test]
fn a_change_is_marked_until_it_was_seen() {
    let mut plant = Plant::at_equipment(5);
    plant.other(Verb::Update, "BFM-002", "noisy");
    plant.poll();
    assert!(line(&mut plant, "noisy").starts_with('•'));
    plant.press("j");
    let said = "BFM-002 was changed by jhymel at 09:12";
    assert!(plant.bench.screen().contains(said));
    plant.press("k");
    assert!(!line(&mut plant, "noisy").starts_with('•'));
}

#[test]
fn a_row_deleted_under_the_cursor_stays_until_the_cursor_leaves() {
    let mut plant = Plant::at_equipment(5);
    plant.press("j");
    plant.other(Verb::Delete, "BFM-002", "");
    plant.poll();
    assert!(line(&mut plant, "machine 2").starts_with("×▌"));
    assert!(
        plant
            .bench
            .screen()
            .contains("BFM-002 was deleted by jhymel at 09:12")
    );
    assert!(plant.bench.screen().contains("4 rows"));
    plant.press("enter");
    assert_eq!(plant.bench.told(), "BFM-002 was deleted by jhymel at 09:12");
    plant.press("j");
    assert!(plant.cursor_line().starts_with("BFM-003"));
    assert_eq!(line(&mut plant, "BFM-002"), "");
}

#[test]
fn changes_that_come_while_rows_are_read_are_read_afterwards() {
    let mut plant = Plant::at_equipment(200);
    plant.press_ahead("G");
    plant.other(Verb::Update, "BFM-200", "noisy");
    let (query, request) = plant.open.remove(0);
    plant.poll();
    plant.open.push((query, request));
    plant.settle();
    assert!(plant.cursor_line().contains("noisy"));
    assert!(plant.bench.app.is_idle());
}

#[test]
fn who_is_on_a_record_is_marked_and_told_below_the_rows() {
    let mut plant = Plant::at_equipment(5);
    let edits = presence(&plant, "BFM-002", PresenceMode::Edit);
    let reads = presence(&plant, "BFM-003", PresenceMode::View);
    let own = Presence {
        same_person: true,
        ..presence(&plant, "BFM-004", PresenceMode::Edit)
    };
    plant.presence = vec![edits, reads, own];
    plant.poll();
    assert!(line(&mut plant, "BFM-002").contains("BFM-002  ◆"));
    assert!(line(&mut plant, "BFM-003").contains("BFM-003  ●"));
    plant.press("j");
    let screen = plant.bench.screen();
    assert!(
        screen.contains("jhymel is editing BFM-002 since 09:12"),
        "{screen}"
    );
    plant.press("j j");
    let screen = plant.bench.screen();
    assert!(
        screen.contains("you, at another terminal, are editing BFM-004"),
        "{screen}"
    );
    for one in &mut plant.presence {
        one.here_before = one.same_person;
    }
    plant.poll();
    let screen = plant.bench.screen();
    let before = "you, earlier at this terminal, were editing BFM-004 since";
    assert!(screen.contains(before), "{screen}");
}

#[test]
fn counting_again_is_needed_when_rows_come_or_go() {
    let mut plant = Plant::at_equipment(60);
    plant.press("c");
    plant.other(Verb::Update, "BFM-002", "noisy");
    plant.poll();
    assert!(plant.bench.screen().contains("counted 60 rows"));
    plant.other(Verb::Delete, "BFM-002", "");
    plant.poll();
    assert!(plant.bench.screen().contains("≈ 651 rows"));
}
