//! A database of somebody else's with a person's data layer on it: what the tests of the data
//! layer start from. No tests here.

use std::error::Error;
use std::future::Future;
use std::sync::Arc;

use rowhouse::db::admin::{self, Endpoint};
use rowhouse::db::contract::connect::Server;
use rowhouse::db::contract::records::{Save, SaveOutcome};
use rowhouse::db::contract::{
    CatalogReply, CatalogRequest, ConnectReply, ConnectRequest, Fault, RecordsReply,
    RecordsRequest, Reply, Request,
};
use rowhouse::db::{ClientInfo, Database};
use rowhouse::domain::connection::{ConnectionSettings, TlsMode};
use rowhouse::domain::query::{Filter, Page, PageFrom, PageQuery};
use rowhouse::domain::record::{FieldChange, Record, RecordKey, RequestId};
use rowhouse::domain::table::{Shape, TableSummary};
use rowhouse::domain::value::{Entry, Value};
use rowhouse::embedded::cluster::{Template, TestCluster, TestDatabase};
use tokio_postgres::{Client, SimpleQueryMessage};

/// What every test returns.
pub type Outcome = Result<(), Box<dyn Error + Send + Sync>>;

/// Any result of a helper.
pub type Got<T> = Result<T, Box<dyn Error + Send + Sync>>;

const PLAIN: Template = Template {
    name: "plain",
    build: |endpoint| {
        Box::pin(async move {
            admin::batch(&endpoint, include_str!("desk/schema.sql")).await?;
            Ok(())
        })
    },
};

/// The role of the tests of the plain way.
pub const CLERK: &str = "rowhouse_test_clerk";

/// A database and its owner.
pub struct Desk {
    database: TestDatabase,
    /// As superuser: another program.
    pub owner: Client,
}

impl Desk {
    /// A fresh copy of the plain database.
    pub async fn new() -> Got<Self> {
        Self::of(&PLAIN).await
    }

    /// A fresh copy of another database.
    pub async fn of(template: &Template) -> Got<Self> {
        let database = TestCluster::shared()?.database(template).await?;
        let owner = admin::connect(&database.endpoint).await?;
        Ok(Self { database, owner })
    }

    /// Where the database is.
    pub fn endpoint(&self) -> &Endpoint {
        &self.database.endpoint
    }

    /// Settings that reach it over its socket as a role.
    pub fn settings(&self, user: &str) -> ConnectionSettings {
        settings(self.endpoint(), user)
    }

    /// A person's data layer, connected as the clerk.
    pub async fn clerk(&self) -> Got<Seat> {
        Seat::open(self.settings(CLERK)).await
    }

    /// Runs statements as the owner.
    pub async fn run(&self, sql: &str) -> Got<()> {
        Ok(self.owner.batch_execute(sql).await?)
    }

    /// Asks for rows as the owner, fields joined by a bar.
    pub async fn rows(&self, sql: &str) -> Got<Vec<String>> {
        rows(&self.owner, sql).await
    }
}

/// Settings that reach a server of the tests over its socket.
pub fn settings(endpoint: &Endpoint, user: &str) -> ConnectionSettings {
    ConnectionSettings {
        profile: "test".into(),
        host: endpoint.host.display().to_string(),
        port: endpoint.port,
        database: endpoint.database.clone(),
        user: user.into(),
        tls: TlsMode::Off,
        ..ConnectionSettings::default()
    }
}

/// Asks for rows, fields joined by a bar.
pub async fn rows(client: &Client, sql: &str) -> Got<Vec<String>> {
    let messages = client.simple_query(sql).await?;
    Ok(messages
        .iter()
        .filter_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some(
                (0..row.len())
                    .map(|place| row.get(place).unwrap_or("∅"))
                    .collect::<Vec<_>>()
                    .join("|"),
            ),
            _ => None,
        })
        .collect())
}

/// One person's data layer.
#[derive(Clone)]
pub struct Seat {
    /// The data layer itself.
    pub database: Database,
    /// What it found.
    pub server: Server,
}

impl Seat {
    /// Connects.
    pub async fn open(settings: ConnectionSettings) -> Got<Self> {
        let database = Database::new(client());
        let server = open(&database, settings).await?;
        Ok(Self { database, server })
    }

    /// The tables.
    pub async fn tables(&self) -> Result<Arc<[TableSummary]>, Fault> {
        let asked = Request::Catalog(CatalogRequest::ListTables);
        match self.database.perform(asked).await? {
            Reply::Catalog(CatalogReply::TablesListed(tables)) => Ok(tables),
            other => panic!("{other:?}"),
        }
    }

    /// The shape of the table with this name.
    pub async fn shape(&self, name: &str) -> Result<Arc<Shape>, Fault> {
        let tables = self.tables().await?;
        let found = tables.iter().find(|table| table.name.to_string() == name);
        let table = found.unwrap_or_else(|| panic!("no table {name}")).id;
        let asked = Request::Catalog(CatalogRequest::LoadShape { table });
        match self.database.perform(asked).await? {
            Reply::Catalog(CatalogReply::ShapeLoaded(shape)) => Ok(shape),
            other => panic!("{other:?}"),
        }
    }

    /// A request about records.
    pub async fn records(&self, request: RecordsRequest) -> Result<RecordsReply, Fault> {
        match self.database.perform(Request::Records(request)).await? {
            Reply::Records(reply) => Ok(reply),
            other => panic!("{other:?}"),
        }
    }

    /// A page.
    pub async fn page(&self, query: PageQuery) -> Result<Page, Fault> {
        match self.records(RecordsRequest::LoadPage(query)).await? {
            RecordsReply::PageLoaded(page) => Ok(page),
            other => panic!("{other:?}"),
        }
    }

    /// A record that must be there.
    pub async fn record(&self, shape: &Shape, key: &[&str]) -> Result<Record, Fault> {
        let request = RecordsRequest::LoadRecord {
            table: shape.id,
            key: self::key(key),
        };
        match self.records(request).await? {
            RecordsReply::RecordLoaded(Some(record)) => Ok(*record),
            other => panic!("{other:?}"),
        }
    }

    /// A save.
    pub async fn save(&self, save: Save) -> Result<SaveOutcome, Fault> {
        match self.records(RecordsRequest::SaveRecord(save)).await? {
            RecordsReply::Finished(outcome) => Ok(outcome),
            other => panic!("{other:?}"),
        }
    }
}

/// Opens a database.
pub async fn open(database: &Database, settings: ConnectionSettings) -> Result<Server, Fault> {
    let request = ConnectRequest::Open {
        settings: Box::new(settings),
        password: None,
    };
    match database.perform(Request::Connect(request)).await? {
        Reply::Connect(ConnectReply::Opened(server)) => Ok(server),
        other => panic!("{other:?}"),
    }
}

/// What this client says of itself.
pub fn client() -> ClientInfo {
    ClientInfo {
        host: "bench".into(),
        tty: "pts/1".into(),
        version: "0.1.0".into(),
        pid: 7,
    }
}

/// A key.
pub fn key(values: &[&str]) -> RecordKey {
    RecordKey(values.iter().map(|&value| value.to_owned()).collect())
}

/// A page of all columns in key order.
pub fn first_page(shape: &Shape, limit: u16) -> PageQuery {
    PageQuery {
        table: shape.id,
        columns: (0..shape.columns.len()).collect(),
        sort: Vec::new(),
        filter: Filter::default(),
        from: PageFrom::First,
        limit,
        cell_chars: 200,
    }
}

/// A save of some columns, by name.
pub fn save_of(shape: &Shape, record: &Record, number: u128, changes: &[(&str, &str)]) -> Save {
    Save {
        merges: Vec::new(),
        request: RequestId(number),
        table: shape.id,
        key: record.key.clone().expect("a key"),
        guard: record.guard.clone(),
        base: record.values.clone(),
        changes: changes
            .iter()
            .map(|(name, value)| FieldChange {
                column: shape.column_named(name).expect("a column"),
                entry: Entry::Value(Value::text(*value)),
            })
            .collect(),
    }
}

/// Waits for something that another task does, without sleeping blindly.
pub async fn until<F: Future<Output = bool>>(mut is_so: impl FnMut() -> F) {
    for _ in 0..2_000 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    }
    panic!("it never came to be");
}
