//! A line to the server that can be stalled and cut, for tests that wait on threads. No tests here.

use std::sync::Arc;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;

use rowhouse::db::admin::Endpoint;
use tokio::sync::oneshot;

use crate::proxy::{Mode, Proxy};

/// The proxy on a thread of its own; it ends with the value.
pub struct Line {
    proxy: Arc<Proxy>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Line {
    /// Lays a line to a server.
    pub fn to(endpoint: &Endpoint) -> Line {
        Self::of(endpoint, Duration::ZERO)
    }

    /// Lays a line on which an answer takes so long.
    pub fn of(endpoint: &Endpoint, delay: Duration) -> Line {
        let (told, proxy) = mpsc::channel();
        let (stop, stopped) = oneshot::channel();
        let endpoint = endpoint.clone();
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let proxy = Proxy::new(&endpoint, delay).await.unwrap();
                told.send(Arc::new(proxy)).unwrap();
                // An error says that the line is not wanted any more either.
                let _ = stopped.await;
            });
        });
        Line {
            proxy: proxy.recv().unwrap(),
            stop: Some(stop),
            thread: Some(thread),
        }
    }

    /// The port at this end.
    pub fn port(&self) -> u16 {
        self.proxy.port
    }

    /// Changes what it does with what passes.
    pub fn set(&self, mode: Mode) {
        self.proxy.set(mode);
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        self.stop = None;
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}
