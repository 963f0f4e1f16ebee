//! Saves per second: ours, the same table with an audit trigger written by hand, and a bare one.
//!
//! All three go through the same client, each save as one pipelined transaction; ours with token,
//! gate, request id, version and trail.
//!
//! The promise is not kept. What a save costs the server on PostgreSQL 15, in thousands of instructions, each
//! part measured by adding it to what stands above it:
//!
//! | part | |
//! |---|---|
//! | BEGIN and COMMIT | 74 |
//! | opening: the token, the session and its rights | 166 |
//! | opening: the lock of the number, whether it is spent, remembering it | 101 |
//! | the update itself, with what it returns | 523 |
//! | the version | 16 |
//! | the policies: planning them | 220 |
//! | the policies: asking the gate twice, to view and to update | 201 |
//! | the outcome under its number, with two indexes | 244 |
//! | the trail: exact texts of old and new values, compared | 208 |
//! | the trail: the entry | 254 |
//! | the trail: its eight indexes | 132 |
//! | **all** | **2,139** |
//!
//! The same with the trigger written by hand costs 1,010, a bare update 901 (as the client sends it in the plain
//! way, where it counts the rows that it changes). Without outcome and trail at all ours would cost 1,301, so
//! nine tenths cannot be reached by making them cheaper; and neither is left out.

use std::sync::Arc;
use std::time::{Duration, Instant};

use rowhouse::db::Database;
use rowhouse::db::contract::records::{Save, SaveOutcome};
use rowhouse::db::contract::{RecordsReply, RecordsRequest, Reply, Request};
use rowhouse::domain::record::{FieldChange, Record, RecordKey, RequestId};
use rowhouse::domain::table::Shape;
use rowhouse::domain::value::{Entry, Value};

use super::lab::{Got, Lab, shape};
use super::report::{Line, Promise, Report, median};

/// How many records each writer goes through.
const RECORDS: usize = 20;

/// The sides, in the order they take turns.
const SIDES: [&str; 3] = ["ours", "by_hand", "bare"];

/// Measures all numbers of writers; gives how often ours saved altogether.
pub async fn measure(lab: &Lab, report: &mut Report) -> Got<u128> {
    let most = lab.scale.writers.iter().copied().max().unwrap_or(1);
    let mut sides = Vec::new();
    for side in SIDES {
        let mut writers = Vec::new();
        for number in 0..most {
            writers.push(Writer::new(lab, side, number).await?);
        }
        sides.push(writers);
    }
    for count in lab.scale.writers.clone() {
        let mut rates = [Vec::new(), Vec::new(), Vec::new()];
        for run in 0..=lab.scale.runs {
            for (writers, rates) in sides.iter_mut().zip(&mut rates) {
                let rate = together(&mut writers[..count], lab.scale.seconds).await?;
                // The first is to warm up.
                if run > 0 {
                    rates.push(rate);
                }
            }
        }
        told(report, count, &mut rates);
    }
    Ok(sides[0].iter().map(|writer| writer.saved).sum())
}

fn told(report: &mut Report, count: usize, rates: &mut [Vec<f64>; 3]) {
    let ratio_of = |other: usize| {
        let ours = rates[0].iter().zip(&rates[other]);
        let mut ratios: Vec<f64> = ours.map(|(ours, theirs)| ours / theirs).collect();
        median(&mut ratios)
    };
    let (by_hand, bare) = (ratio_of(1), ratio_of(2));
    let least = if count > 10 { 0.8 } else { 0.9 };
    let medians: Vec<f64> = rates.iter_mut().map(|rates| median(rates)).collect();
    let per_second = |rate: f64| format!("{rate:.0}/s");
    let writers = if count == 1 { "writer" } else { "writers" };
    report.lines.push(Line {
        what: format!("guarded save, {count} {writers}"),
        figure: per_second(medians[0]),
        against: format!("with an audit trigger by hand {}", per_second(medians[1])),
        ratio: Some(by_hand),
        promised: Some(Promise::AtLeast(least)),
    });
    report.lines.push(Line {
        what: String::new(),
        figure: String::new(),
        against: format!("bare {}", per_second(medians[2])),
        ratio: Some(bare),
        promised: None,
    });
}

/// All writers save at the same time; saves per second of all.
async fn together(writers: &mut [Writer], seconds: f64) -> Got<f64> {
    let started = Instant::now();
    let until = started + Duration::from_secs_f64(seconds);
    let all = writers.iter_mut().map(|writer| writer.write(until));
    let mut count = 0;
    for saved in futures_util::future::join_all(all).await {
        count += saved?;
    }
    Ok(f64::from(count) / started.elapsed().as_secs_f64())
}

/// One person who saves.
struct Writer {
    database: Database,
    shape: Arc<Shape>,
    records: Vec<Record>,
    number: usize,
    saved: u128,
}

impl Writer {
    async fn new(lab: &Lab, side: &str, number: usize) -> Got<Self> {
        let database = match side {
            "ours" => lab.within(number).await?,
            _ => lab.without().await?,
        };
        let shape = shape(&database, side).await?;
        let mut records = Vec::new();
        for place in 0..RECORDS {
            let request = RecordsRequest::LoadRecord {
                table: shape.id,
                key: RecordKey(vec![(number * RECORDS + place + 1).to_string()]),
            };
            match database.perform(Request::Records(request)).await? {
                Reply::Records(RecordsReply::RecordLoaded(Some(record))) => records.push(*record),
                other => return Err(format!("no record: {other:?}").into()),
            }
        }
        Ok(Self {
            database,
            shape,
            records,
            number,
            saved: 0,
        })
    }

    /// Saves until a moment, at least once; how often.
    async fn write(&mut self, until: Instant) -> Got<u32> {
        let mut count = 0;
        while count == 0 || Instant::now() < until {
            self.saved += 1;
            let place = (self.saved % RECORDS as u128) as usize;
            self.records[place] = self.save(place).await?;
            count += 1;
        }
        Ok(count)
    }

    async fn save(&self, place: usize) -> Got<Record> {
        let record = &self.records[place];
        let change = |column: &str, text: String| FieldChange {
            column: self.shape.column_named(column).unwrap_or_default(),
            entry: Entry::Value(Value::text(text)),
        };
        let save = Save {
            request: RequestId(((self.number as u128 + 1) << 64) + self.saved),
            table: self.shape.id,
            key: record.key.clone().ok_or("no key")?,
            guard: record.guard.clone(),
            base: record.values.clone(),
            changes: vec![
                change("price", format!("{}.25", self.saved)),
                change("notes", format!("looked at again, time {}", self.saved)),
            ],
            merges: Vec::new(),
        };
        let request = Request::Records(RecordsRequest::SaveRecord(save));
        match self.database.perform(request).await? {
            Reply::Records(RecordsReply::Finished(SaveOutcome::Saved(Some(record)))) => Ok(*record),
            other => Err(format!("not saved: {other:?}").into()),
        }
    }
}
