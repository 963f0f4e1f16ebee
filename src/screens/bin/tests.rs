//! Creating deleted records again: in order, each once, with the truth about each.

use std::sync::Arc;

use super::Bin;
use super::restoring::Restoring;
use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::outbox::{Asker, Outbox};
use crate::db::contract::records::{Rejection, RejectionKind, SaveOutcome};
use crate::db::contract::{
    Fault, HistoryReply, QueryId, RecordsReply, RecordsRequest, Reply, Request,
};
use crate::domain::history::{Author, DeletedRecord, EntryId, HistoryEntry, Kept, Remains};
use crate::domain::record::{Guard, Record, RecordKey, RequestId, Verb};
use crate::domain::table::{
    Column, ColumnKind, GuardKind, Rights, Shape, TableId, TableKind, TableName,
};
use crate::domain::value::Value;
use crate::input::event::Size;
use crate::input::keymap::Keymap;

fn shape(id: u32, insert: bool) -> Shape {
    let column = |name: &str| Column {
        number: 1,
        name: name.into(),
        comment: None,
        type_name: "text".into(),
        kind: ColumnKind::Text { max_chars: None },
        not_null: false,
        default: None,
        generated: false,
        may_insert: true,
        may_update: true,
        facts: Default::default(),
    };
    Shape {
        id: TableId(id),
        name: TableName {
            schema: "public".into(),
            name: "t".into(),
        },
        kind: TableKind::Table,
        comment: None,
        columns: vec![column("key"), column("notes")],
        key: vec![0],
        guard: GuardKind::Xmin,
        rights: Rights {
            view: true,
            insert,
            update: true,
            delete: true,
            partly: false,
        },
        read_only: None,
        estimated_rows: None,
        couples: Vec::new(),
        hard_locks: false,
        references: Vec::new(),
        uniques: Vec::new(),
    }
}

fn remains(table: u32, key: &str, depth: u32) -> Remains {
    let whole = |text: &str| Kept::Whole(Value::from(text));
    Remains {
        table: TableId(table),
        key: RecordKey(vec![key.into()]),
        values: vec![("key".into(), whole(key)), ("notes".into(), whole("n"))],
        withheld: 0,
        depth,
    }
}

/// Records on their way back.
struct Way {
    restoring: Restoring,
    cx: Context,
    asked: Option<(QueryId, RequestId)>,
    next: (u64, u64),
}

impl Way {
    fn new(all: Vec<Remains>, may_insert: bool) -> Self {
        let now = "2026-03-02T09:00:00Z".parse().expect("a time");
        let mut cx = Context::new(Size::STANDARD, Keymap::default().into(), 1, now);
        cx.shapes.insert(TableId(1), Arc::new(shape(1, true)));
        cx.shapes.insert(TableId(2), Arc::new(shape(2, may_insert)));
        let mut way = Self {
            restoring: Restoring::new(all),
            cx,
            asked: None,
            next: (1, 0),
        };
        way.does(|restoring, cx, out| restoring.go_on(cx, out));
        way
    }

    fn does(&mut self, work: impl FnOnce(&mut Restoring, &Context, &mut Outbox)) {
        let mut out = Outbox::new(Asker::Restoring, self.next.0, self.next.1, 1);
        work(&mut self.restoring, &self.cx, &mut out);
        self.next = out.counters();
        self.asked = out.effects.into_iter().find_map(|effect| match effect {
            Effect::Ask { query, request } => match *request {
                Request::Records(RecordsRequest::CreateRecord { request, .. }) => {
                    Some((query, request))
                }
                _ => None,
            },
            _ => None,
        });
    }

    fn answers(&mut self, reply: Result<SaveOutcome, Fault>) {
        let (query, _) = self.asked.expect("a creation is under way");
        let reply = reply.map(|outcome| Reply::Records(RecordsReply::Finished(outcome)));
        self.does(|restoring, cx, out| {
            restoring.take(query, reply, cx, out);
        });
    }

    fn told(&self) -> Vec<(bool, String)> {
        let results = self.restoring.results.iter();
        results
            .map(|one| (one.restored, one.what.clone()))
            .collect()
    }
}

fn saved(key: &str) -> Result<SaveOutcome, Fault> {
    Ok(SaveOutcome::Saved(Some(Box::new(Record {
        key: Some(RecordKey(vec![key.into()])),
        guard: Guard::default(),
        values: vec![Value::from(key), Value::from("n")],
    }))))
}

#[test]
fn all_come_back_in_order_each_by_a_creation_of_its_own() {
    let mut way = Way::new(vec![remains(1, "a", 0), remains(2, "b", 1)], true);
    let first = way.asked.expect("asked").1;
    way.answers(saved("a"));
    let second = way.asked.expect("asked").1;
    assert_ne!(first, second);
    way.answers(saved("b"));
    assert!(way.restoring.is_over());
    assert_eq!(way.told(), [(true, String::new()), (true, String::new())]);
}

#[test]
fn dependents_of_a_record_that_got_another_number_are_not_hung_on_a_stranger() {
    let mut way = Way::new(vec![remains(1, "7", 0), remains(2, "b", 1)], true);
    way.answers(saved("8"));
    assert!(way.restoring.is_over());
    let told = way.told();
    assert_eq!(
        told[0],
        (true, "as 8: the database numbers it itself".into())
    );
    assert_eq!(told[1], (false, "it belongs to 7, which is 8 now".into()));
}

#[test]
fn a_taken_key_stops_what_hangs_on_it_and_says_so() {
    let mut way = Way::new(vec![remains(1, "a", 0), remains(2, "b", 1)], true);
    way.answers(Ok(SaveOutcome::Rejected(Rejection {
        kind: RejectionKind::Unique,
        columns: vec![0],
        message: "a is there already".into(),
        detail: None,
        hint: None,
        constraint: None,
        other: None,
    })));
    let told = way.told();
    assert!(
        told[0].1.starts_with("another record has its key"),
        "{told:?}"
    );
    assert_eq!(told[1].1, "the record that it belongs to is not there");
    assert!(way.restoring.is_over());
}

#[test]
fn a_lost_answer_is_asked_for_again_under_the_same_number() {
    let mut way = Way::new(vec![remains(1, "a", 0), remains(2, "b", 1)], true);
    let number = way.asked.expect("asked").1;
    way.answers(Err(Fault::OutcomeUnknown));
    assert_eq!(way.asked.map(|asked| asked.1), Some(number));
    way.answers(saved("a"));
    way.answers(Err(Fault::ConnectionLost));
    let told = way.told();
    assert!(told[0].0 && !told[1].0, "{told:?}");
}

#[test]
fn what_may_not_be_created_or_was_cut_is_named() {
    let mut cut = remains(1, "a", 0);
    cut.values[1].1 = Kept::Cut {
        beginning: "n".into(),
        bytes: 70_000,
    };
    let mut way = Way::new(vec![cut, remains(2, "b", 1)], false);
    way.answers(saved("a"));
    assert_eq!(
        way.told(),
        [
            (true, "without notes".into()),
            (false, "you may not create records there".into())
        ]
    );
}

#[test]
fn a_bin_that_could_not_be_read_again_is_not_shown_as_if_it_were() {
    let mut out = Outbox::new(Asker::Bin, 0, 0, 1);
    let mut bin = Bin::default();
    let fault = || {
        Err(Fault::Other {
            message: "broken".into(),
        })
    };
    bin.loaded(fault(), &mut out);
    assert!(out.notices.is_empty(), "the empty list says it itself");
    let entry = HistoryEntry {
        id: EntryId(1),
        at: jiff::Timestamp::UNIX_EPOCH,
        verb: Verb::Delete,
        version: None,
        key: RecordKey(vec!["1".into()]),
        new_key: None,
        author: Author::default(),
        fields: Vec::new(),
        withheld: 0,
    };
    let dependents = Vec::new();
    let records = vec![DeletedRecord { entry, dependents }];
    let more = false;
    let listed = Reply::History(HistoryReply::BinLoaded { records, more });
    bin.loaded(Ok(listed), &mut out);
    bin.loaded(fault(), &mut out);
    assert_eq!(bin.records.len(), 1, "the list stays");
    assert!(
        !out.notices.is_empty(),
        "and it is said that it is the old one"
    );
}
