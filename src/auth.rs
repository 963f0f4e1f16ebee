//! Argon2id and the sign-in proof: verifiers, proofs, one-time codes, the shared login's SCRAM
//! verifier. Pure computation: randomness is passed in; no database, no clock, no terminal.
//!
//! The proof (SECURITY.md 2.2) lets the server check a password it has never seen, and lets the
//! client check that the server knows the verifier. A recorded proof is worthless: it is bound to
//! the person and to a nonce that is used once.

mod code;
mod legacy;
mod scram;
#[cfg(test)]
mod tests;

use argon2::{Algorithm, Argon2, Version};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

pub use code::{CODE_BYTES, canonical, is_code, one_time_code};
pub use legacy::{Legacy, Stored, code_and_digest, read_stored};
pub use scram::{SCRAM_SALT_BYTES, random_password, scram_verifier};

/// Length of a fresh salt in bytes.
pub const SALT_BYTES: usize = 16;

/// Length of the finish secret in bytes.
pub const FINISH_SECRET_BYTES: usize = 32;

/// First line of the message that a proof signs; a new protocol gets a new one.
const PROTOCOL: &str = "rowhouse-login-v1";

/// Why a proof or a verifier could not be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AuthError {
    /// The server asked for work that no honest server asks for.
    #[error(
        "the server asks for an absurd cost of the password (memory {m} KiB, passes {t}, lanes {p}): too much for \
             this machine, or so little that it could be guessed; refused, nothing was sent"
    )]
    AbsurdParams {
        /// Memory in KiB.
        m: i64,
        /// Passes over the memory.
        t: i64,
        /// Lanes.
        p: i64,
    },
    /// The salt is too short or too long to be one of ours.
    #[error("the server sent a salt of {0} bytes; refused")]
    AbsurdSalt(usize),
    /// The nonce is empty or too long to be one of ours.
    #[error("the server sent a nonce of {0} bytes; refused")]
    AbsurdNonce(usize),
    /// The way in which an older program made its digests is none that is known, or costs too much.
    #[error(
        "the server asks for the password of an older program in a way that is not known or absurd ({0}); refused"
    )]
    AbsurdLegacy(String),
    /// Argon2 itself failed (not enough memory, in practice).
    #[error("the password could not be processed: {0}")]
    Argon2(String),
}

/// The cost of one guess: memory, passes, lanes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Params {
    m: u32,
    t: u32,
    p: u32,
}

impl Default for Params {
    fn default() -> Self {
        Self {
            m: 19_456,
            t: 2,
            p: 1,
        }
    }
}

impl Params {
    /// Accepts parameters that cost an attacker enough and this machine not too much.
    ///
    /// The upper bounds keep a hostile server from exhausting the client: at most 1 GiB, 64 passes
    /// and 16 lanes. The lower ones keep it from asking for a proof that is cheap to guess from: they
    /// are those that our own servers keep.
    pub fn checked(m: i32, t: i32, p: i32) -> Result<Self, AuthError> {
        let fair = (19_456..=1 << 20).contains(&m)
            && (2..=64).contains(&t)
            && (1..=16).contains(&p)
            && i64::from(m) * i64::from(t) <= 8 << 20;
        if !fair {
            return Err(AuthError::AbsurdParams {
                m: m.into(),
                t: t.into(),
                p: p.into(),
            });
        }
        Ok(Self {
            m: m.unsigned_abs(),
            t: t.unsigned_abs(),
            p: p.unsigned_abs(),
        })
    }

    /// Memory in KiB, as the SQL functions take it.
    pub fn m(&self) -> i32 {
        self.m.cast_signed()
    }

    /// Passes over the memory, as the SQL functions take it.
    pub fn t(&self) -> i32 {
        self.t.cast_signed()
    }

    /// Lanes, as the SQL functions take it.
    pub fn p(&self) -> i32 {
        self.p.cast_signed()
    }
}

/// What the server answers to a name: the salt, the cost, and a nonce used once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Challenge {
    salt: Vec<u8>,
    params: Params,
    nonce: String,
    legacy: Option<Legacy>,
}

impl Challenge {
    /// Checks what `rowhouse.login_challenge` answered.
    pub fn new(salt: Vec<u8>, params: Params, nonce: String) -> Result<Self, AuthError> {
        if !(8..=64).contains(&salt.len()) {
            return Err(AuthError::AbsurdSalt(salt.len()));
        }
        if nonce.is_empty() || nonce.len() > 512 {
            return Err(AuthError::AbsurdNonce(nonce.len()));
        }
        Ok(Self {
            salt,
            params,
            nonce,
            legacy: None,
        })
    }

    /// Takes along what an older program made of the password, where the account is taken over.
    pub fn with_legacy(mut self, scheme: Option<&str>) -> Result<Self, AuthError> {
        self.legacy = scheme.map(Legacy::from_scheme).transpose()?;
        Ok(self)
    }

    /// How an older program made its digest, where its password is asked for beside a code.
    pub fn legacy(&self) -> Option<&Legacy> {
        self.legacy.as_ref()
    }

    /// The cost that the server asks for.
    pub fn params(&self) -> Params {
        self.params
    }

    /// The nonce, to be sent back with the proof.
    pub fn nonce(&self) -> &str {
        &self.nonce
    }
}

/// What the database keeps instead of a password; opens nothing by itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier {
    /// Salt of the password hash.
    pub salt: [u8; SALT_BYTES],
    /// Cost of the password hash.
    pub params: Params,
    /// SHA-256 of the client key.
    pub stored_key: [u8; 32],
    /// Key with which the server proves that it knows the verifier.
    pub server_key: [u8; 32],
}

impl std::fmt::Debug for Verifier {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Verifier")
            .field("params", &self.params)
            .finish_non_exhaustive()
    }
}

impl Verifier {
    /// Makes the verifier of a password or of a one-time code. Slow on purpose.
    pub fn from_password(
        password: &SecretString,
        salt: [u8; SALT_BYTES],
        params: Params,
    ) -> Result<Self, AuthError> {
        let salted = salted_password(password, &salt, params)?;
        let client_key = Zeroizing::new(hmac(&*salted, b"Client Key"));
        Ok(Self {
            salt,
            params,
            stored_key: Sha256::digest(client_key.as_slice()).into(),
            server_key: hmac(&*salted, b"Server Key"),
        })
    }
}

/// One answer to a challenge, and what only the true server can answer to it.
pub struct Proof {
    /// Sent to `rowhouse.login_submit`.
    pub proof: [u8; 32],
    server_signature: [u8; 32],
}

impl std::fmt::Debug for Proof {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Proof(..)")
    }
}

impl Proof {
    /// Says whether the server that let us in knows the verifier. In constant time.
    pub fn server_is_genuine(&self, signature: &[u8]) -> bool {
        signature.len() == self.server_signature.len()
            && signature
                .iter()
                .zip(&self.server_signature)
                .fold(0, |difference, (a, b)| difference | (a ^ b))
                == 0
    }
}

/// Answers a challenge with a password or a one-time code. Slow on purpose.
///
/// `username` is the name exactly as it is sent to the server.
pub fn proof(
    password: &SecretString,
    challenge: &Challenge,
    username: &str,
) -> Result<Proof, AuthError> {
    let salted = salted_password(password, &challenge.salt, challenge.params)?;
    let client_key = Zeroizing::new(hmac(&*salted, b"Client Key"));
    let stored_key = Sha256::digest(client_key.as_slice());
    let message = format!("{PROTOCOL}\n{username}\n{}", challenge.nonce);
    let mask = hmac(&stored_key, message.as_bytes());
    let mut proof = *client_key;
    proof
        .iter_mut()
        .zip(mask)
        .for_each(|(byte, mask)| *byte ^= mask);
    let server_key = Zeroizing::new(hmac(&*salted, b"Server Key"));
    Ok(Proof {
        proof,
        server_signature: hmac(&*server_key, message.as_bytes()),
    })
}

/// What `rowhouse.login_submit` takes in place of the finish secret.
pub fn finish_hash(finish_secret: &[u8; FINISH_SECRET_BYTES]) -> [u8; 32] {
    Sha256::digest(finish_secret).into()
}

/// Argon2id over the password; codes are first brought into the form in which they were made.
fn salted_password(
    password: &SecretString,
    salt: &[u8],
    params: Params,
) -> Result<Zeroizing<[u8; 32]>, AuthError> {
    let text = canonical(password);
    let params = argon2::Params::new(params.m, params.t, params.p, Some(32))
        .map_err(|error| AuthError::Argon2(error.to_string()))?;
    let mut salted = Zeroizing::new([0; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(text.expose_secret().as_bytes(), salt, &mut *salted)
        .map_err(|error| AuthError::Argon2(error.to_string()))?;
    Ok(salted)
}

/// HMAC-SHA-256.
fn hmac(key: &[u8], message: &[u8]) -> [u8; 32] {
    // Invariant: HMAC takes a key of any length.
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any key length");
    mac.update(message);
    mac.finalize().into_bytes().into()
}
