//! Bringing back: it is read first, sent once, and told record by record.

use std::sync::Arc;

use super::{Phase, Restore};
use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::outbox::{Asker, Outbox};
use crate::db::contract::many::Returned;
use crate::db::contract::{
    CatalogReply, CatalogRequest, Fault, HistoryReply, ManyReply, ManyRequest, QueryId, Reply,
    Request,
};
use crate::domain::back::Standing;
use crate::domain::history::{EntryId, Kept, Remains};
use crate::domain::record::RecordKey;
use crate::domain::run::{Gone, Which};
use crate::domain::table::tests::shape;
use crate::domain::table::{Rights, Shape, TableId};
use crate::domain::value::Value;
use crate::input::action::{Action, HistoryAction};
use crate::input::event::Size;
use crate::input::keymap::Keymap;

const TABLE: TableId = TableId(1);

fn table() -> Arc<Shape> {
    let mut table = shape(TABLE.0, &[("key", 1), ("notes", 2)]);
    table.key = vec![0];
    table.rights = Rights {
        view: true,
        insert: true,
        update: true,
        delete: true,
        partly: false,
    };
    Arc::new(table)
}

fn key(name: &str) -> RecordKey {
    RecordKey(vec![name.into()])
}

fn remains(name: &str, depth: u32) -> Remains {
    let whole = |text: &str| Kept::Whole(Value::from(text));
    Remains {
        place: 1,
        table: TABLE,
        key: key(name),
        values: vec![("key".into(), whole(name)), ("notes".into(), whole("n"))],
        over: None,
        withheld: 0,
        depth,
        more: false,
    }
}

/// A person who brings something back.
struct Hand {
    restore: Restore,
    cx: Context,
    asked: Option<(QueryId, Request)>,
    next: (u64, u64),
    told: Vec<String>,
}

impl Hand {
    fn new() -> Self {
        let now = "2026-03-02T09:00:00Z".parse().expect("a time");
        let mut cx = Context::new(Size::STANDARD, Keymap::default().into(), 1, now);
        cx.shapes.insert(TABLE, table());
        let mut hand = Self {
            restore: Restore::default(),
            cx,
            asked: None,
            next: (1, 0),
            told: Vec::new(),
        };
        let which = Which::Records(vec![(key("a"), EntryId(7))]);
        let gone = Gone {
            table: TABLE,
            which,
        };
        hand.does(|restore, _, out| restore.begin(gone, out));
        hand
    }

    /// Everything is read, and nothing of it is there.
    fn ready(all: Vec<Remains>) -> Self {
        let mut hand = Self::new();
        hand.answers(Ok(Reply::History(HistoryReply::RemainsLoaded(all))));
        assert!(matches!(
            hand.asked,
            Some((_, Request::Catalog(CatalogRequest::LoadShape { .. })))
        ));
        hand.answers(Ok(Reply::Catalog(CatalogReply::ShapeLoaded(table()))));
        hand.answers(Ok(Reply::Many(ManyReply::ManyLoaded(Vec::new()))));
        assert_eq!(hand.restore.phase, Phase::Ready);
        hand
    }

    fn does(&mut self, work: impl FnOnce(&mut Restore, &Context, &mut Outbox)) {
        let mut out = Outbox::new(Asker::Restore, self.next.0, self.next.1, 1);
        work(&mut self.restore, &self.cx, &mut out);
        self.next = out.counters();
        self.told
            .extend(out.notices.iter().map(|one| one.text.clone()));
        self.asked = out.effects.into_iter().find_map(|effect| match effect {
            Effect::Ask { query, request } => Some((query, *request)),
            _ => None,
        });
    }

    fn bring_back(&mut self) {
        let action = Action::History(HistoryAction::BringBack);
        self.does(|restore, cx, out| restore.act(action, cx, out));
    }

    fn answers(&mut self, reply: Result<Reply, Fault>) {
        let (query, _) = self.asked.take().expect("something is asked");
        self.does(|restore, cx, out| restore.reply(query, reply, cx, out));
    }

    fn came(&mut self, all: Vec<Returned>) {
        self.answers(Ok(Reply::Many(ManyReply::BroughtBack(all))));
    }

    fn number(&self) -> Option<u128> {
        match &self.asked {
            Some((_, Request::Many(ManyRequest::BringBack { request, .. }))) => Some(request.0),
            _ => None,
        }
    }
}

#[test]
fn it_is_shown_first_and_sent_as_one() {
    let mut hand = Hand::ready(vec![remains("a", 0), remains("b", 1)]);
    assert!(hand.asked.is_none(), "nothing is sent by looking");
    hand.bring_back();
    let Some((_, Request::Many(ManyRequest::BringBack { parts, .. }))) = &hand.asked else {
        panic!("not sent");
    };
    assert_eq!(parts.len(), 2);
    hand.came(vec![Returned::Back(Some(key("a"))), Returned::Back(None)]);
    assert!(
        hand.told
            .last()
            .is_some_and(|line| line == "2 records brought back")
    );
    hand.bring_back();
    assert!(hand.asked.is_none(), "it is done once");
}

#[test]
fn what_did_not_come_back_is_said_first_and_why() {
    let mut hand = Hand::ready(vec![remains("a", 0), remains("b", 1), remains("c", 1)]);
    hand.bring_back();
    hand.came(vec![
        Returned::Back(Some(key("1"))),
        Returned::Refused("notes is too long".into()),
        Returned::Needs(1),
    ]);
    let standing: Vec<&Standing> = hand.restore.parts.iter().map(|one| &one.standing).collect();
    let refused = |why: &str| Standing::Refused(why.into());
    assert_eq!(
        standing,
        [
            &refused("notes is too long"),
            &refused("it needs b, not back"),
            &Standing::Back(Some(key("1")))
        ]
    );
    assert!(
        hand.told
            .last()
            .is_some_and(|line| line.starts_with("1 of 3 records brought back"))
    );
}

#[test]
fn a_lost_answer_is_asked_for_again_under_the_same_number() {
    let mut hand = Hand::ready(vec![remains("a", 0)]);
    hand.bring_back();
    let number = hand.number();
    assert!(number.is_some());
    hand.answers(Err(Fault::OutcomeUnknown));
    assert!(hand.restore.is_busy(), "it is not forgotten");
    hand.does(|restore, _, out| restore.resume(out));
    assert_eq!(hand.number(), number);
    hand.came(vec![Returned::Back(None)]);
    assert!(!hand.restore.is_busy());
}

#[test]
fn a_fault_stores_nothing_and_leaves_the_list_to_try_again() {
    let mut hand = Hand::ready(vec![remains("a", 0)]);
    hand.bring_back();
    hand.answers(Err(Fault::Busy));
    assert_eq!(hand.restore.phase, Phase::Ready);
    hand.bring_back();
    assert!(hand.number().is_some());
}

#[test]
fn what_may_not_be_read_any_more_is_named() {
    let hand = Hand::ready(Vec::new().into_iter().chain([remains("b", 1)]).collect());
    let barred: Vec<&str> = hand
        .restore
        .parts
        .iter()
        .filter(|part| matches!(part.standing, Standing::Barred(_)))
        .map(|part| part.remains.key.0[0].as_str())
        .collect();
    assert_eq!(barred, ["a"]);
}

#[test]
fn many_are_brought_back_only_when_their_number_is_typed() {
    let all = (0..20).map(|at| remains(&format!("k{at}"), u32::from(at > 0)));
    let mut hand = Hand::ready(all.collect());
    // The record that was asked for is not among them, and is said.
    hand.cx.count_typed_above = 10;
    hand.bring_back();
    assert!(hand.asked.is_none());
    hand.does(|restore, cx, out| restore.count_typed("19", cx, out));
    assert!(hand.asked.is_none());
    hand.does(|restore, cx, out| restore.count_typed(" 20 ", cx, out));
    assert!(hand.number().is_some());
}
