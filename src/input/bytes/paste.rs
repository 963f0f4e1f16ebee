//! The text between the marks of a bracketed paste; no keys.

use crate::input::event::Event;

/// The most bytes of one paste that are kept.
pub const LARGEST: usize = 1024 * 1024;

/// What ends a paste.
const END: &[u8] = b"\x1b[201~";

/// A paste that is coming in.
#[derive(Clone, Debug, Default)]
pub struct Paste {
    bytes: Vec<u8>,
    /// How many bytes of the end mark came last.
    matched: usize,
    cut: bool,
}

impl Paste {
    /// Takes one byte; says whether it completed the end mark.
    pub fn push(&mut self, byte: u8) -> bool {
        if byte == END[self.matched] {
            self.matched += 1;
            return self.matched == END.len();
        }
        let matched = std::mem::take(&mut self.matched);
        for byte in &END[..matched] {
            self.keep(*byte);
        }
        // Only the first byte of the mark is an escape byte, so a mismatch begins it or nothing.
        if byte == END[0] {
            self.matched = 1;
        } else {
            self.keep(byte);
        }
        false
    }

    /// Returns the events of the paste as far as it came.
    pub fn finish(self) -> Vec<Event> {
        let text = clean(&String::from_utf8_lossy(&self.bytes));
        let mut events = vec![Event::Paste(text)];
        events.extend(self.cut.then_some(Event::PasteCut));
        events
    }

    fn keep(&mut self, byte: u8) {
        if self.bytes.len() < LARGEST {
            self.bytes.push(byte);
        } else {
            self.cut = true;
        }
    }
}

/// Brings line ends to `\n` and drops the control characters, which no record wants to hold.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars()
        .filter(|c| matches!(c, '\n' | '\t') || !c.is_control())
        .collect()
}
