//! Rows from the database into a file: a thread writes what the data layer reads, and neither runs
//! ahead of the other. Which rows, and how they look, is decided elsewhere.

use std::path::PathBuf;
use std::sync::mpsc as std_mpsc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};

use super::export::{Export, is_there};
use crate::app::message::Message;
use crate::db::Database;
use crate::db::contract::rows::{Piece, RowsReply, Writing};
use crate::db::contract::{Fault, QueryId, Reply};

/// How many pieces wait for the disk.
const WAITING: usize = 4;

/// After how many rows it is told how many there are.
const TOLD_EVERY: u64 = 10_000;

/// What came of a file: where it is and how long, or why there is none.
type End = Result<(String, u64), String>;

/// The threads that write files of rows: whoever leaves waits until none has half a file.
#[derive(Debug)]
pub struct Writers {
    alive: Option<std_mpsc::Sender<()>>,
    over: std_mpsc::Receiver<()>,
}

impl Default for Writers {
    fn default() -> Self {
        let (alive, over) = std_mpsc::channel();
        Self {
            alive: Some(alive),
            over,
        }
    }
}

impl Writers {
    /// Makes the way to a file; a name without a folder is one in `folder`.
    pub fn writer(&self, folder: PathBuf) -> Writer {
        Writer {
            folder,
            alive: self.alive.clone(),
        }
    }

    /// Waits until no file is half written, but not longer than `longest`. No other is begun.
    pub fn wait(&mut self, longest: Duration) {
        self.alive = None;
        // Nothing is ever sent: it ends when the last thread has let go, or when it takes too long.
        let _ = self.over.recv_timeout(longest);
    }
}

/// The way to a file.
#[derive(Debug)]
pub struct Writer {
    folder: PathBuf,
    alive: Option<std_mpsc::Sender<()>>,
}

impl Writer {
    /// The work of a seat's question: it ends with the answer, and says before how far it is.
    pub fn work(
        self,
        database: Database,
        writing: Writing,
        query: QueryId,
        post: &mpsc::UnboundedSender<Message>,
    ) -> impl Future<Output = (QueryId, Result<Reply, Fault>)> + Send + use<> {
        let post = post.clone();
        async move {
            let told = move |rows| {
                // A seat that is gone hears nothing.
                let _ = post.send(Message::RowsTold { query, rows });
            };
            let reply = self.write(&database, &writing, told).await;
            (query, reply.map(Reply::Rows))
        }
    }

    /// Writes rows to a file and says what became of it; `told` hears how many rows there are so
    /// far. Dropping the future stops it, and nothing of the file is left.
    ///
    /// # Errors
    /// Why the rows could not be read; nothing of the file is left.
    pub async fn write(
        self,
        database: &Database,
        writing: &Writing,
        told: impl Fn(u64) + Send + 'static,
    ) -> Result<RowsReply, Fault> {
        let path = self.folder.join(&writing.file);
        if !writing.over && is_there(&path) && !path.is_dir() {
            let path = path.display().to_string();
            return Ok(RowsReply::IsThere { path });
        }
        let (send, pieces) = mpsc::channel(WAITING);
        let (whole, is_whole) = oneshot::channel();
        let done = match self.begin(writing, pieces, is_whole, told) {
            Ok(done) => done,
            Err(why) => return Ok(RowsReply::NotWritten(why)),
        };
        let read = database.extract(&writing.rows, &send).await;
        drop(send);
        match read {
            Ok(rows) => {
                // A thread that has ended says why below.
                let _ = whole.send(());
                Ok(match done.await {
                    Ok(Ok((path, bytes))) => RowsReply::Written { path, rows, bytes },
                    Ok(Err(why)) => RowsReply::NotWritten(why),
                    Err(_) => RowsReply::NotWritten(NOBODY.into()),
                })
            }
            // Once the thread has ended nothing of the file is left. Where it was the thread that had
            // to stop, its words say why.
            Err(fault) => {
                drop(whole);
                match (done.await, fault) {
                    (Ok(Err(why)), Fault::Cancelled) => Ok(RowsReply::NotWritten(why)),
                    (_, fault) => Err(fault),
                }
            }
        }
    }

    /// Begins the file and starts its thread.
    fn begin(
        self,
        writing: &Writing,
        pieces: mpsc::Receiver<Piece>,
        is_whole: oneshot::Receiver<()>,
        told: impl Fn(u64) + Send + 'static,
    ) -> Result<oneshot::Receiver<End>, String> {
        let mut export = Export::default();
        export.begin(&self.folder, &writing.file, writing.over)?;
        let (tell, done) = oneshot::channel();
        let work = move || {
            let end = take(&mut export, pieces, is_whole, told);
            // Nothing half is left before anybody hears of it.
            drop(export);
            // Whoever waited may have stopped it.
            let _ = tell.send(end);
            drop(self.alive);
        };
        let thread = std::thread::Builder::new().name("rows".into()).spawn(work);
        thread.map(|_| done).map_err(|_| NOBODY.to_owned())
    }
}

const NOBODY: &str = "the file could not be written: nothing on this machine writes it";

/// Writes pieces down until there are no more; the file is whole only if that is said.
fn take(
    export: &mut Export,
    mut pieces: mpsc::Receiver<Piece>,
    is_whole: oneshot::Receiver<()>,
    told: impl Fn(u64),
) -> End {
    let mut bytes = 0;
    let mut rows = 0;
    while let Some(piece) = pieces.blocking_recv() {
        export.write(&piece.text)?;
        bytes += u64::try_from(piece.text.len()).unwrap_or(0);
        if piece.rows / TOLD_EVERY > rows / TOLD_EVERY {
            told(piece.rows);
        }
        rows = piece.rows;
    }
    match is_whole.blocking_recv() {
        Ok(()) => export.end().map(|path| (path, bytes)),
        Err(_) => Err("it was stopped".into()),
    }
}
