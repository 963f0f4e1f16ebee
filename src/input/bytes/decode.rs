//! What finished sequences mean, by table; no state.

use crate::input::event::{Event, Key, KeyCode, Modifiers, Mouse, MouseKind};

/// What a finished sequence means.
#[derive(Debug, PartialEq)]
pub enum Meaning {
    /// An event.
    Event(Event),
    /// Nothing to us: an answer of the terminal, a mouse report, or unknown.
    Nothing,
    /// The old mouse report, of which three bytes follow.
    Mouse,
    /// The begin of a bracketed paste.
    PasteBegins,
}

/// The keys that end with `~`, by their number.
const TILDE: &[(u32, KeyCode)] = &[
    (1, KeyCode::Home),
    (2, KeyCode::Insert),
    (3, KeyCode::Delete),
    (4, KeyCode::End),
    (5, KeyCode::PageUp),
    (6, KeyCode::PageDown),
    (7, KeyCode::Home),
    (8, KeyCode::End),
    (11, KeyCode::F(1)),
    (12, KeyCode::F(2)),
    (13, KeyCode::F(3)),
    (14, KeyCode::F(4)),
    (15, KeyCode::F(5)),
    (17, KeyCode::F(6)),
    (18, KeyCode::F(7)),
    (19, KeyCode::F(8)),
    (20, KeyCode::F(9)),
    (21, KeyCode::F(10)),
    (23, KeyCode::F(11)),
    (24, KeyCode::F(12)),
    (25, KeyCode::F(13)),
    (26, KeyCode::F(14)),
    (28, KeyCode::F(15)),
    (29, KeyCode::F(16)),
    (31, KeyCode::F(17)),
    (32, KeyCode::F(18)),
    (33, KeyCode::F(19)),
    (34, KeyCode::F(20)),
];

/// The keys that end with a letter, alike after `CSI` and `SS3`.
const LETTERS: &[(u8, KeyCode)] = &[
    (b'A', KeyCode::Up),
    (b'B', KeyCode::Down),
    (b'C', KeyCode::Right),
    (b'D', KeyCode::Left),
    (b'H', KeyCode::Home),
    (b'F', KeyCode::End),
    (b'P', KeyCode::F(1)),
    (b'Q', KeyCode::F(2)),
    (b'R', KeyCode::F(3)),
    (b'S', KeyCode::F(4)),
];

/// The keypad in application mode: last byte after `SS3` and the key that is printed on it.
const KEYPAD: &[(u8, KeyCode)] = &[
    (b'M', KeyCode::Enter),
    (b'I', KeyCode::Tab),
    (b' ', KeyCode::Char(' ')),
    (b'X', KeyCode::Char('=')),
    (b'j', KeyCode::Char('*')),
    (b'k', KeyCode::Char('+')),
    (b'l', KeyCode::Char(',')),
    (b'm', KeyCode::Char('-')),
    (b'n', KeyCode::Char('.')),
    (b'o', KeyCode::Char('/')),
];

/// The keys that kitty gives numbers of their own, beyond characters.
const KITTY: &[(u32, KeyCode)] = &[
    (57410, KeyCode::Char('/')),
    (57411, KeyCode::Char('*')),
    (57412, KeyCode::Char('-')),
    (57413, KeyCode::Char('+')),
    (57414, KeyCode::Enter),
    (57415, KeyCode::Char('=')),
    (57416, KeyCode::Char(',')),
    (57417, KeyCode::Left),
    (57418, KeyCode::Right),
    (57419, KeyCode::Up),
    (57420, KeyCode::Down),
    (57421, KeyCode::PageUp),
    (57422, KeyCode::PageDown),
    (57423, KeyCode::Home),
    (57424, KeyCode::End),
    (57425, KeyCode::Insert),
    (57426, KeyCode::Delete),
];

/// The numbers of a sequence, each with its part after a colon.
struct Numbers(Vec<(u32, u32)>);

impl Numbers {
    fn read(bytes: &[u8]) -> Option<Numbers> {
        let number = |part: Option<&[u8]>| match part {
            None | Some([]) => Some(0),
            Some(digits) if digits.len() < 8 && is_number(digits) => Some(
                digits
                    .iter()
                    .fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')),
            ),
            Some(_) => None,
        };
        let one = |field: &[u8]| {
            let mut parts = field.split(|byte| *byte == b':');
            Some((number(parts.next())?, number(parts.next())?))
        };
        bytes
            .split(|byte| *byte == b';')
            .map(one)
            .collect::<Option<Vec<_>>>()
            .map(Numbers)
    }

    /// The number at a place; one that is absent counts as 0.
    fn at(&self, place: usize) -> u32 {
        self.0.get(place).map_or(0, |(number, _)| *number)
    }

    /// The keys held, by the number at a place; none when the key was let go, or when something
    /// is held that we have no name for.
    fn held(&self, place: usize, alt: bool) -> Option<Modifiers> {
        let (number, event) = self.0.get(place).copied().unwrap_or_default();
        let bits = number.saturating_sub(1);
        let known = bits & !(64 | 128) < 8 && event != 3;
        let held = |bit| bits & bit != 0;
        known.then(|| Modifiers {
            shift: held(1),
            alt: alt || held(2),
            ctrl: held(4),
        })
    }
}

/// Says whether these bytes are one number.
pub fn is_number(bytes: &[u8]) -> bool {
    !bytes.is_empty() && bytes.iter().all(u8::is_ascii_digit)
}

/// Returns what `CSI`, these bytes and this last byte mean.
pub fn csi(bytes: &[u8], last: u8, alt: bool) -> Meaning {
    if last == b'M' && bytes.is_empty() {
        return Meaning::Mouse;
    }
    if last == b'~' && bytes == b"200" {
        return Meaning::PasteBegins;
    }
    if let Some(report) = bytes.strip_prefix(b"<") {
        return mouse(report, last).map_or(Meaning::Nothing, Meaning::Event);
    }
    let Some(numbers) = Numbers::read(bytes) else {
        return Meaning::Nothing;
    };
    let event = match last {
        b'I' if bytes.is_empty() => Some(Event::FocusIn),
        b'O' if bytes.is_empty() => Some(Event::FocusOut),
        b'n' if matches!(bytes, b"0" | b"3") => Some(Event::Answered),
        b'~' => tilde(&numbers, alt),
        b'u' => key(coded(numbers.at(0)), numbers.held(1, alt)),
        b'$' => rxvt(&numbers, alt, Modifiers::SHIFT),
        b'^' => rxvt(&numbers, alt, Modifiers::CTRL),
        b'@' => rxvt(
            &numbers,
            alt,
            Modifiers {
                shift: true,
                ..Modifiers::CTRL
            },
        ),
        b'Z' => key(Some(KeyCode::BackTab), numbers.held(1, alt)),
        b'a'..=b'd' if bytes.is_empty() => key(
            find(LETTERS, &last.to_ascii_uppercase()),
            Some(Modifiers {
                alt,
                ..Modifiers::SHIFT
            }),
        ),
        // The same bytes tell a cursor's place, when the first number is not 1.
        _ if numbers.at(0) <= 1 => key(find(LETTERS, &last), numbers.held(1, alt)),
        _ => None,
    };
    event.map_or(Meaning::Nothing, Meaning::Event)
}

/// Returns what `SS3`, these bytes and this last byte mean.
pub fn ss3(bytes: &[u8], last: u8, alt: bool) -> Meaning {
    let Some(numbers) = Numbers::read(bytes) else {
        return Meaning::Nothing;
    };
    let held = numbers.held(numbers.0.len() - 1, alt);
    let event = match last {
        b'a'..=b'd' => key(
            find(LETTERS, &last.to_ascii_uppercase()),
            Some(Modifiers {
                alt,
                ..Modifiers::CTRL
            }),
        ),
        b'p'..=b'y' => key(Some(KeyCode::Char(char::from(last - b'p' + b'0'))), held),
        _ => key(find(LETTERS, &last).or_else(|| find(KEYPAD, &last)), held),
    };
    event.map_or(Meaning::Nothing, Meaning::Event)
}

/// What the mouse did, as terminals report it when told to (SGR); releases and other buttons are nothing.
fn mouse(report: &[u8], last: u8) -> Option<Event> {
    let numbers = Numbers::read(report).filter(|numbers| numbers.0.len() == 3)?;
    let kind = match numbers.at(0) {
        0 => MouseKind::Click,
        64 => MouseKind::WheelUp,
        65 => MouseKind::WheelDown,
        _ => return None,
    };
    let cell = |place| u16::try_from(numbers.at(place).checked_sub(1)?).ok();
    let (x, y) = (cell(1)?, cell(2)?);
    (last == b'M').then_some(Event::Mouse(Mouse { kind, x, y }))
}

fn find<T: PartialEq>(table: &[(T, KeyCode)], wanted: &T) -> Option<KeyCode> {
    table
        .iter()
        .find(|(own, _)| own == wanted)
        .map(|(_, code)| *code)
}

fn key(code: Option<KeyCode>, held: Option<Modifiers>) -> Option<Event> {
    Some(Event::Key(Key::new(code?, held?)))
}

fn tilde(numbers: &Numbers, alt: bool) -> Option<Event> {
    if numbers.at(0) == 27 && numbers.0.len() == 3 {
        return key(coded(numbers.at(2)), numbers.held(1, alt));
    }
    key(find(TILDE, &numbers.at(0)), numbers.held(1, alt))
}

fn rxvt(numbers: &Numbers, alt: bool, held: Modifiers) -> Option<Event> {
    key(find(TILDE, &numbers.at(0)), Some(Modifiers { alt, ..held }))
}

/// The key of a code point, as the long forms of xterm and kitty give it.
fn coded(code: u32) -> Option<KeyCode> {
    match code {
        9 => Some(KeyCode::Tab),
        10 | 13 => Some(KeyCode::Enter),
        27 => Some(KeyCode::Esc),
        8 | 127 => Some(KeyCode::Backspace),
        57399..=57408 => char::from_digit(code - 57399, 10).map(KeyCode::Char),
        57376..=57383 => Some(KeyCode::F((code - 57376) as u8 + 13)),
        57344..=63743 => find(KITTY, &code),
        _ => char::from_u32(code)
            .filter(|c| !c.is_control())
            .map(KeyCode::Char),
    }
}
