//! Entering and leaving raw mode and the other screen, any number of times; no reading.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::Duration;

use crossterm::Command;
use crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode, window_size,
};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{InputModes, OptionalActions, tcgetattr, tcsetattr};

use crate::input::event::Size;

/// What the terminal is in.
#[derive(Debug)]
pub struct Mode {
    flow_control: bool,
    /// Whether the terminal is to report the mouse.
    mouse: AtomicBool,
    /// Whether our screen is shown.
    entered: Mutex<bool>,
    /// Set for good by leaving for the last time; nothing may be drawn afterwards.
    over: AtomicBool,
    /// Whether a piece of a picture is being written just now.
    writing: Mutex<bool>,
    written: Condvar,
}

/// What has buttons and wheel reported, as numbers, and what ends that. Moving is not reported.
const MOUSE: (&str, &str) = ("\x1b[?1000h\x1b[?1006h", "\x1b[?1006l\x1b[?1000l");

/// How long a terminal that takes no output is waited for when leaving.
const PATIENCE: Duration = Duration::from_millis(200);

impl Mode {
    /// Makes the state of a terminal that was not touched yet.
    pub fn new(flow_control: bool, mouse: bool) -> Mode {
        Mode {
            flow_control,
            mouse: AtomicBool::new(mouse),
            entered: Mutex::new(false),
            over: AtomicBool::new(false),
            writing: Mutex::new(false),
            written: Condvar::new(),
        }
    }

    /// Enters raw mode and the other screen; not again after it is over.
    pub fn enter(&self) -> io::Result<()> {
        let mut entered = self.entered.lock().unwrap_or_else(PoisonError::into_inner);
        if *entered || self.is_over() {
            return Ok(());
        }
        enable_raw_mode()?;
        if self.flow_control {
            keep_flow_control()?;
        }
        *entered = true;
        let mut bytes = sequence(EnterAlternateScreen);
        bytes.push_str("\x1b[?2004h");
        if self.mouse.load(Ordering::SeqCst) {
            bytes.push_str(MOUSE.0);
        }
        send(bytes.as_bytes());
        Ok(())
    }

    /// Has the mouse reported from now on, or no more; returns which, and the bytes that say so.
    pub fn toggle_mouse(&self) -> (bool, &'static str) {
        match !self.mouse.fetch_xor(true, Ordering::SeqCst) {
            true => (true, MOUSE.0),
            false => (false, MOUSE.1),
        }
    }

    /// Puts the terminal back for a while, as when the process is stopped.
    pub fn pause(&self) {
        let mut entered = self.entered.lock().unwrap_or_else(PoisonError::into_inner);
        if !std::mem::take(&mut *entered) {
            return;
        }
        // Nothing can be done when the terminal is gone.
        let _ = disable_raw_mode();
        let mut bytes = String::from("\x1b[m\x1b[?2004l\x1b[?25h");
        if self.mouse.load(Ordering::SeqCst) {
            bytes.push_str(MOUSE.1);
        }
        bytes.push_str(&sequence(LeaveAlternateScreen));
        send(bytes.as_bytes());
    }

    /// Puts the terminal back for good.
    pub fn leave(&self) {
        self.over.store(true, Ordering::SeqCst);
        let writing = self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        // A terminal that takes no output is not waited for any longer.
        let waited = self
            .written
            .wait_timeout_while(writing, PATIENCE, |writing| *writing);
        drop(waited);
        self.pause();
    }

    /// Writes a piece of a picture, unless the terminal was put back for good.
    pub fn while_ours<T>(&self, write: impl FnOnce() -> T) -> Option<T> {
        let writing = || self.writing.lock().unwrap_or_else(PoisonError::into_inner);
        *writing() = true;
        let done = (!self.is_over()).then(write);
        *writing() = false;
        self.written.notify_all();
        done
    }

    /// Whether the terminal was put back for good.
    pub fn is_over(&self) -> bool {
        self.over.load(Ordering::SeqCst)
    }
}

/// Returns the size of the terminal, or the standard one when it does not say.
pub fn size() -> Size {
    match window_size() {
        Ok(size) if size.columns > 0 && size.rows > 0 => {
            Size::clamped(size.columns.into(), size.rows.into())
        }
        _ => Size::STANDARD,
    }
}

fn keep_flow_control() -> io::Result<()> {
    let stdin = rustix::stdio::stdin();
    let mut attributes = tcgetattr(stdin)?;
    attributes.input_modes |= InputModes::IXON;
    tcsetattr(stdin, OptionalActions::Now, &attributes)?;
    Ok(())
}

fn sequence(command: impl Command) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = command.write_ansi(&mut text);
    text
}

/// Sends a few bytes to the terminal, unless it takes none.
fn send(bytes: &[u8]) {
    let stdout = rustix::stdio::stdout();
    let mut ready = [PollFd::new(&stdout, PollFlags::OUT)];
    let wait = Timespec {
        tv_sec: 0,
        tv_nsec: PATIENCE.subsec_nanos().into(),
    };
    if poll(&mut ready, Some(&wait)) == Ok(1) {
        let mut stdout = io::stdout().lock();
        // Nothing can be done when the terminal is gone.
        let _ = stdout.write_all(bytes).and_then(|()| stdout.flush());
    }
}
