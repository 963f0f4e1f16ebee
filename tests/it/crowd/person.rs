//! One person of the crowd: reads, types, saves, merges and decides as the client does, and notes
//! in the ledger what was said. No tests here.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rowhouse::db::contract::records::{Miss, Save, SaveOutcome};
use rowhouse::db::contract::{Fault, RecordsReply, RecordsRequest};
use rowhouse::domain::merge::{self, Merged};
use rowhouse::domain::record::{FieldChange, Record, RequestId};
use rowhouse::domain::table::Shape;
use rowhouse::domain::value::{Entry as Typed, Value};

use super::figures::Dice;
use super::ledger::{Entry, Ledger, Verb, Verdict, Way, Written};
use super::site::{COLUMNS, Crowd, name};
use crate::desk::{Got, Seat, key};
use crate::proxy::Proxy;
use crate::shared::site::{CODE, try_password};

/// How often a merge is sent anew before a person leaves it.
const MOST_MERGES: u32 = 20;

/// Somebody with a terminal.
pub struct Person {
    seat: Seat,
    shape: Arc<Shape>,
    way: Way,
    number: u128,
    made: u128,
    name: String,
    dice: Dice,
    ledger: Rc<RefCell<Ledger>>,
}

impl Person {
    /// Connects and signs in; every fifth goes the plain way.
    pub async fn arrive(
        number: usize,
        crowd: &Crowd,
        proxy: &Proxy,
        ledger: &Rc<RefCell<Ledger>>,
        dice: Dice,
    ) -> Got<Self> {
        let way = match number % 5 {
            4 => Way::Plain,
            _ => Way::Shared,
        };
        let settings = proxy.settings(crowd.settings(way == Way::Shared));
        let seat = Seat::open(settings).await?;
        if way == Way::Shared {
            try_password(&seat.database, &name(number), CODE).await?;
        }
        let shape = seat.shape("thing").await?;
        Ok(Self {
            seat,
            shape,
            way,
            number: number as u128 + 1,
            made: 0,
            name: name(number),
            dice,
            ledger: ledger.clone(),
        })
    }

    /// Works until the time is over, and finishes what was begun.
    pub async fn work(mut self, until: Instant, records: usize) {
        while Instant::now() < until {
            let pause = Duration::from_millis(self.dice.below(40) as u64);
            tokio::time::sleep(pause).await;
            match self.dice.below(100) {
                0..=7 => self.create().await,
                8..=11 => self.delete(records).await,
                _ => self.edit(records).await,
            }
        }
    }

    /// Half of all work is on a tenth of the records.
    fn some_key(&mut self, records: usize) -> String {
        let few = (records / 10).max(2);
        let all = match self.dice.falls(50) {
            true => few,
            false => records,
        };
        (self.dice.below(all) + 1).to_string()
    }

    async fn read(&mut self, id: &str) -> Option<Record> {
        loop {
            let request = RecordsRequest::LoadRecord {
                table: self.shape.id,
                key: key(&[id]),
            };
            match self.seat.records(request).await {
                Ok(RecordsReply::RecordLoaded(record)) => return record.map(|record| *record),
                Ok(other) => panic!("{other:?}"),
                Err(fault) => self.bear(fault).await,
            }
        }
    }

    async fn edit(&mut self, records: usize) {
        let id = self.some_key(records);
        let Some(mut base) = self.read(&id).await else {
            return;
        };
        let mut yours: Vec<Option<Typed>> = vec![None; self.shape.columns.len()];
        for _ in 0..=self.dice.below(2) {
            let column = COLUMNS[self.dice.below(COLUMNS.len())];
            let value = self.value(column);
            yours[self.column(column)] = Some(Typed::Value(Value::text(value)));
        }
        let thinking = Duration::from_millis(self.dice.below(30) as u64);
        tokio::time::sleep(thinking).await;
        for _ in 0..MOST_MERGES {
            let request = self.next_number();
            let changes = changes(&yours);
            let written = self.written(&changes, Some(&base));
            let save = RecordsRequest::SaveRecord(Save {
                merges: Vec::new(),
                request: RequestId(request),
                table: self.shape.id,
                key: key(&[&id]),
                guard: base.guard.clone(),
                base: base.values.clone(),
                changes,
            });
            let mut entry = self.entry(request, Verb::Update, Some(id.clone()), written);
            match self.ask(&save, &mut entry).await {
                Some(SaveOutcome::Saved(Some(record))) => {
                    entry.version = record.guard.version;
                    return self.note(entry, Verdict::Saved);
                }
                // It was asked late, and somebody deleted it since.
                Some(SaveOutcome::Saved(None)) => return self.note(entry, Verdict::Saved),
                Some(SaveOutcome::Missed(Miss::Changed { theirs, .. })) => {
                    self.note(entry, Verdict::Met);
                    if !self.merge(&base, &theirs, &mut yours) {
                        return;
                    }
                    base = *theirs;
                }
                Some(SaveOutcome::Missed(Miss::Deleted { .. } | Miss::Gone { .. })) => {
                    return self.note(entry, Verdict::Met);
                }
                Some(other) => panic!("{}: {other:?}", self.name),
                None => return self.note(entry, Verdict::NotSaved),
            }
        }
    }

    /// Merges as the client does; what clashes is decided by the dice. Says whether anything is
    /// left to write.
    fn merge(&mut self, base: &Record, theirs: &Record, yours: &mut [Option<Typed>]) -> bool {
        let merged = merge::record(&base.values, &theirs.values, yours);
        let mut clashes = false;
        for (column, field) in merged.fields.iter().enumerate() {
            match field {
                Merged::Yours => {}
                Merged::Clash => {
                    clashes = true;
                    if self.dice.falls(50) {
                        yours[column] = None;
                    }
                }
                Merged::Unchanged | Merged::Theirs | Merged::Same => yours[column] = None,
            }
        }
        let mut ledger = self.ledger.borrow_mut();
        match clashes {
            true => ledger.figures.conflicts += 1,
            false => ledger.figures.merges += 1,
        }
        yours.iter().any(Option::is_some)
    }

    async fn create(&mut self) {
        let request = self.next_number();
        let mut yours: Vec<Option<Typed>> = vec![None; self.shape.columns.len()];
        yours[self.column("a")] = Some(Typed::Value(Value::text(self.value("a"))));
        // In the plain way only a key that is given lets a creation be asked for again.
        let id = (self.way == Way::Plain)
            .then(|| (self.number * 10_000_000 + request % 1_000_000).to_string());
        if let Some(id) = &id {
            yours[self.column("id")] = Some(Typed::Value(Value::text(id)));
        }
        let entries = changes(&yours);
        let written = self.written(&entries, None);
        let creation = RecordsRequest::CreateRecord {
            request: RequestId(request),
            table: self.shape.id,
            entries,
        };
        let mut entry = self.entry(request, Verb::Insert, id, written);
        match self.ask(&creation, &mut entry).await {
            Some(SaveOutcome::Saved(Some(record))) => {
                entry.key = record.key.map(|key| key.0.concat());
                entry.version = record.guard.version;
                self.note(entry, Verdict::Saved);
            }
            Some(SaveOutcome::Saved(None)) => self.note(entry, Verdict::Saved),
            Some(other) => panic!("{}: {other:?}", self.name),
            None => self.note(entry, Verdict::NotSaved),
        }
    }

    async fn delete(&mut self, records: usize) {
        let id = self.some_key(records);
        let Some(record) = self.read(&id).await else {
            return;
        };
        let request = self.next_number();
        let deletion = RecordsRequest::DeleteRecord {
            request: RequestId(request),
            table: self.shape.id,
            key: key(&[&id]),
            guard: record.guard,
            base: record.values,
        };
        let mut entry = self.entry(request, Verb::Delete, Some(id), Vec::new());
        match self.ask(&deletion, &mut entry).await {
            Some(SaveOutcome::Deleted) => self.note(entry, Verdict::Saved),
            Some(SaveOutcome::Missed(_)) => self.note(entry, Verdict::Met),
            Some(other) => panic!("{}: {other:?}", self.name),
            None => self.note(entry, Verdict::NotSaved),
        }
    }

    /// Asks until it is known what became of a change; `None` when it was told as not stored.
    async fn ask(&mut self, request: &RecordsRequest, entry: &mut Entry) -> Option<SaveOutcome> {
        let mut settle = self.dice.falls(6);
        loop {
            let answer = match std::mem::take(&mut settle) {
                true => self.stop(request).await,
                false => self.seat.records(request.clone()).await,
            };
            match answer {
                Ok(RecordsReply::Finished(outcome)) => return Some(outcome),
                Ok(other) => panic!("{other:?}"),
                Err(Fault::Cancelled) => {
                    self.ledger.borrow_mut().figures.stopped += 1;
                    return None;
                }
                Err(Fault::OutcomeUnknown) => {
                    self.ledger.borrow_mut().figures.unknown += 1;
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
                // Told as not saved: some leave it, some save again under the same number.
                Err(fault) => {
                    let leaves = self.dice.falls(30);
                    self.bear(fault).await;
                    if leaves {
                        return None;
                    }
                    entry.verdict = Verdict::NotSaved;
                    self.ledger.borrow_mut().figures.again += 1;
                }
            }
        }
    }

    /// Saves, and presses esc at some moment.
    async fn stop(&mut self, request: &RecordsRequest) -> Result<RecordsReply, Fault> {
        let (seat, asked) = (self.seat.clone(), request.clone());
        let saving = tokio::task::spawn_local(async move { seat.records(asked).await });
        let moment = Duration::from_millis(self.dice.below(15) as u64);
        tokio::time::sleep(moment).await;
        saving.abort();
        if let Ok(answered) = saving.await {
            return answered;
        }
        let settle = RecordsRequest::Settle(Box::new(request.clone()));
        self.seat.records(settle).await
    }

    /// Waits a little after a fault; only such may come as come from outside.
    async fn bear(&mut self, fault: Fault) {
        let expected = matches!(
            fault,
            Fault::Unreachable { .. }
                | Fault::ConnectionLost
                | Fault::TooManyConnections { .. }
                | Fault::ServerState { .. }
                | Fault::Locked { .. }
                | Fault::TooSlow
                | Fault::Busy
        );
        assert!(expected, "{}: {fault:?}", self.name);
        let wait = Duration::from_millis(50 + self.dice.below(150) as u64);
        tokio::time::sleep(wait).await;
    }

    fn note(&self, mut entry: Entry, verdict: Verdict) {
        let mut ledger = self.ledger.borrow_mut();
        entry.verdict = verdict;
        let figures = &mut ledger.figures;
        match (verdict, entry.verb) {
            (Verdict::Saved, Verb::Update) => figures.saved += 1,
            (Verdict::Saved, Verb::Insert) => figures.created += 1,
            (Verdict::Saved, Verb::Delete) => figures.deleted += 1,
            (Verdict::NotSaved, _) => figures.not_saved += 1,
            (Verdict::Met, _) => {}
        }
        ledger.entries.push(entry);
    }

    fn entry(&self, number: u128, verb: Verb, key: Option<String>, values: Vec<Written>) -> Entry {
        Entry {
            way: self.way,
            number,
            verb,
            key,
            values,
            verdict: Verdict::NotSaved,
            version: None,
        }
    }

    fn written(&self, changes: &[FieldChange], base: Option<&Record>) -> Vec<Written> {
        let of = |change: &FieldChange| {
            let name = &self.shape.columns[change.column].name;
            let column = COLUMNS.into_iter().find(|column| column == name)?;
            let Typed::Value(Value::Text(value)) = &change.entry else {
                return None;
            };
            let seen = base.and_then(|base| base.values.get(change.column)?.as_text());
            Some(Written {
                column,
                value: value.clone(),
                seen: seen.map(str::to_owned),
            })
        };
        changes.iter().filter_map(of).collect()
    }

    /// A number that nobody else uses.
    fn next_number(&mut self) -> u128 {
        self.made += 1;
        self.number << 64 | self.made
    }

    /// A value that is written once.
    fn value(&mut self, column: &str) -> String {
        self.made += 1;
        format!("{}.{}.{column}", self.name, self.made)
    }

    fn column(&self, name: &str) -> usize {
        self.shape.column_named(name).expect("a column")
    }
}

fn changes(yours: &[Option<Typed>]) -> Vec<FieldChange> {
    let typed = yours.iter().enumerate();
    typed
        .filter_map(|(column, entry)| {
            let entry = entry.clone()?;
            Some(FieldChange { column, entry })
        })
        .collect()
}
