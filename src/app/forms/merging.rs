//! What a save merges without asking, noted with its three values for the receipt.

use crate::app::context::Context;
use crate::domain::receipt::{MergeNote, MergedField, Receipt, ReceiptId, Side};
use crate::domain::value::Entry;

use super::conflict::{self, Choice};
use super::save::Sent;
use super::{Form, conflict::Item};

/// How many receipts of this run are kept in memory where nothing is installed.
const MOST_KEPT: usize = 200;

/// Notes what the form's conflict merges without asking with what is sent; nothing where others
/// changed nothing.
pub fn note(form: &Form, sent: &[Option<Entry>]) -> Option<MergeNote> {
    let theirs = form.conflict.as_ref()?.theirs.as_ref()?;
    let items = conflict::merged_of(form, sent);
    let others = items
        .iter()
        .any(|item| item.merged == crate::domain::merge::Merged::Theirs);
    let fields: Vec<MergedField> = items
        .iter()
        .filter_map(|item| field(form, item, sent))
        .collect();
    (others && !fields.is_empty()).then_some(MergeNote {
        version: theirs.guard.version,
        fields,
    })
}

fn field(form: &Form, item: &Item, sent: &[Option<Entry>]) -> Option<MergedField> {
    let theirs = form.conflict.as_ref()?.theirs.as_ref()?;
    let base = form.base_value(item.column);
    Some(MergedField {
        column: form.column(item.column)?.name.clone(),
        base: base.clone(),
        theirs: theirs.values.get(item.column)?.clone(),
        yours: match sent.get(item.column)?.clone() {
            Some(Entry::Value(value)) => Some(value),
            Some(Entry::Default) => None,
            None => Some(base.clone()),
        },
        took: match item.choice? {
            Choice::Was => Side::Was,
            Choice::Theirs => Side::Theirs,
            Choice::Yours => Side::Yours,
        },
    })
}

/// Keeps what a save merged for this run, where nothing is installed that would keep it.
pub fn keep(form: &mut Form, sent: &Sent, by: Option<&str>, cx: &Context) {
    let (Some(key), false) = (form.key.clone(), cx.is_shared()) else {
        return;
    };
    for note in &sent.notes {
        form.merged.push(Receipt {
            id: ReceiptId(0),
            at: cx.now,
            table: form.table,
            key: key.clone(),
            username: cx
                .person()
                .map_or(String::new(), |person| person.username.clone()),
            mine: true,
            theirs_by: by.map(str::to_owned),
            theirs_at: None,
            fields: note.fields.clone(),
        });
    }
}

/// Takes over what forms kept, the oldest first; the eldest give way.
pub fn gather(kept: &mut Vec<Receipt>, form: &mut Form) {
    for mut receipt in form.merged.drain(..) {
        let last = kept.last().map_or(0, |last| last.id.0);
        receipt.id = ReceiptId(last + 1);
        kept.push(receipt);
    }
    let over = kept.len().saturating_sub(MOST_KEPT);
    kept.drain(..over);
}
