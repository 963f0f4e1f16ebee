//! A database that is as unkind to a client as PostgreSQL allows: every table of it is browsed,
//! read and edited, and nothing may fail, lie, or change what it was not told to.

mod browse;
mod edit;
mod hands;
mod walk;

use rowhouse::db::admin;
use rowhouse::db::contract::records::SaveOutcome;
use rowhouse::db::contract::{RecordsReply, RecordsRequest};
use rowhouse::domain::record::{FieldChange, Record, RequestId};
use rowhouse::domain::table::{Column, Shape};
use rowhouse::domain::value::Entry;
use rowhouse::embedded::cluster::Template;

use crate::desk::{Desk, Got, Seat};

const NASTY: Template = Template {
    name: "nasty",
    build: |endpoint| {
        Box::pin(async move {
            let client = admin::connect(&endpoint).await?;
            let version = "select current_setting('server_version_num')::int";
            let old = client.query_one(version, &[]).await?.get::<_, i32>(0) < 140_000;
            let schema = include_str!("nasty/schema.sql");
            // PostgreSQL 13 knows no endless numeric and no lists of ranges.
            let new = [
                "('Infinity', 'endless')",
                "'Infinity', 'Infinity')",
                "int4multirange",
            ];
            let instead = ["(-7, 'endless')", "7, 'Infinity')", "text"];
            let pairs = new.iter().zip(instead).filter(|_| old);
            let schema = pairs.fold(schema.to_owned(), |sql, (new, old)| sql.replace(new, old));
            client.batch_execute(&schema).await?;
            Ok(())
        })
    },
};

/// The role that may do everything in the tables.
const CLERK: &str = "rowhouse_nasty_clerk";

/// A fresh copy of the nasty database, and a person in it.
async fn nasty(role: &str) -> Got<(Desk, Seat)> {
    let desk = Desk::of(&NASTY).await?;
    let seat = Seat::open(desk.settings(role)).await?;
    Ok((desk, seat))
}

/// Quotes a name.
fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// The table as SQL names it.
fn named(shape: &Shape) -> String {
    format!(
        "{}.{}",
        quoted(&shape.name.schema),
        quoted(&shape.name.name)
    )
}

/// The name of a column as SQL names it; the screens show some signs in another way.
async fn exact(desk: &Desk, shape: &Shape, column: &Column) -> Got<String> {
    let (table, number) = (shape.id.0, column.number);
    let sql =
        format!("select attname from pg_attribute where attrelid = {table} and attnum = {number}");
    Ok(quoted(&desk.rows(&sql).await?[0]))
}

async fn create(seat: &Seat, shape: &Shape, entries: &[(&str, Entry)]) -> Got<SaveOutcome> {
    let entries = entries.iter().map(|(name, entry)| FieldChange {
        column: shape.column_named(name).expect("a column"),
        entry: entry.clone(),
    });
    let request = RecordsRequest::CreateRecord {
        request: RequestId(77),
        table: shape.id,
        entries: entries.collect(),
    };
    match seat.records(request).await? {
        RecordsReply::Finished(outcome) => Ok(outcome),
        other => panic!("{other:?}"),
    }
}

async fn delete(seat: &Seat, shape: &Shape, record: &Record) -> Got<SaveOutcome> {
    let request = RecordsRequest::DeleteRecord {
        request: RequestId(78),
        table: shape.id,
        key: record.key.clone().expect("a key"),
        guard: record.guard.clone(),
        base: record.values.clone(),
    };
    match seat.records(request).await? {
        RecordsReply::Finished(outcome) => Ok(outcome),
        other => panic!("{other:?}"),
    }
}
