//! One's own last changes by answers: what is said where they cannot be read again.

use std::sync::Arc;

use jiff::Timestamp;

use super::Undo;
use crate::app::context::Context;
use crate::app::outbox::{Asker, Outbox};
use crate::db::contract::{Fault, HistoryReply, QueryId, Reply};
use crate::domain::history::EntryId;
use crate::domain::record::Verb;
use crate::domain::run::{Own, OwnRun, RunId};
use crate::domain::table::TableId;
use crate::input::action::{Action, BrowserAction};
use crate::input::event::Size;
use crate::input::keymap::Keymap;

fn asked(out: &Outbox) -> QueryId {
    out.asked.last().expect("asked").0
}

fn fault() -> Result<Reply, Fault> {
    Err(Fault::Other {
        message: "broken".into(),
    })
}

#[test]
fn a_list_that_could_not_be_read_again_is_not_shown_as_if_it_were() {
    let keymap = Arc::new(Keymap::default());
    let cx = Context::new(Size::STANDARD, keymap, 1, Timestamp::UNIX_EPOCH);
    let mut out = Outbox::new(Asker::Undo, 0, 0, 1);
    let mut screen = Undo::default();
    screen.arrived(&cx, &mut out);
    let query = asked(&out);
    screen.reply(query, fault(), &cx, &mut out);
    assert!(out.notices.is_empty(), "the empty list says it itself");
    screen.arrived(&cx, &mut out);
    let run = Own::Run(Box::new(OwnRun {
        id: EntryId(1),
        run: RunId("2".into()),
        at: Timestamp::UNIX_EPOCH,
        table: TableId(7),
        verb: Verb::Update,
        rows: 3,
        is_more: false,
        columns: Vec::new(),
        set: Vec::new(),
    }));
    let listed = Ok(Reply::History(HistoryReply::MyChangesLoaded {
        changes: vec![run],
        more: false,
    }));
    let query = asked(&out);
    screen.reply(query, listed, &cx, &mut out);
    screen.act(Action::Browser(BrowserAction::Reload), &cx, &mut out);
    let query = asked(&out);
    screen.reply(query, fault(), &cx, &mut out);
    assert_eq!(screen.changes.len(), 1, "the list stays");
    assert!(
        !out.notices.is_empty(),
        "and it is said that it is the old one"
    );
}
