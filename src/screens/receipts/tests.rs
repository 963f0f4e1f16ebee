//! The receipts by answers: whose they are, and what is said where they cannot be read.

use std::sync::Arc;

use jiff::Timestamp;

use super::Receipts;
use crate::app::context::Context;
use crate::app::forms::tests::play::server;
use crate::app::outbox::{Asker, Outbox};
use crate::db::contract::{Fault, QueryId, ReceiptsReply, Reply};
use crate::domain::receipt::{Receipt, ReceiptId};
use crate::domain::record::RecordKey;
use crate::domain::table::TableId;
use crate::input::action::{Action, BrowserAction};
use crate::input::event::Size;
use crate::input::keymap::Keymap;

fn about(key: &str) -> (Option<TableId>, Option<RecordKey>) {
    (Some(TableId(7)), Some(RecordKey(vec![key.into()])))
}

fn receipt(id: i64, key: &str) -> Receipt {
    Receipt {
        id: ReceiptId(id),
        at: Timestamp::UNIX_EPOCH,
        table: TableId(7),
        key: RecordKey(vec![key.into()]),
        username: "marta".into(),
        mine: true,
        theirs_by: None,
        theirs_at: None,
        fields: Vec::new(),
    }
}

/// The screen, turned to a record.
fn turned(key: &str) -> (Receipts, Context, Outbox) {
    let keymap = Arc::new(Keymap::default());
    let mut cx = Context::new(Size::STANDARD, keymap, 1, Timestamp::UNIX_EPOCH);
    cx.server = Some(server());
    let mut out = Outbox::new(Asker::Receipts, 0, 0, 1);
    let mut screen = Receipts::default();
    screen.turn_to(about(key));
    screen.arrived(&[], &cx, &mut out);
    (screen, cx, out)
}

fn asked(out: &Outbox) -> QueryId {
    out.asked.last().expect("asked").0
}

fn listed(receipt: Receipt) -> Result<Reply, Fault> {
    Ok(Reply::Receipts(ReceiptsReply::ReceiptsListed {
        receipts: vec![receipt],
        more: false,
    }))
}

#[test]
fn those_of_one_record_are_not_shown_as_those_of_another() {
    let (mut screen, cx, mut out) = turned("BFM-001");
    let first = asked(&out);
    screen.turn_to(about("BFM-002"));
    screen.arrived(&[], &cx, &mut out);
    let second = asked(&out);
    assert_ne!(first, second, "the other is asked for at once");
    screen.reply(first, listed(receipt(1, "BFM-001")), &cx, &mut out);
    assert!(screen.receipts.is_empty());
    screen.reply(second, listed(receipt(2, "BFM-002")), &cx, &mut out);
    assert_eq!(screen.receipts, [receipt(2, "BFM-002")]);
    screen.turn_to(about("BFM-001"));
    assert!(screen.receipts.is_empty());
}

#[test]
fn a_list_that_could_not_be_read_again_is_not_shown_as_if_it_were() {
    let (mut screen, cx, mut out) = turned("BFM-001");
    let first = asked(&out);
    screen.reply(first, listed(receipt(1, "BFM-001")), &cx, &mut out);
    screen.act(Action::Browser(BrowserAction::Reload), &cx, &mut out);
    let again = asked(&out);
    screen.reply(again, Err(Fault::TooSlow), &cx, &mut out);
    assert_eq!(screen.receipts.len(), 1, "the one before is still shown");
    let told = out.notices.last().map(|notice| notice.text.as_str());
    assert_eq!(told, Some("It took longer than the limit and was stopped"));
}
