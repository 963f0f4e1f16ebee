//! Lines told to the person: the latest in the status line, all in the message log.

use std::collections::VecDeque;

use jiff::Timestamp;

use crate::db::contract::Heard;

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
    /// What the database said while it saved: the next line takes it along.
    pub heard: Vec<Heard>,
}

impl Notices {
    /// Tells a line.
    pub fn tell(&mut self, now: Timestamp, mut notice: Notice) {
        let mut heard = std::mem::take(&mut self.heard);
        // A warning is what the one line has room for first.
        heard.sort_by_key(|one| !one.warning);
        if let [first, more @ ..] = heard.as_slice() {
            for one in more.iter().rev() {
                let mood = if one.warning {
                    Mood::Warning
                } else {
                    Mood::Told
                };
                self.log(
                    now,
                    Notice::new(mood, format!("The database said: {}", one.text)),
                );
            }
            let warns = heard.iter().any(|one| one.warning) && notice.mood == Mood::Done;
            notice.mood = if warns { Mood::Warning } else { notice.mood };
            notice
                .text
                .push_str(&format!("; the database says: {}", first.text));
            if !more.is_empty() {
                let more = more.len();
                notice
                    .text
                    .push_str(&format!(" (and {more} more: ctrl-p messages)"));
            }
        }
        self.log(now, notice);
        self.showing = true;
    }

    fn log(&mut self, now: Timestamp, notice: Notice) {
        if self.log.len() == 100 {
            self.log.pop_front();
        }
        self.log.push_back((now, notice));
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
