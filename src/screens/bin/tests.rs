//! The list of deleted records.

use super::Bin;
use crate::app::outbox::{Asker, Outbox};
use crate::db::contract::{Fault, HistoryReply, Reply};
use crate::domain::history::{Author, DeletedRecord, EntryId, HistoryEntry};
use crate::domain::record::{RecordKey, Verb};

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
