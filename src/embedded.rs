//! A private PostgreSQL from installed binaries, for the demo and the tests; no client code.
//!
//! [`Server::open`] starts the server of a folder or joins the one that runs there. No port is
//! opened: the server listens on a socket in a folder that only its owner may enter. It ends with
//! its last client, also after `kill -9`, because a small `sh` watches a FIFO whose write end
//! every client holds open (`watch`). [`cluster`] is the server that the tests share.

pub mod binaries;
pub mod cluster;
pub mod error;
mod launch;
pub mod layout;
mod owner;
mod pidfile;
pub mod pooler;
pub mod sample;
pub mod scratch;
pub mod server;
mod watch;

pub use crate::db::admin::Endpoint;
pub use binaries::Binaries;
pub use error::EmbeddedError;
pub use layout::Layout;
pub use server::{Durability, Server};
