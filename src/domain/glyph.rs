//! What of a text goes into one cell or two of a terminal, and how wide it is; no drawing.
//!
//! Terminals do not agree on joined emoji, flags, skin tones and variation selectors. What they
//! disagree on is shown as its first character or as a box, so that every column stays where it is;
//! the value itself is not touched.

mod ambiguous;

use std::sync::atomic::{AtomicBool, Ordering};

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthChar;

use super::signs;

/// Whether this terminal shows in two cells what is as wide as the font makes it: said once, before
/// anything is drawn, because a program has one terminal.
static AMBIGUOUS_IS_WIDE: AtomicBool = AtomicBool::new(false);

/// Says whether characters of ambiguous width (Greek, Cyrillic, ℃, ①) take two cells here, as in
/// terminals of East Asia. Signs that ASCII stands for are sent as such there, and take one.
pub fn ambiguous_is_wide(wide: bool) {
    AMBIGUOUS_IS_WIDE.store(wide, Ordering::Relaxed);
}

/// What stands for something that no terminal shows reliably.
pub const BOX: &str = "□";

/// A piece of text that takes one place on the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Glyph<'a> {
    /// What is shown.
    pub text: &'a str,
    /// How many cells it takes, 1 or 2.
    pub width: usize,
    /// The byte in the whole text where it begins.
    pub start: usize,
}

/// Returns the glyphs of a text in order. What has no width and nothing to stand on is left out.
pub fn glyphs(text: &str) -> impl Iterator<Item = Glyph<'_>> {
    Glyphs {
        text,
        at: 0,
        cluster: Pieces { rest: "", start: 0 },
    }
}

/// Whether this is a letter, digit or sign of ASCII: what follows may stand on it, but it is never
/// part of what is before.
fn is_plain(byte: u8) -> bool {
    (0x20..0x7f).contains(&byte)
}

/// The glyphs of a text. Most of what is drawn is ASCII, of which each byte is one: only the rest is
/// looked up in tables.
struct Glyphs<'a> {
    text: &'a str,
    at: usize,
    cluster: Pieces<'a>,
}

impl<'a> Iterator for Glyphs<'a> {
    type Item = Glyph<'a>;

    fn next(&mut self) -> Option<Glyph<'a>> {
        loop {
            if let Some(glyph) = self.cluster.next() {
                return Some(glyph);
            }
            let (bytes, start) = (self.text.as_bytes(), self.at);
            let alone = bytes.get(start + 1).is_none_or(u8::is_ascii);
            if is_plain(*bytes.get(start)?) && alone {
                self.at += 1;
                return Some(Glyph {
                    text: &self.text[start..self.at],
                    width: 1,
                    start,
                });
            }
            let cluster = self.text[start..].graphemes(true).next()?;
            self.at += cluster.len();
            self.cluster = Pieces {
                rest: cluster,
                start,
            };
        }
    }
}

/// Returns how many cells a text takes.
pub fn width(text: &str) -> usize {
    if text.bytes().all(is_plain) {
        return text.len();
    }
    glyphs(text).map(|glyph| glyph.width).sum()
}

/// The glyphs of one grapheme cluster: mostly one; Thai and Indic vowels that take a cell of
/// their own come one by one, as terminals print them.
struct Pieces<'a> {
    rest: &'a str,
    start: usize,
}

impl<'a> Iterator for Pieces<'a> {
    type Item = Glyph<'a>;

    fn next(&mut self) -> Option<Glyph<'a>> {
        let first = self.rest.chars().next()?;
        let start = self.start;
        if is_quarrel(self.rest) {
            let length = first.len_utf8();
            let text = &self.rest[..length];
            self.rest = "";
            return Some(shown(text, first, start));
        }
        let marks = self.rest[first.len_utf8()..].chars();
        let marks = marks.take_while(|c| cells(*c) == 0 && !c.is_control());
        let length = first.len_utf8() + marks.map(char::len_utf8).sum::<usize>();
        let text = &self.rest[..length];
        self.rest = &self.rest[length..];
        self.start += length;
        if cells(first) == 0 && !first.is_control() {
            return self.next();
        }
        Some(shown(text, first, start))
    }
}

fn shown(text: &str, first: char, start: usize) -> Glyph<'_> {
    match cells(first) {
        width @ 1..=2 if !is_flag_letter(first) => Glyph { text, width, start },
        _ => Glyph {
            text: BOX,
            width: 1,
            start,
        },
    }
}

fn cells(c: char) -> usize {
    if c.is_ascii() {
        return usize::from(!c.is_control());
    }
    cells_where(AMBIGUOUS_IS_WIDE.load(Ordering::Relaxed), c)
}

fn cells_where(ambiguous_is_wide: bool, c: char) -> usize {
    if ambiguous_is_wide && ambiguous::is_letter(c) {
        return 2;
    }
    let width = match ambiguous_is_wide && signs::like(c).is_none() {
        true => c.width_cjk(),
        false => c.width(),
    };
    width.unwrap_or(0)
}

/// Says whether terminals disagree on how wide this cluster is.
fn is_quarrel(cluster: &str) -> bool {
    let mut chars = cluster.chars();
    let first = chars.next();
    let is_joint = |c: char| {
        matches!(
            c,
            '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}'
        )
    };
    first.is_some_and(is_flag_letter) || chars.any(|c| is_joint(c) || is_flag_letter(c))
}

fn is_flag_letter(c: char) -> bool {
    matches!(c, '\u{1f1e6}'..='\u{1f1ff}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use unicode_segmentation::UnicodeSegmentation;
    use unicode_width::UnicodeWidthStr;

    use super::{Pieces, cells_where, glyphs, width};

    fn shown(text: &str) -> String {
        glyphs(text)
            .map(|glyph| glyph.text)
            .collect::<Vec<_>>()
            .join("|")
    }

    #[test]
    fn ordinary_text_is_one_glyph_for_each_character() {
        assert_eq!(shown("aé"), "a|é");
        assert_eq!(shown("e\u{301}x"), "e\u{301}|x");
        assert_eq!(shown("日本"), "日|本");
        assert_eq!(width("日本x"), 5);
        assert_eq!(width("Nguyễn"), 6);
        assert_eq!(shown("한글"), "한|글");
        assert_eq!(shown("กำ"), "ก|ำ");
    }

    #[test]
    fn what_terminals_disagree_on_is_its_first_character_or_a_box() {
        assert_eq!(shown("👨\u{200d}👩\u{200d}👧"), "👨");
        assert_eq!(shown("❤\u{fe0f}x"), "❤|x");
        assert_eq!(shown("🇩🇪"), "□");
        assert_eq!(shown("👍🏽"), "👍");
        assert_eq!(shown("1\u{fe0f}\u{20e3}"), "1");
    }

    #[test]
    fn what_is_ambiguous_is_as_wide_as_the_terminal_shows_it() {
        for letter in ['à', 'ü', 'я', 'й', 'А', 'Ё', 'Ω', 'é', '℃', '①', '※'] {
            assert_eq!(cells_where(false, letter), 1, "{letter}");
            assert_eq!(cells_where(true, letter), 2, "{letter}");
        }
        // Signs go out as ASCII there, and what is not ambiguous is as wide as ever.
        for (c, cells) in [
            ('…', 1),
            ('●', 1),
            ('│', 1),
            ('ñ', 1),
            ('日', 2),
            ('\u{301}', 0),
        ] {
            assert_eq!(cells_where(true, c), cells, "{c}");
        }
    }

    #[test]
    fn what_cannot_be_seen_takes_no_place_and_control_characters_are_boxes() {
        assert_eq!(shown("\u{301}a\u{200b}b"), "a|b");
        assert_eq!(shown("a\u{1b}b\r\n"), "a|□|b|□|□");
        assert_eq!(shown(""), "");
    }

    #[test]
    fn every_glyph_is_as_wide_as_the_sum_of_its_characters() {
        for c in ('\0'..=char::MAX).step_by(7) {
            for glyph in glyphs(&format!("{c}\u{301}")) {
                let sum: usize = glyph
                    .text
                    .chars()
                    .filter_map(unicode_width::UnicodeWidthChar::width)
                    .sum();
                assert_eq!(glyph.width, sum, "{c:?}");
                assert_eq!(glyph.width, glyph.text.width(), "{c:?}");
            }
        }
    }

    proptest! {
        #[test]
        fn what_is_quick_finds_what_the_tables_find(
            text in "([ -~]|[\\r\\n\\t]|[e\u{301}กำ한글日é]|[🇩🇪👨👩👍🏽❤]|[\u{200d}\u{fe0f}\u{200b}]|\\PC){0,12}"
        ) {
            let slow: Vec<_> = text
                .grapheme_indices(true)
                .flat_map(|(start, rest)| Pieces { rest, start })
                .collect();
            prop_assert_eq!(glyphs(&text).collect::<Vec<_>>(), slow);
        }
    }
}
