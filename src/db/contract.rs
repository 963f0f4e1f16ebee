//! The contract with the database layer: requests in the imperative, replies in the past tense.
//!
//! Plain data by area; nothing here connects, and nothing here knows SQL. A request is answered by
//! the reply of the same area, or by a [`Fault`].

pub mod audit;
pub mod catalog;
pub mod claims;
pub mod connect;
pub mod dependents;
pub mod fault;
pub mod feed;
pub mod heard;
pub mod history;
pub mod login;
pub mod lookup;
pub mod many;
pub mod people;
pub mod receipts;
pub mod records;
pub mod rows;
pub mod sessions;
pub mod tenants;
pub mod views;

pub use audit::{AuditReply, AuditRequest};
pub use catalog::{CatalogReply, CatalogRequest};
pub use claims::{ClaimsReply, ClaimsRequest};
pub use connect::{ConnectReply, ConnectRequest};
pub use dependents::{DependentsReply, DependentsRequest};
pub use fault::Fault;
pub use feed::{FeedReply, FeedRequest};
pub use heard::Heard;
pub use history::{HistoryReply, HistoryRequest};
pub use login::{LoginReply, LoginRequest};
pub use lookup::{LookupReply, LookupRequest};
pub use many::{ManyReply, ManyRequest};
pub use people::{PeopleReply, PeopleRequest};
pub use receipts::{ReceiptsReply, ReceiptsRequest};
pub use records::{RecordsReply, RecordsRequest};
pub use rows::{RowsReply, RowsRequest};
pub use sessions::{SessionsReply, SessionsRequest};
pub use tenants::{TenantsReply, TenantsRequest};
pub use views::{ViewsReply, ViewsRequest};

/// The number of a question; an answer to an outdated question is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct QueryId(pub u64);

/// Everything the core may ask of the database.
#[derive(Clone, Debug)]
pub enum Request {
    /// Reaching a server.
    Connect(ConnectRequest),
    /// Signing in and out.
    Login(LoginRequest),
    /// Tables and columns.
    Catalog(CatalogRequest),
    /// Pages, records and saves.
    Records(RecordsRequest),
    /// Receipts of merges.
    Receipts(ReceiptsRequest),
    /// What hangs on records.
    Dependents(DependentsRequest),
    /// The records that foreign keys refer to.
    Lookup(LookupRequest),
    /// Many records at once.
    Many(ManyRequest),
    /// Choosing among tenants.
    Tenants(TenantsRequest),
    /// Who is signed in.
    Sessions(SessionsRequest),
    /// Accounts and roles.
    People(PeopleRequest),
    /// What changed since.
    Feed(FeedRequest),
    /// The past of records.
    History(HistoryRequest),
    /// Who edits what.
    Claims(ClaimsRequest),
    /// The trail across records.
    Audit(AuditRequest),
    /// Rows for a file.
    Rows(RowsRequest),
    /// Views that people keep.
    Views(ViewsRequest),
}

impl Request {
    /// Whether the database may ask for the password again before it does this: the house keeps it
    /// meanwhile and puts it again.
    pub fn may_need_proof(&self) -> bool {
        matches!(
            self,
            Self::Sessions(SessionsRequest::EndSession { .. })
                | Self::Login(LoginRequest::ChangePassword { .. })
                | Self::People(
                    PeopleRequest::AddAccount { .. }
                        | PeopleRequest::ResetAccount { .. }
                        | PeopleRequest::EditAccount { .. }
                        | PeopleRequest::SetActive { .. }
                        | PeopleRequest::UnlockAccount { .. }
                )
        )
    }
}

/// What came back.
#[derive(Clone, Debug)]
pub enum Reply {
    /// Reaching a server.
    Connect(ConnectReply),
    /// Signing in and out.
    Login(LoginReply),
    /// Tables and columns.
    Catalog(CatalogReply),
    /// Pages, records and saves.
    Records(RecordsReply),
    /// Receipts of merges.
    Receipts(ReceiptsReply),
    /// What hangs on records.
    Dependents(DependentsReply),
    /// The records that foreign keys refer to.
    Lookup(LookupReply),
    /// Many records at once.
    Many(ManyReply),
    /// Choosing among tenants.
    Tenants(TenantsReply),
    /// Who is signed in.
    Sessions(SessionsReply),
    /// Accounts and roles.
    People(PeopleReply),
    /// What changed since.
    Feed(FeedReply),
    /// The past of records.
    History(HistoryReply),
    /// Who edits what.
    Claims(ClaimsReply),
    /// The trail across records.
    Audit(AuditReply),
    /// Rows for a file.
    Rows(RowsReply),
    /// Views that people keep.
    Views(ViewsReply),
}
