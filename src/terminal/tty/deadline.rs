//! Ends the process when it was told to leave and hangs; nothing else may.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use super::mode::Mode;

/// A time within which a program that was told to leave must have left.
#[derive(Debug)]
pub struct Deadline {
    alarm: Alarm,
}

/// Starts the time.
#[derive(Clone, Debug)]
pub struct Alarm(mpsc::Sender<Told>);

#[derive(Debug)]
enum Told {
    Leave,
    Left,
}

/// The exit code of a process that had to be ended.
const HUNG: i32 = 1;

impl Deadline {
    /// Starts the thread that watches over the leaving.
    pub fn start(within: Duration, mode: Arc<Mode>) -> io::Result<Deadline> {
        let (sender, told) = mpsc::channel();
        thread::Builder::new()
            .name("deadline".into())
            .spawn(move || watch(&told, within, mode))?;
        Ok(Deadline {
            alarm: Alarm(sender),
        })
    }

    /// Returns what starts the time.
    pub fn alarm(&self) -> Alarm {
        self.alarm.clone()
    }

    /// The program has left in time.
    pub fn met(&self) {
        // The thread is gone when it was told before.
        let _ = self.alarm.0.send(Told::Left);
    }
}

impl Alarm {
    /// The program is told to leave.
    pub fn ring(&self) {
        // The thread is gone when the program has left already.
        let _ = self.0.send(Told::Leave);
    }
}

fn watch(told: &mpsc::Receiver<Told>, within: Duration, mode: Arc<Mode>) {
    let Ok(Told::Leave) = told.recv() else { return };
    loop {
        match told.recv_timeout(within) {
            Ok(Told::Left) | Err(RecvTimeoutError::Disconnected) => return,
            // Told again: the time runs from the first.
            Ok(Told::Leave) => {}
            Err(RecvTimeoutError::Timeout) => break,
        }
    }
    // The terminal may take no output any more; then the process ends without putting it back.
    let (sender, put_back) = mpsc::channel();
    let leave = move || {
        mode.leave();
        sender.send(())
    };
    if thread::Builder::new().spawn(leave).is_ok() {
        let _ = put_back.recv_timeout(within / 4);
    }
    end();
}

#[expect(
    clippy::exit,
    reason = "the rest of the program hangs: no other thread can be asked to return"
)]
fn end() -> ! {
    std::process::exit(HUNG)
}
