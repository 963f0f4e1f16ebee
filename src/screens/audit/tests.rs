//! The audit by keys and answers: pages both ways, looking further back, news, and the filter.

use super::Audit;
use crate::app::context::Context;
use crate::app::effect::Effect;
use crate::app::forms::words;
use crate::app::notice::Notice;
use crate::app::outbox::{Asker, Outbox};
use crate::app::place::Go;
use crate::db::contract::{AuditReply, AuditRequest, Fault, QueryId, Reply, Request};
use crate::domain::audit::{AuditEntry, AuditFilter, AuditMark, Deed};
use crate::domain::history::{Author, EntryId};
use crate::domain::record::RecordKey;
use crate::domain::table::TableId;
use crate::input::action::{Action, AuditAction, DialogAction, HistoryAction, ListAction};
use crate::input::event::{Key, Size};
use crate::input::keymap::{Keymap, Rebinding};

fn mark(id: i64) -> AuditMark {
    let start: jiff::Timestamp = "2026-03-02T09:00:00Z".parse().expect("a time");
    AuditMark {
        at: start + jiff::SignedDuration::from_secs(id),
        id: EntryId(id),
    }
}

fn entry(id: i64) -> AuditEntry {
    AuditEntry {
        mark: mark(id),
        verb: "update".into(),
        table: Some(TableId(7)),
        table_name: Some("equipment".into()),
        key: Some(RecordKey(vec![format!("BFM-{id}")])),
        new_key: None,
        version: Some(2),
        columns: vec!["status".into()],
        fields: Vec::new(),
        withheld: 0,
        hidden: false,
        note: None,
        author: Author {
            username: Some("jhymel".into()),
            ..Author::default()
        },
        session: Some(3),
        request: None,
        transaction: "700".into(),
    }
}

/// The audit with a hand on it.
struct Hand {
    screen: Audit,
    cx: Context,
    asked: Vec<(QueryId, AuditRequest)>,
    told: Vec<Notice>,
    go: Option<Go>,
    next: u64,
}

impl Hand {
    fn new() -> Self {
        let now = "2026-03-02T09:00:00Z".parse().expect("a time");
        let mut hand = Self {
            screen: Audit::default(),
            cx: Context::new(Size::STANDARD, Keymap::default().into(), 1, now),
            asked: Vec::new(),
            told: Vec::new(),
            go: None,
            next: 1,
        };
        hand.cx.tables = crate::app::bench::tables(&["equipment"]).into();
        hand.does(|screen, cx, out| screen.arrived(cx, out));
        hand
    }

    /// With the entries 150 to 101, and earlier ones.
    fn with_a_page() -> Self {
        let mut hand = Self::new();
        hand.answers(101..=150, Some(mark(101)));
        hand
    }

    fn does(&mut self, work: impl FnOnce(&mut Audit, &Context, &mut Outbox)) {
        let mut out = Outbox::new(Asker::Audit, self.next, 0, 1);
        work(&mut self.screen, &self.cx, &mut out);
        self.next = out.counters().0;
        self.go = out.go.take().or(self.go.take());
        self.told.append(&mut out.notices);
        for effect in out.effects {
            if let Effect::Ask { query, request } = effect
                && let Request::Audit(request) = *request
            {
                self.asked.push((query, request));
            }
        }
    }

    fn acts(&mut self, action: Action) {
        self.does(|screen, cx, out| screen.act(action, cx, out));
    }

    fn steps(&mut self, action: ListAction, times: usize) {
        for _ in 0..times {
            self.acts(Action::List(action));
        }
    }

    fn answers(&mut self, ids: std::ops::RangeInclusive<i64>, stop: Option<AuditMark>) {
        self.answers_with(ids.rev().map(entry).collect(), stop);
    }

    fn answers_with(&mut self, entries: Vec<AuditEntry>, stop: Option<AuditMark>) {
        let (query, _) = self.asked.pop().expect("a page is asked for");
        let reply = Reply::Audit(AuditReply::AuditLoaded { entries, stop });
        self.does(|screen, cx, out| screen.reply(query, Ok(reply), cx, out));
    }

    fn last_asked(&self) -> (AuditFilter, Option<AuditMark>, bool) {
        match self.asked.last() {
            Some((
                _,
                AuditRequest::LoadAudit {
                    filter,
                    from,
                    older,
                },
            )) => (filter.clone(), *from, *older),
            other => panic!("{other:?}"),
        }
    }

    fn types(&mut self, text: &str) {
        self.acts(Action::List(ListAction::Find));
        for c in text.chars() {
            self.does(|screen, cx, out| screen.key(Key::char(c), cx, out));
        }
        self.acts(Action::Dialog(DialogAction::Choose));
    }
}

#[test]
fn pages_are_read_both_ways_and_the_far_end_gives_way() {
    let mut hand = Hand::new();
    hand.answers(9951..=10000, Some(mark(9951)));
    let mut earliest = 9951;
    for _ in 0..20 {
        while hand.asked.is_empty() {
            hand.acts(Action::List(ListAction::Down));
        }
        assert_eq!(
            hand.last_asked(),
            (AuditFilter::default(), Some(mark(earliest)), true)
        );
        hand.answers(earliest - 50..=earliest - 1, Some(mark(earliest - 50)));
        earliest -= 50;
        let all: Vec<i64> = hand
            .screen
            .entries
            .iter()
            .map(|one| one.mark.id.0)
            .collect();
        assert!(all.len() <= 600 && all.windows(2).all(|two| two[0] == two[1] + 1));
    }
    let newest = hand.screen.entries[0].mark.id.0;
    assert!(newest < 10000, "the newest gave way: {newest}");
    while hand.asked.is_empty() {
        hand.acts(Action::List(ListAction::Up));
    }
    let here = hand.screen.current().expect("an entry").mark;
    assert_eq!(
        hand.last_asked(),
        (AuditFilter::default(), Some(mark(newest)), false)
    );
    hand.answers(newest + 1..=newest + 50, Some(mark(newest + 50)));
    assert_eq!(hand.screen.current().map(|one| one.mark), Some(here));
    assert_eq!(hand.screen.entries[0].mark, mark(newest + 50));
}

#[test]
fn the_earliest_is_one_key_away_and_nothing_is_counted() {
    let mut hand = Hand::with_a_page();
    hand.acts(Action::List(ListAction::Last));
    assert_eq!(hand.last_asked(), (AuditFilter::default(), None, false));
    hand.answers(1..=50, Some(mark(50)));
    assert_eq!(
        hand.screen.current().map(|one| one.mark),
        Some(mark(1)),
        "the earliest of all"
    );
    hand.acts(Action::List(ListAction::First));
    assert_eq!(hand.last_asked(), (AuditFilter::default(), None, true));
}

#[test]
fn a_filter_that_finds_little_looks_further_until_the_end_or_esc() {
    let mut hand = Hand::with_a_page();
    hand.types("person rare");
    hand.answers(90..=90, Some(mark(60)));
    let (_, from, older) = hand.last_asked();
    assert_eq!((from, older), (Some(mark(60)), true));
    let query = hand.asked.last().expect("asked").0;
    assert!(hand.screen.waits_for(query));
    hand.does(|screen, cx, out| screen.reply(query, Err(Fault::Cancelled), cx, out));
    hand.asked.clear();
    assert_eq!(hand.screen.entries.len(), 1, "what was found stays");
    hand.acts(Action::List(ListAction::PageDown));
    hand.answers_with(Vec::new(), None);
    assert!(hand.asked.is_empty(), "nothing is beyond");
}

#[test]
fn what_is_new_is_announced_and_moves_nothing() {
    let mut hand = Hand::with_a_page();
    hand.steps(ListAction::Down, 3);
    let here = hand.screen.current().expect("an entry").mark;
    hand.does(|screen, _, out| screen.followed(out));
    assert_eq!(
        hand.last_asked(),
        (AuditFilter::default(), Some(mark(150)), false)
    );
    hand.answers(151..=152, None);
    assert_eq!(hand.screen.news, (2, false));
    assert_eq!(hand.screen.current().map(|one| one.mark), Some(here));
    assert_eq!(hand.screen.entries.len(), 50);
    hand.acts(Action::List(ListAction::First));
    hand.answers(103..=152, Some(mark(103)));
    assert_eq!(hand.screen.news, (0, false));
    assert_eq!(hand.screen.current().map(|one| one.mark), Some(mark(152)));
}

#[test]
fn what_is_known_of_a_search_is_not_taken_for_the_next() {
    let mut hand = Hand::with_a_page();
    hand.does(|screen, _, out| screen.followed(out));
    let (peek, _) = hand.asked.pop().expect("what is new is asked");
    hand.types("person rare");
    let (page, _) = hand.asked.pop().expect("a page is asked for");
    let entries = vec![entry(151)];
    let stop = None;
    let new = Reply::Audit(AuditReply::AuditLoaded { entries, stop });
    hand.does(|screen, cx, out| screen.reply(peek, Ok(new), cx, out));
    assert_eq!(hand.screen.news, (0, false), "that was of all people");
    assert_eq!(hand.screen.standing(&hand.cx), "");
    let cancelled = Err(Fault::Cancelled);
    hand.does(|screen, cx, out| screen.reply(page, cancelled, cx, out));
    assert!(matches!(hand.go.take(), Some(Go::Back)));
    hand.does(|screen, cx, out| screen.arrived(cx, out));
    let (filter, from, older) = hand.last_asked();
    assert_eq!(filter.in_words(), "person rare");
    assert_eq!((from, older), (None, true), "it begins at the newest");
}

#[test]
fn a_file_holds_what_was_looked_for_when_it_was_begun() {
    let mut hand = Hand::with_a_page();
    hand.types("person jhymel");
    hand.answers(101..=150, None);
    hand.does(|screen, _, out| screen.export_confirmed("a.csv", out));
    let (noted, request) = hand.asked.pop().expect("it is noted");
    assert!(matches!(request, AuditRequest::NoteExport { filter, .. }
        if filter.in_words() == "person jhymel"));
    hand.acts(Action::Audit(AuditAction::ClearFilter));
    hand.asked.clear();
    let noted_reply = Reply::Audit(AuditReply::ExportNoted);
    hand.does(|screen, cx, out| screen.reply(noted, Ok(noted_reply), cx, out));
    for _ in 0..2 {
        let (query, request) = hand.asked.pop().expect("a page for the file");
        assert!(
            matches!(&request, AuditRequest::LoadForExport { filter, .. }
                if filter.in_words() == "person jhymel"),
            "{request:?}"
        );
        let (entries, stop) = (vec![entry(150)], Some(mark(150)));
        let page = Reply::Audit(AuditReply::AuditLoaded { entries, stop });
        hand.does(|screen, cx, out| screen.reply(query, Ok(page), cx, out));
    }
}

#[test]
fn a_filter_is_typed_narrowed_and_taken_apart() {
    let mut hand = Hand::with_a_page();
    hand.types("person jhymel since today");
    hand.answers(101..=150, None);
    hand.acts(Action::Audit(AuditAction::SameAction));
    let (filter, ..) = hand.last_asked();
    assert_eq!(filter.deed, Some(Deed::Changed));
    hand.answers(101..=150, None);
    hand.acts(Action::Audit(AuditAction::SameRecord));
    assert_eq!(hand.last_asked().0.key.as_deref(), Some("BFM-150"));
    hand.answers(101..=150, None);
    // person, table, record, action, since: the third is taken out.
    hand.steps(ListAction::Right, 2);
    hand.acts(Action::Audit(AuditAction::RemovePart));
    let (filter, ..) = hand.last_asked();
    assert_eq!(filter.key, None);
    assert_eq!(filter.parts().len(), 4);
    hand.answers(101..=150, None);
    hand.acts(Action::Audit(AuditAction::ClearFilter));
    assert!(hand.last_asked().0.is_empty());
}

#[test]
fn a_filter_that_is_not_understood_stays_open() {
    let mut hand = Hand::with_a_page();
    hand.types("since soon");
    assert!(hand.screen.find.is_some() && hand.asked.is_empty());
    hand.acts(Action::Dialog(DialogAction::Close));
    assert!(hand.screen.find.is_none() && hand.screen.filter.is_empty());
}

#[test]
fn a_record_is_gone_to_only_where_it_may_be_seen() {
    let mut hand = Hand::with_a_page();
    hand.acts(Action::Audit(AuditAction::OpenRecord));
    assert!(hand.go.is_none(), "table 7 is not listed");
    hand.screen.entries[0].table = Some(TableId(1));
    hand.acts(Action::History(HistoryAction::ShowHistory));
    assert!(matches!(hand.go.take(), Some(Go::History(_))));
    hand.screen.entries[0].key = None;
    hand.screen.entries[0].hidden = true;
    hand.acts(Action::Audit(AuditAction::OpenRecord));
    assert!(hand.go.is_none());
    let told = hand.told.last().map(|notice| notice.text.clone());
    assert!(told.is_some_and(|told| told.contains("may not view")));
    hand.acts(Action::Audit(AuditAction::SameRecord));
    assert!(hand.screen.filter.is_empty());
}

#[test]
fn sentences_name_the_keys_that_are_bound_now() {
    let mut hand = Hand::new();
    hand.acts(Action::Audit(AuditAction::RemovePart));
    let said = |hand: &Hand| hand.told.last().expect("told").text.clone();
    assert_eq!(
        said(&hand),
        "Nothing is filtered; / filters, p t a by this entry"
    );
    let other = |action: &str, keys: &[&str]| Rebinding {
        action: action.into(),
        keys: keys.iter().map(|key| key.parse().expect("a key")).collect(),
    };
    let other = [
        other("find", &["f6"]),
        other("same-person", &["f9"]),
        other("same-table", &[]),
        other("remove-part", &[]),
        other("back", &["q"]),
    ];
    hand.cx.keymap = Keymap::new(&other, false).expect("no clash").into();
    hand.acts(Action::Audit(AuditAction::RemovePart));
    assert_eq!(
        said(&hand),
        "Nothing is filtered; f6 filters, f9 a by this entry"
    );
    let none = super::keys::to_widen(&hand.cx);
    assert!(none.contains("the palette takes a part of the filter out, C all"));
    assert_eq!(words::way_back(&hand.cx), "q");
    hand.cx.keymap = Keymap::default().into();
    assert_eq!(words::way_back(&hand.cx), "esc");
}
