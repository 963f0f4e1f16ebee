//! Bytes in hex: where they stand, what they are, and as signs where they are some.

use super::Line;

/// How many bytes a line shows.
const A_LINE: usize = 16;

/// How many there are, and the lines; `None` where the text holds no bytes.
pub(super) fn lines(whole: &str) -> Option<(usize, Vec<Line>)> {
    let bytes = decoded(whole)?;
    let lines = bytes.chunks(A_LINE).enumerate();
    let lines = lines.map(|(number, bytes)| {
        let mut line = format!("{:08x} ", number * A_LINE);
        for place in 0..A_LINE {
            if place == A_LINE / 2 {
                line.push(' ');
            }
            line.push_str(&match bytes.get(place) {
                Some(byte) => format!(" {byte:02x}"),
                None => "   ".to_owned(),
            });
        }
        line.push_str("  ");
        line.extend(bytes.iter().map(|byte| match byte {
            b' '..=b'~' => char::from(*byte),
            _ => '.',
        }));
        Line::flat(line)
    });
    Some((bytes.len(), lines.collect()))
}

/// The bytes of `\x00ff`, or of hex alone.
pub(super) fn decoded(text: &str) -> Option<Vec<u8>> {
    let hex = text.strip_prefix("\\x").unwrap_or(text);
    if hex.len() % 2 == 1 {
        return None;
    }
    let digit = |byte: u8| char::from(byte).to_digit(16);
    let pairs = hex.as_bytes().chunks(2);
    pairs
        .map(|pair| u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok())
        .collect()
}
