//! A lost connection and a slow server, by messages: how often the server is asked, and what is said.

use jiff::SignedDuration;

use crate::app::bench::{Bench, session};
use crate::app::context::Link;
use crate::app::effect::{Effect, Timer};
use crate::app::message::Message;
use crate::app::place::{Go, Past, Place};
use crate::app::update::{navigate, replies, timers};
use crate::db::contract::feed::FeedCursor;
use crate::db::contract::{CatalogReply, Fault, FeedReply, FeedRequest, QueryId, Reply, Request};
use crate::domain::record::RecordKey;
use crate::domain::table::TableId;

/// Signs anna in; the first poll and the list of tables are under way.
fn signed_in() -> Bench {
    let mut bench = Bench::at_sign_in();
    replies::signed_in(&mut bench.app, session("anna"), &mut bench.effects);
    bench
}

/// Takes the effects since the last look: the polls, and the timers that were set.
fn since(bench: &mut Bench) -> (Vec<QueryId>, Vec<(Timer, u64)>) {
    let (mut polls, mut timers) = (Vec::new(), Vec::new());
    for effect in std::mem::take(&mut bench.effects) {
        match effect {
            Effect::Ask { query, request } => {
                if let Request::Feed(FeedRequest::Poll { .. }) = *request {
                    polls.push(query);
                }
            }
            Effect::Wake { timer, after_ms } => timers.push((timer, after_ms)),
            _ => {}
        }
    }
    (polls, timers)
}

fn polled(bench: &Bench) -> Result<Reply, Fault> {
    Ok(Reply::Feed(FeedReply::Polled {
        cursor: FeedCursor("1".into()),
        items: Vec::new(),
        presence: Vec::new(),
        lines: Vec::new(),
        now: bench.now,
    }))
}

fn asks_by_itself(timers: &[(Timer, u64)]) -> bool {
    let own = [Timer::Feed, Timer::Heartbeat];
    timers.iter().any(|(timer, _)| own.contains(timer))
}

#[test]
fn a_lost_server_is_tried_one_at_a_time_and_less_and_less_often() {
    let mut bench = signed_in();
    let (polls, _) = since(&mut bench);
    bench.answer_to(polls[0], Err(Fault::ConnectionLost));
    assert!(bench.screen().contains("No connection since 09:12:00"));
    let mut pauses = Vec::new();
    for _ in 0..10 {
        let (polls, timers) = since(&mut bench);
        assert!(polls.is_empty() && !asks_by_itself(&timers), "{timers:?}");
        let mut tries = timers
            .iter()
            .filter(|(timer, _)| *timer == Timer::Reconnect);
        let pause = tries.next().expect("it is tried again").1;
        assert_eq!(tries.next(), None);
        pauses.push(pause);
        bench.now += SignedDuration::from_millis(i64::try_from(pause).expect("short"));
        bench.take(Message::Wake(Timer::Reconnect));
        bench.take(Message::Wake(Timer::Reconnect));
        let (polls, _) = since(&mut bench);
        assert_eq!(polls.len(), 1, "one at a time");
        let message = "nothing listens".into();
        bench.answer_to(polls[0], Err(Fault::Unreachable { message }));
    }
    assert!(pauses[0] <= 250 && pauses[9] >= 5_000, "{pauses:?}");
    assert!(pauses.iter().all(|pause| *pause <= 10_000), "{pauses:?}");
    assert!(bench.screen().contains("No connection since 09:12:00"));

    since(&mut bench);
    bench.take(Message::Wake(Timer::Reconnect));
    let (polls, _) = since(&mut bench);
    bench.answer_to(polls[0], polled(&bench));
    assert_eq!(bench.app.context.link, Link::Up);
    assert_eq!(bench.told(), "The server answers again");
    assert!(asks_by_itself(&since(&mut bench).1));
}

#[test]
fn a_silent_server_is_told_and_its_answer_still_counts() {
    let mut bench = signed_in();
    let (polls, timers) = since(&mut bench);
    assert!(timers.contains(&(Timer::Feed, 5_000)), "{timers:?}");
    bench.now += SignedDuration::from_secs(5);
    bench.take(Message::Wake(Timer::Feed));
    let screen = bench.screen();
    let said = "No connection since 09:12:00; trying again, your typing is kept: the server does";
    assert!(screen.contains(&said[..70]), "{screen}");
    assert!(since(&mut bench).0.is_empty(), "nothing more is asked");
    bench.answer_to(polls[0], polled(&bench));
    assert_eq!(bench.app.context.link, Link::Up);
    assert!(asks_by_itself(&since(&mut bench).1));
}

#[test]
fn no_free_connection_is_not_an_answer_of_the_server() {
    let mut bench = signed_in();
    let (polls, _) = since(&mut bench);
    bench.answer_to(polls[0], Err(Fault::ConnectionLost));
    bench.take(Message::Wake(Timer::Reconnect));
    let (polls, _) = since(&mut bench);
    let message = "none is free".into();
    bench.answer_to(polls[0], Err(Fault::TooManyConnections { message }));
    assert!(matches!(bench.app.context.link, Link::Lost { .. }));
    assert_eq!(since(&mut bench).1.len(), 1, "it is tried again");
}

#[test]
fn a_full_disk_of_the_server_is_not_a_lost_connection() {
    let mut bench = signed_in();
    let (polls, _) = since(&mut bench);
    let message = "the server's disk is full".into();
    bench.answer_to(polls[0], Err(Fault::ServerState { message }));
    assert_eq!(bench.app.context.link, Link::Up);
}

#[test]
fn whoever_signs_out_is_not_kept_waiting_for_a_lost_server() {
    let mut bench = signed_in();
    let (polls, _) = since(&mut bench);
    bench.answer_to(polls[0], Err(Fault::ConnectionLost));
    bench.press("ctrl-p");
    bench.type_text("sign-out");
    bench.press("enter");
    assert_eq!(bench.app.context.link, Link::Down);
    assert!(!bench.screen().contains("No connection"));
    since(&mut bench);
    bench.take(Message::Wake(Timer::Reconnect));
    assert!(since(&mut bench).0.is_empty());
}

#[test]
fn a_slow_answer_is_told_after_half_a_second_and_then_every_second() {
    let mut bench = signed_in();
    let elapsed = |bench: &mut Bench| -> Vec<u64> {
        let (_, timers) = since(bench);
        let ours = timers.iter().filter(|(timer, _)| *timer == Timer::Elapsed);
        ours.map(|(_, after_ms)| *after_ms).collect()
    };
    // Asking for the tables is the first thing that the person waits for.
    bench.press("r");
    assert_eq!(elapsed(&mut bench), [500]);
    assert!(!bench.screen().contains("tables …"));
    bench.now += SignedDuration::from_millis(500);
    bench.take(Message::Wake(Timer::Elapsed));
    assert_eq!(elapsed(&mut bench), [1_000]);
    assert!(bench.screen().contains("tables … 0.5 s  esc cancels"));
    bench.now += SignedDuration::from_millis(1_000);
    bench.take(Message::Wake(Timer::Elapsed));
    assert_eq!(elapsed(&mut bench), [1_000]);
    assert!(bench.screen().contains("tables … 1.5 s  esc cancels"));
    bench.press("esc");
    assert_eq!(bench.told(), "Cancelled");
    assert!(!bench.screen().contains("tables …"));
    assert!(elapsed(&mut bench).is_empty());
}

#[test]
fn a_screen_that_was_left_is_not_waited_for() {
    let mut bench = signed_in();
    let tables = crate::app::bench::tables(&["pump"]);
    bench.answer_listing(Reply::Catalog(CatalogReply::TablesListed(tables.into())));
    let past = Past {
        table: TableId(1),
        key: RecordKey(vec!["1".into()]),
        column: None,
    };
    navigate::go(&mut bench.app, Go::History(past), &mut bench.effects);
    bench.take(Message::Wake(Timer::Rest));
    bench.now += SignedDuration::from_millis(500);
    bench.take(Message::Wake(Timer::Elapsed));
    assert!(bench.screen().contains("history …"), "{}", bench.screen());
    bench.press("q");
    assert_ne!(bench.app.place, Place::History);
    assert!(!bench.screen().contains("history …"), "{}", bench.screen());
}

#[test]
fn who_is_on_the_records_is_asked_once_they_are_here_and_only_once() {
    let mut bench = signed_in();
    let (polls, _) = since(&mut bench);
    bench.answer_to(polls[0], polled(&bench));
    since(&mut bench);
    let table = Go::To(Place::Browser(TableId(1)));
    navigate::go(&mut bench.app, table, &mut bench.effects);
    let (polls, timers) = since(&mut bench);
    assert!(polls.is_empty() && timers.contains(&(Timer::Feed, 1_000)));
    timers::rows_are_here(&mut bench.app, &mut bench.effects);
    assert!(since(&mut bench).1.contains(&(Timer::Feed, 0)));
    bench.take(Message::Wake(Timer::Feed));
    assert_eq!(since(&mut bench).0.len(), 1);
    // The timer now tells that nobody answers: more rows must not hurry it.
    timers::rows_are_here(&mut bench.app, &mut bench.effects);
    assert!(since(&mut bench).1.is_empty());
}
