//! Lines told to the person: the latest in the status line, all in the message log.

use std::collections::VecDeque;

use jiff::Timestamp;

/// How a notice is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mood {
    /// It went as asked.
    Done,
    /// Worth knowing.
    Told,
    /// Something needs attention.
    Warning,
    /// It did not work.
    Failed,
}

/// One line told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// How it is meant.
    pub mood: Mood,
    /// The line, harmless.
    pub text: String,
}

/// The lines told so far; only the latest hundred are kept.
#[derive(Debug, Default)]
pub struct Notices {
    /// With the time, the latest last.
    pub log: VecDeque<(Timestamp, Notice)>,
    /// Whether the latest is still in the status line; the next key takes it away.
    pub showing: bool,
}

impl Notices {
    /// Tells a line.
    pub fn tell(&mut self, now: Timestamp, notice: Notice) {
        if self.log.len() == 100 {
            self.log.pop_front();
        }
        self.log.push_back((now, notice));
        self.showing = true;
    }

    /// Returns the line of the status line, if one is showing.
    pub fn current(&self) -> Option<&Notice> {
        self.log
            .back()
            .filter(|_| self.showing)
            .map(|(_, notice)| notice)
    }
}

impl Notice {
    /// Makes a line.
    pub fn new(mood: Mood, text: impl Into<String>) -> Self {
        Self {
            mood,
            text: text.into(),
        }
    }
}
