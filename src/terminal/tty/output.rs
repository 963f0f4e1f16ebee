//! The thread that writes to the terminal, one block after the other; it knows no screen.

use std::io;
use std::os::fd::AsFd;
use std::sync::Arc;
use std::sync::mpsc as std_mpsc;
use std::thread;

use rustix::event::{PollFd, PollFlags, poll};
use rustix::io::Errno;
use tokio::sync::watch;

use super::mode::Mode;

/// Hands blocks to the thread that writes.
#[derive(Debug)]
pub struct Output {
    blocks: Option<std_mpsc::Sender<Vec<u8>>>,
    handed: u64,
    written: watch::Receiver<u64>,
}

impl Output {
    /// Starts the thread.
    pub fn start(mode: Arc<Mode>) -> io::Result<Output> {
        let (blocks, handed) = std_mpsc::channel::<Vec<u8>>();
        let (done, written) = watch::channel(0);
        let work = move || {
            for block in handed {
                // A terminal that is gone is noticed by the reader; until then, drawing goes on.
                let _ = write_all(&block, &mode);
                done.send_modify(|count| *count += 1);
            }
        };
        thread::Builder::new().name("output".into()).spawn(work)?;
        Ok(Output {
            blocks: Some(blocks),
            handed: 0,
            written,
        })
    }

    /// Hands one block over.
    pub fn write(&mut self, block: Vec<u8>) {
        if block.is_empty() {
            return;
        }
        if self
            .blocks
            .as_ref()
            .is_some_and(|blocks| blocks.send(block).is_ok())
        {
            self.handed += 1;
        }
    }

    /// Whether everything handed over is written.
    pub fn is_written(&self) -> bool {
        *self.written.borrow() >= self.handed
    }

    /// Waits until everything handed over is written.
    pub async fn written(&mut self) {
        let handed = self.handed;
        // An error says that the thread has ended, and with it all writing.
        let _ = self.written.wait_for(|written| *written >= handed).await;
    }

    /// Takes no more blocks. The thread is not waited for: the terminal may take no output.
    pub fn stop(&mut self) {
        self.blocks = None;
    }
}

/// Writes a block, in pieces if the terminal is slow; stops when the terminal was put back.
fn write_all(block: &[u8], mode: &Mode) -> Result<(), Errno> {
    let stdout = rustix::stdio::stdout();
    let mut rest = block;
    while !rest.is_empty() {
        let piece = &rest[..rest.len().min(PIECE)];
        let Some(written) = mode.while_ours(|| rustix::io::write(stdout, piece)) else {
            break;
        };
        match written {
            Ok(count) => rest = &rest[count..],
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => {
                poll(&mut [PollFd::new(&stdout.as_fd(), PollFlags::OUT)], None)?;
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(())
}

/// Small enough that leaving need not wait for long on a slow line.
const PIECE: usize = 1024;
