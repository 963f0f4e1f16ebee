//! Tests of the byte parser: the corpus whole, cut everywhere, byte by byte, and any bytes at all.

use proptest::prelude::*;

use super::{Parser, Waiting};
use crate::input::event::tests::all_keys;
use crate::input::event::{Event, Key};

const CORPUS: &str = include_str!("../../../tests/it/keys.txt");

/// The rows of the corpus: bytes and the names of their events.
fn corpus() -> Vec<(Vec<u8>, String)> {
    let rows = CORPUS.lines().filter(|line| !line.starts_with('#'));
    let row = |line: &str| {
        let (bytes, names) = line.split_once(" =>").unwrap();
        (unescaped(bytes), names.trim().to_string())
    };
    rows.map(row).collect()
}

fn unescaped(text: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some(hex) = rest.strip_prefix("\\x") {
            bytes.push(u8::from_str_radix(&hex[..2], 16).unwrap());
            rest = &hex[2..];
        } else if let Some(after) = rest.strip_prefix("\\e") {
            bytes.push(0x1b);
            rest = after;
        } else {
            bytes.extend(c.to_string().bytes());
            rest = &rest[c.len_utf8()..];
        }
    }
    bytes
}

fn names(events: &[Event]) -> String {
    let name = |event: &Event| match event {
        Event::Key(key) => key.to_string(),
        Event::Paste(text) => format!("paste:{}", text.replace('\n', "\\n")),
        Event::Mouse(mouse) => format!("{:?}:{}:{}", mouse.kind, mouse.x, mouse.y),
        Event::FocusIn => "focus-in".to_string(),
        Event::FocusOut => "focus-out".to_string(),
        other => format!("{other:?}"),
    };
    // An answer of the terminal stays with the door.
    let events = events.iter().filter(|event| **event != Event::Answered);
    events.map(name).collect::<Vec<_>>().join(" ")
}

fn read(pieces: &[&[u8]]) -> Vec<Event> {
    let mut parser = Parser::new();
    let mut events: Vec<Event> = pieces.iter().flat_map(|piece| parser.feed(piece)).collect();
    events.extend(parser.give_up());
    assert_eq!(parser.waiting(), Waiting::Nothing);
    events
}

#[test]
fn an_answer_of_the_terminal_is_told_and_never_typed() {
    assert_eq!(read(&[b"\x1b[0n"]), [Event::Answered]);
    assert_eq!(read(&[b"\x1b[", b"3n"]), [Event::Answered]);
    assert_eq!(read(&[b"\x1b[?1n", b"\x1b[9n"]), []);
}

#[test]
fn the_corpus_is_read_whole() {
    assert!(corpus().len() > 100);
    for (bytes, expected) in corpus() {
        assert_eq!(
            names(&read(&[&bytes])),
            expected,
            "{}",
            bytes.escape_ascii()
        );
    }
}

#[test]
fn the_corpus_is_read_the_same_cut_anywhere() {
    for (bytes, expected) in corpus() {
        for at in 0..bytes.len() {
            let (a, b) = bytes.split_at(at);
            assert_eq!(
                names(&read(&[a, b])),
                expected,
                "{} at {at}",
                bytes.escape_ascii()
            );
        }
        let single: Vec<&[u8]> = bytes.chunks(1).collect();
        assert_eq!(names(&read(&single)), expected, "{}", bytes.escape_ascii());
    }
}

#[test]
fn every_key_is_read_back_from_its_bytes() {
    for key in all_keys() {
        assert_eq!(read(&[&key.encode()]), [Event::Key(key)], "{key}");
    }
}

#[test]
fn only_an_escape_byte_waits_for_the_short_timer() {
    let waiting = |bytes: &[u8]| {
        let mut parser = Parser::new();
        parser.feed(bytes);
        parser.waiting()
    };
    assert_eq!(waiting(b"j"), Waiting::Nothing);
    assert_eq!(waiting(b"\x1b"), Waiting::Escape);
    assert_eq!(waiting(b"\x1b\x1b"), Waiting::Escape);
    assert_eq!(waiting(b"\x1b["), Waiting::Sequence);
    assert_eq!(waiting(b"\x1b[1;"), Waiting::Sequence);
    assert_eq!(waiting(b"\xc3"), Waiting::Sequence);
    assert_eq!(waiting(b"\x1b]0;x"), Waiting::Sequence);
    assert_eq!(waiting(b"\x1b[200~x"), Waiting::Paste);
}

#[test]
fn a_sequence_that_never_ends_costs_no_memory_and_types_nothing() {
    for begin in ["\x1b]0;", "\x1bP", "\x1b[", "\x1b[>"] {
        let mut parser = Parser::new();
        assert_eq!(parser.feed(begin.as_bytes()), []);
        assert_eq!(parser.feed(&[b'1'; 100_000]), []);
        assert_eq!(parser.give_up(), []);
        assert_eq!(parser.feed(b"j"), [Event::Key(Key::char('j'))]);
    }
}

#[test]
fn a_paste_that_is_too_long_is_cut_and_says_so() {
    let mut bytes = b"\x1b[200~".to_vec();
    bytes.extend(std::iter::repeat_n(b'x', super::paste::LARGEST + 5));
    bytes.extend(b"\x1b[201~");
    let events = read(&[&bytes]);
    assert_eq!(events.len(), 2);
    assert_eq!(events[1], Event::PasteCut);
    assert!(matches!(&events[0], Event::Paste(text) if text.len() == super::paste::LARGEST));
}

proptest! {
    #[test]
    fn any_bytes_give_the_same_events_however_they_are_cut(
        bytes in proptest::collection::vec(any::<u8>(), 0..200),
        cuts in proptest::collection::vec(1_usize..9, 1..40),
    ) {
        let mut pieces = Vec::new();
        let mut rest = &bytes[..];
        for cut in cuts {
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            pieces.push(piece);
            rest = after;
        }
        pieces.push(rest);
        prop_assert_eq!(read(&[&bytes]), read(&pieces));
    }

    #[test]
    fn of_an_unknown_sequence_nothing_is_typed(
        parameters in "[0-9:;<=>?]{0,40}",
        intermediates in "[ -#%-/]{0,3}",
        last in 0x40_u8..0x7f,
    ) {
        // `CSI [` and a bare `CSI M` are longer than their last byte.
        prop_assume!(!(parameters.is_empty() && intermediates.is_empty() && b"M[".contains(&last)));
        prop_assume!(!(parameters == "200" && intermediates.is_empty() && last == b'~'));
        let sequence = format!("\x1b[{parameters}{intermediates}{}j", char::from(last));
        let events = read(&[sequence.as_bytes()]);
        prop_assert_eq!(events.last(), Some(&Event::Key(Key::char('j'))));
        prop_assert!(events.len() <= 2, "{:?}", events);
    }

    #[test]
    fn of_an_unknown_string_nothing_is_typed(
        begin in "[\\]PX^_]",
        text in "[^\u{7}\u{18}\u{1a}\u{1b}]{0,80}",
    ) {
        let sequence = format!("\x1b{begin}{text}\x1b\\j");
        prop_assert_eq!(read(&[sequence.as_bytes()]), [Event::Key(Key::char('j'))]);
    }
}
