//! How long answers take: the quickest of the last ones is a round trip and little else. Nothing is
//! asked for it, and nothing is drawn for it.

use std::collections::{HashMap, VecDeque};

use jiff::{SignedDuration, Timestamp};

use crate::db::contract::QueryId;

/// How many answers are looked back at.
const LAST: usize = 8;
/// From how long a round trip on it is shown.
const SLOW: SignedDuration = SignedDuration::from_millis(50);

/// When questions were put, and how long the last answers took.
#[derive(Debug, Default)]
pub struct Pace {
    open: HashMap<QueryId, Timestamp>,
    last: VecDeque<SignedDuration>,
}

impl Pace {
    /// A question was put.
    pub fn asked(&mut self, query: QueryId, now: Timestamp) {
        self.open.insert(query, now);
    }

    /// Nobody waits for the answer any more.
    pub fn forget(&mut self, query: QueryId) {
        self.open.remove(&query);
    }

    /// It was answered.
    pub fn answered(&mut self, query: QueryId, now: Timestamp) {
        let Some(asked) = self.open.remove(&query) else {
            return;
        };
        let took = now.duration_since(asked);
        // The clock may have been set back meanwhile.
        if took.is_negative() {
            return;
        }
        if self.last.len() == LAST {
            self.last.pop_front();
        }
        self.last.push_back(took);
    }

    /// How long a round trip takes, as far as answers told.
    pub fn round_trip(&self) -> Option<SignedDuration> {
        self.last.iter().min().copied()
    }

    /// The same in words, where it is long enough to be felt: in tens, so that it stays the same while
    /// the line does.
    pub fn slow(&self) -> Option<String> {
        let trip = self.round_trip().filter(|trip| *trip >= SLOW)?;
        Some(format!("{} ms", (trip.as_millis() + 5) / 10 * 10))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(ms: i64) -> Timestamp {
        Timestamp::from_millisecond(ms).expect("a moment")
    }

    #[test]
    fn the_quickest_of_the_last_answers_is_the_round_trip() {
        let mut pace = Pace::default();
        for (number, took) in [900, 124, 300, 131].into_iter().enumerate() {
            let query = QueryId(number as u64);
            pace.asked(query, at(1_000));
            pace.answered(query, at(1_000 + took));
        }
        assert_eq!(pace.slow().as_deref(), Some("120 ms"));
        // What was given up, and a clock that was set back, tell nothing.
        pace.asked(QueryId(9), at(5_000));
        pace.forget(QueryId(9));
        pace.answered(QueryId(9), at(5_001));
        pace.asked(QueryId(10), at(5_000));
        pace.answered(QueryId(10), at(4_000));
        assert_eq!(pace.slow().as_deref(), Some("120 ms"));
        pace.asked(QueryId(11), at(5_000));
        pace.answered(QueryId(11), at(5_004));
        assert_eq!(pace.slow(), None);
        assert_eq!(pace.round_trip().map(|trip| trip.as_millis()), Some(4));
        // Where the line became slow the quick answer is forgotten after a while.
        for number in 20..28 {
            pace.asked(QueryId(number), at(0));
            pace.answered(QueryId(number), at(250));
        }
        assert_eq!(pace.slow().as_deref(), Some("250 ms"));
    }
}
