//! The links of a sealed chain and their digests, computed here and not by the database that is
//! checked; pure.

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

/// A SHA-256.
pub type Hash = [u8; 32];

/// Microseconds from 1970 to 2000, from where PostgreSQL counts.
const EPOCH: i64 = 946_684_800_000_000;

/// One link: the hashes of some entries in the order of transactions, and the digest over them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Whose.
    pub tenant: i64,
    /// Its number; counts up from 1 without gaps.
    pub no: i64,
    /// The numbering of transactions that it belongs to.
    pub segment: i32,
    /// The entries.
    pub ids: Vec<i64>,
    /// When each was written.
    pub ats: Vec<Timestamp>,
    /// The hash of each one's text.
    pub hashes: Vec<Hash>,
    /// The digest before.
    pub previous: Hash,
    /// The digest over all this.
    pub digest: Hash,
}

impl Link {
    /// Computes the digest from what the link holds.
    pub fn computed(&self) -> Hash {
        let mut all = Sha256::new();
        all.update(self.previous);
        let head = format!(
            "{}/{}/{}/{}",
            self.tenant,
            self.no,
            self.segment,
            self.ids.len()
        );
        all.update(head);
        for ((id, at), hash) in self.ids.iter().zip(&self.ats).zip(&self.hashes) {
            all.update(id.to_be_bytes());
            all.update((at.as_microsecond() - EPOCH).to_be_bytes());
            all.update(hash);
        }
        all.finalize().into()
    }

    /// Whether its three lists belong together and give its digest.
    pub fn fits(&self) -> bool {
        let all = self.ids.len();
        self.ats.len() == all && self.hashes.len() == all && self.computed() == self.digest
    }
}

/// The digest before a tenant's first link.
pub fn beginning(tenant: i64, installation: &str) -> Hash {
    Sha256::digest(format!("rowhouse seal 1/{tenant}/{installation}")).into()
}

/// The hash of an entry's text.
pub fn hash(text: &str) -> Hash {
    Sha256::digest(text).into()
}

/// A hash as it is written.
pub fn hex(hash: &[u8]) -> String {
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads a hash as it is written.
pub fn from_hex(text: &str) -> Option<Hash> {
    let text = text.trim();
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut hash = [0; 32];
    for (place, byte) in hash.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&text[2 * place..2 * place + 2], 16).ok()?;
    }
    Some(hash)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link() -> Link {
        let at: Timestamp = "2026-03-02T09:00:00.000001Z".parse().expect("a time");
        let mut link = Link {
            tenant: 1,
            no: 1,
            segment: 1,
            ids: vec![4, 5],
            ats: vec![at, at],
            hashes: vec![hash("four"), hash("five")],
            previous: beginning(1, "x"),
            digest: [0; 32],
        };
        link.digest = link.computed();
        link
    }

    #[test]
    fn whatever_is_changed_in_a_link_its_digest_tells() {
        assert!(link().fits());
        let changes: [fn(&mut Link); 7] = [
            |link| link.ids.swap(0, 1),
            |link| link.hashes[1] = hash("six"),
            |link| link.ats[0] += jiff::SignedDuration::from_micros(1),
            |link| link.previous = hash("another"),
            |link| link.no = 2,
            |link| link.segment = 2,
            |link| {
                link.ids.pop();
                link.ats.pop();
                link.hashes.pop();
            },
        ];
        for change in changes {
            let mut link = link();
            change(&mut link);
            assert!(!link.fits());
        }
    }

    #[test]
    fn hashes_are_read_as_they_are_written() {
        let one = hash("x");
        assert_eq!(from_hex(&hex(&one)), Some(one));
        assert_eq!(from_hex(&hex(&one)[1..]), None);
        assert_eq!(from_hex(&"ä".repeat(32)), None);
    }
}
