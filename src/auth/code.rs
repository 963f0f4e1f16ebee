//! One-time codes: how they are made and how a typed one is read; nothing about their checking.

use secrecy::{ExposeSecret, SecretString};
use zeroize::Zeroizing;

/// Random bytes that one code is made from (80 bits).
pub const CODE_BYTES: usize = 10;

/// Thirty-two signs that are not mistaken for each other: no i, l, o, u.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Makes a code to be read out or typed once: four groups of four, such as `k7mq-3fxa-9p2d-wn8c`.
pub fn one_time_code(random: &[u8; CODE_BYTES]) -> SecretString {
    let bits = random
        .iter()
        .fold(0u128, |bits, byte| (bits << 8) | u128::from(*byte));
    let mut code = Zeroizing::new(String::with_capacity(19));
    for place in 0..16 {
        if place > 0 && place % 4 == 0 {
            code.push('-');
        }
        let sign = (bits >> (75 - 5 * place)) & 31;
        code.push(char::from(ALPHABET[sign as usize]));
    }
    SecretString::from(code.as_str())
}

/// Reads what was typed: a code in capitals, with spaces, or with o for 0 is still that code;
/// anything else stays as it is.
pub fn canonical(typed: &SecretString) -> SecretString {
    match code_signs(typed.expose_secret()) {
        Some(code) => SecretString::from(code.as_str()),
        None => typed.clone(),
    }
}

/// Whether what was typed has the form of a code.
pub fn is_code(typed: &SecretString) -> bool {
    code_signs(typed.expose_secret()).is_some()
}

/// The code in its own form when the text is four groups of four signs of its alphabet.
fn code_signs(text: &str) -> Option<Zeroizing<String>> {
    let text = text.trim();
    if text.len() != 19 {
        return None;
    }
    let mut code = Zeroizing::new(String::with_capacity(19));
    for (place, sign) in text.chars().enumerate() {
        if place % 5 == 4 {
            matches!(sign, '-' | ' ').then(|| code.push('-'))?;
            continue;
        }
        let sign = match sign.to_ascii_lowercase() {
            'o' => '0',
            'i' | 'l' => '1',
            other => other,
        };
        u8::try_from(sign)
            .ok()
            .filter(|sign| ALPHABET.contains(sign))?;
        code.push(sign);
    }
    Some(code)
}
