//! PostgreSQL's own SCRAM-SHA-256 verifier, so that a role's password never reaches the server.

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::hmac;

/// Length of the salt of a SCRAM verifier in bytes.
pub const SCRAM_SALT_BYTES: usize = 16;

/// PostgreSQL's number of rounds.
const ROUNDS: u32 = 4096;

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Makes the text for `ALTER ROLE ... PASSWORD`, as PostgreSQL itself would store it.
///
/// Only for ASCII passwords (ours are random ASCII): others would need SASLprep first.
pub fn scram_verifier(password: &SecretString, salt: &[u8; SCRAM_SALT_BYTES]) -> String {
    let salted = salted_password(password.expose_secret().as_bytes(), salt);
    let client_key = Zeroizing::new(hmac(&*salted, b"Client Key"));
    let stored_key = Sha256::digest(client_key.as_slice());
    let server_key = hmac(&*salted, b"Server Key");
    format!(
        "SCRAM-SHA-256${ROUNDS}:{}${}:{}",
        base64(salt),
        base64(&stored_key),
        base64(&server_key)
    )
}

/// Makes a password for the shared login from random bytes: 32 signs, safe in files and URLs.
pub fn random_password(random: &[u8; 24]) -> SecretString {
    let text = Zeroizing::new(base64(random).replace('+', "-").replace('/', "_"));
    SecretString::from(text.as_str())
}

/// PBKDF2 with HMAC-SHA-256, one block.
fn salted_password(password: &[u8], salt: &[u8]) -> Zeroizing<[u8; 32]> {
    let mut round = Zeroizing::new(hmac(password, &[salt, &[0, 0, 0, 1]].concat()));
    let mut salted = round.clone();
    for _ in 1..ROUNDS {
        *round = hmac(password, &*round);
        salted
            .iter_mut()
            .zip(round.iter())
            .for_each(|(sum, byte)| *sum ^= byte);
    }
    salted
}

/// Standard base64 with padding.
fn base64(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let bits = chunk
            .iter()
            .fold(0u32, |bits, byte| (bits << 8) | u32::from(*byte))
            << (8 * (3 - chunk.len()));
        for place in 0..4 {
            let sign = BASE64[(bits >> (18 - 6 * place)) as usize & 63];
            text.push(if place <= chunk.len() {
                char::from(sign)
            } else {
                '='
            });
        }
    }
    text
}
