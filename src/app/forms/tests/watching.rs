//! The plain way: no feed tells, so open records are looked at, and only told of.

use super::play::Play;
use super::workshop::{record, with};
use crate::app::effect::Timer;
use crate::app::message::Message;
use crate::app::update::watch;
use crate::db::contract::records::{Watch, Watched};
use crate::db::contract::{Fault, QueryId, RecordsReply, RecordsRequest, Reply, Request};
use crate::domain::record::Record;

/// What is asked when the next look is due.
fn look(play: &mut Play) -> Option<(QueryId, Vec<Watch>)> {
    play.send(Message::Wake(Timer::Watch));
    let (query, request) = play.asked.last()?;
    match request {
        Request::Records(RecordsRequest::WatchRecords(watches)) => Some((*query, watches.clone())),
        _ => None,
    }
}

/// Answers what was asked; says whether anything is to be drawn for it.
fn answer(play: &mut Play, query: QueryId, seen: Watched) -> bool {
    play.asked.retain(|(asked, _)| *asked != query);
    let reply = Reply::Records(RecordsReply::RecordsWatched(vec![seen]));
    let message = Message::Answered {
        query,
        reply: Box::new(Ok(reply)),
    };
    let quiet = watch::is_quiet(&play.app, &message);
    play.send(message);
    !quiet
}

/// Looks, sees that it changed, and reads what it is now.
fn changed_to(play: &mut Play, record: &Record) {
    let (query, _) = look(play).expect("it is watched");
    assert!(answer(play, query, Watched::Changed));
    play.answer_record(record);
}

#[test]
fn nothing_is_asked_while_nothing_is_open_nor_in_the_shared_way() {
    let mut play = Play::new();
    play.make_plain();
    assert!(look(&mut play).is_none());
    let mut play = Play::editing();
    assert!(look(&mut play).is_none());
    play.make_plain();
    assert!(look(&mut play).is_some());
    assert!(look(&mut play).is_some(), "the same question is still open");
    let asked = |(_, request): &&(QueryId, Request)| matches!(request, Request::Records(_));
    assert_eq!(play.asked.iter().filter(asked).count(), 1);
}

#[test]
fn a_look_without_news_draws_nothing_and_is_set_again() {
    let mut play = Play::editing();
    play.make_plain();
    play.keys("'x'");
    let (query, watches) = look(&mut play).unwrap();
    assert_eq!(watches[0].guard, record(5).guard);
    assert!(watches[0].base.is_empty(), "the guard tells");
    assert!(!answer(&mut play, query, Watched::Same));
    assert!(play.asked.is_empty());
    assert!(look(&mut play).is_some());
}

#[test]
fn what_others_saved_is_told_in_the_field_and_the_typing_stays() {
    let mut play = Play::editing();
    play.make_plain();
    play.keys("end 'x'");
    changed_to(&mut play, &with(6, &[("status", "Down")]));
    assert_eq!(play.field("description"), "Compressor #1x");
    let screen = play.screen();
    assert!(screen.contains("saved by somebody at about 09:12: Down"));
    assert!(screen.contains("ctrl-f theirs"), "{screen}");
    // What it is by now is what is compared from here on.
    let (query, watches) = look(&mut play).unwrap();
    assert_eq!(watches[0].guard, record(6).guard);
    assert!(!answer(&mut play, query, Watched::Same));
    assert_eq!(play.form().base.ready().unwrap().guard, record(5).guard);
}

#[test]
fn a_record_that_is_read_follows() {
    let mut play = Play::new();
    play.make_plain();
    play.open(false);
    play.answer_record(&record(5));
    changed_to(&mut play, &with(6, &[("status", "Down")]));
    let screen = play.screen();
    assert!(screen.contains("somebody changed status at about 09:12"));
    assert_eq!(play.field("status"), "Down");
}

#[test]
fn one_that_is_gone_is_told_once_and_seen_when_it_comes_back() {
    let mut play = Play::editing();
    play.make_plain();
    play.keys("end 'x'");
    let (query, _) = look(&mut play).unwrap();
    answer(&mut play, query, Watched::Gone);
    play.answer(Ok(RecordsReply::RecordLoaded(None)));
    let words = "deleted, its key changed, or hidden from you; your typing is kept";
    assert!(play.screen().contains(words), "{}", play.screen());
    let (query, _) = look(&mut play).unwrap();
    answer(&mut play, query, Watched::Gone);
    assert!(play.asked.is_empty(), "it is known already");
    let (query, _) = look(&mut play).unwrap();
    answer(&mut play, query, Watched::Same);
    play.answer_record(&record(5));
    assert!(!play.screen().contains(words));
}

#[test]
fn a_save_is_not_taken_for_somebody_elses() {
    let mut play = Play::editing();
    play.make_plain();
    play.keys("end 'x'");
    let (query, _) = look(&mut play).unwrap();
    play.keys("ctrl-s");
    answer(&mut play, query, Watched::Changed);
    let mine = with(6, &[("description", "Compressor #1x")]);
    play.answer_saved(&mine);
    assert!(play.asked.is_empty());
    // Asked before the save, answered after it.
    play.keys("'y'");
    let (query, _) = look(&mut play).unwrap();
    answer(&mut play, query, Watched::Changed);
    play.keys("ctrl-s");
    play.answer_saved(&with(7, &[("description", "Compressor #1xy")]));
    play.answer_record_late(&mine);
    assert!(!play.screen().contains("somebody"), "{}", play.screen());
}

#[test]
fn while_the_connection_is_away_nothing_is_asked() {
    let mut play = Play::editing();
    play.make_plain();
    let (query, _) = look(&mut play).unwrap();
    let reply = Box::new(Err(Fault::ConnectionLost));
    play.send(Message::Answered { query, reply });
    play.asked.clear();
    assert!(look(&mut play).is_none());
}
