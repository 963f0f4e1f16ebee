//! A seat at a plant whose answers are made by hand: tables, rows, and what others do to them.

use std::sync::Arc;

use super::rows;
use crate::app::bench::{Bench, session};
use crate::app::effect::Timer;
use crate::app::message::Message;
use crate::app::update::replies;
use crate::db::contract::feed::{FeedCursor, FeedItem};
use crate::db::contract::records::{Miss, SaveOutcome};
use crate::db::contract::{
    CatalogReply, CatalogRequest, DependentsReply, Fault, FeedReply, QueryId, RecordsReply,
    RecordsRequest, Reply, Request, SessionsReply,
};
use crate::domain::dependents::Dependents;
use crate::domain::query::PageFrom;

use crate::domain::record::{Guard, LastChange, Record, RecordKey, Verb};
use crate::domain::session::Presence;
use crate::domain::table::{
    Column, ColumnKind, GuardKind, Rights, Shape, TableId, TableKind, TableName, TableSummary,
};

/// The table of machines.
pub const EQUIPMENT: TableId = TableId(7);

/// A seat and the rows that answer it.
pub struct Plant {
    pub bench: Bench,
    /// BFM number, description, hours, version.
    pub rows: Vec<(String, Option<String>, i64, i64)>,
    pub shape: Shape,
    /// What was asked, in short.
    pub asked: Vec<String>,
    /// What others did and no poll has told yet.
    pub news: Vec<FeedItem>,
    pub presence: Vec<Presence>,
    /// What hangs on every record.
    pub dependents: Dependents,
    /// Questions that are put but not answered yet.
    pub open: Vec<(QueryId, Request)>,
}

impl Plant {
    /// Signs anna in; the list of tables is asked for.
    pub fn begin(rows: usize) -> Self {
        let mut plant = Self {
            bench: Bench::at_sign_in(),
            rows: (1..=rows)
                .map(|n| {
                    let text = format!("machine {}", n % 7);
                    (format!("BFM-{n:03}"), Some(text), 1000 - n as i64, 1)
                })
                .collect(),
            shape: shape(),
            asked: Vec::new(),
            news: Vec::new(),
            presence: Vec::new(),
            dependents: Dependents::default(),
            open: Vec::new(),
        };
        let bench = &mut plant.bench;
        replies::signed_in(&mut bench.app, session("anna"), &mut bench.effects);
        plant.settle();
        plant
    }

    /// Signs anna in and opens the table.
    pub fn at_equipment(rows: usize) -> Self {
        let mut plant = Self::begin(rows);
        plant.press("enter");
        plant.asked.clear();
        plant
    }

    /// Presses keys; everything that is asked is answered, and painted, after each of them.
    pub fn press(&mut self, keys: &str) {
        for key in keys.split_whitespace() {
            self.bench.press(key);
            self.settle();
            self.bench.app.painted();
        }
    }

    /// Presses keys one after the other; nothing is answered.
    pub fn press_ahead(&mut self, keys: &str) {
        self.bench.press(keys);
        self.collect();
    }

    /// Lets keys rest.
    pub fn rest(&mut self) {
        self.bench.take(Message::Wake(Timer::Rest));
        self.settle();
    }

    /// Lets a second pass: the feed is polled.
    pub fn poll(&mut self) {
        self.bench.take(Message::Wake(Timer::Feed));
        self.settle();
    }

    /// Answers until nothing is asked any more.
    pub fn settle(&mut self) {
        loop {
            self.collect();
            if self.open.is_empty() {
                // What was answered is on the screen before the next key.
                return self.bench.app.painted();
            }
            let (query, request) = self.open.remove(0);
            let reply = self.answer(request);
            self.bench.answer_to(query, reply);
        }
    }

    /// Somebody else changes, creates or deletes a row.
    pub fn other(&mut self, verb: Verb, key: &str, text: &str) {
        let place = self.rows.binary_search_by(|row| row.0.as_str().cmp(key));
        match (verb, place) {
            (Verb::Delete, Ok(at)) => {
                self.rows.remove(at);
            }
            (Verb::Update, Ok(at)) => {
                self.rows[at].1 = Some(text.into());
                self.rows[at].3 += 1;
            }
            (Verb::Insert, Err(at)) => {
                let row = (key.to_owned(), Some(text.to_owned()), 0, 1);
                self.rows.insert(at, row);
            }
            _ => panic!("{verb:?} {key}"),
        }
        self.news.push(FeedItem {
            table: EQUIPMENT,
            key: Some(RecordKey(vec![key.into()])),
            verb,
            username: "jhymel".into(),
            at: self.bench.now,
            mine: false,
        });
    }

    /// The line of the screen under the cursor.
    pub fn cursor_line(&mut self) -> String {
        let screen = self.bench.screen();
        let line = screen.lines().find(|line| line.contains('▌'));
        line.unwrap_or_default()
            .trim_start_matches([' ', '▌', '•', '×'])
            .to_owned()
    }

    pub fn collect(&mut self) {
        for (query, request) in self.bench.asked() {
            if let Some(name) = name(&request) {
                self.asked.push(name);
            }
            self.open.push((query, request));
        }
    }

    pub fn answer(&mut self, request: Request) -> Result<Reply, Fault> {
        Ok(match request {
            Request::Catalog(CatalogRequest::ListTables) => {
                Reply::Catalog(CatalogReply::TablesListed(Arc::from(tables())))
            }
            Request::Catalog(CatalogRequest::LoadShape { table }) => {
                let shape = Shape {
                    id: table,
                    ..self.shape.clone()
                };
                Reply::Catalog(CatalogReply::ShapeLoaded(Arc::new(shape)))
            }
            Request::Records(RecordsRequest::LoadPage(query)) => Reply::Records(
                RecordsReply::PageLoaded(rows::page(&self.rows, self.shape.key.is_empty(), &query)),
            ),
            Request::Records(RecordsRequest::LoadRecord { key, .. }) => {
                let row = self.rows.iter().find(|row| row.0 == key.0[0]);
                let record = row.map(|row| {
                    let row = rows::read(row, &[]);
                    Box::new(Record {
                        key: row.key,
                        guard: row.guard,
                        values: row.cells.into_iter().map(|cell| cell.value).collect(),
                    })
                });
                Reply::Records(RecordsReply::RecordLoaded(record))
            }
            Request::Records(RecordsRequest::CountRows { filter, .. }) => {
                let rows = self.rows.iter().filter(|row| rows::matches(row, &filter));
                Reply::Records(RecordsReply::RowsCounted(rows.count() as u64))
            }
            Request::Feed(_) => Reply::Feed(FeedReply::Polled {
                cursor: FeedCursor("1".into()),
                items: std::mem::take(&mut self.news),
                presence: self.presence.clone(),
                lines: Vec::new(),
                now: self.bench.now,
            }),
            Request::Records(RecordsRequest::DeleteRecord { key, guard, .. }) => {
                let outcome = self.delete(&key, &guard);
                Reply::Records(RecordsReply::Finished(outcome))
            }
            Request::Dependents(_) => {
                let known = self.dependents.clone();
                Reply::Dependents(DependentsReply::DependentsLoaded(known))
            }
            Request::Sessions(_) => Reply::Sessions(SessionsReply::Touched {
                now: self.bench.now,
            }),
            _ => return Err(Fault::Cancelled),
        })
    }

    fn delete(&mut self, key: &RecordKey, guard: &Guard) -> SaveOutcome {
        let place = self.rows.iter().position(|row| row.0 == key.0[0]);
        match place {
            None => SaveOutcome::Missed(Miss::Deleted { by: None }),
            Some(at) if guard.version != Some(self.rows[at].3) => {
                let row = rows::read(&self.rows[at], &[]);
                let theirs = Box::new(Record {
                    key: row.key,
                    guard: row.guard,
                    values: Vec::new(),
                });
                let by = Some(LastChange {
                    verb: Verb::Update,
                    username: "jhymel".into(),
                    display_name: "J. Hymel".into(),
                    station: "tape tty2".into(),
                    at: self.bench.now,
                });
                SaveOutcome::Missed(Miss::Changed { theirs, by })
            }
            Some(at) => {
                self.rows.remove(at);
                SaveOutcome::Deleted
            }
        }
    }
}

fn name(request: &Request) -> Option<String> {
    Some(match request {
        Request::Catalog(CatalogRequest::ListTables) => "tables".into(),
        Request::Catalog(CatalogRequest::LoadShape { .. }) => "shape".into(),
        Request::Records(RecordsRequest::LoadPage(page)) => match &page.from {
            PageFrom::First => "first".into(),
            PageFrom::Last => "last".into(),
            PageFrom::After(_) => "after".into(),
            PageFrom::Before(_) => "before".into(),
            PageFrom::From(_) => "from".into(),
            PageFrom::Row(_) => "row".into(),
        },
        Request::Records(RecordsRequest::LoadRecord { key, .. }) => format!("record {key}"),
        Request::Records(RecordsRequest::CountRows { .. }) => "count".into(),
        Request::Records(RecordsRequest::DeleteRecord { key, guard, .. }) => {
            format!("delete {key} {}", guard.version.unwrap_or_default())
        }
        Request::Records(RecordsRequest::Settle(_)) => "settle".into(),
        _ => return None,
    })
}

fn tables() -> Vec<TableSummary> {
    let table = |id, name: &str, comment: Option<&str>, rows| TableSummary {
        keyless: false,
        id: TableId(id),
        name: TableName {
            schema: "public".into(),
            name: name.into(),
        },
        kind: TableKind::Table,
        comment: comment.map(str::to_owned),
        estimated_rows: rows,
        rights: RIGHTS,
    };
    vec![
        table(7, "equipment", Some("machines of the plant"), Some(651)),
        table(9, "parts", None, Some(12_345)),
    ]
}

const RIGHTS: Rights = Rights {
    view: true,
    insert: true,
    update: true,
    delete: true,
    partly: false,
};

fn shape() -> Shape {
    let column = |number, name: &str, kind| Column {
        number,
        name: name.into(),
        comment: None,
        type_name: "text".into(),
        kind,
        not_null: false,
        default: None,
        generated: false,
        may_insert: true,
        may_update: true,
        facts: Default::default(),
    };
    let text = || ColumnKind::Text { max_chars: None };
    Shape {
        id: EQUIPMENT,
        name: TableName {
            schema: "public".into(),
            name: "equipment".into(),
        },
        kind: TableKind::Table,
        comment: None,
        columns: vec![
            column(1, "BFM no", text()),
            column(2, "description", text()),
            column(3, "hours", ColumnKind::Number),
        ],
        key: vec![0],
        guard: GuardKind::Version {
            column: "rowhouse_version".into(),
        },
        hard_locks: false,
        rights: RIGHTS,
        read_only: None,
        estimated_rows: Some(651),
        couples: Vec::new(),
        references: Vec::new(),
        uniques: Vec::new(),
    }
}
