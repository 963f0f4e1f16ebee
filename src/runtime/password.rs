//! Finds the password of a connection on a thread where it holds nobody up; no passwords of its own.

use std::sync::Arc;

use super::seat::FindPassword;
use crate::db::contract::{ConnectRequest, Fault, Request};
use crate::domain::connection::PasswordSource;

/// Finds the password for a connection that is asked for without one.
pub(super) async fn with_password(
    request: Request,
    find: Arc<FindPassword>,
) -> Result<Request, Fault> {
    let mut request = request;
    let Request::Connect(
        ConnectRequest::Open { settings, password } | ConnectRequest::Test { settings, password },
    ) = &mut request
    else {
        return Ok(request);
    };
    if password.is_none() && settings.password != PasswordSource::None {
        let settings = settings.clone();
        let found = tokio::task::spawn_blocking(move || find(&settings)).await;
        *password = found
            .unwrap_or(Ok(None))
            .map_err(|message| Fault::LoginRefused {
                message,
                password_missing: false,
            })?;
    }
    Ok(request)
}
