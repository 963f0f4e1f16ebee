//! Asks a server to stop what runs on a connection, so that a pooler in between bears it.
//!
//! PgBouncer before 1.19 ends with a fatal error when the one who asks closes the socket before it
//! has answered by closing it itself. So the socket is closed only after the other side did.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpStream, UnixStream};
use tokio_postgres::CancelToken;
use tokio_postgres::tls::MakeTlsConnect;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::domain::connection::ConnectionSettings;

/// Asks to stop what runs on the connection of a token; best effort.
pub(super) async fn cancel(
    token: CancelToken,
    connector: MakeRustlsConnect,
    settings: &ConnectionSettings,
) {
    let done = match settings.host.strip_prefix('/') {
        Some(_) => {
            let socket = format!("{}/.s.PGSQL.{}", settings.host, settings.port);
            let stream = UnixStream::connect(socket).await;
            ask(token, connector, settings, stream).await
        }
        None => {
            let place = (settings.host.as_str(), settings.port);
            let stream = TcpStream::connect(place).await;
            ask(token, connector, settings, stream).await
        }
    };
    if let Err(why) = done {
        tracing::info!("a statement was not cancelled: {why}");
    }
}

async fn ask<S>(
    token: CancelToken,
    mut connector: MakeRustlsConnect,
    settings: &ConnectionSettings,
    stream: io::Result<S>,
) -> Result<(), String>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let stream = Patient(stream.map_err(|error| error.to_string())?);
    let tls = <MakeRustlsConnect as MakeTlsConnect<Patient<S>>>::make_tls_connect(
        &mut connector,
        &settings.host,
    )
    .map_err(|error| error.to_string())?;
    let asked = token.cancel_query_raw(stream, tls).await;
    asked.map_err(|error| error.to_string())
}

/// A stream that is shut down only after the other side has closed it.
struct Patient<S>(S);

impl<S: AsyncRead + Unpin> AsyncRead for Patient<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buf)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Patient<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let mut bytes = [0; 64];
            let mut rest = ReadBuf::new(&mut bytes);
            // A side that closes in anger has closed all the same.
            if ready!(Pin::new(&mut self.0).poll_read(cx, &mut rest)).is_err()
                || rest.filled().is_empty()
            {
                return Pin::new(&mut self.0).poll_shutdown(cx);
            }
        }
    }
}
