//! What is sent in the stead of a sign to a terminal that shows ASCII alone, or signs too wide; no state.

/// Signs of ours, and those that texts have most, with what stands for them.
const SIGNS: &[(char, char)] = &[
    ('\u{a0}', ' '),
    ('·', '.'),
    ('•', '*'),
    ('…', '~'),
    ('≈', '~'),
    ('●', '*'),
    ('○', 'o'),
    ('∅', '-'),
    ('×', 'x'),
    ('→', '>'),
    ('←', '<'),
    ('↑', '^'),
    ('↓', 'v'),
    ('▲', '^'),
    ('▼', 'v'),
    ('▌', '>'),
    ('▏', ':'),
    ('›', '>'),
    ('‹', '<'),
    ('≤', '<'),
    ('≥', '>'),
    ('≠', '!'),
    ('✎', '*'),
    ('✓', '+'),
    ('✗', 'x'),
    ('◆', '#'),
    ('◇', '%'),
    ('↵', '\\'),
    ('⏎', '\\'),
    ('⇥', '>'),
    ('□', '?'),
    ('─', '-'),
    ('│', '|'),
    ('┌', '+'),
    ('┐', '+'),
    ('└', '+'),
    ('┘', '+'),
    ('–', '-'),
    ('—', '-'),
    ('‘', '\''),
    ('’', '\''),
    ('“', '"'),
    ('”', '"'),
];

/// What stands for a glyph: a sign like it where there is one. A letter has none: another letter would
/// be another word.
pub fn instead(glyph: &str) -> char {
    let first = glyph.chars().next().unwrap_or(' ');
    if glyph.is_ascii() {
        return first;
    }
    like(first).unwrap_or('?')
}

/// The sign of ASCII that is like this one.
pub fn like(sign: char) -> Option<char> {
    let known = SIGNS.iter().find(|(known, _)| *known == sign);
    known.map(|(_, ascii)| *ascii)
}
