//! A small proxy between the data layer and the server's socket: counts round trips, stalls, cuts,
//! swallows the reply to COMMIT. No tests here.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rowhouse::db::admin::Endpoint;
use rowhouse::domain::connection::ConnectionSettings;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, UnixStream};
use tokio::sync::{mpsc, watch};

/// What the proxy does with what passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// Lets everything pass.
    Pass,
    /// Holds everything back and closes nothing.
    Stall,
    /// Takes no new connections and closes those that are open.
    Refuse,
    /// Closes the connection instead of passing the next reply to COMMIT, then refuses nothing.
    SwallowCommit,
    /// The same, and refuses everything from then on.
    SwallowCommitAndRefuse,
    /// Closes the connection instead of passing the next COMMIT on.
    CutBeforeCommit,
}

/// The proxy; it ends with the value.
pub struct Proxy {
    /// Where it listens.
    pub port: u16,
    shared: Arc<Shared>,
    accepting: tokio::task::JoinHandle<()>,
}

struct Shared {
    socket: PathBuf,
    mode: watch::Sender<Mode>,
    delay: Duration,
    /// Whether startup options are swallowed, as some poolers do.
    swallows_options: bool,
    trips: AtomicU32,
    /// Whether the last bytes came from the server.
    answered: Mutex<bool>,
    /// Connections so far.
    accepted: AtomicU32,
    cut: watch::Sender<Cut>,
}

/// Which connections are cut: those whose number falls so with this seed.
#[derive(Clone, Copy, Debug, Default)]
struct Cut {
    seed: u64,
    percent: u64,
}

impl Cut {
    fn falls_on(self, connection: u32) -> bool {
        let mixed = (self.seed ^ u64::from(connection)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        (mixed >> 32) % 100 < self.percent
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.shared.mode.send_replace(Mode::Refuse);
        self.accepting.abort();
    }
}

impl Proxy {
    /// Listens on a port of its own; answers arrive later by the delay.
    pub async fn new(endpoint: &Endpoint, delay: Duration) -> io::Result<Self> {
        Self::listen(endpoint, delay, false).await
    }

    /// A proxy that lets no startup options through.
    pub async fn pooler(endpoint: &Endpoint) -> io::Result<Self> {
        Self::listen(endpoint, Duration::ZERO, true).await
    }

    async fn listen(endpoint: &Endpoint, delay: Duration, pooler: bool) -> io::Result<Self> {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let port = listener.local_addr()?.port();
        let shared = Arc::new(Shared {
            socket: endpoint.host.join(format!(".s.PGSQL.{}", endpoint.port)),
            mode: watch::channel(Mode::Pass).0,
            delay,
            swallows_options: pooler,
            trips: AtomicU32::new(0),
            answered: Mutex::new(true),
            accepted: AtomicU32::new(0),
            cut: watch::channel(Cut::default()).0,
        });
        let accepting = tokio::spawn(accept(listener, shared.clone()));
        Ok(Self {
            port,
            shared,
            accepting,
        })
    }

    /// The same settings by way of the proxy.
    pub fn settings(&self, direct: ConnectionSettings) -> ConnectionSettings {
        ConnectionSettings {
            host: "127.0.0.1".into(),
            port: self.port,
            ..direct
        }
    }

    /// Changes what it does.
    pub fn set(&self, mode: Mode) {
        self.shared.mode.send_replace(mode);
    }

    /// What it does; a mode that waits for one COMMIT has passed when it is another.
    pub fn mode(&self) -> Mode {
        *self.shared.mode.borrow()
    }

    /// Cuts so many of a hundred connections, without a word to either side.
    pub fn cut_some(&self, seed: u64, percent: u64) {
        self.shared.cut.send_replace(Cut { seed, percent });
    }

    /// How many times the client sent and then waited since this was asked last.
    pub fn trips(&self) -> u32 {
        self.shared.trips.swap(0, Ordering::SeqCst)
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((client, _)) = listener.accept().await {
        if *shared.mode.borrow() == Mode::Refuse {
            continue;
        }
        let shared = shared.clone();
        tokio::spawn(async move {
            let Ok(server) = UnixStream::connect(&shared.socket).await else {
                return;
            };
            serve(client, server, &shared).await;
        });
    }
}

/// Passes bytes both ways until one side ends or the mode says so.
async fn serve(client: impl AsyncRead + AsyncWrite, server: UnixStream, shared: &Shared) {
    let (from_client, to_client) = tokio::io::split(client);
    let (from_server, to_server) = server.into_split();
    let mut mode = shared.mode.subscribe();
    let mut cut = shared.cut.subscribe();
    cut.mark_unchanged();
    let connection = shared.accepted.fetch_add(1, Ordering::SeqCst);
    let falls = |cut: &Cut| cut.falls_on(connection);
    let cut = async {
        // The sender lives as long as what it is shared by.
        while cut.changed().await.is_ok() && !falls(&cut.borrow_and_update()) {}
    };
    tokio::select! {
        () = cut => {}
        _ = requests(from_client, to_server, shared) => {}
        _ = replies(from_server, to_client, shared) => {}
        _ = async { mode.wait_for(|mode| *mode == Mode::Refuse).await.map(|_| ()) } => {}
    }
}

async fn requests(
    mut from: impl AsyncRead + Unpin,
    mut to: impl AsyncWrite + Unpin,
    shared: &Shared,
) -> io::Result<()> {
    let mut bytes = vec![0; 64 * 1024];
    if shared.swallows_options {
        let startup = without_options(&mut from).await?;
        to.write_all(&startup).await?;
    }
    loop {
        let length = from.read(&mut bytes).await?;
        if length == 0 {
            return Ok(());
        }
        held(shared).await;
        if std::mem::take(&mut *shared.answered.lock().expect("no panic")) {
            shared.trips.fetch_add(1, Ordering::SeqCst);
        }
        let sent = &bytes[..length];
        let commits = sent.windows(8).any(|window| window == b"\0COMMIT\0");
        if commits && *shared.mode.borrow() == Mode::CutBeforeCommit {
            let before = sent.windows(8).position(|window| window == b"\0COMMIT\0");
            // The statement before it is on its way; COMMIT's own message is not.
            to.write_all(&sent[..before.unwrap_or(0).saturating_sub(5)])
                .await?;
            shared.mode.send_replace(Mode::Pass);
            return Ok(());
        }
        to.write_all(sent).await?;
    }
}

async fn replies(
    from: impl AsyncRead + Unpin,
    to: impl AsyncWrite + Unpin,
    shared: &Shared,
) -> io::Result<()> {
    let (post, on_its_way) = mpsc::unbounded_channel();
    tokio::try_join!(
        take_replies(from, post, shared),
        pass_replies(to, on_its_way, shared)
    )
    .map(|_| ())
}

/// A message of the server and when it arrives.
type Arrival = (Instant, Vec<u8>);

async fn take_replies(
    mut from: impl AsyncRead + Unpin,
    post: mpsc::UnboundedSender<Arrival>,
    shared: &Shared,
) -> io::Result<()> {
    loop {
        let mut head = [0; 5];
        if from.read_exact(&mut head).await.is_err() {
            // What it said last is on its way still.
            return Ok(());
        }
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        let mut body = vec![0; length - 4];
        from.read_exact(&mut body).await?;
        let mode = *shared.mode.borrow();
        if head[0] == b'C' && body == b"COMMIT\0" {
            let then = match mode {
                Mode::SwallowCommit => Some(Mode::Pass),
                Mode::SwallowCommitAndRefuse => Some(Mode::Refuse),
                _ => None,
            };
            if let Some(then) = then {
                shared.mode.send_replace(then);
                return Err(io::ErrorKind::ConnectionAborted.into());
            }
        }
        let message = [&head[..], &body].concat();
        if post.send((Instant::now() + shared.delay, message)).is_err() {
            return Ok(());
        }
    }
}

async fn pass_replies(
    mut to: impl AsyncWrite + Unpin,
    mut on_its_way: mpsc::UnboundedReceiver<Arrival>,
    shared: &Shared,
) -> io::Result<()> {
    while let Some((arrives, message)) = on_its_way.recv().await {
        tokio::time::sleep_until(arrives.into()).await;
        held(shared).await;
        *shared.answered.lock().expect("no panic") = true;
        to.write_all(&message).await?;
    }
    Ok(())
}

async fn held(shared: &Shared) {
    let mut mode = shared.mode.subscribe();
    let _ = mode.wait_for(|mode| *mode != Mode::Stall).await;
}

/// Reads the startup message, and leaves `options` out of it.
async fn without_options(from: &mut (impl AsyncRead + Unpin)) -> io::Result<Vec<u8>> {
    let length = from.read_u32().await? as usize;
    let mut body = vec![0; length - 4];
    from.read_exact(&mut body).await?;
    let words: Vec<&[u8]> = body[4..].split(|byte| *byte == 0).collect();
    let mut kept = body[..4].to_vec();
    for pair in words
        .chunks(2)
        .filter(|pair| pair.len() == 2 && !pair[0].is_empty())
    {
        if pair[0] != b"options" {
            kept.extend([pair[0], b"\0", pair[1], b"\0"].concat());
        }
    }
    kept.push(0);
    let length = u32::try_from(kept.len() + 4).expect("short");
    Ok([&length.to_be_bytes()[..], &kept].concat())
}
