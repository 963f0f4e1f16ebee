//! Passwords of older programs: reading what such a program stored, and making the same of a typed
//! password, so that an account can be taken over. Opens nothing by itself: a one-time code goes with
//! it, and Argon2id over both.

use std::fmt::Write as _;

use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use super::AuthError;
use super::code::canonical;

/// The form in which an older program stored passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stored {
    /// SHA-256 in hexadecimal, without a salt.
    Sha256,
    /// As werkzeug writes it: method, salt and digest between dollar signs.
    Werkzeug,
}

/// How an older program made a digest of a password.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Legacy {
    /// SHA-256 without a salt.
    Sha256,
    /// PBKDF2 with HMAC-SHA-256.
    Pbkdf2 {
        /// How many rounds.
        rounds: u32,
        /// The salt's text.
        salt: String,
    },
    /// scrypt with 64 bytes of output.
    Scrypt {
        /// The power of two that is the cost.
        log_n: u8,
        /// The size of blocks.
        r: u32,
        /// Lanes.
        p: u32,
        /// The salt's text.
        salt: String,
    },
}

impl Legacy {
    /// Reads the kind as the database keeps it: `sha256`, `pbkdf2:sha256:N$salt` or
    /// `scrypt:N:r:p$salt`. What would cost this machine absurdly much is refused.
    pub fn from_scheme(scheme: &str) -> Result<Self, AuthError> {
        let absurd = || AuthError::AbsurdLegacy(scheme.chars().take(40).collect());
        if scheme == "sha256" {
            return Ok(Self::Sha256);
        }
        let (method, salt) = scheme.split_once('$').ok_or_else(absurd)?;
        let fair_salt = (1..=64).contains(&salt.len()) && !salt.contains('$');
        let parts: Vec<&str> = method.split(':').collect();
        let read = match parts[..] {
            ["pbkdf2", "sha256", rounds] => pbkdf2(rounds, salt),
            ["scrypt", n, r, p] => scrypt(n, r, p, salt),
            _ => None,
        };
        read.filter(|_| fair_salt).ok_or_else(absurd)
    }

    /// Writes the kind as the database keeps it.
    pub fn scheme(&self) -> String {
        match self {
            Self::Sha256 => "sha256".into(),
            Self::Pbkdf2 { rounds, salt } => format!("pbkdf2:sha256:{rounds}${salt}"),
            Self::Scrypt { log_n, r, p, salt } => {
                format!("scrypt:{}:{r}:{p}${salt}", 1_u64 << log_n)
            }
        }
    }

    /// Makes of a password what the older program would have stored, in hexadecimal. Slow on purpose
    /// where that program was.
    pub fn digest(&self, password: &SecretString) -> Result<Zeroizing<String>, AuthError> {
        let typed = password.expose_secret().as_bytes();
        Ok(match self {
            Self::Sha256 => hex(&Sha256::digest(typed)),
            Self::Pbkdf2 { rounds, salt } => {
                let mut out = Zeroizing::new([0; 32]);
                pbkdf2::pbkdf2_hmac::<Sha256>(typed, salt.as_bytes(), *rounds, &mut *out);
                hex(&*out)
            }
            Self::Scrypt { log_n, r, p, salt } => {
                let mut out = Zeroizing::new([0; 64]);
                let failed = |error: String| AuthError::Argon2(error);
                let params = scrypt::Params::new(*log_n, *r, *p)
                    .map_err(|error| failed(error.to_string()))?;
                scrypt::scrypt(typed, salt.as_bytes(), &params, &mut *out)
                    .map_err(|error| failed(error.to_string()))?;
                hex(&*out)
            }
        })
    }
}

/// Reads what an older program stored: the kind and the digest in hexadecimal. Says what is wrong
/// with it otherwise, without showing it.
pub fn read_stored(
    stored: &str,
    form: Stored,
) -> Result<(Legacy, Zeroizing<String>), &'static str> {
    let stored = stored.trim();
    if form == Stored::Sha256 {
        return match is_hex(stored, 64) {
            true => Ok((Legacy::Sha256, lower(stored))),
            false => Err("no SHA-256 in hexadecimal"),
        };
    }
    let parts: Vec<&str> = stored.split('$').collect();
    let [method, salt, digest] = parts[..] else {
        return Err("not method, salt and digest between dollar signs");
    };
    let method = match method {
        // What the program took for granted, when it says no cost.
        "scrypt" => "scrypt:32768:8:1",
        method => method,
    };
    if method == "pbkdf2:sha256" {
        return Err("it does not say how many rounds");
    }
    let legacy = Legacy::from_scheme(&format!("{method}${salt}"));
    let legacy = legacy.map_err(|_| "neither pbkdf2:sha256 nor scrypt, or of an absurd cost")?;
    let size = if matches!(legacy, Legacy::Scrypt { .. }) {
        128
    } else {
        64
    };
    match is_hex(digest, size) {
        true => Ok((legacy, lower(digest))),
        false => Err("its digest has another length"),
    }
}

/// What a code and a digest become together: what the verifier of an account taken over is made of.
pub fn code_and_digest(code: &SecretString, digest: &str) -> SecretString {
    let code = canonical(code);
    let both = Zeroizing::new(format!("{}\n{digest}", code.expose_secret()));
    SecretString::from(both.as_str())
}

fn pbkdf2(rounds: &str, salt: &str) -> Option<Legacy> {
    let rounds = rounds
        .parse()
        .ok()
        .filter(|n| (1..=10_000_000).contains(n))?;
    Some(Legacy::Pbkdf2 {
        rounds,
        salt: salt.into(),
    })
}

/// At most 1 GiB of memory and the work of that, four times over.
fn scrypt(n: &str, r: &str, p: &str, salt: &str) -> Option<Legacy> {
    let n: u64 = n.parse().ok()?;
    let r: u32 = r.parse().ok().filter(|r| (1..=64).contains(r))?;
    let p: u32 = p.parse().ok().filter(|p| (1..=16).contains(p))?;
    let fair = n.is_power_of_two() && (2..=1 << 20).contains(&n);
    let memory = n.checked_mul(128 * u64::from(r))?;
    let fair = fair && memory <= 1 << 30 && memory * u64::from(p) <= 4 << 30;
    fair.then(|| Legacy::Scrypt {
        log_n: u8::try_from(n.trailing_zeros()).unwrap_or(u8::MAX),
        r,
        p,
        salt: salt.into(),
    })
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn lower(text: &str) -> Zeroizing<String> {
    Zeroizing::new(text.to_ascii_lowercase())
}

fn hex(bytes: &[u8]) -> Zeroizing<String> {
    let mut text = Zeroizing::new(String::with_capacity(2 * bytes.len()));
    for byte in bytes {
        // Invariant: writing to a String never fails.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Digests as the programs themselves write them.
    const KNOWN: [(&str, Stored); 4] = [
        (
            "0b14d501a594442a01c6859541bcb3e8164d183d32937b851835442f69d5c94e",
            Stored::Sha256,
        ),
        (
            "pbkdf2:sha256:1000$aBcD1234$fc946da7c41ea49b7bc3eda0b5ccb81981f68ef84ab3fda2777f6f993c10f4cd",
            Stored::Werkzeug,
        ),
        (
            "scrypt:1024:8:1$qwErTyUi12345678$03217ec5b5da22cbf455d9a224ddb0aeda883b3cbb09ff275707201cd5433cd46a5bf3c9c7ccd95dd476cceb6214e4ae2dff18d5421a55945c79ddfb2e15a29a",
            Stored::Werkzeug,
        ),
        (
            "scrypt$qwErTyUi12345678$2c47805941891259404fc7f67cdf0115fd61570eaff0e22f566e30fa9d5f3ee5176499a288a4de27aedda2a8e22bb77318def6b682c12068168a2e041621dc26",
            Stored::Werkzeug,
        ),
    ];

    #[test]
    fn what_older_programs_stored_is_made_again_of_the_password() {
        for (stored, form) in KNOWN {
            let (legacy, digest) = read_stored(stored, form).unwrap();
            let again = legacy.digest(&SecretString::from("password1")).unwrap();
            assert_eq!(*again, *digest, "{stored}");
            let other = legacy.digest(&SecretString::from("password2")).unwrap();
            assert_ne!(*other, *digest, "{stored}");
            assert_eq!(Legacy::from_scheme(&legacy.scheme()), Ok(legacy));
        }
    }

    #[test]
    fn what_is_none_of_them_is_refused_without_being_shown() {
        for (stored, form) in [
            ("", Stored::Sha256),
            ("0b14d501", Stored::Sha256),
            ("plain words", Stored::Werkzeug),
            (
                "md5$salt$0b14d501a594442a01c6859541bcb3e8",
                Stored::Werkzeug,
            ),
            ("pbkdf2:sha256$salt$00", Stored::Werkzeug),
            ("pbkdf2:sha256:1000$salt$00", Stored::Werkzeug),
            ("scrypt:1000:8:1$salt$00", Stored::Werkzeug),
        ] {
            let why = read_stored(stored, form).unwrap_err();
            assert!(stored.is_empty() || !why.contains(stored));
        }
    }

    #[test]
    fn absurd_costs_are_refused() {
        for scheme in [
            "md5",
            "sha256$salt",
            "pbkdf2:sha256:0$salt",
            "pbkdf2:sha256:99999999$salt",
            "pbkdf2:sha256:1000$",
            "pbkdf2:sha256:1000$a$b",
            "pbkdf2:sha1:1000$salt",
            "scrypt:1048576:64:1$salt",
            "scrypt:32767:8:1$salt",
            "scrypt:32768:8:99$salt",
            "scrypt:18446744073709551615:8:1$salt",
        ] {
            let refused = Legacy::from_scheme(scheme);
            assert!(
                matches!(refused, Err(AuthError::AbsurdLegacy(_))),
                "{scheme}"
            );
        }
        assert!(Legacy::from_scheme("scrypt:32768:8:1$salt").is_ok());
    }

    #[test]
    fn the_code_counts_in_whatever_form_it_was_typed() {
        let typed = |code: &str| code_and_digest(&SecretString::from(code), "ab");
        let plain = typed("k7mq-3fxa-9p2d-wn8c");
        assert_eq!(
            typed("K7MQ 3FXA 9P2D WN8C").expose_secret(),
            plain.expose_secret()
        );
        assert_ne!(
            typed("k7mq-3fxa-9p2d-wn8d").expose_secret(),
            plain.expose_secret()
        );
    }
}
