//! The timeline by keys and answers: earlier pages are read when they are needed, and what is new
//! does not move the cursor.

use super::History;
use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::outbox::{Asker, Outbox};
use crate::app::place::{Go, Past};
use crate::db::contract::{HistoryReply, HistoryRequest, QueryId, Reply, Request};
use crate::domain::history::{Author, EntryId, FieldPast, HistoryEntry, Kept};
use crate::domain::record::{RecordKey, Verb};
use crate::domain::table::TableId;
use crate::domain::value::Value;
use crate::input::action::{Action, HistoryAction, ListAction};
use crate::input::event::Size;
use crate::input::keymap::Keymap;

fn entry(id: i64) -> HistoryEntry {
    let kept = |text: &str| Some(Kept::Whole(Value::from(text)));
    HistoryEntry {
        id: EntryId(id),
        at: "2026-03-02T09:00:00Z".parse().expect("a time"),
        verb: Verb::Update,
        version: Some(id),
        key: RecordKey(vec!["1".into()]),
        new_key: None,
        author: Author::default(),
        fields: vec![FieldPast {
            column: "status".into(),
            old: kept("Active"),
            new: kept("Down"),
        }],
        withheld: 0,
    }
}

/// A timeline with a hand on it.
struct Hand {
    screen: History,
    cx: Context,
    asked: Vec<(QueryId, HistoryRequest)>,
    go: Option<Go>,
    next: u64,
}

impl Hand {
    fn new() -> Self {
        let now = "2026-03-02T09:00:00Z".parse().expect("a time");
        let mut hand = Self {
            screen: History::default(),
            cx: Context::new(Size::STANDARD, Keymap::default().into(), 1, now),
            asked: Vec::new(),
            go: None,
            next: 1,
        };
        hand.screen.turn_to(Past {
            table: TableId(7),
            key: RecordKey(vec!["1".into()]),
            column: None,
        });
        hand.does(|screen, cx, out| screen.arrived(cx, out));
        hand
    }

    fn does(&mut self, work: impl FnOnce(&mut History, &Context, &mut Outbox)) {
        let mut out = Outbox::new(Asker::History, self.next, 0, 1);
        work(&mut self.screen, &self.cx, &mut out);
        self.next = out.counters().0;
        self.go = out.go.take().or(self.go.take());
        for effect in out.effects {
            if let Effect::Ask { query, request } = effect
                && let Request::History(request) = *request
            {
                self.asked.push((query, request));
            }
        }
    }

    fn acts(&mut self, action: Action) {
        self.does(|screen, cx, out| screen.act(action, cx, out));
    }

    fn answers(&mut self, ids: impl Iterator<Item = i64>, more: bool) {
        let (query, _) = self.asked.pop().expect("a page is asked for");
        let entries = ids.map(entry).collect();
        let reply = Reply::History(HistoryReply::HistoryLoaded { entries, more });
        self.does(|screen, cx, out| screen.reply(query, Ok(reply), cx, out));
    }

    fn ids(&self) -> Vec<i64> {
        self.screen.entries.iter().map(|entry| entry.id.0).collect()
    }
}

#[test]
fn earlier_pages_are_read_when_the_end_comes_near_and_only_then() {
    let mut hand = Hand::new();
    hand.answers((161..=200).rev(), true);
    hand.acts(Action::List(ListAction::Down));
    assert!(hand.asked.is_empty());
    hand.acts(Action::List(ListAction::Last));
    let before = match hand.asked.last() {
        Some((_, HistoryRequest::LoadHistory { before, .. })) => *before,
        other => panic!("{other:?}"),
    };
    assert_eq!(before, Some(EntryId(161)));
    hand.answers((121..=160).rev(), false);
    assert_eq!(hand.ids(), (121..=200).rev().collect::<Vec<_>>());
    hand.acts(Action::List(ListAction::Last));
    assert!(hand.asked.is_empty(), "nothing comes before");
}

#[test]
fn what_is_new_comes_above_and_the_cursor_stays_on_its_entry() {
    let mut hand = Hand::new();
    hand.answers((1..=5).rev(), false);
    hand.acts(Action::List(ListAction::Down));
    assert_eq!(
        hand.screen.current().map(|entry| entry.id),
        Some(EntryId(4))
    );
    hand.does(|screen, cx, out| screen.arrived(cx, out));
    hand.answers((1..=7).rev(), false);
    assert_eq!(hand.ids(), [7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(
        hand.screen.current().map(|entry| entry.id),
        Some(EntryId(4))
    );
    // So much is new that the pages do not meet: what is between is not left out.
    hand.does(|screen, cx, out| screen.arrived(cx, out));
    hand.answers((41..=80).rev(), true);
    assert_eq!(hand.ids(), (41..=80).rev().collect::<Vec<_>>());
}

#[test]
fn one_field_goes_back_to_what_it_was_before_the_change() {
    let mut hand = Hand::new();
    hand.answers((1..=2).rev(), false);
    hand.acts(Action::History(HistoryAction::RestoreField));
    let Some(Go::OpenWith { key, wish, .. }) = &hand.go else {
        panic!("{:?}", hand.go);
    };
    assert_eq!(key.as_ref().map(ToString::to_string).as_deref(), Some("1"));
    let wish = format!("{wish:?}");
    assert!(
        wish.contains("\"Active\"") && !wish.contains("\"Down\""),
        "{wish}"
    );
}
