//! Choosing among tenants, as plain data.

use super::login::SignedIn;
use crate::domain::account::TenantLine;

/// Asks about the tenants of whoever may see all of them.
#[derive(Clone, Debug)]
pub enum TenantsRequest {
    /// Lists them.
    List,
    /// Acts in one from now on.
    Choose {
        /// Its name; none looks across all of them again.
        name: Option<String>,
    },
}

/// What came of it.
#[derive(Clone, Debug)]
pub enum TenantsReply {
    /// The tenants, by name.
    Listed(Vec<TenantLine>),
    /// The session acts there: who it is, and what they may do there.
    Chosen(SignedIn),
}
