//! The thread that waits for signals: told to end, resized, stopped, going on.

use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{self, JoinHandle};

use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Handle;
use signal_hook::low_level::emulate_default_handler;
use tokio::sync::mpsc;

use super::Ending;
use super::deadline::Alarm;
use super::mode::{self, Mode};
use crate::input::event::Event;

/// The thread, and what ends it.
#[derive(Debug)]
pub struct Signals {
    handle: Handle,
    thread: Option<JoinHandle<()>>,
}

impl Signals {
    /// Starts the thread.
    pub fn start(
        events: mpsc::Sender<Event>,
        mode: Arc<Mode>,
        ending: Arc<Ending>,
        alarm: Alarm,
    ) -> io::Result<Signals> {
        let wanted = [SIGTERM, SIGHUP, SIGINT, SIGWINCH, SIGTSTP, SIGCONT];
        let mut signals = signal_hook::iterator::Signals::new(wanted)?;
        let handle = signals.handle();
        let work = move || {
            for signal in signals.forever() {
                take(signal, &events, &mode, &ending, &alarm);
            }
        };
        let thread = thread::Builder::new().name("signals".into()).spawn(work)?;
        Ok(Signals {
            handle,
            thread: Some(thread),
        })
    }

    /// Ends the thread.
    pub fn stop(&mut self) {
        self.handle.close();
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has ended too.
            let _ = thread.join();
        }
    }
}

fn take(signal: i32, events: &mpsc::Sender<Event>, mode: &Mode, ending: &Ending, alarm: &Alarm) {
    let aside = ending.aside.load(Ordering::SeqCst);
    let event = match signal {
        // Another program has the terminal: these are for it.
        SIGINT if ending.is_for_another() => return,
        SIGCONT if aside => return,
        SIGTSTP if aside => {
            let _ = emulate_default_handler(SIGTSTP);
            return;
        }
        SIGWINCH => Event::Resize(mode::size()),
        SIGTSTP => {
            mode.pause();
            // Stops the process; when it cannot, the terminal is taken over again below.
            let _ = emulate_default_handler(SIGTSTP);
            return go_on(events, mode);
        }
        // The shell may have changed the terminal while the process was stopped.
        SIGCONT => {
            mode.pause();
            return go_on(events, mode);
        }
        signal => {
            if signal != SIGHUP {
                ending.told.store(true, Ordering::SeqCst);
            }
            alarm.ring();
            Event::HangUp
        }
    };
    // A seat too busy to take it asks for the size when it draws, and is ended by the alarm.
    let _ = events.try_send(event);
}

fn go_on(events: &mpsc::Sender<Event>, mode: &Mode) {
    // A terminal that cannot be taken over again is gone, which the reader notices.
    let _ = mode.enter();
    let _ = events.try_send(Event::Resize(mode::size()));
}
