//! Holds a chain and the entries it seals against each other, and names what does not fit; pure.

use std::collections::{BTreeMap, HashSet};

use jiff::{SignedDuration, Timestamp};

use super::chain::{Hash, Link, hash};

/// How far the time of an entry may lie behind that of an earlier one: clocks are put right.
const SLACK: SignedDuration = SignedDuration::from_hours(1);

/// Something that does not fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// An entry is not as it was sealed.
    Edited {
        /// Its number.
        id: i64,
        /// When it was written, as it was sealed.
        at: Timestamp,
        /// What is there now, as text.
        now: String,
    },
    /// An entry that was sealed is not there.
    Removed {
        /// Its number.
        id: i64,
        /// When it was written.
        at: Timestamp,
    },
    /// An entry is there that was not when its transactions were sealed.
    Inserted {
        /// Its number.
        id: i64,
        /// When it was written, as it says.
        at: Timestamp,
    },
    /// A link does not give its digest: it was edited.
    Link {
        /// Its number.
        no: i64,
    },
    /// A link does not follow the one before: links were removed, or made anew.
    Break {
        /// The number of the link that does not follow.
        no: i64,
    },
}

/// An entry whose time lies far behind that of entries that were written before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backdated {
    /// Its number.
    pub id: i64,
    /// The time it says.
    pub at: Timestamp,
    /// The latest time of entries before it.
    pub after: Timestamp,
}

/// An entry that a chain does not know, as it is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Loose {
    /// Its number.
    pub id: i64,
    /// When it was written, as it says.
    pub at: Timestamp,
    /// Whether it comes after everything that was sealed.
    pub is_new: bool,
}

/// A chain that is being checked.
#[derive(Debug, Default)]
pub struct Check {
    /// What does not fit.
    pub flaws: Vec<Flaw>,
    /// How many entries were found as they were sealed.
    pub intact: u64,
    /// How many are not here because their months were archived and dropped.
    pub archived: u64,
    /// How many are not sealed yet.
    pub unsealed: u64,
    /// When the earliest of those was written.
    pub unsealed_since: Option<Timestamp>,
    /// The last link's number and digest.
    pub last: Option<(i64, Hash)>,
    /// How many numberings of transactions there were.
    pub segments: i32,
    ids: HashSet<i64>,
    times: BTreeMap<i64, Timestamp>,
    missing: BTreeMap<i64, Timestamp>,
    dropped: Vec<(Timestamp, Timestamp)>,
}

impl Check {
    /// Begins; `dropped` are the times of which the entries were archived and dropped.
    pub fn new(dropped: Vec<(Timestamp, Timestamp)>) -> Self {
        Self {
            dropped,
            ..Self::default()
        }
    }

    /// Takes the next link, with the texts of its entries as they are there now.
    pub fn link(&mut self, link: &Link, beginning: Hash, texts: &[Option<String>]) {
        let (number, digest) = self.last.unwrap_or((0, beginning));
        if link.no != number + 1 || link.previous != digest {
            self.flaws.push(Flaw::Break { no: link.no });
        }
        if !link.fits() {
            self.flaws.push(Flaw::Link { no: link.no });
        }
        self.last = Some((link.no, link.digest));
        self.segments = self.segments.max(link.segment);
        let sealed = link.ids.iter().zip(&link.ats).zip(&link.hashes);
        for (((id, at), sealed), text) in sealed.zip(texts) {
            self.ids.insert(*id);
            self.times.insert(*id, *at);
            match text {
                Some(text) if hash(text) == *sealed => self.intact += 1,
                Some(text) => self.flaws.push(Flaw::Edited {
                    id: *id,
                    at: *at,
                    now: text.clone(),
                }),
                None if self.was_dropped(*at) => self.archived += 1,
                None => {
                    self.missing.insert(*id, *at);
                }
            }
        }
    }

    fn was_dropped(&self, at: Timestamp) -> bool {
        let within = |(from, before): &(Timestamp, Timestamp)| *from <= at && at < *before;
        self.dropped.iter().any(within)
    }

    /// Whether an entry is sealed under this time.
    pub fn knows(&self, id: i64, at: Timestamp) -> bool {
        self.ids.contains(&id) && self.times.get(&id) == Some(&at)
    }

    /// Takes an entry that is there and that the chain does not know.
    pub fn loose(&mut self, loose: Loose) {
        if let Some(at) = self.missing.remove(&loose.id) {
            let now = format!("its time is {} now", loose.at);
            let id = loose.id;
            return self.flaws.push(Flaw::Edited { id, at, now });
        }
        match loose.is_new {
            true => {
                self.unsealed += 1;
                let since = self.unsealed_since.get_or_insert(loose.at);
                *since = loose.at.min(*since);
            }
            false => self.flaws.push(Flaw::Inserted {
                id: loose.id,
                at: loose.at,
            }),
        }
    }

    /// Ends: what is missing was removed.
    pub fn finish(&mut self) {
        let missing = std::mem::take(&mut self.missing);
        let removed = missing.into_iter();
        self.flaws
            .extend(removed.map(|(id, at)| Flaw::Removed { id, at }));
    }

    /// The entries that say a much earlier time than those written before them.
    pub fn backdated(&self) -> Vec<Backdated> {
        let mut latest: Option<Timestamp> = None;
        let mut found = Vec::new();
        for (id, at) in &self.times {
            match latest {
                Some(after) if *at + SLACK < after => found.push(Backdated {
                    id: *id,
                    at: *at,
                    after,
                }),
                Some(before) => latest = Some(before.max(*at)),
                None => latest = Some(*at),
            }
        }
        found
    }
}
