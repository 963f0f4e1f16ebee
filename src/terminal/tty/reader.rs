//! The thread that reads keys and notices when the line is gone; it binds no keys.

use std::io::{self, PipeReader, PipeWriter};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, watch};

use super::deadline::Alarm;
use crate::input::bytes::{Parser, Waiting};
use crate::input::event::Event;

/// The thread, and what ends it.
#[derive(Debug)]
pub struct Reader {
    thread: Option<JoinHandle<()>>,
    /// Closing it wakes the thread.
    wake: Option<PipeWriter>,
}

/// How long the rest of a sequence may take; a slow line delivers a byte at a time.
const SEQUENCE_WAIT: Duration = Duration::from_secs(1);
/// How long a paste may pause before its end is given up.
const PASTE_WAIT: Duration = Duration::from_secs(10);
/// How often it is tried again to hand an event to a seat that is busy.
const BUSY_WAIT: Timespec = Timespec {
    tv_sec: 0,
    tv_nsec: 20_000_000,
};

impl Reader {
    /// Starts the thread.
    pub fn start(
        events: mpsc::Sender<Event>,
        answers: watch::Sender<u64>,
        esc_wait: Duration,
        alarm: Alarm,
    ) -> io::Result<Reader> {
        let (woken, wake) = io::pipe()?;
        let mut input = Input {
            events,
            answers,
            esc_wait,
            woken,
            parser: Parser::new(),
        };
        let work = move || {
            if input.read() == Ended::LineGone {
                input.hang_up(&alarm);
            }
        };
        let thread = thread::Builder::new().name("input".into()).spawn(work)?;
        Ok(Reader {
            thread: Some(thread),
            wake: Some(wake),
        })
    }

    /// Ends the thread, so that what is typed from now on is left to the next program.
    pub fn stop(&mut self) {
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has ended too.
            let _ = thread.join();
        }
    }
}

struct Input {
    events: mpsc::Sender<Event>,
    answers: watch::Sender<u64>,
    esc_wait: Duration,
    woken: PipeReader,
    parser: Parser,
}

#[derive(PartialEq)]
enum Ended {
    LineGone,
    Stopped,
}

impl Input {
    fn read(&mut self) -> Ended {
        let mut bytes = [0; 4096];
        loop {
            let wait = match self.parser.waiting() {
                Waiting::Nothing => None,
                Waiting::Escape => Some(self.esc_wait),
                Waiting::Sequence => Some(SEQUENCE_WAIT.max(self.esc_wait)),
                Waiting::Paste => Some(PASTE_WAIT),
            };
            let events = match self.ready(PollFlags::IN, wait.map(timespec)) {
                Ready::Bytes => match rustix::io::read(rustix::stdio::stdin(), &mut bytes) {
                    Ok(0) => return Ended::LineGone,
                    Ok(count) => self.parser.feed(&bytes[..count]),
                    Err(Errno::INTR | Errno::AGAIN) => continue,
                    Err(_) => return Ended::LineGone,
                },
                Ready::TimeOver => self.parser.give_up(),
                Ready::Nothing => continue,
                Ready::Gone => return Ended::LineGone,
                Ready::Woken => return Ended::Stopped,
            };
            for event in events {
                if let Err(ended) = self.deliver(event) {
                    return ended;
                }
            }
        }
    }

    /// Hands an event to the seat. While the seat is busy nothing more is read, but the end of the
    /// line is still noticed.
    fn deliver(&self, event: Event) -> Result<(), Ended> {
        if event == Event::Answered {
            self.answers.send_modify(|count| *count += 1);
            return Ok(());
        }
        let mut event = event;
        loop {
            match self.events.try_send(event) {
                Ok(()) => return Ok(()),
                Err(TrySendError::Closed(_)) => return Err(Ended::Stopped),
                Err(TrySendError::Full(back)) => event = back,
            }
            match self.ready(PollFlags::empty(), Some(BUSY_WAIT)) {
                Ready::Gone => return Err(Ended::LineGone),
                Ready::Woken => return Err(Ended::Stopped),
                Ready::Bytes | Ready::TimeOver | Ready::Nothing => {}
            }
        }
    }

    /// The line is gone: the seat is told, and has only so much time.
    fn hang_up(&self, alarm: &Alarm) {
        alarm.ring();
        // A seat that is too busy to take it is ended by the alarm.
        let _ = self.events.try_send(Event::HangUp);
    }

    fn ready(&self, wanted: PollFlags, wait: Option<Timespec>) -> Ready {
        let stdin = rustix::stdio::stdin();
        let mut both = [
            PollFd::new(&stdin, wanted),
            PollFd::new(&self.woken, PollFlags::IN),
        ];
        match poll(&mut both, wait.as_ref()) {
            Ok(0) => return Ready::TimeOver,
            Err(Errno::INTR) => return Ready::Nothing,
            Err(_) => return Ready::Gone,
            Ok(_) => {}
        }
        let gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
        let [stdin, woken] = both.map(|fd| fd.revents());
        if !woken.is_empty() {
            return Ready::Woken;
        }
        // What was typed before the line went is still read.
        if stdin.contains(PollFlags::IN) {
            return Ready::Bytes;
        }
        if stdin.intersects(gone) {
            Ready::Gone
        } else {
            Ready::Nothing
        }
    }
}

enum Ready {
    Bytes,
    TimeOver,
    Gone,
    Woken,
    Nothing,
}

fn timespec(duration: Duration) -> Timespec {
    // Invariant: waits are seconds at most, so that both numbers fit.
    Timespec {
        tv_sec: i64::try_from(duration.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: duration.subsec_nanos().into(),
    }
}
