//! The door to the person's own terminal: raw mode, keys, signals, output, and leaving it as it was.
//!
//! crossterm gives raw mode, size and the other screen; reading and writing are ours. A thread
//! reads keys and notices at once when the line is gone, a second one waits for signals, a third
//! one writes, so that a terminal that takes no output (ctrl-s, a dead line) never stops the seat.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rustix::termios::isatty;
use tokio::sync::mpsc;

use crate::input::event::{Event, Size};

mod deadline;
mod fault;
mod line;
mod mode;
mod output;
mod reader;
mod signals;

use deadline::Deadline;
use fault::Fault;
use mode::Mode;
use output::Output;
use reader::Reader;
use signals::Signals;

/// How the terminal is used.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How long an escape byte may be alone before it is the Esc key.
    pub esc_wait: Duration,
    /// Leave ctrl-s and ctrl-q to the terminal, to stop and go on with output.
    pub flow_control: bool,
    /// Where the report of a fault of the program is written, if anywhere.
    pub report_folder: Option<PathBuf>,
}

/// The person's own terminal.
///
/// It is left as it was found when this is dropped, when the program panics, and when the program
/// was told to leave and hangs.
#[derive(Debug)]
pub struct Tty {
    /// What the terminal delivers. [`Event::HangUp`] also when the process is told to end.
    /// [`Event::Resize`] also when the process was stopped and goes on: the screen must be sent
    /// anew.
    pub events: mpsc::Receiver<Event>,
    ending: Arc<Ending>,
    output: Output,
    reader: Reader,
    signals: Signals,
    mode: Arc<Mode>,
    deadline: Deadline,
}

/// Why the process has to end, as far as it is known.
#[derive(Debug, Default)]
struct Ending {
    /// It was told to by a signal that is not about the terminal.
    told: AtomicBool,
    /// It has met a fault of its own.
    failed: AtomicBool,
}

/// How many events may wait for a seat that is busy.
const EVENTS: usize = 1024;

/// How long a program that was told to leave may take.
const LEAVE_WITHIN: Duration = Duration::from_secs(2);

/// Says whether there is a terminal to talk to, at both ends.
pub fn is_present() -> bool {
    isatty(rustix::stdio::stdin()) && isatty(rustix::stdio::stdout())
}

/// Says whether the terminal is on a line so slow that every byte counts.
pub fn is_slow() -> bool {
    line::is_slow()
}

impl Tty {
    /// Takes the terminal over: raw mode, the other screen, bracketed paste.
    pub fn open(settings: Settings) -> io::Result<Tty> {
        if !is_present() {
            return Err(io::Error::new(
                io::ErrorKind::NotConnected,
                "there is no terminal",
            ));
        }
        let mode = Arc::new(Mode::new(settings.flow_control));
        mode.enter()?;
        Tty::start(settings, &mode).inspect_err(|_| mode.leave())
    }

    fn start(settings: Settings, mode: &Arc<Mode>) -> io::Result<Tty> {
        let (sender, events) = mpsc::channel(EVENTS);
        let deadline = Deadline::start(LEAVE_WITHIN, Arc::clone(mode))?;
        let alarm = || deadline.alarm();
        let output = Output::start(Arc::clone(mode))?;
        let ending = Arc::new(Ending::default());
        let signals = Signals::start(
            sender.clone(),
            Arc::clone(mode),
            Arc::clone(&ending),
            alarm(),
        )?;
        let reader = Reader::start(sender.clone(), settings.esc_wait, alarm())?;
        let fault = Fault {
            mode: Arc::clone(mode),
            ending: Arc::clone(&ending),
            events: sender,
            alarm: alarm(),
            folder: settings.report_folder,
        };
        fault.await_panic();
        Ok(Tty {
            events,
            ending,
            output,
            reader,
            signals,
            mode: Arc::clone(mode),
            deadline,
        })
    }

    /// Returns the size of the terminal, or the standard one when it does not say.
    pub fn size(&self) -> Size {
        mode::size()
    }

    /// Hands one block of bytes to the thread that writes; never waits.
    pub fn write(&mut self, block: Vec<u8>) {
        self.output.write(block);
    }

    /// Waits until everything that was handed over is written. Drawing only then keeps a slow
    /// line from showing what is long past.
    pub async fn written(&mut self) {
        self.output.written().await;
    }

    /// Waits for an event, or until everything that was handed over is written (`None`). The
    /// line that is gone is an event, too.
    pub async fn event_or_written(&mut self) -> Option<Event> {
        tokio::select! {
            event = self.events.recv() => Some(event.unwrap_or(Event::HangUp)),
            () = self.output.written() => None,
        }
    }

    /// Whether everything that was handed over is written.
    pub fn is_written(&self) -> bool {
        self.output.is_written()
    }

    /// Whether the process was told to end, rather than the terminal being gone.
    pub fn was_told_to_end(&self) -> bool {
        self.ending.told.load(Ordering::SeqCst)
    }

    /// Whether the program has met a fault of its own: the terminal is put back already.
    pub fn has_failed(&self) -> bool {
        self.ending.failed.load(Ordering::SeqCst)
    }

    /// Leaves the terminal as it was found.
    pub fn leave(self) {
        drop(self);
    }
}

impl Drop for Tty {
    fn drop(&mut self) {
        // First nothing is written or read any more, then the terminal is put back; until then the
        // deadline runs.
        self.output.stop();
        self.reader.stop();
        self.signals.stop();
        self.mode.leave();
        self.deadline.met();
    }
}
