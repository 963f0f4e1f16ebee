//! The door to the person's own terminal: raw mode, keys, signals, output, and leaving it as it was.
//!
//! crossterm gives raw mode, size and the other screen; reading and writing are ours. A thread
//! reads keys and notices at once when the line is gone, a second one waits for signals, a third
//! one writes, so that a terminal that takes no output (ctrl-s, a dead line) never stops the seat.

use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rustix::termios::isatty;
use tokio::sync::mpsc;

use crate::input::event::{Event, Size};

mod deadline;
mod fault;
mod fence;
mod line;
mod mode;
mod output;
mod reader;
mod signals;

use deadline::Deadline;
use fault::Fault;
use fence::Fence;
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
    /// Whether the terminal is to report the mouse.
    pub mouse: bool,
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
    /// Hands events over: kept for the reader that begins anew after an editor.
    sender: mpsc::Sender<Event>,
    esc_wait: Duration,
    ending: Arc<Ending>,
    output: Output,
    fence: Fence,
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
    /// Another program has the terminal for a while.
    aside: AtomicBool,
    /// When the terminal was taken back from it.
    back: Mutex<Option<Instant>>,
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
    line::slow_baud().is_some()
}

/// Returns how many baud the line to the terminal has, where that is few and somebody set it.
pub fn slow_baud() -> Option<u32> {
    line::slow_baud()
}

/// How long an answer that is on its way is waited for before the terminal is left.
const ANSWER_WITHIN: Duration = Duration::from_millis(300);

/// How long after another program ended a key of its own may still be on its way as a signal: ctrl-c
/// reaches both, and this process may be the slower one.
const LATE_SIGNAL: Duration = Duration::from_secs(1);

impl Ending {
    /// Whether a signal of the keyboard is for another program that has the terminal, or just had it.
    fn is_for_another(&self) -> bool {
        let back = self.back.lock().unwrap_or_else(PoisonError::into_inner);
        let just = back.is_some_and(|back| back.elapsed() < LATE_SIGNAL);
        just || self.aside.load(Ordering::SeqCst)
    }
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
        let mode = Arc::new(Mode::new(settings.flow_control, settings.mouse));
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
        let fence = Fence::new();
        let wait = settings.esc_wait;
        let reader = Reader::start(sender.clone(), fence.sender(), wait, alarm())?;
        let fault = Fault {
            mode: Arc::clone(mode),
            ending: Arc::clone(&ending),
            events: sender.clone(),
            alarm: alarm(),
            folder: settings.report_folder,
        };
        fault.await_panic();
        Ok(Tty {
            events,
            sender,
            esc_wait: settings.esc_wait,
            ending,
            output,
            fence,
            reader,
            signals,
            mode: Arc::clone(mode),
            deadline,
        })
    }

    /// Gives the terminal to another program: nothing is drawn and no key is taken until
    /// [`Tty::step_back`].
    pub async fn step_aside(&mut self) {
        // A terminal that takes no output is handed over as it is.
        let _ = tokio::time::timeout(LEAVE_WITHIN, self.output.written()).await;
        self.settle().await;
        self.ending.aside.store(true, Ordering::SeqCst);
        self.reader.stop();
        self.mode.pause();
    }

    /// Takes the terminal back.
    ///
    /// # Errors
    /// When it cannot be taken over again.
    pub fn step_back(&mut self) -> io::Result<()> {
        let alarm = self.deadline.alarm();
        self.mode.enter()?;
        let answers = self.fence.sender();
        self.reader = Reader::start(self.sender.clone(), answers, self.esc_wait, alarm)?;
        let mut back = self
            .ending
            .back
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *back = Some(Instant::now());
        self.ending.aside.store(false, Ordering::SeqCst);
        Ok(())
    }

    /// Stops the process as ctrl-z does elsewhere; says no where no shell could let it go on.
    pub fn suspend(&self) -> bool {
        let parent = rustix::process::getppid();
        let session = |pid| rustix::process::getsid(pid).ok();
        let group = |pid| rustix::process::getpgid(pid).ok();
        let shell =
            parent.is_some() && session(parent) == session(None) && group(parent) != group(None);
        let stop = rustix::process::Signal::TSTP;
        shell && rustix::process::kill_process(rustix::process::getpid(), stop).is_ok()
    }

    /// Returns the size of the terminal, or the standard one when it does not say.
    pub fn size(&self) -> Size {
        mode::size()
    }

    /// Hands one block of bytes to the thread that writes; never waits.
    pub fn write(&mut self, block: Vec<u8>) {
        self.output.write(block);
    }

    /// Has the mouse reported from now on, or no more; returns which.
    pub fn toggle_mouse(&mut self) -> bool {
        let (on, bytes) = self.mode.toggle_mouse();
        self.output.write(bytes.into());
        on
    }

    /// Waits until everything that was handed over is written.
    pub async fn written(&mut self) {
        self.output.written().await;
    }

    /// Hands one block of bytes over, and asks the terminal whether it has taken it; where the line
    /// is thin the very first answer is waited for, too.
    pub fn write_and_ask(&mut self, mut block: Vec<u8>, thin: bool) {
        block.extend(fence::QUESTION);
        self.fence.ask();
        if thin {
            self.fence.await_first();
        }
        self.output.write(block);
    }

    /// Waits for an event, or until everything that was handed over is written and nothing more
    /// is awaited of it (`None`). The line that is gone is an event, too.
    pub async fn event_or_written(&mut self) -> Option<Event> {
        let written = async {
            self.output.written().await;
            self.fence.opened().await;
        };
        tokio::select! {
            event = self.events.recv() => Some(event.unwrap_or(Event::HangUp)),
            () = written => None,
        }
    }

    /// Whether everything that was handed over is written, and taken by the terminal where it was
    /// asked. Drawing only then keeps a slow line from showing what is long past.
    pub fn is_written(&self) -> bool {
        self.output.is_written() && self.fence.is_open()
    }

    /// Waits for an event, or for the answer to what was asked of the terminal (`None`).
    pub async fn event_or_answer(&mut self) -> Option<Event> {
        tokio::select! {
            event = self.events.recv() => Some(event.unwrap_or(Event::HangUp)),
            () = self.fence.answered() => None,
        }
    }

    /// Returns how long the terminal took for what was sent with the last question, where its answer
    /// has come; told once.
    pub fn took(&mut self) -> Option<Duration> {
        self.fence.took()
    }

    /// Waits a little for an answer that is on its way, so that it is not typed into whatever has
    /// the terminal next.
    pub async fn settle(&mut self) {
        self.fence.settle(ANSWER_WITHIN).await;
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
