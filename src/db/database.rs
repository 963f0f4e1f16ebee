//! The data layer's door: one Database per seat, which answers Requests.

use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc::Sender;

use super::change::Change;
use super::contract::rows::{Extract, Piece};
use super::contract::{
    CatalogReply, CatalogRequest, ConnectReply, ConnectRequest, DependentsReply, DependentsRequest,
    Fault, Heard, ManyReply, ManyRequest, RecordsReply, RecordsRequest, Reply, Request,
};
use super::lookup;
use super::open::Open;
use super::{
    audit, back, choose, claims, connect, dependents, extract, feed, history, holder, login, look,
    many, page, people, receipts, record, save, sessions, settle, shape, stages, tables, views,
    watch,
};

/// What the server is told of this client, for the list of sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ClientInfo {
    /// The machine's name.
    pub host: String,
    /// The terminal's name.
    pub tty: String,
    /// This program's version.
    pub version: String,
    /// The process.
    pub pid: u32,
}

/// One seat's way to the database: its pool, session and known shapes. Clones share them.
#[derive(Clone)]
pub struct Database {
    inner: Arc<Inner>,
}

struct Inner {
    client: ClientInfo,
    open: Mutex<Option<Arc<Open>>>,
}

impl Database {
    /// Makes a seat's data layer; it is connected by the first [`ConnectRequest::Open`].
    pub fn new(client: ClientInfo) -> Self {
        Self {
            inner: Arc::new(Inner {
                client,
                open: Mutex::new(None),
            }),
        }
    }

    /// Answers a request.
    ///
    /// Dropping the future cancels what runs: the statement is cancelled, the connection closed,
    /// and nothing of it is handed on. A change that was dropped may have been stored; asking for
    /// it again with the same number tells.
    pub async fn perform(&self, request: Request) -> Result<Reply, Fault> {
        match request {
            Request::Connect(request) => self.connect(request).await.map(Reply::Connect),
            Request::Login(request) => {
                let open = self.current()?;
                let answer = login::perform(&open, &self.inner.client, request).await;
                answer.map(Reply::Login)
            }
            Request::Catalog(request) => self.catalog(request).await.map(Reply::Catalog),
            Request::Records(request) => self.records(request).await.map(Reply::Records),
            Request::Many(request) => self.many(request).await.map(Reply::Many),
            Request::Dependents(DependentsRequest::LoadDependents { table, keys }) => {
                let open = self.current()?;
                let found = dependents::load(&open, table, &keys).await;
                found.map(|found| Reply::Dependents(DependentsReply::DependentsLoaded(found)))
            }
            Request::Lookup(request) => lookup::perform(&*self.current()?, request)
                .await
                .map(Reply::Lookup),
            Request::Receipts(request) => receipts::perform(&*self.current()?, request)
                .await
                .map(Reply::Receipts),
            Request::Views(request) => views::perform(&*self.current()?, request)
                .await
                .map(Reply::Views),
            Request::Sessions(request) => sessions::perform(&*self.current()?, request)
                .await
                .map(Reply::Sessions),
            Request::Tenants(request) => choose::perform(&*self.current()?, request)
                .await
                .map(Reply::Tenants),
            Request::People(request) => people::perform(&*self.current()?, request)
                .await
                .map(Reply::People),
            Request::Feed(request) => {
                let open = self.current()?;
                feed::perform(&open, &self.inner.client, request)
                    .await
                    .map(Reply::Feed)
            }
            Request::History(request) => history::perform(&*self.current()?, request)
                .await
                .map(Reply::History),
            Request::Audit(request) => audit::perform(&*self.current()?, request)
                .await
                .map(Reply::Audit),
            Request::Rows(request) => extract::perform(&*self.current()?, request)
                .await
                .map(Reply::Rows),
            Request::Claims(request) => claims::perform(&*self.current()?, request)
                .await
                .map(Reply::Claims),
        }
    }

    async fn many(&self, request: ManyRequest) -> Result<ManyReply, Fault> {
        let open = self.current()?;
        Ok(match request {
            ManyRequest::LoadMany { table, keys } => {
                ManyReply::ManyLoaded(many::load(&open, table, &keys).await?)
            }
            ManyRequest::Settle(numbers) => {
                ManyReply::Settled(many::settle(&open, &numbers).await?)
            }
            ManyRequest::BringBack { request, parts } => {
                ManyReply::BroughtBack(back::carry_out(&open, request, parts).await?)
            }
            ManyRequest::ChangeSeveral(all) => {
                ManyReply::SeveralChanged(many::carry_out(&open, all).await)
            }
        })
    }

    async fn connect(&self, request: ConnectRequest) -> Result<ConnectReply, Fault> {
        match request {
            ConnectRequest::Open { settings, password } => {
                let open = connect::open(*settings, password).await?;
                let server = open.server.clone();
                *self.lock() = Some(Arc::new(open));
                Ok(ConnectReply::Opened(server))
            }
            ConnectRequest::Test { settings, password } => Ok(ConnectReply::Tested(
                stages::test(*settings, password).await,
            )),
        }
    }

    async fn catalog(&self, request: CatalogRequest) -> Result<CatalogReply, Fault> {
        let open = self.current()?;
        match request {
            CatalogRequest::ListTables => tables::list(&open).await.map(CatalogReply::TablesListed),
            CatalogRequest::LoadShape { table } => shape::tell(&open, table)
                .await
                .map(CatalogReply::ShapeLoaded),
        }
    }

    async fn records(&self, request: RecordsRequest) -> Result<RecordsReply, Fault> {
        let open = self.current()?;
        match request {
            RecordsRequest::LoadPage(query) => {
                page::load(&open, query).await.map(RecordsReply::PageLoaded)
            }
            RecordsRequest::LoadShare { query, share } => page::share::load(&open, query, share)
                .await
                .map(RecordsReply::ShareLoaded),
            RecordsRequest::LoadRecord { table, key } => record::load(&open, table, &key)
                .await
                .map(|record| RecordsReply::RecordLoaded(record.map(Box::new))),
            RecordsRequest::LookAtRecords(looks) => look::at(&open, &looks)
                .await
                .map(RecordsReply::RecordsLookedAt),
            RecordsRequest::WatchRecords(watches) => watch::at(&open, &watches)
                .await
                .map(RecordsReply::RecordsWatched),
            RecordsRequest::CountRows { table, filter } => page::count(&open, table, &filter)
                .await
                .map(RecordsReply::RowsCounted),
            RecordsRequest::Settle(request) => match change(*request) {
                Some(change) => settle::settle(&open, &change)
                    .await
                    .map(RecordsReply::Finished),
                None => Err(Fault::Cancelled),
            },
            RecordsRequest::FindHolder(request) => holder::find(&open, request)
                .await
                .map(RecordsReply::HolderFound),
            request => match change(request) {
                Some(change) => save::carry_out(&open, change)
                    .await
                    .map(RecordsReply::Finished),
                None => Err(Fault::Cancelled),
            },
        }
    }

    /// Hands the text of rows on, piece by piece, and returns how many rows there were; dropping the
    /// future stops it. It ends with [`Fault::Cancelled`] when nobody takes the pieces any more.
    ///
    /// # Errors
    /// Why not all rows were read.
    pub async fn extract(&self, wish: &Extract, out: &Sender<Piece>) -> Result<u64, Fault> {
        let open = self.current()?;
        extract::stream(&open, wish, out).await
    }

    /// Takes what the server said besides its answers while something was saved.
    pub fn take_heard(&self) -> Vec<Heard> {
        let open = self.lock().clone();
        open.map_or_else(Vec::new, |open| open.hearing.take())
    }

    fn current(&self) -> Result<Arc<Open>, Fault> {
        self.lock().clone().ok_or_else(|| Fault::Unreachable {
            message: "no database is open: choose a connection first".into(),
        })
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Arc<Open>>> {
        self.inner
            .open
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a request is to change; `None` where it only asks.
fn change(request: RecordsRequest) -> Option<Change> {
    Some(match request {
        RecordsRequest::SaveRecord(save) => Change::Update(save),
        RecordsRequest::CreateRecord {
            request,
            table,
            entries,
        } => Change::Insert {
            request,
            table,
            entries,
        },
        RecordsRequest::DeleteRecord {
            request,
            table,
            key,
            guard,
            base,
        } => Change::Delete {
            request,
            table,
            key,
            guard,
            base,
        },
        RecordsRequest::LoadPage(_)
        | RecordsRequest::LoadShare { .. }
        | RecordsRequest::LoadRecord { .. }
        | RecordsRequest::LookAtRecords(_)
        | RecordsRequest::WatchRecords(_)
        | RecordsRequest::CountRows { .. }
        | RecordsRequest::Settle(_)
        | RecordsRequest::FindHolder(_) => return None,
    })
}
