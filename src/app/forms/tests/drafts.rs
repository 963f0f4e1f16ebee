//! Drafts: written, continued, thrown away; never lost on the way.

use super::play::{Play, TABLE};
use super::workshop::{by, record, summary, with};
use crate::app::message::Message;
use crate::app::place::{Go, Place};
use crate::db::contract::RecordsReply;
use crate::db::contract::records::Looked;
use crate::domain::draft::{Draft, DraftRules, Fate};
use crate::domain::record::Verb;

/// What a terminal of its own leaves when these keys were pressed in BFM-001.
fn left_by(seed: u64, keys: &str) -> Draft {
    let mut play = Play::new();
    play.app.context.seed = seed;
    play.open(true);
    play.answer_record(&record(5));
    play.keys(keys).rest();
    play.disk.remove(0)
}

/// Goes on with a draft of BFM-001.
fn continue_draft(play: &mut Play, draft: &Draft) {
    play.go(Go::Continue {
        table: TABLE,
        key: draft.key.clone(),
        draft: draft.id.clone(),
    });
    play.answer_record(&record(5));
}

#[test]
fn a_draft_is_on_disk_after_a_rest_and_gone_after_saving() {
    let mut play = Play::editing();
    play.keys("'x'").rest();
    assert_eq!(play.disk.len(), 1);
    assert_eq!(play.app.context.drafts, play.disk);
    assert!(!play.app.forms.unwritten());
    play.keys("ctrl-s");
    play.answer_saved(&with(6, &[("description", "Compressor #1x")]));
    assert!(play.disk.is_empty());
    assert!(play.app.context.drafts.is_empty());
}

#[test]
fn typing_back_removes_the_draft() {
    let mut play = Play::editing();
    play.keys("'x'").rest();
    play.keys("backspace").rest();
    assert!(play.disk.is_empty());
}

#[test]
fn another_seat_continues_the_draft() {
    let mut play = Play::editing();
    play.keys("'x' tab f4 3 tab ctrl-n esc");
    assert_eq!(play.app.place, Place::Browser(TABLE));
    let drafts = play.disk.clone();
    let mut play = Play::new();
    play.app.context.drafts = drafts;
    play.open(true);
    play.answer_record(&record(5));
    assert_eq!(play.told(), "Draft of 09:12 continued: 3 changes not saved");
    play.keys("ctrl-s");
    assert_eq!(
        play.changes(),
        "description=Compressor #1x status=Retired price=NULL"
    );
}

#[test]
fn a_draft_over_a_record_that_was_saved_since_keeps_its_own_base() {
    let mut play = Play::editing();
    play.keys("'x' esc");
    let drafts = play.disk.clone();
    let mut play = Play::new();
    play.app.context.drafts = drafts;
    play.open(true);
    play.answer_record(&with(6, &[("description", "Pump"), ("price", "1.00")]));
    assert!(
        play.told().ends_with("; it was saved since"),
        "{}",
        play.told()
    );
    let screen = play.screen();
    assert!(screen.contains("saved by somebody: Pump"), "{screen}");
    play.answer(Ok(RecordsReply::RecordsLookedAt(vec![Looked::There {
        guard: record(6).guard,
        values: Vec::new(),
        by: Some(by("jhymel", Verb::Update)),
    }])));
    let screen = play.screen();
    assert!(
        screen.contains("saved by jhymel at 08:52: Pump"),
        "{screen}"
    );
    play.keys("ctrl-s");
    assert_eq!(play.save().unwrap().guard, record(5).guard);
}

#[test]
fn the_same_seat_continues_what_it_left() {
    let mut play = Play::editing();
    play.keys("'x' esc");
    play.open(false);
    assert_eq!(play.told(), "Your draft continues: 1 change not saved");
    play.keys("f2 'y'");
    assert_eq!(play.field("description"), "Compressor #1xy");
}

#[test]
fn throwing_away_asks_first() {
    let mut play = Play::editing();
    play.keys("'x'").rest();
    play.keys("ctrl-x n");
    assert_eq!(play.field("description"), "Compressor #1x");
    play.keys("ctrl-x y");
    assert_eq!(play.field("description"), "Compressor #1");
    assert!(play.disk.is_empty());
}

#[test]
fn a_new_record_is_kept_as_a_draft_too() {
    let mut play = Play::editing();
    play.keys("esc");
    let new = crate::app::place::Go::Open {
        table: TABLE,
        key: None,
        edit: true,
    };
    play.go(new.clone());
    play.keys("'BFM-9' esc");
    assert_eq!(play.disk.len(), 1);
    play.go(new);
    assert_eq!(play.field("bfm_no"), "BFM-9");
}

#[test]
fn two_drafts_of_one_record_are_opened_side_by_side() {
    let (one, two) = (left_by(2, "'x'"), left_by(3, "'y'"));
    assert_ne!(one.id, two.id);
    let mut play = Play::new();
    play.disk = vec![one.clone(), two.clone()];
    play.send(Message::DraftsRead(play.disk.clone()));
    play.open(true);
    play.answer_record(&record(5));
    assert_eq!(play.told(), "1 more draft of BFM-001 waits: f7 lists them");
    let (first, other) = match play.field("description").as_str() {
        "Compressor #1x" => (one, two),
        _ => (two, one),
    };
    play.keys("'1'").rest();
    assert_eq!(play.disk.len(), 2);
    continue_draft(&mut play, &other);
    assert_eq!(play.app.forms.open.len(), 2);
    let told = play.app.forms.activity(&play.app.context);
    assert_eq!(
        told.len(),
        1,
        "others are told of the record once: {told:?}"
    );
    assert!(told[0].dirty);
    play.keys("'2'").rest();
    assert_eq!(play.disk.len(), 2, "neither took the other's place");
    play.keys("ctrl-s");
    play.answer_saved(&with(6, &[]));
    let left: Vec<_> = play.disk.iter().map(|draft| &draft.id).collect();
    assert_eq!(left, [&first.id]);
}

#[test]
fn a_record_that_is_only_looked_at_takes_the_draft_that_is_asked_for() {
    let draft = left_by(2, "'x'");
    let mut play = Play::editing();
    play.disk = vec![draft.clone()];
    play.send(Message::DraftsRead(play.disk.clone()));
    assert_eq!(play.field("description"), "Compressor #1");
    continue_draft(&mut play, &draft);
    assert_eq!(play.app.forms.open.len(), 1);
    assert_eq!(play.field("description"), "Compressor #1x");
}

#[test]
fn what_is_open_at_another_terminal_stays_there() {
    let mut draft = left_by(2, "'x'");
    draft.elsewhere = true;
    let mut play = Play::new();
    play.disk = vec![draft.clone()];
    play.send(Message::DraftsRead(play.disk.clone()));
    play.open(true);
    play.answer_record(&record(5));
    assert_eq!(play.field("description"), "Compressor #1");
    assert!(play.told().ends_with("they stay there"), "{}", play.told());
    play.keys("'y'").rest();
    assert_eq!(play.disk.len(), 2);
    play.keys("f7");
    assert!(play.screen().contains("open elsewhere"));
    play.keys("end X");
    assert!(play.told().starts_with("It is open at another terminal"));
    play.keys("enter");
    assert_eq!(play.app.place, Place::Drafts);
    assert_eq!(play.disk.len(), 2);
}

#[test]
fn a_draft_that_another_terminal_took_meanwhile_goes_on_as_a_copy() {
    let draft = left_by(2, "'x'");
    let mut play = Play::new();
    play.disk = vec![draft.clone()];
    play.send(Message::DraftsRead(play.disk.clone()));
    play.open(true);
    play.answer_record(&record(5));
    assert!(!play.app.forms.unwritten());
    let met = |fate| Message::DraftMet {
        id: draft.id.clone(),
        fate,
    };
    play.send(met(Fate::Elsewhere));
    assert!(play.told().ends_with("here it goes on as a copy"));
    assert!(play.app.forms.unwritten(), "it is written beside the other");
    play.send(met(Fate::Moved(draft.id.beside(1))));
    play.rest();
    assert_eq!(play.disk.len(), 2);
}

#[test]
fn what_is_typed_while_a_save_is_under_way_is_on_disk_at_every_moment() {
    let mut play = Play::editing();
    play.keys("'x'").rest();
    play.keys("ctrl-s 'y'").rest();
    play.answer_saved(&with(6, &[("description", "Compressor #1x")]));
    let kept = play
        .disk
        .first()
        .expect("the draft of what was typed since");
    assert_eq!(kept.guard, record(6).guard);
    assert_eq!(kept.changed().count(), 1);
}

/// A seat on which `notes` and `price` hold secrets.
fn with_secrets(mut play: Play) -> Play {
    let rules = DraftRules {
        secret_columns: vec!["notes".into(), "equipment.price".into()],
        ..DraftRules::default()
    };
    play.app.context.draft_rules = rules.into();
    play
}

#[test]
fn secrets_are_never_written_and_asked_for_again() {
    let mut play = with_secrets(Play::editing());
    play.keys("'x' end tab tab '9'").rest();
    let written = format!("{:?}", play.disk);
    assert_eq!(play.disk[0].left_out, ["price"]);
    assert!(
        !written.contains("12.5") && !written.contains("first line"),
        "{written}"
    );
    play.keys("esc");
    assert_eq!(
        play.told(),
        "BFM-001 kept as a draft: 2 changes not saved; price only until you leave the program"
    );
    let disk = play.disk.clone();
    let mut play = with_secrets(Play::new());
    play.app.context.drafts = disk;
    play.open(true);
    play.answer_record(&record(5));
    assert_eq!(
        play.told(),
        "Draft of 09:12 continued: 1 change not saved; type price again"
    );
    assert!(play.screen().contains("type it again"), "{}", play.screen());
    assert_eq!(play.field("price"), "12.50");
    play.keys("f7");
    assert!(
        play.screen()
            .contains("price: a secret, not kept: type it again")
    );
    play.keys("q 'y'").rest();
    assert_eq!(play.disk[0].left_out, ["price"], "until it is saved");
}

#[test]
fn leaving_asks_where_a_secret_would_be_lost() {
    let mut play = with_secrets(Play::editing());
    play.keys("'x' end tab tab '9' ctrl-q");
    let screen = play.screen();
    assert!(
        screen.contains("Leave without what you typed in price?"),
        "{screen}"
    );
    play.keys("n ctrl-u ctrl-q");
    assert!(!play.screen().contains("Leave without"));
}

/// A seat that waits for BFM-001 and has typed already.
fn typed_before_it_came(keys: &str) -> Play {
    let mut play = Play::new();
    play.app.context.seed = 2;
    play.app.context.tables = [summary()].into();
    play.open(true);
    play.keys(keys).rest();
    play
}

#[test]
fn what_is_typed_before_the_record_has_come_is_on_disk_and_typed_again() {
    let mut play = typed_before_it_came("'x' tab tab '9'");
    assert_eq!(play.disk.len(), 1);
    assert_eq!(play.disk[0].held, ["x", "tab", "tab", "9"]);
    let disk = play.disk.clone();
    // It comes after all: the same file holds what was typed, as any draft does.
    play.answer_record(&record(5));
    assert_eq!(play.field("description"), "Compressor #1x");
    play.rest();
    assert_eq!((play.disk.len(), play.disk[0].held.len()), (1, 0));
    assert_eq!(play.disk[0].changed().count(), 2);
    // The program died instead.
    let mut play = Play::new();
    play.disk = disk;
    play.send(Message::DraftsRead(play.disk.clone()));
    play.open(false);
    play.answer_record(&record(5));
    assert_eq!(play.field("description"), "Compressor #1x");
    assert!(
        play.told()
            .starts_with("What was typed before the record had come")
    );
    play.rest();
    assert_eq!((play.disk.len(), play.disk[0].held.len()), (1, 0));
}

#[test]
fn keys_of_another_day_save_nothing() {
    let disk = typed_before_it_came("f2 'x' ctrl-x y ctrl-s 'y'").disk;
    let mut play = Play::new();
    play.disk = disk;
    play.send(Message::DraftsRead(play.disk.clone()));
    play.open(true);
    play.answer_record(&record(5));
    assert!(play.save().is_none());
    assert_eq!(play.field("description"), "Compressor #1xyy");
}

#[test]
fn moving_about_before_the_record_has_come_leaves_no_draft() {
    let mut play = typed_before_it_came("tab tab");
    play.answer_record(&record(5));
    play.rest();
    assert!(play.disk.is_empty());
}

#[test]
fn signing_out_asks_where_what_was_typed_cannot_be_kept() {
    let mut play = Play::editing();
    play.keys("'x'");
    play.send(Message::DraftFailed("the disk is full".into()));
    let sign_out = |play: &mut Play| {
        play.keys("ctrl-p 'sign-out' enter");
        play.screen()
    };
    let screen = sign_out(&mut play);
    assert!(screen.contains("Leave without what you typed?"), "{screen}");
    play.keys("n");
    assert_eq!(play.field("description"), "Compressor #1x");
    play.send(Message::DraftsSafe);
    sign_out(&mut play);
    assert_eq!(play.app.place, Place::Login);
}

#[test]
fn what_was_typed_for_a_column_that_is_gone_outlives_a_save() {
    let mut draft = left_by(1, "'x'");
    let typed = draft.fields.iter_mut().find(|field| field.yours.is_some());
    let typed = typed.unwrap();
    (typed.column, typed.number) = ("gone_since".into(), Some(99));
    let mut play = Play::new();
    play.app.context.drafts = vec![draft.clone()];
    play.disk = vec![draft.clone()];
    continue_draft(&mut play, &draft);
    assert!(
        play.told()
            .contains("gone_since cannot be edited now: f7 shows it"),
        "{}",
        play.told()
    );
    play.keys("end 'y' ctrl-s");
    play.answer_saved(&with(6, &[("description", "Compressor #1y")]));
    let kept = play.disk[0]
        .changed()
        .map(|(field, _)| field.column.clone());
    assert_eq!(kept.collect::<Vec<_>>(), ["gone_since"]);
    // Throwing it away is asked for apart.
    play.keys("'z' backspace").rest();
    assert_eq!(play.disk.len(), 1);
}
