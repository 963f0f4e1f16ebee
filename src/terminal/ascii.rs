//! What is sent in the stead of a sign to a terminal that shows ASCII alone; no state.

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
    let known = SIGNS.iter().find(|(sign, _)| *sign == first);
    known.map_or('?', |(_, ascii)| *ascii)
}
