//! Typing ahead: whatever comes up while somebody types, keys typed before it was painted stay with
//! the field, and no flood of text and Enter ever does something dangerous.

use proptest::prelude::*;

use super::play::Play;
use super::workshop::{by, with};
use crate::app::message::Message;
use crate::db::contract::fault::SessionEnd;
use crate::db::contract::records::{Miss, SaveOutcome};
use crate::db::contract::{Fault, RecordsReply, RecordsRequest, Request};
use crate::domain::record::Verb;
use crate::domain::value::Entry;
use crate::input::event::{Event, Key, KeyCode, Modifiers};

/// What comes up.
#[derive(Clone, Copy, Debug)]
enum Comes {
    Clash,
    Deletion,
    SignIn,
}

impl Comes {
    fn reply(self) -> Result<RecordsReply, Fault> {
        let miss = match self {
            Self::Clash => Miss::Changed {
                theirs: Box::new(with(6, &[("description", "theirs"), ("status", "Down")])),
                by: Some(by("jhymel", Verb::Update)),
            },
            Self::Deletion => Miss::Deleted {
                by: Some(by("jhymel", Verb::Delete)),
            },
            Self::SignIn => {
                return Err(Fault::SessionOver {
                    why: SessionEnd::Idle,
                });
            }
        };
        Ok(RecordsReply::Finished(SaveOutcome::Missed(miss)))
    }
}

fn what_comes() -> impl Strategy<Value = Comes> {
    prop_oneof![
        Just(Comes::Clash),
        Just(Comes::Deletion),
        Just(Comes::SignIn)
    ]
}

/// Text as people type it, with many of the letters that are keys somewhere, and Enter.
fn flood() -> impl Strategy<Value = Vec<Key>> {
    let letter = prop_oneof![
        3 => proptest::char::range(' ', '~'),
        1 => proptest::sample::select(vec!['y', 'Y', 'D', 'd', 'X', 'x', 'R', 'T', 'U', 'E', 'q'])
    ];
    let key = prop_oneof![
        8 => letter.prop_map(Key::char),
        1 => Just(Key::new(KeyCode::Enter, Modifiers::NONE))
    ];
    proptest::collection::vec(key, 1..60)
}

/// In a form with a changed field whose save is under way.
fn saving() -> Play {
    let mut play = Play::editing();
    play.keys("'x' ctrl-s");
    play
}

fn press(play: &mut Play, key: Key) {
    play.send(Message::Event(Event::Key(key)));
}

fn entries(play: &Play) -> Vec<Option<Entry>> {
    play.form().entries()
}

/// Whether anything was asked that makes or destroys a record, or saves again.
fn is_harm((_, request): &(crate::db::contract::QueryId, Request)) -> bool {
    matches!(
        request,
        Request::Records(
            RecordsRequest::CreateRecord { .. }
                | RecordsRequest::DeleteRecord { .. }
                | RecordsRequest::SaveRecord(_)
        ) | Request::Sessions(crate::db::contract::SessionsRequest::EndSession { .. })
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    /// As if nothing had come: the fields are the same as where the answer comes after the typing.
    #[test]
    fn keys_before_it_is_painted_stay_with_the_field(comes in what_comes(), keys in flood(), at in 0usize..60) {
        let (mut play, mut twin) = (saving(), saving());
        let mut picking = None;
        for (number, key) in keys.iter().enumerate() {
            if number == at.min(keys.len() - 1) {
                picking = play.form().picker.is_some().then(|| entries(&play));
                play.answer_unpainted(comes.reply());
            }
            press(&mut play, *key);
            press(&mut twin, *key);
        }
        // What was typed to find a value in a list finds nothing once the list is gone.
        prop_assert_eq!(entries(&play), picking.unwrap_or_else(|| entries(&twin)));
        prop_assert!(!play.asked.iter().any(is_harm), "{:?}", play.asked);
    }

    /// However slowly it is typed: what was painted meanwhile may take keys, but nothing dangerous.
    #[test]
    fn no_flood_does_harm(comes in what_comes(), keys in flood(), at in 0usize..60, painted in proptest::collection::vec(any::<bool>(), 60)) {
        let mut play = saving();
        for (number, key) in keys.iter().enumerate() {
            if number == at.min(keys.len() - 1) {
                play.answer_unpainted(comes.reply());
            }
            press(&mut play, *key);
            if painted[number] {
                play.app.painted();
            }
        }
        prop_assert!(!play.asked.iter().any(is_harm), "{:?}", play.asked);
        prop_assert!(play.form().is_changed(), "what was typed is still there");
    }
}

#[test]
fn what_is_typed_into_an_open_palette_never_reaches_the_field() {
    let mut play = saving();
    play.keys("ctrl-p");
    play.answer_unpainted(Comes::Clash.reply());
    let before = entries(&play);
    press(&mut play, Key::char('z'));
    assert_eq!(entries(&play), before);
    let mut play = saving();
    play.keys("ctrl-p");
    play.answer_unpainted(Comes::SignIn.reply());
    press(&mut play, Key::char('z'));
    assert_eq!(entries(&play), before);
}

#[test]
fn a_question_takes_no_key_that_was_typed_before_it_was_painted() {
    let mut play = Play::editing();
    play.keys("'x'");
    let keys: [Key; 2] = ["ctrl-x", "y"].map(|key| key.parse().unwrap());
    for key in keys {
        press(&mut play, key);
    }
    assert_eq!(play.field("description"), "Compressor #1x");
    play.app.painted();
    press(&mut play, keys[1]);
    assert_eq!(play.field("description"), "Compressor #1");
}

#[test]
fn editing_where_the_value_from_before_was_taken_goes_on_from_what_was_typed() {
    let mut play = saving();
    play.answer_unpainted(Comes::Clash.reply());
    play.app.painted();
    for letter in ['w', 'e'] {
        press(&mut play, Key::char(letter));
    }
    assert!(play.form().is_changed());
    assert_eq!(play.field("description"), "Compressor #1x");
}
