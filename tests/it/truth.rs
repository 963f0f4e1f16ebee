//! Why a change did nothing: one row of the truth table per cause, in both ways. A diagnosis that is
//! wrong is a failure, also where the wrong one would sound likely.

mod oneself;
mod plain;
mod refused;
mod shared;
mod told;
mod trips;

use std::sync::Arc;

use rowhouse::db::contract::records::{Denied, Miss, SaveOutcome};
use rowhouse::db::contract::{
    CatalogReply, CatalogRequest, RecordsReply, RecordsRequest, Reply, Request,
};
use rowhouse::domain::record::{FieldChange, LastChange, Record, RecordKey, RequestId, Verb};
use rowhouse::domain::table::{Shape, TableId};
use rowhouse::domain::value::{Entry, Value};

use crate::desk::{Got, Seat, save_of};

/// What is tried.
#[derive(Clone, Copy, Debug)]
enum Tried {
    Update,
    Delete,
    Create,
}

/// Tries it on the record that was read.
async fn attempt(
    seat: &Seat,
    shape: &Shape,
    record: Option<&Record>,
    tried: Tried,
    number: u128,
) -> Got<SaveOutcome> {
    let request = match (tried, record) {
        (Tried::Create, _) => RecordsRequest::CreateRecord {
            request: RequestId(number),
            table: shape.id,
            entries: [("id", "77"), ("label", "mine")]
                .map(|(name, value)| FieldChange {
                    column: shape.column_named(name).expect("a column"),
                    entry: Entry::Value(Value::text(value)),
                })
                .into(),
        },
        (Tried::Update, Some(record)) => {
            RecordsRequest::SaveRecord(save_of(shape, record, number, &[("label", "mine")]))
        }
        (Tried::Delete, Some(record)) => RecordsRequest::DeleteRecord {
            request: RequestId(number),
            table: shape.id,
            key: record.key.clone().expect("a key"),
            guard: record.guard.clone(),
            base: record.values.clone(),
        },
        (_, None) => panic!("nothing was read"),
    };
    match seat.records(request).await? {
        RecordsReply::Finished(outcome) => Ok(outcome),
        other => panic!("{other:?}"),
    }
}

/// The shape of a table that the list does not hold, because it may not be read.
async fn unlisted(seat: &Seat, oid: &str) -> Got<Arc<Shape>> {
    let table = TableId(oid.parse()?);
    let request = Request::Catalog(CatalogRequest::LoadShape { table });
    match seat.database.perform(request).await? {
        Reply::Catalog(CatalogReply::ShapeLoaded(shape)) => Ok(shape),
        other => panic!("{other:?}"),
    }
}

/// An outcome in a few words, to be compared.
fn told(outcome: &SaveOutcome, shape: &Shape) -> String {
    match outcome {
        SaveOutcome::Saved(Some(record)) => format!("saved {}", key(record.key.as_ref())),
        SaveOutcome::Saved(None) => "saved unseen".into(),
        SaveOutcome::Deleted => "deleted".into(),
        SaveOutcome::Rejected(rejection) => {
            let columns = rejection.columns.iter();
            let columns: Vec<&str> = columns.map(|at| shape.columns[*at].name.as_str()).collect();
            let other = rejection.other.as_ref();
            let other = other.map_or(String::new(), |key| format!(" of {key}"));
            format!(
                "{:?} [{}]{other}: {}",
                rejection.kind,
                columns.join(" "),
                rejection.message
            )
        }
        SaveOutcome::Missed(miss) => match miss {
            Miss::Changed { theirs, by } => {
                format!("changed{} {}", who(by.as_ref()), key(theirs.key.as_ref()))
            }
            Miss::Moved { theirs, by } => {
                format!("moved{} to {}", who(by.as_ref()), key(theirs.key.as_ref()))
            }
            Miss::Replaced { deleted, by, .. } => format!(
                "deleted{}, another{}",
                who(deleted.as_ref()),
                who(by.as_ref())
            ),
            Miss::Deleted { by } => format!("gone: deleted{}", who(by.as_ref())),
            Miss::Gone {
                may_be_hidden: false,
            } => "gone".into(),
            Miss::Gone {
                may_be_hidden: true,
            } => "gone or hidden".into(),
            Miss::Hidden => "hidden".into(),
            Miss::NotPermitted(Denied::Table) => "no right in the table".into(),
            Miss::NotPermitted(Denied::Row) => "no right to the row".into(),
            Miss::Swallowed(swallowed) => format!(
                "dropped by [{}]{}{}",
                swallowed.by.join(" "),
                if swallowed.or_policy {
                    " or a policy"
                } else {
                    ""
                },
                if swallowed.undone { ", undone" } else { "" }
            ),
        },
    }
}

fn who(by: Option<&LastChange>) -> String {
    by.map_or(String::new(), |by| {
        let verb = match by.verb {
            Verb::Insert => "inserted",
            Verb::Update => "updated",
            Verb::Delete => "deleted",
            Verb::Truncate => "emptied",
        };
        format!(" ({verb} by {})", by.username)
    })
}

fn key(key: Option<&RecordKey>) -> String {
    key.map_or_else(|| "nothing".into(), ToString::to_string)
}
