//! Turns the bytes of a terminal into events, in every door; no reading and no timers.
//!
//! A small machine after ECMA-48: it may be fed any pieces, one byte at a time, and gives the same
//! events. A sequence it does not know is swallowed whole; nothing of it is ever typed. What it
//! cannot decide without a clock (is this Esc alone?) it says by [`Parser::waiting`], and the door
//! calls [`Parser::give_up`] when its time is over.

use super::event::{Event, Key, KeyCode, Modifiers};

mod decode;
mod paste;

#[cfg(test)]
mod tests;

use decode::Meaning;
use paste::Paste;

/// The longest sequence that is looked at; longer ones are swallowed.
const LONGEST_SEQUENCE: usize = 64;

/// What the parser needs more bytes for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// Nothing: every byte has become an event.
    Nothing,
    /// An escape byte came last: Esc alone, or the begin of something.
    Escape,
    /// A sequence or a character has begun and is not finished.
    Sequence,
    /// A paste has begun and its end has not come.
    Paste,
}

/// The state between two bytes.
#[derive(Clone, Debug, Default)]
pub struct Parser {
    state: State,
}

#[derive(Clone, Debug, Default)]
enum State {
    #[default]
    Ground,
    /// One escape byte; with `twice`, two of them.
    Escape { twice: bool },
    /// `CSI`: escape and `[`.
    Csi(Sequence),
    /// `SS3`: escape and `O`.
    Ss3(Sequence),
    /// `CSI [`: one more byte follows, as on the Linux console.
    Console { alt: bool },
    /// The old mouse report: so many more bytes follow.
    Mouse { left: u8 },
    /// OSC, DCS and the like: swallowed to their end. `key` is the key with alt that it was when
    /// nothing follows; `escape` says that an escape byte came last.
    Text { key: Option<char>, escape: bool },
    /// The begin of a character of several bytes.
    Utf8(Utf8),
    /// Between the marks of a bracketed paste.
    Paste(Paste),
}

/// The collected bytes of a sequence after its introducer.
#[derive(Clone, Debug, Default)]
struct Sequence {
    /// An escape byte stood before it.
    alt: bool,
    bytes: Vec<u8>,
}

#[derive(Clone, Debug)]
struct Utf8 {
    alt: bool,
    bytes: [u8; 4],
    have: usize,
    need: usize,
}

impl Parser {
    /// Makes a parser at the begin of input.
    pub fn new() -> Parser {
        Parser::default()
    }

    /// Takes bytes as they came and returns the events they complete.
    pub fn feed(&mut self, bytes: &[u8]) -> Vec<Event> {
        let mut events = Vec::new();
        for byte in bytes {
            self.step(*byte, &mut events);
        }
        events
    }

    /// Returns what the parser needs more bytes for.
    pub fn waiting(&self) -> Waiting {
        match self.state {
            State::Ground => Waiting::Nothing,
            State::Escape { .. } => Waiting::Escape,
            State::Paste(_) => Waiting::Paste,
            _ => Waiting::Sequence,
        }
    }

    /// Decides without more bytes, because none came in time.
    ///
    /// A lone escape byte is Esc; `ESC [`,
    /// `ESC O` and the like are those keys with alt; a paste without an end is what came of it; the
    /// begin of anything else is dropped.
    pub fn give_up(&mut self) -> Vec<Event> {
        let mut events = Vec::new();
        match std::mem::take(&mut self.state) {
            State::Escape { twice } => {
                events.extend(twice.then_some(plain(KeyCode::Esc)));
                events.push(plain(KeyCode::Esc));
            }
            State::Csi(sequence) if sequence.bytes.is_empty() => events.push(character('[', true)),
            State::Text {
                key: Some(c),
                escape: false,
            } => events.push(character(c, true)),
            State::Ss3(sequence) if sequence.bytes.is_empty() => events.push(character('O', true)),
            State::Utf8(_) => events.push(character(char::REPLACEMENT_CHARACTER, false)),
            State::Paste(paste) => events.extend(paste.finish()),
            _ => {}
        }
        events
    }

    fn step(&mut self, byte: u8, events: &mut Vec<Event>) {
        self.state = match std::mem::take(&mut self.state) {
            State::Ground => ground(byte, false, events),
            State::Escape { twice } => escape(byte, twice, events),
            State::Csi(sequence) => csi(byte, sequence, events),
            State::Ss3(sequence) => ss3(byte, sequence, events),
            State::Console { alt } => console(byte, alt, events),
            State::Mouse { left: 1 } => State::Ground,
            State::Mouse { left } => State::Mouse { left: left - 1 },
            State::Text { escape, .. } => text(byte, escape, events),
            State::Utf8(utf8) => utf8_more(byte, utf8, events),
            State::Paste(paste) => paste_more(byte, paste, events),
        };
    }
}

fn plain(code: KeyCode) -> Event {
    Event::Key(Key::plain(code))
}

fn character(c: char, alt: bool) -> Event {
    Event::Key(Key::new(
        KeyCode::Char(c),
        Modifiers {
            alt,
            ..Modifiers::NONE
        },
    ))
}

/// A byte outside of any sequence; with `alt`, straight after an escape byte.
fn ground(byte: u8, alt: bool, events: &mut Vec<Event>) -> State {
    let code = match byte {
        0x1b => return State::Escape { twice: false },
        b'\r' | b'\n' => KeyCode::Enter,
        b'\t' => KeyCode::Tab,
        0x08 | 0x7f => KeyCode::Backspace,
        0x00..0x20 => {
            let modifiers = Modifiers {
                ctrl: true,
                alt,
                shift: false,
            };
            events.push(Event::Key(Key::new(
                KeyCode::Char(with_ctrl(byte)),
                modifiers,
            )));
            return State::Ground;
        }
        0x20..0x80 => KeyCode::Char(char::from(byte)),
        0xc2..=0xf4 => return utf8_first(byte, alt),
        _ => KeyCode::Char(char::REPLACEMENT_CHARACTER),
    };
    events.push(Event::Key(Key::new(
        code,
        Modifiers {
            alt,
            ..Modifiers::NONE
        },
    )));
    State::Ground
}

/// The character that ctrl made into this control byte.
fn with_ctrl(byte: u8) -> char {
    match byte {
        0x00 => ' ',
        0x01..=0x1a => char::from(byte + 0x60),
        _ => char::from(byte + 0x40),
    }
}

fn escape(byte: u8, twice: bool, events: &mut Vec<Event>) -> State {
    let sequence = Sequence {
        alt: twice,
        bytes: Vec::new(),
    };
    match byte {
        b'[' => return State::Csi(sequence),
        b'O' => return State::Ss3(sequence),
        0x1b if !twice => return State::Escape { twice: true },
        _ => {}
    }
    // Two escape bytes that begin no arrow key were Esc, and then whatever this is.
    events.extend(twice.then_some(plain(KeyCode::Esc)));
    match byte {
        b']' | b'P' | b'X' | b'^' | b'_' => State::Text {
            key: Some(char::from(byte)),
            escape: false,
        },
        0x1b => State::Escape { twice: true },
        _ => ground(byte, true, events),
    }
}

fn csi(byte: u8, mut sequence: Sequence, events: &mut Vec<Event>) -> State {
    match byte {
        b'[' if sequence.bytes.is_empty() => State::Console { alt: sequence.alt },
        // rxvt ends keys with shift by `$`, which elsewhere only comes before a last byte.
        b'$' if decode::is_number(&sequence.bytes) => {
            finish(decode::csi(&sequence.bytes, byte, sequence.alt), events)
        }
        0x20..=0x3f => {
            if sequence.bytes.len() <= LONGEST_SEQUENCE {
                sequence.bytes.push(byte);
            }
            State::Csi(sequence)
        }
        0x40..=0x7e if sequence.bytes.len() > LONGEST_SEQUENCE => State::Ground,
        0x40..=0x7e => finish(decode::csi(&sequence.bytes, byte, sequence.alt), events),
        _ => broken_off(byte, events),
    }
}

fn ss3(byte: u8, mut sequence: Sequence, events: &mut Vec<Event>) -> State {
    match byte {
        b'0'..=b'9' | b';' => {
            if sequence.bytes.len() <= LONGEST_SEQUENCE {
                sequence.bytes.push(byte);
            }
            State::Ss3(sequence)
        }
        0x20..=0x7e => finish(decode::ss3(&sequence.bytes, byte, sequence.alt), events),
        _ => broken_off(byte, events),
    }
}

fn console(byte: u8, alt: bool, events: &mut Vec<Event>) -> State {
    match byte {
        b'A'..=b'E' => {
            let modifiers = Modifiers {
                alt,
                ..Modifiers::NONE
            };
            events.push(Event::Key(Key::new(KeyCode::F(byte - b'A' + 1), modifiers)));
            State::Ground
        }
        0x20..=0x7e => State::Ground,
        _ => broken_off(byte, events),
    }
}

/// A sequence was interrupted by a byte that cannot be part of it: what came is dropped.
fn broken_off(byte: u8, events: &mut Vec<Event>) -> State {
    match byte {
        0x18 | 0x1a => State::Ground,
        _ => ground(byte, false, events),
    }
}

fn finish(meaning: Meaning, events: &mut Vec<Event>) -> State {
    match meaning {
        Meaning::Event(event) => events.push(event),
        Meaning::Nothing => {}
        Meaning::Mouse => return State::Mouse { left: 3 },
        Meaning::PasteBegins => return State::Paste(Paste::default()),
    }
    State::Ground
}

fn text(byte: u8, escape_before: bool, events: &mut Vec<Event>) -> State {
    match (byte, escape_before) {
        (b'\\', true) | (0x07 | 0x18 | 0x1a, false) => State::Ground,
        (0x1b, _) => State::Text {
            key: None,
            escape: true,
        },
        (_, true) => escape(byte, false, events),
        (_, false) => State::Text {
            key: None,
            escape: false,
        },
    }
}

fn utf8_first(byte: u8, alt: bool) -> State {
    let need = match byte {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        _ => 4,
    };
    State::Utf8(Utf8 {
        alt,
        bytes: [byte, 0, 0, 0],
        have: 1,
        need,
    })
}

fn utf8_more(byte: u8, mut utf8: Utf8, events: &mut Vec<Event>) -> State {
    if !(0x80..0xc0).contains(&byte) {
        events.push(character(char::REPLACEMENT_CHARACTER, false));
        return ground(byte, false, events);
    }
    utf8.bytes[utf8.have] = byte;
    utf8.have += 1;
    if utf8.have < utf8.need {
        return State::Utf8(utf8);
    }
    let read = std::str::from_utf8(&utf8.bytes[..utf8.have]).ok();
    let c = read
        .and_then(|text| text.chars().next())
        .unwrap_or(char::REPLACEMENT_CHARACTER);
    if !c.is_control() {
        events.push(character(c, utf8.alt));
    }
    State::Ground
}

fn paste_more(byte: u8, mut paste: Paste, events: &mut Vec<Event>) -> State {
    if paste.push(byte) {
        events.extend(paste.finish());
        return State::Ground;
    }
    State::Paste(paste)
}
