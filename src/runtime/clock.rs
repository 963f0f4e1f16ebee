//! The seat's clock and its randomness; tests set the clock, nothing else reads the time.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Where the time comes from.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    Real,
    /// A clock that only moves when it is told to: for scripted screens.
    Settable(Arc<Mutex<Timestamp>>),
}

impl Clock {
    /// Makes a clock that stands at a time until it is moved.
    pub fn settable(at: Timestamp) -> Self {
        Self::Settable(Arc::new(Mutex::new(at)))
    }

    /// Returns the time.
    pub fn now(&self) -> Timestamp {
        match self {
            Self::Real => Timestamp::now(),
            Self::Settable(at) => *at.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Moves a settable clock; the machine's clock cannot be moved.
    pub fn advance(&self, by: SignedDuration) {
        if let Self::Settable(at) = self {
            let mut at = at.lock().unwrap_or_else(PoisonError::into_inner);
            *at = at.checked_add(by).unwrap_or(Timestamp::MAX);
        }
    }

    /// Whether time passes by itself.
    pub fn is_real(&self) -> bool {
        matches!(self, Self::Real)
    }
}

/// Returns the machine's time zone.
///
/// It is read from the one file that says it. Looking it up by name goes through the whole database
/// of time zones first, which takes longer than all else at the start.
pub fn local_zone() -> TimeZone {
    // A variable names another than the machine's.
    let named = std::env::var_os("TZ").is_some();
    let link = (!named)
        .then(|| std::fs::read_link(LOCAL_ZONE))
        .and_then(Result::ok);
    let read = link.and_then(|link| {
        let path = link.to_string_lossy().into_owned();
        let name = path.split_once("zoneinfo/")?.1.to_owned();
        let bytes = std::fs::read(LOCAL_ZONE).ok()?;
        TimeZone::tzif(&name, &bytes).ok()
    });
    read.unwrap_or_else(TimeZone::system)
}

/// The file of the machine's time zone.
const LOCAL_ZONE: &str = "/etc/localtime";

/// A clock for timers: it goes on evenly, whatever the machine's clock is set to. Where the time is
/// settable it is that time.
#[derive(Clone, Debug)]
pub struct Steady {
    clock: Clock,
    began: Instant,
}

impl Steady {
    /// Begins to count.
    pub fn new(clock: Clock) -> Self {
        Self {
            clock,
            began: Instant::now(),
        }
    }

    /// Returns how much time has passed since some moment that stays the same.
    pub fn now(&self) -> SignedDuration {
        match &self.clock {
            Clock::Real => self
                .began
                .elapsed()
                .try_into()
                .unwrap_or(SignedDuration::MAX),
            Clock::Settable(_) => self.clock.now().duration_since(Timestamp::UNIX_EPOCH),
        }
    }
}

/// Returns random bytes that nobody can guess.
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    // Invariant: every system that Rust's standard library supports gives random bytes.
    getrandom::fill(&mut bytes).expect("the system gives random bytes");
    bytes
}

/// Returns a random number for a seat's request numbers.
pub fn random_seed() -> u64 {
    u64::from_le_bytes(random())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_machines_zone_is_the_same_however_it_is_found() {
        let now = Timestamp::now();
        let (one, other) = (local_zone(), TimeZone::system());
        assert_eq!(one.to_offset(now), other.to_offset(now));
    }
}
