//! Makes foreign text harmless before it can reach a terminal; no drawing.
//!
//! A record may hold escape sequences, text that runs backwards, or signs nobody can see. What
//! comes out of here holds none of them: each becomes a sign that is visible.

use std::borrow::Cow;

#[cfg(test)]
mod tests;

/// What a control character becomes.
const REPLACEMENT: char = '\u{FFFD}';

/// Makes text harmless for one line: a line break shows as `⏎`, a tab as `⇥`.
pub fn line(text: &str) -> Cow<'_, str> {
    harmless(text, Breaks::Shown)
}

/// Makes text harmless for several lines: `\n` is the only control character that is left, and a
/// tab becomes four spaces.
pub fn block(text: &str) -> Cow<'_, str> {
    harmless(text, Breaks::Kept)
}

/// A name as a part of a file's: letters, digits, `-` and `_`, and not too many.
pub fn file_name(name: &str) -> String {
    let plain = |sign: char| match sign.is_alphanumeric() || matches!(sign, '-' | '_') {
        true => sign,
        false => '_',
    };
    name.chars().take(60).map(plain).collect()
}

/// Whether a sign changes nothing but itself on a terminal.
pub fn is_harmless(sign: char) -> bool {
    !sign.is_control() && !is_unseen(sign)
}

/// What happens to line breaks.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Breaks {
    /// They become a visible sign.
    Shown,
    /// They stay, as `\n` alone.
    Kept,
}

fn harmless(text: &str, breaks: Breaks) -> Cow<'_, str> {
    let kept = |sign: char| is_harmless(sign) || (sign == '\n' && breaks == Breaks::Kept);
    let Some(first) = text.find(|sign| !kept(sign)) else {
        return Cow::Borrowed(text);
    };
    let mut clean = String::with_capacity(text.len() + 8);
    clean.push_str(&text[..first]);
    let mut signs = text[first..].chars().peekable();
    while let Some(sign) = signs.next() {
        match sign {
            _ if kept(sign) => clean.push(sign),
            '\r' if signs.peek() == Some(&'\n') => {}
            '\n' => clean.push('⏎'),
            '\t' if breaks == Breaks::Kept => clean.push_str("    "),
            '\t' => clean.push('⇥'),
            _ if sign.is_control() => clean.push(REPLACEMENT),
            _ => push_named(&mut clean, sign),
        }
    }
    Cow::Owned(clean)
}

/// Writes a sign by its number: `<U+202E>`.
fn push_named(clean: &mut String, sign: char) {
    clean.push_str(&format!("<U+{:04X}>", u32::from(sign)));
}

/// Signs that turn the direction of text, join or part it, or cannot be seen at all.
fn is_unseen(sign: char) -> bool {
    matches!(sign,
        '\u{00AD}' // soft hyphen
        | '\u{034F}' // combining grapheme joiner
        | '\u{061C}' // Arabic letter mark
        | '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}' // Hangul fillers
        | '\u{17B4}' | '\u{17B5}' // Khmer inherent vowels
        | '\u{180B}'..='\u{180F}' // Mongolian selectors
        | '\u{200B}'..='\u{200F}' // zero widths, marks of direction
        | '\u{2028}'..='\u{202E}' // line and paragraph separators, embeddings, overrides
        | '\u{2060}'..='\u{206F}' // word joiner, isolates, deprecated formatting
        | '\u{FEFF}' // byte order mark
        | '\u{FFF0}'..='\u{FFFB}' // interlinear annotation and unassigned ones
        | '\u{1D173}'..='\u{1D17A}' // musical formatting
        | '\u{E0000}'..='\u{E0FFF}' // tags and further selectors
    )
}
