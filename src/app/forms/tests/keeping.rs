//! What is typed as a file of the person's own: whole, in words, without secrets, and nothing else
//! changed by it.

use std::sync::Arc;

use super::play::Play;
use super::workshop::with;
use crate::app::effect::Timer;
use crate::app::message::Message;
use crate::app::place::Place;
use crate::app::update::keys;
use crate::domain::draft::DraftRules;
use crate::input::action::{Action, AppAction};

const FROM_THE_PALETTE: &str = "ctrl-p 'keep-your-edits' enter";

#[test]
fn on_the_conflict_screen_a_key_asks_for_a_file_of_everything_typed() {
    let mut play = Play::editing();
    play.app.context.draft_rules = DraftRules {
        secret_columns: vec!["equipment.price".into()],
        ..DraftRules::default()
    }
    .into();
    play.keys("end 'x' tab tab ctrl-w '77' tab tab ctrl-n tab end '\u{1F600} more' ctrl-s");
    play.answer_changed(&with(6, &[("description", "theirs")]));
    assert!(matches!(play.app.place, Place::Conflict(_)));
    play.keys("f");
    let [(name, text)] = play.kept.as_slice() else {
        panic!("{:?}", play.kept);
    };
    assert_eq!(name, "equipment-bfm-001-20260304-091200");
    assert_eq!(
        text,
        "Typed in Rowhouse and not saved, as it stood on 2026-03-04 09:12:00 +00:00\n\
         table: equipment\nkey: BFM-001\n\
         \n== description\nCompressor #1x\n\
         \n== notes\nfirst line\nsecond line\u{1F600} more\n\
         \n== price holds a secret and is left out\n"
    );
    play.send(Message::YoursKept(Ok("~/kept/a\u{1b}.txt".into())));
    assert!(
        play.told().starts_with("Kept in ~/kept/a"),
        "{}",
        play.told()
    );
    assert!(!play.told().contains('\u{1b}'));
    assert!(matches!(play.app.place, Place::Conflict(_)));
    assert_eq!(play.field("description"), "Compressor #1x");
}

#[test]
fn from_the_palette_a_form_says_null_and_default_in_words() {
    let mut play = Play::editing();
    play.keys(FROM_THE_PALETTE);
    assert!(play.kept.is_empty());
    assert_eq!(play.told(), "Nothing is typed that could be kept in a file");
    play.keys("ctrl-n").keys(FROM_THE_PALETTE);
    play.keys("ctrl-k").keys(FROM_THE_PALETTE);
    let ends = [
        "== description is set to NULL\n",
        "== description is set to the empty text\n",
    ];
    for ((_, text), end) in play.kept.iter().zip(ends) {
        assert!(text.ends_with(end), "{text}");
    }
    assert_eq!(play.kept.len(), 2);
}

#[test]
fn a_file_that_cannot_be_written_loses_nothing() {
    let mut play = Play::editing();
    play.keys("end 'x'").keys(FROM_THE_PALETTE);
    play.send(Message::YoursKept(Err("No space left on device".into())));
    assert_eq!(
        play.told(),
        "Nothing is lost, but no file could be written: No space left on device"
    );
    assert_eq!(play.field("description"), "Compressor #1x");
}

#[test]
fn what_no_disk_takes_is_never_called_a_draft() {
    let mut play = Play::editing();
    play.keys("'x'");
    play.send(Message::DraftFailed(
        "a draft could not be written: full".into(),
    ));
    play.keys("ctrl-c");
    assert!(
        play.told().ends_with("asks before anything is lost"),
        "{}",
        play.told()
    );
    play.keys("esc");
    let told =
        "BFM-001: not saved, kept while the program runs: a draft could not be written: full";
    assert_eq!(play.told(), told);
    play.open(true);
    play.keys("ctrl-s");
    play.answer_saved(&with(6, &[("description", "Compressor #1x")]));
    play.send(Message::DraftsSafe);
    assert_eq!(play.told(), "Saved BFM-001 as version 6");
    play.keys("'y' esc");
    assert_eq!(play.told(), "BFM-001 kept as a draft: 1 change not saved");
}

#[test]
fn what_the_disk_refused_is_tried_again_without_a_key_and_told_once() {
    let full = || Message::DraftFailed("a draft could not be written: full".into());
    let mut play = Play::editing();
    play.keys("end 'x'").rest();
    play.disk.clear();
    play.send(full());
    assert!(play.told().starts_with("Typing goes on, but a draft"));
    play.keys("left");
    let told = play.app.notices.log.len();
    play.send(Message::Wake(Timer::DraftsAgain));
    assert_eq!(play.disk.len(), 1, "it is written again");
    play.send(full());
    assert_eq!(play.app.notices.log.len(), told, "and not told again");
    play.send(Message::DraftsSafe);
    assert_eq!(play.told(), "Drafts are written again; all is kept");
    play.disk.clear();
    play.send(Message::Wake(Timer::DraftsAgain));
    assert!(play.disk.is_empty(), "what is safe is left alone");
}

#[test]
fn no_tenant_is_chosen_while_a_secret_would_be_lost() {
    let mut play = Play::editing();
    play.app.context.draft_rules = Arc::new(DraftRules {
        secret_columns: vec!["equipment.price".into()],
        ..DraftRules::default()
    });
    let session = play.app.context.session.as_mut().expect("signed in");
    session.person.may_choose_tenant = true;
    play.keys("end tab tab '9'");
    let choose = Action::App(AppAction::ChooseTenant);
    keys::act(&mut play.app, choose, &mut Vec::new());
    assert_eq!(
        play.told(),
        "Stayed here: no draft keeps what you typed in price; save it first"
    );
    assert!(play.form().is_changed());
}
